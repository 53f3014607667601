package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/api"
	"github.com/readout-news/readout/internal/export"
)

// oddValues are what somebody may write behind a parameter.
var oddValues = []string{
	"", "0", "-1", "999999999999999999999", "x", "2031-02-30", "2031-13", "9999-12-31", "0000-01-01", "2031-03-15T25:00Z", "2031-03-15T10:00:00+99:00",
	"\x00", "\xff", "\u202e", "'", `"`, "--", "*", `"unclosed`, "by:", "by:\"", "-", "-lake", "a OR NEAR(", "%", "/", "//x", "..", ".", "@", "@1", ",", ";", "&", "#",
	"v0000000000000000", "v", "e", "p,p", "v.duration.e", ".....", "<script>", "{{.}}", strings.Repeat("a", 1990), strings.Repeat("a ", 990), strings.Repeat("-a ", 600), "é", "🎣", "\r\nSet-Cookie: a=b",
}

// TestNoOddValueBreaksAPage asks every page, form and operation with every odd
// value: each answers, and none with an error of ours.
func TestNoOddValueBreaksAPage(t *testing.T) {
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	faces, err := api.New(src, api.Options{})
	if err != nil {
		t.Fatal(err)
	}
	site, err := New(src, Options{Version: "test", Now: func() time.Time { return today }, Mount: map[string]http.Handler{"/api/": faces}})
	if err != nil {
		t.Fatal(err)
	}
	asked, slow := 0, time.Duration(0)
	ask := func(path, query string) {
		asked++
		r := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
		r.URL = &url.URL{Path: path, RawQuery: query}
		w := httptest.NewRecorder()
		begin := time.Now()
		defer func() {
			if p := recover(); p != nil {
				t.Errorf("GET %q?%.200s breaks: %v", path, query, p)
			}
			if d := time.Since(begin); d > slow {
				slow = d
				t.Logf("slowest so far: %v for %q?%.80q", d, path, query)
			}
		}()
		site.ServeHTTP(w, r)
		if w.Code >= http.StatusInternalServerError {
			t.Errorf("GET %q?%.200q: status %d: %.300s", path, query, w.Code, w.Body)
		}
		for name, values := range w.Header() {
			if name == "Set-Cookie" || strings.ContainsAny(strings.Join(values, ""), "\r\n") {
				t.Errorf("GET %q?%.200q: header %s: %q", path, query, name, values)
			}
		}
	}

	rec := src.Now().Record
	ids := map[string]string{
		"/p/{id}": rec.Entities[0].ID, "/o/{id}": rec.Entities[0].ID, "/q/{id}": rec.Statements[0].ID, "/e/{id}": rec.Events[0].ID, "/e/{id}/diff": rec.Events[0].ID,
		"/d/{id}": rec.Reports[0].ID, "/d/{id}/versions": rec.Reports[0].ID, "/c/{id}": rec.Commitments[0].ID, "/t/{id}": rec.Threads[0].ID, "/s/{id}": rec.Entities[0].ID,
	}
	var paths []string
	for _, r := range (&Site{}).routes() {
		path, ok := strings.CutPrefix(r.pattern, "GET ")
		if !ok {
			continue
		}
		path = strings.TrimSuffix(path, "{$}")
		before, rest, wild := strings.Cut(path, "{")
		if !wild {
			paths = append(paths, path)
			continue
		}
		_, after, _ := strings.Cut(rest, "}")
		after = strings.ReplaceAll(after, "{slug}", "x")
		for _, v := range oddValues {
			for _, form := range []string{"", ".json", ".csv"} {
				ask(before+v+after+form, "")
			}
		}
		switch id := ids[path]; {
		case id != "":
			paths = append(paths, before+id+after)
		case strings.HasPrefix(path, "/day/"):
			paths = append(paths, "/day/2031-03-14")
		case strings.HasPrefix(path, "/f/"):
			paths = append(paths, "/f/"+rec.Claims[0].ID)
		case strings.HasPrefix(path, "/positions/"):
			paths = append(paths, "/positions/"+rec.Issues[0].ID)
		case path == "/export/{format}" || path == "/export/{format}/manifest":
			paths = append(paths, "/export/"+export.Formats()[0].Name+after)
		}
	}
	for _, o := range api.Operations() {
		if o.Method != http.MethodGet {
			continue
		}
		before, after, wild := strings.Cut(o.Path, "{id}")
		if !wild {
			paths = append(paths, o.Path)
			continue
		}
		for _, v := range oddValues {
			ask(before+v+after, "")
		}
	}
	params := []string{"as_of", "from", "to", "since", "by", "party", "on", "at", "words", "kind", "type", "source", "stance", "outlet", "thread", "issue", "day", "status", "verdict", "disputed", "view", "order", "q", "in", "limit", "cursor", "sel", "a", "b", "add", "format"}
	one := func(path string, q url.Values, form string) {
		if strings.HasSuffix(path, "/search") && !q.Has("q") {
			q.Set("q", "lake")
		}
		switch {
		case strings.HasPrefix(path, "/api/"):
		case path == "/" && form != "":
			path = "/index" + form
		default:
			path += form
		}
		ask(path, q.Encode())
	}
	// Every parameter of every page has an odd value, every page every odd value.
	n := 0
	for _, path := range paths {
		for _, p := range params {
			one(path, url.Values{p: {oddValues[n%len(oddValues)]}}, []string{"", ".json"}[n%2])
			n++
		}
		for i, v := range oddValues {
			one(path, url.Values{params[(n+i)%len(params)]: {v}, params[(n+3*i+1)%len(params)]: {v}}, []string{"", ".json", ".csv", ".atom", ".ics", ".md", ".jsonld"}[i%7])
		}
		n++
	}
	one("/search", url.Values{"cursor": {"x"}, "in": {"text"}}, "")
	one("/search", url.Values{"cursor": {"x"}, "in": {"text"}}, ".json")
	one("/api/v1/search", url.Values{"cursor": {"x"}, "in": {"text"}}, "")
	one("/timeline", url.Values{"party": strings.Split(strings.Repeat("lake,", 9999), ",")}, "")
	t.Logf("%d requests", asked)
}

