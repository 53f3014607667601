package quote

import (
	"slices"

	"github.com/readout-news/readout/internal/nlp"
)

// Version is raised whenever attributions can come out differently.
const Version = "11"

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
	mod, err := loadModel()
	if err != nil {
		return nil, err
	}
	return o.annotator(lex, mod), nil
}

func (o Options) annotator(lex *lexicon, mod *model) *nlp.Annotator {
	return &nlp.Annotator{
		Name:     annotator,
		Doc:      "finds who said what: source, cue and content of attributions",
		Version:  Version,
		Requires: []nlp.Layer{nlp.LayerTokens, nlp.LayerSentences, nlp.LayerSyntax, nlp.LayerLemmas, nlp.LayerNames},
		Provides: []nlp.Layer{nlp.LayerAttributions},
		Run: func(doc *nlp.Doc) {
			f := &finder{view: newView(doc), lex: lex, raised: map[int]run{}}
			f.speakers = mod.cues.noun
			found := o.keep(f, f.byModel(mod))
			found = o.keep(f, f.merge(found, slices.Concat(f.transcript(), f.all(), f.headings())))
			if !o.All {
				found = f.citing(f.splitThat(found))
				for i := range found {
					found[i].content = f.cutOrdered(&found[i])
				}
			}
			doc.Attributions = f.assemble(f.attachFree(found))
		},
	}
}

// keep drops, unless o.All, what is no reported speech: cues that the lexicon
// of reporting does not know and that bring no quotation.
func (o Options) keep(f *finder, drafts []draft) []draft {
	if o.All {
		return drafts
	}
	return slices.DeleteFunc(drafts, func(d draft) bool { return !f.reports(&d) })
}
