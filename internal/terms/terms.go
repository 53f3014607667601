// Package terms parts texts into the words by which a store finds them, and
// says which words are inflections of each other.
//
// In: text as reports have it. Out: tokens, folded (lower case, no accents, no
// ligatures) and with their bytes in the text, so that a match is always a
// place in the original. Letters and digits make words; all else, hyphens and
// apostrophes among it, parts them: "al-Amin" is found by "Al Amin".
//
// Stores index the folded words and leave inflection to the time of asking
// (Family): a phrase stays exact, and every store finds the same. The method
// of inflection is that of package lemma for English; words of other languages
// are found as they are written. Writing without spaces between words (Chinese,
// Japanese, Thai) is found by beginnings of its runs only.
package terms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/readout-news/readout"
)

// Version is raised whenever a text can come apart otherwise; a store then
// indexes anew.
const Version = "1"

// maxToken bounds a folded token, in bytes; what is beyond is left off.
const maxToken = 96

// Token is one word of a text.
type Token struct {
	Text string       // folded
	Span readout.Span // in the text
}

// Tokens are the words of text, in order. Bytes that are no UTF-8 part words.
func Tokens(text string) []Token {
	var out []Token
	start := -1
	plain := true // the word is ASCII, which needs no normalization
	end := func(at int) {
		if start < 0 {
			return
		}
		w := ""
		if plain {
			w = cut(strings.ToLower(text[start:at]))
		} else {
			w = Fold(text[start:at])
		}
		if w != "" {
			out = append(out, Token{w, readout.Span{Start: start, End: at}})
		}
		start, plain = -1, true
	}
	for i, r := range text {
		switch {
		case r < utf8.RuneSelf:
			if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
				if start < 0 {
					start = i
				}
				continue
			}
			end(i)
		case r == utf8.RuneError:
			end(i)
		case letter(r) || start >= 0 && inside(r):
			if start < 0 {
				start = i
			}
			plain = false
		default:
			end(i)
		}
	}
	end(len(text))
	return out
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// inside reports whether r stands within words without parting them: accents,
// and the marks that say where a word may be broken or joined.
func inside(r rune) bool {
	return unicode.Is(unicode.M, r) || r == '\u00ad' || r == '\u200c' || r == '\u200d' || r == '\u2060'
}

// special are the letters that no normalization takes apart.
var special = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l", 'ħ': "h", 'ı': "i", 'ŋ': "ng", 'ə': "e",
}

// Fold is the key of one word: lower case, no accents, no ligatures; "" when
// no letter or digit is left.
func Fold(word string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(word) {
		if !letter(r) {
			continue
		}
		r = unicode.ToLower(r)
		if s, ok := special[r]; ok {
			b.WriteString(s)
		} else {
			b.WriteRune(r)
		}
	}
	return cut(b.String())
}

// cut bounds a token at a rune's edge.
func cut(s string) string {
	if len(s) <= maxToken {
		return s
	}
	n := maxToken
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// Words are the folded words of text.
func Words(text string) []string {
	var out []string
	for _, t := range Tokens(text) {
		out = append(out, t.Text)
	}
	return out
}
