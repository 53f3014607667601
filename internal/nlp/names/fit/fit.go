// Package fit trains and measures the model of package names. cmd/train and
// internal/eval use it; the product does not.
//
// Two models come out of one recipe. Shipped learns from the worldwide
// newswire (less the tenth that corpus.ReadWorldwide holds out) and CrossNER
// politics, on our own tokens, and is what models/names holds. CoNLL learns
// from the CoNLL-2003 training part on its own tokens and is only measured,
// never kept: that text may be used for research alone.
package fit

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/ml/crf"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/names"
)

// Example is a document ready for training or measuring.
type Example struct {
	Doc   *nlp.Doc // tokens and sentences
	Names []corpus.GoldName
}

// Options are the settings of both models, found on CoNLL dev and on an eighth
// of the worldwide articles that are not held out.
func Options(version string) crf.Options {
	return crf.Options{Epochs: 8, Dropout: 0.5, L2: 1e-4, Average: 4, MinCount: 2, Prune: 0.04, Seed: 1, Version: version}
}

// Train fits a model to the examples. types are the name types in the order
// that the labels get.
func Train(examples []Example, types []string, res names.Resources, o crf.Options) (*crf.Model, error) {
	set, err := crf.NewSet(Labels(types))
	if err != nil {
		return nil, err
	}
	for _, e := range examples {
		labels := e.labels()
		res.Features(e.Doc, func(s int, feats [][]uint64) {
			sent := e.Doc.Sentences[s]
			if err == nil {
				err = set.Add(feats, labels[sent.First:sent.Last])
			}
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Doc.Report.ID, err)
		}
	}
	return crf.Train(set, o)
}

// Labels are the BIO labels of the types, "O" first.
func Labels(types []string) []string {
	labels := []string{"O"}
	for _, t := range types {
		labels = append(labels, "B-"+t, "I-"+t)
	}
	return labels
}

// labels gives each token its BIO label. A name that reaches over a sentence's
// end is cut there.
func (e *Example) labels() []string {
	out := slices.Repeat([]string{"O"}, len(e.Doc.Tokens))
	for _, n := range e.Names {
		first, last := e.Doc.TokensIn(n.Span)
		for i := first; i < last; i++ {
			out[i] = "I-" + n.Type
			if i == first || e.Doc.Tokens[i].Sent != e.Doc.Tokens[i-1].Sent {
				out[i] = "B-" + n.Type
			}
		}
	}
	return out
}

// CoNLLTypes are the types of the CoNLL-2003 task.
var CoNLLTypes = []string{"PER", "ORG", "LOC", "MISC"}

// CoNLL reads the training and the development part, on their own tokens.
func CoNLL(data string) (train, dev []Example, err error) {
	for _, part := range []struct {
		file string
		out  *[]Example
	}{{"conll2003_train.txt", &train}, {"conll2003_dev.txt", &dev}} {
		docs, err := corpus.ReadCoNLL2003(filepath.Join(data, "ner", part.file))
		if err != nil {
			return nil, nil, err
		}
		for _, d := range docs {
			*part.out = append(*part.out, Example{goldTokens(d), d.Names})
		}
	}
	return train, dev, nil
}

// goldTokens makes a Doc of the corpus's own tokens and sentences.
func goldTokens(d corpus.NameDoc) *nlp.Doc {
	doc := &nlp.Doc{Report: &readout.Report{ID: d.ID, Text: d.Text}}
	for _, t := range d.Tokens {
		doc.Tokens = append(doc.Tokens, nlp.Token{Span: t, Head: nlp.None})
	}
	for i, s := range d.Sentences {
		for k := s[0]; k < s[1]; k++ {
			doc.Tokens[k].Sent = i
		}
		doc.Sentences = append(doc.Sentences, nlp.Sentence{Span: doc.TokenSpan(s[0], s[1]), First: s[0], Last: s[1]})
	}
	return doc
}
