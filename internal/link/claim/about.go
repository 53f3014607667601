package claim

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// backSentences is how far back "it" and "they" may reach for their event.
const backSentences = 2

// mentionAt is the event mention of document d whose head word is token t, or
// None.
func (c *comparer) mentionAt(d, t int) int {
	if i, ok := c.atToken[d][t]; ok {
		return i
	}
	return nlp.None
}

// contactAt is the contact that the phrase headed by token t names in document
// d: the event of its mention, of the phrase it is an aspect of ("the tone of
// the talks"), of the noun before a relative pronoun, or the contact last told
// of, for a pronoun or a definite mention that no event took.
func (c *comparer) contactAt(d, t int) (n int, pronoun bool) {
	doc := c.docs[d]
	if i := c.mentionAt(d, t); i != nlp.None && doc.Events[i].Type == consult {
		if n := c.events.OfMention[d][i]; n != event.None {
			return n, false
		}
		// "The call was not productive": what is denied is the predicate.
		if ev := &doc.Events[i]; ev.Status == readout.Denied && ev.Definite && ev.Nominal && len(ev.Args) == 0 {
			return c.lastContact(d, t), false
		}
		return event.None, false
	}
	if c.lex.frames.is(doc.Tokens[t].Lemma, "aspect") {
		for _, k := range doc.Children(t) {
			if nlp.HasRel(doc.Tokens[k].Deprel, "nmod", "compound") {
				if i := c.mentionAt(d, k); i != nlp.None && doc.Events[i].Type == consult {
					return c.events.OfMention[d][i], false
				}
			}
		}
		return event.None, false
	}
	if !c.lex.frames.is(doc.Lower(t), "pronoun") {
		return event.None, false
	}
	// "the talks, which were tense"
	for v, steps := doc.Tokens[t].Head, 0; v != nlp.None && steps < 4; v, steps = doc.Tokens[v].Head, steps+1 {
		if nlp.HasRel(doc.Tokens[v].Deprel, "acl") && doc.Tokens[v].Deprel == "acl:relcl" {
			if h := doc.Tokens[v].Head; h != nlp.None {
				n, _ := c.contactAt(d, h)
				return n, false
			}
		}
	}
	if w := doc.Lower(t); w == "it" || w == "that" || w == "this" {
		return c.lastSubject(d, t), true
	}
	return event.None, false
}

// lastSubject is the contact told of last before token t, unless another thing
// was spoken of since: a subject that is neither a contact nor a party.
func (c *comparer) lastSubject(d, t int) int {
	doc := c.docs[d]
	n := c.lastContact(d, t)
	if n == event.None {
		return n
	}
	for k := t - 1; k >= 0; k-- {
		if i := c.mentionAt(d, k); i != nlp.None && c.events.OfMention[d][i] == n {
			return n
		}
		x := &doc.Tokens[k]
		if x.UPOS == "NOUN" && nlp.HasRel(x.Deprel, "nsubj") && c.entityAt(d, k) == "" && c.mentionAt(d, k) == nlp.None && !c.lex.frames.is(x.Lemma, "aspect") {
			return event.None
		}
	}
	return n
}

// consult is the type of contacts between parties.
const consult = "CONSULT"

// lastContact is the event of the contact told of last before token t, at most
// backSentences back. A contact that lies ahead does not count, nor one of
// several.
func (c *comparer) lastContact(d, t int) int {
	doc := c.docs[d]
	sent := doc.Tokens[t].Sent
	for i := len(doc.Events) - 1; i >= 0; i-- {
		ev := &doc.Events[i]
		if ev.Token >= t || ev.Type != consult || ev.Plural || ev.Status != readout.Occurred && ev.Status != readout.Reported {
			continue
		}
		if sent-ev.Sent > backSentences {
			return event.None
		}
		if n := c.events.OfMention[d][i]; n != event.None && c.events.Events[n].Type == consult {
			return n
		}
	}
	return event.None
}

// asserted reports whether the clause of token v is told as something that is
// so: no modal, no condition, no verb of wishing or planning above it.
func (c *comparer) asserted(doc *nlp.Doc, v int) bool {
	for steps := 0; v != nlp.None && steps < maxUp; steps++ {
		for _, k := range doc.Children(v) {
			t := &doc.Tokens[k]
			if nlp.HasRel(t.Deprel, "aux") && c.lex.modal.is(t.Lemma, "aux") || nlp.HasRel(t.Deprel, "mark") && c.lex.modal.is(t.Lemma, "mark") {
				return false
			}
		}
		h := doc.Tokens[v].Head
		if h == nlp.None {
			return true
		}
		if nlp.HasRel(doc.Tokens[v].Deprel, "xcomp", "ccomp", "csubj", "advcl") && c.lex.modal.is(doc.Tokens[h].Lemma, "governor") {
			return false
		}
		if nlp.HasRel(doc.Tokens[v].Deprel, "ccomp", "parataxis") {
			return true // what is said has its own mood
		}
		v = h
	}
	return true
}

// maxUp bounds the walk from a word to the clause that governs it.
const maxUp = 6

// negated reports whether token t has a word of negation below it.
func (c *comparer) negated(doc *nlp.Doc, t int) bool {
	return slices.ContainsFunc(doc.Children(t), func(k int) bool {
		x := &doc.Tokens[k]
		return nlp.HasRel(x.Deprel, "advmod", "det", "cc") && (c.lex.negation.is(x.Lemma, "advmod") || c.lex.negation.is(x.Lemma, "det") || c.lex.negation.is(doc.Lower(k), "advmod"))
	})
}

// entityAt is the entity named at token t of document d, "" none.
func (c *comparer) entityAt(d, t int) string {
	doc := c.docs[d]
	m := doc.MentionAt(t)
	if m == nlp.None || doc.Mentions[m].Chain == nlp.None {
		return ""
	}
	if e := c.ents.OfChain[d][doc.Mentions[m].Chain]; e >= 0 {
		return c.ents.Entities[e].ID
	}
	return ""
}

// readable reports whether sentence s is the newsroom's text and no furniture.
func readable(doc *nlp.Doc, s int) bool {
	switch doc.Sentences[s].Noise {
	case "", "heading", "caption", "title":
		return true
	}
	return false
}

// top climbs from token t along coordination while the words coordinated are
// of one kind.
func top(doc *nlp.Doc, t int, same func(int) bool) int {
	for steps := 0; steps < maxUp; steps++ {
		h := doc.Tokens[t].Head
		if h == nlp.None || !nlp.HasRel(doc.Tokens[t].Deprel, "conj") || !same(h) {
			return t
		}
		t = h
	}
	return t
}
