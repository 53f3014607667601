package position

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// tree is the doc, repaired, with its trees.
type tree struct {
	*nlp.Tree
	doc *nlp.Doc
}

func newTree(doc *nlp.Doc) *tree {
	doc = repaired(doc)
	longer := func(second, first *nlp.Mention) bool { return second.Len() > first.Len() }
	return &tree{nlp.NewTree(doc, longer), doc}
}

// repaired is doc, or a copy of it in which a word that heads itself
// through others is a root, and no root has another relation: what hangs by a
// relation has a head. Verbs taken for nouns are verbs in the copy.
func repaired(doc *nlp.Doc) *nlp.Doc {
	const fresh, open, done = 0, 1, 2
	state := make([]byte, len(doc.Tokens))
	var cut []int
	for t := range doc.Tokens {
		v := t
		if doc.Tokens[t].Head == nlp.None && doc.Tokens[t].Deprel != "root" {
			cut = append(cut, t)
		}
		for v != nlp.None && state[v] == fresh {
			state[v] = open
			v = doc.Tokens[v].Head
		}
		if v != nlp.None && state[v] == open {
			cut = append(cut, v)
		}
		for v = t; v != nlp.None && state[v] == open; v = doc.Tokens[v].Head {
			state[v] = done
		}
	}
	verbs := mistakenNouns(doc)
	if cut == nil && verbs == nil {
		return doc
	}
	work := *doc
	work.Tokens = slices.Clone(doc.Tokens)
	toks := work.Tokens
	for _, t := range cut {
		toks[t].Head, toks[t].Deprel = nlp.None, "root"
	}
	for _, v := range verbs {
		toks[v.noun].UPOS, toks[v.noun].XPOS = "VERB", "VBZ"
		toks[v.noun].Head, toks[v.noun].Deprel = v.verb, "conj"
		toks[v.clause].Head, toks[v.clause].Deprel = v.noun, "ccomp"
		toks[v.noun+1].UPOS, toks[v.noun+1].Deprel = "SCONJ", "mark"
	}
	return &work
}

// mistaken is a verb in -s that the parser took for a plural noun.
type mistaken struct{ noun, verb, clause int }

// mistakenNouns finds the verbs of "rejects the plan and demands that Karvany
// leave": bare plurals with a clause, coordinated with what a verb in -s
// governs.
func mistakenNouns(doc *nlp.Doc) []mistaken {
	var out []mistaken
	for t := range doc.Tokens {
		tok := &doc.Tokens[t]
		if tok.XPOS != "NNS" || !nlp.HasRel(tok.Deprel, "conj") || tok.Head == nlp.None {
			continue
		}
		if t+2 >= len(doc.Tokens) || doc.Tokens[t+2].Sent != tok.Sent || doc.Lower(t+1) != "that" {
			continue
		}
		clause, bare := nlp.None, true
		for _, k := range doc.Children(t) {
			if nlp.HasRel(doc.Tokens[k].Deprel, "det", "amod", "nmod", "compound", "nummod") {
				bare = false
			}
		}
		for _, k := range append(doc.Children(t), doc.Children(tok.Head)...) {
			if k <= t+1 || !nlp.HasRel(doc.Tokens[k].Deprel, "acl", "ccomp") {
				continue
			}
			for _, s := range doc.Children(k) {
				if s > t+1 && s < k && nlp.HasRel(doc.Tokens[s].Deprel, "nsubj") {
					clause = k
				}
			}
		}
		if clause == nlp.None || !bare {
			continue
		}
		for v, n := tok.Head, 0; v != nlp.None && n < maxClimb; v, n = doc.Tokens[v].Head, n+1 {
			if doc.Tokens[v].XPOS == "VBZ" {
				out = append(out, mistaken{t, v, clause})
				break
			}
			if doc.Tokens[v].UPOS == "VERB" && doc.Tokens[v].XPOS != "VBG" && doc.Tokens[v].XPOS != "VB" {
				break
			}
		}
	}
	return out
}

// caseOf is the preposition of noun or gerund t in lower case, "" when it has
// none. Of several the last counts ("out of").
func (tr *tree) caseOf(t int) string {
	c := ""
	for _, k := range tr.Kids[t] {
		if k > t {
			break
		}
		if tr.Rel(k, "case") && tr.doc.Tokens[k].UPOS != "PART" {
			c = tr.doc.Lower(k)
		}
	}
	if c == "" && tr.doc.Tokens[t].XPOS == "VBG" {
		if k := tr.Child(t, "mark"); k != nlp.None && k < t {
			return tr.doc.Lower(k)
		}
	}
	return c
}

