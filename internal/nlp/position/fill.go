package position

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// fill finds the slots of frame f around trigger t.
func (r *reader) fill(f *frame, t int) (draft, bool) {
	d := draft{rule: f.rule, trigger: t, words: r.doc.Tokens[t].Span, terms: nlp.None, cond: nlp.None, breach: f.flags["breach"], public: f.flags["public"]}
	d.asks = f.flags["asks"]
	var via slot
	warns := false // refuses to rule out
	for _, s := range f.terms {
		h, span := r.slot(t, s, f.class)
		if s.must && h == nlp.None && span.Len() == 0 {
			return d, false
		}
		if s.kind == "until" {
			continue
		}
		if s.kind == "prt" {
			d.words.End = r.doc.Tokens[h].End
			continue
		}
		if (h != nlp.None || span.Len() > 0) && d.terms == nlp.None && d.span.Len() == 0 {
			d.terms, d.span, via = h, span, s
		}
	}
	if d.terms == nlp.None && d.span.Len() == 0 {
		return d, false
	}
	if f.flags["progressive"] && (r.doc.Tokens[t].XPOS != "VBG" || via.kind == "inf" && !r.follows(t, d.terms)) {
		return d, false
	}
	if s := r.Child(t, "nsubj", "expl"); f.flags["stated"] && (s == nlp.None || r.doc.Lower(s) != "it" || r.Child(t, "cop") == nlp.None || r.Child(t, "det", "nmod:poss") != nlp.None) {
		return d, false
	}
	if f.flags["in"] && r.caseOf(t) != "in" {
		return d, false
	}
	if f.class == 'A' && slices.ContainsFunc(r.Kids[t], func(k int) bool { return k < t && r.Rel(k, "advmod") && r.doc.Lower(k) == "more" }) {
		return d, false // "was more interested in a win": a comparison
	}
	if f.flags["said"] && r.attribution(r.doc.Tokens[t].Span) == nlp.None {
		return d, false
	}
	if via.kind == "that" && (!r.tells(d.terms) || f.flags["ahead"] && slices.Contains(r.auxes(d.terms), "have")) {
		return d, false
	}
	if f.stance == readout.Warning && via.kind == "inf" && via.heads != nil && r.negated(d.terms) {
		return d, false // "vowed never to attack"
	}
	neg, ok := false, via.kind == "modified" && !r.question(t)
	if !ok {
		neg, ok = r.stands(t, f.stance)
	}
	if f.flags["possible"] && !ok {
		// "cannot rule out": what is possible is the very stand
		neg, ok = r.negated(t), r.negated(t) && !r.question(t) && !r.underTerms(t) && !r.infinitive(t)
	}
	if f.by != nil {
		if h := r.doc.Tokens[t].Head; h == nlp.None || !r.Rel(t, "obj", "nsubj:pass") || !f.by[r.Lemma(h)] {
			return d, false
		}
	}
	if d.terms != nlp.None && (f.except[r.Lemma(d.terms)] && !r.excused(f, t, d.terms) || r.hollow(d.terms)) {
		r.used[t] = true // no other frame of the word either
		return d, false
	}
	if !ok || f.class == 'A' && f.flags["said"] && slices.Contains(r.auxes(t), "had") {
		return d, false
	}
	if slices.Contains(r.auxes(t), "better") || slices.ContainsFunc(r.Kids[t], func(k int) bool { return k < t && r.Rel(k, "advmod") && r.doc.Lower(k) == "better" }) {
		return d, false // "they better hope"
	}
	if f.stance == readout.Refuse && d.terms != nlp.None && r.Lemma(d.terms) == "rule" {
		// "refused to rule out a blockade"
		o := r.Child(d.terms, "obj")
		if r.used[t] = true; o == nlp.None || !r.among(r.lex.lists["harsh"], o) {
			return d, false
		}
		warns = true
	}
	if f.stance == readout.Refuse && d.terms != nlp.None {
		// "declined to release details" answers a question and refuses no deal.
		if o := r.Child(d.terms, "obj"); o != nlp.None && r.lex.list("giveaway", r.Lemma(o)) {
			return d, false
		}
	}
	if via.kind == "obj" && r.negatedNoun(d.terms) && (f.stance == readout.Offer || f.stance == readout.Proposal || f.stance == readout.Acceptance || f.stance == readout.Commit) {
		return d, false // "offered no policy"
	}
	if f.flags["no-object"] && r.Child(t, "obj") != nlp.None {
		return d, false // "called out the port for its rules"
	}
	if f.flags["thing"] && d.terms != nlp.None && via.kind != "inf" && via.kind != "that" && via.kind != "due-that" && r.somebody(d.terms) {
		return d, false // "promised the ministry that", cut off
	}
	if f.flags["would"] && r.modal(t).kind != "would" {
		return d, false
	}
	if f.flags["plural"] && r.doc.Tokens[t].XPOS != "NNS" {
		return d, false
	}
	if d.stance = f.stance; neg {
		d.stance = f.negated
	}
	if d.stance == "" {
		return d, false
	}
	if warns {
		d.stance = readout.Warning
	}
	if d.stance == readout.Offer && via.kind == "inf" && (r.lex.list("menace", r.Lemma(d.terms)) || r.Lemma(d.terms) == "take" && r.Child(d.terms, "obj") != nlp.None && r.Lemma(r.Child(d.terms, "obj")) == "action") {
		d.stance = readout.Warning // "ready to retaliate"
	}
	if (d.stance == readout.Goal || d.stance == readout.Demand) && f.class == 'V' && r.beforehand(t) {
		d.stance = readout.Condition
	}
	if via.kind == "inf" && d.terms != nlp.None {
		switch p := r.Negation(d.terms); {
		case p != nlp.None && d.stance == readout.Offer && f.class == 'A':
			return d, false // "is prepared not to sign": an offer or a refusal
		case p != nlp.None:
			d.from = p // "pledged [never to withdraw]"
		case d.stance == readout.Offer && r.negated(d.terms):
			d.stance, d.from = readout.Refuse, t // "is willing to pay nothing"
		}
	}
	d.predicate = via.kind == "pred"
	d.single = via.kind == "subj" || via.kind == "say" || via.kind == "compound"
	var addr []int
	toSelf := true // the other may be the party itself: "demanded that it be heard"
	for _, s := range f.addressee {
		at := nlp.None
		if s.kind == "subj" {
			if d.terms != nlp.None && r.verbal(d.terms) {
				at = r.Child(d.terms, "nsubj")
			}
		} else {
			at, _ = r.slot(t, s, f.class)
			if at == d.terms && via.kind != "obj-inf" {
				at = nlp.None
			}
		}
		if s.must && at == nlp.None {
			return d, false
		}
		if at != nlp.None && addr == nil {
			addr, toSelf = r.group(at), s.kind == "subj"
		}
	}
	if f.flags["party-object"] && (len(addr) == 0 || !r.animate(addr[0])) {
		return d, false
	}
	if d.terms != nlp.None && r.doc.Tokens[d.terms].UPOS == "PRON" && len(r.Kids[d.terms]) <= 1 && via.kind != "obj-inf" && r.forTo(t, d.terms, via) == nlp.None {
		return d, false // "demanded it": the record cannot say what
	}
	if d.terms != nlp.None && len(r.Kids[d.terms]) <= 1 && r.verbal(d.terms) && r.relative(t) {
		return d, false // "those he intended to keep"
	}
	if inf := r.forTo(t, d.terms, via); inf != nlp.None {
		addr, d.from, d.terms = r.group(d.terms), d.terms, inf
	}
	if via.kind == "inf" && f.class == 'V' && !slices.ContainsFunc(f.addressee, func(s slot) bool { return s.kind == "obj" || s.kind == "iobj" || s.kind == "prep" }) {
		if o := r.Child(t, "obj", "iobj"); o != nlp.None && o < d.terms && r.animate(o) {
			return d, false // "pushing the ministry to sign": another is to do it
		}
	}
	if s := r.subject(t, r.lex); s != nlp.None && r.generic(s) && (r.doc.Tokens[t].XPOS == "VBZ" || r.doc.Tokens[t].XPOS == "VBP") {
		return d, false
	}
	if via.kind == "obj-inf" && f.except[r.Lemma(r.infinitiveOf(t))] {
		return d, false
	}
	if f.flags["possessed"] && r.Child(t, "nmod:poss") == nlp.None {
		return d, false
	}
	if f.flags["support"] && !r.supported(t) {
		return d, false
	}
	holders, ok := r.holders(t, f)
	if !ok && via.kind == "prep" && d.terms != nlp.None {
		holders, ok = r.sponsor(d.terms)
	}
	if ok {
		r.parties(&d, holders, addr)
	}
	if s := r.subject(t, r.lex); len(d.parties) == 0 && f.class == 'V' && !r.passive(t) && (s == nlp.None || !r.animate(s)) {
		// What the tree does not show coreference may know: whose cue it is.
		if a := r.cueOf(t); a != nlp.None {
			r.address(&d, addr, r.attribution(d.words))
			d.parties = slices.DeleteFunc(r.members(r.doc.Attributions[a].Speaker), func(c int) bool { return !r.acts(c, d.public) || slices.Contains(d.addressee, c) })
		}
	}
	if len(d.parties) == 0 && (f.flags["speaker"] || f.flags["reported"] && r.passive(t)) {
		r.parties(&d, nil, addr)
	}
	if !toSelf && len(d.addressee) == 0 && slices.ContainsFunc(addr, func(a int) bool {
		return !r.reciprocal(a) && slices.ContainsFunc(r.chainsOf(a, r.attribution(d.words)), func(c int) bool { return slices.Contains(d.parties, c) })
	}) {
		return d, false // nobody accuses himself: one of the two is read wrongly
	}
	if via.kind == "obj-inf" {
		d.from, d.terms = d.terms, r.infinitiveOf(t)
	}
	if o := r.Child(t, "obj", "nsubj:pass"); via.kind == "pred-obj" && r.doc.Tokens[d.terms].UPOS == "ADJ" && o != nlp.None && o < d.terms && o > t {
		d.from = o
	}
	if via.kind == "obj-done" {
		if k := r.done(t, d.terms); k != nlp.None && r.doc.Tokens[k].Head == t {
			d.from, d.terms = d.terms, k
		}
	}
	return d, len(d.parties) > 0
}

