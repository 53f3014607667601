package names

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/ml/crf"
	"github.com/readout-news/readout/internal/nlp"
)

// levels is the number of granularities of the word classes.
const levels = 3

// word is what the features see of a token. Values are hashes; 0 is none.
type word struct {
	text   string // of the token
	lower  string
	form   uint64 // the word, digits as 0; without case in a shouted sentence
	low    uint64 // the lower-cased word, digits as 0
	shape  uint64 // "Xxx", "X.X.", "dd-x"
	prefix [4]uint64
	suffix [4]uint64
	class  [levels]uint64
	upper  bool // starts with a capital, in a sentence where that means something
	letter bool // starts with a letter
	starts kb.Mask
	inside kb.Mask
	group  bool // members of a party, a faith or a people
	phrase int  // number of words of the known phrase that covers it, 0 none
}

// edge stands for the words before and after a sentence.
var edge = word{form: 1, low: 1, shape: 1, class: [levels]uint64{1, 1, 1}}

// casing is how a sentence uses capitals.
type casing uint64

const (
	normal  casing = iota + 1
	shouted        // in capitals throughout: headlines, datelines
	titled         // most words capitalised: headlines
)

// sentenceCasing decides by the words that normal prose would not capitalise:
// a sentence is shouted when four in five of its words with two or more
// letters are in capitals, titled when as many of those with four or more
// letters start with one. Short sentences are normal unless shouted.
func sentenceCasing(n int, text func(i int) string) casing {
	long, caps, four, initial := 0, 0, 0, 0
	for i := range n {
		t := text(i)
		if !wordy(t) {
			continue
		}
		if n := utf8.RuneCountInString(t); n >= 2 {
			long++
			if allCaps(t) {
				caps++
			}
			if n >= 4 {
				four++
				if startsName(t) {
					initial++
				}
			}
		}
	}
	switch {
	case long >= 3 && 5*caps >= 4*long:
		return shouted
	case four >= 4 && 5*initial >= 4*four:
		return titled
	}
	return normal
}

// allCaps reports whether s has a letter and no lower-case one.
func allCaps(s string) bool {
	some := false
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		some = some || unicode.IsUpper(r)
	}
	return some
}

// words reads the tokens of sentence s of doc.
func (x *extractor) words(doc *nlp.Doc, s nlp.Sentence, out []word) []word {
	out = out[:0]
	x.texts = x.texts[:0]
	for i := s.First; i < s.Last; i++ {
		t := doc.Word(i)
		x.texts = append(x.texts, t)
		out = append(out, x.word(t))
	}
	x.gazetteer(out)
	return out
}

func (x *extractor) word(text string) word {
	w := word{text: text, lower: strings.ToLower(text)}
	first, _ := utf8.DecodeRuneInString(text)
	w.upper = unicode.IsUpper(first)
	w.letter = unicode.IsLetter(first)
	w.group = w.upper && x.groups[w.lower]
	w.form = hashDigits(text)
	w.low = hashDigits(w.lower)
	w.shape = shape(text)
	n := 0
	for i := range w.lower {
		if n > 0 {
			w.prefix[n-1] = crf.HashString(w.lower[:i])
		}
		if n++; n > len(w.prefix) {
			break
		}
	}
	end := len(w.lower)
	for n := 0; n < len(w.suffix) && end > 0; n++ {
		_, size := utf8.DecodeLastRuneInString(w.lower[:end])
		end -= size
		if end > 0 {
			w.suffix[n] = crf.HashString(w.lower[end:])
		}
	}
	if x.classes != nil {
		if a, b, c, ok := x.classes.Of(text); ok {
			w.class = [levels]uint64{uint64(a) + 2, uint64(b) + 2, uint64(c) + 2} // 1 is edge's
		}
	}
	return w
}

// gazetteer marks the longest known phrases, from left to right.
func (x *extractor) gazetteer(words []word) {
	if x.facts == nil {
		return
	}
	for i := 0; i < len(words); {
		n, mask := x.facts.Match(x.texts, i)
		if n == 0 {
			i++
			continue
		}
		for k := i; k < i+n; k++ {
			if k == i {
				words[k].starts = mask
			} else {
				words[k].inside = mask
			}
			words[k].phrase = n
		}
		i += n
	}
}

// hashDigits is crf.HashString with every digit read as 0.
func hashDigits(s string) uint64 {
	digits := false
	for i := range len(s) {
		if '0' <= s[i] && s[i] <= '9' {
			digits = true
			break
		}
	}
	if !digits {
		return crf.HashString(s)
	}
	b := []byte(s)
	for i, c := range b {
		if '0' <= c && c <= '9' {
			b[i] = '0'
		}
	}
	return crf.HashString(string(b))
}

// shape maps letters to X or x, digits to d, the rest to itself, and runs of
// more than two of one kind to two.
func shape(s string) uint64 {
	var buf [24]byte
	out := buf[:0]
	for _, r := range s {
		c := byte('*')
		switch {
		case unicode.IsUpper(r):
			c = 'X'
		case unicode.IsLetter(r):
			c = 'x'
		case unicode.IsDigit(r):
			c = 'd'
		case r < 0x80:
			c = byte(r)
		case r == '’' || r == '‘':
			c = '\''
		}
		n := len(out)
		if n >= 2 && out[n-1] == c && out[n-2] == c {
			continue
		}
		if n == cap(out) {
			break
		}
		out = append(out, c)
	}
	return crf.HashString(string(out))
}
