// Package storetest is the suite that every store must pass. A store's test
// calls Run with a function that opens a new, empty store; what the suite
// demands is what the comments of store.Store promise.
package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
)

// Run runs the suite. open returns a new, empty store that t closes.
func Run(t *testing.T, open func(t testing.TB) store.Store) {
	for name, f := range map[string]func(t *testing.T, s store.Store){
		"reports":         testReports,
		"filled report":   testFilledReport,
		"paths":           testPaths,
		"captures":        testCaptures,
		"read in":         testReadIn,
		"refusals":        testRefusals,
		"layers":          testLayers,
		"readings":        testReadings,
		"filled record":   testFilledRecord,
		"replaced record": testReplacedRecord,
		"refused records": testRefusedRecords,
		"look-ups":        testLookups,
		"sentences":       testSentences,
		"revisions":       testRevisions,
		"moved":           testMoved,
		"moved anew":      testMovedAnew,
		"refused updates": testUpdateRefused,
		"pending":         testPending,
		"layers of some":  testLayersOf,
		"link digests":    testLinkDigests,
		"updates at once": testConcurrentUpdates,
		"search":          testSearch,
		"search spans":    testSearchSpans,
		"search follows":  testSearchFollows,
		"feeds":           testFeeds,
		"pages":           testPages,
		"sightings":       testSightings,
		"polls at once":   testPolls,
		"versions":        testVersions,
		"accounts":        testAccounts,
		"admins":          testAdmins,
		"tokens":          testTokens,
		"sessions":        testSessions,
		"sign in at once": testConcurrentSessions,
		"decisions":       testDecisions,
		"decided again":   testDecisionVersions,
		"decided at once": testConcurrentDecisions,
		"leases":          testLeases,
		"leases at once":  testConcurrentLeases,
		"mistakes":        testMistakes,
		"cancelled":       testCancelled,
		"concurrent":      testConcurrent,
		"read again":      testReannotate,
		"indexed anew":    testIndexedAnew,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			f(t, s)
			whole(t, s)
		})
	}
	t.Run("random searches", func(t *testing.T) {
		s := open(t)
		testRandomSearch(t, s)
		whole(t, s)
	})
	t.Run("random versions", func(t *testing.T) {
		s := open(t)
		testRandomVersions(t, s)
		whole(t, s)
	})
	t.Run("random records", func(t *testing.T) {
		s := open(t)
		testRandomRecords(t, s)
		whole(t, s)
	})
}

// whole checks that a store is as it was written, whatever a test did with it.
// Records of tests need not keep the rules of records.
func whole(t testing.TB, s store.Store) {
	t.Helper()
	v, err := s.Verify(t.Context(), true, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range v.Findings {
		if f.Part == store.PartRules {
			continue
		}
		t.Errorf("verify: %s: %s (%s; %s)", f.Part, f.What, f.Touches, f.Do)
	}
}

// Capture is a capture of the text under the path.
func Capture(path, text string) readout.Capture {
	sum := sha256.Sum256([]byte(text))
	return readout.Capture{Path: path, MediaType: "text/plain", Body: []byte(text), SHA256: hex.EncodeToString(sum[:])}
}

// Doc is an annotated report of the capture; its layers follow from its text.
func Doc(c readout.Capture) *nlp.Doc {
	r := &readout.Report{
		ID: "r" + c.SHA256[:16], SHA256: c.SHA256, Path: c.Path, Title: "Talks", Text: string(c.Body), Language: "en",
		Published: readout.Published{
			Value: "2031-05-02", Precision: "day", Basis: readout.BasisSidecar, Why: "sidecar",
			Candidates: []readout.DateCandidate{{Value: "2031-05-02", Basis: "sidecar"}},
		},
		Noise: []readout.Noise{{Span: readout.Span{Start: 0, End: 4}, Reason: "heading", By: readout.By{Annotator: "extract", Version: "1", Rule: "noise/heading"}}},
	}
	doc := &nlp.Doc{Report: r, Sentences: []nlp.Sentence{{Span: readout.Span{Start: 0, End: len(r.Text)}}}}
	at := 0
	for w := range strings.SplitSeq(r.Text, " ") {
		doc.Tokens = append(doc.Tokens, nlp.Token{Span: readout.Span{Start: at, End: at + len(w)}, Lemma: strings.ToLower(w), UPOS: "NOUN", XPOS: "NN", Head: nlp.None, Deprel: "dep"})
		at += len(w) + 1
	}
	doc.Sentences[0].Last = len(doc.Tokens)
	return doc
}

// same compares what was put with what came back; nil and empty are one.
func same(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got)\n%s", what, diff)
	}
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantErr(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got error %v, want %v", what, err, want)
	}
}

