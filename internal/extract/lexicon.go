package extract

import (
	"bufio"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/readout-news/readout/lexicons"
)

// match says how a phrase of furniture is compared with a line.
type match string

// The matches of lexicons/en/noise/phrases.tsv.
const (
	matchLine      match = "line"
	matchStart     match = "start"
	matchLabel     match = "label"
	matchKicker    match = "kicker"
	matchWithin    match = "within"
	matchHeader    match = "header"
	matchGlue      match = "glue"
	matchGlueStart match = "glue-start"
)

type phrase struct{ reason, text string }

// phrases are the lexicons of furniture.
type phrases struct {
	lines     map[string]string // normalised line → reason
	labels    map[string]string // normalised label → reason
	kickers   map[string]string // the same, for labels that open reports too
	headers   map[string]string // normalised name of a field → field
	starts    []phrase          // longest first
	within    []phrase
	glue      []phrase // longest first, case as written
	glueStart []phrase
	credits   []string // names in credits, longest first
	verbs     map[string]bool
}

func loadPhrases() (*phrases, error) {
	p := &phrases{lines: map[string]string{}, labels: map[string]string{}, kickers: map[string]string{}, headers: map[string]string{}, verbs: map[string]bool{}}
	err := eachLine(lexicons.FS, "en/noise/phrases.tsv", 3, func(f []string) error {
		reason, text := f[0], f[2]
		switch match(f[1]) {
		case matchLine:
			p.lines[normalLine(text)] = reason
		case matchLabel:
			p.labels[normalLine(text)] = reason
		case matchKicker:
			p.kickers[normalLine(text)] = reason
		case matchHeader:
			p.headers[normalLine(text)] = reason
		case matchStart:
			p.starts = append(p.starts, phrase{reason, fold(text)})
		case matchWithin:
			p.within = append(p.within, phrase{reason, fold(text)})
		case matchGlue:
			p.glue = append(p.glue, phrase{reason, text})
		case matchGlueStart:
			p.glueStart = append(p.glueStart, phrase{reason, text})
		default:
			return fmt.Errorf("unknown match %q", f[1])
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachLine(lexicons.FS, "en/noise/credits.tsv", 1, func(f []string) error {
		p.credits = append(p.credits, f[0])
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachLine(lexicons.FS, "en/noise/verbs.tsv", 1, func(f []string) error {
		p.verbs[f[0]] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	longest := func(a, b phrase) int { return len(b.text) - len(a.text) }
	slices.SortStableFunc(p.starts, longest)
	slices.SortStableFunc(p.glue, longest)
	slices.SortStableFunc(p.glueStart, longest)
	slices.SortStableFunc(p.credits, func(a, b string) int { return len(b) - len(a) })
	return p, nil
}

// stopWords are the frequent words of English.
type stopWords struct{ set map[string]bool }

func loadStopWords() (*stopWords, error) {
	w := &stopWords{set: map[string]bool{}}
	return w, eachLine(lexicons.FS, "en/language/stopwords.tsv", 1, func(f []string) error {
		w.set[f[0]] = true
		return nil
	})
}

// eachLine calls f with the fields of each line of a tab-separated file that
// is neither empty nor a comment. A line of another number of fields than n,
// or one that f refuses, is an error with its place.
func eachLine(files fs.FS, name string, n int, f func([]string) error) error {
	file, err := files.Open(name)
	if err != nil {
		return fmt.Errorf("open lexicon: %w", err)
	}
	defer file.Close()
	sc := bufio.NewScanner(file)
	for line := 1; sc.Scan(); line++ {
		s := sc.Text()
		if s == "" || strings.HasPrefix(s, "#") {
			continue
		}
		fields := strings.Split(s, "\t")
		if len(fields) != n {
			return fmt.Errorf("%s:%d: %d fields, want %d", name, line, len(fields), n)
		}
		if err := f(fields); err != nil {
			return fmt.Errorf("%s:%d: %w", name, line, err)
		}
	}
	return sc.Err()
}

var plainMarks = strings.NewReplacer("‘", "'", "’", "'", "“", `"`, "”", `"`, "\u00a0", " ", "\u200b", "", "\ufeff", "")

// fold lowers s, makes its quotation marks plain and its spaces single.
func fold(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(plainMarks.Replace(s)), " ")) + trailingSpace(s)
}

// trailingSpace keeps the space at the end of a phrase such as "copyright ",
// which says that a word ends there.
func trailingSpace(s string) string {
	if strings.HasSuffix(s, " ") {
		return " "
	}
	return ""
}

// normalLine folds a line and strips its outer marks.
func normalLine(s string) string {
	return strings.Trim(fold(s), " .,:;!-–—|•·*»«>›‹→←[]()/\t")
}
