package event

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// typeStatement is the type of notable speech acts: announcements, briefings,
// speeches, interviews, posts, statements issued.
const typeStatement = "STATEMENT"

// tells fills Tells: what a speech act announces or reports on. Its content is
// the clause or phrase that it governs ("announced that …", "announced talks",
// "the announcement of …", "a statement about …") and the content of the
// attribution that it is the occasion of ("said in an interview that …"). Of
// the events in there only the topmost are told of; "after the talks" below
// them sets the scene.
func tells(g *graph, found []nlp.EventMention) {
	for i := range found {
		e := &found[i]
		if e.Type != typeStatement {
			continue
		}
		roots, content := g.content(e)
		in := func(t int) bool {
			return slices.ContainsFunc(roots, func(r int) bool { return g.under(t, r) || t == r }) ||
				slices.ContainsFunc(content, func(c readout.Span) bool { return c.Contains(g.doc.Tokens[t].Span) })
		}
		for j := range found {
			x := &found[j]
			if j == i || x.Token == e.Token || !in(x.Token) || g.governed(x.Token, e.Token, in, found) {
				continue
			}
			if rel, _ := g.relation(x.Token); rel != "" {
				continue
			}
			e.Tells = append(e.Tells, j)
		}
	}
}

// content is where speech act e says what it says: tokens whose phrases are its
// content and the spans of attributions whose cue it is or stands at.
func (g *graph) content(e *nlp.EventMention) (roots []int, spans []readout.Span) {
	clause := func(v int) {
		for _, k := range g.Kids[v] {
			if nlp.HasRel(g.doc.Tokens[k].Deprel, "ccomp") {
				roots = append(roots, k)
			}
		}
	}
	attributed := func(v int) {
		for a := range g.doc.Attributions {
			if x := &g.doc.Attributions[a]; x.CueToken == v && !x.Negated {
				spans = append(spans, x.Content...)
			}
		}
	}
	t := e.Token
	if !e.Nominal {
		clause(t)
		attributed(t)
		if e.Mode == "announcement" {
			if k := g.Child(t, "obj", "nsubj:pass"); k != nlp.None {
				roots = append(roots, k)
			}
		}
		return roots, spans
	}
	for _, k := range g.Kids[t] {
		switch {
		case nlp.HasRel(g.doc.Tokens[k].Deprel, "acl", "ccomp") && g.Child(k, "mark") != nlp.None && !g.infinitive(k):
			roots = append(roots, k) // "the announcement that …"
		case nlp.HasRel(g.doc.Tokens[k].Deprel, "nmod"):
			switch g.caseOf(k) {
			case "of", "about", "on", "regarding", "concerning":
				roots = append(roots, k)
			}
		}
	}
	c := carrierOf(g, g.lex, t, true)
	if c.verb != nlp.None && (g.lex.uttered[c.slot+" "+g.Lemma(c.verb)] || c.class == carryLight || c.slot == "nsubj") {
		attributed(c.verb)
		if g.sayingVerb(c.verb) {
			clause(c.verb)
		}
	}
	for _, v := range c.clauses {
		attributed(v)
	}
	return roots, spans
}

// governed reports whether another event inside the content stands above t, so
// that t only fills it in. Coordinated events stand beside each other.
func (g *graph) governed(t, speech int, in func(int) bool, found []nlp.EventMention) bool {
	for n := 0; n < 30; n++ {
		if nlp.HasRel(g.doc.Tokens[t].Deprel, "conj") {
			// Beside its first conjunct, below what governs that.
			top := g.coordinationTop(t)
			if top == t {
				return false
			}
			t = top
			continue
		}
		t = g.doc.Tokens[t].Head
		if t == nlp.None || t == speech || !in(t) {
			return false
		}
		if slices.ContainsFunc(found, func(x nlp.EventMention) bool { return x.Token == t }) {
			return true
		}
	}
	return false
}
