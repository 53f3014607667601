package event

import "github.com/readout-news/readout/internal/nlp"

// LinkExample is a rule of links.tsv with its example.
type LinkExample struct {
	Relation, Example string
	Fits              func(doc *nlp.Doc, i, j int) bool
}

// LinkExamples are the rules for the tests.
func LinkExamples() ([]LinkExample, error) {
	rules, err := loadLinks()
	var out []LinkExample
	for i := range rules {
		r := &rules[i]
		out = append(out, LinkExample{r.relation, r.example, r.fits})
	}
	return out, err
}