// verbal reports whether t heads a clause: a verb, or a predicate with a copula.
func (tr *tree) verbal(t int) bool {
	u := tr.doc.Tokens[t].UPOS
	return u == "VERB" || u == "AUX" || tr.Child(t, "cop") != nlp.None
}

// infinitive reports whether verb or predicate t stands in a to-infinitive;
// a later conjunct may leave "to" out.
func (tr *tree) infinitive(t int) bool {
	for _, k := range tr.Kids[t] {
		if k < t && tr.Rel(k, "mark") && tr.doc.Lower(k) == "to" {
			return true
		}
	}
	return false
}

// finite reports whether clause t has a tense: a finite verb, an auxiliary or
// copula that is.
func (tr *tree) finite(t int) bool {
	fin := func(x string) bool { return x == "VBD" || x == "VBZ" || x == "VBP" || x == "MD" }
	if fin(tr.doc.Tokens[t].XPOS) {
		return true
	}
	for _, k := range tr.Kids[t] {
		if tr.Rel(k, "aux", "cop") && fin(tr.doc.Tokens[k].XPOS) {
			return true
		}
	}
	return false
}

// auxes lists the lemmas of the auxiliaries of t, in order.
func (tr *tree) auxes(t int) []string {
	var out []string
	for _, k := range tr.Kids[t] {
		if tr.Rel(k, "aux") {
			out = append(out, tr.doc.Lower(k))
		}
	}
	return out
}

// negated reports whether clause or noun t is denied, by a word of its own or
// by a part of which there is none: "no one demanded", "will pay nothing".
func (tr *tree) negated(t int) bool {
	verbal := tr.verbal(t)
	if tr.Negated(t) || !verbal && tr.Nothing(t) {
		return true
	}
	for _, k := range tr.Kids[t] {
		if k > t {
			break
		}
		switch tr.doc.Lower(k) {
		case "no":
			if tr.Rel(k, "det", "advmod") && !verbal {
				return true
			}
		case "little", "zero":
			if tr.Rel(k, "amod", "nummod") && tr.doc.Tokens[t].UPOS == "NOUN" && tr.Child(t, "det") == nlp.None {
				return true // "showed little interest"
			}
		}
	}
	return false
}

// negatedBetween reports whether a word between subject s and verb t denies the
// verb, wherever the tree hangs it, but for one inside a phrase or clause of
// its own: "we will not, and never will, withdraw".
func (tr *tree) negatedBetween(s, t int) bool {
	for k := s + 1; k < t; k++ {
		h := tr.doc.Tokens[k].Head
		if tr.Negator(k) && (h <= s || h >= t || tr.doc.Tokens[h].UPOS == "AUX" || tr.doc.Tokens[h].UPOS == "ADV") {
			return true
		}
	}
	return false
}

// negatedNoun reports whether noun t has "no" before it.
func (tr *tree) negatedNoun(t int) bool {
	for _, k := range tr.Kids[t] {
		if k < t && tr.Rel(k, "det") && tr.doc.Lower(k) == "no" {
			return true
		}
	}
	return false
}

// passive reports whether verb v is in the passive. A participle without an
// auxiliary that has a subject before it is a past tense that the parser took
// for one.
func (tr *tree) passive(v int) bool {
	subject := false
	for _, k := range tr.Kids[v] {
		switch tr.doc.Tokens[k].Deprel {
		case "aux:pass":
			return true
		case "nsubj:pass", "csubj:pass":
			subject = true
		}
	}
	if subject {
		return tr.Child(v, "aux") != nlp.None || tr.Rel(v, "conj") && tr.passive(tr.doc.Tokens[v].Head)
	}
	return tr.doc.Tokens[v].XPOS == "VBN" && (tr.Rel(v, "acl") && tr.doc.Tokens[v].Deprel != "acl:relcl" ||
		tr.Rel(v, "advcl") && tr.Child(v, "nsubj") == nlp.None && tr.Child(v, "aux") == nlp.None)
}

// agent is X of "rejected by X", or None.
func (tr *tree) agent(v int) int {
	for _, k := range tr.Kids[v] {
		if k > v && tr.Rel(k, "obl") && tr.caseOf(k) == "by" && tr.doc.Tokens[k].UPOS != "VERB" {
			return k
		}
	}
	return nlp.None
}

