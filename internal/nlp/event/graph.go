package event

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// graph is a Doc with its trees.
type graph struct {
	*nlp.Tree
	doc *nlp.Doc
	lex *lexicon
}

func newGraph(doc *nlp.Doc, lex *lexicon) *graph {
	return &graph{nlp.NewTree(doc, nlp.NameFirst), doc, lex}
}

// mention is the mention that token t stands for: the one it heads, the name
// it belongs to, or the name attached to it as its apposition or title does
// ("President" of "President Ilse Maren"). None when there is none.
func (g *graph) mention(t int) int {
	if m := g.Headed[t]; m != nlp.None {
		if g.doc.Mentions[m].Form == readout.FormName || g.doc.Mentions[m].Chain != nlp.None {
			return m
		}
	}
	if m := g.Covered[t]; m != nlp.None && g.doc.Mentions[m].Form == readout.FormName {
		return m
	}
	if g.doc.Tokens[t].UPOS == "NOUN" || g.doc.Tokens[t].UPOS == "PROPN" {
		// A title right before a name, whatever the tree makes of the two.
		if t+1 < len(g.Covered) {
			if m := g.Covered[t+1]; m != nlp.None && g.doc.Mentions[m].First == t+1 && g.isPerson(g.doc.Mentions[m].Type) && g.doc.Mentions[m].Form == readout.FormName {
				return m
			}
		}
		for _, k := range g.Kids[t] {
			if m := g.Headed[k]; m != nlp.None && g.doc.Mentions[m].Form == readout.FormName &&
				nlp.HasRel(g.doc.Tokens[k].Deprel, "flat", "appos") && g.isPerson(g.doc.Mentions[m].Type) {
				return m
			}
		}
	}
	return g.Headed[t]
}

// titled is the person whose title the name m belongs to or stands before
// ("Sollund" of "Sollund President Ilse Maren"), else m.
func (g *graph) titled(m int) int {
	if m == nlp.None {
		return m
	}
	x := &g.doc.Mentions[m]
	if x.Form != readout.FormName || g.isPerson(x.Type) {
		return m
	}
	for p := m + 1; p < len(g.doc.Mentions) && p <= m+titledReach; p++ {
		y := &g.doc.Mentions[p]
		if !g.isPerson(y.Type) || y.Form != readout.FormName || y.Title.Len() == 0 || y.Title.Start > y.Start {
			continue
		}
		if y.Title.Contains(x.Span) || x.End <= y.Title.Start && strings.TrimSpace(g.doc.Report.Text[x.End:y.Title.Start]) == "" {
			return p
		}
	}
	return m
}

// titledReach is how many mentions after a name that belongs to a title the
// person is looked for.
const titledReach = 3

func (g *graph) isPerson(t nlp.MentionType) bool { return t == nlp.PersonName }

// name reports whether t belongs to a name.
func (g *graph) name(t int) bool {
	m := g.Covered[t]
	return m != nlp.None && g.doc.Mentions[m].Form == readout.FormName
}

// chain is the chain of mention m, or nil.
func (g *graph) chain(m int) *nlp.Chain {
	if m == nlp.None || g.doc.Mentions[m].Chain == nlp.None {
		return nil
	}
	return &g.doc.Chains[g.doc.Mentions[m].Chain]
}

// inClass reports whether t is a word of a class of triggers.tsv.
func (g *graph) inClass(lex *lexicon, t int, class string) bool {
	m := g.mention(t)
	var typ nlp.MentionType
	if m != nlp.None {
		typ = g.doc.Mentions[m].Type
	}
	chain := g.chain(m)
	lemma := g.Lemma(t)
	if lex.lists["quantity"][lemma] && m == nlp.None {
		// "thousands of students"
		for _, k := range g.Kids[t] {
			if nlp.HasRel(g.doc.Tokens[k].Deprel, "nmod") && g.caseOf(k) == "of" {
				return g.inClass(lex, k, class)
			}
		}
	}
	press := typ == nlp.OutletName || chain != nil && chain.Type == readout.Outlet || lex.lists["press"][lemma]
	switch class {
	case "@press":
		return press
	case "@official":
		// Somebody who travels on business: an office, or a person who has one.
		return lex.lists["officials"][lemma] || chain != nil && chain.Type == readout.Person && len(chain.Titles) > 0 && !press
	case "@place":
		return typ == nlp.PlaceName || chain != nil && chain.Type == readout.Place
	case "@person", "@party", "@pair":
		if press {
			return false
		}
		party := typ == nlp.PersonName || chain != nil && chain.Type == readout.Person || lex.lists["people"][lemma] ||
			g.doc.Tokens[t].UPOS == "PRON" && g.personal(t)
		if class == "@person" {
			return party
		}
		party = party || typ == nlp.OrgName || typ == nlp.Nationality || typ == nlp.GroupNoun || typ == nlp.PlaceName ||
			chain != nil && (chain.Type == readout.Organization || chain.Type == readout.Group || chain.Type == readout.Place)
		if class == "@party" {
			return party
		}
		return party && (g.plural(t) || len(g.group(t)) > 1 || g.doc.Lower(t) == "they" || lemma == "pair" || lemma == "duo" ||
			chain != nil && len(chain.Members) > 1)
	}
	return false
}

