package claim

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// participants claims who took part, for events on which reports differ: one
// claim a report, at its first mention with the most parties.
func (c *comparer) participants() {
	type told struct {
		d, i int
		set  []*readout.Entity // by name
	}
	by := make([][]told, len(c.events.Events))
	for d, doc := range c.docs {
		best := map[int]told{}
		for i := range doc.Events {
			n := c.events.OfMention[d][i]
			if n == event.None {
				continue
			}
			if set := c.parties(d, i); len(set) >= 2 && len(set) > len(best[n].set) {
				best[n] = told{d, i, set}
			}
		}
		for _, n := range slices.Sorted(maps.Keys(best)) {
			by[n] = append(by[n], best[n])
		}
	}
	for n, ts := range by {
		if !slices.ContainsFunc(ts, func(t told) bool { return !covers(t.set, ts[0].set) || !covers(ts[0].set, t.set) }) {
			continue
		}
		for _, t := range ts {
			names := make([]string, len(t.set))
			for i, e := range t.set {
				names[i] = e.Name
			}
			c.add(t.d, n, Participants, c.docs[t.d].Events[t.i].Span, readout.ClaimValue{Text: strings.Join(names, "; ")}, "", "claim/participants")
		}
	}
}

// parties are the entities that mention i of document d names as taking part,
// sorted by name; a state beside its own people is left out ("Orrin's
// president Ana Kell").
func (c *comparer) parties(d, i int) []*readout.Entity {
	doc := c.docs[d]
	var set []*readout.Entity
	for _, a := range doc.Events[i].Args {
		if a.Mention == nlp.None || a.Role == "topic" || a.Role == "host" || doc.Mentions[a.Mention].Chain == nlp.None {
			continue
		}
		ch := doc.Mentions[a.Mention].Chain
		if len(doc.Chains[ch].Members) > 0 {
			continue
		}
		if e := c.ents.OfChain[d][ch]; e >= 0 {
			set = append(set, c.ents.Entities[e])
		}
	}
	slices.SortFunc(set, func(a, b *readout.Entity) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	set = slices.Compact(set)
	return slices.DeleteFunc(slices.Clone(set), func(x *readout.Entity) bool {
		return x.Type == readout.Place && slices.ContainsFunc(set, func(y *readout.Entity) bool {
			return y != x && y.Type == readout.Person && y.Country != "" && y.Country == x.Country
		})
	})
}

// covers reports whether each party of b is in a, itself or as its state: who
// says that Orrin called and who says that its president did tell one thing.
func covers(a, b []*readout.Entity) bool {
	return !slices.ContainsFunc(b, func(y *readout.Entity) bool {
		return !slices.ContainsFunc(a, func(x *readout.Entity) bool { return x == y || sameSide(x, y) })
	})
}

// sameSide reports whether two entities of one country stand for each other:
// not two people, nor two bodies, of whom each is somebody of his own.
func sameSide(x, y *readout.Entity) bool {
	return x.Country != "" && x.Country == y.Country && (x.Type != y.Type || x.Type == readout.Group || x.Type == readout.Place) &&
		(x.Type == readout.Place || y.Type == readout.Place || x.Type == readout.Group || y.Type == readout.Group)
}
