package tokenize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// sentenceEnds returns, for the words of one paragraph, the index past the
// last word of each sentence. The last one is len(words).
func (lex *lexicon) sentenceEnds(text string, words []readout.Span) []int {
	var ends []int
	start := 0
	quoted := false // inside a pair of straight double marks
	for i := 0; i < len(words); i++ {
		w := words[i].In(text)
		if w == `"` {
			quoted = !shuts(text, words, i, quoted)
			continue
		}
		kind := lex.terminal(w)
		if kind == fullStop && (i > 0 && words[i-1].In(text) == "." || i+1 < len(words) && words[i+1].In(text) == ".") {
			kind = ellipsis // ". . ."
		}
		if kind == notTerminal {
			continue
		}
		// Closing marks that stand behind the full stop belong to the sentence.
		j := i + 1
		for q := quoted; j < len(words); j++ {
			c := words[j].In(text)
			if c == `"` {
				if !shuts(text, words, j, q) {
					break
				}
				q = false
				continue
			}
			// A footnote mark.
			if c == "[" && j+2 < len(words) && words[j+2].In(text) == "]" && isDigit(rune(text[words[j+1].Start])) {
				j += 2
				continue
			}
			// An opening mark put where a closing one belongs.
			if (c == "“" || c == "‘") && words[j].Start == words[j-1].End && (j+1 == len(words) || words[j+1].Start > words[j].End) {
				continue
			}
			if lex.terminal(c) == ellipsis {
				continue
			}
			if !closes(c) && !(lex.terminal(c) != notTerminal && isMark(c) && words[j].Start == words[j-1].End) {
				break
			}
			if (c == "'" || c == "’" || c == "''") && words[j].Start > words[j-1].End {
				break
			}
		}
		if j == len(words) {
			break
		}
		for k := i + 1; k < j; k++ {
			if words[k].In(text) == `"` {
				quoted = false
			}
		}
		if lex.ends(text, words, start, i, j, kind) {
			ends = append(ends, j)
			start = j
		}
		i = j - 1
	}
	return append(ends, len(words))
}

// shuts reports whether the straight mark at word i closes a quotation: it is
// one that stands close to the word before it only, or that ends the paragraph;
// where spaces do not tell, one that follows an open mark.
func shuts(text string, words []readout.Span, i int, open bool) bool {
	if i == len(words)-1 {
		return true
	}
	before := i > 0 && words[i-1].End == words[i].Start
	after := words[i+1].Start == words[i].End
	if before != after {
		return before
	}
	return open
}

// terminalKind says what may end a sentence.
type terminalKind uint8

const (
	notTerminal terminalKind = iota
	fullStop                 // "."
	question                 // "?", "!", "?!"
	ellipsis                 // "...", "…"
	abbreviated              // a word with its own full stop
)

func (lex *lexicon) terminal(w string) terminalKind {
	last := w[len(w)-1]
	switch {
	case w == ".":
		return fullStop
	case last == '?' || last == '!' || isMark(w) && strings.ContainsAny(w, "?!"):
		return question
	case strings.HasPrefix(w, "…") || last == '.' && strings.Trim(w, ".") == "":
		return ellipsis
	case w == "。" || w == "؟" || w == "।" || w == "？" || w == "！":
		return question
	case last == '.' && len(w) > 1:
		return abbreviated
	}
	return notTerminal
}

// isMark reports whether w has no letter or digit.
func isMark(w string) bool {
	for _, r := range w {
		if isWord(r) {
			return false
		}
	}
	return true
}

// closes reports whether w is a closing quotation mark or bracket.
func closes(w string) bool {
	switch w {
	case ")", "]", "}", "”", "’", "»", "›", "''", "’’", "'":
		return true
	}
	return false
}

// ends decides whether the sentence that began at word start ends before word
// next, where term is its last terminal mark and kind what that is.
func (lex *lexicon) ends(text string, words []readout.Span, start, term, next int, kind terminalKind) bool {
	after := words[next].In(text)
	r, _ := utf8.DecodeRuneInString(after)
	// The first word behind opening marks shows what follows.
	k := next
	for k < len(words)-1 && (opens(r) || r == '"' || r == '\'' || after == "``" || after == "‘‘") {
		k++
		after = words[k].In(text)
		r, _ = utf8.DecodeRuneInString(after)
	}
	opened := k > next
	spaced := words[next].Start > words[next-1].End
	upper := unicode.IsUpper(r) || unicode.IsTitle(r)
	lower := unicode.IsLower(r)
	starter := lex.starters[strings.ToLower(after)]
	closed := next > term+1
	if !opened && strings.ContainsRune(",;:)]}”»%", r) {
		return false
	}
	if isDash(after) && !opened && (closed || kind == question || !spaced) {
		return false
	}
	switch kind {
	case question:
		if lower && !opened {
			return false
		}
		if closed && upper && !opened && lex.saidNext(text, words, next) {
			return false
		}
		return true
	case ellipsis:
		return upper && (spaced || closed) || opened && upper
	case abbreviated:
		w := words[term].In(text)
		c := lex.class(w[:len(w)-1])
		if closed {
			return upper || opened
		}
		switch c {
		case title, inside, number:
			return false
		case initial:
			return starter && upper && after != "I" && after != "A"
		}
		if opened && nickname(text, words, next) {
			return false
		}
		if opened {
			return upper && (starter || words[next].In(text) != "(")
		}
		return upper && starter
	}
	// "1." opens a list item.
	if term == start+1 && term-1 >= 0 && isEnumerator(words[start].In(text)) && !closed {
		return false
	}
	if lower && !opened {
		return spaced && !closed && term > start+1
	}
	return true
}

// isDash reports whether w is a dash.
func isDash(w string) bool {
	return w == "--" || strings.HasPrefix(w, "—") || strings.HasPrefix(w, "–")
}

// nickname reports whether the quotation that opens at word i holds one or two
// words: C.L. "Butch" Otter.
func nickname(text string, words []readout.Span, i int) bool {
	for k := i + 2; k < len(words) && k <= i+3; k++ {
		switch c := words[k].In(text); {
		case c == `"`, closes(c):
			return true
		}
	}
	return false
}

// isEnumerator reports whether w numbers an item of a list: "1", "12", "a".
func isEnumerator(w string) bool {
	if len(w) > 2 {
		return false
	}
	for _, r := range w {
		if !isDigit(r) {
			return len(w) == 1 && unicode.IsLetter(r)
		}
	}
	return true
}

// saidNext reports whether the words from i are a speaker and a verb of
// saying: “Why?” Minister Ilse Maren asked.
func (lex *lexicon) saidNext(text string, words []readout.Span, i int) bool {
	const maxSpeaker = 6 // words
	for k := i; k < len(words) && k <= i+maxSpeaker; k++ {
		w := words[k].In(text)
		if lex.reporting[strings.ToLower(w)] {
			return true
		}
		if r, _ := utf8.DecodeRuneInString(w); !unicode.IsUpper(r) && k > i+1 {
			return false
		}
	}
	return false
}
