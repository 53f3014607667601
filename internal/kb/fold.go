package kb

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Norm is the look-up form of one word: lower case, without diacritics and
// full stops ("U.S." and "US" give "us", "Erdoğan" gives "erdogan").
func Norm(word string) string {
	plain := true
	for i := 0; i < len(word); i++ {
		c := word[i]
		if c >= 0x80 || c == '.' || 'A' <= c && c <= 'Z' {
			plain = false
			break
		}
	}
	if plain {
		return word
	}
	var b strings.Builder
	b.Grow(len(word))
	for _, r := range norm.NFD.String(word) {
		switch {
		case r == '.' || unicode.Is(unicode.Mn, r):
		case r < 0x80:
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			b.WriteRune(r)
		default:
			if s, ok := undecomposed[r]; ok {
				b.WriteString(s)
			} else {
				b.WriteRune(unicode.ToLower(r))
			}
		}
	}
	return b.String()
}

// undecomposed holds the Latin letters that NFD leaves whole, and the
// apostrophes that stand for one.
var undecomposed = map[rune]string{
	'ı': "i", 'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d", 'ß': "ss", 'æ': "ae", 'Æ': "ae",
	'œ': "oe", 'Œ': "oe", 'þ': "th", 'Þ': "th", 'ð': "d", 'Ð': "d", 'ə': "a", 'Ə': "a", 'ħ': "h", 'Ħ': "h",
	'’': "'", '‘': "'", 'ʻ': "'", 'ʼ': "'", 'ʿ': "'", 'ʾ': "'",
}

// Words splits a name into look-up words: Norm of the runs between spaces,
// hyphens and commas, possessive endings cut, a leading "the" left out.
func Words(name string) []string {
	f := strings.FieldsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || r == '-' || r == '–' || r == '‑' || r == ',' || r == '"' || r == '“' || r == '”' || r == '(' || r == ')'
	})
	out := f[:0]
	for _, w := range f {
		w = Norm(w)
		if t, ok := strings.CutSuffix(w, "'s"); ok && len(t) > 1 {
			w = t
		}
		w = strings.Trim(w, "'")
		if w == "" || w == "the" && len(out) == 0 && len(f) > 1 {
			continue
		}
		out = append(out, w)
	}
	return out
}

// Phrase is the look-up form of a whole name: Words joined by spaces.
func Phrase(name string) string { return strings.Join(Words(name), " ") }

// Fold maps the spellings that one name takes on its way into English to one
// form: "Zelensky", "Zelenskyy" and "Zelenskiy"; "Yury" and "Yuri"; "Aleksei"
// and "Alexey". It works on letters, after the common differences between the
// BGN/PCGN, ISO 9, German, French and newspaper romanisations, and knows no
// list of names. Folded forms are for comparison, never for display.
func Fold(name string) string {
	words := Words(name)
	out := make([]string, 0, len(words))
	for i, w := range words {
		// The Arabic article comes and goes between spellings.
		if (w == "al" || w == "el") && len(words) > 1 && (i > 0 || len(words) > 2) {
			continue
		}
		out = append(out, foldWord(w))
	}
	return strings.Join(out, " ")
}

// foldPairs is applied from left to right, longest first; letters that stand
// for one sound in the usual romanisations share a form.
var foldPairs = strings.NewReplacer(
	"'", "", "`", "",
	"shch", "sh", "tsch", "ch", "tch", "ch", "sch", "sh",
	"kh", "h", "ph", "f", "tz", "ts", "x", "ks", "ck", "k", "q", "k",
	"ou", "u", "oo", "u", "ee", "i", "oe", "o", "ue", "u", "ae", "a",
)

// digraphs catches the vowel pairs that only the steps after foldPairs bring
// together.
var digraphs = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u")

func foldWord(w string) string {
	b := []byte(foldPairs.Replace(w))
	out := b[:0]
	for i, c := range b {
		switch {
		case c == 'y':
			c = 'i'
		case c == 'j' && i > 0:
			c = 'i' // Sergej, Benjamin
		case c == 'w':
			c = 'v'
		}
		if n := len(out); n > 0 && out[n-1] == c {
			continue // Zelenskyy, Assad
		}
		out = append(out, c)
	}
	s := string(out)
	// A glide between vowels, or before a first e, comes and goes:
	// Tokayev and Tokaev, Yevgeny and Evgeny.
	if strings.HasPrefix(s, "ie") && len(s) > 3 {
		s = s[1:]
	}
	var g []byte
	for i := 0; i < len(s); i++ {
		if s[i] == 'i' && i > 0 && i+1 < len(s) && vowel(s[i-1]) && vowel(s[i+1]) {
			continue
		}
		g = append(g, s[i])
	}
	return digraphs.Replace(string(g))
}

func vowel(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	}
	return false
}
