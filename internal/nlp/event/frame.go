package event

import (
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/nlp"
)

// condition is one condition of a frame.
type condition struct {
	negate bool
	kind   conditionKind
	rel    string   // relation of the dependent or of the trigger to its governor
	preps  []string // cases of an oblique
	form   string
	alts   []alternative // nil: any word
}

type conditionKind byte

const (
	onDependent conditionKind = iota
	onGovernor
	onForm
)

// alternative is a lemma, a list or a class of words.
type alternative struct {
	lemma string
	list  map[string]bool
	class string
}

// parseFrame reads the conditions of one row of triggers.tsv.
func (lex *lexicon) parseFrame(s string) ([]condition, error) {
	var out []condition
	for _, f := range strings.Fields(s) {
		var c condition
		f, c.negate = strings.CutPrefix(f, "!")
		key, alts, hasAlts := strings.Cut(f, "=")
		switch {
		case key == "form":
			c.kind, c.form = onForm, alts
			if alts != "plural" && alts != "singular" {
				return nil, fmt.Errorf("form %q, want plural or singular", alts)
			}
			out = append(out, c)
			continue
		case strings.HasPrefix(key, "head."):
			c.kind = onGovernor
			key = key[len("head."):]
		}
		if preps, ok := strings.CutPrefix(key, "prep."); ok {
			c.preps = strings.Split(preps, ",")
		} else {
			c.rel = key
		}
		if c.rel == "" && c.preps == nil {
			return nil, fmt.Errorf("condition %q names no relation", f)
		}
		if hasAlts {
			for _, a := range strings.Split(alts, "|") {
				alt, err := lex.parseAlternative(a)
				if err != nil {
					return nil, fmt.Errorf("condition %q: %w", f, err)
				}
				c.alts = append(c.alts, alt)
			}
		}
		out = append(out, c)
	}
	return out, nil
}

func (lex *lexicon) parseAlternative(a string) (alternative, error) {
	switch {
	case a == "":
		return alternative{}, fmt.Errorf("empty alternative")
	case a[0] == '%':
		l := lex.lists[a[1:]]
		if l == nil {
			return alternative{}, fmt.Errorf("list %s is not in lists.tsv", a)
		}
		return alternative{list: l}, nil
	case a[0] == '@':
		switch a {
		case "@party", "@pair", "@press", "@place", "@person", "@official":
			return alternative{class: a}, nil
		}
		return alternative{}, fmt.Errorf("class %s is unknown", a)
	}
	return alternative{lemma: a}, nil
}

// partnerPreps are the prepositions of the other party, which may stand on the
// object as well as on the verb.
var partnerPreps = []string{"with", "between", "against", "on", "of"}

// nounLike reports whether a word tagged as a verb has what only nouns have:
// an article, a compound ("Sollund-Karvany talks in Dorne").
func (g *graph) nounLike(t int) bool {
	return g.Child(t, "det", "nmod:poss") != nlp.None || slices.ContainsFunc(g.Kids[t], func(k int) bool {
		return k < t && (g.doc.Tokens[k].Deprel == "compound" || g.doc.Tokens[k].Deprel == "amod")
	})
}

// anyLemma stands in triggers.tsv for any word of the class, tried after the
// rows of the word itself.
const anyLemma = "*"

// match returns the first row that fits token t, or nil.
func (lex *lexicon) match(g *graph, t int) *trigger {
	tok := &g.doc.Tokens[t]
	var pos string
	switch tok.UPOS {
	case "VERB":
		pos = "V"
		if g.nounLike(t) || strings.HasPrefix(tok.XPOS, "NN") {
			pos = "N"
		}
	case "NOUN", "PROPN":
		pos = "N"
	case "ADJ":
		pos = "A"
	default:
		return nil
	}
	if tok.UPOS == "PROPN" && g.name(t) {
		return nil // "the Doha Talks Centre", "Ms Call"
	}
	for _, lemma := range []string{g.Lemma(t), anyLemma} {
		for _, row := range lex.triggers[pos+" "+lemma] {
			if g.fits(lex, t, row.frame) {
				return row
			}
		}
	}
	return nil
}

func (g *graph) fits(lex *lexicon, t int, frame []condition) bool {
	for i := range frame {
		if g.holds(lex, t, &frame[i]) == frame[i].negate {
			return false
		}
	}
	return true
}

