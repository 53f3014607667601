package event

import (
	"slices"

	"github.com/readout-news/readout/internal/nlp"
)

// Roles that stand beside the part somebody takes.
const (
	// RoleInitiator is who asked for a contact or made the call. The same party
	// is a participant in an argument of its own.
	RoleInitiator = "initiator"
	roleTopic     = "topic"
)

// details adds what a contact was about and who initiated it, where the
// sentence says so beyond the contact's own phrase.
func (b *builder) details(c carrier) {
	if b.e.Type != "CONSULT" {
		return
	}
	b.initiator(c)
	words := []int{b.e.Token}
	if c.noun != b.e.Token {
		words = append(words, c.noun)
	}
	if b.e.Nominal && c.verb != nlp.None && (c.class == carryLight || c.class == carryPlan || c.class == carryPlanned || c.class == carryWish || c.class == carryAspect || c.class == carryHost) {
		words = append(words, c.verb)
	}
	words = append(words, c.clauses...)
	for _, w := range words {
		b.purpose(w)
		b.gerunds(w)
		b.centre(w)
	}
	if g := b.g; b.e.Nominal && c.verb != nlp.None && (c.prep == "in" || c.prep == "during" || c.prep == "by" || c.prep == "at") && b.lex.lists["topicverb"][g.Lemma(c.verb)] {
		// "discussed the port in a call"
		if o := g.Child(c.verb, "obj"); o != nlp.None {
			b.topic(o)
		}
	}
}

// topic adds t and what is coordinated with it as topics.
func (b *builder) topic(t int) {
	for _, x := range b.g.group(t) {
		b.one(x, roleTopic)
	}
}

// purpose reads "to discuss the port" below w.
func (b *builder) purpose(w int) {
	g := b.g
	for _, k := range g.Kids[w] {
		if !nlp.HasRel(g.doc.Tokens[k].Deprel, "advcl", "acl", "xcomp") || !g.infinitive(k) && g.doc.Tokens[k].XPOS != "VBG" {
			continue
		}
		switch l := g.Lemma(k); {
		case b.lex.lists["topicverb"][l] || b.lex.lists["purpose"][l]:
			if o := g.Child(k, "obj"); o != nlp.None {
				b.topic(o)
			}
		case l == "talk" || l == "speak":
			for _, o := range g.Kids[k] {
				if p := g.caseOf(o); nlp.HasRel(g.doc.Tokens[o].Deprel, "obl") && (p == "about" || p == "on" || p == "over" || p == "regarding") {
					b.topic(o)
				}
			}
		}
	}
}

// gerunds reads "talks on ending the war".
func (b *builder) gerunds(w int) {
	g := b.g
	for _, k := range g.Kids[w] {
		if !nlp.HasRel(g.doc.Tokens[k].Deprel, "acl", "advcl", "nmod") || g.doc.Tokens[k].XPOS != "VBG" {
			continue
		}
		switch g.caseOf(k) {
		case "on", "about", "over", "regarding", "concerning", "aimed":
			if !b.seen[k] {
				b.one(k, roleTopic)
			}
		}
	}
}

// centre reads "the call focused on trade", "talks covered the port".
func (b *builder) centre(w int) {
	g := b.g
	if g.doc.Tokens[w].UPOS != "VERB" || !b.lex.lists["centre"][g.Lemma(w)] {
		return
	}
	if o := g.Child(w, "obj"); o != nlp.None && w != b.e.Token {
		b.topic(o)
	}
	for _, k := range g.Kids[w] {
		if p := g.caseOf(k); nlp.HasRel(g.doc.Tokens[k].Deprel, "obl") && (p == "on" || p == "upon" || p == "around" || p == "with") && g.timex(k) == nlp.None && !g.inClass(b.lex, k, "@person") {
			b.topic(k)
		}
	}
}

// initiator reads who made the call ("Maren called Ered") or asked for the
// contact ("at Ered's request", "initiated by Sollund").
func (b *builder) initiator(c carrier) {
	g := b.g
	t := b.e.Token
	set := func(x int) {
		m := g.titled(g.mention(x))
		if m == nlp.None || slices.ContainsFunc(b.args, func(a nlp.Argument) bool { return a.Role == RoleInitiator }) {
			return
		}
		b.args = append(b.args, nlp.Argument{Role: RoleInitiator, Mention: m, Span: g.doc.Mentions[m].Span})
	}
	words := append([]int{t, c.noun}, c.clauses...)
	if b.e.Nominal && c.verb != nlp.None && (c.class == carryLight || c.class == carryAspect || c.class == carryPlanned) {
		words = append(words, c.verb)
	}
	for _, w := range words {
		for _, k := range g.Kids[w] {
			d := g.doc.Tokens[k].Deprel
			switch {
			case nlp.HasRel(d, "acl") && b.lex.lists["initiate"][g.Lemma(k)] && g.doc.Tokens[k].XPOS == "VBN":
				b.agentOf(k, set)
			case nlp.HasRel(d, "obl", "nmod") && g.caseOf(k) == "at" && b.lex.lists["request"][g.Lemma(k)]:
				for _, p := range g.Kids[k] {
					if nlp.HasRel(g.doc.Tokens[p].Deprel, "nmod:poss") || nlp.HasRel(g.doc.Tokens[p].Deprel, "nmod") && g.caseOf(p) == "of" ||
						p < k && nlp.HasRel(g.doc.Tokens[p].Deprel, "amod", "compound") && g.name(p) {
						set(p)
					}
				}
			}
		}
	}
	if !b.e.Nominal && b.e.Mode == "phone" && g.Child(t, "obj") != nlp.None || !b.e.Nominal && b.lex.lists["reaching"][g.Lemma(t)] {
		if s, passive := g.subject(t); s != nlp.None && !passive && len(g.group(s)) == 1 {
			set(s)
		}
	}
	if b.e.Nominal && c.verb != nlp.None && b.lex.lists["initiate"][g.Lemma(c.verb)] {
		switch {
		case c.slot == "obj":
			if s, passive := g.subject(c.verb); s != nlp.None && !passive {
				set(s)
			}
		case c.slot == "nsubj:pass":
			b.agentOf(c.verb, set)
		}
	}
}

// agentOf gives set the agents of passive verb v.
func (b *builder) agentOf(v int, set func(int)) {
	for _, k := range b.g.Kids[v] {
		if nlp.HasRel(b.g.doc.Tokens[k].Deprel, "obl") && b.g.caseOf(k) == "by" {
			set(k)
		}
	}
}

// NumberUnknown is the value of AttrNumber for a bare plural.
const NumberUnknown = "more than one"

// howMany is the word that counts a plural event.
func (g *graph) howMany(lex *lexicon, words ...int) string {
	for _, x := range words {
		if x == nlp.None {
			continue
		}
		for _, k := range g.Kids[x] {
			if nlp.HasRel(g.doc.Tokens[k].Deprel, "nummod", "amod") && (lex.lists["count"][g.Lemma(k)] || g.number(k) > 1) {
				return g.doc.Lower(k)
			}
			if lex.lists["occasion"][g.Lemma(k)] {
				for _, kk := range g.Kids[k] {
					if nlp.HasRel(g.doc.Tokens[kk].Deprel, "nummod", "amod") {
						return g.doc.Lower(kk)
					}
				}
			}
		}
	}
	return ""
}
