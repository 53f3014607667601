// Package position reads where parties stand: who demands, offers, refuses,
// promises, warns or accuses, of whom and what.
//
// In order, for every sentence:
//
//  1. triggers: verbs, nouns and adjectives of lexicons/en/positions/frames.tsv
//     whose slots the tree fills; modals and first persons in speech ("we will
//     not accept", "Karvany must leave"); requirements and the purposes of
//     meetings; duties, harm that speech tells of others and what stays "on the
//     table"; what headlines say is to be done;
//  2. standing: what is denied, asked, imagined or hangs on another verb is no
//     stand, or that verb's ("refused to accept" is one refusal);
//  3. party and addressee: the grammatical holder as a chain of the report,
//     through control, coordination and passives; the speaker for "we" in
//     speech; the members of a group that the report spells out;
//  4. terms: coordinated clauses and objects taken apart, each with a span of
//     its own;
//  5. context: the attribution that voices it, the condition, time, deadline
//     and the talks at which it was taken.
//
// In: tokens, sentences, syntax (UD v2), lemmas, names, time expressions,
// attributions, chains, events. Out: Doc.Positions, sorted by span. The
// stances follow the verbal classes of PLOVER's and CAMEO's cooperation and
// conflict codes, cut down to what a party does by taking a position.
//
// It makes no position of an assessment or prediction, of the outlet's own
// wishes, or of the hopes and plans of people without an office. Their demands,
// promises and accusations count in reports of public matters, but for people
// known by trade or kin alone.
package position

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

const (
	name    = "position"
	version = "3"
)

// New loads the lexicon of positions and returns the annotator.
func New() (*nlp.Annotator, error) {
	lex, err := load(lexicons.FS, "en/positions")
	if err != nil {
		return nil, err
	}
	return &nlp.Annotator{
		Name:    name,
		Doc:     "positions: party, stance, terms, addressee, condition and deadline",
		Version: version,
		Requires: []nlp.Layer{
			nlp.LayerTokens, nlp.LayerSentences, nlp.LayerSyntax, nlp.LayerLemmas, nlp.LayerNames,
			nlp.LayerTimexes, nlp.LayerAttributions, nlp.LayerChains, nlp.LayerEvents,
		},
		Provides: []nlp.Layer{nlp.LayerPositions},
		Run:      func(doc *nlp.Doc) { run(doc, lex) },
	}, nil
}

// reader reads one Doc.
type reader struct {
	*tree
	lex   *lexicon
	found []nlp.Position
	used  map[int]bool // triggers that gave positions
	cond  int          // the clause of condition of the draft being emitted, None
	apart bool         // whether that draft takes what its terms exclude for terms of their own
	civic bool         // whether the report is of public matters
	owned map[int]bool // verbs and nouns that are the terms of another trigger
}

// draft is a position before its terms are taken apart.
type draft struct {
	rule      string
	stance    readout.Stance
	trigger   int          // token
	words     readout.Span // of the trigger
	parties   []int        // chains
	addressee []int        // chains
	terms     int          // head token of the terms, None when span says them
	span      readout.Span // of the terms when they have no head
	cond      int          // head of the clause of condition, None
	breach    bool         // mark breaches
	public    bool         // persons need an office
	asks      bool         // a goal that others are to fulfil
	single    bool         // do not take the terms apart
	predicate bool         // the terms are a predicate without its subject and copula
	from      int          // token at which the terms begin before their head's own words ("Karvany to leave"), 0
}

func run(doc *nlp.Doc, lex *lexicon) {
	r := &reader{tree: newTree(doc), lex: lex, used: map[int]bool{}, owned: map[int]bool{}, civic: civic(doc, lex)}
	for s := range doc.Sentences {
		sent := &doc.Sentences[s]
		if sent.Noise != "" && !readable(sent.Noise) {
			continue
		}
		for t := sent.First; t < sent.Last; t++ {
			r.byFrame(t)
		}
		for t := sent.First; t < sent.Last; t++ {
			r.byRequirement(t)
			r.byPurpose(t)
		}
		for t := sent.First; t < sent.Last; t++ {
			r.byModal(t)
			r.byTold(t)
			r.byTable(t)
			r.byDuty(t)
			r.byAgainst(t)
			r.byUltimatum(t)
		}
		r.byHeadline(sent)
	}
	r.found = withoutFrames(r.found)
	slices.SortStableFunc(r.found, func(a, b nlp.Position) int {
		return cmp.Or(a.Compare(b.Span), a.Trigger.Compare(b.Trigger), cmp.Compare(a.Party, b.Party), cmp.Compare(a.Addressee, b.Addressee))
	})
	doc.Positions = slices.CompactFunc(r.found, func(a, b nlp.Position) bool {
		return a.Span == b.Span && a.Stance == b.Stance && a.Party == b.Party && a.Addressee == b.Addressee && a.Terms == b.Terms
	})
}

