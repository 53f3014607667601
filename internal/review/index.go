package review

import (
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
)

// index is what the kinds look up in the record.
type index struct {
	thread    map[string]string // event → thread
	published map[string]int    // report → day
	country   map[string]string // entity → "=XX" where it stands for a state, else its id
}

func (w *watcher) look() *index {
	if w.index != nil {
		return w.index
	}
	x := &index{thread: map[string]string{}, published: map[string]int{}, country: map[string]string{}}
	for _, t := range w.rec.Threads {
		for _, e := range t.Events {
			x.thread[e] = t.ID
		}
	}
	for _, r := range w.rec.Reports {
		if t, ok := r.Published.Day(); ok {
			x.published[r.ID] = dayOf(t)
		}
	}
	for _, e := range w.rec.Entities {
		x.country[e.ID] = e.ID
		if e.Country != "" {
			x.country[e.ID] = "=" + e.Country
		}
	}
	w.index = x
	return x
}

// dayOf is the day of a time, counted from 1970-01-01.
func dayOf(t time.Time) int { return int(t.Unix() / 86400) }

// none is a day that nothing tells.
const none = -1 << 30

// span is the first and last day of a date; none when it is not told, or only
// bounded, or wider than a month.
func span(d *readout.Date) (from, to int) {
	if d == nil || d.Bound() {
		return none, none
	}
	if m, err := time.Parse("2006-01", d.Value); err == nil {
		return dayOf(m), dayOf(m.AddDate(0, 1, -1))
	}
	if len(d.Value) < len(time.DateOnly) {
		return none, none
	}
	a, err := time.Parse(time.DateOnly, d.Value[:len(time.DateOnly)])
	if err != nil {
		return none, none
	}
	b := a
	if len(d.End) >= len(time.DateOnly) {
		if e, err := time.Parse(time.DateOnly, d.End[:len(time.DateOnly)]); err == nil && e.After(a) {
			b = e
		}
	}
	if from, to = dayOf(a), dayOf(b); to-from > 31 {
		return none, none
	}
	return from, to
}

// told is the first day on which a report of the event came out; none when no
// report has a day.
func (x *index) told(e *readout.Event) int {
	first := none
	for _, m := range e.Mentions {
		if d, ok := x.published[m.Report]; ok && (first == none || d < first) {
			first = d
		}
	}
	return first
}

// parties are the entities that take part, without places and hosts, sorted.
func parties(e *readout.Event) []string {
	var out []string
	for _, p := range e.Participants {
		if p.Role != "place" && p.Role != "host" && p.Role != "mediator" && !slices.Contains(out, p.Entity) {
			out = append(out, p.Entity)
		}
	}
	slices.Sort(out)
	return out
}

// names are the names of entities in one line.
func (w *watcher) names(ids []string) string {
	var out []string
	for _, id := range ids {
		if n := w.v.EntityName(id); n != "" {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// sharesReport reports whether two events are told in one report.
func sharesReport(a, b *readout.Event) bool {
	i, j := 0, 0
	for i < len(a.Mentions) && j < len(b.Mentions) {
		switch x, y := a.Mentions[i].Report, b.Mentions[j].Report; {
		case x == y:
			return true
		case x < y:
			i++
		default:
			j++
		}
	}
	return false
}
