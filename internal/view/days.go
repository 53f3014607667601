package view

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/readout-news/readout"
)

// Kinds of a span of time that a date names, and of the groups of a timeline.
const (
	SpanDay   = "day"
	SpanWeek  = "week"  // some day of the week
	SpanMonth = "month" // some day of the month
	SpanYear  = "year"
	SpanTold  = "told" // no day is given: the day of the first report that tells of it
)

// days is the record in order of time, indexed once: what the timeline, its
// strip and its lanes read. What comes after is a memory of filters.
type days struct {
	once    sync.Once
	order   []*readout.Event // by date; the undated behind, by the day they were first told of
	meta    []eventMeta      // parallel to order
	at      map[string]int   // event → index in order
	dated   int              // events of order that have a date
	byType  map[string][]int
	dispute []int    // indices of disputed events
	begins  []string // parallel to order, up to dated: the key of the group
	ends    []string // parallel to begins: the last day that it or one before it reaches, with "~" behind, so that a month reaches its end

	published map[string][]int // day → indices of the reports published on it, the earliest first
	all       []string         // days with an event or a report, sorted

	mu      sync.Mutex
	sets    map[string]*eventSet
	recent  []string                 // keys of sets, least recently asked first
	changes map[string][]EventChange // by span, see ChangesSince
	news    map[string]News          // by what was asked, see News
}

// eventMeta is what the strip and the gaps need of an event without reading its
// mentions again.
type eventMeta struct {
	kind, key string // see spanOf; SpanTold and the day of the first report where it has no date
	minor     bool   // told in passing by one report
	disputed  bool
	planned   bool
	origins   int
}

// eventSet is the events that pass a filter.
type eventSet struct {
	at    []int // indices in days.order, rising
	dated int   // how many of at are dated

	once     sync.Once
	summary  Summary
	promised sync.Once
	ledger   Ledger // for the day of the snapshot: the same for all who ask
}

// maxSets bounds the filters whose events are remembered.
const maxSets = 128

// spanOf is the kind of time that d names, and its key: a day ("2031-03-14"), a
// week by its first and last day ("2031-03-10/2031-03-16"), a month or a year.
// What goes on for days stands at its first. Dates that are none have the kind
// "".
func spanOf(d *readout.Date) (kind, key string) {
	if d == nil {
		return "", ""
	}
	switch v := d.Value; {
	case len(v) >= len(time.DateOnly):
		day := v[:len(time.DateOnly)]
		first, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return "", ""
		}
		if len(d.End) < len(day) || d.Bound() {
			return SpanDay, day
		}
		last, err := time.Parse(time.DateOnly, d.End[:len(day)])
		switch {
		case err != nil:
		// From Monday to Sunday is "this week": some day of it.
		case first.Weekday() == time.Monday && last.Equal(first.AddDate(0, 0, 6)):
			return SpanWeek, day + "/" + d.End[:len(day)]
		case first.Day() == 1 && last.Equal(first.AddDate(0, 1, -1)):
			return SpanMonth, day[:7]
		case first.YearDay() == 1 && last.Equal(first.AddDate(1, 0, -1)):
			return SpanYear, day[:4]
		}
		return SpanDay, day
	case len(v) == len("2006-01"):
		if _, err := time.Parse("2006-01", v); err == nil {
			return SpanMonth, v
		}
	case len(v) == len("2006"):
		if _, err := time.Parse("2006", v); err == nil {
			return SpanYear, v
		}
	}
	return "", ""
}

// spanDays are the first and last day of a group's key; ok is false for SpanTold
// and what is no time.
func spanDays(kind, key string) (first, last time.Time, ok bool) {
	var err error
	switch kind {
	case SpanDay:
		first, err = time.Parse(time.DateOnly, key)
		last = first
	case SpanWeek:
		a, b, _ := strings.Cut(key, "/")
		if first, err = time.Parse(time.DateOnly, a); err == nil {
			last, err = time.Parse(time.DateOnly, b)
		}
	case SpanMonth:
		first, err = time.Parse("2006-01", key)
		last = first.AddDate(0, 1, -1)
	case SpanYear:
		first, err = time.Parse("2006", key)
		last = first.AddDate(1, 0, -1)
	default:
		return first, last, false
	}
	return first, last, err == nil
}