// add stores a report of the text and fails the test when the outcome is
// another one.
func add(t testing.TB, s store.Store, path, text, version string, want store.Outcome) *nlp.Doc {
	t.Helper()
	c := Capture(path, text)
	doc := Doc(c)
	got, err := s.AddReport(t.Context(), c, doc, version)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("%s: %s, want %s", path, got, want)
	}
	return doc
}

func testReports(t *testing.T, s store.Store) {
	ctx := t.Context()
	doc := add(t, s, "a.txt", "Talks ended in Orrin", "v1", store.New)
	add(t, s, "a.txt", "Talks ended in Orrin", "v1", store.Known)
	same(t, "known", doc, must[*nlp.Doc](t)(s.Known(ctx, doc.Report.ID, "v1")))
	same(t, "report", doc.Report, must[*readout.Report](t)(s.Report(ctx, doc.Report.ID)))
	if got := must[*nlp.Doc](t)(s.Known(ctx, doc.Report.ID, "v2")); got != nil {
		t.Errorf("known by another version: %v", got)
	}
	if got := must[*nlp.Doc](t)(s.Known(ctx, "r0", "v1")); got != nil {
		t.Errorf("known, but never added: %v", got)
	}
	for _, x := range []struct {
		id, version, path string
		ok                bool
	}{{doc.Report.ID, "v1", "a.txt", true}, {doc.Report.ID, "v2", "", false}, {"r0", "v1", "", false}} {
		if path, ok, err := s.Has(ctx, x.id, x.version); path != x.path || ok != x.ok || err != nil {
			t.Errorf("has %s of %s: %q, %t, %v", x.id, x.version, path, ok, err)
		}
	}
	_, err := s.Report(ctx, "r0")
	wantErr(t, "report", err, readout.ErrNotFound)

	// Another version replaces the reading, its report's fields included.
	c := Capture("a.txt", "Talks ended in Orrin")
	doc = Doc(c)
	doc.Report.Title, doc.Report.Noise = "Talks ended", nil
	doc.Tokens = doc.Tokens[:2]
	if got := must[store.Outcome](t)(s.AddReport(ctx, c, doc, "v2")); got != store.Reannotated {
		t.Errorf("%s, want %s", got, store.Reannotated)
	}
	same(t, "re-annotated", doc, must[*nlp.Doc](t)(s.Known(ctx, doc.Report.ID, "v2")))
	if got := must[*nlp.Doc](t)(s.Known(ctx, doc.Report.ID, "v1")); got != nil {
		t.Errorf("the old reading is still there: %v", got)
	}

	c.Body = []byte("other bytes")
	_, err = s.AddReport(ctx, c, doc, "v2")
	wantErr(t, "bytes of another SHA-256", err, readout.ErrConflict)
}

func testFilledReport(t *testing.T, s store.Store) {
	ctx := t.Context()
	c := Capture("", "body")
	var want readout.Capture
	Fill(&want)
	want.Body, want.SHA256 = c.Body, c.SHA256
	doc := &nlp.Doc{}
	Fill(doc)
	doc.Desk = nil // is laid over what is stored
	doc.Report.SHA256 = c.SHA256
	must[store.Outcome](t)(s.AddReport(ctx, want, doc, "v1"))
	same(t, "doc", doc, must[*nlp.Doc](t)(s.Known(ctx, doc.Report.ID, "v1")))
	same(t, "report", doc.Report, must[*readout.Report](t)(s.Report(ctx, doc.Report.ID)))
	same(t, "capture", want, must[readout.Capture](t)(s.Capture(ctx, c.SHA256)))
}

