package event

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// The classes of support.tsv: what a verb says of the event noun it carries.
const (
	carryLight       = "light"
	carryAspect      = "aspect"
	carryPlan        = "plan"
	carryPlanned     = "planned"
	carryWish        = "wish"
	carryCancel      = "cancel"
	carryHost        = "host"
	carryDeny        = "deny"
	carryMention     = "mention"
	carryTransparent = "transparent"
	carryUtter       = "utter"
)

// arguments collects who and what takes part in e.
func arguments(g *graph, lex *lexicon, e *nlp.EventMention, c carrier) []nlp.Argument {
	b := builder{g: g, lex: lex, e: e, seen: map[int]bool{}}
	if e.Nominal {
		b.noun(e.Token)
		if k := g.following(e.Token); k != nlp.None {
			b.add(k, "prep", g.caseOf(k))
		}
		if c.noun != e.Token {
			b.noun(c.noun)
		}
		b.carrier(c)
		for _, v := range c.clauses {
			b.clause(v)
		}
		b.implied(c)
	} else {
		b.verb(e.Token)
	}
	b.dropClash()
	b.details(c)
	slices.SortStableFunc(b.args, func(x, y nlp.Argument) int {
		return cmp.Or(x.Span.Compare(y.Span), cmp.Compare(x.Role, y.Role))
	})
	return b.args
}

// dropClash drops a pronoun that stands for the same entity as another
// participant: nobody talks with himself, so the pronoun was read wrongly.
func (b *builder) dropClash() {
	if b.e.Type != "CONSULT" {
		return
	}
	doc := b.g.doc
	chain := func(a nlp.Argument) int {
		if a.Mention == nlp.None {
			return nlp.None
		}
		return doc.Mentions[a.Mention].Chain
	}
	b.args = slices.DeleteFunc(slices.Clone(b.args), func(a nlp.Argument) bool {
		return a.Mention != nlp.None && doc.Mentions[a.Mention].Form == readout.FormPronoun && chain(a) != nlp.None &&
			slices.ContainsFunc(b.args, func(o nlp.Argument) bool {
				return o.Mention != a.Mention && chain(o) == chain(a) && doc.Mentions[o.Mention].Form != readout.FormPronoun
			})
	})
}

// builder gathers the arguments of one event mention, each token once.
type builder struct {
	g    *graph
	lex  *lexicon
	e    *nlp.EventMention
	args []nlp.Argument
	seen map[int]bool
}

// add takes in token t and its conjuncts with the role that slot gives.
func (b *builder) add(t int, slot, prep string) {
	role := b.lex.roleOf(b.e, slot, prep)
	if role != "" && (prep == "on" || prep == "aboard" || prep == "in" || prep == "at") && b.g.vehicle(t) {
		return // "met on a train", "an interview with reporters aboard": where
	}
	switch {
	case slot == "obj" && b.e.Type == "CONSULT" && !b.e.Nominal && b.lex.lists["topicverb"][b.g.Lemma(b.e.Token)]:
		role = "topic" // "discussed the port with Ered"
	case role == "topic" && prep == "on" && b.e.Type == typeStatement && (b.g.inClass(b.lex, t, "@press") || b.g.name(t)) && !b.g.vehicle(t):
		role = "recipient" // "an interview on the Dorne Post's channel"
	case role == "topic" && b.e.Type == "CONSULT" && (b.lex.lists["meal"][b.g.Lemma(t)] || prep == "on" && b.g.journey(t)):
		role = "" // "hosted Ered for lunch", "spoke with Ered on his trip"
	}
	if role == "" || b.lex.lists["phone"][b.g.Lemma(t)] {
		return
	}
	for _, x := range b.g.group(t) {
		b.one(x, role)
	}
}

// vehicle reports whether token t names a plane, a ship or the like: "an
// interview on the Karvan Air Force Two" says where.
func (g *graph) vehicle(t int) bool {
	m := g.mention(t)
	if m == nlp.None {
		return g.lex.lists["vehicle"][g.Lemma(t)]
	}
	return slices.ContainsFunc(strings.Fields(strings.ToLower(g.doc.Text(g.doc.Mentions[m].Span))), func(w string) bool { return g.lex.lists["vehicle"][w] })
}

