package answer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/wire"
)

// The schemas of things.
const (
	EventSchema        = "readout/event/1"
	EventChangesSchema = "readout/event-changes/1"
	QuoteSchema        = "readout/quote/1"
	StatementSchema    = "readout/statement/1"
	StancesSchema      = "readout/stances/1"
	OpenedSchema       = "readout/opened/1"
	SourceSchema       = "readout/source/1"
	ComparisonSchema   = "readout/comparison/1"
	ContactsSchema     = "readout/contacts/1"
	PositionSchema     = "readout/position/1"
	IssueSchema        = "readout/issue/1"
	CommitmentSchema   = "readout/commitment/1"
	ResponseSchema     = "readout/response/1"
	ThreadSchema       = "readout/thread/1"
	EntitySchema       = "readout/entity/1"
	ReportSchema       = "readout/report/1"
	StatusSchema       = "readout/status/1"
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

// each makes items of rows; never nil.
func each[V, T any](in []V, item func(V) T) []T {
	out := make([]T, 0, len(in))
	for _, v := range in {
		out = append(out, item(v))
	}
	return out
}

// Statement is one statement.
func (a *Answers) Statement(id string) (wire.Thing[wire.StatementItem], error) {
	f, err := a.find("statement", id)
	if err != nil {
		return wire.Thing[wire.StatementItem]{}, err
	}
	return thing(a, StatementSchema, a.StatementItem(*f.Statement))
}

// Quote is the thing said that the id of an utterance or of one of its
// statements names, in all its renderings.
func (a *Answers) Quote(id string) (wire.Thing[wire.QuoteItem], error) {
	r, ok := a.SaidOne(id)
	if !ok {
		return wire.Thing[wire.QuoteItem]{}, a.missing("statement or utterance", id)
	}
	return thing(a, QuoteSchema, a.QuoteItem(r))
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
	return a.issue(f.Issue, held)
}

// IssueShown is an issue with the positions that pass the filter of its page, copies
// included.
func (a *Answers) IssueShown(p view.IssuePage) (wire.Thing[wire.IssuePage], error) {
	return a.issue(p.Issue, slices.Clone(p.All))
}

func (a *Answers) issue(x *readout.Issue, held []view.PositionRow) (wire.Thing[wire.IssuePage], error) {
	slices.SortStableFunc(held, func(x, y view.PositionRow) int {
		return cmp.Or(strings.Compare(x.Party, y.Party), strings.Compare(dayOf(x.Position.Date), dayOf(y.Position.Date)))
	})
	return thing(a, IssueSchema, wire.IssuePage{Issue: a.IssueItem(x), Positions: each(held, a.PositionItem)})
}

// dayOf sorts unknown days last.
func dayOf(d *readout.Date) string {
	if d == nil || d.Value == "" {
		return "~"
	}
	return d.Value
}

// Commitment is one promise.
func (a *Answers) Commitment(id string, p query.Params) (wire.Thing[wire.CommitmentItem], error) {
	r, ok := a.DueOne(id, a.day(p))
	if !ok {
		return wire.Thing[wire.CommitmentItem]{}, a.missing("commitment", id)
	}
	return thing(a, CommitmentSchema, a.CommitmentItem(r))
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

// ReportPage is a report with its sentences and what was read from them.
func (a *Answers) ReportPage(id string) (wire.Thing[wire.ReportPage], error) {
	r, ok := a.Reading(id)
	if !ok {
		return wire.Thing[wire.ReportPage]{}, a.missing("report", id)
	}
	out := wire.ReportPage{
		Report: a.ReportItem(r.ReportRow), Total: r.Total, Used: r.Used, Known: r.Known, Nothing: opt(r.Nothing), Sentences: []wire.Sentence{}, Copies: []wire.Ref{},
		Events: []wire.Ref{}, Quotes: []wire.StatementItem{}, Positions: []wire.PositionItem{}, Answers: []wire.ResponseItem{},
	}
	for _, p := range r.Paragraphs {
		for _, s := range p.Sentences {
			cp := a.enc.Span(id, s.Span)
			x := wire.Sentence{N: s.N, Start: cp.Start, End: cp.End, ByteStart: s.Span.Start, ByteEnd: s.Span.End, Text: s.Text, Noise: opt(s.Noise), Used: s.Used, Notes: []wire.Note{}}
			for _, n := range s.Notes {
				path := n.Path
				if path != "" {
					path = "/" + path
				}
				x.Notes = append(x.Notes, wire.Note{Kind: string(n.Kind), Text: n.Text, Ref: opt(n.Ref), Path: opt(path)})
			}
			out.Sentences = append(out.Sentences, x)
		}
	}
	for _, c := range r.Copies {
		out.Copies = append(out.Copies, a.report(c.ID))
	}
	in := a.In(id)
	for _, e := range in.Events {
		out.Events = append(out.Events, a.eventRef(e))
	}
	for _, s := range in.Statements {
		x, _ := a.Thing(s.ID)
		out.Quotes = append(out.Quotes, a.StatementItem(*x.Statement))
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
	outlets := map[string]bool{}
	for i, r := range rec.Reports {
		outlets[a.OutletName(r.ID)] = true
		if r.Published.Value == "" {
			out.Undated++
		}
		if r.Skip != "" {
			out.Skipped++
		}
		if i < len(rec.Origins) && rec.Origins[i].Kind != "own" && rec.Origins[i].Kind != "" {
			out.Copies++
		}
	}
	out.Outlets = len(outlets)
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
