// Package lemma gives each token its dictionary form.
//
// In: tokens and syntax (XPOS). Out: Token.Lemma, as UD English EWT writes
// lemmas: lower case but for proper nouns and words that keep their capitals
// ("Russian", "TV"), "be" for "'s", "not" for "n't".
//
// For each Penn tag the model is a set of suffix rules, "-ies: strip 3, add
// y", induced from treebanks; the longest suffix that matches decides, and a
// rule for a whole word (its suffix begins with "^") is an exception. A second
// set decides in the same way which words keep their capitals. The method is
// ripple-down suffix induction, as in Juršič et al., "LemmaGen" (2010). The
// rules are models/lemma/rules.tsv; Train makes them.
//
// Homographs with equal tags are not told apart: "lay" (VBD) is always "lie"
// or always "lay", whichever is commoner.
package lemma

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/models"
)

// Version is raised whenever a lemma can come out differently.
const Version = "1"

// New returns the annotator; it requires tokens and syntax and provides lemmas.
func New() (*nlp.Annotator, error) {
	f, err := models.FS.Open("lemma/rules.tsv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rules, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("models/lemma/rules.tsv: %w", err)
	}
	return &nlp.Annotator{
		Name:     "lemma",
		Doc:      "gives each token its dictionary form by suffix rules for its tag",
		Version:  Version,
		Requires: []nlp.Layer{nlp.LayerTokens, nlp.LayerSentences, nlp.LayerSyntax},
		Provides: []nlp.Layer{nlp.LayerLemmas},
		Run:      rules.annotate,
	}, nil
}

func (r *Rules) annotate(doc *nlp.Doc) {
	for _, s := range doc.Sentences {
		first := true
		for i := s.First; i < s.Last; i++ {
			w := doc.Word(i)
			doc.Tokens[i].Lemma = r.Lemma(w, doc.Tokens[i].XPOS, first)
			if first {
				c, _ := utf8.DecodeRuneInString(w)
				first = !unicode.IsLetter(c) && !unicode.IsDigit(c)
			}
		}
	}
}

// edit turns a lower-cased form into its lemma.
type edit struct {
	strip int // bytes off the end
	add   string
}

// letters says what becomes of a form's capitals.
type letters byte

const (
	lower   letters = 'L' // lemma in lower case
	keep    letters = 'K' // as in the form
	capital letters = 'C' // first letter only
)

// Rules are the induced rules; they do not change after Read or Train.
type Rules struct {
	edits   map[string]map[string]edit    // tag → suffix → edit
	letters map[string]map[string]letters // tag/place → suffix → capitals
}

// Lemma returns the dictionary form of a word with the Penn tag xpos. first
// says that it is the first word of its sentence.
func (r *Rules) Lemma(form, xpos string, first bool) string {
	if figures(form, xpos) {
		return strings.ReplaceAll(form, ",", "")
	}
	low := normal(form)
	e, _ := longest(r.edits[xpos], low)
	n := len(low) - e.strip
	if n < 0 || n < len(low) && !utf8.RuneStart(low[n]) {
		return low
	}
	lem := low[:n] + e.add
	if lem == "" {
		lem = low
	}
	l, ok := longest(r.letters[xpos+"/"+string(placeOf(form, first))], low)
	if !ok {
		return lem
	}
	return recase(form, lem, l)
}

// figures reports whether the word is a number written in figures; its lemma
// is the number without the commas that group it.
func figures(form, xpos string) bool { return xpos == "CD" && strings.ContainsAny(form, "0123456789") }

// normal is form in lower case with straight apostrophes.
func normal(form string) string {
	return strings.ToLower(strings.ReplaceAll(form, "’", "'"))
}

// placeOf is 'A' for a word in capitals, 'F' for a capitalised first word, 'M'
// for another capitalised word, 'N' for one without capitals.
func placeOf(form string, first bool) byte {
	upper, lowers, head := 0, 0, false
	for i, r := range form {
		if unicode.IsUpper(r) {
			upper++
			head = head || i == 0
		} else if unicode.IsLower(r) {
			lowers++
		}
	}
	switch {
	case upper == 0:
		return 'N'
	case upper > 1 && lowers == 0:
		return 'A'
	case first && head && upper == 1:
		return 'F'
	}
	return 'M'
}

// recase gives lem, which is in lower case, the capitals of form.
func recase(form, lem string, l letters) string {
	if l == lower {
		return lem
	}
	var b strings.Builder
	fr := []rune(form)
	for i, r := range []rune(lem) {
		if l == keep && i < len(fr) && unicode.ToLower(fr[i]) == r || l == capital && i == 0 {
			if l == capital {
				r = unicode.ToUpper(r)
			} else {
				r = fr[i]
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

// longest returns the value of the longest suffix of w in rules; "^"+w, the
// whole word, is the longest of all.
func longest[T any](rules map[string]T, w string) (T, bool) {
	if rules == nil {
		var zero T
		return zero, false
	}
	if v, ok := rules["^"+w]; ok {
		return v, true
	}
	start := 0
	if len(w) > maxSuffix {
		start = len(w) - maxSuffix
	}
	for i := start; i < len(w); i++ {
		if v, ok := rules[w[i:]]; ok {
			return v, true
		}
	}
	v, ok := rules[""]
	return v, ok
}

// maxSuffix is the length in bytes of the longest suffix that Train keeps.
const maxSuffix = 12

// Read parses the rules: lines of "tag TAB suffix TAB strip TAB add" and
// "tag/place TAB suffix TAB L, K or C"; "#" opens a comment line.
func Read(in io.Reader) (*Rules, error) {
	r := &Rules{edits: map[string]map[string]edit{}, letters: map[string]map[string]letters{}}
	sc := bufio.NewScanner(in)
	for n := 1; sc.Scan(); n++ {
		line := sc.Text()
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		f := strings.Split(line, "\t")
		switch len(f) {
		case 3:
			if len(f[2]) != 1 || !strings.Contains("LKC", f[2]) {
				return nil, fmt.Errorf("line %d: capitals %q, want L, K or C", n, f[2])
			}
			put(r.letters, f[0], f[1], letters(f[2][0]))
		case 4:
			strip, err := strconv.Atoi(f[2])
			if err != nil || strip < 0 {
				return nil, fmt.Errorf("line %d: bad number %q", n, f[2])
			}
			put(r.edits, f[0], f[1], edit{strip, f[3]})
		default:
			return nil, fmt.Errorf("line %d: %d columns, want 3 or 4", n, len(f))
		}
	}
	return r, sc.Err()
}

func put[T any](m map[string]map[string]T, tag, suffix string, v T) {
	if m[tag] == nil {
		m[tag] = map[string]T{}
	}
	m[tag][suffix] = v
}
