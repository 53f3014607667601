package claim

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
)

// verdicts compares the claims on each attribute of each event.
func (c *comparer) verdicts() *Result {
	type key struct{ event, attribute, unit string }
	by := map[key][]*readout.Claim{}
	var keys []key
	for _, x := range c.claims {
		k := key{x.Event, x.Attribute, ""}
		if x.Attribute == Number {
			k.unit = x.Value.Unit // the dead are not compared with the wounded
		}
		if by[k] == nil {
			keys = append(keys, k)
		}
		by[k] = append(by[k], x)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.event, b.event), cmp.Compare(a.attribute, b.attribute), cmp.Compare(a.unit, b.unit))
	})
	out := &Result{Claims: c.claims, Actor: c.actor}
	for _, k := range keys {
		d := &readout.Disagreement{Event: k.event, Attribute: k.attribute}
		claims := by[k] // sorted by ID
		for _, x := range claims {
			d.Claims = append(d.Claims, x.ID)
		}
		d.Verdict, d.Why = c.compare(claims)
		out.Disagreements = append(out.Disagreements, d)
		out.Within = append(out.Within, c.within(claims)...)
	}
	return out
}

// Judge compares claims that are made already, sorted by ID: those on one event
// that was told in several regions. entities holds those that the claims name,
// day the day of publication by report, actor is that of Result.
func Judge(claims []*readout.Claim, entities map[string]*readout.Entity, day, actor map[string]string) []*readout.Disagreement {
	c := &comparer{claims: claims, byID: entities, day: day, actor: actor}
	return c.verdicts().Disagreements
}

// within lists the pairs of claims of one report that exclude each other, the
// one in the headline first.
func (c *comparer) within(claims []*readout.Claim) []Conflict {
	var out []Conflict
	later := map[string][]*readout.Claim{} // by report, behind the one that is looked at
	for _, x := range claims {
		later[x.Evidence.Report] = append(later[x.Evidence.Report], x)
	}
	for _, a := range claims {
		same := later[a.Evidence.Report][1:]
		later[a.Evidence.Report] = same
		for _, b := range same {
			v, why := c.pair(a, b)
			if v != readout.Conflict {
				continue
			}
			x := Conflict{A: a, B: b, Why: why, Own: c.own[a] && c.own[b]}
			if c.head[b] && !c.head[a] || c.head[a] == c.head[b] && b.Evidence.Span.Start < a.Evidence.Span.Start {
				x.A, x.B = b, a
			}
			x.Head = c.head[x.A] && !c.head[x.B]
			x.Borne = slices.ContainsFunc(claims, func(y *readout.Claim) bool {
				if y == x.A || c.head[y] || y.Evidence.Report != x.A.Evidence.Report {
					return false
				}
				v, _ := c.pair(x.A, y)
				return v != readout.Conflict
			})
			out = append(out, x)
		}
	}
	return out
}

// compare says how claims on one attribute relate, and why.
func (c *comparer) compare(claims []*readout.Claim) (readout.Verdict, string) {
	sources := map[string]bool{}
	for _, x := range claims {
		sources[x.Evidence.Report+"\x00"+x.Holder] = true
	}
	// Shown in the order of the values, not of the IDs.
	ordered := slices.Clone(claims)
	slices.SortFunc(ordered, func(a, b *readout.Claim) int {
		return cmp.Or(cmp.Compare(low(a), low(b)), cmp.Compare(c.show(a), c.show(b)), cmp.Compare(a.ID, b.ID))
	})
	same, compatible, conflict := true, "", ""
	if len(ordered) > mostClaims {
		ordered = c.distinct(ordered)
	}
	for i, a := range ordered {
		for _, b := range ordered[i+1:] {
			switch v, why := c.pair(a, b); v {
			case readout.Conflict:
				if conflict == "" {
					conflict = why
				}
				same = false
			case readout.Compatible:
				if compatible == "" {
					compatible = why
				}
				same = false
			}
		}
	}
	switch {
	case conflict != "":
		return readout.Conflict, conflict
	case len(sources) == 1 && (same || len(claims) == 1):
		return readout.Single, "one source: " + c.show(ordered[0])
	case same && claims[0].Attribute == Tone:
		return readout.Agree, "all " + claims[0].Value.Text + ": " + c.list(ordered)
	case same && claims[0].Attribute == Topic:
		return readout.Agree, "one matter: " + c.list(ordered)
	case same && claims[0].Attribute == Outcome:
		return readout.Agree, "the same outcome: " + c.list(ordered)
	case same:
		return readout.Agree, "all say " + c.show(ordered[0])
	case claims[0].Attribute == Date && oneReport(claims):
		// One report that dates an event twice, once more closely, agrees with
		// itself; between reports the same difference is worth showing.
		return readout.Agree, "one report, consistent: " + compatible
	case len(sources) == 1:
		return readout.Single, "one source; " + compatible
	}
	return readout.Compatible, compatible
}

