package coref

import (
	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// speakers sets who speaks and who is spoken to, and then who "I" is.
func (r *resolver) speakers() {
	doc := r.doc
	r.speakerOf = make([]*entity, len(doc.Attributions))
	r.addresseeOf = make([]*entity, len(doc.Attributions))
	settled := make([]bool, len(doc.Attributions))
	for a := range doc.Attributions {
		at := &doc.Attributions[a]
		if e, ok := r.document(at.SourceHead); ok {
			r.speakerOf[a], settled[a] = e, true
			continue
		}
		r.speakerOf[a] = r.speakerNow(a)
		if e, ok := r.agent(at); ok {
			r.speakerOf[a] = e
		}
		if e := r.speakerOf[a]; e != nil && (e.class == state || e.class == place) {
			// "Karvany Senator Dana Whitlock": the parser took the place for
			// the head.
			if p := r.personIn(at.Source); p != nil {
				r.speakerOf[a] = p
			}
		}
		if e := r.quoted(at); e != nil {
			r.speakerOf[a] = e
		}
		if e := r.together(at); e != nil {
			r.speakerOf[a] = e
		}
		if at.SourceHead >= 0 && r.speakerOf[a] == nil && !at.Source.Empty() {
			r.speakerOf[a] = r.author(at.SourceHead)
			if r.speakerOf[a] == nil {
				r.speakerOf[a] = r.relativeSource(at)
			}
			if r.speakerOf[a] == nil && r.thatMedium(at.SourceHead) {
				r.speakerOf[a] = r.lastSpeaker(at.SourceHead)
			}
		}
		if r.speakerOf[a] == nil && !at.Source.Empty() {
			r.speakerOf[a] = r.personLast(at.Source)
		}
		if r.speakerOf[a] == nil {
			r.speakerOf[a] = r.impliedSource(at)
		}
		if !at.AddressSpan.Empty() {
			if h := r.headOf(at.AddressSpan); h != nlp.None {
				if m := r.mentionOn(h); m != nlp.None {
					r.addresseeOf[a] = r.of[m]
				}
			}
			if r.addresseeOf[a] == nil {
				r.addresseeOf[a] = r.chainIn(at.AddressSpan)
			}
		}
	}
	r.undecided()
	r.continued()
	for m := range doc.Mentions {
		n := &r.nominals[m]
		if r.of[m] != nil || n.pronoun != "i" && n.pronoun != "we" && n.pronoun != "you" {
			continue
		}
		q := r.quoteOf[doc.Mentions[m].Head]
		if q == nlp.None {
			continue
		}
		switch n.pronoun {
		case "i":
			if e := r.speakerOf[q]; e != nil && e.class == person && !e.plural {
				r.put(m, e, "pronoun-i")
			}
		case "we":
			// A person's "we" may be any group; a body's is the body.
			if e := r.speakerOf[q]; e != nil && (e.class == body || e.class == state || e.class == group) {
				r.put(m, e, "pronoun-we")
			}
		case "you":
			if e := r.addresseeOf[q]; e != nil && e.class == person && !e.plural {
				r.put(m, e, "pronoun-you")
			}
		}
	}
	// "I said …" inside a quotation is known only now.
	for a := range doc.Attributions {
		if r.speakerOf[a] == nil && !settled[a] {
			r.speakerOf[a] = r.speakerNow(a)
		}
	}
}

// document reports whether token h is an "it" that stands for a document: the
// subject of the sentence before it is one, or an "it" of whose sentence the
// same holds. e is who made the document, nil when the report does not say.
func (r *resolver) document(h int) (e *entity, ok bool) {
	doc := r.doc
	if h < 0 || h >= len(doc.Tokens) || doc.Lower(h) != "it" || r.quoteOf[h] != nlp.None {
		return nil, false
	}
	for s, steps := doc.Tokens[h].Sent-1, 0; s >= 0 && steps < 3; s, steps = s-1, steps+1 {
		k := r.rootSubject(s)
		if k == nlp.None {
			return nil, false
		}
		if doc.Lower(k) == "it" {
			continue
		}
		for _, c := range r.children[k] {
			// "a copy of the report"
			if l := doc.Tokens[k].Lemma; c > k && (l == "version" || l == "copy" || l == "draft" || l == "summary") && nlp.HasRel(doc.Tokens[c].Deprel, "nmod") {
				k = c
				break
			}
		}
		if !r.lex.in("document-noun", doc.Tokens[k].Lemma) {
			return nil, false
		}
		return r.author(k), true
	}
	return nil, false
}

// rootSubject is the subject of the main verb of sentence s, quotations aside.
func (r *resolver) rootSubject(s int) int {
	x := r.doc.Sentences[s]
	for k := x.First; k < x.Last; k++ {
		t := r.doc.Tokens[k]
		if nlp.HasRel(t.Deprel, "nsubj") && t.Head >= 0 && r.doc.Tokens[t.Head].Deprel == "root" && r.quoteOf[k] == nlp.None {
			return k
		}
	}
	return nlp.None
}

// undecided gives a source that is "he" or "she" without an antecedent the
// person who is the subject of the sentence before, else the last speaker
// before it, when the sex allows: news goes on with who was last in view.
func (r *resolver) undecided() {
	doc := r.doc
	for a := range doc.Attributions {
		at := &doc.Attributions[a]
		h := at.SourceHead
		if r.speakerOf[a] != nil || h < 0 || h >= len(doc.Tokens) || at.Parent != nlp.None {
			continue
		}
		sex := map[string]string{"he": "m", "she": "f"}[doc.Lower(h)]
		if sex == "" || r.mentionOn(h) == nlp.None || r.of[r.mentionOn(h)] != nil {
			continue
		}
		fits := func(e *entity) bool {
			return e != nil && e.class == person && !e.plural && (e.gender == "" || e.gender == sex)
		}
		sent := doc.Tokens[h].Sent
		if s, ok := r.opening(h); ok {
			sent = s
		}
		e := r.subjectBefore(sent)
		if !fits(e) {
			if e = r.lastSpeaker(h); !fits(e) {
				continue
			}
		}
		r.speakerOf[a] = e
	}
}

// subjectBefore is who the subject of the sentence before s is, quotations
// aside; nil when it is no single mention.
func (r *resolver) subjectBefore(s int) *entity {
	if s == 0 {
		return nil
	}
	x := r.doc.Sentences[s-1]
	for k := x.First; k < x.Last; k++ {
		t := r.doc.Tokens[k]
		if !nlp.HasRel(t.Deprel, "nsubj") || t.Head < 0 || r.doc.Tokens[t.Head].Deprel != "root" || r.quoteOf[k] != nlp.None {
			continue
		}
		if m := r.mentionOn(k); m != nlp.None {
			return r.of[m]
		}
		return nil
	}
	return nil
}

// agent is the one who speaks in a passive: "was described by the ministry",
// "was asked by reporters". The subject of such a cue is what is spoken of or
// to.
func (r *resolver) agent(at *nlp.Attribution) (*entity, bool) {
	v := at.CueToken
	if v < 0 || v >= len(r.doc.Tokens) || at.SourceHead < 0 || at.SourceHead >= len(r.doc.Tokens) || r.child(v, "nsubj:pass") == nlp.None {
		return nil, false
	}
	if t := r.doc.Tokens[at.SourceHead]; t.Head != v || !nlp.HasRel(t.Deprel, "nsubj:pass") {
		return nil, false
	}
	switch r.doc.Tokens[v].Lemma {
	case "quote", "cite", "report", "say", "record", "hear":
		return nil, false // "was quoted as saying": the subject does speak
	}
	// Parsers hang a late "by" on the complement ("was described as useful
	// by"): it is the cue's when no other verb stands between.
	end := r.doc.Sentences[r.doc.Tokens[v].Sent].Last
	for i := v + 1; i < end; i++ {
		c := r.doc.Tokens[i].Head
		if r.doc.Lower(i) != "by" || c < v {
			continue
		}
		h := r.doc.Tokens[c].Head
		for k := 0; k < 5 && h >= 0 && h != v && r.doc.Tokens[h].UPOS != "VERB"; k++ {
			h = r.doc.Tokens[h].Head
		}
		if h != v {
			continue
		}
		if m := r.mentionOn(c); m != nlp.None && r.of[m] != nil {
			return r.of[m], true
		}
	}
	return nil, false
}

// quoted is the one whose words a cue like "quoted Ered as saying" or "Ered was
// quoted by the agency as saying" brings: the object, or the subject of the
// passive.
func (r *resolver) quoted(at *nlp.Attribution) *entity {
	v := at.CueToken
	for k := 0; k < 3 && v >= 0 && v < len(r.doc.Tokens); k++ {
		t := r.doc.Tokens[v]
		if t.Lemma == "quote" || t.Lemma == "cite" {
			c := r.child(v, "nsubj:pass")
			if c == nlp.None && r.child(v, "nsubj") != nlp.None {
				c = r.child(v, "obj", "iobj")
			}
			if c == nlp.None {
				return nil
			}
			if m := r.mentionOn(c); m != nlp.None && r.of[m] != nil && r.of[m].class == person {
				return r.of[m]
			}
			return nil
		}
		if !nlp.HasRel(t.Deprel, "advcl", "xcomp", "obl", "acl", "ccomp") {
			return nil
		}
		v = t.Head
	}
	return nil
}

// author is who made the thing that a source names: "a report by the agency",
// "a letter from Ered".
func (r *resolver) author(h int) *entity {
	if h >= len(r.doc.Tokens) {
		return nil
	}
	medium := r.lex.in("medium-noun", r.doc.Tokens[h].Lemma)
	for _, c := range r.children[h] {
		// "a readout issued by the ministry"
		if r.doc.Tokens[c].XPOS == "VBN" && nlp.HasRel(r.doc.Tokens[c].Deprel, "acl") {
			for _, g := range r.children[c] {
				if k := r.child(g, "case"); k != nlp.None && r.doc.Lower(k) == "by" {
					if m := r.mentionOn(g); m != nlp.None && r.of[m] != nil && r.canSpeak(r.of[m]) {
						return r.of[m]
					}
				}
			}
		}
		// "her statement", "the ministry's letter", "the Meridian report"
		if medium && (r.doc.Tokens[c].Deprel == "nmod:poss" || r.doc.Tokens[c].Deprel == "compound") {
			if m := r.mentionOn(c); m != nlp.None && r.of[m] != nil && r.canSpeak(r.of[m]) && (r.doc.Tokens[c].Deprel == "nmod:poss" || r.doc.Mentions[m].Type == nlp.OutletName) {
				return r.of[m]
			}
		}
		if !nlp.HasRel(r.doc.Tokens[c].Deprel, "nmod", "obl") {
			continue
		}
		if k := r.child(c, "case"); k != nlp.None && (r.doc.Lower(k) == "by" || r.doc.Lower(k) == "from") {
			if m := r.mentionOn(c); m != nlp.None && r.of[m] != nil && r.canSpeak(r.of[m]) {
				return r.of[m]
			}
		}
	}
	return nil
}

// thatMedium reports whether token h is "the statement", "the letter": one that
// the report spoke of before.
func (r *resolver) thatMedium(h int) bool {
	if h >= len(r.doc.Tokens) || !r.lex.in("medium-noun", r.doc.Tokens[h].Lemma) {
		return false
	}
	switch r.doc.Tokens[h].Lemma {
	case "statement", "letter", "post", "tweet", "message", "email", "memo", "speech", "blog", "article":
	default:
		return false
	}
	d := r.child(h, "det")
	return d != nlp.None && (r.doc.Lower(d) == "the" || r.doc.Lower(d) == "that")
}

// relativeSource is the antecedent of a source that opens with a relative
// pronoun: "who has opposed the plan, said".
func (r *resolver) relativeSource(at *nlp.Attribution) *entity {
	first, last := r.doc.TokensIn(at.Source)
	if first >= last || r.doc.Lower(first) != "who" {
		return nil
	}
	if h := r.relativeHead(first); h != nlp.None {
		if m := r.mentionOn(h); m != nlp.None {
			return r.of[m]
		}
	}
	// "Maren — who called it": the name before the dash.
	if k := first - 1; k > 0 && r.doc.Tokens[k].UPOS == "PUNCT" {
		if m := r.mentionOn(k - 1); m != nlp.None && r.doc.Mentions[m].Form == readout.FormName && r.of[m] != nil && r.of[m].class == person {
			return r.of[m]
		}
	}
	return nil
}

// canSpeak leaves out places that the lists know to be no state.
func (r *resolver) canSpeak(e *entity) bool {
	return e.class == person || e.class == body || e.class == group || e.stateLike()
}

// impliedSource is the subject that a cue without a source of its own shares
// with the clause above it: "He left, saying that …", "declined and added that
// …". A subject that cannot speak ("the talks went well, stating that …" after
// a slip of the parser) is passed over. A passive cue has none.
func (r *resolver) impliedSource(at *nlp.Attribution) *entity {
	doc := r.doc
	v := at.CueToken
	if v < 0 || v >= len(doc.Tokens) || doc.Tokens[v].UPOS != "VERB" || r.child(v, "aux:pass", "nsubj:pass", "csubj") != nlp.None {
		return nil
	}
	if x := doc.Tokens[v].XPOS; (x == "VBN" || x == "VBD") && v > 0 && nlp.HasRel(doc.Tokens[v].Deprel, "advcl") && r.child(v, "nsubj", "aux") == nlp.None {
		return nil // "when asked": the subject above is who is asked
	}
	passed := false
	for k := 0; k < 5 && v >= 0; k++ {
		if s := r.child(v, "nsubj"); s != nlp.None {
			if nlp.HasRel(doc.Tokens[s].Deprel, "nsubj:pass") && k == 0 {
				return nil
			}
			if m := r.mentionOn(s); m != nlp.None && r.of[m] != nil && r.canSpeak(r.of[m]) {
				return r.of[m]
			}
			if !r.lex.in("medium-noun", doc.Tokens[s].Lemma) || k == 0 && s == at.SourceHead && doc.Tokens[s].XPOS == "NNS" {
				return nil // "news reports say": not who the sentence is about
			}
			passed = true
		}
		switch {
		case nlp.HasRel(doc.Tokens[v].Deprel, "advcl", "xcomp", "conj"):
		case passed && nlp.HasRel(doc.Tokens[v].Deprel, "ccomp"):
		default:
			return nil
		}
		v = doc.Tokens[v].Head
	}
	return nil
}

// together is the group that speaks when the source is names joined by "and".
// The source's words become its mention.
func (r *resolver) together(at *nlp.Attribution) *entity {
	h := at.SourceHead
	if h < 0 || h >= len(r.doc.Tokens) || at.Source.Empty() {
		return nil
	}
	// Up to the first of the names.
	for k := 0; k < 20 && nlp.HasRel(r.doc.Tokens[h].Deprel, "conj") && r.doc.Tokens[h].Head >= 0 && at.Source.Contains(r.doc.Tokens[r.doc.Tokens[h].Head].Span); k++ {
		h = r.doc.Tokens[h].Head
	}
	var members []*entity
	for _, c := range append([]int{h}, r.children[h]...) {
		if c != h && !nlp.HasRel(r.doc.Tokens[c].Deprel, "conj") || !at.Source.Contains(r.doc.Tokens[c].Span) {
			continue
		}
		if m := r.mentionOn(c); m != nlp.None && r.of[m] != nil && r.canSpeak(r.of[m]) && r.of[m].class != group {
			members = append(members, r.of[m])
		}
	}
	if members = distinct(members); len(members) < 2 {
		return nil
	}
	e := r.sameGroup(&entity{class: group, plural: true, members: members, typ: readout.Group, by: by("group-source")})
	r.extra(at.Source, h, e, "group-source")
	return e
}

// personIn is the chain of the only person named in the span, or nil.
func (r *resolver) personIn(s readout.Span) *entity {
	var found *entity
	for m := range r.doc.Mentions {
		x := &r.doc.Mentions[m]
		if x.Form == readout.FormName && s.Contains(x.Span) && r.of[m] != nil && r.of[m].class == person {
			if found != nil && found != r.of[m] {
				return nil
			}
			found = r.of[m]
		}
	}
	return found
}

// personLast is the only person named in the span when the name ends it, a noun
// leads to it and a mark comes before both: "in his book “Lakes,” wire
// correspondent Oona Hale", where the head of the source is the book. After a
// preposition or a possessive the person is not the one who speaks.
func (r *resolver) personLast(s readout.Span) *entity {
	e := r.personIn(s)
	if e == nil {
		return nil
	}
	first, last := r.doc.TokensIn(s)
	for last > first && r.doc.Tokens[last-1].UPOS == "PUNCT" {
		last--
	}
	for _, m := range e.mentions {
		x := &r.doc.Mentions[m]
		if x.Last != last || x.Form != readout.FormName {
			continue
		}
		for i := x.First - 1; i >= first; i-- {
			switch u := r.doc.Tokens[i].UPOS; {
			case u == "PUNCT":
				return e
			case u != "NOUN" && u != "PROPN" && u != "ADJ":
				return nil
			}
		}
	}
	return nil
}

// chainIn is the chain of the only name in the span, or nil.
func (r *resolver) chainIn(s readout.Span) *entity {
	var found *entity
	for m := range r.doc.Mentions {
		x := &r.doc.Mentions[m]
		if x.Form == readout.FormName && s.Contains(x.Span) && r.of[m] != nil && x.Type != nlp.Nationality && x.Type != nlp.PlaceName {
			if found != nil && found != r.of[m] {
				return nil
			}
			found = r.of[m]
		}
	}
	return found
}

// continued gives a quotation without a source the speaker of the quotation
// before it, when both stand in one paragraph or in paragraphs that follow one
// another and nobody else is quoted between.
func (r *resolver) continued() {
	doc := r.doc
	for a := 1; a < len(doc.Attributions); a++ {
		at := &doc.Attributions[a]
		if at.Kind != readout.Direct || !at.Source.Empty() || at.SourceHead >= 0 || r.speakerOf[a] != nil || at.Parent != nlp.None || !at.Cue.Empty() || len(at.Content) == 0 || at.By.Rule == "quote/colon" {
			continue
		}
		b := a - 1
		for b >= 0 && (doc.Attributions[b].Parent != nlp.None || doc.Attributions[b].Kind == readout.Indirect) {
			b--
		}
		if b < 0 || r.speakerOf[b] == nil || r.speakerOf[b].class != person {
			continue
		}
		if r.para(at)-r.para(&doc.Attributions[b]) > 1 {
			continue
		}
		r.speakerOf[a] = r.speakerOf[b]
	}
}

// para is the paragraph of an attribution's content.
func (r *resolver) para(a *nlp.Attribution) int {
	first, _ := r.doc.TokensIn(a.Span())
	if first >= len(r.doc.Tokens) {
		return -1
	}
	return r.doc.Sentences[r.doc.Tokens[first].Sent].Para
}
