package syntax

import (
	"math/rand/v2"
	"testing"
)

// TestDecodeIsOptimal compares with all projective single-root trees of short
// sentences.
func TestDecodeIsOptimal(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	var d decoder
	for round := range 300 {
		n := 1 + round%5
		stride := n + 1 + round%3
		scores := make([]float32, n*stride)
		for i := range scores {
			scores[i] = float32(rng.IntN(2001)-1000) / 16
		}
		heads := make([]int, n)
		d.decode(scores, n, stride, heads)
		if !projective(heads) {
			t.Fatalf("heads %v are no projective tree with one root", heads)
		}
		total := func(h []int) (s float32) {
			for i, x := range h {
				if x < 0 {
					x = n
				}
				s += scores[i*stride+x]
			}
			return s
		}
		best := float32(lowest)
		try := make([]int, n)
		var walk func(i int)
		walk = func(i int) {
			if i == n {
				if projective(try) {
					best = max(best, total(try))
				}
				return
			}
			for h := -1; h < n; h++ {
				if h != i {
					try[i] = h
					walk(i + 1)
				}
			}
		}
		walk(0)
		if got := total(heads); got != best {
			t.Fatalf("heads %v score %v, the best tree %v", heads, got, best)
		}
	}
}

// projective reports whether heads form a projective tree with one root.
func projective(heads []int) bool {
	roots := 0
	for i, h := range heads {
		if h < 0 {
			roots++
			continue
		}
		for k, at := 0, i; at >= 0; k++ {
			if k > len(heads) {
				return false
			}
			at = heads[at]
		}
	}
	for i, h := range heads { // no cycles: the walks below end
		if h < 0 {
			continue
		}
		for m := min(i, h) + 1; m < max(i, h); m++ {
			at := m
			for at >= 0 && at != h {
				at = heads[at]
			}
			if at != h {
				return false
			}
		}
	}
	return roots == 1
}

func BenchmarkDecode(b *testing.B) {
	const n = 40
	rng := rand.New(rand.NewPCG(1, 9))
	scores := make([]float32, n*(n+1))
	for i := range scores {
		scores[i] = rng.Float32()
	}
	var d decoder
	heads := make([]int, n)
	for b.Loop() {
		d.decode(scores, n, n+1, heads)
	}
}
