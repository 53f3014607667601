package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp/lemma"
	"github.com/readout-news/readout/lexicons"
)

const lemmaHeader = `# Lemma rules induced by "go run ./cmd/train lemma"; see MODEL.md.
# Source: UD English EWT train (CC BY-SA 4.0) and the openly licensed genres of UD English GUM train. Licence: CC BY-SA 4.0.
# Format: tag TAB suffix TAB bytes to strip TAB text to add; tag/place TAB suffix TAB capitals. "^" marks a whole word.
`

// trainLemma writes out/lemma/rules.tsv.
func trainLemma(data, out string) error {
	trees, err := corpus.SyntaxTrain(data)
	if err != nil {
		return err
	}
	var examples []lemma.Example
	for _, t := range trees {
		first := true
		for i, w := range t.Words {
			// Lemmas of mistyped words are corrections; they would teach rules
			// that hold for that typing error only.
			if w.Lemma != "_" && w.Lemma != "" && !slices.Contains(t.Typos, i) {
				examples = append(examples, lemma.Example{Form: w.Form, XPOS: w.XPOS, Lemma: w.Lemma, First: first})
			}
			if first {
				c, _ := utf8.DecodeRuneInString(w.Form)
				first = !unicode.IsLetter(c) && !unicode.IsDigit(c)
			}
		}
	}
	seen := map[[2]string]bool{}
	for _, x := range slices.Clone(examples) {
		tag := x.XPOS
		if strings.HasPrefix(tag, "VB") {
			tag = "VB"
		} else if tag == "NNS" {
			tag = "NN"
		}
		if k := [2]string{x.Lemma, tag}; !seen[k] {
			seen[k] = true
			examples = append(examples, lemma.Regular(x.Lemma, tag)...)
			if tag == "NN" {
				// Nouns turn into verbs ("telephoned"), and their spelling
				// tells where an e was dropped.
				examples = append(examples, lemma.Regular(x.Lemma, "VB")...)
			}
		}
	}
	irregular, err := lemma.ReadIrregular(lexicons.FS, "en/irregular-verbs.tsv")
	if err != nil {
		return err
	}
	examples = append(examples, irregular...)
	rules := lemma.Train(examples)
	var b bytes.Buffer
	b.WriteString(lemmaHeader)
	if err := rules.Write(&b); err != nil {
		return err
	}
	fmt.Printf("lemma: %d words, %d rules\n", len(examples), bytes.Count(b.Bytes(), []byte("\n"))-3)
	dir := filepath.Join(out, "lemma")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "rules.tsv"), b.Bytes(), 0o644)
}
