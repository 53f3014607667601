package claim

import (
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
	mention "github.com/readout-news/readout/internal/nlp/event"
)

// excluded adds the claims that a contact called the next one leaves room for
// none in between, and marks the events concerned in open.
func (c *comparer) excluded(open []bool) {
	c.next(func(d, i, before, n int, between []int) {
		for _, m := range between {
			open[m] = true
			c.once(d, m, Occurrence, c.docs[d].Events[i].Span, readout.ClaimValue{Text: notBetween}, "", "claim/next-in-series")
		}
	})
}

// next calls f for each mention i of document d that tells of event n as the
// next one of its parties after event before, told earlier in the report, with
// the events of the record that lie between the two.
func (c *comparer) next(f func(d, i, before, n int, between []int)) {
	series := map[string][]int{} // type and parties → events of one day
	for n, e := range c.events.Events {
		if k := seriesOf(e); k != "" && seriesDay(e) != "" {
			series[k] = append(series[k], n)
		}
	}
	for d, doc := range c.docs {
		for i := range doc.Events {
			ev := &doc.Events[i]
			n := c.events.OfMention[d][i]
			if n == event.None || ev.Ordinal != "next" || ev.Status != readout.Occurred {
				continue
			}
			k, to := seriesOf(c.events.Events[n]), seriesDay(c.events.Events[n])
			if k == "" || to == "" {
				continue
			}
			from, before := "", event.None
			for j := range doc.Events[:i] {
				if m := c.events.OfMention[d][j]; m != event.None && slices.Contains(series[k], m) {
					if x := seriesDay(c.events.Events[m]); x < to && x > from {
						from, before = x, m
					}
				}
			}
			if before == event.None {
				continue
			}
			var between []int
			for _, m := range series[k] {
				if x := seriesDay(c.events.Events[m]); x > from && x < to {
					between = append(between, m)
				}
			}
			f(d, i, before, n, between)
		}
	}
}

// seriesOf is the key under which events of the same parties form a series, ""
// for an event that is in none.
func seriesOf(e *readout.Event) string {
	parts := []string{e.Type}
	for _, p := range e.Participants {
		if p.Role == "participant" {
			parts = append(parts, p.Entity)
		}
	}
	if len(parts) < 3 {
		return ""
	}
	return strings.Join(parts, " ")
}

// seriesDay is the single day of an event, "" when it has none.
func seriesDay(e *readout.Event) string {
	if e.Date == nil || e.Date.Bound() || e.Date.End != "" || len(e.Date.Value) < len(time.DateOnly) || e.Attributes[mention.AttrNumber] != "" {
		return ""
	}
	return e.Date.Value[:len(time.DateOnly)]
}

// intervals adds the dates that follow from how reports place one contact by
// another: "their next call, a month later, on 18 March" dates the one before
// it, and "the first talks since March 2029" the last ones before them.
func (c *comparer) intervals() {
	c.next(func(d, i, before, n int, _ []int) {
		ev := &c.docs[d].Events[i]
		for x := range c.docs[d].Timexes {
			t := &c.docs[d].Timexes[x]
			if t.First >= len(c.docs[d].Tokens) || c.docs[d].Tokens[t.First].Sent != ev.Sent || t.Type != "DATE" {
				continue
			}
			if date := c.stepBack(d, t, seriesDay(c.events.Events[n])); date != nil {
				c.once(d, before, Date, t.Span, readout.ClaimValue{Date: date}, t.Hedge, "claim/date-by-interval")
				return
			}
		}
	})
	for d, doc := range c.docs {
		for i := range doc.Events {
			ev := &doc.Events[i]
			if ev.Ordinal != "first" || ev.Type != consult {
				continue
			}
			for x := range doc.Timexes {
				t := &doc.Timexes[x]
				if t.Type != "DATE" || t.First == 0 || t.First >= len(doc.Tokens) || doc.Tokens[t.First].Sent != ev.Sent || t.First < ev.Token || doc.Lower(t.First-1) != "since" || doc.Tokens[t.First].Head == nlp.None {
					continue
				}
				date := c.dateOf(d, t)
				if date == nil {
					continue
				}
				if n := c.lastBefore(d, i, date); n != event.None {
					c.once(d, n, Date, t.Span, readout.ClaimValue{Date: date}, t.Hedge, "claim/first-since")
				}
			}
		}
	}
}

// mostSteps bounds the number of units of an interval that is read.
const mostSteps = 1000

// stepBack reads "just over a month later" as the days on which the event
// before the one of day lay: that long before it, give or take half a unit. nil
// when t is no such expression.
func (c *comparer) stepBack(d int, t *nlp.Timex, day string) *readout.Date {
	doc := c.docs[d]
	if t.Last > len(doc.Tokens) || t.Last-t.First < 2 || doc.Lower(t.Last-1) != "later" {
		return nil
	}
	unit, count := 0, 1
	for k := t.First; k < t.Last; k++ {
		switch doc.Tokens[k].Lemma {
		case "day":
			unit = 1
		case "week":
			unit = 7
		case "month":
			unit = 30
		case "year":
			unit = 365
		}
		if v, ok := number(doc.Lower(k)); ok && v < mostSteps {
			count = int(v)
		}
	}
	to, err := time.Parse(time.DateOnly, day)
	if unit == 0 || err != nil {
		return nil
	}
	slack := (unit + 1) / 2
	if unit == 1 {
		slack = 0
	}
	at := to.AddDate(0, 0, -unit*count)
	date := &readout.Date{
		Value: at.AddDate(0, 0, -slack).Format(time.DateOnly), Precision: "day", Basis: "relative",
		Expression: &readout.Evidence{Report: doc.Report.ID, Span: t.Span, By: t.By},
	}
	if slack > 0 {
		date.End = at.AddDate(0, 0, slack).Format(time.DateOnly)
	}
	return date
}

// lastBefore is the contact that document d dates within date and that shares
// a named party with mention i, when only one fits.
func (c *comparer) lastBefore(d, i int, date *readout.Date) int {
	doc := c.docs[d]
	parties := map[string]bool{}
	for _, a := range doc.Events[i].Args {
		if a.Mention != nlp.None && doc.Mentions[a.Mention].Chain != nlp.None {
			if e := c.ents.OfChain[d][doc.Mentions[a.Mention].Chain]; e >= 0 && c.ents.Entities[e].Type == readout.Person {
				parties[c.ents.Entities[e].ID] = true
			}
		}
	}
	want := days(&readout.Claim{Value: readout.ClaimValue{Date: date}})
	best := event.None
	for j := range doc.Events {
		n := c.events.OfMention[d][j]
		if n == event.None || n == best || n == c.events.OfMention[d][i] {
			continue
		}
		e := c.events.Events[n]
		if e.Type != consult || e.Date == nil || e.Attributes[mention.AttrNumber] != "" || !slices.ContainsFunc(e.Participants, func(p readout.Participant) bool { return parties[p.Entity] }) {
			continue
		}
		have := days(&readout.Claim{Value: readout.ClaimValue{Date: e.Date}})
		if have[0] < want[0] || have[1] > want[1] {
			continue
		}
		if best != event.None {
			return event.None
		}
		best = n
	}
	return best
}
