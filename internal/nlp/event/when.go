package event

import (
	"slices"

	"github.com/readout-news/readout/internal/nlp"
)

// timex is the index of the time expression that token t belongs to, or None.
func (g *graph) timex(t int) int {
	for i := range g.doc.Timexes {
		if x := &g.doc.Timexes[i]; x.First <= t && t < x.Last {
			return i
		}
	}
	return nlp.None
}

// timexHead is the token of x whose governor stands outside x.
func (g *graph) timexHead(x *nlp.Timex) int {
	for t := x.First; t < x.Last && t < len(g.doc.Tokens); t++ {
		h := g.doc.Tokens[t].Head
		if h == nlp.None || h < x.First || h >= x.Last {
			return t
		}
	}
	return nlp.None
}

// when sets Time, Duration and Place of e. Candidates are the expressions of
// the sentence; the nearest hold wins: the trigger's own phrase, clauses that
// describe it, its carrier, then clauses that contain the carrier and run at
// the same time.
func when(g *graph, e *nlp.EventMention, c carrier) {
	holds := scopes(g, e, c)
	e.Time = pick(g, e, holds, func(x *nlp.Timex) bool {
		return (x.Type == "DATE" || x.Type == "TIME") && !x.Optional && x.AnchorEvent == ""
	})
	lasting := slices.Clone(holds[:min(len(holds), 1+len(c.clauses)+1)])
	if e.Nominal && c.class == carryAspect {
		lasting = append(lasting, g.predicates(c.verb)...)
	}
	e.Duration = pick(g, e, lasting, func(x *nlp.Timex) bool {
		return x.Type == "DURATION" && x.AnchorEvent == "" && !g.apartFrom(x)
	})
	if e.Place == nlp.None {
		e.Place = place(g, e, holds)
	}
}

// apartFrom reports whether a duration measures the way to another event or
// the time in which it falls: "two weeks after the vote", "an hour before",
// "within a month".
func (g *graph) apartFrom(x *nlp.Timex) bool {
	if x.First > 0 && g.doc.Tokens[x.First-1].Sent == g.doc.Tokens[x.First].Sent {
		switch g.doc.Lower(x.First - 1) {
		case "in", "within", "every", "per", "after", "before", "since", "than":
			return true // "to speak again within a month"
		}
	}
	if x.Last >= len(g.doc.Tokens) {
		return false
	}
	switch g.doc.Lower(x.Last) {
	case "after", "before", "ago", "later", "earlier", "since", "prior", "ahead", "into":
		return true
	}
	return false
}

// scopes lists the tokens whose time is the event's time, nearest first: the
// trigger, its clauses, its carrier and the clauses above it.
func scopes(g *graph, e *nlp.EventMention, c carrier) (holds []int) {
	doc := g.doc
	out := []int{e.Token}
	if c.noun != e.Token {
		out = append(out, c.noun)
	}
	for _, v := range c.clauses {
		out = append(out, v)
		out = append(out, g.complements(v)...)
	}
	if e.Nominal && e.Type == "CONSULT" {
		// "a meeting with Ered's lawyers in March": the month hung on the lawyers.
		for _, k := range g.Kids[e.Token] {
			if p := g.caseOf(k); k > e.Token && (p == "with" || p == "between") && nlp.HasRel(doc.Tokens[k].Deprel, "nmod", "obl") {
				defer func() { holds = append(holds, k) }()
			}
		}
	}
	if !e.Nominal && e.Type == "CONSULT" {
		// "spoke at December's fair"
		for _, k := range g.Kids[e.Token] {
			if p := g.caseOf(k); (p == "at" || p == "during") && nlp.HasRel(doc.Tokens[k].Deprel, "obl") {
				defer func() { holds = append(holds, k) }()
			}
		}
	}
	v := e.Token
	if e.Nominal {
		if c.verb == nlp.None || !sameTime(g, c) {
			return out
		}
		v = c.verb
		out = append(out, v)
		if c.class == carryAspect || c.class == carryPlanned {
			out = append(out, g.complements(v)...)
			out = append(out, g.sameEvent(v)...)
			out = append(out, g.predicates(v)...)
		}
	}
	// Up through complements and coordination, as long as no reported clause,
	// relative clause or adverbial clause with its own time is crossed.
	for n := 0; n < 6; n++ {
		h := doc.Tokens[v].Head
		d := doc.Tokens[v].Deprel
		if h == nlp.None {
			break
		}
		if !(d == "xcomp" || nlp.HasRel(d, "conj") && g.Child(v, "nsubj") == nlp.None || nlp.HasRel(d, "conj") && !e.Nominal && g.sharesTime(v, h)) {
			break
		}
		v = h
		if g.sayingVerb(v) {
			break
		}
		out = append(out, v)
	}
	return out
}

