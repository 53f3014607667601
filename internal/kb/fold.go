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
func Fold(name string) string { return foldWords(Words(name)) }

func foldWords(words []string) string {
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

// pairs are the letters that stand for one sound in the usual romanisations, by
// their first, longest first.
func pairs(c byte) []struct{ from, to string } {
	type p = struct{ from, to string }
	switch c {
	case '\'', '`':
		return []p{{string(c), ""}}
	case 's':
		return []p{{"shch", "sh"}, {"sch", "sh"}}
	case 't':
		return []p{{"tsch", "ch"}, {"tch", "ch"}, {"tz", "ts"}}
	case 'k':
		return []p{{"kh", "h"}}
	case 'p':
		return []p{{"ph", "f"}}
	case 'x':
		return []p{{"x", "ks"}}
	case 'c':
		return []p{{"ck", "k"}}
	case 'q':
		return []p{{"q", "k"}}
	case 'o':
		return []p{{"ou", "u"}, {"oo", "u"}, {"oe", "o"}}
	case 'e':
		return []p{{"ee", "i"}}
	case 'u':
		return []p{{"ue", "u"}}
	case 'a':
		return []p{{"ae", "a"}}
	}
	return nil
}

func foldWord(w string) string {
	out := make([]byte, 0, len(w)+2)
	put := func(c byte) {
		if n := len(out); n == 0 || out[n-1] != c { // Zelenskyy, Assad
			out = append(out, c)
		}
	}
next:
	for i := 0; i < len(w); {
		for _, p := range pairs(w[i]) {
			if strings.HasPrefix(w[i:], p.from) {
				for k := range len(p.to) {
					put(p.to[k])
				}
				i += len(p.from)
				continue next
			}
		}
		switch c := w[i]; {
		case c == 'y', c == 'j' && i > 0: // Yuri and Yury; Sergej, Benjamin
			put('i')
		case c == 'w':
			put('v')
		default:
			put(c)
		}
		i++
	}
	// A glide between vowels, or before a first e, comes and goes: Tokayev and
	// Tokaev, Yevgeny and Evgeny.
	if len(out) > 3 && out[0] == 'i' && out[1] == 'e' {
		out = out[1:]
	}
	g := out[:0]
	for i, c := range out {
		if c == 'i' && i > 0 && i+1 < len(out) && len(g) > 0 && vowel(g[len(g)-1]) && vowel(out[i+1]) {
			continue
		}
		// What the steps above bring together is one vowel again.
		if n := len(g); c == 'e' && n > 0 && (g[n-1] == 'a' || g[n-1] == 'o' || g[n-1] == 'u') {
			continue
		}
		g = append(g, c)
	}
	return string(g)
}

func vowel(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	}
	return false
}
