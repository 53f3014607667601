package quote

import (
	"slices"

	"github.com/readout-news/readout/internal/nlp"
)

// Rules are named for where the content stands to the cue; see the methods of
// finder.
const (
	ruleClause    = "quote/clause"         // said that …
	ruleParata    = "quote/parenthetical"  // …, he said, …
	ruleMarks     = "quote/marks"          // "…," he said; he said: "…"
	ruleInf       = "quote/infinitive"     // urged him to …, refused to …
	ruleGerund    = "quote/gerund"         // proposed holding …
	ruleObject    = "quote/object"         // demanded an apology
	rulePredicate = "quote/predicate"      // described it as …, called it "…"
	ruleOf        = "quote/accused-of"     // accused them of …
	ruleFor       = "quote/called-for"     // called for …
	ruleAccording = "quote/according-to"   // according to X, …
	ruleHearsay   = "quote/hearsay"        // reportedly
	ruleNoun      = "quote/noun-clause"    // the claim that …
	ruleQuoted    = "quote/quoted"         // X quoted her as saying
	ruleContinued = "quote/continued"      // a quotation after one whose speaker is named
	ruleFree      = "quote/free-standing"  // a quotation that nothing attributes
	ruleMisplaced = "quote/misplaced-mark" // a first-person sentence behind a closing mark
)

// finder applies the dependency rules to one view.
type finder struct {
	*view
	lex    *lexicon
	raised map[int]run // verbs cut out of a content as coordinated with its cue, with the cue's source
}

// verbAt is the reporting verb that token i heads, if any; a multi-word entry
// wins over its first word.
func (f *finder) verbAt(i int) (verb, bool) {
	t := &f.doc.Tokens[i]
	if t.UPOS != "VERB" && t.UPOS != "AUX" || f.skip[i] {
		return verb{}, false
	}
	lemma := t.Lemma
	if parts := f.lex.multi[lemma]; parts != nil {
		for k := i + 1; k < f.n && k <= i+2; k++ {
			if p, ok := parts[f.low[k]]; ok && (f.rel[k] == "case" || f.rel[k] == "mark" || f.head[k] == i) {
				return p, true
			}
		}
	}
	v, ok := f.lex.verbs[lemma]
	return v, ok
}

// cueWord is the lexicon's kind of the words at token i ("according to") and
// how many tokens they take.
func (f *finder) cueWord(i int) (kind string, length int) {
	if f.skip[i] || !f.lex.opens[f.low[i]] {
		return "", 0
	}
	words := f.low[i]
	for n := 1; n <= 4; n++ {
		if k := f.lex.cues[words]; k != "" {
			kind, length = k, n
		}
		if i+n >= f.n {
			break
		}
		words += " " + f.low[i+n]
	}
	return kind, length
}

// byVerb reads the attribution whose cue is the reporting verb at token i. ok
// is false when the sentence gives the verb no content.
func (f *finder) byVerb(i int, e verb) (d draft, ok bool) {
	d = draft{head: i, cue: f.cueRun(i), class: e.class, conf: ruleConf, relayOf: nlp.None}
	if d.source = f.sourceOf(i); f.child(i, "nsubj") == nlp.None {
		if r, ok := f.raised[i]; ok {
			d.source = r
		}
	}
	if f.handsOn(i) {
		d.relay, d.rule = true, ruleQuoted
		return d, !d.source.empty()
	}
	inQuote := f.state[i] == inside
	try := func(rule string, pieces []run) bool {
		pieces = f.clean(pieces, &d)
		if all, _ := f.words(pieces); all == 0 {
			return false
		}
		d.rule, d.content = rule, pieces
		return true
	}
	switch {
	case e.has(frameQuote) && inQuote && try(ruleMarks, f.nestedMarks(i)):
	case e.has(frameQuote) && !inQuote && try(ruleMarks, f.marksAround(i)):
	case e.has(frameClause) && try(ruleClause, f.clauseOf(i, e)):
	case e.has(frameClause|frameQuote) && try(ruleParata, f.around(i)):
	case e.has(frameClause) && try(ruleClause, f.thatClause(i)):
	case e.has(frameQuote) && try(ruleParata, f.afterComma(i)):
	case f.passive(i) && e.has(frameHearsay) && try(ruleHearsay, f.hearsayOf(i)):
	case e.has(frameInf) && try(ruleInf, f.infinitiveOf(i)):
	case e.has(frameIng) && try(ruleGerund, f.gerundOf(i)):
	case e.has(frameOf) && try(ruleOf, f.accusedOf(i)):
	case e.has(frameAs) && try(rulePredicate, f.predicateOf(i)):
	case e.has(frameTo) && try(ruleFor, f.phraseAfter(i)):
	case e.has(frameNP) && try(ruleObject, f.objectOf(i)):
	default:
		return draft{}, false
	}
	if d.rule == ruleClause || d.rule == ruleHearsay {
		d.content = f.cutCoordinated(&d)
	}
	f.fillQuotes(&d)
	if d.rule == ruleHearsay {
		d.source = run{}
	} else if d.source.empty() && d.rule != ruleClause && d.rule != ruleMarks {
		return draft{}, false // "were advised to wait": by whom is what counts
	}
	if !inQuote && !d.source.empty() && ownVoice(f.low[f.headOf(d.source)]) {
		return draft{}, false // the writer's own voice, or the reader
	}
	return d, true
}

