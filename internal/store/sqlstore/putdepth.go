package sqlstore

import "github.com/readout-news/readout"

// inDepth writes what package link draws from statements and events:
// utterances, issues, positions, commitments, responses, threads and defects.
func (p *putter) inDepth(rec *readout.Record) {
	for i, u := range rec.Utterances {
		p.utterance(i, u)
	}
	for i, x := range rec.Issues {
		p.add("issue", "id, ord, name", row(x.ID, i, x.Name))
		for j, n := range x.Names {
			p.add("issue_name", "issue, ord, name", row(x.ID, j, n))
		}
		for j, id := range x.Positions {
			p.add("issue_position", "issue, ord, position", row(x.ID, j, id))
		}
	}
	for i, x := range rec.Positions {
		p.position(i, x)
	}
	for i, c := range rec.Commitments {
		p.commitment(i, c)
	}
	for i, x := range rec.Responses {
		groups := [][]any{row(x.ID, i, x.Party, string(x.Kind), x.Event, x.Statement, x.About, x.To)}
		groups = append(groups, dateValues(x.Date)...)
		groups = append(groups, evidenceValues(x.Evidence))
		p.add("response", "id, ord, party, kind, event, statement, about, to_party, "+dateColumns+", report, start_byte, end_byte, annotator, version, rule", groups...)
		p.chain("response", x.ID, x.Chain)
	}
	for i, x := range rec.Threads {
		p.add("thread", "id, ord, title", row(x.ID, i, x.Title))
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
	for i, d := range rec.Defects {
		p.add("defect", "ord, report, kind, note", row(i, d.Report, d.Kind, d.Note))
		for j, e := range d.Evidence {
			p.add("defect_evidence", "defect, ord, report, start_byte, end_byte, annotator, version, rule", row(i, j), evidenceValues(e))
		}
	}
}

func (p *putter) utterance(i int, u *readout.Utterance) {
	p.add("utterance", "id, ord, speaker", row(u.ID, i, u.Speaker))
	for j, v := range u.Variants {
		p.add("utterance_variant", "utterance, ord, statement, kind", row(u.ID, j, v.Statement, v.Kind))
		for k, c := range v.Changes {
			p.add("utterance_change", "utterance, variant, ord, fullest_start, fullest_end, variant_start, variant_end",
				row(u.ID, j, k, c.Fullest.Start, c.Fullest.End, c.Variant.Start, c.Variant.End))
		}
	}
}

func (p *putter) position(i int, x *readout.Position) {
	groups := [][]any{row(x.ID, i, x.Party, x.Addressee, x.Issue, string(x.Stance), x.Text, x.Terms, x.If)}
	groups = append(groups, dateValues(x.Date)...)
	groups = append(groups, dateValues(x.Until)...)
	groups = append(groups, row(x.Speaker), evidenceValues(x.Evidence), row(x.Statement, x.Event, x.Change, x.Previous, x.Uttered))
	p.add("position", "id, ord, party, addressee, issue, stance, text, terms, condition, "+dateColumns+", "+untilColumns+
		", speaker, report, start_byte, end_byte, annotator, version, rule, statement, event, change_kind, previous, uttered", groups...)
	p.chain("position", x.ID, x.Chain)
}

func (p *putter) commitment(i int, c *readout.Commitment) {
	groups := [][]any{row(c.ID, i, c.Party, c.To, c.Terms, c.If)}
	groups = append(groups, dateValues(c.Made)...)
	groups = append(groups, dateValues(c.Until)...)
	groups = append(groups, row(c.Position), evidenceValues(c.Evidence))
	p.add("commitment", "id, ord, party, to_party, terms, condition, "+dateColumns+", "+untilColumns+
		", position, report, start_byte, end_byte, annotator, version, rule", groups...)
	for j, v := range c.Violations {
		p.add("commitment_violation", "commitment, ord, accuser, accused, position, report, start_byte, end_byte, annotator, version, rule",
			row(c.ID, j, v.Accuser, v.Accused, v.Position), evidenceValues(v.Evidence))
		for k, r := range v.DeniedBy {
			p.add("violation_denial", "commitment, violation, ord, response", row(c.ID, j, k, r))
		}
	}
}
