package nlp

import (
	"slices"
	"testing"

	"github.com/readout-news/readout"
)

// TestTreeIndex indexes "Minister Maren met envoys": a name and the description
// that takes it in share the head.
func TestTreeIndex(t *testing.T) {
	doc := &Doc{
		Report: &readout.Report{Text: "Minister Maren met envoys"},
		Tokens: []Token{
			{Span: readout.Span{Start: 0, End: 8}, Head: 1, Deprel: "compound", Lemma: "minister"},
			{Span: readout.Span{Start: 9, End: 14}, Head: 2, Deprel: "nsubj:pass", Lemma: "Maren"},
			{Span: readout.Span{Start: 15, End: 18}, Head: None, Deprel: "root"},
			{Span: readout.Span{Start: 19, End: 25}, Head: 2, Deprel: "obj", Lemma: "envoy"},
		},
		Mentions: []Mention{
			{Span: readout.Span{Start: 0, End: 14}, First: 0, Last: 2, Head: 1, Form: readout.FormNominal},
			{Span: readout.Span{Start: 9, End: 14}, First: 1, Last: 2, Head: 1, Form: readout.FormName},
		},
	}
	tr := NewTree(doc, NameFirst)
	if !slices.Equal(tr.Kids[2], []int{1, 3}) || len(tr.Kids[3]) != 0 {
		t.Errorf("dependents %v", tr.Kids)
	}
	if !slices.Equal(tr.Headed, []int{None, 1, None, None}) {
		t.Errorf("headed %v: want the name before the description", tr.Headed)
	}
	if !slices.Equal(tr.Covered, []int{0, 1, None, None}) {
		t.Errorf("covered %v: want the shortest", tr.Covered)
	}
	longer := func(second, first *Mention) bool { return second.Len() > first.Len() }
	if got := NewTree(doc, longer).Headed[1]; got != 0 {
		t.Errorf("with the longer preferred the head is of mention %d, want 0", got)
	}
	if k := tr.Child(2, "nsubj"); k != 1 {
		t.Errorf("the subject is %d, want 1", k)
	}
	if k := tr.Child(2, "iobj"); k != None {
		t.Errorf("an indirect object %d", k)
	}
	if !tr.Rel(1, "nsubj") || tr.Rel(1, "obj") {
		t.Error("relations are not compared as HasRel does")
	}
	if tr.Lemma(1) != "maren" || tr.Lemma(2) != "met" {
		t.Errorf("lemmas %q, %q", tr.Lemma(1), tr.Lemma(2))
	}
}
