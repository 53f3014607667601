package event

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// The parts of a clause that can deny its verb.
var (
	anyPart     = []string{"nsubj", "obj", "iobj", "obl"}
	subjectOnly = []string{"nsubj"}
)

// deny takes in a word that denies. Of what is denied twice ("did not refuse to
// withdraw") the record cannot say whether it took place.
func (v *verdict) deny(by string) {
	switch {
	case v.open:
	case v.negated:
		v.negated, v.open = false, true
		v.set(readout.Hypothetical, by)
	default:
		v.negated, v.by = true, by
	}
}

// lacking reports whether there was none of what noun t names: "without a date",
// "no plans", "did not set a date".
func (g *graph) lacking(lex *lexicon, t int) bool {
	if g.caseOf(t) == "without" {
		return true
	}
	top := g.coordinationTop(t)
	if c := g.caseOf(top); c == "without" {
		return true
	}
	for _, k := range g.Kids[t] {
		if nlp.HasRel(g.doc.Tokens[k].Deprel, "det") && lex.cues["det "+g.Lemma(k)] == cueNegated {
			return true
		}
	}
	h := g.doc.Tokens[top].Head
	return h != nlp.None && nlp.HasRel(g.doc.Tokens[top].Deprel, "obj") && g.Denied(h)
}

// averted reports whether what noun t names is rejected, called off or not taken
// up by the verb that it is the object of.
func (g *graph) averted(t int) bool {
	top := g.coordinationTop(t)
	h := g.doc.Tokens[top].Head
	if h == nlp.None || !g.Rel(top, "obj", "nsubj:pass") {
		return false
	}
	switch g.lex.cues["governor "+g.Lemma(h)] {
	case cueDenied, cueNegated:
		return true
	}
	return g.supportOf(g.lex, "obj", h) == carryCancel || g.prevented(h)
}

// prevented reports whether verb t is denied, or refused by the verb above it.
func (g *graph) prevented(t int) bool {
	for n := 0; n < 6; n++ {
		h := g.doc.Tokens[t].Head
		switch {
		case g.Denied(t):
			return true
		case h == nlp.None || !g.Rel(t, "xcomp"):
			return false
		case g.lex.cues["governor "+g.Lemma(h)] == cueNegated:
			return true
		}
		t = h
	}
	return false
}

// without reads "left without meeting Ered": it did not take place, unless what
// it hangs on is denied or imagined itself ("will not leave without meeting").
func (g *graph) without(v *verdict, t int) {
	h := g.doc.Tokens[t].Head
	if h != nlp.None && (g.Denied(h) || slices.ContainsFunc(g.Kids[h], func(k int) bool { return g.lex.cues["aux "+g.Lemma(k)] != "" && g.Rel(k, "aux") })) {
		v.set(readout.Hypothetical, StatusByWithout)
		return
	}
	v.deny(StatusByWithout)
}

// denies reports whether verb v denies its object.
func (g *graph) denies(v int) bool {
	if g.supportOf(g.lex, "obj", v) == carryDeny {
		return true
	}
	row := g.lex.match(g, v)
	return row != nil && row.typ == "DENY"
}

// denial is the status of what verb v denies: that of hearsay when v is denied
// or refused itself ("did not deny", "refused to deny") or stands in a pair with
// a verb that confirms ("would not confirm or deny").
func (g *graph) denial(v int) readout.EventStatus {
	for n := 0; n < 6; n++ {
		h := g.doc.Tokens[v].Head
		switch {
		case g.prevented(v) || slices.ContainsFunc(g.Kids[v], func(k int) bool { return g.Rel(k, "conj") && g.eitherOr(k, k) }):
			return readout.Reported
		case h == nlp.None:
			return readout.Denied
		case g.Rel(v, "conj") && g.eitherOr(v, h):
			return readout.Reported
		case g.Rel(v, "conj") && g.doc.Tokens[v].XPOS == "VB" && g.Child(v, "nsubj") == nlp.None:
		case !g.Rel(v, "xcomp"):
			return readout.Denied
		}
		v = h
	}
	return readout.Denied
}

// eitherOr reports whether conjunct k is the other choice ("or", "nor") in a pair
// of which verb v confirms.
func (g *graph) eitherOr(k, v int) bool {
	cc := g.Child(k, "cc")
	return cc != nlp.None && (g.doc.Lower(cc) == "or" || g.doc.Lower(cc) == "nor") && g.lex.lists["confirming"][g.Lemma(v)]
}
