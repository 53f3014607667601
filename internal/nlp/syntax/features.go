package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout/internal/ml/cluster"
)

// Features turns words into rows of the embedding tables.
type Features struct {
	known map[string]rows
}

// rows are the places of a word in the tables "vector" and "word".
type rows struct{ vector, word int32 }

// Unknown is the row of tables "vector" and "word" for words that have none.
const Unknown = 0

// NewFeatures takes the words (as cluster.Fold has them) of rows 1, 2, … of
// the tables "vector" and "word".
func NewFeatures(vectors, words []string) *Features {
	f := &Features{known: make(map[string]rows, len(vectors)+len(words)/4)}
	for i, w := range vectors {
		f.known[w] = rows{vector: int32(i + 1)}
	}
	for i, w := range words {
		r := f.known[w]
		r.word = int32(i + 1)
		f.known[w] = r
	}
	return f
}

// IDs are the rows of word in the order of Tables.
func (f *Features) IDs(word string) [len(Tables)]int32 {
	folded := cluster.Fold(word)
	r := f.known[folded]
	return [len(Tables)]int32{
		r.vector,
		r.word,
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
