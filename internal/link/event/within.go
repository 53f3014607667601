package event

import (
	"cmp"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/event"
)

// within clusters the mentions of document d.
func (l *linker) within(d int) []*cluster {
	doc := l.docs[d]
	w := &walk{linker: l, d: d, of: make([]*cluster, len(doc.Events)), done: make([]bool, len(doc.Events))}
	w.leadEnd = leadEnd(doc)
	w.meant.sent = nlp.None
	for i := range doc.Events {
		w.visit(i, 0)
	}
	w.bareTalks()
	for _, c := range w.clusters {
		w.hearsay(c)
		w.inferDay(c)
	}
	for _, c := range w.clusters {
		w.boundDay(c)
	}
	return w.clusters
}

// leadSentences is how many sentences, headings apart, a report opens with.
const leadSentences = 2

// leadEnd is the offset where the opening of a report ends.
func leadEnd(doc *nlp.Doc) int {
	n, end := 0, 0
	for i := range doc.Sentences {
		if doc.Sentences[i].Noise != "" {
			continue
		}
		n++
		end = doc.Sentences[i].End
		if n == leadSentences {
			break
		}
	}
	return end
}

// walk is the pass over one report.
type walk struct {
	*linker
	d        int
	clusters []*cluster
	of       []*cluster // by event mention
	done     []bool
	leadEnd  int
	meant    struct { // what series found a pronoun to mean
		sent        int
		read, parts []part // as coreference had it, and as meant
	}
}

// visit places mention i. The mentions it is ordered by come first, so that
// "before the call" and "after the call" can keep two mentions apart.
func (w *walk) visit(i, depth int) {
	if w.done[i] {
		return
	}
	w.done[i] = true
	ev := &w.docs[w.d].Events[i]
	if depth < 4 {
		for _, j := range ev.Before {
			w.visit(j, depth+1)
		}
		for _, j := range ev.After {
			w.visit(j, depth+1)
		}
	}
	if x := w.desk(w.d, i); x != nil && x.Not {
		return
	}
	m := w.facts(w.d, i)
	w.series(&m)
	w.regroup(&m)
	if ev.Plural && ev.Definite && len(m.parts) < 2 || ev.Negated {
		return
	}
	c := w.inGroup(&m)
	if c == nil {
		if c = w.find(&m); c != nil && w.apart(c.group, m.group) {
			c = nil
		}
	}
	if c == nil && ev.By.Rule == pairRule && !m.dated {
		return // "Maren and Ered discussed the port": of no one occasion
	}
	if c == nil && len(m.parts) == 0 && (!m.vague || w.theySpoke(&m)) {
		w.inherit(&m)
	}
	if c == nil {
		c = &cluster{place: None, when: unknown, strong: map[readout.EventStatus]bool{}, plural: ev.Plural}
		// Who takes part in "the G7 summit" is not told by who is named next.
		c.vague = len(m.parts) == 0 && len(w.bodies(&m)) > 0
		w.clusters = append(w.clusters, c)
	}
	w.join(c, m)
	w.of[i] = c
	w.countOn(c, &m)
}

// join adds m to c.
func (w *walk) join(c *cluster, m mention) {
	ev := m.ev
	c.mentions = append(c.mentions, m)
	c.vague = c.vague || m.vague
	for _, p := range m.parts {
		// A state joins a person of it as no party of its own.
		if !slices.ContainsFunc(c.parts, func(q part) bool { return w.entitiesMatch(p.entity, q.entity) > 0 }) {
			c.parts = append(c.parts, p)
		} else if i := slices.IndexFunc(c.parts, func(q part) bool { return w.entitiesMatch(p.entity, q.entity) == 1 }); i >= 0 &&
			w.ents.Entities[p.entity].Type == readout.Person && w.ents.Entities[c.parts[i].entity].Type != readout.Person && ev.Type == "CONSULT" &&
			!slices.ContainsFunc(c.parts, func(q part) bool { return q.entity == p.entity }) {
			c.parts[i] = p
		}
	}
	slices.SortFunc(c.parts, comparePart)
	if more(ev.Mode, c.mode) && !(ev.Definite && len(c.mentions) > 1) {
		c.mode = ev.Mode
	} else if c.mode == "" && inPerson(ev.Mode) && (ev.Status == readout.Planned || ev.Status == readout.Hypothetical) {
		c.mode = ev.Mode // "plans to discuss it … the meeting could be in May": no phone call
	}
	c.group = w.joinGroups(c.group, m.group)
	switch {
	case m.fixed > c.fixed:
		c.when, c.fixed, c.first, c.last = m.when, m.fixed, 0, 0
	case c.fixed == 0:
		c.when = c.when.meet(m.when)
		c.first, c.last = cmp.Or(c.first, m.first), cmp.Or(c.last, m.last)
	}
	if c.place == None {
		c.place = m.place
	}
	if w.sure(&m) && !w.unanswered(&m) {
		c.strong[ev.Status] = true
	}
	for _, j := range ev.Before {
		c.anchors = append(c.anchors, anchor{true, m.d, j})
	}
	for _, j := range ev.After {
		c.anchors = append(c.anchors, anchor{false, m.d, j})
	}
	if ev.Trigger.Start < w.leadEnd || ev.Attributes[event.AttrHeading] != "" {
		c.lead = true
	}
}

// sure reports whether m says with a cue of its own whether the event took
// place. "They would speak", "to resume talks" and what was planned long ago say
// nothing of how it stands at the time of the report.
func (w *walk) sure(m *mention) bool {
	a := m.ev.Attributes
	if a[event.AttrStatusBy] == event.DefaultStatus || a[event.AttrFutureInPast] != "" || a[event.AttrResumed] != "" && !m.dated {
		return false
	}
	if pub, ok := w.docs[w.d].Report.Published.Day(); ok && m.ev.Mode == "talks" && (m.ev.Status == readout.Planned || m.ev.Status == readout.Hypothetical) {
		old := dayOf(pub) - planDays
		if t, day := w.spokenOn(m.ev.Attribution); t != nlp.None && day < old {
			return false
		}
		return m.dated || !w.toldSince(m, old)
	}
	return true
}

// toldSince reports whether the sentence of m tells of days before day: "In May
// she urged both sides to begin talks".
func (w *walk) toldSince(m *mention, day int) bool {
	doc := w.docs[w.d]
	return slices.ContainsFunc(doc.Timexes, func(x nlp.Timex) bool {
		if x.Type != "DATE" || x.Optional || !doc.Sentences[m.ev.Sent].Contains(x.Span) || m.ev.Span.Contains(x.Span) {
			return false
		}
		s := parseValue(x.Value)
		return s.known() && s.hi < day
	})
}

// more reports whether mode a says more than b.
func more(a, b string) bool {
	rank := func(m string) int {
		switch m {
		case "":
			return 0
		case "talks":
			return 1
		case "meeting":
			return 2
		}
		return 3
	}
	return rank(a) > rank(b)
}
