package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/wire"
)

// disputedCall is the call of the example of which the parties give two
// lengths.
func disputedCall(t testing.TB) *readout.Event {
	t.Helper()
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range src.Now().Record.Events {
		if e.Date != nil && e.Date.Value == "2031-03-17" && e.Mode == "phone" {
			return e
		}
	}
	t.Fatal("no call on 17 March")
	return nil
}

func TestEventPage(t *testing.T) {
	srv := demo(t)
	e := disputedCall(t)
	code, _, body := get(t, srv, "/e/"+e.ID)
	if code != http.StatusOK {
		t.Fatalf("status %d", code)
	}
	for _, want := range []string{
		"How long did the call last?", "Three versions, up to 45 minutes apart", `<span class="dif">differs</span>`, "1 hour 15 minutes", "Nearly 2 hours",
		"Nothing found in 3 reports", "The record as it stood at", "beside the earlier", "all written independently", `class="endnotes"`,
		`data-ref="` + e.ID + `.duration.`, "Copy as footnote", "prime minister of Sollund", "told as unconfirmed",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, "style=") || strings.Contains(body, "<script>") {
		t.Error("inline style or script")
	}
	// By outlet the same values stand under those who print them.
	_, _, body = get(t, srv, "/e/"+e.ID+"?view=outlets")
	for _, want := range []string{`<th scope="col">Harbour Wire`, `<th scope="col">Karvany Courier`, `<span class="w">Sollund: </span>`} {
		if !strings.Contains(body, want) {
			t.Errorf("by outlet the page lacks %q", want)
		}
	}
	for path, want := range map[string]string{
		".csv": "How long did the call last?,conflict,Sollund,1 hour 15 minutes,", ".md": "## How long did the call last?", ".ics": "SUMMARY:" + e.Title, ".json": `"readout/event/`,
	} {
		code, _, body := get(t, srv, "/e/"+e.ID+path)
		if code != http.StatusOK || !strings.Contains(strings.ReplaceAll(body, "\r\n ", ""), want) {
			t.Errorf("%s: status %d, lacks %q", path, code, want)
		}
	}
}

// TestEventAsOf: what came later is absent from the page as of a day, under the
// address that the event has now.
func TestEventAsOf(t *testing.T) {
	srv := demo(t)
	e := disputedCall(t)
	code, _, body := get(t, srv, "/e/"+e.ID+"?as_of=2031-03-17T20:45Z")
	if code != http.StatusOK {
		t.Fatalf("status %d", code)
	}
	if !strings.Contains(body, "Two versions") || strings.Contains(body, "About 1 hour 30 minutes") || strings.Contains(body, "18 Mar") {
		t.Error("the page tells of reports that came later")
	}
	code, _, body = get(t, srv, "/e/"+e.ID+"?as_of=2031-03-10")
	if code != http.StatusNotFound || !strings.Contains(body, "tells of this event") {
		t.Errorf("before the first report: status %d", code)
	}
	// The way back keeps the address.
	_, _, body = get(t, srv, "/e/"+e.ID+"?as_of=2031-03-17T15:00Z")
	for _, href := range regexp.MustCompile(`<a href="(/e/[^"?#]*)[^"]*as_of`).FindAllStringSubmatch(body, -1) {
		if code, _, _ := get(t, srv, href[1]); code != http.StatusOK {
			t.Errorf("%s (%s), linked from an earlier state, is not there now: status %d", href[0], href[1], code)
		}
	}
}

// TestEventPinned: a version is an address, and the page says so.
func TestEventPinned(t *testing.T) {
	srv := demo(t)
	src, _ := demoSource()
	e := disputedCall(t)
	ref := e.ID + ".duration.-"
	code, _, body := get(t, srv, fmt.Sprintf("/e/%s@%d?sel=%s", e.ID, src.Now().Revision.N, ref))
	if code != http.StatusOK || !strings.Contains(body, fmt.Sprintf("Version %d of the record", src.Now().Revision.N)) || !strings.Contains(body, `class="sel"`) {
		t.Errorf("status %d; a pinned page says its version and lights the cell", code)
	}
	for path, want := range map[string]int{"@0": 404, "@x": 404, "@": 404, "@999999": 400} {
		if code, _, _ := get(t, srv, "/e/"+e.ID+path); code != want {
			t.Errorf("%s: status %d, want %d", path, code, want)
		}
	}
	// A moment besides a version leads to the event then, in the form asked for.
	if code, h, _ := get(t, srv, fmt.Sprintf("/e/%s@%d.json?as_of=2031-03-20", e.ID, src.Now().Revision.N)); code != http.StatusOK || !strings.HasPrefix(h.Get("Content-Type"), "application/json") {
		t.Errorf("a version as data with a moment: status %d, %s", code, h.Get("Content-Type"))
	}
	if code, _, _ := get(t, srv, "/e/v0000000000000000"); code != http.StatusNotFound {
		t.Errorf("an event that never was: status %d", code)
	}
}

