//go:build unix

package work

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river/rivertype"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/sandbox"
)

// held is a lease on the only job of a kind, as worker and attempt say.
func (d *desk) held(t *testing.T, kind string, w *Worker, attempt int) lease {
	t.Helper()
	job := &rivertype.JobRow{Attempt: attempt}
	err := d.q.pool.QueryRow(t.Context(), `UPDATE river_job SET state = 'running', attempt = $2, attempted_at = now(), attempted_by = array_append(attempted_by, $3::text)
		WHERE kind = $1 RETURNING id`, kind, attempt, w.id).Scan(&job.ID)
	if err != nil {
		t.Fatal(err)
	}
	return lease{w, job}
}

// Whoever lost a job stores nothing, neither report nor refusal nor record; who
// has it does, once.
func TestFence(t *testing.T) {
	d := newDesk(t)
	captures := some(1)
	a, b := d.q.NewWorker(d.r, WorkerOptions{}), d.q.NewWorker(d.r, WorkerOptions{})
	d.enqueue(t, captures...)
	doc, err := d.r.Doc(captures[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	r := Result{Path: captures[0].Path, Report: doc.Report.ID, New: true}
	paused := d.held(t, kindRead, a, 1)
	now := d.held(t, kindRead, b, 2)
	sameAttempt := paused
	sameAttempt.job = &rivertype.JobRow{ID: paused.job.ID, Attempt: 2}
	for name, l := range map[string]lease{"paused": paused, "of another worker": sameAttempt} {
		_, kept := l.keep(t.Context(), captures[0], doc, r)
		for what, err := range map[string]error{
			"keep": kept, "refuse": l.refuse(t.Context(), r), "park": l.park(t.Context(), r.Path, "why"), "finish": l.finish(t.Context(), r),
		} {
			if !errors.Is(err, errLost) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
	if n := d.count(t, `SELECT (SELECT count(*) FROM report) + (SELECT count(*) FROM refusal) + (SELECT count(*) FROM work_unlinked)`); n != 0 {
		t.Errorf("%d rows were stored by who had lost the job", n)
	}
	if _, err := now.keep(t.Context(), captures[0], doc, r); err != nil {
		t.Error(err)
	}
	if _, err := now.keep(t.Context(), captures[0], doc, r); !errors.Is(err, errLost) {
		t.Errorf("stored twice: %v", err)
	}
	if n := d.count(t, `SELECT count(*) FROM work_unlinked`); n != 1 {
		t.Errorf("%d reports wait to be linked, want 1", n)
	}

	// The record.
	if err := a.askLink(t.Context()); err != nil {
		t.Fatal(err)
	}
	paused = d.held(t, kindLink, a, 1)
	now = d.held(t, kindLink, b, 2)
	if err := live.Relink(t.Context(), d.r, d.q.store.Within(paused.hold), nil); !errors.Is(err, errLost) {
		t.Errorf("linking without the job: %v", err)
	}
	if rev, err := d.s.Revision(t.Context()); err != nil || rev.N != 0 {
		t.Errorf("revision %d, %v", rev.N, err)
	}
	if err := b.link(t.Context(), now); err != nil {
		t.Error(err)
	}
	d.clean(t, 1)
}

// Linking has one lock for all.
func TestExclusive(t *testing.T) {
	d := newDesk(t)
	unlock, err := d.q.Exclusive(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	quiet := func(uint32) error { return nil }
	if _, err := d.q.tryExclusive(t.Context(), quiet); !errors.Is(err, errBusy) {
		t.Error(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := d.q.Exclusive(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	unlock()
	// Who will hold it is noted while nobody does: a worker that is paused right
	// behind the lock is known by its process.
	held := func(pid uint32) int {
		return d.count(t, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = $1::bigint::oid AND objid = $2::bigint::oid AND granted AND pid = $3`, lockClass, lockLink, pid)
	}
	var holder uint32
	unlock, err = d.q.tryExclusive(t.Context(), func(backend uint32) error {
		if holder = backend; held(backend) != 0 {
			t.Error("the lock was had before it was noted whose it is")
		}
		return nil
	})
	if err != nil || held(holder) != 1 {
		t.Fatalf("process %d does not hold the lock: %v", holder, err)
	}
	unlock()
	if _, err := d.q.tryExclusive(t.Context(), func(uint32) error { return errLost }); !errors.Is(err, errLost) || held(holder) != 0 {
		t.Errorf("the lock of a job that is lost: %v", err)
	}
}

// A capture and its job are stored both or neither.
func TestEnqueueTogether(t *testing.T) {
	d := newDesk(t)
	bad := some(2)
	bad[1].SHA256 = bad[0].SHA256
	if _, err := d.q.Enqueue(t.Context(), bad...); !errors.Is(err, readout.ErrConflict) {
		t.Error(err)
	}
	if _, err := d.q.pool.Exec(t.Context(), `ALTER TABLE river_job ADD CONSTRAINT never CHECK (kind <> 'read')`); err != nil {
		t.Fatal(err)
	}
	if _, err := d.q.Enqueue(t.Context(), some(3)...); err == nil {
		t.Error("jobs were put where none may be")
	}
	if n := d.count(t, `SELECT (SELECT count(*) FROM capture) + (SELECT count(*) FROM river_job)`); n != 0 {
		t.Errorf("%d captures and jobs were stored", n)
	}
}

func TestPassing(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{errLost, false},
		{errSlow, false},
		{errors.New("a defect"), false},
		{readout.ErrConflict, false},
		{&pgconn.PgError{Code: "22021"}, false}, // a NUL in a text: about this report
		{&pgconn.PgError{Code: "23505"}, false},
		{&pgconn.PgError{Code: "57P01"}, true},
		{&pgconn.PgError{Code: "53300"}, true},
		{&pgconn.PgError{Code: "40001"}, true},
		{&pgconn.ConnectError{}, true},
		{&net.OpError{Op: "read", Err: io.EOF}, true},
		{io.ErrUnexpectedEOF, true},
	} {
		if got := passing(c.err); got != c.want {
			t.Errorf("%v: %v", c.err, got)
		}
		if c.err != nil {
			if got := passing(fmt.Errorf("store it: %w", c.err)); got != c.want {
				t.Errorf("wrapped %v: %v", c.err, got)
			}
		}
	}
}

// A machine on which no process starts says nothing of the report: the job is tried
// again, here or elsewhere.
func TestNoProcessStarts(t *testing.T) {
	d := newDesk(t)
	w := d.q.NewWorker(d.r, WorkerOptions{})
	why := fmt.Errorf("%w: no such file", sandbox.ErrStart)
	if outcome, err := w.unread(t.Context(), lease{w: w}, readArgs{}, why); outcome != "" || !errors.Is(err, sandbox.ErrStart) {
		t.Errorf("%q, %v", outcome, err)
	}
}

// The gate lets one in alone, and who comes later does not pass it.
func TestGate(t *testing.T) {
	g := newGate(2)
	in := func(alone bool) func() {
		leave, err := g.enter(t.Context(), alone)
		if err != nil {
			t.Fatal(err)
		}
		return leave
	}
	shut := func(alone bool) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if _, err := g.enter(ctx, alone); err == nil {
			t.Error("somebody got in")
		}
	}
	one := in(false)
	shut(true)
	two := in(false)
	shut(false)
	one()
	two()
	alone := in(true)
	shut(false)
	shut(true)
	alone()
	in(false)()
}