// withoutFrames drops a position that has a whole quotation for its terms when
// the words of that quotation say the same stand.
func withoutFrames(found []nlp.Position) []nlp.Position {
	return slices.DeleteFunc(slices.Clone(found), func(p nlp.Position) bool {
		return len(p.Issue) == 0 && slices.ContainsFunc(found, func(q nlp.Position) bool {
			return q.Stance == p.Stance && q.Party == p.Party && len(q.Issue) > 0 && p.Terms.Contains(q.Trigger)
		})
	})
}

// readable reports whether furniture of this kind is written by the newsroom
// about the same matter.
func readable(noise string) bool {
	return noise == "heading" || noise == "caption" || noise == "title"
}

// byFrame reads the positions that a row of frames.tsv gives token t.
func (r *reader) byFrame(t int) {
	if r.owned[t] && !r.Rel(t, "amod") || r.used[t] {
		return // but "opposes [her threatened tariffs]" shows two stands
	}
	for _, class := range r.wordClasses(t) {
		words := []string{r.Lemma(t)}
		if w := r.doc.Lower(t); class == "A" && w != words[0] {
			words = append(words, w)
			if r.doc.Tokens[t].UPOS == "VERB" {
				words = words[1:] // "unwilling", taken for the participle of a verb
			}
		}
		for _, w := range words {
			for _, f := range r.lex.frames[class+" "+w] {
				d, ok := r.fill(f, t)
				if ok {
					r.emit(d)
				}
				if ok || r.used[t] {
					return
				}
			}
		}
	}
}

// wordClasses lists the classes of frames that token t can have.
func (r *reader) wordClasses(t int) []string {
	tok := &r.doc.Tokens[t]
	switch tok.UPOS {
	case "VERB":
		switch {
		case strings.HasPrefix(tok.XPOS, "NN"), r.Child(t, "nmod:poss") != nlp.None && r.Rel(t, "nsubj", "obj", "obl", "nmod"):
			return []string{"N"}
		case strings.HasPrefix(tok.XPOS, "J"):
			return []string{"A", "V"}
		case tok.XPOS == "VBN" && r.passive(t), tok.XPOS == "VBG":
			return []string{"A", "V"}
		}
		return []string{"V"}
	case "NOUN":
		return []string{"N"}
	case "ADJ":
		return []string{"A"}
	}
	return nil
}

