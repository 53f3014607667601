//go:build unix

package work

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/store/pgtest"
	"github.com/readout-news/readout/internal/torture/crash"
	"github.com/readout-news/readout/internal/view/recordtest"
)

// desk is a store on PostgreSQL with its queue.
type desk struct {
	address string
	s       store.Store
	q       *Queue
	r       *pipeline.Reader
}

func newDesk(t testing.TB) *desk { return deskAt(t, pgtest.Database(t)) }

func deskAt(t testing.TB, address string) *desk {
	t.Helper()
	r, err := crash.Reader()
	if err != nil {
		t.Fatal(err)
	}
	s, err := open.Store(t.Context(), address, open.Options{Create: true, Now: crash.Clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	q, err := Open(t.Context(), address, s, r.Annotators.Version(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(q.Close)
	return &desk{address, s, q, r}
}

// start runs a worker in this process; stop ends it and gives what it returned.
func (d *desk) start(t testing.TB, opts WorkerOptions) (stop func() error) {
	t.Helper()
	if opts.Beat == 0 {
		opts.Beat = 100 * time.Millisecond
	}
	if opts.Link == 0 {
		opts.Link = 100 * time.Millisecond
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.q.NewWorker(d.r, opts).Run(ctx) }()
	var err error
	var once atomic.Bool
	stop = func() error {
		cancel()
		if once.CompareAndSwap(false, true) {
			err = <-ended
		}
		return err
	}
	t.Cleanup(func() { stop() })
	return stop
}

// wait waits for a ticket and gives the results by path.
func (d *desk) wait(t testing.TB, ticket Ticket) map[string]Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out := map[string]Result{}
	if err := d.q.Wait(ctx, ticket, func(r Result) { out[r.Path] = r }); err != nil {
		st, _ := d.q.Status(t.Context())
		t.Fatalf("%v: %+v", err, st)
	}
	return out
}

func (d *desk) enqueue(t testing.TB, captures ...readout.Capture) Ticket {
	t.Helper()
	ticket, err := d.q.Enqueue(t.Context(), captures...)
	if err != nil {
		t.Fatal(err)
	}
	return ticket
}

// count is a number from the database.
func (d *desk) count(t testing.TB, query string, args ...any) (n int) {
	t.Helper()
	if err := d.q.pool.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// clean checks that no job is left and each report is in once. It returns how many
// jobs are stuck, and how many rows are too many.
func (d *desk) clean(t testing.TB, reports int) (stuck, doubled int) {
	t.Helper()
	if stuck = d.count(t, `SELECT count(*) FROM river_job WHERE state NOT IN ('completed', 'discarded') AND kind <> 'link'`); stuck != 0 {
		t.Errorf("%d jobs are stuck", stuck)
	}
	if n := d.count(t, `SELECT count(*) FROM work_unlinked`); n != 0 {
		t.Errorf("%d reports are not in the record", n)
	}
	for _, table := range []string{"report", "layers", "record_report"} {
		if n := d.count(t, `SELECT count(*) FROM `+table); n != reports {
			t.Errorf("%d rows in %s, want %d", n, table, reports)
			doubled += max(0, n-reports)
		}
	}
	return stuck, doubled
}

func some(n int) (out []readout.Capture) {
	for i := range n {
		out = append(out, crash.Text(fmt.Sprintf("%03d.txt", i), fmt.Sprintf("Talks on the ferry\n\nSollund's minister Maren met envoys of Karvany on Monday. “We go on,” Maren said. The ferry carried %d people.\n", i+2)))
	}
	return out
}

// inProcess is the record that one program makes of captures on SQLite.
func inProcess(t testing.TB, captures []readout.Capture) string {
	t.Helper()
	return recordtest.Export(t, onSQLite(t, captures))
}

func same(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		i := 0
		for i < min(len(got), len(want)) && got[i] == want[i] {
			i++
		}
		t.Errorf("%s: the record differs at byte %d:\n%.300s\nwant\n%.300s", what, i, got[max(0, i-100):], want[max(0, i-100):])
	}
}

func TestReadAndLink(t *testing.T) {
	d := newDesk(t)
	captures := crash.Sample(t)
	ticket := d.enqueue(t, captures...)
	if len(ticket.Fresh) != len(captures) || len(ticket.Before) != 0 {
		t.Fatalf("%+v", ticket)
	}
	again := d.enqueue(t, captures[3], captures[0])
	if len(again.Fresh) != 0 || len(again.Before) != 2 {
		t.Errorf("the same captures again: %+v", again)
	}
	ticket.Add(again)
	d.start(t, WorkerOptions{})
	results := d.wait(t, ticket)
	for _, c := range captures {
		if r := results[c.Path]; r.Report != extract.ReportID(&c) || !r.New {
			t.Errorf("%s: %+v", c.Path, r)
		}
	}
	d.clean(t, len(captures))
	same(t, "PostgreSQL", recordtest.Export(t, d.s), inProcess(t, captures))

	third := d.enqueue(t, captures...)
	if len(third.Fresh) != 0 {
		t.Errorf("what was read makes %d jobs", len(third.Fresh))
	}
	for _, r := range d.wait(t, third) {
		if r.New {
			t.Errorf("%+v is new though its job was there before", r)
		}
	}
}

// Bytes that come in under several paths are one report, which the first path
// names, whatever is read first.
func TestPaths(t *testing.T) {
	body := "Maren leaves\n\nSollund's minister Maren left the talks with Karvany on Monday, her office said.\n"
	d := newDesk(t)
	d.start(t, WorkerOptions{Readers: 2})
	for _, path := range []string{"c.txt", "b.txt", "a.txt", "d.txt"} {
		d.wait(t, d.enqueue(t, crash.Text(path, body)))
	}
	d.clean(t, 1)
	rec, err := d.s.Record(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := rec.Reports[0].Path; got != "a.txt" {
		t.Errorf("the report is named %s", got)
	}
}

func TestRefused(t *testing.T) {
	d := newDesk(t)
	d.start(t, WorkerOptions{})
	bad := crash.Text("picture.png", "\x89PNG")
	bad.MediaType = "image/png"
	good := some(2)
	if err := d.q.Refuse(t.Context(), readout.Refusal{Path: "folder/", Reason: "it may not be read"}); err != nil {
		t.Fatal(err)
	}
	results := d.wait(t, d.enqueue(t, append(good, bad)...))
	if r := results["picture.png"]; r.Reason == "" || r.Parked {
		t.Errorf("%+v", r)
	}
	d.clean(t, 2)
	rec, err := d.s.Record(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.Refusals) != 2 || rec.Refusals[0].Path != "folder/" || rec.Refusals[1].Path != "picture.png" {
		t.Errorf("refusals %+v", rec.Refusals)
	}
	if n, err := d.q.Retry(t.Context()); n != 0 || err != nil {
		t.Errorf("what is no report was tried again: %d, %v", n, err)
	}
}

// A panic parks its report alone, at once; when the defect is gone it is read.
func TestPanic(t *testing.T) {
	d := newDesk(t)
	captures := some(6)
	var mended atomic.Bool
	var tries atomic.Int32
	d.start(t, WorkerOptions{Readers: 3, Annotate: func(ctx context.Context, c *readout.Report) (*nlp.Doc, error) {
		if c.Path == "003.txt" && !mended.Load() {
			tries.Add(1)
			panic("a defect")
		}
		return d.r.AnnotateWithin(ctx, c, nil)
	}})
	results := d.wait(t, d.enqueue(t, captures...))
	if r := results["003.txt"]; !r.Parked || !strings.Contains(r.Reason, "a defect") || tries.Load() != 1 {
		t.Errorf("%+v after %d tries", r, tries.Load())
	}
	d.clean(t, 5)
	mended.Store(true)
	if n, err := d.q.Retry(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d tried again, %v", n, err)
	}
	d.wait(t, d.enqueue(t, captures...))
	d.clean(t, 6)
	same(t, "after all", recordtest.Export(t, d.s), inProcess(t, captures))
}

// A report that does not end is given up once, tried alone, and parked; the
// others are read.
func TestSlow(t *testing.T) {
	d := newDesk(t)
	captures := some(8)
	var running, beside atomic.Int32
	release := make(chan struct{})
	defer close(release)
	var tries atomic.Int32
	d.start(t, WorkerOptions{Readers: 3, Limit: 4 * time.Second, Lease: time.Minute, Annotate: func(ctx context.Context, c *readout.Report) (*nlp.Doc, error) {
		running.Add(1)
		defer running.Add(-1)
		if c.Path == "002.txt" {
			if tries.Add(1) == 2 {
				beside.Store(running.Load() - 1)
			}
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return d.r.AnnotateWithin(ctx, c, nil)
	}})
	results := d.wait(t, d.enqueue(t, captures...))
	if r := results["002.txt"]; !r.Parked || !strings.Contains(r.Reason, "longer") || tries.Load() != 2 || beside.Load() != 0 {
		t.Errorf("%+v after %d tries, the second beside %d others", r, tries.Load(), beside.Load())
	}
	d.clean(t, 7)
}

// A reading that does not even hear that it was given up ends its worker, so
// that whatever runs it starts it anew.
func TestStuck(t *testing.T) {
	d := newDesk(t)
	release := make(chan struct{})
	defer close(release)
	captures := some(1)
	stop := d.start(t, WorkerOptions{Readers: 2, Limit: 500 * time.Millisecond, Lease: 2 * time.Second, Stop: time.Second, Annotate: func(context.Context, *readout.Report) (*nlp.Doc, error) {
		<-release
		return nil, errors.New("too late")
	}})
	d.enqueue(t, captures...)
	eventually(t, "the worker to end", func() bool {
		return d.count(t, `SELECT count(*) FROM work_worker`) == 0 && d.count(t, `SELECT count(*) FROM river_job WHERE state = 'running' AND kind = 'read'`) == 0 && d.count(t, `SELECT attempt FROM river_job WHERE kind = 'read'`) > 0
	})
	if err := stop(); !errors.Is(err, ErrStuck) {
		t.Errorf("it ended with %v", err)
	}
	d.start(t, WorkerOptions{})
	d.wait(t, d.enqueue(t, captures...))
	d.clean(t, 1)
}

// Told to stop, a worker releases what it cannot finish, and another takes it
// at once.
func TestStop(t *testing.T) {
	d := newDesk(t)
	captures := some(2)
	ticket := d.enqueue(t, captures...)
	var reading atomic.Int32
	stop := d.start(t, WorkerOptions{Readers: 2, Stop: 300 * time.Millisecond, Annotate: func(ctx context.Context, c *readout.Report) (*nlp.Doc, error) {
		reading.Add(1)
		<-ctx.Done()
		return nil, ctx.Err()
	}})
	eventually(t, "readings to begin", func() bool { return reading.Load() == 2 })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if n := d.count(t, `SELECT count(*) FROM river_job WHERE state = 'available' AND attempt = 0`); n != 2 {
		t.Errorf("%d jobs were released as they were, want 2", n)
	}
	if n := d.count(t, `SELECT count(*) FROM work_worker`); n != 0 {
		t.Errorf("%d workers are left", n)
	}
	d.start(t, WorkerOptions{})
	d.wait(t, ticket)
	d.clean(t, 2)
}

// age makes the readings of those reports ones of an earlier version.
func (d *desk) age(t *testing.T, ids []string) {
	t.Helper()
	for _, id := range ids {
		l, err := d.s.Layered(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		c, err := d.s.Capture(t.Context(), l.Doc.Report.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.s.Keep(t.Context(), c, l.Doc, "tokenize/0"); err != nil {
			t.Fatal(err)
		}
	}
}

// What is read again with the same annotators is known; the job ends.
func TestReread(t *testing.T) {
	d := newDesk(t)
	captures := some(3)
	d.start(t, WorkerOptions{})
	results := d.wait(t, d.enqueue(t, captures...))
	want := recordtest.Export(t, d.s)
	var ids []string
	for _, r := range results {
		ids = append(ids, r.Report)
	}
	d.age(t, ids)
	ticket, err := d.q.Reread(t.Context(), ids...)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range d.wait(t, ticket) { // linking may have read one in passing before its turn came
		if r.Parked || r.Reason != "" {
			t.Errorf("%+v", r)
		}
	}
	if n := d.count(t, `SELECT count(*) FROM layers WHERE pipeline = $1`, d.q.version); n != 3 {
		t.Errorf("%d of 3 were read anew", n)
	}
	same(t, "read again", recordtest.Export(t, d.s), want)
	// They may be asked for as often as somebody likes; there is nothing to do.
	if ticket, err = d.q.Reread(t.Context(), ids...); err != nil || len(ticket.Fresh) != 3 {
		t.Errorf("%+v, %v", ticket, err)
	}
	for _, r := range d.wait(t, ticket) {
		if r.New || r.Report == "" {
			t.Errorf("%+v", r)
		}
	}
	// What a program with other annotators asks for is left to workers that have
	// them.
	other, err := Open(t.Context(), d.address, d.s, "tokenize/99", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	d.age(t, ids)
	if ticket, err = other.Reread(t.Context(), ids...); err != nil {
		t.Fatal(err)
	}
	for _, r := range d.wait(t, ticket) {
		if r.New {
			t.Errorf("%+v", r)
		}
	}
	if n := d.count(t, `SELECT count(*) FROM layers WHERE pipeline = 'tokenize/0'`); n != 3 {
		t.Errorf("%d of 3 were left alone", n)
	}
}

// park gives up the jobs of a ticket, as a worker does.
func (d *desk) park(t *testing.T, ticket Ticket) {
	t.Helper()
	tag, err := d.q.pool.Exec(t.Context(), `UPDATE river_job SET state = 'discarded', finalized_at = now(), attempt = 1, metadata = metadata || '{"parked": true}' WHERE id = ANY($1)`, ticket.Fresh)
	if err != nil || tag.RowsAffected() != int64(len(ticket.Fresh)) {
		t.Fatal(tag, err)
	}
}

// reread puts a report in the queue that does not wait there.
func (d *desk) reread(t *testing.T, id string) Ticket {
	t.Helper()
	ticket, err := d.q.Reread(t.Context(), id)
	if err != nil || len(ticket.Fresh) != 1 {
		t.Fatal(ticket, err)
	}
	return ticket
}

// Of several parked jobs for one report the newest is tried again, unless one
// waits already; the others go.
func TestRetryOnce(t *testing.T) {
	d := newDesk(t)
	for range 3 {
		d.park(t, d.reread(t, "parked thrice"))
	}
	newest := d.count(t, `SELECT max(id) FROM river_job`)
	d.park(t, d.reread(t, "parked and waiting"))
	d.reread(t, "parked and waiting")
	d.park(t, d.reread(t, "parked"))
	d.park(t, d.enqueue(t, some(2)...))
	for _, want := range []int{4, 0} {
		if n, err := d.q.Retry(t.Context()); n != want || err != nil {
			t.Errorf("%d tried again, %v; want %d", n, err, want)
		}
	}
	if all, waiting := d.count(t, `SELECT count(*) FROM river_job`), d.count(t, `SELECT count(*) FROM river_job WHERE state = 'available' AND NOT metadata ? 'parked'`); all != 5 || waiting != 5 {
		t.Errorf("%d jobs are left, %d of them wait; want 5 and 5", all, waiting)
	}
	if n := d.count(t, `SELECT id FROM river_job WHERE args->>'report' = 'parked thrice'`); n != newest {
		t.Errorf("job %d is tried, want %d", n, newest)
	}
}

// Two inputs of the same text are parked and tried again: the second is known by
// then, and neither is refused any more.
func TestRetryKnown(t *testing.T) {
	d := newDesk(t)
	var mended atomic.Bool
	d.start(t, WorkerOptions{Readers: 1, Annotate: func(ctx context.Context, c *readout.Report) (*nlp.Doc, error) {
		if !mended.Load() {
			panic("a defect")
		}
		return d.r.AnnotateWithin(ctx, c, nil)
	}})
	body := string(some(1)[0].Body)
	captures := []readout.Capture{crash.Text("a.txt", body), crash.Text("b.txt", body)}
	d.wait(t, d.enqueue(t, captures...))
	d.refused(t, "a.txt", "b.txt")
	mended.Store(true)
	if n, err := d.q.Retry(t.Context()); n != 2 || err != nil {
		t.Fatalf("%d tried again, %v", n, err)
	}
	if r := d.wait(t, d.enqueue(t, captures...)); r["a.txt"].Parked || r["b.txt"].Report == "" {
		t.Errorf("%+v", r)
	}
	d.clean(t, 1)
	d.refused(t)
	if n := d.count(t, `SELECT count(*) FROM record_refusal`); n != 0 {
		t.Errorf("the record has %d refusals of what was read", n)
	}
}

// refused checks which inputs are refused.
func (d *desk) refused(t *testing.T, want ...string) {
	t.Helper()
	refusals, err := d.s.Refusals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range refusals {
		got = append(got, r.Path)
	}
	if !slices.Equal(got, want) {
		t.Errorf("refused are %q, want %q", got, want)
	}
}

// A report that cannot be read again is refused under its path, or its URL where
// it has none, and no more when it could.
func TestRetryReread(t *testing.T) {
	d := newDesk(t)
	captures := some(2)
	captures[1].Path, captures[1].URL = "", "https://news.example/1"
	names := []string{captures[0].Path, captures[1].URL}
	d.start(t, WorkerOptions{Link: -1})
	read := func(ticket Ticket) (ids []string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if err := d.q.WaitRead(ctx, ticket, func(r Result) { ids = append(ids, r.Report) }); err != nil {
			t.Fatal(err)
		}
		return ids
	}
	ids := read(d.enqueue(t, captures...))
	d.age(t, ids)
	exec := func(query string) {
		t.Helper()
		if _, err := d.q.pool.Exec(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	exec(`UPDATE layers SET row_sum = row_sum + 1`) // which damages them
	exec(`CREATE FUNCTION last_try() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.max_attempts = 1; RETURN NEW; END'`)
	exec(`CREATE TRIGGER last_try BEFORE INSERT ON river_job FOR EACH ROW EXECUTE FUNCTION last_try()`)
	ticket, err := d.q.Reread(t.Context(), ids...)
	if err != nil {
		t.Fatal(err)
	}
	read(ticket)
	d.refused(t, names...)
	exec(`UPDATE layers SET row_sum = row_sum - 1`)
	// Refusals of earlier programs have the report's id.
	if err := d.s.AddRefusals(t.Context(), readout.Refusal{Path: ids[0], Reason: "it failed"}); err != nil {
		t.Fatal(err)
	}
	if n, err := d.q.Retry(t.Context()); n != 2 || err != nil {
		t.Fatalf("%d tried again, %v", n, err)
	}
	read(ticket)
	d.refused(t)
}

// So is one whose worker died over it each time.
func TestRereadDead(t *testing.T) {
	d := newDesk(t)
	captures := some(1)
	stop := d.start(t, WorkerOptions{})
	id := d.wait(t, d.enqueue(t, captures...))[captures[0].Path].Report
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	d.reread(t, id)
	if _, err := d.q.pool.Exec(t.Context(), `UPDATE river_job SET state = 'discarded', finalized_at = now() WHERE kind = 'reread'`); err != nil {
		t.Fatal(err)
	}
	w := d.q.NewWorker(d.r, WorkerOptions{})
	if err := w.parkDead(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.refused(t, captures[0].Path)
}

func TestStatus(t *testing.T) {
	d := newDesk(t)
	d.enqueue(t, some(3)...)
	st, err := d.q.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(st.Jobs, []Count{{"read", "waiting", 3}}) || st.Linked != nil || len(st.Workers) != 0 || st.Oldest < 0 {
		t.Errorf("%+v", st)
	}
	stop := d.start(t, WorkerOptions{Readers: 2})
	d.wait(t, d.enqueue(t, some(3)...))
	eventually(t, "the linking to end", func() bool {
		if st, err = d.q.Status(t.Context()); err != nil {
			t.Fatal(err)
		}
		return st.Linked != nil && st.Unlinked == 0
	})
	if len(st.Workers) != 1 || !st.Workers[0].Alive || st.Workers[0].Readers != 2 || st.Linked.Revision < 1 || st.Version != st.Workers[0].Version {
		t.Errorf("%+v", st)
	}
	stop()
	if st, err = d.q.Status(t.Context()); err != nil || len(st.Workers) != 0 || st.Oldest != 0 {
		t.Errorf("%+v, %v", st, err)
	}
}

func TestNoQueue(t *testing.T) {
	s, err := open.Store(t.Context(), filepath.Join(t.TempDir(), "x.db"), open.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := Open(t.Context(), "x.db", s, "v", Options{}); !errors.Is(err, ErrNoQueue) {
		t.Error(err)
	}
}
