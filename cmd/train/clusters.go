package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/ml"
	"github.com/readout-news/readout/internal/ml/cluster"
	"github.com/readout-news/readout/internal/ml/embed"
	"github.com/readout-news/readout/internal/ml/kernel"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// clustersVersion is raised when models/clusters is trained in another way.
const clustersVersion = "1"

// vectorsFile lies beside the clusters and serves step syntax. Its name keeps
// it out of go:embed, .gitignore out of the repository: 15 MB that no program
// needs at run time.
const vectorsFile = "clusters/_vectors.bin"

const (
	vectorDim    = 64
	vectorEpochs = 10
	kmeansRounds = 25
)

// trainClusters fits word vectors to all news text and to the treebanks, and
// groups the words into 32, 128 and 512 classes.
func trainClusters(data, out string) error {
	sents, err := foldedSentences(data)
	if err != nil {
		return err
	}
	tokens := 0
	for _, s := range sents {
		tokens += len(s)
	}
	fmt.Printf("%d sentences, %d tokens\n", len(sents), tokens)
	vectors, err := embed.Train(sents, embed.Options{Dim: vectorDim, Epochs: vectorEpochs, MinCount: 3, Seed: 1})
	if err != nil {
		return err
	}
	fmt.Printf("%d words\n", len(vectors.Words))
	var class [3][]int
	for i, k := range []int{cluster.Coarse, cluster.Middle, cluster.Fine} {
		class[i] = vectors.KMeans(k, kmeansRounds, 1, kernel.Best())
	}
	model, err := cluster.Encode(clustersVersion, vectors.Words, class[0], class[1], class[2])
	if err != nil {
		return err
	}
	if err := writeModel(filepath.Join(out, cluster.File), model); err != nil {
		return err
	}
	f := ml.NewFile("vectors", clustersVersion)
	f.PutStrings("words", vectors.Words)
	f.PutFloat32s("vectors", vectors.V)
	return writeModel(filepath.Join(out, vectorsFile), f.Encode())
}

// foldedSentences tokenises the news texts and takes the words of the
// treebanks as they are.
func foldedSentences(data string) ([][]string, error) {
	split, err := tokenize.New()
	if err != nil {
		return nil, err
	}
	var out [][]string
	forms := map[string]string{} // one copy of each form, so that the texts can go
	fold := func(w string) string {
		f, ok := forms[w]
		if !ok {
			w = strings.Clone(w)
			f = cluster.Fold(w)
			forms[w] = f
		}
		return f
	}
	err = corpus.NewsTexts(data, func(text string) error {
		doc := &nlp.Doc{Report: &readout.Report{Text: text}}
		split.Run(doc)
		for _, s := range doc.Sentences {
			var line []string
			for i := s.First; i < s.Last; i++ {
				line = append(line, fold(doc.Word(i)))
			}
			out = append(out, line)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	trees, err := corpus.SyntaxTrain(data)
	if err != nil {
		return nil, err
	}
	for _, t := range trees {
		var line []string
		for _, w := range t.Words {
			line = append(line, fold(w.Form))
		}
		out = append(out, line)
	}
	return out, nil
}

// writeModel writes a file and the folder it needs.
func writeModel(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return err
	}
	fmt.Printf("wrote %s: %d bytes\n", path, len(data))
	return nil
}
