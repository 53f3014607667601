package coref

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// Weights of a mention by its role in the sentence, after Lappin and Leass
// (1994), table 1; a sentence further back halves them.
const (
	weightSubject = 80.0
	weightObject  = 50.0
	weightOblique = 40.0
	weightOther   = 30.0

	knownSex = 1.5 // weight of a person known to be of the pronoun's sex against unknown
	goesOn   = 2.0 // weight of the last speaker as the antecedent of a source

	window    = 4   // sentences that a pronoun looks back
	clear     = 1.3 // the best antecedent must outweigh the next by this much
	clearIt   = 1.5 // "it" and "they" refer to more than the chains hold
	minWeight = 10.0
)

// leftToRight resolves pronouns and descriptions in order of the text.
func (r *resolver) leftToRight() {
	for m := range r.doc.Mentions {
		if r.of[m] != nil || r.doc.Mentions[m].Form == readout.FormName {
			continue
		}
		n := &r.nominals[m]
		switch n.pronoun {
		case "":
			r.resolveNominal(m)
		case "he", "she":
			r.personal(m)
		case "it":
			r.neuter(m)
		case "they":
			r.plural(m)
		case "rel":
			r.relative(m)
		}
	}
}

// candidate is an antecedent with its weight.
type candidate struct {
	e *entity
	w float64
}

// salience weighs the mentions of e before token i.
func (r *resolver) salience(e *entity, i, reach int) float64 {
	doc := r.doc
	sent := doc.Tokens[i].Sent
	inQuote := r.quoteOf[i]
	total, best, last := 0.0, 0.0, -1
	for k := len(e.mentions) - 1; k >= 0; k-- {
		x := &doc.Mentions[e.mentions[k]]
		h := x.Head
		if h < 0 || h >= i || x.First <= i && i < x.Last {
			continue
		}
		s := doc.Tokens[h].Sent
		d := r.distance(s, sent)
		if inQuote == nlp.None {
			d = r.narrative(s, sent)
		}
		if d > reach {
			break
		}
		w := r.weight(h)
		if x.Form == readout.FormName && doc.Mentions[e.mentions[k]].Type == nlp.Nationality {
			w = weightOther / 2
		}
		// Words of a quotation are another's discourse.
		if r.quoteOf[h] != inQuote {
			w *= 0.6
		}
		for ; d > 0; d-- {
			w /= 2
		}
		if s != last {
			total += best
			best, last = 0, s
		}
		best = max(best, w)
	}
	return total + best
}

// distance counts the sentences between two, furniture left out.
func (r *resolver) distance(from, to int) int {
	d := 0
	for s := from; s < to && d <= window+1; s++ {
		if !r.noise(s) {
			d++
		}
	}
	return d
}

// narrative counts the sentences between two that are not wholly another's
// words: "…," she said at the end of a long quotation goes on from before it.
func (r *resolver) narrative(from, to int) int {
	d := 0
	for s := from; s < to && d <= window+1; s++ {
		if !r.noise(s) && !(s > from && r.inQuotes(s)) {
			d++
		}
	}
	return d
}

// inQuotes reports whether sentence s is wholly inside quotations.
func (r *resolver) inQuotes(s int) bool {
	sent := r.doc.Sentences[s]
	for i := sent.First; i < sent.Last; i++ {
		if r.quoteOf[i] == nlp.None && r.doc.Tokens[i].UPOS != "PUNCT" {
			return false
		}
	}
	return sent.Last > sent.First
}

// weight is the weight of a mention by the role of its head.
func (r *resolver) weight(h int) float64 {
	t := r.doc.Tokens[h]
	if _, ok := r.subject(h); ok {
		// The subject of the main clause stands out most.
		if v := r.doc.Tokens[h].Head; v >= 0 && nlp.HasRel(r.doc.Tokens[v].Deprel, "root", "parataxis", "conj") {
			return weightSubject
		}
		return weightSubject * 0.85
	}
	switch {
	case nlp.HasRel(t.Deprel, "obj", "iobj"):
		return weightObject
	case nlp.HasRel(t.Deprel, "obl"):
		return weightOblique
	case nlp.HasRel(t.Deprel, "nmod:poss"):
		return weightOther * 1.2
	}
	return weightOther
}

// rivals reports whether the mention at h is an argument of the same verb as
// the pronoun at i, which then cannot mean the same.
func (r *resolver) rivals(h, i int) bool {
	a, b := r.doc.Tokens[h], r.doc.Tokens[i]
	return a.Head == b.Head && a.Head >= 0 &&
		nlp.HasRel(a.Deprel, "nsubj", "obj", "iobj", "obl") && nlp.HasRel(b.Deprel, "nsubj", "obj", "iobj", "obl")
}

