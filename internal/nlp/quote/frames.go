package quote

import (
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/nlp"
)

// What a reporting verb takes as its content, by frame; see
// lexicons/en/reporting-verbs.tsv. Each function returns the pieces, not yet
// freed of cue and source, or nil.

// clauseOf is the finite clause below a verb: "that …", "whether …" or bare.
func (f *finder) clauseOf(i int, e verb) []run {
	var out []run
	for _, k := range f.kids[i] {
		switch f.rel[k] {
		case "ccomp":
			if f.below(i, k) || f.tail(k) {
				continue
			}
			out = append(out, f.subtree(k))
		case "csubj":
			if f.passive(i) {
				out = append(out, f.subtree(k))
			}
		}
	}
	return out
}

// maxToThat is how far a that-clause may stand from its verb when the tree
// hangs it elsewhere, in tokens: "told reporters travelling with him that …".
const maxToThat = 20

// saidIn reports whether the verb at i needs a clause and the word at m names
// the medium of it, in a sentence without quotations: "said in a tweet that she
// would go" tells what she said, "she issued" would tell of the tweet.
func (f *finder) saidIn(i, m int) bool {
	e, ok := f.verbAt(i)
	if !ok || e.has(frameNP) || len(f.lex.media[strings.ToLower(f.doc.Tokens[m].Lemma)]) == 0 {
		return false
	}
	s := f.sent(i)
	for k := s.first; k < s.last; k++ {
		if f.state[k] != outside {
			return false
		}
	}
	return true
}

// behindMedium is a clause without a conjunction behind the medium of a verb,
// which parsers take for a relative clause: "confirmed in a statement [the two
// had met]". A relative clause would leave something out.
func (f *finder) behindMedium(i int) []run {
	for _, k := range f.kids[i] {
		if k < i || f.rel[k] != "obl" && f.rel[k] != "nmod" || len(f.lex.media[strings.ToLower(f.doc.Tokens[k].Lemma)]) == 0 {
			continue
		}
		for _, c := range f.kids[k] {
			if f.rel[c] != "acl" || c < k || f.state[c] != f.state[i] || !f.finite(c) || f.lo[c] != k+1 || f.doc.Tokens[k+1].XPOS == "WDT" || f.doc.Tokens[k+1].XPOS == "WP" || f.low[k+1] == "that" {
				continue
			}
			if f.child(c, "nsubj", "expl") == nlp.None {
				continue
			}
			if e, ok := f.verbAt(c); f.child(c, "cop", "obj", "ccomp", "aux:pass") == nlp.None && (!ok || e.frames&^frameQuote != 0) {
				continue // "in a statement she issued"
			}
			return []run{f.subtree(c)}
		}
	}
	return nil
}

// thatClause is the next clause with that behind the verb, which parsers hang
// on a nearer noun or verb; only adjuncts may stand between.
func (f *finder) thatClause(i int) []run {
	end := f.sent(i).last
	for k := i + 1; k < min(end, i+maxToThat); k++ {
		if f.state[k] != f.state[i] && f.state[i] == outside && f.state[k] == inside {
			return nil
		}
		if f.low[k] == "that" && f.rel[k] == "mark" {
			h := f.head[k]
			if h == nlp.None || f.child(h, "nsubj", "expl") == nlp.None || h < k {
				return nil
			}
			return []run{{k, f.hi[h] + 1}}
		}
		if h := f.head[k]; f.low[k] == "that" && k > i+1 && h != nlp.None && h > k && f.rel[h] == "acl" && f.head[h] == k-1 && (f.isTime(k-1) || f.low[k-1] == "time" || f.saidIn(i, k-1)) && f.child(h, "nsubj", "expl") != k && f.child(h, "nsubj", "expl") != nlp.None {
			return []run{{k, f.hi[h] + 1}} // "replied at the time that she should go"
		}
		switch {
		case f.doc.Tokens[k].UPOS == "AUX", f.rel[k] == "nsubj", f.rel[k] == "mark" && f.low[k] != "to" && (f.head[k] == nlp.None || f.doc.Tokens[f.head[k]].XPOS != "VBG"):
			return nil // another clause begins
		}
		if _, ok := f.verbAt(k); ok {
			return nil
		}
	}
	return nil
}

