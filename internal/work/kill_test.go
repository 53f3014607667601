//go:build unix

package work

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store/pgtest"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/torture/crash"
	"github.com/readout-news/readout/internal/view/recordtest"
)

// crew are workers in processes of their own, one killed now and then.
type crew struct {
	t     testing.TB
	c     child
	all   []*process
	kills int
	rng   *rand.Rand
}

func newCrew(t testing.TB, n int, c child, seed uint64) *crew {
	w := &crew{t: t, c: c, rng: rand.New(rand.NewPCG(seed, 5))} //nolint:gosec // no secret
	for range n {
		w.all = append(w.all, spawn(t, c))
	}
	return w
}

// kill kills a worker that has a job in hand, within moments, and starts another
// in its place; where none has, one at random.
func (w *crew) kill(d *desk) {
	i := w.reading(d)
	if i < 0 {
		i = w.rng.IntN(len(w.all))
	}
	time.Sleep(time.Duration(w.rng.IntN(100)) * time.Millisecond)
	w.all[i].kill()
	w.all[i] = spawn(w.t, w.c)
	w.kills++
}

// reading is a worker that has a job in hand, -1: none has.
func (w *crew) reading(d *desk) int {
	rows, err := d.q.pool.Query(w.t.Context(), `SELECT w.pid FROM river_job j JOIN work_worker w ON w.id = j.attempted_by[array_upper(j.attempted_by, 1)] WHERE j.state = 'running'`)
	if err != nil {
		w.t.Fatal(err)
	}
	busy, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		w.t.Fatal(err)
	}
	return slices.IndexFunc(w.all, func(p *process) bool { return slices.Contains(busy, p.cmd.Process.Pid) })
}

func (w *crew) end() {
	for _, p := range w.all {
		p.kill()
	}
}

// done reports whether all jobs have ended and the record has what they read.
func (d *desk) done(t testing.TB) bool {
	return d.count(t, `SELECT (SELECT count(*) FROM river_job WHERE state NOT IN ('completed', 'discarded') OR state = 'discarded' AND kind <> 'link' AND NOT metadata ? 'parked')
		+ (SELECT count(*) FROM work_unlinked)`) == 0
}

// drain waits until done, as long as anything ends.
func (d *desk) drain(t testing.TB) {
	t.Helper()
	ended := func() int {
		return d.count(t, `SELECT count(*) FROM river_job WHERE state IN ('completed', 'discarded')`)
	}
	for !d.done(t) {
		n := ended()
		eventually(t, "another job to end", func() bool { return ended() > n || d.done(t) })
	}
}

// Workers that are killed at any moment lose nothing and do nothing twice, and
// the record is that of one program on SQLite.
func TestKilled(t *testing.T) {
	kills := torture.Rounds(t, 10, 100, 1000)
	d := newDesk(t)
	captures := append(crash.Sample(t), some(4*kills)...)
	want := inProcess(t, captures)
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // no secret
	rng.Shuffle(len(captures), func(i, j int) { captures[i], captures[j] = captures[j], captures[i] })
	w := newCrew(t, 2, child{Address: d.address, Readers: 2, Link: 200 * time.Millisecond, Slow: 100 * time.Millisecond}, 3)
	defer w.end()
	// Some come in while workers read and die.
	for len(captures) > 0 {
		n := min(1+rng.IntN(20), len(captures))
		d.enqueue(t, captures[:n]...)
		captures = captures[n:]
		if w.kills < kills {
			d.killOne(t, w)
		}
	}
	for w.kills < kills && !d.done(t) {
		d.killOne(t, w)
	}
	d.drain(t)
	if n := d.parked(t); n > 0 {
		t.Logf("%d inputs had died with their workers too often; they are tried again", n)
		eventually(t, "parked inputs to be read", func() bool {
			_, err := d.q.Retry(t.Context())
			return err == nil && d.done(t) && d.parked(t) == 0
		})
	}
	stuck, doubled := d.clean(t, 20+4*kills)
	same(t, "after the kills", recordtest.Export(t, d.s), want)
	torture.Counted(t, "R5", w.kills, "kills (SIGKILL) of workers with a job in hand", fmt.Sprintf("%d doubled, %d stuck, record that of one program on SQLite; %d attempts for %d jobs", doubled, stuck,
		d.count(t, `SELECT sum(attempt) FROM river_job WHERE kind = 'read'`), d.count(t, `SELECT count(*) FROM river_job WHERE kind = 'read'`)))
}

