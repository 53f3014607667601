package position

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// modality is how a clause is put.
type modality struct {
	kind    string // "will", "would", "must", "cannot"
	verb    int    // the verb that says what is to be done
	words   readout.Span
	negated bool
}

// modal reads the modality of verb t: its auxiliary, or "going to", "have to",
// "need to" with the verb behind. The kind is "" when there is none.
func (r *reader) modal(t int) modality {
	doc := r.doc
	m := modality{verb: t, negated: r.negated(t)}
	for _, k := range r.Kids[t] {
		if !r.Rel(k, "aux") || k > t {
			continue
		}
		switch doc.Lower(k) {
		case "will", "'ll", "’ll", "shall", "wo":
			m.kind = "will"
		case "would", "'d", "’d":
			m.kind = "would"
		case "must", "should", "ought":
			m.kind = "must"
		case "can", "ca", "could", "can't", "cannot":
			m.kind = "cannot"
		case "may", "might":
			return modality{}
		default:
			continue
		}
		m.words = doc.Tokens[k].Span
	}
	inf := nlp.None
	for _, k := range r.Kids[t] {
		if k > t && r.Rel(k, "xcomp") && r.infinitive(k) {
			inf = k
			break
		}
	}
	if r.Lemma(t) == "need" && m.negated && m.kind == "would" {
		if m.kind = "no-need"; inf != nlp.None {
			m.verb = inf
		}
		return m
	}
	if inf == nlp.None || m.kind == "cannot" {
		return m
	}
	if l := r.Lemma(t); (l == "have" || l == "need") && (m.negated || r.Child(t, "obj") != nlp.None) {
		return modality{} // "does not have to pay", "has the power to"
	}
	switch l, x := r.Lemma(t), doc.Tokens[t].XPOS; {
	case l == "go" && x == "VBG" && m.kind == "", l == "gon" && m.kind == "":
		m.kind, m.verb, m.words = "will", inf, doc.Tokens[t].Span
	case (l == "have" || l == "need" || l == "get") && m.kind == "" && (x == "VBP" || x == "VBZ" || x == "VB"):
		m.kind, m.verb, m.words = "must", inf, doc.Tokens[t].Span
	case (l == "have" || l == "need") && m.kind == "will":
		m.kind, m.verb = "must", inf
	default:
		return m
	}
	m.negated = m.negated || r.negated(inf)
	return m
}

