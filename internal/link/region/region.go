// Package region divides the reports of a store into those that are linked
// together, so that the cost of one more report does not grow with the store.
//
// In go digests of reports (Digest); out come regions: sets of reports, each
// report in one, none larger than a bound where the reports allow it. Up to the
// bound all reports are one region, and everything is compared with everything.
// Beyond it the set is divided step by step, each step asking for more in
// common before two reports stay together:
//
//  1. the same matter: two of the words that tell most, or a contact of the same
//     two sides, within two months;
//  2. the same within two weeks;
//  3. three words within ten days, or the contact within a week;
//  4. the same story: four words within five days, or the contact within three;
//  5. the same news: half of the words within two days;
//  6. two thirds of them;
//  7. nearly all of them within a day;
//  8. on one day: what a long story's reports have in common leads on from each
//     day to the next;
//  9. what is still larger is one hot story: it is divided by a hash of the
//     texts, under which near copies fall together.
//
// Copies stay together up to step 6 whenever they came, at the steps behind it
// for two days and for one, and often at the last, too; texts that share a passage
// (a credit, the background of an agency) do at the first four only, else a
// passage that many reports carry would make one story of them all. A report is
// in the region of the first step at which its set is small enough.
//
// The steps ask of pairs of reports only, and each asks for all that the ones
// before do, so the division follows from the set
// of reports and not from the order in which they came, and a new report changes
// the regions around it alone. What ties regions together again (events told on
// both sides, who is who) is package link's part.
//
// The package compares no texts and decides nothing of what a report says. See
// docs/adr/0009-regions.md; the scheme of blocking with windows and of lists
// that are split, never sampled, is that of docs/performance.md.
package region

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
)

// Most is the bound that a record is linked with: reports of one region. A
// thousand reports are linked in seconds and held in memory.
const Most = 1000

// step is what two reports must have in common to stay together.
type step struct {
	words int   // of their Words
	days  int64 // between them, at most
	// With one of their Contacts in common, so many days and words do.
	contactDays  int64
	contactWords int
	// With leastCopied of the hashes of their Copies in common, which are so many
	// tenths of what they can have in common, so many days.
	copied   int
	copyDays int64
}

// Each step is stricter than the one before in all that it asks for: near rests
// on it.
var steps = [...]step{
	{words: 2, days: 60, contactDays: 60, copyDays: ever},
	{words: 2, days: 14, contactDays: 14, copyDays: ever},
	{words: 3, days: 10, contactDays: 7, copyDays: ever},
	{words: 4, days: 5, contactDays: 3, copyDays: ever},
	{words: 6, days: 2, contactDays: 1, contactWords: 3, copied: 3, copyDays: ever},
	{words: 8, days: 2, contactDays: 0, contactWords: 5, copied: 4, copyDays: ever},
	// Half of a text is what package origin takes for a copy.
	{words: 10, days: 1, contactDays: 0, contactWords: 7, copied: 5, copyDays: 2},
	// No chain leads from day to day.
	{words: 10, days: 0, contactDays: 0, contactWords: 7, copied: 5, copyDays: 0},
}

const (
	// wordDays and contactDays are the widest windows of the steps, copyDays is how
	// long after a text its copies are looked for.
	wordDays    = 60
	contactDays = 60
	copyDays    = 60
	// ever is more days than there are between any two reports, one without a day
	// among them.
	ever = 1 << 33
	// looseStep is the last step that asks for words and contacts of more than
	// closeDays.
	looseStep = 4
	closeDays = 2
	// leastCopied is how many hashes of Copies two reports share that are taken
	// for copies in part.
	leastCopied = 4
)

// Key names a region. It stays the same while the region does.
type Key struct {
	Step  int    // 0: all reports
	First string // the smallest report id of the set
	Slot  uint32 // of a hot story
	Bits  uint8  // of Slot; 0: not divided by it
}

func (k Key) String() string {
	if k.Bits > 0 {
		return fmt.Sprintf("%d/%s/%d.%d", k.Step, k.First, k.Bits, k.Slot)
	}
	return fmt.Sprintf("%d/%s", k.Step, k.First)
}

// Compare orders keys.
func (k Key) Compare(o Key) int {
	return cmp.Or(cmp.Compare(k.Step, o.Step), strings.Compare(k.First, o.First), cmp.Compare(k.Bits, o.Bits), cmp.Compare(k.Slot, o.Slot))
}

