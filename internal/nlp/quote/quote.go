package quote

import (
	"github.com/readout-news/readout/internal/nlp"
)

// Version is raised whenever attributions can come out differently.
const Version = "1"

const annotator = "quote"

// Options are the settings of the annotator. The zero value is what the
// product uses.
type Options struct {
	All bool // keep stance and belief ("wants", "opposes", "is expected"), not reported speech alone
}

// New returns the annotator with the default options.
func New() (*nlp.Annotator, error) { return Options{}.New() }

// New loads the lexicon and returns the annotator.
func (o Options) New() (*nlp.Annotator, error) {
	lex, err := loadLexicon()
	if err != nil {
		return nil, err
	}
	return &nlp.Annotator{
		Name:     annotator,
		Doc:      "finds who said what: source, cue and content of attributions",
		Version:  Version,
		Requires: []nlp.Layer{nlp.LayerTokens, nlp.LayerSentences, nlp.LayerSyntax, nlp.LayerLemmas, nlp.LayerNames},
		Provides: []nlp.Layer{nlp.LayerAttributions},
		Run: func(doc *nlp.Doc) {
			f := &finder{view: newView(doc), lex: lex}
			doc.Attributions = f.assemble(f.attachFree(f.all()))
		},
	}, nil
}