// group lists t and the nouns coordinated with it.
func (tr *tree) group(t int) []int {
	out := []int{t}
	for _, k := range tr.Kids[t] {
		if tr.Rel(k, "conj") && !tr.verbal(k) {
			out = append(out, tr.group(k)...)
		}
	}
	return out
}

// maxClimb bounds walks up a tree; parsers give trees, but a Doc built by hand
// need not be one.
const maxClimb = 40

// subject is who does, or when passive undergoes, what v says: its own
// subject or one shared by coordination, control, a participle or a relative
// clause. None when the tree does not say.
func (tr *tree) subject(v int, lex *lexicon) int {
	doc := tr.doc
	for n := 0; n < maxClimb; n++ {
		if s := tr.ownSubject(v); s != nlp.None {
			if w := doc.Lower(s); w == "who" || w == "which" || w == "that" && doc.Tokens[s].UPOS == "PRON" && tr.Rel(v, "acl") {
				for a, m := v, 0; m < maxClimb; m++ {
					if tr.Rel(a, "acl") {
						return doc.Tokens[a].Head
					}
					if a = doc.Tokens[a].Head; a == nlp.None {
						break
					}
				}
				return nlp.None
			}
			return s
		}
		if s := tr.before(v); s != nlp.None {
			return s
		}
		h := doc.Tokens[v].Head
		if h == nlp.None {
			return nlp.None
		}
		switch {
		case tr.Rel(v, "conj", "parataxis"):
			if !tr.verbal(h) && tr.Child(h, "nsubj") == nlp.None && (tr.doc.Tokens[h].UPOS != "ADJ" || tr.doc.Tokens[v].UPOS != "ADJ") {
				return nlp.None
			}
			v = h
		case tr.Rel(v, "xcomp"), tr.Rel(v, "ccomp", "advcl") && tr.infinitive(v):
			l := tr.Lemma(h)
			if !lex.list("subject-control", l) {
				if lex.list("object-control", l) {
					if tr.passive(h) {
						if s := tr.Child(h, "nsubj"); s != nlp.None {
							return s
						}
					}
					if o := tr.Child(h, "iobj", "obj"); o != nlp.None {
						return o
					}
					for _, k := range tr.Kids[h] {
						if c := tr.caseOf(k); tr.Rel(k, "obl") && k > h && (c == "on" || c == "upon" || c == "to") {
							return k
						}
					}
				}
			}
			v = h
		case tr.Rel(v, "advcl"):
			if k := tr.Child(v, "mark"); k != nlp.None && doc.Tokens[v].XPOS != "VBG" && doc.Tokens[v].XPOS != "VBN" {
				return nlp.None
			}
			if c := tr.caseOf(v); c == "of" || c == "for" || c == "from" {
				if o := tr.Child(h, "obj", "iobj"); o != nlp.None {
					return o // "criticised Karvany for refusing"
				}
				if tr.passive(h) {
					return tr.Child(h, "nsubj")
				}
			}
			v = h
			if doc.Tokens[h].Deprel == "acl" && tr.finite(h) && doc.Tokens[h].Head != nlp.None && doc.Tokens[v-1].UPOS == "PUNCT" {
				v = doc.Tokens[h].Head // "denied the charge that …, blaming …"
			}
		case tr.Rel(v, "acl"):
			if x := doc.Tokens[v].XPOS; x == "VBN" || x == "VBG" {
				return h
			}
			if p := tr.Child(h, "nmod:poss"); p != nlp.None {
				return p // "its pledge to stop"
			}
			hh := doc.Tokens[h].Head
			if hh == nlp.None || !tr.Rel(h, "obj", "obl") {
				return nlp.None
			}
			v = hh
		default:
			return nlp.None
		}
	}
	return nlp.None
}

