package claim

import (
	"slices"

	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// lastSpokenOf finds the event whose length duration x of document d gives
// when no mention holds it: the words around it must speak of lasting, of the
// parties' speaking, or of an end and a beginning; the event is the last one
// mentioned in the sentence, else in the two before. event.None when the words
// say nothing of the kind.
func (c *comparer) lastSpokenOf(d, x int) (n int, rule string) {
	doc := c.docs[d]
	t := &doc.Timexes[x]
	if t.First >= len(doc.Tokens) {
		return event.None, ""
	}
	rule = c.durationFrame(doc, t)
	if rule == "" {
		return event.None, ""
	}
	sent := doc.Tokens[t.First].Sent
	days := c.daysIn(doc, sent)
	best, at := event.None, -1
	for i := range doc.Events {
		ev := &doc.Events[i]
		n := c.events.OfMention[d][i]
		if n == event.None || ev.Type != "CONSULT" || ev.Sent > sent || sent-ev.Sent > backSentences || ev.Plural {
			continue
		}
		if len(days) > 0 && c.events.Events[n].Date != nil && !c.events.Events[n].Date.Bound() && !slices.Contains(days, c.events.Events[n].Date.Value) {
			continue // "On 17 February they had spoken for an hour" is not today's call
		}
		// In the sentence itself what follows counts too ("The hour-long call").
		score := ev.Trigger.Start
		if ev.Sent == sent && ev.Trigger.Start > t.Start {
			score = 2*t.Start - ev.Trigger.Start
		}
		if score > at {
			best, at = n, score
		}
	}
	return best, rule
}

// daysIn lists the days that the date expressions of a sentence name.
func (c *comparer) daysIn(doc *nlp.Doc, sent int) []string {
	var out []string
	for i := range doc.Timexes {
		x := &doc.Timexes[i]
		if x.Type != "DATE" && x.Type != "TIME" || x.First >= len(doc.Tokens) || doc.Tokens[x.First].Sent != sent {
			continue
		}
		if from, to, _, ok := event.Days(x.Value); ok && from == to {
			out = append(out, from)
		}
	}
	return out
}

// durationFrame names the frame in which a duration stands, "" for none.
func (c *comparer) durationFrame(doc *nlp.Doc, t *nlp.Timex) string {
	head := nlp.None
	for k := t.First; k < t.Last; k++ {
		if h := doc.Tokens[k].Head; h == nlp.None || h < t.First || h >= t.Last {
			head = k
			break
		}
	}
	if head == nlp.None {
		return ""
	}
	// "It was at least three hours": the duration is the predicate.
	if doc.Child(head, "cop") != nlp.None && doc.Child(head, "nsubj") != nlp.None {
		if s := doc.Child(head, "nsubj"); eventPronoun(doc, s) {
			return "claim/duration-predicate"
		}
		return ""
	}
	for n, g := 0, doc.Tokens[head].Head; g != nlp.None && n < 4; n, g = n+1, doc.Tokens[g].Head {
		if doc.Tokens[g].UPOS != "VERB" && doc.Tokens[g].UPOS != "AUX" {
			continue
		}
		l := doc.Tokens[g].Lemma
		switch {
		case c.lex.durations.is(l, "ending") && c.beginningIn(doc, doc.Tokens[g].Sent), c.lex.durations.is(l, "beginning") && c.endingIn(doc, doc.Tokens[g].Sent):
			return "claim/duration-end-after-begin"
		case c.lex.durations.is(l, "lasting"):
			if s := doc.Child(g, "nsubj"); s != nlp.None && eventPronoun(doc, s) {
				return "claim/duration-lasting"
			}
		case c.lex.durations.is(l, "contact"):
			return "claim/duration-contact"
		}
		return ""
	}
	return ""
}

// eventPronoun reports whether the subject at s can be an event: "it", "that",
// "which", or a noun that names one.
func eventPronoun(doc *nlp.Doc, s int) bool {
	switch doc.Lower(s) {
	case "it", "that", "this", "which":
		return true
	}
	for i := range doc.Events {
		if doc.Events[i].Token == s {
			return true
		}
	}
	return false
}

func (c *comparer) beginningIn(doc *nlp.Doc, sent int) bool {
	return c.classIn(doc, sent, "beginning")
}
func (c *comparer) endingIn(doc *nlp.Doc, sent int) bool { return c.classIn(doc, sent, "ending") }

func (c *comparer) classIn(doc *nlp.Doc, sent int, class string) bool {
	for t := doc.Sentences[sent].First; t < doc.Sentences[sent].Last; t++ {
		if doc.Tokens[t].UPOS == "VERB" && c.lex.durations.is(doc.Tokens[t].Lemma, class) {
			return true
		}
	}
	return false
}
