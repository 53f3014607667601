package syntax

import (
	"cmp"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"sync"

	"github.com/readout-news/readout/internal/ml/act"
	"github.com/readout-news/readout/internal/ml/batch"
	"github.com/readout-news/readout/internal/ml/kernel"
	"github.com/readout-news/readout/internal/ml/quant"
	"github.com/readout-news/readout/models"
)

// Options are the settings of a Model.
type Options struct {
	// Kernel computes the matrix products; nil is kernel.Best(). The output is
	// the same with every kernel.
	Kernel *kernel.Kernel
}

func (o Options) kernel() *kernel.Kernel {
	if o.Kernel == nil {
		return kernel.Best()
	}
	return o.Kernel
}

// Model is a loaded network. It is safe for concurrent use.
type Model struct {
	version  string
	kern     *kernel.Kernel
	features *Features
	labels   Labels
	root     int // index of RootRelation
	tables   [len(Tables)]table

	lstm                          [2][2]*quant.LSTM // layer, direction
	xpos, upos                    *quant.Linear
	arcHead, arcDep, arcBilin     *quant.Linear
	labelHead, labelDep, labelOut *quant.Linear
	rootArc, rootLabel            []float32 // the root's part in arcs, rectified, and in labels

	scratch sync.Pool
}

// table is an embedding of 8 bits with one scale a row.
type table struct {
	dim   int
	q     []int8
	scale []float32
}

// Load reads the embedded model.
func Load(opts Options) (*Model, error) {
	data, err := fs.ReadFile(models.FS, File)
	if err != nil {
		return nil, fmt.Errorf("load syntax model: %w", err)
	}
	return Decode(data, opts)
}

// Parse is the syntax of one sentence; all slices are as long as it.
type Parse struct {
	UPOS, XPOS []string
	Heads      []int // index of the head, -1 for the root
	Relations  []string
}

const (
	maxWords  = 150 // longer sentences are parsed in pieces: decoding is cubic
	minPiece  = 60  // words that a piece has before a mark may end it
	lockstep  = 24  // sentences of one batch
	rowBudget = 1500
)

// ParseAll analyses sentences; it is faster than a call for each and gives the
// same.
func (m *Model) ParseAll(sents [][]string) []Parse {
	var pieces []piece
	for s, words := range sents {
		for first := 0; first < len(words); {
			last := pieceEnd(words, first)
			pieces = append(pieces, piece{s, first, words[first:last]})
			first = last
		}
	}
	order := make([]int, len(pieces))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(pieces[b].words), len(pieces[a].words)) })
	parsed := make([]Parse, len(pieces))
	mem := m.scratch.Get().(*scratch)
	defer m.scratch.Put(mem)
	for len(order) > 0 {
		n, rows := 0, 0
		for n < len(order) && n < lockstep && (n == 0 || rows+len(pieces[order[n]].words) <= rowBudget) {
			rows += len(pieces[order[n]].words)
			n++
		}
		m.run(mem, pieces, order[:n], parsed)
		order = order[n:]
	}
	out := make([]Parse, len(sents))
	root := make([]int, len(sents))
	for i, p := range pieces {
		out[p.sent].join(parsed[i], p.first, &root[p.sent])
	}
	return out
}

// piece is a sentence, or a part of a very long one.
type piece struct {
	sent, first int
	words       []string
}

// pieceEnd is where the piece that starts at first ends.
func pieceEnd(words []string, first int) int {
	if len(words)-first <= maxWords {
		return len(words)
	}
	for i := first + maxWords; i > first+minPiece; i-- {
		switch words[i-1] {
		case ";", ".", "!", "?", "…", "...", ":", "—", "–":
			return i
		}
	}
	for i := first + maxWords; i > first+minPiece; i-- {
		if words[i-1] == "," {
			return i
		}
	}
	return first + maxWords
}

// join appends a piece that starts at word first. root is that of the first
// piece.
func (p *Parse) join(q Parse, first int, root *int) {
	for i, h := range q.Heads {
		switch {
		case h >= 0:
			h += first
		case first == 0:
			*root = i
		default:
			h, q.Relations[i] = *root, "parataxis"
		}
		p.Heads = append(p.Heads, h)
	}
	p.UPOS = append(p.UPOS, q.UPOS...)
	p.XPOS = append(p.XPOS, q.XPOS...)
	p.Relations = append(p.Relations, q.Relations...)
}

