package view

import (
	"cmp"
	"slices"
	"time"

	"github.com/readout-news/readout"
)

// Summary is what a timeline says above and beside its rows. It is worked out
// once for a filter.
type Summary struct {
	Events, Dated, Undated int
	Reports                int // that tell of them, copies counted
	Disputed               int // events with claims that cannot all be true
	Strip                  Strip
	Outlets                []OutletCount // those with most independent reports first
	Copies                 int           // reports that repeat another's text: not in Outlets
	Parties                []Facet       // who takes part, most first
	Kinds                  []Facet       // kinds of events, most first
}

// OutletCount is how many independent reports an outlet has.
type OutletCount struct {
	Name    string
	Entity  string // "" where the outlet is no entity of the record
	Reports int
}

// Facet is a value by which a list can be narrowed, with what would be left.
type Facet struct {
	Name  string
	Value string // of the parameter
	N     int
}

// Strip is how many events lie on each day, week, month or year.
type Strip struct {
	Unit     string // SpanDay, SpanWeek, SpanMonth, SpanYear
	From, To time.Time
	Bins     []StripBin // by First; empty ones left out
	Earlier  int        // events before From
	Later    int        // and after To
	Vague    int        // events whose date is wider than a bin
	Undated  int
}

// StripBin is one bin. Disputed and Planned do not overlap.
type StripBin struct {
	First, Last               time.Time
	Events, Disputed, Planned int
}

// Limits of a strip.
const (
	maxBins = 190 // bins across: some 4 px each in the main column
	// coreShare is the share of events that a strip has to show when the few
	// others lie so far off that days would be too small to see.
	coreShare = 0.9
)

// Summary is what the timeline of the events that pass f says of them.
func (v *View) Summary(f Filter) *Summary {
	set := v.eventSet(f)
	set.once.Do(func() { set.summary = v.summarize(set, f) })
	return &set.summary
}

func (v *View) summarize(set *eventSet, f Filter) Summary {
	x := v.inOrder()
	s := Summary{Events: len(set.at), Dated: set.dated, Undated: len(set.at) - set.dated}
	reports := map[string]bool{}
	parties, kinds, kindNames := map[string]int{}, map[string]int{}, map[string]string{}
	for _, i := range set.at {
		e := x.order[i]
		for _, m := range e.Mentions {
			reports[m.Report] = true
		}
		if x.meta[i].disputed {
			s.Disputed++
		}
		for j, p := range e.Participants {
			if p.Role != "place" && !slices.ContainsFunc(e.Participants[:j], func(q readout.Participant) bool { return q.Entity == p.Entity && q.Role != "place" }) {
				parties[p.Entity]++
			}
		}
		value := cmp.Or(e.Mode, e.Type)
		kinds[value]++
		if kindNames[value] == "" {
			kindNames[value] = KindWords(e)
		}
	}
	s.Reports = len(reports)
	outlets := map[OutletCount]int{}
	for id := range reports {
		i, ok := v.reports[id]
		if !ok {
			continue
		}
		o := OutletCount{Name: v.OutletName(id)}
		if i < len(v.Record.Origins) {
			if v.Record.Origins[i].Kind == "copy" {
				s.Copies++
				continue
			}
			o.Entity = v.Record.Origins[i].Outlet
		}
		outlets[o]++
	}
	for o, n := range outlets {
		o.Reports = n
		s.Outlets = append(s.Outlets, o)
	}
	slices.SortFunc(s.Outlets, func(a, b OutletCount) int {
		return cmp.Or(cmp.Compare(b.Reports, a.Reports), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Entity, b.Entity))
	})
	s.Parties = facets(parties, func(id string) string { return v.EntityName(id) })
	s.Kinds = facets(kinds, func(k string) string { return kindNames[k] })
	s.Strip = v.strip(set, f)
	return s
}

// facets are the keys of count with a name, greatest first.
func facets(count map[string]int, name func(string) string) []Facet {
	var out []Facet
	for k, n := range count {
		if w := name(k); w != "" && k != "" {
			out = append(out, Facet{w, k, n})
		}
	}
	slices.SortFunc(out, func(a, b Facet) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
	})
	return out
}

