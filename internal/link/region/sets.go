package region

import "slices"

// sets is a partition of the reports that only grows together (union-find with
// the members of each set on a ring).
type sets struct {
	parent, size []int32
	next         []int32 // the ring of the members
	first        []int32 // of a root: its member with the smallest id
}

func (s *sets) add() {
	i := int32(len(s.parent))
	s.parent, s.size, s.next, s.first = append(s.parent, i), append(s.size, 1), append(s.next, i), append(s.first, i)
}

func (s *sets) find(i int32) int32 {
	for s.parent[i] != i {
		s.parent[i] = s.parent[s.parent[i]]
		i = s.parent[i]
	}
	return i
}

// join makes one set of those of the roots a and b.
func (s *sets) join(reports []Digest, a, b int32) {
	if s.size[a] < s.size[b] {
		a, b = b, a
	}
	s.parent[b] = a
	s.size[a] += s.size[b]
	s.next[a], s.next[b] = s.next[b], s.next[a]
	if reports[s.first[b]].ID < reports[s.first[a]].ID {
		s.first[a] = s.first[b]
	}
}

// each calls f with the members of the set of i.
func (s *sets) each(i int32, f func(int32)) {
	for m := i; ; {
		f(m)
		if m = s.next[m]; m == i {
			return
		}
	}
}

// postings lists the reports that have a hash, by day.
type postings map[uint64][]posting

type posting struct{ day, report int32 }

func (p postings) add(h uint64, day, report int32) {
	list := p[h]
	at := len(list)
	if at > 0 && list[at-1].day > day { // most come in the order of their days
		at, _ = slices.BinarySearchFunc(list, day, func(x posting, day int32) int {
			if x.day <= day {
				return -1
			}
			return 1
		})
	}
	p[h] = slices.Insert(list, at, posting{day, report})
}

// lists are the postings of words and of contacts.
type lists struct{ words, contacts postings }

func (l lists) add(d *Digest, report int32) {
	for _, h := range d.Words {
		l.words.add(h, d.Day, report)
	}
	for _, h := range d.Contacts {
		l.contacts.add(h, d.Day, report)
	}
}

// prune takes the reports for which gone is true out of the postings of what d
// has.
func (l lists) prune(d *Digest, gone func(report int32) bool) {
	prune := func(p postings, hashes []uint64) {
		for _, h := range hashes {
			if list, ok := p[h]; ok {
				if list = slices.DeleteFunc(list, func(x posting) bool { return gone(x.report) }); len(list) == 0 {
					delete(p, h)
					continue
				}
				p[h] = list
			}
		}
	}
	prune(l.words, d.Words)
	prune(l.contacts, d.Contacts)
}

// within are the reports that have h and are at most so many days from day.
func (p postings) within(h uint64, day int32, days int64) []posting {
	list := p[h]
	from := func(day int64) int {
		at, _ := slices.BinarySearchFunc(list, day, func(x posting, day int64) int {
			if int64(x.day) < day {
				return -1
			}
			return 1
		})
		return at
	}
	return list[from(int64(day)-days):from(int64(day)+days+1)]
}
