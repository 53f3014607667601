package eval

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/syntax"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// syntaxScore counts words and what is right about them.
type syntaxScore struct {
	gold, system                int // words of each side
	words, upos, xpos, uas, las int
	universal                   int // heads and relations right when subtypes are cut off
}

// row prints F1 scores as the CoNLL 2018 shared task does; with gold words
// they are accuracies.
func (s syntaxScore) row(name string) string {
	f := func(n int) float64 { return 200 * float64(n) / float64(s.gold+s.system) }
	return fmt.Sprintf("%-28s %7d  %6.2f %6.2f %6.2f %6.2f %6.2f %6.2f\n",
		name, s.gold, f(s.words), f(s.upos), f(s.xpos), f(s.uas), f(s.universal), f(s.las))
}

// count compares one aligned word.
func (s *syntaxScore) count(gold corpus.TreeWord, upos, xpos, relation string, headRight bool) {
	s.words++
	s.upos += hit(gold.UPOS == upos)
	s.xpos += hit(gold.XPOS == xpos)
	if headRight {
		s.uas++
		s.las += hit(gold.Deprel == relation)
		s.universal += hit(universal(gold.Deprel) == universal(relation))
	}
}

func hit(ok bool) int {
	if ok {
		return 1
	}
	return 0
}

// universal cuts the subtype off a relation.
func universal(relation string) string {
	base, _, _ := strings.Cut(relation, ":")
	return base
}

// goldWords scores a model on the words and sentences of the treebank.
func goldWords(m *syntax.Model, trees []corpus.Tree) syntaxScore {
	sents := make([][]string, len(trees))
	for i, t := range trees {
		for _, w := range t.Words {
			sents[i] = append(sents[i], w.Form)
		}
	}
	var s syntaxScore
	for i, p := range m.ParseAll(sents) {
		for j, w := range trees[i].Words {
			s.count(w, p.UPOS[j], p.XPOS[j], p.Relations[j], p.Heads[j] == w.Head)
		}
		s.gold += len(sents[i])
		s.system += len(sents[i])
	}
	return s
}

// rawText scores tokeniser and model together on the documents' text: words
// are aligned by their spans, and a head is right when it is aligned with the
// gold head.
func rawText(p nlp.Pipeline, docs []treebankDoc) syntaxScore {
	var s syntaxScore
	for _, d := range docs {
		doc := &nlp.Doc{Report: &readout.Report{Text: d.text}}
		p.Run(doc)
		at := map[readout.Span]int{}
		for i, tok := range doc.Tokens {
			at[tok.Span] = i
		}
		first := 0 // gold word that begins the sentence
		for i, w := range d.gold {
			if i == 0 || !inSameTree(d, i) {
				first = i
			}
			j, ok := at[d.words[i]]
			if !ok {
				continue
			}
			tok := doc.Tokens[j]
			headRight := tok.Head == nlp.None && w.Head < 0
			if w.Head >= 0 && tok.Head != nlp.None {
				h, ok := at[d.words[first+w.Head]]
				headRight = ok && h == tok.Head
			}
			s.count(w, tok.UPOS, tok.XPOS, tok.Deprel, headRight)
		}
		s.gold += len(d.words)
		s.system += len(doc.Tokens)
	}
	return s
}

// inSameTree reports whether gold word i continues the sentence of i-1.
func inSameTree(d treebankDoc, i int) bool {
	for _, s := range d.sentences {
		if s.Start <= d.words[i-1].Start && d.words[i-1].End <= s.End {
			return d.words[i].Start < s.End && d.words[i].Start >= s.Start
		}
	}
	return false
}

// SyntaxDev scores a model on the gold words of EWT dev and GUM dev.
func SyntaxDev(m *syntax.Model, data string) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-28s %7s  %6s %6s %6s %6s %6s %6s\n", "", "words", "words", "UPOS", "XPOS", "UAS", "LAS-u", "LAS")
	for _, name := range []string{"ewt", "gum"} {
		trees, err := corpus.ReadTrees(filepath.Join(data, "parsing", "en_"+name+"-ud-dev.conllu"))
		if err != nil {
			return "", err
		}
		b.WriteString(goldWords(m, trees).row(strings.ToUpper(name) + " dev, gold words"))
		if name != "gum" {
			continue
		}
		var news []corpus.Tree
		for _, t := range trees {
			if t.Genre == "news" {
				news = append(news, t)
			}
		}
		b.WriteString(goldWords(m, news).row("GUM dev news, gold words"))
	}
	return b.String(), nil
}

func scoreSyntax(data string) (string, error) {
	m, err := syntax.Load(syntax.Options{})
	if err != nil {
		return "", err
	}
	table, err := SyntaxDev(m, data)
	if err != nil {
		return "", err
	}
	split, err := tokenize.New()
	if err != nil {
		return "", err
	}
	for _, name := range []string{"ewt", "gum"} {
		trees, err := corpus.ReadTrees(filepath.Join(data, "parsing", "en_"+name+"-ud-dev.conllu"))
		if err != nil {
			return "", err
		}
		s := rawText(nlp.Pipeline{split, m.Annotator()}, treebankDocs(trees, "\n\n"))
		table += s.row(strings.ToUpper(name) + " dev, raw text")
	}
	return table, nil
}
