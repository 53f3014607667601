package view

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// Filter narrows a view. Empty fields let everything through; a view uses the
// fields that mean something for its facts.
type Filter struct {
	From, To string   // days, months or years, ISO 8601, both included; undated facts go by their report's day, see View.during
	By       string   // name or id of who speaks, holds, promises or answers
	With     []string // names or ids of the others: participants, addressees, who asked
	On       string   // words of the issue, terms or text
	Stance   readout.Stance
	Kind     string // of a statement or response
	Verdict  readout.Verdict
	Status   readout.EventStatus
	Words    string // words of an event's title, people, place, day or status
	InClaims bool   // Words may also stand in what reports claim of the event

	At        string // words of where or when it was said: title, place or day of the event, name of the medium; or the event's id
	Source    string // "named", "official" or "unnamed": to whom a statement is attributed
	Thread    string // id: events of the thread; of other facts those made at one of its events or, made at none, told by one of its reports
	Outlet    string // id or name of an outlet: what its reports tell
	EventType string // type or mode of an event ("CONSULT", "phone"); other facts go by the event they were made at
	Disputed  bool   // only events with claims that cannot all be true, words that renderings change, accusations, promises said to be broken, denials
}

// during reports whether d lies in whole or in part between from and to.
// Values are compared by as many characters as both have: "2031-03" lies in
// part in the days from 2031-03-14.
func during(d *readout.Date, from, to string) bool {
	if from == "" && to == "" {
		return true
	}
	if d == nil || d.Value == "" {
		return false
	}
	last := d.Value
	if d.End != "" {
		last = d.End
	}
	// "~" sorts behind every character of a date, so that all of the last day
	// is in.
	return (to == "" || d.Value <= to+"~") && (from == "" || last >= from || strings.HasPrefix(from, last))
}

// during reports whether a fact passes From and To. One that has no day of its
// own goes by the day of the first report that tells of it; that decides what
// is shown, and never becomes its date.
func (v *View) during(f Filter, d *readout.Date, reports ...string) bool {
	if f.From == "" && f.To == "" {
		return true
	}
	if d == nil || d.Value == "" {
		first := ""
		for _, id := range reports {
			if p := v.published(id); p != "" && (first == "" || p < first) {
				first = p
			}
		}
		d = &readout.Date{Value: first}
	}
	return during(d, f.From, f.To)
}

// is reports whether the entity of that id goes by name; every entity does by
// the empty name.
func (v *View) is(id, name string) bool {
	return name == "" || id != "" && v.called(name)[id]
}

// acting tells who goes by name, or is a person or body to whom reports give an
// office of the place or body that does ("foreign minister of Sollund"), or
// belongs to its state: asked what Sollund wants, its minister's words count.
func (v *View) acting(name string) func(id string) bool {
	if name == "" {
		return func(string) bool { return true }
	}
	want := fold(name)
	states := map[string]bool{} // country codes of the places of that name
	for _, x := range v.Record.Entities {
		if x.Type == readout.Place && x.Country != "" && !states[x.Country] && slices.ContainsFunc(append(slices.Clone(x.Names), x.Name), func(n string) bool { return fold(n) == want }) {
			states[x.Country] = true
		}
	}
	return func(id string) bool {
		if v.is(id, name) {
			return true
		}
		e := v.entities[id]
		if e == nil {
			return false
		}
		for _, r := range e.Roles {
			if _, of, ok := strings.Cut(fold(r.Title), " of "); ok && strings.TrimPrefix(of, "the ") == want {
				return true
			}
		}
		return states[e.Country]
	}
}

// all reports whether each name is that of one of the entities.
func (v *View) all(names []string, ids ...string) bool {
	for _, n := range names {
		if !slices.ContainsFunc(ids, func(id string) bool { return v.is(id, n) }) {
			return false
		}
	}
	return true
}

// holds reports whether each of the words begins a word of one of the texts;
// case and punctuation do not matter.
func holds(words string, texts ...string) bool {
	have := strings.Fields(fold(strings.Join(texts, " ")))
	for _, w := range strings.Fields(fold(words)) {
		if !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}

// day is the value of a date, behind all others where there is none.
func day(d *readout.Date) string {
	if d == nil || d.Value == "" {
		return "~"
	}
	return d.Value
}

// Knows reports whether an entity goes by name.
func (v *View) Knows(name string) bool {
	return slices.ContainsFunc(v.Record.Entities, func(e *readout.Entity) bool { return v.named(e, name) })
}

// maxNear bounds what Near lists.
const maxNear = 5

// Near lists names that somebody may have meant: of entities with a word that
// begins like one of name's, most mentioned first.
func (v *View) Near(name string) []string {
	count := map[string]int{}
	for _, w := range strings.Fields(fold(name)) {
		if r := []rune(w); len(r) > 3 {
			w = string(r[:3])
		}
		for _, e := range v.Record.Entities {
			if e.Name != "" && holds(w, append(e.Names, e.Name)...) {
				count[e.Name] += len(e.Mentions) + 1
			}
		}
	}
	out := byCount(count)
	return out[:min(len(out), maxNear)]
}
