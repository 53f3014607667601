package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
)

func testPending(t *testing.T, s store.Store) {
	ctx := t.Context()
	pending := func(what string, want ...*nlp.Doc) {
		t.Helper()
		var ids []string
		for _, d := range want {
			ids = append(ids, d.Report.ID)
		}
		slices.Sort(ids)
		same(t, what, ids, must[[]string](t)(s.Pending(ctx)))
	}
	pending("empty")
	a, b, c := add(t, s, "a", "Talks ended", "v1", store.New), add(t, s, "b", "Talks began", "v1", store.New), add(t, s, "c", "Talks", "v1", store.New)
	pending("added", a, b, c)
	add(t, s, "a", "Talks ended", "v1", store.Known)
	if err := s.ReplaceRecord(ctx, &readout.Record{Reports: []*readout.Report{a.Report, b.Report}}); err != nil {
		t.Fatal(err)
	}
	pending("linked", c)
	add(t, s, "a", "Talks ended", "v1", store.Known)
	pending("known", c)

	// The mark tells whether the layers that were linked are those that are there.
	read := map[string]string{}
	add(t, s, "a", "Talks ended", "v2", store.Reannotated)
	for l, err := range s.LayersOf(ctx, []string{a.Report.ID, b.Report.ID, c.Report.ID, "r0", a.Report.ID}) {
		if err != nil {
			t.Fatal(err)
		}
		read[l.Doc.Report.ID] = l.Mark
	}
	if len(read) != 3 || read[a.Report.ID] == "" || read[b.Report.ID] != "" || read[c.Report.ID] == "" {
		t.Errorf("marks %v", read)
	}
	add(t, s, "a", "Talks ended", "v3", store.Reannotated) // while the others are linked
	add(t, s, "b", "Talks began", "v3", store.Reannotated)
	u := store.Update{
		Scope:  store.Scope{Reports: []string{a.Report.ID, b.Report.ID, c.Report.ID}},
		Record: &readout.Record{Reports: []*readout.Report{a.Report, b.Report, c.Report}}, Total: 3, Marks: read,
	}
	if err := s.UpdateRecord(ctx, u); err != nil {
		t.Fatal(err)
	}
	pending("read anew meanwhile", a, b)
	u.Scope.All = true
	if err := s.UpdateRecord(ctx, u); err != nil {
		t.Fatal(err)
	}
	pending("all, with the old marks", a, b)
	u.Scope, u.Marks = store.Scope{Reports: []string{a.Report.ID}}, nil
	if err := s.UpdateRecord(ctx, u); err != nil {
		t.Fatal(err)
	}
	pending("without marks", b)
	// The version of most is the revision's, and follows without a new revision
	// only when the next comes.
	add(t, s, "c", "Talks", "v3", store.Reannotated)
	u.Scope = store.Scope{Reports: []string{b.Report.ID, c.Report.ID}}
	u.Record.Refusals = []readout.Refusal{{Path: "x"}}
	if err := s.UpdateRecord(ctx, u); err != nil {
		t.Fatal(err)
	}
	pending("all linked")
	if r := must[store.Revision](t)(s.Revision(ctx)); r.Pipeline != "v3" || r.Reports != 3 {
		t.Errorf("revision %+v, want one of 3 reports by v3", r)
	}
}

func testLayersOf(t *testing.T, s store.Store) {
	ctx := t.Context()
	var want []string
	for i := range 150 { // more than any page
		doc := add(t, s, fmt.Sprint(i), fmt.Sprintf("Talks number %d", i), "v1", store.New)
		if i%3 > 0 {
			want = append(want, doc.Report.ID)
		}
	}
	var got []string
	for l, err := range s.LayersOf(ctx, append([]string{"r0"}, want...)) {
		if err != nil || l.Version != "v1" || len(l.Doc.Tokens) == 0 {
			t.Fatal(l, err)
		}
		got = append(got, l.Doc.Report.ID)
	}
	slices.Sort(want)
	same(t, "layers", want, got)
	for range s.LayersOf(ctx, want) {
		break
	}
	for range s.LayersOf(ctx, nil) {
		t.Error("layers of nothing")
	}
	add(t, s, "late", "Talks at last", "v1", store.New) // no lock is left behind
}

func testLinkDigests(t *testing.T, s store.Store) {
	ctx := t.Context()
	held := func() map[string][]byte {
		out := map[string][]byte{}
		last := ""
		for d, err := range s.LinkDigests(ctx) {
			if err != nil || d.Report <= last {
				t.Fatal(d, last, err)
			}
			last = d.Report
			out[d.Report] = d.Digest
		}
		return out
	}
	same(t, "before", map[string][]byte{}, held())
	a, b := add(t, s, "a", "Talks ended", "v1", store.New).Report.ID, add(t, s, "b", "Talks began", "v1", store.New).Report.ID
	if err := s.PutLinkDigests(ctx, map[string][]byte{a: {1, 0, 255}, b: nil}); err != nil {
		t.Fatal(err)
	}
	same(t, "put", map[string][]byte{a: {1, 0, 255}, b: nil}, held())
	if err := s.PutLinkDigests(ctx, map[string][]byte{b: {7}}); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "unknown report", s.PutLinkDigests(ctx, map[string][]byte{a: {9}, "r0": {9}}), readout.ErrNotFound)
	same(t, "put again", map[string][]byte{a: {1, 0, 255}, b: {7}}, held())
	for range s.LinkDigests(ctx) {
		break
	}
	add(t, s, "a", "Talks ended", "v1", store.Known)
	add(t, s, "b", "Talks began", "v2", store.Reannotated)
	same(t, "read anew", map[string][]byte{a: {1, 0, 255}, b: {7}}, held()) // linking needs to know what it had noted
}
