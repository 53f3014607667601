// Package revise says what a newer version of an article tells otherwise than
// an older one.
//
// In: two versions, each as the record of that one report with its sentences.
// Out: changes, each with what stood before and what stands now: of the title
// and day, of sentences, and of facts (statements, positions, claims on events,
// events). Facts are compared by kind and by words, never by id: those with the
// same words and values are the same; of the others, those that share most words
// (statements and positions their own, claims and events those of the sentences
// they rest on) are one that was changed; the rest was added or withdrawn. Case,
// punctuation and spacing are no change (package worddiff), and the furniture of
// a page is not compared.
//
// Both versions are linked alone (Load), so that nothing that other reports say
// counts.
package revise

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/worddiff"
)

// Version is one version of an article.
type Version struct {
	Record    *readout.Record // linked from the report alone
	Sentences []readout.Span  // of its text, in order
}

// Kind is what a change is about.
type Kind string

// The kinds of changes, in the order in which they are listed.
const (
	Title     Kind = "title"
	Day       Kind = "day"
	Event     Kind = "event"
	Claim     Kind = "claim"
	Statement Kind = "statement"
	Position  Kind = "position"
	Sentence  Kind = "sentence"
)

var kinds = []Kind{Title, Day, Event, Claim, Statement, Position, Sentence}

// How says what became of something.
type How string

// What became of it.
const (
	Added     How = "added"
	Withdrawn How = "withdrawn"
	Changed   How = "changed"
)

// Change is one thing that the newer version tells otherwise.
type Change struct {
	Kind   Kind
	How    How
	About  string  // attribute of a claim, type of an event; "" else
	Before *Side   // nil: added
	After  *Side   // nil: withdrawn
	Words  []Words // where the words differ, in order; of Changed only
	Fields []Field // values that differ though the words may not; of Changed only
}

// Side is a fact as one version tells it.
type Side struct {
	ID   string       // in the record of that version alone; "" for title, day and sentence
	Text string       // its words in the report; of an event its title, of the day its date
	At   readout.Span // of Text, or of what the event rests on; zero for title and day
	Who  string       // speaker, party; "" none
}

// Words are other words in one place; one side may be empty.
type Words struct{ Before, After string }

// Field is a value that differs; a side is "" where it is unknown.
type Field struct{ Name, Before, After string }

// alike is the share of words that two sentences have in common, of the longer,
// from which on they are one that was changed.
const alike = 0.5

// maxPairs is how many pairs of sentences are compared in full; of longer lists
// each is compared with those near its place.
const maxPairs = 40_000

// Compare lists what after tells otherwise than before, kind by kind and in the
// order of the texts. The same versions give none.
func Compare(before, after Version) []Change {
	a, b := read(before), read(after)
	var out []Change
	for _, k := range kinds {
		out = append(out, match(of(a, k), of(b, k))...)
	}
	return out
}

// item is something told by a version.
type item struct {
	kind  Kind
	about string
	side  Side
	words []worddiff.Word // by which it is found again when it changed
	text  string          // that words point into
	vals  []Field         // Before alone is set
}

func of(list []item, k Kind) []item {
	return slices.DeleteFunc(slices.Clone(list), func(x item) bool { return x.kind != k })
}

// key is equal for items that are told in the same words with the same values.
func (x *item) key() string {
	var b strings.Builder
	b.WriteString(x.about)
	for _, w := range worddiff.Words(x.side.Text, readout.Span{End: len(x.side.Text)}, nil) {
		b.WriteString("\x00" + w.Fold)
	}
	for _, v := range x.vals {
		b.WriteString("\x01" + v.Name + "\x00" + v.Before)
	}
	return b.String()
}

