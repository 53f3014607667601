package region

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// digests are n reports about few matters, so that sets grow past small bounds:
// over two months, or, of a hot story, over two days and alike at every step.
func digests(t *rapid.T, n int) []Digest {
	days, words, copies := 60, 8, 5
	if rapid.Bool().Draw(t, "hot") {
		days, words, copies = 1, 12, 10
	}
	few := func(label string, most int) []uint64 {
		out := rapid.SliceOfN(rapid.Uint64Range(1, 12), 0, most).Draw(t, label)
		slices.Sort(out)
		return slices.Compact(out)
	}
	out := make([]Digest, n)
	for i := range out {
		out[i] = Digest{ID: fmt.Sprintf("r%04d", i), Day: int32(rapid.IntRange(0, days).Draw(t, "day")), Words: few("words", words), Contacts: few("contacts", 2), Copies: few("copies", copies)}
		if rapid.IntRange(0, 9).Draw(t, "dated") == 0 {
			out[i].Day = NoDay
		}
	}
	return out
}

func put(t interface{ Fatalf(string, ...any) }, x *Index, ds []Digest) {
	for _, d := range ds {
		if !x.Put(d) {
			t.Fatalf("Put(%s) asks to rebuild", d.ID)
		}
	}
}

// regions are all regions, sorted by key. Settle must have been called.
func (x *Index) regions() []Region {
	var out []Region
	for k := range x.members {
		out = append(out, x.Region(k))
	}
	slices.SortFunc(out, func(a, b Region) int { return a.Key.Compare(b.Key) })
	return out
}

func TestDivisionDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ds := digests(t, rapid.IntRange(1, 60).Draw(t, "n"))
		most := rapid.IntRange(1, 20).Draw(t, "most")
		whole := New(most)
		put(t, whole, ds)
		whole.Settle()
		want := whole.regions()

		seen := map[string]bool{}
		for _, r := range want {
			for _, id := range r.Reports {
				if seen[id] {
					t.Fatalf("%s is in two regions", id)
				}
				seen[id] = true
			}
		}
		if len(seen) != len(ds) {
			t.Fatalf("%d of %d reports are in a region", len(seen), len(ds))
		}

		shuffled := slices.Clone(ds)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		bit := New(most)
		have := map[Key][]string{} // as one who follows Settle knows the regions
		for len(shuffled) > 0 {
			n := rapid.IntRange(1, len(shuffled)).Draw(t, "batch")
			put(t, bit, shuffled[:n])
			shuffled = shuffled[n:]
			gone, changed := bit.Settle()
			for _, k := range gone {
				delete(have, k)
			}
			for _, r := range changed {
				have[r.Key] = r.Reports
			}
		}
		if diff := cmp.Diff(want, bit.regions()); diff != "" {
			t.Fatalf("bit by bit (-whole +bits):\n%s", diff)
		}
		followed := map[Key][]string{}
		for _, r := range want {
			followed[r.Key] = r.Reports
		}
		if diff := cmp.Diff(followed, have); diff != "" {
			t.Fatalf("what Settle told (-regions +told):\n%s", diff)
		}

		// Another digest of some report divides as if it had been there first.
		i := rapid.IntRange(0, len(ds)-1).Draw(t, "again")
		again := ds[i]
		again.Day = int32(rapid.IntRange(0, 60).Draw(t, "new day"))
		again.Words = nil
		if !bit.Put(again) {
			bit.Rebuild(again)
		}
		gone, changed := bit.Settle()
		for _, k := range gone {
			delete(have, k)
		}
		for _, r := range changed {
			have[r.Key] = r.Reports
		}
		ds[i] = again
		fresh := New(most)
		put(t, fresh, ds)
		fresh.Settle()
		want = fresh.regions()
		if diff := cmp.Diff(want, bit.regions()); diff != "" {
			t.Fatalf("rebuilt (-fresh +rebuilt):\n%s", diff)
		}
		clear(followed)
		for _, r := range want {
			followed[r.Key] = r.Reports
		}
		if diff := cmp.Diff(followed, have); diff != "" {
			t.Fatalf("what Settle told after Rebuild (-regions +told):\n%s", diff)
		}
	})
}

func TestSmallSetsAreOneRegion(t *testing.T) {
	x := New(3)
	for i := range 3 {
		x.Put(Digest{ID: fmt.Sprint(i), Day: int32(i * 1000)})
	}
	x.Settle()
	if rs := x.regions(); len(rs) != 1 || len(rs[0].Reports) != 3 {
		t.Errorf("three unlike reports under a bound of three: %v, want one region", rs)
	}
	x.Put(Digest{ID: "3", Day: 9000})
	x.Settle()
	if rs := x.regions(); len(rs) != 4 {
		t.Errorf("four unlike reports under a bound of three: %v, want four regions", rs)
	}
}

// A hot story is divided by its texts: near copies stay together.
func TestHotStoryKeepsCopiesTogether(t *testing.T) {
	x := New(16)
	rng := rand.New(rand.NewPCG(7, 7))
	for i := range 400 {
		text := make([]uint64, 20)
		for j := range text {
			text[j] = rng.Uint64() >> 8
		}
		slices.Sort(text)
		for j := range 2 { // the report and a copy of it
			x.Put(Digest{ID: fmt.Sprintf("r%03d-%d", i, j), Day: 100, Words: []uint64{1, 2, 3, 4, 5, 6}, Copies: text})
		}
	}
	x.Settle()
	largest, split := 0, 0
	in := map[string]Key{}
	for _, r := range x.regions() {
		largest = max(largest, len(r.Reports))
		for _, id := range r.Reports {
			in[id] = r.Key
		}
	}
	for i := range 400 {
		if in[fmt.Sprintf("r%03d-0", i)] != in[fmt.Sprintf("r%03d-1", i)] {
			split++
		}
	}
	if split > 0 || largest > 32 {
		t.Errorf("%d of 400 copies are apart from their original, the largest region has %d reports under a bound of 16; want 0 and at most 32", split, largest)
	}
}

func TestDigestReadsBackWhatItWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := digests(t, 1)[0]
		got, err := Decode(d.ID, d.Append(nil))
		if err != nil || !got.Equal(&d) {
			t.Fatalf("Decode(Append(%v)) = %v, %v", d, got, err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	d := Digest{Day: 3, Words: []uint64{1}, Contacts: []uint64{2, 3}, Copies: []uint64{4}}
	f.Add(d.Append(nil))
	f.Add([]byte{1, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Decode("r", b)
		if err != nil {
			return
		}
		again, err := Decode("r", d.Append(nil))
		if err != nil || !again.Equal(&d) {
			t.Fatalf("%v reads back as %v, %v", d, again, err)
		}
	})
}

func TestLeftOutShapesButIsNotListed(t *testing.T) {
	x := New(1)
	for i := range 3 {
		x.Put(Digest{ID: fmt.Sprint(i), Day: 1, Words: []uint64{1, 2, 3, 4, 5, 6}, Copies: []uint64{uint64(i)}})
	}
	x.Settle()
	before := slices.Clone(x.assigned)
	x.LeaveOut("1", true)
	gone, changed := x.Settle()
	if len(gone) != 0 || len(changed) != 1 || slices.Contains(changed[0].Reports, "1") || !slices.Equal(before, x.assigned) {
		t.Errorf("LeaveOut: gone %v, changed %v; want one region without the report and the same division", gone, changed)
	}
}

// together is what the package comment says of two reports at a step, from 1.
func together(a, b *Digest, step int) bool {
	common := func(a, b []uint64) int {
		n := 0
		for _, h := range a {
			if slices.Contains(b, h) {
				n++
			}
		}
		return n
	}
	st := steps[step-1]
	apart := max(int64(a.Day)-int64(b.Day), int64(b.Day)-int64(a.Day))
	words := common(a.Words, b.Words)
	copied := common(a.Copies, b.Copies)
	return words >= st.words && apart <= st.days ||
		common(a.Contacts, b.Contacts) > 0 && words >= st.contactWords && apart <= st.contactDays ||
		copied >= leastCopied && 10*copied/comparable(a.Copies, b.Copies) >= st.copied && apart <= st.copyDays &&
			(apart <= copyDays || a.Day == NoDay || b.Day == NoDay)
}

// Reports that are never compared would have changed nothing.
func TestDivisionIsThatOfAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ds := digests(t, rapid.IntRange(1, 80).Draw(t, "n"))
		most := rapid.IntRange(1, 20).Draw(t, "most")
		x := New(most)
		put(t, x, ds)
		x.Settle()

		// of is the smallest member of each report's set, by step.
		of := make([][]int, 1+len(steps))
		for s := range of {
			of[s] = make([]int, len(ds))
			for i := range ds {
				of[s][i] = i
				if s == 0 {
					of[s][i] = 0
				}
			}
			for again := s > 0; again; {
				again = false
				for i := range ds {
					for j := range i {
						if a, b := of[s][i], of[s][j]; a != b && together(&ds[i], &ds[j], s) {
							of[s][i], of[s][j], again = min(a, b), min(a, b), true
						}
					}
				}
			}
		}
		for i := range ds {
			got := x.assigned[x.at[ds[i].ID]]
			for s := range of {
				n := 0
				for j := range ds {
					if of[s][j] == of[s][i] {
						n++
					}
				}
				if n > most && s < len(steps) {
					continue
				}
				want := Key{Step: s}
				if s > 0 {
					want.First = ds[of[s][i]].ID
				}
				if want.Bits = slots(n, most); want.Bits > 0 {
					want.Slot = uint32(x.slot(int32(i)) >> (64 - want.Bits))
				}
				if got != want {
					t.Fatalf("%s is in region %v, want %v", ds[i].ID, got, want)
				}
				break
			}
		}
	})
}

// Two hot sets that become one go by one name, whichever report joined them.
func TestHotSetsBecomeOne(t *testing.T) {
	ds := []Digest{
		{ID: "a1", Day: 1, Copies: []uint64{1, 2, 3, 4, 5}},
		{ID: "a2", Day: 1, Copies: []uint64{1, 2, 3, 4, 5}},
		{ID: "b1", Day: 1, Copies: []uint64{11, 12, 13, 14, 15}},
		{ID: "b2", Day: 1, Copies: []uint64{11, 12, 13, 14, 15}},
		{ID: "c", Day: 1, Copies: []uint64{1, 2, 3, 4, 11, 12, 13, 14}},
	}
	var want []Region
	for first := range ds {
		x := New(1)
		put(t, x, slices.Concat(ds[first:], ds[:first]))
		x.Settle()
		if first == 0 {
			want = x.regions()
		}
		if diff := cmp.Diff(want, x.regions()); diff != "" {
			t.Errorf("%s first (-in order +got):\n%s", ds[first].ID, diff)
		}
		for _, r := range x.regions() {
			if len(r.Reports) > 0 && r.Key.First != "a1" {
				t.Errorf("%s first: %v is of another set", ds[first].ID, r)
			}
		}
	}
}
