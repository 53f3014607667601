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
	ruleTopic     = "quote/topic"          // raised the possibility of …
	ruleOf        = "quote/accused-of"     // accused them of …
	ruleFor       = "quote/called-for"     // called for …
	ruleAccording = "quote/according-to"   // according to X, …
	ruleHearsay   = "quote/hearsay"        // reportedly
	ruleNoun      = "quote/noun-clause"    // the claim that …
	ruleQuoted    = "quote/quoted"         // X quoted her as saying
	ruleContinued = "quote/continued"      // a quotation after one whose speaker is named
	ruleFree      = "quote/free-standing"  // a quotation that nothing attributes
	ruleCiting    = "quote/citing"         // X reported, citing Y: Y speaks through X
	ruleColon     = "quote/colon"          // a quotation behind a colon without a verb of reporting
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
	if f.skip[i] {
		return "", 0
	}
	if t := &f.doc.Tokens[i]; t.XPOS == "NNS" && nounKind(f.lex.cues[t.Lemma]) {
		return f.lex.cues[t.Lemma], 1
	}
	if !f.lex.opens[f.low[i]] {
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

// nounKind lists the kinds of cues that are nouns with a content of their own.
func nounKind(kind string) bool { return kind == "noun" || kind == "rumor" || kind == "told" }

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
		if inQuote {
			pieces = slices.DeleteFunc(pieces, func(r run) bool { return f.state[f.firstWord(r)] != inside })
		}
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
	case e.has(frameClause) && try(ruleClause, f.lostSubject(i, e)):
	case e.has(frameClause|frameQuote) && f.closes(i, &d) && try(ruleClosing, f.closingOf(i)):
	case e.has(frameClause|frameQuote) && try(ruleParata, f.around(i)):
	case e.has(frameClause) && (e.has(frameQuote) || !f.passive(i)) && try(ruleClause, f.thatClause(i)):
	case e.has(frameClause) && try(ruleClause, f.behindMedium(i)):
	case e.has(frameQuote) && try(ruleParata, f.afterComma(i)):
	case f.passive(i) && e.has(frameHearsay) && try(ruleHearsay, f.hearsayOf(i)):
	case e.has(frameInf) && try(ruleInf, f.infinitiveOf(i)):
	case e.has(frameIng) && try(ruleGerund, f.gerundOf(i)):
	case e.has(frameOf) && try(ruleOf, f.accusedOf(i)):
	case e.has(frameAs) && try(rulePredicate, f.predicateOf(i)):
	case e.has(frameTo) && try(ruleFor, f.phraseAfter(i)):
	case e.has(frameTopic) && f.voiced(&d) && try(ruleTopic, f.topicOf(i)):
	case e.has(frameNP) && try(ruleObject, f.objectOf(i)):
	case e.has(frameClause) && e.class == "claim" && try(ruleObject, f.plansOf(i)):
	default:
		return draft{}, false
	}
	if !e.has(frameQuote) && d.rule == ruleClause && f.asks(d.content[0]) {
		return draft{}, false // "found out whether": nothing is said yet
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

// asks reports whether a clause opens as an indirect question.
func (f *finder) asks(r run) bool {
	switch f.low[r.first] {
	case "whether", "if", "how", "what", "who", "why", "when", "where", "which":
		return true
	}
	return false
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
	if len(d.content) == 0 {
		return
	}
	reach := d.content[0]
	for _, p := range d.content {
		reach = run{min(reach.first, p.first), max(reach.last, p.last)}
	}
	if reach.empty() {
		return
	}
	span := f.doc.TokenSpan(reach.first, reach.last)
	for q := range f.quotes {
		if inner := f.quotes[q].inner; f.quotes[q].parent >= 0 || inner.End <= span.Start || inner.Start >= span.End {
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
		d.content = f.accordingTo(&d)
		f.fillQuotes(&d)
	case "hearsay":
		d.class, d.rule = "claim", ruleHearsay
		h := f.head[i]
		if h == nlp.None {
			return d, false
		}
		// The adverb stands within what it reports and stays there.
		d.content = f.tidy([]run{f.subtree(h)})
	case "noun", "rumor", "told":
		if f.doc.Tokens[i].UPOS != "NOUN" {
			return d, false
		}
		c := f.clauseOfNoun(i, kind)
		if c == nlp.None {
			return d, false
		}
		d.class, d.rule = "claim", ruleNoun
		if p := f.child(i, "nmod:poss"); p != nlp.None && kind != "told" {
			d.source = f.nominal(p, i)
			if n := len(f.low); d.source.last > d.source.first && d.source.last <= n && (f.low[d.source.last-1] == "'s" || f.low[d.source.last-1] == "'") {
				d.source.last--
			}
		}
		if d.source.empty() {
			d.source = f.makerOf(i)
		}
		if d.source.empty() && (kind != "rumor" || f.head[i] != nlp.None && f.rel[i] == "obj") {
			return d, false
		}
		d.content = f.clean([]run{f.subtree(c)}, &d)
	default:
		return d, false
	}
	all, _ := f.words(d.content)
	return d, all > 0
}

// clauseOfNoun is the head of the clause that the noun at i of a kind of cue
// has for its content, or None. A deadline's infinitive may hang on the verb.
func (f *finder) clauseOfNoun(i int, kind string) int {
	c := nlp.None
	for _, k := range f.kids[i] {
		switch {
		case f.rel[k] != "acl" && f.rel[k] != "ccomp":
		case kind == "told" && k > i && f.hasMark(k, "to"), kind != "told" && f.hasMark(k, "that") && f.child(k, "nsubj", "expl") != nlp.None:
			c = k
		}
	}
	if h := f.head[i]; c == nlp.None && kind == "told" && h != nlp.None && f.rel[i] == "obj" {
		for _, k := range f.kids[h] {
			if k > i && (f.rel[k] == "advcl" || f.rel[k] == "xcomp") && f.hasMark(k, "to") {
				return k
			}
		}
	}
	return c
}

// makerOf is who makes the noun at i, the subject of a light verb: "made
// demands, including insistences that …", "issued a warning that …".
func (f *finder) makerOf(i int) run {
	k := i
	for steps := 0; steps < 3 && k != nlp.None && f.doc.Tokens[k].UPOS == "NOUN"; steps++ {
		if rel := f.rel[k]; rel != "obj" && rel != "nmod" && rel != "obl" && rel != "conj" || (rel == "nmod" || rel == "obl") && !f.hasMark(k, "including") && !f.hasMark(k, "of") {
			return run{}
		}
		k = f.head[k]
	}
	if k == nlp.None || !f.lex.light[f.doc.Tokens[k].Lemma] || f.passive(k) {
		return run{}
	}
	if s := f.child(k, "nsubj"); s != nlp.None && f.maySpeak(s) && !expletive(f.low[s]) {
		return f.nominal(s, k)
	}
	return run{}
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
