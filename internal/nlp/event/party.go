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
	if b.bareHeads(t, m, role) || b.bareStates(t, m, role) {
		return true
	}
	if c := g.chain(m); c != nil && (c.Name != "" || len(c.Members) > 0) && !g.someone(t, m) {
		return false
	}
	if slices.ContainsFunc(g.Kids[t], func(k int) bool {
		return k < t && nlp.HasRel(g.doc.Tokens[k].Deprel, "compound", "amod") && b.lex.lists["private"][g.Lemma(k)]
	}) {
		return false // "Orrish business leaders" do not speak for Orrin
	}
	if m != nlp.None && g.doc.Mentions[m].Form == readout.FormName {
		return false
	}
	var found []int
	for _, k := range g.Kids[t] {
		d := g.doc.Tokens[k].Deprel
		named := func(x int) bool {
			return g.Headed[x] != nlp.None && g.doc.Mentions[g.Headed[x]].Form == readout.FormName
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
		case !b.lex.lists["envoys"][g.Lemma(t)]:
		case d == "nmod:poss" && g.doc.Tokens[k].UPOS == "PRON" && g.stands(k):
			found = append(found, k) // "its delegation"
		case nlp.HasRel(d, "nmod") && (c == "of" || c == "from") && named(k),
			d == "nmod:poss" && named(k), k < t && nlp.HasRel(d, "amod", "compound") && named(k) && (g.polity(g.Headed[k]) || g.doc.Mentions[g.Headed[k]].Type == nlp.OrgName):
			found = append(found, g.group(k)...)
		}
	}
	if both := b.leadersOf(t, found); both != nil {
		b.persons(both, role, g.doc.Tokens[t].Span)
		return true
	}
	for _, x := range found {
		b.one(x, role)
	}
	return len(found) > 0
}

// someone reports whether mention m, headed by t, is a description that brings in
// somebody new ("a senior front leader"), whatever chain it was put in.
func (g *graph) someone(t, m int) bool {
	if m == nlp.None || g.doc.Mentions[m].Form != readout.FormNominal || g.plural(t) || g.Child(t, "appos", "flat", "nmod:desc") != nlp.None {
		return false
	}
	return g.indefinite(t)
}

// indefinite reports whether noun t has the article "a".
func (g *graph) indefinite(t int) bool {
	return slices.ContainsFunc(g.Kids[t], func(k int) bool {
		w := g.doc.Lower(k)
		return k < t && nlp.HasRel(g.doc.Tokens[k].Deprel, "det") && (w == "a" || w == "an")
	})
}

// persons takes in chains by their first mentions; span is the phrase that
// stands for them.
func (b *builder) persons(chains []int, role string, span readout.Span) {
	for _, c := range chains {
		p := b.g.doc.Chains[c].Mentions[0]
		if !slices.ContainsFunc(b.args, func(a nlp.Argument) bool { return a.Mention == p }) {
			b.args = append(b.args, nlp.Argument{Role: role, Mention: p, Span: span})
		}
	}
}

// stands reports whether pronoun t stands for a state or body with a name.
func (g *graph) stands(t int) bool {
	c := g.chain(g.Headed[t])
	return c != nil && c.Name != "" && (c.Type == readout.Place || c.Type == readout.Organization || c.Type == readout.Group)
}

// heads lists the persons whom this report calls head of a state or of its
// government.
func (b *builder) heads() []int {
	var out []int
	for c := range b.g.doc.Chains {
		p := &b.g.doc.Chains[c]
		if p.Type == readout.Person && p.Name != "" && len(p.Mentions) > 0 && slices.ContainsFunc(p.Titles, b.headTitle) {
			out = append(out, c)
		}
	}
	return out
}

// leadersOf lists the chains of the heads of the states named at found, when t
// says "leaders" or the like: one head for each state by country or title, or,
// when titles do not say of what, the only two heads of the report for two
// states. Nil when there is no such reading.
func (b *builder) leadersOf(t int, found []int) []int {
	if !b.lex.lists["heads"][b.g.Lemma(t)] || len(found) == 0 || b.g.indefinite(t) {
		return nil
	}
	heads := b.heads()
	var out []int
	for _, x := range found {
		state := b.g.chain(b.g.mention(x))
		if state == nil || state.Type == readout.Organization {
			return nil // "a front leader" is no head of state
		}
		of := slices.DeleteFunc(slices.Clone(heads), func(c int) bool { return !headOf(&b.g.doc.Chains[c], state) })
		if len(of) != 1 || slices.Contains(out, of[0]) {
			out = nil
			break
		}
		out = append(out, of[0])
	}
	if out != nil {
		return out
	}
	if len(found) != 2 || len(heads) != 2 {
		return nil
	}
	for _, x := range found {
		if state := b.g.chain(b.g.mention(x)); state.Country != "" && slices.ContainsFunc(heads, func(c int) bool {
			return b.g.doc.Chains[c].Country != "" && !slices.ContainsFunc(found, func(y int) bool { return b.g.chain(b.g.mention(y)).Country == b.g.doc.Chains[c].Country })
		}) {
			return nil // the head of a third state
		}
	}
	return heads
}

// headOf reports whether person p is tied to state by country or by title
// ("prime minister of sollund").
func headOf(p, state *nlp.Chain) bool {
	if state.Country != "" && p.Country == state.Country {
		return true
	}
	of := " of " + strings.ToLower(state.Name)
	return state.Name != "" && slices.ContainsFunc(p.Titles, func(t string) bool { return strings.HasSuffix(t, of) })
}