func (d *desk) parked(t testing.TB) int {
	return d.count(t, `SELECT count(*) FROM river_job WHERE state = 'discarded' AND kind <> 'link'`)
}

// killOne kills a worker once one has a job in hand.
func (d *desk) killOne(t *testing.T, w *crew) {
	t.Helper()
	eventually(t, "a worker to have a job", func() bool { return d.done(t) || w.reading(d) >= 0 })
	w.kill(d)
}

// An input that kills each worker that reads it is parked when it has done so
// often enough; all others are read.
func TestPoison(t *testing.T) {
	d := newDesk(t)
	captures := some(10)
	d.enqueue(t, captures...)
	c := child{Address: d.address, Readers: 3, Link: 100 * time.Millisecond, Die: "004.txt"}
	p := spawn(t, c)
	eventually(t, "all jobs to end", func() bool {
		select {
		case <-p.end:
			p = spawn(t, c)
		default:
		}
		return d.done(t)
	})
	refusals, err := d.s.Refusals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(refusals) != 1 || refusals[0].Path != "004.txt" || !strings.Contains(refusals[0].Reason, errGone) {
		t.Errorf("%+v", refusals)
	}
	d.clean(t, 9)
	if n := d.count(t, `SELECT attempt FROM river_job WHERE state = 'discarded' AND kind = 'read'`); n != attempts {
		t.Errorf("parked after %d attempts, want %d", n, attempts)
	}
	if n := d.count(t, `SELECT max(attempt) FROM river_job WHERE state = 'completed' AND kind = 'read'`); n > 2 {
		t.Errorf("a report beside it was tried %d times", n)
	}
}

// A worker that is paused until its job went to another cannot commit when it
// goes on.
func TestPaused(t *testing.T) {
	pauses := torture.Rounds(t, 2, 20, 100)
	d := newDesk(t)
	stuck, doubled := 0, 0
	for i := range pauses {
		captures := some(i + 1)[i:]
		ticket := d.enqueue(t, captures...)
		p := spawn(t, child{Address: d.address, Readers: 1, Lease: 2 * time.Second, Limit: time.Second, Link: time.Hour, Slow: 300 * time.Millisecond})
		p.await(t, "reading "+captures[0].Path)
		p.signal(t, syscall.SIGSTOP)
		stop := d.start(t, WorkerOptions{Readers: 1, Lease: 2 * time.Second, Limit: time.Second})
		d.wait(t, ticket)
		p.signal(t, syscall.SIGCONT)
		p.await(t, "done read again")
		stop()
		p.kill()
		s, n := d.clean(t, i+1)
		stuck, doubled = stuck+s, doubled+n
	}
	// The second attempt is that of the other: who was paused committed nothing.
	committed := d.count(t, `SELECT count(*) FROM river_job WHERE kind = 'read' AND attempt <> 2`)
	if committed != 0 {
		t.Errorf("%d jobs had other than two attempts", committed)
	}
	same(t, "after the pauses", recordtest.Export(t, d.s), inProcess(t, some(pauses)))
	for _, promise := range []string{"R5", "R6"} {
		torture.Counted(t, promise, pauses, "workers paused (SIGSTOP) past their lease, which went on when another had done their job", fmt.Sprintf("%d committed, %d doubled, %d stuck", committed, doubled, stuck))
	}
}

// A worker that goes on while another has its job does not take it back.
func TestPausedBesideAnother(t *testing.T) {
	d := newDesk(t)
	captures := some(1)
	ticket := d.enqueue(t, captures...)
	// Of the two leases the one of the worker that takes the job away is short: nobody
	// else may take it for stuck while it is read, which takes three seconds.
	p := spawn(t, child{Address: d.address, Readers: 1, Lease: time.Minute, Limit: time.Second, Link: time.Hour, Slow: 300 * time.Millisecond})
	p.await(t, "reading "+captures[0].Path)
	p.signal(t, syscall.SIGSTOP)
	begun := make(chan struct{})
	d.start(t, WorkerOptions{Readers: 1, Lease: 2 * time.Second, Limit: time.Minute, Annotate: func(ctx context.Context, in *readout.Report) (*nlp.Doc, error) {
		close(begun) // reading it twice panics
		time.Sleep(3 * time.Second)
		return d.r.AnnotateWithin(ctx, in, nil)
	}})
	<-begun
	p.signal(t, syscall.SIGCONT)
	p.await(t, "done read again")
	d.wait(t, ticket)
	d.clean(t, 1)
	if n := d.count(t, `SELECT attempt FROM river_job WHERE kind = 'read'`); n != 2 {
		t.Errorf("the report was read in attempt %d, want 2", n)
	}
}

