package quote

import (
	"strings"
	"sync"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/lemma"
	"github.com/readout-news/readout/internal/nlp/names"
	"github.com/readout-news/readout/internal/nlp/syntax"
	"github.com/readout-news/readout/internal/nlp/tokenize"
	"github.com/readout-news/readout/lexicons"
)

// reader is the annotators up to this one, as the program runs them.
var reader = sync.OnceValues(func() (nlp.Pipeline, error) {
	var out nlp.Pipeline
	for _, load := range []func() (*nlp.Annotator, error){tokenize.New, newSyntax, lemma.New, names.New, New} {
		a, err := load()
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
})

// read annotates text with the real models.
func read(t testing.TB, text string) *nlp.Doc {
	t.Helper()
	p, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	doc := &nlp.Doc{Report: &readout.Report{ID: "r", Text: text}}
	for _, a := range p {
		a.Run(doc)
	}
	return doc
}

// rowsOf are the rows of a lexicon file.
func rowsOf(t *testing.T, name string, cols int) [][]string {
	t.Helper()
	var out [][]string
	if err := readTable(lexicons.FS, name, cols, func(c []string) error { out = append(out, c); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRelayExamples(t *testing.T) {
	for _, c := range rowsOf(t, "en/relays.tsv", 3) {
		text, want := c[2], ""
		if i, j := strings.Index(text, "["), strings.Index(text, "]"); i >= 0 && j > i {
			want = text[i+1 : j]
		}
		if !strings.Contains(strings.ToLower(text), c[0]) {
			t.Errorf("%s: not in its example", c[0])
		}
		doc := read(t, strings.NewReplacer("[", "", "]", "").Replace(text))
		got := ""
		for i := range doc.Attributions {
			if a := &doc.Attributions[i]; len(a.Content) > 0 && a.Relay != nlp.None {
				got = doc.Text(doc.Attributions[a.Relay].Source)
			}
		}
		if got != want {
			t.Errorf("%s: relay %q, want %q, in %q", c[0], got, want, text)
		}
	}
}

func TestFactualityExamples(t *testing.T) {
	for _, c := range rowsOf(t, "en/factuality.tsv", 4) {
		for _, text := range strings.Split(c[3], "|") {
			doc := read(t, text)
			var got []string
			for i := range doc.Attributions {
				if a := &doc.Attributions[i]; len(a.Content) > 0 {
					got = append(got, string(a.Factuality))
				}
			}
			if len(got) != 1 || got[0] != c[1] {
				t.Errorf("%s: got %v, want %s", text, got, c[1])
			}
		}
	}
}

func newSyntax() (*nlp.Annotator, error) { return syntax.New(syntax.Options{}) }
