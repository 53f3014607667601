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
	"math"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/link/story"
	"github.com/readout-news/readout/internal/nlp"
	mention "github.com/readout-news/readout/internal/nlp/event"
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

// Link finds the threads of events.
func Link(docs []*nlp.Doc, ents *entity.Links, events *event.Links) ([]*readout.Thread, error) {
	words, err := story.Shipped()
	if err != nil {
		return nil, err
	}
	kinds, err := loadKinds()
	if err != nil {
		return nil, err
	}
	l := &linker{docs: docs, ents: ents, events: events.Events, words: words, kinds: kinds, entity: map[string]*readout.Entity{}, serves: map[string]string{}}
	for _, e := range ents.Entities {
		l.entity[e.ID] = e
	}
	l.offices()
	l.index()
	l.ownNames()
	l.mentions = make([][]told, len(events.Events))
	for d := range events.OfMention {
		for i, n := range events.OfMention[d] {
			if n >= 0 {
				l.mentions[n] = append(l.mentions[n], told{d, i})
			}
		}
	}
	blocks := map[string][]*item{}
	for n := range events.Events {
		if x := l.item(n); x != nil {
			k := x.sides[0].key + " " + x.sides[1].key
			blocks[k] = append(blocks[k], x)
		}
	}
	var out []*readout.Thread
	for _, block := range blocks {
		for _, g := range l.group(block) {
			if t := l.thread(g); t != nil {
				out = append(out, t)
			}
		}
	}
	slices.SortFunc(out, func(a, b *readout.Thread) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

type linker struct {
	docs     []*nlp.Doc
	ents     *entity.Links
	events   []*readout.Event
	words    *story.Words
	kinds    map[string]string
	entity   map[string]*readout.Entity
	serves   map[string]string            // person → side of the state that the person serves
	own      map[string]map[string]bool   // side → folded words of its names
	named    map[string][]*readout.Entity // by side
	held     map[string]bool              // lower-case names of what somebody holds an office of
	active   map[string]bool              // Entity.IDs that take part in an event
	mentions [][]told                     // by event
}

// told is event mention i of report d.
type told struct{ d, i int }

// item is one event that may belong to a thread.
type item struct {
	n      int
	day    int // days since 1970 of the first day
	sides  []side
	words  map[string]float64 // of length one
	keys   []string           // of words, sorted: sums have one order
	naming map[string]bool    // Entity.IDs that the sentences telling it name
}

// side is one side of an event: its key and the entities that stand for it.
type side struct {
	key      string // country, else Entity.ID
	entities []string
}

// item reads event n, nil when it can be of no thread.
func (l *linker) item(n int) *item {
	e := l.events[n]
	if e.Date == nil || e.Date.Bound() || e.Attributes[mention.AttrNumber] != "" || e.Status == readout.Denied || e.Status == readout.Hypothetical {
		return nil
	}
	switch e.Type {
	case "STATEMENT", "CONFIRM", "DENY", "DECLINE-COMMENT":
		return nil
	}
	if len(e.Date.Value) < len(time.DateOnly) {
		return nil // a month or a year orders nothing
	}
	day, err := time.Parse(time.DateOnly, e.Date.Value[:len(time.DateOnly)])
	if err != nil {
		return nil
	}
	x := &item{n: n, day: int(day.Unix() / 86400), naming: map[string]bool{}}
	for _, p := range e.Participants {
		switch p.Role {
		case "mediator", "host", "place", "topic":
			continue
		}
		ent := l.entity[p.Entity]
		if ent == nil {
			return nil
		}
		key := l.side(ent)
		i := slices.IndexFunc(x.sides, func(s side) bool { return s.key == key })
		if i < 0 {
			x.sides = append(x.sides, side{key: key})
			i = len(x.sides) - 1
		}
		if !slices.Contains(x.sides[i].entities, ent.ID) {
			x.sides[i].entities = append(x.sides[i].entities, ent.ID)
		}
	}
	if len(x.sides) != 2 {
		return nil
	}
	slices.SortFunc(x.sides, func(a, b side) int { return cmp.Compare(a.key, b.key) })
	l.matter(x)
	return x
}

// side is the key of the side that e is on: its state's code, the state whose
// office a person without a known state holds, else e itself.
func (l *linker) side(e *readout.Entity) string {
	if e.Country != "" {
		return e.Country
	}
	if s, ok := l.serves[e.ID]; ok {
		return s
	}
	return e.ID
}

// offices fills serves: "president of sollund" puts its holder on the side of
// Sollund.
func (l *linker) offices() {
	places := map[string]string{}
	for _, e := range l.ents.Entities {
		if e.Type == readout.Place {
			if n := strings.ToLower(e.Name); places[n] == "" {
				places[n] = cmp.Or(e.Country, e.ID)
			}
		}
	}
	for _, e := range l.ents.Entities {
		if e.Type != readout.Person || e.Country != "" {
			continue
		}
		for _, r := range e.Roles {
			if _, of, ok := strings.Cut(strings.ToLower(r.Title), " of "); ok && places[of] != "" {
				l.serves[e.ID] = places[of]
				break
			}
		}
	}
}

// index finds entities by what is asked of them for every event and thread.
func (l *linker) index() {
	l.named, l.held, l.active = map[string][]*readout.Entity{}, map[string]bool{}, map[string]bool{}
	for _, e := range l.ents.Entities {
		k := l.side(e)
		l.named[k] = append(l.named[k], e)
		for _, r := range e.Roles {
			title := strings.ToLower(r.Title)
			for i := range title {
				if name, ok := strings.CutPrefix(title[i:], " of "); ok {
					l.held[name] = true
				}
			}
		}
	}
	for _, e := range l.events {
		for _, p := range e.Participants {
			if p.Role != "place" && p.Role != "host" {
				l.active[p.Entity] = true
			}
		}
	}
}

// ownNames fills own. Of a place without a known state that has a name of
// several words ("Lake Ansa") the words stay: it may be the matter.
func (l *linker) ownNames() {
	l.own = map[string]map[string]bool{}
	for _, e := range l.ents.Entities {
		k := l.side(e)
		if l.own[k] == nil {
			l.own[k] = map[string]bool{}
		}
		for _, n := range append([]string{e.Name}, e.Names...) {
			if e.Type == readout.Place && e.Wikidata == "" && strings.Contains(n, " ") {
				continue
			}
			for _, w := range strings.FieldsFunc(n, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
				l.own[k][story.Fold(w)] = true
			}
		}
	}
}

// openSentences is how many sentences of a report say what it is about.
const openSentences = 2

// matter collects the words of an event: of the sentences that tell it, twice,
// and of the openings of their reports.
func (l *linker) matter(x *item) {
	own := func(w string) bool { return l.own[x.sides[0].key][w] || l.own[x.sides[1].key][w] }
	count := map[string]float64{}
	idf := map[string]float64{}
	read := func(d, s int, weight float64) {
		doc := l.docs[d]
		sent := &doc.Sentences[s]
		if sent.Noise != "" && sent.Noise != "heading" {
			return
		}
		named := make([]bool, sent.Last-sent.First)
		for m := range doc.Mentions {
			y := &doc.Mentions[m]
			if y.First < sent.First || y.Last > sent.Last || y.Form != readout.FormName {
				continue
			}
			for t := y.First; t < y.Last; t++ {
				named[t-sent.First] = true
			}
			if y.Chain == nlp.None {
				continue
			}
			e := l.ents.OfChain[d][y.Chain]
			if e < 0 {
				continue
			}
			ent := l.ents.Entities[e]
			x.naming[ent.ID] = x.naming[ent.ID] || weight == telling
			if k := l.side(ent); (ent.Type == readout.Place || ent.Type == readout.Organization) && k != x.sides[0].key && k != x.sides[1].key {
				// A third state, a lake, a body: what it is about says most.
				count["@"+ent.ID] += weight
				idf["@"+ent.ID] = thirdWeight
			}
		}
		for i := sent.First; i < sent.Last; i++ {
			t := &doc.Tokens[i]
			if t.UPOS != "NOUN" && t.UPOS != "ADJ" && t.UPOS != "PROPN" || named[i-sent.First] || l.timeWord(doc, i) {
				continue
			}
			w := story.Fold(doc.Word(i))
			share := l.words.Share(w)
			if w == "" || own(w) || share > common || unicode.IsDigit(rune(w[0])) {
				continue
			}
			count[w] += weight
			idf[w] = math.Log(1 / max(share, leastShare))
		}
	}
	for _, m := range l.mentions[x.n] {
		read(m.d, l.docs[m.d].Events[m.i].Sent, telling)
		n := 0
		for s := range l.docs[m.d].Sentences {
			if l.docs[m.d].Sentences[s].Noise != "" {
				continue
			}
			read(m.d, s, opening)
			if n++; n == openSentences {
				break
			}
		}
	}
	x.words = map[string]float64{}
	sum := 0.0
	x.keys = sortedKeys(count)
	for _, w := range x.keys {
		x.words[w] = (1 + math.Log(count[w])) * idf[w]
		sum += float64(x.words[w] * x.words[w])
	}
	for w := range x.words {
		x.words[w] /= math.Sqrt(sum)
	}
}

// timeWord reports whether token i stands in a time expression.
func (l *linker) timeWord(doc *nlp.Doc, i int) bool {
	return slices.ContainsFunc(doc.Timexes, func(x nlp.Timex) bool { return x.First <= i && i < x.Last })
}

func sortedKeys(m map[string]float64) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// like is how alike the matters of two events are, 1 at most.
func (l *linker) like(a, b *item) float64 {
	sum := 0.0
	for _, w := range a.keys {
		sum += float64(a.words[w] * b.words[w])
	}
	links := func(a, b *item) bool {
		return slices.ContainsFunc(l.events[a.n].Links, func(k readout.EventLink) bool { return k.Event == l.events[b.n].ID })
	}
	if links(a, b) || links(b, a) {
		return max(sum, linked)
	}
	return sum
}

// group joins the events of one pair of sides, the most alike first.
func (l *linker) group(block []*item) [][]*item {
	slices.SortFunc(block, func(a, b *item) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(l.events[a.n].ID, l.events[b.n].ID))
	})
	const most = 400 // events of one pair; more are cut at the longest silence
	if len(block) > most {
		at, gap := 1, -1
		for i := 1; i < len(block); i++ {
			if g := block[i].day - block[i-1].day; g > gap {
				at, gap = i, g
			}
		}
		return append(l.group(block[:at]), l.group(block[at:])...)
	}
	n := len(block)
	sim := make([][]float64, n)
	groups := make([][]int, n)
	for i := range block {
		sim[i] = make([]float64, n)
		groups[i] = []int{i}
		for j := range i {
			sim[i][j] = l.like(block[i], block[j])
			sim[j][i] = sim[i][j]
		}
	}
	mean := func(a, b []int) float64 {
		sum := 0.0
		for _, i := range a {
			for _, j := range b {
				sum += sim[i][j]
			}
		}
		return sum / float64(len(a)*len(b))
	}
	near := func(a, b []int) bool { // some day of one is near some day of the other
		for _, i := range a {
			for _, j := range b {
				if d := block[i].day - block[j].day; d <= mostGap && d >= -mostGap {
					return true
				}
			}
		}
		return false
	}
	for {
		bi, bj, best := -1, -1, alike
		for i := range groups {
			for j := i + 1; j < len(groups); j++ {
				if s := mean(groups[i], groups[j]); s > best && near(groups[i], groups[j]) {
					bi, bj, best = i, j, s
				}
			}
		}
		if bi < 0 {
			break
		}
		groups[bi] = append(groups[bi], groups[bj]...)
		groups = slices.Delete(groups, bj, bj+1)
	}
	var out [][]*item
	for _, g := range groups {
		slices.Sort(g)
		items := make([]*item, len(g))
		for i, x := range g {
			items[i] = block[x]
		}
		out = append(out, items)
	}
	return out
}

