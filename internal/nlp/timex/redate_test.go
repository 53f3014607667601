package timex

import (
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// TestRedate reads a report without a date again as published on a day: the
// values change as if it had always been, and the first reading stays.
func TestRedate(t *testing.T) {
	const text = "Karvany called on Tuesday. The two had met on June 14 and spoke for two hours today."
	read := func(p readout.Published) *nlp.Doc {
		tok, err := tokenize.New()
		if err != nil {
			t.Fatal(err)
		}
		tx, err := New()
		if err != nil {
			t.Fatal(err)
		}
		doc := &nlp.Doc{Report: &readout.Report{Text: text, Published: p}}
		nlp.Pipeline{tok, tx}.Run(doc)
		return doc
	}
	day := readout.Published{Value: "2031-03-20", Precision: "day"}
	open, want := read(readout.Published{}), read(day)
	d, err := NewDater()
	if err != nil {
		t.Fatal(err)
	}
	got := d.Redate(open, day)
	if len(got) != len(open.Timexes) || len(got) != len(want.Timexes) {
		t.Fatalf("%d time expressions, want %d", len(got), len(want.Timexes))
	}
	for i := range got {
		if got[i].Span != open.Timexes[i].Span || got[i].Value != want.Timexes[i].Value || got[i].Basis != want.Timexes[i].Basis {
			t.Errorf("%q: %s (%s), want %s (%s)", open.Text(got[i].Span), got[i].Value, got[i].Basis, want.Timexes[i].Value, want.Timexes[i].Basis)
		}
	}
	if v := open.Timexes[0].Value; v != "XXXX-WXX-2" {
		t.Errorf("the first reading now has %s", v)
	}
}
