package fit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/ml/crf"
	"github.com/readout-news/readout/internal/nlp/names"
)

// Counts are true and false positives and false negatives.
type Counts struct{ TP, FP, FN int }

// PRF is precision, recall and F1 in percent; 0 where undefined.
func (c Counts) PRF() (p, r, f float64) {
	p = 100 * float64(c.TP) / float64(max(1, c.TP+c.FP))
	r = 100 * float64(c.TP) / float64(max(1, c.TP+c.FN))
	return p, r, 2 * p * r / max(1e-9, p+r)
}

func (c Counts) String() string {
	p, r, f := c.PRF()
	return fmt.Sprintf("P %5.1f  R %5.1f  F %5.1f  (gold %d)", p, r, f, c.TP+c.FN)
}

// Score counts exact matches of span and type, by type.
type Score map[string]Counts

// Add compares the names found in one document with the gold ones.
func (s Score) Add(got, gold []corpus.GoldName) {
	want := map[corpus.GoldName]bool{}
	for _, g := range gold {
		want[g] = true
	}
	for _, g := range got {
		c := s[g.Type]
		if want[g] {
			c.TP++
			delete(want, g)
		} else {
			c.FP++
		}
		s[g.Type] = c
	}
	for g := range want {
		c := s[g.Type]
		c.FN++
		s[g.Type] = c
	}
}

// Total adds up the types, all when none is given.
func (s Score) Total(types ...string) Counts {
	var t Counts
	for typ, c := range s {
		if len(types) == 0 || slices.Contains(types, typ) {
			t.TP, t.FP, t.FN = t.TP+c.TP, t.FP+c.FP, t.FN+c.FN
		}
	}
	return t
}

// Table is one line a type, most frequent first.
func (s Score) Table(prefix string) string {
	types := slices.SortedFunc(maps.Keys(s), func(a, b string) int {
		return cmp.Or(cmp.Compare(s[b].TP+s[b].FN, s[a].TP+s[a].FN), cmp.Compare(a, b))
	})
	var b strings.Builder
	for _, t := range types {
		fmt.Fprintf(&b, "%s%-14s %v\n", prefix, t, s[t])
	}
	return b.String()
}

// Measure scores a bare model.
func Measure(m *crf.Model, examples []Example, res names.Resources) Score {
	s := Score{}
	for _, e := range examples {
		s.Add(Decode(m, e, res), e.Names)
	}
	return s
}

// Decode finds the names of a document with a bare model.
func Decode(m *crf.Model, e Example, res names.Resources) []corpus.GoldName {
	var out []corpus.GoldName
	res.Features(e.Doc, func(i int, feats [][]uint64) {
		first := e.Doc.Sentences[i].First
		for k, y := range m.Best(feats) {
			kind, typ, _ := strings.Cut(m.Labels()[y], "-")
			span := e.Doc.Tokens[first+k].Span
			switch kind {
			case "B":
				out = append(out, corpus.GoldName{Span: span, Type: typ})
			case "I":
				out[len(out)-1].End = span.End
			}
		}
	})
	return out
}
