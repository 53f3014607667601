package position

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// holders lists the tokens of who takes the stand that trigger t shows.
func (r *reader) holders(t int, f *frame) ([]int, bool) {
	if f.terms[0].kind == "modified" {
		return r.group(r.Child(r.doc.Tokens[t].Head, "nmod:poss")), true
	}
	switch f.class {
	case 'V':
		if r.passive(t) {
			if a := r.agent(t); a != nlp.None {
				return r.group(a), true
			}
			return nil, false
		}
		if s := r.reporter(t, f); s != nlp.None {
			return r.group(s), true
		}
		if s := r.subject(t, r.lex); s != nlp.None && (r.mention(s) != nlp.None || r.first(s) || r.oneself(s, r.attribution(r.doc.Tokens[t].Span)) != nil) {
			return r.group(s), true
		}
		return r.lastSource(t)
	case 'A':
		if f.terms[0].kind == "subj" {
			return r.judge(t)
		}
		if s := r.subject(t, r.lex); s != nlp.None {
			return r.group(s), true
		}
		return nil, false
	}
	return r.nounHolder(t, 0)
}

// reporter is X of "X said the talks had failed and urged Karvany to return",
// where the parser hangs the second verb of speech on what was said. None when
// there is no such reading.
func (r *reader) reporter(t int, f *frame) int {
	switch f.stance {
	case readout.Demand, readout.Request, readout.Accusation, readout.Warning:
	default:
		return nlp.None
	}
	doc := r.doc
	c := doc.Tokens[t].Head
	if !r.Rel(t, "conj") || doc.Tokens[t].XPOS != "VBD" || r.Child(t, "nsubj") != nlp.None || c == nlp.None || !r.Rel(c, "ccomp") {
		return nlp.None
	}
	say := doc.Tokens[c].Head
	if say == nlp.None || doc.Tokens[say].XPOS != "VBD" || !r.lex.list("assert", r.Lemma(say)) {
		return nlp.None
	}
	return r.subject(say, r.lex)
}

// first reports whether token t is "I" or "we"; None, a verb without subject,
// is neither.
func (r *reader) first(t int) bool {
	if t == nlp.None {
		return false
	}
	w := r.doc.Lower(t)
	return w == "i" || w == "we"
}

// lastSource is the source of the speech just before verb t in its sentence,
// for a finite verb of speech whose subject the parser lost: "told reporters
// that … but warned that …".
func (r *reader) lastSource(t int) ([]int, bool) {
	doc := r.doc
	if doc.Tokens[t].XPOS != "VBD" && doc.Tokens[t].XPOS != "VBZ" || r.Child(t, "nsubj") != nlp.None {
		return nil, false
	}
	best := nlp.None
	for i := range doc.Attributions {
		a := &doc.Attributions[i]
		if a.CueToken == nlp.None || a.CueToken >= t || doc.Tokens[a.CueToken].Sent != doc.Tokens[t].Sent || a.SourceHead == nlp.None || a.Speaker == nlp.None {
			continue
		}
		if best == nlp.None || a.CueToken > doc.Attributions[best].CueToken {
			best = i
		}
	}
	if best == nlp.None {
		return nil, false
	}
	return r.group(doc.Attributions[best].SourceHead), true
}

// judge is who finds something acceptable or not: "unacceptable to X",
// "described as unacceptable by X", "X called it unacceptable".
func (r *reader) judge(t int) ([]int, bool) {
	for _, k := range r.Kids[t] {
		if k > t && r.Rel(k, "obl") && (r.caseOf(k) == "to" || r.caseOf(k) == "for") {
			return r.group(k), true
		}
	}
	h := r.doc.Tokens[t].Head
	if h != nlp.None && r.Rel(t, "obl", "xcomp", "advcl") && r.doc.Tokens[h].UPOS == "VERB" && r.Child(t, "nsubj") == nlp.None {
		if a := r.agent(h); a != nlp.None {
			return r.group(a), true
		}
		// The parser may hang the agent on the adjective.
		if a := r.agent(t); a != nlp.None {
			return r.group(a), true
		}
		if !r.passive(h) {
			if s := r.subject(h, r.lex); s != nlp.None {
				return r.group(s), true
			}
		}
		return nil, false
	}
	// "'… is unacceptable,' X said": who says so finds so.
	if a := r.attribution(r.doc.Tokens[t].Span); a != nlp.None && r.doc.Attributions[a].Speaker != nlp.None {
		return nil, true
	}
	return nil, false
}

