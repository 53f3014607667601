package check

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/worddiff"
)

// quotations lists what stands between quotation marks, without the marks. A
// mark that a paragraph leaves open reaches to its end: quotations over several
// paragraphs are printed so.
func quotations(text string) []readout.Span {
	var out []readout.Span
	for start := 0; start < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
			end = start + i
		}
		out = append(out, quotationsIn(text, start, end)...)
		start = end + 1
	}
	return out
}

// quotationsIn reads one paragraph: with “marks” inside “marks” as far as each
// has its end, else taking the first end.
func quotationsIn(text string, start, end int) []readout.Span {
	out, whole := quotationsOf(text, start, end, true)
	if !whole {
		out, _ = quotationsOf(text, start, end, false)
	}
	return out
}

func quotationsOf(text string, start, end int, nest bool) (out []readout.Span, whole bool) {
	open, closer, depth := -1, rune(0), 0
	for i := start; i < end; {
		r, n := utf8.DecodeRuneInString(text[i:end])
		before, _ := utf8.DecodeLastRuneInString(text[start:i])
		next, _ := utf8.DecodeRuneInString(text[i+n : end])
		switch {
		case open >= 0 && nest && r == '“' && closer == '”':
			depth++
		case open >= 0:
			if (r == closer || closer == '“' && r == '”') && !(closer == '’' && letter(next)) && !(closer == '\'' && letter(before) && letter(next)) {
				if depth > 0 {
					depth--
				} else if closer != '’' && closer != '\'' || !possessive(text[i+n:end], before, closer) {
					out = append(out, readout.Span{Start: open, End: i})
					open = -1
				}
			}
		case r == '“':
			open, closer = i+n, '”'
		case r == '„':
			open, closer = i+n, '“'
		case r == '«':
			open, closer = i+n, '»'
		case r == '"' && !letter(before) && next != ' ':
			open, closer = i+n, '"'
		case r == '‘' && !letter(before) && letter(next) && strings.Contains(text[i+n:end], "’"):
			open, closer = i+n, '’'
		case r == '\'' && !letter(before) && letter(next) && closesSingle(text[i+n:end]):
			open, closer = i+n, '\''
		}
		i += n
	}
	if open >= 0 && closer != '’' && closer != '\'' {
		out = append(out, readout.Span{Start: open, End: end})
	}
	k := 0
	for _, s := range out {
		if s = trim(text, s); !s.Empty() {
			out[k] = s
			k++
		}
	}
	return out[:k], open < 0
}

// possessive reports whether a single mark after s ends a word and no
// quotation: another closes later.
func possessive(rest string, before, closer rune) bool {
	return before == 's' && strings.HasPrefix(rest, " ") && strings.ContainsRune(rest, closer) && closesSingle(rest)
}

