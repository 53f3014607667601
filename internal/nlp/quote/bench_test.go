package quote

import (
	"path/filepath"
	"testing"

	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/lemma"
	"github.com/readout-news/readout/internal/nlp/syntax"
	"github.com/readout-news/readout/internal/nlp/tokenize"

	"github.com/readout-news/readout"
)

// BenchmarkAnnotate measures attribution alone, on reports parsed before.
func BenchmarkAnnotate(b *testing.B) {
	reports, err := corpus.ReadPolnear(filepath.Join(corpus.Dir(b), "attribution", "polnear_dev.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	var p nlp.Pipeline
	for _, load := range []func() (*nlp.Annotator, error){
		tokenize.New, func() (*nlp.Annotator, error) { return syntax.New(syntax.Options{}) }, lemma.New,
	} {
		a, err := load()
		if err != nil {
			b.Fatal(err)
		}
		p = append(p, a)
	}
	a, err := New()
	if err != nil {
		b.Fatal(err)
	}
	var docs []*nlp.Doc
	tokens := 0
	for _, r := range reports[:20] {
		doc := &nlp.Doc{Report: &readout.Report{ID: r.Doc, Text: r.Text}}
		p.Run(doc)
		tokens += len(doc.Tokens)
		docs = append(docs, doc)
	}
	b.ResetTimer()
	b.ReportAllocs()
	for b.Loop() {
		for _, doc := range docs {
			a.Run(doc)
		}
	}
	b.ReportMetric(float64(tokens)*float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := New(); err != nil {
			b.Fatal(err)
		}
	}
}
