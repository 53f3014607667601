package event

import (
	"slices"
	"strings"

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
//   - "sit-down" and the like are one word of that lemma;
//   - "a trip to Orrin" is one phrase;
//   - "have" and a participle before the object are the perfect of one verb, and
//     "up to 90 pupils" at the head of a sentence is the subject;
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
	courtesies(&work, lex)
	titledNames(&work, lex)
	participles(&work, lex)
	hyphenated(&work, lex)
	journeys(&work, lex)
	countedSubjects(&work)
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

// participles makes the participle of a perfect the verb where the parser took
// it for an adjective of the object: in "have shared evidence" and "had tortured
// scores of people" the verb "have" carries no object. Only participles of verbs
// that can name an event are taken, and no object with an article of its own
// before them.
func participles(work *nlp.Doc, lex *lexicon) {
	toks := work.Tokens
	for t := 1; t < len(toks); t++ {
		have, obj := t-1, toks[t].Head
		if toks[t].XPOS != "VBN" || toks[t].Deprel != "amod" || toks[have].Sent != toks[t].Sent || lower(toks, have, work) != "have" || obj <= t ||
			toks[obj].Head != have || toks[obj].Deprel != "obj" || len(lex.triggers["V "+lower(toks, t, work)]) == 0 {
			continue
		}
		toks[t].Head, toks[t].Deprel, toks[t].UPOS = toks[have].Head, toks[have].Deprel, "VERB"
		for k := work.Sentences[toks[t].Sent].First; k < work.Sentences[toks[t].Sent].Last; k++ {
			if toks[k].Head == have {
				toks[k].Head = t
			}
		}
		toks[have].Head, toks[have].Deprel, toks[have].UPOS = t, "aux", "AUX"
	}
}

// countedSubjects makes the subject of a verb that has none what the parser took for an
// oblique with "up to" or "as many as" before its number: "Up to 90 pupils
// marched".
func countedSubjects(work *nlp.Doc) {
	toks := work.Tokens
	for t := range toks {
		h := toks[t].Head
		if toks[t].Deprel != "obl" || h == nlp.None || h < t || toks[h].UPOS != "VERB" {
			continue
		}
		number, upto, subject := false, false, false
		s := work.Sentences[toks[t].Sent]
		for k := s.First; k < s.Last; k++ {
			switch {
			case toks[k].Head == t && toks[k].Deprel == "nummod":
				number = true
			case toks[k].Head == t && toks[k].Deprel == "case" && (work.Lower(k) == "up" || work.Lower(k) == "as" || work.Lower(k) == "over"):
				upto = k == s.First
			case toks[k].Head == h && nlp.HasRel(toks[k].Deprel, "nsubj"):
				subject = true
			}
		}
		if number && upto && !subject {
			toks[t].Deprel = "nsubj"
		}
	}
}

// hyphenated gives the head of a word with hyphens ("sit-down", "cease-fire")
// the lemma of the whole, where triggers or lists know the whole.
func hyphenated(work *nlp.Doc, lex *lexicon) {
	toks := work.Tokens
	for t := 0; t < len(toks); t++ {
		last := t
		for last+2 < len(toks) && work.Word(last+1) == "-" && toks[last].End == toks[last+1].Start && toks[last+1].End == toks[last+2].Start && toks[last+2].Sent == toks[t].Sent {
			last += 2
		}
		if last == t {
			continue
		}
		whole := strings.ToLower(work.Text(work.TokenSpan(t, last+1)))
		if len(lex.triggers["N "+whole]) > 0 || lex.lists["pact"][whole] {
			for k := t; k <= last; k++ {
				if h := toks[k].Head; h == nlp.None || h < t || h > last {
					toks[k].Lemma, toks[k].UPOS = whole, "NOUN"
					break
				}
			}
		}
		t = last
	}
}

// journeys hangs the goal of a visit or trip on the noun when it stands right
// behind it, wherever the parser hung it: "cancelled Ered's trip to Orrin".
func journeys(work *nlp.Doc, lex *lexicon) {
	toks := work.Tokens
	for t := 0; t+2 < len(toks); t++ {
		l := lower(toks, t, work)
		if l != "trip" && l != "visit" && l != "tour" || toks[t].UPOS != "NOUN" || work.Lower(t+1) != "to" || toks[t+1].Sent != toks[t].Sent || toks[t+1].Deprel != "case" {
			continue
		}
		if k := toks[t+1].Head; k > t && toks[k].Head == toks[t].Head && toks[k].Head != nlp.None && nlp.HasRel(toks[k].Deprel, "obl") {
			toks[k].Head, toks[k].Deprel = t, "nmod"
		}
	}
}

// titledNames hangs a name on the description right before it that a parser
// made its neighbour: "spoke with rebel leader Tomas Ered", read as "with rebel
// leader" and, without a preposition, "Tomas Ered".
func titledNames(work *nlp.Doc, lex *lexicon) {
	toks := work.Tokens
	for m := range work.Mentions {
		x := &work.Mentions[m]
		k := x.Head
		if x.Type != nlp.PersonName || x.Form != readout.FormName || k < 0 || k >= len(toks) || x.First == 0 {
			continue
		}
		t := x.First - 1
		for t > 0 && toks[t].Head == k && toks[t].UPOS == "PROPN" {
			t-- // "Mullah", "Colonel"
		}
		if toks[t].Sent != toks[k].Sent || toks[t].UPOS != "NOUN" || toks[t].Head != toks[k].Head || toks[t].Deprel != toks[k].Deprel ||
			!nlp.HasRel(toks[k].Deprel, "obl", "nmod") || !lex.lists["people"][lower(toks, t, work)] {
			continue
		}
		bare := true
		for j := t + 1; j < k; j++ {
			bare = bare && !(toks[j].Head == k && nlp.HasRel(toks[j].Deprel, "case", "det"))
		}
		if bare {
			toks[k].Head, toks[k].Deprel = t, "appos"
		}
	}
}

// courtesies hangs "Mr" on the name after it where a parser made the two
// subjects or objects side by side.
func courtesies(work *nlp.Doc, lex *lexicon) {
	toks := work.Tokens
	for t := 0; t+1 < len(toks); t++ {
		if n := t + 1; toks[n].Sent == toks[t].Sent && toks[n].UPOS == "PROPN" && toks[t].Head == toks[n].Head && toks[t].Deprel == toks[n].Deprel &&
			toks[t].Head != nlp.None && toks[t].Deprel != "flat" && toks[t].Deprel != "compound" && lex.lists["courtesy"][strings.TrimSuffix(work.Lower(t), ".")] {
			toks[t].Head, toks[t].Deprel = n, "compound"
		}
	}
}
