package view

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
)

// Ledger sorts promises by what is owed when.
type Ledger struct {
	Day     string   // on which it is counted, ISO 8601; "" none is known: then nothing is overdue or soon
	Overdue []DueRow // the longest overdue first
	Soon    []DueRow // due within DueSoon days, the next first
	Alleged []DueRow // said to be broken, by the accusation's day, the newest first
	Open    []DueRow // due later
	Undated []DueRow // by the day they were made or reported, the newest first
}

// DueSoon is how many days ahead a ledger counts as soon.
const DueSoon = 30

// DueRow is a promise with its day.
type DueRow struct {
	CommitmentRow
	Due      string   // last day on which it can be kept, ISO 8601; "" unknown
	Inferred bool     // the day does not stand in the report
	Counted  bool     // both the ledger's day and Due are known: then Days says something
	Days     int      // from the ledger's day to Due; negative when overdue
	Copies   []string // outlets that have the same words from the same origin
}

// Status is where a promise stands, in a word: "overdue", "due soon", "breach
// alleged", "open" or "no date". None is "kept": no report of a record says so
// yet in a way that is read.
func (r DueRow) Status() string {
	switch {
	case len(r.Violations) > 0:
		return "breach alleged"
	case r.Due == "":
		return "no date"
	case r.overdue():
		return "overdue"
	case r.soon():
		return "due soon"
	}
	return "open"
}

func (r DueRow) overdue() bool { return r.Counted && r.Days < 0 }

func (r DueRow) soon() bool { return r.Counted && r.Days >= 0 && r.Days <= DueSoon }

// Is reports whether a promise is in a state of the ledger's: "overdue", "soon",
// "alleged", "open", "undated", or as Status has it; every one is in "". One
// that is said to be broken may be overdue as well.
func (r DueRow) Is(state string) bool {
	switch state {
	case "overdue":
		return r.overdue()
	case "soon", "due soon":
		return r.soon()
	case "alleged", "breach alleged", "violated":
		return len(r.Violations) > 0
	case "open":
		return r.Due != "" && !r.overdue() && !r.soon()
	case "undated", "no date":
		return r.Due == ""
	}
	return state == ""
}

// Len is the number of promises in a ledger.
func (l Ledger) Len() int {
	return len(l.Overdue) + len(l.Soon) + len(l.Alleged) + len(l.Open) + len(l.Undated)
}

// Rows are all of a ledger in its order.
func (l Ledger) Rows() []DueRow {
	return slices.Concat(l.Overdue, l.Soon, l.Alleged, l.Open, l.Undated)
}

// Ledger sorts the promises that pass the filter by what was owed on day
// (ISO 8601, a month or a year counts as its last day, "" as the last day on
// which a report was published). A promise that is said to be broken stands
// among those and nowhere else.
func (v *View) Ledger(f Filter, day string) Ledger {
	l := Ledger{Day: v.countedOn(day)}
	rows := withoutCopies(v.due(f),
		func(r DueRow) [4]string {
			c := r.Commitment
			return [4]string{c.Party, fold(c.Terms), r.Due, v.Origin(c.Evidence.Report)}
		},
		func(r *DueRow) (string, *[]string) { return r.Outlet, &r.Copies })
	for _, r := range rows {
		r.count(l.Day)
		switch {
		case len(r.Violations) > 0:
			l.Alleged = append(l.Alleged, r)
		case r.Due == "":
			l.Undated = append(l.Undated, r)
		case r.overdue():
			l.Overdue = append(l.Overdue, r)
		case r.soon():
			l.Soon = append(l.Soon, r)
		default:
			l.Open = append(l.Open, r)
		}
	}
	byDue := func(a, b DueRow) int {
		return cmp.Or(strings.Compare(a.Due, b.Due), strings.Compare(a.Commitment.ID, b.Commitment.ID))
	}
	newest := func(day func(DueRow) string) func(a, b DueRow) int {
		return func(a, b DueRow) int {
			return cmp.Or(-strings.Compare(day(a), day(b)), strings.Compare(a.Party, b.Party), strings.Compare(a.Commitment.ID, b.Commitment.ID))
		}
	}
	slices.SortStableFunc(l.Overdue, byDue)
	slices.SortStableFunc(l.Soon, byDue)
	slices.SortStableFunc(l.Open, byDue)
	slices.SortStableFunc(l.Undated, newest(DueRow.MadeDay))
	slices.SortStableFunc(l.Alleged, newest(func(r DueRow) string {
		last := ""
		for _, b := range r.Violations {
			last = max(last, cmp.Or(b.Date, v.published(b.Violation.Evidence.Report)))
		}
		return last
	}))
	return l
}

// MadeDay is the day on which a promise was made, else reported; "" unknown.
func (r DueRow) MadeDay() string {
	if at := past(r.Commitment.Made, r.Reported); at != "" {
		return at
	}
	return r.Reported[:min(len(r.Reported), len(time.DateOnly))]
}

func (v *View) due(f Filter) []DueRow {
	var out []DueRow
	for _, c := range v.Commitments(f) {
		row := DueRow{CommitmentRow: c}
		if u := c.Commitment.Until; u != nil {
			row.Due, row.Inferred = lastDay(u), u.Basis == "inferred"
		}
		out = append(out, row)
	}
	return out
}

// lastDay is the last day of a date or range, as an ISO date; "" when it has
// none.
func lastDay(d *readout.Date) string {
	s := cmp.Or(d.End, d.Value)
	for layout, step := range map[string][3]int{time.DateOnly: {}, "2006-01": {0, 1, -1}, "2006": {1, 0, -1}} {
		if t, err := time.Parse(layout, s[:min(len(s), len(time.DateOnly))]); err == nil {
			return t.AddDate(step[0], step[1], step[2]).Format(time.DateOnly)
		}
	}
	return ""
}

// LastDay is the day of the newest report, "" when none has one.
func (v *View) LastDay() string { return v.look().lastDay }

// DueOne is the promise of that id as it stands on day, which counts as that of
// a Ledger; ok is false when there is none.
func (v *View) DueOne(id, day string) (row DueRow, ok bool) {
	c := v.index().commitment[id]
	if c == nil {
		return row, false
	}
	row = DueRow{CommitmentRow: v.commitment(c)}
	if c.Until != nil {
		row.Due, row.Inferred = lastDay(c.Until), c.Until.Basis == "inferred"
	}
	row.count(v.countedOn(day))
	return row, true
}

// countedOn is the day of a ledger for what was asked: the day itself, the last
// of a month or year, that of the newest report for "". "" when there is none.
func (v *View) countedOn(day string) string {
	return lastDay(&readout.Date{Value: cmp.Or(day, v.LastDay())})
}

// count sets how many days lie between a ledger's day and that of the promise.
func (r *DueRow) count(day string) {
	from, err1 := time.Parse(time.DateOnly, day)
	due, err2 := time.Parse(time.DateOnly, r.Due)
	if r.Counted = err1 == nil && err2 == nil; r.Counted {
		r.Days = int(due.Sub(from).Hours() / 24)
	}
}
