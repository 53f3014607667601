package eval

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/timex"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// timexMatch pairs a gold timex with one found; -1 for none.
type timexMatch struct{ gold, found int }

// matchTimexes pairs gold and found by overlap, as TempEval-3's relaxed match:
// each at most once, the larger overlap first, then by position.
func matchTimexes(gold []corpus.GoldTimex, found []nlp.Timex) []timexMatch {
	type pair struct{ overlap, g, f int }
	var pairs []pair
	for g := range gold {
		for f := range found {
			if o := min(gold[g].End, found[f].End) - max(gold[g].Start, found[f].Start); o > 0 {
				pairs = append(pairs, pair{o, g, f})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.overlap, a.overlap), cmp.Compare(a.g, b.g), cmp.Compare(a.f, b.f))
	})
	usedG, usedF := map[int]bool{}, map[int]bool{}
	var out []timexMatch
	for _, p := range pairs {
		if !usedG[p.g] && !usedF[p.f] {
			usedG[p.g], usedF[p.f] = true, true
			out = append(out, timexMatch{p.g, p.f})
		}
	}
	return out
}

// timexTally counts the measures of TempEval-3 task A (UzZaman et al., 2013).
type timexTally struct{ gold, found, relaxed, strict, typ, value int }

func (t *timexTally) add(gold []corpus.GoldTimex, found []nlp.Timex) {
	t.gold += len(gold)
	t.found += len(found)
	for _, m := range matchTimexes(gold, found) {
		g, f := &gold[m.gold], &found[m.found]
		t.relaxed++
		if g.Span == f.Span {
			t.strict++
		}
		if g.Type == f.Type {
			t.typ++
		}
		if g.Value == f.Value {
			t.value++
		}
	}
}

func (t timexTally) lines(name string) string {
	var out strings.Builder
	for _, m := range []struct {
		name string
		n    int
	}{{"span relaxed", t.relaxed}, {"span strict", t.strict}, {"type", t.typ}, {"value", t.value}} {
		fmt.Fprintf(&out, "%-22s %-13s %s\n", name, m.name, counts{m.n, t.found, t.gold})
	}
	return out.String()
}

// timexDoc runs the annotator on one text.
func timexDoc(tok, tx *nlp.Annotator, text, published string) *nlp.Doc {
	doc := &nlp.Doc{Report: &readout.Report{Text: text, Published: readout.Published{Value: published}}}
	tok.Run(doc)
	tx.Run(doc)
	return doc
}

// scoreTimex measures timex on TimeBank and AQUAINT, with the document
// creation time as publication date, and on the Recognizers-Text cases.
func scoreTimex(data string) (string, error) {
	tok, err := tokenize.New()
	if err != nil {
		return "", err
	}
	tx, err := timex.New()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	var all timexTally
	for _, f := range []struct{ name, file string }{{"TimeBank", "timebank.jsonl"}, {"AQUAINT", "aquaint.jsonl"}} {
		docs, err := corpus.ReadTimeDocs(filepath.Join(data, "temporal", f.file))
		if err != nil {
			return "", err
		}
		var t timexTally
		for _, d := range docs {
			found := timexDoc(tok, tx, d.Text, d.Created).Timexes
			t.add(d.Timexes, found)
			all.add(d.Timexes, found)
		}
		out.WriteString(t.lines(f.name))
	}
	out.WriteString(all.lines("TBAQ"))
	if err := scoreTimeCases(&out, data, tok, tx); err != nil {
		return "", err
	}
	return out.String(), nil
}
