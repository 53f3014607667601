package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/live/livetest"
	"github.com/readout-news/readout/wire"
)

// today is the day on which the test's reader looks at the example.
var today = time.Date(2031, 4, 2, 9, 0, 0, 0, time.UTC)

// demoSource is the example, read once for all tests of the package. Its store
// lies in a temporary folder that lives as long as the tests.
var demoSource = sync.OnceValues(func() (*live.Source, error) {
	dir, err := os.MkdirTemp("", "readout-web-test-")
	if err != nil {
		return nil, err
	}
	cleanups = append(cleanups, func() { os.RemoveAll(dir) })
	src, end, err := livetest.Source(context.Background(), dir, live.Options{Now: func() time.Time { return today }, Wait: time.Minute})
	if err == nil {
		cleanups = append(cleanups, func() { end() })
	}
	return src, err
})

var cleanups []func()

func TestMain(m *testing.M) {
	code := m.Run()
	for i := len(cleanups) - 1; i >= 0; i-- {
		cleanups[i]()
	}
	os.Exit(code)
}

// demo is a server of the example's pages.
func demo(t testing.TB) *httptest.Server {
	t.Helper()
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(src, Options{Version: "test", Now: func() time.Time { return today }})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv
}

// get fetches a path and returns status, headers and body.
func get(t testing.TB, srv *httptest.Server, path string) (int, http.Header, string) {
	t.Helper()
	res, err := srv.Client().Get(srv.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(b)
}

func TestHeaders(t *testing.T) {
	srv := demo(t)
	for _, path := range []string{"/help", "/status", "/nothing-here", "/static/none.css", "/status.json", "/e/v0000000000000000"} {
		_, h, _ := get(t, srv, path)
		if got := h.Get("Content-Security-Policy"); got != policy {
			t.Errorf("%s: policy %q", path, got)
		}
		for k, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY"} {
			if got := h.Get(k); got != want {
				t.Errorf("%s: %s is %q, want %q", path, k, got, want)
			}
		}
	}
}

func TestHost(t *testing.T) {
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(src, Options{Hosts: []string{"desk.example"}})
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]int{
		"127.0.0.1:8460": 200, "localhost": 200, "LOCALHOST:1": 200, "[::1]:8460": 200, "127.8.8.8": 200, "desk.example": 200, "desk.example:443": 200, "a.localhost": 200,
		"evil.example": 421, "127.0.0.1.evil.example": 421, "localhost.evil.example": 421, "10.0.0.1": 421, "": 421, "0.0.0.0": 421, "notlocalhost": 421, "[::ffff:10.0.0.1]": 421,
	} {
		r := httptest.NewRequest("GET", "/help", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %q: %d, want %d", host, w.Code, want)
		}
	}
}

