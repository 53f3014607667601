package numeral

import (
	"strconv"
	"strings"
	"testing"
)

func TestSum(t *testing.T) {
	times := map[string]float64{"dozen": 12, "hundred": 100, "thousand": 1e3, "million": 1e6}
	for _, tt := range []struct {
		words string
		want  float64
		read  int // words of it
	}{
		{"20 5", 25, 2},
		{"5 20", 5, 1},
		{"2 hundred 5", 205, 3},
		{"5 thousand 2 hundred", 5200, 4},
		{"1 million 2 hundred thousand", 1.2e6, 5},
		{"1 million 2 hundred thousand 3 hundred 40 5", 1200345, 9},
		{"5 hundred thousand million", 5e11, 4},
		{"2 dozen 5", 24, 2},
		{"2 thousand 30 1", 2031, 4},
		{"1 thousand 2 3", 1002, 3},
		{"hundred 5", 0, 0},
		{"2 thousand hundred", 2000, 2},
		{"8.2 million", 8.2e6, 2},
		{"0.1 thousand 3 million", 3000100, 4},
		{"2 and0.5 million 3 hundred", 2500300, 5},
		{"1 million and0.5", 1.5e6, 3},
		{"1 million and0.5 thousand", 1.5e6, 3},
		{"1 million and0.5 6", 1.5e6, 3},
		{"2 hundred 2 and0.5", 202.5, 4},
		{"2 and0.5 6", 2.5, 2},
		{"0.5 million", 5e5, 2},
		{"1.1 dozen", 13.2, 2},
	} {
		var s Sum
		read := 0
		for _, w := range strings.Fields(tt.words) {
			if f, ok := strings.CutPrefix(w, "and"); ok {
				v, _ := strconv.ParseFloat(f, 64)
				s.Fraction(v)
				read++
				continue
			}
			v, err := strconv.ParseFloat(w, 64)
			if err == nil && !s.Add(v) || err != nil && !s.Times(times[w]) {
				break
			}
			read++
		}
		if s.Value() != tt.want || read != tt.read {
			t.Errorf("%s: %v of %d words, want %v of %d", tt.words, s.Value(), read, tt.want, tt.read)
		}
	}
}