// sameEvent are the adverbial clauses of v that speak of its subject as "it":
// "the call ended an hour after it began on Monday".
func (g *graph) sameEvent(v int) []int {
	var out []int
	for _, k := range g.Kids[v] {
		if nlp.HasRel(g.doc.Tokens[k].Deprel, "advcl") {
			if s := g.Child(k, "nsubj"); s != nlp.None && g.doc.Lower(s) == "it" {
				out = append(out, k)
			}
		}
	}
	return out
}

// predicates are the verbs coordinated with v that say more of its subject:
// "the call took place in the morning and lasted an hour".
func (g *graph) predicates(v int) []int {
	var out []int
	for _, k := range g.Kids[v] {
		if nlp.HasRel(g.doc.Tokens[k].Deprel, "conj") && g.Child(k, "nsubj") == nlp.None &&
			(g.lex.support["nsubj "+g.Lemma(k)] == carryAspect || g.lex.support["nsubj:pass "+g.Lemma(k)] == carryAspect) {
			out = append(out, k)
		}
	}
	return out
}

// complements are the open complements below v: "is set to take place on …".
func (g *graph) complements(v int) []int {
	var out []int
	for n := 0; n < 4; n++ {
		k := g.Child(v, "xcomp")
		if k == nlp.None || g.doc.Tokens[k].UPOS != "VERB" {
			break
		}
		out = append(out, k)
		v = k
	}
	return out
}

// sharesTime reports whether coordinated verb v may take the time of its head:
// it has none of its own and the same tense.
func (g *graph) sharesTime(v, h int) bool {
	return g.doc.Tokens[v].XPOS == g.doc.Tokens[h].XPOS
}

// sameTime reports whether what is said of the carrier holds at the time of
// the event: not for plans, mentions and what comes before or after it.
func sameTime(g *graph, c carrier) bool {
	switch c.class {
	case carryLight, carryAspect, carryHost, carryPlanned:
		return true
	case carryPlan, carryWish, carryCancel, carryDeny, carryMention:
		return false
	}
	switch c.prep {
	case "during", "in", "at", "on", "by":
		return nounless(g, c.verb)
	}
	return false
}

// nounless reports whether v is a verb or predicate, not a noun.
func nounless(g *graph, v int) bool {
	u := g.doc.Tokens[v].UPOS
	return u == "VERB" || u == "AUX"
}

// sayingVerb reports whether v is the cue of an attribution: its time is when
// it was said.
func (g *graph) sayingVerb(v int) bool {
	return slices.ContainsFunc(g.doc.Attributions, func(a nlp.Attribution) bool { return a.CueToken == v })
}

// pick returns the first accepted expression that hangs on the nearest of
// holds, or that is the predicate itself ("the call was on 12 March").
func pick(g *graph, e *nlp.EventMention, holds []int, accept func(*nlp.Timex) bool) int {
	sent := e.Sent
	for _, hold := range holds {
		best := nlp.None
		for i := range g.doc.Timexes {
			x := &g.doc.Timexes[i]
			if x.First >= len(g.doc.Tokens) || g.doc.Tokens[x.First].Sent != sent || !accept(x) {
				continue
			}
			h := g.timexHead(x)
			if h == nlp.None || h == e.Token {
				continue
			}
			if h == hold {
				return i // copular: the expression is the predicate
			}
			if hold >= x.First && hold < x.Last {
				return i
			}
			if (g.hangsOn(h, hold) || g.behindParty(x, h, hold) || g.opens(x, h, hold)) && !g.apart(h) &&
				(best == nlp.None || len(x.Value) >= len("2006-01-02") && len(g.doc.Timexes[best].Value) < len("2006-01-02")) {
				best = i
			}
		}
		if best != nlp.None {
			return best
		}
	}
	return nlp.None
}

// hangsOn reports whether t depends on hold directly or through other words
// of time and degree ("just over a month later, on 18 March").
func (g *graph) hangsOn(t, hold int) bool {
	for n := 0; n < 5; n++ {
		h := g.doc.Tokens[t].Head
		if h == hold {
			return true
		}
		if h != nlp.None && g.lex.lists["phone"][g.Lemma(h)] && g.doc.Tokens[h].Head == hold {
			return true // "spoke by phone on Monday", the day hung on the medium
		}
		if h == nlp.None || g.timex(h) == nlp.None && g.doc.Tokens[h].UPOS != "ADV" && g.doc.Tokens[h].UPOS != "NUM" && g.doc.Tokens[h].UPOS != "ADJ" {
			return false
		}
		if g.doc.Tokens[h].UPOS == "ADJ" && g.Child(h, "cop") != nlp.None {
			return false
		}
		t = h
	}
	return false
}

