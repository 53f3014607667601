package position

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// toldRule names the rule of byTold.
const toldRule = "accusation/told"

// byTold reads the accusations that speech makes without a verb of accusing:
// what a party tells another to have done to its harm ("said that Karvany had
// shelled the port").
func (r *reader) byTold(t int) {
	doc := r.doc
	if r.used[t] || r.owned[t] || r.negated(t) || r.question(t) || r.hypothesis(t) {
		return
	}
	for k := t - 1; k > 0 && k >= t-4 && doc.Tokens[k].Sent == doc.Tokens[t].Sent; k-- {
		if w := doc.Lower(k); (w == "way" || w == "means" || w == "sense") && doc.Lower(k-1) == "no" {
			return // "in no way violated"
		}
	}
	bare, harm := r.harms(t)
	if !harm || slices.ContainsFunc(r.auxes(t), func(w string) bool { return doubtful(w) || future(w) }) {
		return
	}
	v := t
	if r.infinitive(t) && r.Lemma(t) == "blame" && r.Child(t, "cop") != nlp.None {
		// "Karvany is to blame for the blast"
	} else if r.infinitive(t) {
		// "is trying to wreck the talks"
		if v = doc.Tokens[t].Head; v == nlp.None || !r.Rel(t, "xcomp") || !r.lex.list("attempt", r.Lemma(v)) || r.negated(v) || r.used[v] || r.owned[v] || slices.ContainsFunc(r.auxes(v), func(w string) bool { return doubtful(w) || future(w) }) {
			return
		}
	} else if doc.Tokens[t].XPOS == "VB" {
		return
	}
	att := r.attribution(doc.Tokens[t].Span)
	if att == nlp.None || r.speaker(att) == nlp.None || r.underTerms(t) || r.underQuestion(t) {
		return
	}
	a := &doc.Attributions[att]
	if c := a.CueToken; c != nlp.None && r.lex.list("unsaid", r.Lemma(c)) || !r.main(v, att) {
		return
	}
	s := r.subject(t, r.lex)
	var addr []int
	switch {
	case doc.Tokens[t].UPOS == "VERB" && r.passive(t):
		if g := r.agent(t); g != nlp.None {
			addr = r.group(g)
		} else if !r.lex.list("covert", r.Lemma(t)) || s == nlp.None {
			return
		}
		bare = true
	case s == nlp.None:
		return
	default:
		addr = r.group(s)
	}
	if slices.ContainsFunc(addr, func(x int) bool { return r.first(x) || r.ownSide(x, att) }) {
		return // one's own deeds
	}
	d := draft{rule: toldRule, stance: readout.Accusation, trigger: v, words: doc.Tokens[v].Span, terms: v, cond: nlp.None, breach: true, public: true}
	r.parties(&d, nil, addr)
	you := s != nlp.None && doc.Lower(s) == "you" && a.Kind == readout.Direct
	if you {
		d.addressee = nil
	}
	if d.addressee = slices.DeleteFunc(d.addressee, func(c int) bool { return c < 0 || !r.acts(c, true) }); len(d.addressee) == 0 && !you && !bare {
		return
	}
	if doc.Tokens[t].UPOS != "VERB" {
		// What the subject is said to be besides, or must do, stands for itself.
		cut := r.asides(t, t, false)
		for _, k := range r.Kids[t] {
			if r.Rel(k, "conj") {
				cut = append(cut, k)
			}
		}
		d.span, _, _ = r.extent(t, cut)
		d.terms = nlp.None
	}
	r.emit(d)
}

