package draw

import (
	"html/template"
	"slices"
	"strings"
)

// Lanes has a row a party and a column an event, in order of time: an event of
// several parties joins their rows. Columns are evenly spaced, because the
// sequence is the point here; the strip has the scale.
type Lanes struct {
	ID, Label, Desc string
	Rows            []Lane
	Events          []LaneEvent // in order of time
}

// Lane is a row with its name.
type Lane struct {
	Name string
	Note string // "12 events"
	Href string
}

// LaneEvent is one event of Lanes.
type LaneEvent struct {
	Rows     []int  // of those who take part; none: not drawn, but in the table
	Day      string // "14 Mar", the same for columns that belong together
	When     string // "14 March 2031, 15:40", for the table
	Title    string
	Disputed bool
	Planned  bool
	Href     string
}

// A lane is a line of text above a row of squares.
const (
	laneHeight = 46.0
	laneTop    = 8.0
	laneMark   = 24.0 // from the top of a lane to its squares
)

// SVG draws the lanes.
func (l Lanes) SVG() template.HTML {
	w := &writer{}
	height := laneTop + laneHeight*float64(len(l.Rows))
	w.figure("lanes", l.ID, l.Label, l.Desc, height+26, true)
	var shown []LaneEvent
	for _, e := range l.Events {
		e.Rows = slices.DeleteFunc(slices.Clone(e.Rows), func(r int) bool { return r < 0 || r >= len(l.Rows) })
		if len(e.Rows) > 0 {
			slices.Sort(e.Rows)
			e.Rows = slices.Compact(e.Rows)
			shown = append(shown, e)
		}
	}
	pitch := 100 / float64(max(len(shown), 1))
	wide := min(pitch*0.72, 1.3)
	at := func(i int) float64 { return (float64(i) + 0.5) * pitch }
	y := func(row int) float64 { return laneTop + laneHeight*float64(row) + laneMark }
	// Days part the columns; their labels are thinned for both widths.
	freeWide, freeNarrow := 0.0, 0.0
	for i, e := range shown {
		if i > 0 && shown[i-1].Day == e.Day {
			continue
		}
		x := float64(i) * pitch
		w.empty("line", "class", "ax", "x1", pct(x), "x2", pct(x), "y1", "0", "y2", num(height+6))
		label := fit(e.Day, 120)
		px := x / 100 * Wide
		if px < freeWide || px+width(label) > Wide {
			continue
		}
		freeWide = px + width(label) + 10
		class := "lab wide"
		if px = x / 100 * Narrow; px >= freeNarrow && px+width(label) <= Narrow {
			freeNarrow, class = px+width(label)+8, "lab"
		}
		w.text("text", label, "class", class, "x", pct(x), "dx", "4", "y", num(height+18))
	}
	for r := range l.Rows {
		w.empty("line", "class", "lane", "x1", "0", "x2", "100%", "y1", num(y(r)+6), "y2", num(y(r)+6))
	}
	for i, e := range shown {
		class := "sq"
		switch {
		case e.Planned:
			class = "sq p"
		case e.Disputed:
			class = "sq d"
		}
		ok := w.link(e.Href, true)
		w.open("g")
		w.text("title", strings.TrimSpace(e.When+": "+e.Title))
		first, last := e.Rows[0], e.Rows[len(e.Rows)-1]
		w.empty("rect", "class", "hit", "x", pct(at(i)-pitch/2), "y", num(y(first)), "width", pct(pitch), "height", num(y(last)-y(first)+12))
		if first != last {
			w.empty("line", "class", strings.Replace(class, "sq", "join", 1), "x1", pct(at(i)), "x2", pct(at(i)), "y1", num(y(first)+12), "y2", num(y(last)))
		}
		for _, r := range e.Rows {
			w.empty("rect", "class", class, "x", pct(at(i)-wide/2), "y", num(y(r)), "width", pct(wide), "height", "12")
		}
		w.close("g")
		w.endLink(ok)
	}
	// Names last: their halo keeps them readable where a join runs behind.
	for r, row := range l.Rows {
		name := fit(row.Name, 190)
		ok := w.link(row.Href, false)
		if ok {
			w.empty("rect", "class", "hit", "x", "0", "y", num(y(r)-laneMark), "width", num(width(name)+8), "height", "24")
		}
		w.text("text", name, "class", "name", "x", "0", "y", num(y(r)-7))
		w.endLink(ok)
		w.text("text", row.Note, "class", "lab over", "x", num(width(name)+8), "y", num(y(r)-7))
	}
	return w.html()
}

// Table has a row an event, those that the picture leaves out included.
func (l Lanes) Table() Table {
	t := Table{Caption: l.Label, Head: []string{"when", "event", "parties", "disputed", "announced"}}
	yes := map[bool]string{true: "yes", false: "no"}
	for _, e := range l.Events {
		var who []string
		for _, r := range e.Rows {
			if r >= 0 && r < len(l.Rows) {
				who = append(who, l.Rows[r].Name)
			}
		}
		parties := strings.Join(who, ", ")
		if parties == "" {
			parties = "none of those shown"
		}
		t.Rows = append(t.Rows, []Cell{{e.When, ""}, {e.Title, e.Href}, {parties, ""}, {yes[e.Disputed], ""}, {yes[e.Planned], ""}})
	}
	return t
}
