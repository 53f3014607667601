package view

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSlug bounds a slug, in bytes.
const maxSlug = 60

// Slug is title as the decoration of a URL: its letters and digits in lower
// case, words joined by hyphens, cut at a word; "" when it has none.
func Slug(title string) string {
	var b strings.Builder
	for _, w := range strings.FieldsFunc(title, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’'
	}) {
		w = strings.Map(func(r rune) rune {
			if r == '\'' || r == '’' || r == utf8.RuneError {
				return -1
			}
			return unicode.ToLower(r)
		}, w)
		if w == "" {
			continue
		}
		if b.Len() > 0 {
			if b.Len()+1+len(w) > maxSlug {
				break
			}
			b.WriteByte('-')
		} else if len(w) > maxSlug {
			for len(w) > maxSlug {
				_, n := utf8.DecodeLastRuneInString(w)
				w = w[:len(w)-n]
			}
		}
		b.WriteString(w)
	}
	return b.String()
}
