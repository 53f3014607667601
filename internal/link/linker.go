package link

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/link/defect"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/link/position"
	"github.com/readout-news/readout/internal/link/published"
	"github.com/readout-news/readout/internal/link/region"
	"github.com/readout-news/readout/internal/link/thread"
	"github.com/readout-news/readout/internal/link/utterance"
	"github.com/readout-news/readout/internal/nlp"
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

// Options are the settings of a linker. The zero value is that of the record.
type Options struct {
	Most  int // reports of one region; 0: region.Most
	Batch int // reports linked and handed over at once, about; 0: 2000
}

// Linker keeps a record linked while reports come and go, at a cost that
// follows what is new: only the regions (package region) that new reports touch
// are linked again, each by the same rules as a whole record. What regions have
// in common is joined above them: entities by id, events by their sides and
// day, threads by the sides of their events, issues by party and matter,
// utterances by runs of quoted words. Commitments are those of a region.
//
// A region that many reports reach one after another is linked in pieces:
// new reports are a piece by themselves, and pieces of one size are joined when
// there are pieceFan of them, so that each report is linked a few times however
// large its region grows. Close makes one piece of each region. The record of a
// linker that is closed is that of the set of its reports, whatever the order in
// which they came.
//
// A Linker is not safe for concurrent use.
type Linker struct {
	kb     *kb.KB
	redate published.Redate
	opts   Options
	digest *region.Digester

	regions *region.Index
	owner   map[string]*part // by report: the piece that has it
	count   int              // reports of all pieces
	open    map[region.Key]bool
	again   []string          // reports that were put, left out or taken back
	silent  []string          // of those, reports that are and were no part of the record
	orphans []*part           // stood in the record by rules that no longer hold
	wide    *nlp.DeskWide     // what people decided, see Decide
	marks   map[string]string // of the reports that it is about
	who     *registry
	ties    *ties
	lines   *lines
	joins   *joins
	stale   []region.Digest // that divide the whole set anew
}

const (
	// pieceFan is how many pieces of one size are joined.
	pieceFan = 10
	// pieceLeast is the size up to which a region is always one piece, and below
	// which pieces are of the smallest size.
	pieceLeast = 16
)

// part is what a linker remembers of a piece.
type part struct {
	Reports  []string // sorted
	Entities []share
	Ties     []*tie
	Items    []*thread.Item
	Matters  []*position.Unit
	Sayings  []*utterance.Unit
	// What people decided when it was linked: a mark for each report that it was
	// about, and for its entities.
	Desk map[string]string
	Wide string
	// What of the piece stands in the record, beside what its reports own and what
	// is joined with others.
	Events, Utterances, Issues, Commitments []string

	issues     []*knot[told[*position.Unit]]  // of Matters
	utterances []*knot[told[*utterance.Unit]] // of Sayings
}

// size is the class of pieces that are joined with each other.
func (p *part) size() int {
	n := 0
	for s := len(p.Reports); s >= pieceLeast; s /= pieceFan {
		n++
	}
	return n
}

// NewLinker makes a linker without reports. redate, unless nil, dates reports
// that carry no day. The error is that of a damaged lexicon.
func NewLinker(k *kb.KB, redate published.Redate, opts Options) (*Linker, error) {
	opts.Batch = cmp.Or(opts.Batch, 2000)
	g, err := region.NewDigester()
	if err != nil {
		return nil, err
	}
	lines, err := newLines()
	if err != nil {
		return nil, err
	}
	return &Linker{
		kb: k, redate: redate, opts: opts, digest: g, regions: region.New(opts.Most), owner: map[string]*part{},
		open: map[region.Key]bool{}, who: newRegistry(), ties: newTies(), lines: lines, joins: newJoins(),
	}, nil
}

// Put takes in a report that is new or was read anew. The record changes with
// the next Link.
func (l *Linker) Put(doc *nlp.Doc) {
	d := l.digest.Digest(doc)
	l.again = append(l.again, d.ID)
	if !l.regions.Put(d) {
		l.stale = append(l.stale, d)
	}
}

// LeaveOut takes a report out of the record that another has replaced, or back
// in.
func (l *Linker) LeaveOut(id string, out bool) {
	if l.regions.LeaveOut(id, out) {
		l.again = append(l.again, id)
	}
}

// Has reports whether the linker knows a report.
func (l *Linker) Has(id string) bool { return l.regions.Has(id) }

