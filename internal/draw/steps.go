package draw

import (
	"html/template"
	"strings"
	"time"
)

// Steps are the positions of parties on one issue over time: a line a party,
// and each step in words where it was taken. Height means nothing: there is no
// scale from soft to hard.
type Steps struct {
	ID, Label, Desc string
	From, To        time.Time // first and last day
	Lines           []StepLine
	AsOf            time.Time
	AsOfLabel       string
	Axis            []Tick
}

// StepLine is one party's line.
type StepLine struct {
	Party string
	Href  string
	Steps []Step // by At
}

// Step is one position taken.
type Step struct {
	At     time.Time
	When   string // "14 March 2031", for the table
	Word   string // what the party does: "demands", "refuses"
	Change string // "new", "hardened", "condition added"; "" none
	Text   string // the words of the report, for the table
	Href   string
}

const (
	stepLevel  = 17.0 // pixels a line of words
	stepName   = 22.0
	stepLevels = 5 // lines of words above a party's line at most
)

// word is what stands at a step.
func (s Step) word() string {
	if s.Change == "" || s.Change == "repeated" {
		return fit(s.Word, 120)
	}
	return fit(s.Word+", "+s.Change, 150)
}

// level is on which line of words each step of a party stands, counted up from
// its line; -1 where there is no room: the step is drawn and its words are left
// to the table. What overlaps is reckoned for a narrow picture.
func (l StepLine) level(x scale) (levels []int, most int) {
	taken := make([][][2]float64, stepLevels)
	for _, s := range l.Steps {
		a, b := span(x, s)
		levels = append(levels, -1)
		for k := range stepLevels {
			free := true
			for _, t := range taken[k] {
				if a < t[1]+6 && t[0] < b+6 {
					free = false
					break
				}
			}
			if free {
				taken[k] = append(taken[k], [2]float64{a, b})
				levels[len(levels)-1], most = k, max(most, k+1)
				break
			}
		}
	}
	return levels, max(most, 1)
}

// span is what the words of a step take of a narrow picture, in pixels.
func span(x scale, s Step) (a, b float64) {
	px := x.at(s.At) / 100 * Narrow
	if w := width(s.word()) + 5; x.at(s.At) > 50 {
		return px - w, px
	} else {
		return px, px + w
	}
}

// SVG draws the lines.
func (s Steps) SVG() template.HTML {
	w := &writer{}
	end := s.To.AddDate(0, 0, 1)
	x := newScale(s.From, end, 1)
	levels := make([][]int, len(s.Lines))
	base := make([]float64, len(s.Lines)) // of each party's line
	y := 2.0
	for i, l := range s.Lines {
		var most int
		levels[i], most = l.level(x)
		y += stepName + stepLevel*float64(most) + 8
		base[i] = y
		y += 14
	}
	height := y
	w.figure("steps", s.ID, s.Label, s.Desc, height+26, true)
	w.axis(x, s.Axis, end, 0, height)
	w.asOf(x, s.AsOf, "", 0, height)
	for i, l := range s.Lines {
		// Dotted until the party is first heard, then drawn to the end.
		heard := 100.0
		if len(l.Steps) > 0 {
			heard = x.at(l.Steps[0].At)
		}
		w.empty("line", "class", "unheard", "x1", "0", "x2", pct(heard), "y1", num(base[i]), "y2", num(base[i]))
		if heard < 100 {
			w.empty("line", "class", "step", "x1", pct(heard), "x2", "100%", "y1", num(base[i]), "y2", num(base[i]))
		}
		// Leads first: words have a halo where one runs behind them.
		word := func(j int) float64 { return base[i] - 8 - stepLevel*float64(levels[i][j]) }
		for j, st := range l.Steps {
			if levels[i][j] >= 0 {
				w.empty("line", "class", "lead", "x1", pct(x.at(st.At)), "x2", pct(x.at(st.At)), "y1", num(word(j)-10), "y2", num(base[i]))
			}
		}
		for j, st := range l.Steps {
			px := x.at(st.At)
			ok := w.link(st.Href, true)
			w.open("g")
			w.text("title", strings.TrimSpace(st.When+": "+l.Party+" "+st.Word+plus(st.Change)+quote(st.Text)))
			if levels[i][j] >= 0 {
				class, dx := "lab over word", "4"
				if px > 50 {
					class, dx = "lab over word end", "-4"
				}
				w.text("text", st.word(), "class", class, "x", pct(px), "dx", dx, "y", num(word(j)))
			}
			w.empty("circle", "class", "stand", "cx", pct(px), "cy", num(base[i]), "r", "4.5")
			w.close("g")
			w.endLink(ok)
		}
	}
	for i, l := range s.Lines {
		_, most := l.level(x)
		line := base[i] - 8 - stepLevel*float64(most) - 4
		name := fit(l.Party, 220)
		ok := w.link(l.Href, false)
		if ok {
			w.empty("rect", "class", "hit", "x", "0", "y", num(line-16), "width", num(width(name)+8), "height", "24")
		}
		w.text("text", name, "class", "name", "x", "0", "y", num(line))
		w.endLink(ok)
		if len(l.Steps) == 0 {
			w.text("text", "nothing found", "class", "lab over", "x", num(width(name)+10), "y", num(line))
		}
	}
	return w.html()
}

func plus(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

func quote(s string) string {
	if s == "" {
		return ""
	}
	return ": “" + s + "”"
}

// Unnamed counts the steps whose words had no room.
func (s Steps) Unnamed() int {
	n, x := 0, newScale(s.From, s.To.AddDate(0, 0, 1), 1)
	for _, l := range s.Lines {
		levels, _ := l.level(x)
		for _, k := range levels {
			if k < 0 {
				n++
			}
		}
	}
	return n
}

// Table has a row a step, by party.
func (s Steps) Table() Table {
	t := Table{Caption: s.Label, Head: []string{"party", "when", "stance", "change", "words"}}
	for _, l := range s.Lines {
		for _, st := range l.Steps {
			t.Rows = append(t.Rows, []Cell{{l.Party, l.Href}, {st.When, ""}, {st.Word, ""}, {st.Change, ""}, {st.Text, st.Href}})
		}
		if len(l.Steps) == 0 {
			t.Rows = append(t.Rows, []Cell{{l.Party, l.Href}, {"", ""}, {"nothing found", ""}, {"", ""}, {"", ""}})
		}
	}
	return t
}