// nounHolder is whose demand, plan or refusal noun t is: its possessor, the
// agent of its participle, the subject of the verb that carries it, or the
// holder of the noun that it is an example of.
func (r *reader) nounHolder(t, depth int) ([]int, bool) {
	doc := r.doc
	for _, k := range r.Kids[t] {
		if r.Rel(k, "nmod:poss") {
			return r.group(k), true
		}
	}
	for _, k := range r.Kids[t] {
		tok := &doc.Tokens[k]
		if r.Rel(k, "acl") && tok.XPOS == "VBN" {
			if a := r.agent(k); a != nlp.None && !r.lex.list("refusing", r.Lemma(k)) {
				return r.group(a), true
			}
		}
		if k > t && r.Rel(k, "nmod") && (r.caseOf(k) == "by" || r.caseOf(k) == "from") {
			return r.group(k), true
		}
		if k < t && r.Rel(k, "amod", "compound") && r.Covered[k] != nlp.None {
			m := &doc.Mentions[r.Covered[k]]
			if m.Form == readout.FormName && m.Last <= t {
				return []int{k}, true
			}
		}
	}
	if s := r.Child(t, "nsubj"); s != nlp.None && r.caseOf(t) == "in" && r.Child(t, "cop") != nlp.None {
		return r.group(s), true // "is in favour of"
	}
	h := doc.Tokens[t].Head
	if h == nlp.None || depth > 6 {
		return nil, false
	}
	switch {
	case r.Rel(t, "obl", "advmod") && r.caseOf(t) == "in" && doc.Lower(t-1) == "in" && r.lex.list("plead", r.Lemma(h)) && !r.passive(h):
		if s := r.subject(h, r.lex); s != nlp.None {
			return r.group(s), true // "voted in favour of"
		}
	case r.Rel(t, "nmod") && r.caseOf(t) == "including":
		return r.nounHolder(h, depth+1)
	case r.Rel(t, "conj"):
		return r.nounHolder(h, depth+1)
	case r.Rel(t, "nmod", "acl", "appos") && (r.caseOf(t) == "including" || r.caseOf(t) == "of" || r.Rel(t, "appos")):
		// "demands, including insistences that …", "a series of demands"
		return r.nounHolder(h, depth+1)
	case r.Rel(t, "obj", "obl") && r.carries(h) && !r.passive(h):
		if s := r.subject(h, r.lex); s != nlp.None {
			return r.group(s), true
		}
	case r.Rel(t, "obl") && r.caseOf(t) == "on" && r.verbal(h):
		// "agreed on condition that"
		if s := r.subject(h, r.lex); s != nlp.None {
			return r.group(s), true
		}
	case r.Rel(t, "nsubj:pass") && r.lex.list("support", r.Lemma(h)):
		if a := r.agent(h); a != nlp.None {
			return r.group(a), true
		}
	}
	return nil, false
}

// carries reports whether the subject of verb h holds what its object names.
func (r *reader) carries(h int) bool {
	l := r.Lemma(h)
	return slices.ContainsFunc([]string{"support", "raise", "float", "show", "take", "lay", "point"}, func(list string) bool {
		return r.lex.list(list, l)
	})
}

// sponsor is who pushes what noun t names: "plans for a truce pushed by Orrin"
// with the participle on the truce.
func (r *reader) sponsor(t int) ([]int, bool) {
	for _, k := range r.Kids[t] {
		if r.Rel(k, "acl") && r.doc.Tokens[k].XPOS == "VBN" && r.lex.list("support", r.Lemma(k)) {
			if a := r.agent(k); a != nlp.None {
				return r.group(a), true
			}
		}
	}
	return nil, false
}

// parties resolves holders and addressees to chains. A draft without party is
// the speaker's when the holder is "we" or nobody but the speaker is meant.
func (r *reader) parties(d *draft, holders, addressees []int) {
	att := r.attribution(r.doc.Tokens[d.trigger].Span)
	if holders == nil && att != nlp.None {
		d.parties = r.members(r.speaker(att))
	}
	for _, h := range holders {
		d.parties = appendNew(d.parties, r.chainsOf(h, att)...)
	}
	d.parties = slices.DeleteFunc(d.parties, func(c int) bool {
		return !r.acts(c, d.public) || d.stance == readout.Goal && d.public && !d.asks && r.plain(c)
	})
	r.address(d, addressees, att)
}

// address resolves the addressees of a draft whose parties are known.
func (r *reader) address(d *draft, addressees []int, att int) {
	d.addressee = nil
	for _, a := range addressees {
		if r.reciprocal(a) {
			if d.addressee = nil; len(d.parties) == 2 {
				d.addressee = []int{mutual}
			}
			return
		}
		d.addressee = appendNew(d.addressee, r.chainsOf(a, att)...)
	}
	d.addressee = slices.DeleteFunc(d.addressee, func(c int) bool { return slices.Contains(d.parties, c) })
}

