package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/link/story"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// newsWords counts in how many news texts each word stands, for
// internal/link/story, and writes lexicons/en/news-words.tsv beside the models.
func newsWords(data, out string) error {
	a, err := tokenize.New()
	if err != nil {
		return err
	}
	counts, texts := map[string]int{}, 0
	if err := corpus.NewsTexts(data, func(text string) error {
		doc := &nlp.Doc{Report: &readout.Report{Text: text}}
		a.Run(doc)
		if len(doc.Tokens) < story.Default.LeadWords {
			return nil // a title and a lead say little of what reports are made of
		}
		texts++
		seen := map[string]bool{}
		for i := range doc.Tokens[:min(len(doc.Tokens), story.Default.BodyWords)] {
			if w := story.Fold(doc.Word(i)); w != "" && !seen[w] {
				seen[w] = true
				counts[w]++
			}
		}
		return nil
	}); err != nil {
		return err
	}
	words := make([]string, 0, len(counts))
	for w, n := range counts {
		if n*story.PerTexts/texts >= story.LeastCount {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	var b bytes.Buffer
	fmt.Fprintf(&b, `# How common words are in news: in how many of %d texts a word stands among the first %d.
# Source: counted in %d texts, those of models/clusters/MODEL.md (PolNeAR train, TimeBank, AQUAINT, neardup, AllSides train).
# Licence: Apache-2.0 with this project; counts of single words only. Date: 2026-11-21. Written by: go run ./cmd/train newswords
# Format: word as package story folds it <TAB> count; words below %d are left out.
`, story.PerTexts, story.Default.BodyWords, texts, story.LeastCount)
	for _, w := range words {
		fmt.Fprintf(&b, "%s\t%d\n", w, (counts[w]*story.PerTexts+texts/2)/texts)
	}
	fmt.Printf("   %d texts, %d words\n", texts, len(words))
	return os.WriteFile(filepath.Join(out, "..", "lexicons", filepath.FromSlash(story.WordsFile)), b.Bytes(), 0o644)
}
