package eval

import (
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp"
)

const twoTrees = `# newdoc id = invented_1
# text = Maren didn't wait.
1	Maren	Maren	PROPN	NNP	_	4	nsubj	_	_
2-3	didn't	_	_	_	_	_	_	_	_
2	did	do	AUX	VBD	_	4	aux	_	_
3	n't	not	PART	RB	_	4	advmod	_	_
4	wait	wait	VERB	VB	_	0	root	_	SpaceAfter=No
5	.	.	PUNCT	.	_	4	punct	_	_

1	Rain	rain	NOUN	NN	_	2	nsubj:pass	_	_
2	fell	fall	VERB	VBD	_	0	root	_	_
`

// TestRawText scores an annotator that leaves "didn't" whole and makes one
// mistake of each kind.
func TestRawText(t *testing.T) {
	trees, err := corpus.ParseTrees(strings.NewReader(twoTrees))
	if err != nil {
		t.Fatal(err)
	}
	fake := &nlp.Annotator{Run: func(doc *nlp.Doc) {
		at := 0
		for i, f := range []struct {
			word, upos, xpos, rel string
			head                  int
		}{
			{"Maren", "PROPN", "NNP", "nsubj", 2},
			{"didn't", "AUX", "VBD", "aux", 2},
			{"wait", "VERB", "VBP", "root", nlp.None},
			{".", "PUNCT", ".", "punct", 0}, // wrong head
			{"Rain", "NOUN", "NN", "nsubj", 5},
			{"fell", "VERB", "VBD", "root", nlp.None},
		} {
			at += strings.Index(doc.Report.Text[at:], f.word)
			doc.Tokens = append(doc.Tokens, nlp.Token{
				Span: readout.Span{Start: at, End: at + len(f.word)}, UPOS: f.upos, XPOS: f.xpos, Deprel: f.rel, Head: f.head,
			})
			if i == 1 {
				at++
			}
		}
	}}
	got := rawText(nlp.Pipeline{fake}, treebankDocs(trees, "\n\n"))
	want := syntaxScore{gold: 7, system: 6, words: 5, upos: 5, xpos: 4, uas: 4, universal: 4, las: 3}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
