package coref

import (
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// metonyms moves a capital that acts to the chain of its state.
func (r *resolver) metonyms() {
	for m := range r.doc.Mentions {
		e := r.of[m]
		if e == nil || e.class != place || r.doc.Mentions[m].Form != readout.FormName {
			continue
		}
		st := r.kb.CapitalOf(r.core(m))
		// A capital in capitals is a dateline.
		if name := r.core(m); len(name) > 3 && name == strings.ToUpper(name) {
			continue
		}
		if st == nil || !r.acts(r.doc.Mentions[m].Head, 0) {
			continue
		}
		r.unput(m)
		r.put(m, r.stateChain(st), "metonym-capital")
	}
}

func (r *resolver) unput(m int) {
	e := r.of[m]
	for i, x := range e.mentions {
		if x == m {
			e.mentions = append(e.mentions[:i:i], e.mentions[i+1:]...)
			break
		}
	}
	r.of[m] = nil
}

// stateChain is the chain of a state, made when there is none yet.
func (r *resolver) stateChain(st *kb.Entry) *entity {
	for _, e := range r.ents {
		if e.key == st.Key {
			return e
		}
	}
	e := r.newEntity(state, "state")
	e.entry, e.key, e.name, e.country, e.typ, e.named = st, st.Key, st.Name(), st.Country, readout.Place, true
	return e
}

// acts reports whether the noun at i does what governments do: it is the
// subject of a verb of speech or decision, has demands or troops, is talked
// with, or is coordinated with one that acts.
func (r *resolver) acts(i, depth int) bool {
	doc := r.doc
	t := doc.Tokens[i]
	if t.Head < 0 || depth > 3 {
		return false
	}
	if nlp.HasRel(t.Deprel, "conj") {
		// The preposition of the first conjunct holds for all; a verb too.
		if k := r.child(i, "case"); k != nlp.None && r.lex.in("place-prep", doc.Lower(k)) {
			return false
		}
		return r.acts(t.Head, depth+1)
	}
	k := r.child(i, "case")
	switch {
	case nlp.HasRel(t.Deprel, "nmod:poss"):
		return r.lex.in("actor-noun", doc.Lower(t.Head)) || r.lex.in("actor-noun", doc.Tokens[t.Head].Lemma)
	case nlp.HasRel(t.Deprel, "nsubj"):
		if nlp.HasRel(t.Deprel, "nsubj:pass") {
			return false
		}
		head := doc.Tokens[t.Head]
		if head.UPOS == "VERB" {
			return r.lex.in("actor-verb", head.Lemma)
		}
		// "Moscow is ready to …"
		switch head.Lemma {
		case "ready", "willing", "unwilling", "reluctant", "keen", "open", "sceptical", "skeptical", "wary", "prepared", "opposed", "determined", "concerned", "unhappy", "angry", "furious":
			return true
		}
		return false
	case k != nlp.None && nlp.HasRel(t.Deprel, "obl", "nmod"):
		p := doc.Lower(k)
		if r.lex.in("place-prep", p) {
			return false
		}
		switch p {
		case "on":
			// "called on Moscow to", "pressed on Kyiv".
			return r.doc.Tokens[t.Head].Lemma == "call"
		case "by":
			return nlp.HasRel(t.Deprel, "obl:agent") || doc.Tokens[t.Head].XPOS == "VBN" && r.lex.in("actor-verb", doc.Tokens[t.Head].Lemma)
		}
		return r.lex.in("actor-prep", p)
	case nlp.HasRel(t.Deprel, "obj", "iobj"):
		// "accused Moscow of", "urged Kyiv to": the one addressed acts.
		switch doc.Tokens[t.Head].Lemma {
		case "accuse", "urge", "ask", "tell", "warn", "blame", "criticise", "criticize", "condemn", "pressure", "press", "persuade", "convince", "force", "invite", "thank", "praise", "sanction":
			return true
		}
	}
	for a := range doc.Attributions {
		if doc.Attributions[a].SourceHead == i {
			return true
		}
	}
	return false
}

// nationalities places the words for peoples: an adjective with its state, a
// noun ("Russians") in a chain of the people.
func (r *resolver) nationalities() {
	peoples := map[string]*entity{}
	for m := range r.doc.Mentions {
		x := &r.doc.Mentions[m]
		if x.Form != readout.FormName || x.Type != nlp.Nationality || r.of[m] != nil {
			continue
		}
		word := r.core(m)
		st := r.kb.Nationality(word)
		h := x.Head
		t := r.doc.Tokens[h]
		noun := t.XPOS == "NNPS" || t.XPOS == "NNS" || (t.UPOS == "NOUN" || t.UPOS == "PROPN") && !nlp.HasRel(t.Deprel, "compound", "amod", "nmod", "flat") && h+1 <= len(r.doc.Tokens)
		switch {
		case st != nil && noun:
			k := "people:" + st.Country
			e := peoples[k]
			if e == nil {
				e = r.newEntity(group, "people")
				e.key, e.name, e.country, e.typ, e.plural, e.named = k, word, st.Country, readout.Group, true, true
				peoples[k] = e
			}
			r.put(m, e, "people")
		case st != nil:
			if st.Type == kb.State {
				r.put(m, r.stateChain(st), "nationality")
			}
		default:
			if p := r.placeOfAdjective(word); p != "" && !noun {
				for _, e := range r.ents {
					if e.class == place && strings.ToLower(e.name) == p && len(e.mentions) > 0 {
						r.put(m, e, "nationality-derived")
						break
					}
				}
			}
			if r.of[m] != nil || !noun {
				continue // "Western", "pro-European" describe, they do not name
			}
			k := "?" + kb.Phrase(word)
			e := peoples[k]
			if e == nil {
				e = r.newEntity(group, "people")
				e.name, e.typ, e.plural, e.named = word, readout.Group, true, true
				peoples[k] = e
			}
			r.put(m, e, "people")
		}
	}
}

// describe joins descriptions that grammar ties to a name: appositions and
// predicates.
func (r *resolver) describe() {
	doc := r.doc
	for m := range doc.Mentions {
		if doc.Mentions[m].Form != readout.FormNominal || r.of[m] != nil {
			continue
		}
		n := &r.nominals[m]
		h := doc.Mentions[m].Head
		t := doc.Tokens[h]
		if n.plural {
			continue
		}
		partner, rule := r.beside(m), "apposition"
		switch {
		case partner != nlp.None:
		case nlp.HasRel(t.Deprel, "appos") && t.Head >= 0 && r.goesOn(m):
			// Rather the subject of the verb that follows: "…, joined Ered, an
			// aide confirmed".
		case nlp.HasRel(t.Deprel, "appos") && t.Head >= 0:
			partner, rule = r.mentionOn(t.Head), "apposition"
		case r.child(h, "cop") != nlp.None && !r.negated(h):
			if s := r.child(h, "nsubj"); s != nlp.None && s < h {
				partner, rule = r.mentionOn(s), "predicate"
			}
		default:
			if c := r.child(h, "appos"); c != nlp.None {
				partner, rule = r.mentionOn(c), "apposition"
			}
		}
		if partner == nlp.None || partner == m {
			continue
		}
		e := r.of[partner]
		if e == nil || doc.Mentions[partner].Form != readout.FormName {
			continue
		}
		switch e.class {
		case person:
			if n.title == nil && !r.lex.in("role-noun", n.lemma) || n.title != nil && n.title.Sex != "" && e.gender != "" && n.title.Sex != e.gender {
				continue
			}
			if r.lex.in("family", n.lemma) {
				continue
			}
			if n.title != nil && isOffice(n.title) {
				e.addRole(r.nominalRole(m))
				if e.gender == "" {
					e.gender = n.title.Sex
				}
			}
			if e.country == "" {
				e.country = r.nominalCountry(m)
			}
		case body:
			if _, ok := r.lex.detail("body-noun", n.lemma); !ok {
				continue
			}
		case state, place:
			if _, ok := r.lex.detail("place-noun", n.lemma); !ok {
				continue
			}
		default:
			continue
		}
		// An indefinite predicate describes, it does not refer.
		if rule == "predicate" && !n.definite {
			continue
		}
		r.put(m, e, rule)
	}
	// What an apposition told may identify a person that the name alone did
	// not.
	for _, e := range r.ents {
		if e.class == person && e.named {
			r.identify(e)
		}
	}
}

// beside is the name of a person that a description of an office stands beside
// between commas: "Tomas Ered, the prime minister, and …", "Ered's chief of
// staff, Mika Sol, …". Parsers take such a row for a list. Where names stand on
// both sides the words leave open which one is meant, and where the description
// is the subject of the clause it goes on without the name.
func (r *resolver) beside(m int) int {
	doc := r.doc
	x, n := &doc.Mentions[m], &r.nominals[m]
	if n.title == nil || !isOffice(n.title) || n.plural {
		return nlp.None
	}
	s := doc.Sentences[doc.Tokens[x.Head].Sent]
	if nlp.HasRel(doc.Tokens[x.Head].Deprel, "nsubj") && x.First > s.First && doc.Word(x.First-1) == "," {
		return nlp.None
	}
	comma := func(i int) bool { return i >= s.First && i < s.Last && doc.Word(i) == "," }
	person := func(k int) bool {
		return k != nlp.None && doc.Mentions[k].Form == readout.FormName && r.of[k] != nil && r.of[k].class == person && doc.Mentions[k].Title.Empty()
	}
	before, after := nlp.None, nlp.None
	if !r.goesOn(m) && comma(x.First-1) {
		if k := r.mentionCovering(x.First - 2); x.First-2 >= s.First && person(k) && doc.Mentions[k].Last == x.First-1 {
			before = k
		}
	}
	if comma(x.Last) && x.Last+1 < s.Last {
		if k := r.mentionCovering(x.Last + 1); person(k) && doc.Mentions[k].First == x.Last+1 {
			// The name is set off again by a comma or ends the sentence.
			if l := doc.Mentions[k].Last; comma(l) || l >= s.Last || doc.Tokens[l].UPOS == "PUNCT" {
				after = k
			}
		}
	}
	switch {
	case before != nlp.None && after == nlp.None:
		return before
	case after != nlp.None && before == nlp.None && (n.owner != nlp.None || n.definite):
		return after
	}
	return nlp.None
}

// goesOn reports whether a verb follows right on mention m, as on a subject and
// not on an apposition, which ends with a mark.
func (r *resolver) goesOn(m int) bool {
	x := &r.doc.Mentions[m]
	if x.Last >= r.doc.Sentences[r.doc.Tokens[x.Head].Sent].Last {
		return false
	}
	u := r.doc.Tokens[x.Last].UPOS
	return u == "VERB" || u == "AUX"
}

// negated reports whether the predicate at h is denied.
func (r *resolver) negated(h int) bool {
	for _, c := range r.children[h] {
		if low := r.doc.Lower(c); low == "not" || low == "n't" || low == "never" || low == "no" {
			return true
		}
	}
	return false
}

// nominalCountry is the country in a description: "the Russian president",
// "president of Sollund".
func (r *resolver) nominalCountry(m int) string {
	n := &r.nominals[m]
	if n.country != "" {
		return n.country
	}
	for _, x := range []int{n.of, n.owner} {
		if x == nlp.None || r.doc.Mentions[x].Form != readout.FormName {
			continue
		}
		if e := r.of[x]; e != nil && (e.class == state || e.class == place) {
			if e.country != "" {
				return e.country
			}
			return strings.ToLower(e.name)
		}
	}
	return ""
}

// nominalRole is the office that a description names.
func (r *resolver) nominalRole(m int) role {
	n := &r.nominals[m]
	c := r.nominalCountry(m)
	ro := role{title: n.phrase, kind: "", country: c, of: r.countryName(c)}
	if n.title != nil {
		ro.title, ro.kind = n.title.Name, n.title.Kind
	}
	for _, x := range r.children[r.doc.Mentions[m].Head] {
		// "the Texas governor" governs Texas, not the United States.
		k := r.mentionOn(x)
		if k == nlp.None || r.doc.Mentions[k].Type != nlp.PlaceName || !nlp.HasRel(r.doc.Tokens[x].Deprel, "compound", "amod", "nmod") {
			continue
		}
		if name := r.core(k); r.kb.State(name) == nil && r.kb.CapitalOf(name) == nil {
			ro.of = strings.ToLower(name)
		}
	}
	if ro.of == "" && n.of != nlp.None {
		if e := r.of[n.of]; e != nil && e.class == body {
			ro.of = strings.ToLower(e.name)
			if ro.country == "" && e.entry != nil {
				ro.country = e.entry.Country
			}
		}
	}
	return ro
}
