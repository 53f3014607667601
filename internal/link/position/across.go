package position

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/packed"
)

// Unit is an issue of one set of reports that may be one with an issue of
// another set.
type Unit struct {
	ID     string   // of the issue
	First  string   // its first position in the order of publication: names what it is joined to
	Day    int32    // of that, since 1970
	Keys   []uint64 // issues that may be one share some, sorted
	Packed []byte   // the stands
}

// Units are the issues that may be one with an issue of other reports; day gives
// the day of publication of a report, since 1970.
//
// Rows of reports that are far apart in time or matter need more in common than
// those of one region (see issues): a party, a head that is not too general, and
// all modifiers of it that tell matters apart, of which there is one at least; or
// a head without any and a name in the terms. Of pairs that share no more than a
// party and a bare head, or say less than each other, half are two matters (read
// on AllSides train; see docs/adr/0009-regions.md).
func (l *Links) Units(day func(report string) (int32, bool)) []*Unit {
	byIssue := map[string][]*Stand{}
	for _, s := range l.Stands {
		if s.Issue != "" {
			byIssue[s.Issue] = append(byIssue[s.Issue], s)
		}
	}
	var out []*Unit
	for _, x := range l.Issues {
		u := &Unit{ID: x.ID}
		for _, s := range byIssue[x.ID] {
			u.Keys = append(u.Keys, s.keys()...)
		}
		if len(u.Keys) == 0 {
			continue
		}
		slices.Sort(u.Keys)
		u.Keys = slices.Compact(u.Keys)
		for _, s := range byIssue[x.ID] {
			d, ok := day(s.Evidence.Report)
			first := "\xff" + s.Evidence.Report // behind those that have a day
			if !ok {
				d = 0 // what comes with false is no day
			} else {
				first = string(binary.BigEndian.AppendUint32(nil, uint32(d)^1<<31)) + s.Evidence.Report
			}
			if first += s.ID; u.First == "" || first < u.First {
				u.First, u.Day = first, d
			}
		}
		u.Packed = pack(byIssue[x.ID])
		out = append(out, u)
	}
	return out
}

// keys are what stands on one matter in far reports have in common.
func (s *Stand) keys() []uint64 {
	if s.Head == "" || s.Light || s.Press {
		return nil
	}
	parts := [][]string{s.Mods}
	if len(s.Mods) == 0 {
		parts = nil
		for _, n := range s.Names {
			parts = append(parts, []string{"\x00", n})
		}
	}
	var out []uint64
	for _, e := range []string{s.Party, s.Addressee} {
		if e == "" {
			continue
		}
		for _, p := range parts {
			h := fnv.New64a()
			h.Write([]byte(e + "\x00" + s.Head + "\x00" + strings.Join(p, "\x00")))
			out = append(out, h.Sum64())
		}
	}
	return out
}

// Joined is an issue that one unit or several tell of.
type Joined struct {
	Issue  *readout.Issue
	Stands []*Stand // on it, sorted by report and place, with what it has of each
}

// Err tells whether what was kept of the unit can be read.
func (u *Unit) Err() error {
	_, err := unpack(u.Packed)
	return err
}

