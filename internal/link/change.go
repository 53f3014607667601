package link

import (
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
)

// Scope names parts of a record by id. A report owns what is told in it
// (statements, positions, responses, time expressions, defects, its origin and
// its mentions of entities and events), an event its claims and disagreements.
type Scope struct {
	Reports, Entities, Events, Utterances, Issues, Commitments, Threads []string
}

// Change is what new reports did to the record: what stands in Scope now.
type Change struct {
	Scope Scope
	Total int // reports of the record with this change
	// Record holds what is in scope, in the order of a record. An entity or event
	// that is not in scope is there for its mentions in the reports that are; all
	// others have their mentions in those reports alone, too. A position of a report
	// that is not in scope is there for what an issue that is has of it.
	Record *readout.Record
	// Notes are what a linker needs to go on another time, by report; see
	// Linker.Restore.
	Notes map[string][]byte
}

// change changes a batch, and those of the rest whose pieces it would have to tell
// anew: their reports may be others by now than the piece was made of.
func (l *Linker) change(u *unit, rest later, load Load, take func(*Change) error) error {
	w := &change{l: l, linked: map[*part]*linked{}, scope: map[string]bool{}, out: &Change{Record: &readout.Record{}, Notes: map[string][]byte{}}}
	for _, p := range l.orphans {
		w.leave(p)
	}
	w.out.Scope.Reports = append(w.out.Scope.Reports, l.silent...)
	l.orphans, l.silent = nil, nil
	var events []string
	renamed := map[*part]bool{}
	for us := []*unit{u}; len(us) > 0; {
		for _, u := range us {
			if err := w.replace(u, load); err != nil {
				return err
			}
			for _, p := range u.drop {
				delete(renamed, p)
			}
		}
		us = nil
		changed, pieces := l.ties.settle()
		events = append(events, changed...)
		for p := range pieces {
			renamed[p] = true
			if u := rest.take(p); u != nil {
				us = append(us, u)
			}
		}
	}
	slices.Sort(events)
	events = slices.Compact(events)
	// A piece in which an event has another name now is told anew, too.
	for p := range renamed {
		if w.linked[p] != nil {
			continue
		}
		x, err := l.region(p.Reports, load)
		if err != nil {
			return err
		}
		w.linked[p] = x
		w.leave(p)
		for _, i := range p.Items {
			l.lines.touch(i)
		}
	}
	if err := w.make(events); err != nil {
		return err
	}
	return take(w.out)
}

// replace puts the pieces that a unit makes into the place of those that it drops.
func (w *change) replace(u *unit, load Load) error {
	for _, p := range u.drop {
		w.leave(p)
		w.l.put(p, -1)
	}
	for _, ids := range u.make {
		x, err := w.l.region(ids, load)
		if err != nil {
			return err
		}
		p := w.l.copies.piece(x.part())
		w.l.decided(p)
		w.linked[p] = x
		w.l.put(p, 1)
	}
	return nil
}

// change gathers a Change.
type change struct {
	l      *Linker
	linked map[*part]*linked
	scope  map[string]bool // reports
	out    *Change
}

// leave notes what of a part stood in the record.
func (w *change) leave(p *part) {
	s := &w.out.Scope
	s.Reports = append(s.Reports, p.Reports...) // those left out go; the others are told again
	s.Events = append(s.Events, p.Events...)
	s.Utterances = append(s.Utterances, p.Utterances...)
	s.Issues = append(s.Issues, p.Issues...)
	s.Commitments = append(s.Commitments, p.Commitments...)
}

