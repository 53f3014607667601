// Package coref finds which mentions of a report refer to one entity.
//
// It runs in this order, each step on what the steps before left:
//
//  1. mentions: pronouns, relative pronouns and the noun phrases that may
//     refer back ("the president", "both countries", "a spokesman for …") join
//     the names that the names annotator found;
//  2. names: equal names, spelling variants, surnames after full names,
//     acronyms and short forms make chains; package kb decides states,
//     people, bodies and outlets where its lists are unambiguous;
//  3. metonyms: a capital that speaks or decides joins the chain of its state;
//  4. appositions, predicates and titles give chains their offices;
//  5. left to right: descriptions and pronouns take the one antecedent that
//     agrees in person, number, sex, animacy, office and country and stands
//     out by recency and grammatical role, or none when two do;
//  6. groups ("the two leaders") get their members;
//  7. attributions get speaker and addressee; "I" inside a quotation becomes
//     its speaker.
//
// In: tokens, sentences, syntax, names, attributions. Out: Doc.Chains, the
// nominal and pronoun mentions that belong to a chain, Attribution.Speaker and
// Addressee. The method is the deterministic, precision-ordered sieve of
// Raghunathan et al. (EMNLP 2010), with the salience of Lappin and Leass (1994)
// for pronouns. It does not resolve event anaphora ("it" for a deed), does not
// split antecedents except in groups, and leaves a mention alone rather than
// choosing between equals.
package coref

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// Version is raised when output can change.
const Version = "7"

const annotator = "coref"

func by(rule string) readout.By {
	return readout.By{Annotator: annotator, Version: Version, Rule: "coref/" + rule}
}

// New returns the annotator. facts may be shared.
func New(facts *kb.KB) (*nlp.Annotator, error) {
	lex, err := loadLexicon()
	if err != nil {
		return nil, err
	}
	return &nlp.Annotator{
		Name:     annotator,
		Doc:      "Joins the mentions of one entity within a report and finds the speakers of statements.",
		Version:  Version,
		Requires: []nlp.Layer{nlp.LayerTokens, nlp.LayerSentences, nlp.LayerSyntax, nlp.LayerNames, nlp.LayerAttributions},
		Provides: []nlp.Layer{nlp.LayerChains},
		Amends:   []nlp.Layer{nlp.LayerNames, nlp.LayerAttributions}, // mentions and their chains; speakers
		Run:      func(doc *nlp.Doc) { run(doc, facts, lex) },
	}, nil
}

// class is the kind of thing that an entity is, as far as agreement needs it.
type class uint8

const (
	unknown class = iota
	person
	body // organization or outlet
	state
	place
	group // of people, bodies or states
	other // work, event, open
)

// entity is a chain under construction.
type entity struct {
	id       int // order of creation, which is order of text
	class    class
	gender   string // "m", "f", ""
	plural   bool
	entry    *kb.Entry
	key      string
	name     string
	country  string // ISO code, or the folded name of a state that kb does not know
	titles   []role
	members  []*entity
	mentions []int
	by       readout.By
	words    []string // persons: the words of the fullest name
	suffix   string   // persons: "Jr", "III"; "" none
	typ      readout.EntityType
	named    bool
}

// stateLike reports whether e is a state, or a place that the lists do not know
// and that may be one.
func (e *entity) stateLike() bool {
	return e.class == state || e.class == place && e.entry == nil
}

// role is an office that a report gives somebody.
type role struct {
	title   string // canonical, lower case: "prime minister"
	kind    string // kb.Title.Kind
	country string // as entity.country
	of      string // body or state as written, lower case; "" none
}

func (r role) String() string {
	if r.of != "" {
		return r.title + " of " + r.of
	}
	return r.title
}

// resolver works on one report.
type resolver struct {
	doc                    *nlp.Doc
	kb                     *kb.KB
	lex                    *lexicon
	ents                   []*entity
	of                     []*entity        // by mention
	things                 map[string]bool  // look-up words of names that are no people by vote
	polities               map[*entity]bool // unknown places that behave like states
	extras                 []extra          // mentions made after the others were numbered
	via                    []readout.By     // by mention: the rule that placed it
	at                     []int            // by token: innermost mention whose head it is, or None
	date                   string           // publication day, "" unknown
	home                   string           // country of the outlet, "" unknown
	states                 map[string]int   // country → number of mentions of the state in the report
	quoteOf                []int            // by token: innermost attribution whose content covers it, None
	children               [][]int          // by token
	nominals               []nominal        // parallel to doc.Mentions
	speakerOf, addresseeOf []*entity        // by attribution
	bySent                 [][]int          // mentions by sentence
	folded                 map[string]string
}

// fold is kb.Fold, which takes long and is asked of the same names over and over.
func (r *resolver) fold(name string) string {
	f, ok := r.folded[name]
	if !ok {
		f = kb.Fold(name)
		r.folded[name] = f
	}
	return f
}

