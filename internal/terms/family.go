package terms

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/readout-news/readout/internal/nlp/lemma"
	"github.com/readout-news/readout/lexicons"
	"github.com/readout-news/readout/models"
)

// inflection knows the base forms of English words.
type inflection struct {
	rules     *lemma.Rules
	irregular map[string][]string // form → base forms
	forms     map[string][]string // base form → irregular forms
}

var loadInflection = sync.OnceValues(func() (*inflection, error) {
	f, err := models.FS.Open("lemma/rules.tsv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rules, err := lemma.Read(f)
	if err != nil {
		return nil, fmt.Errorf("models/lemma/rules.tsv: %w", err)
	}
	verbs, err := lemma.ReadIrregular(lexicons.FS, "en/irregular-verbs.tsv")
	if err != nil {
		return nil, err
	}
	x := &inflection{rules: rules, irregular: map[string][]string{}, forms: map[string][]string{}}
	for _, v := range verbs {
		if !slices.Contains(x.irregular[v.Form], v.Lemma) {
			x.irregular[v.Form] = append(x.irregular[v.Form], v.Lemma)
		}
		if !slices.Contains(x.forms[v.Lemma], v.Form) {
			x.forms[v.Lemma] = append(x.forms[v.Lemma], v.Form)
		}
	}
	return x, nil
})

// bases are the base forms that a folded word can have, itself among them.
func (x *inflection) bases(word string) []string {
	out := append([]string{word}, x.irregular[word]...)
	as := func(tags ...string) {
		for _, tag := range tags {
			if l := x.rules.Lemma(word, tag, false); l != "" && !slices.Contains(out, l) {
				out = append(out, l)
			}
		}
	}
	// A rule is asked only about words that have its ending: for others it
	// guesses, and names are not to be guessed at.
	switch {
	case !plainWord(word):
	case strings.HasSuffix(word, "ing"):
		as("VBG")
	case strings.HasSuffix(word, "ed"):
		as("VBD", "VBN")
	case strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss"):
		as("NNS", "VBZ")
	case strings.HasSuffix(word, "men"), word == "children":
		as("NNS")
	}
	return out
}

func plainWord(w string) bool {
	return len(w) > 2 && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") == ""
}

// Family are the words of a vocabulary that are inflections of word or of
// which it is one, itself first, sorted. with goes through the words of the
// vocabulary that begin with a prefix.
func Family(word string, with func(prefix string) iter.Seq2[string, error]) ([]string, error) {
	if !plainWord(word) {
		return []string{word}, nil
	}
	x, err := loadInflection()
	if err != nil {
		return nil, err
	}
	bases := x.bases(word)
	found := map[string]bool{}
	try := func(w string) {
		if w != word && slices.ContainsFunc(x.bases(w), func(b string) bool { return slices.Contains(bases, b) }) {
			found[w] = true
		}
	}
	var prefixes []string
	for _, b := range bases {
		for _, f := range x.forms[b] {
			try(f)
		}
		try(b)
		if len(b) < 2 {
			continue // "red" is no past of "r"
		}
		// An inflection changes at most the last two letters of its base.
		p := b[:max(2, len(b)-2)]
		if !slices.ContainsFunc(prefixes, func(q string) bool { return strings.HasPrefix(p, q) }) {
			prefixes = append(prefixes, p)
		}
	}
	for _, p := range prefixes {
		for w, err := range with(p) {
			if err != nil {
				return nil, err
			}
			if len(w) <= len(word)+maxEnding {
				try(w)
			}
		}
	}
	out := make([]string, 0, len(found)+1)
	for w := range found {
		out = append(out, w)
	}
	slices.Sort(out)
	return append([]string{word}, out...), nil
}

// maxEnding bounds how much longer an inflection is than the word asked for:
// "begin", "beginning".
const maxEnding = 5 // bytes
