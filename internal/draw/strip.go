package draw

import (
	"html/template"
	"strconv"
	"time"
)

// Strip is the density of a timeline: a column of squares a bin, one square an
// event, disputed ones at the foot, announced ones dashed.
type Strip struct {
	ID        string    // unlike the ids of other pictures on the page
	Label     string    // what the picture is, in a few words
	Desc      string    // what it shows, in a sentence
	From, To  time.Time // first and last day
	BinName   string    // "day", "week", "month", "year"
	Bins      []Bin     // by Start; empty ones left out
	AsOf      time.Time // zero: no line
	AsOfLabel string
	Axis      []Tick
}

// Bin is one day, week, month or year of a Strip. Disputed and Planned are
// counted in Events and do not overlap.
type Bin struct {
	Start, End                time.Time // first and last day
	Events, Disputed, Planned int
	Label                     string // "14 March"
	Href                      string
}

// The strip's heights in pixels. Squares are stripCell high until a column
// would outgrow the picture; then they become flatter, and below minCell one
// stands for several events.
const (
	stripHeight = 92.0
	stripCell   = 15.0
	minCell     = 3.0
)

// PerSquare is how many events one square stands for: 1, or as many as make the
// highest column fit.
func (s Strip) PerSquare() int {
	most, room := s.most(), int((stripHeight-14)/minCell)
	return max(1, (most+room-1)/room)
}

func (s Strip) most() int {
	most := 0
	for _, b := range s.Bins {
		most = max(most, b.Events)
	}
	return most
}

// SVG draws the strip.
func (s Strip) SVG() template.HTML {
	w := &writer{}
	// The right edge is the end of the last day.
	end := s.To.AddDate(0, 0, 1)
	x := newScale(s.From, end, 0)
	w.figure("strip", s.ID, s.Label, s.Desc, stripHeight+26, true)
	w.axis(x, s.Axis, end, 0, stripHeight)
	per := s.PerSquare()
	tall := (s.most() + per - 1) / per
	cell := min(stripCell, (stripHeight-14)/float64(max(tall, 1)))
	gap := min(3, cell/4)
	for _, b := range s.Bins {
		left, right := x.at(b.Start), x.at(b.End.AddDate(0, 0, 1))
		// Squares stay square where bins are few.
		wide := min(max((right-left)*0.76, 0.25), 1.5)
		// The squares of a bin: disputed at the foot, then the others, then the
		// announced. The last one of each kind may stand for fewer events.
		class := make([]string, 0, 8)
		for _, k := range []struct {
			n    int
			name string
		}{{b.Disputed, "sq d"}, {b.Events - b.Disputed - b.Planned, "sq"}, {b.Planned, "sq p"}} {
			for n := k.n; n > 0; n -= per {
				class = append(class, k.name)
			}
		}
		ok := w.link(b.Href, true)
		w.open("g")
		w.text("title", b.words())
		w.empty("rect", "class", "hit", "x", pct(left), "y", "0", "width", pct(right-left), "height", num(stripHeight))
		for i, c := range class {
			y := stripHeight - float64(i+1)*cell + gap - 1
			w.empty("rect", "class", c, "x", pct(left+(right-left-wide)/2), "y", num(max(y, 0)), "width", pct(wide), "height", num(cell-gap))
		}
		w.close("g")
		w.endLink(ok)
	}
	w.asOf(x, s.AsOf, s.AsOfLabel, 0, stripHeight)
	return w.html()
}

// words are what a column says: "14 March: 5 events, 3 disputed".
func (b Bin) words() string {
	s := b.Label + ": " + count(b.Events, "event")
	if b.Disputed > 0 {
		s += ", " + strconv.Itoa(b.Disputed) + " disputed"
	}
	if b.Planned > 0 {
		s += ", " + strconv.Itoa(b.Planned) + " announced"
	}
	return s
}

// Table has a row a bin.
func (s Strip) Table() Table {
	name := s.BinName
	if name == "" {
		name = "day"
	}
	t := Table{Caption: s.Label, Head: []string{name, "first day", "last day", "events", "of which disputed", "of which announced"}}
	for _, b := range s.Bins {
		t.Rows = append(t.Rows, []Cell{{b.Label, b.Href}, {b.Start.Format(time.DateOnly), ""}, {b.End.Format(time.DateOnly), ""}, {strconv.Itoa(b.Events), ""}, {strconv.Itoa(b.Disputed), ""}, {strconv.Itoa(b.Planned), ""}})
	}
	return t
}
