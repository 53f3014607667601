package timex

import (
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

// docOf is a Doc with the simplest tokens and sentences that tests need:
// words, numbers and marks; a sentence ends with a stop before a capital.
func docOf(text, published string) *nlp.Doc {
	doc := &nlp.Doc{Report: &readout.Report{Text: text, Published: readout.Published{Value: published}}}
	v := newVocabulary()
	start, first, para := 0, 0, 0
	atoms := v.atomize(nil, text, 0, len(text))
	flush := func(end, last int) {
		if last > first {
			doc.Sentences = append(doc.Sentences, nlp.Sentence{
				Span: readout.Span{Start: start, End: end}, First: first, Last: last, Para: para,
			})
		}
		first = last
	}
	for i, a := range atoms {
		if len(doc.Tokens) == first {
			start = a.Start
		}
		doc.Tokens = append(doc.Tokens, nlp.Token{Span: a.Span, Sent: len(doc.Sentences)})
		stop := text[a.Start:a.End] == "." && i+1 < len(atoms) && !atoms[i+1].glued && atoms[i+1].upper &&
			i > 0 && (atoms[i-1].Len() > 4 || !atoms[i-1].upper) && !(atoms[i-1].Len() == 1)
		if stop {
			flush(a.End, i+1)
		}
	}
	flush(len(text), len(atoms))
	return doc
}

func embedded(t testing.TB) *ruleSet {
	t.Helper()
	set, err := parseFS(lexicons.FS, "en/timex")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestExamples(t *testing.T) {
	set := embedded(t)
	a := annotator(set)
	for _, r := range set.rules {
		for _, ex := range r.examples {
			doc := docOf(ex.text, ex.published)
			a.Run(doc)
			var got, want []exampleTimex
			for _, x := range doc.Timexes {
				g := exampleTimex{doc.Text(x.Span), x.Type, x.Value, x.Mod}
				got = append(got, g)
			}
			want = append(want, ex.want...)
			for i := range want {
				if i < len(got) && want[i].mod == "" {
					got[i].mod = ""
				}
			}
			ok := len(got) == len(want)
			for i := range want {
				ok = ok && got[i] == want[i]
			}
			if !ok {
				t.Errorf("%s: rule %s: %q\n got %v\nwant %v", ex.where, r.name, ex.text, got, want)
			}
		}
	}
}
