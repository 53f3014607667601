package link

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/claim"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// tie is an event of one region that may be told in another, too, with all that
// is needed to make one event of both.
type tie struct {
	Key      string // event.TieKey
	First    spot   // the first mention, by the day of its report
	Event    *readout.Event
	Claims   []*readout.Claim
	Actor    map[string]string          // see claim.Result
	Entities map[string]*readout.Entity // that event and claims name, without mentions
	Days     map[string]string          // of publication, by report with a claim
	Groups   []string                   // that people put mentions of it into, sorted

	part *part
}

// ties joins the events of all regions. Events of one key form a block of a few
// events: two are one where event.Tied says so of them and of all that are
// joined to either.
type ties struct {
	blocks map[string][]*tie // by tie.Key, sorted by Event.ID
	is     map[string]string // Event.ID of a region → that of the record, where it is another
	groups map[string][]*tie // by Event.ID of the record; only those of a tie
	dirty  map[string]bool   // keys of blocks

	divided bool // there is more than one region

	byGroup map[string][]*tie // by tie.Groups
	wide    *nlp.DeskWide     // what people decided, nil nothing
}

func newTies() *ties {
	return &ties{blocks: map[string][]*tie{}, is: map[string]string{}, groups: map[string][]*tie{}, dirty: map[string]bool{}, byGroup: map[string][]*tie{}}
}

func (t *ties) put(x *tie) {
	block := t.blocks[x.Key]
	i, _ := slices.BinarySearchFunc(block, x, compareTies)
	t.blocks[x.Key] = slices.Insert(block, i, x)
	t.dirty[x.Key] = true
	for _, g := range x.Groups {
		t.byGroup[g] = append(t.byGroup[g], x)
	}
}

// again has all blocks settled anew.
func (t *ties) again() {
	for key := range t.blocks {
		t.dirty[key] = true
	}
}

func (t *ties) drop(x *tie) {
	block := t.blocks[x.Key]
	if i := slices.Index(block, x); i >= 0 {
		t.blocks[x.Key] = slices.Delete(block, i, i+1)
	}
	t.dirty[x.Key] = true
	for _, g := range x.Groups {
		if t.byGroup[g] = slices.DeleteFunc(t.byGroup[g], func(y *tie) bool { return y == x }); len(t.byGroup[g]) == 0 {
			delete(t.byGroup, g)
		}
		for _, y := range t.byGroup[g] {
			t.dirty[y.Key] = true
		}
	}
	// What is one with it only because people say so is looked at again, too.
	for _, y := range t.groups[t.id(x.Event.ID)] {
		t.dirty[y.Key] = true
	}
	delete(t.groups, t.id(x.Event.ID))
	delete(t.is, x.Event.ID)
}

func compareTies(a, b *tie) int {
	return strings.Compare(a.Event.ID, b.Event.ID)
}

// id is the id in the record of an event of a region.
func (t *ties) id(event string) string {
	if to, ok := t.is[event]; ok {
		return to
	}
	return event
}

// settle joins the events of the blocks that changed anew. It returns the events
// of the record that changed, sorted, and the pieces in which an event goes by
// another id than before.
func (t *ties) settle() (changed []string, renamed map[*part]bool) {
	renamed = map[*part]bool{}
	seen := map[string]bool{}
	t.around()
	for _, set := range t.sets() {
		var block []*tie
		for _, key := range set {
			if len(t.blocks[key]) == 0 {
				delete(t.blocks, key)
			}
			block = append(block, t.blocks[key]...)
		}
		was := make([]string, len(block))
		for i, x := range block {
			was[i] = t.id(x.Event.ID)
			delete(t.groups, was[i])
			seen[was[i]] = true
		}
		for _, g := range t.joinedBy(set) {
			id := t.idOf(g.name(), g.ties)
			t.groups[id] = g.ties
			seen[id] = true
			for _, x := range g.ties {
				delete(t.is, x.Event.ID)
				if x.Event.ID != id {
					t.is[x.Event.ID] = id
				}
			}
		}
		for i, x := range block {
			if t.id(x.Event.ID) != was[i] {
				renamed[x.part] = true
			}
		}
	}
	clear(t.dirty)
	for id := range seen {
		changed = append(changed, id)
	}
	slices.Sort(changed)
	return changed, renamed
}

