// Package fit trains the network of package syntax.
//
// In go trees of a treebank and word vectors; out come float32 weights, which
// syntax.Weights.Encode rounds to 8 bits. The tags are learned on the first
// LSTM layer, heads and relations on the second, all four losses added up.
// Words of the training text lose their own row now and then, rare ones more
// often, so that the row of the unknown word is learned; inputs and outputs of the
// layers are thinned by dropout; Adam's rate falls linearly. The recipe and
// its figures are in the feasibility study that preceded the project: see
// MODEL.md.
//
// A batch is cut into a fixed number of shards that run in parallel and whose
// gradients are added in order: the result does not depend on the scheduler.
// Only cmd/train uses this package.
package fit

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/ml/cluster"
	"github.com/readout-news/readout/internal/ml/kernel"
	"github.com/readout-news/readout/internal/ml/nn"
	"github.com/readout-news/readout/internal/nlp/syntax"
)

// Options are the settings of Train. Zero values take the default named.
type Options struct {
	Epochs  int     // 12
	Rate    float32 // of Adam at the start; 0.002
	Seed    uint64
	Kernel  *kernel.Kernel // kernel.Best()
	Vectors Vectors        // of the table "vector"; scaled, but not trained further
	// Report, if set, is called after each epoch with its mean loss a word;
	// weights returns the network as it is.
	Report func(epoch int, loss float64, weights func() *syntax.Weights)
}

// Vectors are word vectors of the width of the table.
type Vectors struct {
	Words  []string
	Values []float32
}

const (
	shards       = 2    // also the number of goroutines
	batchWords   = 280  // words of a batch, about
	hideVector   = 0.4  // share of the hidden words that lose their vector too
	longest      = 120  // longer sentences are left out of training
	minCount     = 2    // occurrences that a word needs for a row of its own
	vectorSize   = 4    // length that word vectors are scaled to: half a unit an element
	inputDropout = 0.2  // of embeddings
	layerDropout = 0.33 // of outputs of LSTMs
	lastRate     = 0.04 // of the first rate, at the end
)

// example is a sentence in numbers.
type example struct {
	ids                   [][len(syntax.Tables)]int32
	hide                  []float32 // probability that the word is hidden
	xpos, upos, relations []int
	heads                 []int // index, len for the root
}

// Train fits a network to trees.
func Train(trees []corpus.Tree, opts Options) (*syntax.Weights, error) {
	opts.Epochs = cmp.Or(opts.Epochs, 12)
	opts.Rate = cmp.Or(opts.Rate, 0.002)
	if opts.Kernel == nil {
		opts.Kernel = kernel.Best()
	}
	if len(trees) == 0 {
		return nil, errors.New("fit syntax: no trees")
	}
	if n := len(opts.Vectors.Words); len(opts.Vectors.Values) != n*syntax.Tables[syntax.TableVector].Dim {
		return nil, fmt.Errorf("fit syntax: %d words but %d vector elements", n, len(opts.Vectors.Values))
	}
	counts := map[string]int{}
	for _, t := range trees {
		for _, w := range t.Words {
			counts[cluster.Fold(w.Form)]++
		}
	}
	words := vocabulary(counts)
	labels := labelsOf(trees)
	net := newNetwork(words, labels, opts)
	examples := numbers(trees, syntax.NewFeatures(opts.Vectors.Words, words), labels, counts)
	rng := rand.New(rand.NewPCG(opts.Seed, 3))
	shardRNG := make([]*rand.Rand, shards)
	for i := range shardRNG {
		shardRNG[i] = rand.New(rand.NewPCG(opts.Seed, uint64(10+i)))
	}
	var done, total int
	for _, e := range examples {
		total += len(e.heads) * opts.Epochs
	}
	for epoch := range opts.Epochs {
		var loss float64
		var seen int
		for _, b := range batches(examples, rng) {
			losses := make([]float64, shards)
			n := 0
			var wg sync.WaitGroup
			for i := range shards {
				var own []*example
				for k := i; k < len(b); k += shards {
					own = append(own, b[k])
					n += len(b[k].heads)
				}
				wg.Go(func() { losses[i] = net.shards[i].run(own, shardRNG[i]) })
			}
			wg.Wait()
			for _, l := range losses {
				loss += l
			}
			seen += n
			done += n
			rate := opts.Rate * (1 - (1-lastRate)*float32(done)/float32(total))
			net.set.Step(nn.Adam{Rate: rate, Beta1: 0.9, Beta2: 0.95, Scale: 8 / float32(n), Clip: 5})
		}
		if opts.Report != nil {
			opts.Report(epoch+1, loss/float64(seen), net.weights)
		}
	}
	return net.weights(), nil
}

// vocabulary lists the words that get a row of their own.
func vocabulary(counts map[string]int) []string {
	var out []string
	for _, w := range slices.Sorted(maps.Keys(counts)) {
		if counts[w] >= minCount {
			out = append(out, w)
		}
	}
	return out
}

func labelsOf(trees []corpus.Tree) syntax.Labels {
	x, u, r := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, t := range trees {
		for _, w := range t.Words {
			x[w.XPOS], u[w.UPOS], r[w.Deprel] = true, true, true
		}
	}
	return syntax.Labels{XPOS: slices.Sorted(maps.Keys(x)), UPOS: slices.Sorted(maps.Keys(u)), Relations: slices.Sorted(maps.Keys(r))}
}

func numbers(trees []corpus.Tree, features *syntax.Features, labels syntax.Labels, counts map[string]int) []*example {
	var out []*example
	for _, t := range trees {
		if len(t.Words) > longest {
			continue
		}
		e := &example{}
		for _, w := range t.Words {
			e.ids = append(e.ids, features.IDs(w.Form))
			e.hide = append(e.hide, 0.05+0.5/float32(counts[cluster.Fold(w.Form)]))
			e.xpos = append(e.xpos, slices.Index(labels.XPOS, w.XPOS))
			e.upos = append(e.upos, slices.Index(labels.UPOS, w.UPOS))
			e.relations = append(e.relations, slices.Index(labels.Relations, w.Deprel))
			head := w.Head
			if head < 0 {
				head = len(t.Words)
			}
			e.heads = append(e.heads, head)
		}
		out = append(out, e)
	}
	return out
}

// batches cuts the examples into lists of about batchWords words. Sentences of
// a batch are similar in length, so that they run well in lockstep, but which
// ones meet changes with every call.
func batches(examples []*example, rng *rand.Rand) [][]*example {
	order := slices.Clone(examples)
	rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	const window = 2000 // sentences sorted together
	var out [][]*example
	for lo := 0; lo < len(order); lo += window {
		part := order[lo:min(lo+window, len(order))]
		slices.SortStableFunc(part, func(a, b *example) int { return cmp.Compare(len(b.heads), len(a.heads)) })
		for len(part) > 0 {
			n, words := 0, 0
			for n < len(part) && words < batchWords {
				words += len(part[n].heads)
				n++
			}
			out = append(out, part[:n])
			part = part[n:]
		}
	}
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