// thread makes the thread of a group, nil when it is none.
func (l *linker) thread(g []*item) *readout.Thread {
	if len(g) < 2 || g[len(g)-1].day-g[0].day < leastSpan {
		return nil
	}
	t := &readout.Thread{}
	h := sha256.New()
	fmt.Fprint(h, "thread")
	for _, x := range g {
		e := l.events[x.n]
		t.Events = append(t.Events, e.ID)
		fmt.Fprintf(h, "\x00%s", e.ID)
		for _, m := range e.Mentions {
			if !slices.Contains(t.Reports, m.Report) {
				t.Reports = append(t.Reports, m.Report)
			}
		}
	}
	slices.Sort(t.Reports)
	t.ID = "t" + hex.EncodeToString(h.Sum(nil)[:8])
	var names []string
	for s := range 2 {
		id := l.standsFor(g, s)
		t.Parties = append(t.Parties, id)
		names = append(names, l.entity[id].Name)
	}
	slices.Sort(t.Parties)
	slices.Sort(names)
	t.Title = names[0] + " and " + names[1]
	if matter := l.called(g, t.Parties); matter != "" {
		t.Title += ": " + matter
	}
	return t
}

// standsFor is the entity that names a side of a thread: the one that is in all
// its events, else the state, else the one that is in most.
func (l *linker) standsFor(g []*item, s int) string {
	count := map[string]int{}
	for _, x := range g {
		for _, id := range x.sides[s].entities {
			count[id]++
		}
	}
	state := ""
	for _, e := range l.named[g[0].sides[s].key] {
		if e.Type == readout.Place && l.isState(e) && (state == "" || len(e.Mentions) > len(l.entity[state].Mentions)) {
			state = e.ID
		}
	}
	best := ""
	for id, n := range count {
		if best == "" || n > count[best] || n == count[best] && id < best {
			best = id
		}
	}
	if count[best] < len(g) && state != "" {
		return state
	}
	return best
}

