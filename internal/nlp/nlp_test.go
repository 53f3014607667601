package nlp

import (
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
)

// parsed is "Maren told the press that talks ended ." with its tree.
func parsed() *Doc {
	d := &Doc{Report: &readout.Report{Text: "Maren told the press that talks ended."}}
	heads := []int{1, None, 3, 1, 6, 6, 1, 1}
	rels := []string{"nsubj", "root", "det", "obj", "mark", "nsubj:outer", "ccomp", "punct"}
	at := 0
	for i, w := range []string{"Maren", "told", "the", "press", "that", "talks", "ended", "."} {
		start := at + strings.Index(d.Report.Text[at:], w)
		at = start + len(w)
		d.Tokens = append(d.Tokens, Token{Span: readout.Span{Start: start, End: at}, Head: heads[i], Deprel: rels[i]})
	}
	d.Sentences = []Sentence{{Span: readout.Span{End: len(d.Report.Text)}, Last: len(d.Tokens)}}
	return d
}

func TestTree(t *testing.T) {
	d := parsed()
	if got := d.Children(1); !slices.Equal(got, []int{0, 3, 6, 7}) {
		t.Errorf("children of told: %v", got)
	}
	if got := d.Child(6, "nsubj"); got != 5 {
		t.Errorf("subject of ended: %d", got)
	}
	if got := d.Child(6, "nsubj:pass"); got != None {
		t.Errorf("passive subject of ended: %d", got)
	}
	if first, last := d.Subtree(6); d.Text(d.TokenSpan(first, last)) != "that talks ended" {
		t.Errorf("clause of ended: %q", d.Text(d.TokenSpan(first, last)))
	}
	if first, last := d.TokensIn(readout.Span{Start: 8, End: 12}); first != 1 || last != 3 {
		t.Errorf("tokens that overlap bytes 8-12: %d-%d, want 1-3", first, last)
	}
	if first, last := d.TokensIn(readout.Span{Start: len(d.Report.Text), End: len(d.Report.Text)}); first != last {
		t.Errorf("tokens past the end: %d-%d", first, last)
	}
}

// A tree with a loop, which no parser should give, must not hang Subtree.
func TestSubtreeOfALoop(t *testing.T) {
	d := parsed()
	d.Tokens[1].Head = 6
	if first, last := d.Subtree(3); first != 2 || last != 4 {
		t.Errorf("got %d-%d, want 2-4", first, last)
	}
}

func TestMentionAtIsInnermost(t *testing.T) {
	d := parsed()
	d.Mentions = []Mention{{Span: d.TokenSpan(2, 7), First: 2, Last: 7}, {Span: d.TokenSpan(2, 4), First: 2, Last: 4}}
	if got := d.MentionAt(3); got != 1 {
		t.Errorf("got %d, want the shorter", got)
	}
	if got := d.MentionAt(0); got != None {
		t.Errorf("got %d, want none", got)
	}
}

func TestValidate(t *testing.T) {
	run := func(*Doc) {}
	tokens := &Annotator{Name: "tokenize", Doc: "d", Version: "1", Provides: []Layer{LayerTokens}, Run: run}
	names := &Annotator{Name: "names", Doc: "d", Version: "2", Requires: []Layer{LayerTokens}, Provides: []Layer{LayerNames}, Run: run}
	for _, tc := range []struct {
		name string
		p    Pipeline
		want string // part of the error, "" none
	}{
		{"in order", Pipeline{tokens, names}, ""},
		{"empty", nil, ""},
		{"a layer missing", Pipeline{names, tokens}, "requires layer tokens"},
		{"a layer twice", Pipeline{tokens, tokens}, "both provide"},
		{"no version", Pipeline{{Name: "x", Doc: "d", Run: run}}, "version"},
	} {
		err := tc.p.Validate()
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s: got %v, want %q", tc.name, err, tc.want)
		}
	}
	p := Pipeline{tokens, names}
	if got := p.Version(); got != "tokenize/1 names/2" {
		t.Errorf("version: %q", got)
	}
}
