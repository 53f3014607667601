package fit

import (
	"math"
	"math/rand/v2"
	"strings"

	"github.com/readout-news/readout/internal/ml/act"
	"github.com/readout-news/readout/internal/ml/batch"
	"github.com/readout-news/readout/internal/ml/nn"
	"github.com/readout-news/readout/internal/nlp/syntax"
)

// network is the float32 twin of syntax.Model.
type network struct {
	set     *nn.Set
	known   Vectors // their words only
	words   []string
	labels  syntax.Labels
	vectors []float32                         // [words+1][dim], row 0 zero
	tables  [len(syntax.Tables)]*nn.Embedding // nil for the vectors
	lstm    [2][2]nn.LSTM
	layers  map[string]nn.Linear
	root    *nn.Param
	shards  []*shard

	arcHead, arcDep, arcBilin     nn.Linear
	labelHead, labelDep, labelOut nn.Linear
	xpos, upos                    nn.Linear
}

// shard is the part of a batch that one goroutine works on.
type shard struct {
	*network
	index int
	arena nn.Arena
}

func pad16(n int) int { return (n + 15) / 16 * 16 }

func newNetwork(words []string, labels syntax.Labels, opts Options) *network {
	s := nn.NewSet(opts.Kernel, shards, opts.Seed)
	n := &network{set: s, known: Vectors{Words: opts.Vectors.Words}, words: words, labels: labels, layers: map[string]nn.Linear{}}
	for i, t := range syntax.Tables {
		switch i {
		case syntax.TableVector:
			n.vectors = fixedVectors(opts.Vectors, t.Dim)
		case syntax.TableWord:
			n.tables[i] = s.Embedding(t.Name, len(words)+1, t.Dim, 0.1)
		default:
			n.tables[i] = s.Embedding(t.Name, syntax.Buckets, t.Dim, 0.1)
		}
	}
	for _, shape := range syntax.Shapes(labels) {
		l := nn.Linear{W: s.Matrix(shape.Name, shape.Rows, pad16(shape.Cols))}
		if shape.Bias {
			l.B = s.Vector(shape.Name+".b", pad16(shape.Cols), 0)
		}
		n.layers[shape.Name] = l
	}
	for i, names := range syntax.LSTMs() {
		for d, name := range names {
			x, h := n.layers[name+".x"], n.layers[name+".h"]
			n.lstm[i][d] = nn.NewLSTM(x, h.W, d == 1)
		}
	}
	n.root = s.Vector(syntax.LayerRoot, n.layers[syntax.LayerXPOS].W.Rows, 0.1)
	n.xpos, n.upos = n.layers[syntax.LayerXPOS], n.layers[syntax.LayerUPOS]
	n.arcHead, n.arcDep, n.arcBilin = n.layers[syntax.LayerArcHead], n.layers[syntax.LayerArcDep], n.layers[syntax.LayerArcBilin]
	n.labelHead, n.labelDep, n.labelOut = n.layers[syntax.LayerLabelHead], n.layers[syntax.LayerLabelDep], n.layers[syntax.LayerLabelOut]
	for i := range shards {
		n.shards = append(n.shards, &shard{network: n, index: i})
	}
	return n
}

// fixedVectors puts a zero row before the vectors and scales each to
// vectorSize.
func fixedVectors(v Vectors, dim int) []float32 {
	out := append(make([]float32, dim), v.Values...)
	for i := range v.Words {
		row := out[(i+1)*dim : (i+2)*dim]
		var sum float64
		for _, x := range row {
			sum += float64(x) * float64(x)
		}
		scale := float32(vectorSize / math.Sqrt(max(sum, 1e-12)))
		for j := range row {
			row[j] *= scale
		}
	}
	return out
}

// weights copies the network, without the padding of its layers.
func (n *network) weights() *syntax.Weights {
	w := &syntax.Weights{Vectors: n.known.Words, Words: n.words, Labels: n.labels, Values: map[string][]float32{}}
	w.Values[syntax.Tables[syntax.TableVector].Name] = n.vectors
	for _, e := range n.tables {
		if e != nil {
			w.Values[e.Name] = append([]float32(nil), e.W...)
		}
	}
	cols := map[string]int{syntax.LayerRoot: n.root.Cols}
	for _, s := range syntax.Shapes(n.labels) {
		cols[s.Name] = s.Cols
	}
	for _, p := range n.set.Params {
		c := cols[strings.TrimSuffix(p.Name, ".b")]
		if own, ok := cols[p.Name]; ok {
			c = own
		}
		var v []float32
		for i := range p.Rows {
			v = append(v, p.W[i*p.Cols:i*p.Cols+c]...)
		}
		w.Values[p.Name] = v
	}
	return w
}

