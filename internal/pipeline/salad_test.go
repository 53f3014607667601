package pipeline

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/readout-news/readout"
)

// Whatever stands in a text, its layers are ones that the program takes back
// from a file: speech within speech in no order that a parser knows.
func TestLayersOfSalad(t *testing.T) {
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{
		"The plan said the two sides according to never a spokesman",
		"Troops left, said the ministry according to “the” the two sides",
	}
	pieces := []string{
		"the ministry", "the two sides", "a spokesman", "Dana Whitlock", "Karvany", "Reuters", "troops", "the plan", "never", "not", "on Friday", "two hours", "at 5 p.m.",
		"said", "told", "reported", "according to", "citing", "quoted", "denied", "as saying", "will", "left", "met", "agreed to", "that", "if", "and", "who", "before", "by",
		",", ".", "“the", "”", ":", "“", "\n",
	}
	rng := rand.New(rand.NewPCG(9, 9))
	for range 600 {
		var b strings.Builder
		for range 4 + rng.IntN(40) {
			b.WriteString(pieces[rng.IntN(len(pieces))] + " ")
		}
		texts = append(texts, b.String())
	}
	for _, text := range texts {
		doc := r.Annotate(&readout.Report{ID: "r", Text: text})
		if err := doc.Check(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}
