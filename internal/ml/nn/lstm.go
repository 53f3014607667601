package nn

import "github.com/readout-news/readout/internal/ml/act"

// Layout is the order of the tokens of several sentences, longest first, as
// rows: the first tokens of all sentences, then the second tokens of those
// that have one, and so on. The rows of one step of a recurrence are then
// neighbours, and the sentences alive at a step are a prefix.
type Layout struct {
	Lens  []int // of the sentences, falling
	Start []int // row of the first sentence's token t; [len+1]
	Alive []int // sentences longer than t
	Rows  int
}

// NewLayout lays out sentences of the given lengths, which must not rise.
func NewLayout(lens []int) Layout {
	l := Layout{Lens: lens}
	if len(lens) == 0 {
		return l
	}
	alive := len(lens)
	for t := range lens[0] {
		for lens[alive-1] <= t {
			alive--
		}
		l.Start = append(l.Start, l.Rows)
		l.Alive = append(l.Alive, alive)
		l.Rows += alive
	}
	l.Start = append(l.Start, l.Rows)
	return l
}

// Row is the row of token t of sentence s.
func (l Layout) Row(s, t int) int { return l.Start[t] + s }

// LSTM is a recurrent layer in one direction. Its gates are ordered input,
// forget, output, candidate.
type LSTM struct {
	Wx, Wh, B *Param
	Hidden    int
	Reverse   bool
}

// LSTM adds a layer; the bias of the forget gate starts at 1.
func (s *Set) LSTM(name string, in, hidden int, reverse bool) LSTM {
	l := LSTM{s.Matrix(name+".x", in, 4*hidden), s.Matrix(name+".h", hidden, 4*hidden), s.Vector(name+".b", 4*hidden, 0), hidden, reverse}
	for i := hidden; i < 2*hidden; i++ {
		l.B.W[i] = 1
	}
	return l
}

// LSTMState is what Backward needs of Forward.
type LSTMState struct {
	gates   []float32 // [rows][4·hidden] after the non-linearities
	c, tanh []float32 // [rows][hidden] cells and their tanh
	H       []float32 // [rows][hidden] outputs
}

// steps calls fn for each step in the order of the recurrence: rows are those
// of the step, and the first carried of them continue rows from prev on.
func (l LSTM) steps(lay Layout, fn func(row, n, prev, carried int)) {
	last := len(lay.Alive) - 1
	for q := range lay.Alive {
		t, carried, prev := q, 0, 0
		if l.Reverse {
			t = last - q
			if t < last {
				carried, prev = lay.Alive[t+1], lay.Start[t+1]
			}
		} else if t > 0 {
			carried, prev = lay.Alive[t], lay.Start[t-1]
		}
		fn(lay.Start[t], lay.Alive[t], prev, carried)
	}
}

// Forward runs the layer over x, [rows][in].
func (l LSTM) Forward(s *Set, ar *Arena, lay Layout, x []float32) LSTMState {
	h := l.Hidden
	in := Linear{l.Wx, l.B}
	st := LSTMState{gates: in.Forward(s, ar, x, lay.Rows), c: ar.Get(lay.Rows * h), tanh: ar.Get(lay.Rows * h), H: ar.Get(lay.Rows * h)}
	l.steps(lay, func(row, n, prev, carried int) {
		s.Kernel.MatMul(st.gates[row*4*h:], 4*h, st.H[prev*h:], h, 1, l.Wh.W, 4*h, carried, h, 4*h)
		for r := range n {
			z := st.gates[(row+r)*4*h : (row+r+1)*4*h]
			c, tc, out := st.c[(row+r)*h:(row+r+1)*h], st.tanh[(row+r)*h:(row+r+1)*h], st.H[(row+r)*h:(row+r+1)*h]
			var before []float32
			if r < carried {
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
	})
	return st
}

// Backward takes the gradient dh of the outputs and adds to those of the
// weights and of x.
func (l LSTM) Backward(s *Set, shard int, ar *Arena, lay Layout, x []float32, st LSTMState, dh, dx []float32) {
	h := l.Hidden
	dz := ar.Get(lay.Rows * 4 * h)
	dc := ar.Get(lay.Rows * h)
	carry := ar.Get(lay.Rows * h) // gradient of H through the next step
	before := ar.Get(lay.Rows * h)
	type step struct{ row, n, prev, carried int }
	var order []step
	l.steps(lay, func(row, n, prev, carried int) { order = append(order, step{row, n, prev, carried}) })
	for q := len(order) - 1; q >= 0; q-- {
		p := order[q]
		for r := range p.n {
			k := p.row + r
			z, d := st.gates[k*4*h:(k+1)*4*h], dz[k*4*h:(k+1)*4*h]
			var cBefore, dcBefore []float32
			if r < p.carried {
				cBefore, dcBefore = st.c[(p.prev+r)*h:(p.prev+r+1)*h], dc[(p.prev+r)*h:(p.prev+r+1)*h]
				copy(before[k*h:(k+1)*h], st.H[(p.prev+r)*h:(p.prev+r+1)*h])
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
		s.Kernel.MatMul(carry[p.prev*h:], h, dz[p.row*4*h:], 4*h, 1, l.Wh.transposed, h, p.carried, 4*h, h)
	}
	l.Wh.Backward(s, shard, before, dz, nil, lay.Rows)
	Linear{l.Wx, l.B}.Backward(s, shard, x, dz, dx, lay.Rows)
}