func TestFactPage(t *testing.T) {
	srv := demo(t)
	e := disputedCall(t)
	code, _, body := get(t, srv, "/f/"+e.ID+".duration")
	if code != http.StatusOK {
		t.Fatalf("status %d", code)
	}
	for _, want := range []string{"5 sentences in 3 independent reports", "annotator claim", "Chicago note", "BibTeX", "CSL-JSON", "Wikipedia", "sentence 4 of 15", "<mark>"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	_, _, body = get(t, srv, "/f/"+e.ID+".duration.json")
	var got wire.Thing[wire.Opened]
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	src, _ := demoSource()
	n := 0
	for _, r := range got.Item.Reports {
		text := src.Now().Report(r.Report.ID).Text
		for _, p := range r.Sentences {
			n++
			words := ""
			for _, x := range p.Pieces {
				words += x.Text
			}
			if text[p.ByteStart:p.ByteEnd] != words || p.N < 1 {
				t.Errorf("passage %+v is not what stands in the report", p)
			}
		}
	}
	if got.Item.Sentences != 5 || n != 5 {
		t.Errorf("%d sentences, %d passages", got.Item.Sentences, n)
	}
	if code, _, _ := get(t, srv, "/f/"+e.ID+".nothing"); code != http.StatusNotFound {
		t.Errorf("a part that is none: status %d", code)
	}
}

func TestDiffPage(t *testing.T) {
	srv := demo(t)
	e := disputedCall(t)
	code, _, body := get(t, srv, "/e/"+e.ID+"/diff?a=2031-03-17T14:30Z&b=2031-03-17T20:45Z")
	if code != http.StatusOK || !strings.Contains(body, "beside the earlier 1 hour 15 minutes") || strings.Contains(body, "about 1 hour 30 minutes") {
		t.Errorf("status %d; the page tells of the changes between the two and of no others", code)
	}
	if !strings.Contains(body, "The answers, then and now") {
		t.Error("no answers, then and now")
	}
	// The same the wrong way round.
	_, _, other := get(t, srv, "/e/"+e.ID+"/diff?b=2031-03-17T14:30Z&a=2031-03-17T20:45Z")
	if strings.Count(other, "<li") != strings.Count(body, "<li") {
		t.Error("the order of the two states matters")
	}
}

func TestReaderPage(t *testing.T) {
	srv := demo(t)
	src, _ := demoSource()
	for i, r := range src.Now().Record.Reports {
		code, _, body := get(t, srv, "/d/"+r.ID)
		if code != http.StatusOK {
			t.Fatalf("%s: status %d", r.ID, code)
		}
		n := strings.Count(body, `class="sent`)
		if spans := src.Now().Sentences(r.ID); n != len(spans) || !strings.Contains(body, fmt.Sprintf(`id="s%d"`, len(spans))) {
			t.Errorf("%s: %d sentences on the page, %d in the report", r.ID, n, len(spans))
		}
		if i > 0 {
			continue
		}
		// The choice of notes changes nothing of what bears some, and a table has
		// those alone.
		if _, _, times := get(t, srv, "/d/"+r.ID+"?kind=time"); strings.Count(times, `class="sent un"`) != strings.Count(body, `class="sent un"`) {
			t.Errorf("%s: %d pale sentences, with the times alone %d", r.ID, strings.Count(body, `class="sent un"`), strings.Count(times, `class="sent un"`))
		}
		if _, _, table := get(t, srv, "/d/"+r.ID+".csv?kind=quote"); strings.Count(table, ",quote,") != strings.Count(table, "\r\n")-1 {
			t.Errorf("%s: the table of its quotes has other rows:\n%s", r.ID, table)
		}
		for _, suffix := range []string{".json", ".csv", "?kind=quote", "?kind=nonsense"} {
			if code, _, _ := get(t, srv, "/d/"+r.ID+suffix); code != http.StatusOK {
				t.Errorf("%s: status %d", suffix, code)
			}
		}
	}
	if code, _, _ := get(t, srv, "/d/r0000000000000000"); code != http.StatusNotFound {
		t.Errorf("no report: status %d", code)
	}
}
