package link_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/link"
	"github.com/readout-news/readout/internal/nlp"
)

// pairs are the pairs of statements of one utterance and of positions of one
// issue, each of two reports. Statements and positions go by their places: who
// speaks may be another entity in another division.
func pairs(rec *readout.Record) (utterances, issues map[[2]string]bool) {
	place := map[string]string{}
	for _, s := range rec.Statements {
		place[s.ID] = fmt.Sprint(s.Report, s.Content)
	}
	for _, p := range rec.Positions {
		place[p.ID] = fmt.Sprint(p.Evidence.Report, p.Evidence.Span, p.Stance)
	}
	report := func(id string) string { return place[id][:len(rec.Reports[0].ID)] }
	all := func(out map[[2]string]bool, ids []string) {
		for i, a := range ids {
			for _, b := range ids[:i] {
				if report(a) != report(b) {
					out[[2]string{min(place[a], place[b]), max(place[a], place[b])}] = true
				}
			}
		}
	}
	utterances, issues = map[[2]string]bool{}, map[[2]string]bool{}
	for _, u := range rec.Utterances {
		var ids []string
		for _, v := range u.Variants {
			ids = append(ids, v.Statement)
		}
		all(utterances, ids)
	}
	for _, x := range rec.Issues {
		all(issues, x.Positions)
	}
	return utterances, issues
}