func (b *builder) one(t int, role string) {
	g := b.g
	if role == "" || b.seen[t] || t == b.e.Token || b.g.timex(t) != nlp.None {
		return
	}
	m := b.g.titled(b.g.mention(t))
	if m == nlp.None && g.relativePronoun(t) {
		return // a subordinator read as a pronoun names nobody
	}
	if role != roleTopic && !g.name(t) && g.Child(t, "conj") == nlp.None && g.Nothing(t) {
		return // "no soldiers" did nothing
	}
	if m != nlp.None && m == b.e.Place {
		return
	}
	if b.e.Type == "CONSULT" && role != "topic" && b.represented(t, m, role) {
		b.seen[t] = true
		return
	}
	if m == nlp.None && !b.g.inClass(b.lex, t, "@party") {
		switch {
		case role == "participant":
			return // "discussed the matter", "threatened with war": no party
		case role == "recipient" && b.e.Type == "REQUEST":
			role = "topic" // "demanded an answer"
		}
	}
	if m != nlp.None && b.e.Type == "CONSULT" && b.g.site(m) {
		// A town or building is where it was, not who took part.
		if b.e.Place == nlp.None && role == "participant" && g.listed(m) {
			b.e.Place = m
		}
		return
	}
	if m != nlp.None && slices.ContainsFunc(b.args, func(a nlp.Argument) bool { return a.Mention == m }) {
		return
	}
	b.seen[t] = true
	if c := g.chain(m); c != nil && b.e.Type == "CONSULT" && slices.ContainsFunc(c.Members, g.siteChain) {
		// "they", read as a lake and a state: somebody, not known who.
		b.args = append(b.args, nlp.Argument{Role: role, Mention: nlp.None, Span: g.doc.Mentions[m].Span})
		return
	}
	var span readout.Span
	switch {
	case m != nlp.None && role != "topic":
		span = b.g.doc.Mentions[m].Span
	default:
		first, last := b.g.doc.Subtree(t)
		for first < t && b.g.doc.Tokens[first].Head == t && (nlp.HasRel(b.g.doc.Tokens[first].Deprel, "case", "cc", "punct") || b.g.doc.Tokens[first].Deprel == "mark") {
			first++
		}
		if role == "topic" {
			last = b.topicEnd(t, last)
		} else if b.e.Type == "CONSULT" {
			last = b.phraseEnd(t, last)
		}
		span = b.g.doc.TokenSpan(first, last)
		m = nlp.None
	}
	b.args = append(b.args, nlp.Argument{Role: role, Mention: m, Span: span})
}

// topicEnd cuts from the phrase of topic t, which ends before token last, what
// a parser hung on it and what is no part of it: the partner ("discussed the
// port with Ered") and a clause that holds the event itself ("the pact, agreed
// between …").
func (b *builder) topicEnd(t, last int) int {
	g := b.g
	for _, k := range g.Kids[t] {
		if k < t {
			continue
		}
		c := g.caseOf(k)
		if (c == "with" || c == "between") && nlp.HasRel(g.doc.Tokens[k].Deprel, "nmod", "obl") && g.inClass(b.lex, k, "@party") || g.under(b.e.Token, k) {
			first, _ := g.doc.Subtree(k)
			for first > t+1 && (g.doc.Word(first-1) == "," || g.doc.Tokens[first-1].Head == k) {
				first--
			}
			if first > t && first < last {
				last = first
			}
		}
	}
	return last
}

// phraseEnd cuts from the phrase of party t, which ends before token last, what
// is coordinated with it and a time: "Maren's lawyers and the council", "the
// envoys in March".
func (b *builder) phraseEnd(t, last int) int {
	g := b.g
	end := last
	for _, k := range g.Kids[t] {
		if k <= t || !nlp.HasRel(g.doc.Tokens[k].Deprel, "conj", "acl", "parataxis") && g.timex(k) == nlp.None {
			continue
		}
		first, _ := g.doc.Subtree(k)
		end = min(end, max(first, t+1))
	}
	for end > t+1 && end < last && nlp.HasRel(g.doc.Tokens[end-1].Deprel, "cc", "punct", "case") {
		end--
	}
	return end
}

// journey reports whether noun t is a visit, trip or the like.
func (g *graph) journey(t int) bool {
	row := g.lex.match(g, t)
	return row != nil && row.mode == "visit" || g.Lemma(t) == "trip"
}

