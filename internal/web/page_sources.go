package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/view"
)

// onlyRows is how many events that one outlet alone has a comparison lists.
const onlyRows = 12

type sourcesData struct {
	Rows    []view.SourceRow
	Copies  []view.CopyRow
	Refused int
	Reports int
	Picture *copyPicture
}

// sources is what can be measured of each outlet.
func (s *Site) sources(r *Request) (Page, error) {
	d := sourcesData{Rows: r.Snap.Sources(), Copies: r.Snap.Copies(), Refused: len(r.Snap.Refusals), Reports: len(r.Snap.Record.Reports)}
	if r.Form == "html" {
		d.Picture = copiesOf(r, d.Copies, "", "Who copied whom")
	}
	page := Page{
		Template: "sources", Title: "Sources", Nav: "sources", Data: d,
		Table: inForm(r, "csv", &Table{}, func() *Table { return sourceTable(d.Rows) }),
	}
	var err error
	page.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) { return a.Sources(r.Params).Page(r.Params) })
	return page, err
}

func sourceTable(rows []view.SourceRow) *Table {
	t := &Table{Columns: []string{"id", "outlet", "reports", "own", "copied", "credited", "skipped", "copied_from", "copied_by", "shared_events", "timed_events", "first", "delay_median_minutes", "named", "official", "unnamed", "relayed", "defects", "edits", "first_day", "last_day"}}
	names := func(rows []view.CountRow) string {
		var out []string
		for _, c := range rows {
			out = append(out, c.Name+" "+strconv.Itoa(c.N))
		}
		return strings.Join(out, "; ")
	}
	for _, x := range rows {
		delay := ""
		if x.Delay.Timed > 0 {
			delay = strconv.Itoa(int(x.Delay.Median.Minutes()))
		}
		row := []string{x.Outlet, x.Name}
		for _, n := range []int{x.Reports, x.Own, x.Copied, x.Wire, x.Skipped} {
			row = append(row, strconv.Itoa(n))
		}
		row = append(row, names(x.From), names(x.Taken), strconv.Itoa(x.Delay.Shared), strconv.Itoa(x.Delay.Timed), strconv.Itoa(x.Delay.First), delay)
		for _, n := range []int{x.Shape.Named, x.Shape.Official, x.Shape.Unnamed, x.Shape.Relayed, x.Defects, x.Edits} {
			row = append(row, strconv.Itoa(n))
		}
		t.Rows = append(t.Rows, append(row, x.First, x.Last))
	}
	return t
}

type sourceData struct {
	view.SourceRow
	Entity  *readout.Entity
	Rows    []view.ReportRow
	Shown   int
	Next    string
	Others  []view.SourceRow // to compare with
	Picture *copyPicture
}

// source is the page of one outlet.
func (s *Site) source(r *Request) (Page, error) {
	id := r.PathValue("id")
	row, ok := r.Snap.Source(id)
	if !ok {
		// An outlet that is only quoted has a page as a body.
		if e := r.Snap.Entity(id); e != nil {
			path := EntityPath(e)
			if e.Type == readout.Outlet {
				path = "/o/" + e.ID + "/" + slug(e.Name)
			}
			return Page{See: at(path+suffix(r), r.Values())}, nil
		}
		return s.elsewhere(r, id, "source")
	}
	d := sourceData{SourceRow: row, Entity: r.Snap.Entity(id)}
	from, n, next := window(r, row.Reports)
	d.Rows, _ = r.Snap.ReportsOf(id, from, n)
	d.Shown, d.Next = from+len(d.Rows), next
	for _, x := range r.Snap.Sources() {
		if x.Outlet != "" && x.Outlet != id {
			d.Others = append(d.Others, x)
		}
	}
	if r.Form == "html" {
		d.Picture = copiesOf(r, r.Snap.Copies(), id, "Copying from and by "+row.Name)
	}
	page := Page{
		Template: "source", Title: row.Name, Nav: "sources", Crumb: []Link{{"Sources", "/sources"}}, Data: d,
		Table: inForm(r, "csv", &Table{}, func() *Table {
			t := &Table{Columns: []string{"id", "title", "published", "basis", "origin", "of", "why", "events", "statements", "skipped", "defects", "url", "sha256"}}
			for _, x := range d.Rows {
				t.Rows = append(t.Rows, []string{
					x.Report.ID, x.Report.Title, x.Report.Published.Value, string(x.Report.Published.Basis), x.Origin.Kind, x.Of, x.Origin.Why,
					strconv.Itoa(x.Events), strconv.Itoa(x.Quotes), x.Report.Skip, strconv.Itoa(len(x.Anomalies)), x.Report.URL, x.Report.SHA256,
				})
			}
			return t
		}),
		Feed: inForm(r, "atom", &Feed{}, func() *Feed {
			f := &Feed{Title: row.Name}
			for _, x := range d.Rows {
				f.Entries = append(f.Entries, Entry{ID: x.Report.ID, Title: cmp.Or(x.Report.Title, x.Report.ID), Path: "/d/" + x.Report.ID, Updated: x.Report.Published.Value, Text: originWords(x)})
			}
			return f
		}),
	}
	var err error
	page.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) { return a.Source(id) })
	return page, err
}

// maxCopies bounds the copies in a picture of copying.
const maxCopies = 24

// copyPicture is the picture of copies and what they copy.
type copyPicture struct {
	*arrivalsData
	Older int // copies that are not drawn
}