// inOrder is the record in order of time.
func (v *View) inOrder() *days {
	v.days.once.Do(func() { v.days.build(v) })
	return &v.days
}

func (x *days) build(v *View) {
	disputed := v.look().disputed
	type entry struct {
		e    *readout.Event
		m    eventMeta
		hour string // the date in full, which orders a day
	}
	entries := make([]entry, 0, len(v.Record.Events))
	origins := map[string]bool{}
	for _, e := range v.Record.Events {
		en := entry{e: e}
		told := ""
		clear(origins)
		for i, m := range e.Mentions {
			if i > 0 && e.Mentions[i-1].Report == m.Report {
				continue
			}
			origins[v.Origin(m.Report)] = true
			if p := v.published(m.Report); p != "" && (told == "" || p < told) {
				told = p
			}
		}
		en.m.origins = len(origins)
		en.m.disputed = disputed[e.ID]
		en.m.planned = e.Status == readout.Planned || e.Status == readout.Hypothetical
		en.m.minor = len(origins) < 2 && len(e.Mentions) < 3 && !en.m.disputed && e.Type != "CONSULT" && e.Type != "AGREE"
		en.m.kind, en.m.key = spanOf(e.Date)
		switch en.m.kind {
		case "":
			en.m.kind, en.m.key = SpanTold, told[:min(len(told), len(time.DateOnly))]
		case SpanDay:
			en.hour = e.Date.Value
		}
		entries = append(entries, en)
	}
	// By group first: sorted by their dates in full, a week would come between the
	// hours of its Monday and part the day into two groups.
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b2i(a.m.kind == SpanTold), b2i(b.m.kind == SpanTold)), strings.Compare(a.m.key, b.m.key), strings.Compare(a.hour, b.hour), cmp.Compare(b.m.origins, a.m.origins),
			cmp.Compare(len(b.e.Mentions), len(a.e.Mentions)), strings.Compare(a.e.ID, b.e.ID))
	})
	x.published = map[string][]int{}
	all := map[string]bool{}
	for i, r := range v.Record.Reports {
		if _, ok := r.Published.Day(); ok {
			day := r.Published.Value[:len(time.DateOnly)]
			x.published[day] = append(x.published[day], i)
			all[day] = true
		}
	}
	for _, is := range x.published {
		slices.SortStableFunc(is, func(a, b int) int { return comparePublished(v.Record.Reports[a], v.Record.Reports[b]) })
	}
	for _, en := range entries {
		if en.m.kind == SpanDay {
			all[en.m.key] = true
		}
	}
	x.all = slices.Sorted(maps.Keys(all))
	x.order, x.meta = make([]*readout.Event, len(entries)), make([]eventMeta, len(entries))
	x.at, x.byType, x.sets = make(map[string]int, len(entries)), map[string][]int{}, map[string]*eventSet{}
	for i, en := range entries {
		x.order[i], x.meta[i] = en.e, en.m
		if en.m.kind != SpanTold {
			end := cmp.Or(en.e.Date.End, en.e.Date.Value) + "~"
			if i > 0 {
				end = max(end, x.ends[i-1])
			}
			x.begins, x.ends = append(x.begins, en.m.key), append(x.ends, end)
		}
		x.at[en.e.ID] = i
		x.byType[strings.ToUpper(en.e.Type)] = append(x.byType[strings.ToUpper(en.e.Type)], i)
		if en.m.kind != SpanTold {
			x.dated++
		}
		if en.m.disputed {
			x.dispute = append(x.dispute, i)
		}
	}
}

// eventSet is the events that pass f, found once.
func (v *View) eventSet(f Filter) *eventSet {
	x := v.inOrder()
	key := fmt.Sprintf("%#v", f)
	x.mu.Lock()
	set := x.sets[key]
	if set != nil {
		x.recent = append(slices.DeleteFunc(x.recent, func(k string) bool { return k == key }), key)
	}
	x.mu.Unlock()
	if set != nil {
		return set
	}
	set = &eventSet{}
	for _, i := range v.candidates(f) {
		if v.eventPasses(x.order[i], f) {
			set.at = append(set.at, i)
		}
	}
	set.dated = sort.SearchInts(set.at, x.dated)
	x.mu.Lock()
	defer x.mu.Unlock()
	if other := x.sets[key]; other != nil {
		return other // somebody else was as quick, and may have the summary
	}
	x.sets[key] = set
	x.recent = append(x.recent, key)
	for len(x.recent) > maxSets {
		delete(x.sets, x.recent[0])
		x.recent = x.recent[1:]
	}
	return set
}