// harms reports whether the clause of t tells of harm: by its verb, by a verb
// of doing and its object ("had carried out attacks"), or by what its subject
// is said to be ("is a hoax"). It is bare when nobody need have done it.
func (r *reader) harms(t int) (bare, ok bool) {
	tok, l := &r.doc.Tokens[t], r.Lemma(t)
	switch tok.UPOS {
	case "VERB":
		if l == "blame" && r.Child(t, "cop") != nlp.None {
			return false, true
		}
		if r.lex.list("harm", l) {
			return r.lex.list("breach", l) && r.breaks(t), true
		}
		if r.lex.list("perpetrate", l) {
			o := r.Child(t, "obj")
			if o != nlp.None && !r.negatedNoun(o) {
				return false, r.lex.list("misdeed", r.Lemma(o))
			}
		}
	case "NOUN":
		if r.Child(t, "cop") != nlp.None && r.caseOf(t) == "" && r.Child(t, "nsubj") != nlp.None && r.Child(t, "nsubj") < t {
			return true, r.lex.list("misdeed", l) && l != "threat"
		}
	case "ADJ":
		if r.Child(t, "cop", "aux:pass") != nlp.None && r.Child(t, "nsubj") != nlp.None && r.Child(t, "nsubj") < t {
			return true, r.lex.list("blame", l)
		}
	}
	return false, false
}

// main reports whether verb t says what the speech att says, not what a clause
// of time, cause or comparison adds to it.
func (r *reader) main(t, att int) bool {
	doc := r.doc
	cue := doc.Attributions[att].CueToken
	for n := 0; n < maxClimb; n++ {
		h := doc.Tokens[t].Head
		switch {
		case h == nlp.None, h == cue:
			return true
		case r.Rel(t, "conj"), r.Rel(t, "ccomp", "parataxis"):
			if r.attribution(doc.Tokens[h].Span) != att {
				return true
			}
			if s := r.Child(h, "nsubj"); r.Rel(t, "ccomp") && doc.Tokens[h].UPOS == "VERB" && !r.first(s) && !(s != nlp.None && doc.Tokens[s].UPOS == "PRON" && slices.Contains(r.chainsOf(s, att), r.speaker(att))) {
				return false // "a lot of people thought"
			}
			if r.Rel(t, "ccomp") && doc.Tokens[h].UPOS == "ADJ" && !r.lex.list("blame", r.Lemma(h)) {
				return false // "was unaware that"
			}
			t = h
		case doc.Tokens[t].Deprel == "acl:relcl":
			// "fighters who he said were shelling the port"
			return cue != nlp.None && r.Child(t, "nsubj") != nlp.None && cue < t && cue > h
		default:
			return false
		}
	}
	return false
}

// hinge reads the condition on which an offer, promise or consent hangs as a
// stand of its own: "is willing to talk [if its safety is guaranteed]".
func (r *reader) hinge(d *draft) {
	doc := r.doc
	switch d.stance {
	case readout.Offer, readout.Commit, readout.Acceptance:
	default:
		return
	}
	if d.cond == nlp.None || !r.verbal(d.cond) || r.marked(d.cond, "unless") || r.negated(d.cond) || r.used[d.cond] || r.lex.list("wish", r.Lemma(d.cond)) || r.lex.list("harm", r.Lemma(d.cond)) {
		return
	}
	s := r.Child(d.cond, "nsubj")
	m := r.Child(d.cond, "mark")
	if s == nlp.None || m == nlp.None || r.first(s) && !r.passive(d.cond) && !r.lex.list("gain", r.Lemma(d.cond)) {
		return // "I will do it if I can": no other's to fulfil
	}
	if w := doc.Lower(s); doc.Tokens[s].UPOS == "PRON" && w != "they" && w != "it" && w != "he" && w != "she" && w != "you" && !r.first(s) {
		return
	}
	c := draft{rule: "condition/hinge", stance: readout.Condition, trigger: m, words: doc.Tokens[m].Span, terms: d.cond, cond: nlp.None, public: d.public, parties: d.parties}
	if att := r.attribution(doc.Tokens[d.trigger].Span); doc.Tokens[s].UPOS != "PRON" {
		r.address(&c, []int{s}, att)
	}
	r.used[d.cond] = true
	r.emit(c)
}

