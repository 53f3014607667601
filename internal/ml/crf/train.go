package crf

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Options are the settings of Train. The zero value of a field means its
// default, which is given with it.
type Options struct {
	Epochs   int     // passes over the data; 8
	Rate     float64 // AdaGrad step; 0.15
	Dropout  float64 // share of features left out at each visit, 0..1; none
	L2       float64 // pull of a weight to 0 whenever its feature is updated; none
	MinCount int     // features on fewer tokens get no row; 1
	Average  int     // last epochs whose weights are averaged; 1: the last one's alone
	Prune    float64 // weights below are dropped from the model; 0.03
	Seed     uint64  // of the order of sequences and of the dropout
	Version  string  // kept in the model file
	// Progress, when set, is told of each epoch's end: the mean log likelihood of
	// a token under dropout, and a function that gives the model as it stands.
	Progress func(epoch int, logLik float64, now func() *Model)
}

const (
	adaEpsilon   = 0.1  // keeps the first AdaGrad steps of a rare feature small
	skipGradient = 1e-3 // tokens whose labels are this certain teach nothing
	transEpsilon = 1
)

func (o Options) withDefaults() (Options, error) {
	if o.Epochs == 0 {
		o.Epochs = 8
	}
	if o.Rate == 0 {
		o.Rate = 0.15
	}
	if o.MinCount == 0 {
		o.MinCount = 1
	}
	if o.Prune == 0 {
		o.Prune = 0.03
	}
	o.Average = min(max(o.Average, 1), max(o.Epochs, 1))
	if o.Epochs < 0 || o.Rate < 0 || o.Dropout < 0 || o.Dropout >= 1 || o.L2 < 0 {
		return o, fmt.Errorf("crf: options out of range: %d epochs, rate %g, dropout %g, l2 %g", o.Epochs, o.Rate, o.Dropout, o.L2)
	}
	return o, nil
}

// trainer holds float weights while they are fitted. n is the number of
// labels; row r is w[r*n : r*n+n].
type trainer struct {
	o      Options
	n      int
	labels []string
	keys   []uint32  // by row
	w, u   []float32 // weights and AdaGrad's sums of squared gradients
	t, tu  []float64 // [(n+1)*n] transitions from (n: start) to
	te     []float64 // exp(t), 0 where forbidden
	ok     []bool
	rng    *rand.Rand

	avgW []float32
	avgT []float64
	avgN int

	// scratch of one sequence of k tokens
	rows        []int32
	ends        []int32
	em          []float64 // [k*n] exp(score - max of the token)
	alpha, beta []float64 // [k*n], alpha scaled to sum 1
	scale       []float64 // [k]
	score       []float32 // [n]
	grad        []float32 // [n]
	tgrad       []float64
}

// Train fits a model. It fails on an empty set and on settings out of range.
func Train(s *Set, o Options) (*Model, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if s.tokens == 0 {
		return nil, errEmpty
	}
	tr := newTrainer(s, o)
	order := make([]int, len(s.seqs))
	for i := range order {
		order[i] = i
	}
	row := make([]int32, len(s.count)) // of the set's rows, -1 below MinCount
	for r, c := range s.count {
		row[r] = -1
		if int(c) >= o.MinCount {
			row[r] = int32(len(tr.keys))
			tr.keys = append(tr.keys, s.dict.list[r])
		}
	}
	tr.w = make([]float32, len(tr.keys)*tr.n)
	tr.u = make([]float32, len(tr.keys)*tr.n)
	for epoch := range o.Epochs {
		tr.rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		sum := 0.0
		for _, i := range order {
			sum += tr.step(&s.seqs[i], row)
		}
		if o.Average > 1 && epoch >= o.Epochs-o.Average {
			tr.accumulate()
		}
		if o.Progress != nil {
			o.Progress(epoch, sum/float64(s.tokens), tr.model)
		}
	}
	return tr.model(), nil
}

