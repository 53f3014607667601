package response_test

import (
	"bufio"
	"strings"
	"sync"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/lexicons"
)

// reader loads the pipeline once: the examples of the lexicon are sentences,
// and whether a frame meets a sentence depends on every annotator before it.
var reader = sync.OnceValues(pipeline.New)

func read(t *testing.T, text string) *nlp.Doc {
	t.Helper()
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	return r.Annotate(&readout.Report{ID: "r1", Text: text})
}

// row is one line of the lexicon with its example.
type row struct{ file, rule, kind, example string }

func examples(t *testing.T) []row {
	t.Helper()
	var out []row
	for _, f := range []struct {
		name string
		col  int
	}{{"frames.tsv", 6}, {"opens.tsv", 4}, {"accounts.tsv", 2}} {
		in, err := lexicons.FS.Open("en/responses/" + f.name)
		if err != nil {
			t.Fatal(err)
		}
		s := bufio.NewScanner(in)
		for s.Scan() {
			c := strings.Split(s.Text(), "\t")
			if strings.HasPrefix(s.Text(), "#") || len(c) <= f.col {
				continue
			}
			out = append(out, row{f.name, c[0], c[1], c[f.col]})
		}
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// unmark takes the marks out of an example and returns the spans they held.
func unmark(example string) (text string, who, about readout.Span) {
	var b strings.Builder
	for _, r := range example {
		switch r {
		case '[':
			who.Start = b.Len()
		case ']':
			who.End = b.Len()
		case '<':
			about.Start = b.Len()
		case '>':
			about.End = b.Len()
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), who, about
}

func TestExamples(t *testing.T) {
	rows := examples(t)
	if len(rows) < 60 {
		t.Fatalf("%d examples, want those of every row", len(rows))
	}
	seen := map[string]bool{}
	for _, x := range rows {
		t.Run(x.rule, func(t *testing.T) {
			if seen[x.rule] {
				t.Fatalf("rule %s stands twice", x.rule)
			}
			seen[x.rule] = true
			text, who, about := unmark(x.example)
			doc := read(t, text)
			if x.kind == "none" {
				if len(doc.Responses) > 0 {
					t.Fatalf("%s: %q gives %s by %s, want no answer", x.file, text, doc.Responses[0].Kind, doc.Responses[0].By.Rule)
				}
				return
			}
			if len(doc.Responses) != 1 {
				t.Fatalf("%s: %q gives %d answers, want one", x.file, text, len(doc.Responses))
			}
			r := &doc.Responses[0]
			if r.By.Rule != "response/"+x.rule || string(r.Kind) != x.kind {
				t.Errorf("%q: got %s by %s, want %s by %s", text, r.Kind, r.By.Rule, x.kind, x.rule)
			}
			if got := doc.Text(r.Who); got != doc.Text(who) {
				t.Errorf("%q: party %q, want %q", text, got, doc.Text(who))
			}
			if got := doc.Text(r.About); got != doc.Text(about) {
				t.Errorf("%q: about %q, want %q", text, got, doc.Text(about))
			}
			if r.Cue.Empty() || !r.Overlaps(r.Cue) {
				t.Errorf("%q: cue %q outside of %q", text, doc.Text(r.Cue), doc.Text(r.Span))
			}
		})
	}
}

// TestLeftOut are sentences that look like answers and are none, or none that
// the record may pin on anybody.
func TestLeftOut(t *testing.T) {
	for _, text := range []string{
		"If confirmed, Ilse Maren will lead the ministry.",
		"Doctors reported 40 confirmed cases on Monday.",
		"Reuters could not independently confirm the report.",
		"The court denied the appeal on Friday.",
		"He may deny the report.",
		"Tests confirmed that the water was clean.",
		"A man who asked not to be named, and who declined to be identified, watched.",
		"Did the minister deny the report?",
	} {
		if doc := read(t, text); len(doc.Responses) > 0 {
			t.Errorf("%q: got %s by %s", text, doc.Responses[0].Kind, doc.Responses[0].By.Rule)
		}
	}
}

// TestNeither reads answers that neither confirm nor deny, whatever the tree
// makes of "neither".
func TestNeither(t *testing.T) {
	for _, tt := range []struct{ text, who, want string }{
		{"Maren neither confirmed nor denied that she met Aldane on Friday.", "Maren", "neither"},
		{"Maren neither confirmed nor denied the talks took place.", "Maren", "neither"},
		{"Maren neither confirmed nor denied the report.", "Maren", "neither"},
		{"Maren neither openly confirmed nor flatly denied the report.", "Maren", "neither"},
		{"Maren neither denied nor confirmed that she met Aldane.", "Maren", "neither"},
		{"Karvany has neither confirmed nor denied that its army attacked the dam.", "Karvany", "neither"},
		{"Neither side confirmed the strike.", "Neither side", "neither"},
		{"Maren confirmed the report.", "Maren", "confirm"},
		{"Maren denied that she met Aldane on Friday.", "Maren", "deny"},
	} {
		doc := read(t, tt.text)
		if len(doc.Responses) != 1 {
			t.Errorf("%q gives %d answers, want one", tt.text, len(doc.Responses))
			continue
		}
		if r := &doc.Responses[0]; string(r.Kind) != tt.want || doc.Text(r.Who) != tt.who {
			t.Errorf("%q: %s by %q, want %s by %q", tt.text, r.Kind, doc.Text(r.Who), tt.want, tt.who)
		}
	}
}

// TestSeveralParties has an answer of two parties: one response each, of the
// same words.
func TestSeveralParties(t *testing.T) {
	doc := read(t, "Ilse Maren and Tomas Ered declined to comment on the report.")
	var who []string
	for i := range doc.Responses {
		who = append(who, doc.Text(doc.Responses[i].Who))
	}
	if strings.Join(who, ", ") != "Ilse Maren, Tomas Ered" {
		t.Errorf("parties %q, want each of the two", who)
	}
}

// TestThrough has an answer that another passes on.
func TestThrough(t *testing.T) {
	doc := read(t, "“The ministry has confirmed the strike,” Harbour Wire said.")
	if len(doc.Responses) != 1 {
		t.Fatalf("%d answers, want one", len(doc.Responses))
	}
	r := &doc.Responses[0]
	if doc.Text(r.Who) != "The ministry" || r.Attribution == nlp.None || doc.Text(doc.Attributions[r.Attribution].Source) != "Harbour Wire" {
		t.Errorf("by %q through attribution %d, want the ministry through the agency", doc.Text(r.Who), r.Attribution)
	}
}
