package storetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// testReannotate reads reports again: who brought the bytes stays as it was.
func testReannotate(t *testing.T, s store.Store) {
	ctx := t.Context()
	c := Capture("a", "Boats left")
	c.URL, c.Fetched = "https://harbour.example/boats", time.Date(2031, 5, 2, 8, 0, 0, 0, time.UTC)
	was := Doc(c)
	must[store.Outcome](t)(s.AddReport(ctx, c, was, "v1"))
	captured := must[readout.Capture](t)(s.Capture(ctx, c.SHA256))
	seen := must[[]store.Version](t)(s.Versions(ctx, was.Report.ID))
	again := Doc(c)
	again.Report.Title = "Boats"
	for _, want := range []store.Outcome{store.Reannotated, store.Known} {
		if got := must[store.Outcome](t)(s.Reannotate(ctx, again, "v2")); got != want {
			t.Errorf("read again: %v, want %v", got, want)
		}
	}
	if l := must[store.Layered](t)(s.Layered(ctx, was.Report.ID)); l.Version != "v2" || l.Doc.Report.Title != "Boats" || l.Mark == "" {
		t.Errorf("stored: %+v", l)
	}
	same(t, "capture", captured, must[readout.Capture](t)(s.Capture(ctx, c.SHA256)))
	same(t, "versions", seen, must[[]store.Version](t)(s.Versions(ctx, was.Report.ID)))
	_, err := s.Reannotate(ctx, Doc(Capture("b", "Nets")), "v2")
	wantErr(t, "a report that is not there", err, readout.ErrNotFound)
	if ids := must[[]string](t)(s.Pending(ctx)); len(ids) != 1 {
		t.Errorf("reports %v are to be linked", ids)
	}
}

// testIndexedAnew makes the index of words anew while reports come in and are
// read again: each is in it once afterwards, with the words it has.
func testIndexedAnew(t *testing.T, s store.Store) {
	ctx := t.Context()
	reports := reportsFor(t, s, 2)
	var writers, others sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := range 60 {
				// Of each two reports one is everybody's; all are read again and again.
				c := Capture(fmt.Sprintf("%02d-%02d", 9-i%10, w), fmt.Sprintf("Talks %d of %d about nets", i%20, i%2*w))
				if _, err := s.AddReport(ctx, c, Doc(c), fmt.Sprint("v", i)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	written := make(chan struct{})
	again := func(f func(i int) error) {
		others.Go(func() {
			for i := 0; ; i++ {
				if err := f(i); err != nil {
					t.Error(err)
					return
				}
				select {
				case <-written:
					return
				default:
				}
			}
		})
	}
	for range 2 {
		again(func(int) error { return s.Reindex(ctx) })
	}
	again(func(i int) error {
		return s.ReplaceRecord(ctx, &readout.Record{Reports: reports, Entities: []*readout.Entity{{ID: fmt.Sprint(i)}}})
	})
	writers.Wait()
	close(written)
	others.Wait()
}

// Which reports another version has read is known, without going through all.
func testReadings(t *testing.T, s store.Store) {
	ctx := t.Context()
	same(t, "behind in an empty store", []string(nil), must[[]string](t)(s.Behind(ctx, "v2", "", 10)))
	var old []string
	for i := range 7 {
		old = append(old, add(t, s, fmt.Sprintf("%d.txt", i), fmt.Sprintf("Talks of round %d", i), "v1", store.New).Report.ID)
	}
	fresh := add(t, s, "n.txt", "Talks went on", "v2", store.New).Report.ID
	slices.Sort(old)
	same(t, "behind", old, must[[]string](t)(s.Behind(ctx, "v2", "", 10)))
	same(t, "the first of them", old[:3], must[[]string](t)(s.Behind(ctx, "v2", "", 3)))
	same(t, "those after", old[3:], must[[]string](t)(s.Behind(ctx, "v2", old[2], 10)))
	same(t, "behind the earlier version", []string{fresh}, must[[]string](t)(s.Behind(ctx, "v1", "", 10)))
	about := must[store.About](t)(s.About(ctx))
	same(t, "readings", []store.Reading{{Version: "v1", Reports: 7}, {Version: "v2", Reports: 1}}, about.Readings)
	if about.Reports != 8 || about.Behind("v2") != 7 || about.Behind("v1") != 1 || about.Name == "" {
		t.Errorf("about: %+v", about)
	}
	if about.Engine == "" || about.Bytes <= 0 {
		t.Errorf("engine %q of %d bytes", about.Engine, about.Bytes)
	}
	if about.Pending != 8 || !about.Since.IsZero() {
		t.Errorf("before it was linked %d are to be, since %v", about.Pending, about.Since)
	}
	var reports []*readout.Report
	for l, err := range s.Layers(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, l.Doc.Report)
	}
	for _, rec := range []*readout.Record{{Reports: reports}, {Reports: reports, Entities: []*readout.Entity{{ID: "e1"}}}} {
		if err := s.ReplaceRecord(ctx, rec); err != nil {
			t.Fatal(err)
		}
	}
	about = must[store.About](t)(s.About(ctx))
	if first := must[[]store.Revision](t)(s.Revisions(ctx))[0]; about.Pending != 0 || !about.Since.Equal(first.At) {
		t.Errorf("linked, %d are to be, since %v; the first revision is of %v", about.Pending, about.Since, first.At)
	}

	one := must[store.Layered](t)(s.Layered(ctx, old[2]))
	if one.Version != "v1" || len(one.Doc.Tokens) == 0 || one.Doc.Report.ID != old[2] {
		t.Errorf("layers by %q of %s with %d tokens", one.Version, one.Doc.Report.ID, len(one.Doc.Tokens))
	}
	if _, err := s.AddReport(ctx, must[readout.Capture](t)(s.Capture(ctx, one.Doc.Report.SHA256)), one.Doc, "v2"); err != nil {
		t.Fatal(err)
	}
	same(t, "behind, one less", slices.Delete(slices.Clone(old), 2, 3), must[[]string](t)(s.Behind(ctx, "v2", "", 10)))
	_, err := s.Layered(ctx, "r0")
	wantErr(t, "layers", err, readout.ErrNotFound)
}