// fill finds the slots of frame f around trigger t.
func (r *reader) fill(f *frame, t int) (draft, bool) {
	d := draft{rule: f.rule, trigger: t, words: r.doc.Tokens[t].Span, terms: nlp.None, cond: nlp.None, breach: f.flags["breach"], public: f.flags["public"]}
	d.asks = f.flags["asks"]
	var via slot
	warns := false // refuses to rule out
	for _, s := range f.terms {
		h, span := r.slot(t, s, f.class)
		if s.must && h == nlp.None && span.Len() == 0 {
			return d, false
		}
		if s.kind == "until" {
			continue
		}
		if s.kind == "prt" {
			d.words.End = r.doc.Tokens[h].End
			continue
		}
		if (h != nlp.None || span.Len() > 0) && d.terms == nlp.None && d.span.Len() == 0 {
			d.terms, d.span, via = h, span, s
		}
	}
	if d.terms == nlp.None && d.span.Len() == 0 {
		return d, false
	}
	if f.flags["progressive"] && (r.doc.Tokens[t].XPOS != "VBG" || via.kind == "inf" && !r.follows(t, d.terms)) {
		return d, false
	}
	if s := r.Child(t, "nsubj", "expl"); f.flags["stated"] && (s == nlp.None || r.doc.Lower(s) != "it" || r.Child(t, "cop") == nlp.None || r.Child(t, "det", "nmod:poss") != nlp.None) {
		return d, false
	}
	if f.flags["in"] && r.caseOf(t) != "in" {
		return d, false
	}
	if f.class == 'A' && slices.ContainsFunc(r.Kids[t], func(k int) bool { return k < t && r.Rel(k, "advmod") && r.doc.Lower(k) == "more" }) {
		return d, false // "was more interested in a win": a comparison
	}
	if f.flags["said"] && r.attribution(r.doc.Tokens[t].Span) == nlp.None {
		return d, false
	}
	if via.kind == "that" && (!r.tells(d.terms) || f.flags["ahead"] && slices.Contains(r.auxes(d.terms), "have")) {
		return d, false
	}
	neg, ok := false, via.kind == "modified" && !r.question(t)
	if !ok {
		neg, ok = r.stands(t, f.stance)
	}
	if f.flags["possible"] && !ok {
		// "cannot rule out": what is possible is the very stand
		neg, ok = r.negated(t), r.negated(t) && !r.question(t) && !r.underTerms(t) && !r.infinitive(t)
	}
	if f.by != nil {
		if h := r.doc.Tokens[t].Head; h == nlp.None || !r.Rel(t, "obj", "nsubj:pass") || !f.by[r.Lemma(h)] {
			return d, false
		}
	}
	if d.terms != nlp.None && (f.except[r.Lemma(d.terms)] && !r.excused(f, t, d.terms) || r.hollow(d.terms)) {
		r.used[t] = true // no other frame of the word either
		return d, false
	}
	if !ok || f.class == 'A' && f.flags["said"] && slices.Contains(r.auxes(t), "had") {
		return d, false
	}
	if slices.Contains(r.auxes(t), "better") || slices.ContainsFunc(r.Kids[t], func(k int) bool { return k < t && r.Rel(k, "advmod") && r.doc.Lower(k) == "better" }) {
		return d, false // "they better hope"
	}
	if f.stance == readout.Refuse && d.terms != nlp.None && r.Lemma(d.terms) == "rule" {
		// "refused to rule out a blockade"
		o := r.Child(d.terms, "obj")
		if r.used[t] = true; o == nlp.None || !r.among(r.lex.lists["harsh"], o) {
			return d, false
		}
		warns = true
	}
	if f.stance == readout.Refuse && d.terms != nlp.None {
		// "declined to release details" answers a question and refuses no deal.
		if o := r.Child(d.terms, "obj"); o != nlp.None && r.lex.list("giveaway", r.Lemma(o)) {
			return d, false
		}
	}
	if via.kind == "obj" && r.negatedNoun(d.terms) && (f.stance == readout.Offer || f.stance == readout.Proposal || f.stance == readout.Acceptance || f.stance == readout.Commit) {
		return d, false // "offered no policy"
	}
	if f.flags["no-object"] && r.Child(t, "obj") != nlp.None {
		return d, false // "called out the port for its rules"
	}
	if f.flags["thing"] && d.terms != nlp.None && via.kind != "inf" && via.kind != "that" && via.kind != "due-that" && r.somebody(d.terms) {
		return d, false // "promised the ministry that", cut off
	}
	if f.flags["would"] && r.modal(t).kind != "would" {
		return d, false
	}
	if f.flags["plural"] && r.doc.Tokens[t].XPOS != "NNS" {
		return d, false
	}
	if d.stance = f.stance; neg {
		d.stance = f.negated
	}
	if d.stance == "" {
		return d, false
	}
	if warns {
		d.stance = readout.Warning
	}
	if d.stance == readout.Offer && via.kind == "inf" && (r.lex.list("menace", r.Lemma(d.terms)) || r.Lemma(d.terms) == "take" && r.Child(d.terms, "obj") != nlp.None && r.Lemma(r.Child(d.terms, "obj")) == "action") {
		d.stance = readout.Warning // "ready to retaliate"
	}
	if (d.stance == readout.Goal || d.stance == readout.Demand) && f.class == 'V' && r.beforehand(t) {
		d.stance = readout.Condition
	}
	d.predicate = via.kind == "pred"
	d.single = via.kind == "subj" || via.kind == "say" || via.kind == "compound"
	var addr []int
	toSelf := true // the other may be the party itself: "demanded that it be heard"
	for _, s := range f.addressee {
		at := nlp.None
		if s.kind == "subj" {
			if d.terms != nlp.None && r.verbal(d.terms) {
				at = r.Child(d.terms, "nsubj")
			}
		} else {
			at, _ = r.slot(t, s, f.class)
			if at == d.terms && via.kind != "obj-inf" {
				at = nlp.None
			}
		}
		if s.must && at == nlp.None {
			return d, false
		}
		if at != nlp.None && addr == nil {
			addr, toSelf = r.group(at), s.kind == "subj"
		}
	}
	if f.flags["party-object"] && (len(addr) == 0 || !r.animate(addr[0])) {
		return d, false
	}
	if d.terms != nlp.None && r.doc.Tokens[d.terms].UPOS == "PRON" && len(r.Kids[d.terms]) <= 1 && via.kind != "obj-inf" && r.forTo(t, d.terms, via) == nlp.None {
		return d, false // "demanded it": the record cannot say what
	}
	if d.terms != nlp.None && len(r.Kids[d.terms]) <= 1 && r.verbal(d.terms) && r.relative(t) {
		return d, false // "those he intended to keep"
	}
	if inf := r.forTo(t, d.terms, via); inf != nlp.None {
		addr, d.from, d.terms = r.group(d.terms), d.terms, inf
	}
	if via.kind == "inf" && f.class == 'V' && !slices.ContainsFunc(f.addressee, func(s slot) bool { return s.kind == "obj" || s.kind == "iobj" || s.kind == "prep" }) {
		if o := r.Child(t, "obj", "iobj"); o != nlp.None && o < d.terms && r.animate(o) {
			return d, false // "pushing the ministry to sign": another is to do it
		}
	}
	if s := r.subject(t, r.lex); s != nlp.None && r.generic(s) && (r.doc.Tokens[t].XPOS == "VBZ" || r.doc.Tokens[t].XPOS == "VBP") {
		return d, false
	}
	if via.kind == "obj-inf" && f.except[r.Lemma(r.infinitiveOf(t))] {
		return d, false
	}
	if f.flags["possessed"] && r.Child(t, "nmod:poss") == nlp.None {
		return d, false
	}
	if f.flags["support"] && !r.supported(t) {
		return d, false
	}
	holders, ok := r.holders(t, f)
	if !ok && via.kind == "prep" && d.terms != nlp.None {
		holders, ok = r.sponsor(d.terms)
	}
	if ok {
		r.parties(&d, holders, addr)
	}
	if s := r.subject(t, r.lex); len(d.parties) == 0 && f.class == 'V' && !r.passive(t) && (s == nlp.None || !r.animate(s)) {
		// What the tree does not show coreference may know: whose cue it is.
		if a := r.cueOf(t); a != nlp.None {
			r.address(&d, addr, r.attribution(d.words))
			d.parties = slices.DeleteFunc(r.members(r.doc.Attributions[a].Speaker), func(c int) bool { return !r.acts(c, d.public) || slices.Contains(d.addressee, c) })
		}
	}
	if len(d.parties) == 0 && (f.flags["speaker"] || f.flags["reported"] && r.passive(t)) {
		r.parties(&d, nil, addr)
	}
	if !toSelf && len(d.addressee) == 0 && slices.ContainsFunc(addr, func(a int) bool {
		return !r.reciprocal(a) && slices.ContainsFunc(r.chainsOf(a, r.attribution(d.words)), func(c int) bool { return slices.Contains(d.parties, c) })
	}) {
		return d, false // nobody accuses himself: one of the two is read wrongly
	}
	if via.kind == "obj-inf" {
		d.from, d.terms = d.terms, r.infinitiveOf(t)
	}
	if o := r.Child(t, "obj", "nsubj:pass"); via.kind == "pred-obj" && r.doc.Tokens[d.terms].UPOS == "ADJ" && o != nlp.None && o < d.terms && o > t {
		d.from = o
	}
	if via.kind == "obj-done" {
		if k := r.done(t, d.terms); k != nlp.None && r.doc.Tokens[k].Head == t {
			d.from, d.terms = d.terms, k
		}
	}
	return d, len(d.parties) > 0
}

