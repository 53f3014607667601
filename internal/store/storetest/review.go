package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

const someItem = "w0123456789abcdef"

func testLeases(t *testing.T, s store.Store) {
	ctx := t.Context()
	lease := func(by string, length time.Duration) store.Lease {
		return must[store.Lease](t)(s.LeaseItem(ctx, someItem, by, length))
	}
	first := lease("Ada", 10*time.Minute)
	if first.By != "Ada" || first.Item != someItem || time.Until(first.Until) > 10*time.Minute {
		t.Errorf("the first who asks gets %+v", first)
	}
	if got := lease("Ben", 10*time.Minute); got != first {
		t.Errorf("the second is told %+v, want %+v", got, first)
	}
	if got := lease("Ada", 20*time.Minute); got.By != "Ada" || !got.Until.After(first.Until) {
		t.Errorf("asked again by who has it: %+v after %+v", got, first)
	}
	// Another cannot end it, who has it can.
	if err := s.ReleaseItem(ctx, someItem, "Ben"); err != nil {
		t.Fatal(err)
	}
	if got := must[[]store.Lease](t)(s.Leases(ctx)); len(got) != 1 || got[0].By != "Ada" {
		t.Errorf("leases: %+v", got)
	}
	if err := s.ReleaseItem(ctx, someItem, "Ada"); err != nil {
		t.Fatal(err)
	}
	if got := lease("Ben", -time.Second); got.By != "Ben" {
		t.Errorf("given back, it went to %+v", got)
	}
	// That lease ended before it began: the item is free.
	if got := must[[]store.Lease](t)(s.Leases(ctx)); len(got) != 0 {
		t.Errorf("leases that ended: %+v", got)
	}
	if got := lease("Ada", time.Minute); got.By != "Ada" {
		t.Errorf("after its end it went to %+v", got)
	}
}

// Of many who ask at once one gets the item, and all are told who.
func testConcurrentLeases(t *testing.T, s store.Store) {
	const people = 8
	got := make([]store.Lease, people)
	errs := make([]error, people)
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() { got[i], errs[i] = s.LeaseItem(t.Context(), someItem, fmt.Sprint("reviewer ", i), time.Minute) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for _, l := range got {
		if l != got[0] {
			t.Errorf("two are told %+v and %+v", got[0], l)
		}
	}
}

func testMistakes(t *testing.T, s store.Store) {
	ctx := t.Context()
	c := Capture("a.txt", "Forty ferries sailed to Hegra.")
	id := Doc(c).Report.ID
	must[store.Outcome](t)(s.AddReport(ctx, c, Doc(c), "v1"))
	m := store.Mistake{By: "Ada", Report: id, Span: readout.Span{Start: 0, End: 13}, Note: "it was fourteen"}
	one := m
	if err := s.AddMistake(ctx, &one); err != nil {
		t.Fatal(err)
	}
	if one.ID != m.Sum() || one.At.IsZero() || one.At.Location() != time.UTC {
		t.Errorf("kept as %+v", one)
	}
	again := m
	if err := s.AddMistake(ctx, &again); err != nil || again != one {
		t.Errorf("sent again it is %+v, %v; want %+v", again, err, one)
	}
	other := m
	other.By = "Ben"
	if err := s.AddMistake(ctx, &other); err != nil {
		t.Fatal(err)
	}
	if got := must[[]store.Mistake](t)(s.Mistakes(ctx)); len(got) != 2 || got[0] != one && got[1] != one {
		t.Errorf("readers' reports: %+v", got)
	}
	m.Span.End = 3000
	if err := s.AddMistake(ctx, &m); !errors.Is(err, readout.ErrConflict) {
		t.Errorf("beyond the text: %v", err)
	}
	m.Report = "r0123456789abcdef"
	if err := s.AddMistake(ctx, &m); !errors.Is(err, readout.ErrNotFound) {
		t.Errorf("of no report: %v", err)
	}
}