// rows puts the examples, longest first, into a layout and returns the row of
// every word of each.
func rows(examples []*example) (batch.Layout, [][]int) {
	lens := make([]int, len(examples))
	for i, e := range examples {
		lens[i] = len(e.heads)
	}
	lay := batch.New(lens)
	at := make([][]int, len(examples))
	for s, e := range examples {
		for t := range e.heads {
			at[s] = append(at[s], lay.Row(s, t))
		}
	}
	return lay, at
}

// run adds the gradients of the examples, which fall in length, and returns
// their loss.
func (s *shard) run(examples []*example, rng *rand.Rand) float64 {
	if len(examples) == 0 {
		return 0
	}
	ar := &s.arena
	ar.Reset()
	lay, at := rows(examples)
	n, hidden := lay.Rows, s.lstm[0][0].Hidden
	both := 2 * hidden

	// Forward.
	ids := s.lookUp(examples, at, n, rng)
	x := ar.Get(n * syntax.InputDim)
	for r, row := range ids {
		to := x[r*syntax.InputDim:]
		for i, t := range syntax.Tables {
			if i == syntax.TableVector {
				copy(to, s.vectors[int(row[i])*t.Dim:(int(row[i])+1)*t.Dim])
			} else {
				copy(to, s.tables[i].Row(row[i]))
			}
			to = to[t.Dim:]
		}
	}
	xMask := nn.Dropout(ar, x, inputDropout, rng)
	st1, y1 := s.bidirectional(lay, 0, x)
	mask1 := nn.Dropout(ar, y1, layerDropout, rng)
	st2, y := s.bidirectional(lay, 1, y1)
	mask2 := nn.Dropout(ar, y, layerDropout, rng)
	// The root is one more row.
	y2 := ar.Get((n + 1) * both)
	copy(y2, y)
	copy(y2[n*both:], s.root.W)

	dy1, dy2 := ar.Get(n*both), ar.Get((n+1)*both)
	loss := s.tags(examples, at, y1, dy1, n)
	loss += s.arcs(examples, at, y2, dy2, n)
	loss += s.relations(examples, at, y2, dy2, n)

	// Backward.
	for j, g := range dy2[n*both:] {
		s.root.Grad(s.index)[j] += g
	}
	dy2 = dy2[:n*both]
	nn.Multiply(dy2, mask2)
	s.bidirectionalBack(lay, 1, y1, st2, dy2, dy1)
	nn.Multiply(dy1, mask1)
	dx := ar.Get(len(x))
	s.bidirectionalBack(lay, 0, x, st1, dy1, dx)
	nn.Multiply(dx, xMask)
	for r, row := range ids {
		d := dx[r*syntax.InputDim:]
		for i, t := range syntax.Tables {
			if e := s.tables[i]; e != nil {
				e.Add(s.index, row[i], d[:t.Dim])
			}
			d = d[t.Dim:]
		}
	}
	return loss
}

// lookUp returns the embedding rows of every word. Hidden words keep their
// vector, as words that the treebank lacks do; a few lose it too.
func (s *shard) lookUp(examples []*example, at [][]int, n int, rng *rand.Rand) [][len(syntax.Tables)]int32 {
	ids := make([][len(syntax.Tables)]int32, n)
	for k, e := range examples {
		for t, r := range at[k] {
			ids[r] = e.ids[t]
			if rng.Float32() < e.hide[t] {
				ids[r][syntax.TableWord] = syntax.Unknown
				if rng.Float32() < hideVector {
					ids[r][syntax.TableVector] = syntax.Unknown
				}
			}
		}
	}
	return ids
}

func (s *shard) bidirectional(lay batch.Layout, layer int, x []float32) ([2]nn.LSTMState, []float32) {
	h := s.lstm[layer][0].Hidden
	var st [2]nn.LSTMState
	y := s.arena.Get(lay.Rows * 2 * h)
	for d := range st {
		st[d] = s.lstm[layer][d].Forward(s.set, &s.arena, lay, x)
		for r := range lay.Rows {
			copy(y[(2*r+d)*h:(2*r+d+1)*h], st[d].H[r*h:])
		}
	}
	return st, y
}

func (s *shard) bidirectionalBack(lay batch.Layout, layer int, x []float32, st [2]nn.LSTMState, dy, dx []float32) {
	h := s.lstm[layer][0].Hidden
	for d := range st {
		dh := s.arena.Get(lay.Rows * h)
		for r := range lay.Rows {
			copy(dh[r*h:(r+1)*h], dy[(2*r+d)*h:])
		}
		s.lstm[layer][d].Backward(s.set, s.index, &s.arena, lay, x, st[d], dh, dx)
	}
}

func (s *shard) tags(examples []*example, at [][]int, y, dy []float32, n int) (loss float64) {
	for _, task := range []struct {
		l    nn.Linear
		size int
		gold func(*example) []int
	}{
		{s.xpos, len(s.labels.XPOS), func(e *example) []int { return e.xpos }},
		{s.upos, len(s.labels.UPOS), func(e *example) []int { return e.upos }},
	} {
		z := task.l.Forward(s.set, &s.arena, y, n)
		dz := s.arena.Get(len(z))
		for k, e := range examples {
			gold := task.gold(e)
			for t, r := range at[k] {
				lo := r * task.l.W.Cols
				loss += nn.CrossEntropy(z[lo:lo+task.size], gold[t], dz[lo:])
			}
		}
		task.l.Backward(s.set, s.index, y, dz, dy, n)
	}
	return loss
}

