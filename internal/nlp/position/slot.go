package position

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// slot returns the head of what fills s around t, or a span when it has none.
func (r *reader) slot(t int, s slot, class byte) (int, readout.Span) {
	if s.kind == "say" {
		return nlp.None, r.said(t)
	}
	at := nlp.None
	for _, k := range r.Kids[t] {
		if s.kind == "pred" {
			break
		}
		if !r.fits(t, k, s, class) || s.heads != nil && !r.among(s.heads, k) {
			continue
		}
		if at == nlp.None {
			at = k
		}
		// "accused a party of officials of hiding": the gerund says of what.
		if s.kind == "prep" && r.doc.Tokens[at].XPOS != "VBG" && r.doc.Tokens[k].XPOS == "VBG" && r.caseOf(k) == r.caseOf(at) {
			at = k
		}
	}
	if s.strays && s.kind == "prep" && (at == nlp.None || r.doc.Tokens[at].XPOS != "VBG") {
		if k := r.stray(t, s, class); k != nlp.None && (at == nlp.None || r.doc.Tokens[k].XPOS == "VBG") {
			at = k
		}
	}
	if at != nlp.None && s.kind == "obj" && class == 'V' && r.doc.Tokens[t].Deprel == "acl:relcl" && r.lex.list("subject-control", r.Lemma(t)) && (r.lex.list("people", r.Lemma(at)) || r.lex.list("crowd", r.Lemma(at))) {
		at = r.doc.Tokens[t].Head // "the wall she promised voters"
	}
	if at != nlp.None {
		return at, readout.Span{}
	}
	switch s.kind {
	case "prep", "inf", "that":
		if k := r.stray(t, s, class); k != nlp.None && class == 'N' {
			return k, readout.Span{}
		}
	case "obj":
		// "a plan rejected by Orrin", "the plan, which Orrin rejected"
		if h := r.doc.Tokens[t].Head; class == 'V' && h != nlp.None && r.Rel(t, "acl") && (s.heads == nil || r.among(s.heads, h)) {
			x := r.doc.Tokens[t].XPOS
			if x == "VBN" && r.doc.Tokens[t].Deprel == "acl" || r.gap(t) {
				return h, readout.Span{}
			}
		}
	case "compound":
		for _, k := range r.Kids[t] {
			if k < t && r.Rel(k, "compound") && (s.heads == nil || s.heads[r.Lemma(k)]) && (r.Headed[k] == nlp.None || r.doc.Mentions[r.Headed[k]].Form != readout.FormName) && r.Covered[k] == nlp.None {
				return k, readout.Span{}
			}
		}
	case "subj":
		if k := r.described(t); k != nlp.None && (s.heads == nil || r.among(s.heads, k)) {
			return k, readout.Span{}
		}
	case "modified":
		if h := r.doc.Tokens[t].Head; h != nlp.None && h > t && r.Rel(t, "amod") && r.Child(h, "nmod:poss") != nlp.None && !r.somebody(h) {
			return h, readout.Span{}
		}
	case "pred-obj":
		// "called the port's rules unjust": the parser may hang the adjective on the
		// object.
		if o := r.Child(t, "obj"); o != nlp.None {
			for _, k := range r.Kids[o] {
				if k > o && r.Rel(k, "amod") && s.heads[r.Lemma(k)] {
					return k, readout.Span{}
				}
			}
		}
	case "pred":
		return r.predicate(t), readout.Span{}
	}
	return nlp.None, readout.Span{}
}

// gap reports whether relative clause t lacks its object: "the wall she
// promised".
func (r *reader) gap(t int) bool {
	if r.doc.Tokens[t].Deprel != "acl:relcl" || r.lex.list("loose", r.Lemma(r.doc.Tokens[t].Head)) || r.passive(t) {
		return false
	}
	s := r.Child(t, "nsubj")
	if s == nlp.None || s > t {
		return false
	}
	switch r.doc.Lower(s) {
	case "who", "which", "that", "what":
		return false
	}
	for _, k := range r.Kids[t] {
		if r.Rel(k, "obj") && r.doc.Lower(k) != "that" && r.doc.Lower(k) != "which" || r.Rel(k, "ccomp", "xcomp") || k > t && r.Rel(k, "compound:prt") {
			return false
		}
		if k > t && r.Rel(k, "obl") && r.caseOf(k) == "" && r.timexAt(k) == nlp.None {
			return false
		}
	}
	return true
}

