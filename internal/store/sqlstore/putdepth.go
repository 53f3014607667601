package sqlstore

import (
	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// inDepth writes what package link draws from statements and events:
// utterances, issues, positions, commitments, responses, threads and defects.
func (p *putter) inDepth(rec *readout.Record) {
	for _, u := range rec.Utterances {
		if p.owner(store.KindUtterance, u.ID) {
			p.utterance(u)
		}
	}
	held := map[string]*readout.Position{}
	for _, x := range rec.Positions {
		held[x.ID] = x
	}
	for _, x := range rec.Issues {
		if !p.owner(store.KindIssue, x.ID) {
			continue
		}
		p.add("issue", "id, name", row(x.ID, x.Name))
		for j, n := range x.Names {
			p.add("issue_name", "issue, ord, name", row(x.ID, j, n))
		}
		for j, id := range x.Positions {
			var change, previous string
			if h := held[id]; h != nil && h.Issue == x.ID {
				change, previous = h.Change, h.Previous
			}
			p.add("issue_position", "issue, ord, position, change_kind, previous", row(x.ID, j, id, change, previous))
		}
	}
	var ord counter
	for _, x := range rec.Positions {
		if ord := ord.next(x.Evidence.Report); p.owner(store.KindReport, x.Evidence.Report) {
			p.position(ord, x)
		}
	}
	for _, c := range rec.Commitments {
		if p.owner(store.KindCommitment, c.ID) {
			p.commitment(c)
		}
	}
	ord = counter{}
	for _, x := range rec.Responses {
		if ord := ord.next(x.Evidence.Report); p.owner(store.KindReport, x.Evidence.Report) {
			p.response(ord, x)
		}
	}
	for _, x := range rec.Threads {
		if p.owner(store.KindThread, x.ID) {
			p.thread(x)
		}
	}
	ord = counter{}
	for _, d := range rec.Defects {
		ord := ord.next(d.Report)
		if !p.owner(store.KindReport, d.Report) {
			continue
		}
		p.add("defect", "report, ord, kind, note", row(d.Report, ord, d.Kind, d.Note))
		for j, e := range d.Evidence {
			p.add("defect_evidence", "of_report, defect, ord, report, start_byte, end_byte, annotator, version, rule", row(d.Report, ord, j), evidenceValues(e))
		}
	}
}

func (p *putter) response(ord int, x *readout.Response) {
	groups := [][]any{row(x.ID, ord, x.Party, string(x.Kind), x.Event, x.Statement, x.About, x.To)}
	groups = append(groups, dateValues(x.Date)...)
	groups = append(groups, evidenceValues(x.Evidence))
	p.add("response", "id, ord, party, kind, event, statement, about, to_party, "+dateColumns+", report, start_byte, end_byte, annotator, version, rule", groups...)
	p.chain("response", x.ID, x.Chain)
}

func (p *putter) thread(x *readout.Thread) {
	p.add("thread", "id, title", row(x.ID, x.Title))
	for j, id := range x.Parties {
		p.add("thread_party", "thread, ord, party", row(x.ID, j, id))
	}
	for j, id := range x.Events {
		p.add("thread_event", "thread, ord, event", row(x.ID, j, id))
	}
	for j, id := range x.Reports {
		p.add("thread_report", "thread, ord, report", row(x.ID, j, id))
	}
}

func (p *putter) utterance(u *readout.Utterance) {
	p.add("utterance", "id, speaker", row(u.ID, u.Speaker))
	for j, v := range u.Variants {
		p.add("utterance_variant", "utterance, ord, statement, kind", row(u.ID, j, v.Statement, v.Kind))
		for k, c := range v.Changes {
			p.add("utterance_change", "utterance, variant, ord, fullest_start, fullest_end, variant_start, variant_end",
				row(u.ID, j, k, c.Fullest.Start, c.Fullest.End, c.Variant.Start, c.Variant.End))
		}
	}
}

// position writes a position without what its issue has of it.
func (p *putter) position(i int, x *readout.Position) {
	change, previous := x.Change, x.Previous
	if x.Issue != "" {
		change, previous = "", ""
	}
	groups := [][]any{row(x.ID, i, x.Party, x.Addressee, string(x.Stance), x.Text, x.Terms, x.If)}
	groups = append(groups, dateValues(x.Date)...)
	groups = append(groups, dateValues(x.Until)...)
	groups = append(groups, row(x.Speaker), evidenceValues(x.Evidence), row(x.Statement, x.Event, change, previous, x.Uttered))
	p.add("position", "id, ord, party, addressee, stance, text, terms, condition, "+dateColumns+", "+untilColumns+
		", speaker, report, start_byte, end_byte, annotator, version, rule, statement, event, change_kind, previous, uttered", groups...)
	p.chain("position", x.ID, x.Chain)
}

func (p *putter) commitment(c *readout.Commitment) {
	groups := [][]any{row(c.ID, c.Party, c.To, c.Terms, c.If)}
	groups = append(groups, dateValues(c.Made)...)
	groups = append(groups, dateValues(c.Until)...)
	groups = append(groups, row(c.Position), evidenceValues(c.Evidence))
	p.add("commitment", "id, party, to_party, terms, condition, "+dateColumns+", "+untilColumns+
		", position, report, start_byte, end_byte, annotator, version, rule", groups...)
	for j, v := range c.Violations {
		p.add("commitment_violation", "commitment, ord, accuser, accused, position, report, start_byte, end_byte, annotator, version, rule",
			row(c.ID, j, v.Accuser, v.Accused, v.Position), evidenceValues(v.Evidence))
		for k, r := range v.DeniedBy {
			p.add("violation_denial", "commitment, violation, ord, response", row(c.ID, j, k, r))
		}
	}
}
