// Package worddiff says where two texts have different words.
//
// In: words with their spans in two texts. Out: the places of an edit script as
// ranges of the words of both (Myers 1986, by the library's longest common
// subsequence: the shortest, up to some hundred differences, a good one above).
// Case, punctuation and spacing do not count as differences.
package worddiff

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff/lcs"

	"github.com/readout-news/readout"
)

// Word is one word or figure of a text.
type Word struct {
	readout.Span
	Fold string // lower case
}

// Words lists the words of text inside s, but for those inside skip (sorted).
// A word is a run of letters and digits with the apostrophes, hyphens, points
// and commas between them: "don’t", "mid-May", "1,200", "3.5".
func Words(text string, s readout.Span, skip []readout.Span) []Word {
	var out []Word
	for i := s.Start; i < s.End; {
		for len(skip) > 0 && skip[0].End <= i {
			skip = skip[1:]
		}
		if len(skip) > 0 && skip[0].Start <= i {
			i = skip[0].End
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:s.End])
		if !letter(r) {
			i += n
			continue
		}
		start := i
		for i < s.End {
			r, n := utf8.DecodeRuneInString(text[i:s.End])
			if !letter(r) {
				next, _ := utf8.DecodeRuneInString(text[i+n : s.End])
				if !joins(r, text[start:i], next) {
					break
				}
			}
			i += n
		}
		out = append(out, Word{readout.Span{Start: start, End: i}, strings.ToLower(text[start:i])})
	}
	return out
}

func letter(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// joins reports whether mark r between before and next stands inside a word.
func joins(r rune, before string, next rune) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	switch r {
	case '\'', '’', '-':
		return letter(next)
	case '.', ',':
		return unicode.IsDigit(last) && unicode.IsDigit(next)
	}
	return false
}

// Change is one place where the texts differ: words [A0, A1) of the one stand
// where the other has [B0, B1). One of the two may be empty.
type Change struct{ A0, A1, B0, B1 int }

// Compare lists the changes from a to b, in order.
func Compare(a, b []Word) []Change {
	x, y := make([]string, len(a)), make([]string, len(b))
	for i := range a {
		x[i] = a[i].Fold
	}
	for i := range b {
		y[i] = b[i].Fold
	}
	var out []Change
	for _, d := range lcs.DiffLines(x, y) {
		c := Change{d.Start, d.End, d.ReplStart, d.ReplEnd}
		if n := len(out); n > 0 && out[n-1].A1 == c.A0 && out[n-1].B1 == c.B0 {
			out[n-1].A1, out[n-1].B1 = c.A1, c.B1
			continue
		}
		out = append(out, c)
	}
	return out
}
