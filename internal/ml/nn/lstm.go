package nn

import (
	"github.com/readout-news/readout/internal/ml/act"
	"github.com/readout-news/readout/internal/ml/batch"
)

// LSTM is a recurrent layer in one direction. Its gates are ordered input,
// forget, output, candidate.
type LSTM struct {
	Wx, Wh, B *Param
	Hidden    int
	Reverse   bool
}

// LSTM adds a layer; the bias of the forget gate starts at 1.
func (s *Set) LSTM(name string, in, hidden int, reverse bool) LSTM {
	return NewLSTM(s.Linear(name+".x", in, 4*hidden), s.Matrix(name+".h", hidden, 4*hidden), reverse)
}

// NewLSTM makes a layer of parameters that exist; it sets the bias of the
// forget gate to 1.
func NewLSTM(x Linear, h *Param, reverse bool) LSTM {
	for i := h.Rows; i < 2*h.Rows; i++ {
		x.B.W[i] = 1
	}
	return LSTM{x.W, h, x.B, h.Rows, reverse}
}

// LSTMState is what Backward needs of Forward.
type LSTMState struct {
	gates   []float32 // [rows][4·hidden] after the non-linearities
	c, tanh []float32 // [rows][hidden] cells and their tanh
	H       []float32 // [rows][hidden] outputs
}

// Forward runs the layer over x, [rows][in].
func (l LSTM) Forward(s *Set, ar *Arena, lay batch.Layout, x []float32) LSTMState {
	h := l.Hidden
	in := Linear{l.Wx, l.B}
	st := LSTMState{gates: in.Forward(s, ar, x, lay.Rows), c: ar.Get(lay.Rows * h), tanh: ar.Get(lay.Rows * h), H: ar.Get(lay.Rows * h)}
	for _, p := range lay.Steps(l.Reverse) {
		row, prev := p.Row, p.Prev
		s.Kernel.MatMul(st.gates[row*4*h:], 4*h, st.H[prev*h:], h, 1, l.Wh.W, 4*h, p.Carried, h, 4*h)
		for r := range p.N {
			z := st.gates[(row+r)*4*h : (row+r+1)*4*h]
			c, tc, out := st.c[(row+r)*h:(row+r+1)*h], st.tanh[(row+r)*h:(row+r+1)*h], st.H[(row+r)*h:(row+r+1)*h]
			var before []float32
			if r < p.Carried {
				before = st.c[(prev+r)*h : (prev+r+1)*h]
			}
			for j := range h {
				i, f, o, g := act.Sigmoid(z[j]), act.Sigmoid(z[h+j]), act.Sigmoid(z[2*h+j]), act.Tanh(z[3*h+j])
				z[j], z[h+j], z[2*h+j], z[3*h+j] = i, f, o, g
				c[j] = i * g
				if before != nil {
					c[j] += f * before[j]
				}
				tc[j] = act.Tanh(c[j])
				out[j] = o * tc[j]
			}
		}
	}
	return st
}

// Backward takes the gradient dh of the outputs and adds to those of the
// weights and of x.
func (l LSTM) Backward(s *Set, shard int, ar *Arena, lay batch.Layout, x []float32, st LSTMState, dh, dx []float32) {
	h := l.Hidden
	dz := ar.Get(lay.Rows * 4 * h)
	dc := ar.Get(lay.Rows * h)
	carry := ar.Get(lay.Rows * h) // gradient of H through the next step
	before := ar.Get(lay.Rows * h)
	order := lay.Steps(l.Reverse)
	for q := len(order) - 1; q >= 0; q-- {
		p := order[q]
		for r := range p.N {
			k := p.Row + r
			z, d := st.gates[k*4*h:(k+1)*4*h], dz[k*4*h:(k+1)*4*h]
			var cBefore, dcBefore []float32
			if r < p.Carried {
				cBefore, dcBefore = st.c[(p.Prev+r)*h:(p.Prev+r+1)*h], dc[(p.Prev+r)*h:(p.Prev+r+1)*h]
				copy(before[k*h:(k+1)*h], st.H[(p.Prev+r)*h:(p.Prev+r+1)*h])
			}
			for j := range h {
				i, f, o, g := z[j], z[h+j], z[2*h+j], z[3*h+j]
				tc := st.tanh[k*h+j]
				a := dh[k*h+j] + carry[k*h+j]
				dcj := dc[k*h+j] + a*o*(1-tc*tc)
				d[j] = dcj * g * i * (1 - i)
				d[2*h+j] = a * tc * o * (1 - o)
				d[3*h+j] = dcj * i * (1 - g*g)
				if cBefore != nil {
					d[h+j] = dcj * cBefore[j] * f * (1 - f)
					dcBefore[j] += dcj * f
				}
			}
		}
		s.Kernel.MatMul(carry[p.Prev*h:], h, dz[p.Row*4*h:], 4*h, 1, l.Wh.transposed, h, p.Carried, 4*h, h)
	}
	l.Wh.Backward(s, shard, before, dz, nil, lay.Rows)
	Linear{l.Wx, l.B}.Backward(s, shard, x, dz, dx, lay.Rows)
}
