package eval

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/lemma"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// treebankDoc is one document of a treebank with its raw text rebuilt.
type treebankDoc struct {
	text      string
	words     []readout.Span
	sentences []readout.Span
	gold      []corpus.TreeWord // parallel to words
	typo      []bool            // parallel to words
}

// treebankDocs rebuilds the raw text of the documents: sentences are joined as
// the last word's SpaceAfter says, paragraphs by parSep.
func treebankDocs(trees []corpus.Tree, parSep string) []treebankDoc {
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
	last := ""
	for _, t := range trees {
		if t.Doc != last {
			flush()
		}
		last = t.Doc
		if text.Len() > 0 && t.NewPar {
			text.WriteString(parSep)
			space = false
		}
		if space {
			text.WriteByte(' ')
		}
		start := text.Len()
		for k, tok := range t.Surface {
			at := text.Len()
			text.WriteString(tok.Form)
			// The words of a contraction share its bytes in order; one that is
			// not spelled out in it gets what is left.
			for i := tok.First; i < tok.Last; i++ {
				end := min(at+len(t.Words[i].Form), text.Len())
				if i == tok.Last-1 {
					end = text.Len()
				}
				doc.words = append(doc.words, readout.Span{Start: at, End: end})
				doc.gold = append(doc.gold, t.Words[i])
				doc.typo = append(doc.typo, slices.Contains(t.Typos, i))
				at = end
			}
			space = tok.SpaceAfter
			if space && k < len(t.Surface)-1 {
				text.WriteByte(' ')
			}
		}
		doc.sentences = append(doc.sentences, readout.Span{Start: start, End: text.Len()})
	}
	flush()
	return out
}

// cutAtStop counts the gold words that doc parts at a full stop before a
// capital, as it parts glued sentences.
func cutAtStop(d treebankDoc, doc *nlp.Doc) int {
	n := 0
	for _, w := range d.words {
		first, last := doc.TokensIn(w)
		for i := first + 1; i < last-1; i++ {
			next, _ := utf8.DecodeRuneInString(doc.Word(i + 1))
			if doc.Word(i) == "." && unicode.IsUpper(next) {
				n++
				break
			}
		}
	}
	return n
}

// wrap turns spaces into line ends so that no line is longer than 72 bytes
// unless one word is.
func wrap(text string) string {
	out := []byte(text)
	line, space := 0, -1
	for i, c := range out {
		switch c {
		case '\n':
			line, space = i+1, -1
		case ' ':
			space = i
		}
		if i-line >= 72 && space >= line {
			out[space] = '\n'
			line, space = space+1, -1
		}
	}
	return string(out)
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
		trees, err := corpus.ReadTrees(filepath.Join(data, "parsing", f.file))
		if err != nil {
			return "", err
		}
		for _, sep := range []struct{ name, sep string }{{"blank lines", "\n\n"}, {"single line ends", "\n"}, {"wrapped lines", "\n\n"}, {"glued", ""}} {
			var words, sentences counts
			cut := 0
			for _, d := range treebankDocs(trees, sep.sep) {
				if sep.name == "wrapped lines" {
					d.text = wrap(d.text)
				}
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
				cut += cutAtStop(d, doc)
				sentences.add(s, d.sentences)
			}
			fmt.Fprintf(&out, "%s, %-17s tokens     %s\n", f.name, sep.name+":", words)
			fmt.Fprintf(&out, "%s, %-17s sentences  %s\n", f.name, sep.name+":", sentences)
			if sep.sep == "" || sep.name == "blank lines" {
				fmt.Fprintf(&out, "%s, %-17s gold tokens cut at a full stop taken for glue: %d\n", f.name, sep.name+":", cut)
			}
		}
	}
	if err := scoreLemmas(&out, data); err != nil {
		return "", err
	}
	return out.String(), nil
}

// scoreLemmas measures lemma on EWT dev and GUM dev with gold tokens and tags;
// words with a noted typing error and tokens of marks only do not count.
func scoreLemmas(out *strings.Builder, data string) error {
	lem, err := lemma.New()
	if err != nil {
		return err
	}
	for _, f := range []struct{ name, file string }{{"EWT dev", "en_ewt-ud-dev.conllu"}, {"GUM dev", "en_gum-ud-dev.conllu"}} {
		trees, err := corpus.ReadTrees(filepath.Join(data, "parsing", f.file))
		if err != nil {
			return err
		}
		right, all, rightVerbs, verbs := 0, 0, 0, 0
		for _, d := range treebankDocs(trees, "\n\n") {
			doc := &nlp.Doc{Report: &readout.Report{Text: d.text}}
			at := 0
			for i, s := range d.sentences {
				sent := nlp.Sentence{Span: s, First: at}
				for ; at < len(d.words) && d.words[at].End <= s.End; at++ {
					doc.Tokens = append(doc.Tokens, nlp.Token{Span: d.words[at], Sent: i, UPOS: d.gold[at].UPOS, XPOS: d.gold[at].XPOS})
				}
				sent.Last = at
				doc.Sentences = append(doc.Sentences, sent)
			}
			lem.Run(doc)
			for i, w := range d.gold {
				if w.UPOS == "PUNCT" || w.UPOS == "SYM" || w.Lemma == "_" || d.typo[i] {
					continue
				}
				ok := doc.Tokens[i].Lemma == w.Lemma
				all++
				if ok {
					right++
				}
				if w.UPOS == "VERB" {
					verbs++
					if ok {
						rightVerbs++
					}
				}
			}
		}
		fmt.Fprintf(out, "%s, gold tags: lemmas %.2f %% of %d words, verbs %.2f %% of %d\n", f.name,
			100*ratio(right, all), all, 100*ratio(rightVerbs, verbs), verbs)
	}
	return nil
}
