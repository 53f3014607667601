package quote

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// state says where a token stands to the quotation marks.
type state uint8

const (
	outside state = iota
	inside
	opening
	closing
)

// view is a Doc prepared for attribution: the tree, the quotation marks and
// what every step asks of a token. All slices are indexed by token.
type view struct {
	doc    *nlp.Doc
	n      int
	low    []string // lower-cased text
	rel    []string // relation without subtype, "" where the token has no syntax
	head   []int    // nlp.None for roots
	kids   [][]int
	lo, hi []int // first and last token of the subtree
	para   []int
	start  []bool // first token of a paragraph
	punct  []bool // no letter and no digit in it
	skip   []bool // noise that is no title or heading
	quotes []quotation
	state  []state
	quote  []int // outermost quotation that covers the token or whose mark it is, -1

	// speakers holds the common nouns that name who speaks; nil: any may.
	speakers map[string]uint8
}

// newView prepares doc. It reads only the layers that quote requires.
func newView(doc *nlp.Doc) *view {
	n := len(doc.Tokens)
	v := &view{
		doc: doc, n: n,
		low: make([]string, n), rel: make([]string, n), head: make([]int, n), kids: make([][]int, n),
		lo: make([]int, n), hi: make([]int, n), para: make([]int, n), start: make([]bool, n),
		punct: make([]bool, n), skip: make([]bool, n), state: make([]state, n), quote: make([]int, n),
	}
	count := make([]int, n)
	prev := -1
	for i := range doc.Tokens {
		t := &doc.Tokens[i]
		s := &doc.Sentences[t.Sent]
		v.low[i] = normal(doc.Word(i))
		v.rel[i], _, _ = strings.Cut(t.Deprel, ":")
		v.head[i] = nlp.None
		if t.Head >= s.First && t.Head < s.Last && t.Head != i {
			v.head[i] = t.Head
		}
		v.lo[i], v.hi[i], v.quote[i] = i, i, -1
		v.para[i], v.start[i] = s.Para, s.Para != prev
		prev = s.Para
		v.punct[i] = isPunct(v.low[i])
		v.skip[i] = !readable(s.Noise)
	}
	v.breakCycles()
	for _, h := range v.head {
		if h != nlp.None {
			count[h]++
		}
	}
	flat := make([]int, n)
	for i, k := 0, 0; i < n; i++ {
		v.kids[i] = flat[k : k : k+count[i]]
		k += count[i]
	}
	for i, h := range v.head {
		if h != nlp.None {
			v.kids[h] = append(v.kids[h], i)
		}
		for k := h; k != nlp.None; k = v.head[k] {
			v.lo[k], v.hi[k] = min(v.lo[k], i), max(v.hi[k], i)
		}
	}
	v.readQuotes()
	return v
}

// breakCycles makes a root of a token from which the heads lead round in a
// circle, so that every climb in this package ends.
func (v *view) breakCycles() {
	for i := range v.head {
		s := v.doc.Sentences[v.doc.Tokens[i].Sent]
		k := i
		for steps := s.First; k != nlp.None; steps++ {
			if steps > s.Last {
				v.head[i] = nlp.None
				break
			}
			k = v.head[k]
		}
	}
}

// readable reports whether a sentence with this noise reason is read all the
// same: titles and headings tell who said what.
func readable(noise string) bool { return noise == "" || noise == "title" || noise == "heading" }

// readQuotes finds the quotations and the state of each token.
func (v *view) readQuotes() {
	v.quotes = readMarks(v.doc.Report.Text, v.paragraphs())
	mark := func(s readout.Span, q int, st state) {
		first, last := v.doc.TokensIn(s)
		for i := first; i < last; i++ {
			if v.state[i] == outside || st != inside {
				v.state[i] = st
			}
			v.quote[i] = q
		}
	}
	for i, q := range v.quotes {
		if q.parent >= 0 {
			continue
		}
		mark(q.inner, i, inside)
		mark(q.open, i, opening)
		mark(q.close, i, closing)
	}
}

// paragraphs is the span of each paragraph, in order.
func (v *view) paragraphs() []readout.Span {
	var out []readout.Span
	para, skip := -1, false
	for _, s := range v.doc.Sentences {
		noise := !readable(s.Noise)
		if s.Para == para && noise == skip && len(out) > 0 {
			out[len(out)-1].End = max(out[len(out)-1].End, s.End)
			continue
		}
		out = append(out, s.Span)
		para, skip = s.Para, noise
	}
	return out
}

// normal is the text of a token as the features and lists know it: lower
// case, one shape of quotation mark and apostrophe.
func normal(w string) string {
	w = strings.ToLower(w)
	if strings.ContainsAny(w, "’‘“”") {
		w = plainMarks.Replace(w)
	}
	return w
}

// plainMarks is built once: building it costs more than using it.
var plainMarks = strings.NewReplacer("’", "'", "‘", "'", "“", "\"", "”", "\"")

// isPunct reports whether w holds neither letter nor digit.
func isPunct(w string) bool {
	for _, r := range w {
		if r < utf8.RuneSelf {
			if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
				return false
			}
		} else if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

// run is a half-open range of tokens.
type run struct{ first, last int }

func (r run) empty() bool         { return r.last <= r.first }
func (r run) has(i int) bool      { return r.first <= i && i < r.last }
func (r run) overlaps(o run) bool { return r.first < o.last && o.first < r.last }

// subtree is the run from the first to the last token below i.
func (v *view) subtree(i int) run { return run{v.lo[i], v.hi[i] + 1} }

// child is the first dependent of i with one of the relations, or None.
func (v *view) child(i int, rels ...string) int {
	for _, k := range v.kids[i] {
		for _, r := range rels {
			if v.rel[k] == r || v.doc.Tokens[k].Deprel == r {
				return k
			}
		}
	}
	return nlp.None
}

// below reports whether i is anc or is dominated by it.
func (v *view) below(i, anc int) bool {
	for k := i; k != nlp.None; k = v.head[k] {
		if k == anc {
			return true
		}
	}
	return false
}

// trim drops punctuation and quotation marks at both ends of r.
func (v *view) trim(r run) run {
	for r.first < r.last && v.punct[r.first] {
		r.first++
	}
	for r.first < r.last && v.punct[r.last-1] {
		r.last--
	}
	return r
}

// headOf is the token of r whose head lies outside of it; the first word when
// the tree does not say.
func (v *view) headOf(r run) int {
	for i := r.first; i < r.last; i++ {
		if !v.punct[i] && !r.has(v.head[i]) {
			return i
		}
	}
	return r.first
}

// sent is the sentence of token i as a run.
func (v *view) sent(i int) run {
	s := &v.doc.Sentences[v.doc.Tokens[i].Sent]
	return run{s.First, s.Last}
}

// quoteRun is the tokens between the marks of quotation q.
func (v *view) quoteRun(q int) run {
	first, last := v.doc.TokensIn(v.quotes[q].inner)
	for first < last && v.state[first] == opening {
		first++
	}
	for first < last && v.state[last-1] == closing {
		last--
	}
	return run{first, last}
}