func newTrainer(s *Set, o Options) *trainer {
	n := len(s.labels)
	tr := &trainer{
		o: o, n: n, labels: s.labels,
		t: make([]float64, (n+1)*n), tu: make([]float64, (n+1)*n), te: make([]float64, (n+1)*n),
		ok:    allowed(s.labels),
		rng:   rand.New(rand.NewPCG(o.Seed, mixB)),
		score: make([]float32, n), grad: make([]float32, n), tgrad: make([]float64, (n+1)*n),
	}
	tr.refreshTransitions()
	return tr
}

func (tr *trainer) refreshTransitions() {
	for i, ok := range tr.ok {
		tr.te[i] = 0
		if ok {
			tr.te[i] = math.Exp(tr.t[i])
		}
	}
}

// step makes one gradient step on one sequence and returns its log likelihood.
func (tr *trainer) step(s *sequence, row []int32) float64 {
	n, k := tr.n, len(s.labels)
	tr.drop(s, row)
	logZ := tr.forwardBackward(k)
	gold := tr.goldScore(s.labels)
	clear(tr.tgrad)
	prev := n
	for i, y := range s.labels {
		tr.tgrad[prev*n+int(y)]++
		prev = int(y)
		if i == 0 {
			for y := range n {
				tr.tgrad[n*n+y] -= tr.alpha[y] * tr.beta[y]
			}
			continue
		}
		a, b, e := tr.alpha[(i-1)*n:i*n], tr.beta[i*n:(i+1)*n], tr.em[i*n:(i+1)*n]
		for p, ap := range a {
			if ap < 1e-12 {
				continue
			}
			ap /= tr.scale[i]
			te := tr.te[p*n : p*n+n]
			g := tr.tgrad[p*n : p*n+n]
			for y, v := range te {
				g[y] -= ap * v * e[y] * b[y]
			}
		}
	}
	from := int32(0)
	for i, y := range s.labels {
		to := tr.ends[i]
		most := float32(0)
		for l := range n {
			g := -float32(tr.alpha[i*n+l] * tr.beta[i*n+l])
			if l == int(y) {
				g++
			}
			tr.grad[l] = g
			most = max(most, g, -g)
		}
		if most >= skipGradient {
			tr.update(tr.rows[from:to])
		}
		from = to
	}
	for i, g := range tr.tgrad {
		if tr.ok[i] && math.Abs(g) > 1e-4 {
			tr.tu[i] += g * g
			tr.t[i] += tr.o.Rate * g / math.Sqrt(tr.tu[i]+transEpsilon)
			tr.te[i] = math.Exp(tr.t[i])
		}
	}
	return gold - logZ
}

// drop copies the rows of the sequence that survive MinCount and dropout.
func (tr *trainer) drop(s *sequence, row []int32) {
	tr.rows, tr.ends = tr.rows[:0], tr.ends[:0]
	limit := uint64(tr.o.Dropout * (1 << 16))
	var bits uint64
	left := 0
	from := int32(0)
	for _, to := range s.ends {
		for _, r := range s.rows[from:to] {
			m := row[r]
			if m < 0 {
				continue
			}
			if limit > 0 {
				if left == 0 {
					bits, left = tr.rng.Uint64(), 4
				}
				x := bits & 0xFFFF
				bits, left = bits>>16, left-1
				if x < limit {
					continue
				}
			}
			tr.rows = append(tr.rows, m)
		}
		tr.ends = append(tr.ends, int32(len(tr.rows)))
		from = to
	}
}