// spot is a mention of an event in the order of publication.
type spot struct {
	At     string // ISO time of publication, "~" unknown
	Report string
	Start  int // of the trigger
}

func (s spot) compare(o spot) int {
	return cmp.Or(strings.Compare(s.At, o.At), strings.Compare(s.Report, o.Report), cmp.Compare(s.Start, o.Start))
}

// idOf names the event of a group. Where there is one region, events keep their
// names; else what all have in common and the first mention name it. Reports
// mostly come in the order of their days, so it seldom gets another name when
// another region tells of it, too.
func (t *ties) idOf(key string, g []*tie) string {
	if len(g) == 1 && (!t.divided || lone(g[0].Key)) {
		return g[0].Event.ID
	}
	first := g[0].First
	for _, x := range g[1:] {
		if x.First.compare(first) < 0 {
			first = x.First
		}
	}
	h := sha256.Sum256(fmt.Appendf(nil, "tie\x00%s\x00%s\x00%d", key, first.Report, first.Start))
	return "v" + hex.EncodeToString(h[:8])
}

// joinedUnless divides a block, which is sorted, into events: those that name
// most parties first, each joined to the one group that it fits and to which apart
// does not deny it. join is told of each two that become one.
func joinedUnless(block []*tie, apart func(x, y *tie) bool, join func(x, y *tie)) [][]*tie {
	order := slices.Clone(block)
	slices.SortStableFunc(order, func(a, b *tie) int { return len(b.Event.Participants) - len(a.Event.Participants) })
	var groups [][]*tie
	for _, x := range order {
		at := -1
		for i, g := range groups {
			if !slices.ContainsFunc(g, func(y *tie) bool { return y.part == x.part || lone(x.Key) || apart(x, y) || !tied(x, y) }) {
				if at >= 0 {
					at = -1 // it fits two: it stays apart
					break
				}
				at = i
			}
		}
		if at < 0 {
			groups = append(groups, []*tie{x})
			continue
		}
		for _, y := range groups[at] {
			join(x, y)
		}
		groups[at] = append(groups[at], x)
	}
	for _, g := range groups {
		slices.SortFunc(g, compareTies)
	}
	return groups
}

func tied(a, b *tie) bool {
	return event.Tied(a.Event, b.Event, func(id string) *readout.Entity {
		if e := a.Entities[id]; e != nil {
			return e
		}
		return b.Entities[id]
	})
}

// merged makes the event of a group with its claims and what they come to.
func merged(id string, g []*tie) (*readout.Event, []*readout.Claim, []*readout.Disagreement) {
	events := make([]*readout.Event, len(g))
	entities, days, actor := map[string]*readout.Entity{}, map[string]string{}, map[string]string{}
	for i, x := range g {
		events[i] = x.Event
		for id, e := range x.Entities {
			if entities[id] == nil {
				entities[id] = e
			}
		}
		for r, d := range x.Days {
			days[r] = d
		}
	}
	one := *events[0]
	e := &one
	e.ID = id
	if len(g) > 1 {
		e = event.Merge(id, events, func(id string) *readout.Entity { return entities[id] })
	}
	var claims []*readout.Claim
	for _, x := range g {
		for _, c := range x.Claims {
			moved := *c
			moved.Event = e.ID
			moved.ID = claim.ID(&moved)
			if a := x.Actor[c.ID]; a != "" {
				actor[moved.ID] = a
			}
			claims = append(claims, &moved)
		}
	}
	slices.SortFunc(claims, func(a, b *readout.Claim) int { return strings.Compare(a.ID, b.ID) })
	return e, claims, claim.Judge(claims, entities, days, actor)
}
