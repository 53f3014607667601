package position

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// byTold reads the accusations that speech makes without a verb of accusing:
// what a party tells another to have done to its harm ("said that Karvany had
// shelled the port").
func (r *reader) byTold(t int) {
	doc := r.doc
	if doc.Tokens[t].UPOS != "VERB" || r.used[t] || r.owned[t] || !r.lex.list("harm", r.lemma(t)) || r.negated(t) || r.question(t) || r.hypothesis(t) || r.infinitive(t) {
		return
	}
	att := r.attribution(doc.Tokens[t].Span)
	if att == nlp.None || doc.Attributions[att].Speaker == nlp.None || r.underTerms(t) {
		return
	}
	a := &doc.Attributions[att]
	if c := a.CueToken; c != nlp.None && r.lex.list("unsaid", r.lemma(c)) || !r.main(t, att) {
		return
	}
	if slices.ContainsFunc(r.auxes(t), func(w string) bool { return doubtful(w) || future(w) }) {
		return
	}
	s := r.subject(t, r.lex)
	var addr []int
	switch {
	case r.passive(t):
		g := r.agent(t)
		if g == nlp.None {
			return
		}
		addr = r.group(g)
	case s == nlp.None:
		return
	case doc.Tokens[t].XPOS != "VBD" && doc.Tokens[t].XPOS != "VBN" && doc.Tokens[t].XPOS != "VBG" && doc.Tokens[t].XPOS != "VBZ" && doc.Tokens[t].XPOS != "VBP":
		return
	default:
		addr = r.group(s)
	}
	d := draft{rule: "accusation/told", stance: readout.Accusation, trigger: t, words: doc.Tokens[t].Span, terms: t, cond: nlp.None, breach: true, public: true}
	r.parties(&d, nil, addr)
	you := s != nlp.None && doc.Lower(s) == "you" && a.Kind == readout.Direct
	if len(d.addressee) == 0 && !you || slices.ContainsFunc(d.addressee, func(c int) bool { return c < 0 || !r.acts(c, true) }) {
		return
	}
	if slices.ContainsFunc(addr, func(x int) bool { return r.first(x) || r.ownSide(x, att) }) {
		return // one's own deeds
	}
	if you {
		d.addressee = nil
	}
	r.emit(d)
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
		case r.rel(t, "conj"), r.rel(t, "ccomp", "parataxis"):
			if r.attribution(doc.Tokens[h].Span) != att {
				return true
			}
			t = h
		case doc.Tokens[t].Deprel == "acl:relcl":
			// "fighters who he said were shelling the port"
			return cue != nlp.None && r.child(t, "nsubj") != nlp.None && cue < t && cue > h
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
	if d.cond == nlp.None || !r.verbal(d.cond) || r.marked(d.cond, "unless") || r.negated(d.cond) || r.used[d.cond] || r.lex.list("wish", r.lemma(d.cond)) || r.lex.list("harm", r.lemma(d.cond)) {
		return
	}
	s := r.child(d.cond, "nsubj")
	m := r.child(d.cond, "mark")
	if s == nlp.None || m == nlp.None || r.first(s) && !r.passive(d.cond) && !r.lex.list("gain", r.lemma(d.cond)) {
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
		m := r.covered[t]
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
	l := strings.ToLower(r.lemma(v))
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
