package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

const (
	nearDays = 2  // between the days of two events that may be one
	nearTold = 3  // between the days on which an undated one and another were first told
	mostNear = 40 // events of a block that one is compared with
)

// sameEvents finds pairs of events that almost joined: the same parties, types
// that go together, days that are near. Reports that tell both tell them apart
// themselves.
func (w *watcher) sameEvents() {
	x := w.look()
	type told struct {
		e        *readout.Event
		from, to int // days; none undated
		first    int // day of the first report
	}
	blocks := map[string][]told{}
	var keys []string
	for _, e := range w.rec.Events {
		if e.Status == readout.Denied || e.Status == readout.Hypothetical || len(e.Mentions) == 0 {
			continue
		}
		t := told{e: e, first: x.told(e)}
		t.from, t.to = span(e.Date)
		for _, k := range x.blocks(e) {
			if blocks[k] == nil {
				keys = append(keys, k)
			}
			blocks[k] = append(blocks[k], t)
		}
	}
	seen := map[[2]string]bool{}
	slices.Sort(keys)
	for _, k := range keys {
		b := blocks[k]
		slices.SortFunc(b, func(p, q told) int {
			return cmp.Or(cmp.Compare(max(p.from, p.first), max(q.from, q.first)), cmp.Compare(p.e.ID, q.e.ID))
		})
		for i, p := range b {
			for _, q := range b[i+1 : min(len(b), i+1+mostNear)] {
				first, second := p, q
				if second.e.ID < first.e.ID {
					first, second = second, first
				}
				pair := [2]string{first.e.ID, second.e.ID}
				if seen[pair] {
					continue
				}
				seen[pair] = true
				if sharesReport(p.e, q.e) || !kindsMeet(p.e, q.e) || !statusesMeet(p.e, q.e) || p.e.Attributes["number"] != "" && q.e.Attributes["number"] != "" && p.e.Attributes["number"] != q.e.Attributes["number"] {
					continue
				}
				apart, dated := 0, p.from != none && q.from != none
				switch {
				case dated:
					if apart = gap(p.from, p.to, q.from, q.to); apart > nearDays {
						continue
					}
				case p.first == none || q.first == none || gap(p.first, p.first, q.first, q.first) > nearTold:
					continue
				default:
					// Without a day only what happens at one time and place can be told to
					// be the same: parties refuse and ask many times in a week.
					if p.e.Mode == "" || p.e.Mode != q.e.Mode || len(x.sharedParties(p.e, q.e)) < 2 {
						continue
					}
				}
				if x.near(p.e, q.e, apart, dated) {
					w.pair(first.e, second.e, apart, dated)
				}
			}
		}
	}
}

