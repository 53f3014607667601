package fit

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp/syntax"
)

// toyBank has sentences of one pattern, "The minister met the envoy .", over
// invented words.
func toyBank() []corpus.Tree {
	nouns := []string{"minister", "envoy", "guard", "pilot"}
	verbs := []string{"met", "called", "saw"}
	var out []corpus.Tree
	for _, a := range nouns {
		for _, b := range nouns {
			for _, v := range verbs {
				out = append(out, corpus.Tree{Words: []corpus.TreeWord{
					{Form: "The", UPOS: "DET", XPOS: "DT", Head: 1, Deprel: "det"},
					{Form: a, UPOS: "NOUN", XPOS: "NN", Head: 2, Deprel: "nsubj"},
					{Form: v, UPOS: "VERB", XPOS: "VBD", Head: -1, Deprel: "root"},
					{Form: "the", UPOS: "DET", XPOS: "DT", Head: 4, Deprel: "det"},
					{Form: b, UPOS: "NOUN", XPOS: "NN", Head: 2, Deprel: "obj"},
					{Form: ".", UPOS: "PUNCT", XPOS: ".", Head: 2, Deprel: "punct"},
				}})
			}
		}
	}
	return out
}

func toyVectors() Vectors {
	words := []string{"the", "minister", "harbour"}
	v := Vectors{Words: words}
	for i := range len(words) * syntax.Tables[syntax.TableVector].Dim {
		v.Values = append(v.Values, float32(i%7)-3)
	}
	return v
}

func TestTrainLearns(t *testing.T) {
	var first, last float64
	w, err := Train(toyBank(), Options{Epochs: 30, Vectors: toyVectors(), Report: func(epoch int, loss float64, _ func() *syntax.Weights) {
		if epoch == 1 {
			first = loss
		}
		last = loss
	}})
	if err != nil {
		t.Fatal(err)
	}
	if last > first/4 {
		t.Errorf("the loss fell from %.3f to %.3f only", first, last)
	}
	data, err := w.Encode("test")
	if err != nil {
		t.Fatal(err)
	}
	m, err := syntax.Decode(data, syntax.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := m.ParseAll([][]string{{"The", "pilot", "called", "the", "minister", "."}})[0]
	if got := strings.Join(p.Relations, " "); got != "det nsubj root det obj punct" {
		t.Errorf("relations %q", got)
	}
	if got := strings.Join(p.XPOS, " "); got != "DT NN VBD DT NN ." {
		t.Errorf("tags %q", got)
	}
}

// TestTrainIsDeterministic trains on one processor and on all.
func TestTrainIsDeterministic(t *testing.T) {
	run := func() []byte {
		w, err := Train(toyBank(), Options{Epochs: 2, Vectors: toyVectors(), Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		data, err := w.Encode("test")
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	want := run()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if !bytes.Equal(want, run()) {
		t.Error("two trainings differ")
	}
}

func TestTrainRefuses(t *testing.T) {
	if _, err := Train(nil, Options{}); err == nil {
		t.Error("no trees: no error")
	}
	if _, err := Train(toyBank(), Options{Vectors: Vectors{Words: []string{"the"}}}); err == nil {
		t.Error("a word without a vector: no error")
	}
}
