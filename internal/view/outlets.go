package view

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// Relation says how the claims of two outlets on one attribute of an event
// relate.
type Relation string

// The relations of claims, in the order in which a page lists them.
const (
	Differ    Relation = "differ"     // none of one is like any of the other
	MoreInA   Relation = "more in a"  // all of b's are in a, which has others
	MoreInB   Relation = "more in b"  //
	Overlap   Relation = "overlap"    // some alike, each has others
	OnlyA     Relation = "only a"     // b says nothing on it
	OnlyB     Relation = "only b"     //
	Alike     Relation = "alike"      // the same values
	BothAllow Relation = "both allow" // not the same, but all can be true
)

var relations = []Relation{Differ, Overlap, MoreInA, MoreInB, OnlyA, OnlyB, BothAllow, Alike}

// Comparison is what two outlets tell, side by side by claim.
type Comparison struct {
	A, B           SourceRow
	ACopiesB       int // reports of A with a text of B
	BCopiesA       int
	Both           []*readout.Event // that both tell of, by date
	InA, InB       []*readout.Event // that one tells of and the other does not
	Rows           []CompareRow     // on events of Both, those that differ first
	Counts         map[Relation]int // of Rows
	ClaimsA        int              // claims on events of Both
	ClaimsB        int
	QuotedA        []CountRow // who is quoted in A and not in B, most first
	QuotedB        []CountRow
	QuotedBoth     int
	FirstA, FirstB int // events of Both that one had first, where both times are known
}

// CompareRow are the claims of two outlets on one attribute of one event; each
// value of a holder stands once.
type CompareRow struct {
	Event     *readout.Event
	Attribute string
	Relation  Relation
	A, B      []ClaimRow
}

// Compare sets two outlets (Entity.IDs) side by side, on events that pass the
// filter; ok is false when one of them has no report.
func (v *View) Compare(a, b string, f Filter) (c Comparison, ok bool) {
	var okA, okB bool
	c.A, okA = v.Source(a)
	c.B, okB = v.Source(b)
	if !okA || !okB {
		return c, false
	}
	l := v.look()
	side := map[string]int{} // report → 1 of a, 2 of b
	for _, i := range l.reportsOf[a] {
		side[v.Record.Reports[i].ID] = 1
	}
	for _, i := range l.reportsOf[b] {
		side[v.Record.Reports[i].ID] = 2
	}
	for _, n := range c.A.From {
		if n.ID == b {
			c.ACopiesB = n.N
		}
	}
	for _, n := range c.B.From {
		if n.ID == a {
			c.BCopiesA = n.N
		}
	}
	told := map[*readout.Event]int{} // bits of the sides
	var events []*readout.Event
	for report, s := range side {
		for _, e := range v.from(report).events {
			if told[e] == 0 {
				events = append(events, e)
			}
			told[e] |= s
		}
	}
	events = slices.DeleteFunc(events, func(e *readout.Event) bool { return !v.eventPasses(e, f) })
	slices.SortFunc(events, func(x, y *readout.Event) int {
		return cmp.Or(strings.Compare(day(x.Date), day(y.Date)), -cmp.Compare(len(x.Mentions), len(y.Mentions)), strings.Compare(x.ID, y.ID))
	})
	c.Counts = map[Relation]int{}
	for _, e := range events {
		switch told[e] {
		case 1:
			c.InA = append(c.InA, e)
			continue
		case 2:
			c.InB = append(c.InB, e)
			continue
		}
		c.Both = append(c.Both, e)
		first := v.firstOf(e, side)
		c.FirstA += b2i(first == 1)
		c.FirstB += b2i(first == 2)
		for _, d := range v.byEvent[e.ID] {
			if row, ok := v.compareOn(e, d, side); ok {
				c.Rows = append(c.Rows, row)
				c.Counts[row.Relation]++
				c.ClaimsA += len(row.A)
				c.ClaimsB += len(row.B)
			}
		}
	}
	slices.SortStableFunc(c.Rows, func(x, y CompareRow) int {
		return cmp.Or(cmp.Compare(slices.Index(relations, x.Relation), slices.Index(relations, y.Relation)), strings.Compare(day(x.Event.Date), day(y.Event.Date)), strings.Compare(x.Event.ID, y.Event.ID), strings.Compare(x.Attribute, y.Attribute))
	})
	c.QuotedA, c.QuotedB, c.QuotedBoth = v.quotedApart(a, b)
	return c, true
}

// firstOf is the side whose report of e came first, 0 when a time is not known
// or both are the same.
func (v *View) firstOf(e *readout.Event, side map[string]int) int {
	first := [3]string{}
	for _, m := range e.Mentions {
		s := side[m.Report]
		if s == 0 {
			continue
		}
		t, ok := instant(v.published(m.Report))
		if !ok {
			return 0
		}
		if at := t.UTC().Format("2006-01-02T15:04:05"); first[s] == "" || at < first[s] {
			first[s] = at
		}
	}
	switch {
	case first[1] < first[2]:
		return 1
	case first[2] < first[1]:
		return 2
	}
	return 0
}

