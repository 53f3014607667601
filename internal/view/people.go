package view

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// ActorKind sorts those who act in a record.
type ActorKind string

// The kinds of actors.
const (
	ActorPerson  ActorKind = "person"  // somebody reports name
	ActorBody    ActorKind = "body"    // ministry, company, party, council
	ActorState   ActorKind = "state"   // a place that speaks, holds positions or has officers
	ActorUnnamed ActorKind = "unnamed" // "two officials", "a diplomat"
	ActorOutlet  ActorKind = "outlet"  // whose reports are in the record
	ActorPlace   ActorKind = "place"   // a place where things happen
	ActorOther   ActorKind = "other"   // several together ("both presidents"), works
)

// ActorKinds are the kinds in the order in which a page lists them.
var ActorKinds = []ActorKind{ActorPerson, ActorState, ActorBody, ActorUnnamed, ActorOutlet, ActorPlace, ActorOther}

// ActorRow is somebody as a line of the list of people and bodies.
type ActorRow struct {
	Entity    *readout.Entity
	Kind      ActorKind
	Role      string // held on the day asked for, "" unknown
	For       string // Entity.ID of the state or body it belongs to, "" none
	Mentions  int
	Reports   int
	Origins   int // independent
	Said      int // things, renderings of one counted once
	Events    int
	Positions int // copies not counted
}

// actors is the part of lookup on who acts.
type actors struct {
	exact    map[string][]*readout.Entity // folded name → who has just that
	peopleOf map[string][]*readout.Entity // state or body → who hold its offices, most mentioned first
	officeOf map[string][]*readout.Entity // who → states and bodies
	counts   map[string]*ActorRow
	roster   []*ActorRow // most mentioned first
}

func (a *actors) build(v *View, l *lookup) {
	rec := v.Record
	a.exact = map[string][]*readout.Entity{}
	states := map[string][]*readout.Entity{} // country code → the places that are the state
	for _, e := range rec.Entities {
		var seen []string
		for _, n := range append([]string{e.Name}, e.Names...) {
			if f := fold(n); f != "" && !slices.Contains(seen, f) {
				seen = append(seen, f)
				a.exact[f] = append(a.exact[f], e)
			}
		}
	}
	a.peopleOf, a.officeOf = map[string][]*readout.Entity{}, map[string][]*readout.Entity{}
	for _, e := range rec.Entities {
		// The state of a code is the place that most reports mention; its towns
		// carry the same code.
		if e.Type == readout.Place && e.Country != "" && (len(states[e.Country]) == 0 || len(e.Mentions) > len(states[e.Country][0].Mentions)) {
			states[e.Country] = []*readout.Entity{e}
		}
	}
	for _, e := range rec.Entities {
		if e.Type != readout.Person || !v.Named(e) {
			continue
		}
		link := func(x *readout.Entity) {
			if x != e && !slices.Contains(a.officeOf[e.ID], x) {
				a.officeOf[e.ID] = append(a.officeOf[e.ID], x)
				a.peopleOf[x.ID] = append(a.peopleOf[x.ID], e)
			}
		}
		for _, r := range e.Roles {
			if _, of, ok := strings.Cut(r.Title, " of "); ok {
				for _, x := range a.exact[strings.TrimPrefix(fold(of), "the ")] {
					if x.Type == readout.Place || x.Type == readout.Organization {
						link(x)
					}
				}
			}
		}
		if e.Country != "" && len(e.Roles) > 0 {
			for _, x := range states[e.Country] {
				link(x)
			}
		}
	}
	for _, people := range a.peopleOf {
		slices.SortStableFunc(people, func(x, y *readout.Entity) int {
			return cmp.Or(-cmp.Compare(len(x.Mentions), len(y.Mentions)), strings.Compare(x.ID, y.ID))
		})
	}
	a.counts = map[string]*ActorRow{}
	origin := make([]string, len(rec.Reports))
	for i, r := range rec.Reports {
		origin[i] = v.Origin(r.ID)
	}
	for _, e := range rec.Entities {
		row := &ActorRow{Entity: e, Kind: a.kind(v, l, e), Mentions: len(e.Mentions), Events: len(l.eventsOf[e.ID]), Said: len(l.groupsBy[e.ID])}
		for _, p := range l.positionsOf[e.ID] {
			row.Positions += b2i(l.copied[p.ID] == nil)
		}
		origins := map[string]bool{}
		last := ""
		for _, m := range e.Mentions { // sorted by report
			if m.Report == last {
				continue
			}
			last = m.Report
			row.Reports++
			if i, ok := v.reports[m.Report]; ok {
				origins[origin[i]] = true
			}
		}
		row.Origins = len(origins)
		if of := a.officeOf[e.ID]; len(of) > 0 {
			row.For = of[0].ID
		}
		a.counts[e.ID] = row
		a.roster = append(a.roster, row)
	}
	slices.SortStableFunc(a.roster, func(x, y *ActorRow) int {
		return cmp.Or(-cmp.Compare(x.Mentions, y.Mentions), strings.Compare(x.Entity.Name, y.Entity.Name), strings.Compare(x.Entity.ID, y.Entity.ID))
	})
}