// byTable reads the threats of "the shutdown is still on the table" and "that
// option is open".
func (r *reader) byTable(t int) {
	doc := r.doc
	table := r.Lemma(t) == "table" && r.caseOf(t) == "on"
	if !table && r.Lemma(t) != "open" || r.negated(t) || r.used[t] || r.owned[t] || r.question(t) || r.hypothesis(t) {
		return
	}
	v := t
	if r.Child(t, "cop") == nlp.None {
		if v = doc.Tokens[t].Head; v == nlp.None || !r.Rel(t, "obl", "xcomp") || r.negated(v) {
			return
		}
	}
	what := r.Child(v, "nsubj")
	var holders []int
	switch r.Lemma(v) {
	case "remain", "stay", "be", "table", "open":
	case "keep", "leave", "put", "hold":
		if s := r.subject(v, r.lex); s != nlp.None {
			holders = r.group(s)
		}
		if what = r.Child(v, "obj"); holders == nil {
			return
		}
	default:
		return
	}
	if what == nlp.None || !r.lex.list("harsh", r.Lemma(what)) && r.Lemma(what) != "option" || !table && doc.Lower(what) != "option" || slices.ContainsFunc(r.auxes(v), func(w string) bool { return doubtful(w) || future(w) }) {
		return
	}
	att := r.attribution(doc.Tokens[t].Span)
	if holders == nil && (att == nlp.None || r.speaker(att) == nlp.None) {
		return
	}
	first, _ := doc.Subtree(what)
	d := draft{rule: "warning/on-table", stance: readout.Warning, trigger: t, words: doc.Tokens[t].Span, terms: nlp.None, span: doc.TokenSpan(first, t+1), cond: nlp.None, public: true}
	if first >= t {
		return
	}
	r.parties(&d, holders, nil)
	r.emit(d)
}

// byHeadline reads what a headline says a party is to do: "Sollund, Karvany to
// lift tariffs", "Ilse Maren Will Testify".
func (r *reader) byHeadline(sent *nlp.Sentence) {
	doc := r.doc
	n := sent.Last - sent.First
	if n < 4 || n > longHeadline || sent.First > 0 && sent.Noise == "" {
		return
	}
	switch doc.Word(sent.Last - 1) {
	case ".", "?", "!", "\"", "”", ":":
		return
	}
	var parties []int
	first := sent.First
	for t := sent.First; t < sent.Last-1; t++ {
		w := doc.Lower(t)
		if (w == "to" || w == "will") && len(parties) > 0 {
			r.heading(sent, first, t, parties)
			return
		}
		m := r.Covered[t]
		switch {
		case m != nlp.None && doc.Mentions[m].Form == readout.FormName:
			if c := doc.Mentions[m].Chain; c != nlp.None {
				parties = appendNew(parties, r.members(c)...)
			}
		case w == "," || w == "and" || w == "the" || w == "&" || doc.Tokens[t].UPOS == "PROPN":
		case w == "says" || w == ":":
			parties, first = nil, t+1
		default:
			return
		}
	}
}

// longHeadline is how many words a headline has at most.
const longHeadline = 20

// heading emits the commitment of a headline whose modal is token t.
func (r *reader) heading(sent *nlp.Sentence, first, t int, parties []int) {
	doc := r.doc
	v := t + 1
	if doc.Lower(v) == "not" {
		return
	}
	l := strings.ToLower(r.Lemma(v))
	if m := r.Covered[v]; m != nlp.None && doc.Mentions[m].Form == readout.FormName {
		return // "Sollund to Karvany: …"
	}
	if u := doc.Tokens[v].UPOS; u != "VERB" && u != "PROPN" && u != "NOUN" || r.lex.list("epistemic", l) && !r.lex.list("deed", l) || r.used[v] || r.owned[v] || doc.Tokens[v].XPOS == "VBN" {
		return
	}
	last := sent.Last
	for k := v + 1; k < last; k++ {
		switch doc.Lower(k) {
		case "as", "after", "while", "amid", ";", "-", "–", "—", "|", ",":
			last = k
		}
	}
	if last <= v {
		return
	}
	d := draft{rule: "headline/to", stance: readout.Commit, trigger: v, words: doc.TokenSpan(t, v+1), terms: nlp.None, span: doc.TokenSpan(v, last), cond: nlp.None, public: true, single: true}
	d.parties = slices.DeleteFunc(parties, func(c int) bool { return !r.acts(c, true) })
	before := len(r.found)
	r.emit(d)
	for i := before; i < len(r.found); i++ {
		r.found[i].Span.Start = min(r.found[i].Span.Start, doc.Tokens[first].Start)
	}
}