// byModal reads the stands that modals show in speech: what the speaker or the
// speaker's side will or will not do, and what others must do.
func (r *reader) byModal(t int) {
	doc := r.doc
	if doc.Tokens[t].UPOS != "VERB" || r.used[t] || r.hypothesis(t) || r.question(t) || doc.Tokens[t].Deprel == "acl:relcl" {
		return
	}
	if h := doc.Tokens[t].Head; h != nlp.None && r.supposed(t, h) {
		return
	}
	if r.underQuestion(t) {
		return
	}
	att := r.attribution(doc.Tokens[t].Span)
	if att == nlp.None || r.speaker(att) == nlp.None && !r.written(att) {
		return
	}
	m := r.modal(t)
	if m.kind == "" {
		if r.Rel(t, "conj") && doc.Tokens[t].XPOS == "VB" && r.Child(t, "nsubj") == nlp.None && r.Child(t, "cc") != nlp.None {
			return // taken apart with its first conjunct
		}
		r.byImperative(t, att)
		return
	}
	v := m.verb
	if h := doc.Tokens[t].Head; h != nlp.None && r.Rel(t, "ccomp") && r.negated(h) {
		return // "I don't think we need to", "did not say that we would"
	}
	if h := doc.Tokens[t].Head; h != nlp.None && r.Rel(t, "ccomp") && r.attribution(doc.Tokens[h].Span) == att && !r.lex.list("assert", r.Lemma(h)) {
		return // "we can't just hope it sails"
	}
	if r.owned[v] || r.owned[t] || r.used[v] {
		return
	}
	if h := doc.Tokens[t].Head; h != nlp.None && r.Rel(t, "conj") && r.Child(t, "nsubj") == nlp.None && r.owned[h] {
		return
	}
	s := r.subject(t, r.lex)
	if s == nlp.None || r.auxBefore(t, s) || r.infinitive(t) {
		return
	}
	m.negated = m.negated || r.negatedBetween(s, v)
	d := draft{trigger: t, words: m.words, terms: v, cond: r.condition(t, v), public: true}
	word := doc.Lower(s)
	first := word == "we" || word == "i"
	if m.negated && r.lex.list("comment", r.Lemma(v)) {
		return // "would not comment" is an answer
	}
	if c := doc.Attributions[att].CueToken; c != nlp.None && r.lex.list("jest", r.Lemma(c)) || r.hollow(v) {
		return
	}
	if r.Rel(t, "advcl") {
		return // "because they must defend their lead", "before they would sign": told, not taken
	}
	if (word == "he" || word == "she") && r.attKind(att) == readout.Direct && slices.Contains(r.chainsOf(s, att), doc.Attributions[att].Speaker) {
		return // nobody says "he" of himself: one of the two is read wrongly
	}
	if o := r.Child(v, "iobj"); o != nlp.None && doc.Lower(o) == "you" || word == "you" && m.words == doc.Tokens[t].Span {
		return // "I'll give you that", "you have to see it"
	}
	if o := r.Child(v, "obj"); o != nlp.None && r.lex.list("giveaway", r.Lemma(o)) {
		return // "I'll make a prediction"
	}
	if slices.ContainsFunc(r.Kids[v], func(k int) bool { return r.Rel(k, "advmod") && r.lex.list("unsure", doc.Lower(k)) }) {
		return
	}
	passive := r.passive(v)
	epistemic := r.lex.list("epistemic", r.Lemma(v)) && !r.summons(v) || doc.Tokens[v].UPOS != "VERB" || r.Lemma(v) == "do" && r.Child(v, "obj") == nlp.None
	switch {
	case m.kind == "must" && !m.negated && r.beforehand(v) && (first || r.ownSide(s, att)):
		d.rule, d.stance = "condition/before", readout.Condition
	case m.kind == "no-need":
		if d.cond == nlp.None || !first && !r.ownSide(s, att) {
			return
		}
		d.rule, d.stance = "modal/no-need", readout.Offer
	case first && m.kind == "will":
		if goal := r.seeIf(v); goal != nlp.None {
			d.rule, d.stance, d.terms = "modal/see-if", readout.Goal, goal
			break
		}
		if d.rule, d.stance = "modal/will", r.pledge(&d, m, s); d.stance == readout.Warning && r.Lemma(v) != "be" {
			break
		}
		if epistemic || passive {
			return
		}
	case first && m.kind == "cannot" && m.negated:
		if !r.lex.list("tolerate", r.Lemma(v)) || slices.ContainsFunc(r.Kids[v], func(k int) bool { return doc.Lower(k) == "more" && r.Rel(k, "advmod") }) {
			return // "couldn't agree more" is no refusal
		}
		d.rule, d.stance = "modal/cannot", readout.Refuse
	case first && m.kind == "must":
		if word == "i" || epistemic || passive {
			return
		}
		d.rule, d.stance = "modal/we-must", readout.Goal
	case m.kind == "must" && !m.negated && r.blames(v):
		d.rule, d.stance = "modal/blame", readout.Accusation
		r.parties(&d, nil, []int{s})
		if len(d.addressee) > 0 {
			r.emit(d)
		}
		return
	case m.kind == "must":
		if slices.Contains(r.auxes(v), "have") || epistemic || word == "you" && r.attKind(att) != readout.Direct || word == "it" || word == "one" || word == "there" || word == "this" || word == "that" {
			return
		}
		d.rule, d.stance = "modal/must", readout.Demand
		r.parties(&d, nil, []int{s})
		if len(d.addressee) == 0 && slices.ContainsFunc(d.parties, func(c int) bool { return slices.Contains(r.chainsOf(s, att), c) }) {
			d.rule, d.stance = "modal/we-must", readout.Goal
		}
		r.emit(d)
		return
	case m.kind == "will" || m.kind == "would":
		if epistemic && !r.lex.list("deed", r.Lemma(v)) || passive {
			return
		}
		if !r.ownSide(s, att) {
			paper := r.written(att)
			if !paper && (m.kind != "will" || m.negated || d.cond != nlp.None || !r.lex.list("deed", r.Lemma(v)) || !r.announced(att)) {
				return
			}
			d.rule, d.stance = "modal/announced", r.pledge(&d, m, s)
			break
		}
		if m.kind == "would" && (r.attKind(att) == readout.Direct || slices.Contains(r.auxes(v), "have")) {
			return // what would be, not what is promised
		}
		d.rule, d.stance = "modal/would", r.pledge(&d, m, s)
	default:
		return
	}
	r.parties(&d, r.group(s), nil)
	r.emit(d)
}

