package recordjson

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/wire"
)

// opt is nil for the empty string: unknown is null.
func opt(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// list keeps an empty list from becoming null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func makeBy(b readout.By) wire.By {
	return wire.By{Annotator: b.Annotator, Version: b.Version, Rule: b.Rule}
}

func (e *encoder) record(rec *readout.Record) wire.Record {
	out := wire.Record{
		Schema: Schema, Reports: []wire.Report{}, Refused: []wire.Refusal{}, Entities: []wire.Entity{}, Events: []wire.Event{},
		Statements: []wire.Statement{}, Claims: []wire.Claim{}, Disagreements: []wire.Disagreement{},
		Positions: []wire.Position{}, Commitments: []wire.Commitment{}, Responses: []wire.Response{},
		Utterances: []wire.Utterance{}, Issues: []wire.Issue{}, Threads: []wire.Thread{}, Timexes: []wire.Timex{},
	}
	defects := map[string][]readout.Anomaly{}
	for _, d := range rec.Defects {
		defects[d.Report] = append(defects[d.Report], d.Anomaly)
	}
	for i, r := range rec.Reports {
		var o readout.Origin
		if i < len(rec.Origins) {
			o = rec.Origins[i]
		}
		out.Reports = append(out.Reports, e.report(r, o, e.main[r.ID], defects[r.ID]))
	}
	for _, r := range rec.Refusals {
		out.Refused = append(out.Refused, wire.Refusal{Path: r.Path, Reason: r.Reason})
	}
	for _, x := range rec.Entities {
		out.Entities = append(out.Entities, e.entity(x))
	}
	for _, x := range rec.Events {
		out.Events = append(out.Events, e.event(x))
	}
	for _, x := range rec.Statements {
		out.Statements = append(out.Statements, e.statement(x))
	}
	for _, x := range rec.Claims {
		out.Claims = append(out.Claims, e.claim(x))
	}
	for _, d := range rec.Disagreements {
		out.Disagreements = append(out.Disagreements, wire.Disagreement{Event: d.Event, Attribute: d.Attribute, Verdict: string(d.Verdict), Claims: list(d.Claims), Why: d.Why})
	}
	e.inDepth(rec, &out)
	for _, t := range rec.Timexes {
		out.Timexes = append(out.Timexes, wire.Timex{Evidence: e.evidence(t.Evidence), Type: t.Type, Value: t.Value, Basis: t.Basis, Function: opt(t.Function), By: makeBy(t.By)})
	}
	return out
}

// report writes the defects that linking found behind the report's own
// anomalies.
func (e *encoder) report(r *readout.Report, o readout.Origin, main string, defects []readout.Anomaly) wire.Report {
	out := wire.Report{
		ID: r.ID, Path: opt(r.Path), URL: opt(r.URL), Outlet: opt(o.Outlet), Named: opt(r.Outlet), Title: opt(r.Title), Language: opt(r.Language), SHA256: r.SHA256,
		Published: wire.Published{Value: opt(r.Published.Value), Precision: opt(r.Published.Precision), Basis: string(r.Published.Basis), Why: opt(r.Published.Why), Candidates: []wire.Candidate{}, Earliest: opt(r.Published.Earliest), Latest: opt(r.Published.Latest)},
		Noise:     []wire.Noise{}, Origin: wire.Origin{Kind: o.Kind, Of: opt(o.Of), Why: opt(o.Why)}, Anomalies: []wire.Anomaly{}, MainEvent: opt(main), Skipped: opt(r.Skip),
	}
	if out.Published.Basis == "" {
		out.Published.Basis = string(readout.BasisNone)
	}
	for _, c := range r.Published.Candidates {
		out.Published.Candidates = append(out.Published.Candidates, wire.Candidate{Value: c.Value, Basis: c.Basis})
	}
	for _, n := range r.Noise {
		out.Noise = append(out.Noise, wire.Noise{Span: e.span(r.ID, n.Span), Reason: n.Reason})
	}
	for _, a := range slices.Concat(r.Anomalies, defects) {
		out.Anomalies = append(out.Anomalies, wire.Anomaly{Kind: a.Kind, Note: a.Note, Evidence: e.evidences(a.Evidence)})
	}
	return out
}

// mainEvents picks for each report the event that it mentions most, earliest
// mention first among equals; a report that mentions none has none.
func mainEvents(rec *readout.Record) map[string]string {
	type tally struct {
		event string
		n     int
		first int
	}
	best := map[string]tally{}
	for _, ev := range rec.Events {
		count := map[string]tally{}
		for _, m := range ev.Mentions {
			t, ok := count[m.Report]
			if !ok {
				t = tally{event: ev.ID, first: m.Trigger.Start}
			}
			t.n++
			t.first = min(t.first, m.Trigger.Start)
			count[m.Report] = t
		}
		for r, t := range count {
			if b, ok := best[r]; !ok || t.n > b.n || t.n == b.n && t.first < b.first {
				best[r] = t
			}
		}
	}
	out := make(map[string]string, len(best))
	for r, t := range best {
		out[r] = t.event
	}
	return out
}