// beforehand reports whether a clause under verb t says before what step of its
// own the party wants its terms met: "wants the tariffs lifted before it signs".
func (r *reader) beforehand(t int) bool {
	first, last := r.doc.Subtree(t)
	for k := max(first, t); k < last; k++ {
		m := r.Child(k, "mark", "case")
		if m == nlp.None || m > k || r.doc.Lower(m) != "before" || r.beside(k, t) || !r.verbal(k) || !r.lex.list("step", r.Lemma(k)) {
			continue
		}
		s := r.Child(k, "nsubj")
		if s == nlp.None || r.doc.Tokens[s].UPOS == "PRON" {
			return true
		}
	}
	return false
}

// beside reports whether clause k hangs on a later conjunct of verb t.
func (r *reader) beside(k, t int) bool {
	for n := 0; k != nlp.None && k != t && n < maxClimb; n++ {
		if r.Rel(k, "conj", "parataxis") && r.doc.Tokens[k].Head == t {
			return true
		}
		k = r.doc.Tokens[k].Head
	}
	return false
}

// excused reports whether an exception of frame f does not hold: it is one for
// "I" and "we" and the party is another, or one for talking and the talk is with
// somebody.
func (r *reader) excused(f *frame, t, terms int) bool {
	if f.flags["first"] && !r.first(r.subject(t, r.lex)) {
		return true
	}
	if o := r.Child(terms, "obj"); r.Lemma(terms) == "have" && o != nlp.None && r.lex.list("bond", r.Lemma(o)) {
		return true // "we want to have good relations"
	}
	if l := r.Lemma(terms); l != "speak" && l != "talk" && l != "meet" || f.stance != readout.Refuse {
		return false
	}
	return slices.ContainsFunc(r.Kids[terms], func(k int) bool {
		c := r.caseOf(k)
		return r.Rel(k, "obl") && (c == "to" || c == "with") && r.animate(k) && !r.lex.list("press", r.Lemma(k))
	})
}

