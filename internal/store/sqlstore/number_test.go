package sqlstore

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/readout-news/readout/internal/store"
)

// Rows that come in any order get numbers in theirs, near to what follows from day
// and id, and hardly one is moved for another: also where many have one day and
// ids of some begin alike, which is what thousands of hashes of one day do. Where
// hundreds begin alike, which is not what hashes do, each row moves a few others.
func TestNumbersStayWhereTheyBelong(t *testing.T) {
	const n = 8000
	for _, c := range []struct {
		name        string
		id          func(i int, rng *rand.Rand) string
		least, most int   // rows that are moved
		far         int64 // from where a row belongs
	}{
		{"hashes", func(_ int, rng *rand.Rand) string { return fmt.Sprintf("s%016x", rng.Uint64()) }, 0, 0, 1 << 3},
		{"some begin alike", func(i int, rng *rand.Rand) string { return fmt.Sprintf("s%06x%010x", rng.IntN(n)*64, i) }, 0, n / 100, 1 << 7},
		{"hundreds begin alike", func(_ int, rng *rand.Rand) string { return fmt.Sprintf("s%06x%010x", rng.IntN(20)*64, rng.Uint32()) }, n, 20 * n, 1 << 16},
	} {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(7, 1))
			var rows []standing // in the index
			moved := 0
			for i := range n {
				x := &indexed{id: c.id(i, rng), day: []string{"", "2031-03-14", "2031-03-15"}[i%3]}
				at, _ := slices.BinarySearchFunc(rows, x, func(r standing, x *indexed) int { return r.compare(x) })
				low, high := int64(-1), int64(endNumber)
				if at > 0 {
					low = rows[at-1].n
				}
				if at < len(rows) {
					high = rows[at].n
				}
				m := beside(x.target(store.KindStatement), low, high)
				rows = slices.Insert(rows, at, standing{x, m})
				if m > low && m < high {
					continue
				}
				for around := 64; ; around *= 4 {
					first, last := max(0, at-around), min(len(rows), at+1+around)
					from, to := int64(-1), int64(endNumber)
					if first > 0 {
						from = rows[first-1].n
					}
					if last < len(rows) {
						to = rows[last].n
					}
					numbers, ok := room(rows[first:last], store.KindStatement, from, to, leastStep(around))
					if !ok {
						continue
					}
					for k := first; k < last; k++ {
						if rows[k].n != numbers[k-first] {
							moved++
						}
						rows[k].n = numbers[k-first]
					}
					break
				}
			}
			var far int64
			for i, r := range rows {
				if i > 0 && r.n <= rows[i-1].n {
					t.Fatalf("%s has %d behind %d", r.id, r.n, rows[i-1].n)
				}
				d := r.n - r.target(store.KindStatement)
				far = max(far, d, -d)
			}
			if moved < c.least || moved > c.most || far > c.far {
				t.Errorf("for %d rows %d were moved, want %d to %d; one is %d from where it belongs, want %d at most", n, moved, c.least, c.most, far, c.far)
			}
			t.Logf("%d moved for %d rows, none further than %d", moved, n, far)
		})
	}
}

// Room is made in the order of rows, within the bounds, with gaps.
func TestRoom(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		from := rapid.Int64Range(-1, 1<<40).Draw(rt, "from")
		to := from + rapid.Int64Range(1, 1<<12).Draw(rt, "width")
		step := rapid.Int64Range(1, 64).Draw(rt, "step")
		rows := make([]standing, rapid.IntRange(1, 40).Draw(rt, "rows"))
		for i := range rows {
			rows[i].indexed = &indexed{id: rapid.StringMatching(`s[0-9a-f]{6}`).Draw(rt, "id"), day: rapid.SampledFrom([]string{"", "0000-00-01", "0001"}).Draw(rt, "day")}
		}
		slices.SortFunc(rows, func(a, b standing) int { return a.compare(b.indexed) })
		numbers, ok := room(rows, store.KindStatement, from, to, step)
		if fits := int64(len(rows)+1)*step <= to-from; ok != fits {
			rt.Fatalf("%d rows, %d apart, between %d and %d: %v", len(rows), step, from, to, ok)
		}
		last := from
		for _, n := range numbers {
			if n < last+step || n > to-step {
				rt.Fatalf("%v, %d apart, between %d and %d", numbers, step, from, to)
			}
			last = n
		}
	})
}
