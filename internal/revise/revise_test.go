package revise_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/revise"
)

var loaded = sync.OnceValues(pipeline.New)

// version reads a text as a version of an article.
func version(t testing.TB, title, day, text string) revise.Version {
	t.Helper()
	r, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := r.Draft(text, day)
	if err != nil {
		t.Fatal(err)
	}
	doc.Report.Title = title
	rec, err := r.Record([]*nlp.Doc{doc})
	if err != nil {
		t.Fatal(err)
	}
	v := revise.Version{Record: rec}
	for _, s := range doc.Sentences {
		v.Sentences = append(v.Sentences, s.Span)
	}
	return v
}

// say puts changes into words, a line each.
func say(list []revise.Change) string {
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, "%s %s", c.Kind, c.How)
		if c.About != "" {
			fmt.Fprintf(&b, " (%s)", c.About)
		}
		if c.How == revise.Changed {
			for _, w := range c.Words {
				fmt.Fprintf(&b, " %q→%q", w.Before, w.After)
			}
			for _, f := range c.Fields {
				fmt.Fprintf(&b, " %s:%q→%q", f.Name, f.Before, f.After)
			}
		} else {
			side := c.Before
			if side == nil {
				side = c.After
			}
			fmt.Fprintf(&b, " %q", side.Text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

const first = `Foreign Minister Ilse Maren of Sollund met Karvany's deputy prime minister, Tomas Ered, in Port Elsey on Wednesday. The meeting lasted about two hours.

“The talks are over,” Maren told reporters on Friday. The quay at Orrin stays closed until further notice, the harbour office said.`

func TestCompare(t *testing.T) {
	a := version(t, "Maren meets Ered", "2031-03-14", first)
	b := version(t, "Maren meets Ered", "2031-03-14", strings.NewReplacer("two hours", "three hours", " The quay at Orrin stays closed until further notice, the harbour office said.", "").Replace(first))
	got := say(revise.Compare(a, b))
	for _, want := range []string{
		`claim changed (duration) "two"→"three" value:"120 minute"→"180 minute"`,
		`sentence changed "two"→"three"`,
		`sentence withdrawn "The quay at Orrin stays closed until further notice, the harbour office said."`,
		"statement withdrawn \"The quay at Orrin stays closed until further notice\"",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	for _, none := range []string{"title", "day", "talks are over", "added"} {
		if strings.Contains(got, none) {
			t.Errorf("%q in\n%s", none, got)
		}
	}
	// The other way round: what was withdrawn was added.
	back := say(revise.Compare(b, a))
	if !strings.Contains(back, "sentence added \"The quay") || strings.Contains(back, "withdrawn") {
		t.Errorf("back:\n%s", back)
	}
}

func TestCompareTitleAndDay(t *testing.T) {
	a := version(t, "Maren meets Ered", "2031-03-14", first)
	b := version(t, "Talks end without a deal", "2031-03-15", first)
	got := say(revise.Compare(a, b))
	for _, want := range []string{`title changed "Maren meets Ered"→"Talks end without a deal"`, `day changed "2031-03-14"→"2031-03-15"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if strings.Contains(got, "sentence") {
		t.Errorf("the sentences are the same:\n%s", got)
	}
}

// A version says nothing otherwise than itself, and neither do other spacing,
// punctuation and order of the same sentences.
func TestCompareSame(t *testing.T) {
	a := version(t, "Maren meets Ered", "2031-03-14", first)
	if got := say(revise.Compare(a, a)); got != "" {
		t.Errorf("with itself:\n%s", got)
	}
	b := version(t, "Maren meets Ered", "2031-03-14", strings.ReplaceAll(first, "\n\n", "\n\n\n"))
	if got := say(revise.Compare(a, b)); got != "" {
		t.Errorf("with other spacing:\n%s", got)
	}
}

// Whatever is changed: nothing is told twice, and each side is of its version.
func TestCompareAccounts(t *testing.T) {
	sentences := strings.SplitAfter(strings.ReplaceAll(first, "\n\n", " "), ". ")
	for cut := range sentences {
		var kept []string
		for i, s := range sentences {
			if i != cut {
				kept = append(kept, s)
			}
		}
		a, b := version(t, "A", "2031-03-14", strings.Join(sentences, "")), version(t, "A", "2031-03-14", strings.Join(kept, ""))
		gone := 0
		for _, c := range revise.Compare(a, b) {
			if (c.Before == nil) != (c.How == revise.Added) || (c.After == nil) != (c.How == revise.Withdrawn) {
				t.Errorf("%+v has the wrong sides", c)
			}
			if c.How != revise.Changed && (len(c.Words) > 0 || len(c.Fields) > 0) {
				t.Errorf("%+v says how it changed", c)
			}
			if c.Kind == revise.Sentence && c.How == revise.Withdrawn {
				gone++
				if diff := cmp.Diff(strings.TrimSpace(sentences[cut]), c.Before.Text); diff != "" {
					t.Errorf("withdrawn (-want +got)\n%s", diff)
				}
			}
		}
		if gone != 1 {
			t.Errorf("without sentence %d: %d withdrawn", cut, gone)
		}
	}
}

// Long lists are compared near their places, in bounded time.
func TestCompareLong(t *testing.T) {
	text := func(n int, word string) revise.Version {
		rep := &readout.Report{ID: "r1", Title: "Minutes"}
		v := revise.Version{Record: &readout.Record{Reports: []*readout.Report{rep}}}
		for i := range n {
			at := len(rep.Text)
			rep.Text += fmt.Sprintf("Item %d of the minutes was %s by the council of Orrin. ", i, word)
			v.Sentences = append(v.Sentences, readout.Span{Start: at, End: len(rep.Text) - 1})
		}
		return v
	}
	changes := revise.Compare(text(3000, "accepted"), text(3000, "refused"))
	if len(changes) != 3000 {
		t.Errorf("%d changes, want 3000", len(changes))
	}
	for _, c := range changes {
		if c.How != revise.Changed {
			t.Fatalf("%+v", c)
		}
	}
}
