package event

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/event"
)

// bareTalks gives the talks that a report speaks of without saying whose ("as
// talks advanced", "a breakdown in negotiations") to the only talks that it tells
// with parties.
func (w *walk) bareTalks() {
	var of *cluster
	for _, c := range w.clusters {
		if c.mentions[0].family != "CONSULT" || c.mode != "talks" || c.plural || len(core(c.parts)) < 2 && !(len(core(c.parts)) == 1 && partners(c) != "") {
			continue
		}
		if of != nil && !w.sameParties(of.parts, c.parts) {
			return
		}
		if of == nil || len(of.mentions) == 1 && (of.strong[readout.Planned] || of.strong[readout.Hypothetical]) {
			of = c
		}
	}
	if of == nil {
		return
	}
	w.clusters = slices.DeleteFunc(w.clusters, func(c *cluster) bool {
		if c == of || c.mentions[0].family != "CONSULT" || c.mode != "talks" || c.plural || c.vague || len(c.parts) > 0 || c.when.excludes(of.when) ||
			c.place != None && c.place != of.place || w.apart(c.group, of.group) || slices.ContainsFunc(c.mentions, func(m mention) bool {
			return !m.ev.Nominal || m.ev.Ordinal != "" || !w.wordOf(of, &m) || m.ev.Negated || m.dated && m.ev.Status != readout.Occurred || !w.kindsMeet(of, &m)
		}) {
			return false
		}
		for _, m := range c.mentions {
			if (m.ev.Status == readout.Planned || m.ev.Status == readout.Hypothetical) && m.ev.Attributes[event.AttrResumed] == "" {
				if of.strong[readout.Occurred] || of.past() {
					return false // "if talks are held": others than those under way
				}
			}
		}
		for _, m := range c.mentions {
			w.join(of, m)
			w.of[m.i] = of
		}
		return true
	})
}

// wordOf reports whether m can be talks of c by its word: what two persons had is
// called negotiations only where it was before.
func (w *walk) wordOf(c *cluster, m *mention) bool {
	if slices.ContainsFunc(c.parts, func(p part) bool { return w.ents.Entities[p.entity].Type != readout.Person }) {
		return true
	}
	toks := w.docs[w.d].Tokens
	return slices.ContainsFunc(c.mentions, func(x mention) bool { return toks[x.ev.Token].Lemma == toks[m.ev.Token].Lemma })
}

// kindsMeet reports whether m can be talks of c by what kind they are said to
// be: "trade talks" are no "peace talks".
func (w *walk) kindsMeet(c *cluster, m *mention) bool {
	kind := w.kinds(m)
	if len(kind) == 0 {
		return true
	}
	told := false
	for i := range c.mentions {
		for _, k := range w.kinds(&c.mentions[i]) {
			told = true
			if slices.Contains(kind, k) {
				return true
			}
		}
	}
	return !told
}

// kinds are the nouns before the word of m that are no names.
func (w *walk) kinds(m *mention) []string {
	doc := w.docs[w.d]
	var out []string
	for _, k := range doc.Children(m.ev.Token) {
		if k < m.ev.Token && nlp.HasRel(doc.Tokens[k].Deprel, "compound") && doc.Tokens[k].UPOS == "NOUN" {
			out = append(out, strings.ToLower(doc.Tokens[k].Lemma))
		}
	}
	return out
}

// partners is what the mentions of c call the parties that have no name; "" when
// none does.
func partners(c *cluster) string {
	for _, m := range c.mentions {
		if p := m.ev.Attributes[event.AttrPartners]; p != "" {
			return p
		}
	}
	return ""
}

// hearsay keeps what a report tells as hearsay from becoming fact by its own
// heading, by what others are said to say of it, or by "the call", which only
// points back.
func (w *walk) hearsay(c *cluster) {
	if !c.strong[readout.Reported] || !c.strong[readout.Occurred] {
		return
	}
	if !slices.ContainsFunc(c.mentions, func(m mention) bool {
		return m.ev.Status == readout.Occurred && m.ev.Attributes[event.AttrStatusBy] != event.DefaultStatus &&
			m.ev.Attributes[event.AttrHeading] == "" && m.ev.Trigger.Start >= w.headEnd() && (m.ev.Attribution == nlp.None && !(m.ev.Nominal && m.ev.Definite) || w.ownWord(c, &m))
	}) {
		delete(c.strong, readout.Occurred)
	}
}

// ownWord reports whether m is what a party of c itself tells as past.
func (w *walk) ownWord(c *cluster, m *mention) bool {
	doc := w.docs[w.d]
	if m.ev.Attribution == nlp.None || m.ev.Tense != "past" {
		return false
	}
	a := &doc.Attributions[m.ev.Attribution]
	e := w.entityOf(w.d, a.Speaker)
	return a.Uttered && a.Relay == nlp.None && e != None && slices.ContainsFunc(c.parts, func(p part) bool { return p.entity == e })
}

// headEnd is where the first paragraph ends when it is a title: one sentence
// without a final stop.
func (w *walk) headEnd() int {
	doc := w.docs[w.d]
	for i := range doc.Sentences {
		s := &doc.Sentences[i]
		if s.Noise != "" && s.Noise != "heading" {
			continue
		}
		if s.Last > s.First && (i+1 == len(doc.Sentences) || doc.Sentences[i+1].Para != s.Para) && !strings.ContainsAny(doc.Word(s.Last-1), ".!?”\"") {
			return s.End
		}
		return 0
	}
	return 0
}

// unanswered reports whether m is what somebody would "neither confirm nor
// deny": that is no denial.
func (w *walk) unanswered(m *mention) bool {
	return m.ev.Status == readout.Denied && slices.ContainsFunc(w.docs[w.d].Responses, func(r nlp.Response) bool {
		return r.Kind == readout.Neither && (r.AboutEvent == m.i || r.Span.Contains(m.ev.Trigger))
	})
}

// inferDay dates an undated cluster by the event it is ordered by: what
// happened after an event of the day of publication happened that day; so did
// what is told as close to a dated event ("hours before", "ahead of").
func (w *walk) inferDay(c *cluster) {
	if c.when.known() || !c.strong[readout.Occurred] && !c.strong[readout.Reported] && !c.past() {
		return
	}
	t, ok := w.docs[w.d].Report.Published.Day()
	for _, a := range c.anchors {
		e := w.of[a.i]
		if e == nil || e == c || !e.when.known() || !e.when.day() || c.when.excludes(e.when) {
			continue
		}
		near := slices.ContainsFunc(c.mentions, func(m mention) bool { return m.ev.Attributes[event.AttrNear] != "" })
		if near || ok && !a.before && dayOf(t) == e.when.lo {
			c.when = e.when
			c.inferred = e
			return
		}
	}
}

// past reports whether a cluster is told as having happened, by default at
// least.
func (c *cluster) past() bool {
	return len(c.strong) == 0 && slices.ContainsFunc(c.mentions, func(m mention) bool { return m.ev.Status == readout.Occurred })
}
