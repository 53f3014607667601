package search

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/live/livetest"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// TestMain drops the store of the sample.
func TestMain(m *testing.M) {
	code := m.Run()
	if dir != "" {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

var dir string

// lake is the sample, read once.
var lake = sync.OnceValues(func() (src *live.Source, err error) {
	if dir, err = os.MkdirTemp("", "readout-search-"); err == nil {
		src, _, err = livetest.Source(context.Background(), dir, live.Options{})
	}
	return src, err
})

func source(t *testing.T, asOf string) Source {
	t.Helper()
	src, err := lake()
	if err != nil {
		t.Fatal(err)
	}
	snap, err := src.At(t.Context(), asOf)
	if err != nil {
		t.Fatal(err)
	}
	return Source{Store: snap.Store, View: snap.View, Present: asOf == ""}
}

func run(t *testing.T, src Source, input string) Result {
	t.Helper()
	q, err := Parse(input)
	if err != nil {
		t.Fatal(err)
	}
	res, err := Run(t.Context(), src, q, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// shown is a result in short: counts and the first hit of each group.
func shown(r Result) string {
	var out []string
	for _, k := range r.Searched {
		s := ""
		switch k {
		case store.KindEvent:
			s = fmt.Sprint(r.Events.Count, " events")
			if len(r.Events.Hits) > 0 {
				h := r.Events.Hits[0]
				s += ": " + marked(h.Event.Title, h.Marks)
			}
		case store.KindStatement:
			s = fmt.Sprint(r.Quotes.Count, " quotes")
			if len(r.Quotes.Hits) > 0 {
				h := r.Quotes.Hits[0]
				s += ": " + h.Speaker + " " + marked(h.Statement.Text, h.Marks)
			}
		case store.KindEntity:
			s = fmt.Sprint(r.People.Count, " people")
			if len(r.People.Hits) > 0 {
				h := r.People.Hits[0]
				s += ": " + marked(h.Entity.Name, h.Marks) + " " + h.As
			}
		case store.KindReport:
			s = fmt.Sprint(r.Texts.Count, " texts")
			if len(r.Texts.Hits) > 0 {
				h := r.Texts.Hits[0]
				s += ": " + marked(h.Report.Title, h.Marks)
				for _, x := range h.Snippets {
					s += fmt.Sprintf(" / %d %s", x.Sentence, marked(x.Text, x.Marks))
				}
			}
		}
		out = append(out, strings.TrimSpace(s))
	}
	return strings.Join(out, "\n")
}

func marked(text string, marks []readout.Span) string {
	for i := len(marks) - 1; i >= 0; i-- {
		m := marks[i]
		text = text[:m.Start] + "[" + m.In(text) + "]" + text[m.End:]
	}
	return text
}

func TestRun(t *testing.T) {
	for _, c := range []struct{ input, want string }{
		{"talks in:events,text", `2 events: [Talks] between Karvany and Sollund in Hegra
18 texts: What Sollund and Karvany want before they [talk] again / 1 What Sollund and Karvany want before they [talk] again / 4 Sollund will not name a delegation to a fourth round of [talks] on Lake Ansa unless Karvany publishes its catch quotas, Foreign Minister Ilse Maren said on Tuesday, a day before the trial of 14 Karvany fishermen. / 14 Orrin, which chairs the [talks], urged both sides to keep the promises that they made in Hegra.`},
		{"by:maren walked out", "1 quotes: Ilse Maren The delegation of Karvany [walked] [out] of the Lake Ansa talks on Friday while the parties were still at work on the draft agreement"},
		{"kind:PHONE", "5 events: Phone call between Henrik Aldane and Vesna Torokai"},
		{"kind:phone before:2030", "0 events"},
		{"at:hegra in:events", "1 events: Talks between Karvany and Sollund in Hegra"},
		{`from:"elsey evening post" in:text`, "2 texts: Coastguards meet in Hegra"},
		{"TOROKAI in:people", "2 people: Vesna [Torokai]"},
	} {
		r := run(t, source(t, ""), c.input)
		if got := shown(r); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.input, got, c.want)
		}
		if len(r.Missing) > 0 || r.Suggest != "" || r.Reports != 20 {
			t.Errorf("%s: missing %+v, suggested %q, %d reports", c.input, r.Missing, r.Suggest, r.Reports)
		}
	}
}

func TestMissing(t *testing.T) {
	for _, c := range []struct{ input, near, suggest string }{
		{"zepelin", "zepelin: []", ""},
		{`lake "mraen sia" x`, "mraen: [maren] [Ilse Maren Dana Whitlock and Ilse Maren Ilse Maren and Tomas Ered]", ""},
		{"mraen lake", "mraen: [maren] [Ilse Maren Dana Whitlock and Ilse Maren Ilse Maren and Tomas Ered]", "maren lake"},
		{"by:toroky draft", "by toroky: [Vesna Torokai Henrik Aldane and Vesna Torokai]", `by:"Vesna Torokai" draft`},
		{`by:"ilse mraen"`, "by ilse mraen: [Ilse Maren", `by:"Ilse Maren"`},
		{`by:maren "walk out"`, "walk: [walked talk]", `by:maren "walked out"`},
		{"kind:phoned", "kind phoned: [", ""},
		{"from:nowhere", "from nowhere: [Harbour Wire", ""},
	} {
		r := run(t, source(t, ""), c.input)
		var got []string
		for _, m := range r.Missing {
			s := fmt.Sprintf("%s: %v", strings.TrimSpace(m.Op+" "+m.Text), m.Near)
			if len(m.Names) > 0 {
				s += fmt.Sprint(" ", m.Names)
			}
			got = append(got, s)
			if at := m.At.In(c.input); !strings.Contains(strings.ToLower(at), m.Text) {
				t.Errorf("%s: %q is missing at %q", c.input, m.Text, at)
			}
		}
		if !strings.HasPrefix(strings.Join(got, "; "), c.near) || r.Suggest != c.suggest {
			t.Errorf("%s: %q, suggested %q; want %q and %q", c.input, got, r.Suggest, c.near, c.suggest)
		}
		if n, _ := r.Total(); n > 0 {
			t.Errorf("%s: %d hits", c.input, n)
		}
	}
}

// TestPages goes through all hits one by one: the same as at once.
func TestPages(t *testing.T) {
	for _, asOf := range []string{"", "2031-03-16"} {
		src := source(t, asOf)
		for _, input := range []string{"talks in:text", "karvany in:quotes", "karvany in:events", "maren in:people"} {
			q, err := Parse(input)
			if err != nil {
				t.Fatal(err)
			}
			ids := func(opts Options) (ids []string, next string) {
				r, err := Run(t.Context(), src, q, opts)
				if err != nil {
					t.Fatal(err)
				}
				for _, h := range r.Events.Hits {
					ids = append(ids, h.Event.ID)
				}
				for _, h := range r.Quotes.Hits {
					ids = append(ids, h.Statement.ID)
				}
				for _, h := range r.People.Hits {
					ids = append(ids, h.Entity.ID)
				}
				for _, h := range r.Texts.Hits {
					ids = append(ids, h.Report.ID)
				}
				return ids, r.Events.Next + r.Quotes.Next + r.People.Next + r.Texts.Next
			}
			all, more := ids(Options{Limit: 1000})
			if more != "" || len(all) < 2 {
				t.Errorf("%s: %d hits at once, next %q", input, len(all), more)
			}
			var got []string
			for next := ""; ; {
				page, more := ids(Options{Limit: 1, After: next})
				got = append(got, page...)
				if next = more; next == "" {
					break
				}
			}
			if diff := cmp.Diff(all, got); diff != "" {
				t.Errorf("%s (-at once +one by one)\n%s", input, diff)
			}
		}
	}
}

// TestPast asks the present record as if it were a past one: the two ways to
// answer agree.
func TestPast(t *testing.T) {
	src := source(t, "")
	past := src
	past.Present = false
	for _, input := range []string{
		"talks", "talk -karvany", "by:maren", "by:maren walked", "karvany", "kind:phone", "kind:DEMAND after:2031-03-14", "on:March 2031 in:events", "before:2031-03-16 in:events",
		"at:hegra", `from:"Harbour Wire"`, `from:"Harbour Wire" in:events sollund`, "minister in:people", "-minister in:people", `"foreign minister" in:people`, "sol* in:people,events", "call in:events", "zepelin",
	} {
		a, b := run(t, src, input), run(t, past, input)
		if diff := cmp.Diff(shown(a), shown(b)); diff != "" {
			t.Errorf("%s (-present +past)\n%s", input, diff)
		}
		if diff := cmp.Diff(a.Missing, b.Missing); diff != "" {
			t.Errorf("%s: missing (-present +past)\n%s", input, diff)
		}
	}
}

// TestAsOf finds nothing that was reported later.
func TestAsOf(t *testing.T) {
	src := source(t, "2031-03-13")
	r := run(t, src, "talks")
	if n, _ := r.Total(); n == 0 || r.Reports >= 20 {
		t.Errorf("%d hits in %d reports", n, r.Reports)
	}
	for _, h := range r.Texts.Hits {
		if h.Report.Published.Value >= "2031-03-14" {
			t.Errorf("found %s of %s", h.Report.ID, h.Report.Published.Value)
		}
	}
	// A word that only later reports have is missing, and none of theirs is
	// offered.
	for _, input := range []string{"frank", "frnak", "loud", "luod"} {
		if r := run(t, source(t, ""), "frank loud"); len(r.Missing) > 0 {
			t.Fatalf("the present record misses %+v", r.Missing)
		}
		if r := run(t, src, input); len(r.Missing) != 1 || slices.Contains(r.Missing[0].Near, "frank") || slices.Contains(r.Missing[0].Near, "loud") {
			t.Errorf("%s: missing %+v", input, r.Missing)
		}
	}
	if r := run(t, src, "walked out"); r.Quotes.Count+r.Events.Count+r.Texts.Count > 0 {
		t.Errorf("found what was reported later: %s", shown(r))
	}
}

// TestNoSentences shows paragraphs where sentences are unknown.
func TestNoSentences(t *testing.T) {
	src := source(t, "")
	v := view.New(src.View.Record)
	src.View = v
	r := run(t, src, "walked in:text")
	if len(r.Texts.Hits) == 0 {
		t.Fatal("nothing found")
	}
	for _, h := range r.Texts.Hits {
		for _, s := range h.Snippets {
			if s.Sentence != 0 || s.Span.In(h.Report.Text) != s.Text || !strings.Contains(marked(s.Text, s.Marks), "[") {
				t.Errorf("%+v", s)
			}
		}
	}
}
