package position

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// piece is one conjunct of the terms.
type piece struct {
	head        int
	span        readout.Span
	first, last int // tokens [first, last)
}

// emit makes the positions of a draft: one for each party, addressee and
// conjunct of the terms.
func (r *reader) emit(d draft) {
	if d.cond == nlp.None {
		d.cond = r.condition(d.trigger, d.terms)
	}
	r.cond = d.cond
	r.apart = d.stance == readout.Demand || d.stance == readout.Condition
	pieces := []piece{{head: nlp.None, span: d.span}}
	if d.terms != nlp.None {
		if d.single {
			s, a, b := r.extent(d.terms, r.asides(d.terms, d.trigger, false))
			pieces = []piece{{d.terms, s, a, b}}
		} else {
			pieces = r.pieces(d.terms, d.trigger, d.predicate)
		}
		if d.from > 0 {
			first, _ := r.doc.Subtree(d.from)
			if r.Rel(first, "case", "mark") && first < d.from {
				first++ // "for Karvany to leave"
			}
			pieces[0].first, pieces[0].span.Start = first, r.doc.Tokens[first].Start
		}
		r.own(d.terms, d.trigger)
		if d.rule == toldRule {
			// Another's deed is harm only by its own verb.
			pieces = slices.DeleteFunc(pieces, func(p piece) bool {
				other := p.head != d.terms && r.Child(p.head, "nsubj") != nlp.None
				r.owned[p.head] = r.owned[p.head] && !other
				return other
			})
		}
	}
	r.used[d.trigger] = true
	if len(d.parties) == 0 {
		return
	}
	quote := r.quoteAround(d.words)
	for i, p := range pieces {
		if quote.Len() > 0 && p.span.Start < quote.End && p.span.End > quote.Start {
			// The parser may hang the words outside the marks on those inside.
			p.span = readout.Span{Start: max(p.span.Start, quote.Start), End: min(p.span.End, quote.End)}
		}
		pos := nlp.Position{
			Stance: d.stance, Trigger: d.words, Terms: p.span, Addressee: nlp.None,
			Until: nlp.None, Time: nlp.None, Event: nlp.None, Uttered: true,
			By: readout.By{Annotator: name, Version: version, Rule: "position/" + d.rule},
		}
		pos.Span = r.evidence(&d, p, i == 0)
		if p.head != nlp.None {
			pos.Issue = r.issue(p.head, p.first, p.last)
		}
		if d.breach && p.head != nlp.None {
			pos.Breach = r.breaks(p.head)
		}
		if !r.context(&d, &pos, p) {
			continue
		}
		if i == 0 && pos.If.Len() > 0 {
			pos.Span = readout.Span{Start: min(pos.Start, pos.If.Start), End: max(pos.End, pos.If.End)}
		}
		for x, party := range d.parties {
			pos.Party = party
			if len(d.addressee) == 1 && d.addressee[0] == mutual {
				pos.Addressee = d.parties[1-x]
				r.found = append(r.found, pos)
				continue
			}
			if len(d.addressee) == 0 {
				r.found = append(r.found, pos)
			}
			for _, a := range d.addressee {
				pos.Addressee = a
				r.found = append(r.found, pos)
			}
		}
	}
	r.hinge(&d)
}

// quoteAround is the piece of a direct quotation that holds s, empty when none
// does.
func (r *reader) quoteAround(s readout.Span) readout.Span {
	if a := r.attribution(s); a != nlp.None && r.doc.Attributions[a].Kind == readout.Direct {
		for _, c := range r.doc.Attributions[a].Content {
			if c.Contains(s) {
				return c
			}
		}
	}
	return readout.Span{}
}

// own marks the heads of the terms, so that their words are not read again as
// stands of their own.
func (r *reader) own(t, trigger int) {
	r.owned[t] = true
	for _, k := range r.Kids[t] {
		if r.Rel(k, "conj") && !r.owned[k] && !r.again(k, trigger) {
			r.own(k, trigger)
		}
	}
}

