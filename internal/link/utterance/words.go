package utterance

import (
	"fmt"
	"io/fs"
	"strings"
	"time"
	"unicode"
)

// heavyTags are the parts of speech of words that say something by themselves.
var heavyTags = map[string]bool{"NOUN": true, "PROPN": true, "VERB": true, "ADJ": true, "NUM": true, "ADV": true}

// lexicon holds lexicons/en/utterances.tsv.
type lexicon struct{ light, negation map[string]bool }

const lexiconFile = "en/utterances.tsv"

func readLexicon(fsys fs.FS) (*lexicon, error) {
	b, err := fs.ReadFile(fsys, lexiconFile)
	if err != nil {
		return nil, err
	}
	l := &lexicon{map[string]bool{}, map[string]bool{}}
	for i, line := range strings.Split(string(b), "\n") {
		if line = strings.TrimRight(line, "\r "); line == "" || line[0] == '#' {
			continue
		}
		kind, words, ok := strings.Cut(line, "\t")
		into := map[string]map[string]bool{"light": l.light, "negation": l.negation}[kind]
		if !ok || into == nil {
			return nil, fmt.Errorf("%s:%d: want a kind, a tab and words", lexiconFile, i+1)
		}
		for _, w := range strings.Split(words, "|") {
			into[w] = true
		}
	}
	return l, nil
}

// form is how words are compared: lower case, one shape of apostrophe.
func form(w string) string { return plain.Replace(strings.ToLower(w)) }

// plain is built once: building it costs more than using it.
var plain = strings.NewReplacer("’", "'", "‘", "'")

func letters(w string) bool {
	return strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

const marks = "\"“”„«»"

func isMark(w string) bool { return w != "" && strings.Trim(w, marks) == "" || w == "''" || w == "``" }

// toggle is the state behind the text between two words: a mark with a side
// sets it, a straight one turns it.
func toggle(in bool, between string) bool {
	for _, r := range between {
		switch r {
		case '“', '„', '«':
			in = true
		case '”', '»':
			in = false
		case '"':
			in = !in
		}
	}
	return in
}

// endsOpen reports whether the text before a piece ends with an opening mark.
func endsOpen(before string) bool {
	before = strings.TrimRight(before, " ")
	return strings.HasSuffix(before, "“") || strings.HasSuffix(before, "\"") || strings.HasSuffix(before, "«") || strings.HasSuffix(before, "„")
}

// noDay stands for a day that is not known.
const noDay = -1 << 31

// dayOf is the number of the day that an ISO 8601 value names, in days since
// 1970; noDay for a month, a year or nothing.
func dayOf(value string) int {
	if len(value) < len(time.DateOnly) {
		return noDay
	}
	t, err := time.Parse(time.DateOnly, value[:len(time.DateOnly)])
	if err != nil {
		return noDay
	}
	return int(t.Unix() / (24 * 60 * 60))
}
