package draw

import (
	"html/template"
	"strconv"
	"strings"
	"time"
)

// Arrivals are the reports on one story: a row an outlet, a dot a report at the
// time it was published, and an arrow from what was copied to its copy. Copies
// are hollow.
type Arrivals struct {
	ID, Label, Desc string
	From, To        time.Time
	Rows            []Lane // outlets, in the order of their first report
	Reports         []Arrival
	Axis            []Tick
}

// Arrival is one report.
type Arrival struct {
	At     time.Time // zero: the day is not known, and it is in the table only
	When   string    // "14 March 2031, 19:12", for the table
	Row    int       // of its outlet; -1: not among those shown, and in the table only
	Outlet string
	Title  string
	Copies int    // index in Reports of what it copies, -1 none that is here
	Origin string // "own", "copy of Harbour Wire", "credits Harbour Wire"
	Copied bool   // Origin is not its own
	Href   string
}

const (
	arriveLane = 30.0
	arriveTop  = 22.0
	arriveDot  = 5.0
)

// SVG draws the arrivals.
func (a Arrivals) SVG() template.HTML {
	w := &writer{}
	x := newScale(a.From, a.To, 2)
	height := arriveTop + arriveLane*float64(len(a.Rows))
	w.figure("arrivals", a.ID, a.Label, a.Desc, height+26, true)
	tip := a.ID + "-tip"
	w.open("defs")
	w.open("marker", "id", tip, "class", "tip", "viewBox", "0 0 8 8", "refX", "13", "refY", "4", "markerWidth", "8", "markerHeight", "8", "markerUnits", "userSpaceOnUse", "orient", "auto")
	w.empty("path", "d", "M0 0.8 8 4 0 7.2z")
	w.close("marker")
	w.close("defs")
	w.axis(x, a.Axis, a.To, 0, height)
	y := func(row int) float64 { return arriveTop + arriveLane*float64(row) + 7 }
	drawn := func(i int) bool {
		return i >= 0 && i < len(a.Reports) && !a.Reports[i].At.IsZero() && a.Reports[i].Row >= 0 && a.Reports[i].Row < len(a.Rows)
	}
	for r := range a.Rows {
		w.empty("line", "class", "lane", "x1", "0", "x2", "100%", "y1", num(y(r)), "y2", num(y(r)))
	}
	for i, rep := range a.Reports {
		// Within one row an arrow would hide what is between.
		if drawn(i) && drawn(rep.Copies) && a.Reports[rep.Copies].Row != rep.Row {
			from := a.Reports[rep.Copies]
			w.empty("line", "class", "copy", "x1", pct(x.at(from.At)), "y1", num(y(from.Row)), "x2", pct(x.at(rep.At)), "y2", num(y(rep.Row)), "marker-end", "url(#"+tip+")")
		}
	}
	// Reports of one outlet at one moment stand side by side.
	beside := map[[2]string]int{}
	for i, rep := range a.Reports {
		if !drawn(i) {
			continue
		}
		class := "rep"
		if rep.Copied {
			class = "rep c"
		}
		at := pct(x.at(rep.At))
		k := beside[[2]string{strconv.Itoa(rep.Row), at}]
		beside[[2]string{strconv.Itoa(rep.Row), at}]++
		shift := ""
		if k > 0 {
			step := arriveDot*2 + 2
			if x.at(rep.At) > 50 {
				step = -step
			}
			shift = "translate(" + num(float64(k)*step) + " 0)"
		}
		ok := w.link(rep.Href, true)
		w.open("g", "transform", shift)
		w.text("title", strings.TrimSpace(rep.When+", "+rep.Outlet+": "+rep.Title+plus(rep.Origin)))
		w.empty("circle", "class", class, "cx", at, "cy", num(y(rep.Row)), "r", num(arriveDot))
		w.close("g")
		w.endLink(ok)
	}
	for r, row := range a.Rows {
		name := fit(row.Name, 170)
		ok := w.link(row.Href, false)
		if ok {
			w.empty("rect", "class", "hit", "x", "0", "y", num(y(r)-24), "width", num(width(name)+8), "height", "24")
		}
		w.text("text", name, "class", "name small", "x", "0", "y", num(y(r)-9))
		w.endLink(ok)
		w.text("text", row.Note, "class", "lab over", "x", num(width(name)+8), "y", num(y(r)-9))
	}
	return w.html()
}

// Table has a row a report, in the order given.
func (a Arrivals) Table() Table {
	t := Table{Caption: a.Label, Head: []string{"published", "outlet", "report", "text"}}
	for _, r := range a.Reports {
		when := r.When
		if when == "" {
			when = "day not known"
		}
		t.Rows = append(t.Rows, []Cell{{when, ""}, {r.Outlet, ""}, {r.Title, r.Href}, {r.Origin, ""}})
	}
	return t
}
