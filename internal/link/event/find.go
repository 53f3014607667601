package event

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/event"
)

// maxClusters is how many of the events told last in a report a mention can be
// of. The longest reports of the samples tell some forty; a text made for it
// tells thousands, and each would be compared with each.
const maxClusters = 300

// find returns the cluster that m tells of, or nil for a new one.
func (w *walk) find(m *mention) *cluster {
	ev := m.ev
	if ev.Plural {
		return nil
	}
	if w.theySpoke(m) {
		return w.justTold(m)
	}
	anaphor := ev.Nominal && ev.Definite
	strong := map[readout.EventStatus]bool{}
	if w.sure(m) {
		strong[ev.Status] = true
	}
	// A phrase with both parties that only orders ("the first talks between
	// Sollund and Karvany in years") introduces an event of the past.
	full := len(m.parts) >= 2 && ev.Ordinal != "" && ev.Status == readout.Occurred && ev.Attributes[event.AttrFutureInPast] == ""
	default1 := map[readout.EventStatus]bool{readout.Occurred: true}
	bodies := w.bodies(m)
	var fits []*cluster
	for _, c := range w.clusters[max(0, len(w.clusters)-maxClusters):] {
		if c.plural || c.mentions[0].family != m.family || !w.modesFit(c, m, anaphor) ||
			c.when.excludes(m.when) || ev.Mode != "phone" && w.placesExclude(c.place, m.place) || w.ordered(c, m) || w.apart(c.group, m.group) {
			continue
		}
		if ev.Type != "CONSULT" && !w.sameWord(c, m) || w.governs(c, m) {
			continue
		}
		if !anaphor && (w.placedApart(c, m) || w.standing(c, m)) {
			continue
		}
		if spoken[m.family] && !w.sameContent(c, m) || w.otherBody(c, bodies) {
			continue
		}
		sameDay := m.dated && c.when.day() && m.when.day()
		if !sameDay && !statusesMeet(strong, c.strong) {
			continue
		}
		if full && !sameDay && len(strong) == 0 && !statusesMeet(default1, c.strong) {
			continue
		}
		if anaphor && len(m.parts) == 0 && m.vague {
			continue // "the rebels' call": parties that are not known
		}
		if !w.partiesFit(c, m, anaphor) {
			continue
		}
		fits = append(fits, c)
	}
	if anaphor && len(m.parts) == 0 && slices.ContainsFunc(fits, func(c *cluster) bool { return len(c.parts) >= 2 }) {
		fits = slices.DeleteFunc(fits, func(c *cluster) bool { return len(c.parts) < 2 })
	}
	if !anaphor && len(m.parts) >= 2 && slices.ContainsFunc(fits, func(c *cluster) bool { return len(core(c.parts)) >= 2 }) {
		fits = slices.DeleteFunc(fits, func(c *cluster) bool { return len(core(c.parts)) < 2 })
	}
	fits = w.withoutAsides(w.byOrdinal(fits, m, anaphor), m)
	if len(fits) == 0 {
		return nil
	}
	// A date that both give decides; else an anaphor goes to the last one
	// spoken of, and a mention of its own only where one alone fits.
	if m.dated {
		if i := slices.IndexFunc(fits, func(c *cluster) bool { return c.when.known() && c.when.day() }); i >= 0 {
			return fits[i]
		}
	}
	if anaphor {
		if fits = w.byWord(fits, m); len(fits) == 0 {
			return nil
		}
	}
	if anaphor || len(fits) == 1 {
		c := w.latest(fits, m)
		if len(fits) > 1 && !w.near(c, m) {
			// Nothing like it for a while: "the call" is again the call that the
			// report is about.
			if i := slices.IndexFunc(fits, func(c *cluster) bool { return c.lead }); i >= 0 {
				return fits[i]
			}
		}
		return c
	}
	if ev.Attributes[event.AttrFutureInPast] != "" {
		// "had said that they would speak": what the report is about.
		if i := slices.IndexFunc(fits, func(c *cluster) bool { return c.lead }); i >= 0 {
			return fits[i]
		}
	}
	if len(m.parts) >= 2 || !ev.Nominal {
		// The same parties on different days, and no word which: the last one
		// only when it is told in the sentence before or the same.
		c := w.latest(fits, m)
		last := c.mentions[len(c.mentions)-1].ev
		if ev.Sent-last.Sent <= 1 && ev.Sent >= last.Sent {
			return c
		}
	}
	return nil
}

