package event

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// represented takes in those for whom a description without a name speaks:
// "delegations of Sollund and Karvany", "Orrish officials", "the two heads of
// delegation, Ilse Maren and Tomas Ered". It reports whether there were any.
func (b *builder) represented(t, m int, role string) bool {
	g := b.g
	if g.doc.Tokens[t].UPOS != "NOUN" && g.doc.Tokens[t].UPOS != "PROPN" {
		return false
	}
	if c := g.chain(m); c != nil && (c.Name != "" || len(c.Members) > 0) {
		return false
	}
	if m != nlp.None && g.doc.Mentions[m].Form == readout.FormName {
		return false
	}
	var found []int
	for _, k := range g.kids(t) {
		d := g.doc.Tokens[k].Deprel
		named := func(x int) bool {
			return g.headed[x] != nlp.None && g.doc.Mentions[g.headed[x]].Form == readout.FormName
		}
		switch c := g.caseOf(k); {
		case nlp.HasRel(d, "appos"):
			// The names themselves come before what they are of.
			if named(k) {
				for _, x := range g.group(k) {
					b.one(x, role)
				}
				return true
			}
		case !b.lex.lists["envoys"][g.lemma(t)]:
		case nlp.HasRel(d, "nmod") && (c == "of" || c == "from") && named(k),
			d == "nmod:poss" && named(k), k < t && nlp.HasRel(d, "amod", "compound") && named(k) && g.polity(g.headed[k]):
			found = append(found, g.group(k)...)
		}
	}
	for _, x := range found {
		if p := b.leaderOf(t, x); p != nlp.None {
			if !slices.ContainsFunc(b.args, func(a nlp.Argument) bool { return a.Mention == p }) {
				b.args = append(b.args, nlp.Argument{Role: role, Mention: p, Span: g.doc.Tokens[x].Span})
			}
			continue
		}
		b.one(x, role)
	}
	return len(found) > 0
}

// leaderOf is a mention of the one person whom this report calls head of the
// state named at x, when t says "leaders" or the like; None when there is none
// or more than one.
func (b *builder) leaderOf(t, x int) int {
	g := b.g
	state := g.chain(g.mention(x))
	if !b.lex.lists["heads"][g.lemma(t)] || state == nil || state.Country == "" {
		return nlp.None
	}
	found := nlp.None
	for c := range g.doc.Chains {
		p := &g.doc.Chains[c]
		if p.Type != readout.Person || p.Country != state.Country || len(p.Mentions) == 0 || !slices.ContainsFunc(p.Titles, b.headTitle) {
			continue
		}
		if found != nlp.None {
			return nlp.None
		}
		found = p.Mentions[0]
	}
	return found
}

// headTitle reports whether a title is that of a head of state or government.
func (b *builder) headTitle(title string) bool {
	office, _, _ := strings.Cut(title, " of ")
	return b.lex.lists["headtitles"][office]
}

// polity reports whether mention m is a state or a nationality.
func (g *graph) polity(m int) bool {
	t := g.doc.Mentions[m].Type
	return t == nlp.Nationality || t == nlp.PlaceName && !g.site(m)
}

// site reports whether mention m is a place known to be no state. Coreference
// has put a capital that acts into the chain of its state; a place that no
// list knows may be a state.
func (g *graph) site(m int) bool {
	x := &g.doc.Mentions[m]
	if x.Type != nlp.PlaceName {
		return false
	}
	c := g.chain(m)
	return c != nil && c.Type == readout.Place && strings.HasPrefix(c.Key, "place:")
}
