package view

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
)

// News is what reports changed from a moment on.
type News struct {
	Since    string // ISO 8601, as asked
	Reports  int    // published since
	Copies   int    // of them, those that repeat another's text or an agency's
	Last     string // publication of the newest report, "" unknown
	Changed  []EventNews
	Opened   []EventChange // values that exclude an earlier one, and denials
	Settled  []EventChange // confirmed
	Threads  []ThreadNews  // events not told of before, by thread; those of none last
	Events   int           // of Threads
	Quotes   SaidList      // in quotation marks, said or reported since; those with most independent carriers first
	Promised *Ledger
}

// EventNews is an event known before with what was changed about it.
type EventNews struct {
	Event   *readout.Event
	Changes []EventChange // the one that matters most first
}

// ThreadNews is a thread with events not told of before.
type ThreadNews struct {
	Thread *readout.Thread // nil: of no thread
	Rows   []TimelineRow   // of Events, the first of them
	Events int
}

// changeKinds are what News shows as changed: what only adds words does not
// change a record, and disputes stand by themselves.
var changeKinds = []ChangeKind{Turned, Claimed, Refined, Answered}

// ChangesSince are the changes by reports published from since on, both bounds
// included, found once.
func (v *View) ChangesSince(since, until string) []EventChange {
	x := v.inOrder()
	key := since + "|" + until
	x.mu.Lock()
	got, ok := x.changes[key]
	x.mu.Unlock()
	if ok {
		return got
	}
	got = v.Changes(since, until)
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.changes == nil || len(x.changes) >= maxChanges {
		x.changes = map[string][]EventChange{}
	}
	x.changes[key] = got
	return got
}

// ChangesIn are the changes of ChangesSince that pass the filter: at events that
// do, by reports of its outlet. Its days and kind of event are not asked.
func (v *View) ChangesIn(f Filter, since, until string) []EventChange {
	f.From, f.To, f.EventType = "", "", ""
	all := v.ChangesSince(since, until)
	var events map[string]bool // nil: every one
	if f.Thread != "" || f.By != "" || len(f.With) > 0 || f.Words != "" || f.Disputed || f.Status != "" {
		events = v.EventIDs(f)
	}
	out := make([]EventChange, 0, len(all))
	for _, c := range all {
		if (events == nil || events[c.Event.ID]) && (f.Outlet == "" || strings.EqualFold(c.Outlet, f.Outlet) || v.Is(f.Outlet, c.Report)) {
			out = append(out, c)
		}
	}
	return out
}

// NewestFirst puts the changes by the newest report first; what a report changed
// stays in its order.
func NewestFirst(changes []EventChange) {
	slices.SortStableFunc(changes, func(a, b EventChange) int { return readout.ComparePublished(b.At, a.At) })
}

// maxChanges bounds the spans whose changes are remembered; past it, all are
// forgotten.
const maxChanges = 16

// News is what changed from since on (an ISO 8601 day or time), with at most
// each rows of every part and of every thread; today is the day on which
// promises are counted.
func (v *View) News(since, today string, each int) News {
	x := v.inOrder()
	key := since + "|" + today + "|" + strconv.Itoa(each)
	x.mu.Lock()
	n, ok := x.news[key]
	x.mu.Unlock()
	if ok {
		return n
	}
	n = v.newsSince(since, today, each)
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.news == nil || len(x.news) >= maxChanges {
		x.news = map[string]News{}
	}
	x.news[key] = n
	return n
}

