package storetest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
)

// World is a record with the captures of its reports, in their order.
type World struct {
	Record   *readout.Record
	Captures []readout.Capture
	Also     func(updated, replaced store.Store) error // what else must be the same; may be nil
}

// Updates puts records of random parts of a world, one in the place of the
// other, by UpdateRecord and by ReplaceRecord, and demands that nobody can tell
// the two apart. open returns a new, empty store that t closes.
func Updates(t *testing.T, open func(t testing.TB) store.Store, w World) {
	ctx := t.Context()
	updated, replaced, anew := open(t), open(t), open(t)
	for i, r := range w.Record.Reports {
		for _, s := range []store.Store{updated, replaced, anew} {
			if err := s.Keep(ctx, w.Captures[i], &nlp.Doc{Report: r}, fmt.Sprint("v", i%3)); err != nil {
				t.Fatal(err)
			}
		}
	}
	queries := worldQueries(w.Record)
	draws(t, 15)
	rapid.Check(t, func(rt *rapid.T) {
		before, after := part(rt, "before", w.Record), part(rt, "after", w.Record)
		if rapid.IntRange(0, 2).Draw(rt, "far") > 0 {
			after = near(rt, w.Record, before)
		}
		for _, s := range []store.Store{updated, replaced} {
			if err := s.ReplaceRecord(ctx, before); err != nil {
				rt.Fatal(err)
			}
		}
		u := store.Update{Scope: difference(before, after), Record: after, Total: len(after.Reports)}
		u.Base = revision(rt, updated).N
		more(rt, &u.Scope, w.Record)
		if rapid.Bool().Draw(rt, "narrow") {
			u.Record = narrowed(after, u.Scope)
		}
		u.Record = shuffled(rt, u.Record)
		if err := updated.UpdateRecord(ctx, u); err != nil {
			rt.Fatal(err)
		}
		if err := replaced.ReplaceRecord(ctx, after); err != nil {
			rt.Fatal(err)
		}
		for _, rec := range []*readout.Record{{}, after} {
			if err := anew.ReplaceRecord(ctx, rec); err != nil {
				rt.Fatal(err)
			}
		}
		for _, s := range []store.Store{updated, replaced, anew} {
			got, err := s.Record(ctx)
			if err != nil {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(store.Ordered(after), got, cmpopts.EquateEmpty()); diff != "" {
				rt.Fatalf("record (-want +got)\n%s", diff)
			}
		}
		if w.Also != nil {
			if err := w.Also(updated, replaced); err != nil {
				rt.Fatal(err)
			}
		}
		is, want := revision(rt, updated), revision(rt, replaced)
		if is.N != want.N || is.Reports != want.Reports || is.Pipeline != want.Pipeline {
			rt.Fatalf("revision %+v, want %+v", is, want)
		}
		// The same content makes no revision: the digests are those of one record.
		if err := updated.ReplaceRecord(ctx, after); err != nil {
			rt.Fatal(err)
		}
		if again := revision(rt, updated); again != is {
			rt.Fatalf("the updated record has another digest: revision %+v follows %+v", again, is)
		}
		if a, b := answersOf(rt, updated.ReportsAt, is.N), answersOf(rt, replaced.ReportsAt, is.N); !slices.Equal(a, b) {
			rt.Fatalf("reports %v, want %v", a, b)
		}
		for _, id := range ids(before) {
			a, errA := updated.Moved(ctx, id)
			b, errB := replaced.Moved(ctx, id)
			a.Revision.At, b.Revision.At = is.At, is.At
			if diff := cmp.Diff(b, a, cmpopts.EquateEmpty()); diff != "" || (errA == nil) != (errB == nil) {
				rt.Fatalf("moved: %v, %v (-want +got)\n%s", errA, errB, diff)
			}
		}
		for _, q := range queries {
			want, err := anew.Search(ctx, q)
			if err != nil {
				rt.Fatal(err)
			}
			for _, s := range []store.Store{updated, replaced} {
				got, err := s.Search(ctx, q)
				if err != nil {
					rt.Fatal(err)
				}
				if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
					rt.Fatalf("search %+v (-want +got)\n%s", q, diff)
				}
			}
		}
		for _, word := range []string{"sollunt", "talkx", "minster"} {
			if a, b := answersOf(rt, func(ctx context.Context, n int) ([]string, error) { return updated.Near(ctx, word, n) }, 5),
				answersOf(rt, func(ctx context.Context, n int) ([]string, error) { return anew.Near(ctx, word, n) }, 5); !slices.Equal(a, b) {
				rt.Fatalf("near %s: %v, want %v", word, a, b)
			}
		}
	})
}

