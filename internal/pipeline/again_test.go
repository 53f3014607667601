package pipeline

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/nlp"
)

// A version of any annotator that is raised gives, from the layers of before,
// what reading anew gives: every field of every layer. So the layers that are
// declared as required and amended are those that are.
func TestAgainIsReadingAnew(t *testing.T) {
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	res, err := r.Read(context.Background(), ingest.Read(context.Background(), []string{"../../examples/lake-ansa"}, ingest.Options{}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range res.Docs {
		if err := doc.Check(); err != nil {
			t.Errorf("%s: %v", doc.Report.Path, err)
		}
	}
	was := r.Annotators.Version()
	for i, a := range r.Annotators {
		t.Run(a.Name, func(t *testing.T) {
			next := *r
			next.Annotators = append(nlp.Pipeline{}, r.Annotators...)
			bumped := *a
			bumped.Version += "+"
			next.Annotators[i] = &bumped
			ran := map[string]bool{}
			for _, doc := range res.Docs {
				again, err := next.Again(doc, was, func(stage string, _ time.Duration) { ran[stage] = true })
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(doc, again); diff != "" {
					t.Fatalf("%s (-anew +again):\n%s", doc.Report.Path, diff)
				}
			}
			if !ran[a.Name] || a.Name != "tokenize" && ran["tokenize"] {
				t.Errorf("ran %v", ran)
			}
		})
	}
}

// Observe hears of every stage of every report, and reading with it gives the
// same.
func TestObserve(t *testing.T) {
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	heard := map[string]int{}
	opts := Options{Workers: 4, Observe: func(stage string, took time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		heard[stage]++
		if took < 0 {
			t.Errorf("%s took %v", stage, took)
		}
	}}
	inputs := func() []string { return []string{"../../examples/lake-ansa"} }
	seen, err := r.Read(context.Background(), ingest.Read(context.Background(), inputs(), ingest.Options{}), opts)
	if err != nil {
		t.Fatal(err)
	}
	quiet, err := r.Read(context.Background(), ingest.Read(context.Background(), inputs(), ingest.Options{}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(quiet.Docs, seen.Docs); diff != "" {
		t.Error(diff)
	}
	if len(heard) != len(r.Annotators)+1 {
		t.Errorf("heard of %v", heard)
	}
	for stage, n := range heard {
		if n != len(seen.Docs) {
			t.Errorf("heard of %s %d times, want %d", stage, n, len(seen.Docs))
		}
	}
}

// BenchmarkAgain reads the sample again after the version of one annotator was
// raised; "all" is reading anew.
func BenchmarkAgain(b *testing.B) {
	r, err := New()
	if err != nil {
		b.Fatal(err)
	}
	res, err := r.Read(context.Background(), ingest.Read(context.Background(), []string{"../../examples/lake-ansa"}, ingest.Options{}), Options{})
	if err != nil {
		b.Fatal(err)
	}
	was := r.Annotators.Version()
	for _, name := range []string{"all", "names", "timex", "quote", "event", "position", "response"} {
		b.Run(name, func(b *testing.B) {
			next := *r
			next.Annotators = append(nlp.Pipeline{}, r.Annotators...)
			for i, a := range next.Annotators {
				if a.Name == name || name == "all" {
					bumped := *a
					bumped.Version += "+"
					next.Annotators[i] = &bumped
				}
			}
			for i := 0; b.Loop(); i++ {
				if _, err := next.Again(res.Docs[i%len(res.Docs)], was, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
