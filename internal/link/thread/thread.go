// Package thread finds lines of events: the same parties on the same matter
// over weeks or months.
//
// In order:
//
//  1. sides: the parties of each dated event at the level of states, so that a
//     call of two presidents and talks of their ministers have the same two;
//     mediators, hosts and places are no sides. Events with two sides form the
//     blocks that are looked at, one for each pair;
//  2. matter: the rarer nouns and names of the sentences that tell an event and
//     of the openings of its reports, the sides' own names left out;
//  3. events of a block are joined bottom-up by how alike their words are on
//     average; an explicit link (before, part_of, announces, …) counts as
//     alike. Groups between which more than five months lie are not joined;
//  4. a thread is what has two dated events on days at least a week apart.
//
// In: reports sorted by ID, their entities and events. Out: threads sorted by
// ID. Titles are put together from names of entities and, where none tells the
// matter, the words of threads.tsv for the kinds of events; aggregates, denied
// and hypothetical events are left out.
package thread

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/story"
	"github.com/readout-news/readout/lexicons"
)

const (
	mostGap   = 150  // days between two groups of events, from their nearest days
	leastSpan = 7    // days from the first to the last event of a thread
	alike     = 0.35 // least average likeness of the words of two groups of events
	linked    = 0.6  // likeness of two events that a report links
	common    = 0.02 // share of news texts above which a word tells no matter

	// telling and opening are the weights of a word in a sentence that tells the
	// event and in the opening of a report that does.
	telling = 2
	opening = 1
	// leastShare caps the weight of rare words, which may be misspelt;
	// thirdWeight is that of a place or body that is no side.
	leastShare  = 0.002
	thirdWeight = 10
)

