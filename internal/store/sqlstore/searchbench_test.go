package sqlstore_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/storetest"
)

// frequent words of the generated reports; the others are syllables.
var frequent = strings.Fields("the of to and in a that talks minister said on with for was border met Orrin Karvany Sollund Hegra president call after boats ministers meeting agreed harbour")

// writer makes sentences whose words are as frequent as Zipf says.
type generator struct {
	rng  *rand.Rand
	zipf *rand.Zipf
}

func newGenerator(seed uint64) *generator {
	rng := rand.New(rand.NewPCG(seed, 7))
	return &generator{rng, rand.NewZipf(rng, 1.1, 3, 60000)}
}

func (g *generator) word() string {
	n := int(g.zipf.Uint64())
	if n < len(frequent) {
		return frequent[n]
	}
	var b strings.Builder
	for n > 0 {
		b.WriteByte("bdfgklmnprstvz"[n%14])
		b.WriteByte("aeiou"[n/14%5])
		n /= 70
	}
	return b.String()
}

func (g *generator) text(n int) string {
	ws := make([]string, n)
	for i := range ws {
		ws[i] = g.word()
	}
	return strings.Join(ws, " ") + "."
}

// generated fills s with n reports of 400 words and a record of 12 statements,
// 5 events and 1 entity a report.
func generated(tb testing.TB, s store.Store, n int) {
	g := newGenerator(1)
	rec := &readout.Record{}
	for i := range n {
		c := storetest.Capture(fmt.Sprintf("%06d.txt", i), g.text(400))
		r := &readout.Report{
			ID: "r" + c.SHA256[:16], SHA256: c.SHA256, Path: c.Path, Title: g.text(8), Text: string(c.Body), Outlet: fmt.Sprint("Outlet ", i%40),
			Published: readout.Published{Value: time.Date(2031, 1, 1+i%300, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), Precision: "day"},
		}
		if _, err := s.AddReport(tb.Context(), c, &nlp.Doc{Report: r}, "v1"); err != nil {
			tb.Fatal(err)
		}
		rec.Reports = append(rec.Reports, r)
		rec.Entities = append(rec.Entities, &readout.Entity{ID: fmt.Sprintf("e%06d", i), Name: g.word() + " " + g.word()})
		for k := range 12 {
			span := readout.Span{Start: k * 100, End: k*100 + 100}
			rec.Statements = append(rec.Statements, &readout.Statement{
				ID: fmt.Sprintf("s%06d-%02d", i, k), Report: r.ID, Kind: readout.Direct, Text: span.In(r.Text), Content: []readout.Span{span},
				Speaker: fmt.Sprintf("e%06d", (i*k)%500), Date: &readout.Date{Value: r.Published.Value},
			})
		}
		for k := range 5 {
			rec.Events = append(rec.Events, &readout.Event{
				ID: fmt.Sprintf("v%06d-%02d", i, k), Type: "CONSULT", Title: g.text(7), Date: &readout.Date{Value: r.Published.Value},
				Participants: []readout.Participant{{Entity: fmt.Sprintf("e%06d", i/2)}},
				Mentions:     []readout.EventMention{{Evidence: readout.Evidence{Report: r.ID}}},
			})
		}
	}
	if err := s.ReplaceRecord(tb.Context(), rec); err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkSearch asks a store of 20,000 reports, 240,000 statements and
// 100,000 events; p95 is over 200 different queries of a kind.
func BenchmarkSearch(b *testing.B) {
	for _, e := range engines {
		b.Run(e.name, func(b *testing.B) { benchmarkSearch(b, e) })
	}
}

func benchmarkSearch(b *testing.B, e engine) {
	s := e.open(b)
	start := time.Now()
	generated(b, s, 20000)
	b.Logf("filled in %v", time.Since(start))
	g := newGenerator(2)
	common := func() string { return frequent[7+g.rng.IntN(len(frequent)-7)] }
	for _, c := range []struct {
		name  string
		query func() store.Query
	}{
		{"two frequent words", func() store.Query { return store.Query{Terms: []store.Term{{Text: common()}, {Text: common()}}} }},
		{"one frequent word", func() store.Query { return store.Query{Terms: []store.Term{{Text: common()}}} }},
		{"one word", func() store.Query { return store.Query{Terms: []store.Term{{Text: g.word()}}} }},
		{"three words", func() store.Query {
			return store.Query{Terms: []store.Term{{Text: g.word()}, {Text: g.word()}, {Text: common()}}}
		}},
		{"phrase", func() store.Query {
			return store.Query{Terms: []store.Term{{Text: common() + " " + common(), Mode: store.Phrase}}}
		}},
		{"prefix", func() store.Query { return store.Query{Terms: []store.Term{{Text: common()[:2], Mode: store.Prefix}}} }},
		{"speaker and word", func() store.Query {
			return store.Query{Terms: []store.Term{{Text: common()}}, Speakers: []string{fmt.Sprintf("e%06d", g.rng.IntN(500))}}
		}},
		{"speaker", func() store.Query { return store.Query{Speakers: []string{fmt.Sprintf("e%06d", g.rng.IntN(500))}} }},
		{"days and word", func() store.Query {
			return store.Query{Terms: []store.Term{{Text: common()}}, From: "2031-03-01", To: "2031-03-31"}
		}},
		{"outlet and word", func() store.Query {
			return store.Query{Terms: []store.Term{{Text: common()}}, Outlets: []string{"Outlet 7"}}
		}},
		{"days", func() store.Query { return store.Query{From: "2031-03-01", To: "2031-03-31"} }},
		{"not", func() store.Query {
			return store.Query{Terms: []store.Term{{Text: common()}, {Text: common(), Not: true}}}
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				q := c.query()
				at := time.Now()
				if _, err := s.Search(b.Context(), q); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(at))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
	b.Logf("%d kB a report", size(b, s)/20000/1024)
}