// bareHeads reads "the two leaders" and "both presidents", which no phrase says
// of what: the only two heads of the report, whatever group coreference
// found. It reports whether it took them in.
func (b *builder) bareHeads(t, m int, role string) bool {
	g := b.g
	if !b.lex.lists["heads"][g.Lemma(t)] || !g.plural(t) || !g.paired(t) && !(g.bare(t) && b.e.Mode != "multilateral") {
		return false
	}
	heads := b.heads()
	if len(heads) != 2 {
		return false
	}
	b.persons(heads, role, g.phrase(t, m))
	return true
}

// phrase is the span of mention m, or of token t when there is none.
func (g *graph) phrase(t, m int) readout.Span {
	if m != nlp.None {
		return g.doc.Mentions[m].Span
	}
	return g.doc.Tokens[t].Span
}

// paired reports whether plural noun t is said to be two and nothing else says
// which: "the two leaders", "both states".
func (g *graph) paired(t int) bool {
	two := false
	for _, k := range g.Kids[t] {
		switch d := g.doc.Tokens[k].Deprel; {
		case g.doc.Lower(k) == "two" || g.doc.Lower(k) == "both":
			two = true
		case nlp.HasRel(d, "nmod", "appos", "conj", "amod", "compound", "acl"):
			return false
		}
	}
	return two
}

// bare reports whether noun t has nothing but the article: "the leaders".
func (g *graph) bare(t int) bool {
	the := false
	for _, k := range g.Kids[t] {
		switch d := g.doc.Tokens[k].Deprel; {
		case g.doc.Lower(k) == "the":
			the = true
		case nlp.HasRel(d, "nmod", "appos", "conj", "amod", "compound", "acl", "nummod", "det"):
			return false
		}
	}
	return the
}

// bareStates reads "the two states", "both governments". Coreference pairs
// whatever two places stand together; where one of them is no state, the two
// places that the report names far more often than any other are meant, and
// nobody when no two stand out. It reports whether it decided.
func (b *builder) bareStates(t, m int, role string) bool {
	g := b.g
	if !b.lex.lists["states"][g.Lemma(t)] || !g.plural(t) || !g.paired(t) {
		return false
	}
	if c := g.chain(m); c != nil && len(c.Members) == 2 && g.stateLike(c.Members[0]) && g.stateLike(c.Members[1]) {
		return false
	}
	first, second, third := nlp.None, nlp.None, 0
	count := func(c int) int {
		if c == nlp.None {
			return 0
		}
		return len(g.doc.Chains[c].Mentions)
	}
	for c := range g.doc.Chains {
		if x := &g.doc.Chains[c]; x.Type != readout.Place || x.Name == "" || strings.HasPrefix(x.Key, "place:") || len(x.Members) > 0 {
			continue
		}
		switch n := count(c); {
		case n > count(first):
			first, second, third = c, first, count(second)
		case n > count(second):
			second, third = c, count(second)
		case n > third:
			third = n
		}
	}
	if second == nlp.None || count(second) < standOut*third {
		if m != nlp.None {
			b.seen[t] = true
			b.args = append(b.args, nlp.Argument{Role: role, Mention: nlp.None, Span: g.phrase(t, m)})
		}
		return true
	}
	b.persons([]int{first, second}, role, g.phrase(t, m))
	return true
}

// standOut is how many times as often as the third place two states are named
// that "the two states" can mean.
const standOut = 2

// stateLike reports whether chain c is a state that a list knows, or a group
// of its people.
func (g *graph) stateLike(c int) bool {
	x := &g.doc.Chains[c]
	return strings.HasPrefix(x.Key, "state:") || x.Country != "" && x.Type != readout.Person && !strings.HasPrefix(x.Key, "place:")
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

// feature reports whether the name of place c says that it is a lake, a port or
// the like, and no list knows it for a state ("Marshall Islands").
func (g *graph) feature(c *nlp.Chain) bool {
	if strings.HasPrefix(c.Key, "state:") {
		return false
	}
	words := strings.Fields(strings.ToLower(c.Name))
	if c.Type != readout.Place {
		// A name of unknown kind, read as a body: "the Lake Ansa talks".
		return c.Type != readout.Person && c.Key == "" && len(words) == 2 && g.lex.lists["feature"][words[0]]
	}
	return len(words) > 1 && slices.ContainsFunc(words, func(w string) bool { return g.lex.lists["feature"][w] })
}

// venue reports whether the last word of the name of c is that of a building.
func (g *graph) venue(c *nlp.Chain) bool {
	words := strings.Fields(strings.ToLower(c.Name))
	return len(words) > 1 && g.lex.lists["venue"][words[len(words)-1]]
}

// site reports whether mention m is a place known to be no state. Coreference
// has put a capital that acts into the chain of its state; a place that no
// list knows may be a state.
func (g *graph) site(m int) bool {
	x := &g.doc.Mentions[m]
	return x.Form == readout.FormName && x.Type != nlp.PersonName && x.Chain != nlp.None && g.siteChain(x.Chain)
}

// listed reports whether mention m is a place that a list knows and no state:
// where something was, and not what it was about.
func (g *graph) listed(m int) bool {
	c := g.chain(m)
	return c != nil && c.Type == readout.Place && strings.HasPrefix(c.Key, "place:")
}

// siteChain reports whether chain c is a place known to be no state, or one
// whose name says so.
func (g *graph) siteChain(c int) bool {
	x := &g.doc.Chains[c]
	return x.Type == readout.Place && strings.HasPrefix(x.Key, "place:") || g.feature(x)
}
