package coref

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// governs reports whether the noun phrase that ends at token i names an office
// or organ that states have: "foreign minister", "government", "coastguard". It
// reads the words and not the tree, so that a slip of the parser does not
// decide what a name is.
func (r *resolver) governs(i int) bool {
	if i < 0 || i >= len(r.doc.Tokens) {
		return false
	}
	if r.lex.in("state-organ", strings.ToLower(r.doc.Tokens[i].Lemma)) || r.lex.in("state-organ", r.doc.Lower(i)) {
		return true
	}
	first := r.doc.Sentences[r.doc.Tokens[i].Sent].First
	for k := i; k >= first && i-k < 4; k-- {
		if t := r.kb.TitleOf(r.doc.Text(r.doc.TokenSpan(k, i+1))); t != nil && stateOffice(t) {
			return true
		}
	}
	return false
}

// stateOffice reports whether only states have the office.
func stateOffice(t *kb.Title) bool {
	switch t.Kind {
	case "head-of-state", "head-of-government", "minister", "envoy":
		return t.Name != "chief of staff"
	}
	return false
}

// governed tells how the words around name m make it a state. owns: an office
// or organ stands after it, as after the name of one who leads ("Sollund
// diplomat", "Ered's government"); sure: one stands before "of" or "for", or
// the name is where something happens ("the embassy of Sollund", "in
// Sollund"), as no person's is.
func (r *resolver) governed(m int) (owns, sure bool) {
	x := &r.doc.Mentions[m]
	if x.First < 0 || x.Last > len(r.doc.Tokens) || x.First >= x.Last {
		return false, false
	}
	s := r.doc.Sentences[r.doc.Tokens[x.First].Sent]
	if x.First-2 >= s.First {
		switch r.doc.Lower(x.First - 1) {
		case "of", "for":
			sure = r.governs(x.First - 2)
		}
	}
	// The office is at most three words on: "Sollund's deputy foreign minister".
	k := x.Last
	if strings.HasSuffix(r.doc.Word(x.Last-1), "'s") || strings.HasSuffix(r.doc.Word(x.Last-1), "’s") {
		// The tokenizer kept the ending on the name.
	} else if k < s.Last && isPossessive(r.doc.Word(k)) {
		k++
	}
	for end := k; end < s.Last && end < k+4 && r.doc.Tokens[end].UPOS != "PUNCT" && r.doc.Tokens[end].UPOS != "VERB"; end++ {
		if r.governs(end) {
			owns = true
			break
		}
		if u := r.doc.Tokens[end].UPOS; u != "NOUN" && u != "ADJ" && u != "PROPN" {
			break
		}
	}
	return owns, sure
}

func isPossessive(w string) bool { return w == "'s" || w == "’s" || w == "'" || w == "’" }

// voteTypes settles a name of one word that the tagger took for a person here
// and for a place or body there: where no person of the report bears it as part
// of a full name or with a title, the more frequent reading holds, the place
// among equals. The words around it vote too: what has a foreign minister is a
// state.
func (r *resolver) voteTypes() {
	type votes struct {
		person, place, thing int
		owns, sure           bool
	}
	count := map[string]*votes{}
	taken := map[string]bool{}
	for m := range r.doc.Mentions {
		x := &r.doc.Mentions[m]
		if x.Form != readout.FormName {
			continue
		}
		words := kb.Words(r.core(m))
		if x.Type == nlp.PersonName && (len(words) > 1 || !x.Title.Empty()) {
			for _, w := range words {
				taken[w] = true
			}
			continue
		}
		if len(words) != 1 {
			continue
		}
		v := count[words[0]]
		if v == nil {
			v = &votes{}
			count[words[0]] = v
		}
		switch x.Type {
		case nlp.PersonName:
			v.person++
		case nlp.PlaceName:
			v.place++
		case nlp.OrgName, nlp.OutletName:
			v.thing++
		default:
			continue
		}
		owns, sure := r.governed(m)
		v.owns, v.sure = v.owns || owns, v.sure || sure
	}
	r.things = map[string]bool{}
	polity := map[string]bool{}
	for w, v := range count {
		if v.person == 0 || taken[w] {
			continue
		}
		known := len(r.kb.BySurname(w)) > 0 || r.kb.GivenName(w)
		if v.sure || v.owns && !known {
			polity[w] = true
		}
		if polity[w] || v.place+v.thing >= v.person {
			r.things[w] = true
		}
	}
	for m := range r.doc.Mentions {
		x := &r.doc.Mentions[m]
		if x.Form == readout.FormName && x.Type == nlp.PersonName && polity[kb.Phrase(r.core(m))] {
			x.Type, x.By = nlp.PlaceName, by("name-of-state")
		}
	}
}

// findPolities marks the chains that behave like states: those of the lists,
// and unknown places that have offices or organs of state, or that speak and
// decide. Cities, lakes and ports of the lists never do, nor names that say
// what they are ("Lake Ansa").
func (r *resolver) findPolities() {
	r.polities = map[*entity]bool{}
	offices := map[string]bool{}
	for _, e := range r.ents {
		for _, t := range e.titles {
			if x := r.kb.TitleOf(t.title); x != nil && stateOffice(x) {
				offices[t.country] = true
			}
		}
	}
	for _, e := range r.ents {
		if e.class == state {
			r.polities[e] = true
			continue
		}
		if !r.unknownPlace(e) {
			continue
		}
		if offices[strings.ToLower(e.name)] {
			r.polities[e] = true
			continue
		}
		for _, m := range e.mentions {
			owns, sure := r.governed(m)
			if owns || sure || r.speaksOrDecides(m) {
				r.polities[e] = true
				break
			}
		}
	}
}

// unknownPlace reports whether e is a place that the lists do not have and whose
// name does not say that it is no state.
func (r *resolver) unknownPlace(e *entity) bool {
	return e.class == place && e.entry == nil && !slices.ContainsFunc(kb.Words(e.name), func(w string) bool { return r.lex.in("feature-noun", w) })
}

// speaksOrDecides reports whether name m is the subject of a verb of speech or
// decision.
func (r *resolver) speaksOrDecides(m int) bool {
	h := r.doc.Mentions[m].Head
	if h < 0 || r.rels(h, "nsubj:pass") {
		return false
	}
	v, ok := r.subject(h)
	return ok && r.doc.Tokens[v].UPOS == "VERB" && r.child(v, "nsubj:pass") == nlp.None && r.lex.in("actor-verb", r.doc.Tokens[v].Lemma)
}

// polity reports whether e is a state or behaves like one. A chain that came
// after the names is a state by its class.
func (r *resolver) polity(e *entity) bool { return e.class == state || r.polities[e] }
