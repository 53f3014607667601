package generate

import (
	"path/filepath"
	"testing"

	"github.com/readout-news/readout/internal/store/sqlite"
)

// A store takes a world and gives it back, sentences too.
func TestFill(t *testing.T) {
	w := New(Options{Seed: 5, Reports: 120})
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "readout.db"), sqlite.Options{Create: true, Now: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := w.Fill(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	rec, err := s.Record(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.Reports) != 120 || len(rec.Claims) != len(w.Record.Claims) || len(rec.Statements) != len(w.Record.Statements) {
		t.Errorf("%d reports, %d claims, %d statements came back", len(rec.Reports), len(rec.Claims), len(rec.Statements))
	}
	spans, n := w.Sentences(), 0
	for l, err := range s.Layers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if l.Version != Version || len(l.Doc.Sentences) != len(spans(l.Doc.Report.ID)) || len(l.Doc.Sentences) < 5 {
			t.Errorf("report %s: version %s, %d sentences", l.Doc.Report.ID, l.Version, len(l.Doc.Sentences))
		}
	}
	if n != 120 {
		t.Errorf("%d documents, want 120", n)
	}
	in, err := s.ReadIn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	days := map[string]bool{}
	for _, at := range in {
		days[at.Format("2006-01-02")] = true
	}
	if len(days) < 5 {
		t.Errorf("all reports came in on %d days", len(days))
	}
}

// BenchmarkWorld makes 20,000 reports and their record.
func BenchmarkWorld(b *testing.B) {
	for b.Loop() {
		w := New(Options{Seed: 1, Reports: 20000})
		b.ReportMetric(float64(len(w.Record.Claims)), "claims")
		b.ReportMetric(float64(len(w.Record.Statements)), "statements")
		b.ReportMetric(float64(len(w.Record.Events)), "events")
	}
}

// BenchmarkFill stores them.
func BenchmarkFill(b *testing.B) {
	for b.Loop() {
		w := New(Options{Seed: 1, Reports: 20000})
		s, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "readout.db"), sqlite.Options{Create: true, Now: w.Now})
		if err != nil {
			b.Fatal(err)
		}
		if err := w.Fill(b.Context(), s); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
