package link

import (
	"cmp"
	"fmt"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/link/position"
	"github.com/readout-news/readout/internal/link/thread"
	"github.com/readout-news/readout/internal/link/utterance"
)

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
