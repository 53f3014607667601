package sqlstore_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/store/storetest"
)

// world is a made-up record with its captures.
func world(n int) storetest.World {
	g := generate.New(generate.Options{Seed: 7, Reports: n})
	w := storetest.World{Record: g.Record}
	byReport := map[string]readout.Capture{}
	for c, doc := range g.Documents() {
		byReport[doc.Report.ID] = c
	}
	for _, r := range w.Record.Reports {
		w.Captures = append(w.Captures, byReport[r.ID])
	}
	return w
}

// TestUpdates holds UpdateRecord to ReplaceRecord on a made-up world.
func TestUpdates(t *testing.T) {
	w := world(20)
	w.Also = sameDigests
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			storetest.Updates(t, func(t testing.TB) store.Store { return e.open(t) }, w)
		})
	}
}

// sameDigests holds the digest of two stores' records to each other, and to the
// sums that it is made of.
func sameDigests(a, b store.Store) error {
	var digests [2]string
	for i, s := range []store.Store{a, b} {
		db := s.(*sqlstore.Store).Reader()
		if err := db.QueryRow(`SELECT digest FROM revision ORDER BY n DESC LIMIT 1`).Scan(&digests[i]); err != nil {
			return err
		}
		rows, err := db.Query(`SELECT sum FROM record_sum`)
		if err != nil {
			return err
		}
		defer rows.Close()
		total, word := new(big.Int), new(big.Int)
		for rows.Next() {
			var sum []byte
			if err := rows.Scan(&sum); err != nil {
				return err
			}
			total.Add(total, word.SetBytes(sum))
		}
		if err := rows.Err(); err != nil {
			return err
		}
		total.Mod(total, word.Lsh(big.NewInt(1), 256))
		if want := fmt.Sprintf("%064x", total); !strings.HasSuffix(digests[i], want) {
			return fmt.Errorf("the digest is %s, and its sums are %s together", digests[i], want)
		}
	}
	if digests[0] != digests[1] {
		return fmt.Errorf("the updated record has the digest %s, the replaced one %s", digests[0], digests[1])
	}
	return nil
}

// TestCrowded puts rows of the index between two others until no number is left
// between them: rows make room, and the order stays, whichever row came when.
func TestCrowded(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			s := e.open(t)
			rec := &readout.Record{}
			numbers := func() map[string]int64 {
				t.Helper()
				rows, err := s.Reader().QueryContext(t.Context(), `SELECT id, n FROM search_row`)
				if err != nil {
					t.Fatal(err)
				}
				defer rows.Close()
				out := map[string]int64{}
				for rows.Next() {
					var id string
					var n int64
					if err := rows.Scan(&id, &n); err != nil {
						t.Fatal(err)
					}
					out[id] = n
				}
				if err := rows.Err(); err != nil {
					t.Fatal(err)
				}
				return out
			}
			was, moved := map[string]int64{}, 0 // rows that got another number for one that came
			// These ids are alike in all that a number is made of.
			put := func(from, to, step int) {
				t.Helper()
				for i := from; (to-i)*step > 0; i += step {
					x := &readout.Event{ID: fmt.Sprintf("v000000000-%04d", i), Title: fmt.Sprint("Talks ", i), Date: &readout.Date{Value: "2031-03-14"}}
					rec.Events = append(rec.Events, x)
					err := s.UpdateRecord(t.Context(), store.Update{Scope: store.Scope{Events: []string{x.ID}}, Record: &readout.Record{Events: []*readout.Event{x}}})
					if err != nil {
						t.Fatal(err)
					}
					now := numbers()
					for id, n := range was {
						if now[id] != n {
							moved++
						}
					}
					was = now
				}
			}
			check := func() {
				t.Helper()
				h, err := s.Search(t.Context(), store.Query{Terms: []store.Term{{Text: "talks"}}, In: []store.Kind{store.KindEvent}, Limit: 1000})
				if err != nil {
					t.Fatal(err)
				}
				var want, got []string
				for _, x := range store.Ordered(rec).Events {
					want = append(want, x.ID)
				}
				for _, x := range h.Groups[0].Hits {
					got = append(got, x.ID)
				}
				if !slices.Equal(want, got) {
					t.Fatalf("%d events in another order: %v", len(want), got)
				}
				// Each is found by its own words, once, the ones that moved too.
				for _, x := range rec.Events {
					h, err := s.Search(t.Context(), store.Query{Terms: []store.Term{{Text: strings.TrimPrefix(x.Title, "Talks ")}}, In: []store.Kind{store.KindEvent}})
					if err != nil || len(h.Groups[0].Hits) != 1 || h.Groups[0].Hits[0].ID != x.ID {
						t.Fatalf("asked for %s: %v, %v", x.Title, h.Groups[0].Hits, err)
					}
				}
			}
			put(1000, 1320, 16)
			put(984, 900, -16)
			if moved > 0 {
				t.Errorf("%d rows moved for rows that came at the ends", moved)
			}
			put(1312, 1000, -16)
			put(1004, 1320, 8)
			put(1318, 1000, -4)
			check()
			put(1001, 1320, 2)
			check()
			if n := len(rec.Events); moved < n/10 || moved > 20*n {
				t.Errorf("%d rows were moved for %d", moved, n)
			}
			t.Logf("%d rows were moved for %d", moved, len(rec.Events))
		})
	}
}