// byDuty reads "has a responsibility to": what a party tells of itself it will
// do, or with "no" will not, and what it tells of another it demands.
func (r *reader) byDuty(t int) {
	doc := r.doc
	if !r.lex.list("duty", r.Lemma(t)) || !r.Rel(t, "obj") || r.used[t] || r.owned[t] || r.question(t) {
		return
	}
	h := doc.Tokens[t].Head
	if h == nlp.None || r.Lemma(h) != "have" || slices.ContainsFunc(r.auxes(h), doubtful) || r.hypothesis(h) || r.underTerms(h) || r.Denied(h) || r.underQuestion(h) {
		return
	}
	inf, att := nlp.None, r.attribution(doc.Tokens[t].Span)
	for _, k := range r.Kids[t] {
		if k > t && r.Rel(k, "acl") && r.infinitive(k) {
			inf = k
		}
	}
	s := r.subject(h, r.lex)
	if inf == nlp.None || s == nlp.None || att == nlp.None || r.speaker(att) == nlp.None || !r.main(h, att) {
		return
	}
	d := draft{rule: "duty/own", stance: readout.Commit, trigger: t, words: doc.TokenSpan(min(h, t), t+1), terms: inf, cond: nlp.None, public: true}
	no := r.negatedNoun(t)
	switch own := r.first(s) || r.ownSide(s, att); {
	case own && no:
		d.stance = readout.Refuse
	case !own && no:
		return
	case !own:
		d.rule, d.stance = "duty/other", readout.Demand
		r.parties(&d, nil, []int{s})
		r.emit(d)
		return
	}
	r.parties(&d, r.group(s), nil)
	r.emit(d)
}

// byUltimatum reads the threat that a report tells without a verb of speech: "If
// Karvany did not leave, the port would close". The shifted tenses show that
// somebody said so.
func (r *reader) byUltimatum(t int) {
	doc := r.doc
	if doc.Tokens[t].UPOS != "VERB" || r.used[t] || r.owned[t] || r.negated(t) || r.infinitive(t) || r.Rel(t, "acl", "ccomp", "xcomp") {
		return
	}
	if aux := r.auxes(t); !slices.Contains(aux, "would") || slices.Contains(aux, "have") || r.lex.list("epistemic", r.Lemma(t)) || r.attribution(doc.Tokens[t].Span) != nlp.None {
		return
	}
	k, s := r.condition(t, nlp.None), r.Child(t, "nsubj")
	if k == nlp.None || s == nlp.None || !r.marked(k, "if") || !r.negated(k) || !slices.Contains(r.auxes(k), "did") || r.passive(t) {
		return
	}
	cs := r.Child(k, "nsubj")
	if cs == nlp.None {
		return
	}
	d := draft{rule: "warning/ultimatum", stance: readout.Warning, trigger: t, words: doc.Tokens[t].Span, terms: t, cond: k, public: true}
	r.parties(&d, r.group(s), []int{cs})
	if len(d.addressee) > 0 || r.animate(cs) {
		r.emit(d)
	}
}

// byAgainst reads the refusal of "is against the dam".
func (r *reader) byAgainst(t int) {
	cop, s, c := r.Child(t, "cop"), r.Child(t, "nsubj"), r.Child(t, "case")
	if cop == nlp.None || s == nlp.None || c == nlp.None || c < cop || s > cop || r.doc.Lower(c) != "against" || r.used[t] || r.owned[t] {
		return
	}
	if r.doc.Tokens[t].UPOS != "NOUN" && r.doc.Tokens[t].XPOS != "VBG" || r.Lemma(t) == "law" || r.Lemma(t) == "rule" {
		return // "is against the law": what it breaks
	}
	if r.negated(t) || r.question(t) || r.hypothesis(t) || slices.ContainsFunc(r.auxes(t), doubtful) || r.somebody(t) {
		return
	}
	d := draft{rule: "refusal/against", stance: readout.Refuse, trigger: t, words: r.doc.TokenSpan(cop, c+1), terms: t, cond: nlp.None, public: true, predicate: true}
	r.parties(&d, r.group(s), nil)
	r.emit(d)
}