// summons reports whether verb v tells of coming before a body: "would appear
// before the committee".
func (r *reader) summons(v int) bool {
	return r.Lemma(v) == "appear" && slices.ContainsFunc(r.Kids[v], func(k int) bool {
		c := r.caseOf(k)
		return r.Rel(k, "obl") && (c == "before" || c == "in" && r.Lemma(k) == "court")
	})
}

// blames reports whether verb v tells of bearing blame: "must take the blame".
func (r *reader) blames(v int) bool {
	o := r.Child(v, "obj")
	return o != nlp.None && r.Lemma(o) == "blame"
}

// pledge is the stance of what somebody will do: a refusal when negated, a
// warning when it is hostile and hangs on what another does, else a promise.
func (r *reader) pledge(d *draft, m modality, subject int) readout.Stance {
	if d.cond != nlp.None {
		cs := r.Child(d.cond, "nsubj")
		other := cs != nlp.None && r.doc.Lower(cs) != r.doc.Lower(subject)
		if other && r.lex.list("hostile", r.Lemma(m.verb)) || r.negated(d.cond) || r.marked(d.cond, "unless") {
			return readout.Warning
		}
	}
	if m.negated {
		return readout.Refuse
	}
	return readout.Commit
}

// marked reports whether clause k opens with word.
func (r *reader) marked(k int, word string) bool {
	m := r.Child(k, "mark")
	return m != nlp.None && r.doc.Lower(m) == word
}

// attKind is the kind of attribution att.
func (r *reader) attKind(att int) readout.StatementKind { return r.doc.Attributions[att].Kind }

// seeIf is what one wants to find possible: "going to see if we can reach a
// deal", or None.
func (r *reader) seeIf(v int) int {
	if l := r.Lemma(v); l != "see" && l != "try" {
		return nlp.None
	}
	for _, k := range r.Kids[v] {
		if k > v && r.Rel(k, "advcl", "ccomp") && (r.marked(k, "if") || r.marked(k, "whether")) && slices.Contains(r.auxes(k), "can") {
			return k
		}
	}
	return nlp.None
}

// hypothesis reports whether clause t is itself a condition or an indirect
// question.
func (r *reader) hypothesis(t int) bool {
	for _, k := range r.Kids[t] {
		if k < t && r.Rel(k, "mark") {
			switch r.doc.Lower(k) {
			case "if", "whether", "unless", "lest", "until":
				return true
			}
		}
	}
	return r.asks(t)
}

// underQuestion reports whether clause t is part of an indirect question:
// "asked whether she had said that Karvany should leave".
func (r *reader) underQuestion(t int) bool {
	for n := 0; t != nlp.None && n < maxClimb && !r.Rel(t, "parataxis"); n++ {
		if t = r.doc.Tokens[t].Head; t != nlp.None && r.Rel(t, "ccomp", "acl") && r.asks(t) {
			return true
		}
	}
	return false
}

// auxBefore reports whether an auxiliary of t stands before its subject:
// "should they attack", "will he sign".
func (r *reader) auxBefore(t, s int) bool {
	for _, k := range r.Kids[t] {
		if r.Rel(k, "aux") && k < s && s < t {
			return true
		}
	}
	return false
}

// ownSide reports whether subject s is the speaker of att, or the state or body
// for which the speaker speaks, or a leader of it whose spokesperson speaks.
func (r *reader) ownSide(s, att int) bool {
	doc := r.doc
	speaker := r.speaker(att)
	if speaker == nlp.None {
		return false
	}
	x := &doc.Chains[speaker]
	voice := slices.ContainsFunc(x.Titles, r.voice) || x.Name == "" && slices.ContainsFunc(x.Mentions, func(m int) bool {
		h := doc.Mentions[m].Head
		return h >= 0 && h < len(doc.Tokens) && r.voice(r.Lemma(h))
	})
	for _, c := range r.chainsOf(s, att) {
		if c == speaker {
			return true
		}
		y := &doc.Chains[c]
		if voice && (x.Country == "" || x.Country == y.Country) && (y.Type == readout.Organization || y.Type == readout.Person && len(y.Titles) > 0) {
			return true
		}
		if x.Country == "" || y.Country != x.Country || len(x.Titles) == 0 && x.Type == readout.Person {
			continue
		}
		if y.Type == readout.Place && !strings.HasPrefix(y.Key, "place:") || y.Type == readout.Organization {
			return true
		}
	}
	return false
}

