//go:build unix

package work

import (
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
)

// What was decided by a program that was killed before it linked it comes into the
// record all the same.
func TestDecidedAndLeft(t *testing.T) {
	d := newDesk(t)
	stop := d.start(t, WorkerOptions{Lease: time.Second})
	d.wait(t, d.enqueue(t, some(3)...))
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	events := func() []*readout.Event {
		rec, err := d.s.Record(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return rec.Events
	}
	was := events()
	about := readout.Target{Kind: "event", ID: was[0].ID}
	for _, m := range was[0].Mentions {
		about.Evidence = append(about.Evidence, readout.Anchor{Evidence: m.Evidence, Trigger: m.Trigger})
	}
	if err := d.s.AddDecision(t.Context(), &readout.Decision{By: "ana", Kind: readout.DecideWithdraw, About: []readout.Target{about}}); err != nil {
		t.Fatal(err)
	}
	d.start(t, WorkerOptions{Lease: time.Second})
	eventually(t, "the event to be withdrawn", func() bool { return len(events()) == len(was)-1 })
	if n := d.count(t, `SELECT count(*) FROM pending`); n != 0 {
		t.Errorf("%d reports wait to be linked", n)
	}
}

// Who slept for a day does not wait for jobs that are gone.
func TestWaitForForgotten(t *testing.T) {
	d := newDesk(t)
	ticket := d.enqueue(t, some(3)...)
	d.count(t, `WITH gone AS (DELETE FROM river_job WHERE id = $1 RETURNING id) SELECT count(*) FROM gone`, ticket.Fresh[1])
	d.start(t, WorkerOptions{})
	ends := map[bool]int{}
	if err := d.q.WaitRead(t.Context(), ticket, func(r Result) { ends[strings.Contains(r.Reason, "forgotten")]++ }); err != nil {
		t.Fatal(err)
	}
	if ends[true] != 1 || ends[false] != 2 {
		t.Errorf("%d jobs are forgotten and %d done, want 1 and 2", ends[true], ends[false])
	}
}

// A worker whose connection is lost, and held by the server all the same, gives
// signs of life over another, and takes its lock when the server lets it go.
func TestHalfOpen(t *testing.T) {
	d := newDesk(t)
	w := d.q.NewWorker(d.r, WorkerOptions{})
	reg, err := w.register(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer reg.end()
	lost := reg.conn
	reg.conn = nil
	seen := func() (at time.Time) {
		if err := d.q.pool.QueryRow(t.Context(), `SELECT seen_at FROM work_worker`).Scan(&at); err != nil {
			t.Fatal(err)
		}
		return at
	}
	began := seen()
	if err := reg.beat(t.Context()); err != nil || reg.conn != nil || !seen().After(began) {
		t.Fatalf("%v; its lock is its own: %v", err, reg.conn != nil)
	}
	if st, err := d.q.Status(t.Context()); err != nil || len(st.Workers) != 1 || !st.Workers[0].Alive {
		t.Errorf("%+v, %v", st, err)
	}
	if err := lost.Conn().Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	lost.Release()
	eventually(t, "the lock to be had", func() bool { return reg.beat(t.Context()) == nil && reg.conn != nil })
}

// A worker whose entry was swept, since its machine slept for long, enters itself
// again as who it was.
func TestSwept(t *testing.T) {
	d := newDesk(t)
	d.start(t, WorkerOptions{})
	alive := func() (one Seen, ok bool) {
		st, err := d.q.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(st.Workers) == 1 {
			one = st.Workers[0]
		}
		return one, one.Alive
	}
	eventually(t, "the worker to live", func() bool { _, ok := alive(); return ok })
	was, _ := alive()
	n := d.count(t, `DELETE FROM work_worker RETURNING n`)
	eventually(t, "the worker to live again", func() bool { _, ok := alive(); return ok })
	now, _ := alive()
	was.Beat, now.Beat = time.Time{}, time.Time{}
	if was != now {
		t.Errorf("it is %+v, was %+v", now, was)
	}
	if again := d.count(t, `SELECT n FROM work_worker`); again != n {
		t.Errorf("its number is %d, was %d", again, n)
	}
}
