package event

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/event"
)

// events makes the record's events of the clusters that say enough.
func (l *linker) events(clusters []*cluster, t titles) *Links {
	out := &Links{OfMention: make([][]int, len(l.docs))}
	for d, doc := range l.docs {
		out.OfMention[d] = make([]int, len(doc.Events))
		for i := range out.OfMention[d] {
			out.OfMention[d][i] = None
		}
	}
	type made struct {
		ev *readout.Event
		c  *cluster
	}
	var all []made
	for _, c := range clusters {
		l.settle(c)
		if l.tells(c) {
			all = append(all, made{l.event(c, t), c})
		}
	}
	slices.SortFunc(all, func(a, b made) int { return cmp.Compare(a.ev.ID, b.ev.ID) })
	for n, x := range all {
		out.Events = append(out.Events, x.ev)
		for _, m := range x.c.mentions {
			out.OfMention[m.d][m.i] = n
		}
	}
	for n, x := range all {
		x.ev.Links = l.links(x.c, n, out)
	}
	return out
}

// tells reports whether a cluster says enough to be an event of the record:
// two parties for a contact, or one with a day and a place or a partner; one party for the other types. What is only in a heading, and
// what only a phrase in passing names, is left out.
func (l *linker) tells(c *cluster) bool {
	own := slices.ContainsFunc(c.mentions, func(m mention) bool {
		return m.ev.Attributes[event.AttrHeading] == ""
	})
	if !own {
		return false
	}
	parts := core(c.parts)
	if c.mentions[0].family != "CONSULT" {
		// "efforts to end the war" name no event.
		return len(c.parts) > 0 && slices.ContainsFunc(c.mentions, func(m mention) bool {
			by := m.ev.Attributes[event.AttrStatusBy]
			return by != event.StatusByGerund && by != event.StatusByInfinitive
		})
	}
	if len(parts) >= 2 {
		return true
	}
	if len(c.parts) == 0 {
		return false
	}
	if len(parts) == 1 && partners(c) != "" && l.toldOf(c) {
		return true
	}
	// One party: a visit, or a day with a place or with a partner who has no
	// name ("met survivors").
	if c.mode == "visit" {
		return c.place != None || c.when.known()
	}
	return len(c.strong) > 0 && c.when.known() && c.when.day() && (c.place != None || c.vague)
}

// pairRule is the rule of "Maren and Ered discussed the port".
const pairRule = "event/discuss/pair"

// toldOf reports whether a contact of one party with partners who have no name
// is told as one that took place: dated, told twice, or what the report opens
// with.
func (l *linker) toldOf(c *cluster) bool {
	if s := statusOf(c); c.plural || s != readout.Occurred && s != readout.Reported {
		return false
	}
	own := 0
	for _, m := range c.mentions {
		if m.ev.Attributes[event.AttrHeading] == "" {
			own++
		}
	}
	return c.when.known() || own >= 2 || c.lead && own > 0
}

// event makes the event of a cluster.
func (l *linker) event(c *cluster, t titles) *readout.Event {
	e := &readout.Event{Type: c.mentions[0].ev.Type, Mode: c.mode, Status: statusOf(c), Attributes: map[string]string{}}
	for _, p := range c.parts {
		e.Participants = append(e.Participants, readout.Participant{Entity: l.ents.Entities[p.entity].ID, Role: p.role})
	}
	slices.SortFunc(e.Participants, func(a, b readout.Participant) int {
		return cmp.Or(cmp.Compare(a.Entity, b.Entity), cmp.Compare(a.Role, b.Role))
	})
	if c.place != None {
		e.Place = l.ents.Entities[c.place].ID
	}
	e.Date = l.date(c)
	for _, m := range c.mentions {
		r := l.docs[m.d].Report.ID
		e.Mentions = append(e.Mentions, readout.EventMention{
			Evidence: readout.Evidence{Report: r, Span: m.ev.Span, By: m.ev.By},
			Trigger:  m.ev.Trigger, Status: m.ev.Status,
		})
		for _, k := range []string{event.AttrNumber, event.AttrCancelled} {
			if v := m.ev.Attributes[k]; v != "" && e.Attributes[k] == "" {
				e.Attributes[k] = v
			}
		}
	}
	if p := partners(c); p != "" && len(core(c.parts)) < 2 {
		e.Attributes[event.AttrPartners] = p
	}
	slices.SortFunc(e.Mentions, func(a, b readout.EventMention) int {
		return cmp.Or(cmp.Compare(a.Report, b.Report), a.Trigger.Compare(b.Trigger))
	})
	e.Title = l.title(c, e, t)
	e.ID = id(e)
	return e
}

// id names an event by its content: type, participants, date, first mention.
func id(e *readout.Event) string {
	h := sha256.New()
	fmt.Fprintf(h, "event\x00%s", e.Type)
	for _, p := range e.Participants {
		fmt.Fprintf(h, "\x00%s", p.Entity)
	}
	if e.Date != nil {
		fmt.Fprintf(h, "\x00%s/%s", e.Date.Value, e.Date.End)
	}
	m := e.Mentions[0]
	fmt.Fprintf(h, "\x00%s\x00%d-%d", m.Report, m.Trigger.Start, m.Trigger.End)
	return "v" + hex.EncodeToString(h.Sum(nil)[:8])
}