// Forms that other sites send are refused, on every path and method that
// changes something.
func TestCrossOrigin(t *testing.T) {
	srv := demo(t)
	for _, tt := range []struct {
		name   string
		header map[string]string
		want   int
	}{
		{"own form", map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		{"other site", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"other origin, old browser", map[string]string{"Origin": "https://evil.example"}, 403},
		{"null origin", map[string]string{"Origin": "null"}, 403},
		{"a program", nil, 200},
	} {
		for _, path := range []string{"/theme"} {
			req, _ := http.NewRequest("POST", srv.URL+path, strings.NewReader(url.Values{"to": {"dark"}, "back": {"/help"}}.Encode()))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for k, v := range tt.header {
				req.Header.Set(k, v)
			}
			res, err := srv.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != tt.want {
				t.Errorf("%s to %s: %d, want %d", tt.name, path, res.StatusCode, tt.want)
			}
		}
	}
}

func TestThemeGoesNowhereElse(t *testing.T) {
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(src, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for back, want := range map[string]string{
		"/timeline?from=2031": "/timeline?from=2031", "//evil.example": "/", "https://evil.example/": "/", `/\evil.example`: "/", "": "/", "javascript:alert(1)": "/", "timeline": "/",
	} {
		r := httptest.NewRequest("POST", "http://127.0.0.1/theme", strings.NewReader(url.Values{"to": {"dark"}, "back": {back}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != want {
			t.Errorf("back to %q: %d %q, want 303 %q", back, w.Code, got, want)
		}
		if ck := w.Header().Get("Set-Cookie"); !strings.Contains(ck, "theme=dark") || !strings.Contains(ck, "SameSite=Lax") || !strings.Contains(ck, "HttpOnly") {
			t.Errorf("cookie %q", ck)
		}
	}
}

// Forms that remember a choice take no more than one needs, in memory or on
// disk.
func TestChoicesAreSmall(t *testing.T) {
	srv := demo(t)
	for _, path := range []string{"/theme", "/seen"} {
		for media, begin := range map[string]string{
			"application/x-www-form-urlencoded": "to=", "multipart/form-data; boundary=x": "--x\r\nContent-Disposition: form-data; name=\"to\"; filename=\"a\"\r\n\r\n",
		} {
			res, err := srv.Client().Post(srv.URL+path, media, strings.NewReader(begin+strings.Repeat("a", 1<<20)))
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != http.StatusRequestEntityTooLarge {
				t.Errorf("%s of 1 MB to %s: %d, want 413", media, path, res.StatusCode)
			}
		}
	}
}

func TestForms(t *testing.T) {
	srv := demo(t)
	code, h, body := get(t, srv, "/status.json")
	if code != 200 || !strings.HasPrefix(h.Get("Content-Type"), "application/json") {
		t.Errorf("/status.json: %d, %s", code, h.Get("Content-Type"))
	}
	var v wire.Thing[wire.Status]
	if err := json.Unmarshal([]byte(body), &v); err != nil || v.Schema != "readout/status/1" || v.Item.Reports != 20 {
		t.Errorf("/status.json: %+v, %v", v, err)
	}
	// A form that a page does not have is said to be missing, in words a
	// program reads.
	code, h, body = get(t, srv, "/status.ics")
	if code != 404 || h.Get("Content-Type") != "application/problem+json" || !strings.Contains(body, "has no form .ics") {
		t.Errorf("/status.ics: %d, %s, %s", code, h.Get("Content-Type"), body)
	}
	// Bad parameters fail data and are named on pages.
	if code, _, body = get(t, srv, "/status.json?from=soon"); code != 400 || !strings.Contains(body, "give a day") {
		t.Errorf("bad parameter in data: %d %s", code, body)
	}
	if code, _, body = get(t, srv, "/help?from=soon"); code != 200 || !strings.Contains(body, "Left out: from=") {
		t.Errorf("bad parameter of a page: %d", code)
	}
	if code, _, body = get(t, srv, "/help?as_of=someday"); code != 400 || !strings.Contains(body, "No such moment") {
		t.Errorf("bad moment: %d", code)
	}
}

func TestNotModified(t *testing.T) {
	srv := demo(t)
	_, h, _ := get(t, srv, "/help")
	tag := h.Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	for path, want := range map[string]int{"/help": 304, "/help?view=list": 200} {
		req, _ := http.NewRequest("GET", srv.URL+path, nil)
		req.Header.Set("If-None-Match", `"x", `+tag)
		res, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s with the tag of /help: %d, want %d", path, res.StatusCode, want)
		}
	}
}

func TestCSV(t *testing.T) {
	tab := Table{Columns: []string{"a", "b"}, Rows: [][]string{{"=1+1", "x,\"y\""}, {"-5", "@cmd\r\n"}, {"\tx", "plain"}}, More: slices.Values([][]string{{"=2", "later"}})}
	var b strings.Builder
	if err := tab.csv(&b); err != nil {
		t.Fatal(err)
	}
	want := "a,b\r\n'=1+1,\"x,\"\"y\"\"\"\r\n'-5,\"'@cmd\r\n\"\r\n'\tx,plain\r\n'=2,later\r\n"
	if b.String() != want {
		t.Errorf("got %q\nwant %q", b.String(), want)
	}
}

// The files of others are those that VENDOR.txt names, to the byte.
func TestVendor(t *testing.T) {
	list, err := os.ReadFile("static/VENDOR.txt")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for line := range strings.Lines(string(list)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(f) != 5 {
			continue
		}
		body, err := os.ReadFile(filepath.Join("static", f[1]))
		if err != nil {
			t.Error(err)
			continue
		}
		sum := sha256.Sum256(body)
		if got := hex.EncodeToString(sum[:]); got != f[0] {
			t.Errorf("%s has SHA-256 %s, VENDOR.txt says %s", f[1], got, f[0])
		}
		named[f[1]] = true
	}
	err = fs.WalkDir(os.DirFS("static"), ".", func(p string, d fs.DirEntry, err error) error {
		if filepath.Ext(p) == ".woff2" && !named[p] {
			t.Errorf("static/%s is not in VENDOR.txt", p)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWords(t *testing.T) {
	for in, want := range map[string]string{
		"2031-03-14": "14 March 2031", "2031-03": "March 2031", "2031": "2031", "2031-03-14T19:12Z": "14 March 2031, 19:12 UTC",
		"2031-03-14T19:12:30+01:00": "14 March 2031, 19:12 UTC+01:00", "2031-03-14T19": "14 March 2031, 19 h", "2031-W11": "2031-W11", "": "",
	} {
		if got := longDay(in); got != want {
			t.Errorf("longDay(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1200: "−1,200"} {
		if got := number(in); got != want {
			t.Errorf("number(%d) = %q, want %q", in, got, want)
		}
	}
	if got := slug("Talks: “Sollund” & Karvany — Üx 2"); got != "talks-sollund-karvany-x-2" {
		t.Errorf("slug: %q", got)
	}
	for in, want := range map[string]string{"https://a.example/x": "https://a.example/x", "javascript:alert(1)": "", "//a.example": "", "ftp://a": "", "http://": ""} {
		if got := Web(in); got != want {
			t.Errorf("Web(%q) = %q, want %q", in, got, want)
		}
	}
}

// What a reference names is opened beside any page; one that names nothing is
// said to be left out.
func TestOpenedBeside(t *testing.T) {
	srv := demo(t)
	src, _ := demoSource()
	ref := src.Now().Record.Events[0].ID
	code, _, body := get(t, srv, "/status?sel="+ref)
	if code != 200 || !strings.Contains(body, `id="evidence"`) || !strings.Contains(body, "<mark>") || !strings.Contains(body, "sentence ") {
		t.Errorf("%d, no sentence beside the page", code)
	}
	code, _, body = get(t, srv, "/status?sel=v0000000000000000.date")
	if code != 200 || strings.Contains(body, `id="evidence"`) || !strings.Contains(body, "Left out: what was to be opened") {
		t.Errorf("unknown reference: %d", code)
	}
}

func TestAPIPage(t *testing.T) {
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(src, Options{Operations: []Operation{
		{Method: "GET", Path: "/api/v1/timeline", Group: "Events", Summary: "Events by date", Parameters: []Parameter{{"from", "query", "a day"}}},
		{Method: "GET", Path: "/api/v1/events/{id}", Group: "Events", Summary: "One event", Parameters: []Parameter{{"id", "path", "an id"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/api", nil))
	for _, want := range []string{"<h2>Events</h2>", "<code>/api/v1/events/{id}</code>", "<code>{id}</code>", "a day"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestSearchPage(t *testing.T) {
	srv := demo(t)
	for _, tt := range []struct {
		name, query string
		code        int
		want, not   string
	}{
		{"nothing asked", "", 200, "To find", "role=\"alert\""},
		{"words", "q=torokai+call", 200, "<mark>Torokai</mark>", "Nothing found"},
		{"one kind", "q=torokai+call&in=quotes", 200, `id="h-quotes"`, `id="h-events"`},
		{"people", "q=torokai&in=people", 200, "president of Karvany", "Nothing found"},
		{"all kinds", "q=torokai", 200, `id="h-people"`, "Nothing found"},
		{"nothing", "q=zzyzx+qwv", 200, "Nothing found.", "<mark>"},
		{"cannot be understood", "q=type:loud", 200, `role="alert"`, "Nothing found"},
		{"as of before all", "q=torokai&as_of=2030-01-01", 200, "Nothing found.", "<mark>"},
		{"markup", "q=%3Cscript%3Ealert(1)%3C/script%3E", 200, "&lt;script&gt;", "<script>alert"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, _, body := get(t, srv, "/search?"+tt.query)
			if code != tt.code || !strings.Contains(body, tt.want) || strings.Contains(body, tt.not) {
				t.Errorf("%d; has %q: %v; has %q: %v", code, tt.want, strings.Contains(body, tt.want), tt.not, strings.Contains(body, tt.not))
			}
		})
	}
	// A kind that was typed is the current one, and another takes its place.
	_, _, body := get(t, srv, "/search?q=limit+in:quotes")
	for _, want := range []string{`<a href="/search?q=limit">All</a>`, `<a href="/search?in=events&amp;q=limit">Events</a>`, `<a href="/search?in=quotes&amp;q=limit" aria-current="true">Quotes</a>`} {
		if !strings.Contains(body, want) {
			t.Errorf("in:quotes: the page has no %s", want)
		}
	}
	if code, _, body := get(t, srv, "/search.csv?q=torokai"); code != 200 || !strings.HasPrefix(body, "kind,id,date,who,text,path\r\n") {
		t.Errorf("csv: %d %.80s", code, body)
	}
	if code, _, _ := get(t, srv, "/search.json?q=type:loud"); code != 400 {
		t.Errorf("a query that cannot be understood, as data: %d", code)
	}
}
