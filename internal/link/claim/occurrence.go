package claim

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
	mention "github.com/readout-news/readout/internal/nlp/event"
)

// Values of a claim on occurrence beside those of readout.EventStatus.
const (
	// notBetween follows from an order: who calls the contact of 18 March the
	// next one after 12 February says that there was none in between.
	notBetween = "none in between"
	// confirmed is stronger than occurred: told to be beyond doubt.
	confirmed = "confirmed"
	// neither is a party's word that it neither confirms nor denies.
	neither = "neither confirmed nor denied"
)

// occurrence claims whether an event took place, for events of which some
// mention or answer says that it did not, or only that it is said to have: one
// claim a report, holder and status, at the first mention with a cue of its
// own.
func (c *comparer) occurrence() {
	open := make([]bool, len(c.events.Events))
	for d, doc := range c.docs {
		for i := range doc.Events {
			if n := c.events.OfMention[d][i]; n != event.None && (c.denied(d, i) || doc.Events[i].Status == readout.Reported) {
				open[n] = true
			}
		}
		for i := range doc.Responses {
			if n, value := c.answered(d, i); n != event.None && (value == neither || value == string(readout.Denied)) {
				open[n] = true
			}
		}
	}
	c.excluded(open)
	for d, doc := range c.docs {
		for i := range doc.Events {
			ev := &doc.Events[i]
			n := c.events.OfMention[d][i]
			if m := c.calledConfirmed(d, i); m != event.None && open[m] {
				c.once(d, m, Occurrence, ev.Span, readout.ClaimValue{Text: confirmed}, "", "claim/occurrence-confirmed")
				continue
			}
			if n == event.None || !open[n] || ev.Attributes[mention.AttrStatusBy] == mention.DefaultStatus {
				continue
			}
			switch ev.Status {
			case readout.Denied:
				if !c.denied(d, i) {
					continue
				}
			case readout.Reported:
				if c.evaded(d, i) {
					continue
				}
			case readout.Occurred:
			default:
				continue
			}
			if x := c.once(d, n, Occurrence, ev.Trigger, readout.ClaimValue{Text: string(ev.Status)}, "", "claim/occurrence"); x != nil {
				c.actor[x.ID] = c.agents(d, i)
			}
		}
		for i := range doc.Responses {
			if n, value := c.answered(d, i); n != event.None && open[n] {
				r := &doc.Responses[i]
				c.once(d, n, Occurrence, r.Span, readout.ClaimValue{Text: value}, "", "claim/occurrence-answer", func(x *readout.Claim) {
					if r.Party == nlp.None || c.ents.OfChain[d][r.Party] < 0 {
						return
					}
					if e := c.ents.Entities[c.ents.OfChain[d][r.Party]]; x.Holder != e.ID {
						link := readout.ChainLink{Entity: e.ID, Text: doc.Chains[r.Party].Name}
						x.Holder, x.Chain = e.ID, append([]readout.ChainLink{link}, x.Chain...)
					}
				})
			}
		}
	}
}

// denied reports whether mention i of document d denies that its event took
// place. "Would neither confirm nor deny the call" does not.
func (c *comparer) denied(d, i int) bool {
	doc := c.docs[d]
	ev := &doc.Events[i]
	if ev.Status != readout.Denied || refusable(ev) || !deniable(doc, ev) {
		return false
	}
	return !c.evaded(d, i)
}

// evaded reports whether an answer in the sentence of mention i of document d
// neither confirms nor denies: the mention says nothing besides.
func (c *comparer) evaded(d, i int) bool {
	doc := c.docs[d]
	return slices.ContainsFunc(doc.Responses, func(r nlp.Response) bool {
		if r.Kind != readout.Neither {
			return false
		}
		first, _ := doc.TokensIn(r.Cue)
		return first < len(doc.Tokens) && doc.Tokens[first].Sent == doc.Events[i].Sent
	})
}

// refusable reports whether to deny the noun of the mention is to refuse it:
// "denied the request", "rejected the offer" say that it was made.
func refusable(ev *nlp.EventMention) bool {
	if !ev.Nominal {
		return false
	}
	switch ev.Type {
	case "REQUEST", "OFFER", "AGREE", "SUPPORT", "AID", "CONDITION", "ACCUSE", "COMMIT":
		return true
	}
	return false
}

// deniable reports whether what is denied of the mention is that it took place:
// a verb, or a noun that is denied itself ("denied the call") and not something
// about it ("denied any impropriety in the call", "the call was not useful").
func deniable(doc *nlp.Doc, ev *nlp.EventMention) bool {
	if !ev.Nominal {
		return true
	}
	if nlp.HasRel(doc.Tokens[ev.Token].Deprel, "nsubj") {
		h := doc.Tokens[ev.Token].Head
		return h != nlp.None && doc.Tokens[h].UPOS == "VERB"
	}
	return nlp.HasRel(doc.Tokens[ev.Token].Deprel, "obj", "root", "conj")
}

