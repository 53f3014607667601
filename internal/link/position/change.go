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

// own orders the stances on what the party itself would do from the hardest to
// the most yielding: a refusal leaves nothing to talk about, an offer or
// proposal gives if taken, an acceptance gives, a commitment binds. asked orders
// those on what others are to do: a condition ties something to it; demands,
// requests, proposals and goals differ in the words of reports more than in what
// is meant. A stand of one kind is neither harder nor softer than one of the
// other: to ask for boats to leave and to offer to leave are two matters.
// Accusations and warnings take no stand on the terms.
var (
	own   = map[readout.Stance]int{readout.Refuse: 1, readout.Condition: 2, readout.Proposal: 3, readout.Offer: 3, readout.Acceptance: 4, readout.Commit: 5}
	asked = map[readout.Stance]int{readout.Condition: 1, readout.Demand: 2, readout.Request: 2, readout.Proposal: 2, readout.Goal: 2}
)

// changes sets Change and Previous of the rows that have a party, an issue and
// a date. Rows are compared with the last of an earlier day: of two reports of
// one day neither repeats the other.
func changes(rows []*Stand) {
	type key struct{ party, issue string }
	lines := map[key][]*Stand{}
	var keys []key
	for _, r := range rows {
		if r.Press {
			continue // what a paper says it wants is a pronoun gone astray
		}
		if r.Lifts && r.Party != "" {
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
		slices.SortStableFunc(line, func(a, b *Stand) int {
			return cmp.Or(strings.Compare(a.Date.Value, b.Date.Value), cmp.Compare(a.Evidence.Report, b.Evidence.Report), a.Evidence.Span.Compare(b.Evidence.Span), cmp.Compare(a.ID, b.ID))
		})
		for i, r := range line {
			if !r.Lifts {
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
func comparable(a, b *Stand) bool {
	return (harder(a.Stance, b.Stance) || harder(b.Stance, a.Stance) || level(a.Stance, b.Stance)) && !exclude(a.Names, b.Names)
}

// harder reports whether a is harder than b.
func harder(a, b readout.Stance) bool {
	return own[a] > 0 && own[a] < own[b] || asked[a] > 0 && asked[a] < asked[b]
}

// level reports whether a and b are as hard.
func level(a, b readout.Stance) bool {
	return a == b || own[a] > 0 && own[a] == own[b] || asked[a] > 0 && asked[a] == asked[b]
}

// change tells what row r does to the party's earlier stand p. A condition that
// a later report does not tell again is not given up.
func change(p, r *Stand) string {
	no, yes := readout.Refuse, func(s readout.Stance) bool {
		return s == readout.Offer || s == readout.Acceptance || s == readout.Commit
	}
	switch {
	case r.Lifts:
		return Dropped
	case p.Stance == no && yes(r.Stance), r.Stance == no && yes(p.Stance):
		return Reversed
	case p.If == "" && r.If != "" || r.Stance == readout.Condition && yes(p.Stance):
		return ConditionAdded
	case harder(r.Stance, p.Stance):
		return Hardened
	case harder(p.Stance, r.Stance):
		return Softened
	}
	return Repeated
}

// terms reports whether s is a stand on terms.
func terms(s readout.Stance) bool { return own[s] > 0 || asked[s] > 0 }
