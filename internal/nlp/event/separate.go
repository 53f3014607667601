package event

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// separated takes contacts apart that are told in one phrase but were one with
// each partner: "spoke with Ered and Orm in separate calls", "met separately
// with both". Each partner gets a mention of its own, with the counterpart they
// share: the other party of the phrase, or, when only the partners are named, the
// person who is said to tell of it ("Maren said both had called for peace in
// separate calls"). Without a counterpart the plural stays as it is. A verb of
// contact that carries such calls is dropped: the calls say it.
func separated(g *graph, found []nlp.EventMention) []nlp.EventMention {
	var out []nlp.EventMention
	drop := map[int]bool{}
	for i := range found {
		e := &found[i]
		if e.Type != "CONSULT" || !g.isSeparate(e) {
			out = append(out, *e)
			continue
		}
		partners, other, ok := g.partners(e)
		if !ok {
			out = append(out, *e)
			continue
		}
		if e.Nominal {
			if c := carrierOf(g, g.lex, e.Token, true); c.verb != nlp.None {
				drop[c.verb] = true
			}
		}
		for _, p := range partners {
			x := *e
			x.Plural, x.Ordinal, x.Definite = false, "", false
			x.Attributes = map[string]string{}
			for k, v := range e.Attributes {
				if k != AttrNumber {
					x.Attributes[k] = v
				}
			}
			x.Args = nil
			for _, a := range e.Args {
				if a.Role == roleTopic || a.Role == RoleInitiator {
					x.Args = append(x.Args, a)
				}
			}
			x.Args = append(x.Args, other, p)
			slices.SortStableFunc(x.Args, func(a, b nlp.Argument) int { return a.Span.Compare(b.Span) })
			out = append(out, x)
		}
	}
	return slices.DeleteFunc(out, func(e nlp.EventMention) bool {
		return !e.Nominal && e.Type == "CONSULT" && drop[e.Token]
	})
}

// isSeparate reports whether e is said to be one with each of several.
func (g *graph) isSeparate(e *nlp.EventMention) bool {
	return slices.ContainsFunc(g.Kids[e.Token], func(k int) bool {
		if e.Nominal {
			return e.Plural && nlp.HasRel(g.doc.Tokens[k].Deprel, "amod") && g.lex.lists["separate"][g.Lemma(k)]
		}
		return nlp.HasRel(g.doc.Tokens[k].Deprel, "advmod") && g.lex.lists["separate"][g.Lemma(k)]
	})
}

// partners finds the coordinated parties of e and the one they share.
func (g *graph) partners(e *nlp.EventMention) (partners []nlp.Argument, other nlp.Argument, ok bool) {
	doc := g.doc
	top := func(a nlp.Argument) int { return g.coordinationTop(doc.Mentions[a.Mention].Head) }
	byTop := map[int][]nlp.Argument{}
	var tops []int
	for _, a := range e.Args {
		if a.Role != "participant" || a.Mention == nlp.None {
			continue
		}
		// A title before its name may hang above the name.
		t := top(a)
		if byTop[t] == nil {
			tops = append(tops, t)
		}
		byTop[t] = append(byTop[t], a)
	}
	var rest []nlp.Argument
	for _, t := range tops {
		if len(byTop[t]) > 1 && partners == nil {
			partners = byTop[t]
			continue
		}
		rest = append(rest, byTop[t]...)
	}
	c := carrierOf(g, g.lex, e.Token, e.Nominal)
	if e.Nominal {
		// "expressed a wish in separate calls": the calls hung on the wish.
		for n := 0; n < 3 && c.verb != nlp.None && g.doc.Tokens[c.verb].UPOS == "NOUN"; n++ {
			c.verb = g.doc.Tokens[c.verb].Head
		}
	}
	if partners == nil && len(rest) == 0 && e.Nominal && c.verb != nlp.None {
		// "both had called for peace in separate calls": who did so are the partners.
		if s, passive := g.subject(c.verb); s != nlp.None && !passive {
			for _, x := range g.group(s) {
				if m := g.titled(g.mention(x)); m != nlp.None && g.inClass(g.lex, x, "@party") {
					partners = append(partners, nlp.Argument{Role: "participant", Mention: m, Span: doc.Mentions[m].Span})
				}
			}
			if len(partners) < 2 {
				partners = nil
			}
		}
	}
	if partners == nil {
		return nil, other, false
	}
	switch len(rest) {
	case 1:
		return partners, rest[0], true
	case 0:
		at := e.Token
		if e.Nominal && c.verb != nlp.None {
			at = c.verb
		}
		if m := g.teller(at); m != nlp.None && !slices.ContainsFunc(partners, func(a nlp.Argument) bool {
			return doc.Mentions[a.Mention].Chain == doc.Mentions[m].Chain
		}) {
			return partners, nlp.Argument{Role: "participant", Mention: m, Span: doc.Mentions[m].Span}, true
		}
	}
	return nil, other, false
}

// teller is the person who says the clause of verb t, or None.
func (g *graph) teller(t int) int {
	doc := g.doc
	for n := 0; n < 6; n++ {
		h := doc.Tokens[t].Head
		if h == nlp.None {
			return nlp.None
		}
		if nlp.HasRel(doc.Tokens[t].Deprel, "ccomp") && g.sayingVerb(h) {
			s, passive := g.subject(h)
			if s == nlp.None || passive || !g.inClass(g.lex, s, "@person") {
				return nlp.None
			}
			m := g.titled(g.mention(s))
			if m == nlp.None || doc.Mentions[m].Form == readout.FormNominal && (g.chain(m) == nil || g.chain(m).Name == "") {
				return nlp.None
			}
			return m
		}
		if !nlp.HasRel(doc.Tokens[t].Deprel, "xcomp", "conj") {
			return nlp.None
		}
		t = h
	}
	return nlp.None
}