// asides lists the dependents of t that are no part of terms: later conjuncts,
// comments, reasons, clauses that a comma sets off.
func (r *reader) asides(t, trigger int, predicate bool) []int {
	doc := r.doc
	var out []int
	var walk func(v, depth int)
	walk = func(v, depth int) {
		if depth > 12 {
			return
		}
		for _, k := range r.Kids[v] {
			switch {
			case k == trigger, trigger != nlp.None && r.dominates(k, trigger), depth == 0 && r.Rel(k, "nmod", "acl") && r.caseOf(k) == "including",
				r.Rel(k, "parataxis", "discourse", "vocative", "punct"):
				if doc.Tokens[k].UPOS != "PUNCT" {
					out = append(out, k)
				}
			case k == r.cond:
				out = append(out, k) // told by If
			case v == t && k < t && r.Rel(k, "obl", "advcl", "advmod", "nmod") && r.fronted(k, t):
				out = append(out, k) // "After the vote, the port must close"
			case v == t && predicate && k < t && (r.Rel(k, "cop", "aux", "nsubj", "mark") || doc.Tokens[k].UPOS == "ADV" && r.Rel(k, "advmod")):
				out = append(out, k)
			case v == t && r.Rel(k, "case", "cc"), v == t && r.Rel(k, "mark") && k < v && (r.lex.list("opener", doc.Lower(k)) || r.caseOf(v) == doc.Lower(k)):
				out = append(out, k)
			case r.Rel(k, "advcl"):
				m := r.Child(k, "mark")
				if m != nlp.None && r.lex.list("aside", doc.Lower(m)) || r.comma(k) {
					out = append(out, k)
					continue
				}
				walk(k, depth+1)
			case r.Rel(k, "acl") && r.comma(k), doc.Tokens[k].Deprel == "acl:relcl" && r.far(k, v):
				out = append(out, k)
			case r.Rel(k, "conj") && depth > 0 && r.verbal(k) && (r.finite(k) || r.Child(k, "nsubj") != nlp.None):
				out = append(out, k) // a clause of the sentence that the parser hung too low
			default:
				walk(k, depth+1)
			}
		}
	}
	walk(t, 0)
	return out
}

// fronted reports whether phrase k stands before the subject of clause t and a
// comma after it.
func (r *reader) fronted(k, t int) bool {
	s := r.Child(t, "nsubj", "csubj")
	_, end := r.doc.Subtree(k)
	if s == nlp.None || k > s || end > t {
		return false
	}
	return r.doc.Word(end-1) == "," || end < len(r.doc.Tokens) && r.doc.Word(end) == ","
}

// dominates reports whether t hangs somewhere under top.
func (r *reader) dominates(top, t int) bool {
	for n := 0; t != nlp.None && n < maxClimb; n++ {
		if t == top {
			return true
		}
		t = r.doc.Tokens[t].Head
	}
	return false
}

// far reports whether relative clause k is told of a noun beside the point:
// "which" and "where" clauses add, "that" clauses define.
func (r *reader) far(k, v int) bool {
	first, _ := r.doc.Subtree(k)
	w := r.doc.Lower(first)
	return w == "which" || w == "where" || w == "," || w == "who"
}

// comma reports whether the subtree of k opens after a comma or dash.
func (r *reader) comma(k int) bool {
	first, _ := r.doc.Subtree(k)
	if first > 0 && r.doc.Tokens[first-1].Sent == r.doc.Tokens[k].Sent {
		switch r.doc.Word(first - 1) {
		case ",", "—", "–", "--":
			return true
		}
	}
	switch r.doc.Word(first) {
	case ",", "—", "–", "--":
		return true
	}
	return false
}

// pieces takes the coordination headed by t apart.
func (r *reader) pieces(t, trigger int, predicate bool) []piece {
	heads := []int{t}
	verbal := r.verbal(t)
	for i := 0; i < len(heads); i++ {
		for _, k := range r.Kids[heads[i]] {
			if !r.Rel(k, "conj") || k < t || r.again(k, trigger) || predicate && r.Child(k, "nsubj") != nlp.None {
				continue
			}
			if !verbal && !r.verbal(k) && r.Child(k, "nsubj") == nlp.None || verbal && r.sameForm(t, k) {
				heads = append(heads, k)
			}
		}
	}
	slices.Sort(heads)
	var out []piece
	for i, h := range heads {
		cut := r.asides(h, trigger, predicate && h == t)
		for _, k := range r.Kids[h] {
			if r.Rel(k, "conj") {
				cut = append(cut, k)
			}
		}
		var late []int // what follows a later conjunct and hangs on the first
		for _, k := range r.Kids[t] {
			if r.Rel(k, "conj") || r.loose(k) || len(heads) == 1 || k < heads[1] {
				continue
			}
			if h == t {
				cut = append(cut, k)
			} else if k > h && (i+1 == len(heads) || k < heads[i+1]) && r.Rel(k, "nmod", "obl", "acl") {
				late = append(late, k)
			}
		}
		var apart []piece
		if r.apart {
			apart = r.without(h)
		}
		for _, p := range apart {
			cut = append(cut, p.head)
		}
		s, a, b := r.extent(h, cut)
		if b-a > longTerms {
			s, a, b = r.extent(h, append(cut, r.farClauses(h, a)...))
		}
		for _, k := range late {
			if ks, _, kb := r.extent(k, r.asides(k, trigger, false)); ks.Start >= s.End {
				// extent leaves the preposition out, but it lies between.
				s.End, b = ks.End, kb
			}
		}
		if i > 0 && r.shares(t, h) && len(out) > 0 {
			s.Start, a = out[0].span.Start, out[0].first
		}
		out = append(out, piece{h, s, a, b})
		// "a neutral status with no foreign troops or bases": what is to be
		// without is demanded too.
		out = append(out, apart...)
	}
	return out
}

