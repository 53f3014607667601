package fit

import (
	"path/filepath"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/names"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// ShippedTypes are the types that the shipped model tells apart. Outlets, works
// and events are too rare in the corpora to learn: package names finds them
// among organisations and "misc" with its lists.
var ShippedTypes = []string{
	string(nlp.PersonName), string(nlp.PlaceName), string(nlp.OrgName), string(nlp.Nationality), string(nlp.Misc),
}

// worldwideTypes maps the types of the worldwide newswire to ours; dates and
// sums of money are no names.
var worldwideTypes = map[string]nlp.MentionType{
	"Person": nlp.PersonName, "Location": nlp.PlaceName, "Facility": nlp.PlaceName,
	"Organization": nlp.OrgName, "NORP": nlp.Nationality, "Misc": nlp.Misc, "Product": nlp.Misc,
}

// crossnerTypes maps those of CrossNER politics. Its misc holds nationality
// words among others; see nationality.
var crossnerTypes = map[string]nlp.MentionType{
	"person": nlp.PersonName, "politician": nlp.PersonName, "location": nlp.PlaceName, "country": nlp.PlaceName,
	"organisation": nlp.OrgName, "politicalparty": nlp.OrgName,
	"event": nlp.Misc, "election": nlp.Misc, "misc": nlp.Misc,
}

// Shipped reads the training data of the shipped model and the held-out tenth
// of the worldwide newswire, on our own tokens.
func Shipped(data string, res names.Resources) (train, held []Example, err error) {
	tokens, err := tokenize.New()
	if err != nil {
		return nil, nil, err
	}
	rest, tenth, err := corpus.ReadWorldwide(filepath.Join(data, "ner", "worldwide"))
	if err != nil {
		return nil, nil, err
	}
	for _, d := range rest {
		train = append(train, withHeadlines(example(d, worldwideTypes, tokens)))
	}
	for _, d := range tenth {
		held = append(held, example(d, worldwideTypes, tokens))
	}
	for _, file := range []string{"crossner_politics_train.bio", "crossner_politics_dev.bio"} {
		docs, err := corpus.ReadCrossNER(filepath.Join(data, "ner", file))
		if err != nil {
			return nil, nil, err
		}
		for _, d := range docs {
			e := example(d, crossnerTypes, tokens)
			for i := range e.Names {
				if n := &e.Names[i]; n.Type == string(nlp.Misc) && nationality(n.In(d.Text), res) {
					n.Type = string(nlp.Nationality)
				}
			}
			train = append(train, e)
		}
	}
	return train, held, nil
}

// nationality reports whether the lists know the phrase as a nationality word.
func nationality(phrase string, res names.Resources) bool {
	return res.Facts != nil && res.Facts.Nationality(phrase) != nil
}

// example tokenises a document anew and maps the types of its names.
func example(d corpus.NameDoc, types map[string]nlp.MentionType, tokens *nlp.Annotator) Example {
	doc := &nlp.Doc{Report: &readout.Report{ID: d.ID, Text: d.Text}}
	tokens.Run(doc)
	e := Example{Doc: doc}
	for _, n := range d.Names {
		if t, ok := types[n.Type]; ok {
			e.Names = append(e.Names, corpus.GoldName{Span: n.Span, Type: string(t)})
		}
	}
	return e
}
