package statement

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// said describes one attribution of a test: who says what by which words.
type said struct {
	speaker       int
	cue, content  string
	kind          readout.StatementKind
	relay, medium string
}

// interviewDoc cuts text into words, a sentence a line, a paragraph where a
// line is empty, and gives it the attributions.
func interviewDoc(t *testing.T, text string, saids []said) *nlp.Doc {
	t.Helper()
	d := &nlp.Doc{Report: &readout.Report{ID: "r", Text: text}, Chains: []nlp.Chain{{Name: "Ilse Maren"}, {Name: "Ered"}}}
	para, at := 0, 0
	for _, line := range strings.Split(text, "\n") {
		if line == "" {
			para++
			at++
			continue
		}
		first := len(d.Tokens)
		for _, w := range strings.Fields(line) {
			i := at + strings.Index(text[at:], w)
			d.Tokens = append(d.Tokens, nlp.Token{Span: readout.Span{Start: i, End: i + len(w)}, Sent: len(d.Sentences), UPOS: map[bool]string{true: "AUX"}[w == "had"]})
			at = i + len(w)
		}
		d.Sentences = append(d.Sentences, nlp.Sentence{Span: readout.Span{Start: d.Tokens[first].Start, End: at}, First: first, Last: len(d.Tokens), Para: para})
		at++
	}
	find := func(s string) readout.Span {
		if s == "" {
			return readout.Span{}
		}
		i := strings.Index(text, s)
		if i < 0 {
			t.Fatalf("no %q", s)
		}
		return readout.Span{Start: i, End: i + len(s)}
	}
	for _, s := range saids {
		a := nlp.Attribution{Content: []readout.Span{find(s.content)}, Cue: find(s.cue), Kind: s.kind, Medium: find(s.medium), Speaker: s.speaker, Parent: nlp.None, Relay: nlp.None, Addressee: nlp.None, CueToken: nlp.None, Uttered: true}
		first, _ := d.TokensIn(a.Content[0])
		if !a.Cue.Empty() {
			first, _ = d.TokensIn(a.Cue)
		}
		a.Sent = d.Tokens[first].Sent
		d.Attributions = append(d.Attributions, a)
	}
	for i, s := range saids {
		if s.relay != "" {
			d.Attributions = append(d.Attributions, nlp.Attribution{Source: find(s.relay), CueToken: nlp.None, Parent: nlp.None, Relay: nlp.None, Speaker: nlp.None, Addressee: nlp.None})
			d.Attributions[i].Relay = len(d.Attributions) - 1
		}
	}
	return d
}

func TestVenues(t *testing.T) {
	first := said{0, "told", "the lake is open", readout.Indirect, "Harbour Wire", ""}
	const opening = "Maren told Harbour Wire that the lake is open .\n"
	for _, c := range []struct {
		name, rest string
		next       []said
		want       []bool
	}{
		{"same paragraph", "She suggested a visit .", []said{{0, "suggested", "a visit", readout.Indirect, "", ""}}, []bool{true}},
		{"quotation in the next", "\n“ We wait , ” she said .", []said{{0, "said", "We wait", readout.Direct, "", ""}}, []bool{true}},
		{"indirect speech in the next", "\nShe said they wait .", []said{{0, "said", "they wait", readout.Indirect, "", ""}}, []bool{false}},
		{"indirect speech that adds", "\nShe also asked for time .", []said{{0, "asked for", "time", readout.Indirect, "", ""}}, []bool{true}},
		{"two paragraphs on", "\nRain fell .\n\n“ We wait , ” she said .", []said{{0, "said", "We wait", readout.Direct, "", ""}}, []bool{false}},
		{"somebody else between", "Ered denied it .\nShe suggested a visit .", []said{{1, "denied", "it", readout.Indirect, "", ""}, {0, "suggested", "a visit", readout.Indirect, "", ""}}, []bool{false, false}},
		{"another medium", "She suggested in a letter a visit .", []said{{0, "suggested", "a visit", readout.Indirect, "", "a letter"}}, []bool{false}},
		{"another occasion", "She had suggested a visit .", []said{{0, "had suggested", "a visit", readout.Indirect, "", ""}}, []bool{false}},
		{"and on", "She suggested a visit .\n\n“ We wait , ” she said .", []said{{0, "suggested", "a visit", readout.Indirect, "", ""}, {0, "said", "We wait", readout.Direct, "", ""}}, []bool{true, true}},
	} {
		d := interviewDoc(t, opening+c.rest, slices.Concat([]said{first}, c.next))
		v := venues(d)
		var got []bool
		for i := range c.next {
			got = append(got, v[i+1] == d.Attributions[0].Relay)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// wired is a report whose text comes from an agency.
type wired struct{ table }

func (wired) OfWire(int) readout.ChainLink {
	return readout.ChainLink{Entity: "eWire", Text: "Harbour Wire"}
}

func TestChain(t *testing.T) {
	d := interviewDoc(t, "Maren told Harbour Wire that the lake is open .\nReportedly rain fell .", []said{
		{0, "told", "the lake is open", readout.Indirect, "Harbour Wire", ""},
		{nlp.None, "Reportedly", "rain fell", readout.Indirect, "", ""},
	})
	names := func(s *readout.Statement) (out []string) {
		for _, l := range s.Chain {
			out = append(out, l.Text)
		}
		return out
	}
	got := Link([]*nlp.Doc{d}, table{0: "eMaren"}, table{0: "eMaren"})
	if diff := cmp.Diff([][]string{{"Ilse Maren", "Harbour Wire", ""}, {"", ""}}, [][]string{names(got[0]), names(got[1])}); diff != "" {
		t.Errorf("own report (-want +got):\n%s", diff)
	}
	if l := got[1].Chain[0]; l.Entity != "" || l.Cue == nil {
		t.Errorf("a source that is not told: %+v", l)
	}
	got = Link([]*nlp.Doc{d}, wired{table{0: "eMaren"}}, wired{table{0: "eMaren"}})
	if diff := cmp.Diff([][]string{{"Ilse Maren", "Harbour Wire", ""}, {"", "Harbour Wire", ""}}, [][]string{names(got[0]), names(got[1])}); diff != "" {
		t.Errorf("wire report (-want +got):\n%s", diff)
	}
}
