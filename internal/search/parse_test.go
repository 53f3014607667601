package search

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

func TestParse(t *testing.T) {
	word := func(s string) store.Term { return store.Term{Text: s} }
	phrase := func(s string) store.Term { return store.Term{Text: s, Mode: store.Phrase} }
	for _, c := range []struct {
		in   string
		want Query
	}{
		{"", Query{}},
		{"  lake   levels ", Query{Terms: []store.Term{word("lake"), word("levels")}}},
		{`"lake levels" quota`, Query{Terms: []store.Term{phrase("lake levels"), word("quota")}}},
		{"“lake levels” „quota“ «boats»", Query{Terms: []store.Term{phrase("lake levels"), phrase("quota"), phrase("boats")}}},
		{`lake -quota -"the talks"`, Query{Terms: []store.Term{word("lake"), {Text: "quota", Not: true}, {Text: "the talks", Mode: store.Phrase, Not: true}}}},
		{`cease* "peace tal"*`, Query{Terms: []store.Term{{Text: "cease", Mode: store.Prefix}, {Text: "peace tal", Mode: store.Prefix}}}},
		{"al-Amin cease-fire", Query{Terms: []store.Term{word("al-Amin"), word("cease-fire")}}},
		{"- … * \"\"", Query{}},
		{`by:torokai TO:"Ilse Maren" from:“Harbour Wire” at:orrin`, Query{By: []string{"torokai"}, To: []string{"Ilse Maren"}, From: []string{"Harbour Wire"}, At: []string{"orrin"}}},
		{"by:a by:b", Query{By: []string{"a", "b"}}},
		{"type:direct,Mixed type:partial kind:CONSULT", Query{Type: []readout.StatementKind{"direct", "mixed", "mixed"}, Kind: []string{"CONSULT"}}},
		{"in:quotes,events in:text,quotes", Query{In: []store.Kind{store.KindStatement, store.KindEvent, store.KindReport}}},
		{"after:2031-03-01 before:2031-03-14", Query{First: "2031-03-01", Last: "2031-03-14"}},
		{"on:14 March 2031 boats", Query{First: "2031-03-14", Last: "2031-03-14", Terms: []store.Term{word("boats")}}},
		{"on:March 14, 2031", Query{First: "2031-03-14", Last: "2031-03-14"}},
		{`after:"early March 2031"`, Query{First: "2031-03-01"}},
		{"before:late February 2032 x", Query{Last: "2032-02-29", Terms: []store.Term{word("x")}}},
		{"on:mid March of 2031", Query{First: "2031-03-11", Last: "2031-03-20"}},
		{"on:2031", Query{First: "2031", Last: "2031"}},
		{"on:2031 2032", Query{First: "2031", Last: "2031", Terms: []store.Term{word("2032")}}},
		{"on:late 2031", Query{First: "2031-09", Last: "2031-12"}},
		{"after:2031 after:2031-03 before:2032 before:2033", Query{First: "2031-03", Last: "2032"}},
		{"on:2031-03 before:2031-03-14", Query{First: "2031-03", Last: "2031-03-14"}},
		{"before:2031-03-14 on:2031-03", Query{First: "2031-03", Last: "2031-03-14"}},
		{"on:2031 before:2031-02", Query{First: "2031", Last: "2031-02"}},
		{"before:2031-12 before:2031", Query{Last: "2031-12"}},
		{"a AND b", Query{Terms: []store.Term{word("a"), word("b")}}},
		{"a OR b", Query{Terms: []store.Term{word("a"), word("b")}, Notes: []Note{{readout.Span{Start: 2, End: 4}, "OR does nothing: all words have to be there; search for each by itself"}}}},
		{"a NOT b", Query{Terms: []store.Term{word("a"), word("b")}, Notes: []Note{{readout.Span{Start: 2, End: 5}, "write -b for what is to be left out; NOT does nothing"}}}},
		{"x speaker:maren 10:30 https://a.example", Query{
			Terms: []store.Term{word("x"), word("speaker:maren"), word("10:30"), word("https://a.example")},
			Notes: []Note{
				{readout.Span{Start: 2, End: 15}, "there is no operator “speaker:”; these are words"},
				{readout.Span{Start: 22, End: 39}, "there is no operator “https:”; these are words"},
			},
		}},
	} {
		got, err := Parse(c.in)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
		}
		c.want.Input = c.in
		if diff := cmp.Diff(c.want, got, cmpopts.IgnoreUnexported(Query{})); diff != "" {
			t.Errorf("%q (-want +got)\n%s", c.in, diff)
		}
	}
}