// Len is the number of reports of the record.
func (l *Linker) Len() int { return l.count }

// Open is the number of regions that are linked in pieces.
func (l *Linker) Open() int { return len(l.open) }

// Load gives documents by report id, in any order.
type Load func(ids []string) ([]*nlp.Doc, error)

// unit is what is changed together, so that no report is ever stored as told by
// nobody: pieces that go and reports that are linked in their place.
type unit struct {
	drop []*part
	make [][]string
	size int
}

// Link brings the record up to date and hands over what changed, in one change
// or, of many reports, in several that can each be stored by themselves. After an
// error the linker must not be used again.
func (l *Linker) Link(load Load, take func(*Change) error) error {
	if len(l.stale) > 0 {
		l.regions.Rebuild(l.stale...)
		l.stale = nil
	}
	gone, changed := l.regions.Settle()
	l.ties.divided = l.regions.Divided()
	for _, k := range gone {
		delete(l.open, k)
	}
	// A piece is broken whose reports are read anew, left out, or no longer all
	// in one region: what is left of it is linked as if it were new.
	broken := map[*part]bool{}
	for _, id := range l.again {
		if p := l.owner[id]; p != nil {
			broken[p] = true
		} else if _, out := l.regions.Digest(id); out {
			l.silent = append(l.silent, id)
		}
	}
	l.again = nil
	for _, r := range changed {
		in := map[*part]int{}
		for _, id := range r.Reports {
			if p := l.owner[id]; p != nil {
				in[p]++
			}
		}
		for p, n := range in {
			if n < len(p.Reports) {
				broken[p] = true
			}
		}
	}
	was := map[string]*part{}
	for p := range broken {
		for _, id := range p.Reports {
			was[id] = p
			delete(l.owner, id)
		}
	}
	// Units that share a broken piece are one.
	of := map[*part]*unit{}
	var units []*unit
	for _, r := range changed {
		u := l.plan(r)
		units = append(units, u)
		for _, id := range r.Reports {
			p := was[id]
			if p == nil {
				continue
			}
			switch other := of[p]; {
			case other == nil:
				u.drop = append(u.drop, p)
				of[p] = u
			case other != u:
				other.drop = append(other.drop, u.drop...)
				other.make = append(other.make, u.make...)
				other.size += u.size
				for _, q := range u.drop {
					of[q] = other
				}
				u.drop, u.make, u.size = nil, nil, 0
				u = other
			}
		}
	}
	for p := range broken {
		if of[p] == nil { // all of it is left out
			units = append(units, &unit{drop: []*part{p}})
		}
	}
	if len(l.silent) > 0 {
		units = append(units, &unit{})
	}
	return l.run(units, load, take)
}

// plan says how a region is linked of which some reports have no piece.
func (l *Linker) plan(r region.Region) *unit {
	u := &unit{}
	var fresh []string
	pieces := map[*part]bool{}
	for _, id := range r.Reports {
		if p := l.owner[id]; p != nil {
			pieces[p] = true
		} else {
			fresh = append(fresh, id)
		}
	}
	next := &part{Reports: fresh}
	join := func(p *part) {
		next.Reports = append(next.Reports, p.Reports...)
		u.drop = append(u.drop, p)
		delete(pieces, p)
	}
	for len(pieces) > 0 {
		// Joined are pieces of the size of the new one and below, when they are
		// many, and all of a small region.
		var same []*part
		for p := range pieces {
			if p.size() <= next.size() {
				same = append(same, p)
			}
		}
		if len(fresh) == 0 || len(same) == 0 || len(same)+1 < pieceFan && len(r.Reports) > pieceLeast {
			break
		}
		for _, p := range same {
			join(p)
		}
	}
	if len(fresh) > 0 {
		slices.Sort(next.Reports)
		u.make = [][]string{next.Reports}
		u.size = len(next.Reports)
	}
	if delete(l.open, r.Key); len(pieces)+len(u.make) > 1 {
		l.open[r.Key] = true
	}
	return u
}

