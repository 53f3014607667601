// Package embed trains word vectors and classes of words from plain text.
//
// Train fits a structured skip-gram model with negative sampling: like
// word2vec (Mikolov et al. 2013), but with an output matrix of its own for
// each relative position, so that vectors keep word order (Ling et al. 2015,
// "Two/Too Simple Adaptations of Word2Vec for Syntax Problems"). The negatives
// are shared by the positions of one centre word, whose output rows lie side
// by side: the work is bound by memory latency. KMeans then groups the
// normalised vectors on the sphere.
//
// In go sentences of folded words; out come vectors and class numbers. One
// goroutine does everything in one order, so equal input and options give
// equal vectors on one kind of machine. The package knows no corpus and is
// used by cmd/train alone.
package embed

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/readout-news/readout/internal/ml/kernel"
)

// Options are the settings of Train. Zero values take the default named.
type Options struct {
	Dim       int            // of a vector, a multiple of 16; 64
	Window    int            // words on each side; 3
	Negatives int            // per centre word; 6
	Epochs    int            // 3
	MinCount  int            // rarer words get no vector; 4
	Rate      float32        // first learning rate, falls linearly to a fiftieth; 0.05
	Subsample float64        // words above this share of the text are thinned; 1e-3
	Seed      uint64         // of all random choices
	Kernel    *kernel.Kernel // kernel.Best()
	// Progress, if set, is called some hundred times with the share done.
	Progress func(done float64)
}

func (o Options) withDefaults() (Options, error) {
	o.Dim = cmp.Or(o.Dim, 64)
	o.Window = cmp.Or(o.Window, 3)
	o.Negatives = cmp.Or(o.Negatives, 6)
	o.Epochs = cmp.Or(o.Epochs, 3)
	o.MinCount = cmp.Or(o.MinCount, 4)
	o.Rate = cmp.Or(o.Rate, 0.05)
	o.Subsample = cmp.Or(o.Subsample, 1e-3)
	if o.Kernel == nil {
		o.Kernel = kernel.Best()
	}
	if o.Dim%16 != 0 || o.Dim < 0 || o.Window < 0 || o.Negatives < 0 || o.Epochs < 0 {
		return o, fmt.Errorf("embed: options %+v: dimension must be a multiple of 16, nothing negative", o)
	}
	return o, nil
}

// Vectors are words and their vectors, most frequent first.
type Vectors struct {
	Words  []string
	Counts []int // in the training text
	Dim    int
	V      []float32 // [len(Words)][Dim]
}

// Train fits vectors to sentences of folded words.
func Train(sents [][]string, opts Options) (*Vectors, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	total := 0
	for _, s := range sents {
		for _, w := range s {
			counts[w]++
			total++
		}
	}
	out := &Vectors{Dim: o.Dim}
	for w, c := range counts {
		if c >= o.MinCount {
			out.Words = append(out.Words, w)
		}
	}
	if len(out.Words) == 0 {
		return nil, errors.New("embed: no word is frequent enough")
	}
	slices.SortFunc(out.Words, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	ids := make(map[string]int32, len(out.Words))
	for i, w := range out.Words {
		ids[w] = int32(i)
		out.Counts = append(out.Counts, counts[w])
	}
	t := newTrainer(o, out, total)
	var line []int32
	for range o.Epochs {
		for _, s := range sents {
			line = line[:0]
			for _, w := range s {
				id, ok := ids[w]
				if !ok {
					id = -1
				}
				line = append(line, id)
			}
			t.sentence(line)
		}
	}
	return out, nil
}

// trainer is the state of one Train.
type trainer struct {
	Options
	in       []float32 // [words][dim], the vectors that are kept
	out      []float32 // [words][positions][dim]
	keep     []float32 // probability that an occurrence of the word is a centre
	noise    []int32   // words by count^0.75, to draw negatives from
	sigmoid  sigmoidTable
	rng      *rand.Rand
	grad     []float32
	negs     []int32
	seen     int // tokens
	expected int // tokens over all epochs
}

const noiseSize = 1 << 20 // draws are masked with it, so a power of two

func newTrainer(o Options, v *Vectors, total int) *trainer {
	n, d := len(v.Words), o.Dim
	t := &trainer{
		Options: o, in: make([]float32, n*d), out: make([]float32, n*2*o.Window*d), keep: make([]float32, n),
		noise: make([]int32, noiseSize), sigmoid: newSigmoidTable(), rng: rand.New(rand.NewPCG(o.Seed, 1)),
		grad: make([]float32, d), negs: make([]int32, o.Negatives), expected: total * o.Epochs,
	}
	v.V = t.in
	for i := range t.in {
		t.in[i] = (t.rng.Float32() - 0.5) / float32(d)
	}
	var mass float64
	for i, c := range v.Counts {
		share := float64(c) / float64(total)
		t.keep[i] = float32(min(1, math.Sqrt(o.Subsample/share)))
		mass += math.Pow(float64(c), 0.75)
	}
	w, upTo := 0, math.Pow(float64(v.Counts[0]), 0.75)/mass
	for i := range t.noise {
		for float64(i)/noiseSize > upTo && w < n-1 {
			w++
			upTo += math.Pow(float64(v.Counts[w]), 0.75) / mass
		}
		t.noise[i] = int32(w)
	}
	return t
}

// sentence takes one step for each word of line that survives thinning; -1
// marks words without a vector.
func (t *trainer) sentence(line []int32) {
	step := t.expected/200 + 1
	if t.Progress != nil && t.seen/step != (t.seen+len(line))/step {
		t.Progress(float64(t.seen) / float64(t.expected))
	}
	rate := t.Rate * max(0.02, 1-float32(float64(t.seen)/float64(t.expected)))
	t.seen += len(line)
	for i, w := range line {
		if w < 0 || t.keep[w] < 1 && t.rng.Float32() > t.keep[w] {
			continue
		}
		for k := range t.negs {
			t.negs[k] = t.noise[t.rng.Uint32()&(noiseSize-1)]
		}
		for p := range 2 * t.Window {
			j := i + p - t.Window
			if p >= t.Window {
				j++
			}
			if j >= 0 && j < len(line) && line[j] >= 0 {
				t.pair(w, line[j], p, rate)
			}
		}
	}
}

// pair moves the vector of centre towards the output of context at position
// p and away from those of the negatives.
func (t *trainer) pair(centre, context int32, p int, rate float32) {
	d := t.Dim
	v := t.in[int(centre)*d : int(centre)*d+d]
	clear(t.grad)
	for k := -1; k < len(t.negs); k++ {
		target, label := context, float32(1)
		if k >= 0 {
			if target = t.negs[k]; target == context {
				continue
			}
			label = 0
		}
		at := (int(target)*2*t.Window + p) * d
		u := t.out[at : at+d]
		e := (label - t.sigmoid.at(t.Kernel.Dot(v, u))) * rate
		t.Kernel.Axpy(e, u, t.grad)
		t.Kernel.Axpy(e, v, u)
	}
	t.Kernel.Axpy(1, t.grad, v)
}

// sigmoidTable is the logistic function on [-8, 8) in steps of 1/128.
type sigmoidTable []float32

func newSigmoidTable() sigmoidTable {
	t := make(sigmoidTable, 2048)
	for i := range t {
		t[i] = float32(1 / (1 + math.Exp(-float64(i-1024)/128)))
	}
	return t
}

func (t sigmoidTable) at(x float32) float32 {
	return t[min(max(int(x*128)+1024, 0), len(t)-1)]
}