func (g *graph) holds(lex *lexicon, t int, c *condition) bool {
	switch c.kind {
	case onForm:
		return g.plural(t) == (c.form == "plural")
	case onGovernor:
		top := g.coordinationTop(t)
		head := g.doc.Tokens[top].Head
		if head == nlp.None {
			return false
		}
		if c.preps != nil {
			return g.obliqueOf(top, c.preps) && g.isOne(lex, head, c.alts)
		}
		return nlp.HasRel(g.doc.Tokens[top].Deprel, c.rel) && g.isOne(lex, head, c.alts)
	}
	if c.rel == "obj2" {
		n := 0
		for _, k := range g.Kids[t] {
			if nlp.HasRel(g.doc.Tokens[k].Deprel, "obj", "iobj", "xcomp") && g.timex(k) == nlp.None {
				n++
			}
		}
		return n > 1
	}
	if c.rel == "nsubj" {
		// The subject may stand at another verb: control, coordination, relative clause.
		s, passive := g.subject(t)
		return s != nlp.None && !passive && g.isOne(lex, s, c.alts)
	}
	for _, k := range g.Kids[t] {
		if c.preps != nil && g.timex(k) != nlp.None {
			continue // "on 17 February they spoke"
		}
		if c.preps != nil {
			if g.obliqueOf(k, c.preps) && g.isOne(lex, k, c.alts) {
				return true
			}
			// "discuss the matter with Ered": the parser may hang the phrase on
			// the object.
			if nlp.HasRel(g.doc.Tokens[k].Deprel, "obj") && c.alts != nil && !c.negate {
				for _, kk := range g.Kids[k] {
					if g.obliqueOf(kk, c.preps) && contains(partnerPreps, g.caseOf(kk)) && g.isOne(lex, kk, c.alts) {
						return true
					}
				}
			}
			continue
		}
		if c.rel == "inf" {
			noun := nlp.HasRel(g.doc.Tokens[k].Deprel, "acl") && g.doc.Tokens[t].UPOS != "VERB"
			if (noun || nlp.HasRel(g.doc.Tokens[k].Deprel, "xcomp", "ccomp", "advcl")) && g.infinitive(k) && g.isOne(lex, k, c.alts) && (c.alts == nil || !g.Negated(k)) {
				return true
			}
			continue
		}
		d := g.doc.Tokens[k].Deprel
		if d == "xcomp" && c.alts != nil && g.Negated(k) {
			continue // "vowed not to attack" threatens nobody
		}
		if (nlp.HasRel(d, c.rel) || c.rel == "obj" && d == "iobj") && (g.isOne(lex, k, c.alts) || c.rel == "obj" && !c.negate && g.conjunctIs(lex, k, c.alts)) {
			return true
		}
	}
	// "handed over the boats": the particle read as a preposition.
	if n := t + 1; c.rel == "compound:prt" && n < len(g.doc.Tokens) && g.doc.Tokens[n].Sent == g.doc.Tokens[t].Sent && g.doc.Tokens[n].UPOS == "ADP" {
		return g.isOne(lex, n, c.alts)
	}
	return false
}

// countedKind looks through measures and compounds: "thousands of troops",
// "aid deliveries", "part of a military programme" are of the list of troops or
// of aid.
func (g *graph) countedKind(list map[string]bool, t int) bool {
	measure := g.lex.lists["quantity"][g.Lemma(t)]
	return slices.ContainsFunc(g.Kids[t], func(k int) bool {
		d := g.doc.Tokens[k].Deprel
		if measure && nlp.HasRel(d, "nmod") && g.caseOf(k) == "of" {
			return list[g.Lemma(k)] || g.countedKind(list, k)
		}
		return list[g.Lemma(k)] && nlp.HasRel(d, "compound") && g.doc.Tokens[k].UPOS == "NOUN"
	})
}

// conjunctIs reports whether a word coordinated with t is one of alts: "gave
// photographs and weapons".
func (g *graph) conjunctIs(lex *lexicon, t int, alts []alternative) bool {
	return slices.ContainsFunc(g.Kids[t], func(k int) bool {
		return nlp.HasRel(g.doc.Tokens[k].Deprel, "conj") && g.doc.Tokens[k].UPOS == "NOUN" && g.isOne(lex, k, alts)
	})
}

// isOne reports whether token t is one of alts; any token is when alts is nil.
func (g *graph) isOne(lex *lexicon, t int, alts []alternative) bool {
	if alts == nil {
		return true
	}
	for i := range alts {
		a := &alts[i]
		switch {
		case a.class != "":
			if g.inClass(lex, t, a.class) {
				return true
			}
		case a.list != nil:
			if a.list[g.Lemma(t)] || g.countedKind(a.list, t) {
				return true
			}
		case a.lemma == g.Lemma(t):
			return true
		}
	}
	return false
}