// A worker that is paused while it links, and may be in the middle of a change,
// keeps its locks; they are taken from it before its jobs are.
func TestPausedLinking(t *testing.T) {
	address, err := url.Parse(pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	q := address.Query()
	q.Set("idle_in_transaction_session_timeout", "1500")
	address.RawQuery = q.Encode()
	d := deskAt(t, address.String())
	captures := some(3)
	ticket := d.enqueue(t, captures...)
	p := spawn(t, child{Address: d.address, Readers: 1, Lease: 2 * time.Second, Limit: time.Second, Link: 50 * time.Millisecond})
	eventually(t, "linking to be held", func() bool {
		return d.count(t, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = $1::bigint::oid AND objid = 0 AND granted`, lockClass) > 0
	})
	p.signal(t, syscall.SIGSTOP)
	d.start(t, WorkerOptions{Lease: 2 * time.Second, Limit: time.Second})
	d.wait(t, ticket)
	p.signal(t, syscall.SIGCONT)
	time.Sleep(time.Second)
	d.clean(t, 3)
	same(t, "after the pause", recordtest.Export(t, d.s), inProcess(t, captures))
}

// The server is killed with all that it has under way and comes back: jobs wait
// for it.
func TestServerCrash(t *testing.T) {
	crashes := torture.Rounds(t, 3, 20, 100)
	server := pgtest.Start(t)
	d := deskAt(t, server.Database(t))
	captures := some(20 + 10*crashes)
	d.enqueue(t, captures...)
	// Jobs whose worker was given them by an answer that the crash cut off stay its
	// own until the lease is over: that has to be well within the test's patience.
	p := spawn(t, child{Address: d.address, Readers: 2, Lease: 20 * time.Second, Limit: 10 * time.Second, Link: 200 * time.Millisecond, Slow: 100 * time.Millisecond})
	p.await(t, "worker started")       // who starts it sees that there is no server
	rng := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // no secret
	for range crashes {
		time.Sleep(time.Duration(500+rng.IntN(1000)) * time.Millisecond)
		server.Crash(t)
		time.Sleep(time.Duration(rng.IntN(500)) * time.Millisecond)
		server.Restart(t)
	}
	defer func() {
		if t.Failed() {
			var left string
			err := d.q.pool.QueryRow(context.Background(), `SELECT coalesce(string_agg(j::text, E'\n'), 'none') FROM river_job j WHERE state <> 'completed'`).Scan(&left)
			t.Logf("jobs left: %s %v", left, err)
		}
	}()
	eventually(t, "all jobs to end", func() bool {
		var left int
		err := d.q.pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM river_job WHERE state NOT IN ('completed', 'discarded')) + (SELECT count(*) FROM work_unlinked)`).Scan(&left)
		return err == nil && left == 0
	})
	select {
	case <-p.end:
		t.Error("the worker ended with the server")
	default:
	}
	stuck, doubled := d.clean(t, len(captures))
	same(t, "after the crashes", recordtest.Export(t, d.s), inProcess(t, captures))
	torture.Counted(t, "R5", crashes, "kills (SIGKILL) of the server and all its processes", fmt.Sprintf("%d doubled, %d stuck, record that of one program on SQLite", doubled, stuck))
}

// SIGTERM ends a worker in order.
func TestTerminate(t *testing.T) {
	d := newDesk(t)
	ticket := d.enqueue(t, some(6)...)
	p := spawn(t, child{Address: d.address, Readers: 2, Slow: 200 * time.Millisecond, Link: 100 * time.Millisecond})
	p.await(t, "reading")
	p.signal(t, syscall.SIGTERM)
	<-p.end
	if !p.cmd.ProcessState.Success() {
		t.Errorf("it ended with %v", p.cmd.ProcessState)
	}
	if n := d.count(t, `SELECT count(*) FROM river_job WHERE state = 'running'`); n != 0 {
		t.Errorf("%d jobs are held by nobody", n)
	}
	d.start(t, WorkerOptions{})
	d.wait(t, ticket)
	d.clean(t, 6)
}