// personal reports whether t is a pronoun that can stand for a person or a
// body. "It" is left out: it is an event or nothing more often than a party.
func (g *graph) personal(t int) bool {
	switch g.doc.Lower(t) {
	case "he", "she", "they", "him", "her", "them", "we", "us", "i", "me", "you", "who", "whom", "both", "each":
		return true
	}
	return false
}

// plural reports whether noun t is in the plural.
func (g *graph) plural(t int) bool {
	x := g.doc.Tokens[t].XPOS
	return x == "NNS" || x == "NNPS"
}

// group lists t and what is coordinated with it.
func (g *graph) group(t int) []int {
	out := []int{t}
	for _, k := range g.Kids[t] {
		if nlp.HasRel(g.doc.Tokens[k].Deprel, "conj") {
			switch g.doc.Tokens[k].UPOS {
			case "NOUN", "PROPN", "PRON", "NUM", "ADJ", "X", "SYM", "DET":
				out = append(out, g.group(k)...)
			default:
				if g.name(k) {
					out = append(out, g.group(k)...) // "Baek Do-in", its last word read as a particle
				}
			}
		}
	}
	return out
}

// coordinationTop is the first conjunct of t's coordination.
func (g *graph) coordinationTop(t int) int {
	for n := 0; n < 20 && nlp.HasRel(g.doc.Tokens[t].Deprel, "conj"); n++ {
		h := g.doc.Tokens[t].Head
		if h == nlp.None {
			break
		}
		t = h
	}
	return t
}

// caseOf is the preposition of t, lower-cased; "" when it has none.
func (g *graph) caseOf(t int) string {
	for _, k := range g.Kids[t] {
		if nlp.HasRel(g.doc.Tokens[k].Deprel, "case") && g.doc.Tokens[k].UPOS != "PART" {
			return g.doc.Lower(k)
		}
	}
	// A name read in pieces: the preposition hangs on another word of it.
	if m := g.Covered[t]; m != nlp.None && g.doc.Mentions[m].Form == readout.FormName && g.doc.Mentions[m].Last-g.doc.Mentions[m].First > 1 {
		for x := g.doc.Mentions[m].First; x < g.doc.Mentions[m].Last && x < len(g.doc.Tokens); x++ {
			for _, k := range g.Kids[x] {
				if x != t && k < x && nlp.HasRel(g.doc.Tokens[k].Deprel, "case") && g.doc.Tokens[k].UPOS == "ADP" && k < g.doc.Mentions[m].First {
					return g.doc.Lower(k)
				}
			}
		}
	}
	// "accused of breaking", "after meeting": the subordinator of a gerund.
	if g.doc.Tokens[t].UPOS == "VERB" {
		for _, k := range g.Kids[t] {
			if g.doc.Tokens[k].Deprel == "mark" {
				return g.doc.Lower(k)
			}
		}
	}
	return ""
}

// obliqueOf reports whether t hangs on its head by one of preps.
func (g *graph) obliqueOf(t int, preps []string) bool {
	if !nlp.HasRel(g.doc.Tokens[t].Deprel, "obl", "nmod", "advcl", "acl", "conj") {
		return false
	}
	c := g.caseOf(t)
	return c != "" && contains(preps, c)
}