// fineness orders the kinds of time.
var fineness = map[string]int{SpanDay: 0, SpanWeek: 1, SpanMonth: 2, SpanYear: 3}

// strip counts the events of a set by day or, where the span is long, by week,
// month or year. Bounds of the filter are those of the strip.
func (v *View) strip(set *eventSet, f Filter) Strip {
	x := v.inOrder()
	s := Strip{Undated: len(set.at) - set.dated}
	type dot struct {
		day  time.Time
		kind string
		i    int
	}
	var dots []dot
	for _, i := range set.at[:set.dated] {
		m := x.meta[i]
		if first, _, ok := spanDays(m.kind, m.key); ok {
			dots = append(dots, dot{first, m.kind, i})
		}
	}
	// The bounds: of what has a day where anything has.
	var exact []time.Time
	for _, d := range dots {
		if d.kind == SpanDay || d.kind == SpanWeek {
			exact = append(exact, d.day)
		}
	}
	if len(exact) == 0 {
		for _, d := range dots {
			exact = append(exact, d.day)
		}
	}
	if len(exact) == 0 {
		return s
	}
	slices.SortFunc(exact, time.Time.Compare)
	s.From, s.To = core(exact)
	if a, _, ok := bound(f.From); ok {
		s.From = a
	}
	if _, b, ok := bound(f.To); ok {
		s.To = b
	}
	if s.To.Before(s.From) {
		s.To = s.From
	}
	switch days := int(s.To.Sub(s.From).Hours()/24) + 1; {
	case days <= maxBins:
		s.Unit = SpanDay
	case days <= 7*maxBins:
		s.Unit = SpanWeek
	case days <= 30*maxBins:
		s.Unit = SpanMonth
	default:
		s.Unit = SpanYear
	}
	// A strip of a day or two would be a wall of squares: a week at least.
	for s.Unit == SpanDay && s.To.Sub(s.From) < 6*24*time.Hour {
		s.To = s.To.AddDate(0, 0, 1)
		if s.To.Sub(s.From) < 6*24*time.Hour {
			s.From = s.From.AddDate(0, 0, -1)
		}
	}
	s.From, _ = binOf(s.From, s.Unit)
	_, s.To = binOf(s.To, s.Unit)
	for _, d := range dots {
		switch {
		case fineness[d.kind] > fineness[s.Unit]:
			s.Vague++
			continue
		case d.day.Before(s.From):
			s.Earlier++
			continue
		case d.day.After(s.To):
			s.Later++
			continue
		}
		first, last := binOf(d.day, s.Unit)
		n := len(s.Bins)
		if n == 0 || !s.Bins[n-1].First.Equal(first) {
			s.Bins = append(s.Bins, StripBin{First: first, Last: last})
			n++
		}
		b := &s.Bins[n-1]
		b.Events++
		switch m := x.meta[d.i]; {
		case m.disputed:
			b.Disputed++
		case m.planned:
			b.Planned++
		}
	}
	// A month and its days do not come in the order of their first day.
	slices.SortStableFunc(s.Bins, func(a, b StripBin) int { return a.First.Compare(b.First) })
	merged := s.Bins[:0]
	for _, b := range s.Bins {
		if n := len(merged); n > 0 && merged[n-1].First.Equal(b.First) {
			merged[n-1].Events += b.Events
			merged[n-1].Disputed += b.Disputed
			merged[n-1].Planned += b.Planned
			continue
		}
		merged = append(merged, b)
	}
	s.Bins = merged
	return s
}

// core is from the first day to the last, or the shortest span that holds
// coreShare of the days when that lets the strip show days or weeks and the
// whole would not.
func core(days []time.Time) (from, to time.Time) {
	from, to = days[0], days[len(days)-1]
	if to.Sub(from) <= maxBins*24*time.Hour {
		return from, to
	}
	k := max(1, int(coreShare*float64(len(days))+0.5))
	best := to.Sub(from) / 2 // less is not worth leaving anything out
	for i := 0; i+k <= len(days); i++ {
		if d := days[i+k-1].Sub(days[i]); d < best {
			best, from, to = d, days[i], days[i+k-1]
		}
	}
	return from, to
}

