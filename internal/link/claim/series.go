package claim

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	mention "github.com/readout-news/readout/internal/nlp/event"
)

// notBetween is the value of an occurrence claim that follows from an order:
// who calls the contact of 18 March the next one after 12 February says that
// there was none in between.
const notBetween = "none in between"

// excluded adds those claims and marks the events concerned in open.
func (c *comparer) excluded(open []bool) {
	series := map[string][]int{} // type and parties → events of one day, by day
	key := func(e *readout.Event) string {
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
	day := func(e *readout.Event) string {
		if e.Date == nil || e.Date.End != "" || len(e.Date.Value) < len("2006-01-02") || e.Attributes[mention.AttrNumber] != "" {
			return ""
		}
		return e.Date.Value[:len("2006-01-02")]
	}
	for n, e := range c.events.Events {
		if k := key(e); k != "" && day(e) != "" {
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
			k, to := key(c.events.Events[n]), day(c.events.Events[n])
			if k == "" || to == "" {
				continue
			}
			// The one before it in this report.
			from := ""
			for j := range doc.Events[:i] {
				if m := c.events.OfMention[d][j]; m != event.None && slices.Contains(series[k], m) {
					if x := day(c.events.Events[m]); x < to && x > from {
						from = x
					}
				}
			}
			if from == "" {
				continue
			}
			for _, m := range series[k] {
				if x := day(c.events.Events[m]); x > from && x < to {
					open[m] = true
					c.once(d, m, Occurrence, ev.Span, readout.ClaimValue{Text: notBetween}, "", "claim/next-in-series")
				}
			}
		}
	}
}
