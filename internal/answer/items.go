package answer

import (
	"strconv"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/internal/view/recordjson"
	"github.com/readout-news/readout/wire"
)

func sentenceAnchor(n int) string { return "s" + strconv.Itoa(n) }

// event refers to an event; nil when there is none.
func (a *Answers) event(id string) *wire.Ref {
	if e := a.EventByID(id); e != nil {
		r := a.eventRef(e)
		return &r
	}
	return nil
}

// EventItem is a line of the timeline.
func (a *Answers) EventItem(r view.EventRow) wire.EventItem {
	e := r.Event
	out := wire.EventItem{
		ID: e.ID, Path: a.Path(e.ID), Title: e.Title, Type: e.Type, Mode: opt(e.Mode), Status: string(e.Status), Date: a.enc.Date(e.Date), Place: a.entity(e.Place),
		Participants: []wire.Actor{}, Counts: counts(r.Support), Disputed: []string{}, Evidence: []wire.Passage{}, Decided: a.enc.Decided(e.ID),
	}
	for _, p := range e.Participants {
		if x := a.entity(p.Entity); x != nil {
			out.Participants = append(out.Participants, wire.Actor{Ref: *x, Role: p.Role})
		}
	}
	for _, d := range r.Differ {
		if d.Verdict == readout.Conflict {
			out.Disputed = append(out.Disputed, d.Attribute)
		}
	}
	seen := ""
	for _, m := range e.Mentions { // sorted by report
		if m.Report != seen {
			out.Evidence = append(out.Evidence, a.Passage(m.Evidence))
			seen = m.Report
		}
	}
	return out
}

// ClaimItem is one claim with who makes it.
func (a *Answers) ClaimItem(c *readout.Claim) wire.ClaimItem {
	return wire.ClaimItem{
		ID: c.ID, Attribute: c.Attribute, Text: c.Text, Value: a.enc.ClaimValue(c.Value), Hedge: opt(c.Hedge), Holder: a.entity(c.Holder),
		Chain: a.chain(c.Chain, c.Evidence.Report), Evidence: a.Passage(c.Evidence), Decided: a.enc.Decided(c.ID),
	}
}

func (a *Answers) disagreement(d view.Difference) wire.DisagreementItem {
	out := wire.DisagreementItem{Attribute: d.Attribute, Verdict: string(d.Verdict), Why: d.Why, Claims: []wire.ClaimItem{}}
	if e := a.event(d.Event); e != nil {
		out.Event = *e
	}
	for _, c := range d.Values {
		out.Claims = append(out.Claims, a.ClaimItem(c.Claim))
	}
	return out
}

// StatementItem is a statement.
func (a *Answers) StatementItem(r view.QuoteRow) wire.StatementItem {
	s := r.Statement
	out := wire.StatementItem{
		ID: s.ID, Path: a.Path(s.ID), Kind: string(s.Kind), Text: s.Text, Speaker: a.entity(s.Speaker), Addressee: a.entity(s.Addressee), Medium: opt(s.Medium),
		Date: a.enc.Date(s.Date), Event: a.event(s.Event), NestedIn: opt(s.NestedIn), Uttered: s.Uttered, Utterance: opt(s.Utterance),
		Chain: a.chain(s.Chain, s.Report), Evidence: []wire.Passage{}, Decided: a.enc.Decided(s.ID),
	}
	if n := a.EntityName(s.Medium); n != "" {
		out.Medium = &n
	}
	for _, c := range s.Content {
		out.Evidence = append(out.Evidence, a.Passage(readout.Evidence{Report: s.Report, Span: c, By: s.By}))
	}
	return out
}

// PositionItem is one position.
func (a *Answers) PositionItem(r view.PositionRow) wire.PositionItem {
	p := r.Position
	out := wire.PositionItem{
		ID: p.ID, Path: a.Path(p.ID), Party: a.entity(p.Party), Addressee: a.entity(p.Addressee), Stance: string(p.Stance), Text: p.Text, Terms: opt(p.Terms), If: opt(p.If),
		Date: a.enc.Date(p.Date), Until: a.enc.Date(p.Until), Speaker: a.entity(p.Speaker), Statement: opt(p.Statement), Event: a.event(p.Event),
		Change: opt(p.Change), Previous: opt(p.Previous), Uttered: p.Uttered, Chain: a.chain(p.Chain, p.Evidence.Report), Evidence: a.Passage(p.Evidence), Decided: a.enc.Decided(p.ID),
	}
	if p.Issue != "" {
		out.Issue = &wire.Ref{ID: p.Issue, Name: r.Issue, Path: opt(a.Path(p.Issue))}
	}
	return out
}