// beforehand reports whether a clause under verb t says before what step of its
// own the party wants its terms met: "wants the tariffs lifted before it signs".
func (r *reader) beforehand(t int) bool {
	first, last := r.doc.Subtree(t)
	for k := max(first, t); k < last; k++ {
		m := r.Child(k, "mark", "case")
		if m == nlp.None || m > k || r.doc.Lower(m) != "before" || r.beside(k, t) || !r.verbal(k) || !r.lex.list("step", r.Lemma(k)) {
			continue
		}
		s := r.Child(k, "nsubj")
		if s == nlp.None || r.doc.Tokens[s].UPOS == "PRON" {
			return true
		}
	}
	return false
}

// beside reports whether clause k hangs on a later conjunct of verb t.
func (r *reader) beside(k, t int) bool {
	for n := 0; k != nlp.None && k != t && n < maxClimb; n++ {
		if r.Rel(k, "conj", "parataxis") && r.doc.Tokens[k].Head == t {
			return true
		}
		k = r.doc.Tokens[k].Head
	}
	return false
}

// excused reports whether an exception of frame f does not hold: it is one for
// "I" and "we" and the party is another, or one for talking and the talk is with
// somebody.
func (r *reader) excused(f *frame, t, terms int) bool {
	if f.flags["first"] && !r.first(r.subject(t, r.lex)) {
		return true
	}
	if o := r.Child(terms, "obj"); r.Lemma(terms) == "have" && o != nlp.None && r.lex.list("bond", r.Lemma(o)) {
		return true // "we want to have good relations"
	}
	if l := r.Lemma(terms); l != "speak" && l != "talk" && l != "meet" || f.stance != readout.Refuse {
		return false
	}
	return slices.ContainsFunc(r.Kids[terms], func(k int) bool {
		c := r.caseOf(k)
		return r.Rel(k, "obl") && (c == "to" || c == "with") && r.animate(k) && !r.lex.list("press", r.Lemma(k))
	})
}

// hollow reports whether clause k says nothing that can be recorded: "get it
// done".
func (r *reader) hollow(k int) bool {
	l := r.Lemma(k)
	if l == "do" && slices.ContainsFunc(r.Kids[k], func(a int) bool { w := r.doc.Lower(a); return a > k && (w == "enough" || w == "little" || w == "more") }) {
		return false // "not doing enough to stop the boats"
	}
	if l == "happen" || l == "do" && r.Child(k, "obj", "nsubj:pass") == nlp.None {
		return true // "refused to do so"
	}
	if l != "get" && l != "see" && l != "make" && l != "have" {
		return false
	}
	o := r.Child(k, "obj", "iobj")
	return o != nlp.None && r.doc.Tokens[o].UPOS == "PRON" && r.doc.Lower(o) != "us" && r.doc.Lower(o) != "them"
}

// somebody reports whether noun t is a person or body by name or kind.
func (r *reader) somebody(t int) bool {
	l := r.Lemma(t)
	if r.lex.list("crowd", l) || r.lex.list("envoys", l) {
		return true
	}
	m := r.Headed[t]
	return m != nlp.None && r.doc.Mentions[m].Type == nlp.PersonName
}