// noun reads the dependents of an event noun.
func (b *builder) noun(t int) {
	g := b.g
	if s := g.Child(t, "nsubj"); s != nlp.None && g.caseOf(t) == "in" && b.e.Type == "CONSULT" {
		b.add(s, "support", "") // "Maren is in touch with Ered"
	}
	for _, k := range g.Kids[t] {
		d := g.doc.Tokens[k].Deprel
		switch {
		case d == "nmod:poss", k < t && g.possessive(k):
			b.add(k, "poss", "")
		case nlp.HasRel(d, "nmod", "obl") && g.caseOf(k) != "":
			b.oblique(k)
		case k < t && nlp.HasRel(d, "compound", "amod", "nmod", "nummod", "flat", "dep", "dislocated"):
			b.premodifier(k, t)
		}
	}
}

// following is a noun whose preposition stands right after t, wherever the
// tree hangs it: "his discussion with Ered would …". None when there is none.
func (g *graph) following(t int) int {
	p := t + 1
	if p >= len(g.doc.Tokens) || g.doc.Tokens[p].Sent != g.doc.Tokens[t].Sent {
		return nlp.None
	}
	if w := g.doc.Lower(p); w != "with" && w != "between" || !nlp.HasRel(g.doc.Tokens[p].Deprel, "case") {
		return nlp.None
	}
	k := g.doc.Tokens[p].Head
	if k <= p || g.doc.Tokens[k].Head == t {
		return nlp.None
	}
	return k
}

// possessive reports whether t carries the clitic of possession.
func (g *graph) possessive(t int) bool {
	return slices.ContainsFunc(g.Kids[t], func(k int) bool {
		return g.doc.Tokens[k].XPOS == "POS" || g.doc.Lower(k) == "'s" || g.doc.Lower(k) == "’s"
	})
}

// premodifier reads names that stand before an event noun: "Maren-Ered call",
// "Sollund–Karvany peace talks", "Orrish attack". A single place that is no
// state is where it took place, not who took part.
func (b *builder) premodifier(k, t int) {
	g := b.g
	first, last := g.doc.Subtree(k)
	last = min(last, t)
	slot := "compound"
	if nlp.HasRel(g.doc.Tokens[k].Deprel, "amod") {
		slot = "amod"
	}
	var named []int
	for x := first; x < last; x++ {
		if m := g.Headed[x]; m != nlp.None && g.doc.Mentions[m].Form == readout.FormName {
			named = append(named, x)
		}
	}
	if len(named) == 1 && b.e.Type == "CONSULT" {
		m := g.Headed[named[0]]
		if c := g.chain(m); c != nil && c.Type != readout.Person && g.venue(c) {
			// "the White House talks" were held there.
			if b.e.Place == nlp.None {
				b.e.Place = m
			}
			return
		}
		if c := g.chain(m); b.e.Mode == "visit" && c != nil && c.Type != readout.Person {
			return // "his Council visit": what was visited
		}
		if g.isPlace(m) || g.site(m) {
			// "the Dorne talks" were held there; "the Lake Ansa talks" may be about it.
			if b.e.Place == nlp.None && g.listed(m) {
				b.e.Place = m
			}
			return
		}
	}
	for _, x := range named {
		if b.e.Type == typeStatement {
			if b.lex.lists["network"][g.Lemma(x)] {
				continue // "a Telegram post" is on the network, not by it
			}
			if b.e.Mode == "interview" || b.e.Mode == "press" || b.e.Mode == "speech" {
				// "a Dorne Post interview" is with the paper, "a Grand Hall speech" was there.
				if g.inClass(b.lex, x, "@press") {
					b.one(x, "recipient")
					continue
				}
				if c := g.chain(g.Headed[x]); c == nil || c.Type != readout.Person {
					continue
				}
			}
		}
		s := slot
		if g.possessive(x) {
			s = "poss"
		}
		b.one(x, b.lex.roleOf(b.e, s, ""))
	}
}