// make fills the change: events are those of ties that changed.
func (w *change) make(events []string) error {
	l, s, rec := w.l, &w.out.Scope, w.out.Record
	s.Events = append(s.Events, events...)
	var entities []string
	people := map[string]*readout.Entity{}
	put := map[string]bool{} // events of groups that are in rec
	pieces := slices.SortedFunc(maps.Keys(w.linked), func(a, b *part) int { return strings.Compare(a.Reports[0], b.Reports[0]) })
	for _, p := range pieces {
		x := w.linked[p]
		for _, r := range x.Reports {
			s.Reports = append(s.Reports, r.ID)
			w.scope[r.ID] = true
		}
		for _, e := range x.Entities {
			if people[e.ID] == nil {
				own := l.who.get(e.ID)
				people[e.ID] = own
				entities = append(entities, e.ID)
			}
			mentioned(people[e.ID], e)
		}
	}
	for _, p := range pieces {
		x := w.linked[p]
		p.Events = nil
		for _, e := range x.Events {
			id := l.ties.id(e.ID)
			p.Events = append(p.Events, id)
			s.Events = append(s.Events, id)
			if put[id] {
				continue
			}
			put[id] = true
			if g := l.ties.groups[id]; len(g) > 1 || id != e.ID {
				w.group(id, g)
				continue
			}
			rec.Events = append(rec.Events, w.renamed(e))
		}
		for _, c := range x.Claims {
			if id := l.ties.id(c.Event); id == c.Event && len(l.ties.groups[id]) < 2 {
				rec.Claims = append(rec.Claims, c)
			}
		}
		for _, d := range x.Disagreements {
			if id := l.ties.id(d.Event); id == d.Event && len(l.ties.groups[id]) < 2 {
				rec.Disagreements = append(rec.Disagreements, d)
			}
		}
		w.rest(x, p)
	}
	if err := w.join(pieces); err != nil {
		return err
	}
	for _, id := range events { // of regions that are not told anew
		if g := l.ties.groups[id]; g != nil && !put[id] {
			put[id] = true
			w.group(id, g)
		}
	}
	s.Threads, rec.Threads = l.lines.settle(l.ties.id)
	changed := l.who.changes()
	s.Entities = changed
	for _, id := range changed {
		if e := l.who.get(id); e != nil && people[id] == nil {
			people[id] = e
			entities = append(entities, id)
		}
	}
	for _, id := range entities {
		rec.Entities = append(rec.Entities, people[id])
	}
	for _, list := range []*[]string{&s.Reports, &s.Events, &s.Utterances, &s.Issues, &s.Commitments, &s.Threads} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	order(rec)
	w.out.Total = l.count
	return w.note()
}

// group puts the event of a group with its claims.
func (w *change) group(id string, g []*tie) {
	e, claims, ds := merged(id, g)
	e = w.renamed(e)
	// A group of one has its event from what the linker remembers.
	e.Mentions = slices.DeleteFunc(slices.Clone(e.Mentions), func(m readout.EventMention) bool { return !w.scope[m.Report] })
	rec := w.out.Record
	rec.Events = append(rec.Events, e)
	rec.Claims = append(rec.Claims, claims...)
	rec.Disagreements = append(rec.Disagreements, ds...)
}

// renamed is e with the ids of the record for the events that it is linked to.
func (w *change) renamed(e *readout.Event) *readout.Event {
	out := *e
	out.Links = slices.Clone(e.Links)
	for i := range out.Links {
		out.Links[i].Event = w.l.ties.id(out.Links[i].Event)
	}
	event.SortLinks(&out)
	return &out
}

// rest puts what names events, and what is not joined over regions.
func (w *change) rest(x *linked, p *part) {
	id, rec, s := w.l.ties.id, w.out.Record, &w.out.Scope
	rec.Reports = append(rec.Reports, x.Reports...)
	rec.Origins = append(rec.Origins, x.Origins...)
	rec.Timexes = append(rec.Timexes, x.Timexes...)
	rec.Defects = append(rec.Defects, x.Defects...)
	for _, y := range x.Statements {
		y.Event = id(y.Event)
		rec.Statements = append(rec.Statements, y)
	}
	for _, y := range x.Responses {
		y.Event = id(y.Event)
		rec.Responses = append(rec.Responses, y)
	}
	for _, y := range x.Positions {
		y.Event = id(y.Event)
		rec.Positions = append(rec.Positions, y)
	}
	p.Utterances, p.Issues, p.Commitments = nil, nil, nil
	joined := map[string]bool{}
	for _, u := range p.Matters {
		joined[u.ID] = true
	}
	for _, u := range p.Sayings {
		joined[u.ID] = true
	}
	for _, y := range x.Utterances {
		if !joined[y.ID] {
			p.Utterances = append(p.Utterances, y.ID)
			rec.Utterances = append(rec.Utterances, y)
		}
	}
	for _, y := range x.Issues {
		if !joined[y.ID] {
			p.Issues = append(p.Issues, y.ID)
			rec.Issues = append(rec.Issues, y)
		}
	}
	for _, y := range x.Commitments {
		p.Commitments = append(p.Commitments, y.ID)
		rec.Commitments = append(rec.Commitments, y)
	}
	s.Utterances = append(s.Utterances, p.Utterances...)
	s.Issues = append(s.Issues, p.Issues...)
	s.Commitments = append(s.Commitments, p.Commitments...)
}

// mentioned adds the mentions and the evidence for the offices that from has.
func mentioned(e, from *readout.Entity) {
	e.Mentions = append(e.Mentions, from.Mentions...)
	for _, r := range from.Roles {
		if i := slices.IndexFunc(e.Roles, func(x readout.Role) bool { return x.Title == r.Title }); i >= 0 {
			e.Roles[i].Evidence = append(e.Roles[i].Evidence, r.Evidence...)
		}
	}
}