// TestJoinedOverRegions holds that what is joined over the regions of a store of
// more than a thousand reports is the same however the reports come, go and come
// back, and that it is most of what linking them all at once joins.
func TestJoinedOverRegions(t *testing.T) {
	r := reader(t)
	s, err := generate.NewStream(generate.StreamOptions{Seed: 5, Annotators: r.Annotators, PerDay: 100, Parties: 20})
	if err != nil {
		t.Fatal(err)
	}
	docs := make([]*nlp.Doc, 1100)
	for i := range docs {
		docs[i] = s.Doc(i)
	}
	load := among(docs)
	rng := rand.New(rand.NewPCG(5, 11))
	out := map[string]bool{} // at the end
	for len(out) < 40 {
		out[docs[rng.IntN(len(docs))].Report.ID] = true
	}
	linker := func() *link.Linker {
		l, err := link.NewLinker(r.KB, r.Redate, link.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	whole := &readout.Record{}
	l := linker()
	for _, d := range docs {
		l.Put(d)
		l.LeaveOut(d.Report.ID, out[d.Report.ID])
	}
	if err := l.Link(load, func(c *link.Change) error { whole = c.Record; return nil }); err != nil {
		t.Fatal(err)
	}

	b := &book{rec: &readout.Record{}, notes: map[string][]byte{}}
	l = linker()
	step := func() {
		t.Helper()
		if err := l.Link(load, b.take); err != nil {
			t.Fatal(err)
		}
	}
	order := rng.Perm(len(docs))
	for len(order) > 0 {
		n := min(len(order), 1+rng.IntN(500))
		for _, i := range order[:n] {
			l.Put(docs[i])
		}
		order = order[n:]
		// Any report may be left out for a while, and taken back.
		for range 30 {
			if id := docs[rng.IntN(len(docs))].Report.ID; l.Has(id) {
				l.LeaveOut(id, rng.IntN(2) == 0)
			}
		}
		if step(); rng.IntN(2) == 0 {
			l = linker()
			if again := l.Restore(maps.All(b.notes), nil); len(again) > 0 {
				t.Fatalf("notes of %d reports cannot be read", len(again))
			}
		}
	}
	for _, d := range docs {
		l.LeaveOut(d.Report.ID, out[d.Report.ID])
	}
	step()
	if err := l.Close(0, load, b.take); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(jsonOf(t, whole), jsonOf(t, b.rec)); diff != "" {
		t.Fatalf("(-at once +bit by bit):\n%s", diff)
	}

	if testing.Short() {
		return
	}
	in := slices.DeleteFunc(slices.Clone(docs), func(d *nlp.Doc) bool { return out[d.Report.ID] })
	one, err := link.InRegions(in, r.KB, r.Redate, link.Options{Most: len(docs), Batch: len(docs)})
	if err != nil {
		t.Fatal(err)
	}
	// Utterances are looked at over regions alone: within one, a run of words that
	// is a slogan in a thousand reports shows one utterance in a hundred.
	over := func(all map[[2]string]bool) map[[2]string]bool {
		n := len(docs[0].Report.ID)
		return maps.Collect(func(yield func([2]string, bool) bool) {
			for p := range all {
				if !l.Together(p[0][:n], p[1][:n]) && !yield(p, true) {
					return
				}
			}
		})
	}
	check := func(what string, got, want map[[2]string]bool, some int, recall, precision float64) {
		t.Helper()
		both := 0
		for p := range got {
			if want[p] {
				both++
			}
		}
		r, p := float64(both)/float64(len(want)), float64(both)/float64(len(got))
		t.Logf("%s: %d pairs, %d in one region, %d in both: %.3f of these, %.3f of those", what, len(got), len(want), both, r, p)
		if len(want) < some || r < recall || p < precision {
			t.Errorf("%s: want at least %d, %.2f and %.2f", what, some, recall, precision)
		}
	}
	u, i := pairs(b.rec)
	wu, wi := pairs(one)
	check("utterances", u, wu, 500, 0.9, 0.75)
	// Runs of less than five words are not looked for over regions, and the stream's
	// quotations are short.
	check("utterances over regions", over(u), over(wu), 40, 0.15, 0.85)
	check("issues", i, wi, 500, 0.9, 0.99)
}

// TestOtherRules holds that pieces that were linked by other rules, all of them
// or some, are linked anew and leave nothing behind.
func TestOtherRules(t *testing.T) {
	r := reader(t)
	docs := documents(t, r)
	load := among(docs)
	for _, most := range []int{1, 4, 9} {
		opts := link.Options{Most: most}
		b := &book{rec: &readout.Record{}, notes: map[string][]byte{}}
		l, err := link.NewLinker(r.KB, r.Redate, opts)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			l.Put(d)
		}
		if err := l.Link(load, b.take); err != nil {
			t.Fatal(err)
		}
		want := jsonOf(t, b.rec)
		for _, some := range []int{1, 2, 5} {
			other := map[string][]byte{}
			n := 0
			for i, id := range slices.Sorted(maps.Keys(b.notes)) {
				other[id] = b.notes[id]
				if i%some == 0 {
					other[id] = bytes.Replace(b.notes[id], []byte(link.Version), []byte("0"+link.Version[1:]), 1)
				}
				if !bytes.Equal(other[id], b.notes[id]) {
					n++
				}
			}
			if n == 0 {
				t.Fatal("no piece is of other rules")
			}
			if l, err = link.NewLinker(r.KB, r.Redate, opts); err != nil {
				t.Fatal(err)
			}
			if again := l.Restore(maps.All(other), nil); len(again) > 0 {
				t.Fatalf("notes of %d reports cannot be read", len(again))
			}
			linked := 0
			err := l.Link(load, func(c *link.Change) error { linked += len(c.Record.Reports); return b.take(c) })
			if err != nil {
				t.Fatal(err)
			}
			if linked == 0 {
				t.Errorf("regions of %d: %d pieces of other rules, and nothing was linked", most, n)
			}
			if diff := cmp.Diff(want, jsonOf(t, b.rec)); diff != "" {
				t.Fatalf("regions of %d, every %d: (-before +after)\n%s", most, some, diff)
			}
		}
	}
}

// TestOtherRulesAndFewerReports holds that pieces that were linked by other rules
// leave nothing behind of reports that were left out before they were linked anew:
// what these alone told goes with them, threads and entities, too.
func TestOtherRulesAndFewerReports(t *testing.T) {
	r := reader(t)
	docs := documents(t, r)
	load := among(docs)
	out := map[string]bool{}
	rng := rand.New(rand.NewPCG(3, 8))
	for _, i := range rng.Perm(len(docs))[:len(docs)/2] {
		out[docs[i].Report.ID] = true
	}
	for _, most := range []int{1, 4, 9} {
		linker := func() *link.Linker {
			l, err := link.NewLinker(r.KB, r.Redate, link.Options{Most: most})
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		linked := func(l *link.Linker, b *book) {
			t.Helper()
			if err := l.Link(load, b.take); err != nil {
				t.Fatal(err)
			}
			if err := l.Close(0, load, b.take); err != nil {
				t.Fatal(err)
			}
		}
		put := func(l *link.Linker, out map[string]bool) *book {
			t.Helper()
			b := &book{rec: &readout.Record{}, notes: map[string][]byte{}}
			for _, d := range docs {
				l.Put(d)
				l.LeaveOut(d.Report.ID, out[d.Report.ID])
			}
			linked(l, b)
			return b
		}
		want := put(linker(), out).rec
		for _, some := range []int{1, 2, 3} {
			b := put(linker(), nil)
			if len(b.rec.Threads) <= len(want.Threads) || len(b.rec.Entities) <= len(want.Entities) {
				t.Fatalf("regions of %d: %d threads and %d entities are left of %d and %d: the test would not see much", most, len(want.Threads), len(want.Entities), len(b.rec.Threads), len(b.rec.Entities))
			}
			for i, id := range slices.Sorted(maps.Keys(b.notes)) {
				if i%some == 0 {
					b.notes[id] = bytes.Replace(b.notes[id], []byte(link.Version), []byte("0"+link.Version[1:]), 1)
				}
			}
			l := linker()
			if again := l.Restore(maps.All(b.notes), nil); len(again) > 0 {
				t.Fatalf("notes of %d reports cannot be read", len(again))
			}
			for id := range out {
				l.LeaveOut(id, true)
			}
			linked(l, b)
			if diff := cmp.Diff(jsonOf(t, want), jsonOf(t, b.rec)); diff != "" {
				t.Fatalf("regions of %d, every %d: (-without those reports +what is left)\n%s", most, some, diff)
			}
		}
	}
}
