package crf

import (
	"math"
	"slices"
)

// Weights are stored and added as multiples of 1/unit nats. Rounding moves a
// score of a hundred features by about 0.05 nats, far below what decides.
const unit = 64

// forbidden is the transition score of a label pair that BIO rules out. It
// exceeds every sum of real weights of a token, and a path of a hundred
// thousand of them still fits in an int64.
const forbidden = math.MinInt32 / 4

// maxWeight bounds a stored weight, in units.
const maxWeight = 1<<15 - 1

// Model is a fitted CRF. It is immutable and safe for concurrent use.
type Model struct {
	labels  []string
	version string
	trans   []int32 // [(n+1)*n], row n is the start
	exp     []float64

	// The rows lie in a table in the order of their keys, each at the place
	// that its key has in proportion (see home) or the next that is free. The
	// weights of a row are cells[at:] up to the one that says so: each a label
	// in the low byte, above it whether it is the last, above that the weight.
	slots []slot // one more than the last in use, so that a search ends
	size  uint64
	rows  int
	cells []int32
}

// slot is a row, or free when its key is 0.
type slot struct{ key, at uint32 }

// Layout of a cell.
const (
	cellLast  = 1 << 8
	cellShift = 9
)

// home is where the search for a key begins.
func (m *Model) home(k uint32) uint64 { return uint64(k) * m.size >> 32 }

// Labels are the names of the labels in the order of their numbers. The slice
// belongs to the model.
func (m *Model) Labels() []string { return m.labels }

// Version is the version given when the model was trained.
func (m *Model) Version() string { return m.version }

// Rows is the number of features that have a weight, Weights that of weights.
func (m *Model) Rows() int { return m.rows }

// Weights is the number of non-zero weights.
func (m *Model) Weights() int { return len(m.cells) }

// allowed says which label pairs BIO permits: [(n+1)*n], row n is the start.
func allowed(labels []string) []bool {
	n := len(labels)
	ok := make([]bool, (n+1)*n)
	for f := range n + 1 {
		prev := ""
		if f < n {
			prev = labels[f]
		}
		for t, l := range labels {
			ok[f*n+t] = follows(prev, l)
		}
	}
	return ok
}

// compact fills the rows from dense float weights, each divided by by. Rows
// whose weights are all below prune are left out.
func (m *Model) compact(keys []uint32, w []float32, by, prune float32) *Model {
	n := len(m.labels)
	order := make([]int32, len(keys))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		if keys[a] < keys[b] {
			return -1
		}
		return 1 // keys are unique
	})
	var rows []slot
	for _, r := range order {
		start := len(m.cells)
		for y, v := range w[int(r)*n : int(r)*n+n] {
			v /= by
			if v > -prune && v < prune {
				continue
			}
			q := int32(math.Round(float64(v * unit)))
			q = min(max(q, -maxWeight), maxWeight)
			if q != 0 {
				m.cells = append(m.cells, q<<cellShift|int32(y))
			}
		}
		if len(m.cells) > start {
			m.cells[len(m.cells)-1] |= cellLast
			rows = append(rows, slot{keys[r], uint32(start)})
		}
	}
	m.index(rows)
	return m
}

// index puts the rows, which are sorted by key, into the table and makes the
// table of exponentials of the transitions.
func (m *Model) index(rows []slot) {
	m.rows = len(rows)
	m.size = uint64(len(rows))*5/3 + 1
	m.slots = make([]slot, m.size+1)
	free := uint64(0)
	for _, r := range rows {
		at := max(free, m.home(r.key))
		for at+1 >= uint64(len(m.slots)) {
			m.slots = append(m.slots, slot{})
		}
		m.slots[at] = r
		free = at + 1
	}
	m.exp = make([]float64, len(m.trans))
	for i, t := range m.trans {
		if t != forbidden {
			m.exp[i] = expUnits(t)
		}
	}
}

// together is how many features are looked up at once.
const together = 64

// score adds the weights of the features to out, [len(labels)].
//
// Most of its time goes to memory that is in no cache, and a branch on what is
// not there yet stops the processor: so what is to be compared is fetched for
// many features before any is looked at, and the first weight of each row
// before any is added.
func (m *Model) score(feats []uint64, out []int32) {
	var keys [together]uint32
	var homes [together]uint64
	var first [together]slot
	var hits [together]struct {
		at   uint32
		cell int32
	}
	for len(feats) > 0 {
		n := min(len(feats), together)
		for i, f := range feats[:n] {
			k := key(f)
			h := m.home(k)
			keys[i], homes[i], first[i] = k, h, m.slots[h]
		}
		feats = feats[n:]
		found := 0
		for i, s := range first[:n] {
			k := keys[i]
			for h := homes[i]; s.key-1 < k-1; { // neither free nor at k or beyond
				h++
				s = m.slots[h]
			}
			if s.key == k {
				hits[found].at, hits[found].cell = s.at, m.cells[s.at]
				found++
			}
		}
		for _, x := range hits[:found] {
			c, at := x.cell, x.at
			for ; c&cellLast == 0; c = m.cells[at] {
				out[uint8(c)] += c >> cellShift
				at++
			}
			out[uint8(c)] += c >> cellShift
		}
	}
}