// isState reports whether a place is the state itself and not a town of it: a
// party to some event names it, or people hold offices of it.
func (l *linker) isState(e *readout.Entity) bool {
	return l.held[strings.ToLower(e.Name)] || l.active[e.ID]
}

// called names the matter: a place, body or work that sentences on two of the
// events and on half of them name, and that is neither a side nor where they
// took place, else the kinds of events.
func (l *linker) called(g []*item, parties []string) string {
	type candidate struct {
		name string
		n    int
		rare float64
	}
	var best candidate
	names := map[string]bool{}
	for _, x := range g {
		for id, tells := range x.naming {
			names[id] = names[id] || tells
		}
	}
	for id := range names {
		e := l.entity[id]
		if e.Type != readout.Place && e.Type != readout.Organization && e.Type != readout.Work || e.Name == "" || slices.Contains(parties, e.ID) {
			continue
		}
		c := candidate{name: e.Name}
		venue, side := false, e.Type == readout.Organization && e.Country != ""
		for _, x := range g {
			if x.naming[e.ID] {
				c.n++
			}
			venue = venue || l.events[x.n].Place == e.ID
			for _, s := range x.sides {
				side = side || slices.Contains(s.entities, e.ID) || e.Type == readout.Place && l.side(e) == s.key && (e.Wikidata != "" || l.isState(e))
			}
		}
		if venue || side || c.n < 2 || c.n*2 < len(g) {
			continue
		}
		for _, w := range strings.Fields(e.Name) {
			c.rare += math.Log(1 / (l.words.Share(story.Fold(w)) + 0.0005))
		}
		if c.n > best.n || c.n == best.n && (c.rare > best.rare || c.rare == best.rare && c.name < best.name) {
			best = c
		}
	}
	if best.name != "" {
		return best.name
	}
	var kinds []string
	for _, x := range g {
		e := l.events[x.n]
		k := cmp.Or(l.kinds[e.Type+" "+e.Mode], l.kinds[e.Type+" -"])
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
