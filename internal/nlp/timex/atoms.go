package timex

import (
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// atomKind is what an atom is made of.
type atomKind uint8

const (
	kindWord atomKind = iota
	kindDigits
	kindMark
)

// maxDigits is the longest run of digits that is read as a number; longer
// runs are account numbers and the like.
const maxDigits = 9

// atom is the unit that patterns match: a run of letters, a run of digits, or
// one mark. Atoms are finer than tokens and come from the text itself, so that
// "10am", "mid-May" and "2014-2018" read the same whatever the tokenizer does.
type atom struct {
	readout.Span
	id     int32 // number in the vocabulary of the rules, 0 when no rule names it
	num    int32 // value of kindDigits, -1 when the run is too long
	kind   atomKind
	digits uint8 // length of a run of digits, capped at 255
	glued  bool  // no space between this atom and the one before
	upper  bool  // begins with an upper-case letter
	token  int32 // index into Doc.Tokens, nlp.None when none covers it
}

// atomize appends the atoms of text[from:to) to dst.
func (v *vocabulary) atomize(dst []atom, text string, from, to int) []atom {
	first := len(dst)
	for i := from; i < to; {
		r, size := decode(text, i)
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		a := atom{Span: readout.Span{Start: i, End: i + size}, num: -1, token: nlp.None}
		switch {
		case isDigit(r):
			a.kind = kindDigits
			for a.End < to && isDigit(rune(text[a.End])) {
				a.End++
			}
			a.digits = uint8(min(a.Len(), 255))
			a.id = v.ids[text[a.Start:a.End]]
			if a.Len() <= maxDigits {
				a.num = 0
				for _, c := range []byte(text[a.Start:a.End]) {
					a.num = a.num*10 + int32(c-'0')
				}
			}
		case unicode.IsLetter(r):
			a.upper = unicode.IsUpper(r)
			for a.End < to {
				next, n := decode(text, a.End)
				if !unicode.IsLetter(next) && !unicode.Is(unicode.Mn, next) {
					break
				}
				a.End += n
			}
			a.id = v.word(text[a.Start:a.End])
		default:
			a.kind = kindMark
			a.id = v.mark(r)
		}
		a.glued = len(dst) > first && dst[len(dst)-1].End == a.Start
		dst = append(dst, a)
		i = a.End
	}
	return dst
}

func decode(text string, i int) (rune, int) {
	if c := text[i]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRuneInString(text[i:])
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// plainMark folds the typographic variants of a mark into the one that the
// rule files write.
func plainMark(r rune) rune {
	switch r {
	case '’', '‘', 'ʼ', '′', '`':
		return '\''
	case '‐', '‑', '–', '−':
		return '-'
	case '“', '”', '„', '″':
		return '"'
	}
	return r
}

// vocabulary numbers the words and marks that the rules name.
type vocabulary struct {
	ids   map[string]int32 // lower-cased
	words []string         // by id; words[0] is unused
}

func newVocabulary() *vocabulary {
	return &vocabulary{ids: map[string]int32{}, words: []string{""}}
}

// add returns the number of word, giving it one when it is new.
func (v *vocabulary) add(word string) int32 {
	if id, ok := v.ids[word]; ok {
		return id
	}
	id := int32(len(v.words))
	v.ids[word] = id
	v.words = append(v.words, word)
	return id
}

// word looks up a word of the text in any case; 0 when no rule names it.
func (v *vocabulary) word(s string) int32 {
	var buf [32]byte
	if len(s) <= len(buf) {
		ascii := true
		for i := 0; i < len(s) && ascii; i++ {
			c := s[i]
			if c >= utf8.RuneSelf {
				ascii = false
			} else if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			buf[i] = c
		}
		if ascii {
			return v.ids[string(buf[:len(s)])] // no allocation: map lookup by converted bytes
		}
	}
	return v.ids[lower(s)]
}

func (v *vocabulary) mark(r rune) int32 { return v.ids[string(plainMark(r))] }
