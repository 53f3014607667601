package web

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/draw"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
)

// Sizes of the positions table.
const (
	stanceColumns = 4  // parties across
	looseRows     = 20 // positions on no issue, below the last page
)

// stanceOptions are the stances as the page names them.
var stanceOptions = []Option{
	{"demand", "Demands"},
	{"offer", "Offers"},
	{"acceptance", "Accepts"},
	{"refusal", "Refuses"},
	{"condition", "Sets a condition"},
	{"commitment", "Commits"},
	{"request", "Asks"},
	{"proposal", "Proposes"},
	{"goal", "Wants"},
	{"warning", "Warns"},
	{"accusation", "Accuses"},
}

type positionsData struct {
	view.StanceTable
	Shown     int
	Next      string
	Add       []Add
	Narrow    []Link
	LooseRows []view.PositionRow
	AnyOthers bool
	Table     []view.StanceLine // issues on which several parties stand
	Alone     []view.StanceLine // issues on which one does
}

// issueFilter is the filter of the positions pages: words of an issue are words.
func issueFilter(p query.Params) view.Filter {
	f := p.Filter()
	if p.Issue != "" {
		f.On = strings.TrimSpace(f.On + " " + p.Issue)
	}
	return f
}

// positions is the table of who stands where.
func (s *Site) positions(r *Request) (Page, error) {
	if f, ok := r.Snap.Thing(r.Issue); ok && f.Kind == "issue" {
		p := r.Params
		p.Issue = ""
		return Page{See: at("/positions/"+f.Issue.ID+suffix(r), p.Values())}, nil
	}
	f := issueFilter(r.Params)
	columns := stanceColumns
	if len(r.Party) == 0 && r.By != "" {
		columns++ // a party with those who speak for it
	}
	from, n, _ := window(r, math.MaxInt)
	d := positionsData{StanceTable: r.Snap.Stances(f, columns, from, n)}
	d.Next = r.after(from+n, d.Issues, 0)
	d.Shown = min(from, d.Issues) + len(d.Lines)
	for _, l := range d.Lines {
		if l.Parties < 2 {
			d.Alone = append(d.Alone, l)
			continue
		}
		d.Table = append(d.Table, l)
		d.AnyOthers = d.AnyOthers || len(l.Others) > 0
	}
	d.narrow()
	if d.Next == "" && d.Loose > 0 {
		most := looseRows
		if r.Form == "csv" {
			most = math.MaxInt
		}
		d.LooseRows = r.Snap.Loose(f, 0, most)
	}
	if d.Positions == 0 {
		d.Narrow = narrowest(&Context{Req: r, Site: s}, func(p query.Params) int { return r.Snap.Stances(issueFilter(p), 0, 0, 0).Positions })
	}
	d.Add = []Add{
		{Name: "on", Label: "Words", Hint: "quotas"},
		{Name: "by", Label: "Party", Hint: "Karvany"},
		{Name: "party", Label: "Toward", Hint: "Sollund"},
		{Name: "stance", Label: "Stance", Options: stanceOptions},
		{Name: "from", Label: "Days", Hint: "2031-03-01", Until: "to"},
		{Name: "outlet", Label: "Outlet", Hint: "Harbour Wire"},
	}
	page := Page{
		Template: "positions", Title: "Positions", Nav: "positions", Data: d,
		Table: inForm(r, "csv", &Table{}, func() *Table {
			var rows []view.PositionRow
			for _, l := range d.Lines {
				for _, c := range slices.Concat(l.Cells, l.Others) {
					rows = append(rows, c.Positions...)
				}
			}
			return positionTable(append(rows, d.LooseRows...))
		}),
		Feed: inForm(r, "atom", &Feed{}, func() *Feed {
			var rows []view.PositionRow
			for _, l := range d.Lines {
				for _, c := range slices.Concat(l.Cells, l.Others) {
					rows = append(rows, c.Positions...)
				}
			}
			return positionFeed("Positions", rows)
		}),
	}
	var err error
	page.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) { return a.Stances(f, from, n) })
	return page, err
}

// narrow leaves the columns in which the table has something.
func (d *positionsData) narrow() {
	keep := make([]bool, len(d.Parties))
	for _, l := range d.Table {
		for i, c := range l.Cells {
			keep[i] = keep[i] || len(c.Positions) > 0 || c.Silent != nil
		}
	}
	cut := func(n int, at func(int)) {
		for i := range n {
			if keep[i] {
				at(i)
			}
		}
	}
	var parties []view.StanceParty
	cut(len(d.Parties), func(i int) { parties = append(parties, d.Parties[i]) })
	d.Parties = parties
	for j := range d.Table {
		l := &d.Table[j]
		var cells []view.StanceCell
		cut(len(l.Cells), func(i int) { cells = append(cells, l.Cells[i]) })
		l.Cells = cells
	}
}

