package link

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/thread"
)

// threadsOf are the threads that stand in lines, as JSON in the order of ids.
func threadsOf(t *testing.T, l *lines) string {
	t.Helper()
	var out []*readout.Thread
	for id := range l.held {
		if x := l.stands(id); x != nil {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b *readout.Thread) int { return strings.Compare(a.ID, b.ID) })
	b, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Threads that events come to and go from are those of the events that are left,
// of pairs with few events and with more than are looked at together.
func TestLinesFollowFromTheSet(t *testing.T) {
	same := func(id string) string { return id }
	for turn := range 6 {
		rng := rand.New(rand.NewPCG(uint64(turn), 5))
		items := make([]*thread.Item, []int{60, 900, 1500}[turn%3])
		days := []int{40, 200}[turn/3]
		for i := range items {
			x := &thread.Item{Event: fmt.Sprintf("v%04d", i), Day: 20_000 + rng.IntN(days), Reports: []string{fmt.Sprintf("r%04d", i)}}
			for s, name := range []string{"a", "b"} {
				x.Sides[s] = thread.Side{Key: name, Entities: []thread.Party{{ID: name, Name: strings.ToUpper(name)}}}
			}
			for w := range 4 {
				x.Words = append(x.Words, thread.Word{Word: fmt.Sprintf("w%d%d", w, rng.IntN(6)), Count: 1, Rare: 1})
			}
			items[i] = x
		}
		l, err := newLines()
		if err != nil {
			t.Fatal(err)
		}
		in := map[*thread.Item]bool{}
		stands := map[string]bool{}
		for range 5 {
			for range rng.IntN(len(items)) {
				x := items[rng.IntN(len(items))]
				if in[x] {
					l.put(x, -1)
					delete(in, x)
				} else {
					l.put(x, 1)
					in[x] = true
				}
			}
			ids, now := l.settle(same)
			for _, id := range ids {
				delete(stands, id)
			}
			for _, x := range now {
				stands[x.ID] = true
			}
			fresh, err := newLines()
			if err != nil {
				t.Fatal(err)
			}
			var block []*thread.Item
			for _, x := range items {
				if in[x] {
					fresh.put(x, 1)
					block = append(block, x)
				}
			}
			fresh.settle(same)
			want := threadsOf(t, fresh)
			if got := threadsOf(t, l); got != want {
				t.Fatalf("turn %d: got\n%s\nwant\n%s", turn, got, want)
			}
			whole, err := json.Marshal(l.grouper.Threads(block))
			if err != nil {
				t.Fatal(err)
			}
			if string(whole) != want && (string(whole) != "null" || want != "null") {
				t.Fatalf("turn %d: all at once\n%s\nwant\n%s", turn, whole, want)
			}
			for id := range l.held {
				if l.stands(id) != nil && !stands[id] {
					t.Fatalf("turn %d: thread %s was not told", turn, id)
				}
				delete(stands, id)
			}
			if len(stands) > 0 {
				t.Fatalf("turn %d: %d threads that are no more were not told", turn, len(stands))
			}
			for id := range l.held {
				stands[id] = true
			}
		}
		if len(stands) == 0 {
			t.Fatalf("turn %d: no thread was found", turn)
		}
	}
}