// agents are the parties that mention i of document d names as doing it, as
// one word; "" when it names none.
func (c *comparer) agents(d, i int) string {
	doc := c.docs[d]
	var out []string
	for _, a := range doc.Events[i].Args {
		if a.Role != "agent" || a.Mention == nlp.None || doc.Mentions[a.Mention].Chain == nlp.None {
			continue
		}
		if e := c.ents.OfChain[d][doc.Mentions[a.Mention].Chain]; e >= 0 {
			out = append(out, c.ents.Entities[e].ID)
		}
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " ")
}

// answered is the event that answer i of document d is about and what the
// party says of it; event.None for an answer that says nothing of it, such as
// no comment.
func (c *comparer) answered(d, i int) (int, string) {
	r := &c.docs[d].Responses[i]
	if r.AboutEvent == nlp.None || r.AboutEvent >= len(c.docs[d].Events) {
		return event.None, ""
	}
	n := c.events.OfMention[d][r.AboutEvent]
	ev := &c.docs[d].Events[r.AboutEvent]
	switch r.Kind {
	case readout.Confirms:
		if first, last := c.docs[d].TokensIn(r.Cue); slices.ContainsFunc(c.docs[d].Tokens[first:last], func(t nlp.Token) bool { return c.lex.frames.is(t.Lemma, "confirming") }) {
			return n, confirmed
		}
		return n, string(readout.Occurred)
	case readout.Acknowledges:
		return n, string(readout.Occurred)
	case readout.Denies:
		// What is denied with "the call" in it is mostly something about the
		// call, unless the answer names nothing else.
		if ev.Nominal && ev.Definite && !(r.About.Contains(ev.Trigger) && deniable(c.docs[d], ev)) || refusable(ev) {
			return event.None, ""
		}
		return n, string(readout.Denied)
	case readout.Neither:
		return n, neither
	}
	return event.None, ""
}

// calledConfirmed is the event that mention i of document d calls confirmed:
// "the first confirmed call", also where the mention is what another is said to
// be: "this marks the first confirmed call".
func (c *comparer) calledConfirmed(d, i int) int {
	doc := c.docs[d]
	ev := &doc.Events[i]
	if !ev.Nominal || ev.Type != consult || !c.asserted(doc, ev.Token) || c.negated(doc, ev.Token) {
		return event.None
	}
	found := false
	for _, k := range doc.Children(ev.Token) {
		if nlp.HasRel(doc.Tokens[k].Deprel, "amod", "compound") && c.lex.frames.is(doc.Lower(k), "confirmed") && !c.negated(doc, k) {
			found = true
		}
	}
	if !found {
		return event.None
	}
	// What is it said to be?
	s := nlp.None
	if doc.Child(ev.Token, "cop") != nlp.None {
		s = doc.Child(ev.Token, "nsubj")
	} else if h := doc.Tokens[ev.Token].Head; h != nlp.None && c.lex.frames.is(doc.Tokens[h].Lemma, "being") {
		s = doc.Child(h, "nsubj")
	}
	if s != nlp.None {
		n, _ := c.contactAt(d, s)
		return n
	}
	return c.events.OfMention[d][i]
}

// compareOccurrence compares two claims on whether an event took place. That
// one report, by two voices, calls it confirmed and reported only excludes
// each other; between reports it can have been confirmed since.
func (c *comparer) compareOccurrence(a, b *readout.Claim) (readout.Verdict, string) {
	x, y := a.Value.Text, b.Value.Text
	if p, q := c.actor[a.ID], c.actor[b.ID]; x != y && p != "" && q != "" && p != q {
		return readout.Compatible, "told of different parties"
	}
	either := func(v string) bool { return x == v || y == v }
	switch {
	case x == y:
		return readout.Agree, ""
	case either(notBetween) && (either(neither) || either(string(readout.Reported))):
		return readout.Compatible, "one is not sure of it, one calls a later one the next"
	case either(notBetween) && !either(string(readout.Denied)):
		return readout.Conflict, "one tells of it, one calls a later one the next"
	case either(neither):
		return readout.Compatible, "one neither confirms nor denies it"
	case either(string(readout.Denied)) && either(notBetween):
		return readout.Compatible, "one denies it, one calls a later one the next"
	case either(string(readout.Denied)) && either(string(readout.Reported)):
		return readout.Conflict, "one reports it, one denies it"
	case either(string(readout.Denied)):
		return readout.Conflict, "one says it took place, one denies it"
	case either(confirmed) && either(string(readout.Reported)):
		if a.Evidence.Report == b.Evidence.Report {
			return readout.Conflict, "one calls it confirmed, one tells it as hearsay, in one report"
		}
		return readout.Compatible, "confirmed by one, told as hearsay by another"
	case either(confirmed):
		return readout.Agree, ""
	}
	return readout.Compatible, "told as fact by one, as hearsay by another"
}
