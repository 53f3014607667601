package event

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// repaired is doc with its tokens copied and the attachments mended that
// parsers get wrong in ways that matter to events. The Doc itself keeps the
// trees of the parser. In order:
//
//   - "telephone call" is one noun phrase: a phone word right before a noun of
//     talking becomes its compound, and the words before the two belong to the
//     noun;
//   - a particle read as the preposition of what follows it ("handed over the
//     boats") belongs to its verb;
//   - what stands in quotation marks hangs on the root of the quotation and not
//     on the verb outside that reports it; a subject behind that root is its
//     object;
//   - a phrase of time ("during a call", "after the talks") that hangs on the
//     name of a person hangs on the verb above.
func repaired(doc *nlp.Doc, lex *lexicon) *nlp.Doc {
	work := *doc
	work.Tokens = slices.Clone(doc.Tokens)
	toks := work.Tokens
	isNoun := func(t int) bool { return len(toks[t].XPOS) >= 2 && toks[t].XPOS[:2] == "NN" }
	name := make([]bool, len(toks))
	for m := range doc.Mentions {
		x := &doc.Mentions[m]
		if x.Type == nlp.PersonName {
			for t := x.First; t < x.Last && t < len(toks); t++ {
				name[t] = true
			}
		}
	}
	for t := 1; t < len(toks); t++ {
		p := t - 1
		if toks[p].Sent != toks[t].Sent {
			continue
		}
		if isNoun(t) && isNoun(p) && lex.lists["phone"][lower(toks, p, doc)] && len(lex.triggers["N "+lower(toks, t, doc)]) > 0 &&
			(toks[p].Head == t || toks[t].Head == p) && toks[p].Deprel != "compound" {
			if toks[t].Head == p {
				toks[t].Head, toks[t].Deprel = toks[p].Head, toks[p].Deprel
			}
			for k := doc.Sentences[toks[t].Sent].First; k < t; k++ {
				if toks[k].Head == p && nlp.HasRel(toks[k].Deprel, "det", "amod", "nummod", "nmod:poss") {
					toks[k].Head = t
				}
			}
			toks[p].Head, toks[p].Deprel = t, "compound"
			toks[t].UPOS = "NOUN"
		}
	}
	for t := 1; t < len(toks); t++ {
		// "handed over the boats"
		v, k := t-1, toks[t].Head
		if toks[t].Sent == toks[v].Sent && toks[t].UPOS == "ADP" && k > t && toks[k].Head == v && toks[t].Deprel == "case" &&
			lex.lists["particle"][lower(toks, v, doc)+" "+doc.Lower(t)] {
			toks[t].Head, toks[t].Deprel = v, "compound:prt"
			toks[k].Deprel = "obj"
		}
	}
	for a := range doc.Attributions {
		if x := &doc.Attributions[a]; x.Kind == readout.Direct && x.CueToken != nlp.None {
			keepQuoted(&work, x)
		}
	}
	for t := range toks {
		h := toks[t].Head
		if h == nlp.None || !name[h] || !isNoun(t) || toks[t].Deprel == "conj" {
			continue
		}
		ofTime := false
		for k := doc.Sentences[toks[t].Sent].First; k < t; k++ {
			if toks[k].Head == t && nlp.HasRel(toks[k].Deprel, "case") && lex.lists["ofTime"][lower(toks, k, doc)] {
				ofTime = true
			}
		}
		if !ofTime {
			continue
		}
		for n := 0; n < 12 && h != nlp.None && toks[h].UPOS != "VERB"; n++ {
			h = toks[h].Head
		}
		if h != nlp.None && h != t {
			toks[t].Head, toks[t].Deprel = h, "obl"
		}
	}
	return &work
}

// keepQuoted moves the words of a direct quotation that a parser hung on its
// cue, in the cue's own sentence, to the root of that part of the quotation. It
// does nothing where the root is not plain.
func keepQuoted(work *nlp.Doc, x *nlp.Attribution) {
	toks := work.Tokens
	for _, piece := range x.Content {
		first, last := work.TokensIn(piece)
		root := nlp.None
		for t := first; t < last; t++ {
			if toks[t].Head == x.CueToken && nlp.HasRel(toks[t].Deprel, "ccomp", "parataxis") {
				if root != nlp.None {
					root = nlp.None
					break
				}
				root = t
			}
		}
		if root == nlp.None || x.CueToken >= first && x.CueToken < last {
			continue
		}
		for t := first; t < last; t++ {
			if t == root || toks[t].Head != x.CueToken {
				continue
			}
			toks[t].Head = root
			if t > root && nlp.HasRel(toks[t].Deprel, "nsubj") {
				toks[t].Deprel = "obj"
			}
		}
	}
}

// lower is the lemma of token t in lower case, or its form.
func lower(toks []nlp.Token, t int, doc *nlp.Doc) string {
	if l := toks[t].Lemma; l != "" && l != "_" {
		return l
	}
	return doc.Lower(t)
}