// scratch is the working memory of one run.
type scratch struct {
	quant.Memory
	x, y1, y2             []int16 // [rows][InputDim], [rows][both] twice
	rect                  []int16 // a rectified layer on its way to the next
	row                   [InputDim]float32
	tags                  []float32
	arcHead, arcDep, arcs []float32 // [rows][arcDim]
	labelHead, labelDep   []float32 // [rows][labelDim]

	// Of one sentence: the scores of its arcs and labels.
	heads   kernel.Packed // [arcDim][words+1]
	deps    []int16       // [words][arcDim]
	sums    []int32
	scores  []float32
	labels  []float32
	decoder decoder
}

// run analyses the pieces of one batch, which fall in length.
func (m *Model) run(mem *scratch, pieces []piece, order []int, out []Parse) {
	lens := make([]int, len(order))
	for i, p := range order {
		lens[i] = len(pieces[p].words)
	}
	lay := batch.New(lens)
	m.encode(mem, lay, pieces, order)
	k, n := m.kern, lay.Rows
	xpos := m.argmaxRows(mem, m.xpos, mem.y1, n)
	upos := m.argmaxRows(mem, m.upos, mem.y1, n)

	mem.arcHead = quant.Grow(mem.arcHead, n*arcDim)
	mem.arcDep = quant.Grow(mem.arcDep, n*arcDim)
	mem.arcs = quant.Grow(mem.arcs, n*arcDim)
	m.arcHead.Forward(k, &mem.Memory, mem.arcHead, mem.y2, n)
	m.arcDep.Forward(k, &mem.Memory, mem.arcDep, mem.y2, n)
	for i, x := range mem.arcHead {
		mem.arcHead[i] = act.Leaky(x)
	}
	mem.rect = rectify(k, mem.rect, mem.arcDep)
	m.arcBilin.Forward(k, &mem.Memory, mem.arcs, mem.rect, n)
	mem.labelHead = quant.Grow(mem.labelHead, n*labelDim)
	mem.labelDep = quant.Grow(mem.labelDep, n*labelDim)
	m.labelHead.Forward(k, &mem.Memory, mem.labelHead, mem.y2, n)
	m.labelDep.Forward(k, &mem.Memory, mem.labelDep, mem.y2, n)

	for s, p := range order {
		words := len(pieces[p].words)
		parse := Parse{UPOS: make([]string, words), XPOS: make([]string, words), Relations: make([]string, words)}
		parse.Heads = m.arcTree(mem, lay, s, words)
		relations := m.arcLabels(mem, lay, s, parse.Heads)
		for t := range words {
			row := lay.Row(s, t)
			parse.XPOS[t], parse.UPOS[t] = m.labels.XPOS[xpos[row]], m.labels.UPOS[upos[row]]
			parse.Relations[t] = m.labels.Relations[relations[t]]
		}
		out[p] = parse
	}
}

// encode looks the words up and runs the recurrent layers.
func (m *Model) encode(mem *scratch, lay batch.Layout, pieces []piece, order []int) {
	mem.x = quant.Grow(mem.x, lay.Rows*InputDim)
	mem.y1 = quant.Grow(mem.y1, lay.Rows*both)
	mem.y2 = quant.Grow(mem.y2, lay.Rows*both)
	for s, p := range order {
		for t, word := range pieces[p].words {
			x := mem.x[lay.Row(s, t)*InputDim:]
			for i, id := range m.features.IDs(word) {
				tab := &m.tables[i]
				scale := tab.scale[id]
				row := mem.row[:tab.dim]
				for j, q := range tab.q[int(id)*tab.dim : (int(id)+1)*tab.dim] {
					row[j] = float32(float32(q) * scale)
				}
				m.kern.Steps(x, row, quant.UnitFree)
				x = x[tab.dim:]
			}
		}
	}
	for d := range 2 {
		m.lstm[0][d].Forward(m.kern, &mem.Memory, lay, mem.y1, both, d*hidden, mem.x)
	}
	for d := range 2 {
		m.lstm[1][d].Forward(m.kern, &mem.Memory, lay, mem.y2, both, d*hidden, mem.y1)
	}
}