// follows reports whether infinitive k comes right after verb t.
func (r *reader) follows(t, k int) bool {
	for x := t + 1; x < k && x <= t+2; x++ {
		if r.doc.Lower(x) == "to" {
			return true
		}
	}
	return false
}

// tells reports whether clause k has a word of content besides its auxiliaries:
// "it would be" has none.
func (r *reader) tells(k int) bool {
	first, last := r.doc.Subtree(k)
	for t := first; t < last; t++ {
		switch r.doc.Tokens[t].UPOS {
		case "NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM":
			return true
		}
	}
	return false
}

// supported reports whether a verb shows noun t: "signalled its willingness".
func (r *reader) supported(t int) bool {
	h := r.doc.Tokens[t].Head
	return h != nlp.None && (r.Rel(t, "obj", "nsubj:pass") || r.Rel(t, "obl") && r.caseOf(t) == "as") && r.lex.list("support", r.Lemma(h))
}

// generic reports whether noun t stands for any of its kind: "a true leader".
func (r *reader) generic(t int) bool {
	k := r.Child(t, "det")
	if k == nlp.None || r.doc.Tokens[t].UPOS != "NOUN" {
		return false
	}
	w := r.doc.Lower(k)
	return w == "a" || w == "an" || w == "any" || w == "every"
}

// relative reports whether t stands in a relative clause.
func (r *reader) relative(t int) bool {
	for n := 0; t != nlp.None && n < 4; n++ {
		if r.doc.Tokens[t].Deprel == "acl:relcl" {
			return true
		}
		t = r.doc.Tokens[t].Head
	}
	return false
}

// forTo is the infinitive of "called for [Karvany to withdraw]" and "called for
// [the tariff to be lifted]", whose subject the noun at is; None when there is
// none.
func (r *reader) forTo(t, at int, via slot) int {
	if via.kind != "prep" || at == nlp.None || r.caseOf(at) != "for" {
		return nlp.None
	}
	for _, h := range append(r.group(at), t) {
		for _, k := range r.Kids[h] {
			if k > at && r.Rel(k, "acl", "xcomp", "advcl") && r.infinitive(k) && (r.animate(at) || r.Child(at, "nmod:poss") != nlp.None || r.passive(k) || r.Child(k, "aux:pass", "cop") != nlp.None) {
				return k
			}
		}
	}
	return nlp.None
}

// animate reports whether noun or pronoun t can be asked to do something.
func (r *reader) animate(t int) bool {
	l := r.Lemma(t)
	if r.lex.list("crowd", l) || r.lex.list("envoys", l) || r.lex.list("people", l) {
		return true
	}
	if r.doc.Tokens[t].UPOS == "PRON" {
		return r.doc.Lower(t) != "it" || r.Headed[t] != nlp.None
	}
	m := r.mention(t)
	return m != nlp.None && r.doc.Mentions[m].Form == readout.FormName || m != nlp.None && r.doc.Mentions[m].Chain != nlp.None
}

// slot returns the head of what fills s around t, or a span when it has none.
func (r *reader) slot(t int, s slot, class byte) (int, readout.Span) {
	if s.kind == "say" {
		return nlp.None, r.said(t)
	}
	at := nlp.None
	for _, k := range r.Kids[t] {
		if s.kind == "pred" {
			break
		}
		if !r.fits(t, k, s, class) || s.heads != nil && !r.among(s.heads, k) {
			continue
		}
		if at == nlp.None {
			at = k
		}
		// "accused a party of officials of hiding": the gerund says of what.
		if s.kind == "prep" && r.doc.Tokens[at].XPOS != "VBG" && r.doc.Tokens[k].XPOS == "VBG" && r.caseOf(k) == r.caseOf(at) {
			at = k
		}
	}
	if s.strays && s.kind == "prep" && (at == nlp.None || r.doc.Tokens[at].XPOS != "VBG") {
		if k := r.stray(t, s, class); k != nlp.None && (at == nlp.None || r.doc.Tokens[k].XPOS == "VBG") {
			at = k
		}
	}
	if at != nlp.None && s.kind == "obj" && class == 'V' && r.doc.Tokens[t].Deprel == "acl:relcl" && r.lex.list("subject-control", r.Lemma(t)) && (r.lex.list("people", r.Lemma(at)) || r.lex.list("crowd", r.Lemma(at))) {
		at = r.doc.Tokens[t].Head // "the wall she promised voters"
	}
	if at != nlp.None {
		return at, readout.Span{}
	}
	switch s.kind {
	case "prep", "inf", "that":
		if k := r.stray(t, s, class); k != nlp.None && class == 'N' {
			return k, readout.Span{}
		}
	case "obj":
		// "a plan rejected by Orrin", "the plan, which Orrin rejected"
		if h := r.doc.Tokens[t].Head; class == 'V' && h != nlp.None && r.Rel(t, "acl") && (s.heads == nil || r.among(s.heads, h)) {
			x := r.doc.Tokens[t].XPOS
			if x == "VBN" && r.doc.Tokens[t].Deprel == "acl" || r.gap(t) {
				return h, readout.Span{}
			}
		}
	case "compound":
		for _, k := range r.Kids[t] {
			if k < t && r.Rel(k, "compound") && (s.heads == nil || s.heads[r.Lemma(k)]) && (r.Headed[k] == nlp.None || r.doc.Mentions[r.Headed[k]].Form != readout.FormName) && r.Covered[k] == nlp.None {
				return k, readout.Span{}
			}
		}
	case "subj":
		if k := r.described(t); k != nlp.None && (s.heads == nil || r.among(s.heads, k)) {
			return k, readout.Span{}
		}
	case "modified":
		if h := r.doc.Tokens[t].Head; h != nlp.None && h > t && r.Rel(t, "amod") && r.Child(h, "nmod:poss") != nlp.None && !r.somebody(h) {
			return h, readout.Span{}
		}
	case "pred-obj":
		// "called the port's rules unjust": the parser may hang the adjective on the
		// object.
		if o := r.Child(t, "obj"); o != nlp.None {
			for _, k := range r.Kids[o] {
				if k > o && r.Rel(k, "amod") && s.heads[r.Lemma(k)] {
					return k, readout.Span{}
				}
			}
		}
	case "pred":
		return r.predicate(t), readout.Span{}
	}
	return nlp.None, readout.Span{}
}