// reciprocal reports whether t is "each other" or "one another".
func (r *reader) reciprocal(t int) bool {
	next := ""
	if t+1 < len(r.doc.Tokens) {
		next = r.doc.Lower(t + 1)
	}
	switch r.doc.Lower(t) {
	case "each":
		return next == "other"
	case "one":
		return next == "another"
	case "other", "another":
		return t > 0 && (r.doc.Lower(t-1) == "each" || r.doc.Lower(t-1) == "one")
	}
	return false
}

// cueOf is the attribution with a speaker that verb t is the cue of, or None.
func (r *reader) cueOf(t int) int {
	for i := range r.doc.Attributions {
		if a := &r.doc.Attributions[i]; a.CueToken == t && a.Speaker != nlp.None {
			return i
		}
	}
	return nlp.None
}

// mutual stands for "each other" among addressees.
const mutual = -2

func appendNew(list []int, more ...int) []int {
	for _, m := range more {
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

// chainsOf lists the chains that noun or pronoun t stands for in speech att.
func (r *reader) chainsOf(t, att int) []int {
	doc := r.doc
	switch doc.Lower(t) {
	case "i", "we", "our", "us", "my", "me":
		if att == nlp.None {
			return nil
		}
		if c := doc.Attributions[att].Speaker; c != nlp.None {
			return []int{c}
		}
		return nil
	case "you", "your", "it", "this", "that", "there":
		m := r.Headed[t]
		if doc.Lower(t) == "it" && (m == nlp.None || !r.acts(doc.Mentions[m].Chain, false)) {
			return r.oneself(t, att)
		}
		if m == nlp.None || doc.Lower(t) == "there" {
			return nil
		}
		return r.members(doc.Mentions[m].Chain)
	case "he", "she", "they":
		if m := r.Headed[t]; m == nlp.None || doc.Mentions[m].Chain == nlp.None {
			return r.oneself(t, att)
		}
	}
	m := r.mention(t)
	if m == nlp.None || doc.Mentions[m].Chain == nlp.None {
		// "my administration", "our party": the speaker's side.
		if p := r.Child(t, "nmod:poss"); p != nlp.None && att != nlp.None && r.lex.list("ownside", r.Lemma(t)) {
			if w := doc.Lower(p); w == "my" || w == "our" {
				return r.members(doc.Attributions[att].Speaker)
			}
		}
		if p := r.Child(t, "nmod:poss"); p != nlp.None && r.Headed[p] != nlp.None && r.lex.list("arm", r.Lemma(t)) && doc.Tokens[p].UPOS == "PRON" {
			if c := doc.Mentions[r.Headed[p]].Chain; c != nlp.None && doc.Chains[c].Name != "" {
				return r.members(c) // "her government"
			}
		}
		if r.lex.list("regime", r.Lemma(t)) || r.lex.list("envoys", r.Lemma(t)) {
			if p := r.principal(t); p != nlp.None {
				return []int{p} // "Ered's regime"
			}
		}
		return nil
	}
	c := doc.Mentions[m].Chain
	if c == nlp.None {
		return nil
	}
	// "Sollund officials", "the Orrish delegation": the state speaks through
	// people whom the report never names.
	if x := &doc.Chains[c]; x.Name == "" && len(x.Members) == 0 && r.lex.list("envoys", r.Lemma(t)) {
		if p := r.principal(t); p != nlp.None {
			return []int{p}
		}
	}
	return r.members(c)
}

// speaker is who says what att says: the chain coreference gave it, or whom its
// source stands for. None when neither is known.
func (r *reader) speaker(att int) int {
	a := &r.doc.Attributions[att]
	if a.Speaker != nlp.None || a.SourceHead == nlp.None || r.Headed[a.SourceHead] != nlp.None {
		return a.Speaker
	}
	if c := r.chainsOf(a.SourceHead, nlp.None); len(c) == 1 {
		return c[0]
	}
	return nlp.None
}

// oneself is the speaker of att when pronoun t, whose antecedent is not known,
// is the subject of what is reported: "Sollund said [it] would leave".
func (r *reader) oneself(t, att int) []int {
	if att == nlp.None {
		return nil
	}
	a, h := &r.doc.Attributions[att], r.doc.Tokens[t].Head
	speaker := r.speaker(att)
	if a.Kind == readout.Direct || speaker == nlp.None || h == nlp.None || !r.Rel(t, "nsubj", "expl") || a.CueToken == nlp.None || r.doc.Tokens[h].Head != a.CueToken || a.CueToken > t {
		return nil
	}
	x := r.doc.Chains[speaker].Type
	switch r.doc.Lower(t) {
	case "it":
		if x == readout.Person {
			return nil
		}
	case "he", "she":
		if x != readout.Person {
			return nil
		}
	case "they":
		if x == readout.Person {
			return nil
		}
	}
	return r.members(speaker)
}

// members is the chains of a group that is spelled out, else c alone.
func (r *reader) members(c int) []int {
	if c == nlp.None {
		return nil
	}
	if ms := r.doc.Chains[c].Members; len(ms) > 0 {
		return slices.Clone(ms)
	}
	return []int{c}
}

// principal is the state or body that the envoys t speak for, or None.
func (r *reader) principal(t int) int {
	doc := r.doc
	for _, k := range r.Kids[t] {
		named := r.Covered[k] != nlp.None && doc.Mentions[r.Covered[k]].Form == readout.FormName
		if !named {
			continue
		}
		m := &doc.Mentions[r.Covered[k]]
		if m.Chain == nlp.None || m.Type == nlp.OutletName {
			continue
		}
		if r.Rel(k, "amod", "compound", "nmod:poss") && m.Type != nlp.PersonName || r.Rel(k, "nmod:poss") && r.lex.list("regime", r.Lemma(t)) || r.Rel(k, "nmod") && m.Type != nlp.PersonName && (r.caseOf(k) == "of" || r.caseOf(k) == "from") {
			return m.Chain
		}
	}
	return nlp.None
}

// mention is the mention that token t stands for, or None.
func (r *reader) mention(t int) int {
	if m := r.Headed[t]; m != nlp.None {
		return m
	}
	if m := r.Covered[t]; m != nlp.None && r.doc.Mentions[m].Form == readout.FormName {
		return m
	}
	for _, k := range r.Kids[t] {
		if m := r.Headed[k]; m != nlp.None && r.doc.Mentions[m].Form == readout.FormName && r.Rel(k, "flat", "appos") && r.doc.Mentions[m].Type == nlp.PersonName {
			return m
		}
	}
	return nlp.None
}

// acts reports whether chain c acts in public: a state, a body, a group, a
// person with an office. Any person named in a report of public matters does
// too, but for one known by trade or kin alone; and any person where the words
// are those of a public act.
func (r *reader) acts(c int, public bool) bool {
	if c == nlp.None {
		return false
	}
	x := &r.doc.Chains[c]
	switch x.Type {
	case readout.Person:
		if strings.HasPrefix(x.Key, "person:") || slices.ContainsFunc(x.Titles, r.office) {
			return true
		}
		if x.Name == "" {
			return slices.ContainsFunc(x.Mentions, r.crowd)
		}
		return (!public || r.civic && len(x.Titles) == 0)
	case readout.Place, readout.Organization:
		return true
	case readout.Group:
		return x.Name != "" || x.Country != "" || len(x.Members) > 0 || slices.ContainsFunc(x.Mentions, r.crowd)
	}
	return false
}

// crowd reports whether the head of mention m is a noun for those who act in
// public without a name.
func (r *reader) crowd(m int) bool {
	h := r.doc.Mentions[m].Head
	return h >= 0 && h < len(r.doc.Tokens) && (r.lex.list("crowd", r.Lemma(h)) || r.lex.list("crowd", r.doc.Lower(h)))
}

// plain reports whether chain c is a person without an office, whose hopes and
// plans are no matter of record.
func (r *reader) plain(c int) bool {
	x := &r.doc.Chains[c]
	return x.Type == readout.Person && !strings.HasPrefix(x.Key, "person:") && !slices.ContainsFunc(x.Titles, r.office)
}

// civic reports whether a report is of public matters: it names at least three
// states, bodies, places or people in office.
func civic(doc *nlp.Doc, lex *lexicon) bool {
	n := 0
	for i := range doc.Chains {
		x := &doc.Chains[i]
		office := func(t string) bool { return inOffice(lex, t) }
		switch {
		case x.Name == "":
		case x.Type == readout.Place, x.Type == readout.Organization, x.Type == readout.Person && (strings.HasPrefix(x.Key, "person:") || slices.ContainsFunc(x.Titles, office)):
			n++
		}
	}
	return n > 2
}

// office reports whether a title is one under which people act in public, not
// a trade or a tie of kin.
func (r *reader) office(title string) bool { return inOffice(r.lex, title) }

func inOffice(lex *lexicon, title string) bool {
	title, _, _ = strings.Cut(title, " of ")
	return !lex.list("private", title[strings.LastIndexByte(title, ' ')+1:])
}

// attribution is the innermost attribution whose content holds s, or None.
func (r *reader) attribution(s readout.Span) int {
	best := nlp.None
	for i := range r.doc.Attributions {
		a := &r.doc.Attributions[i]
		if !slices.ContainsFunc(a.Content, func(c readout.Span) bool { return c.Contains(s) }) {
			continue
		}
		if best == nlp.None || a.Span().Len() < r.doc.Attributions[best].Span().Len() {
			best = i
		}
	}
	return best
}