// behindParty reports whether expression x, headed by h, stands after a party
// of hold and hangs on it: in "met the envoys Monday" and "spoke with Ered on
// Friday" the day is not the party's.
func (g *graph) behindParty(x *nlp.Timex, h, hold int) bool {
	p := g.doc.Tokens[h].Head
	if c := g.caseOf(h); c != "" && c != "on" || x.Type == "DURATION" || p == nlp.None || p == hold || h < p || x.First < p || hold > p {
		return false
	}
	for n := 0; n < 4 && p != nlp.None; n++ {
		if !g.inClass(g.lex, p, "@party") {
			return false
		}
		d := g.doc.Tokens[p].Deprel
		p = g.doc.Tokens[p].Head
		if p == hold {
			return nlp.HasRel(d, "obj", "obl", "nmod", "iobj", "nsubj")
		}
		if !nlp.HasRel(d, "conj", "appos", "flat", "nmod") {
			return false
		}
	}
	return false
}

// opens reports whether expression x, headed by h, opens the sentence and hold
// is its main verb. "On Tuesday President Maren …" is often read as part of
// the name that follows.
func (g *graph) opens(x *nlp.Timex, h, hold int) bool {
	s := &g.doc.Sentences[g.doc.Tokens[h].Sent]
	if x.First > s.First+1 || g.doc.Tokens[hold].Deprel != "root" {
		return false
	}
	top := g.doc.Tokens[h].Head
	return top != nlp.None && g.name(top) || top != nlp.None && g.doc.Tokens[top].UPOS == "PROPN"
}

// apart reports whether the expression headed by t sets a border and gives no
// date: "since Monday", "until Friday", "before June".
func (g *graph) apart(t int) bool {
	switch g.caseOf(t) {
	case "since", "until", "till", "before", "after", "from", "following", "of", "than", "by", "ahead":
		return true
	}
	return false
}

// place finds where the event took place: a place name with in or at on the
// trigger, its clauses or its carrier, or where the people went for it.
func place(g *graph, e *nlp.EventMention, holds []int) int {
	doc := g.doc
	for _, hold := range holds {
		for _, k := range g.around(hold) {
			if !nlp.HasRel(doc.Tokens[k].Deprel, "obl", "nmod") {
				continue
			}
			switch g.caseOf(k) {
			case "in", "at", "inside", "near", "aboard", "outside":
			case "to":
				// "travelled to Vellmark and met …", "flew to Vellmark for talks"
				if hold == e.Token || !g.motion(hold) {
					continue
				}
			default:
				continue
			}
			if p := g.placeAt(k); p != nlp.None && !g.isArgument(e, p) {
				return p
			}
		}
	}
	return nlp.None
}

// around lists the dependents of t and those of its time expressions: in
// "talks last week in Dorne" the place may be read as the week's.
func (g *graph) around(t int) []int {
	var out []int
	for _, k := range g.Kids[t] {
		out = append(out, k)
		if g.timex(k) != nlp.None {
			out = append(out, g.Kids[k]...)
		}
	}
	return out
}

func (g *graph) isArgument(e *nlp.EventMention, m int) bool {
	return slices.ContainsFunc(e.Args, func(a nlp.Argument) bool { return a.Mention == m && a.Role != "topic" })
}

// placeAt is the place name at t, or attached to it ("the city of Vellmark",
// "the Orrish capital, Dorne"); None when there is none.
func (g *graph) placeAt(t int) int {
	doc := g.doc
	if m := g.mention(t); m != nlp.None && g.isPlace(m) {
		return m
	}
	for _, k := range g.Kids[t] {
		if nlp.HasRel(doc.Tokens[k].Deprel, "appos", "nmod", "flat", "compound") {
			if c := g.caseOf(k); c != "" && c != "of" {
				continue
			}
			if m := g.Headed[k]; m != nlp.None && doc.Mentions[m].Type == nlp.PlaceName {
				return m
			}
		}
	}
	return nlp.None
}

func (g *graph) isPlace(m int) bool {
	if g.doc.Mentions[m].Type == nlp.PlaceName {
		return true
	}
	c := g.chain(m)
	return c != nil && string(c.Type) == "place"
}

// motion reports whether v is a verb of going somewhere.
func (g *graph) motion(v int) bool {
	switch g.Lemma(v) {
	case "travel", "fly", "go", "come", "arrive", "head", "return", "journey", "visit", "land", "drive", "sail", "rush":
		return true
	}
	return false
}
