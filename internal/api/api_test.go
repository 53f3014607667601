package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/review"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/wire"
)

// source is a record that tests may change.
type source struct {
	snap   *live.Snapshot
	jobs   map[string]*live.Job
	taken  []readout.Capture
	at     error // of At with a moment
	reader *pipeline.Reader
	full   error // of Room
}

func (s *source) Now() *live.Snapshot { return s.snap }

func (s *source) At(_ context.Context, moment string) (*live.Snapshot, error) {
	if moment == "" {
		return s.snap, nil
	}
	if s.at != nil {
		return nil, s.at
	}
	snap := *s.snap
	snap.AsOf, snap.Later = moment, 3
	return &snap, nil
}

func (s *source) Room() error { return s.full }

func (s *source) Read(captures []readout.Capture, refused []readout.Refusal) *live.Job {
	s.taken = append(s.taken, captures...)
	j := &live.Job{ID: "j0123456789abcdef", Started: time.Date(2031, 3, 14, 12, 0, 0, 0, time.UTC), Total: len(captures) + len(refused)}
	s.jobs[j.ID] = j
	return j
}

func (s *source) Draft(text, day string) (*nlp.Doc, error) {
	if s.reader == nil {
		return nil, errors.New("no models")
	}
	return s.reader.Draft(text, day)
}

func (s *source) Articles(ctx context.Context, key string) ([]live.Article, error) {
	return live.Articles(ctx, s.snap.Store, pipeline.New, key)
}

func (s *source) Job(id string) *live.Job { return s.jobs[id] }

// world is an API over a made-up record of that many reports.
func world(t testing.TB, reports int) (*API, *source, *generate.World) {
	t.Helper()
	w := generate.New(generate.Options{Seed: 7, Reports: reports})
	v := view.New(w.Record)
	v.Sentences = w.Sentences()
	src := &source{snap: &live.Snapshot{View: v, Revision: store.Revision{N: 12, At: time.Date(2031, 3, 14, 12, 0, 0, 0, time.UTC)}}, jobs: map[string]*live.Job{}}
	a, err := New(src, Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return a, src, w
}

// stored is a store that holds w.
func stored(t testing.TB, w *generate.World) store.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "readout.db"), sqlite.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := w.Fill(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return s
}

// ask sends a request; headers are name, value, name, value, …
func ask(t testing.TB, h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(account.With(r.Context(), account.Who{Name: "edda", Scopes: account.Admin})))
	return w
}

