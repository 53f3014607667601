package live

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/link"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/view/recordtest"
)

// TestLinkerKeepsTheRecordOfTheSet holds that a store whose linker takes in
// reports in any order and batches, is stopped and started, and is closed in the
// end holds the record of its set of reports. Regions are small here, so that
// twenty reports have many.
func TestLinkerKeepsTheRecordOfTheSet(t *testing.T) {
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	var captures []readout.Capture
	for c, f := range ingest.Read(t.Context(), []string{lake}, ingest.Options{}) {
		if f != nil {
			t.Fatal(f)
		}
		captures = append(captures, c)
	}
	want := ""
	for turn := range 4 {
		rng := rand.New(rand.NewPCG(uint64(turn), 5))
		s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), sqlite.Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		rng.Shuffle(len(captures), func(i, j int) { captures[i], captures[j] = captures[j], captures[i] })
		k := NewLinker(r, s)
		k.opts = link.Options{Most: 4, Batch: 1 + rng.IntN(9)}
		for left := captures; len(left) > 0; {
			n := len(left)
			if turn > 0 {
				n = 1 + rng.IntN(len(left))
			}
			some := slices.Values(left[:n])
			_, err := r.Read(t.Context(), func(yield func(readout.Capture, *readout.Refusal) bool) {
				some(func(c readout.Capture) bool { return yield(c, nil) })
			}, pipeline.Options{Keeper: s})
			if err != nil {
				t.Fatal(err)
			}
			left = left[n:]
			if turn > 0 && rng.IntN(2) == 0 { // as if another process went on
				opts := k.opts
				k = NewLinker(r, s)
				k.opts = opts
			}
			if err := k.Link(t.Context()); err != nil {
				t.Fatal(err)
			}
			if ids, err := s.Pending(t.Context()); err != nil || len(ids) > 0 {
				t.Fatalf("after linking %d reports wait, %v", len(ids), err)
			}
		}
		for k.Open() > 0 {
			if err := k.Close(t.Context(), 5); err != nil {
				t.Fatal(err)
			}
		}
		got := recordtest.Export(t, s)
		if turn == 0 {
			want = got
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("turn %d (-at once +bit by bit):\n%s", turn, diff)
		}
	}
}

// A linker that another has overtaken fails with nothing changed and goes on
// from the store.
func TestLinkerIsOvertaken(t *testing.T) {
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), sqlite.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	read := func(name string) {
		t.Helper()
		if _, err := r.Read(context.Background(), ingest.Read(t.Context(), []string{filepath.Join(lake, name)}, ingest.Options{}), pipeline.Options{Keeper: s}); err != nil {
			t.Fatal(err)
		}
	}
	names, err := filepath.Glob(filepath.Join(lake, "*.txt"))
	if err != nil || len(names) < 3 {
		t.Fatal("the example has no three .txt", err)
	}
	first, second := NewLinker(r, s), NewLinker(r, s)
	for i, k := range []*Linker{first, second, first} {
		read(filepath.Base(names[i]))
		if err := k.Link(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	rec, err := s.Record(t.Context())
	if err != nil || len(rec.Reports) != 3 {
		t.Fatalf("%d reports in the record, %v; want 3", len(rec.Reports), err)
	}
}
