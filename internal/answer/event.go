package answer

import (
	"strconv"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/internal/view/recordjson"
	"github.com/readout-news/readout/wire"
)

// EventPage is all that the record has on one event; the columns of who says
// what are speakers, or outlets.
func (a *Answers) EventPage(id string, by view.By) (wire.Thing[wire.EventPage], error) {
	f, err := a.find("event", id)
	if err != nil {
		return wire.Thing[wire.EventPage]{}, err
	}
	p := f.Event
	m, _ := a.Matrix(id, by)
	h, _ := a.View.History(id)
	out := wire.EventPage{
		Event: a.EventItem(p.EventRow), Facts: each(a.Facts(id), a.fact), WhoSays: whoSays(m),
		Claims: each(p.All, a.disagreement), Quotations: each(a.Quotations(id), a.quotation), Positions: each(p.Positions, a.PositionItem),
		Answers: each(p.Answers, a.ResponseItem), Links: each(a.Links(id), a.link), Threads: []wire.Ref{},
		History: wire.History{Changes: each(h.Changes, a.ChangeItem), Undated: each(h.Undated, a.ChangeItem)}, Reports: []wire.ReportItem{},
	}
	for _, t := range p.Threads {
		out.Threads = append(out.Threads, a.thread(t.Thread))
	}
	for _, id := range p.Support.Reports {
		if r, ok := a.Thing(id); ok {
			out.Reports = append(out.Reports, a.ReportItem(*r.Report))
		}
	}
	return thing(a, EventSchema, out)
}

func (a *Answers) thread(t *readout.Thread) wire.Ref {
	return wire.Ref{ID: t.ID, Name: t.Title, Path: opt(a.Path(t.ID))}
}

func (a *Answers) eventRef(e *readout.Event) wire.Ref {
	return wire.Ref{ID: e.ID, Name: e.Title, Path: opt(a.Path(e.ID))}
}

func (a *Answers) fact(f view.AgreedFact) wire.Fact {
	out := wire.Fact{Name: f.Name, Lines: []wire.FactLine{}, Of: f.Of, Ref: f.Ref, Count: f.Count, Row: opt(f.Row), Flag: opt(f.Flag)}
	for _, l := range f.Lines {
		out.Lines = append(out.Lines, wire.FactLine{Entity: opt(l.Entity), Name: l.Name, Party: opt(l.Party), Role: opt(l.Role)})
	}
	return out
}

func whoSays(m view.Matrix) wire.WhoSays {
	out := wire.WhoSays{By: string(m.By), Columns: []wire.Column{}, Rows: []wire.Question{}, Disputed: m.Disputed, Reports: m.Reports, Note: opt(m.Note)}
	for _, c := range m.Columns {
		out.Columns = append(out.Columns, wire.Column{Key: c.Key, Name: c.Name, Note: opt(c.Note), Claims: c.Claims})
	}
	for _, r := range m.Rows {
		q := wire.Question{Key: r.Key, Ref: r.Ref, Question: r.Question, Verdict: opt(string(r.Verdict)), Why: opt(r.Why), Note: opt(r.Note), Disputed: r.Disputed(), Cells: []wire.Cell{}}
		for _, c := range r.Cells {
			x := wire.Cell{Column: c.Column.Key, Ref: c.Ref, Values: []wire.CellValue{}, More: c.More, First: opt(c.First)}
			for _, v := range c.Values {
				x.Values = append(x.Values, wire.CellValue{
					Words: v.Words, Quote: opt(v.Quote), Mark: opt(string(v.Mark)), Differs: v.Differs, Who: opt(v.Who), Outlets: recordjson.List(v.Outlets),
					Ref: v.Ref, Sentences: v.Sentences, Independent: v.Independent, Facts: recordjson.List(v.Facts),
				})
			}
			q.Cells = append(q.Cells, x)
		}
		out.Rows = append(out.Rows, q)
	}
	return out
}

