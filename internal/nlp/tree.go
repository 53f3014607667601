package nlp

import (
	"strings"

	"github.com/readout-news/readout"
)

// Tree indexes the dependents and mentions of a Doc by token, for rules that
// walk dependency trees. It is read-only; the Doc must not change under it.
type Tree struct {
	Kids    [][]int // the dependents of each token, in order
	Headed  []int   // by token: the mention whose head it is, else None
	Covered []int   // by token: the shortest mention that covers it, else None

	doc *Doc
}

// NewTree indexes doc. Of two mentions with one head the first counts, unless
// better prefers the second.
func NewTree(doc *Doc, better func(second, first *Mention) bool) *Tree {
	n := len(doc.Tokens)
	tr := &Tree{doc: doc, Kids: make([][]int, n), Headed: make([]int, n), Covered: make([]int, n)}
	for t := range doc.Tokens {
		tr.Headed[t], tr.Covered[t] = None, None
		if h := doc.Tokens[t].Head; h != None {
			tr.Kids[h] = append(tr.Kids[h], t)
		}
	}
	for m := range doc.Mentions {
		x := &doc.Mentions[m]
		if h := x.Head; h >= 0 && h < n && (tr.Headed[h] == None || better(x, &doc.Mentions[tr.Headed[h]])) {
			tr.Headed[h] = m
		}
		for t := x.First; t < x.Last && t < n; t++ {
			if o := tr.Covered[t]; o == None || x.Len() < doc.Mentions[o].Len() {
				tr.Covered[t] = m
			}
		}
	}
	return tr
}

// NameFirst prefers a name to a description with the same head.
func NameFirst(second, first *Mention) bool {
	return second.Form == readout.FormName && first.Form != readout.FormName
}

// Child is the first dependent of t with one of rels (see HasRel), or None.
func (tr *Tree) Child(t int, rels ...string) int {
	for _, k := range tr.Kids[t] {
		if HasRel(tr.doc.Tokens[k].Deprel, rels...) {
			return k
		}
	}
	return None
}

// Rel reports whether t hangs on its head by one of rels (see HasRel).
func (tr *Tree) Rel(t int, rels ...string) bool { return HasRel(tr.doc.Tokens[t].Deprel, rels...) }

// Lemma is the lower-cased lemma of t, or the word when it has none.
func (tr *Tree) Lemma(t int) string {
	if l := tr.doc.Tokens[t].Lemma; l != "" && l != "_" {
		return strings.ToLower(l)
	}
	return tr.doc.Lower(t)
}
