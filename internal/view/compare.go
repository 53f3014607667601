package view

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
)

// excludes reports whether two claims on one attribute cannot both be true. The
// record compares whole rows; this says which of their values are at odds.
func (v *View) excludes(a, b *readout.Claim) bool {
	if a == nil || b == nil || a == b || attributeKey(a) != attributeKey(b) {
		return false
	}
	switch a.Attribute {
	case "duration", "number", "date":
		x, y := bounds(a), bounds(b)
		return x[0] > y[1] || y[0] > x[1]
	case "place", "initiator":
		x, y := v.entities[a.Value.Entity], v.entities[b.Value.Entity]
		return x != nil && y != nil && x != y && x.Country != "" && y.Country != "" && x.Country != y.Country
	case "occurrence":
		x, y := v.mark(item{claim: a}), v.mark(item{claim: b})
		return x == No && (y == Yes || y == Partly) || y == No && (x == Yes || x == Partly) ||
			a.Value.Text == "none in between" && y == Yes || b.Value.Text == "none in between" && x == Yes
	case "tone":
		x, y := a.Value.Text, b.Value.Text
		return x == "positive" && y == "negative" || x == "negative" && y == "positive"
	case "outcome":
		x, m, _ := strings.Cut(a.Value.Text, ": ")
		y, n, _ := strings.Cut(b.Value.Text, ": ")
		return (m == n || m == "" || n == "") && (x == "accord" && (y == "failure" || y == "refusal") || y == "accord" && (x == "failure" || x == "refusal"))
	}
	return false
}

// bounds is the range of a quantity or a date (in days), open ends as
// infinities.
func bounds(c *readout.Claim) [2]float64 {
	r := [2]float64{math.Inf(-1), math.Inf(1)}
	x := &c.Value
	if x.Date != nil {
		if from, to, ok := dayRange(x.Date); ok {
			r = [2]float64{from, to}
		}
		switch c.Hedge {
		case "began":
			r[1] = math.Inf(1)
		case "ended":
			r[0] = math.Inf(-1)
		}
		return r
	}
	if x.Min != nil {
		r[0] = *x.Min
	}
	if x.Max != nil {
		r[1] = *x.Max
	}
	return r
}

// dayRange is the first and last day of a date, in days since 1970.
func dayRange(d *readout.Date) (from, to float64, ok bool) {
	parse := func(s string, last bool) (float64, bool) {
		for _, l := range []struct {
			layout     string
			year, mon  int
			wholeFirst bool
		}{{time.DateOnly, 0, 0, false}, {"2006-01", 0, 1, true}, {"2006", 1, 0, true}} {
			n := len(l.layout)
			if len(s) < n || len(s) > n && l.layout != time.DateOnly {
				continue
			}
			t, err := time.Parse(l.layout, s[:n])
			if err != nil {
				continue
			}
			if last && l.wholeFirst {
				t = t.AddDate(l.year, l.mon, 0).AddDate(0, 0, -1)
			}
			return float64(t.Unix() / 86400), true
		}
		return 0, false
	}
	from, ok1 := parse(d.Value, false)
	to, ok2 := parse(cmp.Or(d.End, d.Value), true)
	if d.Bound() {
		from = math.Inf(-1)
	}
	return from, to, ok1 && ok2
}

// rowNote says how the claims of a row relate, computed from their values.
func (v *View) rowNote(row MatrixRow, claims []*readout.Claim) string {
	if len(claims) == 0 {
		if row.Key == "occurrence" {
			return "Not contradicted"
		}
		return ""
	}
	words := v.distinct(claims)
	switch row.Verdict {
	case readout.Conflict:
		return v.conflictNote(claims, words)
	case readout.Compatible:
		switch claims[0].Attribute {
		case "duration", "number", "date":
			return "No contradiction: all can be true"
		}
		return "No contradiction"
	case readout.Agree:
		if len(claims) > 1 {
			return "All agree"
		}
		return "Not contradicted"
	}
	return "One source"
}

func (v *View) conflictNote(claims []*readout.Claim, words []string) string {
	switch claims[0].Attribute {
	case "occurrence":
		var yes, no, between bool
		for _, c := range claims {
			switch m := v.mark(item{claim: c}); {
			case c.Value.Text == "none in between":
				between = true
			case m == No:
				no = true
			case m == Yes || m == Partly:
				yes = true
			}
		}
		switch {
		case yes && no:
			return "Asserted and denied"
		case yes && between:
			return "Asserted, and left no room for"
		}
		return "Told with more and with less certainty"
	case "tone":
		return "Praised and blamed"
	case "duration", "number", "date":
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, c := range claims {
			n := nominal(c)
			if c.Value.Date != nil {
				n = bounds(c)[0]
				if math.IsInf(n, 0) {
					n = bounds(c)[1]
				}
			}
			if !math.IsNaN(n) && !math.IsInf(n, 0) {
				lo, hi = min(lo, n), max(hi, n)
			}
		}
		n := v.versions(claims)
		if claims[0].Attribute == "number" {
			if len(words) <= 3 {
				return strings.Join(words, " or ")
			}
			return fmt.Sprintf("%s versions, from %s to %s", capital(inWords(n)), countWords(lo), countWords(hi))
		}
		apart := ""
		if hi > lo {
			if claims[0].Attribute == "date" {
				apart = Count(int(math.Round(hi-lo)), "day") + " apart"
			} else {
				apart = minutesWords(hi-lo) + " apart"
			}
			if n > 2 {
				apart = "up to " + apart
			}
			apart = ", " + apart
		}
		return fmt.Sprintf("%s versions%s", capital(inWords(n)), apart)
	}
	if len(words) == 2 {
		return capital(words[0]) + " or " + words[1]
	}
	return capital(inWords(len(words))) + " versions"
}

// distinct are the values of claims in words, each once, in the order of their
// size or, for other values, of the record.
func (v *View) distinct(claims []*readout.Claim) []string {
	order := slices.Clone(claims)
	slices.SortStableFunc(order, func(a, b *readout.Claim) int { return cmp.Compare(bounds(a)[0], bounds(b)[0]) })
	var out []string
	for _, c := range order {
		if w := v.Value(c); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// versions counts the accounts among claims on a quantity: sets of values of
// which each meets the next. Two values that exclude each other are never one
// account for want of a third between them, so at least two are counted where
// a pair excludes.
func (v *View) versions(claims []*readout.Claim) int {
	order := slices.Clone(claims)
	slices.SortStableFunc(order, func(a, b *readout.Claim) int { return cmp.Compare(bounds(a)[0], bounds(b)[0]) })
	n, end := 0, math.Inf(-1)
	for _, c := range order {
		b := bounds(c)
		if n == 0 || b[0] > end {
			n++
			end = b[1]
			continue
		}
		// An account is as narrow as its narrowest value: "about an hour" and
		// "50 to 100 minutes" are one, and do not stretch to the next.
		end = min(end, b[1])
	}
	return max(n, 1)
}
