package answer

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/wire"
)

// The schemas of things.
const (
	EventSchema      = "readout/event/1"
	QuoteSchema      = "readout/quote/1"
	UtteranceSchema  = "readout/utterance/1"
	PositionSchema   = "readout/position/1"
	IssueSchema      = "readout/issue/1"
	CommitmentSchema = "readout/commitment/1"
	ResponseSchema   = "readout/response/1"
	ThreadSchema     = "readout/thread/1"
	EntitySchema     = "readout/entity/1"
	ReportSchema     = "readout/report/1"
	StatusSchema     = "readout/status/1"
)

// find looks up what an id of that kind names; the error wraps
// readout.ErrNotFound.
func (a *Answers) find(kind, id string) (view.Found, error) {
	f, ok := a.Thing(id)
	if !ok || f.Kind != kind {
		return f, a.missing(kind, id)
	}
	return f, nil
}

// EventPage is all that the record has on one event.
func (a *Answers) EventPage(id string) (wire.Thing[wire.EventPage], error) {
	f, err := a.find("event", id)
	if err != nil {
		return wire.Thing[wire.EventPage]{}, err
	}
	p := f.Event
	out := wire.EventPage{
		Event: a.EventItem(p.EventRow), Agreed: []wire.DisagreementItem{}, Disputed: []wire.DisagreementItem{}, Quotations: each(p.Quotes, a.QuoteItem),
		Positions: each(p.Positions, a.PositionItem), Answers: each(p.Answers, a.ResponseItem), Links: []wire.LinkItem{}, Threads: []wire.Ref{}, Reports: []wire.ReportItem{},
	}
	for _, d := range p.All {
		if x := a.disagreement(d); d.Verdict == readout.Agree || d.Verdict == readout.Single {
			out.Agreed = append(out.Agreed, x)
		} else {
			out.Disputed = append(out.Disputed, x)
		}
	}
	for _, l := range p.Links {
		out.Links = append(out.Links, wire.LinkItem{Relation: l.Relation, Event: wire.Ref{ID: l.Event.ID, Name: l.Event.Title, Path: opt(a.Path(l.Event.ID))}, Evidence: a.Passage(l.Evidence)})
	}
	for _, t := range p.Threads {
		out.Threads = append(out.Threads, wire.Ref{ID: t.Thread.ID, Name: t.Thread.Title, Path: opt(a.Path(t.Thread.ID))})
	}
	for _, id := range p.Support.Reports {
		if r, ok := a.Thing(id); ok {
			out.Reports = append(out.Reports, a.ReportItem(*r.Report))
		}
	}
	return thing(a, EventSchema, out)
}

// each makes items of rows; never nil.
func each[V, T any](in []V, item func(V) T) []T {
	out := make([]T, 0, len(in))
	for _, v := range in {
		out = append(out, item(v))
	}
	return out
}

// Quote is one statement.
func (a *Answers) Quote(id string) (wire.Thing[wire.QuoteItem], error) {
	f, err := a.find("statement", id)
	if err != nil {
		return wire.Thing[wire.QuoteItem]{}, err
	}
	return thing(a, QuoteSchema, a.QuoteItem(*f.Statement))
}

// Utterance is one thing once said, in all its renderings.
func (a *Answers) Utterance(id string) (wire.Thing[wire.UtteranceItem], error) {
	f, err := a.find("utterance", id)
	if err != nil {
		return wire.Thing[wire.UtteranceItem]{}, err
	}
	return thing(a, UtteranceSchema, a.UtteranceItem(*f.Utterance))
}

// Position is one position.
func (a *Answers) Position(id string) (wire.Thing[wire.PositionItem], error) {
	f, err := a.find("position", id)
	if err != nil {
		return wire.Thing[wire.PositionItem]{}, err
	}
	return thing(a, PositionSchema, a.PositionItem(*f.Position))
}

// Issue is an issue with its positions, by party, then by date.
func (a *Answers) Issue(id string) (wire.Thing[wire.IssuePage], error) {
	f, err := a.find("issue", id)
	if err != nil {
		return wire.Thing[wire.IssuePage]{}, err
	}
	var held []view.PositionRow
	for _, id := range f.Issue.Positions {
		if p, ok := a.Thing(id); ok {
			held = append(held, *p.Position)
		}
	}
	slices.SortStableFunc(held, func(x, y view.PositionRow) int {
		if c := strings.Compare(x.Party, y.Party); c != 0 {
			return c
		}
		return strings.Compare(dayOf(x.Position.Date), dayOf(y.Position.Date))
	})
	return thing(a, IssueSchema, wire.IssuePage{Issue: a.IssueItem(f.Issue), Positions: each(held, a.PositionItem)})
}

// dayOf sorts unknown days last.
func dayOf(d *readout.Date) string {
	if d == nil || d.Value == "" {
		return "~"
	}
	return d.Value
}

// Commitment is one promise.
func (a *Answers) Commitment(id string) (wire.Thing[wire.CommitmentItem], error) {
	f, err := a.find("commitment", id)
	if err != nil {
		return wire.Thing[wire.CommitmentItem]{}, err
	}
	return thing(a, CommitmentSchema, a.CommitmentItem(*f.Commitment))
}

// Response is one answer of a party.
func (a *Answers) Response(id string) (wire.Thing[wire.ResponseItem], error) {
	f, err := a.find("response", id)
	if err != nil {
		return wire.Thing[wire.ResponseItem]{}, err
	}
	return thing(a, ResponseSchema, a.ResponseItem(*f.Response))
}