// hollow reports whether clause k says nothing that can be recorded: "get it
// done".
func (r *reader) hollow(k int) bool {
	l := r.Lemma(k)
	if l == "do" && slices.ContainsFunc(r.Kids[k], func(a int) bool { w := r.doc.Lower(a); return a > k && (w == "enough" || w == "little" || w == "more") }) {
		return false // "not doing enough to stop the boats"
	}
	if l == "happen" || l == "do" && r.Child(k, "obj", "nsubj:pass") == nlp.None {
		return true // "refused to do so"
	}
	if l != "get" && l != "see" && l != "make" && l != "have" {
		return false
	}
	o := r.Child(k, "obj", "iobj")
	return o != nlp.None && r.doc.Tokens[o].UPOS == "PRON" && r.doc.Lower(o) != "us" && r.doc.Lower(o) != "them"
}

// somebody reports whether noun t is a person or body by name or kind.
func (r *reader) somebody(t int) bool {
	l := r.Lemma(t)
	if r.lex.list("crowd", l) || r.lex.list("envoys", l) {
		return true
	}
	m := r.Headed[t]
	return m != nlp.None && r.doc.Mentions[m].Type == nlp.PersonName
}

// follows reports whether infinitive k comes right after verb t.
func (r *reader) follows(t, k int) bool {
	for x := t + 1; x < k && x <= t+2; x++ {
		if r.doc.Lower(x) == "to" {
			return true
		}
	}
	return false
}

