package web

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
)

// changesData is what the page of changes shows.
type changesData struct {
	Since   string
	Until   string
	Days    []changeDay
	Total   int
	Shown   int
	Next    string
	Kinds   []Choice
	Add     []Add
	Earlier string // address with an earlier beginning, "" none
	Last    string
	All     int // changes whatever their kind
}

// changeDay is the changes of one day.
type changeDay struct {
	Day     string // ISO 8601
	NewYear bool   // in another year than the day above
	Rows    []newsRow
}

// newsRow is one change; Title is left out where the one above has it.
type newsRow struct {
	view.EventChange
	Same  bool   // event and report are those of the row above
	Words string // what kind of change it is
	Hour  string
	Count int    // sentences
	Tells string // words of the report that first tells of the event, "" else
}

// kindWords name what a change is.
var kindWords = map[view.ChangeKind]string{
	view.FirstReport: "first told", view.Claimed: "added", view.Refined: "more exact or other words", view.Disputed: "disputed", view.Borne: "borne out",
	view.Denied: "denied", view.Confirmed: "confirmed", view.Answered: "answered", view.TookPosition: "position", view.Quotation: "quotation", view.Turned: "took place",
}

// changeOrder is the order of kinds in which the page offers them.
var changeOrder = []view.ChangeKind{view.Disputed, view.Denied, view.Confirmed, view.Turned, view.FirstReport, view.Claimed, view.Refined, view.Borne, view.Answered, view.TookPosition, view.Quotation}

// changesBack is how many days of changes the page begins with.
const changesBack = 30

func (s *Site) changes(r *Request) (Page, error) {
	d := changesData{Since: cmp.Or(r.Since, r.From), Until: r.To, Last: r.Snap.Today(r.AsOf)}
	if d.Since == "" && d.Until == "" {
		if t, ok := instant(d.Last); ok {
			d.Since = t.AddDate(0, 0, -changesBack).Format(time.DateOnly)
			d.Earlier = r.to(func(p *query.Params) { p.Since = t.AddDate(0, 0, -changesBack*12).Format(time.DateOnly) })
		}
	}
	count := map[view.ChangeKind]int{}
	outlets := map[string]int{}
	var rows []view.EventChange
	for _, c := range r.Snap.ChangesIn(r.Filter(), d.Since, d.Until) {
		count[c.Kind]++
		outlets[c.Outlet]++
		d.All++
		if r.Kind == "" || r.Kind == string(c.Kind) {
			rows = append(rows, c)
		}
	}
	if r.Order != "oldest" {
		view.NewestFirst(rows)
	}
	d.Kinds = append(d.Kinds, Choice{"", "All " + number(d.All), r.Kind == ""})
	for _, k := range changeOrder {
		if count[k] > 0 {
			d.Kinds = append(d.Kinds, Choice{string(k), capital(kindWords[k]) + " " + number(count[k]), r.Kind == string(k)})
		}
	}
	if r.Outlet == "" {
		var fs []view.Facet
		for o, n := range outlets {
			fs = append(fs, view.Facet{Name: o, Value: o, N: n})
		}
		slices.SortFunc(fs, func(a, b view.Facet) int { return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Name, b.Name)) })
		a := Add{Name: "outlet", Label: "Outlet"}
		for _, f := range fs[:min(len(fs), addOptions)] {
			a.Options = append(a.Options, Option{f.Value, f.Name + " (" + number(f.N) + ")"})
		}
		if len(fs) > 1 {
			d.Add = append(d.Add, a)
		}
	}
	if len(r.Party) == 0 {
		d.Add = append(d.Add, Add{Name: "party", Label: "Party", Hint: "a name"})
	}
	d.Add = append(d.Add, Add{Name: "since", Label: "Since", Hint: "2031-03-14", Until: "to"})
	d.Total = len(rows)
	from, n, next := window(r, len(rows))
	part := rows[from:min(from+n, len(rows))]
	d.Next, d.Shown = next, from+len(part)
	if r.Form == "html" {
		d.Days = daysOf(r, part)
	}
	p := Page{
		Template: "changes", Title: "Changes", Nav: "new", Data: d,
		Feed: inForm(r, "atom", &Feed{}, func() *Feed { return changesFeed(part) }), Table: inForm(r, "csv", &Table{}, func() *Table { return changesTable(part) }),
	}
	var err error
	p.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) {
		q := r.Params
		q.Since = d.Since
		return a.Changes(q).Page(q)
	})
	if r.Filtered() {
		p.Robots = "noindex"
	}
	return p, err
}