// voice reports whether people of this title speak for another.
func (r *reader) voice(title string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(title, func(c rune) bool { return c == ' ' || c == '-' }), func(w string) bool { return r.lex.list("voice", w) }) ||
		strings.Contains(title, "press secretary") || strings.Contains(title, "chief of staff")
}

// written reports whether what att says stands in a paper that parties have put
// their names to: "the joint statement said", "the agreement states".
func (r *reader) written(att int) bool {
	h := r.doc.Attributions[att].SourceHead
	return h != nlp.None && r.lex.list("paper", r.Lemma(h))
}

// announced reports whether the speaker of att holds an office, so that what
// is said to be done by others has been settled with them.
func (r *reader) announced(att int) bool {
	if r.doc.Attributions[att].Speaker == nlp.None {
		return false
	}
	c := &r.doc.Chains[r.doc.Attributions[att].Speaker]
	return c.Type == readout.Person && len(c.Titles) > 0 || c.Type == readout.Organization && c.Country != ""
}

// byImperative reads the orders of a direct quotation: "Stop the shelling".
func (r *reader) byImperative(t, att int) {
	doc := r.doc
	tok := &doc.Tokens[t]
	if r.attKind(att) != readout.Direct || tok.XPOS != "VB" && tok.XPOS != "VBP" {
		return
	}
	if !r.Rel(t, "root", "parataxis", "ccomp") {
		// "Why wait, start them now!"
		if h := tok.Head; !r.Rel(t, "conj") || r.Child(t, "cc") != nlp.None || doc.Tokens[h].XPOS != "VBP" && doc.Tokens[h].XPOS != "VB" || r.Child(h, "nsubj", "aux", "mark") != nlp.None {
			return
		}
	}
	if !r.lex.list("imperative", r.Lemma(t)) && (r.lex.list("exclaim", r.Lemma(t)) || r.Rel(t, "ccomp") && r.doc.Tokens[t].Head < t || !r.shouted(t)) {
		return
	}
	for _, k := range r.Kids[t] {
		if r.Rel(k, "nsubj", "aux", "mark", "csubj") {
			return
		}
	}
	p := t - 1
	for p >= doc.Sentences[tok.Sent].First && doc.Tokens[p].UPOS == "PUNCT" {
		p--
	}
	if p >= doc.Sentences[tok.Sent].First && doc.Tokens[p].XPOS == "MD" {
		return // "will not, and never will, withdraw"
	}
	d := draft{rule: "modal/imperative", stance: readout.Demand, trigger: t, words: tok.Span, terms: t, cond: r.condition(t, t), public: true}
	r.parties(&d, nil, nil)
	r.emit(d)
}

// shouted reports whether the clause of t ends in an exclamation mark.
func (r *reader) shouted(t int) bool {
	sent := &r.doc.Sentences[r.doc.Tokens[t].Sent]
	for k := t + 1; k < sent.Last; k++ {
		switch w := r.doc.Word(k); {
		case strings.HasPrefix(w, "!"):
			return true
		case w == ".", w == "?", w == "\"", w == "”", w == ";":
			return false
		}
	}
	return false
}

// byPurpose reads what parties meet, call or travel for: "met to discuss a
// truce".
func (r *reader) byPurpose(t int) {
	doc := r.doc
	if doc.Tokens[t].UPOS != "VERB" || !r.lex.list("encounter", r.Lemma(t)) || r.used[t] || r.owned[t] {
		return
	}
	for _, k := range r.Kids[t] {
		if c := r.Lemma(k); c == "condition" || c == "anonymity" {
			return // "was given no name to discuss the talks"
		}
		if k < t || !r.Rel(k, "advcl", "xcomp") || !r.infinitive(k) || !r.lex.list("errand", r.Lemma(k)) || r.Child(k, "nsubj") != nlp.None {
			continue
		}
		if neg, ok := r.stands(t, readout.Goal); !ok || neg || r.passive(t) {
			return
		}
		s := r.subject(t, r.lex)
		if s == nlp.None {
			return
		}
		r.used[t] = true
		d := draft{rule: "purpose/met-to", stance: readout.Goal, trigger: t, words: doc.Tokens[t].Span, terms: k, cond: nlp.None, public: true}
		r.parties(&d, r.group(s), nil)
		r.emit(d)
		return
	}
}

