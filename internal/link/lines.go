package link

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/thread"
)

// lines finds the threads of a record over all regions: of each pair of sides,
// from the items of its events. A pair with more events than thread.Most is
// looked at by quarters of a year.
type lines struct {
	grouper *thread.Grouper
	blocks  map[string]*block // by thread.Item.Key
	dirty   map[slot]bool
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
	n        int
	quarters map[int][]*thread.Item
	threads  map[int][]string // ids, by quarter, or all under whole
}

// slot is what is looked at together: a quarter of a pair, or whole.
type slot struct {
	pair    string
	quarter int
}

const whole = -1

func newLines() (*lines, error) {
	g, err := thread.NewGrouper()
	return &lines{grouper: g, blocks: map[string]*block{}, dirty: map[slot]bool{}, held: map[string][]found{}}, err
}

// slots are the parts in which a block is looked at.
func (b *block) slots() []int {
	if b.n <= thread.Most {
		return []int{whole}
	}
	var out []int
	for q := range b.quarters {
		out = append(out, q)
	}
	slices.Sort(out)
	return out
}

// items are those of a slot.
func (b *block) items(q int) []*thread.Item {
	if q != whole {
		return b.quarters[q]
	}
	var out []*thread.Item
	for _, x := range b.quarters {
		out = append(out, x...)
	}
	return out
}

// put adds (sign 1) or takes away (sign -1) an item. t names the events.
func (l *lines) put(x *thread.Item, sign int) {
	key, q := x.Key(), thread.Quarter(x.Day)
	b := l.blocks[key]
	if b == nil {
		b = &block{quarters: map[int][]*thread.Item{}, threads: map[int][]string{}}
		l.blocks[key] = b
	}
	before := b.n <= thread.Most
	if sign > 0 {
		b.quarters[q] = append(b.quarters[q], x)
	} else {
		b.quarters[q] = slices.DeleteFunc(b.quarters[q], func(y *thread.Item) bool { return x == y })
		if len(b.quarters[q]) == 0 {
			delete(b.quarters, q)
		}
	}
	b.n += sign
	if now := b.n <= thread.Most; now != before {
		for s := range b.threads { // all is looked at in other parts
			l.dirty[slot{key, s}] = true
		}
		for _, s := range b.slots() {
			l.dirty[slot{key, s}] = true
		}
		return
	}
	l.touch(x)
}

// touch marks the slot of an item, whose event may go by another name.
func (l *lines) touch(x *thread.Item) {
	key := x.Key()
	b := l.blocks[key]
	if b == nil {
		return
	}
	if b.n <= thread.Most {
		l.dirty[slot{key, whole}] = true
	} else {
		l.dirty[slot{key, thread.Quarter(x.Day)}] = true
	}
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
	for s := range l.dirty {
		b := l.blocks[s.pair]
		if b == nil {
			continue
		}
		for _, id := range b.threads[s.quarter] {
			note(id)
			l.held[id] = slices.DeleteFunc(l.held[id], func(f found) bool { return f.slot == s })
		}
		delete(b.threads, s.quarter)
		if slices.Contains(b.slots(), s.quarter) {
			for _, t := range l.grouper.ThreadsOfQuarter(oneEach(b.items(s.quarter), id)) {
				note(t.ID)
				b.threads[s.quarter] = append(b.threads[s.quarter], t.ID)
				l.held[t.ID] = append(l.held[t.ID], found{s, t})
			}
		}
		if b.n == 0 && len(b.threads) == 0 {
			delete(l.blocks, s.pair)
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
		if out.Thread == nil || cmp.Or(strings.Compare(f.pair, out.pair), cmp.Compare(f.quarter, out.quarter)) < 0 {
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
