package position

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// The changes of a party's stand on an issue.
const (
	New            = "new"
	Repeated       = "repeated"
	Hardened       = "hardened"
	Softened       = "softened"
	ConditionAdded = "condition-added"
	Dropped        = "dropped"
	Reversed       = "reversed"
)

// yielding orders stances from the hardest to the most yielding: a refusal
// leaves nothing to talk about, a demand asks for all of it, a proposal for an
// answer, a goal for nothing yet; an offer gives if taken, an acceptance gives,
// a commitment binds. Accusations and warnings take no stand on the terms.
var yielding = map[readout.Stance]int{
	readout.Refuse: 1, readout.Condition: 2, readout.Demand: 3, readout.Request: 4, readout.Proposal: 5, readout.Goal: 6,
	readout.Offer: 7, readout.Acceptance: 8, readout.Commit: 9,
}

// changes sets Change and Previous of the rows that have a party, an issue and
// a date. Rows are compared with the last of an earlier day: of two reports of
// one day neither repeats the other.
func changes(rows []*row) {
	type key struct{ party, issue string }
	lines := map[key][]*row{}
	var keys []key
	for _, r := range rows {
		if r.lifts && r.Party != "" {
			r.Change = Dropped // the report says so, whatever came before
		}
		if r.Party == "" || r.Issue == "" || r.Date == nil || !r.Uttered {
			continue
		}
		k := key{r.Party, r.Issue}
		if lines[k] == nil {
			keys = append(keys, k)
		}
		lines[k] = append(lines[k], r)
	}
	for _, k := range keys {
		line := lines[k]
		slices.SortStableFunc(line, func(a, b *row) int {
			return cmp.Or(strings.Compare(a.Date.Value, b.Date.Value), cmp.Compare(a.Evidence.Report, b.Evidence.Report), a.Evidence.Span.Compare(b.Evidence.Span), cmp.Compare(a.ID, b.ID))
		})
		for i, r := range line {
			if !r.lifts {
				r.Change = New
			}
			for j := i - 1; j >= 0; j-- {
				if p := line[j]; before(p.Date, r.Date) && comparable(p, r) {
					r.Change, r.Previous = change(p, r), p.ID
					break
				}
			}
		}
	}
}

// before reports whether a is surely earlier than b: a month is not before one
// of its days.
func before(a, b *readout.Date) bool {
	n := min(len(a.Value), len(b.Value))
	return a.Value[:n] < b.Value[:n]
}

// comparable reports whether the stances of both speak of the terms, or are
// the same, and their terms name nobody else.
func comparable(a, b *row) bool {
	return (yielding[a.Stance] > 0 && yielding[b.Stance] > 0 || a.Stance == b.Stance) && !exclude(a.names, b.names)
}

// change tells what row r does to the party's earlier stand p. A condition that
// a later report does not tell again is not given up.
func change(p, r *row) string {
	no, yes := readout.Refuse, func(s readout.Stance) bool { return yielding[s] >= yielding[readout.Offer] }
	switch {
	case r.lifts:
		return Dropped
	case p.Stance == no && yes(r.Stance), r.Stance == no && yes(p.Stance):
		return Reversed
	case p.If == "" && r.If != "" || r.Stance == readout.Condition && yes(p.Stance):
		return ConditionAdded
	case yielding[r.Stance] < yielding[p.Stance]:
		return Hardened
	case yielding[r.Stance] > yielding[p.Stance]:
		return Softened
	}
	return Repeated
}
