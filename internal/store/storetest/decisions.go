package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
)

// at is an anchor at bytes of a report.
func at(doc *nlp.Doc, start, end int) readout.Anchor {
	return readout.Anchor{Evidence: readout.Evidence{Report: doc.Report.ID, Span: readout.Span{Start: start, End: end}, By: readout.By{Annotator: "event", Version: "1", Rule: "noun"}}}
}

func testDecisions(t *testing.T, s store.Store) {
	ctx := t.Context()
	a, b, c := add(t, s, "a", "Talks ended in Orrin", "v1", store.New), add(t, s, "b", "The talks were held", "v1", store.New), add(t, s, "c", "Ferries", "v1", store.New)
	linked := &readout.Record{Reports: []*readout.Report{a.Report, b.Report, c.Report}}
	if err := s.ReplaceRecord(ctx, linked); err != nil {
		t.Fatal(err)
	}
	if got := must[[]readout.Decision](t)(s.Decisions(ctx, 0)); len(got) > 0 {
		t.Fatalf("decisions of a new store: %v", got)
	}
	if n, hash, err := s.VerifyDecisions(ctx); n != 0 || hash != "" || err != nil {
		t.Errorf("an empty log: %d %q %v", n, hash, err)
	}

	one := readout.Decision{
		By: "ana", Kind: readout.DecideSame, Before: "two events", After: "one event", Why: "both are the talks of <2 May> & \u2028 no other", Item: "q1",
		At: time.Date(2031, 5, 3, 9, 0, 0, 123, time.FixedZone("", 3600)),
		About: []readout.Target{
			{Kind: "event", ID: "e1", Name: "Talks", Evidence: []readout.Anchor{at(a, 0, 11)}},
			{Kind: "event", ID: "e2", Evidence: []readout.Anchor{at(b, 4, 9)}},
		},
	}
	one.About[0].Evidence[0].Trigger = readout.Span{Start: 0, End: 5}
	if err := s.AddDecision(ctx, &one); err != nil {
		t.Fatal(err)
	}
	if one.Seq != 1 || one.Prev != "" || one.Hash != one.Sum() || one.At != time.Date(2031, 5, 3, 8, 0, 0, 0, time.UTC) {
		t.Errorf("decision %+v", one)
	}
	if x, y := one.About[0].Evidence[0].Text, one.About[1].Evidence[0].Text; x != "Talks ended" || y != "talks" {
		t.Errorf("words of its sentences: %q, %q", x, y)
	}
	same(t, "pending", sortedIDs(a, b), must[[]string](t)(s.Pending(ctx)))

	// A report that is pending for its content keeps being so for the decision.
	add(t, s, "c", "Ferries", "v2", store.Reannotated)
	marks := map[string]string{}
	for l, err := range s.LayersOf(ctx, []string{c.Report.ID}) {
		if err != nil {
			t.Fatal(err)
		}
		marks[l.Doc.Report.ID] = l.Mark
	}
	two := readout.Decision{By: "ben", Kind: readout.DecideCorrect, Field: "published", Before: "2031-05-02", After: "2031-05-01", About: []readout.Target{{Kind: "report", ID: c.Report.ID}}}
	if err := s.AddDecision(ctx, &two); err != nil {
		t.Fatal(err)
	}
	if two.Seq != 2 || two.Prev != one.Hash || two.At.IsZero() {
		t.Errorf("decision %+v", two)
	}
	u := store.Update{Scope: store.Scope{Reports: []string{c.Report.ID}}, Record: linked, Total: 3, Base: 1, Marks: marks}
	if err := s.UpdateRecord(ctx, u); err != nil {
		t.Fatal(err)
	}
	same(t, "pending after a linking that did not know", sortedIDs(a, b, c), must[[]string](t)(s.Pending(ctx)))
	if err := s.ReplaceRecord(ctx, linked); err != nil {
		t.Fatal(err)
	}

	// An undo touches what the undone did, also when that is an undo.
	three := readout.Decision{By: "ana", Kind: readout.DecideUndo, Undoes: 1}
	if err := s.AddDecision(ctx, &three); err != nil {
		t.Fatal(err)
	}
	same(t, "pending after an undo", sortedIDs(a, b), must[[]string](t)(s.Pending(ctx)))
	if err := s.ReplaceRecord(ctx, linked); err != nil {
		t.Fatal(err)
	}
	four := readout.Decision{By: "ana", Kind: readout.DecideUndo, Undoes: 3}
	if err := s.AddDecision(ctx, &four); err != nil {
		t.Fatal(err)
	}
	same(t, "pending after the undo of an undo", sortedIDs(a, b), must[[]string](t)(s.Pending(ctx)))

	wantErr(t, "undone twice", s.AddDecision(ctx, &readout.Decision{By: "ben", Kind: readout.DecideUndo, Undoes: 3}), readout.ErrConflict)

	log := []readout.Decision{one, two, three, four}
	same(t, "log", log, must[[]readout.Decision](t)(s.Decisions(ctx, 0)))
	same(t, "its end", log[3:], must[[]readout.Decision](t)(s.Decisions(ctx, 3)))
	if n, hash, err := s.VerifyDecisions(ctx); n != 4 || hash != four.Hash || err != nil {
		t.Errorf("verify: %d %q %v", n, hash, err)
	}

	// What is none changes nothing.
	for name, c := range map[string]struct {
		d    readout.Decision
		want error
	}{
		"no kind":         {readout.Decision{By: "ana", About: two.About}, readout.ErrDecision},
		"nobody":          {readout.Decision{Kind: readout.DecideNote, About: two.About}, readout.ErrDecision},
		"no such report":  {readout.Decision{By: "ana", Kind: readout.DecideNote, About: []readout.Target{{Kind: "report", ID: "r0"}}}, readout.ErrNotFound},
		"nor this one":    {readout.Decision{By: "ana", Kind: readout.DecideNote, About: []readout.Target{{Kind: "event", Evidence: []readout.Anchor{{Evidence: readout.Evidence{Report: "r0"}}}}}}, readout.ErrNotFound},
		"behind the text": {readout.Decision{By: "ana", Kind: readout.DecideNote, About: []readout.Target{{Kind: "event", Evidence: []readout.Anchor{at(a, 3, 400)}}}}, readout.ErrDecision},
		"other words": {readout.Decision{By: "ana", Kind: readout.DecideNote, About: []readout.Target{{Kind: "event", Evidence: []readout.Anchor{{
			Evidence: at(a, 0, 5).Evidence, Text: "Ferry",
		}}}}}, readout.ErrConflict},
		"undoes later":     {readout.Decision{By: "ana", Kind: readout.DecideUndo, Undoes: 5}, readout.ErrNotFound},
		"undoes nothing":   {readout.Decision{By: "ana", Kind: readout.DecideUndo}, readout.ErrDecision},
		"a changed import": {changed(four, func(d *readout.Decision) { d.Seq = 5 }), readout.ErrConflict},
		"another fourth":   {rehashed(four, func(d *readout.Decision) { d.By = "eve" }), readout.ErrConflict},
		"a gap":            {rehashed(four, func(d *readout.Decision) { d.Seq, d.Prev = 6, four.Hash }), readout.ErrConflict},
		"another chain":    {rehashed(four, func(d *readout.Decision) { d.Seq, d.Prev = 5, one.Hash }), readout.ErrConflict},
	} {
		wantErr(t, name, s.AddDecision(ctx, &c.d), c.want)
	}
	same(t, "log after refusals", log, must[[]readout.Decision](t)(s.Decisions(ctx, 0)))

	// What was made elsewhere goes on from here, once, also about other reports.
	five := rehashed(one, func(d *readout.Decision) {
		d.Seq, d.Prev = 5, four.Hash
		d.About[0].Evidence[0].Report, d.About[1].Evidence[0].Report = "r0123456789abcdef", b.Report.ID
	})
	for range 2 {
		d := five
		if err := s.AddDecision(ctx, &d); err != nil {
			t.Fatal(err)
		}
		same(t, "taken as it is", five, d)
	}
	log = append(log, five)
	same(t, "log with it", log, must[[]readout.Decision](t)(s.Decisions(ctx, 0)))

	// What is undone is not undone again, but where it was before this was so.
	again := readout.Decision{By: "ben", Kind: readout.DecideUndo, Undoes: 1, Why: `,"undoes":2,"prev":"`}
	if err := s.AddDecision(ctx, &again); err != nil {
		t.Fatalf("an undo behind the undo of an undo: %v", err)
	}
	second := readout.Decision{By: "ana", Kind: readout.DecideUndo, Undoes: 1}
	wantErr(t, "undone already", s.AddDecision(ctx, &second), readout.ErrConflict)
	elsewhere := rehashed(again, func(d *readout.Decision) { d.Seq, d.Prev = 7, again.Hash })
	if err := s.AddDecision(ctx, &elsewhere); err != nil {
		t.Errorf("undone twice elsewhere: %v", err)
	}
	other := readout.Decision{By: "ana", Kind: readout.DecideUndo, Undoes: 2}
	if err := s.AddDecision(ctx, &other); err != nil {
		t.Errorf("undone for the first time: %v", err)
	}
}

