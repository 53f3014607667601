package event_test

import (
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/pipeline"
)

// TestLinkExamples reads the example of every rule of links.tsv.
func TestLinkExamples(t *testing.T) {
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	examples, err := event.LinkExamples()
	if err != nil || len(examples) == 0 {
		t.Fatalf("%d examples, %v", len(examples), err)
	}
	for _, x := range examples {
		words, text, _ := strings.Cut(x.Example, " | ")
		from, to, _ := strings.Cut(words, " > ")
		doc := r.Annotate(&readout.Report{ID: "r", Text: text, Language: "en"})
		a, b := -1, -1
		for i := range doc.Events {
			switch doc.Text(doc.Events[i].Trigger) {
			case from:
				a = i
			case to:
				b = i
			}
		}
		if a < 0 || b < 0 {
			t.Errorf("%s: events not found in %q", words, text)
			continue
		}
		if !x.Fits(doc, a, b) || x.Fits(doc, b, a) {
			t.Errorf("%s %s: the rule does not read %q", x.Relation, words, text)
		}
	}
}
