package view

import (
	"slices"
	"strings"
	"sync"

	"github.com/readout-news/readout"
)

// lookup is what pages look up in a record, so that none goes through all of
// it. It is built when the first page asks.
type lookup struct {
	once sync.Once

	words     map[string][]*readout.Entity // folded word → entities with it in a name
	disputed  map[string]bool              // event → claims that cannot all be true
	threadsOf map[string][]*readout.Thread // by event
	inThread  map[string]map[string]bool   // thread → events and reports
	changed   map[string]bool              // utterance → renderings change its words

	eventsOf      map[string][]*readout.Event // by participant
	eventsIn      map[string][]*readout.Event // by report
	claimsIn      map[string][]*readout.Claim // by report
	saidBy        map[string][]*readout.Statement
	saidIn        map[string][]*readout.Statement // by report
	positionsOf   map[string][]*readout.Position  // by party
	commitmentsOf map[string][]*readout.Commitment
	utterances    map[string]*readout.Utterance
	reportsOf     map[string][]int // outlet → indices into Record.Reports

	mu    sync.Mutex
	names map[string]map[string]bool // name asked for → who goes by it
}

// maxNames bounds the names that lookup remembers; past it, it forgets all.
const maxNames = 1024

func (v *View) look() *lookup {
	l := &v.lookup
	l.once.Do(func() { l.build(v) })
	return l
}

func (l *lookup) build(v *View) {
	rec := v.Record
	l.words = map[string][]*readout.Entity{}
	for _, e := range rec.Entities {
		seen := map[string]bool{}
		for _, n := range append([]string{e.Name}, e.Names...) {
			for _, w := range strings.Fields(fold(n)) {
				if !seen[w] {
					seen[w] = true
					l.words[w] = append(l.words[w], e)
				}
			}
		}
	}
	l.disputed = map[string]bool{}
	for _, d := range rec.Disagreements {
		if d.Verdict == readout.Conflict {
			l.disputed[d.Event] = true
		}
	}
	l.threadsOf, l.inThread = map[string][]*readout.Thread{}, map[string]map[string]bool{}
	for _, t := range rec.Threads {
		in := map[string]bool{}
		for _, id := range t.Events {
			l.threadsOf[id] = append(l.threadsOf[id], t)
			in[id] = true
		}
		for _, id := range t.Reports {
			in[id] = true
		}
		l.inThread[t.ID] = in
	}
	l.changed, l.utterances = map[string]bool{}, map[string]*readout.Utterance{}
	for _, u := range rec.Utterances {
		l.utterances[u.ID] = u
		l.changed[u.ID] = slices.ContainsFunc(u.Variants, func(x readout.Variant) bool { return len(x.Changes) > 0 })
	}
	l.eventsOf, l.eventsIn = map[string][]*readout.Event{}, map[string][]*readout.Event{}
	for _, e := range rec.Events {
		var who, where []string
		for _, p := range e.Participants {
			if !slices.Contains(who, p.Entity) {
				who = append(who, p.Entity)
				l.eventsOf[p.Entity] = append(l.eventsOf[p.Entity], e)
			}
		}
		for _, m := range e.Mentions {
			if !slices.Contains(where, m.Report) {
				where = append(where, m.Report)
				l.eventsIn[m.Report] = append(l.eventsIn[m.Report], e)
			}
		}
	}
	l.claimsIn = map[string][]*readout.Claim{}
	for _, c := range rec.Claims {
		l.claimsIn[c.Evidence.Report] = append(l.claimsIn[c.Evidence.Report], c)
	}
	l.saidBy, l.saidIn = map[string][]*readout.Statement{}, map[string][]*readout.Statement{}
	for _, s := range rec.Statements {
		l.saidIn[s.Report] = append(l.saidIn[s.Report], s)
		if s.Speaker != "" {
			l.saidBy[s.Speaker] = append(l.saidBy[s.Speaker], s)
		}
	}
	l.positionsOf = map[string][]*readout.Position{}
	for _, p := range rec.Positions {
		l.positionsOf[p.Party] = append(l.positionsOf[p.Party], p)
	}
	l.commitmentsOf = map[string][]*readout.Commitment{}
	for _, c := range rec.Commitments {
		l.commitmentsOf[c.Party] = append(l.commitmentsOf[c.Party], c)
	}
	l.reportsOf = map[string][]int{}
	for i := range rec.Reports {
		if i < len(rec.Origins) {
			if o := rec.Origins[i].Outlet; o != "" {
				l.reportsOf[o] = append(l.reportsOf[o], i)
			}
		}
	}
}

// called is the set of those who go by name, in the sense of named.
func (v *View) called(name string) map[string]bool {
	l := v.look()
	l.mu.Lock()
	defer l.mu.Unlock()
	if set, ok := l.names[name]; ok {
		return set
	}
	set := map[string]bool{}
	if e := v.entities[name]; e != nil {
		set[e.ID] = true
	}
	if words := strings.Fields(fold(name)); len(words) > 0 {
		rare := words[0]
		for _, w := range words {
			if len(l.words[w]) < len(l.words[rare]) {
				rare = w
			}
		}
		for _, e := range l.words[rare] {
			if v.named(e, name) {
				set[e.ID] = true
			}
		}
	}
	if l.names == nil || len(l.names) >= maxNames {
		l.names = map[string]map[string]bool{}
	}
	l.names[name] = set
	return set
}

// within reports whether a fact that was made at event ("" at none) and stands
// in report passes Thread, Outlet and EventType.
func (v *View) within(f Filter, event, report string) bool {
	return v.ofThread(f.Thread, event, report) && v.ofOutlet(f.Outlet, report) && (f.EventType == "" || ofType(v.events[event], f.EventType))
}

func (v *View) ofThread(thread, event, report string) bool {
	if thread == "" {
		return true
	}
	in := v.look().inThread[thread]
	if event != "" {
		return in[event]
	}
	return in[report]
}

// ofOutlet reports whether one of the reports is of the outlet of that name or
// id.
func (v *View) ofOutlet(outlet string, reports ...string) bool {
	if outlet == "" {
		return true
	}
	want := fold(outlet)
	return slices.ContainsFunc(reports, func(id string) bool {
		if i, ok := v.reports[id]; ok && i < len(v.Record.Origins) {
			if o := v.Record.Origins[i].Outlet; o != "" && (o == outlet || v.is(o, outlet)) {
				return true
			}
		}
		return fold(v.OutletName(id)) == want
	})
}

// ofType reports whether e is of that type or mode.
func ofType(e *readout.Event, kind string) bool {
	return e != nil && (strings.EqualFold(e.Type, kind) || e.Mode != "" && strings.EqualFold(e.Mode, kind))
}
