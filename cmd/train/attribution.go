package main

import (
	"fmt"
	"os"
	"path/filepath"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/ml/cluster"
	"github.com/readout-news/readout/internal/ml/crf"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/lemma"
	"github.com/readout-news/readout/internal/nlp/quote"
	"github.com/readout-news/readout/internal/nlp/syntax"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// trainAttribution fits models/attribution to PolNeAR train, parsed by the
// syntax model that the step before wrote.
func trainAttribution(data, out string) error {
	reports, err := corpus.ReadPolnear(filepath.Join(data, "attribution", "polnear_train.jsonl"))
	if err != nil {
		return err
	}
	classes, err := os.ReadFile(filepath.Join(out, "clusters", "weights.bin"))
	if err != nil {
		return err
	}
	words, err := cluster.Decode(classes)
	if err != nil {
		return err
	}
	pipeline, err := parsing(out)
	if err != nil {
		return err
	}
	var train []quote.Labelled
	tokens, gold := 0, 0
	for i := range reports {
		l := quote.Labelled{Doc: &nlp.Doc{Report: &readout.Report{ID: reports[i].Doc, Text: reports[i].Text}}}
		pipeline.Run(l.Doc)
		for _, a := range reports[i].Attributions {
			l.Gold = append(l.Gold, quote.Gold(a))
		}
		tokens, gold = tokens+len(l.Doc.Tokens), gold+len(l.Gold)
		train = append(train, l)
	}
	fmt.Printf("   %d reports, %d tokens, %d attributions\n", len(train), tokens, gold)
	o := quote.TrainOptions{Version: quote.Version}
	o.CRF.Progress = func(epoch int, logLik float64, _ func() *crf.Model) {
		fmt.Printf("   epoch %d: log likelihood %.5f a token\n", epoch+1, logLik)
	}
	files, err := quote.Train(train, words, o)
	if err != nil {
		return err
	}
	dir := filepath.Join(out, "attribution")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{"crf.bin", files.Tagger}, {"linker.bin", files.Linker}} {
		fmt.Printf("   %s: %d bytes\n", f.name, len(f.data))
		if err := os.WriteFile(filepath.Join(dir, f.name), f.data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// parsing is the pipeline up to lemmas with the models in folder out, not with
// the embedded ones, which may be older.
func parsing(out string) (nlp.Pipeline, error) {
	tok, err := tokenize.New()
	if err != nil {
		return nil, err
	}
	weights, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(syntax.File)))
	if err != nil {
		return nil, err
	}
	parser, err := syntax.Decode(weights, syntax.Options{})
	if err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Join(out, "lemma", "rules.tsv"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rules, err := lemma.Read(f)
	if err != nil {
		return nil, err
	}
	lemmas := &nlp.Annotator{
		Name: "lemma", Doc: "lemmas by the rules just written", Version: lemma.Version,
		Requires: []nlp.Layer{nlp.LayerSyntax}, Provides: []nlp.Layer{nlp.LayerLemmas},
		Run: func(doc *nlp.Doc) {
			for _, s := range doc.Sentences {
				first := true
				for i := s.First; i < s.Last; i++ {
					t := &doc.Tokens[i]
					w := doc.Word(i)
					t.Lemma = rules.Lemma(w, t.XPOS, first)
					if first {
						c, _ := utf8.DecodeRuneInString(w)
						first = !unicode.IsLetter(c) && !unicode.IsDigit(c)
					}
				}
			}
		},
	}
	return nlp.Pipeline{tok, parser.Annotator(), lemmas}, nil
}