// withoutAsides drops the contacts told of in passing as those before ("they last
// spoke in May"), unless m follows at once or is one itself.
func (w *walk) withoutAsides(fits []*cluster, m *mention) []*cluster {
	aside := func(c *cluster) bool {
		x := c.mentions[0].ev.Ordinal
		return len(c.mentions) == 1 && (x == "previous" || x == "earlier" || x == "preceding") && w.distance(c, m) > 1 && !(m.dated && c.when.known())
	}
	if m.ev.Ordinal != "" || m.family != "CONSULT" || !slices.ContainsFunc(fits, func(c *cluster) bool { return !aside(c) }) {
		return fits
	}
	return slices.DeleteFunc(slices.Clone(fits), aside)
}

// placedApart reports whether m, told far from c, is placed in time by a dated
// event of which c knows nothing: "is understood to have spoken with Ered ahead
// of the summit" is not the call with Ered of which the report told before.
func (w *walk) placedApart(c *cluster, m *mention) bool {
	if m.ev.Type != "CONSULT" || c.when.known() || len(c.anchors) > 0 || w.distance(c, m) <= reach {
		return false
	}
	dated := func(j int) bool { return w.of[j] != nil && w.of[j] != c && w.of[j].when.known() }
	return slices.ContainsFunc(m.ev.Before, dated) || slices.ContainsFunc(m.ev.After, dated)
}

// standing reports whether one of c and m is talks of two states or bodies without
// a day and the other a meeting of persons told apart from them: leaders meet in
// the course of talks, and the meeting is not the talks.
func (w *walk) standing(c *cluster, m *mention) bool {
	if m.ev.Type != "CONSULT" || w.distance(c, m) <= 2 || m.dated && c.when.known() {
		return false
	}
	person := func(ps []part) bool {
		return slices.ContainsFunc(ps, func(p part) bool { return w.ents.Entities[p.entity].Type == readout.Person })
	}
	return c.mode == "talks" && inPerson(m.ev.Mode) && !person(c.parts) && person(m.parts) ||
		m.ev.Mode == "talks" && inPerson(c.mode) && !person(m.parts) && person(c.parts)
}

// bodies are the words of a body or event that m is named after ("the G7
// summit"), without places: "the Orrin summit" says where.
func (w *walk) bodies(m *mention) []string {
	if !m.ev.Nominal || m.ev.Type != "CONSULT" {
		return nil
	}
	doc := w.docs[w.d]
	var out []string
	for _, k := range doc.Children(m.ev.Token) {
		x := doc.MentionAt(k)
		if !nlp.HasRel(doc.Tokens[k].Deprel, "compound") || x == nlp.None || doc.Mentions[x].Type != nlp.OrgName && doc.Mentions[x].Type != nlp.EventName {
			continue
		}
		word := doc.Lower(k)
		if !w.places[word] {
			out = append(out, word)
		}
	}
	return out
}

// otherBody reports whether a mention is named after a body (see bodies) that has
// no part in c: "the G7 summit" is not the summit of two presidents.
func (w *walk) otherBody(c *cluster, bodies []string) bool {
	doc := w.docs[w.d]
	return slices.ContainsFunc(bodies, func(word string) bool {
		bears := func(p part) bool {
			return slices.ContainsFunc(w.ents.Entities[p.entity].Names, func(n string) bool { return slices.Contains(strings.Fields(strings.ToLower(n)), word) })
		}
		return !slices.ContainsFunc(c.parts, bears) && !slices.ContainsFunc(c.mentions, func(y mention) bool {
			return slices.ContainsFunc(doc.Children(y.ev.Token), func(j int) bool { return doc.Lower(j) == word })
		})
	})
}

// byWord keeps the clusters that the word of an anaphor can mean. The same
// word comes first: "the summit" is what was called a summit. "The call", "the
// conversation" and "the meeting" may vary another word; a summit, a visit or
// talks only a word of their own kind, or a meeting told just before.
func (w *walk) byWord(fits []*cluster, m *mention) []*cluster {
	doc := w.docs[w.d]
	word := doc.Tokens[m.ev.Token].Lemma
	var same, kind []*cluster
	for _, c := range fits {
		switch {
		case slices.ContainsFunc(c.mentions, func(x mention) bool { return strings.EqualFold(doc.Tokens[x.ev.Token].Lemma, word) }):
			same = append(same, c)
		case c.mode == m.ev.Mode && m.ev.Mode != "",
			m.ev.Mode != "multilateral" && m.ev.Mode != "visit" && m.ev.Mode != "talks",
			inPerson(c.mode) && m.ev.Mode != "visit" && w.distance(c, m) <= 2, c.mode == "talks" && m.ev.Mode != "visit" && w.distance(c, m) <= 2:
			kind = append(kind, c)
		}
	}
	distance := func(cs []*cluster) int {
		least := maxDay
		for _, c := range cs {
			least = min(least, w.distance(c, m))
		}
		return least
	}
	if d := distance(same); d <= reach && !(distance(kind) <= 1 && d > distance(kind)+1) {
		return same
	}
	return append(same, kind...)
}