// excluded reports whether grammar forbids e for the pronoun m.
func (r *resolver) excluded(e *entity, m int) bool {
	i := r.doc.Mentions[m].Head
	n := &r.nominals[m]
	if !n.reflex && !n.possess {
		for _, x := range e.mentions {
			if h := r.doc.Mentions[x].Head; h >= 0 && r.rivals(h, i) {
				return true
			}
		}
	}
	// In their own words people say "I".
	if q := r.quoteOf[i]; q != nlp.None && r.speakerNow(q) == e {
		return true
	}
	return false
}

// speakerNow is the chain of an attribution's source as far as it is known.
func (r *resolver) speakerNow(a int) *entity {
	h := r.doc.Attributions[a].SourceHead
	if h < 0 || h >= len(r.doc.Tokens) {
		return nil
	}
	if m := r.mentionOn(h); m != nlp.None {
		return r.of[m]
	}
	return nil
}

// best picks the candidate that stands out, or nil.
func best(cs []candidate, ratio float64) *entity {
	var first, second candidate
	for _, c := range cs {
		switch {
		case c.w > first.w:
			first, second = c, first
		case c.w > second.w:
			second = c
		}
	}
	if first.w < minWeight || first.w < second.w*ratio {
		return nil
	}
	return first.e
}

// personal resolves he and she.
func (r *resolver) personal(m int) {
	n := &r.nominals[m]
	i := r.doc.Mentions[m].Head
	sex := "m"
	if n.pronoun == "she" {
		sex = "f"
	}
	if n.reflex {
		if e := r.reflexive(i); e != nil && e.class == person && (e.gender == "" || e.gender == sex) {
			r.put(m, e, "reflexive")
			return
		}
	}
	// Who spoke last goes on speaking.
	var last *entity
	inView := false
	if n.source {
		last = r.lastSpeaker(i)
		// Who is the subject of a sentence of narrative since then takes over:
		// "Maren was less sure. “I doubt it,” she said."
		if s, ok := r.opening(i); ok {
			if e := r.subjectBefore(s); e != nil && e != last && e.class == person && e.named && !e.plural && (e.gender == "" || e.gender == sex) {
				last, inView = e, true
			}
		}
	}
	var cs []candidate
	for _, e := range r.ents {
		if e.class != person || e.plural || e.gender != "" && e.gender != sex || len(e.mentions) == 0 || r.excluded(e, m) {
			continue
		}
		w := r.salience(e, i, window)
		if e.gender == sex || inView && e == last {
			w *= knownSex
		}
		if !e.named && e != last {
			w *= 0.7
		}
		if e == last {
			w *= goesOn
		}
		if w > 0 {
			cs = append(cs, candidate{e, w})
		}
	}
	if e := best(cs, clear); e != nil {
		if e.gender == "" {
			e.gender = sex
		}
		r.put(m, e, "pronoun-"+n.pronoun)
	}
}

// opening is the first sentence of the paragraph of token i; ok when it opens
// with a quotation.
func (r *resolver) opening(i int) (s int, ok bool) {
	s = r.doc.Tokens[i].Sent
	for s > 0 && r.doc.Sentences[s-1].Para == r.doc.Sentences[s].Para {
		s--
	}
	w := r.doc.Word(r.doc.Sentences[s].First)
	return s, strings.HasPrefix(w, "“") || strings.HasPrefix(w, "\"")
}

// lastSpeaker is the last person before token i who is the source of an
// attribution that stands in nobody's content, within two sentences.
func (r *resolver) lastSpeaker(i int) *entity {
	sent := r.doc.Tokens[i].Sent
	for a := len(r.doc.Attributions) - 1; a >= 0; a-- {
		at := &r.doc.Attributions[a]
		h := at.SourceHead
		if h < 0 || h >= i || at.Parent != nlp.None {
			continue
		}
		if s := r.doc.Tokens[h].Sent; s > sent || r.narrative(s, sent) > 2 {
			continue
		}
		if e := r.speakerNow(a); e != nil && e.class == person {
			return e
		}
	}
	return nil
}

// reflexive is the subject of the clause of token i.
func (r *resolver) reflexive(i int) *entity {
	v := r.doc.Tokens[i].Head
	for k := 0; v >= 0 && k < 6; k++ {
		if s := r.child(v, "nsubj"); s != nlp.None && s < i {
			if m := r.mentionOn(s); m != nlp.None {
				return r.of[m]
			}
			return nil
		}
		v = r.doc.Tokens[v].Head
	}
	return nil
}

