package check_test

import (
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/check"
	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/view"
)

// The index of a large record is made once, when the first draft comes.
func BenchmarkIndex(b *testing.B) {
	v := view.New(generate.New(generate.Options{Seed: 1, Reports: 20000}).Record)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := check.NewIndex(v); err != nil {
			b.Fatal(err)
		}
	}
}

// A draft of a report's length, beside 20,000 reports.
func BenchmarkCheck(b *testing.B) {
	d, err := lake()
	if err != nil {
		b.Fatal(err)
	}
	rec := generate.New(generate.Options{Seed: 1, Reports: 20000}).Record
	x, err := check.NewIndex(view.New(rec))
	if err != nil {
		b.Fatal(err)
	}
	doc, err := d.reader.Draft(rec.Reports[len(rec.Reports)/2].Text, "2031-03-18")
	if err != nil || strings.TrimSpace(doc.Report.Text) == "" {
		b.Fatal("no draft", err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := x.Check(doc); err != nil {
			b.Fatal(err)
		}
	}
}