// afterComma is a clause of speech without marks behind the verb and a comma
// or colon, to the end of the sentence or of the quotation around it: "just
// say, we are done".
func (f *finder) afterComma(i int) []run {
	s := f.sent(i)
	if i+2 >= s.last || f.low[i+1] != "," && f.low[i+1] != ":" || f.state[i+2] != f.state[i] || f.low[i+2] == "which" {
		return nil
	}
	end := i + 2
	for end < s.last && f.state[end] == f.state[i] && f.quote[end] == f.quote[i] {
		end++
	}
	r := run{i + 2, end}
	for k := r.first; k < r.last; k++ {
		if f.rel[k] == "nsubj" && r.has(f.head[k]) && k-r.first < 6 {
			if e, ok := f.verbAt(f.head[k]); ok && e.has(frameQuote) {
				return nil // "he went on to say, she told us"
			}
			return []run{r}
		}
		if f.rel[k] == "cc" || f.rel[k] == "mark" && k == r.first {
			return nil
		}
	}
	return nil
}

// infinitiveOf is the infinitive below a verb, without its object, which is
// the one spoken to: "urged them [to leave]".
func (f *finder) infinitiveOf(i int) []run {
	for _, k := range f.kids[i] {
		if k < i || f.rel[k] != "xcomp" && f.rel[k] != "advcl" && f.rel[k] != "ccomp" && f.rel[k] != "acl" {
			continue
		}
		if f.hasMark(k, "to") {
			r := f.subtree(k)
			for _, m := range f.kids[k] {
				if f.low[m] == "to" && f.rel[m] == "mark" {
					r.first = max(r.first, m)
					break
				}
			}
			if p := r.first - 1; p > i && (f.low[p] == "not" || f.low[p] == "never") {
				r.first = p // "told them not to wait"
			}
			return []run{r}
		}
	}
	// "called on both sides to stop": the infinitive hangs on the noun.
	for _, k := range f.kids[i] {
		if k > i && (f.rel[k] == "obl" || f.rel[k] == "obj") {
			for _, m := range f.kids[k] {
				if f.rel[m] == "acl" && f.hasMark(m, "to") {
					return []run{f.subtree(m)}
				}
			}
		}
	}
	return nil
}

// hearsayOf is subject and infinitive of a passive that reports without a
// source: "[he] is said [to have left]".
func (f *finder) hearsayOf(i int) []run {
	inf := f.infinitiveOf(i)
	subj := f.child(i, "nsubj:pass", "nsubj")
	if len(inf) == 0 || subj == nlp.None || f.agent(i) != nlp.None {
		return nil
	}
	return append(inf, f.subtree(subj))
}

// gerundOf is a participle clause as object: "proposed holding talks".
func (f *finder) gerundOf(i int) []run {
	for _, k := range f.kids[i] {
		if k > i && (f.rel[k] == "xcomp" || f.rel[k] == "ccomp" || f.rel[k] == "obj") && f.doc.Tokens[k].XPOS == "VBG" {
			return []run{f.subtree(k)}
		}
	}
	return nil
}

// objectOf is the object as content, or the subject of a passive: "demanded an
// apology", "the plan was announced". A pronoun alone says nothing.
func (f *finder) objectOf(i int) []run {
	k := f.child(i, "obj")
	if f.passive(i) {
		k = f.child(i, "nsubj:pass")
	}
	if k == nlp.None || f.doc.Tokens[k].UPOS == "PRON" || f.child(i, "iobj") != nlp.None {
		return nil
	}
	r := f.subtree(k)
	if r.has(i) {
		return nil
	}
	return []run{f.withoutVenue(r, k)}
}

// topicOf is an object whose noun stands for a thought, with what the thought
// is: "raised [the possibility of a boycott]".
func (f *finder) topicOf(i int) []run {
	k := f.child(i, "obj")
	if k == nlp.None || k < i || f.passive(i) || !f.lex.topics[f.doc.Tokens[k].Lemma] || f.child(k, "nmod", "acl") == nlp.None {
		return nil
	}
	r := f.subtree(k)
	if c := f.child(k, "nmod", "acl"); c < k {
		return nil
	}
	return []run{r}
}

// voiced reports whether the source of d can put a thought into words: things
// that happen raise questions too.
func (f *finder) voiced(d *draft) bool {
	if d.source.empty() {
		return false
	}
	h := f.headOf(d.source)
	return f.maySpeak(h) && !expletive(f.low[h])
}

