package review

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// days finds events and commitments whose day is inferred, bounded or disputed.
func (w *watcher) days() {
	disputed := map[string]*readout.Disagreement{}
	parts := map[string]string{} // whether there are two of it comes first
	for _, x := range w.items {
		if x.Kind == OneOrTwo {
			parts[x.Sides[0].ID] = x.ID
		}
	}
	for _, d := range w.rec.Disagreements {
		if d.Attribute == "date" && d.Verdict == readout.Conflict {
			disputed[d.Event] = d
		}
	}
	for _, e := range w.rec.Events {
		d := disputed[e.ID]
		why := doubtOf(e.Date)
		if d != nil {
			why = "reports give days that exclude each other"
		}
		if why == "" || len(e.Mentions) == 0 {
			continue
		}
		it := &Item{Kind: Day, Field: "date", Value: decide.DateValue(e.Date), Why: []string{why}, Sides: []Side{w.eventSide(e)}, after: parts[e.ID]}
		it.row("Day", view.DateWords(e.Date))
		it.row("How it was found", basisWords(e.Date))
		if d != nil {
			for _, a := range w.accounts(d) {
				it.row("Told by "+w.outlets(a), a.value)
				if c := a.claims[0].Value.Date; c != nil {
					it.choose(decide.DateValue(c), a.value)
				}
			}
		}
		w.published(it)
		w.add(it)
	}
	for _, c := range w.rec.Commitments {
		field, day, why := "until", c.Until, doubtOf(c.Until)
		if why == "" {
			field, day, why = "made", c.Made, doubtOf(c.Made)
		}
		if why == "" {
			continue
		}
		it := &Item{Kind: Day, Field: field, Value: decide.DateValue(day), Why: []string{why}, Sides: []Side{commitmentSide(w.v, c)}}
		it.row(map[string]string{"until": "Due", "made": "Made"}[field], view.DateWords(day))
		it.row("How it was found", basisWords(day))
		w.published(it)
		w.add(it)
	}
}

// published adds when the reports came out, which is what a day is worked out
// from.
func (w *watcher) published(it *Item) {
	var days []string
	for _, e := range it.Sides[0].Evidence {
		if r := w.v.Report(e.Report); r != nil && len(r.Published.Value) >= 10 && !slices.Contains(days, r.Published.Value[:10]) {
			days = append(days, r.Published.Value[:10])
		}
	}
	slices.Sort(days)
	if len(days) > 3 {
		days = append(days[:2], "…", days[len(days)-1])
	}
	for i, d := range days {
		if d != "…" {
			days[i] = view.MomentWords(d)
		}
	}
	it.row("Reports came out", joined(days))
}

func (it *Item) choose(value, words string) {
	if value != "" && !slices.ContainsFunc(it.Choices, func(c Choice) bool { return c.Value == value }) {
		it.Choices = append(it.Choices, Choice{value, words})
	}
}

// doubtOf says why a day may be another; "" when it is told, or there is none.
func doubtOf(d *readout.Date) string {
	switch {
	case d == nil:
		return ""
	case d.Bound():
		return "only the last day is known on which it can have been"
	case d.Basis == "inferred":
		return "the day is worked out from other reports"
	}
	return ""
}

func basisWords(d *readout.Date) string {
	if d == nil {
		return ""
	}
	return map[string]string{"explicit": "the report gives it", "relative": "resolved against the day of the report", "inferred": "worked out from other reports"}[d.Basis]
}

func commitmentSide(v *view.View, c *readout.Commitment) Side {
	return Side{Kind: store.KindCommitment, ID: c.ID, Title: v.EntityName(c.Party) + ": " + view.Shorten(c.Terms, 140), Evidence: []readout.Evidence{c.Evidence}}
}
