package eval

import (
	"math"
	"testing"
)

// Worked by hand: key {a b c} {d e f g} {h} {i}, response {a b} {c d} {e}
// {f g h i}.
func TestMeasures(t *testing.T) {
	//                a  b  c  d  e  f  g  h  i
	gold := partition{1, 1, 1, 2, 2, 2, 2, 3, 4}
	sys := partition{1, 1, 2, 2, 9, 3, 3, 3, 3}
	for _, c := range []struct {
		name string
		got  measure
		p, r float64
	}{
		{"muc", muc(gold, sys), 2. / 5, 2. / 5},
		{"b3", bcubed(gold, sys), (2 + .5 + .5 + 1 + 1 + .5) / 9, (4./3 + 1./3 + .25 + .25 + 1 + 2) / 9},
		{"same", muc(gold, gold), 1, 1},
		{"same", ceafe(gold, gold), 1, 1},
		// {a b c}~{a b} .8, {d e f g}~{e} .4, {h}~{f g h i} .4: together more than
		// {d e f g}~{f g h i} .5 and nothing for h.
		{"ceafe", ceafe(gold, sys), 1.6 / 4, 1.6 / 4},
	} {
		p, r, _ := c.got.f1()
		if math.Abs(p-c.p) > 1e-9 || math.Abs(r-c.r) > 1e-9 {
			t.Errorf("%s: P %.4f R %.4f, want %.4f %.4f", c.name, p, r, c.p, c.r)
		}
	}
}

// A mention that one side lacks costs that side's recall or the other's
// precision: key {a b c}, response {a b d}.
func TestMeasuresOfFoundMentions(t *testing.T) {
	gold, sys := partition{1, 1, 1, absent}, partition{7, 7, absent, 7}
	for _, c := range []struct {
		name string
		got  measure
		p, r float64
	}{
		{"muc", muc(gold, sys), 1. / 2, 1. / 2},
		{"b3", bcubed(gold, sys), 4. / 9, 4. / 9},
		{"ceafe", ceafe(gold, sys), 2. / 3, 2. / 3},
	} {
		p, r, _ := c.got.f1()
		if math.Abs(p-c.p) > 1e-9 || math.Abs(r-c.r) > 1e-9 {
			t.Errorf("%s: P %.4f R %.4f, want %.4f %.4f", c.name, p, r, c.p, c.r)
		}
	}
}

func TestAssign(t *testing.T) {
	for _, c := range []struct {
		cost [][]float64
		want float64
	}{
		{[][]float64{{4, 1, 3}, {2, 0, 5}, {3, 2, 2}}, 5},
		{[][]float64{{1, 2}, {2, 4}}, 4},
		{[][]float64{{7}}, 7},
	} {
		if got := assign(c.cost); got != c.want {
			t.Errorf("assign(%v) = %v, want %v", c.cost, got, c.want)
		}
	}
}
