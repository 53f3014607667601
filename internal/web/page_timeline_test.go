package web

import (
	"encoding/csv"
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/view"
)

// The list names what the example is about, shows the dispute with both sides,
// and every view of it has the same events.
func TestTimelineViews(t *testing.T) {
	srv := demo(t)
	rows := regexp.MustCompile(`<a href="/e/(v[0-9a-f]{16})`)
	ids := func(body string) []string {
		var out []string
		for _, m := range rows.FindAllStringSubmatch(body, -1) {
			out = append(out, m[1])
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	var first []string
	for _, v := range []string{"", "lanes", "table"} {
		code, _, body := get(t, srv, "/timeline?from=2031-03-10&to=2031-03-23&limit=200&view="+v)
		if code != 200 {
			t.Fatalf("view %q: %d", v, code)
		}
		if got := ids(body); first == nil {
			first = got
		} else if !slices.Equal(first, got) {
			t.Errorf("view %q has %d events, the list %d", v, len(got), len(first))
		}
		for _, want := range []string{`<svg class="dr strip"`, "How long did the call last?", "Harbour Wire"} {
			if !strings.Contains(body, html.EscapeString(want)) && !strings.Contains(body, want) {
				t.Errorf("view %q: no %q", v, want)
			}
		}
	}
	if len(first) < 5 {
		t.Errorf("%d events", len(first))
	}
}

// Each filter shows as a chip that takes it away, and where nothing passes the
// page says what each removal would give.
func TestTimelineNarrowest(t *testing.T) {
	srv := demo(t)
	code, _, body := get(t, srv, "/timeline?party=Torokai&kind=phone&from=1999&to=1999")
	if code != 200 || !strings.Contains(body, "No event passes these filters.") {
		t.Fatalf("%d", code)
	}
	m := regexp.MustCompile(`<a href="([^"]+)">Without “From 1999 to 1999”: (\d+)`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no filter is offered:\n%s", body)
	}
	code, _, body = get(t, srv, html.UnescapeString(m[1]))
	if code != 200 || !strings.Contains(body, "<span>"+m[2]+" event") || !strings.Contains(body, "Phone call") {
		t.Errorf("%s: %d, not the %s events that were promised", m[1], code, m[2])
	}
}

func TestTimelineForms(t *testing.T) {
	srv := demo(t)
	_, _, body := get(t, srv, "/timeline.csv")
	table, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(table) < 50 || table[0][0] != "id" {
		t.Errorf("csv: %d rows, %v", len(table), err)
	}
	_, _, body = get(t, srv, "/timeline.json")
	var list struct {
		Schema string `json:"schema"`
		Count  int    `json:"count"`
		Items  []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil || list.Schema != "readout/timeline/1" || list.Count != len(table)-1 {
		t.Errorf("json: %v, %s with %d, the table has %d", err, list.Schema, list.Count, len(table)-1)
	}
	if _, _, body = get(t, srv, "/timeline.ics"); strings.Count(body, "BEGIN:VEVENT") < 10 || !strings.Contains(body, "SUMMARY:Due: ") {
		t.Errorf("ics: %d events", strings.Count(body, "BEGIN:VEVENT"))
	}
	if _, _, body = get(t, srv, "/timeline.atom"); strings.Count(body, "<entry>") < 50 {
		t.Errorf("atom: %d entries", strings.Count(body, "<entry>"))
	}
}

// An hour is in UTC only where a report gives a zone; else it is one wherever
// the reader is.
func TestCalendarHours(t *testing.T) {
	doc := string((&Calendar{Days: []Day{{ID: "v1", From: "2031-03-14T15:40"}, {ID: "v2", From: "2031-03-14T15:40+02:00"}, {ID: "v3", From: "2031-03-14T15:40:00Z"}, {ID: "v4", From: "2031-03-14"}}}).ics("http://desk.example"))
	for _, want := range []string{
		"DTSTART:20310314T154000\r\n", "DTSTART:20310314T134000Z\r\n", "DTSTART:20310314T154000Z\r\n", "DTSTART;VALUE=DATE:20310314\r\n",
	} {
		if !strings.Contains(doc, want) {
			t.Errorf("no %q in\n%s", want, doc)
		}
	}
}

func TestThreadPage(t *testing.T) {
	srv := demo(t)
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	for _, th := range src.Now().Record.Threads {
		code, _, body := get(t, srv, "/t/"+th.ID)
		if code != 200 || !strings.Contains(body, html.EscapeString(th.Title)) || !strings.Contains(body, `<svg class="dr arrivals"`) {
			t.Errorf("%s: %d", th.ID, code)
		}
		for _, id := range th.Events {
			if !strings.Contains(body, "/e/"+id) {
				t.Errorf("%s: no event %s", th.ID, id)
			}
		}
		for _, id := range th.Reports {
			if !strings.Contains(body, "/d/"+id) {
				t.Errorf("%s: no report %s", th.ID, id)
			}
		}
	}
	if code, _, _ := get(t, srv, "/t/t0000000000000000"); code != http.StatusNotFound {
		t.Errorf("no such thread: %d", code)
	}
}

func TestDayPage(t *testing.T) {
	srv := demo(t)
	code, _, body := get(t, srv, "/day/2031-03-14")
	for _, want := range []string{"Friday 14 March 2031", "Published on this day", "Lake talks break up", "/day/2031-03-13", "/day/2031-03-17"} {
		if code != 200 || !strings.Contains(body, want) {
			t.Errorf("%d, no %q", code, want)
		}
	}
	if code, _, body = get(t, srv, "/day/2031-06-01"); code != 200 || !strings.Contains(body, "No event is recorded for this day.") {
		t.Errorf("a day without events: %d", code)
	}
	if code, _, _ = get(t, srv, "/day/tomorrow"); code != http.StatusBadRequest {
		t.Errorf("no day: %d", code)
	}
}

func TestWhatsNewBegins(t *testing.T) {
	srv := demo(t)
	// Seven days before the last report, where nobody says when.
	if code, _, body := get(t, srv, "/"); code != 200 || !strings.Contains(body, "since 18 March 2031") || !strings.Contains(body, "New quotations") {
		t.Errorf("%d", code)
	}
	if code, _, body := get(t, srv, "/?since=2031-03-26"); code != 200 || !strings.Contains(body, "Nothing changed since 26 March 2031.") || !strings.Contains(body, "20 reports were read") {
		t.Errorf("after the last report: %d", code)
	}
	// What this browser was told to remember counts, the address before it.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: "since", Value: "2031-03-24"})
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var b strings.Builder
	buf := make([]byte, 1<<16)
	for {
		n, err := res.Body.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			break
		}
	}
	if !strings.Contains(b.String(), "since 24 March 2031") || !strings.Contains(b.String(), "This browser begins here") {
		t.Error("the cookie is not read")
	}
}

func TestChangesPage(t *testing.T) {
	srv := demo(t)
	code, _, body := get(t, srv, "/changes?kind=disputed")
	if code != 200 || !strings.Contains(body, "against") || !strings.Contains(body, `aria-current="true">Disputed`) {
		t.Errorf("%d", code)
	}
	if code, _, body = get(t, srv, "/changes?since=2040"); code != 200 || !strings.Contains(body, "Nothing changed in these days") {
		t.Errorf("in a time to come: %d", code)
	}
	for k := range kindWords {
		if !slices.Contains(changeOrder, k) {
			t.Errorf("the page does not offer %s", k)
		}
	}
	if view.FirstReport.Weight() < 0 || len(kindWords) != len(changeOrder) {
		t.Error("a kind without words")
	}
}