// ownVoice reports whether a pronoun stands for writer or reader.
func ownVoice(w string) bool {
	switch w {
	case "i", "we", "you", "one":
		return true
	}
	return false
}

// handsOn reports whether the verb at i quotes somebody whose own verb follows:
// "quoted her as saying", "was quoted by X as saying".
func (f *finder) handsOn(i int) bool {
	if !relays(f.doc.Tokens[i].Lemma) {
		return false
	}
	for _, k := range f.kids[i] {
		if _, ok := f.verbAt(k); ok && k > i && (f.rel[k] == "advcl" || f.rel[k] == "xcomp") {
			return true
		}
	}
	return false
}

// ruleConf is the confidence of what rules alone find; of the same height as
// the mean marginal of the model's own finds.
const ruleConf = 0.6

// clean cuts source and cue out of the pieces and tidies them.
func (f *finder) clean(pieces []run, d *draft) []run {
	pieces = minus(pieces, d.cue)
	pieces = minus(pieces, d.source)
	pieces = f.tidy(pieces)
	for i := range pieces {
		// "and", "but" join the clause to what stands before it.
		for r := &pieces[i]; r.last-r.first > 1 && f.rel[r.first] == "cc" && f.head[r.first] > r.first; {
			r.first++
			*r = f.trim(*r)
		}
		// A preposition whose noun was cut away.
		for r := &pieces[i]; r.last-r.first > 1 && f.rel[r.last-1] == "case" && f.head[r.last-1] >= r.last; {
			r.last--
			*r = f.trim(*r)
		}
	}
	return slices.DeleteFunc(pieces, f.emptyPiece)
}

// emptyPiece reports whether r says nothing by itself: a relative pronoun or a
// conjunction.
func (f *finder) emptyPiece(r run) bool {
	if r.last-r.first > 1 {
		return false
	}
	return r.empty() || f.rel[r.first] == "cc" || f.doc.Tokens[r.first].XPOS == "WDT" || f.doc.Tokens[r.first].XPOS == "WP" ||
		f.low[r.first] == "that" || f.low[r.first] == "which"
}

// fillQuotes widens the pieces to the whole of every quotation that they hold
// the larger part of: the tree may cut a long quotation at a conjunction or a
// full stop. What is cue or source stays out.
func (f *finder) fillQuotes(d *draft) {
	for q := range f.quotes {
		if f.quotes[q].parent >= 0 {
			continue
		}
		r := f.quoteRun(q)
		if r.empty() || d.head != nlp.None && r.has(d.head) || r.overlaps(d.source) {
			continue
		}
		all, _ := f.words([]run{r})
		in := 0
		for _, p := range d.content {
			if p.overlaps(r) {
				n, _ := f.words([]run{{max(p.first, r.first), min(p.last, r.last)}})
				in += n
			}
		}
		if in*2 >= all && in < all {
			d.content = f.tidy(append(minus(d.content, r), r))
		}
	}
}

