package view

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// lookup is what pages look up in a record, so that none goes through all of
// it. It is built when the first page asks.
type lookup struct {
	once sync.Once

	words    map[string][]*readout.Entity // folded word → entities with it in a name
	disputed map[string]bool              // event → claims that cannot all be true
	inThread map[string]map[string]bool   // thread → events and reports
	changed  map[string]bool              // utterance → renderings change its words

	eventsOf      map[string][]*readout.Event // by participant
	saidBy        map[string][]*readout.Statement
	positionsOf   map[string][]*readout.Position   // by party
	copied        map[string]*readout.Position     // position in a copied text → the one that it copies
	commitmentsOf map[string][]*readout.Commitment // by who made it, whom it was made to, who is said to have broken it
	reportsOf     map[string][]int                 // outlet → indices into Record.Reports
	answersTo     map[string][]*readout.Response   // by statement
	lastDay       string                           // of the newest report
	contacts      []*readout.Event                 // calls, meetings, talks, by date
	addressed     []*said                          // with a speaker and an addressee
	threadsBy     map[string][]*readout.Thread     // by party

	said     []*said            // the newest first
	carried  []*said            // by independent origins
	groupsBy map[string][]*said // by speaker, the newest first

	actors

	sourcesOnce sync.Once
	sources     []SourceRow

	mu    sync.Mutex
	names map[string]map[string]bool // name asked for → who goes by it
	from  map[string]map[string]bool // outlet asked for → its reports
	at    map[string]map[string]bool // words of where it was said → events and media that they tell
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
	l.threadsBy = map[string][]*readout.Thread{}
	l.inThread = map[string]map[string]bool{}
	for _, t := range rec.Threads {
		in := map[string]bool{}
		for _, id := range t.Events {
			in[id] = true
		}
		for _, id := range t.Reports {
			in[id] = true
		}
		l.inThread[t.ID] = in
		for _, id := range t.Parties {
			l.threadsBy[id] = append(l.threadsBy[id], t)
		}
	}
	l.changed = map[string]bool{}
	for _, u := range rec.Utterances {
		l.changed[u.ID] = slices.ContainsFunc(u.Variants, func(x readout.Variant) bool { return len(x.Changes) > 0 })
	}
	l.eventsOf = map[string][]*readout.Event{}
	for _, e := range rec.Events {
		var who []string
		for _, p := range e.Participants {
			if !slices.Contains(who, p.Entity) {
				who = append(who, p.Entity)
				l.eventsOf[p.Entity] = append(l.eventsOf[p.Entity], e)
			}
		}
	}
	l.saidBy = map[string][]*readout.Statement{}
	for _, s := range rec.Statements {
		if s.Speaker != "" {
			l.saidBy[s.Speaker] = append(l.saidBy[s.Speaker], s)
		}
	}
	l.copied = v.copiedPositions()
	l.positionsOf = map[string][]*readout.Position{}
	for _, p := range rec.Positions {
		l.positionsOf[p.Party] = append(l.positionsOf[p.Party], p)
	}
	for _, ps := range l.positionsOf {
		v.sortPositions(ps)
	}
	l.commitmentsOf = map[string][]*readout.Commitment{}
	for _, c := range rec.Commitments {
		who := []string{c.Party, c.To}
		for _, b := range c.Violations {
			who = append(who, b.Accused)
		}
		for i, id := range who {
			if id != "" && !slices.Contains(who[:i], id) {
				l.commitmentsOf[id] = append(l.commitmentsOf[id], c)
			}
		}
	}
	l.reportsOf = map[string][]int{}
	for i := range rec.Reports {
		if i < len(rec.Origins) {
			if o := rec.Origins[i].Outlet; o != "" {
				l.reportsOf[o] = append(l.reportsOf[o], i)
			}
		}
	}
	l.answersTo = map[string][]*readout.Response{}
	for _, r := range rec.Responses {
		if r.Statement != "" {
			l.answersTo[r.Statement] = append(l.answersTo[r.Statement], r)
		}
	}
	for _, r := range rec.Reports {
		if day, ok := r.Published.Day(); ok {
			l.lastDay = max(l.lastDay, day.Format("2006-01-02"))
		}
	}
	// The newest first, the undated last.
	for _, is := range l.reportsOf {
		slices.SortStableFunc(is, func(a, b int) int {
			x, y := rec.Reports[a].Published.Value, rec.Reports[b].Published.Value
			return cmp.Or(cmp.Compare(b2i(x == ""), b2i(y == "")), -readout.ComparePublished(x, y))
		})
	}
	for _, e := range rec.Events {
		if contactTypes[e.Type] && len(e.Participants) > 0 {
			l.contacts = append(l.contacts, e)
		}
	}
	slices.SortStableFunc(l.contacts, func(a, b *readout.Event) int { return strings.Compare(day(a.Date), day(b.Date)) })
	l.buildSaid(v)
	for _, s := range l.said {
		if st := s.statements[0]; st.Speaker != "" && st.Addressee != "" {
			l.addressed = append(l.addressed, s)
		}
	}
	l.actors.build(v, l)
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
	of := v.reportsFrom(outlet)
	return slices.ContainsFunc(reports, func(id string) bool { return of[id] })
}

// reportsFrom are the reports of the outlet of that name or id.
func (v *View) reportsFrom(outlet string) map[string]bool {
	l := v.look()
	who := v.called(outlet)
	l.mu.Lock()
	defer l.mu.Unlock()
	if set, ok := l.from[outlet]; ok {
		return set
	}
	set := map[string]bool{}
	want := fold(outlet)
	for i, r := range v.Record.Reports {
		o := ""
		if i < len(v.Record.Origins) {
			o = v.Record.Origins[i].Outlet
		}
		if o != "" && (o == outlet || who[o]) || fold(v.OutletName(r.ID)) == want {
			set[r.ID] = true
		}
	}
	if l.from == nil || len(l.from) >= maxAsked {
		l.from = map[string]map[string]bool{}
	}
	l.from[outlet] = set
	return set
}

// maxAsked bounds the outlets and occasions that lookup remembers; past it, it
// forgets all.
const maxAsked = 64

// ofType reports whether e is of that type or mode.
func ofType(e *readout.Event, kind string) bool {
	return e != nil && (strings.EqualFold(e.Type, kind) || e.Mode != "" && strings.EqualFold(e.Mode, kind))
}

// containsFold reports whether s contains words; case does not matter. Texts are
// many and mostly plain: those are not copied.
func containsFold(s, words string) bool {
	for i := range len(words) {
		if words[i] >= utf8.RuneSelf {
			return strings.Contains(strings.ToLower(s), strings.ToLower(words))
		}
	}
	if words == "" {
		return true
	}
	first := lowered(words[0])
	for i := 0; i+len(words) <= len(s); i++ {
		if s[i]|' ' != first|' ' {
			continue
		}
		j := 0
		for j < len(words) && lowered(s[i+j]) == lowered(words[j]) {
			j++
		}
		if j == len(words) {
			return true
		}
	}
	return false
}

func lowered(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
