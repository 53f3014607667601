package event

import (
	"fmt"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

// “I told Ilse Maren during a call,” Ered said. The parser hung the name and
// the call on "said".
func TestQuotedWordsStayInTheQuotation(t *testing.T) {
	text := "“I told Maren during a call,” Ered said."
	doc := &nlp.Doc{Report: &readout.Report{Text: text}}
	words := []string{"“", "I", "told", "Maren", "during", "a", "call", ",", "”", "Ered", "said", "."}
	heads := []int{2, 2, 10, 10, 6, 6, 10, 10, 10, 10, nlp.None, 10}
	rels := []string{"punct", "nsubj", "ccomp", "nsubj", "case", "det", "obl", "punct", "punct", "nsubj", "root", "punct"}
	at := 0
	for i, w := range words {
		start := at + strings.Index(text[at:], w)
		at = start + len(w)
		doc.Tokens = append(doc.Tokens, nlp.Token{Span: readout.Span{Start: start, End: at}, Head: heads[i], Deprel: rels[i], UPOS: "X", XPOS: "X"})
	}
	doc.Sentences = []nlp.Sentence{{Span: readout.Span{End: len(text)}, Last: len(words)}}
	doc.Attributions = []nlp.Attribution{{Kind: readout.Direct, CueToken: 10, Content: []readout.Span{{Start: doc.Tokens[1].Start, End: doc.Tokens[7].End}}}}
	lex, err := load(lexicons.FS, "en/events")
	if err != nil {
		t.Fatal(err)
	}
	got := repaired(doc, lex)
	for i, want := range map[int]string{3: "2 obj", 6: "2 obl", 2: "10 ccomp", 9: "10 nsubj"} {
		tok := got.Tokens[i]
		if s := fmt.Sprint(tok.Head, " ", tok.Deprel); s != want {
			t.Errorf("%s: got %s, want %s", words[i], s, want)
		}
	}
	if doc.Tokens[3].Head != 10 {
		t.Error("the document's own tree was changed")
	}
}