// oblique reads a dependent with a preposition.
func (b *builder) oblique(k int) {
	prep := b.g.caseOf(k)
	if b.lex.lists["phone"][b.g.Lemma(k)] || b.g.timex(k) != nlp.None {
		return
	}
	// "the talks of the year", "a call of an hour": of binds parties only.
	if b.e.Mode == "visit" && prep == "to" {
		if p := b.g.placeAt(k); p != nlp.None {
			if b.e.Place == nlp.None {
				b.e.Place = p
			}
			return
		}
		if m := b.g.Headed[k]; m != nlp.None && b.e.Nominal && b.g.doc.Mentions[m].Form == readout.FormName && !b.g.isPerson(b.g.doc.Mentions[m].Type) {
			// "a visit to the Grand Hall": what was visited, not who.
			if b.e.Place == nlp.None {
				b.e.Place = m
			}
			return
		}
	}
	if b.e.Nominal && b.e.Type == "CONSULT" && (prep == "of" || prep == "to" || prep == "from") && !b.g.inClass(b.lex, k, "@party") {
		return
	}
	// "a readout of the call from the palace": only people call.
	if prep == "from" && b.e.Nominal && b.e.Type == "CONSULT" {
		if m := b.g.mention(k); m == nlp.None || b.g.doc.Mentions[m].Type != nlp.PersonName && (b.g.chain(m) == nil || b.g.chain(m).Type != readout.Person) {
			return
		}
	}
	if prep == "by" {
		if h := b.g.doc.Tokens[b.e.Token].Head; b.e.Nominal && b.e.Type == "CONSULT" && h != nlp.None && b.g.caseOf(b.e.Token) == "of" &&
			(b.lex.lists["hearsay"][b.g.Lemma(h)] || b.lex.support["nmod "+b.g.Lemma(h)] == carryMention) {
			return // "a report of the call by Ered": he tells of it
		}
		b.add(k, "by", "")
		return
	}
	if prep == "with" && k > 0 && slices.ContainsFunc(b.g.Kids[k], func(x int) bool {
		return x > k && b.g.doc.Tokens[x].XPOS == "VBG" && nlp.HasRel(b.g.doc.Tokens[x].Deprel, "acl", "advcl", "amod")
	}) && slices.ContainsFunc(b.g.Kids[k], func(x int) bool { return x < k && x > 0 && b.g.doc.Lower(x) == "with" && b.g.doc.Word(x-1) == "," }) {
		return // ", with Ered calling it a success": a circumstance
	}
	b.add(k, "prep", prep)
}

// author takes in the author of a post without a subject: "Had a good talk with
// Ered," Maren wrote.
func (b *builder) author(v int) {
	g := b.g
	if b.e.Type != "CONSULT" || b.e.Attribution == nlp.None || g.doc.Tokens[v].XPOS != "VBD" || g.passive(v) {
		return
	}
	a := &g.doc.Attributions[b.e.Attribution]
	first, _ := g.doc.Subtree(v)
	if a.Kind != readout.Direct && a.Kind != readout.Mixed || a.SourceHead == nlp.None || v-first > authorTokens ||
		g.Child(v, "nsubj", "nsubj:pass", "expl") != nlp.None || !g.inClass(b.lex, a.SourceHead, "@person") {
		return
	}
	// Nothing of the sentence but an adverb and marks stands before the verb.
	for t := g.doc.Sentences[g.doc.Tokens[v].Sent].First; t < v; t++ {
		if u := g.doc.Tokens[t].UPOS; u != "PUNCT" && u != "ADV" && u != "CCONJ" && u != "INTJ" {
			return
		}
	}
	b.add(a.SourceHead, "support", "")
}

// authorTokens is how many tokens may stand before the verb of a post without a
// subject ("“Just spoke …").
const authorTokens = 3

// obliques takes in the partners that hang on verb v ("held talks on Monday
// with Orrin").
func (b *builder) obliques(v int) {
	g := b.g
	for _, k := range g.Kids[v] {
		if !nlp.HasRel(g.doc.Tokens[k].Deprel, "obl") {
			continue
		}
		prep := g.caseOf(k)
		switch {
		case prep == "by" && g.passive(v):
			b.add(k, "support", "")
		case prep == "by":
		case b.lex.roleOf(b.e, "prep", prep) == "participant" && prep != "to" && prep != "from" && prep != "of",
			prep == "against" && b.e.Type != "CONSULT", prep == "on" && b.e.Type == "SANCTION":
			b.oblique(k)
		}
	}
}

// clause reads a relative or participial clause of the noun: "talks held by
// Sollund and Karvany", "the call Maren had with Ered".
func (b *builder) clause(v int) {
	g := b.g
	b.obliques(v)
	if b.lex.support["obj "+g.Lemma(v)] == carryLight && !g.passive(v) && g.doc.Tokens[v].XPOS != "VBN" {
		if s := g.Child(v, "nsubj"); s != nlp.None && !g.relativePronoun(s) {
			b.add(s, "support", "")
		}
	}
	if g.doc.Tokens[v].XPOS == "VBN" {
		for _, k := range g.Kids[v] {
			if nlp.HasRel(g.doc.Tokens[k].Deprel, "obl") && g.caseOf(k) == "by" {
				b.add(k, "support", "")
			}
		}
	}
}

