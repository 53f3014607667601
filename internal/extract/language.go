package extract

import (
	"strings"
	"unicode"

	"github.com/RadhiFadlillah/whatlanggo"
)

const (
	// minLanguageWords is the length below which a Latin text is too short to
	// tell its language; such a text is read as English.
	minLanguageWords = 25
	// In running English 30 to 50 % of the words are in the stop list, in other
	// European languages under 10 % ("in", "to", "a", "was" occur in some).
	sureEnglish  = 0.22
	maybeEnglish = 0.12
)

// language is the language of text as a BCP 47 tag, "" when it is too short to
// tell. declared is what the page says, and only decides where the words do
// not.
func (x *Extractor) language(text, declared string) string {
	sample := text[:min(len(text), 20000)]
	words, stops, letters, latin := 0, 0, 0, 0
	for _, r := range sample {
		if unicode.IsLetter(r) {
			letters++
			if unicode.Is(unicode.Latin, r) {
				latin++
			}
		}
	}
	for _, w := range strings.FieldsFunc(strings.ToLower(sample), func(r rune) bool { return !unicode.IsLetter(r) }) {
		words++
		if x.words.set[w] {
			stops++
		}
	}
	if letters == 0 {
		return ""
	}
	if latin*2 < letters {
		return scriptLanguage(sample)
	}
	share := float64(stops) / float64(words)
	switch {
	case words < minLanguageWords && share > 0:
		return ""
	case share >= sureEnglish:
		return "en"
	}
	info := whatlanggo.Detect(sample)
	code, sure := info.Lang.Iso6391(), info.IsReliable()
	switch {
	case sure && code == "en":
		return "en"
	case share >= maybeEnglish:
		if baseLanguage(declared) == "en" {
			return "en"
		}
		return ""
	case words < minLanguageWords && !sure:
		return ""
	case sure && code != "":
		return code
	case code != "":
		// Two neighbours such as Danish and Norwegian are hard to tell apart,
		// but each of them is easy to tell from English.
		pair := map[whatlanggo.Lang]bool{info.Lang: true, whatlanggo.Eng: true}
		if i := whatlanggo.DetectWithOptions(sample, whatlanggo.Options{Whitelist: pair}); i.IsReliable() && i.Lang == info.Lang {
			return code
		}
	}
	return baseLanguage(declared)
}

// scriptLanguage names the language of a text that is not in Latin letters.
func scriptLanguage(sample string) string {
	info := whatlanggo.Detect(sample)
	// At confidence 0 two languages are equal and the first is one by chance.
	if code := info.Lang.Iso6391(); info.Confidence > 0 && code != "" && code != "en" {
		return code
	}
	return "und"
}

// baseLanguage is the primary subtag of a declared language: "en" of "en_US".
func baseLanguage(tag string) string {
	tag = strings.ToLower(strings.TrimSpace(tag))
	tag, _, _ = strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	if len(tag) != 2 && len(tag) != 3 {
		return ""
	}
	return tag
}