// Thread is a thread with its events.
func (a *Answers) Thread(id string) (wire.Thing[wire.ThreadPage], error) {
	f, err := a.find("thread", id)
	if err != nil {
		return wire.Thing[wire.ThreadPage]{}, err
	}
	return thing(a, ThreadSchema, wire.ThreadPage{Thread: a.ThreadItem(*f.Thread), Events: each(f.Thread.Events, a.EventItem)})
}

// EntityPage is what the record has on one entity.
func (a *Answers) EntityPage(id string) (wire.Thing[wire.EntityPage], error) {
	f, err := a.find("entity", id)
	if err != nil {
		return wire.Thing[wire.EntityPage]{}, err
	}
	out := wire.EntityPage{
		Entity: a.EntityItem(*f.Entity), Roles: []wire.RoleItem{},
		Quotes:      each(a.View.Quotes(view.Filter{By: id}), a.QuoteItem),
		Events:      each(a.Events(view.Filter{With: []string{id}}), a.EventItem),
		Positions:   []wire.PositionItem{},
		Commitments: []wire.CommitmentItem{},
	}
	for _, r := range f.Entity.Entity.Roles {
		out.Roles = append(out.Roles, wire.RoleItem{Title: r.Title, From: opt(r.From), To: opt(r.To), Evidence: a.passages(r.Evidence)})
	}
	for _, r := range a.View.Positions(view.Filter{By: id}) {
		if r.Position.Party == id || r.Position.Speaker == id {
			out.Positions = append(out.Positions, a.PositionItem(r))
		}
	}
	for _, r := range a.View.Commitments(view.Filter{By: id}) {
		out.Commitments = append(out.Commitments, a.CommitmentItem(r))
	}
	return thing(a, EntitySchema, out)
}

// ReportPage is a report with its sentences and what was read from them.
func (a *Answers) ReportPage(id string) (wire.Thing[wire.ReportPage], error) {
	f, err := a.find("report", id)
	if err != nil {
		return wire.Thing[wire.ReportPage]{}, err
	}
	r := f.Report.Report
	out := wire.ReportPage{Report: a.ReportItem(*f.Report), Sentences: []wire.Sentence{}, Events: []wire.Ref{}, Quotes: []wire.QuoteItem{}, Positions: []wire.PositionItem{}, Answers: []wire.ResponseItem{}}
	if a.Sentences != nil {
		for i, s := range a.Sentences(id) {
			if s.End > len(r.Text) {
				break
			}
			cp := a.enc.Span(id, s)
			out.Sentences = append(out.Sentences, wire.Sentence{N: i + 1, Start: cp.Start, End: cp.End, ByteStart: s.Start, ByteEnd: s.End, Text: s.In(r.Text)})
		}
	}
	in := a.In(id)
	for _, e := range in.Events {
		out.Events = append(out.Events, *a.event(e.ID))
	}
	for _, s := range in.Statements {
		x, _ := a.Thing(s.ID)
		out.Quotes = append(out.Quotes, a.QuoteItem(*x.Statement))
	}
	for _, p := range in.Positions {
		x, _ := a.Thing(p.ID)
		out.Positions = append(out.Positions, a.PositionItem(*x.Position))
	}
	for _, r := range in.Responses {
		x, _ := a.Thing(r.ID)
		out.Answers = append(out.Answers, a.ResponseItem(*x.Response))
	}
	return thing(a, ReportSchema, out)
}

// Status is the state of the store behind the answers.
func (a *Answers) Status(version string) (wire.Thing[wire.Status], error) {
	rec := a.Record
	out := wire.Status{
		Version: version, Revision: a.Revision.N, ChangedAt: stamp(a.Revision.At), Reports: len(rec.Reports), Events: len(rec.Events), Statements: len(rec.Statements),
		Positions: len(rec.Positions), Commitments: len(rec.Commitments), Responses: len(rec.Responses), Refused: []wire.Refusal{},
	}
	for i, r := range rec.Reports {
		if r.Published.Value == "" {
			out.Undated++
		}
		if i < len(rec.Origins) && rec.Origins[i].Kind != "own" && rec.Origins[i].Kind != "" {
			out.Copies++
		}
	}
	for _, d := range rec.Disagreements {
		if d.Verdict == readout.Conflict {
			out.Conflicts++
		}
	}
	out.LastReadIn = stamp(a.LastRead)
	for _, r := range a.Refusals {
		out.Refused = append(out.Refused, wire.Refusal{Path: r.Path, Reason: r.Reason})
	}
	return thing(a, StatusSchema, out)
}

// JobSchema names the answer on a reading.
const JobSchema = "readout/job/1"

// Job is how far a reading is; the head tells of the present record.
func (a *Answers) Job(j *live.Job) wire.Thing[wire.Job] {
	s := j.Status()
	out := wire.Job{
		ID: j.ID, Path: "/jobs/" + j.ID, State: string(s.State), Started: stamp(j.Started), Ended: stamp(s.Ended), Total: j.Total, Read: s.Read,
		Outcomes: []wire.Outcome{}, Error: opt(s.Err),
	}
	if s.State == live.Done {
		out.Revision = &s.Revision
	}
	for _, o := range s.Outcomes {
		x := wire.Outcome{Name: o.Path, New: o.New, Reason: opt(o.Reason)}
		if o.Report != "" {
			x.Report = &wire.Ref{ID: o.Report, Name: a.OutletName(o.Report), Path: opt(a.Path(o.Report))}
			if r := a.Report(o.Report); r != nil && r.Title != "" {
				x.Report.Name = r.Title
			}
		}
		out.Outcomes = append(out.Outcomes, x)
	}
	return wire.Thing[wire.Job]{Head: a.Head(JobSchema), Item: out}
}
