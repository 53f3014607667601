package tokenize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// paragraphs returns the paragraphs of text, in order and without the line
// ends between them. Every character that is no space lies in one.
//
// A line end ends a paragraph, because most pages come to us with one line a
// paragraph, unless the text is wrapped at a fixed width or the line goes on:
// it ends in a joiner or a comma, or the next begins in lower case and this one
// had no full stop. A blank line ends one unless both hold: it stands after a
// joiner or a comma and before lower case, where a page broke a sentence
// around a link.
func paragraphs(text string, lex *lexicon) []readout.Span {
	var lines []readout.Span
	for i := 0; i <= len(text); {
		j := i + strings.IndexAny(text[i:], "\n\r\u2028\u2029\v\f")
		n := 1
		if j < i {
			j = len(text)
		} else {
			_, n = utf8.DecodeRuneInString(text[j:])
			if text[j] == '\r' && j+1 < len(text) && text[j+1] == '\n' {
				n = 2
			}
		}
		lines = append(lines, trim(text, readout.Span{Start: i, End: j}))
		i = j + n
	}
	width := wrapWidth(text, lines)
	var out []readout.Span
	last := -1 // line that is no blank
	for k, l := range lines {
		if l.Empty() {
			continue
		}
		if last == k-1 && last >= 0 && lex.goesOn(text, lines[last], l, width) ||
			last == k-2 && last >= 0 && lex.broken(text, lines[last], l) {
			out[len(out)-1].End = l.End
		} else {
			out = append(out, l)
		}
		last = k
	}
	return out
}

// trim takes the spaces off both ends of s.
func trim(text string, s readout.Span) readout.Span {
	for s.Start < s.End {
		r, n := utf8.DecodeRuneInString(text[s.Start:s.End])
		if !isSpace(r) {
			break
		}
		s.Start += n
	}
	for s.Start < s.End {
		r, n := utf8.DecodeLastRuneInString(text[s.Start:s.End])
		if !isSpace(r) {
			break
		}
		s.End -= n
	}
	return s
}

// Text counts as wrapped when its longest line is no longer than maxWrap bytes
// and at least minWrapped of its single line ends fall inside a sentence.
const (
	maxWrap    = 132
	minWrap    = 45
	minWrapped = 0.4
)

// wrapWidth returns the width in bytes at which the text is wrapped, or 0.
func wrapWidth(text string, lines []readout.Span) int {
	width, singles, inside := 0, 0, 0
	for k, l := range lines {
		width = max(width, l.Len())
		if k == 0 || l.Empty() || lines[k-1].Empty() {
			continue
		}
		singles++
		if r, _ := utf8.DecodeRuneInString(text[l.Start:]); unicode.IsLower(r) && !finished(text, lines[k-1]) {
			inside++
		}
	}
	if width > maxWrap || width < minWrap || singles < 2 || float64(inside) < minWrapped*float64(singles) {
		return 0
	}
	return width
}

// finished reports whether the line ends as a sentence, a heading with a colon
// or a quotation does.
func finished(text string, l readout.Span) bool {
	for l.Start < l.End {
		r, n := utf8.DecodeLastRuneInString(text[l.Start:l.End])
		switch r {
		case '.', '!', '?', '…', ':', '。':
			return true
		case '"', '”', '’', '\'', ')', ']', '»':
			l.End -= n
			continue
		}
		return false
	}
	return true
}

// goesOn reports whether line l continues the paragraph of the line before it.
func (lex *lexicon) goesOn(text string, before, l readout.Span, width int) bool {
	r, _ := utf8.DecodeRuneInString(text[l.Start:])
	first, _, _ := strings.Cut(l.In(text), " ")
	if isBullet(first) {
		return false
	}
	if width > 0 {
		// The line was left short on purpose when the next word had fitted.
		const slack = 2
		short := before.Len()+1+len(first) < width-slack
		return !(short && (finished(text, before) || unicode.IsUpper(r)))
	}
	if finished(text, before) {
		return false
	}
	if unicode.IsLower(r) || r == ',' || r == ';' {
		return true
	}
	return lex.awaits(before.In(text))
}

// broken reports whether line l, behind a blank line, continues the sentence
// of the line before.
func (lex *lexicon) broken(text string, before, l readout.Span) bool {
	r, _ := utf8.DecodeRuneInString(text[l.Start:])
	first, _, _ := strings.Cut(l.In(text), " ")
	return unicode.IsLower(r) && !isBullet(first) && lex.awaits(before.In(text))
}

// awaits reports whether the line, of two words at least, ends in a joiner or
// a comma.
func (lex *lexicon) awaits(line string) bool {
	last := line[strings.LastIndexByte(line, ' ')+1:]
	return last != line && (strings.HasSuffix(strings.TrimRight(last, "\"”’'"), ",") || lex.joiners[last])
}

// isBullet reports whether w opens a list item.
func isBullet(w string) bool {
	switch w {
	case "-", "*", "•", "·", "–", "—", "▪", "■", "●", "○", "►", "+", "o":
		return true
	}
	n := strings.TrimRight(w, ".)")
	return n != w && n != "" && strings.Trim(n, "0123456789") == ""
}
