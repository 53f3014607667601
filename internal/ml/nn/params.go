// Package nn trains small recurrent networks in float32: parameters with Adam,
// dense layers, embeddings and LSTMs that run many sentences in lockstep.
//
// A network is a Set of parameters and code that calls the layers' Forward
// and, in the opposite order, Backward; there is no graph. Work is cut into a
// fixed number of shards, each with gradients of its own that Step adds up in
// order: results do not depend on the scheduler and are equal from run to run
// on one kind of machine. Inference does not use this package: see quant.
//
// Batches are packed: the rows of a matrix are the tokens of all sentences of
// a shard, ordered by position first, see package batch. Widths are multiples of 16,
// as package kernel wants them.
package nn

import (
	"math"
	"math/rand/v2"
	"sync"

	"github.com/readout-news/readout/internal/ml/kernel"
)

// Param is a matrix of weights.
type Param struct {
	Name       string
	Rows, Cols int
	W          []float32 // [Rows][Cols]

	grad       [][]float32 // per shard
	m, v       []float32   // moments of Adam
	transposed []float32   // [Cols][Rows], nil for vectors
}

// Set is the parameters of a network.
type Set struct {
	Params     []*Param
	Embeddings []*Embedding
	Kernel     *kernel.Kernel
	Shards     int

	rng   *rand.Rand
	steps int
}

// NewSet returns an empty set whose first weights derive from seed.
func NewSet(kern *kernel.Kernel, shards int, seed uint64) *Set {
	return &Set{Kernel: kern, Shards: shards, rng: rand.New(rand.NewPCG(seed, 2))}
}

// Vector adds a parameter of one row with normal weights of that deviation.
func (s *Set) Vector(name string, cols int, deviation float64) *Param {
	return s.add(name, 1, cols, deviation)
}

// Matrix adds a [rows][cols] parameter that Linear can use.
func (s *Set) Matrix(name string, rows, cols int) *Param {
	p := s.add(name, rows, cols, math.Sqrt(1/float64(rows)))
	p.transposed = make([]float32, rows*cols)
	p.transpose()
	return p
}

func (s *Set) add(name string, rows, cols int, deviation float64) *Param {
	if cols%16 != 0 || rows > 1 && rows%16 != 0 {
		panic("nn: parameter " + name + " has a side that is no multiple of 16")
	}
	p := &Param{Name: name, Rows: rows, Cols: cols, W: make([]float32, rows*cols), m: make([]float32, rows*cols), v: make([]float32, rows*cols)}
	for i := range p.W {
		p.W[i] = float32(s.rng.NormFloat64() * deviation)
	}
	for range s.Shards {
		p.grad = append(p.grad, make([]float32, rows*cols))
	}
	s.Params = append(s.Params, p)
	return p
}

func (p *Param) transpose() {
	if p.transposed == nil {
		return
	}
	for i := 0; i < p.Rows; i += 16 { // in blocks, for the cache
		for j := 0; j < p.Cols; j++ {
			to := p.transposed[j*p.Rows+i : j*p.Rows+i+16]
			for q := range to {
				to[q] = p.W[(i+q)*p.Cols+j]
			}
		}
	}
}

// Grad is the gradient that shard adds to; Step clears it.
func (p *Param) Grad(shard int) []float32 { return p.grad[shard] }

// Adam holds the settings of one Step.
type Adam struct {
	Rate         float32
	Beta1, Beta2 float32
	Scale        float32 // every gradient is multiplied by it first
	Clip         float64 // bound of the norm of all dense gradients together
}