// Threads finds the threads of all items, sorted by ID.
func Threads(items []*Item) ([]*readout.Thread, error) {
	g, err := NewGrouper()
	if err != nil {
		return nil, err
	}
	blocks := map[string][]*Item{}
	for _, x := range items {
		blocks[x.Key()] = append(blocks[x.Key()], x)
	}
	var out []*readout.Thread
	for _, block := range blocks {
		out = append(out, g.Threads(block)...)
	}
	slices.SortFunc(out, func(a, b *readout.Thread) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// Grouper makes threads of items.
type Grouper struct {
	words *story.Words
	kinds map[string]string
}

// NewGrouper loads what words mean; the error is that of a damaged lexicon.
func NewGrouper() (*Grouper, error) {
	words, err := story.Shipped()
	if err != nil {
		return nil, err
	}
	kinds, err := loadKinds()
	return &Grouper{words, kinds}, err
}

// Most is how many events of one pair of sides are looked at together, see
// Ranges.
const Most = 400

// Range is from one day (since 1970) to another, both in it.
type Range struct{ From, To int }

// Has reports whether a day lies in it.
func (r Range) Has(day int) bool { return r.From <= day && day <= r.To }

// Ranges are the days from the first to the last of those events of one pair of
// sides that are looked at together, of count events by day: of all when they are
// at most Most, else of each quarter of a year, and of a quarter with more of what
// lies between its longest silences. A range too short for a thread is left out:
// of a pair with so many events in a week nothing tells which of them go together.
func Ranges(count map[int]int) []Range {
	days := slices.Sorted(maps.Keys(count))
	if sum(count, days) <= Most {
		return ranges(count, days)
	}
	var out []Range
	for len(days) > 0 {
		n := 1
		for n < len(days) && quarter(days[n]) == quarter(days[0]) {
			n++
		}
		out = append(out, ranges(count, days[:n])...)
		days = days[n:]
	}
	return out
}

// ranges are those of sorted days that are cut at their longest silence until
// what is left has few events.
func ranges(count map[int]int, days []int) []Range {
	if len(days) == 0 || days[len(days)-1]-days[0] < leastSpan {
		return nil
	}
	if sum(count, days) <= Most {
		return []Range{{days[0], days[len(days)-1]}}
	}
	at := 1
	for i := range days[1:] {
		if days[i+1]-days[i] > days[at]-days[at-1] {
			at = i + 1
		}
	}
	return append(ranges(count, days[:at]), ranges(count, days[at:])...)
}

func sum(count map[int]int, days []int) (n int) {
	for _, d := range days {
		n += count[d]
	}
	return n
}

// quarter is the quarter of a year in which a day lies.
func quarter(day int) int {
	t := time.Unix(int64(day)*86400, 0).UTC()
	return t.Year()*4 + (int(t.Month())-1)/3
}

// Threads are the threads of the events of one pair of sides, sorted by ID.
func (g *Grouper) Threads(block []*Item) []*readout.Thread {
	count := map[int]int{}
	for _, x := range block {
		count[x.Day]++
	}
	var out []*readout.Thread
	for _, r := range Ranges(count) {
		var in []*Item
		for _, x := range block {
			if r.Has(x.Day) {
				in = append(in, x)
			}
		}
		out = append(out, g.ThreadsOf(in)...)
	}
	slices.SortFunc(out, func(a, b *readout.Thread) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// ThreadsOf is Threads for events of one range.
func (g *Grouper) ThreadsOf(items []*Item) []*readout.Thread {
	var out []*readout.Thread
	for _, group := range g.group(slices.Clone(items)) {
		if t := g.thread(group); t != nil {
			out = append(out, t)
		}
	}
	return out
}

// vector is the words of an item, of length one.
type vector []Word

func vectorOf(x *Item) vector {
	out := make(vector, len(x.Words))
	sum := 0.0
	for i, w := range x.Words {
		out[i] = Word{Word: w.Word, Count: (1 + math.Log(w.Count)) * w.Rare}
		sum += float64(out[i].Count * out[i].Count)
	}
	for i := range out {
		out[i].Count /= math.Sqrt(sum)
	}
	return out
}

// like is how alike the matters of two events are, 1 at most.
func like(a, b *Item, va, vb vector) float64 {
	sum := 0.0
	for i, j := 0, 0; i < len(va) && j < len(vb); {
		switch {
		case va[i].Word < vb[j].Word:
			i++
		case va[i].Word > vb[j].Word:
			j++
		default:
			sum += float64(va[i].Count * vb[j].Count)
			i++
			j++
		}
	}
	links := func(a, b *Item) bool { _, ok := slices.BinarySearch(a.Links, b.Event); return ok }
	if links(a, b) || links(b, a) {
		return max(sum, linked)
	}
	return sum
}

// group joins the events of one pair of sides, the most alike first.
func (g *Grouper) group(block []*Item) [][]*Item {
	slices.SortFunc(block, func(a, b *Item) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Event, b.Event))
	})
	n := len(block)
	vectors := make([]vector, n)
	for i, x := range block {
		vectors[i] = vectorOf(x)
	}
	// Of two groups, named by their first member: the sum of the likenesses of
	// their members, and whether some day of one is near some day of the other.
	sum, near := make([][]float64, n), make([][]bool, n)
	groups := make([][]int, n) // nil: joined to another
	for i := range block {
		sum[i], near[i], groups[i] = make([]float64, n), make([]bool, n), []int{i}
		for j := range i {
			s := like(block[i], block[j], vectors[i], vectors[j])
			d := block[i].Day - block[j].Day
			sum[i][j], sum[j][i] = s, s
			near[i][j], near[j][i] = d <= mostGap, d <= mostGap
		}
	}
	mean := func(i, j int) float64 { return sum[i][j] / float64(len(groups[i])*len(groups[j])) }
	// best is for each group the later one that is most like it, -1 for none.
	best := make([]int, n)
	find := func(i int) {
		best[i] = -1
		most := alike
		for j := i + 1; j < n; j++ {
			if groups[j] != nil && near[i][j] {
				if s := mean(i, j); s > most {
					best[i], most = j, s
				}
			}
		}
	}
	for i := range n {
		find(i)
	}
	for {
		at, most := -1, alike
		for i := range n {
			if groups[i] != nil && best[i] >= 0 {
				if s := mean(i, best[i]); s > most {
					at, most = i, s
				}
			}
		}
		if at < 0 {
			break
		}
		with := best[at]
		groups[at] = append(groups[at], groups[with]...)
		groups[with] = nil
		for k := range n {
			if groups[k] != nil && k != at {
				sum[at][k] += sum[with][k]
				sum[k][at] = sum[at][k]
				near[at][k] = near[at][k] || near[with][k]
				near[k][at] = near[at][k]
			}
		}
		for i := range n {
			if groups[i] == nil {
				continue
			}
			switch {
			case i == at || best[i] == at || best[i] == with:
				find(i)
			case i < at && near[i][at]:
				if s := mean(i, at); s > alike && (best[i] < 0 || s > mean(i, best[i]) || s == mean(i, best[i]) && at < best[i]) {
					best[i] = at
				}
			}
		}
	}
	var out [][]*Item
	for _, members := range groups {
		if members == nil {
			continue
		}
		slices.Sort(members)
		items := make([]*Item, len(members))
		for i, x := range members {
			items[i] = block[x]
		}
		out = append(out, items)
	}
	return out
}

// thread makes the thread of a group, nil when it is none.
func (g *Grouper) thread(items []*Item) *readout.Thread {
	if len(items) < 2 || items[len(items)-1].Day-items[0].Day < leastSpan {
		return nil
	}
	t := &readout.Thread{}
	h := sha256.New()
	fmt.Fprint(h, "thread")
	for _, x := range items {
		t.Events = append(t.Events, x.Event)
		fmt.Fprintf(h, "\x00%s", x.Event)
		t.Reports = append(t.Reports, x.Reports...)
	}
	slices.Sort(t.Reports)
	t.Reports = slices.Compact(t.Reports)
	t.ID = "t" + hex.EncodeToString(h.Sum(nil)[:8])
	var names []string
	for s := range 2 {
		p := standsFor(items, s)
		t.Parties = append(t.Parties, p.ID)
		names = append(names, p.Name)
	}
	slices.Sort(t.Parties)
	slices.Sort(names)
	t.Title = names[0] + " and " + names[1]
	if matter := g.called(items, t.Parties); matter != "" {
		t.Title += ": " + matter
	}
	return t
}

// standsFor is the entity that names a side of a thread: the one that is in all
// its events, else the state, else the one that is in most.
func standsFor(items []*Item, s int) Party {
	count := map[Party]int{}
	var state Party
	mentions := -1
	for _, x := range items {
		side := &x.Sides[s]
		for _, p := range side.Entities {
			count[p]++
		}
		if side.State.ID != "" && (side.Mentions > mentions || side.Mentions == mentions && side.State.ID < state.ID) {
			state, mentions = side.State, side.Mentions
		}
	}
	var best Party
	for p, n := range count {
		if best.ID == "" || n > count[best] || n == count[best] && (p.ID < best.ID || p.ID == best.ID && p.Name < best.Name) {
			best = p
		}
	}
	if count[best] < len(items) && state.ID != "" {
		return state
	}
	return best
}

// called names the matter: a place, body or work that sentences on two of the
// events and on half of them name, and that is neither a side nor where they
// took place, else the kinds of events.
func (g *Grouper) called(items []*Item, parties []string) string {
	type candidate struct {
		name  string
		n     int
		apart bool // it is a side, or where they took place
		rare  float64
	}
	by := map[string]*candidate{}
	for _, x := range items {
		for i := range x.Named {
			e := &x.Named[i]
			c := by[e.ID]
			if c == nil {
				c = &candidate{name: e.Name, apart: slices.Contains(parties, e.ID)}
				by[e.ID] = c
			}
			c.name = min(c.name, e.Name)
			c.n++ // each names it once
			c.apart = c.apart || e.Body
			for _, y := range items {
				c.apart = c.apart || y.Place == e.ID
				for _, s := range y.Sides {
					c.apart = c.apart || slices.ContainsFunc(s.Entities, func(p Party) bool { return p.ID == e.ID }) || e.Type == readout.Place && e.Side == s.Key && e.State
				}
			}
		}
	}
	var best candidate
	for _, c := range by {
		if c.apart || c.n < 2 || c.n*2 < len(items) {
			continue
		}
		for _, w := range strings.Fields(c.name) {
			c.rare += math.Log(1 / (g.words.Share(story.Fold(w)) + 0.0005))
		}
		if c.n > best.n || c.n == best.n && (c.rare > best.rare || c.rare == best.rare && c.name < best.name) {
			best = *c
		}
	}
	if best.name != "" {
		return best.name
	}
	var kinds []string
	for _, x := range items {
		k := cmp.Or(g.kinds[x.Type+" "+x.Mode], g.kinds[x.Type+" -"])
		if k != "" && !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	if len(kinds) < 2 {
		return strings.Join(kinds, "")
	}
	return strings.Join(kinds[:len(kinds)-1], ", ") + " and " + kinds[len(kinds)-1]
}

const kindsFile = "en/events/threads.tsv"

// loadKinds reads the nouns for kinds of events by "TYPE mode".
var loadKinds = sync.OnceValues(func() (map[string]string, error) {
	out := map[string]string{}
	err := lexicons.Rows(lexicons.FS, kindsFile, 3, func(c []string) error {
		if c[2] == "" || out[c[0]+" "+c[1]] != "" {
			return fmt.Errorf("want type, mode and noun, each type and mode once")
		}
		out[c[0]+" "+c[1]] = c[2]
		return nil
	})
	return out, err
})