// again reports whether verb k says the trigger's word once more: "want jobs to
// stay and want the port opened".
func (r *reader) again(k, trigger int) bool {
	return trigger != nlp.None && k != trigger && r.verbal(k) && r.Lemma(k) == r.Lemma(trigger)
}

// longTerms is how many words terms have before clauses far from their head are
// left out.
const longTerms = 25

// farClauses lists the clauses under t that begin well behind the start of the
// terms and describe a noun: they tell of it, and seldom of what is wanted.
func (r *reader) farClauses(t, start int) []int {
	var out []int
	var walk func(v, depth int)
	walk = func(v, depth int) {
		for _, k := range r.Kids[v] {
			if first, _ := r.doc.Subtree(k); depth > 0 && first > start+longTerms/3 && r.Rel(k, "acl", "advcl") {
				out = append(out, k)
			} else if depth < maxClimb {
				walk(k, depth+1)
			}
		}
	}
	walk(t, 0)
	return out
}

// shares reports whether later conjunct h is under the negation of the first
// conjunct t: "no troops or bases", "not attack or blockade".
func (r *reader) shares(t, h int) bool {
	if cc := r.Child(h, "cc"); cc != nlp.None && r.doc.Lower(cc) == "but" {
		return false
	}
	return r.negated(t) && !r.negated(h) && (!r.verbal(t) || r.Child(h, "nsubj", "aux", "mark") == nlp.None)
}

// sameForm reports whether verb k goes on with what verb t began, not with the
// clause around it.
func (r *reader) sameForm(t, k int) bool {
	doc := r.doc
	if !r.verbal(k) {
		return false
	}
	if r.Child(k, "nsubj") != nlp.None {
		if cc := r.Child(k, "cc"); cc != nlp.None && doc.Lower(cc) == "but" {
			return false
		}
		m := r.Child(k, "mark")
		return m != nlp.None && doc.Lower(m) == "that" || r.Child(t, "nsubj") != nlp.None && r.Child(t, "mark") != nlp.None && !r.infinitive(t)
	}
	base := func(x string) string {
		switch x {
		case "VB", "VBP":
			return "VB"
		case "VBD", "VBZ":
			return "V"
		}
		return x
	}
	if w := doc.Lower(t); doc.Tokens[t].XPOS == "VBD" && !strings.HasSuffix(w, "ed") && base(doc.Tokens[k].XPOS) == "VB" && r.Child(t, "aux") == nlp.None {
		return true // "that Karvany withdraw and accept": the subjunctive taken for a past
	}
	a, b := doc.Tokens[t].XPOS, doc.Tokens[k].XPOS
	if r.infinitive(t) && b == "VBP" && doc.Lower(k) != r.Lemma(k) {
		return false
	}
	return base(a) == base(b)
}

// without lists the nouns that the terms of clause t exclude by "with no".
func (r *reader) without(t int) []piece {
	var out []piece
	var walk func(v, depth int)
	walk = func(v, depth int) {
		if depth > 3 {
			return
		}
		for _, k := range r.Kids[v] {
			if r.Rel(k, "conj", "advcl", "acl", "ccomp") {
				continue
			}
			if r.Rel(k, "obl", "nmod") && (r.caseOf(k) == "with" && r.negated(k) || r.caseOf(k) == "without" && r.doc.Tokens[k].UPOS == "NOUN") {
				out = append(out, r.pieces(k, nlp.None, false)...)
				continue
			}
			walk(k, depth+1)
		}
	}
	walk(t, 0)
	return out
}