func run(doc *nlp.Doc, facts *kb.KB, lex *lexicon) {
	r := &resolver{doc: doc, kb: facts, lex: lex, states: map[string]int{}, folded: map[string]string{}}
	if v := doc.Report.Published.Value; len(v) >= len("2006-01-02") {
		r.date = v[:len("2006-01-02")]
	}
	if e := facts.OutletByDomain(doc.Report.Domain); e != nil {
		r.home = e.Country
	} else if found := facts.LookupType(doc.Report.Outlet, kb.Outlet); len(found) == 1 {
		r.home = found[0].Country
	}
	r.indexTokens()
	r.collect()
	r.of = make([]*entity, len(doc.Mentions))
	r.via = make([]readout.By, len(doc.Mentions))
	r.clusterNames()
	r.metonyms()
	r.nationalities()
	r.describe()
	r.findPolities()
	r.leftToRight()
	r.speakers()
	r.write()
}

// indexTokens prepares what the rules ask of tokens again and again.
func (r *resolver) indexTokens() {
	doc := r.doc
	n := len(doc.Tokens)
	r.children = make([][]int, n)
	for i, t := range doc.Tokens {
		if t.Head >= 0 && t.Head < n && r.rooted(i) {
			r.children[t.Head] = append(r.children[t.Head], i)
		}
	}
	r.quoteOf = make([]int, n)
	for i := range r.quoteOf {
		r.quoteOf[i] = nlp.None
	}
	for a := range doc.Attributions {
		// Only the speaker's own words change who "I" is.
		if doc.Attributions[a].Kind == readout.Indirect {
			continue
		}
		for _, c := range doc.Attributions[a].Content {
			first, last := doc.TokensIn(c)
			// Of a mixed statement only the part in marks is the speaker's.
			inside := doc.Attributions[a].Kind == readout.Direct || first > 0 && isOpening(doc.Word(first-1))
			for i := first; i < last; i++ {
				if doc.Attributions[a].Kind != readout.Direct && isMark(doc.Word(i)) {
					inside = isOpening(doc.Word(i)) && (doc.Word(i) != "\"" || !inside)
				}
				if inside && (r.quoteOf[i] == nlp.None || doc.Attributions[a].Span().Len() < doc.Attributions[r.quoteOf[i]].Span().Len()) {
					r.quoteOf[i] = a
				}
			}
		}
	}
}

// rooted reports whether the heads of token i lead to a root. A parser promises
// trees; a layer that breaks the promise must not hang the walk downwards.
func (r *resolver) rooted(i int) bool {
	for range r.doc.Tokens {
		if i < 0 || i >= len(r.doc.Tokens) {
			return true
		}
		i = r.doc.Tokens[i].Head
	}
	return false
}

// isMark reports whether the word is a double quotation mark.
func isMark(w string) bool {
	switch w {
	case "\"", "“", "”", "``", "''", "«", "»", "„":
		return true
	}
	return false
}

// isOpening reports whether the mark may open a quotation; the straight one may
// do both.
func isOpening(w string) bool { return isMark(w) && w != "”" && w != "''" && w != "»" }

// child is the first dependent of i with one of the relations, or None.
func (r *resolver) child(i int, rels ...string) int {
	for _, c := range r.children[i] {
		if nlp.HasRel(r.doc.Tokens[c].Deprel, rels...) {
			return c
		}
	}
	return nlp.None
}

func (r *resolver) rels(i int, rels ...string) bool {
	return nlp.HasRel(r.doc.Tokens[i].Deprel, rels...)
}

// subject reports whether token i is the subject of a clause, and of which
// verb.
func (r *resolver) subject(i int) (verb int, ok bool) {
	for k := 0; k < 4; k++ {
		t := r.doc.Tokens[i]
		switch {
		case nlp.HasRel(t.Deprel, "nsubj", "csubj"):
			return t.Head, t.Head >= 0
		case nlp.HasRel(t.Deprel, "conj", "flat", "appos") && t.Head >= 0:
			i = t.Head
		default:
			return nlp.None, false
		}
	}
	return nlp.None, false
}

// extra is a mention of e that comes with the resolution itself.
type extra struct {
	m    nlp.Mention
	e    *entity
	rule string
}

// extra adds a mention for write to put in its place, once.
func (r *resolver) extra(s readout.Span, head int, e *entity, rule string) {
	if slices.ContainsFunc(r.extras, func(x extra) bool { return x.m.Span == s && x.e == e }) {
		return
	}
	first, last := r.doc.TokensIn(s)
	r.extras = append(r.extras, extra{nlp.Mention{
		Span: s, First: first, Last: last, Head: head, Form: readout.FormNominal, Type: nlp.GroupNoun, Chain: nlp.None, Confidence: 1, By: by(rule),
	}, e, rule})
}

func (r *resolver) newEntity(c class, rule string) *entity {
	e := &entity{id: len(r.ents), class: c, by: by(rule)}
	r.ents = append(r.ents, e)
	return e
}

