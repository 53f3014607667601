package fit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/ml/crf"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/names"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// gold tokenises text, in which names are written as [name type].
func gold(t *testing.T, text string) Example {
	t.Helper()
	tokens, err := tokenize.New()
	if err != nil {
		t.Fatal(err)
	}
	d := corpus.NameDoc{ID: "test"}
	for text != "" {
		before, rest, ok := strings.Cut(text, "[")
		d.Text += before
		if !ok {
			break
		}
		in, after, _ := strings.Cut(rest, "]")
		i := strings.LastIndexByte(in, ' ')
		start := len(d.Text)
		d.Text += in[:i]
		d.Names = append(d.Names, corpus.GoldName{Span: readout.Span{Start: start, End: len(d.Text)}, Type: in[i+1:]})
		text = after
	}
	return example(d, worldwideTypes, tokens)
}

func TestExample(t *testing.T) {
	e := gold(t, "[Ilse Maren Person] paid [$5 Money] to [Orrin's Times Organization] in [Sollund Harbour Facility].")
	var got []string
	for i, l := range e.labels() {
		if l != "O" {
			got = append(got, e.Doc.Word(i)+" "+l)
		}
	}
	want := []string{"Ilse B-person", "Maren I-person", "Orrin B-organization", "'s I-organization", "Times I-organization", "Sollund B-place", "Harbour I-place"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWithHeadlines(t *testing.T) {
	e := gold(t, "The talks began in [Sollund Location] on Monday. They were led by [Ilse Maren Person] of [Orrin Location].\n\n"+
		"Later [Tomas Ered Person] spoke to the press. All went home.")
	h := withHeadlines(e)
	if len(h.Doc.Sentences) != len(e.Doc.Sentences)+2 {
		t.Fatalf("%d sentences of %d", len(h.Doc.Sentences), len(e.Doc.Sentences))
	}
	var got []string
	for _, g := range h.Names {
		got = append(got, fmt.Sprintf("%s %s", g.In(h.Doc.Report.Text), g.Type))
	}
	want := []string{
		"Ilse Maren person", "Orrin place", "TOMAS ERED person",
		"Sollund place", "Ilse Maren person", "Orrin place", "Tomas Ered person",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if s := h.Doc.Text(h.Doc.Sentences[0].Span); s != "They Were Led by Ilse Maren of Orrin." {
		t.Errorf("headline %q", s)
	}
	for i, tok := range h.Doc.Tokens {
		if s := h.Doc.Sentences[tok.Sent]; i < s.First || i >= s.Last {
			t.Fatalf("token %d is not in its sentence", i)
		}
	}
	if none := gold(t, "All went home."); len(withHeadlines(none).Doc.Sentences) != 1 {
		t.Error("a headline of an article without names")
	}
}

func TestScore(t *testing.T) {
	name := func(start, end int, typ string) corpus.GoldName {
		return corpus.GoldName{Span: readout.Span{Start: start, End: end}, Type: typ}
	}
	s := Score{}
	s.Add([]corpus.GoldName{name(0, 3, "person"), name(5, 9, "place"), name(5, 9, "place")},
		[]corpus.GoldName{name(0, 3, "person"), name(5, 9, "organization")})
	if got := s.Total(); got != (Counts{TP: 1, FP: 2, FN: 1}) {
		t.Errorf("total %+v", got)
	}
	if got := s.Total("person", "organization"); got != (Counts{TP: 1, FN: 1}) {
		t.Errorf("persons and organisations %+v", got)
	}
	if p, r, f := s.Total().PRF(); p < 33.3 || p > 33.4 || r != 50 || f < 39.9 || f > 40.1 {
		t.Errorf("P %f R %f F %f", p, r, f)
	}
	if got := s.Table(""); strings.Count(got, "\n") != 3 || !strings.HasPrefix(got, "organization") {
		t.Errorf("table %q", got)
	}
}

// TestTrainAndDecode fits a model to a handful of sentences and reads them.
func TestTrainAndDecode(t *testing.T) {
	var all []Example
	for _, text := range []string{
		"President [Ilse Maren Person] flew to [Sollund Location] on Monday.",
		"Minister [Tomas Ered Person] flew to [Orrin Location] on Friday.",
		"President [Dana Whitlock Person] spoke in [Karvany Location] on Sunday.",
		"The [Orrin Bank Organization] paid for it.",
	} {
		all = append(all, gold(t, text))
	}
	o := crf.Options{Epochs: 30, Seed: 1, Version: "test"}
	m, err := Train(all, ShippedTypes, names.Resources{}, o)
	if err != nil {
		t.Fatal(err)
	}
	if got := Measure(m, all, names.Resources{}).Total(); got.FP+got.FN > 0 || got.TP != 7 {
		t.Errorf("on its own training data: %v", got)
	}
	bad := gold(t, "[Orrin Location] won.")
	bad.Names[0].Type = "river"
	if _, err := Train([]Example{bad}, ShippedTypes, names.Resources{}, o); err == nil || !strings.Contains(err.Error(), "river") {
		t.Errorf("an unknown type: %v", err)
	}
}

func TestCoarse(t *testing.T) {
	doc := &nlp.Doc{Mentions: []nlp.Mention{{Type: nlp.OutletName}, {Type: nlp.EventName}, {Type: nlp.PersonName}}}
	var got []string
	for _, g := range Coarse(doc) {
		got = append(got, g.Type)
	}
	if want := []string{"organization", "misc", "person"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
