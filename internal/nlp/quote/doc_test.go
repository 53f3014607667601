package quote

import (
	"strconv"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// handDoc builds a Doc from a text and its analysis: one line a token with
// word, lemma, UPOS, XPOS, head (1-based in the sentence, 0 for the root) and
// relation; an empty line ends a sentence. Words are found in the text in
// order; a newline in the text starts a paragraph.
func handDoc(t testing.TB, text, rows string) *nlp.Doc {
	t.Helper()
	doc := &nlp.Doc{Report: &readout.Report{ID: "r", Text: text}}
	at, first, para := 0, 0, 0
	flush := func() {
		if first == len(doc.Tokens) {
			return
		}
		doc.Sentences = append(doc.Sentences, nlp.Sentence{
			Span:  readout.Span{Start: doc.Tokens[first].Start, End: doc.Tokens[len(doc.Tokens)-1].End},
			First: first, Last: len(doc.Tokens), Para: para,
		})
		first = len(doc.Tokens)
	}
	for _, line := range strings.Split(strings.TrimSpace(rows), "\n") {
		c := strings.Fields(line)
		if len(c) == 0 {
			flush()
			continue
		}
		if len(c) != 6 {
			t.Fatalf("row %q: %d fields, want 6", line, len(c))
		}
		i := strings.Index(text[at:], c[0])
		if i < 0 {
			t.Fatalf("word %q is not in the text after %q", c[0], text[:at])
		}
		if first == len(doc.Tokens) && strings.Contains(text[at:at+i], "\n") {
			para++
		}
		at += i
		head, err := strconv.Atoi(c[4])
		if err != nil {
			t.Fatal(err)
		}
		if head += first - 1; c[4] == "0" {
			head = nlp.None
		}
		doc.Tokens = append(doc.Tokens, nlp.Token{
			Span: readout.Span{Start: at, End: at + len(c[0])}, Sent: len(doc.Sentences),
			Lemma: c[1], UPOS: c[2], XPOS: c[3], Head: head, Deprel: c[5],
		})
		at += len(c[0])
	}
	flush()
	return doc
}

// show writes an attribution as "kind rule [source] [cue] {content|content}"
// with its extras, for comparison.
func show(doc *nlp.Doc, a *nlp.Attribution) string {
	var pieces []string
	for _, s := range a.Content {
		pieces = append(pieces, doc.Text(s))
	}
	out := string(a.Kind) + " " + a.By.Rule + " [" + doc.Text(a.Source) + "] [" + doc.Text(a.Cue) + "] {" + strings.Join(pieces, " | ") + "}"
	if !a.AddressSpan.Empty() {
		out += " to:" + doc.Text(a.AddressSpan)
	}
	if !a.Medium.Empty() {
		out += " in:" + doc.Text(a.Medium)
	}
	if !a.Uttered {
		out += " unuttered"
	}
	if a.Negated {
		out += " negated"
	}
	if a.Parent != nlp.None {
		out += " parent:" + strconv.Itoa(a.Parent)
	}
	if a.Relay != nlp.None {
		out += " relay:" + strconv.Itoa(a.Relay)
	}
	return out
}
