package thread

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/link/story"
	"github.com/readout-news/readout/internal/nlp"
	mention "github.com/readout-news/readout/internal/nlp/event"
)

// Item is one event that may belong to a thread, with all that grouping asks of
// it: threads can be made of items alone, without their reports.
type Item struct {
	Event   string
	Day     int // days since 1970 of the first day
	Type    string
	Mode    string
	Place   string   // Entity.ID or ""
	Sides   [2]Side  // sorted by key
	Words   []Word   // sorted by word: sums have one order
	Named   []Named  // what the sentences that tell the event name, sorted by ID
	Links   []string // Event.IDs that it is linked to, sorted
	Reports []string // that tell of it, sorted
}

// Side is one side of an event.
type Side struct {
	Key      string  // country, else Entity.ID
	Entities []Party // that stand for it
	State    Party   // the state itself, zero when no report names it
	Mentions int     // of State, by which one is chosen
}

// Party is an entity and its name.
type Party struct{ ID, Name string }

// Word is a word of the matter: how often it tells it and how rare it is.
type Word struct {
	Word        string
	Count, Rare float64
}

// Named is a place, body or work that may be the matter.
type Named struct {
	Party
	Type  readout.EntityType
	Side  string // key of the side that it is on
	State bool   // a place that is a state, not a lake or town in it
	Body  bool   // a body of a state
}

// Key is the block that an item belongs to: its pair of sides.
func (x *Item) Key() string { return x.Sides[0].Key + " " + x.Sides[1].Key }

// Items reads the events that may belong to a thread, in the order of events.
func Items(docs []*nlp.Doc, ents *entity.Links, events *event.Links) ([]*Item, error) {
	words, err := story.Shipped()
	if err != nil {
		return nil, err
	}
	l := &reader{docs: docs, ents: ents, events: events.Events, words: words, entity: map[string]*readout.Entity{}, serves: map[string]string{}}
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
	var out []*Item
	for n := range events.Events {
		if x := l.item(n); x != nil {
			out = append(out, x)
		}
	}
	return out, nil
}

// reader reads items.
type reader struct {
	docs     []*nlp.Doc
	ents     *entity.Links
	events   []*readout.Event
	words    *story.Words
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

// item reads event n, nil when it can be of no thread.
func (l *reader) item(n int) *Item {
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
	x := &Item{Event: e.ID, Day: int(day.Unix() / 86400), Type: e.Type, Mode: e.Mode, Place: e.Place}
	var sides []Side
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
		i := slices.IndexFunc(sides, func(s Side) bool { return s.Key == key })
		if i < 0 {
			sides = append(sides, l.stateOf(key))
			i = len(sides) - 1
		}
		if who := (Party{ent.ID, ent.Name}); !slices.Contains(sides[i].Entities, who) {
			sides[i].Entities = append(sides[i].Entities, who)
		}
	}
	if len(sides) != 2 {
		return nil
	}
	slices.SortFunc(sides, func(a, b Side) int { return cmp.Compare(a.Key, b.Key) })
	x.Sides = [2]Side(sides)
	l.matter(x, n)
	for _, k := range e.Links {
		x.Links = append(x.Links, k.Event)
	}
	slices.Sort(x.Links)
	for _, m := range e.Mentions {
		x.Reports = append(x.Reports, m.Report)
	}
	slices.Sort(x.Reports)
	x.Reports = slices.Compact(x.Reports)
	return x
}

// stateOf is the side of that key with the state that is named most.
func (l *reader) stateOf(key string) Side {
	s := Side{Key: key}
	for _, e := range l.named[key] {
		if e.Type == readout.Place && l.isState(e) && (s.State.ID == "" || len(e.Mentions) > s.Mentions) {
			s.State, s.Mentions = Party{e.ID, e.Name}, len(e.Mentions)
		}
	}
	return s
}

// side is the key of the side that e is on: its state's code, the state whose
// office a person without a known state holds, else e itself.
func (l *reader) side(e *readout.Entity) string {
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
func (l *reader) offices() {
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
func (l *reader) index() {
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
func (l *reader) ownNames() {
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
func (l *reader) matter(x *Item, n int) {
	naming := map[string]bool{} // Entity.IDs that the sentences telling it name
	own := func(w string) bool { return l.own[x.Sides[0].Key][w] || l.own[x.Sides[1].Key][w] }
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
			if weight == telling {
				naming[ent.ID] = true
			}
			if k := l.side(ent); (ent.Type == readout.Place || ent.Type == readout.Organization) && k != x.Sides[0].Key && k != x.Sides[1].Key {
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
	for _, m := range l.mentions[n] {
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
	for _, w := range slices.Sorted(maps.Keys(count)) {
		x.Words = append(x.Words, Word{w, count[w], idf[w]})
	}
	for _, id := range slices.Sorted(maps.Keys(naming)) {
		e := l.entity[id]
		if e.Type != readout.Place && e.Type != readout.Organization && e.Type != readout.Work || e.Name == "" {
			continue
		}
		x.Named = append(x.Named, Named{
			Party: Party{e.ID, e.Name}, Type: e.Type, Side: l.side(e),
			State: e.Wikidata != "" || l.isState(e), Body: e.Type == readout.Organization && e.Country != "",
		})
	}
}

// timeWord reports whether token i stands in a time expression.
func (l *reader) timeWord(doc *nlp.Doc, i int) bool {
	return slices.ContainsFunc(doc.Timexes, func(x nlp.Timex) bool { return x.First <= i && i < x.Last })
}

// isState reports whether a place is the state itself and not a town of it: a
// party to some event names it, or people hold offices of it.
func (l *reader) isState(e *readout.Entity) bool {
	return l.held[strings.ToLower(e.Name)] || l.active[e.ID]
}

// Join makes one item of the items of one event, told in several sets of
// reports. The items are not changed.
func Join(items []*Item) *Item {
	out := *items[0]
	out.Links = slices.Clone(out.Links)
	if len(items) == 1 {
		return &out
	}
	words, named := map[string]Word{}, map[string]Named{}
	out.Links, out.Reports = nil, nil
	for i := range out.Sides {
		out.Sides[i].Entities = nil
	}
	for _, x := range items {
		for _, w := range x.Words {
			w.Count += words[w.Word].Count
			w.Rare = max(w.Rare, words[w.Word].Rare)
			words[w.Word] = w
		}
		for _, n := range x.Named {
			if _, ok := named[n.ID]; !ok {
				named[n.ID] = n
			}
		}
		for i := range out.Sides {
			s, from := &out.Sides[i], &x.Sides[i]
			for _, p := range from.Entities {
				if !slices.ContainsFunc(s.Entities, func(q Party) bool { return q.ID == p.ID }) {
					s.Entities = append(s.Entities, p)
				}
			}
			if from.State.ID != "" && (s.State.ID == "" || from.Mentions > s.Mentions) {
				s.State, s.Mentions = from.State, from.Mentions
			}
		}
		out.Place = cmp.Or(out.Place, x.Place)
		out.Links = append(out.Links, x.Links...)
		out.Reports = append(out.Reports, x.Reports...)
	}
	out.Words, out.Named = nil, nil
	for _, w := range slices.Sorted(maps.Keys(words)) {
		out.Words = append(out.Words, words[w])
	}
	for _, id := range slices.Sorted(maps.Keys(named)) {
		out.Named = append(out.Named, named[id])
	}
	slices.Sort(out.Reports)
	out.Reports = slices.Compact(out.Reports)
	return &out
}