func (v *View) newsSince(since, today string, each int) News {
	n := News{Since: since, Promised: v.Promises(Filter{}, today)}
	for i, r := range v.Record.Reports {
		p := r.Published.Value
		if readout.ComparePublished(p, n.Last) > 0 {
			n.Last = p
		}
		if p == "" || p < since {
			continue
		}
		n.Reports++
		if i < len(v.Record.Origins) && v.Record.Origins[i].Kind != "own" && v.Record.Origins[i].Kind != "" {
			n.Copies++
		}
	}
	changed := map[string]int{}
	fresh := map[string]bool{}
	changes := v.ChangesSince(since, "")
	for _, c := range changes {
		if c.Kind == FirstReport {
			fresh[c.Event.ID] = true
		}
	}
	var news []*readout.Event
	for _, c := range changes {
		if c.Kind == FirstReport {
			news = append(news, c.Event)
		}
		// What a new event's first report says of it is the event, not news of it.
		if fresh[c.Event.ID] && c.Report == v.firstReport(c.Event) {
			continue
		}
		switch c.Kind {
		case Disputed, Denied:
			n.Opened = append(n.Opened, c)
		case Confirmed:
			n.Settled = append(n.Settled, c)
		}
		if !slices.Contains(changeKinds, c.Kind) {
			continue
		}
		i, ok := changed[c.Event.ID]
		if !ok {
			i = len(n.Changed)
			changed[c.Event.ID] = i
			n.Changed = append(n.Changed, EventNews{Event: c.Event})
		}
		n.Changed[i].Changes = append(n.Changed[i].Changes, c)
	}
	for i := range n.Changed {
		slices.SortStableFunc(n.Changed[i].Changes, func(a, b EventChange) int {
			return cmp.Or(cmp.Compare(a.Kind.Weight(), b.Kind.Weight()), readout.ComparePublished(b.At, a.At))
		})
	}
	slices.SortStableFunc(n.Changed, func(a, b EventNews) int {
		x, y := a.Changes[0], b.Changes[0]
		return cmp.Or(cmp.Compare(x.Kind.Weight(), y.Kind.Weight()), readout.ComparePublished(y.At, x.At), strings.Compare(x.Event.ID, y.Event.ID))
	})
	newest := func(a, b EventChange) int { return readout.ComparePublished(b.At, a.At) }
	slices.SortStableFunc(n.Opened, newest)
	slices.SortStableFunc(n.Settled, newest)
	n.Quotes = v.Said(Filter{From: since[:min(len(since), len("2006-01-02"))], Kind: string(readout.Direct)}, SaidCarriers)
	n.Events = len(news)
	n.Threads = v.byThread(news, each)
	return n
}

// firstReport is the report that first told of an event.
func (v *View) firstReport(e *readout.Event) string {
	var first *readout.Report
	for _, m := range e.Mentions {
		if r := v.Report(m.Report); r != nil && (first == nil || comparePublished(r, first) < 0) {
			first = r
		}
	}
	if first == nil {
		return ""
	}
	return first.ID
}

// byThread puts events under their threads, those with most first, what belongs
// to none last; within, what matters most first, each of them at most.
func (v *View) byThread(events []*readout.Event, each int) []ThreadNews {
	x := v.inOrder()
	at := map[*readout.Thread][]int{}
	for _, e := range events {
		i, ok := x.at[e.ID]
		if !ok {
			continue
		}
		threads := v.about(e.ID).threads
		if len(threads) == 0 {
			at[nil] = append(at[nil], i)
		}
		for _, t := range threads {
			at[t] = append(at[t], i)
		}
	}
	var out []ThreadNews
	for t, is := range at {
		slices.SortFunc(is, func(a, b int) int {
			p, q := x.meta[a], x.meta[b]
			return cmp.Or(cmp.Compare(b2i(p.minor), b2i(q.minor)), cmp.Compare(b2i(p.kind == SpanTold), b2i(q.kind == SpanTold)), cmp.Compare(q.origins, p.origins), cmp.Compare(b, a))
		})
		n := ThreadNews{Thread: t, Events: len(is)}
		for _, i := range is[:min(len(is), each)] {
			n.Rows = append(n.Rows, v.timelineRow(x.order[i], x.meta[i]))
		}
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b ThreadNews) int {
		if a.Thread == nil || b.Thread == nil {
			return cmp.Compare(b2i(a.Thread == nil), b2i(b.Thread == nil))
		}
		return cmp.Or(cmp.Compare(b.Events, a.Events), strings.Compare(a.Thread.ID, b.Thread.ID))
	})
	return out
}

// PublishedOn are the reports published on a day, the earliest first.
func (v *View) PublishedOn(day string) []ReportRow {
	var out []ReportRow
	for _, i := range v.inOrder().published[day] {
		row := v.report(i)
		row.Events, row.Quotes = len(v.from(row.Report.ID).events), len(v.from(row.Report.ID).statements)
		out = append(out, row)
	}
	return out
}

// Beside are the nearest days before and after a day that have an event or a
// report; "" where there is none.
func (v *View) Beside(day string) (before, after string) {
	all := v.inOrder().all
	i, found := slices.BinarySearch(all, day)
	if i > 0 {
		before = all[i-1]
	}
	if found {
		i++
	}
	if i < len(all) {
		after = all[i]
	}
	return before, after
}