// tells reports whether clause k has a word of content besides its auxiliaries:
// "it would be" has none.
func (r *reader) tells(k int) bool {
	first, last := r.doc.Subtree(k)
	for t := first; t < last; t++ {
		switch r.doc.Tokens[t].UPOS {
		case "NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM":
			return true
		}
	}
	return false
}

// supported reports whether a verb shows noun t: "signalled its willingness".
func (r *reader) supported(t int) bool {
	h := r.doc.Tokens[t].Head
	return h != nlp.None && (r.Rel(t, "obj", "nsubj:pass") || r.Rel(t, "obl") && r.caseOf(t) == "as") && r.lex.list("support", r.Lemma(h))
}

// generic reports whether noun t stands for any of its kind: "a true leader".
func (r *reader) generic(t int) bool {
	k := r.Child(t, "det")
	if k == nlp.None || r.doc.Tokens[t].UPOS != "NOUN" {
		return false
	}
	w := r.doc.Lower(k)
	return w == "a" || w == "an" || w == "any" || w == "every"
}

// relative reports whether t stands in a relative clause.
func (r *reader) relative(t int) bool {
	for n := 0; t != nlp.None && n < 4; n++ {
		if r.doc.Tokens[t].Deprel == "acl:relcl" {
			return true
		}
		t = r.doc.Tokens[t].Head
	}
	return false
}

// forTo is the infinitive of "called for [Karvany to withdraw]" and "called for
// [the tariff to be lifted]", whose subject the noun at is; None when there is
// none.
func (r *reader) forTo(t, at int, via slot) int {
	if via.kind != "prep" || at == nlp.None || r.caseOf(at) != "for" {
		return nlp.None
	}
	for _, h := range append(r.group(at), t) {
		for _, k := range r.Kids[h] {
			if k > at && r.Rel(k, "acl", "xcomp", "advcl") && r.infinitive(k) && (r.animate(at) || r.Child(at, "nmod:poss") != nlp.None || r.passive(k) || r.Child(k, "aux:pass", "cop") != nlp.None) {
				return k
			}
		}
	}
	return nlp.None
}

// animate reports whether noun or pronoun t can be asked to do something.
func (r *reader) animate(t int) bool {
	l := r.Lemma(t)
	if r.lex.list("crowd", l) || r.lex.list("envoys", l) || r.lex.list("people", l) {
		return true
	}
	if r.doc.Tokens[t].UPOS == "PRON" {
		return r.doc.Lower(t) != "it" || r.Headed[t] != nlp.None
	}
	m := r.mention(t)
	return m != nlp.None && r.doc.Mentions[m].Form == readout.FormName || m != nlp.None && r.doc.Mentions[m].Chain != nlp.None
}