// Region is a set of reports that are linked together.
type Region struct {
	Key     Key
	Reports []string // ids, sorted; without those left out
}

// Index holds the division. It is not safe for concurrent use.
type Index struct {
	most    int
	reports []Digest
	at      map[string]int32 // by report id
	out     []bool           // left out
	sets    [1 + len(steps)]sets
	days    []int32 // of the reports: near reads them at random
	all     lists
	loose   lists // those of them whose set at looseStep is small enough, and some that were
	copies  postings

	assigned []Key
	place    []int32 // by report, in members.of of its key
	members  map[Key]*members
	touched  map[Key]bool
	dirty    []int32 // reports whose region has to be asked for anew
	isDirty  []bool

	// scratch of near: what it saw, by report, and of whom it saw anything
	seen   []uint32
	others []int32
}

// members are the reports of one key, those left out included.
type members struct {
	of  []int32 // in no order
	sum uint64  // of hashes of their ids: tells two sets apart
}

// same reports whether a and b, of two indexes with the same reports, hold the
// same ones.
func same(a, b *members) bool {
	return a != nil && b != nil && len(a.of) == len(b.of) && a.sum == b.sum
}

// move puts report i from the members of its key to those of k.
func (x *Index) move(i int32, k Key) {
	of := hash(x.reports[i].ID)
	if was := x.assigned[i]; was.Step >= 0 {
		m, at := x.members[was], x.place[i]
		last := m.of[len(m.of)-1]
		m.of[at], x.place[last] = last, at
		m.of = m.of[:len(m.of)-1]
		m.sum -= of
		x.touched[was] = true
	}
	m := x.members[k]
	if m == nil {
		m = &members{}
		x.members[k] = m
	}
	x.place[i] = int32(len(m.of))
	m.of = append(m.of, i)
	m.sum += of
	x.assigned[i] = k
	x.touched[k] = true
}

// New makes an index whose regions hold at most so many reports; 0: Most.
func New(most int) *Index {
	return &Index{
		most: cmp.Or(most, Most), at: map[string]int32{},
		all: lists{postings{}, postings{}}, loose: lists{postings{}, postings{}}, copies: postings{},
		members: map[Key]*members{}, touched: map[Key]bool{},
	}
}

// Divided reports whether there are more reports than one region holds.
func (x *Index) Divided() bool { return len(x.reports) > x.most }

// Digest is that of a report of the index, and whether it is left out.
func (x *Index) Digest(id string) (d Digest, out bool) {
	i := x.at[id]
	return x.reports[i], x.out[i]
}

// Touch marks the region of a report as changed.
func (x *Index) Touch(id string) { x.touch(x.at[id]) }

func (x *Index) touch(i int32) {
	if x.assigned[i].Step >= 0 { // one that is new is asked for anyway
		x.touched[x.assigned[i]] = true
	}
}

// Has reports whether a report is in the index.
func (x *Index) Has(id string) bool { _, ok := x.at[id]; return ok }

// Put adds a report, or marks its region as touched where it is there with the
// same digest. A report with another digest divides the whole set anew: false
// says so, and nothing was done; call Rebuild.
func (x *Index) Put(d Digest) bool {
	if i, ok := x.at[d.ID]; ok {
		if !x.reports[i].Equal(&d) {
			return false
		}
		x.touch(i)
		return true
	}
	i := int32(len(x.reports))
	x.at[d.ID] = i
	x.reports, x.days = append(x.reports, d), append(x.days, d.Day)
	x.out = append(x.out, false)
	x.assigned, x.place = append(x.assigned, Key{Step: -1}), append(x.place, 0)
	x.seen = append(x.seen, 0)
	for s := range x.sets {
		x.sets[s].add()
	}
	x.isDirty = append(x.isDirty, false)
	x.mark(i)
	if i > 0 {
		x.join(0, i, i-1)
	}
	x.near(i)
	x.all.add(&d, i)
	if !x.large(looseStep, i) {
		x.loose.add(&d, i)
	}
	for _, h := range d.Copies {
		x.copies.add(h, d.Day, i)
	}
	return true
}

// LeaveOut takes a report out of its region, which it goes on to shape, or back
// in: an earlier version of an article is no report of the record. It reports
// whether that changed anything.
func (x *Index) LeaveOut(id string, out bool) bool {
	i, ok := x.at[id]
	if !ok || x.out[i] == out {
		return false
	}
	x.out[i] = out
	x.touch(i)
	return true
}