// blocks are the keys under which events that may be one meet.
func (x *index) blocks(e *readout.Event) []string {
	ps := parties(e)
	if len(ps) > 8 {
		ps = ps[:8]
	}
	var out []string
	add := func(k string) {
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	for i, p := range ps {
		for _, q := range ps[i+1:] {
			add(e.Type + " " + p + " " + q)
			if a, b := x.country[p], x.country[q]; a != b {
				if a > b {
					a, b = b, a
				}
				add(e.Type + " " + a + " " + b)
			}
		}
		if e.Place != "" {
			add(e.Type + " " + p + " at " + e.Place)
		}
		if t := x.thread[e.ID]; t != "" {
			add(e.Type + " " + p + " in " + t)
		}
	}
	return out
}

// sharedParties are the parties that both events have, by entity or state.
func (x *index) sharedParties(a, b *readout.Event) []string {
	var out []string
	for _, p := range parties(a) {
		for _, q := range parties(b) {
			if (p == q || x.country[p] == x.country[q]) && !slices.Contains(out, x.country[p]) {
				out = append(out, x.country[p])
			}
		}
	}
	return out
}

// near reports whether parties and places of two events of near days are those of
// one: two parties in common, or one and the place or thread where no more are
// told.
func (x *index) near(a, b *readout.Event, apart int, dated bool) bool {
	if a.Place != "" && b.Place != "" && a.Place != b.Place && (apart > 0 || !dated) {
		return false
	}
	switch n := len(x.sharedParties(a, b)); {
	case n >= 2:
		return true
	case n == 1:
		one := len(parties(a)) == 1 || len(parties(b)) == 1
		return one && (a.Place != "" && a.Place == b.Place || x.thread[a.ID] != "" && x.thread[a.ID] == x.thread[b.ID])
	}
	return false
}

// contacts are modes of which one may be told as another.
var contacts = [][2]string{{"meeting", "talks"}, {"meeting", "visit"}, {"phone", ""}, {"meeting", ""}, {"talks", ""}, {"visit", ""}}

func kindsMeet(a, b *readout.Event) bool {
	return a.Type == b.Type && (a.Mode == b.Mode || slices.ContainsFunc(contacts, func(c [2]string) bool {
		return c == [2]string{a.Mode, b.Mode} || c == [2]string{b.Mode, a.Mode}
	}))
}

// statusesMeet reports whether what is said of two events' coming true goes
// together: a plan and what came of it do.
func statusesMeet(a, b *readout.Event) bool {
	return a.Status == b.Status || a.Status == readout.Occurred || b.Status == readout.Occurred || a.Status == readout.Reported || b.Status == readout.Reported
}

// gap is how many days lie between two spans of days; 0 when they overlap.
func gap(a, b, c, d int) int { return max(0, c-b, a-d) }

func (w *watcher) pair(a, b *readout.Event, apart int, dated bool) {
	x := w.look()
	it := &Item{Kind: SameEvent, Sides: []Side{w.eventSide(a), w.eventSide(b)}}
	if n := len(x.sharedParties(a, b)); n > 1 {
		it.Why = append(it.Why, "the same parties")
	} else if a.Place != "" && a.Place == b.Place {
		it.Why = append(it.Why, "a party and the place in common")
	} else {
		it.Why = append(it.Why, "a party in common")
	}
	switch {
	case !dated:
		it.Why = append(it.Why, "told within days of each other, and not both dated")
	case apart == 0:
		it.Why = append(it.Why, "days that go together")
	default:
		it.Why = append(it.Why, view.Count(apart, "day")+" apart")
	}
	if t := x.thread[a.ID]; t != "" && t == x.thread[b.ID] {
		it.Why = append(it.Why, "the same thread")
	}
	it.row("Day", view.DateWords(a.Date), view.DateWords(b.Date))
	it.row("Place", w.v.EntityName(a.Place), w.v.EntityName(b.Place))
	it.row("Parties", w.names(parties(a)), w.names(parties(b)))
	it.row("Kind", kindOf(a), kindOf(b))
	it.row("Status", statusOf(a), statusOf(b))
	it.row("Told by", w.toldBy(a), w.toldBy(b))
	w.add(it)
}

func (w *watcher) eventSide(e *readout.Event) Side {
	return Side{Kind: store.KindEvent, ID: e.ID, Title: e.Title, Evidence: eventEvidence(e)}
}

// kindOf is what an event is, in a word.
func kindOf(e *readout.Event) string { return view.Noun(e) }

// statusOf is how sure an event is, in words.
func statusOf(e *readout.Event) string {
	return cmp.Or(view.StatusWords(e.Status), "took place")
}

// toldBy says who tells of an event.
func (w *watcher) toldBy(e *readout.Event) string {
	var reports, outlets []string
	for _, m := range e.Mentions {
		if !slices.Contains(reports, m.Report) {
			reports = append(reports, m.Report)
			if o := w.v.OutletName(m.Report); !slices.Contains(outlets, o) {
				outlets = append(outlets, o)
			}
		}
	}
	return few(outlets)
}

// few names the first three.
func few(names []string) string {
	slices.Sort(names)
	if n := len(names); n > 4 {
		return fmt.Sprintf("%s and %d others", strings.Join(names[:3], ", "), n-3)
	}
	return joined(names)
}

func joined(s []string) string {
	switch n := len(s); n {
	case 0:
		return ""
	case 1:
		return s[0]
	default:
		out := s[0]
		for _, x := range s[1 : n-1] {
			out += ", " + x
		}
		return out + " and " + s[n-1]
	}
}
