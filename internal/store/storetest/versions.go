package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

func testVersions(t *testing.T, s store.Store) {
	ctx := t.Context()
	at := func(h int) time.Time { return noon.Add(time.Duration(h) * time.Hour) }
	one := put(t, s, fetched("a", "<p>Forty ferries</p><i>advertisement 1</i>", at(0)), "Forty ferries")
	// Another advertisement: no report, a second capture of the same.
	if id := put(t, s, fetched("a", "<p>Forty ferries</p><i>advertisement 2</i>", at(1)), "Forty \u2003ferries\n"); id != one {
		t.Errorf("the same text is report %s, want %s", id, one)
	}
	two := put(t, s, fetched("a?utm_medium=mail", "<p>Sixty ferries</p>", at(2)), "Sixty ferries")
	if two == one {
		t.Fatal("another text is the same report")
	}
	url := store.Canonical("https://HARBOUR.example/a#top")
	want := []store.Version{
		{URL: url, N: 1, Report: one, First: at(0), Last: at(1), Captures: 2},
		{URL: url, N: 2, Report: two, First: at(2), Last: at(2), Captures: 1, Current: true},
	}
	for _, key := range []string{url, one, two, "https://harbour.example/a?utm_source=x"} {
		same(t, "versions by "+key, want, must[[]store.Version](t)(s.Versions(ctx, key)))
	}
	same(t, "superseded", map[string]string{one: two}, must[map[string]string](t)(s.Superseded(ctx, time.Time{})))
	if _, err := s.Report(ctx, one); err != nil {
		t.Errorf("the first version is gone: %v", err)
	}

	// Back to the first wording, in bytes that came before: it stands again.
	if id := put(t, s, fetched("a", "<p>Forty ferries</p><i>advertisement 1</i>", at(3)), "Forty ferries"); id != one {
		t.Errorf("the same bytes are report %s, want %s", id, one)
	}
	same(t, "superseded", map[string]string{two: one}, must[map[string]string](t)(s.Superseded(ctx, time.Time{})))

	// At an earlier moment the version stands that was seen last by then, and
	// before the first look the one that was seen first.
	for _, c := range []struct {
		hour      int
		old, over string
	}{{-1, two, one}, {0, two, one}, {1, two, one}, {2, one, two}, {3, two, one}, {9, two, one}} {
		same(t, fmt.Sprintf("superseded at %d h", c.hour), map[string]string{c.old: c.over}, must[map[string]string](t)(s.Superseded(ctx, at(c.hour))))
	}

	// The same bytes at another address: current there, so not superseded.
	put(t, s, fetched("b", "<p>Sixty ferries</p>", at(3)), "Sixty ferries")
	same(t, "superseded", map[string]string{}, must[map[string]string](t)(s.Superseded(ctx, time.Time{})))
	if got := must[[]store.Version](t)(s.Versions(ctx, two)); len(got) != 3 {
		t.Errorf("versions at both addresses of a report: %v", got)
	}

	// What cannot be read further supersedes nothing.
	c := fetched("a", "<p>Accept cookies</p>", at(9))
	doc := Doc(c)
	doc.Report.Text, doc.Report.Skip = "", "no text"
	must[store.Outcome](t)(s.AddReport(ctx, c, doc, "v1"))
	same(t, "superseded", map[string]string{}, must[map[string]string](t)(s.Superseded(ctx, time.Time{})))

	// Neither address nor moment: nothing tells which came later.
	add(t, s, "a.txt", "Talks ended", "v1", store.New)
	nowhere, timeless := fetched("c", "Talks go on", at(0)), fetched("c", "Talks go on", time.Time{})
	nowhere.URL = ""
	for _, c := range []readout.Capture{nowhere, timeless} {
		put(t, s, c, "Talks go on")
		_, err := s.Versions(ctx, "https://harbour.example/c")
		wantErr(t, "versions", err, readout.ErrNotFound)
	}
	got := must[readout.Capture](t)(s.Capture(ctx, fetched("a", "<p>Sixty ferries</p>", at(2)).SHA256))
	if !got.Fetched.Equal(at(2)) {
		t.Errorf("the capture was fetched at %s, want %s", got.Fetched, at(2))
	}
}

// The same captures in any order: the record is linked from the same reports.
func testRandomVersions(t *testing.T, s store.Store) {
	ctx := t.Context()
	type look struct{ page, words, trim, hour int }
	run := 0 // each order has articles and bytes of its own, so that no two looks may be at once
	rapid.Check(t, func(rt *rapid.T) {
		looks := rapid.SliceOfNDistinct(rapid.Custom(func(rt *rapid.T) look {
			return look{rapid.IntRange(0, 1).Draw(rt, "page"), rapid.IntRange(0, 2).Draw(rt, "words"), rapid.IntRange(0, 2).Draw(rt, "trim"), rapid.IntRange(0, 30).Draw(rt, "hour")}
		}), 1, 10, func(l look) int { return l.hour }).Draw(rt, "looks")
		var results [2][]string
		for i, order := range [][]look{looks, rapid.Permutation(looks).Draw(rt, "order")} {
			run++
			body := map[string]string{} // by report
			for _, l := range order {
				text := fmt.Sprintf("Wording %d of %d", l.words, run)
				c := fetched(fmt.Sprintf("%d/%d", run, l.page), fmt.Sprintf("%s trimming %d", text, l.trim), noon.Add(time.Duration(l.hour)*time.Hour))
				put(t, s, c, text)
				body[Doc(c).Report.ID] = fmt.Sprint(l.words, l.trim)
			}
			over := must[map[string]string](t)(s.Superseded(ctx, time.Time{}))
			for id, b := range body {
				_, err := s.Report(ctx, id)
				if err == nil && over[id] == "" {
					results[i] = append(results[i], b)
				}
				if newer := over[id]; newer != "" && over[newer] != "" {
					rt.Errorf("%s supersedes and is superseded", newer)
				}
			}
			slices.Sort(results[i])
		}
		if !slices.Equal(results[0], results[1]) {
			rt.Errorf("the record depends on the order: %v and %v", results[0], results[1])
		}
	})
}
