package claim

import (
	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
	mention "github.com/readout-news/readout/internal/nlp/event"
)

// initiator claims who began the contacts of document d: who called whom, who
// asked for the meeting, as the mentions tell.
func (c *comparer) initiator(d int) {
	doc := c.docs[d]
	for i := range doc.Events {
		ev := &doc.Events[i]
		n := c.events.OfMention[d][i]
		if n == event.None || ev.Plural || c.aheadAt(d, ev.Token) {
			continue
		}
		for _, a := range ev.Args {
			if a.Role != mention.RoleInitiator || a.Mention == nlp.None || doc.Mentions[a.Mention].Chain == nlp.None {
				continue
			}
			if e := c.ents.OfChain[d][doc.Mentions[a.Mention].Chain]; e >= 0 && len(c.ents.Entities[e].Members) == 0 {
				c.once(d, n, Initiator, a.Span, readout.ClaimValue{Entity: c.ents.Entities[e].ID}, "", "claim/initiator")
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
