package view

import (
	"maps"
	"slices"
)

// Called are the ids of the entities that go by name under any spelling, or
// that have it as id, sorted.
func (v *View) Called(name string) []string { return slices.Sorted(maps.Keys(v.called(name))) }

// Statement is the row of one statement; ok is false when there is none.
func (v *View) Statement(id string) (row QuoteRow, ok bool) {
	s := v.statements[id]
	if s == nil {
		return row, false
	}
	return v.quote(s), true
}

// Actor is an entity as a line of the list of people and bodies, with the
// office held on day; ok is false when there is none.
func (v *View) Actor(id, day string) (row ActorRow, ok bool) {
	e := v.entities[id]
	if e == nil {
		return row, false
	}
	return v.actor(e, day), true
}
