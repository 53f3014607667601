package claim_test

import (
	"bufio"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/claim"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
)

// reader is the program's own pipeline, loaded once.
var reader = sync.OnceValues(pipeline.New)

// told reads texts as reports of one day and links them.
func told(t *testing.T, texts ...string) *readout.Record {
	t.Helper()
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	var docs []*nlp.Doc
	for i, text := range texts {
		docs = append(docs, r.Annotate(&readout.Report{
			ID: "r" + string(rune('1'+i)), Text: text, Language: "en",
			Published: readout.Published{Value: "2031-03-19", Precision: "day", Basis: readout.BasisSidecar},
		}))
	}
	rec, err := r.Record(docs)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// Every row of the lists has a sentence that shows it: the claim of its
// attribute has the words in brackets.
func TestExamplesOfTheLists(t *testing.T) {
	for _, l := range []struct{ file, attribute string }{
		{"tone.tsv", claim.Tone},
		{"outcome.tsv", claim.Outcome},
		{"numbers.tsv", claim.Number},
		{"topics.tsv", claim.Topic},
	} {
		f, err := os.Open("../../../lexicons/en/claims/" + l.file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		in := bufio.NewScanner(f)
		for in.Scan() {
			if in.Text() == "" || in.Text()[0] == '#' {
				continue
			}
			example := in.Text()[strings.LastIndexByte(in.Text(), '\t')+1:]
			_, rest, ok := strings.Cut(example, "[")
			want, _, ok2 := strings.Cut(rest, "]")
			if !ok || !ok2 {
				t.Errorf("%s: no value in brackets: %s", l.file, example)
				continue
			}
			text := strings.NewReplacer("[", "", "]", "").Replace(example)
			t.Run(l.file+"/"+text, func(t *testing.T) {
				var got []string
				for _, c := range told(t, text).Claims {
					if c.Attribute == l.attribute {
						got = append(got, c.Text)
					}
				}
				for _, g := range got {
					if g == want {
						return
					}
				}
				t.Errorf("want %q, got %q", want, got)
			})
		}
		if err := in.Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestGapped: a value after a second speaker, with the verb of saying left out,
// is that speaker's; a name that only joins another one says nothing.
func TestGapped(t *testing.T) {
	for text, want := range map[string]string{
		"President Ana Kell of Orrin spoke by telephone with President Tomas Brandt of Veldt on Monday. Veldt has said that the call lasted an hour, and Orrin nearly two hours.": "Orrin",
		"President Ana Kell of Orrin spoke by telephone with President Tomas Brandt of Veldt on Monday. Veldt has said that the call lasted an hour or nearly two hours.":         "Veldt",
	} {
		rec := told(t, text)
		names := map[string]string{}
		for _, e := range rec.Entities {
			names[e.ID] = e.Name
		}
		found := false
		for _, c := range rec.Claims {
			if c.Attribute == claim.Duration && strings.Contains(c.Text, "two hours") {
				found = true
				if got := names[c.Holder]; got != want {
					t.Errorf("%q: held by %q, want %q", text, got, want)
				}
			}
		}
		if !found {
			t.Errorf("%q: no claim", text)
		}
	}
}

// TestNeitherIsNoDenial: who will not confirm or deny a call has not denied it.
func TestNeitherIsNoDenial(t *testing.T) {
	rec := told(t, "President Ana Kell of Orrin reportedly spoke by telephone with President Tomas Brandt of Veldt on Monday, two officials said. Mr Brandt’s spokesman, Ivo Sand, would neither confirm nor deny the call.")
	for _, c := range rec.Claims {
		if c.Attribute == claim.Occurrence && c.Value.Text == string(readout.Denied) {
			t.Errorf("%q is read as a denial", c.Text)
		}
		if c.Attribute == claim.Occurrence && c.Text == "call" {
			t.Errorf("%q says no more than the answer that it stands in", c.Text)
		}
	}
	for _, d := range rec.Disagreements {
		if d.Attribute == claim.Occurrence && d.Verdict == readout.Conflict {
			t.Errorf("conflict: %s", d.Why)
		}
	}
}
