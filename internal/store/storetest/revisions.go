package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
)

func testSentences(t *testing.T, s store.Store) {
	ctx := t.Context()
	c := Capture("a", "Talks ended. Maren left.")
	doc := Doc(c)
	want := []readout.Span{{Start: 0, End: 12}, {Start: 13, End: 24}}
	doc.Sentences = []nlp.Sentence{{Span: want[0], Last: 2}, {Span: want[1], First: 2, Last: 4}}
	must[store.Outcome](t)(s.AddReport(ctx, c, doc, "v1"))
	same(t, "sentences", want, must[[]readout.Span](t)(s.Sentences(ctx, doc.Report.ID)))
	doc.Sentences = doc.Sentences[:1]
	must[store.Outcome](t)(s.AddReport(ctx, c, doc, "v2"))
	same(t, "sentences read anew", want[:1], must[[]readout.Span](t)(s.Sentences(ctx, doc.Report.ID)))
	_, err := s.Sentences(ctx, "r0")
	wantErr(t, "sentences of nothing", err, readout.ErrNotFound)
}

func testRevisions(t *testing.T, s store.Store) {
	ctx := t.Context()
	same(t, "before", store.Revision{}, must[store.Revision](t)(s.Revision(ctx)))
	from := time.Now().Truncate(time.Second)
	reports := reportsFor(t, s, 3)
	put := func(want int, rec *readout.Record) {
		t.Helper()
		if err := s.ReplaceRecord(ctx, rec); err != nil {
			t.Fatal(err)
		}
		r := must[store.Revision](t)(s.Revision(ctx))
		if r.N != want || r.Reports != len(rec.Reports) || r.Pipeline != "v1" || r.At.Before(from) || r.At.After(time.Now()) {
			t.Errorf("%+v, want revision %d of %d reports", r, want, len(rec.Reports))
		}
		same(t, "record", rec, must[*readout.Record](t)(s.Record(ctx)))
	}
	one := &readout.Record{Reports: reports[:2], Events: []*readout.Event{{ID: "v1", Title: "Talks"}}}
	put(1, one)
	put(1, one)
	put(1, &readout.Record{Reports: reports[:2], Events: []*readout.Event{{ID: "v1", Title: "Talks"}}})
	settled := *reports[1]
	settled.Published.Value = "2031-05"
	put(2, &readout.Record{Reports: []*readout.Report{reports[0], &settled}, Events: one.Events})
	put(3, &readout.Record{Reports: reports[1:], Events: one.Events})
	put(4, one)                                                                                              // the same content as 1 later is another revision
	put(5, &readout.Record{Reports: reports[:2], Events: []*readout.Event{{ID: "v1", Title: "Talks fail"}}}) // one word

	ids := func(reports ...*readout.Report) (out []string) {
		for _, r := range reports {
			out = append(out, r.ID)
		}
		return sorted(out)
	}
	for n, want := range map[int][]string{1: ids(reports[:2]...), 2: ids(reports[:2]...), 3: ids(reports[1:]...), 4: ids(reports[:2]...), 5: ids(reports[:2]...)} {
		same(t, "reports", want, must[[]string](t)(s.ReportsAt(ctx, n)))
	}
	for _, n := range []int{-1, 0, 6} {
		_, err := s.ReportsAt(ctx, n)
		wantErr(t, "reports of no revision", err, readout.ErrNotFound)
	}
	all := must[[]store.Revision](t)(s.Revisions(ctx))
	for i, r := range all {
		if r.N != i+1 {
			t.Errorf("revision %d at place %d", r.N, i)
		}
	}
	if len(all) != 5 {
		t.Errorf("%d revisions, want 5", len(all))
	}
	// A record that is refused leaves no revision.
	wantErr(t, "unknown report", s.ReplaceRecord(ctx, &readout.Record{Reports: []*readout.Report{{ID: "r0"}}}), readout.ErrNotFound)
	same(t, "after a refusal", all[4], must[store.Revision](t)(s.Revision(ctx)))
}

func testMoved(t *testing.T, s store.Store) { testMovedBy(t, s, s.ReplaceRecord) }

func testMovedAnew(t *testing.T, s store.Store) {
	testMovedBy(t, s, func(ctx context.Context, rec *readout.Record) error {
		return s.UpdateRecord(ctx, store.Update{Scope: store.Scope{All: true}, Record: rec, Anew: true})
	})
}

