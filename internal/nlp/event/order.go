package event

import (
	"github.com/readout-news/readout/internal/nlp"
)

// order fills Before and After: which mention the sentence puts before which.
// "After the call, Maren met Ered", "hours before the call the palace said",
// "following their talks", "ahead of the summit".
func order(g *graph, found []nlp.EventMention) {
	for j := range found {
		b := &found[j]
		if !b.Nominal {
			continue
		}
		rel := g.relation(b.Token)
		if rel == "" {
			continue
		}
		host := g.host(b.Token)
		for i := range found {
			a := &found[i]
			if i == j || a.Sent != b.Sent || !(a.Token == host || g.carries(host, a.Token)) {
				continue
			}
			if rel == "before" {
				a.Before = append(a.Before, j)
			} else {
				a.After = append(a.After, j)
			}
		}
	}
}

// relation is "before" or "after" when noun t is what something is said to
// come before or after; else "".
func (g *graph) relation(t int) string {
	for _, k := range g.kids(t) {
		d := g.doc.Tokens[k].Deprel
		if !nlp.HasRel(d, "case", "mark", "advmod") || k > t {
			continue
		}
		switch g.doc.Lower(k) {
		case "before", "prior", "ahead":
			return "before"
		case "after", "following":
			return "after"
		case "to":
			// "leading up to the call", "prior to the call" by other analyses
			if k >= 2 {
				switch g.doc.Lower(k-1) + " " + g.doc.Lower(k-2) {
				case "up leading":
					return "before"
				}
				if g.doc.Lower(k-1) == "prior" {
					return "before"
				}
			}
		case "of":
			if k >= 1 && g.doc.Lower(k-1) == "ahead" {
				return "before"
			}
		}
	}
	return ""
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

// carries reports whether verb v carries or contains noun t directly: its
// object or subject.
func (g *graph) carries(v, t int) bool {
	if v < 0 {
		return false
	}
	top := g.coordinationTop(t)
	return g.doc.Tokens[top].Head == v && nlp.HasRel(g.doc.Tokens[top].Deprel, "obj", "nsubj", "obl", "xcomp") && g.relation(t) == ""
}