type issueData struct {
	view.IssuePage
	Steps *draw.Steps // nil when no position has a day
	Add   []Add
}

// issue is one issue over time.
func (s *Site) issue(r *Request) (Page, error) {
	id := r.PathValue("issue")
	p, ok := r.Snap.Issue(id, r.Filter())
	if !ok {
		return s.elsewhere(r, id, "issue")
	}
	d := issueData{IssuePage: p, Steps: stepsOf(r, p), Add: []Add{{Name: "by", Label: "Party", Hint: "Karvany"}, {Name: "from", Label: "Days", Hint: "2031-03-01", Until: "to"}}}
	var rows []view.PositionRow
	for _, party := range p.Parties {
		for _, x := range party.Steps {
			rows = append(rows, x.PositionRow)
		}
	}
	page := Page{
		Template: "issue", Title: capital(p.Issue.Name), Nav: "positions", Crumb: []Link{{"Positions", "/positions"}}, Data: d,
		Table: inForm(r, "csv", &Table{}, func() *Table { return positionTable(rows) }),
		Feed:  inForm(r, "atom", &Feed{}, func() *Feed { return positionFeed(p.Issue.Name, rows) }),
	}
	var err error
	page.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) { return a.IssueShown(p) })
	return page, err
}

// stepsOf is the picture of an issue: a line a party. Positions without a day
// are in the lists only.
func stepsOf(r *Request, p view.IssuePage) *draw.Steps {
	out := draw.Steps{ID: "steps", Label: "Positions on " + p.Issue.Name + " over time", Desc: "A line for each party; each step says in words what it did. Height has no meaning."}
	for _, party := range p.Parties {
		line := draw.StepLine{Party: party.Party.Name, Href: "#" + party.Party.Entity}
		for _, x := range party.Steps {
			at, ok := instant(x.Day())
			if !ok {
				continue
			}
			if out.From.IsZero() || at.Before(out.From) {
				out.From = at
			}
			if at.After(out.To) {
				out.To = at
			}
			line.Steps = append(line.Steps, draw.Step{At: at, When: whenHeld(x.PositionRow), Word: x.Word(), Change: x.Changed(), Text: x.Position.Text, Href: "#" + x.Position.ID})
		}
		if len(line.Steps) > 0 {
			out.Lines = append(out.Lines, line)
		}
	}
	if len(out.Lines) == 0 {
		return nil
	}
	if last, ok := instant(r.today()); ok && last.After(out.To) {
		out.To = last
	}
	if out.To.Sub(out.From) < 7*24*time.Hour {
		out.From = out.From.AddDate(0, 0, -3)
		out.To = out.To.AddDate(0, 0, 3)
	}
	out.Axis = draw.Axis(out.From, out.To, nil)
	return &out
}

func positionTable(rows []view.PositionRow) *Table {
	t := &Table{Columns: []string{"id", "party", "issue", "stance", "change", "taken", "reported", "to", "text", "terms", "condition", "until", "speaker", "chain", "outlet", "copied_by", "report"}}
	for _, x := range rows {
		p := x.Position
		taken, until := "", ""
		if x.Dated() {
			taken = x.Day()
		}
		if p.Until != nil {
			until = cmp.Or(p.Until.End, p.Until.Value)
		}
		t.Rows = append(t.Rows, []string{
			p.ID, x.Party, x.Issue, string(p.Stance), p.Change, taken, x.Reported, x.Addressee, oneLine(p.Text), oneLine(p.Terms), oneLine(p.If), until,
			x.Speaker, strings.Join(x.Chain, " > "), x.Outlet, strings.Join(x.Copies, "; "), p.Evidence.Report,
		})
	}
	return t
}

func positionFeed(title string, rows []view.PositionRow) *Feed {
	f := &Feed{Title: title}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b view.PositionRow) int { return -readout.ComparePublished(a.Reported, b.Reported) })
	for _, x := range rows {
		path := "/f/" + x.Position.ID
		if x.Position.Issue != "" {
			path = "/positions/" + x.Position.Issue + "#" + x.Position.ID
		}
		f.Entries = append(f.Entries, Entry{ID: x.Position.ID, Title: cmp.Or(x.Party, "Not named") + " " + x.Word() + ": " + clip(oneLine(x.Position.Text), 80), Path: path, Updated: x.Reported, Text: oneLine(x.Position.Text) + " (" + strings.Join(x.Chain, " → ") + ")"})
	}
	return f
}
