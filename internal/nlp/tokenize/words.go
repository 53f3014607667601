package tokenize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// Bounds in bytes that keep the time linear in the text whatever it holds;
// what is longer than them is none of the things looked for.
const (
	maxEmoticon = 4
	maxUnit     = 8
	maxFigure   = 32  // telephone numbers, grouped figures
	maxWord     = 64  // abbreviations, contractions, words with clitics
	maxHost     = 253 // RFC 1035
)

// isSpace reports whether r separates tokens and belongs to none: white space,
// control characters and invisible marks of layout.
func isSpace(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || r == 0x7f
	}
	switch r {
	case '\u200b', '\u200e', '\u200f', '\u2060', '\ufeff', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e':
		return true
	}
	return unicode.IsSpace(r) || unicode.IsControl(r)
}

// isWord reports whether r can begin or continue a word.
func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) ||
		r == '\u00ad' || r == '\u200c' || r == '\u200d'
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' || r == '`' || r == '´' }

func isHyphen(r rune) bool { return r == '-' || r == '\u2010' || r == '\u2011' }

// words appends the tokens of text[p.Start:p.End] to out.
func (lex *lexicon) words(text string, p readout.Span, out []readout.Span) []readout.Span {
	s := scanner{lex: lex, text: text[:p.End], out: out}
	for i := p.Start; i < p.End; {
		r, n := utf8.DecodeRuneInString(s.text[i:])
		if isSpace(r) {
			i += n
			continue
		}
		end := i + n
		for end < p.End {
			r, n := utf8.DecodeRuneInString(s.text[end:])
			if isSpace(r) {
				break
			}
			end += n
		}
		s.chunk(i, end)
		i = end
	}
	return s.out
}

// scanner splits one paragraph.
type scanner struct {
	lex  *lexicon
	text string // up to the paragraph's end
	out  []readout.Span
}

func (s *scanner) emit(lo, hi int) {
	if lo < hi {
		s.out = append(s.out, readout.Span{Start: lo, End: hi})
	}
}

// rune returns the rune at i, or 0 at or past end.
func (s *scanner) rune(i, end int) (rune, int) {
	if i >= end {
		return 0, 0
	}
	return utf8.DecodeRuneInString(s.text[i:end])
}

// chunk splits text[i:end], which holds no space.
func (s *scanner) chunk(i, end int) {
	web := strings.ContainsAny(s.text[i:end], "@/") || strings.Contains(s.text[i:end], "www.")
	for i < end {
		if web {
			if j := address(s.text, i, end); j > i {
				s.emit(i, j)
				i = j
				continue
			}
		}
		r, n := s.rune(i, end)
		next, _ := s.rune(i+n, end)
		switch {
		case isWord(r) || r == '_' && isWord(next):
			i = s.word(i, end)
			continue
		case (r == '@' || r == '#') && (unicode.IsLetter(next) || next == '_' || r == '@' && isDigit(next)):
			j := i + n
			for j < end {
				c, m := s.rune(j, end)
				if !isWord(c) && c != '_' {
					break
				}
				j += m
			}
			s.emit(i, j)
			i = j
			continue
		case isApostrophe(r) || r == '‘':
			if j := s.apostropheWord(i, end); j > i {
				s.emit(i, j)
				i = j
				continue
			}
		case r == '.' && isDigit(next) && (len(s.out) == 0 || s.out[len(s.out)-1].End < i || !s.digitBefore(i)):
			// ".04" and ".22-caliber"
			i = s.number(i, end)
			continue
		case (r == '+' || r == '-') && isDigit(next) && s.atEdge(i):
			if r == '+' {
				i = s.number(i, end)
				continue
			}
		}
		if end-i <= maxEmoticon && s.lex.emoticons[s.text[i:end]] {
			s.emit(i, end)
			return
		}
		j := i + s.markLen(i, end)
		s.emit(i, j)
		i = j
	}
}

// atEdge reports whether nothing but a space or an opening mark stands before i.
func (s *scanner) atEdge(i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s.text[:i])
	return i == 0 || isSpace(r) || opens(r)
}

func (s *scanner) digitBefore(i int) bool { return i > 0 && isDigit(rune(s.text[i-1])) }

// number takes a figure that begins with a sign or a decimal point.
func (s *scanner) number(i, end int) int {
	j := i + 1
	for j < end && (isDigit(rune(s.text[j])) || strings.IndexByte(".,:", s.text[j]) >= 0 && j+1 < end && isDigit(rune(s.text[j+1]))) {
		j++
	}
	s.emit(i, j)
	return j
}

// markLen is the length in bytes of the punctuation or symbol token at i.
func (s *scanner) markLen(i, end int) int {
	r, n := s.rune(i, end)
	j := i + n
	switch r {
	case '.', '!', '?':
		for j < end && strings.IndexByte(".!?", s.text[j]) >= 0 {
			j++
		}
		return j - i
	case '-', '*', '=', '_', '~', '+', '<', '>', '|', '^', '$', '/', '\\':
		for j < end && rune(s.text[j]) == r {
			j++
		}
		return j - i
	case '\'', '`', '‘', '’':
		// '' and `` and ‘‘ are typed double quotation marks.
		if c, m := s.rune(j, end); c == r || r == '‘' && c == '’' {
			return n + m
		}
		return n
	case '—', '–', '…', '•', '·':
		for {
			c, m := s.rune(j, end)
			if c != r {
				return j - i
			}
			j += m
		}
	}
	// Marks and emoji go with what modifies them.
	for {
		c, m := s.rune(j, end)
		if m == 0 || !(unicode.IsMark(c) || c == '\u200d' || c >= 0x1F3FB && c <= 0x1F3FF) {
			return j - i
		}
		j += m
		if c == '\u200d' {
			_, m := s.rune(j, end)
			j += m
		}
	}
}

