package event

import (
	"cmp"
	"slices"
	"strings"

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
			c.place != None && c.place != of.place || slices.ContainsFunc(c.mentions, func(m mention) bool {
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
	m := w.facts(w.d, i)
	w.series(&m)
	w.regroup(&m)
	if ev.Plural && ev.Definite && len(m.parts) < 2 || ev.Negated {
		return
	}
	c := w.find(&m)
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
	c.when = c.when.meet(m.when)
	c.first, c.last = cmp.Or(c.first, m.first), cmp.Or(c.last, m.last)
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
	var fits []*cluster
	for _, c := range w.clusters {
		if c.plural || c.mentions[0].family != m.family || !w.modesFit(c, m, anaphor) ||
			c.when.excludes(m.when) || ev.Mode != "phone" && w.placesExclude(c.place, m.place) || w.ordered(c, m) {
			continue
		}
		if ev.Type != "CONSULT" && !w.sameWord(c, m) || w.governs(c, m) {
			continue
		}
		if !anaphor && (w.placedApart(c, m) || w.standing(c, m)) {
			continue
		}
		if spoken[m.family] && !w.sameContent(c, m) || w.otherBody(c, m) {
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

// otherBody reports whether m is named after a body that has no part in c: "the
// G7 summit" is not the summit of two presidents.
func (w *walk) otherBody(c *cluster, m *mention) bool {
	doc := w.docs[w.d]
	return slices.ContainsFunc(w.bodies(m), func(word string) bool {
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