func (e *encoder) entity(x *readout.Entity) wire.Entity {
	out := wire.Entity{ID: x.ID, Type: string(x.Type), Name: x.Name, Names: list(x.Names), Wikidata: opt(x.Wikidata), Country: opt(x.Country), Members: list(x.Members), Roles: []wire.Role{}, Mentions: []wire.Mention{}}
	for _, r := range x.Roles {
		out.Roles = append(out.Roles, wire.Role{Title: r.Title, From: opt(r.From), To: opt(r.To), Evidence: e.evidences(r.Evidence)})
	}
	for _, m := range x.Mentions {
		out.Mentions = append(out.Mentions, wire.Mention{Evidence: e.evidence(m.Evidence), Form: string(m.Form), By: makeBy(m.By)})
	}
	return out
}

func (e *encoder) date(d *readout.Date) *wire.Date {
	if d == nil {
		return nil
	}
	out := &wire.Date{Value: d.Value, End: opt(d.End), Precision: d.Precision, Basis: d.Basis}
	if d.Expression != nil {
		ev := e.evidence(*d.Expression)
		out.Expression = &ev
	}
	return out
}

func (e *encoder) event(x *readout.Event) wire.Event {
	out := wire.Event{ID: x.ID, Type: x.Type, Mode: opt(x.Mode), Title: x.Title, Participants: []wire.Participant{}, Date: e.date(x.Date), Place: opt(x.Place), Status: string(x.Status), Attributes: x.Attributes, Mentions: []wire.EventMention{}, Links: []wire.EventLink{}}
	if out.Attributes == nil {
		out.Attributes = map[string]string{}
	}
	if row, ok := e.view.Event(x.ID); ok {
		out.Counts = wire.Counts{Mentions: row.Support.Mentions, Reports: len(row.Support.Reports), Origins: row.Support.Origins}
	}
	for _, p := range x.Participants {
		out.Participants = append(out.Participants, wire.Participant{Entity: p.Entity, Role: p.Role})
	}
	for _, m := range x.Mentions {
		out.Mentions = append(out.Mentions, wire.EventMention{Evidence: e.evidence(m.Evidence), Trigger: e.span(m.Report, m.Trigger), Status: string(m.Status), By: makeBy(m.By)})
	}
	for _, l := range x.Links {
		out.Links = append(out.Links, wire.EventLink{Relation: l.Relation, Event: l.Event, Evidence: e.evidence(l.Evidence)})
	}
	return out
}

func (e *encoder) chain(links []readout.ChainLink) []wire.ChainLink {
	out := []wire.ChainLink{}
	for _, l := range links {
		c := wire.ChainLink{Entity: opt(l.Entity), Text: l.Text, Factuality: opt(string(l.Factuality)), OutletOfReport: l.OutletOfReport}
		if l.Cue != nil {
			s := e.span(l.Cue.Report, l.Cue.Span)
			c.Cue = &s
		}
		out = append(out, c)
	}
	return out
}

func (e *encoder) statement(x *readout.Statement) wire.Statement {
	out := wire.Statement{
		ID: x.ID, Report: x.Report, Kind: string(x.Kind), Content: []wire.Span{}, Text: x.Text, Speaker: opt(x.Speaker), Chain: e.chain(x.Chain),
		Addressee: opt(x.Addressee), Medium: opt(x.Medium), Date: e.date(x.Date), Event: opt(x.Event), NestedIn: opt(x.NestedIn), Uttered: x.Uttered, Utterance: opt(x.Utterance), By: makeBy(x.By),
	}
	for _, s := range x.Content {
		out.Content = append(out.Content, e.span(x.Report, s))
	}
	if x.Cue != nil {
		s := e.span(x.Report, *x.Cue)
		out.Cue = &s
	}
	if x.Source != nil {
		s := e.span(x.Report, *x.Source)
		out.Source = &s
	}
	return out
}

func (e *encoder) claim(x *readout.Claim) wire.Claim {
	out := wire.Claim{ID: x.ID, Event: x.Event, Attribute: x.Attribute, Text: x.Text, Hedge: opt(x.Hedge), Holder: opt(x.Holder), Chain: e.chain(x.Chain), Evidence: e.evidence(x.Evidence), By: makeBy(x.Evidence.By)}
	switch v := x.Value; {
	case v.Unit != "":
		out.Value = &wire.ClaimValue{Quantity: &wire.Quantity{Unit: v.Unit, Min: v.Min, Max: v.Max, Approx: v.Approx}}
	case v.Date != nil || v.Entity != "" || v.Text != "":
		out.Value = &wire.ClaimValue{Date: e.date(v.Date), Entity: v.Entity, Text: v.Text}
	}
	return out
}