func TestAnySort(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "lake levels": "lake levels", "in:text": "", "lake in:quotes": "lake",
		`IN:"events"  lake   levels in:quotes,text "in:people" by:maren`: `lake   levels "in:people" by:maren`,
	} {
		q, err := Parse(in)
		if got := q.AnySort(); err != nil || got != want {
			t.Errorf("%q: %q, want %q, %v", in, got, want, err)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		in   string
		at   string // of each error, in the input
		says string
	}{
		{`lake "levels`, `"levels`, "not closed"},
		{`by: maren`, "by:", "needs a value"},
		{`by:"" x`, `by:""`, "needs a value"},
		{`-by:maren`, "-by:maren", "take it away"},
		{"type:shouted", "shouted", "direct, mixed or indirect"},
		{"in:attic,quotes", "attic,quotes", "events, quotes, people or text"},
		{"on:tuesday", "tuesday", "no day"},
		{"on:2031-02-30", "2031-02-30", "no day"},
		{"on:early 14 March 2031", "early", "no day"},
		{"x after:2032 before:2031-04 y", "before:2031-04", "behind the last"},
		{strings.Repeat("x", 2001), strings.Repeat("x", 2001), "fewer words"},
		{strings.Repeat("x ", 41), "x", "fewer words"},
	} {
		_, err := Parse(c.in)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q: no error with a place: %v", c.in, err)
			continue
		}
		if got := e.At.In(c.in); got != c.at || !strings.Contains(e.Text, c.says) {
			t.Errorf("%q: at %q: %q, want at %q: %q", c.in, got, e.Text, c.at, c.says)
		}
	}
	// The rest is understood.
	q, err := Parse("lake in:attic by:maren")
	if err == nil || len(q.Terms) != 1 || len(q.By) != 1 {
		t.Errorf("%+v, %v", q, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`a "b c" -d e* by:f to:"g h" in:text`, "on:early March 2031 x", `"`, "-", "by:", "“a” after:2031-02-30", "\xff:x\x00", "x OR NOT"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		q, err := Parse(in)
		check := func(at readout.Span) {
			if at.Start < 0 || at.End > len(in) || at.Start > at.End {
				t.Fatalf("%q: span %v", in, at)
			}
			if utf8.ValidString(in) && !utf8.ValidString(at.In(in)) {
				t.Fatalf("%q: span %v is not on rune edges", in, at)
			}
		}
		var joined interface{ Unwrap() []error }
		if errors.As(err, &joined) {
			for _, e := range joined.Unwrap() {
				var at *Error
				if !errors.As(e, &at) || at.Text == "" {
					t.Fatalf("%q: %v has no place", in, e)
				}
				check(at.At)
			}
		}
		for _, n := range q.Notes {
			check(n.At)
		}
		if len(q.Terms) != len(q.termSpans) {
			t.Fatalf("%q: %d terms at %d places", in, len(q.Terms), len(q.termSpans))
		}
		for i, x := range q.Terms {
			check(q.termSpans[i])
			if got := q.termSpans[i].In(in); !strings.HasPrefix(got, x.Text) {
				t.Fatalf("%q: term %q at %q", in, x.Text, got)
			}
		}
		for _, d := range []string{q.First, q.Last} {
			if _, _, ok := Days(d); d != "" && !ok {
				t.Fatalf("%q: %q is no day", in, d)
			}
		}
		// The same input says the same.
		again, _ := Parse(in)
		if diff := cmp.Diff(q, again, cmp.AllowUnexported(Query{})); diff != "" {
			t.Fatalf("%q (-first +second)\n%s", in, diff)
		}
	})
}

// A query is as long as it may be, in bytes and in parts, and no longer.
func TestParseLimits(t *testing.T) {
	for in, ok := range map[string]bool{
		strings.Repeat("a", maxInput): true, strings.Repeat("a", maxInput+1): false, strings.Repeat("é", maxInput/2): true, strings.Repeat("é", maxInput/2+1): false,
		strings.Repeat("a ", maxTerms): true, strings.Repeat("a ", maxTerms+1): false, strings.Repeat(`"a b" `, maxTerms): true, strings.Repeat("by:a ", maxTerms+1): false,
	} {
		q, err := Parse(in)
		var at *Error
		if (err == nil) != ok || err != nil && !errors.As(err, &at) {
			t.Errorf("%d bytes, %.12q…: %v", len(in), in, err)
		}
		if !ok && len(q.Terms)+len(q.By) > 0 {
			t.Errorf("%d bytes, %.12q…: read in part", len(in), in)
		}
	}
}
