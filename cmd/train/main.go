// Command train fits the models under models/ from the corpora.
//
//	go run ./cmd/train [--data ../shared/data] [--out models] [all | STEP…]
//
// Steps run in the order of the list below, which is also their dependency
// order. Equal data gives equal bytes on one kind of machine.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"time"
)

// step fits one model. data is the corpora's folder, out the models' folder.
type step struct {
	name string
	doc  string
	run  func(data, out string) error
}

// steps is the dependency order.
var steps = []step{
	{"lexicons", "lists of facts about states, people, bodies and outlets", lexiconsStep},
	{"newswords", "how common words are in news", newsWords},
	{"lemma", "suffix rules that turn a word and its tag into its lemma", trainLemma},
	{"clusters", "word vectors and word classes from plain text", trainClusters},
	{"syntax", "tagger and dependency parser from EWT and the open genres of GUM", trainSyntax},
	{"names", "names by CRF, lists of facts and word classes", trainNames},
	{"attribution", "who said what: spans by CRF, links by perceptron, from PolNeAR", trainAttribution},
}

func main() {
	data := flag.String("data", "../shared/data", "folder of the corpora")
	out := flag.String("out", "models", "folder of the models")
	flag.Usage = func() {
		fmt.Fprintf(os.Stderr, "usage: train [--data DIR] [--out DIR] [all | STEP…]\n\nsteps, in order:\n")
		for _, s := range steps {
			fmt.Fprintf(os.Stderr, "  %-12s %s\n", s.name, s.doc)
		}
	}
	flag.Parse()
	want := flag.Args()
	if len(want) == 0 || slices.Contains(want, "all") {
		want = nil
		for _, s := range steps {
			want = append(want, s.name)
		}
	}
	for _, w := range want {
		if !slices.ContainsFunc(steps, func(s step) bool { return s.name == w }) {
			fmt.Fprintf(os.Stderr, "train: no step %q\n", w)
			flag.Usage()
			os.Exit(2)
		}
	}
	for _, s := range steps {
		if !slices.Contains(want, s.name) {
			continue
		}
		start := time.Now()
		fmt.Printf("== %s: %s\n", s.name, s.doc)
		if err := s.run(*data, *out); err != nil {
			fmt.Fprintf(os.Stderr, "train %s: %v\n", s.name, err)
			os.Exit(1)
		}
		fmt.Printf("== %s done in %s\n", s.name, time.Since(start).Round(time.Second))
	}
}
