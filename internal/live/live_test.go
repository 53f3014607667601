package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/internal/view/recordjson"
)

const lake = "../../examples/lake-ansa"

// captures reads the example's files.
func captures(t *testing.T) []readout.Capture {
	t.Helper()
	var out []readout.Capture
	for c, refusal := range ingest.Read(context.Background(), []string{lake}, ingest.Options{}) {
		if refusal != nil {
			t.Fatal(refusal.Reason)
		}
		out = append(out, c)
	}
	return out
}

func openSource(t *testing.T, opts Options) *Source {
	t.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "desk.db"), sqlite.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	src, err := New(context.Background(), s, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(src.Close)
	return src
}

// record is the record of a snapshot as JSON, to compare it whole.
func record(t *testing.T, s *Snapshot) string {
	t.Helper()
	var b bytes.Buffer
	rec := *s.Record
	rec.Refusals = nil
	if err := recordjson.Write(&b, &rec); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Reports come in by a face, in two readings; each state can be asked for
// afterwards and is what it was.
func TestStates(t *testing.T) {
	ctx := context.Background()
	src := openSource(t, Options{Wait: time.Minute})
	if n := len(src.Now().Record.Reports); n != 0 {
		t.Fatalf("an empty store has %d reports", n)
	}
	all := captures(t)
	half := len(all) / 2
	bad := readout.Capture{Path: "a.zip", MediaType: "application/zip", Body: []byte("PK"), SHA256: strings.Repeat("0", 64)}
	first := src.Read(append(all[:half:half], bad), []readout.Refusal{{Path: "x.zip", Reason: "archives are not read"}})
	<-first.Done()
	st := first.Status()
	if st.State != Done || st.Read != half+2 || st.Err != "" {
		t.Fatalf("first reading: %+v", st)
	}
	var fresh, refused int
	for _, o := range st.Outcomes {
		switch {
		case o.Reason != "" && o.Report == "":
			refused++
		case o.New:
			fresh++
		}
	}
	if fresh != half || refused != 2 {
		t.Errorf("first reading: %d new, %d refused; want %d, 2", fresh, refused, half)
	}
	earlier := src.Now()
	then := record(t, earlier)

	second := src.Read(all, nil)
	<-second.Done()
	fresh = 0
	for _, o := range second.Status().Outcomes {
		if o.New {
			fresh++
		}
	}
	if fresh != len(all)-half || src.Job(second.ID) != second {
		t.Errorf("second reading: %d new of %d", fresh, len(all))
	}
	now := src.Now()
	if now.Revision.N <= earlier.Revision.N || len(now.Record.Reports) != len(all) {
		t.Fatalf("revision %d with %d reports after revision %d", now.Revision.N, len(now.Record.Reports), earlier.Revision.N)
	}
	if record(t, earlier) != then {
		t.Error("a snapshot changed")
	}

	pinned, err := src.Revision(ctx, earlier.Revision.N)
	if err != nil {
		t.Fatal(err)
	}
	if got := record(t, pinned); got != then {
		t.Error("the record at the earlier revision is not what it was")
	}
	if !pinned.Pinned || pinned.Revision.N != earlier.Revision.N {
		t.Errorf("pinned %v at %d", pinned.Pinned, pinned.Revision.N)
	}
	if _, err := src.Revision(ctx, 99); !errors.Is(err, ErrMoment) {
		t.Errorf("revision 99: %v", err)
	}

	// As of a day: what the documents that were out give, and no later one.
	at, err := src.At(ctx, "2031-03-17")
	if err != nil {
		t.Fatal(err)
	}
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	docs, err := Documents(ctx, r, now.Store, pipeline.Moment{})
	if err != nil {
		t.Fatal(err)
	}
	m, _ := pipeline.ParseMoment("2031-03-17")
	reach, err := r.AsOf(docs[0], m)
	if err != nil {
		t.Fatal(err)
	}
	want, err := r.Record(reach.Docs)
	if err != nil {
		t.Fatal(err)
	}
	if record(t, at) != record(t, &Snapshot{View: view.New(want)}) {
		t.Error("as of 17 March is not the record of the reports that were out")
	}
	if len(at.Record.Reports) == 0 || at.Later == 0 || len(at.Record.Reports)+at.Later+at.Open != len(all) {
		t.Errorf("as of 17 March: %d reports, %d later, %d open, of %d", len(at.Record.Reports), at.Later, at.Open, len(all))
	}
	for _, rep := range at.Record.Reports {
		if rep.Published.Value > "2031-03-17~" {
			t.Errorf("as of 17 March holds a report of %s", rep.Published.Value)
		}
	}
	if again, _ := src.At(ctx, "2031-03-17"); again != at {
		t.Error("the same moment was linked twice")
	}
	if _, err := src.At(ctx, "someday"); !errors.Is(err, ErrMoment) {
		t.Errorf("as of someday: %v", err)
	}
	if at.Sentences(at.Record.Reports[0].ID) == nil {
		t.Error("no sentences")
	}
}

// What takes longer than somebody waits is answered later.
func TestWorking(t *testing.T) {
	release := make(chan struct{})
	src := openSource(t, Options{Wait: time.Millisecond, Reader: func() (*pipeline.Reader, error) {
		<-release
		return pipeline.New()
	}})
	if _, err := src.At(context.Background(), "2031-03-17"); !errors.Is(err, ErrWorking) {
		t.Fatalf("error %v, want ErrWorking", err)
	}
	close(release)
	for range 1000 {
		snap, err := src.At(context.Background(), "2031-03-17")
		if err == nil {
			if snap.AsOf != "2031-03-17" {
				t.Errorf("as of %q", snap.AsOf)
			}
			return
		}
		if !errors.Is(err, ErrWorking) {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("never done")
}

// counting is a store that counts how often all its documents are asked for.
type counting struct {
	store.Store
	n atomic.Int32
}

func (c *counting) Layers(ctx context.Context) iter.Seq2[store.Layered, error] {
	c.n.Add(1)
	return c.Store.Layers(ctx)
}

// States that nobody can get any more are not made.
func TestStatesInVainAreNotMade(t *testing.T) {
	db, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "desk.db"), sqlite.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := &counting{Store: db}
	release := make(chan struct{})
	const keep = 3
	src, err := New(context.Background(), s, Options{Wait: time.Millisecond, Keep: keep, Reader: func() (*pipeline.Reader, error) {
		<-release
		return pipeline.New()
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	for day := range 20 {
		if _, err := src.At(context.Background(), fmt.Sprintf("2031-03-%02d", day+1)); !errors.Is(err, ErrWorking) {
			t.Fatalf("error %v, want ErrWorking", err)
		}
	}
	close(release)
	src.opts.Wait = time.Minute
	for _, day := range []string{"2031-03-20", "2031-03-19", "2031-03-18"} {
		if _, err := src.At(context.Background(), day); err != nil {
			t.Fatalf("%s: %v", day, err)
		}
	}
	// One more may have had its turn before the others pushed it out.
	if n := s.n.Load(); n < keep || n > keep+1 {
		t.Errorf("%d states were made, want %d", n, keep)
	}
}

// Readings go in the order in which they came, and no more wait than are
// remembered.
func TestReadingsInTurn(t *testing.T) {
	release := make(chan struct{})
	src := openSource(t, Options{Reader: func() (*pipeline.Reader, error) {
		<-release
		return pipeline.New()
	}})
	var order []int // readings wait for each other
	var last *Job
	for i := range maxJobs {
		if err := src.Room(); err != nil {
			t.Fatalf("reading %d: %v", i, err)
		}
		last = src.ReadEach(0, 1, func(context.Context) iter.Seq2[readout.Capture, *readout.Refusal] {
			return func(func(readout.Capture, *readout.Refusal) bool) { order = append(order, i) }
		})
	}
	if err := src.Room(); !errors.Is(err, ErrFull) {
		t.Errorf("%d readings wait: error %v, want ErrFull", maxJobs, err)
	}
	close(release)
	<-last.Done()
	if len(order) != maxJobs || !slices.IsSorted(order) {
		t.Errorf("readings went in the order %v", order)
	}
	// What has ended is counted off just after.
	for range 1000 {
		if src.Room() == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if err := src.Room(); err != nil {
		t.Errorf("after the last: %v", err)
	}
	src.ReadEach(0, maxHeld, func(ctx context.Context) iter.Seq2[readout.Capture, *readout.Refusal] {
		return func(func(readout.Capture, *readout.Refusal) bool) { <-ctx.Done() }
	})
	if err := src.Room(); !errors.Is(err, ErrFull) {
		t.Errorf("%d bytes wait: error %v, want ErrFull", maxHeld, err)
	}
}

// Another process writes; the source sees it.
func TestWatch(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "desk.db")
	s, err := sqlite.Open(ctx, path, sqlite.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	src, err := New(ctx, s, Options{Look: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	other, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	res, err := r.Read(ctx, ingest.Read(ctx, []string{filepath.Join(lake, first(t))}, ingest.Options{}), pipeline.Options{Keeper: other})
	if err != nil {
		t.Fatal(err)
	}
	if err := Relink(ctx, r, other, res.Refusals); err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if len(src.Now().Record.Reports) == 1 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("what another process wrote was not taken in")
}

// first is the name of a report of the example.
func first(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(lake, "*.txt"))
	if err != nil || len(names) == 0 {
		t.Fatal("the example has no .txt", err)
	}
	if _, err := os.Stat(names[0]); err != nil {
		t.Fatal(err)
	}
	return filepath.Base(names[0])
}
