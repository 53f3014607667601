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

// treeDoc makes a document of one sentence: form|lemma|UPOS|XPOS|head|deprel
// for each word, heads from 1, words glued to the one before marked with "~".
func treeDoc(t *testing.T, tree string) *nlp.Doc {
	t.Helper()
	doc := &nlp.Doc{Report: &readout.Report{}}
	var text strings.Builder
	for _, w := range strings.Fields(tree) {
		f := strings.Split(w, "|")
		form, glued := strings.CutPrefix(f[0], "~")
		if !glued && text.Len() > 0 {
			text.WriteByte(' ')
		}
		start := text.Len()
		text.WriteString(form)
		head := 0
		if _, err := fmt.Sscan(f[4], &head); err != nil {
			t.Fatal(err)
		}
		doc.Tokens = append(doc.Tokens, nlp.Token{Span: readout.Span{Start: start, End: text.Len()}, Lemma: f[1], UPOS: f[2], XPOS: f[3], Head: head - 1, Deprel: f[5]})
	}
	doc.Report.Text = text.String()
	doc.Sentences = []nlp.Sentence{{Span: readout.Span{End: text.Len()}, Last: len(doc.Tokens)}}
	return doc
}

func TestRepairs(t *testing.T) {
	lex, err := load(lexicons.FS, "en/events")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, tree string
		want       map[int]string // token: lemma, head from 1, relation
	}{
		{
			"the perfect of a verb read as an adjective",
			"They|they|PRON|PRP|2|nsubj have|have|VERB|VBP|0|root shared|share|VERB|VBN|4|amod evidence|evidence|NOUN|NN|2|obj",
			map[int]string{0: "they 3 nsubj", 1: "have 3 aux", 2: "share 0 root", 3: "evidence 3 obj"},
		},
		{
			"an adjective stays one",
			"They|they|PRON|PRP|2|nsubj have|have|VERB|VBP|0|root the|the|DET|DT|5|det shared|share|VERB|VBN|5|amod evidence|evidence|NOUN|NN|2|obj",
			map[int]string{1: "have 0 root", 3: "share 5 amod"},
		},
		{
			"a count at the head of a sentence is the subject",
			"Up|up|ADP|IN|4|case to|to|ADP|IN|1|fixed 90|90|NUM|CD|4|nummod pupils|pupil|NOUN|NNS|5|obl marched|march|VERB|VBD|0|root",
			map[int]string{3: "pupil 5 nsubj"},
		},
		{
			"a word with hyphens is one",
			"The|the|DET|DT|4|det sit|sit|NOUN|NN|4|compound ~-|-|PUNCT|HYPH|2|punct ~down|down|NOUN|NN|5|nsubj ended|end|VERB|VBD|0|root",
			map[int]string{3: "sit-down 5 nsubj"},
		},
		{
			"the goal of a trip",
			"Maren|Maren|PROPN|NNP|2|nsubj cancelled|cancel|VERB|VBD|0|root a|a|DET|DT|4|det trip|trip|NOUN|NN|2|obj to|to|ADP|IN|6|case Orrin|Orrin|PROPN|NNP|2|obl",
			map[int]string{5: "Orrin 4 nmod"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := treeDoc(t, tt.tree)
			got := repaired(doc, lex)
			for i, want := range tt.want {
				tok := got.Tokens[i]
				if s := fmt.Sprint(tok.Lemma, " ", tok.Head+1, " ", tok.Deprel); s != want {
					t.Errorf("%s: got %s, want %s", doc.Word(i), s, want)
				}
			}
		})
	}
}

func TestTopicEndsBeforeThePartner(t *testing.T) {
	lex, err := load(lexicons.FS, "en/events")
	if err != nil {
		t.Fatal(err)
	}
	doc := buildDoc(t, example{tree: "Maren|Maren|PROPN|NNP|2|nsubj|person discussed|discuss|VERB|VBD|0|root the|the|DET|DT|4|det port|port|NOUN|NN|2|obj with|with|ADP|IN|6|case Ered|Ered|PROPN|NNP|4|nmod|person"})
	run(doc, lex)
	if len(doc.Events) != 1 {
		t.Fatalf("%d events, want 1", len(doc.Events))
	}
	var topics []string
	for _, a := range doc.Events[0].Args {
		if a.Role == "topic" {
			topics = append(topics, doc.Text(a.Span))
		}
	}
	if got := strings.Join(topics, "|"); got != "the port" {
		t.Errorf("topics %q, want \"the port\"", got)
	}
}
