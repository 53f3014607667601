package view

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// contactTypes are the types of events at which people speak with each other.
var contactTypes = map[string]bool{"CONSULT": true, "MEDIATE": true}

// Contacts are who speaks with whom: people and states that reports name, and
// the calls, meetings and talks between two of them.
type Contacts struct {
	Nodes  []ContactNode // most contacts first
	Edges  []ContactEdge // most contacts first
	Others int           // nodes that were cut off, with their edges
	Events int           // calls, meetings and talks that count in the edges shown
}

// ContactNode is one of those who speak.
type ContactNode struct {
	Entity string // Entity.ID
	Name   string
	Role   string // held on the day asked for, "" unknown
	Kind   ActorKind
	Weight int // contacts, all told
}

// ContactEdge are the contacts of two.
type ContactEdge struct {
	A, B       int // indices of Contacts.Nodes; A < B
	Held       int // calls, meetings and talks that took place
	Reported   int // told, but not confirmed
	Planned    int // announced
	Denied     int
	Disputed   int      // of all these: with claims that cannot all be true
	AtoB, BtoA int      // things one is reported to have said to the other, renderings counted once
	Events     []string // ids of the events counted, by date
	First      string   // day of the first and of the last, "" undated
	Last       string
}

// Together is how often the two are told to have spoken.
func (e ContactEdge) Together() int { return e.Held + e.Reported }

func (e ContactEdge) weight() int {
	return e.Held + e.Reported + e.Planned + e.Denied + e.AtoB + e.BtoA
}

// Contacts counts the contacts at events that pass the filter and in what was
// said, between the most nodes that have most of them; day decides the offices
// shown.
func (v *View) Contacts(f Filter, day string, most int) Contacts {
	l := v.look()
	edges := map[[2]string]*ContactEdge{}
	edge := func(a, b string) (e *ContactEdge, turned bool) {
		if turned = a > b; turned {
			a, b = b, a
		}
		e = edges[[2]string{a, b}]
		if e == nil {
			e = &ContactEdge{}
			edges[[2]string{a, b}] = e
		}
		return e, turned
	}
	for _, ev := range l.contacts {
		if ev.Status == readout.Hypothetical || !v.eventPasses(ev, f) {
			continue
		}
		who := v.present(ev)
		for i, a := range who {
			for _, b := range who[i+1:] {
				e, _ := edge(a, b)
				switch ev.Status {
				case readout.Planned:
					e.Planned++
				case readout.Reported:
					e.Reported++
				case readout.Denied:
					e.Denied++
				default:
					e.Held++
				}
				if l.disputed[ev.ID] {
					e.Disputed++
				}
				e.Events = append(e.Events, ev.ID)
				if d := dayWords(ev.Date); d != "" {
					if e.First == "" || d < e.First {
						e.First = d
					}
					e.Last = max(e.Last, d)
				}
			}
		}
	}
	for _, s := range l.addressed {
		st := s.statements[0]
		if !v.statementPasses(st, Filter{From: f.From, To: f.To, Thread: f.Thread, Outlet: f.Outlet, EventType: f.EventType}) || !v.all(f.With, st.Speaker, st.Addressee) {
			continue
		}
		for _, a := range v.each(st.Speaker) {
			for _, b := range v.each(st.Addressee) {
				if a == b {
					continue
				}
				e, turned := edge(a, b)
				if turned {
					e.BtoA++
				} else {
					e.AtoB++
				}
			}
		}
	}
	return v.network(edges, day, most)
}

// network turns counted edges into nodes and edges, cut to the most nodes.
func (v *View) network(edges map[[2]string]*ContactEdge, day string, most int) Contacts {
	weight := map[string]int{}
	for ends, e := range edges {
		for _, id := range ends {
			weight[id] += e.weight()
		}
	}
	var out Contacts
	for id, w := range weight {
		out.Nodes = append(out.Nodes, ContactNode{Entity: id, Name: v.EntityName(id), Weight: w})
	}
	slices.SortFunc(out.Nodes, func(a, b ContactNode) int {
		return cmp.Or(-cmp.Compare(a.Weight, b.Weight), strings.Compare(a.Name, b.Name), strings.Compare(a.Entity, b.Entity))
	})
	if len(out.Nodes) > most {
		out.Others = len(out.Nodes) - most
		out.Nodes = out.Nodes[:most]
	}
	at := map[string]int{}
	for i := range out.Nodes {
		n := &out.Nodes[i]
		n.Role, n.Kind = v.Role(n.Entity, day), v.actorKind(v.entities[n.Entity])
		at[n.Entity] = i
	}
	counted := map[string]bool{}
	for ends, e := range edges {
		a, okA := at[ends[0]]
		b, okB := at[ends[1]]
		if !okA || !okB {
			continue
		}
		x := *e
		if x.A, x.B = a, b; a > b {
			x.A, x.B, x.AtoB, x.BtoA = b, a, e.BtoA, e.AtoB
		}
		for _, id := range x.Events {
			counted[id] = true
		}
		out.Edges = append(out.Edges, x)
	}
	slices.SortFunc(out.Edges, func(a, b ContactEdge) int {
		return cmp.Or(-cmp.Compare(a.Together(), b.Together()), -cmp.Compare(a.weight(), b.weight()), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	out.Events = len(counted)
	return out
}

// present are the named people and states that took part in an event; of a
// group that is spelled out, its members.
func (v *View) present(e *readout.Event) []string {
	var out []string
	for _, p := range e.Participants {
		switch p.Role {
		case "place", "topic", "instrument":
			continue
		}
		for _, id := range v.each(p.Entity) {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// each is a person or state that reports name, or those among the members of a
// group.
func (v *View) each(id string) []string {
	e := v.entities[id]
	if e == nil {
		return nil
	}
	var out []string
	for _, id := range append([]string{id}, e.Members...) {
		if x := v.entities[id]; x != nil && len(x.Members) == 0 {
			if k := v.actorKind(x); k == ActorPerson || k == ActorState {
				out = append(out, id)
			}
		}
	}
	return out
}

// dayWords is the first day of a date, "" unknown.
func dayWords(d *readout.Date) string {
	if d == nil {
		return ""
	}
	return d.Value[:min(len(d.Value), len("2006-01-02"))]
}