// argmaxRows applies l to n rows of y and returns the best output of each.
func (m *Model) argmaxRows(mem *scratch, l *quant.Linear, y []int16, n int) []int {
	mem.tags = quant.Grow(mem.tags, n*l.Cols())
	l.Forward(m.kern, &mem.Memory, mem.tags, y, n)
	out := make([]int, n)
	for i := range out {
		out[i] = argmax(mem.tags[i*l.Cols():(i+1)*l.Cols()], -1)
	}
	return out
}

// argmax is the index of the largest score, the first of equals, but never
// skip.
func argmax(scores []float32, skip int) int {
	best := -1
	for i, s := range scores {
		if i != skip && (best < 0 || s > scores[best]) {
			best = i
		}
	}
	return best
}

// rectify stores the rectified x in steps of UnitFree; x is rectified in place.
func rectify(k *kernel.Kernel, to []int16, x []float32) []int16 {
	to = quant.Grow(to, len(x))
	for i, v := range x {
		x[i] = act.Leaky(v)
	}
	k.Steps(to, x, quant.UnitFree)
	return to
}

// arcSteps bounds both factors of an arc's score: 128 products of two such
// integers stay below 2^31.
const arcSteps = 4000

// largest is the largest amount among top, which is no less than 0, and x; NaN
// when x holds one. Amounts of floats are in the order of their bits.
func largest(top float32, x []float32) float32 {
	most := math.Float32bits(top)
	for _, v := range x {
		most = max(most, math.Float32bits(v)&^(1<<31))
	}
	return math.Float32frombits(most)
}

// arcTree scores all arcs of sentence s and decodes.
func (m *Model) arcTree(mem *scratch, lay batch.Layout, s, n int) []int {
	headUnit, depUnit := largest(0, m.rootArc), float32(0)
	for t := range n {
		row := lay.Row(s, t) * arcDim
		headUnit, depUnit = largest(headUnit, mem.arcHead[row:row+arcDim]), largest(depUnit, mem.arcs[row:row+arcDim])
	}
	headUnit, depUnit = max(headUnit/arcSteps, 1e-9), max(depUnit/arcSteps, 1e-9)
	mem.heads.Grow(arcDim, n+1)
	mem.deps = quant.Grow(mem.deps, n*arcDim)
	var head [arcDim]int16
	for t := range n {
		row := lay.Row(s, t) * arcDim
		m.kern.Steps(head[:], mem.arcHead[row:row+arcDim], headUnit)
		mem.heads.SetColumn(t, head[:])
		m.kern.Steps(mem.deps[t*arcDim:(t+1)*arcDim], mem.arcs[row:row+arcDim], depUnit)
	}
	m.kern.Steps(head[:], m.rootArc, headUnit)
	mem.heads.SetColumn(n, head[:])
	width := mem.heads.Width()
	mem.sums = quant.Grow(mem.sums, n*width)
	m.kern.MulInt(mem.sums, mem.deps, n, &mem.heads)
	mem.scores = quant.Grow(mem.scores, n*width)
	unit := float32(headUnit * depUnit)
	for i, x := range mem.sums {
		mem.scores[i] = float32(float32(x) * unit)
	}
	heads := make([]int, n)
	mem.decoder.decode(mem.scores, n, width, heads)
	return heads
}

// arcLabels returns the relation of each arc of sentence s.
func (m *Model) arcLabels(mem *scratch, lay batch.Layout, s int, heads []int) []int {
	n := len(heads)
	mem.labels = quant.Grow(mem.labels, n*max(labelDim, m.labelOut.Cols()))
	for t, h := range heads {
		head := m.rootLabel
		if h >= 0 {
			head = mem.labelHead[lay.Row(s, h)*labelDim:]
		}
		dep := mem.labelDep[lay.Row(s, t)*labelDim:]
		for j := range labelDim {
			mem.labels[t*labelDim+j] = head[j] + dep[j]
		}
	}
	mem.rect = rectify(m.kern, mem.rect, mem.labels[:n*labelDim])
	cols := m.labelOut.Cols()
	m.labelOut.Forward(m.kern, &mem.Memory, mem.labels, mem.rect, n)
	out := make([]int, n)
	for t, h := range heads {
		if h < 0 {
			out[t] = m.root
			continue
		}
		out[t] = argmax(mem.labels[t*cols:(t+1)*cols], m.root)
	}
	return out
}