// passive reports whether verb v is in the passive.
func (g *graph) passive(v int) bool {
	for _, k := range g.Kids[v] {
		d := g.doc.Tokens[k].Deprel
		if d == "nsubj:pass" || d == "aux:pass" || d == "csubj:pass" {
			return true
		}
	}
	return false
}

// subject finds who does (or, when passive, undergoes) what verb v says: its
// own subject, or one shared by coordination, control or a relative clause.
func (g *graph) subject(v int) (subj int, passive bool) {
	doc := g.doc
	passive = g.passive(v)
	for n := 0; n < 12; n++ {
		if s := g.Child(v, "nsubj"); s != nlp.None {
			if doc.Tokens[s].UPOS == "PRON" && g.relativePronoun(s) {
				if a := g.antecedent(v); a != nlp.None {
					return a, passive
				}
			}
			return s, passive
		}
		h := doc.Tokens[v].Head
		if h == nlp.None {
			return nlp.None, passive
		}
		switch {
		case nlp.HasRel(doc.Tokens[v].Deprel, "conj"):
			if doc.Tokens[h].UPOS != "VERB" && doc.Tokens[h].UPOS != "AUX" && g.Child(h, "cop") == nlp.None {
				return nlp.None, passive
			}
			v = h
		case doc.Tokens[v].Deprel == "xcomp":
			if o := g.addressee(h); o != nlp.None {
				return o, passive
			}
			if o := g.Child(h, "obj", "iobj"); o != nlp.None && !subjectControl(g.Lemma(h)) && g.inClass(g.lex, o, "@party") {
				return o, passive
			}
			if g.passive(h) {
				// "was asked to meet": the subject of the passive is the controller.
				s, _ := g.subject(h)
				return s, passive
			}
			v = h
		case nlp.HasRel(doc.Tokens[v].Deprel, "advcl"):
			if g.Child(v, "mark") != nlp.None && doc.Tokens[v].XPOS != "VBG" && doc.Tokens[v].XPOS != "VB" && doc.Tokens[v].XPOS != "VBN" {
				return nlp.None, passive
			}
			if o := g.Child(h, "obj"); o != nlp.None && (g.caseOf(v) == "of" || g.lex.lists["objectcontrol"][g.Lemma(h)] && g.infinitive(v)) {
				return o, passive // "accused Karvany of shelling", "ordered officials to begin"
			}
			v = h
		case nlp.HasRel(doc.Tokens[v].Deprel, "acl"):
			switch doc.Tokens[v].XPOS {
			case "VBN":
				return h, true
			case "VBG":
				return h, passive
			}
			// "a plan to meet", "its pledge to stop": who has the plan.
			if p := g.Child(h, "nmod:poss"); p != nlp.None {
				return p, passive
			}
			for _, k := range g.Kids[h] {
				if k > h && k < v && nlp.HasRel(doc.Tokens[k].Deprel, "nmod") && g.caseOf(k) == "by" {
					return k, passive // "a visit by Ered to meet Maren"
				}
			}
			hh := doc.Tokens[h].Head
			if hh == nlp.None || !nlp.HasRel(doc.Tokens[h].Deprel, "obj", "obl") {
				return nlp.None, passive
			}
			v = hh
		default:
			return nlp.None, passive
		}
	}
	return nlp.None, passive
}

// addressee is X of "called on X to …" and "appealed to X to …", or None.
func (g *graph) addressee(v int) int {
	l := g.Lemma(v)
	if l != "call" && l != "appeal" {
		return nlp.None
	}
	for _, k := range g.Kids[v] {
		if c := g.caseOf(k); nlp.HasRel(g.doc.Tokens[k].Deprel, "obl") && (c == "on" || c == "upon" || l == "appeal" && c == "to") {
			return k
		}
	}
	return nlp.None
}

// subjectControl reports whether an infinitive after lemma and its object is
// done by the subject ("promised Orrin to withdraw").
func subjectControl(lemma string) bool {
	return lemma == "promise" || lemma == "pledge" || lemma == "vow"
}

func (g *graph) relativePronoun(t int) bool {
	switch g.doc.Lower(t) {
	case "who", "which", "that":
		return true
	}
	return false
}

