package link

import (
	"maps"
	"slices"

	"github.com/readout-news/readout/internal/link/region"
	"github.com/readout-news/readout/internal/nlp"
)

// Load gives documents by report id, in any order.
type Load func(ids []string) ([]*nlp.Doc, error)

// unit is what is changed together, so that no report is ever stored as told by
// nobody: pieces that go and reports that are linked in their place.
type unit struct {
	drop []*part
	make [][]string
	size int
	done bool
}

// later are units that are not changed yet, by the pieces that they drop.
type later map[*part]*unit

// take returns the unit that drops a piece, nil none, which is changed now.
func (x later) take(p *part) *unit {
	u := x[p]
	if u != nil {
		x.done(u)
	}
	return u
}

func (x later) done(u *unit) {
	u.done = true
	for _, p := range u.drop {
		delete(x, p)
	}
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
	if d := l.regions.Divided(); d != l.ties.divided {
		l.ties.divided = d
		l.ties.again() // events of a single region go by other names
	}
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
	if len(l.silent)+len(l.orphans) > 0 {
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
	rest := later{}
	for _, u := range units {
		for _, p := range u.drop {
			rest[p] = u
		}
	}
	batch := &unit{}
	for i, u := range units {
		if !u.done {
			rest.done(u)
			batch.drop = append(batch.drop, u.drop...)
			batch.make = append(batch.make, u.make...)
			batch.size += u.size
		}
		if batch.size < l.opts.Batch && i < len(units)-1 {
			continue
		}
		if len(batch.drop)+len(batch.make)+len(l.orphans)+len(l.silent) > 0 {
			if err := l.change(batch, rest, load, take); err != nil {
				return err
			}
		}
		batch = &unit{}
	}
	return nil
}
