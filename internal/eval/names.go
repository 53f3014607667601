package eval

import (
	"fmt"
	"strings"

	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/names"
	"github.com/readout-news/readout/internal/nlp/names/fit"
)

// scoreNames measures the recipe on CoNLL-2003, whose text may not be shipped
// in a model, and the shipped annotator on the held-out tenth of the worldwide
// newswire. Both count exact spans with exact types.
func scoreNames(data string) (string, error) {
	var b strings.Builder
	res, err := names.Load()
	if err != nil {
		return "", err
	}
	train, dev, err := fit.CoNLL(data)
	if err != nil {
		return "", err
	}
	model, err := fit.Train(train, fit.CoNLLTypes, res, fit.Options("conll"))
	if err != nil {
		return "", err
	}
	score := fit.Measure(model, dev, res)
	fmt.Fprintf(&b, "CoNLL-2003 train -> dev, its tokens, model alone\n  %-14s %v\n%s", "all", score.Total(), score.Table("  "))

	_, held, err := fit.Shipped(data, res)
	if err != nil {
		return "", err
	}
	annotator, err := names.New()
	if err != nil {
		return "", err
	}
	score = fit.Score{}
	for _, e := range held {
		annotator.Run(e.Doc)
		score.Add(fit.Coarse(e.Doc), e.Names)
	}
	types := []string{string(nlp.PersonName), string(nlp.OrgName), string(nlp.PlaceName)}
	fmt.Fprintf(&b, "worldwide newswire, held-out tenth (%d articles), our tokens, shipped annotator\n  %-14s %v\n%s",
		len(held), "per/org/place", score.Total(types...), score.Table("  "))
	return b.String(), nil
}
