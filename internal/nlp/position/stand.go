package position

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// stands reports whether trigger t says a stand that somebody takes, and
// whether it is denied. What is possible, asked, required of another or hangs
// on a verb that takes no stand itself is none.
func (r *reader) stands(t int, stance readout.Stance) (negated, ok bool) {
	doc := r.doc
	if doc.Tokens[t].UPOS == "NOUN" || strings.HasPrefix(doc.Tokens[t].XPOS, "NN") {
		return r.nounStands(t)
	}
	negated = r.negated(t)
	v := t
	for n := 0; n < maxClimb; n++ {
		if aux := r.auxes(v); slices.ContainsFunc(aux, doubtful) || slices.Contains(aux, "would") && slices.Contains(aux, "have") {
			return false, false
		}
		for _, k := range r.Kids[v] {
			if w := doc.Lower(k); r.Rel(k, "mark", "case") && k < v && r.lex.list("unreal", w) {
				return false, false
			}
			if r.Rel(k, "advmod") && r.lex.list("unsure", doc.Lower(k)) {
				return false, false
			}
		}
		h := doc.Tokens[v].Head
		if h == nlp.None {
			break
		}
		if r.supposed(v, h) {
			return false, false
		}
		switch {
		case r.Rel(v, "conj"):
			if m := r.Child(h, "mark"); r.Child(v, "nsubj") == nlp.None && m != nlp.None && r.lex.list("unreal", doc.Lower(m)) {
				return false, false // "if she asked or urged him"
			}
			if r.finite(v) || r.Child(v, "nsubj") != nlp.None {
				return negated, !r.question(t)
			}
			// "refused to meet or accept": the first conjunct says how.
			if r.negated(h) && !r.infinitive(h) {
				negated = negated || false
			}
			v = h
			if !r.verbal(v) {
				return negated, !r.question(t)
			}
			continue
		case r.Rel(v, "xcomp"), r.infinitive(v) && r.Rel(v, "ccomp", "advcl", "csubj", "acl"):
			if r.used[h] || r.owned[v] {
				return false, false
			}
			if r.Rel(v, "advcl") && r.Child(h, "obj", "obl", "ccomp") != nlp.None && !r.lex.list("object-control", r.Lemma(h)) {
				switch stance {
				case readout.Demand, readout.Request, readout.Accusation, readout.Warning, readout.Proposal:
				default:
					return false, false // "have fuel to support the relief": what for, not where one stands
				}
				return negated, !r.question(t) && !slices.ContainsFunc(r.auxes(h), doubtful) // the purpose of an act
			}
			if !r.lex.list("transparent", r.Lemma(h)) {
				return false, false
			}
			negated = negated || r.negated(h)
			v = h
			continue
		}
		break
	}
	if r.underTerms(t) {
		return false, false
	}
	return negated, !r.question(t)
}

// supposed reports whether clause v is what somebody else makes of it: "he
// believes both sides want peace", "whenever they want to talk".
func (r *reader) supposed(v, h int) bool {
	if r.Rel(v, "ccomp") && r.lex.list("suppose", r.Lemma(h)) {
		s := r.Child(v, "nsubj")
		return s == nlp.None || !r.first(s)
	}
	if r.Rel(v, "acl") && (r.lex.list("loose", r.Lemma(h)) || r.lex.list("rumour", r.Lemma(h))) || r.Rel(v, "ccomp", "advcl", "csubj", "acl") && r.manner(v) {
		return true
	}
	return false
}

// manner reports whether clause v opens with "what", "how", "why" or "where".
func (r *reader) manner(v int) bool {
	return slices.ContainsFunc(r.Kids[v], func(k int) bool {
		switch r.doc.Lower(k) {
		case "where":
			return k < v && r.doc.Tokens[v].Deprel != "acl:relcl" // "a rally where they called for a vote"
		case "what", "whatever", "how", "why", "wherever", "whenever":
			return k < v
		}
		return false
	})
}

// underTerms reports whether t lies in an accusation's or a condition's terms,
// where what is told is alleged.
func (r *reader) underTerms(t int) bool {
	for n, v := 0, t; v != nlp.None && n < maxClimb; n++ {
		if r.owned[v] {
			return true
		}
		if r.Rel(v, "parataxis") {
			return false
		}
		if r.Rel(v, "advcl") {
			if m := r.Child(v, "mark"); m != nlp.None && r.lex.list("aside", r.doc.Lower(m)) || r.comma(v) {
				return false
			}
		}
		v = r.doc.Tokens[v].Head
	}
	return false
}

// nounStands is stands for a noun: denied by "no", or by the verb it is the
// object of.
func (r *reader) nounStands(t int) (negated, ok bool) {
	if r.negated(t) {
		return true, true
	}
	h := r.doc.Tokens[t].Head
	if h != nlp.None && r.Rel(t, "nsubj") && r.Child(h, "expl") != nlp.None && r.negated(h) {
		return true, !r.question(t) // "there is not much support for"
	}
	if h != nlp.None && r.Rel(t, "nsubj") && (r.hypothesis(h) || r.Denied(h)) {
		return false, false
	}
	if h != nlp.None && r.Rel(t, "obj", "nsubj:pass", "obl") && r.verbal(h) {
		if r.lex.list("giveup", r.Lemma(h)) && (r.Lemma(h) != "give" || r.Child(h, "compound:prt") != nlp.None) || slices.ContainsFunc(r.auxes(h), doubtful) {
			return false, false
		}
		if r.negated(h) {
			return true, true
		}
	}
	return false, !r.question(t)
}

// doubtful reports whether an auxiliary leaves open whether a stand is taken.
func doubtful(aux string) bool {
	switch aux {
	case "may", "might", "could", "can", "must", "should", "ought":
		return true
	}
	return false
}

// question reports whether t stands in a clause that asks: a question mark
// follows before any quotation mark.
func (r *reader) question(t int) bool {
	sent := &r.doc.Sentences[r.doc.Tokens[t].Sent]
	for k := t + 1; k < sent.Last; k++ {
		switch r.doc.Word(k) {
		case "?":
			return true
		case "\"", "”", "“", "'", "’", "‘", "''", "``":
			return false
		}
	}
	return false
}
