package syntax

import "github.com/readout-news/readout/internal/nlp"

// Version is raised whenever the code can change the output; that of the
// weights is added to it.
const Version = "1"

// New returns the annotator with the embedded model.
func New(opts Options) (*nlp.Annotator, error) {
	m, err := Load(opts)
	if err != nil {
		return nil, err
	}
	return m.Annotator(), nil
}

// Annotator fills Token.UPOS, XPOS, Head and Deprel.
func (m *Model) Annotator() *nlp.Annotator {
	return &nlp.Annotator{
		Name:     "syntax",
		Doc:      "tags words and finds their dependencies with a small recurrent network",
		Version:  Version + "." + m.version,
		Requires: []nlp.Layer{nlp.LayerTokens, nlp.LayerSentences},
		Provides: []nlp.Layer{nlp.LayerSyntax},
		Run:      m.annotate,
	}
}

func (m *Model) annotate(doc *nlp.Doc) {
	sents := make([][]string, len(doc.Sentences))
	for i, s := range doc.Sentences {
		for t := s.First; t < s.Last; t++ {
			sents[i] = append(sents[i], doc.Word(t))
		}
	}
	for i, p := range m.ParseAll(sents) {
		first := doc.Sentences[i].First
		for j := range p.Heads {
			tok := &doc.Tokens[first+j]
			tok.UPOS, tok.XPOS, tok.Deprel = p.UPOS[j], p.XPOS[j], p.Relations[j]
			tok.Head = nlp.None
			if h := p.Heads[j]; h >= 0 {
				tok.Head = first + h
			}
		}
	}
}
