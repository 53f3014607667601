package response

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// openings finds quotations that open as an answer without subject or verb.
func (g *tree) openings() []nlp.Response {
	doc := g.doc
	var out []nlp.Response
	for i := range doc.Attributions {
		a := &doc.Attributions[i]
		if !a.Uttered || a.Kind == readout.Indirect {
			continue
		}
		for _, c := range a.Content {
			first, last := doc.TokensIn(c)
			for first < last && doc.Tokens[first].UPOS == "PUNCT" {
				first++
			}
			o, n := g.opens(first, last)
			if o == nil {
				continue
			}
			r := nlp.Response{
				Span: g.withMarks(c), Kind: o.kind, Cue: doc.TokenSpan(first, first+n),
				Party: a.Speaker, Who: a.Source, To: nlp.None, AboutEvent: nlp.None, AboutSaid: nlp.None, Time: nlp.None,
				Attribution: i, By: readout.By{Annotator: name, Version: version, Rule: "response/" + o.rule},
			}
			q := g.questionFor(first, i)
			if o.asked && (q == nlp.None || a.Kind != readout.Direct || r.Start == c.Start) {
				continue // "asked if he had any links": no words of his
			}
			g.complete(&r, first, first, nlp.None)
			if r.To == r.Party {
				r.To = nlp.None
			}
			out = append(out, r)
			break
		}
	}
	return out
}

// opens is the row whose words the tokens from first begin with, and how many
// they are.
func (g *tree) opens(first, last int) (*opening, int) {
	for i := range g.lex.opens {
		o := &g.lex.opens[i]
		n := len(o.words)
		if first+n > last {
			continue
		}
		ok := true
		for k, alts := range o.words {
			ok = ok && slices.Contains(alts, g.doc.Lower(first+k))
		}
		// "No comment" is an answer, "no comment that he makes" is not: what
		// follows the last word must be a mark, or belong to a clause.
		if ok && (first+n == last || g.doc.Tokens[first+n].UPOS == "PUNCT" || !o.asked && g.doc.Tokens[first+n].UPOS == "ADP") {
			return o, n
		}
	}
	return nil, 0
}

// withMarks widens a piece of content to the quotation marks around it.
func (g *tree) withMarks(c readout.Span) readout.Span {
	first, last := g.doc.TokensIn(c)
	if first > 0 && opensWord(g.doc.Word(first-1)) && g.doc.Tokens[first-1].End == c.Start {
		c.Start = g.doc.Tokens[first-1].Start
	}
	if last < len(g.doc.Tokens) && closesWord(g.doc.Word(last)) && g.doc.Tokens[last].Start == c.End {
		c.End = g.doc.Tokens[last].End
	}
	return c
}
