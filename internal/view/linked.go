package view

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// Linked is another event that one stands beside, as a line.
type Linked struct {
	Lead  string // "Before it", "Answered by"
	Event *readout.Event
	Note  string // date and how sure it is: "19 May 2025, told as unconfirmed"
	Ref   string // opens the sentence that links them, "" where nothing but the dates does
	Text  string // the words of that sentence that tell of it
}

// leads say how another event stands to the one of the page, by the relation
// seen from the page's event.
var leads = map[string]string{
	"before": "After it", "after": "Before it", "reports_on": "Tells of", "told by": "Told by", "announces": "Announces", "announced by": "Announced by",
	"responds_to": "Answers", "answered by": "Answered by", "part_of": "Part of", "has part": "Part of it",
}

// leadOrder is the order of lines.
var leadOrder = []string{"Part of", "Announced by", "Announces", "Before it", "After it", "Part of it", "Answers", "Answered by", "Told by", "Tells of"}

// Links are the events that the record links with one, in words, and of the
// same parties the one before it and the one after it.
func (v *View) Links(event string) []Linked {
	e := v.events[event]
	if e == nil {
		return nil
	}
	var out []Linked
	add := func(relation string, other *readout.Event, ev readout.Evidence) {
		if other == nil || other == e || slices.ContainsFunc(out, func(l Linked) bool { return l.Event == other }) {
			return
		}
		l := Linked{Lead: cmp.Or(leads[relation], capital(strings.ReplaceAll(relation, "_", " "))), Event: other, Note: eventNote(other)}
		if ev.Report != "" {
			l.Ref, l.Text = other.ID, shorten(v.text(ev), 2*maxQuote)
		}
		out = append(out, l)
	}
	for _, l := range e.Links {
		add(l.Relation, v.events[l.Event], l.Evidence)
	}
	for _, b := range v.about(event).from {
		add(cmp.Or(inverse[b.link.Relation], b.link.Relation+" of"), b.event, b.link.Evidence)
	}
	before, after := v.neighbours(e)
	add("after", before, readout.Evidence{})
	add("before", after, readout.Evidence{})
	slices.SortStableFunc(out, func(a, b Linked) int {
		return cmp.Or(cmp.Compare(slices.Index(leadOrder, a.Lead), slices.Index(leadOrder, b.Lead)), strings.Compare(day(a.Event.Date), day(b.Event.Date)), strings.Compare(a.Event.ID, b.Event.ID))
	})
	return out
}

// neighbours are the events of the same type and parties next to e in time.
func (v *View) neighbours(e *readout.Event) (before, after *readout.Event) {
	if e.Type != "CONSULT" || day10(e.Date) == "" || e.Date.Bound() {
		return nil, nil
	}
	parties := func(x *readout.Event) string {
		var ids []string
		for _, p := range x.Participants {
			if p.Role == "participant" {
				ids = append(ids, p.Entity)
			}
		}
		slices.Sort(ids)
		return strings.Join(slices.Compact(ids), " ")
	}
	want := parties(e)
	if !strings.Contains(want, " ") {
		return nil, nil
	}
	for _, x := range v.look().eventsOf[strings.Fields(want)[0]] {
		if x == e || x.Type != e.Type || day10(x.Date) == "" || x.Date.Bound() || parties(x) != want {
			continue
		}
		switch d := strings.Compare(x.Date.Value, e.Date.Value); {
		case d < 0 && (before == nil || x.Date.Value > before.Date.Value || x.Date.Value == before.Date.Value && x.ID < before.ID):
			before = x
		case d > 0 && (after == nil || x.Date.Value < after.Date.Value || x.Date.Value == after.Date.Value && x.ID < after.ID):
			after = x
		}
	}
	return before, after
}

// eventNote says when an event was and how sure it is that it took place.
func eventNote(e *readout.Event) string {
	s := cmp.Or(DateWords(e.Date), "day not known")
	if w := StatusWords(e.Status); w != "" {
		s += ", " + w
	}
	return s
}

// StatusWords says how sure the record is of an event; "" for one that took
// place.
func StatusWords(s readout.EventStatus) string {
	switch s {
	case readout.Planned:
		return "announced"
	case readout.Reported:
		return "told as unconfirmed"
	case readout.Denied:
		return "denied"
	case readout.Hypothetical:
		return "only a possibility"
	}
	return ""
}

// Counterparts are the events of v that rest on words on which e, an event of
// another state of the record, rests too: ids follow from all the words of an
// event and change as reports come in. The one with most of them comes first.
func (v *View) Counterparts(e *readout.Event) []*readout.Event {
	if x := v.events[e.ID]; x != nil {
		return []*readout.Event{x}
	}
	shared := map[*readout.Event]int{}
	for _, m := range e.Mentions {
		for _, x := range v.from(m.Report).events {
			for _, n := range x.Mentions {
				if n.Report == m.Report && n.Trigger == m.Trigger {
					shared[x]++
				}
			}
		}
	}
	var out []*readout.Event
	for x := range shared {
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b *readout.Event) int {
		return cmp.Or(-cmp.Compare(shared[a], shared[b]), strings.Compare(a.ID, b.ID))
	})
	return out
}