// put places mention m in e.
func (r *resolver) put(m int, e *entity, rule string) {
	r.of[m], r.via[m] = e, by(rule)
	i, _ := slices.BinarySearch(e.mentions, m)
	e.mentions = slices.Insert(e.mentions, i, m)
}

// join moves everything from b to a. The name and key of a win.
func (r *resolver) join(a, b *entity, rule string) *entity {
	if a == b || a == nil || b == nil {
		return a
	}
	for _, m := range b.mentions {
		r.of[m] = a
		r.via[m] = by(rule)
	}
	a.mentions = append(a.mentions, b.mentions...)
	slices.Sort(a.mentions)
	b.mentions = nil
	if a.entry == nil {
		a.entry, a.key = b.entry, b.key
	}
	if a.gender == "" {
		a.gender = b.gender
	}
	if a.country == "" {
		a.country = b.country
	}
	if len(b.words) > len(a.words) {
		a.words, a.suffix = b.words, b.suffix
	}
	if !a.named {
		a.named, a.name = b.named, b.name
	}
	a.plural = a.plural || b.plural
	for _, t := range b.titles {
		a.addRole(t)
	}
	return a
}

func (e *entity) addRole(t role) {
	if !slices.Contains(e.titles, t) {
		e.titles = append(e.titles, t)
	}
}

// write turns the entities that have mentions into chains and keeps the
// mentions that are names or that found a chain.
func (r *resolver) write() {
	doc := r.doc
	type placed struct {
		m   nlp.Mention
		e   *entity
		via readout.By
	}
	var all []placed
	for m := range doc.Mentions {
		x := doc.Mentions[m]
		if x.Form == readout.FormName || r.of[m] != nil {
			all = append(all, placed{x, r.of[m], r.via[m]})
		}
	}
	for _, x := range r.extras {
		all = append(all, placed{x.m, x.e, by(x.rule)})
	}
	slices.SortStableFunc(all, func(a, b placed) int { return a.m.Compare(b.m.Span) })
	doc.Mentions = make([]nlp.Mention, len(all))
	via := make([]readout.By, len(all))
	of := make([]*entity, len(all))
	for i, p := range all {
		doc.Mentions[i], of[i], via[i] = p.m, p.e, p.via
	}
	// Chains come in order of their first mention.
	var order []*entity
	for _, e := range of {
		if e != nil && !slices.Contains(order, e) {
			order = append(order, e)
		}
	}
	// A member may have no mention of its own: the states of two presidents.
	for _, e := range slices.Clone(order) {
		for _, x := range e.members {
			if !slices.Contains(order, x) {
				order = append(order, x)
			}
		}
	}
	number := make(map[*entity]int, len(order))
	for i, e := range order {
		number[e] = i
	}
	doc.Chains = make([]nlp.Chain, len(order))
	for i, e := range order {
		c := nlp.Chain{Type: e.entityType(), Name: e.name, Key: e.key, Country: e.country, By: e.by}
		if len(c.Country) != 2 || c.Country != isoUpper(c.Country) {
			c.Country = ""
		}
		if e.entry != nil && c.Country == "" {
			c.Country = e.entry.Country
		}
		for _, t := range e.titles {
			if s := t.String(); s != "" && !slices.Contains(c.Titles, s) {
				c.Titles = append(c.Titles, s)
			}
		}
		slices.Sort(c.Titles)
		for _, x := range e.members {
			if n, ok := number[x]; ok {
				c.Members = append(c.Members, n)
			}
		}
		slices.Sort(c.Members)
		doc.Chains[i] = c
	}
	for m := range doc.Mentions {
		x := &doc.Mentions[m]
		x.Chain = nlp.None
		if of[m] == nil {
			continue
		}
		x.Chain = number[of[m]]
		doc.Chains[x.Chain].Mentions = append(doc.Chains[x.Chain].Mentions, m)
		if x.Form != readout.FormName {
			x.By = via[m]
			x.Type = of[m].mentionType()
		}
	}
	for a := range doc.Attributions {
		at := &doc.Attributions[a]
		at.Speaker, at.Addressee = nlp.None, nlp.None
		if e := r.speakerOf[a]; e != nil {
			if n, ok := number[e]; ok {
				at.Speaker = n
			}
		}
		if e := r.addresseeOf[a]; e != nil {
			if n, ok := number[e]; ok {
				at.Addressee = n
			}
		}
	}
}

func isoUpper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

func (e *entity) entityType() readout.EntityType {
	if e.typ != "" {
		return e.typ
	}
	switch e.class {
	case person:
		return readout.Person
	case body:
		return readout.Organization
	case state, place:
		return readout.Place
	case group:
		return readout.Group
	}
	return readout.Organization
}

func (e *entity) mentionType() nlp.MentionType {
	switch e.class {
	case person:
		if e.plural {
			return nlp.GroupNoun
		}
		return nlp.PersonName
	case body:
		if e.typ == readout.Outlet {
			return nlp.OutletName
		}
		return nlp.OrgName
	case state, place:
		return nlp.PlaceName
	case group:
		return nlp.GroupNoun
	}
	return nlp.UnknownNoun
}