// closesSingle reports whether a straight or curled single mark in s ends a
// quotation: it follows a mark of punctuation, or a word that a space or mark
// follows.
func closesSingle(s string) bool {
	for i, r := range s {
		if r != '\'' && r != '’' {
			if r == '‘' {
				return false
			}
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		if strings.ContainsRune(",.!?…", before) || letter(before) && before != 's' && !letter(next) {
			return true
		}
	}
	return false
}

func letter(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// item is one word of a quotation in the draft, or a place where the draft
// says that it changed something.
type item struct {
	readout.Span
	fold string
	kind itemKind
}

type itemKind uint8

const (
	word  itemKind = iota
	gap            // an ellipsis: words were left out
	other          // square brackets: the writer's words stand for others
)

// items takes the quotation apart.
func items(text string, s readout.Span) []item {
	var out []item
	add := func(from, to int) {
		for i := from; i < to; {
			j, n := to, 0
			if k := strings.Index(text[i:to], "…"); k >= 0 {
				j, n = i+k, len("…")
			}
			if k := strings.Index(text[i:j], "..."); k >= 0 {
				j, n = i+k, len("...")
			}
			if k := strings.Index(text[i:j], ". . ."); k >= 0 {
				j, n = i+k, len(". . .")
			}
			for _, w := range worddiff.Words(text, readout.Span{Start: i, End: j}, nil) {
				out = append(out, item{w.Span, plainWord(w.Fold), word})
			}
			if n > 0 {
				out = append(out, item{readout.Span{Start: j, End: j + n}, "", gap})
			}
			i = j + n
			if n == 0 {
				break
			}
		}
	}
	i := s.Start
	for i < s.End {
		a := strings.IndexByte(text[i:s.End], '[')
		if a < 0 {
			break
		}
		b := strings.IndexByte(text[i+a:s.End], ']')
		if b < 0 {
			break
		}
		add(i, i+a)
		in := readout.Span{Start: i + a, End: i + a + b + 1}
		kind := other
		if inner := strings.TrimSpace(text[in.Start+1 : in.End-1]); inner == "…" || inner == "..." || inner == "" {
			kind = gap
		}
		out = append(out, item{in, "", kind})
		i = in.End
	}
	add(i, s.End)
	return out
}

// plainWord folds apostrophes, so that typography is no other word.
func plainWord(s string) string { return strings.ReplaceAll(s, "’", "'") }

// Costs of an alignment, in words.
const (
	costWord     = 1.02 // another word; dearer than words skipped, so that the ends of both meet
	costLack     = 1.05 // a word that the record lacks; dearer, so that an exchange is told as one
	costSkip     = 1.0  // words of the record left out, the first
	costSkipMore = 0.25 // each further one
	costBracket  = 0.1
	maxBracket   = 6  // words that square brackets may stand for
	maxGap       = 80 // words that an ellipsis may stand for
)

// step is one move of an alignment: item and word are -1 where it has none.
type step struct{ item, word int }

// alignment is how the items of a draft lie on the words of a report.
type alignment struct {
	cost        float64
	steps       []step
	marked      []marked
	first, last int // words of the report covered, [first, last)
}

// marked is a change that the draft shows by an ellipsis or square brackets: the
// words [from, to) of the report that the item stands for.
type marked struct{ item, from, to int }

// cell is the best way to have aligned so many items and words.
type cell struct {
	cost  float32
	back  int32 // words consumed before this move (column of the cell before)
	fromG bool  // the cell before is one of skipping
}

// align lays all items on a stretch of have, whose ends are free. ok is false
// when there is nothing to lay.
func align(items []item, have []worddiff.Word) (alignment, bool) {
	n, m := len(items), len(have)
	if n == 0 || m == 0 {
		return alignment{}, false
	}
	w := m + 1
	d, g := make([]cell, (n+1)*w), make([]cell, (n+1)*w) // d: after an item; g: skipping words of the record after it
	const far = 1e9
	for i := range d {
		d[i].cost, g[i].cost = far, far
	}
	for j := 0; j <= m; j++ {
		d[j] = cell{cost: 0, back: int32(j)}
	}
	best := func(k int) (float32, bool) {
		if g[k].cost < d[k].cost {
			return g[k].cost, true
		}
		return d[k].cost, false
	}
	put := func(c *cell, cost float32, back int, fromG bool) {
		if cost < c.cost {
			*c = cell{cost: cost, back: int32(back), fromG: fromG}
		}
	}
	for i := 1; i <= n; i++ {
		it := items[i-1]
		for j := 0; j <= m; j++ {
			c := &d[i*w+j]
			switch it.kind {
			case word:
				if j > 0 {
					cost, fromG := best((i-1)*w + j - 1)
					if plainWord(have[j-1].Fold) != it.fold {
						cost += costWord
					}
					put(c, cost, j-1, fromG)
				}
				cost, fromG := best((i-1)*w + j)
				put(c, cost+costLack, j, fromG)
			case gap:
				for k := j; k >= max(0, j-maxGap); k-- {
					cost, fromG := best((i-1)*w + k)
					put(c, cost, k, fromG)
				}
			case other:
				for n := 1; n <= maxBracket+1; n++ { // one word first, none last
					if k := j - n%(maxBracket+1); k >= 0 {
						cost, fromG := best((i-1)*w + k)
						put(c, cost+costBracket, k, fromG)
					}
				}
			}
			if j > 0 && i < n {
				put(&g[i*w+j], d[i*w+j-1].cost+costSkip, j-1, false)
				put(&g[i*w+j], g[i*w+j-1].cost+costSkipMore, j-1, true)
			}
		}
	}
	end := 0
	for j := 1; j <= m; j++ {
		if d[n*w+j].cost < d[n*w+end].cost {
			end = j
		}
	}
	a := alignment{cost: float64(d[n*w+end].cost), last: end}
	i, j, inG := n, end, false
	for i > 0 {
		if inG {
			c := g[i*w+j]
			a.steps = append(a.steps, step{-1, j - 1})
			j, inG = int(c.back), c.fromG
			continue
		}
		c := d[i*w+j]
		k := int(c.back)
		switch {
		case items[i-1].kind == word && k == j-1:
			a.steps = append(a.steps, step{i - 1, j - 1})
		default:
			a.steps = append(a.steps, step{i - 1, -1})
			if items[i-1].kind != word {
				a.marked = append(a.marked, marked{i - 1, k, j})
			}
		}
		i, j, inG = i-1, k, c.fromG
	}
	a.first = j
	slices.Reverse(a.marked)
	for l, r := 0, len(a.steps)-1; l < r; l, r = l+1, r-1 {
		a.steps[l], a.steps[r] = a.steps[r], a.steps[l]
	}
	return a, true
}

// changes lists where the draft has other words than the record, in order; it
// is empty when all words agree, but for what the draft marks as changed.
// trimmed reports whether words of the record were left out unmarked and
// nothing else was changed.
func (a alignment) changes(text string, items []item, report string, have []worddiff.Word) (out []Change, trimmed bool) {
	trimmed = true
	var cd, cr readout.Span
	open := false
	grow := func(s *readout.Span, by readout.Span) {
		if s.Empty() {
			*s = by
		} else {
			s.End = by.End
		}
	}
	flush := func() {
		if open {
			c := Change{Draft: cd.In(text), Record: cr.In(report)}
			if c.Draft != "" {
				trimmed = false
			}
			out = append(out, c)
		}
		cd, cr, open = readout.Span{}, readout.Span{}, false
	}
	for _, s := range a.steps {
		switch {
		case s.item >= 0 && items[s.item].kind != word:
			flush()
		case s.item >= 0 && s.word >= 0 && items[s.item].fold == plainWord(have[s.word].Fold):
			flush()
		default:
			open = true
			if s.item >= 0 {
				grow(&cd, items[s.item].Span)
			}
			if s.word >= 0 {
				grow(&cr, have[s.word].Span)
			}
		}
	}
	flush()
	return out, trimmed && len(out) > 0
}

// changed lists what the draft shows as left out or replaced, and what of that
// turns the meaning of the words it keeps.
func (x *Index) changed(a alignment, text string, items []item, report string, have []worddiff.Word) (all, turned []Change) {
	for _, m := range a.marked {
		it := items[m.item]
		c := Change{Draft: it.In(text)}
		if m.from < m.to {
			c.Record = readout.Span{Start: have[m.from].Start, End: have[m.to-1].End}.In(report)
		}
		if it.kind == gap && c.Record == "" {
			continue
		}
		all = append(all, c)
		if it.kind == gap && x.swallows(report, have, m) || it.kind == other && x.turns(worddiff.Words(text, it.Span, nil)) != x.turns(have[m.from:m.to]) {
			turned = append(turned, c)
		}
	}
	return all, turned
}

// turns says which kinds of words are among these that turn a meaning.
func (x *Index) turns(words []worddiff.Word) (kinds struct{ not, only, when bool }) {
	for _, w := range words {
		switch x.turn(w) {
		case "not":
			kinds.not = !kinds.not
		case "only":
			kinds.only = true
		case "if":
			kinds.when = true
		}
	}
	return kinds
}

// turn is the kind of a word that turns a meaning, "" for others.
func (x *Index) turn(w worddiff.Word) string {
	fold := plainWord(w.Fold)
	if strings.HasSuffix(fold, "n't") {
		return "not"
	}
	return x.words.turn[fold]
}

// swallows reports whether an ellipsis hides a word on which the words that are
// kept depend: a negation or "only" of the clause that goes on behind it, a
// condition of the sentence on either side.
func (x *Index) swallows(report string, have []worddiff.Word, m marked) bool {
	ends := func(from, to int, marks string) bool {
		for k := max(from, 1); k <= to && k < len(have); k++ {
			if strings.ContainsAny(report[have[k-1].End:have[k].Start], marks) {
				return true
			}
		}
		return false
	}
	for k := m.from; k < m.to; k++ {
		switch x.turn(have[k]) {
		case "not", "only":
			but := slices.ContainsFunc(have[k+1:m.to], func(w worddiff.Word) bool { return x.words.turn[w.Fold] == "but" })
			if !but && !ends(k+1, m.to, ".,;:!?—–\n") {
				return true
			}
		case "if":
			if !ends(m.from, k, ".;!?\n") || !ends(k+1, m.to, ".;!?\n") {
				return true
			}
		}
	}
	return false
}

// equal counts the words of the draft that stand in the record.
func (a alignment) equal(items []item, have []worddiff.Word) (n int) {
	for _, s := range a.steps {
		if s.item >= 0 && s.word >= 0 && items[s.item].fold == plainWord(have[s.word].Fold) {
			n++
		}
	}
	return n
}