// statusOf is what the mentions with a cue of their own say, the surest first:
// it occurred when one report tells it as past fact; a bare "the call" decides
// only when nothing else does.
func statusOf(c *cluster) readout.EventStatus {
	for _, s := range []readout.EventStatus{readout.Occurred, readout.Reported, readout.Denied, readout.Planned, readout.Hypothetical} {
		if c.strong[s] {
			// A denial stays visible over hearsay.
			if s == readout.Reported && c.strong[readout.Denied] {
				return readout.Denied
			}
			return s
		}
	}
	// Talks that are to be taken up again took place, if the report speaks of them
	// in any other way.
	if slices.ContainsFunc(c.mentions, func(m mention) bool { return m.ev.Attributes[event.AttrResumed] != "" }) &&
		slices.ContainsFunc(c.mentions, func(m mention) bool { return m.ev.Status == readout.Occurred }) {
		return readout.Occurred
	}
	return c.mentions[0].ev.Status
}

// date is the day or range that the expressions of the mentions leave, with
// the finest of them as evidence; nil when none resolved.
func (l *linker) date(c *cluster) *readout.Date {
	if v, m := l.decided(c, nlp.DeskDate); m != nil {
		return nlp.DeskDay(v.Value)
	}
	if !c.when.known() {
		return l.latestDate(c)
	}
	var best *mention
	mentions, basis := c.mentions, ""
	own := slices.ContainsFunc(mentions, func(m mention) bool { return m.dated && m.when.known() })
	if !own && c.inferred != nil {
		mentions, basis = c.inferred.mentions, "inferred"
	}
	for i := range mentions {
		m := &mentions[i]
		if !m.dated || !m.when.known() {
			continue
		}
		if best == nil || m.when.hi-m.when.lo < best.when.hi-best.when.lo ||
			m.when.hi-m.when.lo == best.when.hi-best.when.lo && l.basisRank(m) < l.basisRank(best) {
			best = m
		}
	}
	if best == nil {
		return nil
	}
	if c.first != 0 || c.last != 0 {
		// One end alone leaves the other open: no day is guessed.
		c.when.lo, c.when.hi = cmp.Or(c.first, c.last), cmp.Or(c.last, c.first)
		if c.when.lo > c.when.hi {
			c.when.lo, c.when.hi = c.when.hi, c.when.lo
		}
	}
	if best.fixed != 0 { // of the event that gave this one its day
		return &readout.Date{Value: format(c.when.lo), Precision: "day", Basis: "inferred"}
	}
	doc := l.docs[best.d]
	x := &doc.Timexes[best.ev.Time]
	out := &readout.Date{
		Value: format(c.when.lo), Precision: "day", Basis: x.Basis,
		Expression: &readout.Evidence{Report: doc.Report.ID, Span: x.Span, By: x.By},
	}
	switch {
	case c.when.day():
		if len(x.Value) > len("2006-01-02T") && x.Value[10] == 'T' && x.Value[11] >= '0' && x.Value[11] <= '9' {
			out.Value, out.Precision = x.Value, "minute"
			if len(x.Value) < len("2006-01-02T15:04") {
				out.Precision = "hour"
			}
		}
	case best.when == c.when && best.when.precision == "month" && strings.Count(x.Value, "-") == 1 && len(x.Value) == len("2006-01"):
		out.Value, out.Precision = x.Value, "month"
	case best.when == c.when && best.when.precision == "year" && len(x.Value) == len("2006"):
		out.Value, out.Precision = x.Value, "year"
	default:
		out.End = format(c.when.hi)
	}
	out.Basis = cmp.Or(basis, out.Basis, "explicit")
	return out
}

// basisRank puts the expressions that say the day themselves before those that
// were completed by inference.
func (l *linker) basisRank(m *mention) int {
	if m.fixed == 0 && l.docs[m.d].Timexes[m.ev.Time].Basis == "inferred" {
		return 1
	}
	return 0
}

// title fills the template of the event's type with the names of its parties.
func (l *linker) title(c *cluster, e *readout.Event, t titles) string {
	names := func(roles ...string) string {
		var out []string
		for _, p := range c.parts {
			if slices.Contains(roles, p.role) {
				out = append(out, l.ents.Entities[p.entity].Name)
			}
		}
		slices.Sort(out)
		return enumerate(slices.Compact(out))
	}
	fields := map[string]string{
		"{all}":     names("participant", "agent", "patient", "recipient", "mediator"),
		"{agent}":   names("agent", "participant"),
		"{patient}": names("patient", "recipient"),
		"{host}":    names("host"),
		"{place}":   "",
	}
	if c.place != None {
		fields["{place}"] = l.ents.Entities[c.place].Name
	}
	s := t.title(e.Type, e.Mode, fields)
	if !strings.Contains(fields["{all}"], " and ") {
		s = strings.Replace(s, " between "+fields["{all}"], " of "+fields["{all}"], 1)
	}
	if n := e.Attributes[event.AttrNumber]; n != "" {
		s += " (" + n + ")"
	}
	return s
}
