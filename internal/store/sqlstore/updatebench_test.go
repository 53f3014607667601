package sqlstore_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/storetest"
)

// BenchmarkUpdate takes one report after the other out of a record and puts it
// back: an operation is one of the two. It must cost the same in every record.
// The larger a made-up record, the more is claimed of its great events; the
// reports are those with 10 to 60 claims in scope, so that the change is the
// same.
func BenchmarkUpdate(b *testing.B) {
	for _, e := range engines {
		for _, n := range []int{1000, 10000, 50000} {
			b.Run(fmt.Sprintf("%s/%d", e.name, n), func(b *testing.B) {
				w := generate.New(generate.Options{Seed: 3, Reports: n})
				s := e.open(b)
				start := time.Now()
				if err := w.Fill(b.Context(), s); err != nil {
					b.Fatal(err)
				}
				b.Logf("filled in %v", time.Since(start))
				var updates []store.Update
				claims := 0
				for i := 0; i < n && len(updates) < 80; i += n/500 + 1 {
					going, coming := storetest.Arrival(w.Record, w.Record.Reports[i].ID)
					rec := coming.Record
					linked := 0
					for _, x := range rec.Issues {
						linked += len(x.Positions)
					}
					for _, x := range rec.Threads {
						linked += len(x.Reports)
					}
					if len(rec.Claims) >= 10 && len(rec.Claims) <= 60 && linked <= 200 {
						updates = append(updates, going, coming)
						claims += len(rec.Claims)
					}
				}
				b.ReportMetric(float64(claims)/float64(len(updates)/2), "claims")
				i := 0
				var took []time.Duration
				for b.Loop() {
					at := time.Now()
					if err := s.UpdateRecord(b.Context(), updates[i%len(updates)]); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(at))
					i++
				}
				if i%2 == 1 { // as it was
					if err := s.UpdateRecord(b.Context(), updates[i%len(updates)]); err != nil {
						b.Fatal(err)
					}
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			})
		}
	}
}
