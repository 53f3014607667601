package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout/internal/ml/cluster"
)

// Features turns words into rows of the embedding tables.
type Features struct {
	words map[string]int32
}

// Unknown is the row of the word table for words that have none.
const Unknown = 0

// NewFeatures takes the folded words (cluster.Fold) that have a row: words[0]
// stands for the unknown one.
func NewFeatures(words []string) *Features {
	f := &Features{words: make(map[string]int32, len(words))}
	for i, w := range words {
		if i > 0 {
			f.words[w] = int32(i)
		}
	}
	return f
}

// IDs are the rows of word in the order of Tables.
func (f *Features) IDs(word string) [len(Tables)]int32 {
	folded := cluster.Fold(word)
	id, ok := f.words[folded]
	if !ok {
		id = Unknown
	}
	return [len(Tables)]int32{
		id,
		hash('w', folded),
		hash('s', suffix(folded, 3)),
		hash('t', suffix(folded, 2)),
		hash('p', prefix(folded, 3)),
		hash('c', shape(word)),
	}
}

// hash is FNV-1a over kind and s, folded onto the rows of a hashed table.
func hash(kind byte, s string) int32 {
	h := (uint32(2166136261) ^ uint32(kind)) * 16777619
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return int32((h ^ h>>16) % Buckets)
}

// suffix is the last n runes of s.
func suffix(s string, n int) string {
	i := len(s)
	for ; n > 0 && i > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	return s[i:]
}

// prefix is the first n runes of s.
func prefix(s string, n int) string {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return s[:i]
}

// shape is s with capitals as X, other letters as x, digits as d and runs of
// one class cut to two: "Xxd", "X.X.", "XX".
func shape(s string) string {
	var b strings.Builder
	var last rune
	run := 0
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			r = 'X'
		case unicode.IsLetter(r):
			r = 'x'
		case unicode.IsDigit(r):
			r = 'd'
		}
		if r == last {
			if run++; run > 2 {
				continue
			}
		} else {
			last, run = r, 1
		}
		b.WriteRune(r)
	}
	return b.String()
}