func revision(rt *rapid.T, s store.Store) store.Revision {
	r, err := s.Revision(rt.Context())
	if err != nil {
		rt.Fatal(err)
	}
	return r
}

func answersOf(rt *rapid.T, f func(context.Context, int) ([]string, error), n int) []string {
	out, err := f(rt.Context(), n)
	if err != nil {
		rt.Fatal(err)
	}
	return out
}

// worldQueries ask what the indexes hold: all of a kind in order, days, words of
// names and titles, filters.
func worldQueries(rec *readout.Record) []store.Query {
	out := []store.Query{{Limit: 1000}, {From: "2031-02", To: "2031-04", Limit: 1000}, {From: "2025-03-10", To: "2025-03-18", Limit: 1000}}
	add := func(text string) {
		if text != "" {
			out = append(out, store.Query{Terms: []store.Term{{Text: text}}, Limit: 1000})
		}
	}
	for i, e := range rec.Entities {
		if i%5 == 0 {
			add(e.Name)
			out = append(out, store.Query{Speakers: []string{e.ID}, Limit: 1000}, store.Query{At: []string{e.ID}, Limit: 1000})
		}
		for _, r := range e.Roles {
			add(r.Title)
		}
	}
	for i, e := range rec.Events {
		if i%7 == 0 {
			add(e.Title)
			out = append(out, store.Query{EventType: []string{e.Type}, Limit: 1000})
		}
	}
	for i, r := range rec.Reports {
		if i%4 == 0 {
			out = append(out, store.Query{Outlets: []string{store.Outlet(r)}, Limit: 1000})
		}
	}
	return out[:min(len(out), 24)]
}

// ids are those of the events, entities and threads of a record.
func ids(rec *readout.Record) (out []string) {
	for _, x := range rec.Events {
		out = append(out, x.ID)
	}
	for _, x := range rec.Entities {
		out = append(out, x.ID)
	}
	for _, x := range rec.Threads {
		out = append(out, x.ID)
	}
	return out
}

