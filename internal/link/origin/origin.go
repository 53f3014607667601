// Package origin decides who first wrote each report's text: its own outlet,
// another report of the set that it copies, or a wire agency that it credits.
//
// In go reports with their noise marked; out comes one readout.Origin a
// report. Copies are found by shared 6-word shingles of the text without page
// furniture (Broder 1997): candidates share a sketch of shingles whose hash is
// 0 modulo sketchRate, then the exact containment of the smaller in the larger
// decides. Where a copy has another figure than its original, Figures says so.
package origin

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// Version rises when output can change.
const Version = "3"

const (
	shingleWords = 6
	// sketchRate keeps one shingle in eight for finding candidates; a copy of
	// 100 shared words is missed with probability (7/8)^95 < 1e-5.
	sketchRate = 8
	// copyContainment is the share of the smaller report's shingles that the
	// larger holds for it to be a copy; see docs/evaluation.md, origin.
	copyContainment = 0.5
	// minShingles keeps two-line briefs, which agree by chance, apart.
	minShingles = 12
	// maxPosting bounds candidates: of the reports that share a shingle with more
	// than these, each is compared with the earliest alone. It may be a slogan or
	// furniture and say nothing of copying, or a text that many outlets took over.
	maxPosting = 64
)

// Agencies finds the agency or outlet named in a credit line.
type Agencies interface {
	// Agency returns the entity of the outlet whose name stands in text, and
	// where (bytes of text); ok is false when none does.
	Agency(text string) (entity string, at readout.Span, ok bool)
}

// Find returns the origin of every report, parallel to reports. outlets is
// parallel too: the entity of each report's own outlet, "" unknown. The result
// does not depend on the order of reports.
func Find(reports []*readout.Report, outlets []string, agencies Agencies) []readout.Origin {
	out := make([]readout.Origin, len(reports))
	credits := make([]*credit, len(reports))
	for i, r := range reports {
		out[i] = readout.Origin{Kind: "own", Outlet: outlets[i]}
		credits[i] = findCredit(r, agencies)
		if c := credits[i]; c != nil && c.entity != outlets[i] {
			out[i].Kind, out[i].Of, out[i].Why = "wire", c.entity, "credit line"
			out[i].At = &readout.Evidence{Report: r.ID, Span: c.span, By: by("origin/credit-line")}
		}
	}
	index := make(map[string]int, len(reports))
	for i, r := range reports {
		index[r.ID] = i
	}
	alone := slices.Clone(out)
	for _, p := range Pairs(reports) {
		a, b := p.A, p.B
		if originalFirst(reports, outlets, credits, b, a) {
			a, b = b, a
		}
		// b copies a: keep the best original of each copy.
		if out[b].Kind == "copy" && !originalFirst(reports, outlets, credits, a, index[out[b].Of]) {
			continue
		}
		out[b].Kind, out[b].Of = "copy", reports[a].ID
		out[b].Why = fmt.Sprintf("%d %% of its %d-word runs stand in the other report", int(p.Containment*100), shingleWords)
	}
	// A copy of a copy names the first of the line.
	next := make([]int, len(out)) // what each copies, itself for an original
	for i, o := range out {
		next[i] = i
		if o.Kind == "copy" {
			next[i] = index[o.Of]
		}
	}
	for i, first := range firsts(reports, next) {
		if first == i {
			out[i] = alone[i]
		} else {
			out[i].Of = reports[first].ID
		}
	}
	return out
}