// gap reports whether relative clause t lacks its object: "the wall she
// promised".
func (r *reader) gap(t int) bool {
	if r.doc.Tokens[t].Deprel != "acl:relcl" || r.lex.list("loose", r.Lemma(r.doc.Tokens[t].Head)) || r.passive(t) {
		return false
	}
	s := r.Child(t, "nsubj")
	if s == nlp.None || s > t {
		return false
	}
	switch r.doc.Lower(s) {
	case "who", "which", "that", "what":
		return false
	}
	for _, k := range r.Kids[t] {
		if r.Rel(k, "obj") && r.doc.Lower(k) != "that" && r.doc.Lower(k) != "which" || r.Rel(k, "ccomp", "xcomp") || k > t && r.Rel(k, "compound:prt") {
			return false
		}
		if k > t && r.Rel(k, "obl") && r.caseOf(k) == "" && r.timexAt(k) == nlp.None {
			return false
		}
	}
	return true
}

// among reports whether t, the object of gerund t, or what the light noun t
// carries ("a wave of attacks") is one of heads.
func (r *reader) among(heads map[string]bool, t int) bool {
	if heads[r.Lemma(t)] {
		return true
	}
	if o := r.Child(t, "obj"); o != nlp.None && r.doc.Tokens[t].XPOS == "VBG" {
		return heads[r.Lemma(o)]
	}
	if r.lex.list("light", r.Lemma(t)) {
		for _, k := range r.Kids[t] {
			if k > t && r.Rel(k, "nmod") && r.caseOf(k) == "of" && heads[r.Lemma(k)] {
				return true
			}
		}
	}
	return false
}

// stray finds what fills s where the parser hung it one step off: on the object
// of a verb ("accused [Karvany of shelling]"), on the verb that carries a noun
// ("[voiced] support [for the accord]").
func (r *reader) stray(t int, s slot, class byte) int {
	doc := r.doc
	switch class {
	case 'V':
		if s.kind != "prep" {
			return nlp.None
		}
		o := r.Child(t, "obj", "iobj", "nsubj:pass")
		if o == nlp.None {
			return nlp.None
		}
		under := slices.Clone(r.Kids[o])
		for _, x := range r.group(o)[1:] {
			under = append(under, r.Kids[x]...) // "accused the port and its [officials of hiding]"
		}
		if f := r.Child(o, "fixed"); f != nlp.None {
			under = append(under, r.Kids[f]...) // "accused each other of shelling"
		}
		for _, k := range under {
			if k > t && r.fits(o, k, s, class) && (s.heads == nil || r.among(s.heads, k)) {
				return k
			}
		}
	case 'N':
		for _, k := range r.Kids[t] {
			// "support [in the party [for the accord]]"
			if c := r.caseOf(k); s.kind == "prep" && k > t && r.Rel(k, "nmod") && (c == "in" || c == "among" || c == "within") {
				for _, x := range r.Kids[k] {
					if r.fits(k, x, s, class) && (s.heads == nil || r.among(s.heads, x)) {
						return x
					}
				}
			}
		}
		h := doc.Tokens[t].Head
		if h == nlp.None || !r.verbal(h) {
			return nlp.None
		}
		for _, k := range r.Kids[h] {
			if k <= t || s.heads != nil && !r.among(s.heads, k) {
				continue
			}
			if first, _ := doc.Subtree(k); !r.Rel(t, "obj") && first != t+1 {
				continue
			}
			if s.kind == "prep" && r.fits(h, k, s, 'V') || r.lex.list("support", r.Lemma(h)) && (s.kind == "inf" && r.Rel(k, "xcomp", "advcl") && r.infinitive(k) || s.kind == "that" && r.Rel(k, "ccomp") && r.fits(h, k, s, 'V')) {
				return k
			}
		}
	}
	return nlp.None
}