// candidates are events among which those that pass f are, by the narrowest of
// the lists that are kept; rising.
func (v *View) candidates(f Filter) []int {
	x, l := v.inOrder(), v.look()
	var lists [][]int
	of := func(events ...[]*readout.Event) {
		var at []int
		for _, es := range events {
			for _, e := range es {
				at = append(at, x.at[e.ID])
			}
		}
		slices.Sort(at)
		lists = append(lists, slices.Compact(at))
	}
	if f.Thread != "" {
		var es []*readout.Event
		for id := range l.inThread[f.Thread] {
			if e := v.events[id]; e != nil {
				es = append(es, e)
			}
		}
		of(es)
	}
	names := f.With
	if f.By != "" {
		names = append(slices.Clone(names), f.By)
	}
	for _, n := range names {
		var es [][]*readout.Event
		for id := range v.called(n) {
			es = append(es, l.eventsOf[id])
		}
		of(es...)
	}
	if f.Outlet != "" {
		var es [][]*readout.Event
		known := false
		for id := range v.called(f.Outlet) {
			for _, i := range l.reportsOf[id] {
				known = true
				es = append(es, v.from(v.Record.Reports[i].ID).events)
			}
		}
		// An outlet may also go by a name that no entity has.
		if known {
			of(es...)
		}
	}
	if f.EventType != "" {
		if at, ok := x.byType[strings.ToUpper(f.EventType)]; ok {
			lists = append(lists, at)
		}
	}
	if f.Disputed {
		lists = append(lists, x.dispute)
	}
	if f.From != "" || f.To != "" {
		lists = append(lists, x.between(f.From, f.To))
	}
	if len(lists) == 0 {
		all := make([]int, len(x.order))
		for i := range all {
			all[i] = i
		}
		return all
	}
	return slices.MinFunc(lists, func(a, b []int) int { return cmp.Compare(len(a), len(b)) })
}

// between are the events that may lie in the days from and to, "" open: of the
// undated those first told of then.
func (x *days) between(from, to string) []int {
	var out []int
	add := func(a, b int) {
		for i := a; i < b; i++ {
			out = append(out, i)
		}
	}
	first := 0
	if from != "" {
		first = sort.Search(x.dated, func(i int) bool { return x.ends[i] >= from })
	}
	last := x.dated
	if to != "" {
		last = sort.Search(x.dated, func(i int) bool { return x.begins[i] > to+"~" })
	}
	add(first, last)
	told := x.meta[x.dated:]
	first, last = 0, len(told)
	if from != "" {
		first = sort.Search(len(told), func(i int) bool { return told[i].key+"~" >= from })
	}
	if to != "" {
		last = sort.Search(len(told), func(i int) bool { return told[i].key > to+"~" })
	}
	add(x.dated+first, x.dated+last)
	return out
}

// CountEvents is how many events pass the filter.
func (v *View) CountEvents(f Filter) int { return len(v.eventSet(f).at) }

// InTime are the events that pass f in the order of Timetable.
func (v *View) InTime(f Filter, oldest bool) []*readout.Event {
	set := v.eventSet(f)
	out := make([]*readout.Event, 0, len(set.at))
	for _, r := range v.runs(set, oldest, "") {
		for _, i := range v.orderRun(r, oldest) {
			out = append(out, v.inOrder().order[i])
		}
	}
	return out
}

// Group is the events of one day, week, month or year on a timeline, or those
// first told of on one day of which none is given.
type Group struct {
	Kind, Key   string // SpanDay … SpanTold; see spanOf
	First, Last time.Time
	NewYear     bool // it is in another year than the group before it on the page
	Rows        []TimelineRow
	Before      int  // rows of the group on the page before
	After       int  // rows of the group on the next page
	Gap         *Gap // between the group before it on the page and this one
}

