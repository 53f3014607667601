package tokenize_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// A text is read up to the limits, and it is told where that was not its end.
func TestLimits(t *testing.T) {
	a, err := tokenize.New()
	if err != nil {
		t.Fatal(err)
	}
	sentence := "Maren met Ered in Port Elsey. "
	words := strings.Repeat("Maren met Ered and ", limits.Sentence/19+1)
	for _, c := range []struct {
		name, text string
		sentences  int
		why        string
	}{
		{"at the limit of sentences", strings.Repeat(sentence, limits.Sentences), limits.Sentences, ""},
		{"over it", strings.Repeat(sentence, limits.Sentences+1), limits.Sentences, "sentences"},
		{"a long sentence", words[:limits.Sentence-2] + ".", 1, ""},
		{"a longer one", strings.Repeat(words, 3)[:3*limits.Sentence-100], 3, "characters"},
		{"letters of more bytes", strings.Repeat("é", limits.Sentence-1) + ".", 1, ""},
		{"a word without end", strings.Repeat("a", 10*limits.Sentence), 10, "characters"},
		{"marks without end", strings.Repeat("“", 3*limits.Sentence), 3, "characters"},
		{"combining marks", "a" + strings.Repeat("\u0301", 100_000), 26, "characters"},
		{"nothing", "", 0, ""},
	} {
		doc := &nlp.Doc{Report: &readout.Report{Text: c.text}}
		a.Run(doc)
		if len(doc.Sentences) != c.sentences {
			t.Errorf("%s: %d sentences, want %d", c.name, len(doc.Sentences), c.sentences)
		}
		for i, s := range doc.Sentences {
			if n := utf8.RuneCountInString(doc.Text(s.Span)); n > limits.Sentence {
				t.Errorf("%s: sentence %d has %d characters", c.name, i, n)
			}
			if s.First >= s.Last || doc.Tokens[s.First].Start != s.Start || doc.Tokens[s.Last-1].End != s.End || doc.Tokens[s.First].Sent != i {
				t.Fatalf("%s: sentence %d does not lie on its tokens: %+v", c.name, i, s)
			}
		}
		if why, at := tokenize.Limit(doc); c.why == "" && why != "" || !strings.Contains(why, c.why) || why != "" && at.Empty() {
			t.Errorf("%s: %q at %v, want %q", c.name, why, at, c.why)
		}
	}
}
