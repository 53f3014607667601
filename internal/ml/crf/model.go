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

	// Rows sorted by key; the keys whose top bits are b are
	// keys[bucket[b]:bucket[b+1]]. Row r's weights are cells[off[r]:off[r+1]],
	// each a label in the low byte and a signed weight above it.
	shift  uint
	bucket []uint32
	keys   []uint32
	off    []uint32
	cells  []int32
}

// Labels are the names of the labels in the order of their numbers. The slice
// belongs to the model.
func (m *Model) Labels() []string { return m.labels }

// Version is the version given when the model was trained.
func (m *Model) Version() string { return m.version }

// Rows is the number of features that have a weight, Weights that of weights.
func (m *Model) Rows() int { return len(m.keys) }

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
				m.cells = append(m.cells, q<<8|int32(y))
			}
		}
		if len(m.cells) > start {
			m.keys = append(m.keys, keys[r])
			m.off = append(m.off, uint32(start))
		}
	}
	m.off = append(m.off, uint32(len(m.cells)))
	m.index()
	return m
}

// index builds the buckets, about one key each, and the table of exponentials
// of the transitions.
func (m *Model) index() {
	bits := uint(1)
	for 1<<bits < len(m.keys) && bits < 24 {
		bits++
	}
	m.shift = 32 - bits
	m.bucket = make([]uint32, 1<<bits+1)
	for _, k := range m.keys {
		m.bucket[k>>m.shift+1]++
	}
	for i := 1; i < len(m.bucket); i++ {
		m.bucket[i] += m.bucket[i-1]
	}
	m.exp = make([]float64, len(m.trans))
	for i, t := range m.trans {
		if t != forbidden {
			m.exp[i] = expUnits(t)
		}
	}
}

// score adds the weights of the features to out, [len(labels)].
func (m *Model) score(feats []uint64, out []int32) {
	for _, f := range feats {
		k := key(f)
		b := k >> m.shift
		for r := m.bucket[b]; r < m.bucket[b+1]; r++ {
			if m.keys[r] != k {
				continue
			}
			for _, c := range m.cells[m.off[r]:m.off[r+1]] {
				out[uint8(c)] += c >> 8
			}
			break
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
