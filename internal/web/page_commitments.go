package web

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
)

type commitmentsData struct {
	Day      string
	Asked    bool // the day was asked for
	Sections []dueSection
	Total    int
	Shown    int
	Next     string
	States   []Choice
	Add      []Add
	Narrow   []Link
	Undated  int
	Reports  int
}

type dueSection struct {
	Key, Name, Sub string
	Rows           []view.DueRow
}

// dueStates are the states of promises, in the order of the page.
var dueStates = []struct{ key, status, name, sub string }{
	{"overdue", "overdue", "Overdue", "no report says that they were kept"},
	{"soon", "due soon", "Due in 30 days", ""},
	{"alleged", "breach alleged", "Alleged violations", "with the denial beside"},
	{"open", "open", "Open", "due later"},
	{"undated", "no date", "Without a date", ""},
}

// dueRows are the promises that a page or its count shows.
func dueRows(r *Request, p query.Params) (rows []view.DueRow, l view.Ledger) {
	f := p.Filter()
	f.Status = ""
	l = r.Snap.Ledger(f, cmp.Or(p.Day, p.AsOf, r.Snap.LastDay()))
	for _, x := range l.Rows() {
		if x.Is(p.Status) {
			rows = append(rows, x)
		}
	}
	return rows, l
}

// commitments lists what was promised by when it is due.
func (s *Site) commitments(r *Request) (Page, error) {
	rows, l := dueRows(r, r.Params)
	d := commitmentsData{Day: l.Day, Asked: r.Day != "", Total: len(rows), Reports: len(r.Snap.Record.Reports), Undated: len(l.Undated)}
	from, n, next := window(r, len(rows))
	part := rows[min(from, len(rows)):min(from+n, len(rows))]
	d.Shown, d.Next = from+len(part), next
	d.States = []Choice{{"", "All " + number(l.Len()), r.Status == ""}}
	for _, st := range dueStates {
		sec := dueSection{Key: st.key, Name: st.name, Sub: st.sub}
		for _, x := range part {
			if x.Status() == st.status {
				sec.Rows = append(sec.Rows, x)
			}
		}
		if len(sec.Rows) > 0 {
			d.Sections = append(d.Sections, sec)
		}
		count := 0
		for _, x := range l.Rows() {
			if x.Is(st.key) {
				count++
			}
		}
		d.States = append(d.States, Choice{st.key, st.name + " " + number(count), r.Status == st.key})
	}
	if len(rows) == 0 {
		d.Narrow = narrowest(&Context{Req: r, Site: s}, func(p query.Params) int { rows, _ := dueRows(r, p); return len(rows) })
	}
	d.Add = []Add{{Name: "by", Label: "By", Hint: "Sollund"}, {Name: "party", Label: "To", Hint: "Karvany"}, {Name: "on", Label: "Words", Hint: "patrol boats"}, {Name: "outlet", Label: "Outlet", Hint: "Harbour Wire"}, {Name: "day", Label: "Counted on", Hint: "2031-05-12"}}
	page := Page{
		Template: "commitments", Title: "Commitments", Nav: "commitments", Data: d, Own: "status",
		Table: inForm(r, "csv", &Table{}, func() *Table { return dueTable(part) }),
		Dates: inForm(r, "ics", &Calendar{}, func() *Calendar { return dueDates(rows) }),
		Feed: inForm(r, "atom", &Feed{}, func() *Feed {
			f := &Feed{Title: "Commitments"}
			for _, x := range part {
				f.Entries = append(f.Entries, Entry{ID: x.Commitment.ID, Title: cmp.Or(x.Party, "Not named") + ": " + clip(oneLine(x.Commitment.Terms), 80), Path: "/c/" + x.Commitment.ID, Updated: x.Reported, Text: x.Status()})
			}
			return f
		}),
	}
	var err error
	page.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) { return a.Commitments(r.Params).Page(r.Params) })
	return page, err
}

func dueTable(rows []view.DueRow) *Table {
	t := &Table{Columns: []string{"id", "party", "to", "terms", "condition", "made", "reported", "due", "days_left", "status", "alleged_by", "denied", "outlet", "copied_by", "report"}}
	for _, x := range rows {
		var by []string
		denied := 0
		for _, b := range x.Violations {
			by = append(by, b.Accuser)
			denied += len(b.Denials)
		}
		made, left := "", ""
		if x.Commitment.Made != nil {
			made = x.Commitment.Made.Value
		}
		if x.Counted {
			left = strconv.Itoa(x.Days)
		}
		t.Rows = append(t.Rows, []string{
			x.Commitment.ID, x.Party, x.To, oneLine(x.Commitment.Terms), oneLine(x.Commitment.If), made, x.Reported, x.Due, left, x.Status(),
			strings.Join(by, "; "), strconv.Itoa(denied), x.Outlet, strings.Join(x.Copies, "; "), x.Commitment.Evidence.Report,
		})
	}
	return t
}

func dueDates(rows []view.DueRow) *Calendar {
	c := &Calendar{Name: "Commitments"}
	for _, x := range rows {
		if x.Due == "" {
			continue
		}
		c.Days = append(c.Days, Day{ID: x.Commitment.ID, From: x.Due, Title: "Due: " + cmp.Or(x.Party, "Not named") + ", " + clip(oneLine(x.Commitment.Terms), 80), Path: "/c/" + x.Commitment.ID, Text: x.Status() + "; reported by " + x.Outlet, Maybe: x.Commitment.If != ""})
	}
	return c
}

// commitment is the page of one promise.
func (s *Site) commitment(r *Request) (Page, error) {
	id := r.PathValue("id")
	row, ok := r.Snap.DueOne(id, r.today())
	if !ok {
		return s.elsewhere(r, id, "commitment")
	}
	who := cmp.Or(row.Party, "Somebody not named")
	d := struct {
		view.DueRow
		Day     string
		Issue   *readout.Issue
		Reports int
	}{DueRow: row, Day: r.today(), Reports: len(r.Snap.Record.Reports)}
	if row.Position != nil {
		if f, ok := r.Snap.Thing(row.Position.Position.Issue); ok {
			d.Issue = f.Issue
		}
	}
	page := Page{
		Template: "commitment", Title: who + ": " + clip(oneLine(row.Commitment.Terms), 60), Nav: "commitments", Crumb: []Link{{"Commitments", "/commitments"}, {Name: who, Href: "/commitments?by=" + row.Commitment.Party}}, Data: d,
		Table: inForm(r, "csv", &Table{}, func() *Table { return dueTable([]view.DueRow{row}) }),
	}
	if row.Due != "" {
		page.Dates = dueDates([]view.DueRow{row})
	}
	var err error
	page.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) { return a.Commitment(id, r.Params) })
	return page, err
}
