package nn

import "sync"

// Embedding is a table of vectors of which a batch touches few.
type Embedding struct {
	Name string
	N, D int
	W    []float32 // [N][D]

	grad    []float32
	m, v    []float32
	touched []int32
	mark    []bool
	pending [][]piece // per shard
}

// piece is a gradient that waits for Step.
type piece struct {
	row  int32
	grad []float32
}

// Embedding adds a table of n vectors with normal weights of that deviation.
func (s *Set) Embedding(name string, n, d int, deviation float64) *Embedding {
	e := &Embedding{
		Name: name, N: n, D: d, W: make([]float32, n*d), grad: make([]float32, n*d),
		m: make([]float32, n*d), v: make([]float32, n*d), mark: make([]bool, n), pending: make([][]piece, s.Shards),
	}
	for i := range e.W {
		e.W[i] = float32(s.rng.NormFloat64() * deviation)
	}
	s.Embeddings = append(s.Embeddings, e)
	return e
}

// Row is vector i.
func (e *Embedding) Row(i int32) []float32 { return e.W[int(i)*e.D : (int(i)+1)*e.D] }

// Add notes a gradient of vector row. grad is kept until Step.
func (e *Embedding) Add(shard int, row int32, grad []float32) {
	e.pending[shard] = append(e.pending[shard], piece{row, grad})
}

// step is Adam on the touched rows only; the moments of the others rest.
func (e *Embedding) step(a Adam, scale, c1, c2 float32) {
	for shard, ps := range e.pending {
		for _, p := range ps {
			if !e.mark[p.row] {
				e.mark[p.row] = true
				e.touched = append(e.touched, p.row)
			}
			g := e.grad[int(p.row)*e.D:]
			for j, x := range p.grad {
				g[j] += x
			}
		}
		e.pending[shard] = ps[:0]
	}
	var wg sync.WaitGroup
	for half := range 2 {
		wg.Go(func() {
			for i := half; i < len(e.touched); i += 2 {
				row := e.touched[i]
				lo, hi := int(row)*e.D, (int(row)+1)*e.D
				a.move(e.W[lo:hi], e.grad[lo:hi], e.m[lo:hi], e.v[lo:hi], scale, c1, c2)
				clear(e.grad[lo:hi])
				e.mark[row] = false
			}
		})
	}
	wg.Wait()
	e.touched = e.touched[:0]
}
