package draw

import (
	"encoding/xml"
	"errors"
	"flag"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the goldens under testdata")

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func days(from, _ time.Time) string { return "/day/" + from.Format(time.DateOnly) }

type picture interface {
	SVG() template.HTML
	Table() Table
}

func strip() Strip {
	s := Strip{
		ID: "strip", Label: "Events per day", Desc: "Events per day, January to April 2031.",
		From: day("2031-01-01"), To: day("2031-04-30"), BinName: "day", AsOf: day("2031-03-15"), AsOfLabel: "as of 14 March",
	}
	s.Axis = Axis(s.From, s.To, days)
	for i, c := range []struct {
		day     string
		n, d, p int
	}{{"2031-01-04", 1, 0, 0}, {"2031-01-10", 2, 0, 0}, {"2031-01-11", 1, 1, 0}, {"2031-02-02", 4, 0, 0}, {"2031-03-04", 3, 2, 0}, {"2031-03-13", 2, 0, 0}, {"2031-03-14", 5, 3, 0}, {"2031-04-01", 1, 0, 1}, {"2031-04-10", 2, 0, 1}} {
		s.Bins = append(s.Bins, Bin{Start: day(c.day), End: day(c.day), Events: c.n, Disputed: c.d, Planned: c.p, Label: day(c.day).Format("2 January"), Href: "/day/" + c.day + "?n=" + strconv.Itoa(i)})
	}
	return s
}

func lanes() Lanes {
	l := Lanes{
		ID: "lanes", Label: "Events by party", Desc: "A row a party.",
		Rows: []Lane{{"Sollund", "9 events", "/o/e1"}, {"Karvany", "8 events", "/o/e2"}, {"Orrin", "3 events", "/o/e3"}, {"Ilse Maren", "2 events", "/p/e4"}, {"Special Envoy of the Lake Commission Dana Whitlock-Torokai", "1 event", ""}},
	}
	for i := range 26 {
		e := LaneEvent{Rows: []int{i % 5}, Day: day("2031-03-02").AddDate(0, 0, i/3*3).Format("2 Jan"), When: "March 2031", Title: "Talks " + strconv.Itoa(i), Href: "/e/v" + strconv.Itoa(i)}
		switch i % 7 {
		case 2:
			e.Rows = []int{0, 1}
		case 3:
			e.Rows, e.Disputed = []int{0, 1, 2}, true
		case 5:
			e.Rows, e.Planned = []int{1, 4}, true
		}
		l.Events = append(l.Events, e)
	}
	return l
}

func network() Network {
	n := Network{ID: "net", Label: "Who speaks with whom", Desc: "Ties between eleven people and bodies.", Others: 4}
	for _, name := range []string{"Vesna Torokai", "Henrik Aldane", "Sollund", "Karvany", "Ilse Maren", "Tomas Ered", "Marek Ilvan", "Dana Whitlock", "Foreign Ministry of the Republic of Karvany", "Orrin", "Petra Sandvoll"} {
		n.Nodes = append(n.Nodes, Node{Name: name, Href: "/p/e" + strconv.Itoa(len(n.Nodes))})
	}
	for _, e := range [][3]int{{0, 1, 9}, {2, 3, 7}, {4, 5, 4}, {4, 7, 2}, {5, 7, 2}, {0, 10, 1}, {1, 6, 1}, {9, 2, 3}, {9, 3, 3}, {8, 2, 1}, {4, 3, 2}} {
		n.Edges = append(n.Edges, Edge{A: e[0], B: e[1], Together: e[2], AtoB: e[2] / 2, BtoA: 1})
	}
	return n
}

func steps() Steps {
	s := Steps{ID: "steps", Label: "Positions on the fishermen", Desc: "What each party says it wants.", From: day("2031-02-17"), To: day("2031-03-30"), AsOf: day("2031-03-26")}
	s.Axis = Axis(s.From, s.To, nil)
	s.Lines = []StepLine{
		{Party: "Karvany", Href: "/o/e2", Steps: []Step{{day("2031-03-04"), "4 March", "demands", "new", "release all fourteen", "/f/p1"}, {day("2031-03-13"), "13 March", "demands", "repeated", "all of them", "/f/p2"}, {day("2031-03-14"), "14 March", "accepts", "condition added", "only if levels are published", "/f/p3"}, {day("2031-03-21"), "21 March", "demands", "hardened", "all before Easter", "/f/p4"}}},
		{Party: "Sollund", Href: "/o/e1", Steps: []Step{{day("2031-03-06"), "6 March", "refuses", "new", "not before trial", "/f/p5"}, {day("2031-03-14"), "14 March", "offers", "softened", "six of fourteen", "/f/p6"}}},
		{Party: "Orrin"},
	}
	return s
}

func arrivals() Arrivals {
	a := Arrivals{
		ID: "arr", Label: "Reports on the talks", Desc: "When each report came.", From: day("2031-03-12"), To: day("2031-03-18"),
		Rows: []Lane{{"Harbour Wire", "2 reports", "/s/e9"}, {"Elsey Evening Post", "1 report", "/s/e8"}, {"Lowland Radio", "2 reports", ""}},
	}
	a.Axis = Axis(a.From, a.To, nil)
	a.Reports = []Arrival{
		{At: day("2031-03-14"), When: "14 March", Row: 0, Outlet: "Harbour Wire", Title: "Talks break up", Copies: -1, Origin: "own", Href: "/d/r1"},
		{At: day("2031-03-14").Add(9 * time.Hour), When: "14 March, 09:00", Row: 1, Outlet: "Elsey Evening Post", Title: "Talks break up", Copies: 0, Origin: "copy of Harbour Wire", Copied: true, Href: "/d/r2"},
		{At: day("2031-03-15"), When: "15 March", Row: 2, Outlet: "Lowland Radio", Title: "Talks end", Copies: 0, Origin: "copy of Harbour Wire", Copied: true, Href: "/d/r3"},
		{At: day("2031-03-15"), When: "15 March", Row: 2, Outlet: "Lowland Radio", Title: "More", Copies: -1, Origin: "own", Href: "/d/r4"},
		{At: day("2031-03-17"), When: "17 March", Row: 0, Outlet: "Harbour Wire", Title: "After the talks", Copies: -1, Origin: "own", Href: "/d/r5"},
		{Row: 0, Outlet: "Harbour Wire", Title: "Undated", Copies: -1, Origin: "own", Href: "/d/r6"},
	}
	return a
}

func pictures() map[string]picture {
	return map[string]picture{"strip": strip(), "lanes": lanes(), "network": network(), "steps": steps(), "arrivals": arrivals()}
}

// parse reads SVG back and returns its elements.
func parse(t testing.TB, svg string) []xml.StartElement {
	t.Helper()
	var out []xml.StartElement
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%.2000s", err, svg)
		}
		if s, ok := tok.(xml.StartElement); ok {
			out = append(out, s.Copy())
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

var allowed = map[string]bool{"svg": true, "desc": true, "title": true, "a": true, "g": true, "rect": true, "line": true, "text": true, "circle": true, "defs": true, "marker": true, "path": true}

// check holds what every picture promises: elements that are known, no style,
// no script, links within the site, places within the picture.
func check(t testing.TB, svg string) {
	t.Helper()
	links, role := 0, ""
	for i, e := range parse(t, svg) {
		if i == 0 {
			role = attr(e, "role")
			if attr(e, "aria-label") == "" && !strings.Contains(svg, `aria-label`) {
				t.Error("no name")
			}
		}
		if !allowed[e.Name.Local] {
			t.Errorf("element %s", e.Name.Local)
		}
		for _, a := range e.Attr {
			if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
				t.Errorf("attribute %s", a.Name.Local)
			}
			if a.Name.Local == "href" {
				links++
				if !local(a.Value) {
					t.Errorf("link to %q", a.Value)
				}
			}
			if v, ok := strings.CutSuffix(a.Value, "%"); ok && a.Name.Local != "href" && a.Name.Local != "aria-label" {
				if f, err := strconv.ParseFloat(v, 64); err != nil || f < -0.5 || f > 100.5 {
					t.Errorf("%s=%q of %s", a.Name.Local, a.Value, e.Name.Local)
				}
			}
		}
	}
	if links > 0 && role != "group" {
		t.Errorf("role %q hides %d links from screen readers", role, links)
	}
}

func TestPictures(t *testing.T) {
	for name, p := range pictures() {
		t.Run(name, func(t *testing.T) {
			svg := string(p.SVG())
			check(t, svg)
			if again := string(p.SVG()); again != svg {
				t.Error("drawn twice, two pictures")
			}
			got := svg + "\n\n" + p.Table().CSV()
			file := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != got {
				t.Errorf("%s differs; look at the picture in a browser, then -update", file)
			}
		})
	}
}

// Every event is a square of its own, or the strip says how many one stands
// for and draws no fewer than that makes.
func TestStripCountsEvery(t *testing.T) {
	for _, n := range []int{1, 5, 6, 20, 26, 27, 300, 20_000} {
		s := Strip{ID: "s", Label: "x", From: day("2031-03-01"), To: day("2031-03-31"), Bins: []Bin{{Start: day("2031-03-14"), End: day("2031-03-14"), Events: n, Disputed: n / 3, Planned: n / 4}}}
		per, got := s.PerSquare(), map[string]int{}
		for _, e := range parse(t, string(s.SVG())) {
			if c := attr(e, "class"); strings.HasPrefix(c, "sq") {
				got[c]++
				if y, err := strconv.ParseFloat(attr(e, "y"), 64); err != nil || y < 0 {
					t.Errorf("n=%d: square at y=%s", n, attr(e, "y"))
				}
			}
		}
		up := func(k int) int { return (k + per - 1) / per }
		if got["sq d"] != up(n/3) || got["sq p"] != up(n/4) || got["sq"] != up(n-n/3-n/4) {
			t.Errorf("n=%d, %d a square: %v", n, per, got)
		}
		if n <= 26 && per != 1 {
			t.Errorf("n=%d: one square stands for %d", n, per)
		}
	}
}

// Labels of one line do not overlap at the narrowest width.
func TestLabelsDoNotOverlap(t *testing.T) {
	for name, p := range pictures() {
		for _, w := range []float64{Narrow, 358, Wide, 1300} {
			lines := map[string][][2]float64{}
			svg := string(p.SVG())
			d := xml.NewDecoder(strings.NewReader(svg))
			for {
				tok, err := d.Token()
				if err != nil {
					break
				}
				e, ok := tok.(xml.StartElement)
				if !ok || e.Name.Local != "text" {
					continue
				}
				class := attr(e, "class")
				if name == "network" {
					w = min(w, networkMost)
				}
				if strings.Contains(class, "wide") && w < 720 || strings.Contains(class, "narrow") && w >= 720 {
					continue
				}
				var text string
				if err := d.DecodeElement(&text, &e); err != nil {
					t.Fatal(err)
				}
				at := func(v string) float64 {
					f, _ := strconv.ParseFloat(strings.TrimSuffix(v, "%"), 64)
					if strings.HasSuffix(v, "%") {
						return f / 100 * w
					}
					return f
				}
				x := at(attr(e, "x")) + at(attr(e, "dx"))
				a, b := x, x+width(text)
				if strings.Contains(class, "end") {
					a, b = x-width(text), x
				}
				if a < -2 || b > w+2 {
					t.Errorf("%s at %g px: %q from %.0f to %.0f", name, w, text, a, b)
				}
				for _, o := range lines[attr(e, "y")] {
					if a < o[1] && o[0] < b {
						t.Errorf("%s at %g px: %q overlaps another label", name, w, text)
					}
				}
				lines[attr(e, "y")] = append(lines[attr(e, "y")], [2]float64{a, b})
			}
		}
	}
}

func TestLocal(t *testing.T) {
	for href, want := range map[string]bool{
		"/e/v1": true, "#d": true, "?view=lanes": true, "": false, "//evil.example": false, "javascript:alert(1)": false,
		"/\\evil.example": false, "/a\nb": false, "https://example.org": false, "data:text/html,x": false,
	} {
		if got := local(href); got != want {
			t.Errorf("local(%q) = %v", href, got)
		}
	}
}

func TestCSVHoldsFormulas(t *testing.T) {
	got := Table{Head: []string{"a", "b"}, Rows: [][]Cell{{{"=1+1", ""}, {"-2", ""}}, {{"x,y", ""}, {"“q”", ""}}}}.CSV()
	if want := "a,b\n'=1+1,'-2\n\"x,y\",“q”\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAxis(t *testing.T) {
	for _, c := range []struct {
		from, to, first, last string
		n                     int
	}{
		{"2031-03-12", "2031-03-14", "Wed 12 Mar", "Fri 14 Mar", 3},
		{"2031-03-01", "2031-03-20", "1 Mar", "20 Mar", 20},
		{"2031-01-04", "2031-04-30", "January 2031", "April", 4},
		{"2030-11-04", "2031-02-01", "November 2030", "February", 4},
		{"1991-11-04", "2031-02-01", "1991", "2031", 41},
		{"2031-01-04", "2031-01-04", "Sat 4 Jan", "Sat 4 Jan", 1},
	} {
		got := Axis(day(c.from), day(c.to), nil)
		if len(got) != c.n || got[0].Label != c.first || got[len(got)-1].Label != c.last {
			t.Errorf("%s to %s: %d ticks, %v", c.from, c.to, len(got), got)
		}
	}
	if got := Axis(day("2031-02-01"), day("2031-01-01"), nil); got != nil {
		t.Errorf("backwards: %v", got)
	}
}

// Whatever words and numbers come in, the picture is well-formed, keeps within
// its elements and attributes, and leads nowhere else.
func FuzzPictures(f *testing.F) {
	for _, s := range []string{"Sollund", `"><script>alert(1)</script>`, "]]>", "javascript:alert(1)", "a\x00b\xff", "\u202eevil", "＜svg onload=x＞", strings.Repeat("ü", 300), "100%"} {
		f.Add(s, "/e/v1", 3, int64(40))
	}
	f.Add("x", "//evil.example/", -5, int64(-9e15))
	f.Fuzz(func(t *testing.T, s, href string, n int, at int64) {
		when := time.Unix(at%1e11, 0).UTC()
		k := max(-3, min(n, 400))
		all := []picture{
			Strip{ID: "a", Label: s, Desc: s, From: when, To: when.AddDate(0, 0, k), AsOf: when, AsOfLabel: s, BinName: s, Axis: []Tick{{when, s, s, href}}, Bins: []Bin{{when, when, k, k / 2, k - k/2, s, href}}},
			Lanes{ID: "a", Label: s, Desc: s, Rows: []Lane{{s, s, href}, {s, "", ""}}, Events: []LaneEvent{{[]int{n, 0, 1}, s, s, s, n%2 == 0, n%3 == 0, href}, {nil, s, s, s, false, false, href}}},
			Network{ID: "a", Label: s, Desc: s, Nodes: []Node{{s, s, href}, {s, s, href}, {s, s, ""}}, Edges: []Edge{{0, 1, k, k, k, href}, {1, n, 1, 1, 1, href}, {2, 0, 1, 0, 0, ""}}},
			Steps{ID: "a", Label: s, Desc: s, From: when, To: when.AddDate(0, 0, k), Lines: []StepLine{{s, href, []Step{{when, s, s, s, s, href}, {when.AddDate(0, k, 0), s, s, s, s, href}}}, {s, href, nil}}, Axis: []Tick{{when, s, s, href}}, AsOf: when, AsOfLabel: s},
			Arrivals{ID: "a", Label: s, Desc: s, From: when, To: when.AddDate(0, 0, k), Rows: []Lane{{s, s, href}}, Reports: []Arrival{{when, s, 0, s, s, n, s, true, href}, {when, s, n, s, s, 0, s, false, href}, {time.Time{}, s, 0, s, s, 0, s, false, href}}, Axis: Axis(when, when.AddDate(0, 0, k), nil)},
		}
		for _, p := range all {
			svg := string(p.SVG())
			if s != "" {
				check(t, svg)
			} else {
				parse(t, svg)
			}
			p.Table().CSV()
		}
	})
}