// apostropheWord returns the end of a word that begins with an apostrophe
// ("'em", "’90s"), or i.
func (s *scanner) apostropheWord(i, end int) int {
	_, n := s.rune(i, end)
	j := i + n
	for j < end {
		c, m := s.rune(j, end)
		if !isWord(c) {
			break
		}
		j += m
	}
	w := strings.ToLower(s.text[i+n : j])
	if s.lex.apostrophe["'"+w] && s.atEdge(i) {
		return j
	}
	// A clitic that stands apart from its word ("Maren 's").
	if isClitic(w) && !s.atEdge(i) || isClitic(w) && w != "d" && w != "m" && i > 0 && s.text[i-1] == ' ' {
		return j
	}
	if len(w) == 2 && isDigit(rune(w[0])) && isDigit(rune(w[1])) || len(w) == 3 && w[1:] == "0s" {
		return j
	}
	return i
}

func isClitic(w string) bool {
	switch w {
	case "s", "m", "d", "re", "ve", "ll":
		return true
	}
	return false
}

// address returns the end of a web address, e-mail address or path at i, or i.
func address(text string, i, end int) int {
	if i > 0 {
		if r, _ := utf8.DecodeLastRuneInString(text[:i]); isWord(r) {
			return i
		}
	}
	rest := text[i:end]
	low := rest
	if len(low) > 8 {
		low = low[:8]
	}
	low = strings.ToLower(low)
	if strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://") || strings.HasPrefix(low, "ftp://") ||
		strings.HasPrefix(low, "www.") || strings.HasPrefix(low, "mailto:") {
		return i + trimAddress(rest)
	}
	at := strings.IndexByte(rest[:min(len(rest), maxHost)], '@')
	if at <= 0 || !wordByte(rest[0]) {
		return i
	}
	for k := 0; k < at; k++ {
		if c := rest[k]; !wordByte(c) && strings.IndexByte("._%+-", c) < 0 {
			return i
		}
	}
	k := at + 1
	for k < len(rest) && (wordByte(rest[k]) || strings.IndexByte(".-", rest[k]) >= 0) {
		k++
	}
	for k > at+1 && !wordByte(rest[k-1]) {
		k--
	}
	if k == at+1 {
		return i
	}
	return i + k
}

// trimAddress is the length of the address at the start of s, without the
// punctuation of the sentence around it.
func trimAddress(s string) int {
	n := strings.IndexAny(s, "<>\"“”«»")
	if n < 0 {
		n = len(s)
	}
	surplus := strings.Count(s[:n], ")") - strings.Count(s[:n], "(")
	for n > 0 {
		r, m := utf8.DecodeLastRuneInString(s[:n])
		if r == ')' && surplus > 0 {
			surplus--
		} else if !strings.ContainsRune(".,;:!?'’…]}", r) {
			break
		}
		n -= m
	}
	return n
}

// wordByte is isWord for ASCII; false for parts of longer runes.
func wordByte(c byte) bool { return c < utf8.RuneSelf && isWord(rune(c)) }