func leaky(x []float32) {
	for i, v := range x {
		x[i] = act.Leaky(v)
	}
}

// leakyBack multiplies the gradient d of leaky's result y.
func leakyBack(y, d []float32) {
	for i, v := range y {
		d[i] *= act.LeakySlope(v)
	}
}

// arcs scores every pair; row n of y is the root.
func (s *shard) arcs(examples []*example, at [][]int, y, dy []float32, n int) (loss float64) {
	ar, k := &s.arena, s.set.Kernel
	dim := s.arcHead.W.Cols
	head := s.arcHead.Forward(s.set, ar, y, n+1)
	dep := s.arcDep.Forward(s.set, ar, y, n)
	leaky(head)
	leaky(dep)
	pair := s.arcBilin.Forward(s.set, ar, dep, n)
	dHead, dPair := ar.Get(len(head)), ar.Get(len(pair))
	for i, e := range examples {
		m := len(e.heads)
		width := pad16(m + 1)
		rows := append(append([]int(nil), at[i]...), n)
		heads, deps := ar.Get(width*dim), ar.Get(m*dim)
		columns := ar.Get(dim * width) // heads transposed
		for c, r := range rows {
			copy(heads[c*dim:], head[r*dim:(r+1)*dim])
			for j := range dim {
				columns[j*width+c] = head[r*dim+j]
			}
		}
		for t, r := range rows[:m] {
			copy(deps[t*dim:], pair[r*dim:(r+1)*dim])
		}
		scores, dScores := ar.Get(m*width), ar.Get(m*width)
		k.MatMul(scores, width, deps, dim, 1, columns, width, m, dim, width)
		for t, h := range e.heads {
			scores[t*width+t] = -1e4
			loss += nn.CrossEntropy(scores[t*width:t*width+m+1], h, dScores[t*width:])
		}
		dDeps, dHeads := ar.Get(m*dim), ar.Get(width*dim)
		k.MatMul(dDeps, dim, dScores, width, 1, heads, dim, m, m+1, dim)
		k.MatMul(dHeads, dim, dScores, 1, width, deps, dim, m+1, m, dim)
		for c, r := range rows {
			k.Axpy(1, dHeads[c*dim:(c+1)*dim], dHead[r*dim:(r+1)*dim])
		}
		for t, r := range rows[:m] {
			copy(dPair[r*dim:], dDeps[t*dim:(t+1)*dim])
		}
	}
	dDep := ar.Get(len(dep))
	s.arcBilin.Backward(s.set, s.index, dep, dPair, dDep, n)
	leakyBack(dep, dDep)
	leakyBack(head, dHead)
	s.arcDep.Backward(s.set, s.index, y, dDep, dy, n)
	s.arcHead.Backward(s.set, s.index, y, dHead, dy, n+1)
	return loss
}

// relations names the gold arcs; row n of y is the root.
func (s *shard) relations(examples []*example, at [][]int, y, dy []float32, n int) (loss float64) {
	ar := &s.arena
	dim := s.labelHead.W.Cols
	head := s.labelHead.Forward(s.set, ar, y, n+1)
	dep := s.labelDep.Forward(s.set, ar, y, n)
	headRow := make([]int, n)
	for i, e := range examples {
		for t, h := range e.heads {
			headRow[at[i][t]] = n
			if h < len(e.heads) {
				headRow[at[i][t]] = at[i][h]
			}
		}
	}
	sum := ar.Get(n * dim)
	for r, h := range headRow {
		for j := range dim {
			sum[r*dim+j] = dep[r*dim+j] + head[h*dim+j]
		}
	}
	leaky(sum)
	z := s.labelOut.Forward(s.set, ar, sum, n)
	dz := ar.Get(len(z))
	for i, e := range examples {
		for t, r := range at[i] {
			lo := r * s.labelOut.W.Cols
			loss += nn.CrossEntropy(z[lo:lo+len(s.labels.Relations)], e.relations[t], dz[lo:])
		}
	}
	dSum := ar.Get(len(sum))
	s.labelOut.Backward(s.set, s.index, sum, dz, dSum, n)
	leakyBack(sum, dSum)
	dHead := ar.Get(len(head))
	for r, h := range headRow {
		s.set.Kernel.Axpy(1, dSum[r*dim:(r+1)*dim], dHead[h*dim:(h+1)*dim])
	}
	s.labelDep.Backward(s.set, s.index, y, dSum, dy, n)
	s.labelHead.Backward(s.set, s.index, y, dHead, dy, n+1)
	return loss
}
