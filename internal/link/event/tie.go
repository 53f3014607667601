package event

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp/event"
)

// TieKey is what an event must have in common with one of another region to be
// the same: type, day and sides, each side a state where one is known. It is ""
// for an event that no other can be tied to: without a day of its own, without
// two sides, hypothetical, or several in one phrase. entity gives an entity of
// the event by id.
func TieKey(e *readout.Event, entity func(id string) *readout.Entity) string {
	if e.Date == nil || e.Date.End != "" || e.Status == readout.Hypothetical || e.Attributes[event.AttrNumber] != "" {
		return ""
	}
	switch e.Date.Precision {
	case "day", "hour", "minute":
	default:
		return ""
	}
	if len(e.Date.Value) < len("2006-01-02") {
		return ""
	}
	var sides []string
	for _, p := range tied(e) {
		side := p.Entity
		if e.Type == "CONSULT" {
			if x := entity(p.Entity); x != nil && x.Country != "" {
				side = "=" + x.Country
			}
		} else {
			side = p.Role + " " + side // an attack by one on the other is none by the other
		}
		sides = append(sides, side)
	}
	slices.Sort(sides)
	sides = slices.Compact(sides)
	if len(sides) < 2 {
		return ""
	}
	return e.Type + "\x00" + e.Date.Value[:len("2006-01-02")] + "\x00" + strings.Join(sides, "\x00")
}

// tied are the participants that make an event what it is.
func tied(e *readout.Event) []readout.Participant {
	return slices.DeleteFunc(slices.Clone(e.Participants), func(p readout.Participant) bool {
		return p.Role == "host" || p.Role == "place" || p.Role == "topic" || p.Role == "mediator"
	})
}

// Tied reports whether two events of one TieKey are one: their modes meet, their
// places do not differ, and where both name people of a side they name one in
// common.
func Tied(a, b *readout.Event, entity func(id string) *readout.Entity) bool {
	if a.Type == "CONSULT" && !modesMeet(a.Mode, b.Mode, false) || a.Type != "CONSULT" && !sameMode(a.Mode, b.Mode) {
		return false
	}
	if a.Place != "" && b.Place != "" && a.Place != b.Place && a.Mode != "phone" {
		return false
	}
	people := func(e *readout.Event) map[string][]string {
		out := map[string][]string{}
		for _, p := range tied(e) {
			if x := entity(p.Entity); x != nil && x.Type == readout.Person {
				out[x.Country] = append(out[x.Country], x.ID)
			}
		}
		return out
	}
	pb := people(b)
	for country, x := range people(a) {
		y := pb[country]
		if len(y) > 0 && !slices.ContainsFunc(x, func(id string) bool { return slices.Contains(y, id) }) {
			return false
		}
	}
	return true
}

// Merge makes one event, named id, of several of one TieKey that are Tied, or that
// people say are one, in any order.
func Merge(id string, events []*readout.Event, entity func(id string) *readout.Entity) *readout.Event {
	events = slices.SortedFunc(slices.Values(events), func(a, b *readout.Event) int {
		// Who names the parties best gives title and place.
		return cmp.Or(cmp.Compare(len(b.Participants), len(a.Participants)), strings.Compare(a.ID, b.ID))
	})
	out := *events[0]
	out.ID, out.Participants, out.Mentions, out.Links, out.Attributes = id, nil, nil, nil, map[string]string{}
	strong := map[readout.EventStatus]bool{}
	for _, e := range events {
		if more(e.Mode, out.Mode) {
			out.Mode = e.Mode
		}
		out.Place = cmp.Or(out.Place, e.Place)
		switch decided := out.Date != nil && out.Date.Basis == deskRule; {
		case e.Date == nil || decided:
		case out.Date == nil || e.Date.Basis == deskRule || len(e.Date.Value) > len(out.Date.Value):
			out.Date = e.Date
		}
		strong[e.Status] = true
		for _, k := range slices.Sorted(maps.Keys(e.Attributes)) {
			if out.Attributes[k] == "" {
				out.Attributes[k] = e.Attributes[k]
			}
		}
		out.Participants = append(out.Participants, e.Participants...)
		out.Mentions = append(out.Mentions, e.Mentions...)
		out.Links = append(out.Links, e.Links...)
	}
	out.Status = statusOf(&cluster{strong: strong, mentions: []mention{{}}})
	slices.SortFunc(out.Participants, func(a, b readout.Participant) int {
		return cmp.Or(cmp.Compare(a.Entity, b.Entity), cmp.Compare(a.Role, b.Role))
	})
	out.Participants = slices.CompactFunc(out.Participants, func(a, b readout.Participant) bool { return a.Entity == b.Entity })
	// A state that stands for those whom another report names is told by them.
	named := map[string]bool{}
	for _, p := range out.Participants {
		if x := entity(p.Entity); x != nil && x.Type == readout.Person && x.Country != "" {
			named[x.Country] = true
		}
	}
	out.Participants = slices.DeleteFunc(out.Participants, func(p readout.Participant) bool {
		x := entity(p.Entity)
		return x != nil && x.Type != readout.Person && named[x.Country] && x.Country != "" && (p.Role == "participant" || p.Role == "agent" || p.Role == "patient")
	})
	slices.SortFunc(out.Mentions, func(a, b readout.EventMention) int {
		return cmp.Or(cmp.Compare(a.Report, b.Report), a.Trigger.Compare(b.Trigger))
	})
	SortLinks(&out)
	return &out
}

// SortLinks orders the links of an event and drops those that say one thing
// again or lead to the event itself.
func SortLinks(e *readout.Event) {
	e.Links = slices.DeleteFunc(e.Links, func(l readout.EventLink) bool { return l.Event == e.ID })
	slices.SortStableFunc(e.Links, func(a, b readout.EventLink) int {
		return cmp.Or(cmp.Compare(a.Relation, b.Relation), cmp.Compare(a.Event, b.Event), cmp.Compare(a.Evidence.Report, b.Evidence.Report), a.Evidence.Span.Compare(b.Evidence.Span))
	})
	e.Links = slices.CompactFunc(e.Links, func(a, b readout.EventLink) bool { return a.Relation == b.Relation && a.Event == b.Event })
}