// Join makes issues of units; apart says of two that they are two. Units that
// share a key are one, unless some names in the terms of either exclude some of
// the other. The outcome does not depend on their order. The error is that of a
// damaged unit.
func Join(units []*Unit, apart func(a, b *Unit) bool) ([]Joined, error) {
	units = slices.SortedFunc(slices.Values(units), func(a, b *Unit) int {
		return cmp.Or(strings.Compare(a.First, b.First), strings.Compare(a.ID, b.ID))
	})
	type group struct {
		first  int
		units  []*Unit    // the first that was told first
		names  [][]string // that stands name, where they name somebody
		stands []*Stand
	}
	groups := make([]*group, len(units))
	for i, u := range units {
		stands, err := unpack(u.Packed)
		if err != nil {
			return nil, err
		}
		groups[i] = &group{first: i, units: []*Unit{u}, stands: stands}
		for _, s := range stands {
			if len(s.Names) > 0 && !slices.ContainsFunc(groups[i].names, func(n []string) bool { return slices.Equal(n, s.Names) }) {
				groups[i].names = append(groups[i].names, s.Names)
			}
		}
	}
	for j := range units {
		for i := range j {
			a, b := groups[i], groups[j]
			if a == b || !meets(units[i].Keys, units[j].Keys) ||
				slices.ContainsFunc(a.names, func(x []string) bool {
					return slices.ContainsFunc(b.names, func(y []string) bool { return exclude(x, y) })
				}) ||
				slices.ContainsFunc(a.units, func(x *Unit) bool {
					return slices.ContainsFunc(b.units, func(y *Unit) bool { return apart(x, y) })
				}) {
				continue
			}
			if b.first < a.first {
				a, b = b, a
			}
			a.units, a.names, a.stands = append(a.units, b.units...), append(a.names, b.names...), append(a.stands, b.stands...)
			for k := range groups {
				if groups[k] == b {
					groups[k] = a
				}
			}
		}
	}
	var out []Joined
	for i, g := range groups {
		if g.first != i {
			continue
		}
		sortStands(g.stands)
		x := issue(g.stands)
		x.ID = g.units[0].ID
		for _, s := range g.stands {
			s.Issue = x.ID
		}
		changes(g.stands)
		out = append(out, Joined{x, g.stands})
	}
	return out, nil
}

// meets reports whether two sorted lists share something.
func meets(a, b []uint64) bool {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			return true
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return false
}

func sortStands(rows []*Stand) {
	slices.SortFunc(rows, func(a, b *Stand) int {
		return cmp.Or(cmp.Compare(a.Evidence.Report, b.Evidence.Report), a.Evidence.Span.Compare(b.Evidence.Span), cmp.Compare(a.ID, b.ID))
	})
}

// pack writes what joining and comparing need of stands.
func pack(stands []*Stand) []byte {
	var b []byte
	for _, s := range stands {
		date := ""
		if s.Date != nil {
			date = s.Date.Value
		}
		for _, x := range []string{s.ID, s.Evidence.Report, s.Party, s.Addressee, string(s.Stance), date, s.Head, s.Phrase} {
			b = packed.String(b, x)
		}
		b = append(b, packed.Flags(s.Light, s.Proper, s.Press, s.Lifts, s.Uttered, s.If != ""))
		b = binary.AppendUvarint(b, uint64(s.Evidence.Span.Start))
		b = binary.AppendUvarint(b, uint64(s.Evidence.Span.End))
		b = binary.AppendUvarint(b, uint64(len(s.Names)))
		for _, n := range s.Names {
			b = packed.String(b, n)
		}
	}
	return b
}

// unpack reads what pack wrote.
func unpack(b []byte) (out []*Stand, err error) {
	for r := packed.Read(b); r.More(); {
		s := &Stand{Position: &readout.Position{}}
		s.ID, s.Evidence.Report, s.Party, s.Addressee, s.Stance = r.String(), r.String(), r.String(), r.String(), readout.Stance(r.String())
		if date := r.String(); date != "" {
			s.Date = &readout.Date{Value: date}
		}
		s.Head, s.Phrase = r.String(), r.String()
		conditional := false
		r.Flags(&s.Light, &s.Proper, &s.Press, &s.Lifts, &s.Uttered, &conditional)
		if conditional {
			s.If = "if"
		}
		s.Evidence.Span.Start, s.Evidence.Span.End = int(r.Uint()), int(r.Uint())
		for range r.Count(1) {
			s.Names = append(s.Names, r.String())
		}
		if err := r.Err(); err != nil {
			return nil, fmt.Errorf("issue: %w", err)
		}
		out = append(out, s)
	}
	return out, nil
}
