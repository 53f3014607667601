package quote

import "github.com/readout-news/readout/internal/nlp"

// Quoted tells which tokens stand between quotation marks; scorers sort gold
// attributions into direct, mixed and indirect by it.
func Quoted(doc *nlp.Doc) []bool {
	v := newView(doc)
	out := make([]bool, v.n)
	for i, s := range v.state {
		out[i] = s == inside
	}
	return out
}

// CoreForms are the word forms of the core reporting verbs, lower case, which
// scorers report apart.
func CoreForms() (map[string]bool, error) {
	l, err := loadLexicon()
	if err != nil {
		return nil, err
	}
	return l.core, nil
}