// One report under several paths is named by the first of them, whatever the
// order of arrival.
func testPaths(t *testing.T, s store.Store) {
	ctx := t.Context()
	doc := add(t, s, "b.txt", "Talks ended", "v1", store.New)
	add(t, s, "c.txt", "Talks ended", "v1", store.Known)
	if r := must[*readout.Report](t)(s.Report(ctx, doc.Report.ID)); r.Path != "b.txt" {
		t.Errorf("path %q, want b.txt", r.Path)
	}
	add(t, s, "a.txt", "Talks ended", "v1", store.Known)
	if r := must[*readout.Report](t)(s.Report(ctx, doc.Report.ID)); r.Path != "a.txt" {
		t.Errorf("path %q, want a.txt", r.Path)
	}
	if c := must[readout.Capture](t)(s.Capture(ctx, doc.Report.SHA256)); c.Path != "a.txt" {
		t.Errorf("path of the capture %q, want a.txt", c.Path)
	}
	var want []readout.Capture
	for _, path := range []string{"a.txt", "b.txt", "c.txt"} {
		want = append(want, Capture(path, "Talks ended"))
	}
	same(t, "arrivals", want, must[[]readout.Capture](t)(s.Arrivals(ctx, doc.Report.SHA256)))
	n := 0
	for _, err := range s.Layers(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 1 {
		t.Errorf("%d reports, want 1", n)
	}
}

func testCaptures(t *testing.T, s store.Store) {
	ctx := t.Context()
	for _, text := range []string{"", "Talks", strings.Repeat("Talks ended in Orrin. ", 5000), "\x00\xff\xfe"} {
		c := Capture("p", text)
		c.Sidecar = &readout.Sidecar{Published: "2031-05-02"}
		must[store.Outcome](t)(s.AddReport(ctx, c, Doc(c), "v1"))
		same(t, "capture", c, must[readout.Capture](t)(s.Capture(ctx, c.SHA256)))
	}
	_, err := s.Capture(ctx, "00")
	wantErr(t, "capture", err, readout.ErrNotFound)
	_, err = s.Arrivals(ctx, "00")
	wantErr(t, "arrivals", err, readout.ErrNotFound)
}

// The first arrival counts; reading again does not make a report newer.
func testReadIn(t *testing.T, s store.Store) {
	from := time.Now().Truncate(time.Second)
	doc := add(t, s, "a.txt", "Talks ended", "v1", store.New)
	first := must[map[string]time.Time](t)(s.ReadIn(t.Context()))
	if at := first[doc.Report.ID]; len(first) != 1 || at.Before(from) || at.After(time.Now()) {
		t.Errorf("read in at %v, want from %v on", first, from)
	}
	add(t, s, "b.txt", "Talks ended", "v1", store.Known)
	same(t, "read in", first, must[map[string]time.Time](t)(s.ReadIn(t.Context())))
}

func testRefusals(t *testing.T, s store.Store) {
	ctx := t.Context()
	if err := s.AddRefusals(ctx, readout.Refusal{Path: "b", Reason: "no text"}, readout.Refusal{Path: "a", Reason: "a picture"}); err != nil {
		t.Fatal(err)
	}
	if err := s.AddRefusals(ctx, readout.Refusal{Path: "b", Reason: "too large"}); err != nil {
		t.Fatal(err)
	}
	if err := s.AddRefusals(ctx); err != nil {
		t.Fatal(err)
	}
	same(t, "refusals", []readout.Refusal{{Path: "a", Reason: "a picture"}, {Path: "b", Reason: "too large"}}, must[[]readout.Refusal](t)(s.Refusals(ctx)))
	add(t, s, "b", "Talks ended", "v1", store.New)
	same(t, "refusals", []readout.Refusal{{Path: "a", Reason: "a picture"}}, must[[]readout.Refusal](t)(s.Refusals(ctx)))
}

func testLayers(t *testing.T, s store.Store) {
	ctx := t.Context()
	for range s.Layers(ctx) {
		t.Fatal("an empty store has layers")
	}
	var want []store.Layered
	for i := range 150 { // more than any page
		doc := add(t, s, fmt.Sprint(i), fmt.Sprintf("Talks number %d", i), "v1", store.New)
		want = append(want, store.Layered{Doc: doc, Version: "v1"})
	}
	slices.SortFunc(want, func(a, b store.Layered) int { return strings.Compare(a.Doc.Report.ID, b.Doc.Report.ID) })
	var got []store.Layered
	for l, err := range s.Layers(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if l.Mark == "" {
			t.Errorf("report %s has no mark", l.Doc.Report.ID)
		}
		l.Mark = ""
		got = append(got, l)
	}
	same(t, "layers", want, got)
	for range s.Layers(ctx) {
		break
	}
	add(t, s, "late", "Talks at last", "v1", store.New) // no lock is left behind
}

// reportsFor stores n reports and returns them.
func reportsFor(t testing.TB, s store.Store, n int) []*readout.Report {
	t.Helper()
	var out []*readout.Report
	for i := range n {
		text := fmt.Sprintf("Report %d of the talks", i)
		c := Capture(fmt.Sprint(i), text)
		doc := Doc(c)
		if _, err := s.AddReport(t.Context(), c, doc, "v1"); err != nil {
			t.Fatal(err)
		}
		out = append(out, doc.Report)
	}
	return out
}

func testFilledRecord(t *testing.T, s store.Store) {
	ctx := t.Context()
	same(t, "before", &readout.Record{}, must[*readout.Record](t)(s.Record(ctx)))
	rec := &readout.Record{}
	Fill(rec)
	agree(rec)
	for i, r := range rec.Reports {
		c := Capture(r.Path, fmt.Sprint("body", i))
		r.SHA256 = c.SHA256
		must[store.Outcome](t)(s.AddReport(ctx, c, &nlp.Doc{Report: r}, "v1"))
		settled := *r
		settled.Published.Value, settled.Published.Candidates = "2031", nil
		settled.Path = "elsewhere"
		rec.Reports[i] = &settled
	}
	if err := s.ReplaceRecord(ctx, rec); err != nil {
		t.Fatal(err)
	}
	same(t, "record", rec, must[*readout.Record](t)(s.Record(ctx)))
	// What linking settled is the record's, not the report's.
	if r := must[*readout.Report](t)(s.Report(ctx, rec.Reports[0].ID)); r.Published.Value == "2031" {
		t.Error("the record's date was written into the report")
	}
}

func testReplacedRecord(t *testing.T, s store.Store) {
	ctx := t.Context()
	reports := reportsFor(t, s, 3)
	first := &readout.Record{Reports: reports, Entities: []*readout.Entity{{ID: "e1", Name: "Ilse Maren", Names: []string{"Ilse Maren", "Maren"}}}}
	second := &readout.Record{Reports: reports[:1], Entities: []*readout.Entity{{ID: "e2", Name: "Tomas Ered"}}}
	for _, rec := range []*readout.Record{first, second, first, {}} {
		if err := s.ReplaceRecord(ctx, rec); err != nil {
			t.Fatal(err)
		}
		same(t, "record", rec, must[*readout.Record](t)(s.Record(ctx)))
	}
}

func testRefusedRecords(t *testing.T, s store.Store) {
	ctx := t.Context()
	reports := reportsFor(t, s, 2)
	good := &readout.Record{Reports: reports, Events: []*readout.Event{{ID: "v1"}}}
	if err := s.ReplaceRecord(ctx, good); err != nil {
		t.Fatal(err)
	}
	other := *reports[0]
	other.Text = "other text"
	for _, c := range []struct {
		name string
		rec  *readout.Record
		want error
	}{
		{"unknown report", &readout.Record{Reports: []*readout.Report{{ID: "r0"}}}, readout.ErrNotFound},
		{"other text", &readout.Record{Reports: []*readout.Report{&other}}, readout.ErrConflict},
		{"origins", &readout.Record{Reports: reports, Origins: make([]readout.Origin, 1)}, readout.ErrConflict},
		{"twice", &readout.Record{Events: []*readout.Event{{ID: "v2"}, {ID: "v2"}}}, readout.ErrConflict},
	} {
		wantErr(t, c.name, s.ReplaceRecord(ctx, c.rec), c.want)
		same(t, c.name+": the record before", good, must[*readout.Record](t)(s.Record(ctx)))
	}
}

func testLookups(t *testing.T, s store.Store) {
	ctx := t.Context()
	reports := reportsFor(t, s, 2)
	date := func(v, end string) *readout.Date { return &readout.Date{Value: v, End: end} }
	rec := &readout.Record{
		Reports: reports,
		Entities: []*readout.Entity{
			{ID: "e1", Name: "Åsa Maren", Names: []string{"Maren", "Åsa Maren"}},
			{ID: "e2", Name: "Maren", Names: []string{"Maren"}},
		},
		Events: []*readout.Event{
			{ID: "v1", Date: date("2031-03-18", "")},
			{ID: "v2", Date: date("2031-03", "")},
			{ID: "v3", Date: date("2031-02-27", "2031-03-01")},
			{ID: "v4"},
			{ID: "v5", Date: date("2031-03-18T10:00", "")},
			{ID: "v6", Date: date("2032", "")},
		},
		Statements: []*readout.Statement{
			{ID: "s1", Speaker: "e1", Date: date("2031-03-19", "")}, {ID: "s2", Speaker: "e1"}, {ID: "s3", Speaker: "e1", Date: date("2031-03-18", "")}, {ID: "s4", Speaker: "e2"},
		},
		Claims:      []*readout.Claim{{ID: "c1"}},
		Utterances:  []*readout.Utterance{{ID: "u1"}},
		Issues:      []*readout.Issue{{ID: "i1", Positions: []string{"p1"}}},
		Positions:   []*readout.Position{{ID: "p1", Issue: "i1"}},
		Commitments: []*readout.Commitment{{ID: "m1"}},
		Responses:   []*readout.Response{{ID: "a1"}},
		Threads:     []*readout.Thread{{ID: "t1"}},
	}
	if err := s.ReplaceRecord(ctx, rec); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, want string }{
		{"", "", "v3 v2 v1 v5 v6"},
		{"2031-03-18", "2031-03-18", "v2 v1 v5"},
		{"2031-03-01", "2031-03-17", "v3 v2"},
		{"2031-03-02", "", "v2 v1 v5 v6"},
		{"", "2031-03-17", "v3 v2"},
		{"2032-05-01", "2032-05-31", "v6"},
		{"2033-01-01", "", ""},
	} {
		if got := strings.Join(must[[]string](t)(s.Timeline(ctx, c.from, c.to)), " "); got != c.want {
			t.Errorf("timeline from %q to %q: %q, want %q", c.from, c.to, got, c.want)
		}
	}
	same(t, "quotes", []string{"s3", "s1", "s2"}, must[[]string](t)(s.Quotes(ctx, "e1")))
	same(t, "quotes of nobody", []string(nil), must[[]string](t)(s.Quotes(ctx, "e9")))
	same(t, "who", []string{"e1"}, must[[]string](t)(s.Who(ctx, " asa  MAREN ")))
	same(t, "who", []string{"e1", "e2"}, must[[]string](t)(s.Who(ctx, "maren")))
	same(t, "show", []store.Item{{Kind: store.KindEntity, ID: "e1"}, {Kind: store.KindEntity, ID: "e2"}}, must[[]store.Item](t)(s.Show(ctx, "e")))
	for _, want := range []store.Item{
		{Kind: store.KindClaim, ID: "c1"},
		{Kind: store.KindUtterance, ID: "u1"},
		{Kind: store.KindIssue, ID: "i1"},
		{Kind: store.KindPosition, ID: "p1"},
		{Kind: store.KindCommitment, ID: "m1"},
		{Kind: store.KindResponse, ID: "a1"},
		{Kind: store.KindThread, ID: "t1"},
	} {
		same(t, "show "+want.ID, []store.Item{want}, must[[]store.Item](t)(s.Show(ctx, want.ID)))
	}
	same(t, "show", []store.Item{{Kind: store.KindReport, ID: reports[0].ID}}, must[[]store.Item](t)(s.Show(ctx, reports[0].ID[:12])))
	same(t, "show", []store.Item{{Kind: store.KindCapture, ID: reports[0].SHA256}}, must[[]store.Item](t)(s.Show(ctx, reports[0].SHA256[:12])))
	for _, prefix := range []string{"", "zz", "%", "e_"} {
		_, err := s.Show(ctx, prefix)
		wantErr(t, "show "+prefix, err, readout.ErrNotFound)
	}
}