func (a *actors) kind(v *View, l *lookup, e *readout.Entity) ActorKind {
	if len(l.reportsOf[e.ID]) > 0 {
		return ActorOutlet
	}
	switch e.Type {
	case readout.Person:
		if v.Named(e) {
			return ActorPerson
		}
		return ActorUnnamed
	case readout.Organization:
		return ActorBody
	case readout.Outlet:
		return ActorOutlet
	case readout.Place:
		if len(l.saidBy[e.ID]) > 0 || len(l.positionsOf[e.ID]) > 0 || len(a.peopleOf[e.ID]) > 0 {
			return ActorState
		}
		return ActorPlace
	case readout.Group:
		// Those who are spelled out are listed themselves.
		if len(e.Members) == 0 && !v.Named(e) {
			return ActorUnnamed
		}
	}
	return ActorOther
}

func (v *View) actorKind(e *readout.Entity) ActorKind {
	if row := v.look().counts[e.ID]; row != nil {
		return row.Kind
	}
	return ActorOther
}

// actor is the line of e with the office held on day.
func (v *View) actor(e *readout.Entity, day string) ActorRow {
	row := ActorRow{Entity: e}
	if c := v.look().counts[e.ID]; c != nil {
		row = *c
	}
	row.Role = v.Role(e.ID, day)
	// Ministries and spokeswomen without a name belong to whom they speak for.
	if side := v.Side(e.ID); row.For == "" && side != e.ID && v.entities[side].Type != readout.Person {
		row.For = side
	}
	return row
}

// Actors are the people and bodies of kind ("" all) whose names or offices hold
// the words and that act for each state or body of (names or ids), most
// mentioned first; from and n cut a page out of them, total counts all. Day
// decides the offices shown.
func (v *View) Actors(kind ActorKind, words string, of []string, day string, from, n int) (rows []ActorRow, total int) {
	for row := range v.actorsOf(words, of) {
		if kind != "" && row.Kind != kind {
			continue
		}
		if total >= from && len(rows) < n {
			rows = append(rows, v.actor(row.Entity, day))
		}
		total++
	}
	return rows, total
}

// ActorCounts says how many of each kind there are whose names or offices hold
// the words and that act for each of those named.
func (v *View) ActorCounts(words string, of []string) map[ActorKind]int {
	out := map[ActorKind]int{}
	for row := range v.actorsOf(words, of) {
		out[row.Kind]++
	}
	return out
}

func (v *View) actorsOf(words string, of []string) iter.Seq[*ActorRow] {
	acts := make([]map[string]bool, len(of))
	for i, name := range of {
		acts[i] = map[string]bool{}
		for id := range v.called(name) {
			for _, x := range v.look().peopleOf[id] {
				acts[i][x.ID] = true
			}
		}
	}
	passes := func(row *ActorRow) bool {
		if slices.ContainsFunc(acts, func(in map[string]bool) bool { return !in[row.Entity.ID] }) {
			return false
		}
		if words == "" {
			return true
		}
		texts := append([]string{row.Entity.Name}, row.Entity.Names...)
		for _, r := range row.Entity.Roles {
			texts = append(texts, r.Title)
		}
		return holds(words, texts...)
	}
	return func(yield func(*ActorRow) bool) {
		for _, row := range v.look().roster {
			if passes(row) && !yield(row) {
				return
			}
		}
	}
}