// fits reports whether dependent k of t fills slot s.
func (r *reader) fits(t, k int, s slot, class byte) bool {
	tok := &r.doc.Tokens[k]
	switch s.kind {
	case "that":
		if class == 'N' {
			m := r.Child(k, "mark")
			return r.Rel(k, "acl", "ccomp") && k > t && m != nlp.None && r.doc.Lower(m) == "that"
		}
		return r.Rel(k, "ccomp") && k > t && !r.infinitive(k) && tok.XPOS != "VBG" && !r.asks(k) && (r.Child(k, "nsubj", "csubj", "expl") != nlp.None || r.finite(k))
	case "subj-that":
		return r.Rel(k, "ccomp") && k > t && r.Child(k, "nsubj") != nlp.None && !r.asks(k) && r.wanted(k)
	case "due-that":
		return r.Rel(k, "ccomp") && k > t && r.Child(k, "nsubj") != nlp.None && !r.asks(k) && (r.wanted(k) || slices.ContainsFunc(r.auxes(k), future))
	case "inf":
		if r.manner(k) {
			return false // "told them how to leave"
		}
		if class == 'N' {
			return r.Rel(k, "acl", "advcl") && k > t && r.infinitive(k) && r.Child(k, "nsubj") == nlp.None
		}
		if r.Rel(k, "advcl") && class == 'V' && r.Child(t, "obj") != nlp.None && !r.lex.list("object-control", r.Lemma(t)) {
			return false // "is seeking a deal to end the strike": a purpose
		}
		return r.Rel(k, "xcomp", "ccomp", "advcl") && k > t && r.infinitive(k)
	case "ger":
		return r.Rel(k, "xcomp", "ccomp") && tok.XPOS == "VBG" && k > t
	case "obj":
		if r.Rel(k, "iobj") && r.Child(t, "obj") != nlp.None {
			return false
		}
		return r.Rel(k, "obj", "iobj", "nsubj:pass") && !r.whatClause(k)
	case "iobj":
		return r.Rel(k, "iobj") || r.Rel(k, "obj") && r.infinitiveOf(t) != nlp.None
	case "obj-inf":
		inf := r.infinitiveOf(t)
		return inf != nlp.None && k < inf && (r.Rel(k, "obj") && r.doc.Tokens[inf].Head == t)
	case "prep":
		if !r.Rel(k, "obl", "nmod", "advcl", "acl") || k < t {
			return false
		}
		c := r.caseOf(k)
		if c == "" && tok.XPOS == "VBG" {
			// The parser may hang the preposition on a word that it takes for the
			// gerund's subject.
			first, _ := r.doc.Subtree(k)
			c = r.doc.Lower(first)
		}
		return slices.Contains(s.words, c) && r.timexAt(k) == nlp.None
	case "due-inf":
		return k > t && r.Rel(k, "csubj", "acl", "advcl", "ccomp", "xcomp") && r.infinitive(k)
	case "until":
		return k > t && r.Rel(k, "obl", "nmod", "advcl") && r.caseOf(k) == "until"
	case "pred-obj":
		return k > t && (r.Rel(k, "xcomp") || r.Rel(k, "obj") && r.Child(t, "iobj") != nlp.None) && (tok.UPOS == "NOUN" || tok.UPOS == "ADJ")
	case "obj-done":
		if x := tok.XPOS; r.Rel(k, "ccomp") && (x == "VBD" || x == "VBN") && k > t+1 && r.Child(k, "nsubj") != nlp.None && r.Child(k, "mark", "aux") == nlp.None {
			return true
		}
		if !r.Rel(k, "obj") || k < t || r.whatClause(k) {
			return false
		}
		return r.done(t, k) != nlp.None
	case "prt":
		return r.Rel(k, "compound:prt", "advmod", "case") && slices.Contains(s.words, r.doc.Lower(k))
	case "list":
		// A noun with a frame of its own gives its own positions.
		return r.Rel(k, "nmod", "acl", "appos") && r.caseOf(k) == "including" && len(r.lex.frames["N "+r.Lemma(k)]) == 0
	}
	return false
}

// done is the participle of "wants the tariffs lifted", said of object o of verb
// t, or None.
func (r *reader) done(t, o int) int {
	for _, h := range []int{t, o} {
		for _, k := range r.Kids[h] {
			if k > o && h == t && r.Rel(k, "xcomp", "advmod") && r.lex.list("state", r.doc.Lower(k)) {
				return k // "wants the port open"
			}
			if k > o && r.doc.Tokens[k].XPOS == "VBN" && (r.Rel(k, "xcomp", "advcl", "ccomp", "conj") || r.doc.Tokens[k].Deprel == "acl") && r.agent(k) == nlp.None && !r.comma(k) && r.Child(k, "aux", "mark") == nlp.None && !slices.Contains(r.group(t), k) {
				return k
			}
		}
	}
	return nlp.None
}