// Work that was broken off leaves nothing.
func testCancelled(t *testing.T, s store.Store) {
	reports := reportsFor(t, s, 1)
	rec := &readout.Record{Reports: reports, Entities: []*readout.Entity{{ID: "e1"}}}
	if err := s.ReplaceRecord(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := Capture("x", "never stored")
	_, err := s.AddReport(ctx, c, Doc(c), "v1")
	wantErr(t, "add", err, context.Canceled)
	wantErr(t, "replace", s.ReplaceRecord(ctx, &readout.Record{}), context.Canceled)
	_, err = s.Capture(t.Context(), c.SHA256)
	wantErr(t, "capture", err, readout.ErrNotFound)
	same(t, "record", rec, must[*readout.Record](t)(s.Record(t.Context())))
}

// Many writers and readers at once: every report is there in the end, and no
// reader sees half of one.
func testConcurrent(t *testing.T, s store.Store) {
	ctx := t.Context()
	const workers, each = 8, 20
	reports := reportsFor(t, s, 4)
	var wg sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[store.Outcome]int{}
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				// Half of the reports are everybody's.
				text := fmt.Sprintf("Talks %d", i)
				if i%2 == 0 {
					text = fmt.Sprintf("Talks %d of %d", i, w)
				}
				c := Capture(fmt.Sprintf("%02d-%02d", w, i), text)
				out, err := s.AddReport(ctx, c, Doc(c), "v1")
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				outcomes[out]++
				mu.Unlock()
				if doc, err := s.Known(ctx, Doc(c).Report.ID, "v1"); err != nil || doc == nil || len(doc.Tokens) == 0 {
					t.Errorf("report %d of %d: %v %v", i, w, doc, err)
					return
				}
			}
		})
	}
	wg.Go(func() {
		for i := range 10 {
			if err := s.ReplaceRecord(ctx, &readout.Record{Reports: reports, Entities: []*readout.Entity{{ID: fmt.Sprint(i)}}}); err != nil {
				t.Error(err)
			}
		}
	})
	for range 2 {
		wg.Go(func() {
			for range 5 {
				for l, err := range s.Layers(ctx) {
					if err != nil || l.Version != "v1" || len(l.Doc.Tokens) == 0 {
						t.Errorf("half a report: %v %v", l, err)
						return
					}
				}
				if rec, err := s.Record(ctx); err != nil || len(rec.Entities) > 1 {
					t.Errorf("two records at once: %v %v", rec, err)
				}
			}
		})
	}
	wg.Wait()
	if want := workers*each/2 + each/2; outcomes[store.New] != want {
		t.Errorf("%d new reports, want %d", outcomes[store.New], want)
	}
	if want := workers*each/2 - each/2; outcomes[store.Known] != want {
		t.Errorf("%d known reports, want %d", outcomes[store.Known], want)
	}
}

