package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/eval"
	"github.com/readout-news/readout/internal/ml"
	"github.com/readout-news/readout/internal/nlp/syntax"
	"github.com/readout-news/readout/internal/nlp/syntax/fit"
)

// syntaxVersion is raised when models/syntax is trained in another way.
const syntaxVersion = "2"

const syntaxEpochs = 16

// trainSyntax fits the tagger and parser to EWT train and the open genres of
// GUM train, on the vectors that step clusters left behind.
func trainSyntax(data, out string) error {
	trees, err := corpus.SyntaxTrain(data)
	if err != nil {
		return err
	}
	vectors, err := readVectors(filepath.Join(out, vectorsFile))
	if err != nil {
		return err
	}
	start := time.Now()
	weights, err := fit.Train(trees, fit.Options{
		Epochs: syntaxEpochs, Seed: 1, Vectors: vectors,
		Report: func(epoch int, loss float64, weights func() *syntax.Weights) {
			fmt.Printf("epoch %d: loss %.4f a word, %s\n", epoch, loss, time.Since(start).Round(time.Second))
			if epoch%2 == 0 && epoch < syntaxEpochs {
				printSyntaxDev(weights(), data)
			}
		},
	})
	if err != nil {
		return err
	}
	model, err := weights.Encode(syntaxVersion)
	if err != nil {
		return err
	}
	printSyntaxDev(weights, data)
	return writeModel(filepath.Join(out, syntax.File), model)
}

// printSyntaxDev shows how training stands; the model does not depend on it.
func printSyntaxDev(w *syntax.Weights, data string) {
	table, err := func() (string, error) {
		model, err := w.Encode(syntaxVersion)
		if err != nil {
			return "", err
		}
		m, err := syntax.Decode(model, syntax.Options{})
		if err != nil {
			return "", err
		}
		return eval.SyntaxDev(m, data)
	}()
	if err != nil {
		table = fmt.Sprintln("no score:", err)
	}
	fmt.Print(table)
}

func readVectors(path string) (fit.Vectors, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return fit.Vectors{}, fmt.Errorf("word vectors (run step clusters first): %w", err)
	}
	f, err := ml.Decode(data, "vectors")
	if err != nil {
		return fit.Vectors{}, err
	}
	var v fit.Vectors
	if v.Words, err = f.Strings("words", -1); err != nil {
		return v, err
	}
	v.Values, err = f.Float32s("vectors", len(v.Words)*vectorDim)
	return v, err
}
