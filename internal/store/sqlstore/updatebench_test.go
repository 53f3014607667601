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
				for i := range 40 {
					going, coming := storetest.Arrival(w.Record, w.Record.Reports[(2*i+1)*n/80].ID)
					updates = append(updates, going, coming)
				}
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
