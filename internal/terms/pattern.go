package terms

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// Pattern is what a term of a query matches: words that stand next to each
// other, each one of several.
type Pattern struct {
	Words  [][]string // alternatives for each place
	Prefix bool       // the last place is matched by beginnings
}

// Short reports whether p is what words begin with, and one letter.
func (p Pattern) Short() bool {
	return p.Prefix && len(p.Words) == 1 && utf8.RuneCountInString(p.Words[0][0]) == 1
}

// Find returns the spans of text that the patterns match, sorted and without
// overlaps, at most limit of them.
func Find(text string, patterns []Pattern, limit int) []readout.Span {
	tokens := Tokens(text)
	var out []readout.Span
	for i := range tokens {
		for _, p := range patterns {
			if n := len(p.Words); n > 0 && i+n <= len(tokens) && p.at(tokens[i:i+n]) {
				out = append(out, readout.Span{Start: tokens[i].Span.Start, End: tokens[i+n-1].Span.End})
			}
		}
	}
	slices.SortFunc(out, readout.Span.Compare)
	merged := out[:0]
	for _, s := range out {
		if n := len(merged); n > 0 && s.Start < merged[n-1].End {
			merged[n-1].End = max(merged[n-1].End, s.End)
			continue
		}
		merged = append(merged, s)
	}
	return merged[:min(len(merged), limit)]
}

// In reports whether the pattern matches somewhere in the tokens of a text.
func (p Pattern) In(tokens []Token) bool {
	n := len(p.Words)
	for i := 0; n > 0 && i+n <= len(tokens); i++ {
		if p.at(tokens[i : i+n]) {
			return true
		}
	}
	return false
}

func (p Pattern) at(tokens []Token) bool {
	for i, t := range tokens {
		if p.Prefix && i == len(tokens)-1 {
			return slices.ContainsFunc(p.Words[i], func(w string) bool { return strings.HasPrefix(t.Text, w) })
		}
		if !slices.Contains(p.Words[i], t.Text) {
			return false
		}
	}
	return true
}