// ownSubject is the subject of v in the tree, or None. A dateline that the
// parser took for it ("DORNE (Lake Agency) - Sollund plans …") gives way to the
// phrase right before the verb.
func (tr *tree) ownSubject(v int) int {
	s := tr.Child(v, "nsubj")
	if s == nlp.None {
		// "it is willing to talk", the pronoun taken for an expletive.
		if e := tr.Child(v, "expl"); e != nlp.None && e < v && tr.doc.Lower(e) == "it" && tr.doc.Tokens[v].UPOS == "ADJ" && tr.Child(v, "xcomp") != nlp.None {
			return e
		}
		return tr.reduced(v)
	}
	if first, _ := tr.doc.Subtree(s); first > 0 && first < v && tr.doc.Lower(first-1) == "with" && tr.doc.Tokens[first-1].Head == v {
		return nlp.None // "his talks [with Tomas Ered would] focus on"
	}
	if tr.Headed[s] == nlp.None {
		// The title and the name of "Foreign Secretary Ilse Maren" as two subjects.
		for _, k := range tr.Kids[v] {
			if k > s && k < v && tr.Rel(k, "nsubj") && tr.Headed[k] != nlp.None {
				s = k
			}
		}
	}
	sent := &tr.doc.Sentences[tr.doc.Tokens[v].Sent]
	if first, _ := tr.doc.Subtree(s); first > sent.First+1 || s > sent.First+3 {
		return s
	}
	dash := false
	for k := s; k < v; k++ {
		switch tr.doc.Word(k) {
		case "-", "—", "–", "--":
			dash = dash || k > s+1 && (tr.doc.Word(k-1) == ")" || k+1 < v)
		}
	}
	if !dash || tr.doc.Word(s+1) != "(" && strings.ToUpper(tr.doc.Word(s)) != tr.doc.Word(s) {
		return s
	}
	for k := v - 1; k > s; k-- {
		if m := tr.Headed[k]; m != nlp.None && tr.doc.Mentions[m].Last == k+1 {
			return k
		}
		if u := tr.doc.Tokens[k].UPOS; u != "AUX" && u != "ADV" {
			break
		}
	}
	return nlp.None
}

// reduced is the subject of "tariffs already raised should be lifted" when the
// parser took the participle for a verb beside v, or None.
func (tr *tree) reduced(v int) int {
	a := tr.Child(v, "aux")
	if a == nlp.None || a > v || a == 0 || tr.doc.Tokens[a].XPOS != "MD" {
		return nlp.None
	}
	p := a - 1
	if x := tr.doc.Tokens[p].XPOS; x != "VBN" && x != "VBD" || tr.doc.Tokens[p].Sent != tr.doc.Tokens[v].Sent {
		return nlp.None
	}
	if h := tr.doc.Tokens[p].Head; h != v && h != tr.doc.Tokens[v].Head || h == nlp.None {
		return nlp.None
	}
	return tr.Child(p, "nsubj")
}

// before is a name right before finite verb v that the parser did not take for
// its subject, or None.
func (tr *tree) before(v int) int {
	doc := tr.doc
	if x := doc.Tokens[v].XPOS; x != "VBD" && x != "VBZ" && x != "VBP" && (x != "VBN" || !tr.Rel(v, "root")) {
		return nlp.None
	}
	for _, k := range tr.Kids[v] {
		if k >= v || !tr.Rel(k, "advmod", "obl:unmarked", "nmod", "compound", "dep", "obj", "dislocated", "vocative") {
			continue
		}
		m := tr.Headed[k]
		if m != nlp.None && doc.Mentions[m].Form == readout.FormName && doc.Mentions[m].Last >= v-1 && tr.caseOf(k) == "" {
			return k
		}
	}
	return nlp.None
}

// extent is the span of the words under head without the subtrees of cut,
// without marks, commas and conjunctions at its ends.
func (tr *tree) extent(head int, cut []int) (readout.Span, int, int) {
	doc := tr.doc
	first, last := head, head
	var walk func(t, depth int)
	walk = func(t, depth int) {
		if doc.Tokens[t].UPOS != "PUNCT" { // a quotation mark before what is cut
			first, last = min(first, t), max(last, t)
		}
		if depth > maxClimb {
			return
		}
		for _, k := range tr.Kids[t] {
			if !slices.Contains(cut, k) {
				walk(k, depth+1)
			}
		}
	}
	walk(head, 0)
	// A cut subtree before the head that lies inside the run stays inside; one
	// at an end is gone already.
	for first < head && tr.loose(first) {
		first++
	}
	for last > head && (tr.loose(last) || doc.Tokens[last].UPOS == "PUNCT") {
		last--
	}
	return doc.TokenSpan(first, last+1), first, last + 1
}

// loose reports whether t at the edge of a phrase says nothing: a mark, a
// conjunction, a comma.
func (tr *tree) loose(t int) bool {
	switch tr.doc.Tokens[t].UPOS {
	case "PUNCT", "CCONJ":
		return true
	}
	return false
}
