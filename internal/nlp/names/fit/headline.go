package fit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp"
)

// The corpora have no headlines, so some are made: sentences of headline
// length, set in title case or in capitals, before the article they are from.
const (
	headlineMin  = 5 // tokens
	headlineMax  = 16
	perHeadlines = 2 // made of one article: one in title case, one in capitals
)

// withHeadlines returns the example with headlines before it, made of its
// first sentences that have a name and the right length; itself if it has none.
func withHeadlines(e Example) Example {
	type made struct {
		sent  int
		style func(string) string
	}
	var heads []made
	styles := []func(string) string{titleCase, strings.ToUpper}
	for i, s := range e.Doc.Sentences {
		n := s.Last - s.First
		if n < headlineMin || n > headlineMax || len(heads) == perHeadlines || i == 0 {
			continue
		}
		for _, g := range e.Names {
			if s.Contains(g.Span) {
				heads = append(heads, made{i, styles[len(heads)]})
				break
			}
		}
	}
	if len(heads) == 0 {
		return e
	}
	b := rebuilder{from: e}
	for _, h := range heads {
		b.add(h.sent, h.style)
	}
	for i := range e.Doc.Sentences {
		b.add(i, nil)
	}
	return b.example()
}

// rebuilder copies sentences of an example into a new one.
type rebuilder struct {
	from  Example
	text  strings.Builder
	doc   nlp.Doc
	names []corpus.GoldName
}

// add appends sentence i with each token changed by style (nil: as it is).
func (b *rebuilder) add(i int, style func(string) string) {
	old := b.from.Doc
	s := old.Sentences[i]
	if b.text.Len() > 0 {
		b.text.WriteByte('\n')
	}
	first := len(b.doc.Tokens)
	at := map[int]int{} // old offset → new, at the borders of tokens
	end := s.Start
	for t := s.First; t < s.Last; t++ {
		tok := old.Tokens[t]
		b.text.WriteString(old.Report.Text[end:max(end, tok.Start)])
		end = tok.End
		w := old.Word(t)
		if style != nil {
			w = style(w)
		}
		span := readout.Span{Start: b.text.Len(), End: b.text.Len() + len(w)}
		at[tok.Start], at[tok.End] = span.Start, span.End
		b.text.WriteString(w)
		b.doc.Tokens = append(b.doc.Tokens, nlp.Token{Span: span, Sent: len(b.doc.Sentences), Head: nlp.None})
	}
	b.doc.Sentences = append(b.doc.Sentences, nlp.Sentence{
		Span:  readout.Span{Start: b.doc.Tokens[first].Start, End: b.doc.Tokens[len(b.doc.Tokens)-1].End},
		First: first, Last: len(b.doc.Tokens), Noise: s.Noise,
	})
	for _, g := range b.from.Names {
		if !s.Contains(g.Span) {
			continue
		}
		from, ok1 := at[g.Start]
		to, ok2 := at[g.End]
		if ok1 && ok2 && from < to {
			b.names = append(b.names, corpus.GoldName{Span: readout.Span{Start: from, End: to}, Type: g.Type})
		}
	}
}

func (b *rebuilder) example() Example {
	b.doc.Report = &readout.Report{ID: b.from.Doc.Report.ID, Text: b.text.String()}
	return Example{&b.doc, b.names}
}

// titleCase gives a word the capital that English headlines give it: all but
// short function words.
func titleCase(w string) string {
	switch w {
	case "a", "an", "the", "of", "in", "on", "at", "to", "by", "for", "and", "or", "but", "as", "from", "with", "'s", "’s", "n't", "n’t":
		return w
	}
	r, n := utf8.DecodeRuneInString(w)
	return string(unicode.ToUpper(r)) + w[n:]
}