func sortedIDs(docs ...*nlp.Doc) []string {
	var out []string
	for _, d := range docs {
		out = append(out, d.Report.ID)
	}
	return sorted(out)
}

func changed(d readout.Decision, f func(*readout.Decision)) readout.Decision {
	about := d.About
	d.About = nil
	for _, x := range about {
		x.Evidence = append([]readout.Anchor(nil), x.Evidence...)
		d.About = append(d.About, x)
	}
	f(&d)
	return d
}

func rehashed(d readout.Decision, f func(*readout.Decision)) readout.Decision {
	d = changed(d, f)
	d.Hash = d.Sum()
	return d
}

// testDecisionVersions: what is decided about one version of an article touches
// the others.
func testDecisionVersions(t *testing.T, s store.Store) {
	ctx := t.Context()
	one := put(t, s, fetched("a", "<p>Forty ferries</p>", noon), "Forty ferries")
	two := put(t, s, fetched("a", "<p>Sixty ferries</p>", noon.Add(time.Hour)), "Sixty ferries")
	other := put(t, s, fetched("b", "<p>Ten ferries</p>", noon), "Ten ferries")
	rec := &readout.Record{}
	for _, id := range []string{one, two, other} {
		rec.Reports = append(rec.Reports, must[*readout.Report](t)(s.Report(ctx, id)))
	}
	if err := s.ReplaceRecord(ctx, rec); err != nil {
		t.Fatal(err)
	}
	d := readout.Decision{By: "ana", Kind: readout.DecideWithdraw, About: []readout.Target{{Kind: "event", ID: "e1", Evidence: []readout.Anchor{{Evidence: readout.Evidence{Report: one, Span: readout.Span{Start: 6, End: 13}}}}}}}
	if err := s.AddDecision(ctx, &d); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sorted([]string{one, two}), must[[]string](t)(s.Pending(ctx))); diff != "" {
		t.Errorf("pending (-want +got)\n%s", diff)
	}
}

// testConcurrentDecisions: who decides at once is noted one after the other.
func testConcurrentDecisions(t *testing.T, s store.Store) {
	ctx := t.Context()
	doc := add(t, s, "a", "Talks ended in Orrin", "v1", store.New)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for k := range 5 {
				d := readout.Decision{By: fmt.Sprint("person ", i), Kind: readout.DecideNote, Why: fmt.Sprint(k), About: []readout.Target{{Kind: "event", Evidence: []readout.Anchor{at(doc, 0, 5)}}}}
				if err := s.AddDecision(ctx, &d); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	list := must[[]readout.Decision](t)(s.Decisions(ctx, 0))
	if err := readout.CheckChain(list); err != nil || len(list) != 20 {
		t.Errorf("%d decisions: %v", len(list), err)
	}
	if n, _, err := s.VerifyDecisions(ctx); n != 20 || err != nil {
		t.Errorf("verify: %d %v", n, err)
	}
}