// distance is how many sentences before m the last mention of c stands; maxDay
// when none does.
func (w *walk) distance(c *cluster, m *mention) int {
	least := maxDay
	for _, x := range c.mentions {
		if d := m.ev.Sent - x.ev.Sent; d >= 0 {
			least = min(least, d)
		}
	}
	return least
}

// reach is how many sentences back a definite mention looks before it means the
// matter that the report opened with.
const reach = 4

// near reports whether c is mentioned within reach before m.
func (w *walk) near(c *cluster, m *mention) bool { return w.distance(c, m) <= reach }

// governs reports whether a mention of c holds m's word in its own clause: in
// "met on the second night of the talks" the talks are not the meeting.
func (w *walk) governs(c *cluster, m *mention) bool {
	if m.ev.Mode != "talks" && m.ev.Mode != "multilateral" && m.ev.Mode != "visit" {
		return false // "spoke, in their longest conversation": the same
	}
	toks := w.docs[w.d].Tokens
	return slices.ContainsFunc(c.mentions, func(x mention) bool {
		if x.ev.Sent != m.ev.Sent {
			return false
		}
		for t, n := m.ev.Token, 0; t >= 0 && t < len(toks) && n < 100; t, n = toks[t].Head, n+1 {
			if t == x.ev.Token {
				return true
			}
			if nlp.HasRel(toks[t].Deprel, "conj", "parataxis") {
				return false
			}
		}
		return false
	})
}

// latest is the cluster whose last mention before m is nearest.
func (w *walk) latest(fits []*cluster, m *mention) *cluster {
	best, at := fits[0], -1
	for _, c := range fits {
		for _, x := range c.mentions {
			if p := x.ev.Trigger.Start; p <= m.ev.Trigger.Start && p > at {
				best, at = c, p
			}
		}
	}
	return best
}

func (w *walk) modesFit(c *cluster, m *mention, anaphor bool) bool {
	if anaphor && len(m.parts) < 2 && m.ev.Mode == "" && !modesMeet(c.mode, "", true) {
		return false
	}
	if modesMeet(c.mode, m.ev.Mode, false) {
		return true
	}
	return anaphor && modesMeet(c.mode, m.ev.Mode, true) && (len(m.parts) > 0 || w.nearOnly(c, m))
}

// nearOnly lets a loose anaphor without parties ("the meeting" for a call)
// reach back two sentences only, and never past an event that fits better.
func (w *walk) nearOnly(c *cluster, m *mention) bool {
	last := c.mentions[len(c.mentions)-1].ev
	if m.ev.Sent-last.Sent > 2 {
		return false
	}
	return !slices.ContainsFunc(w.clusters, func(x *cluster) bool {
		return x != c && x.mentions[0].family == m.family && modesMeet(x.mode, m.ev.Mode, false) && x.mode != ""
	})
}

// theySpoke reports whether m is a verb whose only party is a plural pronoun
// that coreference left open: "they spoke for two hours".
func (w *walk) theySpoke(m *mention) bool {
	if m.ev.Nominal || m.ev.Type != "CONSULT" || len(m.parts) > 0 || len(m.ev.Args) != 1 {
		return false
	}
	switch strings.ToLower(w.docs[w.d].Text(m.ev.Args[0].Span)) {
	case "they", "both", "the two":
		return true
	}
	return false
}

// justTold is the contact told last in the sentence of m or the one before,
// when m can be it; nil when there is none.
func (w *walk) justTold(m *mention) *cluster {
	var best *cluster
	at := -1
	for _, c := range w.clusters {
		if c.plural || c.mentions[0].family != m.family || !modesMeet(c.mode, m.ev.Mode, false) || c.when.excludes(m.when) || len(c.parts) < 2 || w.ordered(c, m) {
			continue
		}
		for _, x := range c.mentions {
			if d := m.ev.Sent - x.ev.Sent; d >= 0 && d <= 1 && x.ev.Trigger.Start > at && x.ev.Trigger.Start < m.ev.Trigger.Start {
				best, at = c, x.ev.Trigger.Start
			}
		}
	}
	return best
}

// bridges reports whether m, a plan told without article and parties ("an
// upcoming summit"), may be the plan that c tells of.
func (w *walk) bridges(c *cluster, m *mention) bool {
	return m.ev.Nominal && !m.vague && m.ev.Status == readout.Planned && strings.HasPrefix(m.ev.Attributes[event.AttrStatusBy], "amod") &&
		c.strong[readout.Planned] && inPerson(c.mode) && inPerson(m.ev.Mode) && len(c.parts) >= 2
}

