// Command evaluate scores the annotators against the corpora and rewrites the
// score goldens under internal/eval/testdata/baseline.
//
//	go run ./cmd/evaluate [--data ../shared/data] [--write DIR] [NAME…]
//
// It also scores the record of any folder of reports against a folder of gold
// in the format of ../shared/gold.
//
//	go run ./cmd/evaluate --reports DIR --gold DIR
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/readout-news/readout/internal/eval"
)

func main() {
	data := flag.String("data", "../shared/data", "folder of the corpora")
	write := flag.String("write", "", "folder to rewrite the golden score files in; empty: print only")
	reports := flag.String("reports", "", "folder of reports to score against --gold, instead of the scorers")
	gold := flag.String("gold", "", "folder of gold for --reports")
	flag.Parse()
	if *reports != "" || *gold != "" {
		text, err := eval.ScoreFolder(*reports, *gold)
		if err != nil {
			fmt.Fprintln(os.Stderr, "evaluate:", err)
			os.Exit(1)
		}
		fmt.Print(text)
		return
	}
	for _, s := range eval.Scorers {
		if flag.NArg() > 0 && !slices.Contains(flag.Args(), s.Name) {
			continue
		}
		text, err := s.Run(*data)
		if err != nil {
			fmt.Fprintf(os.Stderr, "evaluate %s: %v\n", s.Name, err)
			os.Exit(1)
		}
		fmt.Printf("== %s: %s\n%s", s.Name, s.Doc, text)
		if *write != "" {
			if err := os.WriteFile(filepath.Join(*write, s.Name+".txt"), []byte(text), 0o644); err != nil {
				fmt.Fprintln(os.Stderr, "evaluate:", err)
				os.Exit(1)
			}
		}
	}
}