// implied completes a contact that names one partner: in "After a call with
// Ered, Maren said …" the subject of the clause is the other one. Spoken of as
// known ("after the call with Ered") it is left to linking.
func (b *builder) implied(c carrier) {
	g := b.g
	if b.sides(c) {
		return
	}
	if b.e.Type == "CONSULT" && (c.prep == "during" || c.prep == "in") && !b.e.Definite && len(b.args) == 0 && c.verb != nlp.None && b.told(c.verb) {
		return
	}
	if b.e.Type != "CONSULT" || c.class != "" || c.verb == nlp.None || c.prep == "" {
		return
	}
	n := 0
	chains := map[int]bool{}
	for _, a := range b.args {
		if a.Role == "participant" {
			n++
			if a.Mention != nlp.None {
				chains[g.doc.Mentions[a.Mention].Chain] = true
			}
		}
	}
	during := c.prep == "during" || c.prep == "in" || c.prep == "on" || c.prep == "at" || c.prep == "by"
	if n == 0 && during && !b.e.Definite && g.doc.Tokens[c.verb].UPOS == "VERB" && (!g.sayingVerb(c.verb) || g.bodySubject(c.verb)) {
		// "In talks in Dorne, Karvany's envoys demanded …": one side at least.
		n = 1
	}
	if n != 1 || b.e.Definite && !during || g.Child(b.e.Token, "nmod:poss") != nlp.None {
		return
	}
	if s := g.before(c); during && s != nlp.None {
		b.add(s, "support", "")
		return
	}
	s, passive := g.subject(c.verb)
	if s == nlp.None || passive || !g.inClass(b.lex, s, "@party") {
		return
	}
	b.add(s, "support", "")
	// "Maren informed Ered during a call with her": the partner is the object.
	m := g.mention(s)
	if during && m != nlp.None && chains[g.doc.Mentions[m].Chain] && g.doc.Mentions[m].Chain != nlp.None {
		if o := g.Child(c.verb, "obj", "iobj"); o != nlp.None && g.inClass(b.lex, o, "@party") {
			b.add(o, "support", "")
		}
	}
}

// before is the person at whose name the phrase of c hangs between commas:
// "Maren, in a meeting with Ered's lawyers, …". None when there is none.
func (g *graph) before(c carrier) int {
	p := nlp.None
	for _, k := range g.Kids[c.noun] {
		if k < c.noun && nlp.HasRel(g.doc.Tokens[k].Deprel, "case") {
			p = k
			break
		}
	}
	if p < 2 || g.doc.Word(p-1) != "," || g.doc.Tokens[p-2].Sent != g.doc.Tokens[p].Sent {
		return nlp.None
	}
	m := g.mention(p - 2)
	if m == nlp.None || g.doc.Mentions[m].Type != nlp.PersonName || g.doc.Mentions[m].Last != p-1 {
		return nlp.None
	}
	if h := g.doc.Mentions[m].Head; g.doc.Tokens[h].Deprel == "nsubj" {
		return h
	}
	return nlp.None
}

// sides takes in the two sides that a clause names together as its subject when
// talks without parties frame it: "Sollund and Karvany agreed to open the sluice
// as talks on the port advanced". It reports whether it did.
func (b *builder) sides(c carrier) bool {
	g := b.g
	if b.e.Mode != "talks" || b.e.Plural || c.verb == nlp.None || len(b.args) > 0 && slices.ContainsFunc(b.args, func(a nlp.Argument) bool { return a.Role != roleTopic }) {
		return false
	}
	v := c.verb
	for n := 0; n < 3; n++ {
		if s := g.Child(v, "nsubj"); s != nlp.None && !g.under(b.e.Token, s) && s != b.e.Token {
			if two := g.group(s); len(two) == 2 && g.body(two[0]) && g.body(two[1]) {
				b.one(two[0], "participant")
				b.one(two[1], "participant")
				return true
			}
			if !nlp.HasRel(g.doc.Tokens[v].Deprel, "xcomp", "advcl") {
				return false
			}
		}
		h := g.doc.Tokens[v].Head
		if h == nlp.None || !nlp.HasRel(g.doc.Tokens[v].Deprel, "advcl", "xcomp", "acl", "obl") {
			return false
		}
		v = h
	}
	return false
}