// antecedent is the noun that the relative clause of verb v describes.
func (g *graph) antecedent(v int) int {
	for n := 0; n < 8; n++ {
		d := g.doc.Tokens[v].Deprel
		h := g.doc.Tokens[v].Head
		switch {
		case h == nlp.None:
			return nlp.None
		case nlp.HasRel(d, "acl"):
			return h
		case nlp.HasRel(d, "conj") || d == "xcomp":
			v = h
		default:
			return nlp.None
		}
	}
	return nlp.None
}

// definite reports whether noun t points to something known: an article or
// demonstrative, a possessor, "such".
func (g *graph) definite(t int) bool {
	for _, k := range g.Kids[t] {
		d := g.doc.Tokens[k].Deprel
		if d == "nmod:poss" || nlp.HasRel(d, "det") && g.demonstrative(k) || g.doc.Lower(k) == "such" && nlp.HasRel(d, "amod", "det") {
			return true
		}
	}
	return false
}

// identifies reports whether noun t says what "it" was.
func (g *graph) identifies(t int) bool {
	if g.Child(t, "cop") == nlp.None {
		return false
	}
	s := g.Child(t, "nsubj")
	if s == nlp.None {
		return false
	}
	w := g.doc.Lower(s)
	return w == "it" || w == "this" || w == "that"
}

// pointing reports whether noun t points back without an article that the tree
// shows: "that meeting" read as a clause, or "it was a meeting that …".
func (g *graph) pointing(t int) bool {
	if g.identifies(t) {
		return true
	}
	if g.plural(t) || t == 0 || g.doc.Tokens[t-1].Sent != g.doc.Tokens[t].Sent {
		return false
	}
	w := g.doc.Lower(t - 1)
	return (w == "that" || w == "this") && g.Child(t, "det") == nlp.None
}

func (g *graph) demonstrative(t int) bool {
	switch g.doc.Lower(t) {
	case "the", "this", "that", "these", "those":
		return true
	}
	return false
}

// counted reports whether noun t is said to be many ("seven calls", "several
// rounds of talks").
func (g *graph) counted(lex *lexicon, t int) bool {
	return slices.ContainsFunc(g.Kids[t], func(k int) bool {
		return nlp.HasRel(g.doc.Tokens[k].Deprel, "nummod", "amod", "det") && g.timex(k) == nlp.None && (lex.lists["count"][g.Lemma(k)] || g.number(k) > 1)
	})
}

// number reads a small cardinal in figures; 0 when t is none.
func (g *graph) number(t int) int {
	n := 0
	for _, c := range g.doc.Word(t) {
		if c < '0' || c > '9' || n > 1000 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// repeated reports whether verb t is said to have happened many times.
func (g *graph) repeated(lex *lexicon, t int) bool {
	for _, k := range g.Kids[t] {
		l := g.Lemma(k)
		if lex.lists["repeat"][l] && nlp.HasRel(g.doc.Tokens[k].Deprel, "advmod") {
			return true
		}
		if lex.lists["occasion"][l] && g.plural(k) && nlp.HasRel(g.doc.Tokens[k].Deprel, "obl", "advmod", "obj", "nmod") {
			return true
		}
	}
	return false
}

// again reports whether verb t is said to happen once more.
func (g *graph) again(t int) bool {
	return slices.ContainsFunc(g.Kids[t], func(k int) bool {
		return nlp.HasRel(g.doc.Tokens[k].Deprel, "advmod") && g.doc.Lower(k) == "again"
	})
}

// ordinal is the word that numbers or orders noun t ("next", "third"), or "".
func (g *graph) ordinal(lex *lexicon, t int) string {
	for _, k := range g.Kids[t] {
		if !nlp.HasRel(g.doc.Tokens[k].Deprel, "amod", "nummod", "det", "nmod") {
			continue
		}
		if lex.lists["ordinal"][g.Lemma(k)] {
			return g.Lemma(k)
		}
		if w := g.doc.Lower(k); lex.lists["ordinal"][w] {
			return w // "latest", whose lemma is "late"
		}
	}
	return ""
}

// contiguous reports whether the words from k to t all belong to the phrase
// of t.
func (g *graph) contiguous(k, t int) bool {
	for i := k + 1; i < t; i++ {
		if !g.under(i, t) {
			return false
		}
	}
	return true
}

// under reports whether top dominates t.
func (g *graph) under(t, top int) bool {
	for n := 0; t != nlp.None && n < 200; n++ {
		if t == top {
			return true
		}
		t = g.doc.Tokens[t].Head
	}
	return false
}
