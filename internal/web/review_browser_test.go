package web_test

import (
	"io"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/browser"
	"github.com/readout-news/readout/internal/cli"
	"github.com/readout-news/readout/internal/store/sqlite"
)

// desk is the address of a site on the example reports in a store of its own,
// and the store's file: its log of decisions begins empty.
func desk(t *testing.T) (base, db string) {
	t.Helper()
	db = filepath.Join(servers.temp(t), "desk.db")
	var errs strings.Builder
	if code := cli.Main([]string{"ingest", "--db", db, "--quiet", "../../examples/lake-ansa"}, cli.Env{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &errs, Now: clock}); code != 0 {
		t.Fatalf("ingest the example: %d: %s", code, errs.String())
	}
	return servers.run(t, clock, "--db", db), db
}

// settle waits until what was decided is in the record.
func settle(t *testing.T, p *browser.Page) {
	t.Helper()
	u, err := url.Parse(p.URL())
	if err != nil {
		t.Fatal(err)
	}
	if job := u.Query().Get("job"); job != "" {
		for range 600 {
			switch state := browser.Eval[string](p, `fetch("/jobs/`+job+`.json").then((r) => r.json()).then((x) => x.item.state)`); state {
			case "done":
				return
			case "failed":
				t.Fatalf("job %s failed", job)
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Fatalf("job %s does not end", job)
	}
}

// parts counts the events that the division in the log is about now.
func parts(p *browser.Page) int {
	p.Open("/decisions")
	return browser.Eval[int](p, `(() => { const row = [...document.querySelectorAll("main tbody tr")].find((r) => r.innerText.includes("Made two")); return new Set([...row.querySelectorAll("a[href^='/e/']")].map((a) => a.pathname)).size; })()`)
}

// exported is the whole record as it leaves the program.
func exported(t *testing.T, base string) string {
	t.Helper()
	r, b := get(t, base, "/export/json")
	if r.StatusCode != 200 {
		t.Fatalf("export: %s", r.Status)
	}
	return string(b)
}

// fill puts a value into a field of the page.
func fill(p *browser.Page, selector, value string) {
	browser.Eval[bool](p, `(document.querySelector(`+quoted(selector)+`).value = `+quoted(value)+`, true)`)
}

// press presses the button of a form with those words.
func press(t *testing.T, p *browser.Page, words string) {
	t.Helper()
	if !browser.Eval[bool](p, `(() => { document.querySelectorAll("#pressed").forEach((b) => b.removeAttribute("id")); const b = [...document.querySelectorAll("main button, .notice button")].find((b) => b.checkVisibility() && b.textContent.includes(`+quoted(words)+`)); if (b) b.id = "pressed"; return !!b; })()`) {
		t.Fatalf("no button with %q on %s: %s", words, p.Path(), cut(text(p, "main"), 600))
	}
	p.Follow("#pressed")
}

// A reviewer merges two people, divides an event and corrects a day, with script
// and without; what was decided holds when the reports are read anew; and taken
// back, it leaves the record as it was, byte for byte.
func TestReviewer(t *testing.T) {
	base, db := desk(t)
	before := exported(t, base)
	on(t, base, func(t *testing.T, p *browser.Page, script bool) {
		// Same person? The page that results is shown before anything is saved.
		p.Open("/review?kind=same-person")
		followLink(t, p, "main tbody", "Josef")
		item := p.Path()
		press(t, p, "Show them merged")
		if got := text(p, ".notice.preview"); !strings.Contains(got, "Nothing is saved yet") {
			t.Fatalf("the page before saving says %q", got)
		}
		if got := text(p, "h1"); got != "Josef Brask" {
			t.Errorf("the page that would result is of %q", got)
		}
		if got := exported(t, base); got != before {
			t.Error("looking at what would result changes the record")
		}
		fill(p, ".notice.preview [name=why]", "the same union, the same town")
		press(t, p, "Save it")
		if got := text(p, ".done"); !strings.Contains(got, "Made one: Josef") {
			t.Errorf("after saving the page says %q", got)
		}
		settle(t, p)
		merged := exported(t, base)
		if merged == before || strings.Contains(merged, `"name": "Josef",`) {
			t.Error("the two are not one in the record")
		}
		p.Open(item)
		if got := text(p, "main"); !strings.Contains(got, "waits no longer") || !strings.Contains(got, "the same union") {
			t.Errorf("the decided question says %q", cut(got, 300))
		}

		// One event is two: tick the sentences that go.
		event := browser.Eval[string](p, `fetch("/timeline.json?from=2031-02-17&to=2031-02-17").then((r) => r.json()).then((x) => x.items.find((e) => e.title.startsWith("Phone call")).id)`)
		p.Open("/e/" + event)
		followLink(t, p, "main", "Split")
		ticks := number(p, "main input[name=part]")
		if ticks < 5 {
			t.Fatalf("%d sentences can be ticked", ticks)
		}
		browser.Eval[bool](p, `([...document.querySelectorAll("main article")].find((a) => a.innerText.includes("last spoke on February 17")).querySelector("input").checked = true)`)
		press(t, p, "Show them as two")
		if got := text(p, ".notice.preview"); !strings.Contains(got, "one of 2") {
			t.Errorf("before the division is saved the page says %q", got)
		}
		press(t, p, "Save it")
		settle(t, p)
		if got := parts(p); got != 2 {
			t.Errorf("the event is %d", got)
		}

		// Newer annotators come: with the next decision the reports are read anew.
		reread(t, db)

		// The day is another; what the machine had said stays in sight.
		talks := browser.Eval[string](p, `fetch("/timeline.json?from=2031-03-21&to=2031-03-21").then((r) => r.json()).then((x) => x.items.find((e) => e.title.startsWith("Talks")).id)`)
		p.Open("/decide/" + talks)
		fill(p, "form:has([name=field][value=date]) [name=other]", "2031-03-22")
		fill(p, "form:has([name=field][value=date]) [name=why]", "the host says so")
		browser.Eval[bool](p, `(document.querySelector("form:has([name=field][value=date]) button").id = "correct", true)`)
		p.Follow("#correct")
		settle(t, p)
		p.Open("/timeline?from=2031-03-22&to=2031-03-22")
		followLink(t, p, "main", "Talks")
		if got := text(p, ".was"); !strings.Contains(got, "was 2031-03-21; corrected by") || !strings.Contains(got, "the host says so") {
			t.Errorf("the corrected event says %q", got)
		}

		p.Open("/timeline?from=2031-03-22&to=2031-03-22")
		// All of it holds in what was read anew.
		if got := text(p, "main"); !strings.Contains(got, "Talks") {
			t.Error("read anew, the talks are not on the day that was given")
		}
		if got := exported(t, base); strings.Contains(got, `"name": "Josef",`) {
			t.Error("read anew, the two people are two again")
		}
		if got := parts(p); got != 2 {
			t.Errorf("read anew, the event is %d", got)
		}
		// Undo, by hand, one after the other.
		for range 3 {
			p.Open("/decisions")
			press(t, p, "Undo")
			settle(t, p)
		}
		if got := exported(t, base); got != before {
			t.Errorf("undone, the record is another: %d bytes, %d before", len(got), len(before))
		}
	})
}

// reread marks all reports of a store as read by an earlier version, so that the
// next linking reads them anew.
func reread(t *testing.T, db string) {
	t.Helper()
	ctx := t.Context()
	s, err := sqlite.Open(ctx, db, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for l, err := range s.Layers(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.Capture(ctx, l.Doc.Report.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddReport(ctx, c, l.Doc, "an earlier version"); err != nil {
			t.Fatal(err)
		}
	}
}
