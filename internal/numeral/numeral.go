// Package numeral adds up the words of a number.
//
// In: the values of its words, one by one; a word that multiplies, hundred and
// thousand, apart from those that add. Out: the number, and where another one
// begins. Which words have which value, and where they stand, callers know.
package numeral

import (
	"math"
	"strconv"
)

// Sum is a number under way; the zero Sum has no words yet.
type Sum struct {
	total   float64 // what thousands and millions have closed
	current float64 // what the next of them multiplies
	last    float64 // the word before, 0 where it multiplies
	unit    float64 // the word before, 0 where it adds
}

// Value is the number so far.
func (s *Sum) Value() float64 { return s.total + s.current }

// Add takes what stands first or a word below a hundred. It reports false where
// that is another number: "five twenty".
func (s *Sum) Add(v float64) bool {
	tens := s.last >= 20 && math.Mod(s.last, 10) == 0 && v >= 1 && v < 10
	hundreds := s.unit > 0 && math.Mod(s.current, 100) == 0
	if !tens && !hundreds && s.Value() != 0 {
		return false
	}
	s.current += v
	s.last, s.unit = v, 0
	return true
}

// Times takes a word that multiplies: a thousand what stands behind the
// thousands before it, a hundred what stands alone. It reports false where
// there is nothing to multiply.
func (s *Sum) Times(v float64) bool {
	switch {
	case v == 0:
		return false
	case s.current > 0 && v < 1000:
		s.current = exact(s.current * v)
	case s.current > 0:
		s.total, s.current = exact(s.total+s.current*v), 0
	case s.unit > 0 && v >= 1000: // "five hundred thousand million"
		s.total *= v
	default:
		return false
	}
	s.last, s.unit = 0, v
	return true
}

// Fraction takes a part behind "and": "two and a half" of one, "a million and a
// half" of what multiplies there. Only the first can be multiplied.
func (s *Sum) Fraction(f float64) {
	if s.unit > 0 {
		s.total, s.current = s.Value()+f*s.unit, 0
	} else {
		s.current += f
	}
	s.last, s.unit = 0, 0
}

// exact is a product without what binary fractions add to it: 8.2 millions are
// 8,200,000, not a billionth less.
func exact(f float64) float64 {
	if f == math.Trunc(f) {
		return f
	}
	f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64) // as many digits as every float64 keeps
	return f
}

// Multiplied reports whether the word before multiplies, so that "and" can
// stand in the number: "a hundred and five".
func (s *Sum) Multiplied() bool { return s.unit > 0 }