// daysOf parts changes by the day of their report.
func daysOf(r *Request, rows []view.EventChange) []changeDay {
	var out []changeDay
	for i, c := range rows {
		day := c.At[:min(len(c.At), len(time.DateOnly))]
		if n := len(out); n == 0 || out[n-1].Day != day {
			out = append(out, changeDay{Day: day, NewYear: n == 0 || out[n-1].Day[:min(4, len(out[n-1].Day))] != day[:min(4, len(day))]})
		}
		row := newsRow{EventChange: c, Words: kindWords[c.Kind], Count: sentencesOf(r, c)}
		if _, clock, ok := strings.Cut(c.At, "T"); ok {
			row.Hour = hour(clock)
		}
		if c.Kind == view.FirstReport {
			if t, ok := r.Snap.TimelineRow(c.Event.ID); ok {
				row.Tells = t.Words
			}
		}
		today := &out[len(out)-1]
		row.Same = len(today.Rows) > 0 && rows[i-1].Event.ID == c.Event.ID && rows[i-1].Report == c.Report
		today.Rows = append(today.Rows, row)
	}
	return out
}

// sentencesOf counts what a change rests on.
func sentencesOf(r *Request, c view.EventChange) int {
	// A claim, a position, an answer or a quotation is one passage.
	if c.Kind != view.FirstReport && c.Kind != view.Turned {
		return 1
	}
	return opened(r, c.Ref)
}

// opened counts the sentences that a reference opens in reports that are no
// copies of one another, at least 1.
func opened(r *Request, ref string) int {
	o, err := r.Snap.View.Open(ref)
	if err != nil {
		return 1
	}
	return max(1, o.Sentences)
}

// opens is opened for templates.
func opens(c *Context, ref string) int { return opened(c.Req, ref) }

// dayHead is the head of a day's changes.
func dayHead(c *Context, d changeDay) template.HTML {
	t, ok := instant(d.Day)
	if !ok {
		return "<b>?</b> day not known"
	}
	return groupHead(c, view.Group{Kind: view.SpanDay, Key: d.Day, First: t, Last: t, NewYear: d.NewYear})
}

func changesTable(rows []view.EventChange) *Table {
	t := &Table{Columns: []string{"published", "event", "title", "change", "about", "who", "before", "since", "outlet", "report", "evidence"}}
	for _, c := range rows {
		t.Rows = append(t.Rows, []string{c.At, c.Event.ID, c.Event.Title, string(c.Kind), c.Label, c.Who, c.Old, c.New, c.Outlet, c.Report, c.Ref})
	}
	return t
}

// changeLine is a change in one line.
func changeLine(c view.EventChange) string {
	s := c.Label
	if c.Who != "" {
		s += ", " + c.Who
	}
	switch {
	case c.Old != "" && c.New != "":
		s += ": " + c.Old + " → " + c.New
	case c.New != "":
		s += ": " + c.New
	}
	return s
}

func changesFeed(rows []view.EventChange) *Feed {
	f := &Feed{Title: "Changes of the record · Readout"}
	for i, c := range rows {
		// Several changes of one report rest on one place.
		id := c.Ref + "/" + string(c.Kind)
		if i > 0 && rows[i-1].Ref == c.Ref && rows[i-1].Kind == c.Kind {
			id += "/" + strconv.Itoa(i)
		}
		f.Entries = append(f.Entries, Entry{ID: id, Title: c.Event.Title + ": " + changeLine(c), Path: EventPath(c.Event), Updated: c.At, Text: changeLine(c) + " (" + c.Outlet + ")"})
	}
	return f
}
