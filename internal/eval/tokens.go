package eval

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// treebankDoc is one document of a treebank with its raw text rebuilt.
type treebankDoc struct {
	text      string
	words     []readout.Span
	sentences []readout.Span
	gold      []corpus.Word // parallel to words
}

// treebankDocs rebuilds the raw text of the documents: sentences are joined as
// the last word's SpaceAfter says, paragraphs by parSep.
func treebankDocs(sents []corpus.Sentence, parSep string) []treebankDoc {
	var out []treebankDoc
	var text strings.Builder
	var doc treebankDoc
	space := false
	flush := func() {
		if len(doc.words) > 0 {
			doc.text = text.String()
			out = append(out, doc)
		}
		doc = treebankDoc{}
		text.Reset()
		space = false
	}
	for _, s := range sents {
		if s.NewDoc != "" {
			flush()
		}
		if text.Len() > 0 && s.NewPar {
			text.WriteString(parSep)
			space = false
		}
		if space {
			text.WriteByte(' ')
		}
		start := text.Len()
		mw := s.Multiword
		for i := 0; i < len(s.Words); {
			from, last := text.Len(), i+1
			if len(mw) > 0 && mw[0].First == i {
				last = mw[0].Last
				text.WriteString(mw[0].Form)
				mw = mw[1:]
			} else {
				text.WriteString(s.Words[i].Form)
			}
			// The words of a multiword token share its bytes in order; forms
			// that are not spelled out in it get what is left.
			at, end := from, text.Len()
			for ; i < last; i++ {
				stop := min(at+len(s.Words[i].Form), end)
				if i == last-1 {
					stop = end
				}
				doc.words = append(doc.words, readout.Span{Start: at, End: stop})
				doc.gold = append(doc.gold, s.Words[i])
				at = stop
			}
			if i < len(s.Words) && s.Words[i-1].SpaceAfter {
				text.WriteByte(' ')
			}
		}
		doc.sentences = append(doc.sentences, readout.Span{Start: start, End: text.Len()})
		space = s.Words[len(s.Words)-1].SpaceAfter
	}
	flush()
	return out
}

// counts is a tally of spans found against spans wanted.
type counts struct{ right, found, wanted int }

func (c *counts) add(found, wanted []readout.Span) {
	c.found += len(found)
	c.wanted += len(wanted)
	for i, j := 0, 0; i < len(found) && j < len(wanted); {
		switch d := found[i].Compare(wanted[j]); {
		case d == 0:
			c.right++
			i++
			j++
		case d < 0:
			i++
		default:
			j++
		}
	}
}

func (c counts) f1() float64 { return 100 * ratio(2*c.right, c.found+c.wanted) }

func (c counts) String() string {
	return fmt.Sprintf("P %6.2f  R %6.2f  F1 %6.2f  (%d gold)",
		100*ratio(c.right, c.found), 100*ratio(c.right, c.wanted), c.f1(), c.wanted)
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// scoreTokens measures tokenize on raw text of the treebanks.
func scoreTokens(data string) (string, error) {
	tok, err := tokenize.New()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, f := range []struct{ name, file string }{{"EWT dev", "en_ewt-ud-dev.conllu"}, {"GUM dev", "en_gum-ud-dev.conllu"}} {
		sents, err := corpus.ReadCoNLLUFile(filepath.Join(data, "parsing", f.file))
		if err != nil {
			return "", err
		}
		for _, sep := range []struct{ name, sep string }{{"blank lines", "\n\n"}, {"single line ends", "\n"}} {
			var words, sentences counts
			for _, d := range treebankDocs(sents, sep.sep) {
				doc := &nlp.Doc{Report: &readout.Report{Text: d.text}}
				tok.Run(doc)
				var w, s []readout.Span
				for _, t := range doc.Tokens {
					w = append(w, t.Span)
				}
				for _, t := range doc.Sentences {
					s = append(s, t.Span)
				}
				words.add(w, d.words)
				sentences.add(s, d.sentences)
			}
			fmt.Fprintf(&out, "%s, %-17s tokens     %s\n", f.name, sep.name+":", words)
			fmt.Fprintf(&out, "%s, %-17s sentences  %s\n", f.name, sep.name+":", sentences)
		}
	}
	return out.String(), nil
}