// among reports whether t, the object of gerund t, or what the light noun t
// carries ("a wave of attacks") is one of heads.
func (r *reader) among(heads map[string]bool, t int) bool {
	if heads[r.Lemma(t)] {
		return true
	}
	if o := r.Child(t, "obj"); o != nlp.None && r.doc.Tokens[t].XPOS == "VBG" {
		return heads[r.Lemma(o)]
	}
	if r.lex.list("light", r.Lemma(t)) {
		for _, k := range r.Kids[t] {
			if k > t && r.Rel(k, "nmod") && r.caseOf(k) == "of" && heads[r.Lemma(k)] {
				return true
			}
		}
	}
	return false
}

// stray finds what fills s where the parser hung it one step off: on the object
// of a verb ("accused [Karvany of shelling]"), on the verb that carries a noun
// ("[voiced] support [for the accord]").
func (r *reader) stray(t int, s slot, class byte) int {
	doc := r.doc
	switch class {
	case 'V':
		if s.kind != "prep" {
			return nlp.None
		}
		o := r.Child(t, "obj", "iobj", "nsubj:pass")
		if o == nlp.None {
			return nlp.None
		}
		under := slices.Clone(r.Kids[o])
		for _, x := range r.group(o)[1:] {
			under = append(under, r.Kids[x]...) // "accused the port and its [officials of hiding]"
		}
		if f := r.Child(o, "fixed"); f != nlp.None {
			under = append(under, r.Kids[f]...) // "accused each other of shelling"
		}
		for _, k := range under {
			if k > t && r.fits(o, k, s, class) && (s.heads == nil || r.among(s.heads, k)) {
				return k
			}
		}
	case 'N':
		for _, k := range r.Kids[t] {
			// "support [in the party [for the accord]]"
			if c := r.caseOf(k); s.kind == "prep" && k > t && r.Rel(k, "nmod") && (c == "in" || c == "among" || c == "within") {
				for _, x := range r.Kids[k] {
					if r.fits(k, x, s, class) && (s.heads == nil || r.among(s.heads, x)) {
						return x
					}
				}
			}
		}
		h := doc.Tokens[t].Head
		if h == nlp.None || !r.verbal(h) {
			return nlp.None
		}
		for _, k := range r.Kids[h] {
			if k <= t || s.heads != nil && !r.among(s.heads, k) {
				continue
			}
			if first, _ := doc.Subtree(k); !r.Rel(t, "obj") && first != t+1 {
				continue
			}
			if s.kind == "prep" && r.fits(h, k, s, 'V') || r.lex.list("support", r.Lemma(h)) && (s.kind == "inf" && r.Rel(k, "xcomp", "advcl") && r.infinitive(k) || s.kind == "that" && r.Rel(k, "ccomp") && r.fits(h, k, s, 'V')) {
				return k
			}
		}
	}
	return nlp.None
}

