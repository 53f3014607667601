package eval

import (
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp"
)

// wordDoc makes one sentence of the words of text, which stand a space apart.
func wordDoc(text string) *nlp.Doc {
	doc := &nlp.Doc{Report: &readout.Report{Text: text}}
	at := 0
	for _, w := range strings.Fields(text) {
		i := at + strings.Index(text[at:], w)
		at = i + len(w)
		doc.Tokens = append(doc.Tokens, nlp.Token{Span: readout.Span{Start: i, End: at}, Head: nlp.None})
	}
	doc.Sentences = []nlp.Sentence{{Span: readout.Span{End: len(text)}, Last: len(doc.Tokens)}}
	return doc
}

func TestAttributionScore(t *testing.T) {
	const text = `Maren said the long road is open . " We met " , Ered noted .`
	at := func(s string) readout.Span {
		i := strings.Index(text, s)
		return readout.Span{Start: i, End: i + len(s)}
	}
	spans := func(s ...string) (out []readout.Span) {
		for _, x := range s {
			out = append(out, at(x))
		}
		return out
	}
	gold := []corpus.PolnearAttribution{
		{Source: spans("Maren"), Cue: spans("said"), Content: spans("the long road is open")},
		{Source: spans("Ered"), Cue: spans("noted"), Content: spans(`" We met "`)},
	}
	doc := wordDoc(text)
	doc.Attributions = []nlp.Attribution{
		{Source: at("Maren"), Cue: at("said"), Content: spans("open"), Parent: nlp.None},
		{Source: at("Ered"), Cue: at("noted"), Content: spans("We met"), Parent: nlp.None},
		{Source: at("road"), Cue: at("is"), Content: spans("open"), Parent: 0}, // nested: not counted
		{Source: at("road"), Parent: nlp.None},                                 // relay without content: not counted
	}
	s, err := NewAttributionScore()
	if err != nil {
		t.Fatal(err)
	}
	s.Add(doc, gold)
	for _, c := range []struct {
		row         string
		gold, found int
		precise     [3]int
	}{
		{"all", 2, 2, [3]int{2, 1, 1}},
		{"direct", 1, 1, [3]int{1, 1, 1}},
		{"indirect", 1, 1, [3]int{1, 0, 0}},
		{"core", 2, 2, [3]int{2, 1, 1}},
		{"core indirect", 1, 1, [3]int{1, 0, 0}},
		{"non-core", 0, 0, [3]int{}},
		{"mixed", 0, 0, [3]int{}},
	} {
		r := s.rows[c.row]
		if r.gold != c.gold || r.found != c.found || r.precise != c.precise || r.recalled != c.precise {
			t.Errorf("%s: got %+v, want %+v", c.row, *r, c)
		}
	}
	if lines := strings.Count(s.String(), "\n"); lines != len(attributionRows)+1 {
		t.Errorf("table of %d lines", lines)
	}
}
