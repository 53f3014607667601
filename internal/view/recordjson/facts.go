package recordjson

import (
	"slices"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/wire"
)

// Opt is nil for the empty string: unknown is null.
func Opt(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// List keeps an empty list from becoming null.
func List[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// By is who decided.
func By(b readout.By) wire.By {
	return wire.By{Annotator: b.Annotator, Version: b.Version, Rule: b.Rule}
}

func (e *Encoder) record(rec *readout.Record) wire.Record {
	out := wire.Record{
		Schema: Schema, Reports: []wire.Report{}, Refused: []wire.Refusal{}, Entities: []wire.Entity{}, Events: []wire.Event{},
		Statements: []wire.Statement{}, Claims: []wire.Claim{}, Disagreements: []wire.Disagreement{},
		Positions: []wire.Position{}, Commitments: []wire.Commitment{}, Responses: []wire.Response{},
		Utterances: []wire.Utterance{}, Issues: []wire.Issue{}, Threads: []wire.Thread{}, Timexes: []wire.Timex{},
	}
	defects := anomalies(rec)
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
		out.Disagreements = append(out.Disagreements, disagreement(d))
	}
	e.inDepth(rec, &out)
	for _, t := range rec.Timexes {
		out.Timexes = append(out.Timexes, e.timex(t))
	}
	return out
}

// anomalies are the defects that linking found, by report.
func anomalies(rec *readout.Record) map[string][]readout.Anomaly {
	out := map[string][]readout.Anomaly{}
	for _, d := range rec.Defects {
		out[d.Report] = append(out[d.Report], d.Anomaly)
	}
	return out
}

func disagreement(d *readout.Disagreement) wire.Disagreement {
	return wire.Disagreement{Event: d.Event, Attribute: d.Attribute, Verdict: string(d.Verdict), Claims: List(d.Claims), Why: d.Why}
}

func (e *Encoder) timex(t *readout.Timex) wire.Timex {
	return wire.Timex{Evidence: e.evidence(t.Evidence), Type: t.Type, Value: t.Value, Basis: t.Basis, Function: Opt(t.Function), By: By(t.By)}
}

// report writes the defects that linking found behind the report's own
// anomalies.
func (e *Encoder) report(r *readout.Report, o readout.Origin, main string, defects []readout.Anomaly) wire.Report {
	out := wire.Report{
		ID: r.ID, Path: Opt(r.Path), URL: Opt(r.URL), Outlet: Opt(o.Outlet), Named: Opt(r.Outlet), Title: Opt(r.Title), Language: Opt(r.Language), SHA256: r.SHA256,
		Published: Published(r.Published),
		Noise:     []wire.Noise{}, Origin: wire.Origin{Kind: o.Kind, Of: Opt(o.Of), Why: Opt(o.Why)}, Anomalies: []wire.Anomaly{}, MainEvent: Opt(main), Skipped: Opt(r.Skip), Decided: e.Decided(r.ID),
	}
	for _, n := range r.Noise {
		out.Noise = append(out.Noise, wire.Noise{Span: e.Span(r.ID, n.Span), Reason: n.Reason})
	}
	for _, a := range slices.Concat(r.Anomalies, defects) {
		out.Anomalies = append(out.Anomalies, wire.Anomaly{Kind: a.Kind, Note: a.Note, Evidence: e.evidences(a.Evidence)})
	}
	return out
}

// Published is when a report came out, with every candidate.
func Published(p readout.Published) wire.Published {
	out := wire.Published{Value: Opt(p.Value), Precision: Opt(p.Precision), Basis: string(p.Basis), Why: Opt(p.Why), Candidates: []wire.Candidate{}, Earliest: Opt(p.Earliest), Latest: Opt(p.Latest)}
	if out.Basis == "" {
		out.Basis = string(readout.BasisNone)
	}
	for _, c := range p.Candidates {
		out.Candidates = append(out.Candidates, wire.Candidate{Value: c.Value, Basis: c.Basis})
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

func (e *Encoder) entity(x *readout.Entity) wire.Entity {
	out := wire.Entity{ID: x.ID, Type: string(x.Type), Name: x.Name, Names: List(x.Names), Wikidata: Opt(x.Wikidata), Country: Opt(x.Country), Members: List(x.Members), Roles: []wire.Role{}, Mentions: []wire.Mention{}, Decided: e.Decided(x.ID)}
	for _, r := range x.Roles {
		out.Roles = append(out.Roles, wire.Role{Title: r.Title, From: Opt(r.From), To: Opt(r.To), Evidence: e.evidences(r.Evidence)})
	}
	for _, m := range x.Mentions {
		out.Mentions = append(out.Mentions, wire.Mention{Evidence: e.evidence(m.Evidence), Form: string(m.Form), By: By(m.By)})
	}
	return out
}

// Decided is what people decided about a fact, by its id.
func (e *Encoder) Decided(id string) []wire.DecidedBy {
	var out []wire.DecidedBy
	for _, d := range e.decided[id] {
		out = append(out, wire.DecidedBy{
			Number: d.Seq, Kind: string(d.Kind), By: d.By, At: d.At.UTC().Format(time.RFC3339),
			Field: Opt(d.Field), Before: Opt(d.Before), After: Opt(d.After), Why: Opt(d.Why),
		})
	}
	return out
}

// Date is nil where nothing is known.
func (e *Encoder) Date(d *readout.Date) *wire.Date {
	if d == nil {
		return nil
	}
	out := &wire.Date{Value: d.Value, End: Opt(d.End), Precision: d.Precision, Basis: d.Basis}
	if d.Expression != nil {
		ev := e.evidence(*d.Expression)
		out.Expression = &ev
	}
	return out
}

func (e *Encoder) event(x *readout.Event) wire.Event {
	out := wire.Event{ID: x.ID, Type: x.Type, Mode: Opt(x.Mode), Title: x.Title, Participants: []wire.Participant{}, Date: e.Date(x.Date), Place: Opt(x.Place), Status: string(x.Status), Attributes: x.Attributes, Mentions: []wire.EventMention{}, Links: []wire.EventLink{}, Decided: e.Decided(x.ID)}
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
		out.Mentions = append(out.Mentions, wire.EventMention{Evidence: e.evidence(m.Evidence), Trigger: e.Span(m.Report, m.Trigger), Status: string(m.Status), By: By(m.By)})
	}
	for _, l := range x.Links {
		out.Links = append(out.Links, wire.EventLink{Relation: l.Relation, Event: l.Event, Evidence: e.evidence(l.Evidence)})
	}
	return out
}

func (e *Encoder) chain(links []readout.ChainLink) []wire.ChainLink {
	out := []wire.ChainLink{}
	for _, l := range links {
		c := wire.ChainLink{Entity: Opt(l.Entity), Text: l.Text, Factuality: Opt(string(l.Factuality)), OutletOfReport: l.OutletOfReport}
		if l.Cue != nil {
			s := e.Span(l.Cue.Report, l.Cue.Span)
			c.Cue = &s
		}
		out = append(out, c)
	}
	return out
}

func (e *Encoder) statement(x *readout.Statement) wire.Statement {
	out := wire.Statement{
		ID: x.ID, Report: x.Report, Kind: string(x.Kind), Content: []wire.Span{}, Text: x.Text, Speaker: Opt(x.Speaker), Chain: e.chain(x.Chain),
		Addressee: Opt(x.Addressee), Medium: Opt(x.Medium), Date: e.Date(x.Date), Event: Opt(x.Event), NestedIn: Opt(x.NestedIn), Uttered: x.Uttered, Utterance: Opt(x.Utterance), By: By(x.By), Decided: e.Decided(x.ID),
	}
	for _, s := range x.Content {
		out.Content = append(out.Content, e.Span(x.Report, s))
	}
	if x.Cue != nil {
		s := e.Span(x.Report, *x.Cue)
		out.Cue = &s
	}
	if x.Source != nil {
		s := e.Span(x.Report, *x.Source)
		out.Source = &s
	}
	return out
}

func (e *Encoder) claim(x *readout.Claim) wire.Claim {
	out := wire.Claim{ID: x.ID, Event: x.Event, Attribute: x.Attribute, Text: x.Text, Hedge: Opt(x.Hedge), Holder: Opt(x.Holder), Value: e.ClaimValue(x.Value), Chain: e.chain(x.Chain), Evidence: e.evidence(x.Evidence), By: By(x.Evidence.By), Decided: e.Decided(x.ID)}
	return out
}

// ClaimValue is nil where the words have no value.
func (e *Encoder) ClaimValue(v readout.ClaimValue) *wire.ClaimValue {
	switch {
	case v.Unit != "":
		return &wire.ClaimValue{Quantity: &wire.Quantity{Unit: v.Unit, Min: v.Min, Max: v.Max, Approx: v.Approx}}
	case v.Date != nil || v.Entity != "" || v.Text != "":
		return &wire.ClaimValue{Date: e.Date(v.Date), Entity: v.Entity, Text: v.Text}
	}
	return nil
}