// fits reports whether dependent k of t fills slot s.
func (r *reader) fits(t, k int, s slot, class byte) bool {
	tok := &r.doc.Tokens[k]
	switch s.kind {
	case "that":
		if class == 'N' {
			m := r.Child(k, "mark")
			return r.Rel(k, "acl", "ccomp") && k > t && m != nlp.None && r.doc.Lower(m) == "that"
		}
		return r.Rel(k, "ccomp") && k > t && !r.infinitive(k) && tok.XPOS != "VBG" && !r.asks(k) && (r.Child(k, "nsubj", "csubj", "expl") != nlp.None || r.finite(k))
	case "subj-that":
		return r.Rel(k, "ccomp") && k > t && r.Child(k, "nsubj") != nlp.None && !r.asks(k) && r.wanted(k)
	case "due-that":
		return r.Rel(k, "ccomp") && k > t && r.Child(k, "nsubj") != nlp.None && !r.asks(k) && (r.wanted(k) || slices.ContainsFunc(r.auxes(k), future))
	case "inf":
		if r.manner(k) {
			return false // "told them how to leave"
		}
		if class == 'N' {
			return r.Rel(k, "acl", "advcl") && k > t && r.infinitive(k) && r.Child(k, "nsubj") == nlp.None
		}
		if r.Rel(k, "advcl") && class == 'V' && r.Child(t, "obj") != nlp.None && !r.lex.list("object-control", r.Lemma(t)) {
			return false // "is seeking a deal to end the strike": a purpose
		}
		return r.Rel(k, "xcomp", "ccomp", "advcl") && k > t && r.infinitive(k)
	case "ger":
		return r.Rel(k, "xcomp", "ccomp") && tok.XPOS == "VBG" && k > t
	case "obj":
		if r.Rel(k, "iobj") && r.Child(t, "obj") != nlp.None {
			return false
		}
		return r.Rel(k, "obj", "iobj", "nsubj:pass") && !r.whatClause(k)
	case "iobj":
		return r.Rel(k, "iobj") || r.Rel(k, "obj") && r.infinitiveOf(t) != nlp.None
	case "obj-inf":
		inf := r.infinitiveOf(t)
		return inf != nlp.None && k < inf && (r.Rel(k, "obj") && r.doc.Tokens[inf].Head == t)
	case "prep":
		if !r.Rel(k, "obl", "nmod", "advcl", "acl") || k < t {
			return false
		}
		c := r.caseOf(k)
		if c == "" && tok.XPOS == "VBG" {
			// The parser may hang the preposition on a word that it takes for the
			// gerund's subject.
			first, _ := r.doc.Subtree(k)
			c = r.doc.Lower(first)
		}
		return slices.Contains(s.words, c) && r.timexAt(k) == nlp.None
	case "due-inf":
		return k > t && r.Rel(k, "csubj", "acl", "advcl", "ccomp", "xcomp") && r.infinitive(k)
	case "until":
		return k > t && r.Rel(k, "obl", "nmod", "advcl") && r.caseOf(k) == "until"
	case "pred-obj":
		return k > t && (r.Rel(k, "xcomp") || r.Rel(k, "obj") && r.Child(t, "iobj") != nlp.None) && (tok.UPOS == "NOUN" || tok.UPOS == "ADJ")
	case "obj-done":
		if x := tok.XPOS; r.Rel(k, "ccomp") && (x == "VBD" || x == "VBN") && k > t+1 && r.Child(k, "nsubj") != nlp.None && r.Child(k, "mark", "aux") == nlp.None {
			return true
		}
		if !r.Rel(k, "obj") || k < t || r.whatClause(k) {
			return false
		}
		return r.done(t, k) != nlp.None
	case "prt":
		return r.Rel(k, "compound:prt", "advmod", "case") && slices.Contains(s.words, r.doc.Lower(k))
	case "list":
		// A noun with a frame of its own gives its own positions.
		return r.Rel(k, "nmod", "acl", "appos") && r.caseOf(k) == "including" && len(r.lex.frames["N "+r.Lemma(k)]) == 0
	}
	return false
}

// done is the participle of "wants the tariffs lifted", said of object o of verb
// t, or None.
func (r *reader) done(t, o int) int {
	for _, h := range []int{t, o} {
		for _, k := range r.Kids[h] {
			if k > o && h == t && r.Rel(k, "xcomp", "advmod") && r.lex.list("state", r.doc.Lower(k)) {
				return k // "wants the port open"
			}
			if k > o && r.doc.Tokens[k].XPOS == "VBN" && (r.Rel(k, "xcomp", "advcl", "ccomp", "conj") || r.doc.Tokens[k].Deprel == "acl") && r.agent(k) == nlp.None && !r.comma(k) && r.Child(k, "aux", "mark") == nlp.None && !slices.Contains(r.group(t), k) {
				return k
			}
		}
	}
	return nlp.None
}

// wanted reports whether clause k says what ought to be: "insisted that Karvany
// leave", "that the boats be returned", "that it must leave".
func (r *reader) wanted(k int) bool {
	for _, a := range r.Kids[k] {
		if !r.Rel(a, "aux", "cop") {
			continue
		}
		switch w := r.doc.Lower(a); w {
		case "must", "should", "be":
			return true
		default:
			if r.doc.Tokens[a].XPOS != "VB" {
				return false // also "the aim is to leave": what is so
			}
		}
	}
	s := r.Child(k, "nsubj")
	x := r.doc.Tokens[s].XPOS
	return r.doc.Tokens[k].XPOS == "VB" || r.doc.Tokens[k].XPOS == "VBP" && (x == "NNP" || x == "NN" || r.doc.Lower(s) == "he" || r.doc.Lower(s) == "she" || r.doc.Lower(s) == "it")
}

