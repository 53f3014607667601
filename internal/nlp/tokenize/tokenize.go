// Package tokenize splits a report's text into tokens and sentences.
//
// In: Report.Text and Report.Noise. Out: Doc.Tokens (Span and Sent) and
// Doc.Sentences. In order, it
//
//  1. finds the paragraphs: line ends part them unless the text is wrapped at a
//     fixed width or the line plainly goes on; so do blank lines, but for those
//     that break a sentence in two;
//  2. splits each paragraph into words as UD English EWT does: clitics and the
//     parts of hyphenated words stand alone ("do|n't", "peace|-|deal"),
//     abbreviations keep their full stop, figures their marks; web addresses,
//     handles and tags stay whole; each quotation mark is a token;
//  3. ends sentences at full stops, question and exclamation marks that are
//     not part of an abbreviation, after the quotation marks and brackets that
//     close behind them; a paragraph's end always ends a sentence, and so do
//     both borders of a Report.Noise span.
//
// The rules follow the UD English guidelines and the habits of newswire; words
// they must know are in lexicons/en/abbreviations.tsv and tokens.tsv. Text is
// never changed: typing errors are not mended and no token is invented. Text
// glued by bad extraction ("deal.The") is cut only where letter case and the
// lists decide. Languages other than English get word tokens by letter class
// but no special care.
package tokenize

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

// Version is raised whenever tokens or sentences can come out differently.
const Version = "1"

// New returns the annotator; it provides tokens and sentences.
func New() (*nlp.Annotator, error) {
	lex, err := load(lexicons.FS)
	if err != nil {
		return nil, err
	}
	return &nlp.Annotator{
		Name:     "tokenize",
		Doc:      "splits the text into UD English EWT tokens and into sentences",
		Version:  Version,
		Provides: []nlp.Layer{nlp.LayerTokens, nlp.LayerSentences},
		Run:      lex.annotate,
	}, nil
}

// annotate fills the layers of doc.
func (lex *lexicon) annotate(doc *nlp.Doc) {
	text := doc.Report.Text
	paras := paragraphs(text, lex)
	noise := slices.Clone(doc.Report.Noise)
	slices.SortFunc(noise, func(a, b readout.Noise) int { return a.Span.Compare(b.Span) })
	const bytesPerToken = 5 // of English news; saves growing the layer
	doc.Tokens = slices.Grow(doc.Tokens, len(text)/bytesPerToken)
	var words []readout.Span
	for i, p := range paras {
		for _, part := range cutAtNoise(text, p, noise) {
			if len(doc.Sentences) >= limits.Sentences {
				return
			}
			words = bounded(text, lex.words(text, part.Span, words[:0]))
			if len(words) == 0 {
				continue
			}
			first := len(doc.Tokens)
			last := first
			for _, end := range cutLong(text, words, lex.sentenceEnds(text, words)) {
				if len(doc.Sentences) >= limits.Sentences {
					return
				}
				for _, w := range words[last-first : end] {
					doc.Tokens = append(doc.Tokens, nlp.Token{Span: w, Sent: len(doc.Sentences), Head: nlp.None})
				}
				doc.Sentences = append(doc.Sentences, nlp.Sentence{
					Span:  readout.Span{Start: words[last-first].Start, End: words[end-1].End},
					First: last, Last: first + end,
					Para: i, Noise: part.reason,
				})
				last = first + end
			}
		}
	}
}

// Limit reports at what limit the reading of a text was cut, for people; "" where
// it was not. at is the sentence that shows it.
func Limit(doc *nlp.Doc) (why string, at readout.Span) {
	n := len(doc.Sentences)
	if n >= limits.Sentences && strings.TrimSpace(doc.Report.Text[doc.Sentences[n-1].End:]) != "" {
		return fmt.Sprintf("the text has more than %d sentences; what follows was not read", limits.Sentences), doc.Sentences[n-1].Span
	}
	for s := range doc.Sentences {
		// One that was not cut ends where sentences do: with its paragraph, or
		// after a mark. A piece reaches nearly to the limit.
		x := &doc.Sentences[s]
		if x.Len() < limits.Sentence/2 || s+1 == n || doc.Sentences[s+1].First >= len(doc.Tokens) || doc.Sentences[s+1].Para != x.Para || doc.Sentences[s+1].Noise != x.Noise {
			continue
		}
		end := x.End
		if next := doc.Tokens[doc.Sentences[s+1].First]; utf8.RuneCountInString(doc.Report.Text[x.Start:next.End]) > limits.Sentence {
			return fmt.Sprintf("a sentence has more than %d characters; it was read in pieces", limits.Sentence), readout.Span{Start: x.Start, End: end}
		}
	}
	return "", readout.Span{}
}

// bounded cuts words that are longer than a sentence may be: what has no spaces
// and no marks is not read as words, and costs time with its square.
func bounded(text string, words []readout.Span) []readout.Span {
	for i := 0; i < len(words); i++ {
		for words[i].Len() > limits.Sentence && utf8.RuneCountInString(words[i].In(text)) > limits.Sentence {
			w := words[i]
			at := w.Start
			for range limits.Sentence {
				_, n := utf8.DecodeRuneInString(text[at:])
				at += n
			}
			words[i].End = at
			i++
			words = slices.Insert(words, i, readout.Span{Start: at, End: w.End})
		}
	}
	return words
}

// cutLong ends sentences that are longer than the limit where it is reached.
func cutLong(text string, words []readout.Span, ends []int) []int {
	if len(words) == 0 || words[len(words)-1].End-words[0].Start <= limits.Sentence {
		return ends // no sentence has as many bytes, nor as many characters
	}
	var out []int
	first := 0
	for _, end := range ends {
		if words[end-1].End-words[first].Start > limits.Sentence {
			n, at := 0, words[first].Start
			for k := first; k < end; k++ {
				more := utf8.RuneCountInString(text[at:words[k].End])
				if n+more > limits.Sentence && k > first {
					out = append(out, k)
					n, more = 0, utf8.RuneCountInString(words[k].In(text))
				}
				n += more
				at = words[k].End
			}
		}
		out = append(out, end)
		first = end
	}
	return out
}

// part is a stretch of a paragraph that lies wholly inside or outside noise.
type part struct {
	readout.Span
	reason string
}

// cutAtNoise cuts p at the borders of noise, which is sorted. Where noise
// spans overlap, the first one decides. Borders inside a rune or outside the
// text are moved to the next rune edge.
func cutAtNoise(text string, p readout.Span, noise []readout.Noise) []part {
	var out []part
	at := p.Start
	for _, n := range noise {
		if n.Span.Start >= p.End {
			break
		}
		lo, hi := clamp(text, n.Span.Start, at, p.End), clamp(text, n.Span.End, at, p.End)
		if lo >= hi {
			continue
		}
		if lo > at {
			out = append(out, part{Span: readout.Span{Start: at, End: lo}})
		}
		out = append(out, part{Span: readout.Span{Start: lo, End: hi}, reason: n.Reason})
		at = hi
	}
	if at < p.End {
		out = append(out, part{Span: readout.Span{Start: at, End: p.End}})
	}
	return out
}

// clamp moves offset i into [lo, hi] and onto a rune edge.
func clamp(text string, i, lo, hi int) int {
	i = min(max(i, lo), hi)
	for i < hi && !utf8.RuneStart(text[i]) {
		i++
	}
	return i
}
