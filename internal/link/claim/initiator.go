package claim

import (
	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// initiator claims who began the contacts of document d: who called whom, who
// asked for the meeting, at whose request it was.
func (c *comparer) initiator(d int) {
	doc := c.docs[d]
	for i := range doc.Events {
		ev := &doc.Events[i]
		n := c.events.OfMention[d][i]
		if ev.Type != consult || n == event.None || ev.Plural || c.aheadAt(d, ev.Token) || !readable(doc, ev.Sent) {
			continue
		}
		by := func(t int, rule string) {
			if t == nlp.None {
				return
			}
			if e := c.entityAt(d, t); e != "" && len(c.byID[e].Members) == 0 {
				c.once(d, n, Initiator, doc.Mentions[doc.MentionAt(t)].Span, readout.ClaimValue{Entity: e}, "", rule)
			}
		}
		tok := &doc.Tokens[ev.Token]
		verbs := []int{ev.Token}
		if h := tok.Head; ev.Nominal && h != nlp.None && doc.Tokens[h].UPOS == "VERB" {
			verbs = append(verbs, h)
			if c.lex.initiators.is(doc.Tokens[h].Lemma, "starting") && c.asserted(doc, h) && !c.negated(doc, h) {
				switch {
				case nlp.HasRel(tok.Deprel, "obj"):
					by(doc.Child(h, "nsubj"), "claim/initiator-starting")
				case nlp.HasRel(tok.Deprel, "nsubj:pass"):
					by(doc.Child(h, "obl:agent"), "claim/initiator-starting")
				}
			}
		}
		for _, r := range doc.Children(ev.Token) {
			if ev.Nominal && nlp.HasRel(doc.Tokens[r].Deprel, "acl") && c.lex.initiators.is(doc.Tokens[r].Lemma, "starting") && doc.Tokens[r].XPOS == "VBN" {
				by(doc.Child(r, "obl:agent"), "claim/initiator-starting")
			}
		}
		if !ev.Nominal && ev.Mode == "phone" && c.lex.initiators.is(tok.Lemma, "calling") && doc.Child(ev.Token, "obj") != nlp.None && past(doc, ev.Token) {
			if o := doc.Child(ev.Token, "obj"); c.entityAt(d, o) != "" {
				by(doc.Child(ev.Token, "nsubj"), "claim/initiator-calling")
			}
		}
		for _, v := range verbs {
			for _, k := range doc.Children(v) {
				if !nlp.HasRel(doc.Tokens[k].Deprel, "obl", "nmod") || !c.lex.initiators.is(doc.Tokens[k].Lemma, "asking") {
					continue
				}
				if p := doc.Child(k, "case"); p == nlp.None || doc.Lower(p) != "at" && doc.Lower(p) != "on" {
					continue
				}
				for _, m := range doc.Children(k) {
					if nlp.HasRel(doc.Tokens[m].Deprel, "nmod") {
						by(m, "claim/initiator-request")
					}
				}
			}
		}
	}
}

// compareInitiator compares who began a contact. A state and one of its people
// are one side; two sides exclude each other.
func (c *comparer) compareInitiator(a, b *readout.Claim) (readout.Verdict, string) {
	x, y := c.byID[a.Value.Entity], c.byID[b.Value.Entity]
	switch {
	case a.Value.Entity == b.Value.Entity:
		return readout.Agree, ""
	case x != nil && y != nil && x.Country != "" && x.Country == y.Country:
		return readout.Compatible, c.show(a) + " and " + c.show(b) + " are of one side"
	case x != nil && y != nil && x.Country != "" && y.Country != "":
		return readout.Conflict, c.show(a) + " by one, " + c.show(b) + " by another"
	}
	return readout.Compatible, "whether " + c.show(a) + " and " + c.show(b) + " are of one side is unknown"
}