// copiesOf draws the newest copies, of or by the outlet where one is given,
// with the reports whose text they have; nil when there are none.
func copiesOf(r *Request, rows []view.CopyRow, outlet, label string) *copyPicture {
	var copies []view.CopiedReport
	for _, x := range rows {
		if outlet == "" || x.From == outlet || x.To == outlet {
			copies = append(copies, x.Reports...)
		}
	}
	copies = slices.DeleteFunc(copies, func(c view.CopiedReport) bool { return c.Of == "" })
	if len(copies) == 0 {
		return nil
	}
	day := func(c view.CopiedReport) string {
		if x := r.Snap.Report(c.Report); x != nil {
			return x.Published.Value
		}
		return ""
	}
	slices.SortFunc(copies, func(a, b view.CopiedReport) int {
		return cmp.Or(-readout.ComparePublished(day(a), day(b)), strings.Compare(a.Report, b.Report))
	})
	shown := copies[:min(len(copies), maxCopies)]
	var ids []string
	for _, c := range shown {
		ids = append(ids, c.Report, c.Of)
	}
	slices.Sort(ids)
	p := &copyPicture{arrivalsOf(r, r.Snap.Arrivals(slices.Compact(ids)), label), len(copies) - len(shown)}
	if p.arrivalsData == nil {
		return nil
	}
	return p
}

// originWords says whose text a report has.
func originWords(x view.ReportRow) string {
	switch x.Origin.Kind {
	case "copy":
		return "Text of " + x.Of
	case "wire":
		return "Credits " + x.Of
	}
	return "Own text"
}

type compareData struct {
	view.Comparison
	Picked  bool // both outlets are chosen
	Outlets []view.SourceRow
	AID     string
	BID     string
	OnlyA   []view.EventRow
	OnlyB   []view.EventRow
	Tallies []tally
	Rows    []view.CompareRow
	Shown   int
	Next    string
}

type tally struct {
	Name string
	N    int
}

// relationWords say how the claims of the outlets relate; %[1]s is the first.
var relationWords = map[view.Relation]string{
	view.Differ: "differ", view.Overlap: "some alike, each has others", view.MoreInA: "%[1]s has more", view.MoreInB: "%[2]s has more", view.OnlyA: "only %[1]s", view.OnlyB: "only %[2]s",
	view.BothAllow: "both can be true", view.Alike: "alike",
}

// RelationWords says how the claims of a row relate.
func (d compareData) RelationWords(rel view.Relation) string {
	w := relationWords[rel]
	if !strings.Contains(w, "%") {
		return w
	}
	return fmt.Sprintf(w+"%.0[1]s%.0[2]s", d.A.Name, d.B.Name)
}

// compare sets two outlets side by side.
func (s *Site) compare(r *Request) (Page, error) {
	d := compareData{AID: r.Snap.OutletNamed(r.A), BID: r.Snap.OutletNamed(r.B)}
	for _, x := range r.Snap.Sources() {
		if x.Outlet != "" {
			d.Outlets = append(d.Outlets, x)
		}
	}
	page := Page{Template: "compare", Title: "Compare sources", Nav: "sources", Crumb: []Link{{"Sources", "/sources"}}, Robots: "noindex"}
	d.Comparison, d.Picked = r.Snap.Compare(d.AID, d.BID, r.Filter())
	if d.Picked = d.Picked && d.AID != d.BID; d.Picked {
		page.Title = d.A.Name + " and " + d.B.Name
		from, n, next := window(r, len(d.Comparison.Rows))
		d.Rows, d.Next = d.Comparison.Rows[min(from, len(d.Comparison.Rows)):min(from+n, len(d.Comparison.Rows))], next
		d.Shown = from + len(d.Rows)
		d.OnlyA, d.OnlyB = rowsOf(r, d.InA), rowsOf(r, d.InB)
		for _, rel := range []view.Relation{view.Differ, view.Overlap, view.MoreInA, view.MoreInB, view.OnlyA, view.OnlyB, view.BothAllow, view.Alike} {
			if n := d.Counts[rel]; n > 0 {
				d.Tallies = append(d.Tallies, tally{d.RelationWords(rel), n})
			}
		}
		page.Table = inForm(r, "csv", &Table{}, func() *Table { return compareTable(d) })
		var err error
		if page.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) { return a.Comparison(r.Params) }); err != nil {
			return page, err
		}
	}
	page.Data = d
	return page, nil
}

func rowsOf(r *Request, events []*readout.Event) []view.EventRow {
	var out []view.EventRow
	for _, e := range events[:min(len(events), onlyRows)] {
		row, _ := r.Snap.Event(e.ID)
		out = append(out, row)
	}
	return out
}

func compareTable(d compareData) *Table {
	t := &Table{Columns: []string{"event", "title", "attribute", "relation", d.A.Name, d.B.Name}}
	for _, x := range d.Comparison.Rows {
		side := func(rows []view.ClaimRow) string {
			var out []string
			for _, c := range rows {
				w := oneLine(c.Claim.Text)
				if c.Holder != "" {
					w = c.Holder + ": " + w
				}
				out = append(out, w)
			}
			return strings.Join(out, "; ")
		}
		t.Rows = append(t.Rows, []string{x.Event.ID, x.Event.Title, x.Attribute, d.RelationWords(x.Relation), side(x.A), side(x.B)})
	}
	return t
}