// contract compiles the schemas of the description. No schema lets a field
// through that it does not name, so that nothing is sent that is not described.
func contract(t testing.TB, a *API) func(name string) *jsonschema.Schema {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(a.json, &doc); err != nil {
		t.Fatal(err)
	}
	for _, s := range doc["components"].(map[string]any)["schemas"].(map[string]any) {
		m := s.(map[string]any)
		if _, ok := m["properties"]; ok {
			m["additionalProperties"] = false
		}
	}
	doc["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	c := jsonschema.NewCompiler()
	if err := c.AddResource("openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	return func(name string) *jsonschema.Schema {
		s, err := c.Compile("openapi.json#/components/schemas/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// valid checks a body against the schema of that name.
func valid(t testing.TB, s *jsonschema.Schema, body []byte) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%v: %.300s", err, body)
	}
	if err := s.Validate(v); err != nil {
		t.Errorf("%.2000v\n%.600s", err, body)
	}
}

// some is the id of one thing of each kind that {id} may be.
func some(t testing.TB, w *generate.World, path string) string {
	t.Helper()
	rec := w.Record
	switch path {
	case "/events/{id}", "/events/{id}/changes":
		return w.Busy
	case "/threads/{id}":
		return rec.Threads[0].ID
	case "/quotes/{id}":
		return rec.Utterances[0].ID
	case "/statements/{id}":
		return rec.Statements[0].ID
	case "/open/{id}":
		return w.Busy + ".duration"
	case "/sources/{id}":
		return rec.Origins[0].Outlet
	case "/responses/{id}":
		return rec.Responses[0].ID
	case "/positions/{id}":
		return rec.Positions[0].ID
	case "/issues/{id}":
		return rec.Issues[0].ID
	case "/commitments/{id}":
		return rec.Commitments[0].ID
	case "/entities/{id}":
		for _, e := range rec.Entities {
			if e.Type == readout.Person && len(e.Roles) > 0 {
				return e.ID
			}
		}
	case "/reports/{id}", "/reports/{id}/versions":
		return rec.Reports[0].ID
	case "/jobs/{id}":
		return "j0123456789abcdef"
	case "/review/{id}":
		v := view.New(rec)
		v.Sentences = w.Sentences()
		return review.Draw(v).Queue(nil, nil).Items[0].ID
	}
	t.Fatalf("no thing for %s: add one", path)
	return ""
}

// schemaName is the name of a Go type in the description.
func schemaName(x reflect.Type) string {
	return strings.NewReplacer("[", "", "]", "", "github.com/readout-news/readout/wire.", "").Replace(x.Name())
}

// Every operation answers, and as the description says.
func TestEveryOperation(t *testing.T) {
	a, src, w := world(t, 300)
	src.Read([]readout.Capture{{Path: "sent/a.txt"}}, nil)
	src.snap.Store = stored(t, w)
	noted := readout.Decision{By: "Ada", Kind: readout.DecideNote, Why: "seen", About: []readout.Target{{Kind: "report", ID: w.Record.Reports[0].ID}}}
	if err := src.snap.Store.AddDecision(t.Context(), &noted); err != nil {
		t.Fatal(err)
	}
	schema := contract(t, a)
	for _, o := range operations() {
		if o.method != http.MethodGet {
			continue
		}
		t.Run(o.name, func(t *testing.T) {
			path, id, ok := strings.Cut(o.path, "{id}")
			if ok {
				path += some(t, w, o.path) + id
			}
			if o.name == "compareSources" {
				path += "?a=" + w.Record.Origins[0].Outlet + "&b=" + w.Record.Origins[1].Outlet
			}
			if o.name == "search" {
				path += "?q=" + url.QueryEscape(strings.Fields(src.snap.Report(w.Record.Statements[0].Report).Text)[0])
			}
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			for _, query := range []string{"", sep + "as_of=2031-05-01"} {
				if query != "" && !slices.Contains(o.params, "as_of") {
					continue
				}
				res := ask(t, a, "GET", Base+path+query, "")
				if res.Code != o.status || res.Header().Get("Content-Type") != "application/json" {
					t.Fatalf("%d %s: %s", res.Code, res.Header().Get("Content-Type"), res.Body)
				}
				valid(t, schema(schemaName(o.answers)), res.Body.Bytes())
				var head struct {
					wire.Head
					Items []json.RawMessage `json:"items"`
				}
				if err := json.Unmarshal(res.Body.Bytes(), &head); err != nil {
					t.Fatal(err)
				}
				if head.Schema != o.schema || head.Revision != 12 || (head.AsOf != nil) != (query != "") {
					t.Errorf("head %+v, want schema %s", head.Head, o.schema)
				}
				if o.lists && len(head.Items) == 0 {
					t.Error("the list is empty: nothing was checked")
				}
			}
			if o.name == "getJob" {
				return
			}
			// HEAD tells the same without a body; the tag is worth a 304.
			res := ask(t, a, "GET", Base+path, "")
			tag := res.Header().Get("ETag")
			again := ask(t, a, "GET", Base+path, "", "If-None-Match", `"x", W/`+tag)
			if tag == "" || again.Code != http.StatusNotModified || again.Body.Len() != 0 {
				t.Errorf("tag %s: %d with %d bytes, want 304 with none", tag, again.Code, again.Body.Len())
			}
			if res := ask(t, a, "GET", Base+path+sep+"as_of=2031-05-01", "", "If-None-Match", tag); slices.Contains(o.params, "as_of") && res.Code != o.status {
				t.Errorf("another state has the same tag: %d", res.Code)
			}
			head := ask(t, a, "HEAD", Base+path, "")
			if head.Code != o.status || head.Header().Get("ETag") != tag {
				t.Errorf("HEAD: %d with tag %s", head.Code, head.Header().Get("ETag"))
			}
			if o.lists {
				lines := ask(t, a, "GET", Base+path+"?format=jsonl", "")
				sc := bufio.NewScanner(lines.Body)
				sc.Buffer(nil, 1<<24)
				n := 0
				for sc.Scan() {
					if n++; n <= 5 {
						valid(t, schema(schemaName(o.item)), sc.Bytes())
					}
				}
				if fmt.Sprint(n) != lines.Header().Get("Readout-Count") || n == 0 {
					t.Errorf("%d lines, Readout-Count %s", n, lines.Header().Get("Readout-Count"))
				}
				byAccept := ask(t, a, "GET", Base+path, "", "Accept", "application/x-ndjson")
				if byAccept.Header().Get("Content-Type") != "application/x-ndjson" || byAccept.Header().Get("ETag") == tag {
					t.Errorf("Accept: %s with tag %s", byAccept.Header().Get("Content-Type"), byAccept.Header().Get("ETag"))
				}
			}
		})
	}
}

// Pages of a list, put together, are the list: each item once, in order.
func TestPaging(t *testing.T) {
	a, src, _ := world(t, 200)
	whole := ask(t, a, "GET", Base+"/quotes?format=jsonl", "").Body.String()
	var got strings.Builder
	next, pages := "", 0
	for {
		var page wire.List[json.RawMessage]
		res := ask(t, a, "GET", Base+"/quotes?limit=37&cursor="+next, "")
		if err := json.Unmarshal(res.Body.Bytes(), &page); err != nil {
			t.Fatal(err)
		}
		for _, x := range page.Items {
			got.Write(x)
			got.WriteByte('\n')
		}
		if pages++; page.Next == nil {
			break
		}
		next = *page.Next
	}
	if pages < 3 || got.String() != whole {
		t.Errorf("%d pages do not make the list", pages)
	}

	t.Run("another list", func(t *testing.T) {
		res := ask(t, a, "GET", Base+"/quotes?by=x&cursor="+next, "")
		if next == "" || res.Code != http.StatusBadRequest {
			t.Errorf("cursor %q: %d %s", next, res.Code, res.Body)
		}
	})
	t.Run("the record moved on", func(t *testing.T) {
		snap := *src.snap
		snap.Revision.N++
		src.snap = &snap
		res := ask(t, a, "GET", Base+"/quotes?limit=37&cursor="+next, "")
		var p wire.Problem
		if err := json.Unmarshal(res.Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		if res.Code != http.StatusGone || !strings.Contains(p.Advice, "without cursor") || !strings.Contains(p.Detail, "revision 12") {
			t.Errorf("%d %+v", res.Code, p)
		}
	})
}

// The same bytes seen again make no new revision, but tell until when a version
// stood on the web.
func TestVersionsSeenAgain(t *testing.T) {
	a, src, w := world(t, 40)
	s := stored(t, w)
	src.snap.Store = s
	report := w.Record.Reports[0]
	seen := func(hour int) {
		t.Helper()
		c := readout.Capture{
			Path: "https://harbour.example/ferries", URL: "https://harbour.example/ferries", MediaType: "text/plain", Body: []byte(report.Text), SHA256: report.SHA256,
			Fetched: time.Date(2031, 5, 2, hour, 0, 0, 0, time.UTC),
		}
		if _, err := s.Seen(t.Context(), c, report); err != nil {
			t.Fatal(err)
		}
	}
	seen(12)
	path := Base + "/reports/" + report.ID + "/versions"
	res := ask(t, a, "GET", path, "")
	tag := res.Header().Get("ETag")
	if again := ask(t, a, "GET", path, "", "If-None-Match", tag); res.Code != http.StatusOK || tag == "" || again.Code != http.StatusNotModified {
		t.Fatalf("%d with tag %q, then %d: %s", res.Code, tag, again.Code, res.Body)
	}
	seen(14)
	if res = ask(t, a, "GET", path, "", "If-None-Match", tag); res.Code != http.StatusOK || !strings.Contains(res.Body.String(), "2031-05-02T14:00:00Z") {
		t.Errorf("seen again: %d %s", res.Code, res.Body)
	}
}

// Problems say what happened and what to do, in the form of RFC 9457.
func TestProblems(t *testing.T) {
	a, src, _ := world(t, 60)
	src.at = live.ErrWorking
	schema := contract(t, a)
	for _, c := range []struct {
		name, method, target string
		headers              []string
		status               int
		detail, advice       string
	}{
		{"no such path", "GET", "/api/v1/event", nil, 404, "no /api/v1/event", "/api"},
		{"no such thing", "GET", "/api/v1/events/v0000000000000000", nil, 404, "no event v0000000000000000", "ids"},
		{"an id of another kind", "GET", "/api/v1/events/r0000000000000000", nil, 404, "no event", "ids"},
		{"method", "DELETE", "/api/v1/reports", nil, 405, "does not take DELETE", "GET or POST or HEAD"},
		{"options of a preflight", "OPTIONS", "/api/v1/timeline", []string{"Origin", "https://other.example", "Access-Control-Request-Method", "GET"}, 405, "does not take OPTIONS", "GET"},
		{"unknown parameter", "GET", "/api/v1/timeline?form=2031", nil, 400, `no parameter "form"`, "from"},
		{"bad value", "GET", "/api/v1/timeline?from=yesterday", nil, 400, "cannot be used", "Mend"},
		{"limit", "GET", "/api/v1/timeline?limit=1001", nil, 400, "cannot be used", "Mend"},
		{"format", "GET", "/api/v1/timeline?format=xml", nil, 400, `format="xml"`, "jsonl"},
		{"cursor", "GET", "/api/v1/timeline?cursor=abc", nil, 400, "cursor", "begin without"},
		{"still being linked", "GET", "/api/v1/timeline?as_of=2031-05-01", nil, 503, "worked out", "Retry-After"},
		{"another site", "POST", "/api/v1/reports", []string{"Origin", "https://other.example", "Content-Type", "application/json"}, 403, "another site", "program"},
		{"another site, by fetch metadata", "POST", "/api/v1/reports", []string{"Sec-Fetch-Site", "cross-site", "Content-Type", "text/plain"}, 403, "another site", "program"},
		{"no type", "POST", "/api/v1/reports", nil, 415, "not taken", "application/json"},
		{"no job", "GET", "/api/v1/jobs/j1", nil, 404, "no job j1", "remembered"},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := ask(t, a, c.method, c.target, "", c.headers...)
			if res.Code != c.status || res.Header().Get("Content-Type") != "application/problem+json" {
				t.Fatalf("%d %s: %s", res.Code, res.Header().Get("Content-Type"), res.Body)
			}
			valid(t, schema("Problem"), res.Body.Bytes())
			var p wire.Problem
			if err := json.Unmarshal(res.Body.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			if p.Status != c.status || !strings.Contains(p.Detail, c.detail) || !strings.Contains(p.Advice, c.advice) {
				t.Errorf("%+v", p)
			}
			if c.status == 503 && res.Header().Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			for name := range res.Header() {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("header %s: answers are not for other sites", name)
				}
			}
		})
	}
}

// What a passage says is what stands there: by bytes, by code points, in the
// sentence that it names.
func TestPassagesCutTheirWords(t *testing.T) {
	a, src, w := world(t, 120)
	var page wire.Thing[wire.EventPage]
	if err := json.Unmarshal(ask(t, a, "GET", Base+"/events/"+w.Busy, "").Body.Bytes(), &page); err != nil {
		t.Fatal(err)
	}
	n := 0
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		if p, ok := v.Interface().(wire.Passage); ok {
			n++
			r := src.snap.Report(p.Report)
			if r == nil || r.SHA256 != p.SHA256 {
				t.Fatalf("report %s with hash %s is not in the record", p.Report, p.SHA256)
			}
			if r.Text[p.ByteStart:p.ByteEnd] != p.Text || string([]rune(r.Text)[p.Start:p.End]) != p.Text || p.Text == "" {
				t.Errorf("passage %+v does not cut its words", p)
			}
			s := src.snap.Sentences(p.Report)[*p.Sentence-1]
			if p.ByteStart < s.Start || p.ByteStart >= s.End || p.Path != fmt.Sprintf("/d/%s#s%d", p.Report, *p.Sentence) {
				t.Errorf("passage %+v is not in sentence %v", p, s)
			}
			return
		}
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		}
	}
	walk(reflect.ValueOf(page))
	if n < 40 {
		t.Errorf("only %d passages", n)
	}
}

