package quote

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// quotation is a run of text between quotation marks.
type quotation struct {
	open, close readout.Span // the marks; empty when missing
	inner       readout.Span // what stands between them
	parent      int          // index of the quotation around it, -1
	para        int          // index into the paragraphs given
	continues   bool         // no closing mark, and the next paragraph opens with a mark: it goes on there
	continued   bool         // carries on the quotation of the paragraph before
	broken      bool         // one mark is missing and its place was guessed
}

// side is what the neighbours of a mark allow it to be.
type side int

const (
	eitherSide side = iota
	openSide
	closeSide
)

// mark is one quotation mark, or two of them doubled.
type mark struct {
	readout.Span
	side   side
	single bool
	curly  bool // a shape that shows its side; straight marks do not
}

// maxSingle bounds a quotation in single marks, in bytes: an apostrophe is
// often taken for an opening mark, and a far match is never its partner.
const maxSingle = 600

// readMarks pairs the quotation marks of text, paragraph by paragraph. It
// takes straight, curly, doubled, low and TeX-style marks, decides the side
// of a mark by its neighbours before its shape, carries a quotation over
// paragraphs that each open with a mark and only the last closes, and guesses
// the place of a missing mark (broken). Quotations are sorted by start;
// nested ones follow their parent.
func readMarks(text string, paras []readout.Span) []quotation {
	var out []quotation
	prevOpen := -1 // quotation left open by the paragraph before
	for p, span := range paras {
		marks := findMarks(text, span)
		base := len(out)
		out = pairDoubles(text, span, p, marks, out)
		if prevOpen >= 0 && len(out) > base {
			first := &out[base]
			if strings.TrimSpace(text[span.Start:first.open.Start]) == "" && !first.open.Empty() {
				first.continued = true
				out[prevOpen].continues, out[prevOpen].broken = true, false
			}
		}
		prevOpen = -1
		if n := len(out); n > base && out[n-1].close.Empty() && out[n-1].inner.End == span.End {
			prevOpen = n - 1
		}
		out = pairSingles(text, span, p, marks, out, base)
	}
	sortQuotations(out)
	return out
}

// pairDoubles appends the quotations in double marks of one paragraph.
func pairDoubles(text string, para readout.Span, p int, marks []mark, out []quotation) []quotation {
	var stack []int   // open quotations
	var family []bool // whether their marks are curly
	doubles := marks[:0:0]
	for _, m := range marks {
		if !m.single {
			doubles = append(doubles, m)
		}
	}
	for k, m := range doubles {
		in := len(stack) > 0
		opens := m.side == openSide || m.side == eitherSide && !in
		if opens && in && !nestsHere(doubles[k:], family[len(family)-1]) {
			// A second opening mark before any closing one: the closing mark was
			// lost. What was opened cannot run beyond its sentence.
			q := &out[stack[len(stack)-1]]
			q.broken = true
			q.inner.End = trimEnd(text, q.inner.Start, sentenceEnd(text, q.inner.Start, m.Start))
			stack, family = stack[:len(stack)-1], family[:len(family)-1]
		}
		if opens {
			parent := -1
			if len(stack) > 0 {
				parent = stack[len(stack)-1]
			}
			stack, family = append(stack, len(out)), append(family, m.curly)
			out = append(out, quotation{open: m.Span, inner: readout.Span{Start: m.End, End: para.End}, parent: parent, para: p})
			continue
		}
		if !in {
			continue // a closing mark that nothing opened says too little to guess
		}
		if n := len(stack); n > 1 && family[n-1] != m.curly && family[n-2] == m.curly {
			// The mark is of the outer pair's shape: the inner one lost its end.
			q := &out[stack[n-1]]
			q.broken, q.inner.End = true, trimEnd(text, q.inner.Start, sentenceEnd(text, q.inner.Start, m.Start))
			stack, family = stack[:n-1], family[:n-1]
		}
		q := &out[stack[len(stack)-1]]
		q.close, q.inner.End = m.Span, m.Start
		stack, family = stack[:len(stack)-1], family[:len(family)-1]
	}
	for _, i := range stack {
		q := &out[i]
		q.broken = true
		if strings.TrimSpace(text[para.Start:q.open.Start]) != "" {
			q.inner.End = trimEnd(text, q.inner.Start, sentenceEnd(text, q.inner.Start, para.End))
		}
	}
	return out
}

// nestsHere reports whether the opening mark at the head of rest is nested in
// a quotation that is open: two closing marks follow before another opening
// one, or its shape differs from the outer's and it has a partner.
func nestsHere(rest []mark, outerCurly bool) bool {
	if len(rest) >= 3 && rest[1].side == closeSide && rest[2].side == closeSide {
		return true
	}
	return len(rest) >= 2 && rest[0].curly != outerCurly && rest[1].curly == rest[0].curly && rest[1].side == closeSide
}

// pairSingles appends the quotations in single marks; those within a double
// quotation must close within it.
func pairSingles(text string, para readout.Span, p int, marks []mark, out []quotation, base int) []quotation {
	doubles := len(out)
	for i := 0; i < len(marks); i++ {
		m := marks[i]
		if !m.single || m.side != openSide {
			continue
		}
		parent, limit := -1, min(para.End, m.End+maxSingle)
		for q := base; q < doubles; q++ {
			if out[q].inner.Start <= m.Start && m.End <= out[q].inner.End {
				parent, limit = q, min(limit, out[q].inner.End)
			} else if m.End <= out[q].open.Start {
				limit = min(limit, out[q].open.Start)
				break
			}
		}
		end := -1
		for j := i + 1; j < len(marks) && marks[j].Start < limit; j++ {
			if !marks[j].single || marks[j].side != closeSide {
				continue
			}
			// "the leaders’ plan": after an s the mark may be a genitive; it
			// closes only when nothing better follows.
			if text[marks[j].Start-1] != 's' || end < 0 {
				end = j
			}
			if text[marks[j].Start-1] != 's' {
				break
			}
		}
		if end < 0 {
			continue
		}
		out = append(out, quotation{
			open: m.Span, close: marks[end].Span, parent: parent, para: p,
			inner: readout.Span{Start: m.End, End: marks[end].Start},
		})
		i = end
	}
	return out
}