// TestNoOddBodyBreaksAForm sends bodies that are none to everything that takes
// one: each is refused in words, none breaks or is taken for a reading.
func TestNoOddBodyBreaksAForm(t *testing.T) {
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	faces, err := api.New(src, api.Options{})
	if err != nil {
		t.Fatal(err)
	}
	site, err := New(src, Options{Version: "test", Now: func() time.Time { return today }, Mount: map[string]http.Handler{"/api/": faces}})
	if err != nil {
		t.Fatal(err)
	}
	part := func(head, body string) string {
		return "--x\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + body + "\r\n"
	}
	const form, urls = "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"
	revision := src.Now().Revision.N
	for _, path := range []string{"/check", "/check.json", "/upload", "/upload.json", "/theme", "/seen", "/api/v1/reports", "/api/v1/check"} {
		for _, b := range []struct{ media, body string }{
			{"", ""},
			{"", "x"},
			{"text/plain", "x"},
			{"multipart/form-data", "x"},
			{form, ""},
			{form, "--x"},
			{form, "--x\r\n\r\n"},
			{form, part(`name="draft"`, "\x00\xff") + "--x--\r\n"},
			{form, part(`name="file"; filename="a.txt"`, "\x00") + "--x--\r\n"},
			{form, part(`name="draft"; filename="a"`, "x") + "--x--\r\n"},
			{form, part(`name=""`, "x") + "--x--\r\n"},
			{form + "; boundary=y", part(`name="date"`, "soon") + "--x--\r\n"},
			{"multipart/form-data; boundary=\"\"", "--\r\n"},
			{urls, "%"},
			{urls, "draft=%"},
			{urls, "draft=%ff"},
			{urls, "draft=%00"},
			{urls, "draft=a&date=someday"},
			{urls, "draft=%EF%BB%BF"},
			{urls, "draft=" + strings.Repeat("%E2%80%9C", 3000)},
			{urls, "draft=" + strings.Repeat("9", 3000) + "+hours"},
			{urls, "draft=" + strings.Repeat("(", 2000)},
			{urls, "draft=31+February+99999+at+25:61"},
			{urls, "day=x&to=x&back=%0d%0a"},
			{urls, "text=x&published=soon"},
			{urls, "text=x&url=javascript:alert(1)"},
			{urls, strings.Repeat("a=b&", 5000)},
			{urls, "a;b"},
			{"application/json", ""},
			{"application/json", "null"},
			{"application/json", "[]"},
			{"application/json", "{"},
			{"application/json", `{"text":"\u0000"}`},
			{"application/json", `{"text":"\ud800"}`},
			{"application/json", `{"text":"x","date":"0"}`},
			{"application/json", `{"reports":null}`},
			{"application/json", `{"reports":[{}]}{}`},
			{"application/json", `{"reports":[{"text":"x","url":"http://[::1"}]}`},
			{"application/json", strings.Repeat(`{"reports":[`, 20000)},
		} {
			if path == "/api/v1/reports" && strings.Contains(b.body, "filename") {
				continue // a file is a report there, and the store is that of all tests
			}
			r := httptest.NewRequest(http.MethodPost, "http://localhost"+path, strings.NewReader(b.body))
			if b.media != "" {
				r.Header.Set("Content-Type", b.media)
			}
			w := httptest.NewRecorder()
			func() {
				defer func() {
					if p := recover(); p != nil {
						t.Errorf("POST %s, %s %.60q breaks: %v", path, b.media, b.body, p)
					}
				}()
				site.ServeHTTP(w, r)
			}()
			if w.Code >= http.StatusInternalServerError {
				t.Errorf("POST %s, %s %.60q: status %d: %.300s", path, b.media, b.body, w.Code, w.Body)
			}
			if to := w.Header().Get("Location"); strings.Contains(to, "/jobs/") {
				t.Errorf("POST %s, %s %.60q: taken as %s", path, b.media, b.body, to)
			}
		}
	}
	if n := src.Now().Revision.N; n != revision {
		t.Errorf("the record went from revision %d to %d", revision, n)
	}
}
