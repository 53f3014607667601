package pipeline

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/view"
)

// TestLakeAnsa holds what the README promises of the sample: the facts that
// its reports were written to show are in the record.
func TestLakeAnsa(t *testing.T) {
	r := newReader(t)
	res, err := r.Read(context.Background(), ingest.Read(context.Background(), []string{sample}, ingest.Options{}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Refusals) > 0 || len(res.Docs) != 14 {
		t.Fatalf("%d reports, refused %+v", len(res.Docs), res.Refusals)
	}
	rec, err := r.Record(res.Docs)
	if err != nil {
		t.Fatal(err)
	}
	v := view.New(rec)

	// between finds the events of a mode between people or bodies on a day.
	between := func(modes string, names []string, day string) (out []view.EventRow) {
		for _, row := range v.Timeline() {
			e := row.Event
			if e.Type != "CONSULT" || !strings.Contains(" "+modes+" ", " "+e.Mode+" ") || e.Date == nil || !strings.HasPrefix(e.Date.Value, day) {
				continue
			}
			if !slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(row.People, n) }) {
				out = append(out, row)
			}
		}
		return out
	}
	leaders := []string{"Henrik Aldane", "Vesna Torokai"}
	durations := func(row view.EventRow) (n int, verdict readout.Verdict) {
		for _, d := range rec.Disagreements {
			if d.Event == row.Event.ID && d.Attribute == "duration" {
				return len(d.Claims), d.Verdict
			}
		}
		return 0, ""
	}

	t.Run("two calls of the same leaders stay two", func(t *testing.T) {
		first, second := between("phone", leaders, "2031-02-17"), between("phone", leaders, "2031-03-17")
		if len(first) != 1 || len(second) != 1 {
			t.Fatalf("%d calls on 17 February and %d on 17 March, want one each", len(first), len(second))
		}
		if n := len(first[0].Support.Reports); n < 2 {
			t.Errorf("the first call: %d reports, want at least 2", n)
		}
		if n, o := len(second[0].Support.Reports), second[0].Support.Origins; n < 3 || o < 3 {
			t.Errorf("the second call: %d reports and %d origins, want at least 3 of each", n, o)
		}
		if n, verdict := durations(second[0]); n < 3 || verdict != readout.Conflict {
			t.Errorf("the second call: %d durations, %q; want at least 3 in conflict", n, verdict)
		}
	})

	t.Run("three days of talks", func(t *testing.T) {
		var best view.EventRow
		for _, row := range between("talks meeting", []string{"Sollund", "Karvany"}, "2031-03-1") {
			if len(row.Support.Reports) > len(best.Support.Reports) {
				best = row
			}
		}
		if len(best.Support.Reports) < 4 {
			t.Errorf("the talks are told by %d reports, want at least 4", len(best.Support.Reports))
		}
	})

	t.Run("announced", func(t *testing.T) {
		rows := between("talks meeting", []string{"Sollund", "Karvany"}, "2031-04")
		if !slices.ContainsFunc(rows, func(r view.EventRow) bool { return r.Event.Status == readout.Planned }) {
			t.Errorf("no planned meeting in April: %+v", rows)
		}
	})

	t.Run("a rumour is not an event that occurred", func(t *testing.T) {
		for _, row := range between("meeting", []string{"Ilse Maren", "Tomas Ered"}, "2031-03-13") {
			if row.Event.Status == readout.Occurred {
				t.Errorf("%s: %s", row.Event.Title, row.Event.Status)
			}
		}
	})

	t.Run("a copy is no witness", func(t *testing.T) {
		path := map[string]string{}
		for _, x := range rec.Reports {
			path[x.ID] = filepath.Base(x.Path)
		}
		for i, o := range rec.Origins {
			isCopy := strings.HasPrefix(path[rec.Reports[i].ID], "06-")
			if isCopy != (o.Kind == "copy") || isCopy && !strings.HasPrefix(path[o.Of], "05-") {
				t.Errorf("%s: %s of %s", path[rec.Reports[i].ID], o.Kind, path[o.Of])
			}
		}
	})

	t.Run("one entity under its spellings", func(t *testing.T) {
		for _, want := range []struct {
			name  string
			kind  readout.EntityType
			names []string
		}{
			{"Vesna Torokai", readout.Person, []string{"Torokai", "Torokaj", "Torokay"}},
			{"Sollund", readout.Place, nil},
			{"Karvany", readout.Place, nil},
			{"Orrin", readout.Place, nil},
		} {
			var got []*readout.Entity
			for _, e := range rec.Entities {
				if e.Name == want.name {
					got = append(got, e)
				}
			}
			if len(got) != 1 || got[0].Type != want.kind {
				t.Errorf("%s: %d entities, want one %s", want.name, len(got), want.kind)
				continue
			}
			for _, n := range want.names {
				if !slices.Contains(got[0].Names, n) {
					t.Errorf("%s: names %q lack %q", want.name, got[0].Names, n)
				}
			}
		}
	})
}