func (a *Answers) quotation(q view.Quoted) wire.Quotation {
	return wire.Quotation{
		Quote: a.StatementItem(q.Quote), Role: opt(q.Role), Through: recordjson.List(q.Path), Ref: q.Ref, Sentences: q.Sentences, Origins: q.Reports,
		Changed: q.Changed, AtEvent: q.AtEvent,
	}
}

func (a *Answers) link(l view.Linked) wire.LinkItem {
	return wire.LinkItem{Lead: l.Lead, Event: a.eventRef(l.Event), Note: l.Note, Ref: opt(l.Ref), Text: opt(l.Text)}
}

// EventChanges are what reports published after one moment and up to another
// ("" open) added to the record of an event.
func (a *Answers) EventChanges(id, after, until string) (wire.Thing[wire.EventChanges], error) {
	e := a.EventByID(id)
	if e == nil {
		return wire.Thing[wire.EventChanges]{}, a.missing("event", id)
	}
	h, _ := a.View.History(id)
	out := wire.EventChanges{Event: a.eventRef(e), After: opt(after), Until: opt(until), Changes: []wire.ChangeItem{}, Undated: each(h.Undated, a.ChangeItem)}
	for _, c := range h.Changes {
		if readout.ComparePublished(c.At, after) > 0 && (until == "" || readout.ComparePublished(c.At, until) <= 0) {
			out.Changes = append(out.Changes, a.ChangeItem(c))
		}
	}
	return thing(a, EventChangesSchema, out)
}

// ChangeItem is one thing that a report added to the record of an event.
func (a *Answers) ChangeItem(c view.EventChange) wire.ChangeItem {
	return wire.ChangeItem{
		At: opt(c.At), Event: a.eventRef(c.Event), Kind: string(c.Kind), Label: c.Label, Who: opt(c.Who), Old: opt(c.Old), New: opt(c.New),
		Report: a.report(c.Report), Outlet: c.Outlet, Ref: c.Ref,
	}
}

// report refers to a report, under its title, else its outlet.
func (a *Answers) report(id string) wire.Ref {
	out := wire.Ref{ID: id, Name: a.OutletName(id), Path: opt(a.Path(id))}
	if r := a.Report(id); r != nil && r.Title != "" {
		out.Name = r.Title
	}
	return out
}

// Opened is what a reference names. The error wraps readout.ErrNotFound.
func (a *Answers) Opened(ref string) (wire.Thing[wire.Opened], error) {
	o, err := a.View.Open(ref)
	if err != nil {
		return wire.Thing[wire.Opened]{}, err
	}
	out := wire.Opened{Ref: o.Ref, Title: o.Title, Note: opt(o.Note), Sentences: o.Sentences, Copied: o.Copied, Independent: o.Independent, Reports: []wire.OpenedReport{}}
	if o.Event != nil {
		e := a.eventRef(o.Event)
		out.Event = &e
	}
	for _, r := range o.Reports {
		x := wire.OpenedReport{Copy: r.Copy, Text: r.Text, Total: r.Total, Known: r.Known, Sentences: []wire.OpenedSentence{}}
		if f, ok := a.Thing(r.Report.ID); ok {
			x.Report = a.ReportItem(*f.Report)
		}
		for _, s := range r.Sentences {
			cp := a.enc.Span(r.Report.ID, s.Span)
			y := wire.OpenedSentence{
				N: s.N, Last: s.Last, Where: r.Where(s), Path: a.Path(r.Report.ID) + "#s" + strconv.Itoa(s.N), Before: opt(s.Before), After: opt(s.After), Pieces: []wire.Piece{},
				Start: cp.Start, End: cp.End, ByteStart: s.Span.Start, ByteEnd: s.Span.End, Chain: recordjson.List(s.Chain), Facts: recordjson.List(s.Facts), By: []wire.By{},
			}
			for _, p := range s.Pieces {
				y.Pieces = append(y.Pieces, wire.Piece{Text: p.Text, Hit: p.Hit})
			}
			for _, b := range s.By {
				y.By = append(y.By, recordjson.By(b))
			}
			x.Sentences = append(x.Sentences, y)
		}
		out.Reports = append(out.Reports, x)
	}
	return thing(a, OpenedSchema, out)
}