// testRandomRecords puts records of random shape, with nil and empty lists,
// empty strings and optional parts there or not.
func testRandomRecords(t *testing.T, s store.Store) {
	reports := reportsFor(t, s, 3)
	rapid.Check(t, func(rt *rapid.T) {
		rec := &readout.Record{
			Reports:       reports[:rapid.IntRange(0, len(reports)).Draw(rt, "reports")],
			Entities:      distinct(rt, "entities", func(x *readout.Entity) string { return x.ID }),
			Events:        distinct(rt, "events", func(x *readout.Event) string { return x.ID }),
			Statements:    distinct(rt, "statements", func(x *readout.Statement) string { return x.ID }),
			Claims:        distinct(rt, "claims", func(x *readout.Claim) string { return x.ID }),
			Disagreements: rapid.SliceOfN(rapid.Make[*readout.Disagreement]().Filter(notNil), 0, 2).Draw(rt, "disagreements"),
			Utterances:    distinct(rt, "utterances", func(x *readout.Utterance) string { return x.ID }),
			Issues:        distinct(rt, "issues", func(x *readout.Issue) string { return x.ID }),
			Positions:     distinct(rt, "positions", func(x *readout.Position) string { return x.ID }),
			Commitments:   distinct(rt, "commitments", func(x *readout.Commitment) string { return x.ID }),
			Responses:     distinct(rt, "responses", func(x *readout.Response) string { return x.ID }),
			Threads:       distinct(rt, "threads", func(x *readout.Thread) string { return x.ID }),
			Defects:       rapid.SliceOfN(rapid.Make[*readout.Defect]().Filter(notNil), 0, 2).Draw(rt, "defects"),
			Timexes:       rapid.SliceOfN(rapid.Make[*readout.Timex]().Filter(notNil), 0, 2).Draw(rt, "timexes"),
			Refusals:      rapid.SliceOfN(rapid.Make[readout.Refusal](), 0, 2).Draw(rt, "refusals"),
		}
		if rapid.Bool().Draw(rt, "origins") {
			rec.Origins = rapid.SliceOfN(rapid.Make[readout.Origin](), len(rec.Reports), len(rec.Reports)).Draw(rt, "origins")
		}
		agree(rec)
		if err := s.ReplaceRecord(t.Context(), rec); err != nil {
			rt.Fatal(err)
		}
		got, err := s.Record(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(store.Ordered(rec), got, cmpopts.EquateEmpty()); diff != "" {
			rt.Fatalf("(-want +got)\n%s", diff)
		}
	})
}

// distinct draws up to three facts with ids of their own.
func distinct[T any](rt *rapid.T, what string, id func(*T) string) []*T {
	return rapid.SliceOfNDistinct(rapid.Make[*T]().Filter(notNil), 0, 3, id).Draw(rt, what)
}

func notNil[T any](p *T) bool { return p != nil }