// neuter resolves it and its: a body or state that is near and stands out.
// "It" refers to deeds and things as often, so the pronoun must act, or
// possess within the sentence.
func (r *resolver) neuter(m int) {
	n := &r.nominals[m]
	i := r.doc.Mentions[m].Head
	reach := 1
	switch {
	case n.reflex:
		if e := r.reflexive(i); e != nil && (e.class == body || e.class == state || e.class == place) {
			r.put(m, e, "reflexive")
		}
		return
	case n.possess:
		reach = 0
	default:
		v, ok := r.subject(i)
		if !ok || !r.lex.in("actor-verb", r.doc.Tokens[v].Lemma) || nlp.HasRel(r.doc.Tokens[i].Deprel, "nsubj:pass") {
			return
		}
	}
	var cs []candidate
	for _, e := range r.ents {
		if e.class != body && e.class != state && e.class != place || e.plural || len(e.mentions) == 0 || r.excluded(e, m) {
			continue
		}
		if e.class == place && !n.possess {
			continue
		}
		if w := r.salience(e, i, reach); w > 0 {
			cs = append(cs, candidate{e, w})
		}
	}
	if e := best(cs, clearIt); e != nil {
		r.put(m, e, "pronoun-it")
	}
}

// plural resolves they and their: groups, people without a name, and names
// that "and" joins.
func (r *resolver) plural(m int) {
	n := &r.nominals[m]
	i := r.doc.Mentions[m].Head
	if n.reflex {
		if e := r.reflexive(i); e != nil {
			r.put(m, e, "reflexive")
		}
		return
	}
	var cs []candidate
	for _, e := range r.ents {
		if len(e.mentions) == 0 || r.excluded(e, m) {
			continue
		}
		w := r.salience(e, i, 2)
		switch {
		case e.class == group, e.plural:
		case e.class == body, e.class == state:
			w *= 0.3
		default:
			continue
		}
		if w > 0 {
			cs = append(cs, candidate{e, w})
		}
	}
	cs = append(cs, r.coordinations(i, 1)...)
	if h := r.doc.Tokens[i].Head; h >= 0 && r.lex.in("person-contact", r.doc.Tokens[h].Lemma) {
		people := slices.DeleteFunc(slices.Clone(cs), func(c candidate) bool {
			return len(c.e.members) > 0 && c.e.members[0].class != person || c.e.class == state || c.e.class == body
		})
		if len(people) > 0 {
			cs = people
		}
	}
	e := best(cs, clearIt)
	if e == nil || e.class != group && !e.plural {
		return
	}
	if len(e.mentions) == 0 {
		e = r.sameGroup(e)
	}
	r.put(m, e, "pronoun-they")
}

// coordinations are the groups that "A and B" form before token i, up to
// reach sentences back. They have no mentions of their own.
func (r *resolver) coordinations(i, reach int) []candidate {
	doc := r.doc
	var out []candidate
	sent := doc.Tokens[i].Sent
	for s := sent; s >= 0 && r.distance(s, sent) <= reach; s-- {
		for _, m := range r.bySent[s] {
			h := doc.Mentions[m].Head
			if h >= i || h < 0 || r.of[m] == nil || nlp.HasRel(doc.Tokens[h].Deprel, "conj") {
				continue
			}
			members := []*entity{r.of[m]}
			for _, c := range r.children[h] {
				if c < i && nlp.HasRel(doc.Tokens[c].Deprel, "conj") {
					if x := r.mentionOn(c); x != nlp.None && r.of[x] != nil && (r.of[x].class == members[0].class || r.polity(r.of[x]) && r.polity(members[0])) {
						members = append(members, r.of[x])
					}
				}
			}
			members = distinct(members)
			if len(members) < 2 || members[0].class != person && !slices.ContainsFunc(members, r.polity) && members[0].class != body {
				continue
			}
			w := r.weight(h) * 1.2
			for d := r.distance(s, sent); d > 0; d-- {
				w /= 2
			}
			out = append(out, candidate{&entity{class: group, plural: true, members: members, typ: readout.Group, by: by("group-and")}, w})
		}
	}
	return out
}

// relative gives who, which and that the mention that their clause modifies.
func (r *resolver) relative(m int) {
	h := r.relativeHead(r.doc.Mentions[m].Head)
	if h == nlp.None {
		return
	}
	x := r.mentionOn(h)
	if x == nlp.None || r.of[x] == nil {
		return
	}
	switch r.doc.Lower(r.doc.Mentions[m].Head) {
	case "who", "whom":
		if c := r.of[x].class; c != person && c != group && c != body {
			return
		}
	}
	r.put(m, r.of[x], "relative")
}