// wanted reports whether clause k says what ought to be: "insisted that Karvany
// leave", "that the boats be returned", "that it must leave".
func (r *reader) wanted(k int) bool {
	for _, a := range r.Kids[k] {
		if !r.Rel(a, "aux", "cop") {
			continue
		}
		switch w := r.doc.Lower(a); w {
		case "must", "should", "be":
			return true
		default:
			if r.doc.Tokens[a].XPOS != "VB" {
				return false // also "the aim is to leave": what is so
			}
		}
	}
	s := r.Child(k, "nsubj")
	x := r.doc.Tokens[s].XPOS
	return r.doc.Tokens[k].XPOS == "VB" || r.doc.Tokens[k].XPOS == "VBP" && (x == "NNP" || x == "NN" || r.doc.Lower(s) == "he" || r.doc.Lower(s) == "she" || r.doc.Lower(s) == "it")
}

// future reports whether an auxiliary is one of the future.
func future(aux string) bool {
	switch aux {
	case "will", "would", "'ll", "’ll", "wo", "shall", "'d", "’d":
		return true
	}
	return false
}

// infinitiveOf is the to-infinitive that depends on verb t, or None.
func (r *reader) infinitiveOf(t int) int {
	for _, k := range r.Kids[t] {
		if k > t && r.Rel(k, "xcomp", "ccomp", "advcl") && r.infinitive(k) {
			return k
		}
	}
	return nlp.None
}

// asks reports whether clause k is an indirect question.
func (r *reader) asks(k int) bool {
	for _, c := range r.Kids[k] {
		switch r.doc.Lower(c) {
		case "whether", "if", "how", "why", "what", "who", "where", "when":
			if c < k && r.Rel(c, "mark", "advmod", "obj", "nsubj", "obl") {
				return true
			}
		}
	}
	return false
}

// whatClause reports whether object k is a free relative or a bare pronoun
// that says nothing by itself.
func (r *reader) whatClause(k int) bool {
	if r.doc.Lower(k) == "what" && slices.ContainsFunc(r.Kids[k], func(c int) bool {
		return r.Rel(c, "acl") && (r.lex.list("refusing", r.Lemma(c)) || r.Lemma(c) == "call")
	}) {
		return false // "denounced what she called a double standard"
	}
	switch r.doc.Lower(k) {
	case "what", "who", "whom", "which", "that", "himself", "herself", "themselves", "itself", "myself", "ourselves", "me", "you":
		return true
	}
	return false
}

// said is the content of the direct quotation that verb t is the cue of.
func (r *reader) said(t int) readout.Span {
	for i := range r.doc.Attributions {
		a := &r.doc.Attributions[i]
		if a.CueToken == t && a.Kind == readout.Direct && len(a.Content) > 0 {
			return r.firstSentence(a.Content)
		}
	}
	return readout.Span{}
}

// firstSentence cuts the content of a quotation down to the sentence nearest
// the cue's: the first piece, to its first sentence end.
func (r *reader) firstSentence(content []readout.Span) readout.Span {
	c := content[0]
	first, last := r.doc.TokensIn(c)
	if first >= last {
		return readout.Span{}
	}
	s := r.doc.Tokens[first].Sent
	for last > first+1 && r.doc.Tokens[last-1].Sent != s {
		last--
	}
	for last > first+1 && r.doc.Tokens[last-1].UPOS == "PUNCT" {
		last--
	}
	return r.doc.TokenSpan(first, last)
}

// described is what adjective t is said of: the subject of "is unacceptable",
// the object of "called it unacceptable", the noun of "described as
// unacceptable".
func (r *reader) described(t int) int {
	doc := r.doc
	if s := r.Child(t, "nsubj"); s != nlp.None {
		return s
	}
	h := doc.Tokens[t].Head
	if h == nlp.None {
		return nlp.None
	}
	if r.Rel(t, "amod") {
		return nlp.None
	}
	if r.Rel(t, "obl", "xcomp", "advcl") && doc.Tokens[h].UPOS == "VERB" {
		if o := r.Child(h, "obj", "nsubj:pass"); o != nlp.None {
			return o
		}
		if doc.Tokens[h].XPOS == "VBN" && r.Rel(h, "acl") {
			return doc.Tokens[h].Head
		}
	}
	return nlp.None
}

// predicate is what noun t is said to be: "the goal is to end the war", "the
// goal remains a truce".
func (r *reader) predicate(t int) int {
	h := r.doc.Tokens[t].Head
	if h == nlp.None || !r.Rel(t, "nsubj") {
		return nlp.None
	}
	if c := r.Child(h, "cop"); c != nlp.None && c > t && h > t {
		return h
	}
	switch r.Lemma(h) {
	case "be", "remain":
		for _, k := range r.Kids[h] {
			if k > h && r.Rel(k, "xcomp", "ccomp", "obj", "advcl") {
				return k
			}
		}
	}
	return nlp.None
}
