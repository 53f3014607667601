package recordjson

import (
	"bytes"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/generate"
)

// A stream is the record to the byte, with every field set, of many reports and
// of none.
func TestStreamIsTheRecord(t *testing.T) {
	for name, rec := range map[string]*readout.Record{
		"every field": filled(), "many": generate.New(generate.Options{Seed: 2, Reports: 40}).Record, "none": {}, "one kind": {Refusals: []readout.Refusal{{Path: "a<b", Reason: "x"}}},
	} {
		t.Run(name, func(t *testing.T) {
			var want, got bytes.Buffer
			if err := Write(&want, rec); err != nil {
				t.Fatal(err)
			}
			if err := Stream(&got, rec, rec, nil); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want.Bytes()) {
				g, w := got.String(), want.String()
				i := 0
				for i < min(len(g), len(w)) && g[i] == w[i] {
					i++
				}
				t.Errorf("differs at byte %d: %.60q, want %.60q", i, g[i:], w[i:])
			}
		})
	}
}

// A span that does not lie in its report ends the lines with an error that
// names the fact's kind.
func TestLinesEndAtAnError(t *testing.T) {
	rec := &readout.Record{
		Reports: []*readout.Report{{ID: "r1", Text: "short"}},
		Timexes: []*readout.Timex{{Evidence: readout.Evidence{Report: "r1", Span: readout.Span{Start: 2, End: 9}}}},
	}
	n := 0
	for l, err := range Lines(rec, rec, nil) {
		if err == nil {
			n++
			continue
		}
		if !strings.Contains(err.Error(), "timex") || l.Fact != nil {
			t.Errorf("got %v with %v", err, l)
		}
		n += 10
	}
	if n != 11 {
		t.Errorf("got %d, want one report and one error", n)
	}
	if err := Stream(&bytes.Buffer{}, rec, rec, nil); err == nil {
		t.Error("the stream hides it")
	}
}
