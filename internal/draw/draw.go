// Package draw makes the pictures of the pages: the timeline strip, lanes, who
// speaks with whom, positions over time, and how reports arrived and copied.
//
// In: plain data that a page has already worded. Out: SVG for an HTML page, and
// the same as a Table, which the page puts beside the picture and hands out as
// CSV. Everything is a pure function: equal data, equal bytes.
//
// A picture stretches with the page and its text does not: there is no viewBox,
// places along the time are percentages, heights and type are pixels. So text
// has one size on a phone and on a wall, and what must not overlap is reckoned
// for Narrow pixels, the least a page gives. Colours and strokes are classes of
// the page's style sheet; there is no style attribute and no script. Text is
// escaped here, and a link leads within the site or is not drawn.
package draw

import (
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout/internal/export/cell"
)

// Narrow and Wide are the widths in pixels for which labels are thinned out: a
// phone's column (360 px less its margins) and the main column of a page.
const (
	Narrow = 320.0
	Wide   = 800.0
)

// typeSize is the size of labels in pixels: 0.8125rem of the style sheet.
const typeSize = 13.0

// Table is a picture as rows.
type Table struct {
	Caption string
	Head    []string
	Rows    [][]Cell
}

// Cell is a cell of a Table; Href is "" where it leads nowhere.
type Cell struct {
	Text, Href string
}

// CSV is the table for download. Cells that a spreadsheet would take for a
// formula are quoted with an apostrophe.
func (t Table) CSV() string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	record := make([]string, 0, len(t.Head))
	write := func(cells []Cell) {
		record = record[:0]
		for _, c := range cells {
			record = append(record, cell.Quote(c.Text))
		}
		// A strings.Builder takes everything.
		_ = w.Write(record)
	}
	head := make([]Cell, len(t.Head))
	for i, h := range t.Head {
		head[i].Text = h
	}
	write(head)
	for _, r := range t.Rows {
		write(r)
	}
	w.Flush()
	return b.String()
}

// Tick is a label of the time axis at the start of a day, month or year.
type Tick struct {
	At    time.Time
	Label string // "March"
	Short string // "Mar": where Label has no room
	Href  string
}

// Axis are the ticks from the day of from to the day of to: days, months or
// years, whichever are few enough to be read. href, which may be nil, leads to
// the days between.
func Axis(from, to time.Time, href func(from, to time.Time) string) []Tick {
	if !from.Before(to) && !from.Equal(to) {
		return nil
	}
	var out []Tick
	add := func(at, next time.Time, label, short string) {
		t := Tick{At: at, Label: label, Short: short}
		if href != nil {
			t.Href = href(at, next.AddDate(0, 0, -1))
		}
		out = append(out, t)
	}
	days := to.Sub(from).Hours() / 24
	y, m, d := from.Date()
	switch {
	case days <= 21:
		for at := time.Date(y, m, d, 0, 0, 0, 0, time.UTC); !at.After(to); at = at.AddDate(0, 0, 1) {
			label := at.Format("2 Jan")
			if days <= 7 {
				label = at.Format("Mon 2 Jan")
			}
			add(at, at.AddDate(0, 0, 1), label, at.Format("2"))
		}
	case days <= 800:
		for at := time.Date(y, m, 1, 0, 0, 0, 0, time.UTC); !at.After(to); at = at.AddDate(0, 1, 0) {
			label, short := at.Format("January"), at.Format("Jan")
			if at.Month() == time.January || len(out) == 0 {
				label, short = at.Format("January 2006"), at.Format("Jan ’06")
			}
			add(at, at.AddDate(0, 1, 0), label, short)
		}
	default:
		for at := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC); !at.After(to) && len(out) < 400; at = at.AddDate(1, 0, 0) {
			add(at, at.AddDate(1, 0, 0), at.Format("2006"), at.Format("’06"))
		}
	}
	return out
}

// scale turns moments into percentages of the width.
type scale struct {
	from time.Time
	span float64 // hours from the left edge to the right
	pad  float64 // percent kept free at either side
}

