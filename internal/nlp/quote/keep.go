package quote

import (
	"strings"

	"github.com/readout-news/readout/internal/nlp"
)

// reports tells reported speech from stance, belief and deeds: the cue is in
// the lexicon and the content is what its frames allow, or a quotation that
// reads as speech is part of it.
func (f *finder) reports(d *draft) bool {
	if f.silent(d) || f.noVoice(d) {
		return false
	}
	if d.rule != ruleModel || d.relay {
		return true
	}
	if !d.source.empty() && d.head != nlp.None && f.state[d.head] != inside && ownVoice(f.low[f.headOf(d.source)]) && d.source.last-d.source.first == 1 {
		return false // the writer's own voice
	}
	for _, r := range d.content {
		if w := f.firstWord(r); f.state[w] == inside && (d.head == nlp.None || f.state[d.head] != inside) && f.speech(f.quote[w]) {
			return true
		}
	}
	for i := d.cue.first; i < d.cue.last; i++ {
		if e, ok := f.verbAt(i); ok && f.fits(d, i, e) {
			return true
		}
		switch kind, _ := f.cueWord(i); kind {
		case "", "outlet":
		case "noun", "rumor", "told":
			if f.doc.Tokens[i].UPOS == "NOUN" && !d.source.empty() && f.clausal(d) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// noVoice reports whether what the cue tells is nobody's words: a thing that
// threatens or promises to bring something about, a report that is named
// in passing, as in "The list, first reported by the agency, has two names",
// what is said in general ("saying so is wrong", "it is worth noting that"),
// and what was announced or confirmed, with nobody who did.
func (f *finder) noVoice(d *draft) bool {
	if d.head == nlp.None {
		return false
	}
	e, ok := f.verbAt(d.head)
	if !ok {
		return false
	}
	if f.ownInsertion(d) {
		return true
	}
	if _, quoted := f.words(d.content); quoted > 0 && f.state[d.head] != inside {
		return false
	}
	if len(d.content) > 0 && !e.has(frameQuote) && e.class == "claim" && f.asks(d.content[0]) {
		return true // "met to determine whether": nothing is found yet
	}
	if o := f.child(d.head, "obj"); e.class == "write" && o != nlp.None && !d.holds(o) && f.child(d.head, "ccomp") == nlp.None && f.state[d.head] != inside {
		return true // "the index posted a record; markets fell"
	}
	if h := f.head[d.head]; d.source.empty() && f.doc.Tokens[d.head].XPOS == "VBG" && (f.rel[d.head] == "csubj" || h != nlp.None && f.low[h] == "worth") {
		return true
	}
	if d.source.empty() && f.passive(d.head) && f.agent(d.head) == nlp.None && !f.clausal(d) && !f.infinitive(d) && e.has(frameNP) {
		return true
	}
	if r := d.content; len(r) > 0 && f.passive(d.head) && (f.doc.Tokens[r[0].first].XPOS == "WP" || f.doc.Tokens[r[0].first].XPOS == "WDT") && r[0].last-r[0].first == 1 {
		return true // "who was confirmed by the Senate"
	}
	if f.rel[d.head] == "acl" && f.doc.Tokens[d.head].XPOS == "VBN" && e.class == "relay" {
		for _, r := range d.content {
			if f.below(f.headOf(r), d.head) {
				return false
			}
		}
		return true
	}
	if e.has(frameInf) && (e.class == "warn" || e.class == "promise") && f.infinitive(d) {
		s := f.child(d.head, "nsubj")
		if !d.source.empty() {
			s = f.headOf(d.source)
		} else if h := f.head[d.head]; s == nlp.None && f.rel[d.head] == "conj" && h != nlp.None {
			s = f.child(h, "nsubj")
		}
		return s != nlp.None && (!f.maySpeak(s) || f.doc.Tokens[s].UPOS == "PRON" && (f.low[s] == "this" || f.low[s] == "that" || f.low[s] == "which"))
	}
	return false
}

// ownInsertion reports whether a speaker only marks the own words as such, in
// the middle of them: "that costs, I would say, too much".
func (f *finder) ownInsertion(d *draft) bool {
	return f.state[d.head] == inside && d.rule == ruleParata && !d.source.empty() && d.source.last-d.source.first == 1 &&
		ownVoice(f.low[d.source.first]) && (f.inserted(d.head) || f.child(d.head, "aux") != nlp.None || f.hasMark(d.head, "as"))
}

// fits reports whether the content of d is of a form that the verb at i takes.
func (f *finder) fits(d *draft, i int, e verb) bool {
	_, quoted := f.words(d.content)
	if w := f.low[d.span().first]; e.has(frameOf) && e.class == "accuse" && (w == "of" || w == "for") {
		return true
	}
	if quoted > 0 && e.frames&(frameQuote|frameAs|frameOf|frameTo|frameNP) != 0 {
		return true
	}
	for _, k := range f.kids[i] {
		if !d.holds(k) {
			continue
		}
		switch f.rel[k] {
		case "ccomp", "csubj", "parataxis":
			if e.has(frameClause | frameQuote) {
				return true
			}
		case "xcomp", "advcl":
			if f.hasMark(k, "to") && e.frames&(frameInf|frameHearsay) != 0 ||
				f.doc.Tokens[k].XPOS == "VBG" && e.frames&(frameIng|frameOf) != 0 || f.hasAs(k) && e.has(frameAs) ||
				f.doc.Tokens[k].UPOS != "VERB" && e.has(frameAs) {
				return true
			}
		case "obl", "nmod":
			if e.frames&(frameTo|frameOf) != 0 || f.hasAs(k) && e.has(frameAs) {
				return true
			}
		case "obj", "nsubj":
			if e.frames&(frameNP|frameOf) != 0 || e.has(frameTopic) && f.lex.topics[f.doc.Tokens[k].Lemma] && f.voiced(d) || e.has(frameAs) && len(f.predicateOf(i)) > 0 || e.has(frameClause) && f.planned(k) || e.has(frameIng) && f.doc.Tokens[k].XPOS == "VBG" {
				return true
			}
		}
	}
	// The cue is inserted into its content, or the tree is wrong: a content
	// with a clause in it will do for verbs of saying.
	return e.frames&(frameClause|frameQuote) != 0 && f.clausal(d) || e.frames&(frameInf|frameNP) != 0 && f.infinitive(d)
}

// planned reports whether a noun brings an infinitive: "plans to meet".
func (f *finder) planned(k int) bool {
	for _, c := range f.kids[k] {
		if f.rel[c] == "acl" && f.hasMark(c, "to") {
			return true
		}
	}
	return false
}

// clausal reports whether the content holds a verb with its subject.
func (f *finder) clausal(d *draft) bool {
	for _, r := range d.content {
		for k := r.first; k < r.last; k++ {
			if (f.rel[k] == "nsubj" || f.rel[k] == "expl") && r.has(f.head[k]) && f.rel[f.head[k]] != "acl" {
				return true
			}
		}
	}
	return false
}

// infinitive reports whether a piece of the content opens with "to" and a verb.
func (f *finder) infinitive(d *draft) bool {
	for _, r := range d.content {
		if r.last-r.first > 1 && f.low[r.first] == "to" && f.doc.Tokens[r.first].UPOS == "PART" {
			return true
		}
	}
	return false
}

// silent reports whether the draft tells that someone said nothing: "declined
// to comment", "refused to answer". Such answers are events, not statements.
func (f *finder) silent(d *draft) bool {
	if d.head == nlp.None || len(d.content) == 0 {
		return false
	}
	e, ok := f.verbAt(d.head)
	if h := f.head[d.head]; ok && h != nlp.None && f.hasMark(d.head, "to") && f.lex.silence[strings.ToLower(f.doc.Tokens[d.head].Lemma)] {
		if up, above := f.verbAt(h); above && up.class == "refuse" {
			return true // "refused to answer whether …"
		}
	}
	if !ok || e.class != "refuse" {
		return false
	}
	r := d.content[0]
	if r.last-r.first < 2 || f.low[r.first] != "to" {
		return false
	}
	return f.lex.silence[strings.ToLower(f.doc.Tokens[r.first+1].Lemma)]
}
