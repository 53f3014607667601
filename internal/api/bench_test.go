package api

import (
	"testing"

	"github.com/readout-news/readout/internal/generate"
)

// BenchmarkOperations asks a record of 20,000 reports. The budgets of pages hold
// for their data too: an event within 80 ms, a page of a list within 120 ms.
func BenchmarkOperations(b *testing.B) {
	a, _, w := world(b, 20000)
	busy := w.Busy
	for _, x := range []struct{ name, path string }{
		{"event", "/events/" + busy},
		{"timeline", "/timeline"},
		{"timeline of a party", "/timeline?party=" + w.Record.Events[0].Participants[0].Entity},
		{"quotes", "/quotes"},
		{"statements", "/statements?type=direct"},
		{"positions", "/positions"},
		{"commitments", "/commitments"},
		{"disagreements", "/disagreements?verdict=conflict"},
		{"entities", "/entities"},
		{"entity", "/entities/" + personOf(b, w)},
		{"report", "/reports/" + w.Record.Reports[0].ID},
		{"reports", "/reports"},
		{"changes", "/changes?since=2031-06-01"},
		{"sources", "/sources"},
		{"status", "/status"},
		{"whole timeline as lines", "/timeline?format=jsonl"},
	} {
		b.Run(x.name, func(b *testing.B) {
			if res := ask(b, a, "GET", Base+x.path, ""); res.Code != 200 { // the first asking builds indexes
				b.Fatalf("%d: %s", res.Code, res.Body)
			}
			for b.Loop() {
				ask(b, a, "GET", Base+x.path, "")
			}
		})
	}
}

// personOf is the entity with most mentions.
func personOf(tb testing.TB, w *generate.World) string {
	tb.Helper()
	best := w.Record.Entities[0]
	for _, e := range w.Record.Entities {
		if len(e.Mentions) > len(best.Mentions) {
			best = e
		}
	}
	return best.ID
}
