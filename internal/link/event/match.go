package event

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// inPerson reports whether a mode means that people met face to face.
func inPerson(mode string) bool {
	return mode == "meeting" || mode == "visit" || mode == "multilateral" || mode == "third-party"
}

// modesMeet reports whether mentions of these modes can tell of one event.
// Anaphors are loose words: "the meeting" may point to a phone call.
func modesMeet(a, b string, anaphor bool) bool {
	switch {
	case anaphor && b == "" && (a == "talks" || a == "multilateral" || a == "visit"):
		return false
	case a == b || a == "" || b == "":
		return true
	case a == "mediation" || b == "mediation":
		return false
	case anaphor:
		// b is the word that points back: "the meeting" and "the talks" may be
		// anything, "the conversation" no negotiation, "the call" a call only.
		return a != "visit" && b != "visit" && b != "phone"
	case a == "phone" || b == "phone":
		return false
	case a == "visit" || b == "visit":
		return false
	}
	return true // meeting, talks, multilateral, third-party
}

// entitiesMatch is 2 for the same entity, 1 for a body or a leader that can
// stand for the other's state, 0 otherwise.
func (l *linker) entitiesMatch(a, b int) int {
	if a == b {
		return 2
	}
	x, y := l.ents.Entities[a], l.ents.Entities[b]
	if l.sameName(x, y) {
		return 2
	}
	if l.leads[a] && holdsOffice(x, y) || l.leads[b] && holdsOffice(y, x) {
		return 1
	}
	if l.heads[[2]int{a, b}] || l.heads[[2]int{b, a}] {
		return 1
	}
	if x.Country == "" || x.Country != y.Country {
		return 0
	}
	if x.Type == readout.Person && y.Type == readout.Person {
		return 0
	}
	if x.Type == readout.Outlet || y.Type == readout.Outlet {
		return 0
	}
	if x.Type == readout.Person && !l.leads[a] || y.Type == readout.Person && !l.leads[b] {
		return 0
	}
	return 1
}

// holdsOffice reports whether reports give person x an office of y: "prime
// minister of sollund" for a state that no list knows.
func holdsOffice(x, y *readout.Entity) bool {
	if y.Type == readout.Person || y.Name == "" {
		return false
	}
	of := " of " + strings.ToLower(y.Name)
	return slices.ContainsFunc(x.Roles, func(r readout.Role) bool { return strings.HasSuffix(strings.ToLower(r.Title), of) })
}

// sameName reports whether two entities that no list knows bear one name and
// differ in type: reports of one event seldom name two things alike, and the
// type of an unknown name is often read wrongly.
func (l *linker) sameName(x, y *readout.Entity) bool {
	return x.Wikidata == "" && y.Wikidata == "" && x.Name != "" && x.Type != y.Type && strings.EqualFold(x.Name, y.Name)
}

// covered counts how many of a match one of b; exact counts those that are
// the same entity. Participants that only host or are places do not count.
func (l *linker) covered(a, b []part) (n, exact int) {
	for _, x := range a {
		best := 0
		for _, y := range b {
			best = max(best, l.entitiesMatch(x.entity, y.entity))
		}
		if best > 0 {
			n++
		}
		if best == 2 {
			exact++
		}
	}
	return n, exact
}

// core leaves out hosts.
func core(parts []part) []part {
	return slices.DeleteFunc(slices.Clone(parts), func(p part) bool { return p.role == "host" })
}

// sameParties reports whether two sets of participants are one set, all of a
// in b and all of b in a, and keep their roles apart (an attack by A on B is
// none by B on A).
func (l *linker) sameParties(a, b []part) bool {
	a, b = core(a), core(b)
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	na, ea := l.covered(a, b)
	nb, _ := l.covered(b, a)
	if na != len(a) || nb != len(b) || l.oneSide(a, b) || l.oneSide(b, a) {
		return false
	}
	// Two persons on each side must be the same persons; at least one party
	// must be the same entity unless both are told at the level of states.
	return (ea > 0 || l.stateLevel(a) || l.stateLevel(b)) && !l.rolesCross(a, b)
}

// within reports whether all of a match parts of b.
func (l *linker) within1(a, b []part) bool {
	n, _ := l.covered(core(a), core(b))
	return n == len(core(a)) && !l.oneSide(core(a), core(b)) && !l.rolesCross(a, b)
}

// oneSide reports whether several parties of a all stand for one and the same
// of b: two people of Sollund are not the two sides of talks between Sollund
// and Karvany.
func (l *linker) oneSide(a, b []part) bool {
	if len(a) < 2 {
		return false
	}
	first := -1
	for _, x := range a {
		for j, y := range b {
			if l.entitiesMatch(x.entity, y.entity) == 0 || j == first {
				continue
			}
			if first >= 0 {
				return false
			}
			first = j
		}
	}
	return first >= 0
}

func (l *linker) stateLevel(ps []part) bool {
	return !slices.ContainsFunc(ps, func(p part) bool { return l.ents.Entities[p.entity].Type == readout.Person })
}

// rolesCross reports whether some entity is agent in one set and patient in
// the other.
func (l *linker) rolesCross(a, b []part) bool {
	for _, x := range a {
		for _, y := range b {
			if x.entity == y.entity && x.role != y.role && (x.role == "agent" && (y.role == "patient" || y.role == "recipient") || y.role == "agent" && (x.role == "patient" || x.role == "recipient")) {
				return true
			}
		}
	}
	return false
}

// placesExclude reports whether an event cannot be at both places: neither is
// the other's state.
func (l *linker) placesExclude(a, b int) bool {
	if a == None || b == None || a == b {
		return false
	}
	x, y := l.ents.Entities[a], l.ents.Entities[b]
	if x.Country != "" && x.Country == y.Country {
		return false // city and state, or two sites of one state: not sure
	}
	// A place without a known state is a building or a small town.
	return x.Country != "" && y.Country != ""
}

// statusesMeet reports whether mentions of these statuses can tell of one
// event within one report: what has happened is not what is still planned.
func statusesMeet(a, b map[readout.EventStatus]bool) bool {
	past := func(m map[readout.EventStatus]bool) bool { return m[readout.Occurred] || m[readout.Reported] }
	ahead := func(m map[readout.EventStatus]bool) bool {
		return m[readout.Planned] || m[readout.Hypothetical] && !past(m)
	}
	return !(past(a) && ahead(b) || past(b) && ahead(a))
}
