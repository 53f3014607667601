package timex

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/readout-news/readout/internal/nlp"
)

// FuzzRules checks that no rule file makes the parser panic or hang, and that
// what compiles also runs.
func FuzzRules(f *testing.F) {
	f.Add("class u\n  day = day | days\nrule r\n  match <n:number> <u:u>\n  make duration n=$n unit=$u\n  example \"two days\" = \"two days\" DURATION P2D\n")
	f.Add("define a\n  ( b | c )? d\nrule r\n  match [x: {a}] <end>\n  after ^ | in\n  not-before ( . | , )\n  make x: date day=$d\n  example @none \"x\" = none\n")
	f.Add("modifiers duration before\n  MORE_THAN = more than | over\n")
	f.Add("rule r\n  match \"(\" a.m. <capital>?\n  skip\n  example \"\" = none\n")
	f.Fuzz(func(t *testing.T, text string) {
		set, err := parseFS(fstest.MapFS{"d/x.rules": {Data: []byte(text)}}, "d")
		if err != nil {
			return
		}
		doc := docOf("On Monday, 14 June 2030 at 10 a.m. it took two-and-a-half hours.", exampleDay)
		annotator(set).Run(doc)
	})
}

// FuzzAnnotator checks the promises of the layer on any text: spans within
// it, on rune edges, in order and without overlap, values present.
func FuzzAnnotator(f *testing.F) {
	for _, s := range []string{
		"They spoke for over an hour and a half on Tuesday night.",
		"From 12 to 14 March 2031, between 10 a.m. and 3 p.m. GMT; the 1990s, the '80s, 2014-18, Q3 2029, H1 2030.",
		"“Today,” she said on Sunday, “and two days later.” The second Monday of June 2030; 99999999999 years ago; 0 hours; 5000 years ago; 999999999 million hours later; the 31st.",
		"the year 2000 BC 29 February 2100 1/2 hour ½ hours 24:60 25:00 99/99/9999 week of June 31 easter",
		"Žluť–10am 5\u00a0p.m. \xff the 0th century in 2001 ago last next this",
	} {
		f.Add(s, exampleDay)
		f.Add(s, "")
		f.Add(s, "0001-03-01")
	}
	set := embedded(f)
	a := annotator(set)
	f.Fuzz(func(t *testing.T, text, published string) {
		if !utf8.ValidString(text) {
			return
		}
		doc := docOf(text, published)
		a.Run(doc)
		end := 0
		for i := range doc.Timexes {
			x := &doc.Timexes[i]
			if x.Start < end || x.End <= x.Start || x.End > len(text) {
				t.Fatalf("timex %d has span %v after %d in a text of %d bytes", i, x.Span, end, len(text))
			}
			end = x.End
			if !utf8.ValidString(doc.Text(x.Span)) {
				t.Fatalf("timex %d cuts a rune: %q", i, doc.Text(x.Span))
			}
			if x.Value == "" || x.Type == "" || x.By.Rule == "" || x.Basis == "" {
				t.Fatalf("timex %q lacks a value, type, rule or basis: %+v", doc.Text(x.Span), x)
			}
			if digits := strings.IndexFunc(x.Value, func(r rune) bool { return r < '0' || r > '9' }); x.Value[0] == '-' || digits > 4 || digits < 0 && len(x.Value) > 4 {
				t.Fatalf("timex %q has the value %s", doc.Text(x.Span), x.Value)
			}
			if x.First < 0 || x.Last > len(doc.Tokens) || x.First >= x.Last {
				t.Fatalf("timex %q has tokens [%d, %d)", doc.Text(x.Span), x.First, x.Last)
			}
			if x.Anchor != nlp.None && (x.Anchor < 0 || x.Anchor >= len(doc.Timexes)) {
				t.Fatalf("timex %q has anchor %d of %d", doc.Text(x.Span), x.Anchor, len(doc.Timexes))
			}
		}
	})
}