// Step adds up the shards' gradients, moves all weights and clears the
// gradients.
func (s *Set) Step(a Adam) {
	s.steps++
	c1 := 1 - float32(math.Pow(float64(a.Beta1), float64(s.steps)))
	c2 := 1 - float32(math.Pow(float64(a.Beta2), float64(s.steps)))
	norms := make([]float64, len(s.Params))
	s.each(func(i int) {
		p := s.Params[i]
		g := p.grad[0]
		for _, other := range p.grad[1:] {
			for j, x := range other {
				g[j] += x
			}
			clear(other)
		}
		var sum float64
		for j := range g {
			g[j] *= a.Scale
			sum += float64(g[j] * g[j])
		}
		norms[i] = sum
	})
	var norm float64
	for _, n := range norms {
		norm += n
	}
	shrink := float32(1)
	if norm = math.Sqrt(norm); norm > a.Clip {
		shrink = float32(a.Clip / norm)
	}
	s.each(func(i int) {
		p := s.Params[i]
		a.move(p.W, p.grad[0], p.m, p.v, shrink, c1, c2)
		clear(p.grad[0])
		p.transpose()
	})
	for _, e := range s.Embeddings {
		e.step(a, a.Scale*shrink, c1, c2)
	}
}

// each runs fn for every parameter on two goroutines; fn touches its own only.
func (s *Set) each(fn func(i int)) {
	var wg sync.WaitGroup
	for half := range 2 {
		wg.Go(func() {
			for i := half; i < len(s.Params); i += 2 {
				fn(i)
			}
		})
	}
	wg.Wait()
}

func (a Adam) move(w, g, m, v []float32, scale, c1, c2 float32) {
	const epsilon = 1e-6
	m, v, w = m[:len(g)], v[:len(g)], w[:len(g)]
	r1, r2 := a.Rate/c1, 1/c2
	for i, x := range g {
		x *= scale
		m[i] += (1 - a.Beta1) * (x - m[i])
		v[i] += (1 - a.Beta2) * (x*x - v[i])
		w[i] -= r1 * m[i] / (float32(math.Sqrt(float64(v[i]*r2))) + epsilon)
	}
}

// Linear is a dense layer y = x·W + b.
type Linear struct{ W, B *Param }

// Linear adds a dense layer; its bias starts at zero.
func (s *Set) Linear(name string, in, out int) Linear {
	return Linear{s.Matrix(name, in, out), s.Vector(name+".b", out, 0)}
}

// Forward returns x·W + b for the n rows of x.
func (l Linear) Forward(s *Set, ar *Arena, x []float32, n int) []float32 {
	y := ar.Get(n * l.W.Cols)
	for i := range n {
		copy(y[i*l.W.Cols:], l.B.W)
	}
	s.Kernel.MatMul(y, l.W.Cols, x, l.W.Rows, 1, l.W.W, l.W.Cols, n, l.W.Rows, l.W.Cols)
	return y
}

// Backward adds to the gradients of W and b, and to dx unless that is nil.
func (l Linear) Backward(s *Set, shard int, x, dy, dx []float32, n int) {
	addRows(l.B.grad[shard], dy, n)
	l.W.Backward(s, shard, x, dy, dx, n)
}

// Backward is the backward pass of y += x·W.
func (p *Param) Backward(s *Set, shard int, x, dy, dx []float32, n int) {
	s.Kernel.MatMul(p.grad[shard], p.Cols, x, 1, p.Rows, dy, p.Cols, p.Rows, n, p.Cols)
	if dx != nil {
		s.Kernel.MatMul(dx, p.Rows, dy, p.Cols, 1, p.transposed, p.Rows, n, p.Cols, p.Rows)
	}
}

// addRows adds each of the n rows of y to sum.
func addRows(sum, y []float32, n int) {
	for i := range n {
		for j, v := range y[i*len(sum) : (i+1)*len(sum)] {
			sum[j] += v
		}
	}
}

// Arena hands out zeroed slices that all die at Reset. One goroutine uses it.
type Arena struct {
	chunks [][]float32
	chunk  int
	used   int
}

const arenaChunk = 1 << 20 // floats

// Get returns n zeros.
func (a *Arena) Get(n int) []float32 {
	for {
		if a.chunk == len(a.chunks) {
			a.chunks = append(a.chunks, make([]float32, max(n, arenaChunk)))
		}
		if c := a.chunks[a.chunk]; a.used+n <= len(c) {
			out := c[a.used : a.used+n : a.used+n]
			a.used += n
			clear(out)
			return out
		}
		a.chunk++
		a.used = 0
	}
}

// Reset takes back all slices.
func (a *Arena) Reset() { a.chunk, a.used = 0, 0 }
