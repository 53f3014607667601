package live

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
)

// A store in which something is written all the time takes a tenth of the time
// for loading, no more, and what is served says how late it is.
func TestWatchTakesATenth(t *testing.T) {
	start := time.Date(2031, 3, 14, 9, 0, 0, 0, time.UTC)
	var w watch
	now, served, loading := start, 1, time.Duration(0)
	for n := 2; now.Sub(start) < time.Hour; n++ { // a revision a second
		now = now.Add(time.Second)
		if !w.seen(n, served, now) {
			if lag := now.Sub(w.since); lag > 51*time.Second {
				t.Fatalf("at revision %d what is served is %v old", n, lag)
			}
			continue
		}
		const took = 4 * time.Second
		w.loaded(n, now, now.Add(took))
		served, now, loading = n, now.Add(took), loading+took
	}
	if share := float64(loading) / float64(now.Sub(start)); share < 0.08 || share > 0.1 {
		t.Errorf("loading took %.3f of the time", share)
	}
}

func TestWatchKnowsHowFarItIsBehind(t *testing.T) {
	start := time.Date(2031, 3, 14, 9, 0, 0, 0, time.UTC)
	var w watch
	if w.seen(1, 1, start) || !w.since.IsZero() {
		t.Error("behind without a later revision")
	}
	if !w.seen(2, 1, start) || w.since != start {
		t.Error("a later revision is not to be loaded")
	}
	w.loaded(2, start, start.Add(time.Minute))
	if w.seen(3, 2, start.Add(2*time.Minute)) || w.since != start.Add(2*time.Minute) {
		t.Error("loaded again within ten times what it took")
	}
	if !w.seen(3, 2, start.Add(11*time.Minute)) || w.since != start.Add(2*time.Minute) {
		t.Error("not loaded after ten times what it took")
	}
	// Another process wrote while it was loading.
	w.seen(4, 2, start.Add(12*time.Minute))
	w.loaded(3, start.Add(11*time.Minute), start.Add(13*time.Minute))
	if w.since != start.Add(13*time.Minute) {
		t.Errorf("since %v", w.since)
	}
}

// slowStore counts how often its record is asked for.
type slowStore struct {
	store.Store
	asked atomic.Int64
}

func (s *slowStore) Record(ctx context.Context) (*readout.Record, error) {
	s.asked.Add(1)
	time.Sleep(20 * time.Millisecond)
	return s.Store.Record(ctx)
}

// What another process writes is taken in, and what is served says when it is
// behind.
func TestLag(t *testing.T) {
	inner, err := open.Store(t.Context(), filepath.Join(t.TempDir(), "desk.db"), open.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer inner.Close()
	s := &slowStore{Store: inner}
	src, err := New(t.Context(), s, Options{Look: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if lag := src.Lag(); lag.Behind != 0 || lag.Load < 20*time.Millisecond || lag.Store != 0 {
		t.Errorf("%+v", lag)
	}
	if err := inner.ReplaceRecord(t.Context(), &readout.Record{Entities: []*readout.Entity{{ID: "e0000000000000001", Name: "Sollund"}}}); err != nil {
		t.Fatal(err)
	}
	src.watch.seen(1, src.Now().Revision.N, time.Now().Add(-time.Minute))
	if lag := src.Lag(); lag.Behind < time.Minute || lag.Store != 1 {
		t.Errorf("%+v", lag)
	}
	if err := src.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if lag := src.Lag(); lag.Behind != 0 || src.Now().Revision.N != 1 || s.asked.Load() != 2 {
		t.Errorf("%+v at revision %d, asked %d times", lag, src.Now().Revision.N, s.asked.Load())
	}
}
