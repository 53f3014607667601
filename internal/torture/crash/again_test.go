package crash_test

import (
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"testing"

	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/torture"
)

// rows counts those of every table of a store.
func rows(t testing.TB, db string) map[string]int {
	t.Helper()
	s, err := open.Store(t.Context(), db, open.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := s.(interface{ Reader() *sql.DB }).Reader()
	list, err := r.QueryContext(t.Context(), `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	out := map[string]int{}
	for list.Next() {
		var name string
		if err := list.Scan(&name); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := r.QueryRowContext(t.Context(), fmt.Sprintf(`SELECT count(*) FROM %q`, name)).Scan(&n); err != nil {
			t.Fatal(err)
		}
		out[name] = n
	}
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// Reading again what was read adds no row to any table.
func TestAgainAddsNoRow(t *testing.T) {
	d := newDeed(t)
	db := filepath.Join(t.TempDir(), "readout.db")
	again := torture.Rounds(t, 3, 20, 100)
	var before map[string]int
	added := 0
	for i := range again + 1 {
		if err := d.do(t.Context(), db, func(promise) {}); err != nil {
			t.Fatal(err)
		}
		now := rows(t, db)
		if i == 0 {
			if before = now; before["report"] != 7 || len(before) < 30 {
				t.Fatalf("rows of tables: %v", before)
			}
			continue
		}
		if !maps.Equal(before, now) {
			for name, n := range now {
				if n != before[name] {
					t.Errorf("%s has %d rows, and had %d", name, n, before[name])
					added += n - before[name]
				}
			}
		}
	}
	sum := 0
	for _, n := range before {
		sum += n
	}
	torture.Counted(t, "R4", again, "times the same reports were read again, and linked", fmt.Sprintf("%d rows added to the %d in %d tables", added, sum, len(before)))
}