// evidence is the clause that tells the stand: the trigger with its verb group
// and, when short and near, its subject, to the end of the terms. Later
// conjuncts stand for themselves.
func (r *reader) evidence(d *draft, p piece, first bool) readout.Span {
	if !first {
		return p.span
	}
	doc := r.doc
	from, to := d.words.Start, d.words.End
	v := d.trigger
	subject := r.Child(v, "nsubj")
	for _, k := range r.Kids[v] {
		if k < subject && k < v {
			continue // "However, she"
		}
		if k < v && r.Rel(k, "aux", "cop", "advmod", "det", "nmod:poss", "amod", "compound") && doc.Tokens[k].Start < from {
			from = doc.Tokens[k].Start
		}
	}
	if r.Rel(v, "obj") && r.lex.list("support", r.Lemma(doc.Tokens[v].Head)) {
		if h := doc.Tokens[v].Head; h < v {
			from = min(from, doc.Tokens[h].Start)
			v = h
			for _, k := range r.Kids[v] {
				if k < v && r.Rel(k, "aux", "advmod") {
					from = min(from, doc.Tokens[k].Start)
				}
			}
		}
	}
	if s := r.Child(v, "nsubj"); s != nlp.None && s < v {
		a, b := doc.Subtree(s)
		if b-a <= nearSubject && v-b <= nearSubject {
			from = min(from, doc.Tokens[a].Start)
		}
	}
	if a := r.agent(v); a != nlp.None {
		_, b := doc.Subtree(a)
		to = max(to, doc.Tokens[b-1].End)
	}
	if p.span.Len() > 0 {
		from, to = min(from, p.span.Start), max(to, p.span.End)
	}
	for first, _ := doc.TokensIn(readout.Span{Start: from, End: to}); first < len(doc.Tokens) && doc.Tokens[first].UPOS == "PUNCT" && doc.Tokens[first].End < min(d.words.Start, to) && doc.Word(first) == "," && (p.span.Len() == 0 || doc.Tokens[first].Start < p.span.Start); first++ {
		from = doc.Tokens[first+1].Start
	}
	return readout.Span{Start: from, End: to}
}

// nearSubject is how many words a subject may have, and stand away, to be part
// of the evidence.
const nearSubject = 8

// issue lists the content words of the head phrase of terms headed by t,
// inside tokens [first, last).
func (r *reader) issue(t, first, last int) []int {
	doc := r.doc
	h := t
	for n := 0; n < 6 && r.verbal(h) && doc.Tokens[h].UPOS != "NOUN"; n++ {
		next := r.Child(h, "obj", "nsubj:pass")
		if next == nlp.None {
			next = r.Child(h, "xcomp", "ccomp")
		}
		if next == nlp.None {
			next = r.Child(h, "obl", "nsubj")
		}
		if next == nlp.None {
			next = r.Child(h, "advcl")
		}
		if next == nlp.None || next < first || next >= last || doc.Tokens[next].UPOS == "PRON" {
			break
		}
		h = next
	}
	var out []int
	for n := 0; n < 4; n++ {
		down := nlp.None
		if v := doc.Tokens[h].Head; v != nlp.None && r.Rel(h, "obj") && r.lex.list("light", r.Lemma(h)) {
			// "renounce claims [for reparations]", the phrase hung on the verb.
			for _, k := range r.Kids[v] {
				if a, _ := doc.Subtree(k); k > h && k < last && r.Rel(k, "obl") && a == h+1 {
					down = k
				}
			}
		}
		for _, k := range r.Kids[h] {
			if k > h && k < last && r.Rel(k, "nmod") && doc.Tokens[k].UPOS != "PRON" {
				down = k // the nearest
				break
			}
		}
		if down != nlp.None && r.lex.list("light", r.Lemma(h)) {
			h = down
			continue
		}
		out = append(out, r.contentWords(h, first, last)...)
		if down != nlp.None && r.caseOf(down) == "of" {
			out = append(out, r.contentWords(down, first, last)...)
		}
		break
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// contentWords is t with the adjectives and nouns that specify it.
func (r *reader) contentWords(t, first, last int) []int {
	doc := r.doc
	var out []int
	for _, k := range r.Kids[t] {
		if k < first || k >= last {
			continue
		}
		switch u := doc.Tokens[k].UPOS; {
		case r.Rel(k, "amod", "compound", "flat", "nmod:desc") && (u == "ADJ" || u == "NOUN" || u == "PROPN" || u == "VERB"):
			out = append(out, k)
		}
	}
	if doc.Tokens[t].UPOS != "PRON" && doc.Tokens[t].UPOS != "AUX" {
		out = append(out, t)
	}
	return out
}

// breaks reports whether terms headed by t are the breaking of what binds.
func (r *reader) breaks(t int) bool {
	if !r.lex.list("breach", r.Lemma(t)) {
		return false
	}
	for _, k := range r.Kids[t] {
		if r.Rel(k, "obj", "nmod", "obl", "nsubj:pass") {
			for _, x := range r.group(k) {
				if r.lex.list("pact", r.Lemma(x)) {
					return true
				}
			}
		}
	}
	return false
}
