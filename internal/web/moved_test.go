package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store/sqlite"
)

// TestAddressesOutliveTheRecord reads half of the example, then the rest: every
// address of the first record still leads to its thing, by itself or by one
// redirect, in the same form and with the same query; what was withdrawn is gone
// and not unknown; and a version of the first record is still there.
func TestAddressesOutliveTheRecord(t *testing.T) {
	ctx := t.Context()
	s, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "desk.db"), sqlite.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	src, err := live.New(ctx, s, live.Options{Reader: func() (*pipeline.Reader, error) { return r, nil }, Wait: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var all []readout.Capture
	for c, refusal := range ingest.Read(ctx, []string{"../../examples/lake-ansa"}, ingest.Options{}) {
		if refusal != nil {
			t.Fatal(refusal.Reason)
		}
		all = append(all, c)
	}
	// The later half first: ids follow from the first report that tells of a thing.
	slices.Reverse(all)
	<-src.Read(all[:len(all)/2], nil).Done()
	before := src.Now()
	<-src.Read(all[len(all)/2:], nil).Done()
	now := src.Now()
	if now.Revision.N <= before.Revision.N {
		t.Fatalf("revision %d after %d", now.Revision.N, before.Revision.N)
	}
	site, err := New(src, Options{Version: "test", Now: func() time.Time { return today }})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
		return w
	}
	moved := 0
	follow := func(path string) {
		t.Helper()
		w := ask(path)
		switch w.Code {
		case http.StatusMovedPermanently:
			moved++
			to := w.Header().Get("Location")
			if end := ask(to); end.Code != http.StatusOK && end.Code != http.StatusSeeOther {
				t.Errorf("%s moved to %s: status %d", path, to, end.Code)
			}
		case http.StatusOK, http.StatusSeeOther, http.StatusGone:
		default:
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
	var old string
	for _, e := range before.Record.Events {
		follow("/e/" + e.ID)
		if now.EventByID(e.ID) == nil {
			if w := ask("/e/" + e.ID + ".json?view=outlets"); w.Code == http.StatusMovedPermanently {
				old = e.ID
				if to := w.Header().Get("Location"); !strings.Contains(to, ".json?") || !strings.Contains(to, "view=outlets") {
					t.Errorf("/e/%s.json?view=outlets moved to %s: form or query are lost", e.ID, to)
				}
			}
		}
		path := fmt.Sprintf("/e/%s@%d", e.ID, before.Revision.N)
		if w := ask(path); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), fmt.Sprintf("Version %d of the record", before.Revision.N)) {
			t.Errorf("%s, a version that is kept: status %d", path, w.Code)
		}
	}
	for _, x := range before.Record.Entities {
		follow("/o/" + x.ID)
	}
	for _, x := range before.Record.Threads {
		follow("/t/" + x.ID)
	}
	if moved == 0 || old == "" {
		t.Fatal("nothing moved: the test shows nothing")
	}
	t.Logf("%d addresses moved", moved)
	if w := ask("/f/" + old); w.Code != http.StatusMovedPermanently {
		t.Errorf("/f/%s: status %d, want 301", old, w.Code)
	}

	// Whichever of its renderings was the fullest that was known, its address leads
	// to the utterance.
	u := now.Record.Utterances[0]
	former := readout.UtteranceID(u.Variants[1].Statement)
	if w := ask("/q/" + former + ".json"); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != "/q/"+u.ID+".json" {
		t.Errorf("/q/%s: status %d, to %q, want 301 to /q/%s", former, w.Code, w.Header().Get("Location"), u.ID)
	}
	follow("/f/" + former)

	// What the record holds as another kind, or held not yet, is not found; it
	// was not withdrawn.
	fresh := slices.IndexFunc(now.Record.Events, func(e *readout.Event) bool { return len(before.Counterparts(e)) == 0 })
	if fresh < 0 {
		t.Fatal("the second half tells of no new event")
	}
	for _, path := range []string{
		"/p/" + now.Record.Events[0].ID, "/e/" + now.Record.Entities[0].ID, "/t/" + now.Record.Events[0].ID, "/d/" + now.Record.Entities[0].ID,
		fmt.Sprintf("/e/%s@%d", now.Record.Events[fresh].ID, before.Revision.N),
	} {
		if w := ask(path); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "not in the record since") || w.Header().Get("ETag") != "" {
			t.Errorf("%s: status %d, tag %q, want 404 and no tag", path, w.Code, w.Header().Get("ETag"))
		}
	}
}