func TestDescriptionIsServed(t *testing.T) {
	a, _, _ := world(t, 60)
	for _, c := range []struct{ path, media, begins string }{
		{"/api/openapi.json", "application/openapi+json", "{"},
		{"/api/openapi.yaml", "application/openapi+yaml", "components:"},
	} {
		res := ask(t, a, "GET", c.path, "")
		if res.Code != 200 || res.Header().Get("Content-Type") != c.media || !strings.HasPrefix(res.Body.String(), c.begins) {
			t.Errorf("%s: %d %s %.40s", c.path, res.Code, res.Header().Get("Content-Type"), res.Body)
		}
		if strings.Contains(res.Body.String(), "unpkg") || strings.Contains(res.Body.String(), "$schema") {
			t.Errorf("%s names what is elsewhere", c.path)
		}
	}
}

// A search that takes too long is cut off; a body that is larger than its
// operation takes is refused; nobody is answered who is not known.
func TestLimitsOfRequests(t *testing.T) {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "readout.db"), sqlite.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	src, err := live.New(t.Context(), s, live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	a, err := New(src, Options{QueryTime: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	if w := ask(t, a, "GET", Base+"/search?q=boats", ""); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "Ask for less") || w.Header().Get("Retry-After") == "" {
		t.Errorf("a slow search: %d: %s", w.Code, w.Body)
	}
	body := `{"text":"` + strings.Repeat("x", 1<<20) + `"}`
	if w := ask(t, a, "POST", Base+"/check", body, "Content-Type", "application/json"); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a draft of 1 MB: %d: %s", w.Code, w.Body)
	}
	for _, o := range Operations() {
		if o.Needs == account.None {
			t.Errorf("%s %s is open to everybody", o.Method, o.Path)
		}
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest(o.Method, o.Path, nil))
		if w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s %s without anybody: %d", o.Method, o.Path, w.Code)
		}
	}
}
