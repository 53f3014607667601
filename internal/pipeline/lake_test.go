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
	if len(res.Refusals) > 0 || len(res.Docs) != 20 {
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
			of, isCopy := map[string]string{"06": "05", "16": "15"}[path[rec.Reports[i].ID][:2]]
			if isCopy != (o.Kind == "copy") || isCopy && path[o.Of][:2] != of {
				t.Errorf("%s: %s of %s", path[rec.Reports[i].ID], o.Kind, path[o.Of])
			}
		}
	})

	named := func(id string) string { return v.EntityName(id) }
	from := func(e readout.Evidence) string { return filepath.Base(v.Report(e.Report).Path)[:2] }

	t.Run("talks in a copy with another figure", func(t *testing.T) {
		rows := between("talks meeting", []string{"Sollund", "Karvany"}, "2031-03-21")
		if len(rows) != 1 {
			t.Fatalf("%d talks on 21 March, want one", len(rows))
		}
		if n, o := len(rows[0].Support.Reports), rows[0].Support.Origins; n != 3 || o != 2 {
			t.Errorf("%d reports and %d origins, want 3 and 2", n, o)
		}
		if n, verdict := durations(rows[0]); n != 2 || verdict != readout.Conflict {
			t.Errorf("%d durations, %q; want 2 in conflict", n, verdict)
		}
	})

	t.Run("a day inferred from the others", func(t *testing.T) {
		for _, r := range rec.Reports {
			if strings.HasPrefix(filepath.Base(r.Path), "17-") && (r.Published.Value != "2031-03-21" || r.Published.Basis != readout.BasisInferred || r.Published.Why == "") {
				t.Errorf("published %+v, want 2031-03-21, inferred, with its reason", r.Published)
			}
		}
	})

	t.Run("the same words changed", func(t *testing.T) {
		for _, u := range v.Utterances(view.Filter{By: "Whitlock", On: "wait for lawyers"}) {
			for _, x := range u.Variants {
				if x.Variant.Kind == "changed" && len(x.Changes) == 2 && x.Changes[1].Variant+x.Changes[1].Fullest == "canshould" {
					return
				}
			}
		}
		t.Errorf("no variant with “can” for “should”: %+v", v.Utterances(view.Filter{By: "Whitlock"}))
	})

	t.Run("answers", func(t *testing.T) {
		have := map[string]bool{}
		for _, r := range rec.Responses {
			have[from(r.Evidence)+" "+string(r.Kind)+" "+named(r.Party)] = true
		}
		for _, want := range []string{
			"10 deny Tomas Ered", "14 deny Vesna Torokai", "11 decline Dana Whitlock", "18 neither Marek Ilvan", "18 decline ", "18 no-answer ", "15 unavailable The chief of Sollund’s coastguard", "20 decline Tomas Ered",
		} {
			if !have[want] {
				t.Errorf("no %q among %v", want, have)
			}
		}
	})

	t.Run("demands taken apart", func(t *testing.T) {
		var got []string
		for _, p := range v.Positions(view.Filter{By: "Sollund", Stance: readout.Demand}) {
			if from(p.Position.Evidence) == "15" && p.Addressee == "Karvany" {
				got = append(got, p.Position.Text)
			}
		}
		slices.Sort(got)
		for _, want := range []string{"withdraw its boats", "publish its catch quotas", "renounce the use of fine nets", "accept inspectors"} {
			if n := len(slices.DeleteFunc(slices.Clone(got), func(s string) bool { return !strings.Contains(s, want) })); n != 1 {
				t.Errorf("%d demands to %s among %q", n, want, got)
			}
		}
	})

	t.Run("a promise with its condition, its end and an alleged breach", func(t *testing.T) {
		for _, c := range v.Commitments(view.Filter{By: "Sollund", On: "patrol boats"}) {
			x := c.Commitment
			if strings.Contains(x.If, "stay behind it") && x.Until != nil && x.Until.Value == "2031-04-30" &&
				slices.ContainsFunc(c.Violations, func(b view.ViolationRow) bool { return b.Accuser == "Karvany" && b.Accused == "Sollund" }) {
				return
			}
		}
		t.Errorf("no such promise: %+v", v.Commitments(view.Filter{By: "Sollund"}))
	})

	t.Run("mutual accusations are two", func(t *testing.T) {
		have := map[string]bool{}
		for _, p := range rec.Positions {
			if p.Stance == readout.Accusation && from(p.Evidence) == "19" {
				have[named(p.Party)+" → "+named(p.Addressee)] = true
			}
		}
		if !have["Sollund → Karvany"] || !have["Karvany → Sollund"] {
			t.Errorf("accusations: %v", have)
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
