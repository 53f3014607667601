// Package quant runs trained networks on integers: weights of 8 bits with one
// scale a column, activations of 16 bits, sums of 32.
//
// Products and sums of integers are exact, so every kernel gives the same
// sums; what follows them (scales, biases, non-linearities) is scalar float32
// arithmetic that rounds after each operation. A model therefore answers with
// the same bytes on every kernel. Training is in package nn.
package quant

import (
	"fmt"
	"math"

	"github.com/readout-news/readout/internal/ml/batch"
	"github.com/readout-news/readout/internal/ml/kernel"
)

// Steps of the activations: values for one step of an int16.
const (
	// UnitBounded is for outputs of an LSTM, which lie in (-1, 1).
	UnitBounded = kernel.UnitBounded
	// UnitFree is for embeddings and rectified layers: up to ±32.
	UnitFree = float32(1.0 / 1024)
)

// Weights rounds a [rows][cols] matrix to 8 bits: w ≈ q·scale[column].
func Weights(w []float32, rows, cols int) (q []int8, scale []float32) {
	q, scale = make([]int8, rows*cols), make([]float32, cols)
	for j := range cols {
		var top float32
		for i := range rows {
			top = max(top, abs(w[i*cols+j]))
		}
		if top == 0 {
			continue
		}
		scale[j] = top / 127
		for i := range rows {
			q[i*cols+j] = int8(math.RoundToEven(float64(w[i*cols+j] / scale[j])))
		}
	}
	return q, scale
}

// Rows rounds each row of a [rows][cols] table to 8 bits: w ≈ q·scale[row].
func Rows(w []float32, rows, cols int) (q []int8, scale []float32) {
	q, scale = make([]int8, rows*cols), make([]float32, rows)
	for i := range rows {
		one, s := Weights(w[i*cols:(i+1)*cols], cols, 1)
		copy(q[i*cols:], one)
		scale[i] = s[0]
	}
	return q, scale
}

func abs(x float32) float32 {
	if x < 0 {
		return -x
	}
	return x
}

// Linear is a dense layer.
type Linear struct {
	weights *kernel.Packed
	scale   []float32 // of a sum, by column: unit of the input times scale of the weights
	bias    []float32 // nil when there is none
}

// NewLinear makes a layer for inputs in steps of unit from weights as Weights
// returns them; bias may be nil.
func NewLinear(q []int8, scale, bias []float32, rows, cols int, unit float32) (*Linear, error) {
	if rows < 1 || cols < 1 || rows > kernel.MaxDepth || len(q) != rows*cols || len(scale) != cols || bias != nil && len(bias) != cols {
		return nil, fmt.Errorf("layer of %d×%d: %d weights, %d scales, %d biases", rows, cols, len(q), len(scale), len(bias))
	}
	l := &Linear{weights: kernel.Pack(q, rows, cols), scale: make([]float32, cols), bias: bias}
	for j, s := range scale {
		l.scale[j] = float32(s * unit)
	}
	return l, nil
}

// Cols is the number of outputs.
func (l *Linear) Cols() int { return len(l.scale) }

// sums returns the integer products, [n][width].
func (l *Linear) sums(k *kernel.Kernel, m *Memory, x []int16, n int) []int32 {
	acc := m.sums(n * l.weights.Width())
	k.MulInt(acc, x, n, l.weights)
	return acc
}

// Forward stores x·W + b in out, [n][Cols]. x is [n][rows].
func (l *Linear) Forward(k *kernel.Kernel, m *Memory, out []float32, x []int16, n int) {
	acc := l.sums(k, m, x, n)
	width, cols := l.weights.Width(), l.Cols()
	for i := range n {
		k.Scale(out[i*cols:(i+1)*cols], acc[i*width:], l.scale, l.bias)
	}
}

// Memory is scratch space that layers reuse between calls. One goroutine uses
// it at a time; the zero value is ready.
type Memory struct {
	acc []int32
	z   []float32
	c   []float32
	h   []int16
}

func (m *Memory) sums(n int) []int32 {
	if cap(m.acc) < n {
		m.acc = make([]int32, n)
	}
	return m.acc[:n]
}

// Grow returns s with length n; the contents are undefined.
func Grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// LSTM is a recurrent layer in one direction; gates are ordered input, forget,
// output, candidate.
type LSTM struct {
	X, H    *Linear // from the input, with bias; from the last output, without
	Reverse bool
}

// Hidden is the number of outputs.
func (l *LSTM) Hidden() int { return l.X.Cols() / 4 }

// Forward runs the layer over the packed rows x and writes outputs, in steps of
// UnitBounded, to out[row·stride+at …].
func (l *LSTM) Forward(k *kernel.Kernel, m *Memory, lay batch.Layout, out []int16, stride, at int, x []int16) {
	h := l.Hidden()
	m.z = Grow(m.z, lay.Rows*4*h)
	m.c = Grow(m.c, lay.Rows*h)
	m.h = Grow(m.h, lay.Rows*h)
	l.X.Forward(k, m, m.z, x, lay.Rows)
	for _, s := range lay.Steps(l.Reverse) {
		sums := l.H.sums(k, m, m.h[s.Prev*h:(s.Prev+s.Carried)*h], s.Carried)
		for r := range s.N {
			z := m.z[(s.Row+r)*4*h : (s.Row+r+1)*4*h]
			c, hs := m.c[(s.Row+r)*h:(s.Row+r+1)*h], m.h[(s.Row+r)*h:(s.Row+r+1)*h]
			if r < s.Carried {
				k.AddScaled(z, sums[r*4*h:(r+1)*4*h], l.H.scale)
				k.Cell(z, m.c[(s.Prev+r)*h:(s.Prev+r+1)*h], c, hs)
			} else {
				clear(c)
				k.Cell(z, c, c, hs)
			}
			copy(out[(s.Row+r)*stride+at:], hs)
		}
	}
}
