package commitment

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/readout-news/readout/lexicons"
)

// lexicon is words.tsv of lexicons/en/commitments.
type lexicon map[string]map[string]bool

var listNames = []string{"idle", "undecided", "told", "breaking", "go-on"}

// shipped is the lexicon of the program.
var shipped = sync.OnceValues(func() (lexicon, error) { return load(lexicons.FS, "en/commitments/words.tsv") })

func load(fsys fs.FS, file string) (lexicon, error) {
	lex := lexicon{}
	err := lexicons.Rows(fsys, file, 3, func(c []string) error {
		if !slices.Contains(listNames, c[0]) || lex[c[0]] != nil {
			return fmt.Errorf("list %q is unknown or stands twice", c[0])
		}
		lex[c[0]] = map[string]bool{}
		for _, w := range strings.Split(c[1], "|") {
			lex[c[0]][w] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, name := range listNames {
		if lex[name] == nil {
			return nil, fmt.Errorf("%s: list %s is missing", file, name)
		}
	}
	return lex, nil
}

// modals open what is told of the future; subjects are the pronouns before
// them.
var (
	modals   = map[string]bool{"will": true, "would": true, "shall": true, "won't": true, "wouldn't": true, "'ll": true, "'d": true, "going": true}
	subjects = map[string]bool{"i": true, "we": true, "he": true, "she": true, "it": true, "they": true}
)

// modalReach is how many words the subject of the promise may have.
const modalReach = 8

// ownAct reports whether terms, which somebody says of the future, tell an act
// of a party: not what will be so, what the party would like, or what it thinks
// would follow. person says that the party is one person or a group of them,
// which is never "it".
func (lex lexicon) ownAct(terms string, person bool) bool {
	words := split(terms)
	at := 0
	for at < len(words) && at < modalReach && !modals[words[at]] {
		at++
	}
	modal := "will"
	verb := words
	switch {
	case at < len(words) && at < modalReach:
		modal, verb = words[at], words[at+1:]
		if modal == "going" && len(verb) > 0 && verb[0] == "to" {
			verb = verb[1:]
		}
		if person && at > 0 && words[at-1] == "it" {
			return false
		}
	case len(words) > 0 && subjects[words[0]]:
		return false // "he's very much into it": no word of the future
	}
	for len(verb) > 0 && (verb[0] == "not" || verb[0] == "n't" || verb[0] == "never" || verb[0] == "also" || verb[0] == "then" || verb[0] == "now" || verb[0] == "soon" || strings.HasSuffix(verb[0], "ly") && len(verb) > 1) {
		verb = verb[1:]
	}
	if len(verb) == 0 {
		return false
	}
	v := verb[0]
	if v == "be" && len(verb) > 1 && strings.HasSuffix(verb[1], "ing") {
		return true // "we will be sending boats"
	}
	if lex["idle"][v] {
		return false
	}
	would := modal == "would" || modal == "'d" || modal == "wouldn't"
	if modal == "'d" && strings.HasSuffix(v, "ed") {
		return false // "they'd decided"
	}
	if would && lex["undecided"][v] {
		return false
	}
	return !(would && at > 0 && words[at-1] == "it" && lex["told"][v])
}

// promised is what an accusation with terms says was promised, without the
// words that say it was broken: a part of terms. All of terms when they open
// otherwise.
func (lex lexicon) promised(terms string) string {
	rest, cut := terms, false
	for {
		word, after, ok := strings.Cut(rest, " ")
		w := strings.ToLower(word)
		if !ok || !(!cut && lex["breaking"][w] || cut && lex["go-on"][w]) {
			break
		}
		rest, cut = strings.TrimLeftFunc(after, unicode.IsSpace), true
	}
	return rest
}

// split takes terms apart into lower-case words, clitics alone.
func split(terms string) []string {
	var out []string
	for _, f := range strings.Fields(strings.ToLower(strings.ReplaceAll(terms, "’", "'"))) {
		f = strings.Trim(f, "\"“”‘'.,;:()")
		if i := strings.LastIndex(f, "'"); i > 0 && (f[i:] == "'ll" || f[i:] == "'d" || f[i:] == "'s" || f[i:] == "'re" || f[i:] == "'m" || f[i:] == "'ve") {
			out = append(out, f[:i], f[i:])
			continue
		}
		if f != "" {
			out = append(out, f)
		}
	}
	return out
}
