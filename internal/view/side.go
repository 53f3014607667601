package view

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// Side is the party that an entity speaks for: the state of its president, of
// its ministry and of its spokeswoman, as far as the record knows; the entity
// itself when it knows none.
func (v *View) Side(id string) string {
	v.lazy.sidesOnce.Do(func() { v.lazy.sides = v.allSides() })
	if s := v.lazy.sides[id]; s != "" {
		return s
	}
	return id
}

// voice says whether words name an office that speaks for what it belongs to.
// known is whether that is known to be a state.
func (p *phrases) voice(words string, known bool) bool {
	have := " " + fold(words) + " "
	in := func(class string) bool {
		return slices.ContainsFunc(p.voices[class], func(w string) bool { return strings.Contains(have, " "+w+" ") })
	}
	return !in("not") && (in("speaks") || known && in("of"))
}

// allSides finds for every entity the party that it speaks for.
func (v *View) allSides() map[string]string {
	p := words()
	// What a name can be the name of, places first; and the state of a country.
	named := map[string]*readout.Entity{}
	states := map[string]*readout.Entity{}
	better := func(a, b *readout.Entity) bool { // is a the better reading than b?
		if b == nil {
			return true
		}
		rank := func(e *readout.Entity) int {
			return b2i(e.Type == readout.Place)*2 + b2i(e.Type == readout.Organization)
		}
		return cmp.Or(cmp.Compare(rank(b), rank(a)), cmp.Compare(len(b.Mentions), len(a.Mentions)), strings.Compare(a.ID, b.ID)) < 0
	}
	for _, e := range v.Record.Entities {
		if e.Type != readout.Place && e.Type != readout.Organization {
			continue
		}
		for _, n := range append([]string{e.Name}, e.Names...) {
			if k := strings.TrimPrefix(fold(n), "the "); k != "" && better(e, named[k]) {
				named[k] = e
			}
		}
		if e.Type == readout.Place && e.Country != "" && better(e, states[e.Country]) {
			states[e.Country] = e
		}
	}
	v.lazy.named = named
	direct := map[string]string{}
	for _, e := range v.Record.Entities {
		switch e.Type {
		case readout.Person:
			for _, r := range e.Roles {
				office, of, ok := strings.Cut(fold(r.Title), " of ")
				if !ok || r.To != "" {
					continue
				}
				if to := named[strings.TrimPrefix(of, "the ")]; to != nil && p.voice(office, to.Country != "") {
					// A city stands for the state whose name it can be.
					if s := states[to.Country]; to.Country != "" && s != nil && to.Type == readout.Place {
						to = s
					}
					direct[e.ID] = to.ID
					break
				}
			}
			if direct[e.ID] == "" && e.Country != "" && slices.ContainsFunc(e.Roles, func(r readout.Role) bool { return r.To == "" && p.voice(r.Title, true) }) && states[e.Country] != nil {
				direct[e.ID] = states[e.Country].ID
			}
		case readout.Organization:
			if s := states[e.Country]; e.Country != "" && s != nil && !strings.Contains(fold(e.Name), fold(s.Name)) && !p.excluded(e.Name) {
				direct[e.ID] = s.ID
			}
		case readout.Place:
			if s := states[e.Country]; e.Country != "" && s != nil && s != e && slices.Contains(s.Names, e.Name) {
				direct[e.ID] = s.ID // "Moscow" said of the state, and of the city
			}
		}
	}
	v.belonging(p, direct)
	sides := map[string]string{}
	for _, e := range v.Record.Entities {
		to := e.ID
		for range 5 {
			next := direct[to]
			if next == "" || next == e.ID {
				break
			}
			to = next
		}
		if to != e.ID {
			sides[e.ID] = to
		}
	}
	return sides
}

// excluded reports whether a name has words of the class "not".
func (p *phrases) excluded(name string) bool {
	have := " " + fold(name) + " "
	return slices.ContainsFunc(p.voices["not"], func(w string) bool { return strings.Contains(have, " "+w+" ") })
}

// belonging adds to direct who is described by the one they speak for: "her
// office", "Sollund's foreign ministry", "a spokesman for the Karvany
// delegation". The description holds a mention of that one.
func (v *View) belonging(p *phrases, direct map[string]string) {
	type nominal struct {
		entity string
		span   readout.Span
	}
	by := map[string][]nominal{} // report → descriptions of those that have no side yet
	for _, e := range v.Record.Entities {
		if direct[e.ID] != "" || e.Type != readout.Person && e.Type != readout.Organization {
			continue
		}
		for _, m := range e.Mentions {
			if r := v.Report(m.Report); r != nil && m.Form == readout.FormNominal && m.Span.End <= len(r.Text) && p.voice(m.Span.In(r.Text), false) {
				by[m.Report] = append(by[m.Report], nominal{e.ID, m.Span})
			}
		}
	}
	for _, ns := range by {
		slices.SortFunc(ns, func(a, b nominal) int { return a.span.Compare(b.span) })
	}
	votes := map[string]map[string]int{}
	for _, e := range v.Record.Entities {
		if e.Type == readout.Outlet || len(e.Members) > 0 {
			continue
		}
		for _, m := range e.Mentions {
			for _, n := range by[m.Report] {
				if n.span.Start > m.Span.Start {
					break
				}
				if n.entity == e.ID || n.span == m.Span || !n.span.Contains(m.Span) {
					continue
				}
				text := v.Report(m.Report).Text
				before := fold(text[n.span.Start:m.Span.Start])
				after := text[m.Span.End:n.span.End]
				owner := m.Span.Start == n.span.Start && (m.Form == readout.FormPronoun || strings.HasPrefix(after, "'s ") || strings.HasPrefix(after, "’s ") || strings.HasPrefix(after, "' ") || strings.HasPrefix(after, "’ ")) && p.voice(after, false)
				of := (strings.HasSuffix(before, " for") || strings.HasSuffix(before, " of") || strings.HasSuffix(before, " for the") || strings.HasSuffix(before, " of the")) && p.voice(before, false)
				if owner || of {
					if votes[n.entity] == nil {
						votes[n.entity] = map[string]int{}
					}
					votes[n.entity][e.ID]++
				}
			}
		}
	}
	for id, to := range votes {
		best, most, tie := "", 0, false
		for x, n := range to {
			switch {
			case n > most:
				best, most, tie = x, n, false
			case n == most:
				tie = true
			}
		}
		if !tie {
			direct[id] = best
		}
	}
}
