package event

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/event"
)

// countOn notes what "the next call" and "their previous meeting" count from:
// the contact of the same parties told last before.
func (w *walk) countOn(c *cluster, m *mention) {
	relation := ""
	switch m.ev.Ordinal {
	case "next", "following", "subsequent":
		relation = "after"
	case "previous", "earlier", "preceding":
		relation = "before"
	default:
		return
	}
	if m.family != "CONSULT" {
		return
	}
	var from *mention
	for _, x := range w.clusters {
		if x == c || x.plural || x.mentions[0].family != m.family || !w.sameParties(x.parts, c.parts) {
			continue
		}
		for i := range x.mentions {
			if y := &x.mentions[i]; y.ev.Trigger.Start < m.ev.Trigger.Start && (from == nil || y.ev.Trigger.Start > from.ev.Trigger.Start) {
				from = y
			}
		}
	}
	if from != nil {
		c.sequence = append(c.sequence, sequel{relation, w.d, m.i, from.i})
	}
}

// series corrects the parties of "their next conversation": the word that
// counts on refers to the contacts told in a row ("have spoken several times",
// "the first call"), whoever was named last. What the pronoun stood for there
// holds for the rest of the sentence.
func (w *walk) series(m *mention) {
	ev := m.ev
	doc := w.docs[w.d]
	if ev.Type != "CONSULT" || len(m.parts) < 2 {
		return
	}
	pronouns := 0
	for _, a := range ev.Args {
		if a.Mention == nlp.None || a.Role == "topic" {
			continue
		}
		if doc.Mentions[a.Mention].Form != readout.FormPronoun {
			return
		}
		pronouns++
	}
	if pronouns != 1 {
		return
	}
	if w.meant.sent == ev.Sent && slices.EqualFunc(w.meant.read, m.parts, func(a, b part) bool { return a.entity == b.entity }) {
		m.parts = slices.Clone(w.meant.parts)
		return
	}
	if ev.Ordinal != "next" && ev.Ordinal != "previous" && ev.Ordinal != "second" && ev.Ordinal != "third" && ev.Ordinal != "last" {
		return
	}
	var from *cluster
	at := -1
	for _, c := range w.clusters {
		if c.mentions[0].family != m.family || len(c.parts) < 2 {
			continue
		}
		for _, x := range c.mentions {
			d := ev.Sent - x.ev.Sent
			if (x.ev.Plural || x.ev.Ordinal != "") && d >= 0 && d <= inheritSentences+1 && x.ev.Trigger.Start > at && x.ev.Trigger.Start < ev.Trigger.Start {
				from, at = c, x.ev.Trigger.Start
			}
		}
	}
	if from == nil {
		return
	}
	w.meant.sent, w.meant.read = ev.Sent, m.parts
	m.parts = slices.Clone(from.parts)
	w.meant.parts = m.parts
}

// regroup corrects the parties of a contact of "the two" or "both sides". The
// two who "had spoken" are those of the contact told in the sentence before or
// the same, when coreference paired one of them with somebody else named since;
// the two sides of talks are those of the talks that the report is about.
func (w *walk) regroup(m *mention) {
	ev := m.ev
	if ev.Type != "CONSULT" || ev.Plural {
		return
	}
	doc := w.docs[w.d]
	kind, at := "", nlp.None
	for _, a := range ev.Args {
		if a.Role != "participant" {
			continue
		}
		k := twoOf(doc.Text(a.Span))
		if k == "" || at != nlp.None {
			return
		}
		kind, at = k, a.Mention
	}
	if kind == "" || kind == "sides" && ev.Mode != "talks" {
		return
	}
	var from *cluster
	for _, c := range w.clusters {
		if c.plural || c.mentions[0].family != m.family || len(core(c.parts)) != 2 || !modesMeet(c.mode, ev.Mode, false) {
			continue
		}
		if len(m.parts) == 2 && w.sameParties(c.parts, m.parts) {
			return
		}
		n, _ := w.covered(m.parts, c.parts)
		if kind == "sides" && c.mode == "talks" || kind == "two" && n == 1 && w.distance(c, m) <= 1 {
			if from != nil && !w.sameParties(from.parts, c.parts) {
				return // two pairs: who is meant stays as it was read
			}
			from = c
		}
	}
	if from != nil {
		m.parts = slices.Clone(from.parts)
	}
}

// twoOf is "two" for a phrase that stands for two persons told of, "sides" for
// one that stands for the two sides of talks, else "".
func twoOf(phrase string) string {
	switch strings.TrimPrefix(strings.ToLower(phrase), "the ") {
	case "they", "their", "two", "pair", "both", "two men", "both men", "two women", "both women":
		return "two"
	case "both sides", "two sides", "both parties", "two parties", "sides", "parties":
		return "sides"
	}
	return ""
}

// inheritSentences is how far back an ordered call without parties ("The first
// call was on 3 May") may take them from.
const inheritSentences = 2

// inherit gives a mention with an ordinal, or definite with a day of its own, the
// parties of the contact told last, single or several: "have spoken several
// times … The first call was on 3 May", "On 17 February they spoke for an hour".
func (w *walk) inherit(m *mention) {
	ev := m.ev
	if ev.Type != "CONSULT" || !m.dated && ev.Ordinal == "" {
		return
	}
	// "A third call is planned" is one more of the same two; a second call that
	// is only mentioned may be anybody's.
	if !ev.Definite && !w.theySpoke(m) && (ev.Ordinal == "" || ev.Attributes[event.AttrStatusBy] == event.DefaultStatus) {
		return
	}
	var from *cluster
	at := -1
	for _, c := range w.clusters {
		if c.mentions[0].family != m.family || len(c.parts) < 2 || !modesMeet(c.mode, ev.Mode, false) {
			continue
		}
		for _, x := range c.mentions {
			if d := ev.Sent - x.ev.Sent; d >= 0 && d <= inheritSentences && x.ev.Trigger.Start > at && x.ev.Trigger.Start < ev.Trigger.Start {
				from, at = c, x.ev.Trigger.Start
			}
		}
	}
	if from != nil {
		m.parts = slices.Clone(from.parts)
	}
}