// firsts follows each report along what it copies to the first of the line.
// Credits, days and lengths, compared two by two, can go round in a circle: of
// reports that copy each other so the first by day, length and id is the
// original, those without a day behind the others.
func firsts(reports []*readout.Report, next []int) []int {
	out := make([]int, len(next))
	met := make([]int, len(next)) // 1 + the start of the walk that met it first
	for i := range next {
		var line []int
		at := i
		for met[at] == 0 && next[at] != at {
			met[at] = i + 1
			line = append(line, at)
			at = next[at]
		}
		first := at
		switch {
		case next[at] == at:
		case met[at] == i+1: // this walk has come round
			first = slices.MinFunc(line[slices.Index(line, at):], func(a, b int) int {
				x, y := reports[a], reports[b]
				return cmp.Or(readout.ComparePublished(cmp.Or(x.Published.Value, "~"), cmp.Or(y.Published.Value, "~")), cmp.Compare(len(y.Text), len(x.Text)), strings.Compare(x.ID, y.ID))
			})
		default:
			first = out[at]
		}
		out[i] = first
		for _, x := range line {
			out[x] = first
		}
	}
	return out
}

func by(rule string) readout.By {
	return readout.By{Annotator: "origin", Version: Version, Rule: rule}
}

// originalFirst reports whether report i rather than j is the original of the
// two: the one the other credits, else the earlier, else the one without a
// credit, else the longer, else the smaller id.
func originalFirst(reports []*readout.Report, outlets []string, credits []*credit, i, j int) bool {
	if c := credits[j]; c != nil && c.entity != "" && c.entity == outlets[i] && outlets[i] != outlets[j] {
		return true
	}
	if c := credits[i]; c != nil && c.entity != "" && c.entity == outlets[j] && outlets[i] != outlets[j] {
		return false
	}
	pi, pj := reports[i].Published.Value, reports[j].Published.Value
	if min(len(pi), len(pj)) > len(time.DateOnly) { // each writes the clock of its place
		pi, pj = reports[i].Published.UTC(), reports[j].Published.UTC()
	}
	if pi != "" && pj != "" {
		// Only the common precision compares: a day does not come before an hour of that day.
		n := min(len(pi), len(pj))
		if pi[:n] != pj[:n] {
			return pi[:n] < pj[:n]
		}
	}
	if (credits[i] == nil) != (credits[j] == nil) {
		return credits[i] == nil
	}
	return cmp.Or(cmp.Compare(len(reports[j].Text), len(reports[i].Text)), cmp.Compare(reports[i].ID, reports[j].ID)) < 0
}

type credit struct {
	entity string
	span   readout.Span
}

// creditReasons are the kinds of furniture that can credit an agency for the
// text. A caption's credit is for the picture and does not count.
var creditReasons = map[string]bool{"dateline": true, "credit": true, "byline": true}

func findCredit(r *readout.Report, agencies Agencies) *credit {
	for _, n := range r.Noise {
		if !creditReasons[n.Reason] || contribution(n.Span.In(r.Text)) {
			continue
		}
		if e, at, ok := agencies.Agency(n.Span.In(r.Text)); ok {
			return &credit{e, readout.Span{Start: n.Span.Start + at.Start, End: n.Span.Start + at.End}}
		}
	}
	if r.Byline != "" {
		if e, _, ok := agencies.Agency(r.Byline); ok {
			return &credit{entity: e}
		}
	}
	return nil
}

// contribution reports whether a credit thanks an agency for a part ("Harbour
// Wire contributed to this report"): the rest is the outlet's own.
func contribution(credit string) bool {
	return strings.Contains(strings.ToLower(credit), "contribut")
}

// Pair is two reports that share much of their text.
type Pair struct {
	A, B        int     // into the reports, A < B
	Containment float64 // share of the smaller one's shingles that the larger holds
	Jaccard     float64 // shared shingles of all shingles of the two
}

