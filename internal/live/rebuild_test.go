package live_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/live/livetest"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/view/recordtest"
)

// R11: what is drawn from captures and decisions, the record and the index, is
// drawn anew to the byte, row by row, on both engines: where nothing is wrong,
// where a row is another, where all of it is gone, and where reports have to be read
// again from their bytes.
func TestRebuild(t *testing.T) {
	r := livetest.Reader(t)
	n := 0
	for _, e := range livetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			name := e.Desk(t)
			s := livetest.Open(t, name)
			rowsOf := func() map[string]string {
				rows := livetest.Rows(t, s)
				delete(rows, "link_digest") // linking's own notes, which follow how it came to the record
				return rows
			}
			want, rows := recordtest.Export(t, s), rowsOf()
			columns, err := s.(*sqlstore.Store).Columns(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			tables, _ := sqlstore.Copied(columns)
			var gone []string
			for _, x := range tables {
				if sqlstore.DerivedTable(x.Name) {
					gone = append(gone, "DELETE FROM "+x.Name)
				}
			}
			if len(gone) < 40 {
				t.Fatalf("%d tables are drawn from others", len(gone))
			}
			rec, err := s.Record(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			some := rec.Reports[3].ID
			for _, c := range []struct {
				name   string
				damage []string
				reread int
			}{
				{"nothing", nil, 0},
				{"a title", []string{`UPDATE event SET title = title || ' of Hegra' WHERE id = (SELECT min(id) FROM event)`}, 0},
				{"all that is derived", gone, 0},
				{"the index", []string{`DELETE FROM search_row`, `DELETE FROM search_report`}, 0},
				{"a report", []string{fmt.Sprintf(`UPDATE report SET text = text || ' Boats left.' WHERE id = '%s'`, some), fmt.Sprintf(`DELETE FROM layers WHERE report = '%s'`, some), fmt.Sprintf(`DELETE FROM report_candidate WHERE report = '%s'`, some)}, 1},
			} {
				for _, q := range c.damage {
					if _, err := s.(*sqlstore.Store).Writer().ExecContext(t.Context(), q); err != nil {
						t.Fatalf("%s: %v", q, err)
					}
				}
				if len(c.damage) > 0 {
					if v, err := s.Verify(t.Context(), true, nil); err != nil || v.Whole() {
						t.Errorf("%s: doctor finds nothing: %v", c.name, err)
					}
				}
				done, err := live.Rebuild(t.Context(), r, s, nil)
				if err != nil {
					t.Fatalf("%s: %v", c.name, err)
				}
				if len(done.Reread) != c.reread {
					t.Errorf("%s: read again: %v", c.name, done.Reread)
				}
				// As doctor does: a connection that has asked FTS5 before the rebuild may still
				// see its blocks of then once, and call them corrupt.
				d, err := open.Damaged(t.Context(), name)
				if err != nil {
					t.Fatal(err)
				}
				livetest.Whole(t, d)
				d.Close()
				if got := recordtest.Export(t, s); got != want {
					t.Errorf("%s: the record is another", c.name)
				}
				if diff := cmp.Diff(rows, rowsOf()); diff != "" {
					t.Errorf("%s: rows (-before +after)\n%s", c.name, diff)
				}
				n++
			}
		})
	}
	torture.Counted(t, "R11", n, "stores with decisions rebuilt, whole, changed, emptied of all that is derived, with a lost report", "the same record to the byte, the same rows but linking's notes, doctor finds nothing")
}

// Bytes that two outlets print are two reports, and each is read again from its own
// arrival.
func TestRebuildTwoOutlets(t *testing.T) {
	r := livetest.Reader(t)
	s := livetest.Open(t, livetest.File(t))
	ids := livetest.TwoOutlets(t, s)
	want := recordtest.Export(t, s)
	for _, id := range ids {
		if err := s.Forget(t.Context(), []string{id}); err != nil {
			t.Fatal(err)
		}
		done, err := live.Rebuild(t.Context(), r, s, nil)
		if err != nil || len(done.Reread) != 1 || done.Reread[0] != id {
			t.Errorf("%s: %+v, %v", id, done, err)
		}
	}
	if recordtest.Export(t, s) != want {
		t.Error("the record is another")
	}
}