// forwardBackward fills em, alpha and beta for the k tokens in rows and
// returns log Z. alpha*beta is the marginal of a token's label.
func (tr *trainer) forwardBackward(k int) float64 {
	n := tr.n
	if need := k * n; cap(tr.em) < need {
		tr.em, tr.alpha, tr.beta = make([]float64, need), make([]float64, need), make([]float64, need)
		tr.scale = make([]float64, k)
	}
	if cap(tr.scale) < k {
		tr.scale = make([]float64, k)
	}
	em, alpha, beta, scale := tr.em[:k*n], tr.alpha[:k*n], tr.beta[:k*n], tr.scale[:k]
	logZ := 0.0
	from := int32(0)
	for i := range k {
		tr.scores(tr.rows[from:tr.ends[i]])
		from = tr.ends[i]
		top := tr.score[0]
		for _, v := range tr.score[1:] {
			top = max(top, v)
		}
		e := em[i*n : i*n+n]
		for y, v := range tr.score {
			e[y] = math.Exp(float64(v - top))
		}
		logZ += float64(top)
	}
	for i := range k {
		a, e := alpha[i*n:i*n+n], em[i*n:i*n+n]
		if i == 0 {
			copy(a, tr.te[n*n:])
		} else {
			clear(a)
			for p, ap := range alpha[(i-1)*n : i*n] {
				for y, v := range tr.te[p*n : p*n+n] {
					a[y] += ap * v
				}
			}
		}
		sum := 0.0
		for y := range a {
			a[y] *= e[y]
			sum += a[y]
		}
		scale[i] = sum
		logZ += math.Log(sum)
		for y := range a {
			a[y] /= sum
		}
	}
	for y := range n {
		beta[(k-1)*n+y] = 1
	}
	eb := tr.grad64(n)
	for i := k - 2; i >= 0; i-- {
		b, nb, ne := beta[i*n:i*n+n], beta[(i+1)*n:(i+2)*n], em[(i+1)*n:(i+2)*n]
		for y := range eb {
			eb[y] = nb[y] * ne[y] / scale[i+1]
		}
		for p := range b {
			sum := 0.0
			for y, v := range tr.te[p*n : p*n+n] {
				sum += v * eb[y]
			}
			b[p] = sum
		}
	}
	return logZ
}

// grad64 is scratch of n values; tgrad is free during forwardBackward.
func (tr *trainer) grad64(n int) []float64 { return tr.tgrad[:n] }

// scores sums the rows' weights per label.
func (tr *trainer) scores(rows []int32) {
	n, score := tr.n, tr.score
	clear(score)
	for _, r := range rows {
		w := tr.w[int(r)*n : int(r)*n+n]
		for y := range score {
			score[y] += w[y]
		}
	}
}

// goldScore is the score of the labels under the current weights.
func (tr *trainer) goldScore(labels []uint8) float64 {
	n, prev, sum := tr.n, tr.n, 0.0
	from := int32(0)
	for i, y := range labels {
		for _, r := range tr.rows[from:tr.ends[i]] {
			sum += float64(tr.w[int(r)*n+int(y)])
		}
		from = tr.ends[i]
		sum += tr.t[prev*n+int(y)]
		prev = int(y)
	}
	return sum
}

// update moves the rows of one token along tr.grad.
func (tr *trainer) update(rows []int32) {
	n := tr.n
	rate, l2 := float32(tr.o.Rate), float32(tr.o.L2)
	grad := tr.grad
	for _, r := range rows {
		w := tr.w[int(r)*n : int(r)*n+n]
		u := tr.u[int(r)*n : int(r)*n+n]
		for y := range grad {
			g := grad[y] - l2*w[y]
			if g > -1e-5 && g < 1e-5 {
				continue
			}
			u[y] += g * g
			w[y] += rate * g / float32(math.Sqrt(float64(u[y]+adaEpsilon)))
		}
	}
}

// accumulate adds the current weights to the average.
func (tr *trainer) accumulate() {
	if tr.avgW == nil {
		tr.avgW = make([]float32, len(tr.w))
		tr.avgT = make([]float64, len(tr.t))
	}
	for i, v := range tr.w {
		tr.avgW[i] += v
	}
	for i, v := range tr.t {
		tr.avgT[i] += v
	}
	tr.avgN++
}

// model rounds the weights as they stand, averaged where there is an average.
func (tr *trainer) model() *Model {
	w, t, by := tr.w, tr.t, float32(1)
	if tr.avgN > 0 {
		w, t, by = tr.avgW, tr.avgT, float32(tr.avgN)
	}
	m := &Model{labels: tr.labels, version: tr.o.Version}
	m.trans = make([]int32, len(t))
	for i := range t {
		m.trans[i] = forbidden
		if tr.ok[i] {
			m.trans[i] = int32(math.Round(t[i] / float64(by) * unit))
		}
	}
	return m.compact(tr.keys, w, by, float32(tr.o.Prune))
}