// future reports whether an auxiliary is one of the future.
func future(aux string) bool {
	switch aux {
	case "will", "would", "'ll", "’ll", "wo", "shall", "'d", "’d":
		return true
	}
	return false
}

// infinitiveOf is the to-infinitive that depends on verb t, or None.
func (r *reader) infinitiveOf(t int) int {
	for _, k := range r.Kids[t] {
		if k > t && r.Rel(k, "xcomp", "ccomp", "advcl") && r.infinitive(k) {
			return k
		}
	}
	return nlp.None
}

// asks reports whether clause k is an indirect question.
func (r *reader) asks(k int) bool {
	for _, c := range r.Kids[k] {
		switch r.doc.Lower(c) {
		case "whether", "if", "how", "why", "what", "who", "where", "when":
			if c < k && r.Rel(c, "mark", "advmod", "obj", "nsubj", "obl") {
				return true
			}
		}
	}
	return false
}

// whatClause reports whether object k is a free relative or a bare pronoun
// that says nothing by itself.
func (r *reader) whatClause(k int) bool {
	if r.doc.Lower(k) == "what" && slices.ContainsFunc(r.Kids[k], func(c int) bool {
		return r.Rel(c, "acl") && (r.lex.list("refusing", r.Lemma(c)) || r.Lemma(c) == "call")
	}) {
		return false // "denounced what she called a double standard"
	}
	switch r.doc.Lower(k) {
	case "what", "who", "whom", "which", "that", "himself", "herself", "themselves", "itself", "myself", "ourselves", "me", "you":
		return true
	}
	return false
}

// said is the content of the direct quotation that verb t is the cue of.
func (r *reader) said(t int) readout.Span {
	for i := range r.doc.Attributions {
		a := &r.doc.Attributions[i]
		if a.CueToken == t && a.Kind == readout.Direct && len(a.Content) > 0 {
			return r.firstSentence(a.Content)
		}
	}
	return readout.Span{}
}

// firstSentence cuts the content of a quotation down to the sentence nearest
// the cue's: the first piece, to its first sentence end.
func (r *reader) firstSentence(content []readout.Span) readout.Span {
	c := content[0]
	first, last := r.doc.TokensIn(c)
	if first >= last {
		return readout.Span{}
	}
	s := r.doc.Tokens[first].Sent
	for last > first+1 && r.doc.Tokens[last-1].Sent != s {
		last--
	}
	for last > first+1 && r.doc.Tokens[last-1].UPOS == "PUNCT" {
		last--
	}
	return r.doc.TokenSpan(first, last)
}

// described is what adjective t is said of: the subject of "is unacceptable",
// the object of "called it unacceptable", the noun of "described as
// unacceptable".
func (r *reader) described(t int) int {
	doc := r.doc
	if s := r.Child(t, "nsubj"); s != nlp.None {
		return s
	}
	h := doc.Tokens[t].Head
	if h == nlp.None {
		return nlp.None
	}
	if r.Rel(t, "amod") {
		return nlp.None
	}
	if r.Rel(t, "obl", "xcomp", "advcl") && doc.Tokens[h].UPOS == "VERB" {
		if o := r.Child(h, "obj", "nsubj:pass"); o != nlp.None {
			return o
		}
		if doc.Tokens[h].XPOS == "VBN" && r.Rel(h, "acl") {
			return doc.Tokens[h].Head
		}
	}
	return nlp.None
}

// predicate is what noun t is said to be: "the goal is to end the war", "the
// goal remains a truce".
func (r *reader) predicate(t int) int {
	h := r.doc.Tokens[t].Head
	if h == nlp.None || !r.Rel(t, "nsubj") {
		return nlp.None
	}
	if c := r.Child(h, "cop"); c != nlp.None && c > t && h > t {
		return h
	}
	switch r.Lemma(h) {
	case "be", "remain":
		for _, k := range r.Kids[h] {
			if k > h && r.Rel(k, "xcomp", "ccomp", "obj", "advcl") {
				return k
			}
		}
	}
	return nlp.None
}
