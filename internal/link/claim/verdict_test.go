package claim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
)

// random claims of every attribute, over few values so that they often meet.
func random(r *rand.Rand, attribute string, id int) *readout.Claim {
	x := &readout.Claim{
		ID: fmt.Sprintf("c%04d", id), Event: "v1", Attribute: attribute, Holder: fmt.Sprint("h", r.IntN(3)),
		Evidence: readout.Evidence{Report: fmt.Sprint("r", r.IntN(3))},
	}
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	bound := func() *float64 {
		if r.IntN(4) == 0 {
			return nil
		}
		f := float64(r.IntN(5))
		return &f
	}
	switch attribute {
	case Duration, Number:
		x.Value.Unit = "minute"
		if attribute == Number {
			x.Value.Unit = pick("killed", "wounded")
		}
		x.Value.Min, x.Value.Max = bound(), bound()
		if x.Value.Min != nil && x.Value.Max != nil && *x.Value.Min > *x.Value.Max {
			x.Value.Min, x.Value.Max = x.Value.Max, x.Value.Min
		}
	case Date:
		x.Value.Date = &readout.Date{Value: pick("2031-03-01", "2031-03-02", "2031-03-09"), End: pick("", "2031-03-09", "2031-03-31")}
		x.Hedge = pick("", "", began, ended)
	case Place, Initiator:
		x.Value.Entity = pick("e1", "e2", "e3", "e4")
	case Occurrence:
		x.Value.Text = pick(string(readout.Occurred), string(readout.Reported), string(readout.Denied), confirmed, neither, notBetween)
	case Tone:
		x.Value.Text, x.Text = pick(positive, negative, neutral, mixed), pick("good", "bad", "frank")
	case Outcome:
		x.Value.Text = pick(outAccord, outProgress, outFailure, outDifference, outRefusal, outUndisclosed) + pick("", ": truce", ": deal", ": progress")
		x.Text = x.Value.Text
	case Topic:
		x.Value.Text = pick("fish", "fish lake", "lake prisoner treaty war", "prisoner")
		x.Text = x.Value.Text
	case Participants:
		x.Value.Text = pick("Ana Kell; Tomas Brandt", "Ana Kell", "Ana Kell; Orrin", "Orrin; Veldt")
	}
	return x
}

func TestVerdictsAreSymmetric(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	c := &comparer{
		byID: map[string]*readout.Entity{
			"e1": {ID: "e1", Name: "Orrin", Type: readout.Place, Country: "OR"},
			"e2": {ID: "e2", Name: "Ana Kell", Type: readout.Person, Country: "OR"},
			"e3": {ID: "e3", Name: "Veldt", Type: readout.Place, Country: "VE"},
			"e4": {ID: "e4", Name: "the lake", Type: readout.Place},
		},
		actor: map[string]string{}, day: map[string]string{"r0": "2031-03-01", "r1": "2031-03-02"},
	}
	for _, attribute := range []string{Duration, Number, Date, Place, Initiator, Occurrence, Tone, Outcome, Topic, Participants} {
		seen := map[readout.Verdict]bool{}
		for n := range 3000 {
			claims := make([]*readout.Claim, 2+r.IntN(3))
			for i := range claims {
				claims[i] = random(r, attribute, n*10+i)
				c.actor[claims[i].ID] = []string{"", "p1", "p2"}[r.IntN(3)]
				claims[i].Value.Unit = claims[0].Value.Unit
			}
			a, b := claims[0], claims[1]
			x, _ := c.pair(a, b)
			y, _ := c.pair(b, a)
			if x != y {
				t.Fatalf("%s: %s one way, %s the other: %+v %+v", attribute, x, y, a, b)
			}
			verdict, why := c.compare(claims)
			if why == "" {
				t.Fatalf("%s: %s without a reason: %+v", attribute, verdict, claims)
			}
			seen[verdict] = true
			shuffled := slices.Clone(claims)
			r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			if v, w := c.compare(shuffled); v != verdict || w != why {
				t.Fatalf("%s: %s %q in one order, %s %q in another", attribute, verdict, why, v, w)
			}
		}
		if !seen[readout.Agree] || !seen[readout.Compatible] || !seen[readout.Single] {
			t.Errorf("%s: only verdicts %v", attribute, seen)
		}
	}
}

// Of the claims of one report each two that exclude each other are found, whatever
// their ids, the one in the headline first.
func TestWithin(t *testing.T) {
	f := func(n float64) *float64 { return &n }
	claim := func(start int, n float64) *readout.Claim {
		return &readout.Claim{Event: "v1", Attribute: Number, Evidence: readout.Evidence{Report: "r1", Span: readout.Span{Start: start, End: start + 2}}, Value: readout.ClaimValue{Unit: "killed", Min: f(n), Max: f(n)}}
	}
	for _, ids := range [][3]string{{"c1", "c2", "c3"}, {"c2", "c1", "c3"}, {"c3", "c2", "c1"}, {"c1", "c3", "c2"}, {"c2", "c3", "c1"}, {"c3", "c1", "c2"}} {
		head, twelve, fifteen := claim(0, 12), claim(40, 12), claim(90, 15)
		head.ID, twelve.ID, fifteen.ID = ids[0], ids[1], ids[2]
		claims := []*readout.Claim{head, twelve, fifteen}
		slices.SortFunc(claims, func(a, b *readout.Claim) int { return strings.Compare(a.ID, b.ID) })
		c := &comparer{head: map[*readout.Claim]bool{head: true}, own: map[*readout.Claim]bool{head: true, twelve: true, fifteen: true}, day: map[string]string{}, actor: map[string]string{}}
		var got []string
		for _, x := range c.within(claims) {
			got = append(got, fmt.Sprint(x.A.Evidence.Span.Start, " ", x.B.Evidence.Span.Start, " ", x.Head, " ", x.Borne))
		}
		slices.Sort(got)
		if want := []string{"0 90 true true", "40 90 false false"}; !slices.Equal(got, want) {
			t.Errorf("with the ids %v: %q, want %q", ids, got, want)
		}
	}
}