// withoutVenue is the phrase r with head k up to a closing phrase that says
// where it was said: "a wish for peace [in separate calls]".
func (f *finder) withoutVenue(r run, k int) run {
	for _, c := range f.kids[k] {
		if c < k || f.rel[c] != "nmod" || f.hi[c]+1 < r.last {
			continue
		}
		if p := f.lo[c]; f.rel[p] == "case" && slices.Contains(f.lex.media[strings.ToLower(f.doc.Tokens[c].Lemma)], f.low[p]) && p > k+1 {
			r.last = p
		}
	}
	return r
}

// plansOf is a noun with its infinitive as object of a verb that takes clauses:
// "indicated [plans to meet]".
func (f *finder) plansOf(i int) []run {
	k := f.child(i, "obj")
	if k == nlp.None || k < i || f.passive(i) || !f.planned(k) {
		return nil
	}
	return []run{f.subtree(k)}
}

// accusedOf is what follows of or for behind the object: "accused them [of
// breaking it]".
func (f *finder) accusedOf(i int) []run {
	prep := func(k int) bool {
		return k > i && (f.hasMark(k, "of") || f.hasMark(k, "for"))
	}
	for _, k := range f.kids[i] {
		if (f.rel[k] == "obl" || f.rel[k] == "advcl") && prep(k) {
			return []run{f.subtree(k)}
		}
	}
	// Parsers hang it on the object, or on the agent of a passive.
	for _, o := range []int{f.child(i, "obj"), f.agent(i)} {
		if o == nlp.None {
			continue
		}
		for _, k := range f.kids[o] {
			if (f.rel[k] == "nmod" || f.rel[k] == "acl") && k > o && prep(k) {
				return []run{f.subtree(k)}
			}
		}
	}
	return nil
}

// predicateOf is the object with what it is called: "described [the call as
// useful]", "called [it a success]", "[demands described as unacceptable]".
func (f *finder) predicateOf(i int) []run {
	obj := f.child(i, "obj")
	if f.passive(i) {
		obj = f.child(i, "nsubj:pass")
	}
	pred := nlp.None
	for _, k := range f.kids[i] {
		if k < i {
			continue
		}
		switch f.rel[k] {
		case "obl", "advcl", "xcomp", "nmod":
			if f.hasAs(k) {
				pred = k
			} else if f.rel[k] == "xcomp" && f.doc.Tokens[k].UPOS != "VERB" && pred == nlp.None {
				pred = k
			}
		case "ccomp":
			if f.doc.Tokens[k].UPOS != "VERB" && pred == nlp.None {
				pred = k // "called the plan a mistake" read as a small clause
			}
		}
	}
	if pred == nlp.None && obj != nlp.None {
		for _, k := range f.kids[obj] {
			if f.rel[k] == "nmod" && f.hasAs(k) {
				pred = k
			}
		}
	}
	if pred == nlp.None {
		return nil
	}
	p := f.subtree(pred)
	if f.rel[i] == "acl" && !f.hasAs(pred) && f.state[pred] != inside {
		return nil // "a group called the Nine" is a name, not a judgement
	}
	if obj == nlp.None || obj == pred {
		return []run{p}
	}
	o := f.subtree(obj)
	if o.has(i) {
		return []run{p}
	}
	if o.last <= p.first || p.last <= o.first {
		return []run{o, p}
	}
	return []run{{min(o.first, p.first), max(o.last, p.last)}}
}

// hasAs reports whether "as" introduces k; parsers draw it in three ways.
func (f *finder) hasAs(k int) bool {
	if f.hasMark(k, "as") {
		return true
	}
	for _, c := range f.kids[k] {
		if c < k && f.low[c] == "as" {
			return true
		}
	}
	return false
}

// phraseAfter is the prepositional phrase of a multi-word verb, without its
// preposition: "called for [restraint]".
func (f *finder) phraseAfter(i int) []run {
	for _, k := range f.kids[i] {
		if k > i && (f.rel[k] == "obl" || f.rel[k] == "advcl" || f.rel[k] == "xcomp") {
			r := f.subtree(k)
			for _, c := range f.kids[k] {
				if c < k && c <= i+2 && (f.rel[c] == "case" || f.rel[c] == "mark") {
					r.first = max(r.first, c+1)
				}
			}
			// "pushed for [the tolls to be lifted]": the infinitive hangs on the
			// verb.
			for _, c := range f.kids[i] {
				if c > k && f.lo[c] == r.last && (f.rel[c] == "advcl" || f.rel[c] == "xcomp") && f.hasMark(c, "to") && f.low[r.last] == "to" {
					r.last = f.hi[c] + 1
					break
				}
			}
			return []run{r}
		}
	}
	return nil
}
