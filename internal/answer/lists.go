package answer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/wire"
)

// The schemas of lists.
const (
	TimelineSchema      = "readout/timeline/1"
	QuotesSchema        = "readout/quotes/1"
	StatementsSchema    = "readout/statements/1"
	SourcesSchema       = "readout/sources/1"
	ChangesSchema       = "readout/changes/1"
	PositionsSchema     = "readout/positions/1"
	IssuesSchema        = "readout/issues/1"
	CommitmentsSchema   = "readout/commitments/1"
	ResponsesSchema     = "readout/responses/1"
	DisagreementsSchema = "readout/disagreements/1"
	ThreadsSchema       = "readout/threads/1"
	EntitiesSchema      = "readout/entities/1"
	ReportsSchema       = "readout/reports/1"
)

// Timeline lists events by date, the newest first unless p.Order is "oldest";
// events without a date come last.
func (a *Answers) Timeline(p query.Params) Rows[wire.EventItem] {
	events := a.InTime(p.Filter(), p.Order == "oldest")
	return rows(a, TimelineSchema, events, func(e *readout.Event) wire.EventItem {
		r, _ := a.Event(e.ID)
		return a.EventItem(r)
	})
}

// Statements lists statements: by speaker, those with most first; by date with
// p.Order "date".
func (a *Answers) Statements(p query.Params) Rows[wire.StatementItem] {
	quotes := a.View.Quotes(p.Filter())
	if p.Order == "date" {
		slices.SortStableFunc(quotes, func(x, y view.QuoteRow) int {
			return cmp.Or(boolCompare(x.Date == "", y.Date == ""), strings.Compare(x.Date, y.Date))
		})
	}
	return rows(a, StatementsSchema, quotes, a.StatementItem)
}

func boolCompare(x, y bool) int {
	switch {
	case x == y:
		return 0
	case y:
		return -1
	}
	return 1
}

// Quotes lists things said, each once in all its renderings: the newest first,
// unless p.Order is "oldest" or "carriers" (most independent origins first).
func (a *Answers) Quotes(p query.Params) Rows[wire.QuoteItem] {
	f := p.Filter()
	if f.On == "" {
		f.On = p.Q
	}
	order := view.SaidNewest
	switch o := view.SaidOrder(p.Order); o {
	case view.SaidOldest, view.SaidCarriers:
		order = o
	}
	return a.saidRows(a.Said(f, order))
}

// Positions lists positions by party, issue and date.
func (a *Answers) Positions(p query.Params) Rows[wire.PositionItem] {
	f := p.Filter()
	positions := a.View.Positions(f)
	if p.Issue != "" {
		positions = slices.DeleteFunc(positions, func(r view.PositionRow) bool {
			return r.Position.Issue != p.Issue && !strings.Contains(strings.ToLower(r.Issue), strings.ToLower(p.Issue))
		})
	}
	return rows(a, PositionsSchema, positions, a.PositionItem)
}

// Issues lists what positions are about, those with most positions first.
func (a *Answers) Issues(p query.Params) Rows[wire.IssueItem] {
	issues := slices.Clone(a.Record.Issues)
	if p.On != "" {
		issues = slices.DeleteFunc(issues, func(x *readout.Issue) bool {
			return !slices.ContainsFunc(x.Names, func(n string) bool { return strings.Contains(strings.ToLower(n), strings.ToLower(p.On)) })
		})
	}
	slices.SortStableFunc(issues, func(x, y *readout.Issue) int {
		return cmp.Or(-cmp.Compare(len(x.Positions), len(y.Positions)), strings.Compare(x.Name, y.Name), strings.Compare(x.ID, y.ID))
	})
	return rows(a, IssuesSchema, issues, a.IssueItem)
}

// Commitments lists promises by what is owed when: overdue, due soon, said to
// be broken, open, without a day. p.Status is one of them.
func (a *Answers) Commitments(p query.Params) Rows[wire.CommitmentItem] {
	f := p.Filter()
	f.Status = ""
	out := a.Ledger(f, a.day(p)).Rows()
	if p.Status != "" {
		out = slices.DeleteFunc(out, func(r view.DueRow) bool { return !r.Is(p.Status) })
	}
	return rows(a, CommitmentsSchema, out, a.CommitmentItem)
}

// Responses lists answers by date.
func (a *Answers) Responses(p query.Params) Rows[wire.ResponseItem] {
	return rows(a, ResponsesSchema, a.View.Responses(p.Filter()), a.ResponseItem)
}

// Disagreements lists the attributes on which reports tell of events,
// conflicts first.
func (a *Answers) Disagreements(p query.Params) Rows[wire.DisagreementItem] {
	return rows(a, DisagreementsSchema, a.View.Disagreements(p.Filter()), func(r view.DisagreementRow) wire.DisagreementItem { return a.disagreement(r.Difference) })
}

// Threads lists threads, those with most events first.
func (a *Answers) Threads(p query.Params) Rows[wire.ThreadItem] {
	return rows(a, ThreadsSchema, a.View.Threads(p.Filter()), a.ThreadItem)
}

// Reports lists reports by day of publication, the unknown last.
func (a *Answers) Reports(p query.Params) Rows[wire.ReportItem] {
	return rows(a, ReportsSchema, a.View.Reports(p.Filter()), a.ReportItem)
}

// Changes lists what reports that came out from p.From (or p.Since) to p.To
// added to the record of events, the newest report first unless p.Order is
// "oldest".
func (a *Answers) Changes(p query.Params) Rows[wire.ChangeItem] {
	since := p.Since
	if since == "" {
		since = p.From
	}
	changes := a.ChangesIn(p.Filter(), since, p.To)
	if p.Kind != "" {
		changes = slices.DeleteFunc(changes, func(c view.EventChange) bool { return string(c.Kind) != p.Kind })
	}
	if p.Order != "oldest" {
		view.NewestFirst(changes)
	}
	return rows(a, ChangesSchema, changes, a.ChangeItem)
}