// findMarks lists the marks of a paragraph in order.
func findMarks(text string, para readout.Span) []mark {
	var out []mark
	for i := para.Start; i < para.End; {
		r, n := utf8.DecodeRuneInString(text[i:])
		single, double := strings.ContainsRune("‘’'‚‛", r), strings.ContainsRune("\"“”„‟«»＂", r)
		width := n
		if (r == '`' || r == '\'') && i+1 < para.End && text[i+1] == text[i] {
			single, double, width = false, true, 2
		}
		if !single && !double {
			i += n
			continue
		}
		if double && width == n {
			if r2, n2 := utf8.DecodeRuneInString(text[i+n : para.End]); strings.ContainsRune("\"“”„‟", r2) && n2 > 0 && r2 != utf8.RuneError {
				width += n2 // doubled by mistake
			}
		}
		m := mark{Span: readout.Span{Start: i, End: i + width}, single: single, curly: r >= utf8.RuneSelf && r != '＂'}
		m.side = sideOf(text, para, m.Span, r)
		if keepMark(text, m, r, out) {
			out = append(out, m)
		}
		i += width
	}
	return out
}

// sideOf decides by the neighbours, then by the shape.
func sideOf(text string, para readout.Span, s readout.Span, r rune) side {
	prev, next := rune(' '), rune(' ')
	if s.Start > para.Start {
		prev, _ = utf8.DecodeLastRuneInString(text[para.Start:s.Start])
	}
	if s.End < para.End {
		next, _ = utf8.DecodeRuneInString(text[s.End:para.End])
	}
	isQuote := func(r rune) bool { return strings.ContainsRune("\"“”„«»‘’'`", r) }
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	canOpen := !unicode.IsSpace(next) && (unicode.IsSpace(prev) || isQuote(prev) || strings.ContainsRune("([{—–-/:…", prev)) && !strings.ContainsRune(",;:!?)", next)
	canClose := !unicode.IsSpace(prev) && (unicode.IsSpace(next) || isQuote(next) || strings.ContainsRune(".,;:!?)]}—–-/…", next) || word(next) && strings.ContainsRune(".,!?", prev))
	shape := eitherSide
	switch r {
	case '“', '‘', '`', '«', '„', '‚':
		shape = openSide
	case '”', '’', '»':
		shape = closeSide
	}
	switch {
	case canOpen && !canClose:
		return openSide
	case canClose && !canOpen:
		return closeSide
	}
	return shape
}

// keepMark drops what only looks like a mark: apostrophes, feet and inches.
func keepMark(text string, m mark, r rune, before []mark) bool {
	prev, _ := utf8.DecodeLastRuneInString(text[:m.Start])
	next, _ := utf8.DecodeRuneInString(text[m.End:])
	if m.single {
		if unicode.IsLetter(prev) && (unicode.IsLetter(next) || unicode.IsDigit(next)) {
			return false // don't, O’Brien
		}
		if m.side == openSide && (unicode.IsDigit(next) || strings.HasPrefix(strings.ToLower(text[m.End:min(len(text), m.End+4)]), "em ")) {
			return false // ’90s, ’em
		}
		if unicode.IsDigit(prev) && unicode.IsDigit(next) {
			return false // 5'10
		}
		return m.side != eitherSide
	}
	if r == '"' && (prev == '=' || next == '>') {
		return false // left-over markup: id="12"
	}
	if r == '"' && unicode.IsDigit(prev) {
		open := 0
		for _, b := range before {
			if !b.single && b.side == openSide {
				open++
			} else if !b.single && b.side == closeSide {
				open--
			}
		}
		return open > 0 // 12" outside of a quotation: inches
	}
	return true
}

// sentenceEnd is the end of the first sentence in text[from:to], counting
// only full stops, question and exclamation marks that a space follows.
func sentenceEnd(text string, from, to int) int {
	for i := from; i < to; i++ {
		if strings.IndexByte(".?!", text[i]) >= 0 && (i == from || text[i-1] != '.') && (i+1 >= to || text[i+1] == ' ' || text[i+1] == '\n') {
			return i + 1
		}
	}
	return to
}

// trimEnd moves end back over white space, never before start.
func trimEnd(text string, start, end int) int {
	return start + len(strings.TrimRightFunc(text[start:end], unicode.IsSpace))
}

// sortQuotations orders by start and keeps parent indexes right.
func sortQuotations(qs []quotation) {
	idx := make([]int, len(qs))
	for i := range idx {
		idx[i] = i
	}
	// Insertion sort: the list is nearly sorted, singles aside.
	for i := 1; i < len(idx); i++ {
		for j := i; j > 0 && qs[idx[j]].inner.Start < qs[idx[j-1]].inner.Start; j-- {
			idx[j], idx[j-1] = idx[j-1], idx[j]
		}
	}
	at := make([]int, len(qs))
	for i, k := range idx {
		at[k] = i
	}
	out := make([]quotation, len(qs))
	for i, k := range idx {
		out[i] = qs[k]
		if out[i].parent >= 0 {
			out[i].parent = at[out[i].parent]
		}
	}
	copy(qs, out)
}
