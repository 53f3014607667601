package event

import (
	"github.com/readout-news/readout/internal/nlp"
)

// carrier is the word that carries an event noun. The zero class means that
// the noun stands alone or that its governor is no carrier.
type carrier struct {
	class   string
	verb    int    // token of the carrier, or of the governor when class is ""; None
	slot    string // the noun's place at verb: "obj", "nsubj", "prep.in", …
	prep    string // preposition of slot "prep.…"
	noun    int    // the noun that stands at verb: the trigger, or "round" of "round of talks"
	clauses []int  // relative and participial clauses that say more of the noun
}

// carrierOf finds what carries trigger t.
func carrierOf(g *graph, lex *lexicon, t int, nominal bool) carrier {
	c := carrier{verb: nlp.None, noun: t}
	if !nominal {
		return c
	}
	doc := g.doc
	for n := 0; n < 4; n++ {
		c.clauses = append(c.clauses, g.clauses(lex, c.noun)...)
		top := g.coordinationTop(c.noun)
		head := doc.Tokens[top].Head
		if head == nlp.None {
			break
		}
		prep := g.caseOf(top)
		d := doc.Tokens[top].Deprel
		if nlp.HasRel(d, "nmod") && prep == "of" || d == "compound" {
			if lex.support["nmod "+g.Lemma(head)] == carryTransparent && d != "compound" {
				c.noun = head
				continue
			}
		}
		c.verb, c.prep = head, prep
		switch {
		case nlp.HasRel(d, "nsubj:pass"):
			c.slot = "nsubj:pass"
		case nlp.HasRel(d, "nsubj"):
			c.slot = "nsubj"
			if g.passive(head) {
				c.slot = "nsubj:pass"
			}
			if g.Child(head, "cop") != nlp.None {
				c.class = carryAspect // "the call was useful"
			}
		case nlp.HasRel(d, "obj"):
			c.slot = "obj"
		case nlp.HasRel(d, "nmod", "obl") && prep != "":
			c.slot = "prep." + prep
			if nlp.HasRel(d, "nmod") {
				c.slot = "nmod"
			}
		case d == "xcomp", d == "advcl", d == "parataxis":
			c.slot = d
		}
		if c.slot != "" && c.class == "" {
			c.class = g.supportOf(lex, c.slot, head)
			if c.class == "" && c.slot == "nsubj:pass" && g.Child(head, "aux") == nlp.None {
				c.class = g.supportOf(lex, "nsubj", head) // "the call focused on trade", read as a passive
			}
			if c.class == "" && c.slot == "nmod" {
				c.class = lex.support["prep."+prep+" "+g.Lemma(head)]
			}
		}
		break
	}
	return c
}

// supportOf is the class of verb v for a noun in slot, by the verb with its
// particle ("call off") or alone.
func (g *graph) supportOf(lex *lexicon, slot string, v int) string {
	if p := g.Child(v, "compound:prt"); p != nlp.None {
		if c := lex.support[slot+" "+g.Lemma(v)+" "+g.doc.Lower(p)]; c != "" {
			return c
		}
	}
	return lex.support[slot+" "+g.Lemma(v)]
}

// clauses lists the relative and participial clauses of noun t whose verb says
// how the event went ("talks held in …", "a call that lasted …").
func (g *graph) clauses(lex *lexicon, t int) []int {
	var out []int
	for _, k := range g.Kids[t] {
		if !nlp.HasRel(g.doc.Tokens[k].Deprel, "acl") {
			continue
		}
		l := g.Lemma(k)
		switch {
		case g.timex(k) != nlp.None:
			out = append(out, k) // "the call, which was on 3 May"
		case lex.support["acl "+l] != "" && g.doc.Tokens[k].XPOS != "VB":
			out = append(out, k)
		case g.doc.Tokens[k].Deprel == "acl:relcl" || g.finite(k):
			if s := g.Child(k, "nsubj"); s != nlp.None && g.relativePronoun(s) && (lex.support["nsubj "+l] != "" || lex.support["nsubj:pass "+l] != "" || g.Child(k, "cop") != nlp.None) {
				out = append(out, k)
			} else if lex.support["obj "+l] == carryLight {
				out = append(out, k)
			}
		}
	}
	return out
}

// finite reports whether t is a finite verb form.
func (g *graph) finite(t int) bool {
	switch g.doc.Tokens[t].XPOS {
	case "VBD", "VBZ", "VBP":
		return true
	}
	return false
}

// carrier reads the arguments that the carrying verb holds for its noun.
func (b *builder) carrier(c carrier) {
	g := b.g
	if c.verb == nlp.None {
		return
	}
	switch c.class {
	case carryPlan, carryWish, carryCancel:
		if b.e.Type != "CONSULT" {
			break // who demands a withdrawal does not withdraw
		}
		if p := g.Child(c.noun, "nmod:poss"); p != nlp.None && g.doc.Tokens[p].UPOS != "PRON" {
			break // "cancelled Ered's trip": who calls it off does not travel
		}
		fallthrough
	case carryLight:
		if s, passive := g.subject(c.verb); s != nlp.None && !passive {
			b.add(s, "support", "")
		} else if x := g.before(c); s == nlp.None && x != nlp.None && b.e.Type == "CONSULT" {
			b.add(x, "support", "")
		} else if s == nlp.None {
			b.author(c.verb)
		}
		if o := g.Child(c.verb, "obj"); o != nlp.None && (c.slot == "prep.for" || c.class == carryWish && c.slot == "prep.to") && b.e.Type == "CONSULT" && g.inClass(b.lex, o, "@party") {
			b.add(o, "support", "") // "to meet Ered for talks"
		}
		b.obliques(c.verb)
	case carryHost:
		if s, passive := g.subject(c.verb); s != nlp.None && !passive {
			for _, x := range g.group(s) {
				b.one(x, "host")
			}
		}
		b.obliques(c.verb)
	case carryAspect, carryPlanned:
		b.obliques(c.verb)
	}
}
