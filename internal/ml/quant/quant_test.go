package quant

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/readout-news/readout/internal/ml/batch"
	"github.com/readout-news/readout/internal/ml/kernel"
)

func normal(rng *rand.Rand, n int, scale float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64() * scale)
	}
	return x
}

func layer(t *testing.T, w, bias []float32, rows, cols int, unit float32) *Linear {
	t.Helper()
	q, scale := Weights(w, rows, cols)
	l, err := NewLinear(q, scale, bias, rows, cols, unit)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLinearIsClose(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const rows, cols, n = 64, 18, 5
	w, bias, x := normal(rng, rows*cols, 0.2), normal(rng, cols, 1), normal(rng, n*rows, 1)
	l := layer(t, w, bias, rows, cols, UnitFree)
	q := make([]int16, len(x))
	for i := range x {
		q[i] = kernel.Round(x[i], UnitFree)
	}
	out := make([]float32, n*cols)
	l.Forward(kernel.Best(), &Memory{}, out, q, n)
	for i := range n {
		for j := range cols {
			want := float64(bias[j])
			for k := range rows {
				want += float64(x[i*rows+k]) * float64(w[k*cols+j])
			}
			if math.Abs(float64(out[i*cols+j])-want) > 0.05 {
				t.Errorf("output %d,%d = %v, want about %v", i, j, out[i*cols+j], want)
			}
		}
	}
}

// TestLSTM checks that every kernel gives the same outputs and that a sentence
// comes out the same alone and among others.
func TestLSTM(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	const in, h = 32, 16
	wx, wh, b := normal(rng, in*4*h, 0.3), normal(rng, h*4*h, 0.3), normal(rng, 4*h, 0.5)
	for _, reverse := range []bool{false, true} {
		l := &LSTM{X: layer(t, wx, b, in, 4*h, UnitFree), H: layer(t, wh, nil, h, 4*h, UnitBounded), Reverse: reverse}
		lens := []int{9, 5, 5, 2, 1}
		lay := batch.New(lens)
		x := make([]int16, lay.Rows*in)
		for i := range x {
			x[i] = int16(rng.IntN(4000) - 2000)
		}
		var first []int16
		for _, k := range kernel.All() {
			out := make([]int16, lay.Rows*h)
			l.Forward(k, &Memory{}, lay, out, h, 0, x)
			if first == nil {
				first = out
			}
			if !slices.Equal(first, out) {
				t.Errorf("reverse=%t: kernel %s differs from scalar", reverse, k.Name())
			}
		}
		m := &Memory{}
		for s, n := range lens {
			var alone []int16
			for p := range n {
				alone = append(alone, x[lay.Row(s, p)*in:(lay.Row(s, p)+1)*in]...)
			}
			out := make([]int16, n*h)
			l.Forward(kernel.Best(), m, batch.New([]int{n}), out, h, 0, alone)
			for p := range n {
				if !slices.Equal(out[p*h:(p+1)*h], first[lay.Row(s, p)*h:(lay.Row(s, p)+1)*h]) {
					t.Fatalf("reverse=%t: sentence %d differs when it runs alone", reverse, s)
				}
			}
		}
	}
}

func TestRound(t *testing.T) {
	for x, want := range map[float32]int16{0: 0, 1: 1024, -1: -1024, 100: 32767, -100: -32767, 0.0006: 1, -0.0006: -1, float32(math.Inf(-1)): -32767} {
		if got := kernel.Round(x, UnitFree); got != want {
			t.Errorf("Round(%v) = %d, want %d", x, got, want)
		}
	}
	if got := kernel.Round(float32(math.NaN()), UnitFree); got != -32767 {
		t.Errorf("Round(NaN) = %d", got)
	}
}

func TestRows(t *testing.T) {
	q, scale := Rows([]float32{0, 0, 1, -2}, 2, 2)
	if !slices.Equal(q, []int8{0, 0, 64, -127}) || scale[0] != 0 {
		t.Errorf("q %v, scale %v", q, scale)
	}
}

func TestNewLinearRefuses(t *testing.T) {
	if _, err := NewLinear(make([]int8, 5), make([]float32, 2), nil, 2, 2, 1); err == nil {
		t.Error("five weights for 2×2: no error")
	}
	if _, err := NewLinear(make([]int8, 600), make([]float32, 1), nil, 600, 1, 1); err == nil {
		t.Error("more inputs than MaxDepth: no error")
	}
}