// mostClaims is how many claims on one attribute are compared one by one. Of more,
// those that say the same are compared once.
const mostClaims = 200

// distinct keeps the first of the claims that no comparison tells apart, in their
// order: the same value and hedge, told by the same party and, of counts, which
// grow, on the same day. Whether a report contradicts itself is told by within.
func (c *comparer) distinct(claims []*readout.Claim) []*readout.Claim {
	type key struct{ show, text, hedge, actor, day string }
	seen := map[key]bool{}
	var out []*readout.Claim
	for _, x := range claims {
		k := key{c.show(x), x.Value.Text, x.Hedge, c.actor[x.ID], ""}
		if x.Attribute == Number {
			k.day = c.day[x.Evidence.Report]
		}
		if !seen[k] {
			seen[k] = true
			out = append(out, x)
		}
	}
	return out
}

func oneReport(claims []*readout.Claim) bool {
	return !slices.ContainsFunc(claims, func(x *readout.Claim) bool { return x.Evidence.Report != claims[0].Evidence.Report })
}

// list writes the values of claims, each once.
func (c *comparer) list(claims []*readout.Claim) string {
	var out []string
	for _, x := range claims {
		if s := c.show(x); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

// pair compares two claims.
func (c *comparer) pair(a, b *readout.Claim) (readout.Verdict, string) {
	switch a.Attribute {
	case Duration:
		return ranges(minutes(a), minutes(b), c.show(a), c.show(b))
	case Date:
		return ranges(days(a), days(b), c.show(a), c.show(b))
	case Place:
		x, y := c.byID[a.Value.Entity], c.byID[b.Value.Entity]
		switch {
		case x == y:
			return readout.Agree, ""
		case x != nil && y != nil && strings.Contains(x.Name, y.Name):
			return readout.Compatible, x.Name + " is in " + y.Name
		case x != nil && y != nil && strings.Contains(y.Name, x.Name):
			return readout.Compatible, y.Name + " is in " + x.Name
		case x != nil && y != nil && x.Country != "" && x.Country == y.Country:
			return readout.Compatible, x.Name + " and " + y.Name + " lie in one state"
		case x != nil && y != nil && x.Country != "" && y.Country != "":
			return readout.Conflict, x.Name + " and " + y.Name + " lie in two states"
		}
		return readout.Compatible, "where " + c.show(a) + " and " + c.show(b) + " lie to each other is unknown"
	case Occurrence:
		return c.compareOccurrence(a, b)
	case Topic:
		return compareTopic(a, b)
	case Initiator:
		return c.compareInitiator(a, b)
	case Number:
		return c.compareNumber(a, b)
	case Tone:
		return comparePolarity(a, b)
	case Outcome:
		return c.compareOutcome(a, b)
	case Participants:
		x, y := strings.Split(a.Value.Text, "; "), strings.Split(b.Value.Text, "; ")
		switch {
		case slices.Equal(x, y):
			return readout.Agree, ""
		case subset(x, y):
			return readout.Compatible, c.show(b) + " adds to " + c.show(a)
		case subset(y, x):
			return readout.Compatible, c.show(a) + " adds to " + c.show(b)
		}
		return readout.Compatible, c.show(a) + " and " + c.show(b) + " name others"
	}
	return readout.Compatible, ""
}

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(x string) bool { return !slices.Contains(b, x) })
}