// LeftOut are the reports that are left out, sorted.
func (x *Index) LeftOut() []string {
	var ids []string
	for i, out := range x.out {
		if out {
			ids = append(ids, x.reports[i].ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// What near has seen of another report: how many of its words (the low byte),
// whether a contact, how many hashes of its text (the high bytes).
const (
	seenWord    = 1
	seenContact = 1 << 8
	seenCopy    = 1 << 16
)

// near joins report i with those before it that have enough in common.
//
// What is further away than closeDays matters up to looseStep alone, and there
// only where one of the two is in a set that is small enough: two that are too
// large stay too large, joined or not. So a report that is in a large set looks no
// further than closeDays but for those that are in small ones, who are few where
// many reports are: the cost follows the reports of days, not of months.
func (x *Index) near(i int32) {
	d := &x.reports[i]
	x.see(x.all, d, closeDays, closeDays)
	for _, h := range d.Copies {
		// A copy without a day may be of any.
		if d.Day == NoDay {
			x.count(x.copies[h], seenCopy)
			continue
		}
		x.count(x.copies.within(h, d.Day, copyDays), seenCopy)
		x.count(x.copies.within(h, NoDay, 0), seenCopy)
	}
	x.joinSeen(i)
	if !x.large(looseStep, i) {
		x.see(x.all, d, wordDays, contactDays)
	} else {
		x.loose.prune(d, func(j int32) bool { return x.large(looseStep, j) })
		x.see(x.loose, d, wordDays, contactDays)
	}
	x.joinSeen(i)
}

// large reports whether the set of report i at step s is too large for a region.
func (x *Index) large(s int, i int32) bool {
	f := &x.sets[s]
	return int(f.size[f.find(i)]) > x.most
}

// see notes who has words and contacts of d in so many days.
func (x *Index) see(in lists, d *Digest, wordDays, contactDays int64) {
	for _, h := range d.Words {
		x.count(in.words.within(h, d.Day, wordDays), seenWord)
	}
	for _, h := range d.Contacts {
		for _, p := range in.contacts.within(h, d.Day, contactDays) {
			if x.seen[p.report] == 0 {
				x.others = append(x.others, p.report)
			}
			x.seen[p.report] |= seenContact
		}
	}
}

// joinSeen joins report i with those of whom enough was seen, and forgets them.
func (x *Index) joinSeen(i int32) {
	day := int64(x.days[i])
	for _, j := range x.others {
		seen := x.seen[j]
		x.seen[j] = 0
		if seen == seenWord { // asks for no step
			continue
		}
		apart := day - int64(x.days[j])
		apart = max(apart, -apart)
		words, met, copied := int(seen&0xff), seen&seenContact != 0, -1
		if n := int(seen / seenCopy); n >= leastCopied {
			copied = 10 * n / comparable(x.reports[i].Copies, x.reports[j].Copies)
		}
		s := len(steps)
		for ; s > 0; s-- {
			st := &steps[s-1]
			if words >= st.words && apart <= st.days || met && apart <= st.contactDays && words >= st.contactWords ||
				copied >= st.copied && apart <= st.copyDays {
				break
			}
		}
		// Who is together at one step is at those before.
		for ; s > 0 && x.join(s, i, j); s-- {
		}
	}
	x.others = x.others[:0]
}

// count counts what for those reports.
func (x *Index) count(list []posting, what uint32) {
	for _, p := range list {
		if x.seen[p.report] == 0 {
			x.others = append(x.others, p.report)
		}
		x.seen[p.report] += what
	}
}

// comparable is how many hashes two sketches can have in common: a full one says
// nothing of hashes above its last (Broder 1997).
func comparable(a, b []uint64) int {
	last := uint64(math.MaxUint64)
	for _, c := range [][]uint64{a, b} {
		if len(c) == sketchSize {
			last = min(last, c[len(c)-1])
		}
	}
	upTo := func(c []uint64) int {
		n, found := slices.BinarySearch(c, last)
		if found {
			n++
		}
		return n
	}
	return max(1, min(upTo(a), upTo(b)))
}

// join makes one set of those of i and j at step s. It reports whether they were
// two.
func (x *Index) join(s int, i, j int32) bool {
	f := &x.sets[s]
	a, b := f.find(i), f.find(j)
	if a == b {
		return false
	}
	n := int(f.size[a] + f.size[b])
	for _, r := range []int32{a, b} {
		// Who was in a small set may be in one that is too large now, or that has
		// another name: a hot story that is divided into more slots has, too.
		if int(f.size[r]) <= x.most || s == len(x.sets)-1 && slots(n, x.most) != slots(int(f.size[r]), x.most) {
			f.each(r, x.mark)
		}
	}
	if n > x.most && s == len(x.sets)-1 {
		// Both go by the name of the one that has the smaller.
		other := a
		if x.reports[f.first[a]].ID < x.reports[f.first[b]].ID {
			other = b
		}
		f.each(other, x.mark)
	}
	f.join(x.reports, a, b)
	return true
}

// mark notes that the region of report i has to be asked for anew.
func (x *Index) mark(i int32) {
	if !x.isDirty[i] {
		x.isDirty[i] = true
		x.dirty = append(x.dirty, i)
	}
}

// slotBits is by how many bits at once a hot story is divided further. Each time
// all of it is linked again, so that is seldom: when it is eight times as large.
const slotBits = 3

// slots is by how many bits a hot story of n reports is divided.
func slots(n, most int) uint8 {
	if n <= most {
		return 0
	}
	// Three quarters of the bound on average at most: few slots are above it.
	least := bits.Len(uint((n - 1) / max(3*most/4, 1)))
	return uint8((least + slotBits - 1) / slotBits * slotBits)
}

// keyOf is the region of report i.
func (x *Index) keyOf(i int32) Key {
	for s := range x.sets {
		f := &x.sets[s]
		r := f.find(i)
		n := int(f.size[r])
		if n > x.most && s < len(x.sets)-1 {
			continue
		}
		k := Key{Step: s}
		if s > 0 {
			k.First = x.reports[f.first[r]].ID
		}
		if k.Bits = slots(n, x.most); k.Bits > 0 {
			k.Slot = uint32(x.slot(i) >> (64 - k.Bits))
		}
		return k
	}
	panic("region: a report without a step")
}

// slot is the hash by which the reports of a hot story are divided.
func (x *Index) slot(i int32) uint64 {
	d := &x.reports[i]
	h := hash(d.ID)
	if len(d.Copies) > 0 {
		h = d.Copies[0]
	}
	h ^= h >> 33 // the smallest hash has small high bits
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// Settle returns what the calls before have changed: the keys of regions that
// are no more, and the regions that are new or hold other reports, both sorted.
// A region of which all reports are left out is returned empty.
func (x *Index) Settle() (gone []Key, changed []Region) {
	for _, i := range x.dirty {
		x.isDirty[i] = false
		if k := x.keyOf(i); k != x.assigned[i] {
			x.move(i, k)
		}
	}
	x.dirty = x.dirty[:0]
	for k := range x.touched {
		if m := x.members[k]; m == nil || len(m.of) == 0 {
			delete(x.members, k)
			gone = append(gone, k)
			continue
		}
		changed = append(changed, x.Region(k))
	}
	clear(x.touched)
	slices.SortFunc(gone, Key.Compare)
	slices.SortFunc(changed, func(a, b Region) int { return a.Key.Compare(b.Key) })
	return gone, changed
}

// Region is the region of that key, which must be one.
func (x *Index) Region(k Key) Region {
	out := Region{Key: k}
	if m := x.members[k]; m != nil {
		for _, i := range m.of {
			if !x.out[i] {
				out.Reports = append(out.Reports, x.reports[i].ID)
			}
		}
	}
	slices.Sort(out.Reports)
	return out
}

// Rebuild divides all reports anew with those digests in the place of the ones
// before. The next Settle returns what that changed.
func (x *Index) Rebuild(ds ...Digest) {
	next := New(x.most)
	for _, d := range ds {
		if i, ok := x.at[d.ID]; ok {
			x.reports[i] = d
			x.touched[x.assigned[i]] = true
		}
	}
	for i := range x.reports {
		next.Put(x.reports[i])
		next.out[i] = x.out[i]
	}
	for _, d := range ds {
		if !next.Has(d.ID) {
			next.Put(d)
		}
	}
	next.Settle()
	for k := range x.touched {
		next.touched[k] = true
	}
	for k, m := range next.members {
		if !same(x.members[k], m) {
			next.touched[k] = true
		}
	}
	for k := range x.members {
		if next.members[k] == nil {
			next.touched[k] = true
		}
	}
	for _, d := range ds {
		next.touched[next.assigned[next.at[d.ID]]] = true
	}
	*x = *next
}