// Gap is a stretch of a timeline with nothing, or with minor events only.
type Gap struct {
	Days   int
	Events int     // minor ones
	Groups []Group // theirs
}

const (
	minEmpty = 3  // days without an event that are worth a line
	minQuiet = 14 // days with minor events only that are folded
	maxQuiet = 12 // minor events at most in a fold
)

// Timetable is a page of a timeline.
type Timetable struct {
	Groups []Group
	Rows   int    // events on the page
	From   int    // of the first row, counted from 1 over all pages
	Total  int    // events on all pages
	Dated  int    // of them with a date
	Next   string // cursor of the next page, "" at the end
}

// UndatedCursor is the cursor at which events without a day begin.
const UndatedCursor = "~"

// Timetable is the page of the timeline that begins at cursor ("" is the
// start), with limit rows, the newest first or the oldest first. Events without
// a date come last either way. What is announced for after today is left to
// Ahead; with "" nothing is. A cursor that fits nothing begins at the nearest
// day.
func (v *View) Timetable(f Filter, cursor string, limit int, oldest bool, today string) Timetable {
	set := v.eventSet(f)
	runs := v.runs(set, oldest, today)
	out := Timetable{}
	for _, r := range runs {
		out.Total += len(r.at)
		if r.kind != SpanTold {
			out.Dated += len(r.at)
		}
	}
	from, skip := v.seek(runs, cursor, oldest)
	out.From = 1 + skip
	for _, r := range runs[:from] {
		out.From += len(r.at)
	}
	x := v.inOrder()
	for i := from; i < len(runs); i++ {
		r := runs[i]
		if out.Rows >= limit {
			out.Next = cursorOf(r, 0)
			break
		}
		at := v.orderRun(r, oldest)
		g := Group{Kind: r.kind, Key: r.key, Before: min(skip, len(at))}
		g.First, g.Last, _ = spanDays(r.kind, r.key)
		at = at[g.Before:]
		skip = 0
		if room := limit - out.Rows; len(at) > room {
			g.After = len(at) - room
			at = at[:room]
		}
		for _, j := range at {
			g.Rows = append(g.Rows, v.timelineRow(x.order[j], x.meta[j]))
		}
		out.Rows += len(at)
		out.Groups = append(out.Groups, g)
		if g.After > 0 {
			out.Next = cursorOf(r, g.Before+len(at))
			break
		}
	}
	for i := range out.Groups {
		g := &out.Groups[i]
		g.NewYear = i == 0 || out.Groups[i-1].year() != g.year()
	}
	out.Groups = foldQuiet(out.Groups)
	return out
}

// year is the year of a group, "" when unknown.
func (g Group) year() string { return g.Key[:min(len(g.Key), 4)] }

// run is the events of one group: indices in days.order.
type run struct {
	kind, key string
	at        []int
}

// runs are the groups of a set in the order of the page.
func (v *View) runs(set *eventSet, oldest bool, today string) []run {
	x := v.inOrder()
	group := func(at []int) []run {
		var out []run
		for _, i := range at {
			m := x.meta[i]
			if m.planned && ahead(x.order[i], m, today) {
				continue
			}
			if n := len(out); n > 0 && out[n-1].kind == m.kind && out[n-1].key == m.key {
				out[n-1].at = append(out[n-1].at, i)
				continue
			}
			out = append(out, run{m.kind, m.key, []int{i}})
		}
		if !oldest {
			slices.Reverse(out)
		}
		return out
	}
	return append(group(set.at[:set.dated]), group(set.at[set.dated:])...)
}

// orderRun puts the hours of a day in the order of the page, and what has none
// behind, by weight.
func (v *View) orderRun(r run, oldest bool) []int {
	x := v.inOrder()
	at := slices.Clone(r.at)
	timed := func(i int) string {
		if d := x.order[i].Date; d != nil && len(d.Value) > len(time.DateOnly) && !d.Bound() {
			return d.Value
		}
		return ""
	}
	slices.SortStableFunc(at, func(a, b int) int {
		p, q := timed(a), timed(b)
		if p == "" || q == "" {
			return cmp.Compare(b2i(p == ""), b2i(q == ""))
		}
		if oldest {
			return strings.Compare(p, q)
		}
		return strings.Compare(q, p)
	})
	return at
}

