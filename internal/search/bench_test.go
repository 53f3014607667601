package search

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/view"
)

// BenchmarkRun searches the record of 20,000 generated reports, 200 different
// queries of each kind at least with -benchtime 200x; p95 is what a page may
// take from this package (budget of a search: 200 ms).
func BenchmarkRun(b *testing.B) {
	s, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "readout.db"), sqlite.Options{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	w := generate.New(generate.Options{Seed: 1, Reports: 20000})
	if err := w.Fill(b.Context(), s); err != nil {
		b.Fatal(err)
	}
	src := Source{Store: s, View: view.New(w.Record), Present: true}
	past := src
	past.Present = false
	rng := rand.New(rand.NewPCG(1, 2))
	text := strings.Fields(w.Record.Reports[rng.IntN(20000)].Text + " " + w.Record.Reports[rng.IntN(20000)].Text)
	word := func() string {
		for {
			if x := strings.Trim(text[rng.IntN(len(text))], "“”\".,:;’"); len(x) > 3 {
				return x
			}
		}
	}
	name := func() string { return w.Record.Entities[rng.IntN(len(w.Record.Entities))].Name }
	for _, c := range []struct {
		name  string
		src   Source
		query func(i int) string
	}{
		{"one word", src, func(int) string { return word() }},
		{"two words", src, func(int) string { return word() + " " + word() }},
		{"phrase", src, func(int) string {
			i := rng.IntN(len(text) - 2)
			return `"` + strings.Trim(text[i]+" "+text[i+1], "“”\"") + `"`
		}},
		{"word by somebody", src, func(int) string { return word() + ` by:"` + name() + `"` }},
		{"somebody", src, func(int) string { return name() }},
		{"days", src, func(i int) string { return fmt.Sprintf("%s after:2031-0%d before:2031-0%d", word(), 1+i%4, 2+i%4) }},
		{"outlet", src, func(int) string { return word() + ` from:"` + w.Record.Reports[rng.IntN(20000)].Outlet + `"` }},
		{"nothing found", src, func(i int) string { return fmt.Sprintf("zzyzx%d", i) }},
		{"a past state", past, func(int) string { return word() }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				q, err := Parse(c.query(i))
				if err != nil {
					continue
				}
				at := time.Now()
				if _, err := Run(b.Context(), c.src, q, Options{}); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(at))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
