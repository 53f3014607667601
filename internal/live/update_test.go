package live_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/live/livetest"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/store/storetest"
)

// TestUpdatesOfSample holds what linking makes of the sample to the order in
// which stores give records back, and its parts, put one in the place of the
// other, to the record that replaces them.
func TestUpdatesOfSample(t *testing.T) {
	dir := t.TempDir()
	_, end, err := livetest.Source(t.Context(), dir, live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
	open := func(t testing.TB, path string) store.Store {
		s, err := sqlite.Open(t.Context(), path, sqlite.Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	s := open(t, filepath.Join(dir, "readout.db"))
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	docs, err := live.Documents(t.Context(), r, s, pipeline.Moment{})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := r.Record(docs[0])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rec, store.Ordered(rec), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("linking leaves another order than stores (-linking +stores)\n%s", diff)
	}
	w := storetest.World{Record: rec}
	for _, r := range rec.Reports {
		c, err := s.Capture(t.Context(), r.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		w.Captures = append(w.Captures, c)
	}
	storetest.Updates(t, func(t testing.TB) store.Store { return open(t, filepath.Join(t.TempDir(), "updates.db")) }, w)
}
