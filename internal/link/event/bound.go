package event

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/event"
)

// latest bounds the day of an event that no date tells.
type latest struct {
	day   int
	d     int // report and time expression that say so
	timex int
}

// boundDay gives an undated cluster that is told as past the last day it can
// have been: the day on which somebody spoke of it ("We made progress in that
// meeting," she said on Sunday), or the day of an event it came before. The
// day of publication is no bound worth telling.
func (w *walk) boundDay(c *cluster) {
	if c.when.known() || c.plural || c.strong[readout.Planned] || c.strong[readout.Hypothetical] || c.strong[readout.Denied] ||
		!c.strong[readout.Occurred] && !c.strong[readout.Reported] && !c.past() {
		return
	}
	take := func(day, timex int) {
		if day < c.when.lo || c.when.weekday != 0 || c.latest != nil && c.latest.day <= day {
			return
		}
		c.latest = &latest{day, w.d, timex}
	}
	for _, m := range c.mentions {
		if m.ev.Status != readout.Occurred && m.ev.Status != readout.Reported || m.ev.Attributes[event.AttrFutureInPast] != "" {
			continue
		}
		if t, day := w.spokenOn(m.ev.Attribution); t != nlp.None {
			take(day, t)
		}
	}
	for _, a := range c.anchors {
		e := w.of[a.i]
		if !a.before || a.d != w.d || e == nil || e == c || !e.when.known() {
			continue
		}
		for _, m := range e.mentions {
			if m.dated && m.when.hi == e.when.hi && m.fixed == 0 {
				take(e.when.hi, m.ev.Time)
				break
			}
		}
	}
	if c.latest != nil {
		c.when.hi = min(c.when.hi, c.latest.day)
	}
}

// cueToDay is how far (bytes) a day may stand from the cue and still be that of
// speaking.
const cueToDay = 60

// spokenOn is the day on which the content of attribution a was spoken and the
// expression that says so: the nearest day to the cue, in its sentence and
// outside all that is quoted or reported there.
func (w *walk) spokenOn(a int) (timex, day int) {
	doc := w.docs[w.d]
	if a == nlp.None || a >= len(doc.Attributions) {
		return nlp.None, 0
	}
	att := &doc.Attributions[a]
	if att.Cue.Empty() || !att.Uttered {
		return nlp.None, 0
	}
	best, dist := nlp.None, cueToDay+1
	for t := range doc.Timexes {
		x := &doc.Timexes[t]
		if !doc.Sentences[att.Sent].Contains(x.Span) || x.Optional || x.Type != "DATE" && x.Type != "TIME" || x.AnchorEvent != "" ||
			slices.ContainsFunc(doc.Attributions, func(o nlp.Attribution) bool { return slices.ContainsFunc(o.Content, x.Overlaps) }) {
			continue
		}
		if s := parseValue(x.Value); !s.known() || !s.day() {
			continue
		}
		if gap := max(x.Start-att.Cue.End, att.Cue.Start-x.End, 0); gap < dist {
			best, dist = t, gap
		}
	}
	if best == nlp.None {
		return nlp.None, 0
	}
	return best, parseValue(doc.Timexes[best].Value).lo
}

// latestDate is the bound of a cluster as a date of the record, nil without one.
func (l *linker) latestDate(c *cluster) *readout.Date {
	if c.latest == nil {
		return nil
	}
	doc := l.docs[c.latest.d]
	x := &doc.Timexes[c.latest.timex]
	return &readout.Date{
		Value: format(c.latest.day), Precision: readout.Latest, Basis: "inferred",
		Expression: &readout.Evidence{Report: doc.Report.ID, Span: x.Span, By: x.By},
	}
}