// oneSided is how many sentences on an event told with one party may take up
// a mention with both.
const oneSided = 3

// partiesFit reports whether m can be of c's parties.
func (w *walk) partiesFit(c *cluster, m *mention, anaphor bool) bool {
	if anaphor {
		return w.within1(m.parts, c.parts) || w.joined(m, c) || len(c.parts) == 0 && !c.vague ||
			len(c.parts) == 1 && (!c.vague || len(m.parts) < 2) && w.within1(c.parts, m.parts)
	}
	if len(m.parts) == 0 {
		return w.bridges(c, m)
	}
	if m.ev.Type == "CONSULT" && len(m.parts) == 1 && len(c.parts) > 1 {
		// "spoke with Ered": one side told, by itself and not by its state. "A
		// meeting with Ered" is none of the talks told of.
		if m.ev.Nominal && !m.ev.Definite && c.mode != m.ev.Mode && c.mode != "" && m.ev.Mode != "" {
			return false
		}
		_, exact := w.covered(m.parts, c.parts)
		return exact == 1 && (m.place == None || m.place == c.place)
	}
	if m.ev.Type == "CONSULT" && len(c.parts) == 1 {
		last := c.mentions[len(c.mentions)-1].ev
		return c.mode == m.ev.Mode && (m.ev.Sent-last.Sent <= oneSided || c.mode == "visit" && m.place != None && m.place == c.place) && w.within1(c.parts, m.parts)
	}
	return w.sameParties(m.parts, c.parts)
}

// joined reports whether m tells of a person who took part in c for one of its
// states: "the envoy, who attended the meeting".
func (w *walk) joined(m *mention, c *cluster) bool {
	return m.ev.Type == "CONSULT" && len(m.parts) == 1 && len(core(c.parts)) >= 2 && w.distance(c, m) <= reach &&
		!slices.ContainsFunc(m.parts, func(p part) bool {
			x := w.ents.Entities[p.entity]
			return x.Type != readout.Person || x.Country == "" || !slices.ContainsFunc(c.parts, func(q part) bool {
				y := w.ents.Entities[q.entity]
				return y.Type != readout.Person && y.Country == x.Country
			})
		})
}

// sameWord reports whether m's trigger has the lemma of one in c, or is its
// noun or verb: "attacked" and "the attack".
func (w *walk) sameWord(c *cluster, m *mention) bool {
	doc := w.docs[m.d]
	a := doc.Tokens[m.ev.Token].Lemma
	return slices.ContainsFunc(c.mentions, func(x mention) bool {
		return related(a, doc.Tokens[x.ev.Token].Lemma) && (x.ev.Mode == m.ev.Mode || x.ev.Mode == "" || m.ev.Mode == "")
	})
}

// relatedPrefix is how many letters a verb and its noun share at least
// ("invade", "invasion").
const relatedPrefix = 4

func related(a, b string) bool {
	if a == b {
		return true
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n >= relatedPrefix && n*10 >= 6*min(len(a), len(b))
}

// ordered reports whether the order of events keeps m out of c: m is before or
// after a mention of c, or c is on the other side of the same event.
func (w *walk) ordered(c *cluster, m *mention) bool {
	clash := func(before bool, j int) bool {
		t := w.of[j]
		if t == c {
			return true
		}
		if t == nil {
			return false
		}
		return slices.ContainsFunc(c.anchors, func(a anchor) bool { return a.before != before && w.of[a.i] == t })
	}
	for _, j := range m.ev.Before {
		if clash(true, j) {
			return true
		}
	}
	for _, j := range m.ev.After {
		if clash(false, j) {
			return true
		}
	}
	// c is told to be before or after this very mention.
	return slices.ContainsFunc(c.anchors, func(a anchor) bool { return a.d == m.d && a.i == m.i })
}

// byOrdinal drops the clusters that an ordering word rules out: "their next
// conversation", "another call" and "separate talks" are none of those told
// of, unless a date of their own says so.
func (w *walk) byOrdinal(fits []*cluster, m *mention, anaphor bool) []*cluster {
	switch m.ev.Ordinal {
	case "":
		return fits
	case "first", "initial", "latest", "last", "recent", "final":
		// "the last call" points back; "their first call on 3 May" has its date.
		return fits
	}
	// next, previous, second, another, separate, new, other, …
	return slices.DeleteFunc(slices.Clone(fits), func(c *cluster) bool {
		same := m.dated && c.when.known() && !c.when.excludes(m.when) && c.when.day()
		sameOrdinal := slices.ContainsFunc(c.mentions, func(x mention) bool { return x.ev.Ordinal == m.ev.Ordinal })
		return !same && !sameOrdinal
	})
}