// clauseOf is the finite clause below a verb: "that …", "whether …" or bare.
func (f *finder) clauseOf(i int, e verb) []run {
	var out []run
	for _, k := range f.kids[i] {
		switch f.rel[k] {
		case "ccomp":
			if f.below(i, k) {
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
		switch {
		case f.doc.Tokens[k].UPOS == "AUX", f.rel[k] == "nsubj", f.rel[k] == "mark" && f.low[k] != "to":
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
	if i+2 >= s.last || f.low[i+1] != "," && f.low[i+1] != ":" || f.state[i+2] != f.state[i] {
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
	return []run{r}
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
	if o := f.child(i, "obj"); o != nlp.None {
		for _, k := range f.kids[o] {
			if (f.rel[k] == "nmod" || f.rel[k] == "acl") && prep(k) {
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
			return []run{r}
		}
	}
	return nil
}

// around is the clause that a cue is inserted into or put behind: "[The deal
// holds], he said, [for now]".
func (f *finder) around(i int) []run {
	h := f.head[i]
	if f.rel[i] == "parataxis" && h != nlp.None && f.sourceNear(i) {
		pieces := []run{f.subtree(h)}
		// Another inserted cue is not part of the clause.
		for _, k := range f.kids[h] {
			if f.rel[k] == "parataxis" {
				pieces = minus(pieces, f.subtree(k))
			}
		}
		return pieces
	}
	// The other way of drawing it: the clause hangs on the cue.
	for _, k := range f.kids[i] {
		if f.rel[k] == "parataxis" && (f.doc.Tokens[k].UPOS == "VERB" || f.child(k, "nsubj", "cop") != nlp.None) {
			if _, reporting := f.verbAt(k); !reporting {
				return []run{f.subtree(k)}
			}
		}
	}
	return nil
}

// sourceNear reports whether the verb has a subject of its own, as an
// inserted cue does.
func (f *finder) sourceNear(i int) bool { return f.child(i, "nsubj") != nlp.None }

// marksAround is the quotations of the sentence that belong to the cue at i,
// widened to the clause they stand in when only part of it is in marks.
func (f *finder) marksAround(i int) []run {
	s := f.sent(i)
	var out []run
	var of []int // the quotation of each
	seen := -1
	for k := s.first; k < s.last; k++ {
		q := f.quote[k]
		if q < 0 || q == seen {
			continue
		}
		seen = q
		r := f.quoteRun(q)
		if r.empty() || r.has(i) || !f.statementLike(q) || !f.governs(i, r) {
			continue
		}
		out, of = append(out, r), append(of, q)
	}
	if len(out) == 0 {
		return nil
	}
	// "said that it was “a good day”": the clause holds the quotation.
	for _, k := range f.kids[i] {
		if f.rel[k] != "ccomp" && f.rel[k] != "xcomp" {
			continue
		}
		c := f.subtree(k)
		if c.has(i) {
			continue
		}
		for j := range out {
			if !f.speech(of[j]) && c.overlaps(out[j]) && (c.first < out[j].first-1 || c.last > out[j].last+1) {
				out[j] = run{min(c.first, out[j].first), max(c.last, out[j].last)}
			}
		}
	}
	return out
}

// governs reports whether the quotation in r is what the verb at i says: its
// words hang on the verb or the verb on its words, and no other reporting verb
// stands between.
func (f *finder) governs(i int, r run) bool {
	if r.has(f.head[i]) {
		return true
	}
	h := f.headOf(r)
	s := f.sent(i)
	if !s.has(h) {
		// The quotation began in an earlier sentence; look at its last one.
		for h = max(r.first, s.first); h < r.last && f.punct[h]; h++ {
		}
	}
	for k, steps := h, 0; k != nlp.None && steps < 40; k, steps = f.head[k], steps+1 {
		if k == i {
			return true
		}
		if !r.has(k) {
			if e, ok := f.verbAt(k); ok && e.has(frameQuote) {
				return false
			}
		}
	}
	return f.adjacent(i, r)
}

// adjacent reports whether nothing but the source, adverbs and marks stands
// between the verb and the quotation: `"…," said X`, `X said, "…"`.
func (f *finder) adjacent(i int, r run) bool {
	src := f.sourceOf(i)
	lo, hi := i+1, r.first
	if r.last <= i {
		lo, hi = r.last, i
	}
	for k := lo; k < hi; k++ {
		switch {
		case f.punct[k], src.has(k), f.rel[k] == "advmod", f.rel[k] == "aux", f.rel[k] == "mark":
		default:
			return false
		}
	}
	return true
}

// statementLike tells a quotation of speech from a title or a single word put
// in marks for distance: it holds a verb, more than a few words, or closes
// with the comma or full stop of speech.
func (f *finder) statementLike(q int) bool {
	r := f.quoteRun(q)
	words, verbs, capital := 0, 0, 0
	for k := r.first; k < r.last; k++ {
		if f.punct[k] {
			continue
		}
		words++
		if u := f.doc.Tokens[k].UPOS; u == "VERB" || u == "AUX" {
			verbs++
		}
		if w := f.doc.Word(k); w[0] >= 'A' && w[0] <= 'Z' {
			capital++
		}
	}
	if words == 0 {
		return false
	}
	last := r.last - 1
	ends := f.punct[last] && (f.low[last] == "," || f.low[last] == "." || f.low[last] == "?" || f.low[last] == "!")
	if words <= 8 && capital*3 >= words*2 && verbs == 0 && !ends {
		return false // a title
	}
	return ends || verbs > 0 || words > 3
}

// byCueWord reads the attribution of a cue that is no verb.
func (f *finder) byCueWord(i int, kind string, length int) (draft, bool) {
	d := draft{head: i, cue: run{i, i + length}, conf: ruleConf, relayOf: nlp.None}
	switch kind {
	case "source":
		obj := f.phraseHead(i, length)
		if obj == nlp.None {
			return d, false
		}
		d.class, d.rule = "relay", ruleAccording
		d.source = f.nominal(obj, nlp.None)
		d.source.first = max(d.source.first, i+length)
		d.source = f.trim(d.source)
		if d.source.empty() || f.doc.Tokens[obj].UPOS == "NUM" || f.low[i] == "per" && f.doc.Tokens[obj].UPOS != "PROPN" {
			return d, false // "per cent", "per day"
		}
		d.content = f.clean(f.mainClause(i, obj), &d)
		f.fillQuotes(&d)
	case "hearsay":
		d.class, d.rule = "claim", ruleHearsay
		h := f.head[i]
		if h == nlp.None {
			return d, false
		}
		// The adverb stands within what it reports and stays there.
		d.content = f.tidy([]run{f.subtree(h)})
	case "noun":
		if f.doc.Tokens[i].UPOS != "NOUN" {
			return d, false
		}
		c := nlp.None
		for _, k := range f.kids[i] {
			if (f.rel[k] == "acl" || f.rel[k] == "ccomp") && f.hasMark(k, "that") && f.child(k, "nsubj") != nlp.None {
				c = k
			}
		}
		if c == nlp.None {
			return d, false
		}
		d.class, d.rule = "claim", ruleNoun
		if p := f.child(i, "nmod:poss"); p != nlp.None {
			d.source = f.nominal(p, i)
			if n := len(f.low); d.source.last > d.source.first && d.source.last <= n && (f.low[d.source.last-1] == "'s" || f.low[d.source.last-1] == "'") {
				d.source.last--
			}
		}
		if d.source.empty() {
			return d, false
		}
		d.content = f.clean([]run{f.subtree(c)}, &d)
	default:
		return d, false
	}
	all, _ := f.words(d.content)
	return d, all > 0
}

// phraseHead is the noun that the words at i introduce: they are its case, or
// the tree makes them its head.
func (f *finder) phraseHead(i, length int) int {
	for k := i; k < i+length; k++ {
		if h := f.head[k]; h != nlp.None && h >= i+length && (f.rel[k] == "case" || f.rel[k] == "mark" || f.rel[k] == "fixed") {
			return h
		}
		for _, c := range f.kids[k] {
			if c >= i+length && (f.rel[c] == "obl" || f.rel[c] == "obj" || f.rel[c] == "nmod") {
				return c
			}
		}
	}
	return nlp.None
}

// mainClause is the sentence around an according-to phrase whose noun is obj;
// with a quotation in it that the phrase follows, still the whole clause.
func (f *finder) mainClause(i, obj int) []run {
	top := obj
	for f.head[top] != nlp.None && (f.rel[top] == "obl" || f.rel[top] == "nmod" || f.rel[top] == "advcl" || f.rel[top] == "obj" || f.rel[top] == "parataxis" || top == obj || f.below(i, top) && f.doc.Tokens[top].UPOS != "VERB") {
		top = f.head[top]
		if f.doc.Tokens[top].UPOS == "VERB" && !f.isCueVerb(top, i) || f.child(top, "nsubj", "cop") != nlp.None {
			break
		}
	}
	pieces := []run{f.subtree(top)}
	phrase := f.subtree(obj)
	phrase.first = min(phrase.first, i)
	return minus(pieces, phrase)
}

// isCueVerb reports whether token k is part of the cue that starts at i.
func (f *finder) isCueVerb(k, i int) bool { return k >= i && k < i+4 && f.low[k] == "according" }

// all lists what the rules find, in the order of the cues.
func (f *finder) all() []draft {
	var out []draft
	for i := 0; i < f.n; i++ {
		if f.punct[i] {
			continue
		}
		if e, ok := f.verbAt(i); ok {
			if d, ok := f.byVerb(i, e); ok {
				out = append(out, d)
				continue
			}
		}
		if kind, n := f.cueWord(i); kind != "" {
			if d, ok := f.byCueWord(i, kind, n); ok {
				out = append(out, d)
				i += n - 1
			}
		}
	}
	slices.SortStableFunc(out, func(a, b draft) int { return a.cue.first - b.cue.first })
	return out
}

// maxToMarks is how far a verb may stand from a nested quotation that it
// introduces, in tokens: "say to the president: '…'".
const maxToMarks = 8

// nestedMarks is the quotation within a quotation that the verb at i
// introduces.
func (f *finder) nestedMarks(i int) []run {
	s := f.sent(i)
	for q := range f.quotes {
		if f.quotes[q].parent < 0 {
			continue
		}
		first, _ := f.doc.TokensIn(f.quotes[q].open)
		if first <= i || first > i+maxToMarks || first > s.last {
			continue
		}
		for k := i + 1; k < first; k++ {
			if _, ok := f.verbAt(k); ok {
				return nil
			}
		}
		return []run{f.quoteRun(q)}
	}
	return nil
}