// match pairs the items of two versions of one kind.
func match(a, b []item) []Change {
	// What did not change goes first, the first of several with the first.
	left := map[string][]int{}
	for i := range b {
		k := b[i].key()
		left[k] = append(left[k], i)
	}
	usedB := make([]bool, len(b))
	var restA, restB []int
	for i := range a {
		k := a[i].key()
		if js := left[k]; len(js) > 0 {
			usedB[js[0]] = true
			left[k] = js[1:]
			continue
		}
		restA = append(restA, i)
	}
	for j := range b {
		if !usedB[j] {
			restB = append(restB, j)
		}
	}
	pairs := closest(a, b, restA, restB)
	var out []Change
	from := map[int]int{} // place in b → place in a
	for _, i := range restA {
		if j, ok := pairs[i]; ok {
			from[j] = i
			continue
		}
		out = append(out, Change{Kind: a[i].kind, How: Withdrawn, About: a[i].about, Before: &a[i].side})
	}
	for _, j := range restB {
		if i, ok := from[j]; ok {
			out = append(out, changed(&a[i], &b[j]))
			continue
		}
		out = append(out, Change{Kind: b[j].kind, How: Added, About: b[j].about, After: &b[j].side})
	}
	order := []How{Changed, Withdrawn, Added}
	slices.SortStableFunc(out, func(x, y Change) int { return cmp.Compare(slices.Index(order, x.How), slices.Index(order, y.How)) })
	return out
}

// closest pairs what is left of a and b: those most alike first.
func closest(a, b []item, restA, restB []int) map[int]int {
	type pair struct {
		i, j  int
		score float64
	}
	var pairs []pair
	window := len(restB)
	if n := len(restA) * len(restB); n > maxPairs {
		window = max(maxPairs/len(restA)/2, 1)
	}
	for n, i := range restA {
		mid := n * len(restB) / len(restA)
		for m := max(0, mid-window); m < min(len(restB), mid+window+1); m++ {
			j := restB[m]
			if a[i].about != b[j].about {
				continue
			}
			if s := likeness(a[i].words, b[j].words); s >= alike || a[i].kind == Title || a[i].kind == Day {
				pairs = append(pairs, pair{i, j, s})
			}
		}
	}
	slices.SortStableFunc(pairs, func(x, y pair) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.i, y.i), cmp.Compare(x.j, y.j))
	})
	out, taken := map[int]int{}, map[int]bool{}
	for _, p := range pairs {
		if _, ok := out[p.i]; !ok && !taken[p.j] {
			out[p.i], taken[p.j] = p.j, true
		}
	}
	return out
}

// likeness is the share of words in common.
func likeness(a, b []worddiff.Word) float64 {
	longer := max(len(a), len(b))
	if longer == 0 {
		return 1
	}
	// No pair can be more alike than its lengths.
	if float64(min(len(a), len(b))) < alike*float64(longer) {
		return 0
	}
	same := len(a)
	for _, c := range worddiff.Compare(a, b) {
		same -= c.A1 - c.A0
	}
	return float64(same) / float64(longer)
}

// changed is the change from x to y.
func changed(x, y *item) Change {
	c := Change{Kind: x.kind, How: Changed, About: x.about, Before: &x.side, After: &y.side}
	for _, d := range worddiff.Compare(x.words, y.words) {
		c.Words = append(c.Words, Words{run(x.text, x.words[d.A0:d.A1]), run(y.text, y.words[d.B0:d.B1])})
	}
	for _, v := range x.vals {
		i := slices.IndexFunc(y.vals, func(w Field) bool { return w.Name == v.Name })
		now := ""
		if i >= 0 {
			now = y.vals[i].Before
		}
		if now != v.Before {
			c.Fields = append(c.Fields, Field{v.Name, v.Before, now})
		}
	}
	for _, v := range y.vals {
		if !slices.ContainsFunc(x.vals, func(w Field) bool { return w.Name == v.Name }) {
			c.Fields = append(c.Fields, Field{v.Name, "", v.Before})
		}
	}
	return c
}

// run is the text from the first word to the last.
func run(text string, words []worddiff.Word) string {
	if len(words) == 0 {
		return ""
	}
	return text[words[0].Start:words[len(words)-1].End]
}

// day is a publication day in words, "" unknown.
func day(p readout.Published) string { return p.Value[:min(len(p.Value), len(time.DateOnly))] }