// CommitmentItem is a promise with who says that it was broken, as it stands
// on the day of its ledger.
func (a *Answers) CommitmentItem(r view.DueRow) wire.CommitmentItem {
	c := r.Commitment
	out := wire.CommitmentItem{
		ID: c.ID, Path: a.Path(c.ID), Party: a.entity(c.Party), To: a.entity(c.To), Terms: c.Terms, If: opt(c.If), Made: a.enc.Date(c.Made), Until: a.enc.Date(c.Until),
		Position: opt(c.Position), Due: opt(r.Due), Inferred: r.Inferred, Standing: r.Status(), Copies: recordjson.List(r.Copies), Evidence: a.Passage(c.Evidence), Violations: []wire.ViolationItem{}, Decided: a.enc.Decided(c.ID),
	}
	if r.Counted {
		out.Days = &r.Days
	}
	for _, v := range r.Violations {
		x := wire.ViolationItem{Accuser: a.entity(v.Violation.Accuser), Accused: a.entity(v.Violation.Accused), Date: opt(v.Date), Evidence: a.Passage(v.Violation.Evidence), Denials: []wire.ResponseItem{}}
		for _, d := range v.Denials {
			x.Denials = append(x.Denials, a.ResponseItem(d))
		}
		out.Violations = append(out.Violations, x)
	}
	return out
}

// ResponseItem is an answer of a party.
func (a *Answers) ResponseItem(r view.ResponseRow) wire.ResponseItem {
	x := r.Response
	return wire.ResponseItem{
		ID: x.ID, Path: a.Path(x.ID), Party: a.entity(x.Party), Kind: string(x.Kind), About: opt(r.About), Event: opt(x.Event), Statement: opt(x.Statement), To: a.entity(x.To),
		Date: a.enc.Date(x.Date), Chain: a.chain(x.Chain, x.Evidence.Report), Evidence: a.Passage(x.Evidence), Decided: a.enc.Decided(x.ID),
	}
}

// ThreadItem is a line of events; First and Last are days of its dated events.
func (a *Answers) ThreadItem(r view.ThreadRow) wire.ThreadItem {
	t := r.Thread
	out := wire.ThreadItem{ID: t.ID, Path: a.Path(t.ID), Title: t.Title, Parties: a.refs(t.Parties), Events: len(t.Events), Counts: counts(r.Support)}
	for _, e := range r.Events {
		if d := e.Event.Date; d != nil && d.Value != "" {
			if out.First == nil {
				out.First = opt(d.Value)
			}
			out.Last = opt(d.Value)
		}
	}
	return out
}

// IssueItem is an issue with who holds positions on it.
func (a *Answers) IssueItem(x *readout.Issue) wire.IssueItem {
	out := wire.IssueItem{ID: x.ID, Path: a.Path(x.ID), Name: x.Name, Names: recordjson.List(x.Names), Parties: []wire.Ref{}, Positions: len(x.Positions)}
	seen := map[string]bool{}
	var first, last string
	for _, id := range x.Positions {
		f, ok := a.Thing(id)
		if !ok {
			continue
		}
		p := f.Position.Position
		if r := a.entity(p.Party); r != nil && !seen[p.Party] {
			seen[p.Party] = true
			out.Parties = append(out.Parties, *r)
		}
		if p.Date != nil && p.Date.Value != "" {
			if first == "" || p.Date.Value < first {
				first = p.Date.Value
			}
			last = max(last, p.Date.Value)
		}
	}
	out.First, out.Last = opt(first), opt(last)
	return out
}

// ReportItem is a report as a line of a list.
func (a *Answers) ReportItem(r view.ReportRow) wire.ReportItem {
	x := r.Report
	out := wire.ReportItem{
		ID: x.ID, Path: a.Path(x.ID), Title: opt(x.Title), Outlet: r.Outlet, OutletID: opt(r.Origin.Outlet), URL: opt(x.URL), SHA256: x.SHA256, Language: opt(x.Language),
		Published: recordjson.Published(x.Published), ReadIn: stamp(a.ReadIn[x.ID]), Origin: wire.Origin{Kind: r.Origin.Kind, Of: opt(r.Origin.Of), Why: opt(r.Origin.Why)},
		OriginOf: opt(r.Of), Defects: []string{}, Skipped: opt(x.Skip), Decided: a.enc.Decided(x.ID),
	}
	for _, d := range r.Anomalies {
		out.Defects = append(out.Defects, d.Note)
	}
	return out
}