// compareOn sets the claims of the sides on one attribute side by side; ok is
// false when neither has one.
func (v *View) compareOn(e *readout.Event, d *readout.Disagreement, side map[string]int) (row CompareRow, ok bool) {
	row = CompareRow{Event: e, Attribute: d.Attribute}
	for _, x := range v.difference(d).Values {
		var into *[]ClaimRow
		switch side[x.Claim.Evidence.Report] {
		case 1:
			into = &row.A
		case 2:
			into = &row.B
		default:
			continue
		}
		if !slices.ContainsFunc(*into, func(y ClaimRow) bool {
			return y.Claim.Holder == x.Claim.Holder && relate(y.Claim, x.Claim, d.Verdict) == readout.Agree
		}) {
			*into = append(*into, x)
		}
	}
	row.Relation = relation(row.A, row.B, d.Verdict)
	return row, len(row.A)+len(row.B) > 0
}

func relation(a, b []ClaimRow, whole readout.Verdict) Relation {
	switch {
	case len(b) == 0:
		return OnlyA
	case len(a) == 0:
		return OnlyB
	}
	alike := func(x, y []ClaimRow) (n int, allows bool) {
		for _, p := range x {
			if slices.ContainsFunc(y, func(q ClaimRow) bool { return relate(p.Claim, q.Claim, whole) == readout.Agree }) {
				n++
			} else if slices.ContainsFunc(y, func(q ClaimRow) bool { return relate(p.Claim, q.Claim, whole) == readout.Compatible }) {
				allows = true
			}
		}
		return n, allows
	}
	na, allowsA := alike(a, b)
	nb, allowsB := alike(b, a)
	switch {
	case na == len(a) && nb == len(b):
		return Alike
	case na == 0 && (allowsA || allowsB):
		return BothAllow
	case na == 0:
		return Differ
	case na == len(a):
		return MoreInB
	case nb == len(b):
		return MoreInA
	}
	return Overlap
}

// relate compares two values of one attribute. What cannot be compared here,
// places and words, is as the whole comparison of the record has it.
func relate(a, b *readout.Claim, whole readout.Verdict) readout.Verdict {
	x, y := a.Value, b.Value
	switch {
	case x.Unit != "" || y.Unit != "":
		if x.Unit != y.Unit {
			return readout.Conflict
		}
		xlo, xhi := minMax(x)
		ylo, yhi := minMax(y)
		switch {
		case equal(xlo, ylo) && equal(xhi, yhi):
			return readout.Agree
		case xhi != nil && ylo != nil && *xhi < *ylo || yhi != nil && xlo != nil && *yhi < *xlo:
			return readout.Conflict
		}
		return readout.Compatible
	case x.Date != nil && y.Date != nil:
		p, q := x.Date, y.Date
		switch {
		case p.Value == q.Value && p.End == q.End && p.Bound() == q.Bound():
			return readout.Agree
		case p.Bound() || q.Bound():
			if p.Bound() && q.Bound() || p.Bound() && q.Value <= p.Value+"~" || q.Bound() && p.Value <= q.Value+"~" {
				return readout.Compatible
			}
			return readout.Conflict
		case during(p, q.Value, cmp.Or(q.End, q.Value)):
			return readout.Compatible
		}
		return readout.Conflict
	case x.Entity != "" && x.Entity == y.Entity:
		return readout.Agree
	case x.Text != "" && fold(x.Text) == fold(y.Text):
		return readout.Agree
	}
	if fold(a.Text) == fold(b.Text) {
		return readout.Agree
	}
	switch whole {
	case readout.Conflict:
		return readout.Conflict
	case readout.Agree:
		return readout.Agree
	}
	return readout.Compatible
}

func minMax(x readout.ClaimValue) (lo, hi *float64) {
	lo, hi = x.Min, x.Max
	if lo == nil && hi == nil {
		return x.Approx, x.Approx
	}
	return lo, hi
}

func equal(a, b *float64) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// quotedApart are those whom reports of one outlet quote and reports of the
// other do not; only people, states and bodies that are named.
func (v *View) quotedApart(a, b string) (onlyA, onlyB []CountRow, both int) {
	count := func(outlet string) map[string]int {
		out := map[string]int{}
		for _, i := range v.look().reportsOf[outlet] {
			for _, s := range v.from(v.Record.Reports[i].ID).statements {
				if e := v.entities[s.Speaker]; e != nil && len(e.Members) == 0 && v.Named(e) {
					out[s.Speaker]++
				}
			}
		}
		return out
	}
	inA, inB := count(a), count(b)
	apart := func(x, y map[string]int) []CountRow {
		rest := map[string]int{}
		for id, n := range x {
			if y[id] == 0 {
				rest[id] = n
			}
		}
		return v.countRows(rest, nil, nil)
	}
	for id := range inA {
		both += b2i(inB[id] > 0)
	}
	return apart(inA, inB), apart(inB, inA), both
}
