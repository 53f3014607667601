package worddiff

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
)

func words(s string) []Word { return Words(s, readout.Span{End: len(s)}, nil) }

// covered is the text from the first of words to the last.
func covered(text string, words []Word) string {
	if len(words) == 0 {
		return ""
	}
	return text[words[0].Start:words[len(words)-1].End]
}

func TestWords(t *testing.T) {
	const text = "“Don’t,” Sollund said: 1,200 tonnes, 3.5 %, mid-May…"
	var got []string
	for _, w := range words(text) {
		if text[w.Start:w.End] == "" {
			t.Error("an empty word")
		}
		got = append(got, w.Fold)
	}
	want := []string{"don’t", "sollund", "said", "1,200", "tonnes", "3.5", "mid-may"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
	skipped := Words(text, readout.Span{End: len(text)}, []readout.Span{{Start: 0, End: len("“Don’t,” Sollund")}})
	if len(skipped) == 0 || skipped[0].Fold != "said" {
		t.Errorf("skipping gave %v", skipped)
	}
}

func TestCompare(t *testing.T) {
	tests := []struct {
		name, a, b string
		want       []string
	}{
		{"the same but for marks and case", "The ferry, he said, sails.", "the ferry he said sails", nil},
		{"a figure changed", "The ferry takes 40 cars.", "The ferry takes 60 cars.", []string{"40→60"}},
		{"words left out", "We will never sign this paper.", "We will sign this paper.", []string{"never→"}},
		{"words put in", "We sign.", "We gladly sign.", []string{"→gladly"}},
		{"two places", "Karvany rang twice on Monday.", "Karvany called twice on Tuesday.", []string{"rang→called", "Monday→Tuesday"}},
		{"nothing against something", "", "All new.", []string{"→All new"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := words(tt.a), words(tt.b)
			var got []string
			for _, c := range Compare(a, b) {
				got = append(got, covered(tt.a, a[c.A0:c.A1])+"→"+covered(tt.b, b[c.B0:c.B1]))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzWords(f *testing.F) {
	f.Add("“Don’t,” 1,200", "don't 1.200")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := words(a), words(b)
		end := 0
		for _, w := range x {
			if w.Start < end || w.End <= w.Start || w.End > len(a) {
				t.Fatalf("word %v after %d in %q", w, end, a)
			}
			end = w.End
		}
		ia := 0
		for _, c := range Compare(x, y) {
			if c.A0 < ia || c.A1 < c.A0 || c.A1 > len(x) || c.B1 < c.B0 || c.B1 > len(y) {
				t.Fatalf("change %v of %d and %d words", c, len(x), len(y))
			}
			ia = c.A1
		}
	})
}
