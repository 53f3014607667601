package live

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/link"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/view/recordtest"
)

// TestDecisionsInAnyOrder: reports and decisions that do not contradict each
// other make one record in whatever order they come, also where they lie in
// different regions.
func TestDecisionsInAnyOrder(t *testing.T) {
	turns := torture.Rounds(t, 4, 40, 200)
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
	opts := link.Options{Most: 4, Batch: 7}
	fill := func(k *Linker, s store.Store, some []readout.Capture) {
		t.Helper()
		_, err := r.Read(t.Context(), func(yield func(readout.Capture, *readout.Refusal) bool) {
			slices.Values(some)(func(c readout.Capture) bool { return yield(c, nil) })
		}, pipeline.Options{Keeper: s})
		if err != nil {
			t.Fatal(err)
		}
		if err := k.Link(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	open := func() store.Store {
		s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), sqlite.Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	finish := func(k *Linker) {
		t.Helper()
		if err := k.Link(t.Context()); err != nil {
			t.Fatal(err)
		}
		for k.Open() > 0 {
			if err := k.Close(t.Context(), 5); err != nil {
				t.Fatal(err)
			}
		}
	}
	// What is decided: things of one record, each once.
	s := open()
	k := NewLinker(r, s)
	k.opts = opts
	fill(k, s, captures)
	finish(k)
	bare := recordtest.Export(t, s)
	rec, err := s.Record(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	made := decisionsOn(t, rec)
	want, same, restored := "", 1, 0
	for turn := range turns {
		rng := rand.New(rand.NewPCG(uint64(turn), 9))
		s := open()
		k := NewLinker(r, s)
		k.opts = opts
		order, left := slices.Clone(made), slices.Clone(captures)
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		rng.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
		decided := func(all bool) {
			t.Helper()
			for len(order) > 0 && (all || rng.IntN(3) > 0) {
				d := order[0]
				if err := s.AddDecision(t.Context(), &d); err != nil {
					if !all {
						break // about a report that is to come
					}
					t.Fatal(err)
				}
				order = order[1:]
			}
		}
		for len(left) > 0 {
			n := 1 + rng.IntN(len(left))
			fill(k, s, left[:n])
			left = left[n:]
			decided(false)
			if rng.IntN(2) == 0 { // as if another process went on
				k = NewLinker(r, s)
				k.opts = opts
			}
		}
		decided(true)
		finish(k)
		got := recordtest.Export(t, s)
		if turn == 0 {
			if want = got; want == bare {
				t.Fatal("the decisions changed nothing")
			}
			outcomes(t, r, s)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			if len(diff) > 4000 {
				diff = diff[:4000]
			}
			t.Fatalf("turn %d (-first +this order):\n%s", turn, diff)
		}
		same++
		// All undone, in any order, it is the record without decisions.
		log, err := s.Decisions(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		rng.Shuffle(len(log), func(i, j int) { log[i], log[j] = log[j], log[i] })
		for _, d := range log {
			u := decide.Undo(d.Seq)
			u.By = "ana"
			if err := s.AddDecision(t.Context(), &u); err != nil {
				t.Fatal(err)
			}
			if rng.IntN(3) == 0 {
				if err := k.Link(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		finish(k)
		if diff := cmp.Diff(bare, recordtest.Export(t, s)); diff != "" {
			t.Fatalf("turn %d: undone is not undecided (-undecided +undone):\n%s", turn, diff[:min(len(diff), 4000)])
		}
		restored++
	}
	torture.Counted(t, "R31", turns, "random orders of 20 reports in small regions and of their decisions", fmt.Sprintf("%d times one record, %d times the record without decisions after all were undone", same, restored))
}

func outcomes(t *testing.T, r *pipeline.Reader, s store.Store) {
	t.Helper()
	desk, err := Desk(t.Context(), r, s)
	if err != nil {
		t.Fatal(err)
	}
	list, err := desk.StoreOutcomes(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list {
		if o.Status != decide.Applied {
			t.Errorf("decision %d (%s %s) is %s: %v", o.Seq, o.Kind, o.Field, o.Status, o.Reasons)
		}
	}
}

// decisionsOn are decisions about things of a record, each thing in one: merges
// of events and entities of different reports, splits, corrections, withdrawals.
func decisionsOn(t *testing.T, rec *readout.Record) (out []readout.Decision) {
	t.Helper()
	v := decide.In(rec)
	rng := rand.New(rand.NewPCG(3, 3))
	events, entities := rng.Perm(len(rec.Events)), rng.Perm(len(rec.Entities))
	next := func() string {
		id := rec.Events[events[0]].ID
		events = events[1:]
		return id
	}
	who := func() string {
		for {
			e := rec.Entities[entities[0]]
			entities = entities[1:]
			if len(e.Mentions) > 1 && len(e.Members) == 0 {
				return e.ID
			}
		}
	}
	add := func(d readout.Decision, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		d.By = "ana"
		out = append(out, d)
	}
	for range 4 {
		add(v.Same(next(), next()))
	}
	for range 3 {
		add(v.Same(who(), who()))
	}
	for n := 0; n < 3; {
		id := next()
		i := 0
		if d, err := v.Split(id, func(readout.Anchor) bool { i++; return i%2 == 0 }); err == nil {
			add(d, nil)
			n++
		}
	}
	for range 2 {
		i := 0
		add(v.Split(who(), func(readout.Anchor) bool { i++; return i%2 == 0 }))
	}
	for _, day := range []string{"2031-03-02", "2031-03-03", "2031-04"} {
		add(v.Correct(next(), "date", day))
	}
	add(v.Correct(who(), "name", "Office of the Lake"))
	add(v.Correct(next(), "status", "denied"))
	add(v.Withdraw(next()))
	add(v.Withdraw(rec.Claims[0].ID))
	add(v.Correct(rec.Commitments[0].ID, "until", "2031-06-01/2031-06-03"))
	return out
}