// emissions is the scores of all tokens, [len(feats)*len(labels)].
func (m *Model) emissions(feats [][]uint64) []int32 {
	n := len(m.labels)
	em := make([]int32, len(feats)*n)
	for i, f := range feats {
		m.score(f, em[i*n:i*n+n])
	}
	return em
}

// Decode gives the best label of each token and its marginal probability
// (0..1, rounded to thousandths). The labels are numbers into Labels.
func (m *Model) Decode(feats [][]uint64) (labels []int, conf []float32) {
	if len(feats) == 0 {
		return nil, nil
	}
	em := m.emissions(feats)
	labels = m.viterbi(em)
	marg := m.marginals(em)
	conf = make([]float32, len(labels))
	n := len(m.labels)
	for i, y := range labels {
		conf[i] = marg[i*n+y]
	}
	return labels, conf
}

// Best is Decode without the probabilities, at less cost.
func (m *Model) Best(feats [][]uint64) []int {
	if len(feats) == 0 {
		return nil
	}
	return m.viterbi(m.emissions(feats))
}

// Marginals gives the probability of each label at each token,
// [len(feats)*len(Labels())], rounded to thousandths.
func (m *Model) Marginals(feats [][]uint64) []float32 {
	if len(feats) == 0 {
		return nil
	}
	return m.marginals(m.emissions(feats))
}

// viterbi finds the best sequence; of equal ones, that of lower labels from
// the end backwards.
func (m *Model) viterbi(em []int32) []int {
	n := len(m.labels)
	k := len(em) / n
	best := make([]int64, 2*n)
	cur, next := best[:n], best[n:]
	back := make([]uint8, k*n)
	for y := range n {
		cur[y] = int64(em[y]) + int64(m.trans[n*n+y])
	}
	for i := 1; i < k; i++ {
		for y := range n {
			from, top := 0, int64(math.MinInt64)
			for p, v := range cur {
				if s := v + int64(m.trans[p*n+y]); s > top {
					from, top = p, s
				}
			}
			next[y] = top + int64(em[i*n+y])
			back[i*n+y] = uint8(from)
		}
		cur, next = next, cur
	}
	y := 0
	for l, v := range cur {
		if v > cur[y] {
			y = l
		}
	}
	labels := make([]int, k)
	for i := k - 1; i >= 0; i-- {
		labels[i] = y
		y = int(back[i*n+y])
	}
	return labels
}

// marginals runs forward and backward in probability space, scaled at each
// token. The explicit conversions forbid fused multiply-add, which would make
// the last bit depend on the processor.
func (m *Model) marginals(em []int32) []float32 {
	n := len(m.labels)
	k := len(em) / n
	e := make([]float64, k*n)
	for i := range k {
		row := em[i*n : i*n+n]
		top := slices.Max(row)
		for y, v := range row {
			e[i*n+y] = expUnits(v - top)
		}
	}
	alpha := make([]float64, k*n)
	scale := make([]float64, k)
	for i := range k {
		a := alpha[i*n : i*n+n]
		if i == 0 {
			copy(a, m.exp[n*n:])
		} else {
			for p, ap := range alpha[(i-1)*n : i*n] {
				if ap == 0 {
					continue
				}
				for y, t := range m.exp[p*n : p*n+n] {
					a[y] += float64(ap * t)
				}
			}
		}
		sum := 0.0
		for y := range a {
			a[y] *= e[i*n+y]
			sum += a[y]
		}
		if sum <= 0 { // all mass underflowed: no opinion
			sum = 1
		}
		for y := range a {
			a[y] /= sum
		}
		scale[i] = sum
	}
	out := make([]float32, k*n)
	beta, eb := make([]float64, n), make([]float64, n)
	for y := range beta {
		beta[y] = 1
	}
	for i := k - 1; i >= 0; i-- {
		for y := range n {
			p := alpha[i*n+y] * beta[y]
			out[i*n+y] = float32(math.Floor(float64(p*1000)+0.5) / 1000)
		}
		if i == 0 {
			break
		}
		for y := range n {
			eb[y] = beta[y] * e[i*n+y] / scale[i]
		}
		for p := range n {
			sum := 0.0
			for y, t := range m.exp[p*n : p*n+n] {
				sum += float64(t * eb[y])
			}
			beta[p] = sum
		}
	}
	return out
}

// expUnits is exp(v/unit) by square-and-multiply from one constant, so that
// it is the same number on every machine; math.Exp is not.
func expUnits(v int32) float64 {
	const step = 1.0157477085866857 // exp(1/64)
	const limit = 600 * unit        // exp(600) is still finite
	neg := v < 0
	if neg {
		v = -v
	}
	if v > limit {
		v = limit
	}
	r, b := 1.0, step
	for ; v > 0; v >>= 1 {
		if v&1 == 1 {
			r *= b
		}
		b *= b
	}
	if neg {
		return 1 / r
	}
	return r
}