func newScale(from, to time.Time, pad float64) scale {
	return scale{from, max(to.Sub(from).Hours(), 1), pad}
}

// at is where a moment lies, in percent, kept within the picture.
func (s scale) at(t time.Time) float64 {
	x := t.Sub(s.from).Hours() / s.span * (100 - 2*s.pad)
	return s.pad + min(max(x, 0), 100-2*s.pad)
}

// writer writes SVG. Text and attribute values pass through escape.
type writer struct{ b strings.Builder }

// open starts an element; attrs are names and values in turn, and a value of ""
// leaves its attribute out.
func (w *writer) open(name string, attrs ...string) {
	w.start(name, attrs)
	w.b.WriteByte('>')
}

// empty writes an element without content.
func (w *writer) empty(name string, attrs ...string) {
	w.start(name, attrs)
	w.b.WriteString("/>")
}

func (w *writer) start(name string, attrs []string) {
	w.b.WriteByte('<')
	w.b.WriteString(name)
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] == "" {
			continue
		}
		w.b.WriteByte(' ')
		w.b.WriteString(attrs[i])
		w.b.WriteString(`="`)
		w.escape(attrs[i+1])
		w.b.WriteByte('"')
	}
}

func (w *writer) close(name string) {
	w.b.WriteString("</")
	w.b.WriteString(name)
	w.b.WriteByte('>')
}

// text writes an element that holds text alone.
func (w *writer) text(name, text string, attrs ...string) {
	w.open(name, attrs...)
	w.escape(text)
	w.close(name)
}

func (w *writer) escape(s string) {
	// EscapeText writes to a strings.Builder, which takes everything. It
	// replaces what XML has no character for by U+FFFD.
	_ = xml.EscapeText(&w.b, []byte(s))
}

// link opens a link when href leads within the site, and tells whether it did.
// A loose one is left out of the keyboard's order: what it leads to is also in
// the list or table beside the picture, and a hundred stops on the way there
// would help nobody.
func (w *writer) link(href string, loose bool) bool {
	if !local(href) {
		return false
	}
	stop := ""
	if loose {
		stop = "-1"
	}
	w.open("a", "href", href, "tabindex", stop)
	return true
}

func (w *writer) endLink(ok bool) {
	if ok {
		w.close("a")
	}
}

