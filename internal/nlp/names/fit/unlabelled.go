package fit

import (
	"fmt"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/ml/crf"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/names"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// The worldwide newswire knows little of American and European politics, so
// the shipped model learns a second time with news that the first labelled
// (self-training): its lists, its rules and what one report tells elsewhere
// reach words that the gold articles never have.
const (
	everyText   = 18   // of corpus.NewsTexts, some half a million tokens
	doubtful    = 0.85 // sentences with a name less certain than this are left out
	doubtReason = "doubtful name"
)

// TrainShipped fits the shipped model to the gold examples, labels news with
// it and fits the final model to both.
func TrainShipped(data string, gold []Example, res names.Resources, o crf.Options) (*crf.Model, error) {
	first, err := Train(gold, ShippedTypes, res, o)
	if err != nil {
		return nil, err
	}
	more, err := label(data, first, res)
	if err != nil {
		return nil, err
	}
	return Train(append(gold[:len(gold):len(gold)], more...), ShippedTypes, res, o)
}

// label reads a part of the plain news texts with the annotator of a model.
func label(data string, m *crf.Model, res names.Resources) ([]Example, error) {
	tokens, err := tokenize.New()
	if err != nil {
		return nil, err
	}
	annotator, err := names.With(m, res)
	if err != nil {
		return nil, err
	}
	var out []Example
	n := 0
	err = corpus.NewsTexts(data, func(text string) error {
		if n++; n%everyText != 0 {
			return nil
		}
		doc := &nlp.Doc{Report: &readout.Report{ID: fmt.Sprintf("news text %d", n), Text: text}}
		tokens.Run(doc)
		annotator.Run(doc)
		for _, m := range doc.Mentions {
			if m.Confidence < doubtful && m.By.Rule == "names/crf" {
				doc.Sentences[doc.Tokens[m.First].Sent].Noise = doubtReason // Features leaves it out
			}
		}
		out = append(out, Example{doc, Coarse(doc)})
		doc.Mentions = nil
		return nil
	})
	return out, err
}

// Coarse gives the names that an annotator found in the types that the model
// learns: outlets are organisations, works and events are misc.
func Coarse(doc *nlp.Doc) []corpus.GoldName {
	var out []corpus.GoldName
	for _, m := range doc.Mentions {
		t := m.Type
		switch t {
		case nlp.OutletName:
			t = nlp.OrgName
		case nlp.WorkName, nlp.EventName:
			t = nlp.Misc
		}
		out = append(out, corpus.GoldName{Span: m.Span, Type: string(t)})
	}
	return out
}
