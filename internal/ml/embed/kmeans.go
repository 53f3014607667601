package embed

import (
	"math"
	"math/rand/v2"

	"github.com/readout-news/readout/internal/ml/kernel"
)

// KMeans groups the words into k classes by the cosine of their vectors and
// returns the class of each word. Centres start at random frequent words; an
// empty class restarts at a random word.
func (v *Vectors) KMeans(k, rounds int, seed uint64, kern *kernel.Kernel) []int {
	n, d := len(v.Words), v.Dim
	unit := make([]float32, n*d)
	copy(unit, v.V)
	for i := range n {
		normalise(unit[i*d : (i+1)*d])
	}
	rng := rand.New(rand.NewPCG(seed, uint64(k)))
	// Centres are kept as columns, so that one matrix product compares a block
	// of words with all of them; columns are padded to the kernel's width.
	width := (k + 15) / 16 * 16
	centres := make([]float32, k*d)
	columns := make([]float32, d*width)
	for c, i := range rng.Perm(min(n, 8*k)) {
		if c < k {
			copy(centres[c*d:(c+1)*d], unit[i*d:(i+1)*d])
		}
	}
	const block = 256
	scores := make([]float32, block*width)
	class := make([]int, n)
	for range rounds {
		for c := range k {
			for j := range d {
				columns[j*width+c] = centres[c*d+j]
			}
		}
		changed := false
		for lo := 0; lo < n; lo += block {
			m := min(block, n-lo)
			clear(scores)
			kern.MatMul(scores, width, unit[lo*d:], d, 1, columns, width, m, d, width)
			for i := range m {
				best := 0
				row := scores[i*width : i*width+k]
				for c, s := range row {
					if s > row[best] {
						best = c
					}
				}
				changed = changed || class[lo+i] != best
				class[lo+i] = best
			}
		}
		if !changed {
			break
		}
		clear(centres)
		size := make([]int, k)
		for i, c := range class {
			size[c]++
			for j, x := range unit[i*d : (i+1)*d] {
				centres[c*d+j] += x
			}
		}
		for c := range k {
			if size[c] == 0 {
				i := rng.IntN(n)
				copy(centres[c*d:(c+1)*d], unit[i*d:(i+1)*d])
			}
			normalise(centres[c*d : (c+1)*d])
		}
	}
	return class
}

func normalise(x []float32) {
	var s float64
	for _, v := range x {
		s += float64(v) * float64(v)
	}
	if s == 0 {
		return
	}
	scale := float32(1 / math.Sqrt(s))
	for i := range x {
		x[i] *= scale
	}
}
