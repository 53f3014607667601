package link

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/thread"
)

// lines finds the threads of a record over all regions: of each pair of sides,
// from the items of its events, by the ranges of days that package thread looks
// at together.
type lines struct {
	grouper *thread.Grouper
	blocks  map[string]*block       // by thread.Item.Key
	dirty   map[string]map[int]bool // days on which something changed, by key
	// held is where each thread was found, by id. An event that two regions tell
	// of with other sides is in two blocks, and so can a thread of such events be.
	held map[string][]found
}

// found is a thread in the slot in which it was found.
type found struct {
	slot
	*readout.Thread
}

// block is the events of one pair of sides.
type block struct {
	days    map[int][]*thread.Item
	threads map[thread.Range][]string // ids
}

// slot is what is looked at together.
type slot struct {
	pair string
	thread.Range
}

func newLines() (*lines, error) {
	g, err := thread.NewGrouper()
	return &lines{grouper: g, blocks: map[string]*block{}, dirty: map[string]map[int]bool{}, held: map[string][]found{}}, err
}

// ranges are the parts in which a block is looked at.
func (b *block) ranges() []thread.Range {
	count := make(map[int]int, len(b.days))
	for day, items := range b.days {
		count[day] = len(items)
	}
	return thread.Ranges(count)
}

// items are those of a range.
func (b *block) items(r thread.Range) []*thread.Item {
	var out []*thread.Item
	for day, items := range b.days {
		if r.Has(day) {
			out = append(out, items...)
		}
	}
	return out
}

// put adds (sign 1) or takes away (sign -1) an item. t names the events.
func (l *lines) put(x *thread.Item, sign int) {
	key := x.Key()
	b := l.blocks[key]
	if b == nil {
		b = &block{days: map[int][]*thread.Item{}, threads: map[thread.Range][]string{}}
		l.blocks[key] = b
	}
	if sign > 0 {
		b.days[x.Day] = append(b.days[x.Day], x)
	} else {
		b.days[x.Day] = slices.DeleteFunc(b.days[x.Day], func(y *thread.Item) bool { return x == y })
		if len(b.days[x.Day]) == 0 {
			delete(b.days, x.Day)
		}
	}
	l.touch(x)
}

// touch marks the day of an item, whose event may go by another name.
func (l *lines) touch(x *thread.Item) {
	key := x.Key()
	if l.dirty[key] == nil {
		l.dirty[key] = map[int]bool{}
	}
	l.dirty[key][x.Day] = true
}

// settle looks at what changed anew. It returns the ids of the threads that
// stood in it or stand in it now and are not the same, and those that do now.
func (l *lines) settle(id func(event string) string) (ids []string, now []*readout.Thread) {
	before := map[string]*readout.Thread{}
	note := func(id string) {
		if _, ok := before[id]; !ok {
			before[id] = l.stands(id)
		}
	}
	for pair, days := range l.dirty {
		b := l.blocks[pair]
		if b == nil {
			continue
		}
		ranges := b.ranges()
		for r, threads := range b.threads {
			if slices.Contains(ranges, r) && !slices.ContainsFunc(slices.Collect(maps.Keys(days)), r.Has) {
				continue
			}
			for _, id := range threads {
				note(id)
				l.held[id] = slices.DeleteFunc(l.held[id], func(f found) bool { return f.slot == slot{pair, r} })
			}
			delete(b.threads, r)
		}
		for _, r := range ranges {
			if _, ok := b.threads[r]; ok {
				continue
			}
			b.threads[r] = nil
			for _, t := range l.grouper.ThreadsOf(oneEach(b.items(r), id)) {
				note(t.ID)
				b.threads[r] = append(b.threads[r], t.ID)
				l.held[t.ID] = append(l.held[t.ID], found{slot{pair, r}, t})
			}
		}
		if len(b.days) == 0 {
			delete(l.blocks, pair)
		}
	}
	clear(l.dirty)
	for id, was := range before {
		t := l.stands(id)
		if t == nil {
			delete(l.held, id)
		}
		if was == nil || t == nil || !sameThread(was, t) {
			ids = append(ids, id)
			if t != nil {
				now = append(now, t)
			}
		}
	}
	return ids, now
}

// stands is the thread of that id that stands in the record, nil for none.
func (l *lines) stands(id string) *readout.Thread {
	var out found
	for _, f := range l.held[id] {
		if out.Thread == nil || cmp.Or(strings.Compare(f.pair, out.pair), cmp.Compare(f.From, out.From)) < 0 {
			out = f
		}
	}
	return out.Thread
}

func sameThread(a, b *readout.Thread) bool {
	return a.ID == b.ID && a.Title == b.Title && slices.Equal(a.Parties, b.Parties) && slices.Equal(a.Events, b.Events) && slices.Equal(a.Reports, b.Reports)
}

// oneEach makes one item of those of one event and gives events the ids of the
// record. The items are in the order of the events then.
func oneEach(items []*thread.Item, id func(string) string) []*thread.Item {
	byEvent := map[string][]*thread.Item{}
	var ids []string
	for _, x := range items {
		e := id(x.Event)
		if byEvent[e] == nil {
			ids = append(ids, e)
		}
		byEvent[e] = append(byEvent[e], x)
	}
	slices.Sort(ids)
	var out []*thread.Item
	for _, e := range ids {
		same := byEvent[e]
		slices.SortFunc(same, func(a, b *thread.Item) int { return strings.Compare(a.Event, b.Event) })
		x := thread.Join(same)
		x.Event = e
		for i, to := range x.Links {
			x.Links[i] = id(to)
		}
		slices.Sort(x.Links)
		out = append(out, x)
	}
	return out
}