// Close makes one piece of each region that is linked in several, in the order
// of their keys, until about so many reports were linked (0: without end), and
// hands over what changed. Open tells whether any are left.
func (l *Linker) Close(most int, load Load, take func(*Change) error) error {
	var units []*unit
	size := 0
	for _, k := range slices.SortedFunc(maps.Keys(l.open), region.Key.Compare) {
		if most > 0 && size >= most {
			break
		}
		delete(l.open, k)
		u := &unit{make: [][]string{l.regions.Region(k).Reports}}
		for _, id := range u.make[0] {
			if p := l.owner[id]; p != nil && !slices.Contains(u.drop, p) {
				u.drop = append(u.drop, p)
			}
		}
		u.size = len(u.make[0])
		size += u.size
		units = append(units, u)
	}
	return l.run(units, load, take)
}

// run changes units, in batches.
func (l *Linker) run(units []*unit, load Load, take func(*Change) error) error {
	batch := &unit{}
	for i, u := range units {
		batch.drop = append(batch.drop, u.drop...)
		batch.make = append(batch.make, u.make...)
		if batch.size += u.size; batch.size < l.opts.Batch && i < len(units)-1 {
			continue
		}
		if len(batch.drop)+len(batch.make)+len(l.orphans)+len(l.silent) > 0 {
			if err := l.change(batch, load, take); err != nil {
				return err
			}
		}
		batch = &unit{}
	}
	return nil
}

