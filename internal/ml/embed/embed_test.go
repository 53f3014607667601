package embed

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/readout-news/readout/internal/ml/kernel"
)

// toyText has two kinds of sentence whose words swap freely within a slot.
func toyText() [][]string {
	rng := rand.New(rand.NewPCG(7, 7))
	nouns := []string{"lake", "river", "harbour", "delta"}
	verbs := []string{"rises", "falls", "freezes", "floods"}
	var out [][]string
	for range 4000 {
		out = append(out, []string{"the", nouns[rng.IntN(4)], verbs[rng.IntN(4)], "again"})
	}
	return out
}

func TestVectorsGroupSlots(t *testing.T) {
	v, err := Train(toyText(), Options{Dim: 16, Epochs: 3})
	if err != nil {
		t.Fatal(err)
	}
	class := v.KMeans(4, 20, 1, kernel.Best())
	of := func(w string) int { return class[slices.Index(v.Words, w)] }
	for _, group := range [][]string{{"lake", "river", "harbour", "delta"}, {"rises", "falls", "freezes", "floods"}} {
		for _, w := range group[1:] {
			if of(w) != of(group[0]) {
				t.Errorf("%q and %q are in classes %d and %d", w, group[0], of(w), of(group[0]))
			}
		}
	}
	if of("lake") == of("rises") {
		t.Error("nouns and verbs share a class")
	}
}

func TestTrainIsDeterministic(t *testing.T) {
	a, _ := Train(toyText(), Options{Dim: 16, Epochs: 1, Seed: 5})
	b, _ := Train(toyText(), Options{Dim: 16, Epochs: 1, Seed: 5})
	if !slices.Equal(a.V, b.V) || !slices.Equal(a.Words, b.Words) {
		t.Error("two runs on the same text differ")
	}
}

func TestTrainRefuses(t *testing.T) {
	if _, err := Train(nil, Options{}); err == nil {
		t.Error("no text: want an error")
	}
	if _, err := Train(toyText(), Options{Dim: 20}); err == nil {
		t.Error("dimension 20: want an error")
	}
}