// body reports whether token t names a state or a body.
func (g *graph) body(t int) bool {
	m := g.mention(t)
	if m == nlp.None || g.doc.Mentions[m].Form != readout.FormName || g.site(m) {
		return false
	}
	c := g.chain(m)
	return c != nil && (c.Type == readout.Place || c.Type == readout.Organization || c.Type == readout.Group) && g.doc.Mentions[m].Type != nlp.PersonName
}

// told takes in who tells whom what during a contact: "Maren told Ered during a
// call that …". It reports whether verb v tells one party something of another.
func (b *builder) told(v int) bool {
	g := b.g
	o := g.Child(v, "obj", "iobj")
	s, passive := g.subject(v)
	if o == nlp.None || s == nlp.None || passive || !g.sayingVerb(v) || !g.inClass(b.lex, s, "@person") || !g.inClass(b.lex, o, "@person") {
		return false
	}
	b.add(s, "support", "")
	b.add(o, "support", "")
	return true
}

// both takes in the persons of the clause above when "they" of a clause of time
// stands for them: "she told Ered so when they spoke". It reports whether it did.
func (b *builder) both(t, subj int) bool {
	g := b.g
	doc := g.doc
	if doc.Lower(subj) != "they" || !nlp.HasRel(doc.Tokens[t].Deprel, "advcl") || doc.Tokens[t].Head == nlp.None {
		return false
	}
	if c := g.chain(g.Headed[subj]); c != nil && (len(c.Members) > 0 || c.Type == readout.Group && c.Name != "") {
		return false
	}
	h := doc.Tokens[t].Head
	o := g.Child(h, "obj", "iobj")
	s, passive := g.subject(h)
	if o == nlp.None || s == nlp.None || passive || len(g.group(s)) > 1 || len(g.group(o)) > 1 || !g.inClass(b.lex, s, "@person") || !g.inClass(b.lex, o, "@person") {
		return false
	}
	b.add(s, "support", "")
	b.add(o, "support", "")
	return true
}

// bodySubject reports whether the subject of v is no person: a state that says
// something in talks took part in them, a spokesman may not have.
func (g *graph) bodySubject(v int) bool {
	s, _ := g.subject(v)
	m := nlp.None
	if s != nlp.None {
		m = g.mention(s)
	}
	return m != nlp.None && g.polity(m)
}

// verb reads the dependents of an event verb.
func (b *builder) verb(t int) {
	g := b.g
	subj, passive := g.subject(t)
	if subj != nlp.None && !b.both(t, subj) {
		if passive {
			b.add(subj, "obj", "")
		} else {
			b.add(subj, "nsubj", "")
		}
	}
	if subj == nlp.None {
		b.author(t)
	}
	for _, k := range g.Kids[t] {
		d := g.doc.Tokens[k].Deprel
		switch {
		case d == "obj":
			if p := g.placeAt(k); p != nlp.None && b.e.Mode == "visit" && g.Lemma(t) == "visit" {
				b.e.Place = p
				continue
			}
			if !passive || g.Child(t, "nsubj") == nlp.None {
				b.add(k, "obj", "")
			}
		case d == "iobj":
			b.add(k, "iobj", "")
		case nlp.HasRel(d, "obl"):
			if g.caseOf(k) == "by" {
				if (passive || g.doc.Tokens[t].XPOS == "VBN" && g.Child(t, "aux") == nlp.None) && g.timex(k) == nlp.None {
					b.add(k, "by", "")
				}
				continue
			}
			b.oblique(k)
		case nlp.HasRel(d, "nmod") && g.caseOf(k) == "with":
			b.oblique(k)
		}
	}
	// "by phone with Ered": the partner may hang on the medium.
	for _, k := range g.Kids[t] {
		if b.lex.lists["phone"][g.Lemma(k)] {
			for _, kk := range g.Kids[k] {
				if p := g.caseOf(kk); nlp.HasRel(g.doc.Tokens[kk].Deprel, "nmod") && (p == "with" || p == "to") {
					b.add(kk, "prep", p)
				}
			}
		}
	}
	// "sanctions on Karvany", "talks with Orrin": the partner hangs on the
	// object that the frame asked for.
	if o := g.Child(t, "obj"); o != nlp.None && b.e.Type != typeStatement {
		for _, k := range g.Kids[o] {
			if p := g.caseOf(k); nlp.HasRel(g.doc.Tokens[k].Deprel, "nmod") && (p == "with" || p == "against" || p == "on" || p == "between") && g.inClass(b.lex, k, "@party") {
				b.add(k, "prep", p)
			}
		}
	}
}
