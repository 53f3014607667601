package work

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store/sqlstore"
)

// alive is the condition that a worker w lives: it holds its lock, $1 its class,
// which ends with its connection, and gave a sign of life within $2 seconds.
// What is paused holds its lock and gives none.
const alive = ` (w.seen_at > now() - make_interval(secs => $2) AND EXISTS (SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted
		AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND l.classid = $1::bigint::oid AND l.objid = w.n::bigint::oid AND l.objsubid = 2)) `

// registration is a worker's entry among the workers, and the connection that
// holds its lock.
type registration struct {
	w       *Worker
	n       int32
	started time.Time
	conn    *pgxpool.Conn // nil: lost, to be taken anew
}

// register enters the worker. From then on its jobs are its own until it is
// gone.
func (w *Worker) register(ctx context.Context) (*registration, error) {
	host, pid := hostPID()
	r := &registration{w: w}
	err := w.q.pool.QueryRow(ctx, `INSERT INTO work_worker (id, host, pid, readers, version, started_at, seen_at) VALUES ($1, $2, $3, $4, $5, now(), now()) RETURNING n, started_at`,
		w.id, host, pid, w.opts.Readers, versionKey(w.q.version)).Scan(&r.n, &r.started)
	if err != nil {
		return nil, err
	}
	return r, r.lock(ctx)
}

// lock takes the lock, unless the connection that was lost has it still: a server
// may take minutes to notice that nobody is at its other end.
func (r *registration) lock(ctx context.Context) error {
	conn, err := r.w.q.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	var got bool
	if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1, $2)`, lockClass, r.n).Scan(&got); err != nil || !got {
		conn.Release()
		return err
	}
	r.conn = conn
	return nil
}

// beat gives a sign of life, over a new connection where the old one is lost. A
// worker that gave none for a day was taken out, and enters itself again.
func (r *registration) beat(ctx context.Context) error {
	if r.conn == nil {
		if err := r.lock(ctx); err != nil {
			return err
		}
	}
	var on interface {
		Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
	} = r.w.q.pool
	if r.conn != nil {
		on = r.conn
	}
	w := r.w
	host, pid := hostPID()
	_, err := on.Exec(ctx, `INSERT INTO work_worker (n, id, host, pid, readers, version, started_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, now())
		ON CONFLICT (n) DO UPDATE SET seen_at = excluded.seen_at`, r.n, w.id, host, pid, w.opts.Readers, versionKey(w.q.version), r.started)
	if err != nil {
		r.drop()
	}
	return err
}

// drop closes the connection, and its lock with it.
func (r *registration) drop() {
	if r.conn != nil {
		r.conn.Conn().Close(context.Background()) //nolint:errcheck // it is given up
		r.conn.Release()
		r.conn = nil
	}
}

// end takes the worker out: it has no jobs any more, or loses them.
func (r *registration) end() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	// Where this fails the lock goes with the connection all the same.
	_, _ = r.w.q.pool.Exec(ctx, `DELETE FROM work_worker WHERE n = $1`, r.n)
	r.drop()
}

// tend beats, releases the jobs of workers that are gone, parks what was given
// up and asks for linking, until ctx ends. ErrStuck.
func (w *Worker) tend(ctx context.Context, reg *registration) error {
	beat := time.NewTicker(w.opts.Beat)
	defer beat.Stop()
	var look <-chan time.Time
	if w.opts.Link > 0 {
		t := time.NewTicker(min(time.Second, w.opts.Link))
		defer t.Stop()
		look = t.C
	}
	var stuck time.Time // since when a reading that was given up goes on
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look:
			w.tell(ctx, "ask for linking", w.askLink(ctx))
		case <-beat.C:
			w.tell(ctx, "give a sign of life", reg.beat(ctx))
			w.tell(ctx, "look after other workers", w.sweep(ctx))
			w.tell(ctx, "look for what was left", w.takeLeft(ctx))
			switch {
			case w.abandoned.Load() == 0:
				stuck = time.Time{}
			case stuck.IsZero():
				stuck = time.Now()
			case time.Since(stuck) > w.opts.Lease:
				return ErrStuck
			}
		}
	}
}

// tell logs what could not be done now and will be tried again.
func (w *Worker) tell(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		w.q.log.Warn("work: could not "+what+" now", "worker", w.id, "error", err)
	}
}

// askLink puts a linking in the queue when something was read since the last and
// the pause after it is over: while reports wait to be read, a pause as long as
// that linking took, so that at least half of the time is theirs.
func (w *Worker) askLink(ctx context.Context) error {
	var due bool
	err := w.q.pool.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM work_unlinked)
		AND NOT EXISTS (SELECT 1 FROM river_job WHERE kind = $1 AND state IN ('available', 'pending', 'running', 'retryable', 'scheduled'))
		AND NOT EXISTS (SELECT 1 FROM river_job WHERE kind = $1 AND state = 'discarded' AND finalized_at > now() - interval '1 minute')
		AND NOT EXISTS (SELECT 1 FROM work_linked WHERE at > now() - make_interval(secs => greatest($2, CASE
			WHEN EXISTS (SELECT 1 FROM river_job WHERE kind <> $1 AND state IN ('available', 'running')) THEN seconds ELSE 0 END)))`,
		kindLink, w.opts.Link.Seconds()).Scan(&due)
	if err != nil || !due {
		return err
	}
	_, err = w.q.client.Insert(ctx, linkArgs{}, &river.InsertOpts{Queue: queueLink, UniqueOpts: oneAtOnce, MaxAttempts: attempts})
	return err
}

