package sqlstore_test

import (
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/storetest"
)

// world is a made-up record with its captures.
func world(n int) storetest.World {
	g := generate.New(generate.Options{Seed: 7, Reports: n})
	w := storetest.World{Record: g.Record}
	byReport := map[string]readout.Capture{}
	for c, doc := range g.Documents() {
		byReport[doc.Report.ID] = c
	}
	for _, r := range w.Record.Reports {
		w.Captures = append(w.Captures, byReport[r.ID])
	}
	return w
}

// TestUpdates holds UpdateRecord to ReplaceRecord on a made-up world.
func TestUpdates(t *testing.T) {
	w := world(20)
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			storetest.Updates(t, func(t testing.TB) store.Store { return e.open(t) }, w)
		})
	}
}
