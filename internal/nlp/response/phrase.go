package response

import (
	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// phrase covers all words of t's phrase without a leading preposition.
func (g *tree) phrase(t int) readout.Span {
	first, last := g.doc.Subtree(t)
	return g.trimmed(t, first, last)
}

// phraseAlone is phrase without what is coordinated or said of it in a
// clause.
func (g *tree) phraseAlone(t int) readout.Span {
	first, last := t, t+1
	for _, k := range g.Kids[t] {
		if g.Rel(k, "conj", "cc", "acl", "appos", "punct", "parataxis", "cop", "nsubj", "aux", "advmod") || g.timexAt(k) != nlp.None || k > t && g.Negator(k) {
			continue
		}
		f, l := g.doc.Subtree(k)
		first, last = min(first, f), max(last, l)
	}
	return g.trimmed(t, first, last)
}

func (g *tree) trimmed(t, first, last int) readout.Span {
	for first < t && (g.doc.Tokens[first].Head == t && (g.Rel(first, "case", "punct", "cc") || g.Rel(first, "mark") && g.doc.Tokens[t].XPOS == "VBG") || g.doc.Tokens[first].UPOS == "PUNCT" && !opensWord(g.doc.Word(first))) {
		first++
	}
	for last-1 > t && (g.doc.Tokens[last-1].UPOS == "PUNCT" && !closesWord(g.doc.Word(last-1)) || g.doc.Tokens[last-1].Head == t && g.doc.Tokens[last-1].XPOS == "POS") {
		last--
	}
	return g.doc.TokenSpan(first, last)
}

func opensWord(w string) bool  { return w == "“" || w == "\"" || w == "(" || w == "‘" }
func closesWord(w string) bool { return w == "”" || w == "\"" || w == ")" || w == "’" }

// cueSpan covers the cue with its auxiliaries and negation up to the word
// that completes it.
func (g *tree) cueSpan(t, deep int) readout.Span {
	first, last := t, max(t, deep)+1
	for _, k := range g.Kids[t] {
		if k < t && g.Rel(k, "aux", "advmod", "cop") && k >= t-4 {
			first = min(first, k)
		}
	}
	for _, k := range g.Kids[first] {
		if g.Rel(k, "advmod") {
			first = min(first, k)
		}
	}
	if deep == t {
		for _, k := range g.Kids[t] {
			// "pleaded guilty", "gave no details", "stopped short"
			if k > t && k <= t+3 && g.Rel(k, "xcomp", "obj") && !g.infinitive(k) && g.Child(k, "nsubj", "acl") == nlp.None {
				last = max(last, k+1)
			}
		}
	}
	return g.doc.TokenSpan(first, last)
}

// clause is the evidence: the clause of cue t with the words that name who
// answers, when these stand in the same sentence.
func (g *tree) clause(t, who int) readout.Span {
	doc := g.doc
	first, last := t, t+1
	for _, k := range g.Kids[t] {
		if g.Rel(k, "conj", "parataxis") && k > t && doc.Tokens[k].UPOS != "NOUN" || g.Rel(k, "cc") && k > t || g.Rel(k, "punct") {
			continue
		}
		if g.Rel(k, "ccomp") && k < t && g.contentOf(k) != nlp.None {
			continue // the words said before "she confirmed"
		}
		f, l := doc.Subtree(k)
		first, last = min(first, f), max(last, l)
	}
	if who != nlp.None && doc.Tokens[who].Sent == doc.Tokens[t].Sent && who < first && t-who < 40 {
		f, _ := doc.Subtree(who)
		if f > t {
			f = who
		}
		first = min(first, f)
	}
	for last-1 > t && doc.Tokens[last-1].UPOS == "PUNCT" && !closesWord(doc.Word(last-1)) {
		last--
	}
	for first < t && (doc.Tokens[first].UPOS == "PUNCT" && !opensWord(doc.Word(first)) || doc.Tokens[first].UPOS == "CCONJ") {
		first++
	}
	return doc.TokenSpan(first, last)
}

// without cuts from s, the phrase of t, the party that hangs on its end: "the
// call from the palace".
func (g *tree) without(s readout.Span, t, who int) readout.Span {
	if who <= t || !s.Contains(g.doc.Tokens[who].Span) {
		return s
	}
	first, _ := g.doc.Subtree(who)
	for first > t+1 && g.Rel(first-1, "case") {
		first--
	}
	if first <= t {
		return s
	}
	s.End = g.doc.Tokens[first-1].End
	return s
}

// insideOf is the statement whose content holds who but not the cue t that
// shares its subject by coordination, or None.
func (g *tree) insideOf(who, t int) int {
	a := g.contentOf(who)
	if a == nlp.None || a == g.contentOf(t) || !g.Rel(t, "conj") || g.doc.Attributions[a].Speaker == nlp.None {
		return nlp.None
	}
	if x := &g.doc.Attributions[a]; x.Cue.Contains(g.doc.Tokens[t].Span) {
		return nlp.None
	}
	return a
}