// bound is the first and the last day of a day, month or year.
func bound(s string) (first, last time.Time, ok bool) {
	kind := map[int]string{len(time.DateOnly): SpanDay, len("2006-01"): SpanMonth, len("2006"): SpanYear}[len(s)]
	return spanDays(kind, s)
}

// binOf is the first and last day of the bin in which a day lies.
func binOf(day time.Time, unit string) (first, last time.Time) {
	y, m, d := day.Date()
	switch unit {
	case SpanWeek:
		first = day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
		return first, first.AddDate(0, 0, 6)
	case SpanMonth:
		first = time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(0, 1, -1)
	case SpanYear:
		first = time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(1, 0, -1)
	}
	first = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	return first, first
}

// Busiest are the bins with most events; nil when no bin has two.
func (s Strip) Busiest() []StripBin {
	var out []StripBin
	for _, b := range s.Bins {
		switch {
		case b.Events < 2:
		case len(out) == 0 || b.Events > out[0].Events:
			out = []StripBin{b}
		case b.Events == out[0].Events:
			out = append(out, b)
		}
	}
	return out
}

// Shown is how many events the strip shows.
func (s Strip) Shown() int {
	n := 0
	for _, b := range s.Bins {
		n += b.Events
	}
	return n
}

// DisputeRow is one attribute of an event on which claims cannot all be true,
// with both sides in words.
type DisputeRow struct {
	Event    *readout.Event
	Key      string // of the row in the event's table
	Question string // "How long did the call last?"
	Ref      string // opens the claims
	Sides    []SideRow
}

// SideRow is one value and who holds it.
type SideRow struct {
	Value string
	Who   []string
	Ref   string
}

// Disputes are the disputes of the events that pass f, the newest first, at most
// limit of them (0: all), and how many there are.
func (v *View) Disputes(f Filter, limit int) (rows []DisputeRow, total int) {
	x := v.inOrder()
	set := v.eventSet(f)
	// Dated ones from the last, then the others.
	at := slices.Clone(set.at)
	slices.Reverse(at[:set.dated])
	slices.Reverse(at[set.dated:])
	for _, i := range at {
		if !x.meta[i].disputed {
			continue
		}
		e := x.order[i]
		for _, d := range v.byEvent[e.ID] {
			if d.Verdict != readout.Conflict {
				continue
			}
			total++
			if limit == 0 || len(rows) < limit {
				rows = append(rows, v.dispute(e, d))
			}
		}
	}
	return rows, total
}

// dispute puts the claims of a disagreement together by what they say.
func (v *View) dispute(e *readout.Event, d *readout.Disagreement) DisputeRow {
	key := d.Attribute
	var row DisputeRow
	row.Event = e
	var claims []*readout.Claim
	for _, id := range d.Claims {
		c := v.claims[id]
		if c == nil {
			continue
		}
		if len(claims) == 0 {
			key = attributeKey(c)
		}
		claims = append(claims, c)
		value := v.Value(c)
		who := v.EntityName(c.Holder)
		if who == "" {
			who = v.OutletName(c.Evidence.Report)
		}
		i := slices.IndexFunc(row.Sides, func(s SideRow) bool { return s.Value == value })
		if i < 0 {
			row.Sides = append(row.Sides, SideRow{Value: value})
			i = len(row.Sides) - 1
		}
		if !slices.Contains(row.Sides[i].Who, who) {
			row.Sides[i].Who = append(row.Sides[i].Who, who)
		}
	}
	slices.SortStableFunc(row.Sides, func(a, b SideRow) int { return cmp.Compare(len(b.Who), len(a.Who)) })
	row.Key, row.Ref = key, e.ID+"."+key
	row.Question = v.question(e, key, claims)
	return row
}