// toldNever stands in a cursor for the day of events that only reports without a
// day tell of: nothing there would say "where the undated begin".
const toldNever = "?"

// cursorOf names a row: the key of its group, and its place in it. No two groups
// of a timeline go by one name.
func cursorOf(r run, skip int) string {
	c := r.key
	if r.kind == SpanTold {
		c = UndatedCursor + cmp.Or(r.key, toldNever)
	}
	if skip > 0 {
		return fmt.Sprintf("%s+%d", c, skip)
	}
	return c
}

// seek finds the group and the row at which a page begins.
func (v *View) seek(runs []run, cursor string, oldest bool) (from, skip int) {
	if cursor == "" {
		return 0, 0
	}
	key := cursor
	if i := strings.LastIndexByte(cursor, '+'); i >= 0 {
		key = cursor[:i]
		if _, err := fmt.Sscanf(cursor[i+1:], "%d", &skip); err != nil || skip < 0 {
			skip = 0
		}
	}
	if i := slices.IndexFunc(runs, func(r run) bool { return cursorOf(r, 0) == key }); i >= 0 {
		return i, min(skip, len(runs[i].at))
	}
	key, undated := strings.CutPrefix(key, UndatedCursor)
	for i, r := range runs {
		switch told := r.kind == SpanTold; {
		case told && !undated:
			return i, 0 // all dated ones lie before
		case told != undated:
		case key == "", key == toldNever, oldest && r.key >= key, !oldest && r.key <= key:
			return i, 0
		}
	}
	return len(runs), 0
}

// foldQuiet puts gaps between the groups: days with nothing are counted, and a
// long stretch with minor events only is folded.
func foldQuiet(groups []Group) []Group {
	minor := func(g Group) bool {
		return g.Kind != SpanTold && !slices.ContainsFunc(g.Rows, func(r TimelineRow) bool { return !r.Minor })
	}
	var out []Group
	for i := 0; i < len(groups); i++ {
		g := groups[i]
		if len(out) == 0 || g.Kind == SpanTold {
			out = append(out, g)
			continue
		}
		before := out[len(out)-1]
		// The groups from i on that are minor, up to one that is not.
		j, events := i, 0
		for j < len(groups) && minor(groups[j]) {
			events += len(groups[j].Rows)
			j++
		}
		if j > i && j < len(groups) && groups[j].Kind != SpanTold && !minor(before) {
			if d := between(before, groups[j]); d >= minQuiet && events <= maxQuiet {
				g = groups[j]
				g.Gap = &Gap{Days: d, Events: events, Groups: groups[i:j]}
				out = append(out, g)
				i = j
				continue
			}
		}
		if d := between(before, g); d >= minEmpty {
			g.Gap = &Gap{Days: d}
		}
		out = append(out, g)
	}
	return out
}

// between is the number of days that lie between two groups; 0 where one of
// them is no day or week.
func between(a, b Group) int {
	exact := func(g Group) bool { return g.Kind == SpanDay || g.Kind == SpanWeek }
	if !exact(a) || !exact(b) {
		return 0
	}
	if b.First.Before(a.First) {
		a, b = b, a
	}
	last := a.Last
	for _, r := range a.Rows {
		// What goes on for days fills them.
		if d := r.Event.Date; d != nil && len(d.End) >= len(time.DateOnly) {
			if t, err := time.Parse(time.DateOnly, d.End[:len(time.DateOnly)]); err == nil && t.After(last) {
				last = t
			}
		}
	}
	return max(0, int(b.First.Sub(last).Hours()/24)-1)
}

// EventIDs are the ids of the events that pass f.
func (v *View) EventIDs(f Filter) map[string]bool {
	set := v.eventSet(f)
	out := make(map[string]bool, len(set.at))
	for _, i := range set.at {
		out[v.inOrder().order[i].ID] = true
	}
	return out
}

// Is reports whether a report is of the outlet of that name or id.
func (v *View) Is(outlet, report string) bool { return v.ofOutlet(outlet, report) }