// byRequirement reads what must hold before a party moves: "is required to
// withdraw", "will sign only if", "not until".
func (r *reader) byRequirement(t int) {
	doc := r.doc
	if doc.Tokens[t].UPOS != "VERB" {
		return
	}
	if l := r.Lemma(t); !r.owned[t] && (l == "require" || l == "oblige") && r.passive(t) && !r.used[t] && !r.negated(t) {
		inf := r.infinitiveOf(t)
		s := r.Child(t, "nsubj")
		holders := r.setter(t)
		if a := r.agent(t); a != nlp.None {
			holders = r.group(a)
		}
		if inf == nlp.None || s == nlp.None || holders == nil {
			return
		}
		d := draft{rule: "condition/required", stance: readout.Condition, trigger: t, words: doc.Tokens[t].Span, terms: inf, cond: nlp.None, public: true}
		r.parties(&d, holders, []int{s})
		r.emit(d)
		return
	}
	for _, k := range r.Kids[t] {
		if !r.Rel(k, "advcl") {
			continue
		}
		m := r.Child(k, "mark")
		if m == nlp.None || m > k {
			continue
		}
		words := doc.Tokens[m].Span
		w := doc.Lower(m)
		only := r.onlyBefore(k, m)
		switch {
		case w == "unless":
		case (w == "if" || w == "when" || w == "after" || w == "once") && only != nlp.None:
			words.Start = min(words.Start, doc.Tokens[only].Start)
		case w == "until" && r.negated(t):
		default:
			continue
		}
		v := t
		if r.used[t] || r.modal(t).kind == "" {
			// "refuses to sign until", "ready to sign only if"
			h := doc.Tokens[t].Head
			if !r.used[t] && !(r.owned[t] && h != nlp.None) {
				continue
			}
		}
		s := r.subject(v, r.lex)
		if s == nlp.None {
			continue
		}
		att := r.attribution(doc.Tokens[t].Span)
		if att != nlp.None && doc.Lower(s) != "we" && doc.Lower(s) != "i" && (doc.Attributions[att].Speaker == nlp.None || !r.ownSide(s, att)) {
			continue
		}
		if att == nlp.None && !r.used[t] {
			continue // the outlet's forecast
		}
		d := draft{rule: "condition/" + w, stance: readout.Condition, trigger: m, words: words, terms: k, cond: nlp.None, public: true}
		var addr []int
		if cs := r.Child(k, "nsubj"); cs != nlp.None {
			if w != "unless" && slices.Equal(r.chainsOf(cs, att), r.chainsOf(s, att)) {
				continue // "we won't stop until we win"
			}
			addr = r.group(cs)
		}
		r.parties(&d, r.group(s), addr)
		r.emit(d)
	}
}

// onlyBefore is the "only" that narrows clause k opened by mark m, or None.
func (r *reader) onlyBefore(k, m int) int {
	for _, x := range []int{m - 1, m - 2} {
		if x >= 0 && r.doc.Tokens[x].Sent == r.doc.Tokens[m].Sent && r.doc.Lower(x) == "only" {
			return x
		}
	}
	for _, x := range r.Kids[k] {
		if x < m && r.doc.Lower(x) == "only" {
			return x
		}
	}
	return nlp.None
}

// setter is who set the conditions that the sentence of t speaks of before it:
// "outlined his conditions: Karvany is required to …".
func (r *reader) setter(t int) []int {
	sent := &r.doc.Sentences[r.doc.Tokens[t].Sent]
	for k := t - 1; k >= sent.First; k-- {
		if r.doc.Tokens[k].UPOS == "NOUN" && r.lex.list("requirement", r.Lemma(k)) {
			if h, ok := r.nounHolder(k, 0); ok {
				return h
			}
		}
	}
	return nil
}
