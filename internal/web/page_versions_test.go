package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store/sqlite"
)

// The pages of an article that was changed: its report says which version it is,
// the earlier one can still be opened, and a page shows what became of each fact.
func TestVersionsPage(t *testing.T) {
	ctx := t.Context()
	s, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "desk.db"), sqlite.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	const first = "Foreign Minister Ilse Maren of Sollund met Karvany's deputy prime minister, Tomas Ered, in Port Elsey on Wednesday. The meeting lasted about two hours.\n\nThe quay at Orrin <stays> closed until further notice, the harbour office said."
	second := strings.Replace(strings.Split(first, "\n\n")[0], "two hours", "three hours", 1)
	inputs := func(yield func(readout.Capture, *readout.Refusal) bool) {
		for i, text := range []string{first, second} {
			sum := sha256.Sum256([]byte(text))
			c := readout.Capture{
				Path: "https://harbour.example/ferries", URL: "https://harbour.example/ferries", MediaType: "text/plain", Body: []byte(text), SHA256: hex.EncodeToString(sum[:]),
				Fetched: time.Date(2031, 5, 2, 12+i, 0, 0, 0, time.UTC), Sidecar: &readout.Sidecar{Title: "Maren meets Ered", Published: "2031-05-02"},
			}
			if !yield(c, nil) {
				return
			}
		}
	}
	res, err := r.Read(ctx, inputs, pipeline.Options{Workers: 1, Keeper: s})
	if err != nil {
		t.Fatal(err)
	}
	over, err := s.Superseded(ctx, time.Time{})
	if err != nil || len(over) != 1 {
		t.Fatal(over, err)
	}
	var old, now string
	for old, now = range over {
	}
	kept := res.Docs[:0]
	for _, d := range res.Docs {
		if d.Report.ID == now {
			kept = append(kept, d)
		}
	}
	rec, err := r.Record(kept)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.ReplaceRecord(ctx, rec); err != nil {
		t.Fatal(err)
	}
	src, err := live.New(ctx, s, live.Options{Reader: func() (*pipeline.Reader, error) { return r, nil }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(src.Close)
	h, err := New(src, Options{})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	for path, want := range map[string][]string{
		"/d/" + now:                    {"Version 2 of 2", "/d/" + now + "/versions", "three hours"},
		"/d/" + old:                    {"An earlier version of the article", "/d/" + now, "two hours", "The quay at Orrin &lt;stays&gt; closed"},
		"/d/" + old + ".json":          {`"readout`, `"withdrawn"`},
		"/d/" + old + "/versions":      {"Version 1 of 2", "Version 2 of 2", "in the record", "withdrawn", "<del>about two hours</del>", "<ins>about three hours</ins>", "value: 120 minute → 180 minute", "Orrin &lt;stays&gt; closed"},
		"/d/" + now + "/versions.json": {`"how": "withdrawn"`, `"current": true`},
		"/d/" + now + "/versions.csv":  {"claim,changed,duration"},
	} {
		code, _, body := get(t, srv, path)
		if code != http.StatusOK {
			t.Errorf("%s: status %d: %s", path, code, body)
		}
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%s: no %q in\n%s", path, w, body)
			}
		}
		if strings.Contains(body, "<stays>") && !strings.Contains(path, ".") {
			t.Errorf("%s: text of the report is markup", path)
		}
	}
	if code, _, _ := get(t, srv, "/d/r0000000000000000/versions"); code != http.StatusNotFound {
		t.Errorf("no report: status %d", code)
	}
	if _, _, body := get(t, srv, "/d/"+old); strings.Contains(body, `href="/f/`) || strings.Contains(body, `href="/e/`) {
		t.Error("an earlier version leads to facts that the record does not hold")
	}

	// Its bytes seen again make no new revision, but the page says until when.
	held := func(tag string) (int, string, string) {
		t.Helper()
		req, err := http.NewRequest("GET", srv.URL+"/d/"+old, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("If-None-Match", tag)
		res, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, res.Header.Get("ETag"), string(body)
	}
	_, tag, before := held("")
	if code, _, _ := held(tag); tag == "" || code != http.StatusNotModified {
		t.Errorf("asked again with the tag %q: %d", tag, code)
	}
	report, err := s.Report(ctx, old)
	if err != nil {
		t.Fatal(err)
	}
	again := readout.Capture{
		Path: "https://harbour.example/ferries", URL: "https://harbour.example/ferries", MediaType: "text/plain", Body: []byte(first), SHA256: report.SHA256,
		Fetched: time.Date(2031, 5, 2, 12, 40, 0, 0, time.UTC),
	}
	if _, err := s.Seen(ctx, again, report); err != nil {
		t.Fatal(err)
	}
	if code, _, after := held(tag); code != http.StatusOK || after == before || !strings.Contains(after, "12:40") {
		t.Errorf("seen again: %d, and no 12:40 in\n%s", code, after)
	}
}
