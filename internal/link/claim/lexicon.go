package claim

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/readout-news/readout/lexicons"
)

// The word lists of this package, under lexicons.
const (
	durationFile = "en/events/durations.tsv"
	statusFile   = "en/events/status.tsv"
	frameFile    = "en/claims/frames.tsv"
	toneFile     = "en/claims/tone.tsv"
	outcomeFile  = "en/claims/outcome.tsv"
	numberFile   = "en/claims/numbers.tsv"
	topicFile    = "en/claims/topics.tsv"
)

// row is one line of a list: its columns, the last but the example being words
// separated by |.
type row struct {
	keys    []string // the columns before the words
	words   []string
	example string // a sentence of ours with the expected value in brackets, "" none
}

// rows reads a list of lines of keys columns, words and, where example is set,
// an example.
func rows(file string, keys int, example bool) ([]row, error) {
	want := keys + 1
	if example {
		want++
	}
	var out []row
	err := lexicons.Rows(lexicons.FS, file, want, func(cols []string) error {
		if slices.Contains(cols, "") {
			return fmt.Errorf("want %d columns, none empty", want)
		}
		r := row{keys: cols[:keys], words: strings.Split(cols[keys], "|")}
		if example {
			r.example = cols[keys+1]
		}
		if slices.Contains(r.words, "") {
			return fmt.Errorf("an empty word")
		}
		out = append(out, r)
		return nil
	})
	return out, err
}

// classes maps a word to the classes that a list puts it in.
type classes map[string][]string

func (w classes) is(word, class string) bool { return slices.Contains(w[word], class) }

// toneWord is what a word of tone.tsv says in one of its uses.
type toneWord struct{ polarity, use string }

// lexicon is every list of this package.
type lexicon struct {
	durations classes
	frames    classes
	modal     classes // "aux", "governor", "mark": words under which nothing is told as fact
	negation  classes // "advmod", "governor"
	tone      map[string][]toneWord
	outcome   classes // "verb:yield", "noun:accord", …
	numbers   classes // "killed:patient", …
	topics    classes
}

var load = sync.OnceValues(func() (*lexicon, error) {
	lex := &lexicon{durations: classes{}, frames: classes{}, modal: classes{}, negation: classes{}, tone: map[string][]toneWord{}, outcome: classes{}, numbers: classes{}, topics: classes{}}
	for _, l := range []struct {
		file    string
		keys    int
		example bool
		add     func(r row) error
	}{
		{durationFile, 1, false, func(r row) error { return lex.durations.add(r, r.keys[0]) }},
		{frameFile, 1, false, func(r row) error { return lex.frames.add(r, r.keys[0]) }},
		{statusFile, 2, false, func(r row) error {
			switch r.keys[1] {
			case "planned", "would", "hypothetical":
				return lex.modal.add(r, r.keys[0])
			case "negated":
				return lex.negation.add(r, r.keys[0])
			}
			return nil
		}},
		{toneFile, 2, true, lex.addTone},
		{outcomeFile, 2, true, func(r row) error { return lex.outcome.add(r, r.keys[0]+":"+r.keys[1]) }},
		{numberFile, 2, true, func(r row) error { return lex.numbers.add(r, r.keys[0]+":"+r.keys[1]) }},
		{topicFile, 1, true, func(r row) error { return lex.topics.add(r, r.keys[0]) }},
	} {
		rs, err := rows(l.file, l.keys, l.example)
		if err != nil {
			return nil, err
		}
		for _, r := range rs {
			if err := l.add(r); err != nil {
				return nil, fmt.Errorf("%s: %w", l.file, err)
			}
		}
	}
	return lex, nil
})

func (w classes) add(r row, class string) error {
	for _, x := range r.words {
		if !w.is(x, class) {
			w[x] = append(w[x], class)
		}
	}
	return nil
}

func (lex *lexicon) addTone(r row) error {
	switch r.keys[0] {
	case positive, negative, neutral:
	default:
		return fmt.Errorf("unknown polarity %q", r.keys[0])
	}
	switch r.keys[1] {
	case useEvent, useAny, useAdverb:
	default:
		return fmt.Errorf("unknown use %q", r.keys[1])
	}
	for _, x := range r.words {
		lex.tone[x] = append(lex.tone[x], toneWord{r.keys[0], r.keys[1]})
	}
	return nil
}