// local reports whether href leads to a page of this site.
func local(href string) bool {
	if href == "" || strings.ContainsFunc(href, unicode.IsControl) || strings.Contains(href, `\`) {
		return false
	}
	switch href[0] {
	case '#', '?':
		return true
	case '/':
		return !strings.HasPrefix(href, "//")
	}
	return false
}

// figure opens the picture. One with links is a group, because what is inside
// an image is hidden from screen readers.
func (w *writer) figure(class, id, label, desc string, height float64, links bool) {
	role := "img"
	if links {
		role = "group"
	}
	described := ""
	if desc != "" {
		described = id + "-d"
	}
	w.open("svg", "class", "dr "+class, "role", role, "aria-label", label, "aria-describedby", described, "width", "100%", "height", num(height), "xmlns", "http://www.w3.org/2000/svg")
	if desc != "" {
		w.text("desc", desc, "id", described)
	}
}

// both writes a label, and a shorter one in its place where a phone has no room:
// the style sheet displays one of them.
func (w *writer) both(label, narrow, class string, attrs ...string) {
	if label == narrow {
		w.text("text", label, append([]string{"class", class}, attrs...)...)
		return
	}
	w.text("text", label, append([]string{"class", class + " wide"}, attrs...)...)
	w.text("text", narrow, append([]string{"class", class + " narrow"}, attrs...)...)
}

func (w *writer) html() template.HTML {
	w.close("svg")
	return template.HTML(w.b.String()) //nolint:gosec // every text and value went through escape
}

// axis draws tick lines from top to bottom and the labels under them, thinned
// for both widths.
func (w *writer) axis(s scale, ticks []Tick, to time.Time, top, bottom float64) {
	end := func(i int) float64 {
		if i+1 < len(ticks) {
			return s.at(ticks[i+1].At)
		}
		return max(s.at(to), s.at(ticks[i].At))
	}
	// A label stands where the one before it has ended, in each of both widths.
	freeWide, freeNarrow := -1.0, -1.0
	for i, t := range ticks {
		x := s.at(t.At)
		w.empty("line", "class", "ax", "x1", pct(x), "x2", pct(x), "y1", num(top), "y2", num(bottom+20))
		room := (end(i) - x) / 100
		label := t.Label
		if width(label)+10 > room*Wide {
			label = t.Short
		}
		px := x / 100 * Wide
		if px < freeWide || x > 97 {
			continue
		}
		freeWide = px + width(label) + 12
		px = x / 100 * Narrow
		narrow := label
		if width(narrow)+10 > room*Narrow {
			narrow = t.Short
		}
		fits := px >= freeNarrow && px+width(narrow)+6 <= Narrow
		if fits {
			freeNarrow = px + width(narrow) + 10
		}
		ok := w.link(t.Href, false)
		if ok {
			// The target is 24 px high (WCAG 2.5.8) and reaches to the next tick.
			w.empty("rect", "class", "hit", "x", pct(x), "y", num(bottom), "width", pct(max(end(i)-x, 0.1)), "height", "24")
		}
		at := []string{"x", pct(x), "dx", "5", "y", num(bottom + 15)}
		if fits {
			w.both(label, narrow, "lab", at...)
		} else {
			w.text("text", label, append([]string{"class", "lab wide"}, at...)...)
		}
		w.endLink(ok)
	}
	w.empty("line", "class", "base", "x1", "0", "x2", "100%", "y1", num(bottom), "y2", num(bottom))
}

// asOf draws the line at which the record ends.
func (w *writer) asOf(s scale, at time.Time, label string, top, bottom float64) {
	if at.IsZero() {
		return
	}
	x := s.at(at)
	w.empty("line", "class", "now", "x1", pct(x), "x2", pct(x), "y1", num(top), "y2", num(bottom))
	if label == "" {
		return
	}
	// Beyond the middle the label would run out of a narrow picture.
	if x > 55 {
		w.text("text", label, "class", "lab over end", "x", pct(x), "dx", "-5", "y", num(top+10))
		return
	}
	w.text("text", label, "class", "lab over", "x", pct(x), "dx", "5", "y", num(top+10))
}

// num writes pixels, pct percentages, both with as many digits as show.
func num(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "0"
	}
	return strconv.FormatFloat(math.Round(f*100)/100, 'f', -1, 64)
}

func pct(f float64) string { return num(f) + "%" }

// width is about how many pixels a label takes, rather too many than too few.
func width(s string) float64 {
	var px float64
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case strings.ContainsRune("iljtfI.,:;'’‘|!()[] ", r):
			px += 0.32
		case strings.ContainsRune("mwMW@—…", r):
			px += 0.88
		case r > 0x2e80:
			px += 1.05
		case unicode.IsUpper(r):
			px += 0.66
		default:
			px += 0.55
		}
	}
	return px * typeSize
}

// fit cuts s to about px pixels, with an ellipsis where something is missing.
func fit(s string, px float64) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\ufffd")), " ")
	if width(s) <= px {
		return s
	}
	room := px - width("…")
	cut := 0
	for i, r := range s {
		if room -= width(string(r)); room < 0 {
			break
		}
		cut = i + utf8.RuneLen(r)
	}
	return strings.TrimRight(s[:min(cut, len(s))], " ,.;:–-") + "…"
}

// count says how many of a thing there are: "1 event", "3 events".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Bar is a bar of a list: share of the room, 0 to 1. The number beside it says
// the same, so it is nothing to a screen reader.
func Bar(share float64) template.HTML {
	w := &writer{}
	w.open("svg", "class", "dr share", "aria-hidden", "true", "width", "100%", "height", "8", "xmlns", "http://www.w3.org/2000/svg")
	w.empty("rect", "width", pct(100*min(max(share, 0.01), 1)), "height", "8")
	return w.html()
}