func testUpdateRefused(t *testing.T, s store.Store) {
	ctx := t.Context()
	reports := reportsFor(t, s, 3)
	at := func(i int) readout.Evidence {
		return readout.Evidence{Report: reports[i].ID, Span: readout.Span{Start: 0, End: 1}}
	}
	entity := func(id string, in ...int) *readout.Entity {
		e := &readout.Entity{ID: id, Name: id, Roles: []readout.Role{{Title: "envoy"}}}
		for _, i := range in {
			e.Mentions = append(e.Mentions, readout.EntityMention{Evidence: at(i)})
			e.Roles[0].Evidence = append(e.Roles[0].Evidence, at(i))
		}
		return e
	}
	event := func(id string, in ...int) *readout.Event {
		e := &readout.Event{ID: id}
		for _, i := range in {
			e.Mentions = append(e.Mentions, readout.EventMention{Evidence: at(i)})
		}
		return e
	}
	good := &readout.Record{
		Reports: reports[:2], Entities: []*readout.Entity{entity("e1", 0, 1), entity("e2", 0)}, Events: []*readout.Event{event("v1", 0, 1)},
		Claims: []*readout.Claim{{ID: "c1", Event: "v1"}}, Refusals: []readout.Refusal{{Path: "x", Reason: "no text"}},
	}
	if err := s.ReplaceRecord(ctx, good); err != nil {
		t.Fatal(err)
	}
	good = must[*readout.Record](t)(s.Record(ctx))
	n := must[store.Revision](t)(s.Revision(ctx)).N
	second := []string{reports[1].ID}
	other := *reports[2]
	other.Text = "other text"
	none := &readout.Record{}
	for _, c := range []struct {
		name string
		u    store.Update
		want error
	}{
		{"wrong total", store.Update{Record: none, Total: 3}, readout.ErrConflict},
		{"total without a report that goes", store.Update{Scope: store.Scope{Reports: second}, Record: none, Total: 2}, readout.ErrConflict},
		{"another base", store.Update{Record: none, Total: 2, Base: n + 1}, readout.ErrConflict},
		{"unknown report", store.Update{Scope: store.Scope{Reports: []string{"r0"}}, Record: &readout.Record{Reports: []*readout.Report{{ID: "r0"}}}, Total: 3}, readout.ErrNotFound},
		{"other text", store.Update{Scope: store.Scope{Reports: []string{other.ID}}, Record: &readout.Record{Reports: []*readout.Report{&other}}, Total: 3}, readout.ErrConflict},
		{"an entity that others mention", store.Update{Scope: store.Scope{Reports: second, Entities: []string{"e1"}}, Record: &readout.Record{Reports: reports[1:2], Events: good.Events}, Total: 2}, readout.ErrConflict},
		{"an event that others tell of", store.Update{Scope: store.Scope{Reports: second, Events: []string{"v1"}}, Record: &readout.Record{Reports: reports[1:2], Entities: good.Entities}, Total: 2}, readout.ErrConflict},
		{"a role that others tell of", store.Update{Scope: store.Scope{Entities: []string{"e1"}}, Record: &readout.Record{Entities: []*readout.Entity{{ID: "e1", Name: "e1"}}}, Total: 2}, readout.ErrConflict},
		{"an entity that is not there", store.Update{Scope: store.Scope{Reports: second}, Record: &readout.Record{Reports: reports[1:2], Entities: []*readout.Entity{entity("e9", 1)}}, Total: 2}, readout.ErrConflict},
		{"a role that is not there", store.Update{Scope: store.Scope{Reports: second}, Record: &readout.Record{Reports: reports[1:2], Entities: []*readout.Entity{{ID: "e2", Roles: []readout.Role{{Title: "pilot", Evidence: []readout.Evidence{at(1)}}}}}}, Total: 2}, readout.ErrConflict},
		{"an event that is not there", store.Update{Scope: store.Scope{Reports: second}, Record: &readout.Record{Reports: reports[1:2], Events: []*readout.Event{event("v9", 1)}}, Total: 2}, readout.ErrConflict},
		{"a claim that another event has", store.Update{Scope: store.Scope{Events: []string{"v2"}}, Record: &readout.Record{Events: []*readout.Event{{ID: "v2"}}, Claims: []*readout.Claim{{ID: "c1", Event: "v2"}}}, Total: 2}, readout.ErrConflict},
		{"origins", store.Update{Record: &readout.Record{Reports: reports[:2], Origins: make([]readout.Origin, 1)}, Total: 2}, readout.ErrConflict},
	} {
		wantErr(t, c.name, s.UpdateRecord(ctx, c.u), c.want)
		same(t, c.name+": the record before", good, must[*readout.Record](t)(s.Record(ctx)))
	}
	// What changes nothing is no revision; refusals are left alone unless given.
	if err := s.UpdateRecord(ctx, store.Update{Scope: store.Scope{Entities: []string{"e2"}}, Record: good, Total: 2, Base: n}); err != nil {
		t.Fatal(err)
	}
	if r := must[store.Revision](t)(s.Revision(ctx)); r.N != n {
		t.Errorf("revision %d of the same content, want %d", r.N, n)
	}
	if err := s.UpdateRecord(ctx, store.Update{Record: &readout.Record{Refusals: []readout.Refusal{}}, Total: 2}); err != nil {
		t.Fatal(err)
	}
	good.Refusals = nil
	same(t, "without refusals", good, must[*readout.Record](t)(s.Record(ctx)))
	if r := must[store.Revision](t)(s.Revision(ctx)); r.N != n+1 {
		t.Errorf("revision %d without refusals, want %d", r.N, n+1)
	}
}

// Many updates of their own reports at once: none is lost.
func testConcurrentUpdates(t *testing.T, s store.Store) {
	ctx := t.Context()
	reports := reportsFor(t, s, 8)
	done := make(chan error)
	for i, r := range reports {
		go func() {
			for {
				is, err := s.Revision(ctx)
				if err != nil {
					done <- err
					return
				}
				e := &readout.Entity{ID: fmt.Sprint("e", i), Name: fmt.Sprint("Maren ", i), Mentions: []readout.EntityMention{{Evidence: readout.Evidence{Report: r.ID}}}}
				err = s.UpdateRecord(ctx, store.Update{
					Scope:  store.Scope{Reports: []string{r.ID}, Entities: []string{e.ID}},
					Record: &readout.Record{Reports: []*readout.Report{r}, Entities: []*readout.Entity{e}}, Total: is.Reports + 1, Base: is.N,
				})
				if !errors.Is(err, readout.ErrConflict) { // another was first
					done <- err
					return
				}
			}
		}()
	}
	for range reports {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	rec := must[*readout.Record](t)(s.Record(ctx))
	if r := must[store.Revision](t)(s.Revision(ctx)); len(rec.Reports) != 8 || len(rec.Entities) != 8 || r.Reports != 8 || r.N != 8 {
		t.Errorf("%d reports, %d entities, revision %+v; want 8 of each", len(rec.Reports), len(rec.Entities), r)
	}
}

// draws makes the next property of t draw so many cases, each of which writes
// whole records, where -rapid.checks does not say how many.
func draws(t *testing.T, n int) {
	f := flag.Lookup("rapid.checks")
	if f == nil || f.Value.String() != f.DefValue {
		return
	}
	if err := f.Value.Set(strconv.Itoa(n)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Value.Set(f.DefValue) })
}
