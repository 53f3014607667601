package coref

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/readout-news/readout/lexicons"
)

// lexicon is lexicons/en/coref.tsv: class → word → detail, and the reporting
// verbs.
type lexicon struct {
	words map[string]map[string]string
}

// in reports whether the word has the class.
func (l *lexicon) in(class, word string) bool {
	_, ok := l.words[class][word]
	return ok
}

func (l *lexicon) detail(class, word string) (string, bool) {
	d, ok := l.words[class][word]
	return d, ok
}

func loadLexicon() (*lexicon, error) {
	l, err := parseLexicon(lexicons.FS, "en/coref.tsv", nil)
	if err != nil {
		return nil, err
	}
	// Whoever speaks acts: the reporting verbs are actor verbs too.
	return parseVerbs(lexicons.FS, "en/reporting-verbs.tsv", l)
}

func parseLexicon(fsys fs.FS, name string, l *lexicon) (*lexicon, error) {
	if l == nil {
		l = &lexicon{words: map[string]map[string]string{}}
	}
	err := lexicons.Rows(fsys, name, 0, func(f []string) error {
		if len(f) < 2 || f[0] == "" || f[1] == "" || len(f) > 3 {
			return fmt.Errorf("want word, class and detail")
		}
		if l.words[f[1]] == nil {
			l.words[f[1]] = map[string]string{}
		}
		detail := ""
		if len(f) == 3 {
			detail = f[2]
		}
		l.words[f[1]][f[0]] = detail
		return nil
	})
	return l, err
}

func parseVerbs(fsys fs.FS, name string, l *lexicon) (*lexicon, error) {
	if l.words["actor-verb"] == nil {
		l.words["actor-verb"] = map[string]string{}
	}
	err := lexicons.Rows(fsys, name, 0, func(f []string) error {
		verb, _, particle := strings.Cut(f[0], " ")
		if !particle {
			l.words["actor-verb"][verb] = ""
		}
		return nil
	})
	return l, err
}