// ranges compares two closed ranges: equal, overlapping or apart.
func ranges(a, b [2]float64, showA, showB string) (readout.Verdict, string) {
	switch {
	case a == b:
		return readout.Agree, ""
	case a[0] > b[1]:
		return readout.Conflict, showA + " lies above " + showB
	case b[0] > a[1]:
		return readout.Conflict, showB + " lies above " + showA
	case a[0] <= b[0] && b[1] <= a[1]:
		return readout.Compatible, showB + " lies within " + showA
	case b[0] <= a[0] && a[1] <= b[1]:
		return readout.Compatible, showA + " lies within " + showB
	}
	return readout.Compatible, showA + " and " + showB + " overlap"
}

// compareNumber compares two counts of one unit. Counts grow as more is known:
// a report of a later day may give more than one of an earlier day without
// contradicting it.
func (c *comparer) compareNumber(a, b *readout.Claim) (readout.Verdict, string) {
	if low(a) > low(b) {
		a, b = b, a
	}
	v, why := ranges(minutes(a), minutes(b), c.show(a), c.show(b))
	if v == readout.Conflict && c.day[a.Evidence.Report] != "" && c.day[a.Evidence.Report] < c.day[b.Evidence.Report] {
		return readout.Compatible, c.show(b) + " by a later report than " + c.show(a)
	}
	return v, why
}

// measure writes a range with its unit.
func measure(v *readout.ClaimValue, unit string) string {
	num := func(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }
	switch {
	case v.Min == nil && v.Max == nil:
		return "some" + unit
	case v.Min == nil:
		return num(*v.Max) + unit + " or less"
	case v.Max == nil:
		return num(*v.Min) + unit + " or more"
	case *v.Min == *v.Max:
		return num(*v.Min) + unit
	}
	return num(*v.Min) + "–" + num(*v.Max) + unit
}

// minutes is the range of a duration or count, open ends as infinities.
func minutes(x *readout.Claim) [2]float64 {
	r := [2]float64{math.Inf(-1), math.Inf(1)}
	if x.Value.Min != nil {
		r[0] = *x.Value.Min
	}
	if x.Value.Max != nil {
		r[1] = *x.Value.Max
	}
	return r
}

// days is the range of a date in days since 1970.
func days(x *readout.Claim) [2]float64 {
	d := x.Value.Date
	if d == nil {
		return [2]float64{math.Inf(-1), math.Inf(1)}
	}
	end := cmp.Or(d.End, d.Value)
	if _, to, _, ok := event.Days(end); ok {
		end = to // "2031-03" ends with its last day
	}
	start := d.Value
	if from, _, _, ok := event.Days(start); ok {
		start = from
	}
	r := [2]float64{dayNumber(start), dayNumber(end)}
	switch x.Hedge {
	case began:
		r[1] = math.Inf(1)
	case ended:
		r[0] = math.Inf(-1)
	}
	return r
}

// low is the sort key of a claim's value.
func low(x *readout.Claim) float64 {
	switch x.Attribute {
	case Duration, Number:
		return minutes(x)[0]
	case Date:
		return days(x)[0]
	}
	return 0
}

// show writes a value in words.
func (c *comparer) show(x *readout.Claim) string {
	v := &x.Value
	switch {
	case v.Unit == "minute":
		return measure(v, " min")
	case v.Unit != "":
		of, group, special := strings.Cut(v.Unit, " ")
		if special {
			of += " (" + group + ")"
		}
		return measure(v, "") + " " + of
	case v.Date != nil && x.Hedge == began:
		return v.Date.Value + " or later"
	case v.Date != nil && x.Hedge == ended:
		return v.Date.Value + " or earlier"
	case v.Date != nil:
		if v.Date.End != "" {
			return v.Date.Value + " to " + v.Date.End
		}
		return v.Date.Value
	case v.Entity != "":
		return c.name(v.Entity)
	case x.Attribute == Tone || x.Attribute == Outcome || x.Attribute == Topic:
		return "“" + x.Text + "”"
	}
	return fmt.Sprintf("%q", v.Text)
}