// change changes a batch.
func (l *Linker) change(u *unit, load Load, take func(*Change) error) error {
	w := &change{l: l, linked: map[*part]*linked{}, scope: map[string]bool{}, out: &Change{Record: &readout.Record{}, Notes: map[string][]byte{}}}
	for _, p := range l.orphans {
		w.leave(p)
		w.leaveJoined(p)
	}
	w.out.Scope.Reports = append(w.out.Scope.Reports, l.silent...)
	l.orphans, l.silent = nil, nil
	for _, p := range u.drop {
		w.leave(p)
		l.put(p, -1)
	}
	for _, ids := range u.make {
		x, err := l.region(ids, load)
		if err != nil {
			return err
		}
		p := x.part()
		l.decided(p)
		w.linked[p] = x
		l.put(p, 1)
	}
	events, renamed := l.ties.settle()
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

// put counts a piece in (sign 1) or out (sign -1).
func (l *Linker) put(p *part, sign int) {
	l.count += sign * len(p.Reports)
	for _, id := range p.Reports {
		if sign > 0 {
			l.owner[id] = p
		} else if l.owner[id] == p {
			delete(l.owner, id)
		}
	}
	for i := range p.Entities {
		l.who.put(&p.Entities[i], sign)
	}
	for _, t := range p.Ties {
		if sign > 0 {
			t.part = p
			l.ties.put(t)
		} else {
			l.ties.drop(t)
		}
	}
	for _, x := range p.Items {
		l.lines.put(x, sign)
	}
	l.joins.put(p, sign)
}

// region links the reports of one region.
func (l *Linker) region(ids []string, load Load) (*linked, error) {
	docs, err := load(ids)
	if err != nil {
		return nil, err
	}
	if len(docs) != len(ids) {
		return nil, fmt.Errorf("%d of %d reports to be linked are not there: %w", len(ids)-len(docs), len(ids), readout.ErrNotFound)
	}
	return link(docs, l.kb, l.redate)
}

// linked is the record of one piece.
type linked struct {
	*readout.Record
	actor   map[string]string // see claim.Result
	items   []*thread.Item
	groups  map[string][]string // by event: those that people put its mentions into
	stands  *position.Links
	sayings []*utterance.Unit
}

// part is what a linker remembers of it.
func (x *linked) part() *part {
	p := &part{Items: x.items, Sayings: x.sayings}
	entities := map[string]*readout.Entity{}
	for _, e := range x.Entities {
		s := shareOf(e)
		p.Entities = append(p.Entities, s)
		bare := *e
		bare.Mentions, bare.Roles = nil, nil
		entities[e.ID] = &bare
	}
	days, out := map[string]string{}, map[string]string{} // of publication
	for _, r := range x.Reports {
		out[r.ID] = cmp.Or(r.Published.Value, "~")
		p.Reports = append(p.Reports, r.ID)
		if t, ok := r.Published.Day(); ok {
			days[r.ID] = t.Format(time.DateOnly)
		}
	}
	p.Matters = x.stands.Units(func(report string) (int32, bool) {
		t, err := time.Parse(time.DateOnly, days[report])
		return int32(t.Unix() / (24 * 60 * 60)), err == nil
	})
	claims := map[string][]*readout.Claim{}
	for _, c := range x.Claims {
		claims[c.Event] = append(claims[c.Event], c)
	}
	for _, e := range x.Events {
		key, groups := event.TieKey(e, func(id string) *readout.Entity { return entities[id] }), x.groups[e.ID]
		if key == "" {
			if len(groups) == 0 {
				continue
			}
			key = loneKey(e)
		}
		t := &tie{Key: key, Groups: groups, Event: e, Claims: claims[e.ID], Actor: map[string]string{}, Entities: map[string]*readout.Entity{}, Days: map[string]string{}}
		for i, m := range e.Mentions {
			if s := (spot{out[m.Report], m.Report, m.Trigger.Start}); i == 0 || s.compare(t.First) < 0 {
				t.First = s
			}
		}
		name := func(id string) {
			if entities[id] != nil {
				t.Entities[id] = entities[id]
			}
		}
		name(e.Place)
		for _, q := range e.Participants {
			name(q.Entity)
		}
		for _, c := range t.Claims {
			name(c.Value.Entity)
			t.Days[c.Evidence.Report] = days[c.Evidence.Report]
			if a := x.actor[c.ID]; a != "" {
				t.Actor[c.ID] = a
			}
		}
		p.Ties = append(p.Ties, t)
	}
	return p
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

// leaveJoined notes what a part may have given to the record with others: what is
// joined has the id of one of those that it is joined of.
func (w *change) leaveJoined(p *part) {
	for _, u := range p.Matters {
		w.out.Scope.Issues = append(w.out.Scope.Issues, u.ID)
	}
	for _, u := range p.Sayings {
		w.out.Scope.Utterances = append(w.out.Scope.Utterances, u.ID)
	}
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
	e.Mentions = slices.DeleteFunc(e.Mentions, func(m readout.EventMention) bool { return !w.scope[m.Report] })
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

// order sorts the lists of a record that was put together from parts, as link
// does those of one.
func order(rec *readout.Record) {
	at := make([]int, len(rec.Reports))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(a, b int) int { return strings.Compare(rec.Reports[a].ID, rec.Reports[b].ID) })
	reports, origins := make([]*readout.Report, len(at)), make([]readout.Origin, len(at))
	for i, j := range at {
		reports[i], origins[i] = rec.Reports[j], rec.Origins[j]
	}
	rec.Reports, rec.Origins = reports, origins
	for _, e := range rec.Entities {
		slices.SortStableFunc(e.Mentions, func(a, b readout.EntityMention) int {
			return cmp.Or(strings.Compare(a.Report, b.Report), a.Span.Compare(b.Span), cmp.Compare(a.Form, b.Form))
		})
		for _, r := range e.Roles {
			slices.SortStableFunc(r.Evidence, func(a, b readout.Evidence) int {
				return cmp.Or(strings.Compare(a.Report, b.Report), a.Span.Compare(b.Span))
			})
		}
	}
	for _, e := range rec.Events {
		slices.SortStableFunc(e.Mentions, func(a, b readout.EventMention) int {
			return cmp.Or(strings.Compare(a.Report, b.Report), a.Trigger.Compare(b.Trigger))
		})
	}
	sortBy(rec.Entities, func(x *readout.Entity) string { return x.ID })
	sortBy(rec.Events, func(x *readout.Event) string { return x.ID })
	sortBy(rec.Statements, func(x *readout.Statement) string { return x.Report })
	sortBy(rec.Utterances, func(x *readout.Utterance) string { return x.ID })
	sortBy(rec.Claims, func(x *readout.Claim) string { return x.ID })
	slices.SortStableFunc(rec.Disagreements, func(a, b *readout.Disagreement) int {
		return cmp.Or(strings.Compare(a.Event, b.Event), strings.Compare(a.Attribute, b.Attribute))
	})
	sortBy(rec.Issues, func(x *readout.Issue) string { return x.ID })
	sortBy(rec.Positions, func(x *readout.Position) string { return x.Evidence.Report })
	sortBy(rec.Commitments, func(x *readout.Commitment) string { return x.ID })
	sortBy(rec.Responses, func(x *readout.Response) string { return x.Evidence.Report })
	sortBy(rec.Threads, func(x *readout.Thread) string { return x.ID })
	sortBy(rec.Timexes, func(x *readout.Timex) string { return x.Report })
	defect.Sort(rec.Defects)
}

func sortBy[T any](list []*T, key func(*T) string) {
	slices.SortStableFunc(list, func(a, b *T) int { return strings.Compare(key(a), key(b)) })
}
