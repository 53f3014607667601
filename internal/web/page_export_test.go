package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/export"
)

// Every form on the page of exports can be taken, is what its manifest says to
// the byte, and keeps the filters of the page.
func TestExports(t *testing.T) {
	srv := demo(t)
	code, _, body := get(t, srv, "/export?from=2031-03-20")
	if code != 200 {
		t.Fatal(code)
	}
	for _, f := range export.Formats() {
		t.Run(f.Name, func(t *testing.T) {
			for _, want := range []string{`href="/export/` + f.Name + `?from=2031-03-20"`, `href="/export/` + f.Name + `/manifest?from=2031-03-20"`} {
				if !strings.Contains(body, want) {
					t.Errorf("no %s on the page", want)
				}
			}
			code, h, file := get(t, srv, "/export/"+f.Name+"?from=2031-03-20")
			if code != 200 || h.Get("Content-Type") != f.Type || h.Get("Content-Disposition") != `attachment; filename="`+f.File()+`"` || h.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%d, %v", code, h)
			}
			code, _, man := get(t, srv, "/export/"+f.Name+"/manifest?from=2031-03-20")
			var m export.Manifest
			if err := json.Unmarshal([]byte(man), &m); err != nil || code != 200 {
				t.Fatalf("%d: %v", code, err)
			}
			if m.Revision == 0 || len(m.Filters) != 1 || m.Base != srv.URL {
				t.Errorf("manifest: %+v", m)
			}
			sum := sha256.Sum256([]byte(file))
			if !f.Files && m.Files[0].SHA256 != hex.EncodeToString(sum[:]) {
				t.Error("the file is not the one of the manifest")
			}
			_, _, whole := get(t, srv, "/export/"+f.Name)
			if len(whole) <= len(file) {
				t.Errorf("%d bytes with a filter, %d without", len(file), len(whole))
			}
		})
	}
	for _, path := range []string{"/export/xlsx", "/export/xlsx/manifest"} {
		if code, _, body := get(t, srv, path); code != 404 || !strings.Contains(body, "parquet") {
			t.Errorf("%s: %d", path, code)
		}
	}
}

// An export of a state is that state: what came later is in no form.
func TestExportAsOf(t *testing.T) {
	srv := demo(t)
	for _, f := range []string{"jsonl", "graphml", "timelinejs"} {
		_, _, now := get(t, srv, "/export/"+f)
		_, _, then := get(t, srv, "/export/"+f+"?as_of=2031-03-01")
		if !strings.Contains(now, "Hegra") || strings.Contains(then, "Hegra") {
			t.Errorf("%s: Hegra was first reported on 14 March; in the export of 1 March: %t, of now: %t", f, strings.Contains(then, "Hegra"), strings.Contains(now, "Hegra"))
		}
	}
}

// A stream that fails breaks the connection: half an export must not pass for
// a whole one.
func TestBrokenStream(t *testing.T) {
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	s := &Site{src: src, opts: Options{Log: slog.New(slog.DiscardHandler)}}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req := &Request{Request: r, Snap: src.Now(), Form: "html"}
		_ = s.answer(w, req, Page{Raw: &Raw{Type: "text/plain", Stream: func(w io.Writer) error {
			io.WriteString(w, strings.Repeat("half of it\n", 1000))
			return errors.New("the rest is not there")
		}}})
	}))
	defer srv.Close()
	resp, err := http.Get(srv.URL)
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		resp.Body.Close()
	}
	if err == nil {
		t.Error("the reader takes half an answer for a whole one")
	}
}

// An event as linked data: itself, its claims, what was said at it, the
// articles.
func TestLinkedData(t *testing.T) {
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	s := &Site{src: src}
	for _, row := range src.Now().Timeline() {
		if len(row.Differ) == 0 {
			continue
		}
		req := &Request{Request: &http.Request{Host: "desk.example", URL: &url.URL{Path: "/e/" + row.Event.ID}}, Snap: src.Now()}
		b, err := s.linkedData(req, row.Event.ID)
		if err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Context string           `json:"@context"`
			Graph   []map[string]any `json:"@graph"`
		}
		if err := json.Unmarshal(b, &doc); err != nil {
			t.Fatal(err)
		}
		types := map[any]int{}
		for _, n := range doc.Graph {
			types[n["@type"]]++
		}
		if doc.Context != "https://schema.org" || types["Event"] == 0 || types["Claim"] < 2 || types["NewsArticle"] == 0 {
			t.Errorf("%s: %v", row.Event.Title, types)
		}
		code, h, page := get(t, demo(t), "/e/"+row.Event.ID+".jsonld")
		if code != 200 || h.Get("Content-Type") != "application/ld+json" || !strings.Contains(page, `"@type":"Event"`) {
			t.Errorf("the event's page as linked data: %d %s", code, h.Get("Content-Type"))
		}
		if !strings.Contains(string(b), `"http://desk.example/e/`+row.Event.ID+`"`) {
			t.Error("the event is not named by its page")
		}
		return
	}
	t.Fatal("no event has claims that differ")
}
