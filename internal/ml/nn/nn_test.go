package nn

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/readout-news/readout/internal/ml/batch"
	"github.com/readout-news/readout/internal/ml/kernel"
)

// TestGradients compares the backward passes of an LSTM in both directions
// and of a dense layer on top with differences of the loss.
func TestGradients(t *testing.T) {
	for _, reverse := range []bool{false, true} {
		rng := rand.New(rand.NewPCG(1, 1))
		s := NewSet(kernel.Scalar(), 1, 3)
		lstm := s.LSTM("lstm", 16, 16, reverse)
		top := s.Linear("top", 16, 16)
		lay := batch.New([]int{4, 2, 1})
		x := make([]float32, lay.Rows*16)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		gold := []int{3, 1, 4, 1, 5, 9, 2}
		loss := func(backward bool) float64 {
			var ar Arena
			st := lstm.Forward(s, &ar, lay, x)
			y := top.Forward(s, &ar, st.H, lay.Rows)
			dy := ar.Get(len(y))
			var sum float64
			for i := range lay.Rows {
				sum += CrossEntropy(y[i*16:(i+1)*16], gold[i], dy[i*16:(i+1)*16])
			}
			if backward {
				dh, dx := ar.Get(len(st.H)), ar.Get(len(x))
				top.Backward(s, 0, st.H, dy, dh, lay.Rows)
				lstm.Backward(s, 0, &ar, lay, x, st, dh, dx)
			}
			return sum
		}
		loss(true)
		for _, p := range s.Params {
			for range 20 {
				i := rng.IntN(len(p.W))
				const d = 1e-2
				w := p.W[i]
				p.W[i] = w + d
				p.transpose()
				up := loss(false)
				p.W[i] = w - d
				down := loss(false)
				p.W[i] = w
				p.transpose()
				want := (up - down) / (2 * d)
				if got := float64(p.grad[0][i]); math.Abs(got-want) > 2e-3+0.01*math.Abs(want) {
					t.Errorf("reverse=%t %s[%d]: gradient %v, differences say %v", reverse, p.Name, i, got, want)
				}
			}
		}
	}
}

func TestArenaZeroes(t *testing.T) {
	var a Arena
	for i, v := range a.Get(100) {
		if v != 0 {
			t.Fatal(i)
		}
	}
	x := a.Get(50)
	x[0] = 1
	a.Reset()
	for i, v := range a.Get(200) {
		if v != 0 {
			t.Errorf("element %d is %v after Reset", i, v)
		}
	}
	if big := a.Get(3 * arenaChunk); len(big) != 3*arenaChunk {
		t.Error("large request")
	}
}

func TestEmbeddingStep(t *testing.T) {
	s := NewSet(kernel.Scalar(), 2, 1)
	e := s.Embedding("words", 4, 16, 0.1)
	rest := e.Row(2)[0]
	g := make([]float32, 16)
	g[0] = 1
	before := e.Row(1)[0]
	e.Add(0, 1, g)
	e.Add(1, 1, g)
	s.Step(Adam{Rate: 0.1, Beta1: 0.9, Beta2: 0.95, Scale: 1, Clip: 5})
	if moved := before - e.Row(1)[0]; math.Abs(float64(moved)-0.1) > 1e-3 {
		t.Errorf("first step moved by %v, want the rate", moved)
	}
	if e.Row(2)[0] != rest {
		t.Error("an untouched row moved")
	}
}
