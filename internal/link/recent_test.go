package link

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// What is asked for again and again stays known, the rest does not, and no more
// than twice as much is kept as has to be.
func TestRecent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := recent[int, int]{atLeast: rapid.IntRange(1, 8).Draw(rt, "at least")}
		var last []int // the latest put last, each once
		for range rapid.IntRange(1, 80).Draw(rt, "rounds") {
			k := rapid.IntRange(0, 30).Draw(rt, "key")
			v, ok, old := r.get(k)
			if ok && v != 7*k {
				rt.Fatalf("%d gives %d", k, v)
			}
			if at := slices.Index(last, k); !ok && at >= len(last)-r.atLeast && at >= 0 {
				rt.Fatalf("%d is forgotten, and is among the last %d of %v", k, r.atLeast, last)
			}
			if !ok || old {
				r.put(k, 7*k)
				last = append(slices.DeleteFunc(last, func(x int) bool { return x == k }), k)
			}
			if n := len(r.now) + len(r.before); n > 2*r.atLeast {
				rt.Fatalf("%d are kept, of which %d have to be", n, r.atLeast)
			}
		}
	})
}

// Words are copies also where they were nearly forgotten.
func TestWordsAreCopies(t *testing.T) {
	c := newCopier()
	c.words.atLeast = 2
	text := []byte("harbour master harbour talks ferry harbour master quay harbour")
	for range 3 {
		cut := string(text) // a text of its own each time
		for at := 0; at < len(cut); {
			end := at
			for end < len(cut) && cut[end] != ' ' {
				end++
			}
			is := c.word(cut[at:end])
			if is != cut[at:end] || Lies(is, cut) {
				t.Fatalf("%q is no copy of %q", is, cut[at:end])
			}
			at = end + 1
		}
		for _, kept := range []map[string]string{c.words.now, c.words.before} {
			for k, v := range kept {
				if Lies(k, cut) || Lies(v, cut) {
					t.Errorf("%q keeps the text", k)
				}
			}
		}
	}
}