// testMovedBy looks at what became of ids of records that are put one after
// another.
func testMovedBy(t *testing.T, s store.Store, put func(context.Context, *readout.Record) error) {
	t.Helper()
	ctx := t.Context()
	reports := reportsFor(t, s, 1)
	at := func(i int) readout.Evidence {
		return readout.Evidence{Report: reports[0].ID, Span: readout.Span{Start: i, End: i + 1}}
	}
	event := func(id string, triggers ...int) *readout.Event {
		e := &readout.Event{ID: id}
		for _, i := range triggers {
			ev := at(0)
			ev.Span.End = 9 // the sentence is that of all
			e.Mentions = append(e.Mentions, readout.EventMention{Evidence: ev, Trigger: at(i).Span})
		}
		return e
	}
	entity := func(id string, pronouns []int, names ...int) *readout.Entity {
		e := &readout.Entity{ID: id, Name: id}
		for _, i := range names {
			e.Mentions = append(e.Mentions, readout.EntityMention{Evidence: at(i), Form: readout.FormName})
		}
		for _, i := range pronouns {
			e.Mentions = append(e.Mentions, readout.EntityMention{Evidence: at(i), Form: readout.FormPronoun})
		}
		return e
	}
	for _, rec := range []*readout.Record{
		{
			Events:   []*readout.Event{event("va", 1, 2), event("vb", 3), event("vc", 4, 5, 6), event("vd", 7), event("ve", 8)},
			Entities: []*readout.Entity{entity("ea", []int{3}, 1, 2), entity("eb", []int{4})},
			Threads:  []*readout.Thread{{ID: "ta", Events: []string{"va", "vb"}}},
		},
		{
			Events:   []*readout.Event{event("vab", 1, 2, 3), event("vc1", 4), event("vc2", 5, 6), event("ve", 8)},
			Entities: []*readout.Entity{entity("ea2", nil, 1, 2), entity("eb2", []int{3, 4})},
			Threads:  []*readout.Thread{{ID: "tb", Events: []string{"vab"}}},
		},
		{Events: []*readout.Event{event("vall", 1, 2, 3, 4), event("vc2", 5, 6), event("ve", 8)}},
		{Events: []*readout.Event{event("vall", 1, 2, 3, 4), event("ve", 8), event("vc3", 5, 6)}},
	} {
		rec.Reports = reports
		if err := put(ctx, rec); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		id       string
		kind     store.Kind
		revision int
		to       []string
	}{
		{"va", store.KindEvent, 2, []string{"vall"}}, // merged, then renamed
		{"vb", store.KindEvent, 2, []string{"vall"}},
		{"vab", store.KindEvent, 3, []string{"vall"}},
		{"vc", store.KindEvent, 2, []string{"vc3", "vall"}}, // split, a part renamed and a part merged
		{"vc2", store.KindEvent, 4, []string{"vc3"}},
		{"vd", store.KindEvent, 2, nil}, // withdrawn
		{"ve", store.KindEvent, 0, []string{"ve"}},
		{"ea", store.KindEntity, 2, nil}, // to ea2 by its names, not to eb2 by a pronoun; then withdrawn
		{"eb2", store.KindEntity, 3, nil},
		{"ta", store.KindThread, 2, nil},
	} {
		got := must[store.Moved](t)(s.Moved(ctx, c.id))
		if got.ID != c.id || got.Kind != c.kind || got.Revision.N != c.revision || got.Revision.At.IsZero() != (c.revision == 0) {
			t.Errorf("%s: %+v, want a %s that left with revision %d", c.id, got, c.kind, c.revision)
		}
		same(t, c.id, c.to, got.To)
	}
	_, err := s.Moved(ctx, "v0")
	wantErr(t, "an id that never was", err, readout.ErrNotFound)

	// An id that comes back is held again.
	if err := put(ctx, &readout.Record{Reports: reports, Events: []*readout.Event{event("va", 1, 2)}}); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string][]string{"va": {"va"}, "vab": {"va"}, "ve": nil} {
		same(t, id, want, must[store.Moved](t)(s.Moved(ctx, id)).To)
	}
}

func sorted(ids []string) []string {
	slices.Sort(ids)
	return ids
}
