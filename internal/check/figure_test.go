package check

import (
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/worddiff"
)

// The same number in words and in figures is one number; what no number says
// ("several hundred") is none.
func TestNumbers(t *testing.T) {
	w, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	x := &Index{words: w}
	for _, tt := range []struct {
		text string
		want []float64
	}{
		{"fourteen fishermen and 5,200 soldiers", []float64{14, 5200}},
		{"five thousand two hundred soldiers", []float64{5200}},
		{"one million two hundred thousand voters", []float64{1.2e6}},
		{"two hundred and forty-one boats", []float64{241}},
		{"some three hundred thousand tonnes", []float64{3e5}},
		{"a hundred soldiers, a dozen boats", []float64{100, 12}},
		{"8.2 million and 8,200,000", []float64{8.2e6, 8.2e6}},
		{"two and a half million herring, 2.5 million herring", []float64{2.5e6, 2.5e6}},
		{"a million and a half herring", []float64{1.5e6}},
		{"half a million herring, a quarter of a million", []float64{5e5, 2.5e5}},
		{"three quarters of a million, two and three quarters hundred", []float64{7.5e5, 275}},
		{"half a dozen boats", []float64{6}},
		{"half the boats, a quarter of the crews", nil},
		{"five hundred and half the boats", []float64{500}},
		{"six and a quarter of the boats", []float64{6}},
		{"several hundred soldiers, a few thousand more", nil},
		{"twenty five boats, five twenty soldiers", []float64{25, 5, 20}},
		{"12 hundred and six", []float64{1200, 6}},
		{"five hundred and never six", []float64{500, 6}},
		{"eight or nine times", []float64{8, 9}},
	} {
		var got []float64
		words := worddiff.Words(tt.text, readout.Span{End: len(tt.text)}, nil)
		for i := 0; i < len(words); i++ {
			if v, n, ok := x.number(words[i:], tt.text); ok {
				got = append(got, v)
				i += n - 1
			}
		}
		if len(got) != len(tt.want) {
			t.Errorf("%s: %v, want %v", tt.text, got, tt.want)
			continue
		}
		for i := range got {
			if !overlap(got[i], "", tt.want[i], "") {
				t.Errorf("%s: %v, want %v", tt.text, got, tt.want)
			}
		}
	}
}

// Figures that are the same but for how they were computed agree, others of one
// hedge do not.
func TestOverlap(t *testing.T) {
	third := 1.0 / 3
	for _, tt := range []struct {
		a      float64
		hedge  string
		b      float64
		hedge2 string
		want   bool
	}{
		{4.1e12, "", 4.1 * 1e12, "", true},
		{third * 3e12, ">=", 1e12 + 1e-4, ">=", true},
		{23, ">=", 63, ">=", false},
		{8.2e6, "", 8.200001e6, "", false},
		{100, "~", 110, "", true},
		{1e12, "<=", 1e12 + 1e-4, "", true},
	} {
		if got := overlap(tt.a, tt.hedge, tt.b, tt.hedge2); got != tt.want {
			t.Errorf("%v%v and %v%v: %v", tt.hedge, tt.a, tt.hedge2, tt.b, got)
		}
	}
}