// takeLeft asks for the linking of what was decided by a program that was killed
// before it linked it: it tells no queue, since it links by itself.
func (w *Worker) takeLeft(ctx context.Context) error {
	var some bool
	err := w.q.pool.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pending) AND NOT EXISTS (SELECT 1 FROM work_unlinked) AND NOT EXISTS (SELECT 1 FROM pg_locks
		WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND classid = $1::bigint::oid AND objid = $2::bigint::oid)`, lockClass, lockLink).Scan(&some)
	switch {
	case err != nil || !some:
		w.left = time.Time{}
	case w.left.IsZero():
		w.left = time.Now()
	case time.Since(w.left) > w.opts.Lease:
		w.left = time.Time{}
		_, err = w.q.pool.Exec(ctx, `INSERT INTO work_unlinked (path) `+unlinked)
	}
	return err
}

// sweep releases what workers held that are gone; one worker does it at a time.
func (w *Worker) sweep(ctx context.Context) error {
	tx, err := w.q.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx) //nolint:errcheck // does nothing after Commit
	var mine bool
	if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock($1, $2)`, lockClass, lockSweep).Scan(&mine); err != nil || !mine {
		return err
	}
	// A worker that is paused holds the lock of linking as long as it lives. Its
	// job is taken from it, so it cannot write; its connection is ended, so that
	// another can.
	rows, err := tx.Query(ctx, `WITH dead AS (
			SELECT id, attempt, max_attempts, attempt > 1 AND kind <> $4 AND (metadata->>'began')::int IS DISTINCT FROM attempt AS waited
			FROM river_job WHERE state = 'running'
				AND NOT EXISTS (SELECT 1 FROM work_worker w WHERE w.id = attempted_by[array_upper(attempted_by, 1)] AND`+alive+`)
			FOR UPDATE SKIP LOCKED)
		UPDATE river_job j SET
			state = CASE WHEN d.waited OR d.attempt < d.max_attempts THEN 'available' ELSE 'discarded' END::river_job_state,
			finalized_at = CASE WHEN d.waited OR d.attempt < d.max_attempts THEN NULL ELSE now() END,
			attempt = CASE WHEN d.waited THEN d.attempt - 1 ELSE d.attempt END,
			scheduled_at = now(),
			errors = array_append(j.errors, jsonb_build_object('at', now(), 'attempt', d.attempt, 'error', $3::text, 'trace', ''))
		FROM dead d WHERE j.id = d.id RETURNING coalesce((j.metadata->>'backend')::bigint, 0)`, lockClass, w.opts.Lease.Seconds(), errGone, kindLink)
	if err != nil {
		return err
	}
	backends, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	// Only that process, and only while it holds the lock: a program that links
	// without a job may have it by now.
	if _, err := tx.Exec(ctx, `SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
		AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND l.classid = $1::bigint::oid AND l.objid = $2::bigint::oid AND l.pid = ANY($3)`, lockClass, lockLink, backends); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM work_worker w WHERE w.seen_at < now() - interval '1 day'`); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	if released := len(backends); released > 0 {
		w.q.log.Warn("work: jobs of workers that are gone were released", "jobs", released, "worker", w.id)
	}
	return w.parkDead(ctx)
}

// errGone is what a job keeps of a worker that died over it.
const errGone = "the worker was killed or lost its connection"

// parkDead notes a refusal for inputs that River gave up since their worker died
// each time: no worker was left to note it.
func (w *Worker) parkDead(ctx context.Context) error {
	rows, err := w.q.pool.Query(ctx, `SELECT id, args, attempt, coalesce(errors[array_upper(errors, 1)]->>'error', '') FROM river_job
		WHERE state = 'discarded' AND kind = ANY($1) AND NOT metadata ? 'parked' ORDER BY id LIMIT 100`, []string{kindRead, kindReread})
	if err != nil {
		return err
	}
	type dead struct {
		id      int64
		args    []byte
		attempt int
		why     string
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d dead, err error) {
		return d, row.Scan(&d.id, &d.args, &d.attempt, &d.why)
	})
	if err != nil {
		return err
	}
	for _, d := range found {
		var a readArgs
		var again rereadArgs
		if err := errors.Join(json.Unmarshal(d.args, &a), json.Unmarshal(d.args, &again)); err != nil {
			return err
		}
		name := a.name()
		if again.Report != "" {
			name = w.q.called(ctx, again.Report)
		}
		r := Result{Path: name, Parked: true, Reason: fmt.Sprintf("it was tried %d times, the last time: %s; it is left out, and “readout work retry” tries it again", d.attempt, d.why)}
		meta, err := r.meta(true)
		if err != nil {
			return err
		}
		err = w.q.store.Within(func(ctx context.Context, tx *sqlstore.Tx) error {
			res, err := tx.ExecContext(ctx, `UPDATE river_job SET metadata = metadata || $2::text::jsonb WHERE id = $1 AND state = 'discarded' AND NOT metadata ? 'parked'`, d.id, meta)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n != 1 {
				return errors.Join(err, errLost) // another parked it, or it is tried again
			}
			return pend(ctx, tx, r.Path)
		}).AddRefusals(ctx, readout.Refusal{Path: r.Path, Reason: r.Reason})
		if err != nil && !errors.Is(err, errLost) {
			return err
		}
		w.q.log.Error("work: an input is left out", "worker", w.id, "job", d.id, "input", name, "reason", r.Reason)
	}
	return nil
}
