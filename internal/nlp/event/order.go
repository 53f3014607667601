package event

import (
	"github.com/readout-news/readout/internal/nlp"
)

// AttrNear is "yes" for a mention that the sentence puts close to the event it
// is ordered by: "immediately after the call", "hours before", "ahead of".
const AttrNear = "near"

// order fills Before and After: which mention the sentence puts before which.
// "After the call, Maren met Ered", "spoke ahead of the summit", "following
// their talks".
func order(g *graph, found []nlp.EventMention) {
	for j := range found {
		b := &found[j]
		if !b.Nominal {
			continue
		}
		rel, near := g.relation(b.Token)
		if rel == "" {
			continue
		}
		host := g.host(b.Token)
		beside := g.beside(b.Token)
		for i := range found {
			a := &found[i]
			if i == j || a.Sent != b.Sent || !(a.Token == beside || beside == nlp.None && (a.Token == host || g.carries(host, a.Token))) {
				continue
			}
			if rel == "before" {
				a.Before = append(a.Before, j)
			} else {
				a.After = append(a.After, j)
			}
			if near {
				a.Attributes[AttrNear] = "yes"
			}
		}
	}
}

// relation is "before" or "after" when noun t is what something is said to
// come before or after, else ""; near says that the two are close.
func (g *graph) relation(t int) (rel string, near bool) {
	for _, k := range g.Kids[t] {
		d := g.doc.Tokens[k].Deprel
		if k > t {
			break
		}
		near = near || g.lex.lists["near"][g.Lemma(k)] && !nlp.HasRel(d, "amod")
		if !nlp.HasRel(d, "case", "mark", "advmod") {
			continue
		}
		previous := ""
		if k >= 1 {
			previous = g.doc.Lower(k - 1)
		}
		w := g.doc.Lower(k)
		switch {
		case w == "before", w == "prior", w == "ahead":
			rel = "before"
		case w == "after", w == "following":
			rel = "after"
		case w == "to" && previous == "prior", w == "of" && previous == "ahead":
			rel = "before"
		case w == "to" && previous == "up" && k >= 2 && (g.doc.Lower(k-2) == "leading" || g.doc.Lower(k-2) == "run"):
			rel = "before"
		}
		near = near || previous == "ahead" || w == "ahead" || previous != "" && g.lex.lists["near"][g.Lemma(k-1)]
	}
	return rel, near
}

// host is the predicate whose clause noun t's phrase modifies.
func (g *graph) host(t int) int {
	for n := 0; n < 6; n++ {
		h := g.doc.Tokens[t].Head
		if h == nlp.None {
			return t
		}
		t = h
		switch g.doc.Tokens[t].UPOS {
		case "VERB", "AUX":
			return t
		}
	}
	return t
}

// beside is the noun whose phrase ends right before the ordering phrase of t:
// "during a call with her, immediately after the call with Ered". None when no
// noun does.
func (g *graph) beside(t int) int {
	first := t
	for _, k := range g.Kids[t] {
		if k < first && nlp.HasRel(g.doc.Tokens[k].Deprel, "case", "advmod", "mark", "det", "nmod:poss", "obl") {
			first = k
		}
	}
	p := first - 1
	if p >= 0 && g.doc.Word(p) == "," {
		p--
	}
	if p < 0 || g.doc.Tokens[p].Sent != g.doc.Tokens[t].Sent {
		return nlp.None
	}
	// The highest noun whose phrase runs up to p.
	best := nlp.None
	for x, n := p, 0; x != nlp.None && n < 8; x, n = g.doc.Tokens[x].Head, n+1 {
		if g.doc.Tokens[x].UPOS == "VERB" || g.doc.Tokens[x].UPOS == "AUX" {
			break
		}
		if g.doc.Tokens[x].UPOS == "NOUN" && x <= p && g.doc.Lower(max(x-1, 0)) != "," {
			best = x
		}
	}
	if best != nlp.None && g.eventNoun(best) {
		return best
	}
	return nlp.None
}

// eventNoun reports whether some row takes noun t for an event.
func (g *graph) eventNoun(t int) bool {
	row := g.lex.match(g, t)
	return row != nil && row.typ != typeNone
}

// carries reports whether verb v carries or contains noun t directly: its
// object or subject.
func (g *graph) carries(v, t int) bool {
	if v < 0 {
		return false
	}
	top := g.coordinationTop(t)
	rel, _ := g.relation(t)
	return g.doc.Tokens[top].Head == v && nlp.HasRel(g.doc.Tokens[top].Deprel, "obj", "nsubj", "obl", "xcomp") && rel == ""
}