// Pairs returns the pairs of which the larger report holds at least half of
// the smaller, sorted.
func Pairs(reports []*readout.Report) []Pair {
	sets := make([][]uint64, len(reports))
	post := map[uint64][]int{}
	for i, r := range reports {
		sets[i] = Shingles(r)
		for _, h := range sets[i] {
			if h%sketchRate == 0 {
				post[h] = append(post[h], i)
			}
		}
	}
	seen := map[[2]int]bool{}
	var out []Pair
	for _, ids := range post {
		if len(ids) > maxPosting {
			first := slices.MinFunc(ids, func(a, b int) int {
				x, y := reports[a].Published.Value, reports[b].Published.Value
				return cmp.Or(readout.ComparePublished(cmp.Or(x, "~"), cmp.Or(y, "~")), cmp.Compare(a, b))
			})
			for _, i := range ids {
				if i != first {
					seen[[2]int{min(i, first), max(i, first)}] = true
				}
			}
			continue
		}
		for x, i := range ids {
			for _, j := range ids[x+1:] {
				seen[[2]int{i, j}] = true
			}
		}
	}
	for p := range seen {
		a, b := sets[p[0]], sets[p[1]]
		if c := Containment(a, b); c >= copyContainment {
			shared := c * float64(min(len(a), len(b)))
			out = append(out, Pair{p[0], p[1], c, shared / (float64(len(a)+len(b)) - shared)})
		}
	}
	slices.SortFunc(out, func(x, y Pair) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	return out
}

// Shingles are the sorted distinct hashes of all runs of six words of the
// report's text, furniture left out, case and punctuation ignored.
func Shingles(r *readout.Report) []uint64 {
	var words []string
	noise := r.Noise
	start := -1
	flush := func(end int) {
		if start >= 0 {
			words = append(words, strings.ToLower(r.Text[start:end]))
			start = -1
		}
	}
	for i, c := range r.Text {
		for len(noise) > 0 && noise[0].Span.End <= i {
			noise = noise[1:]
		}
		if len(noise) > 0 && noise[0].Span.Start <= i || !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			flush(i)
		} else if start < 0 {
			start = i
		}
	}
	flush(len(r.Text))
	var out []uint64
	for i := 0; i+shingleWords <= len(words); i++ {
		h := fnv.New64a()
		for _, w := range words[i : i+shingleWords] {
			h.Write([]byte(w))
			h.Write([]byte{0})
		}
		out = append(out, h.Sum64())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Containment is the share of the smaller sorted set that the larger holds,
// 0 when the smaller has fewer than minShingles members.
func Containment(a, b []uint64) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < minShingles {
		return 0
	}
	n, j := 0, 0
	for _, h := range a {
		for j < len(b) && b[j] < h {
			j++
		}
		if j < len(b) && b[j] == h {
			n++
		}
	}
	return float64(n) / float64(len(a))
}

// Names is an Agencies over a table of outlet names.
type Names struct {
	byName map[string]string // lower-case name → entity
	names  []string          // longest first
}

// NewNames builds the table; names maps an outlet's name or abbreviation to
// its entity. Names shorter than two letters are ignored.
func NewNames(names map[string]string) *Names {
	n := &Names{byName: map[string]string{}}
	for name, entity := range names {
		low := lower(name)
		if utf8.RuneCountInString(low) < 2 || entity == "" {
			continue
		}
		if old, ok := n.byName[low]; ok && old <= entity {
			continue
		}
		n.byName[low] = entity
	}
	for name := range n.byName {
		n.names = append(n.names, name)
	}
	slices.SortFunc(n.names, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	return n
}

// Agency implements Agencies: the longest name that stands in text as whole
// words.
func (n *Names) Agency(text string) (string, readout.Span, bool) {
	low := lower(text)
	for _, name := range n.names {
		for from := 0; ; {
			i := strings.Index(low[from:], name)
			if i < 0 {
				break
			}
			i += from
			if wordEdge(low, i) && wordEdge(low, i+len(name)) {
				return n.byName[name], readout.Span{Start: i, End: i + len(name)}, true
			}
			from = i + len(name)
		}
	}
	return "", readout.Span{}, false
}

// lower is strings.ToLower but for letters whose lower case has another length:
// its offsets are those of s.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if l := unicode.ToLower(r); utf8.RuneLen(l) == utf8.RuneLen(r) {
			return l
		}
		return r
	}, s)
}

// wordEdge reports whether byte offset i of s does not lie within a word.
func wordEdge(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i:])
	word := func(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	return !word(before) || !word(after)
}
