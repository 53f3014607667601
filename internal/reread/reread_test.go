package reread

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/view/recordtest"
)

// stored reads the sample into a new store.
func stored(t *testing.T, r *pipeline.Reader) store.Store {
	t.Helper()
	s, err := open.Store(t.Context(), filepath.Join(t.TempDir(), "desk.db"), open.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if _, err := r.Read(t.Context(), ingest.Read(t.Context(), []string{"../../examples/lake-ansa"}, ingest.Options{}), pipeline.Options{Keeper: s}); err != nil {
		t.Fatal(err)
	}
	return s
}

// bumped is r with another version of the annotators named.
func bumped(r *pipeline.Reader, names ...string) *pipeline.Reader {
	next := *r
	next.Annotators = append(nlp.Pipeline{}, r.Annotators...)
	for i, a := range next.Annotators {
		for _, name := range names {
			if a.Name == name {
				b := *a
				b.Version += "+"
				next.Annotators[i] = &b
			}
		}
	}
	return &next
}

func record(t *testing.T, r *pipeline.Reader, s store.Store) string {
	t.Helper()
	if err := live.Relink(t.Context(), r, s, nil); err != nil {
		t.Fatal(err)
	}
	return recordtest.Export(t, s)
}

// Whatever is spent on it at a time, in the end all reports are read by the new
// annotators, each once, and the record is that of a store that they read from
// the first.
func TestInPieces(t *testing.T) {
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	next := bumped(r, "event")
	want := record(t, next, stored(t, next))
	s := stored(t, r)
	about, err := s.About(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	plan := Plan(about, next.Annotators)
	if len(plan) != 1 || plan[0].Reports != 20 || strings.Join(plan[0].Run, " ") != "event position response" || len(plan[0].Keep) != 7 {
		t.Fatalf("plan %+v", plan)
	}
	ran := map[string]int{}
	total := 0
	for round := 1; ; round++ {
		var last Progress
		res, err := Run(t.Context(), next, s, Options{Workers: 1, Reports: 8, Progress: func(p Progress) { last = p }, Observe: func(stage string, _ time.Duration) { ran[stage]++ }})
		if err != nil {
			t.Fatal(err)
		}
		total += res.Reread
		if res.Reread != res.Part || len(res.Failed) != 0 || res.Left != 20-total || last.Done != res.Reread || last.Total != res.Reread {
			t.Fatalf("round %d: %+v, progress %+v", round, res, last)
		}
		if res.Left == 0 {
			break
		}
		if round > 5 {
			t.Fatal("it does not come to an end")
		}
	}
	if total != 20 || ran["event"] != 20 || ran["tokenize"] != 0 || ran["syntax"] != 0 || ran[pipeline.StageStore] != 20 {
		t.Errorf("%d reports; ran %v", total, ran)
	}
	if record(t, next, s) != want {
		t.Error("the record is not that of a store read by these annotators")
	}
	res, err := Run(t.Context(), next, s, Options{})
	if err != nil || res.Reread != 0 || res.Left != 0 {
		t.Errorf("once more: %+v, %v", res, err)
	}
}

// Budget by time, and many workers.
func TestBudgetOfTime(t *testing.T) {
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	s, next := stored(t, r), bumped(r, "response")
	now := time.Date(2031, 3, 14, 9, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	clock := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
	res, err := Run(t.Context(), next, s, Options{Workers: 1, For: 10 * time.Second, Now: clock})
	if err != nil || res.Reread == 0 || res.Reread > 10 || res.Left != 20-res.Reread {
		t.Errorf("%+v, %v", res, err)
	}
	res, err = Run(t.Context(), next, s, Options{Workers: 8})
	if err != nil || res.Left != 0 {
		t.Errorf("the rest: %+v, %v", res, err)
	}
}

// Annotators that fail on a report leave its reading; the others are done.
func TestFailures(t *testing.T) {
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	s, next := stored(t, r), bumped(r, "response")
	last := *next.Annotators[len(next.Annotators)-1]
	run := last.Run
	last.Run = func(d *nlp.Doc) {
		if strings.HasSuffix(d.Report.Path, "01-harbour-wire-first-call.txt") {
			panic("a fault")
		}
		run(d)
	}
	next.Annotators[len(next.Annotators)-1] = &last
	res, err := Run(t.Context(), next, s, Options{})
	if err != nil || res.Reread != 19 || len(res.Failed) != 1 || res.Left != 1 || !strings.Contains(res.Failed[0].Reason, "what an earlier version read is kept") {
		t.Fatalf("%+v, %v", res, err)
	}
	refusals, err := s.Refusals(t.Context())
	if err != nil || len(refusals) != 1 {
		t.Errorf("noted: %v, %v", refusals, err)
	}
	last.Run = run
	if res, err = Run(t.Context(), next, s, Options{}); err != nil || res.Reread != 1 || res.Left != 0 {
		t.Fatalf("mended: %+v, %v", res, err)
	}
	if refusals, err = s.Refusals(t.Context()); err != nil || len(refusals) != 0 {
		t.Errorf("still noted: %v, %v", refusals, err)
	}
}

// When it is stopped what was done stays done.
func TestStopped(t *testing.T) {
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	s, next := stored(t, r), bumped(r, "response")
	ctx, cancel := context.WithCancel(t.Context())
	res, err := Run(ctx, next, s, Options{Workers: 1, Progress: func(p Progress) {
		if p.Done == 5 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || res.Reread < 5 || res.Reread > 7 {
		t.Fatalf("%+v, %v", res, err)
	}
	about, err := s.About(t.Context())
	if err != nil || about.Behind(next.Annotators.Version()) != 20-res.Reread {
		t.Errorf("%+v, %v", about, err)
	}
}

func TestLeft(t *testing.T) {
	if got := (Progress{Done: 100, Total: 1000, Elapsed: 10 * time.Second}).Left(); got != 90*time.Second {
		t.Errorf("%v left", got)
	}
	if got := (Progress{Total: 10, Elapsed: time.Second}).Left(); got != 0 {
		t.Errorf("%v left before the first", got)
	}
}
