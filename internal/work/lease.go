package work

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river/rivertype"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlstore"
)

// errLost means that the job is no longer this worker's: it was given to
// another, or ended. Nothing may be stored. It must reach River as an error:
// River ends a running job, in whatever attempt, for a worker that returns nil
// (its completer asks for the job's id and state alone), and would so end what
// another worker has not stored yet.
var errLost = errors.New("the job was given to another worker")

// mine is the condition that a job is this worker's: $1 its id, $2 the attempt,
// $3 the worker.
const mine = ` id = $1 AND state = 'running' AND attempt = $2 AND attempted_by[array_upper(attempted_by, 1)] = $3`

func (l lease) args(more ...any) []any {
	return append([]any{l.job.ID, l.job.Attempt, l.w.id}, more...)
}

// hold fails with errLost unless the job is this worker's until the transaction
// ends: who would take it waits.
func (l lease) hold(ctx context.Context, tx *sqlstore.Tx) error {
	var one int
	err := tx.QueryRowContext(ctx, `SELECT 1 FROM river_job WHERE`+mine+` FOR UPDATE`, l.args()...).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return errLost
	}
	return err
}

// begin notes that the job has begun, where it was tried before. When a worker
// dies, what it held and had not begun has lost no attempt: or a report that
// kills its worker would use up those of the reports that wait beside it.
func (l lease) begin(ctx context.Context) error {
	if l.job.Attempt <= 1 {
		return nil
	}
	tag, err := l.w.q.pool.Exec(ctx, `UPDATE river_job SET metadata = metadata || jsonb_build_object('began', attempt) WHERE`+mine, l.args()...)
	if err == nil && tag.RowsAffected() != 1 {
		err = errLost
	}
	return err
}

// holds notes which process of the server is to hold the lock of linking, for
// those who may have to end it.
func (l lease) holds(ctx context.Context, backend uint32) error {
	tag, err := l.w.q.pool.Exec(ctx, `UPDATE river_job SET metadata = metadata || jsonb_build_object('backend', $4::bigint) WHERE`+mine, l.args(int64(backend))...)
	if err == nil && tag.RowsAffected() != 1 {
		err = errLost
	}
	return err
}

// giveBack returns err, for River, once no other worker has the job under way:
// River puts a running job back for whoever returns an error, in whatever attempt
// and whoever runs it by now, whose work would be lost.
func (l lease) giveBack(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	// The time for the job may be over, that for waiting is not.
	ctx = context.WithoutCancel(ctx)
	tick := time.NewTicker(waitEvery)
	defer tick.Stop()
	for {
		var other bool
		asked := l.w.q.pool.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM river_job WHERE id = $1 AND state = 'running') AND NOT EXISTS (SELECT 1 FROM river_job WHERE`+mine+`)`, l.args()...).Scan(&other)
		if asked != nil || !other {
			return err // a store that cannot be asked cannot be told either
		}
		select {
		case <-l.w.given:
			return err
		case <-tick.C:
		}
	}
}

// execer runs statements: a transaction or the handle that writes.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// end ends the job in a transaction, with what became of it. It fails with
// errLost when the job is no longer this worker's.
func (l lease) end(ctx context.Context, tx execer, state rivertype.JobState, r Result) error {
	meta, err := r.meta(state == rivertype.JobStateDiscarded)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, `UPDATE river_job SET state = $4::text::river_job_state, finalized_at = now(), metadata = metadata || $5::text::jsonb WHERE`+mine,
		l.args(string(state), meta)...)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n != 1 {
		err = errLost
	}
	return err
}

// meta is the result as a job's metadata keep it.
func (r Result) meta(parked bool) (string, error) {
	// jsonb holds no NUL.
	r.Path, r.Reason = strings.ReplaceAll(r.Path, "\x00", "\uFFFD"), strings.ReplaceAll(r.Reason, "\x00", "\uFFFD")
	b, err := json.Marshal(map[string]any{"result": r, "parked": parked})
	return string(b), err
}

// pend notes that the record is behind by this input.
func pend(ctx context.Context, tx execer, path string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO work_unlinked (path) VALUES ($1)`, path)
	return err
}

// finish ends the job of an input that was read before, in one transaction with
// what it was refused for until then.
func (l lease) finish(ctx context.Context, r Result) error {
	return l.w.q.store.Within(func(ctx context.Context, tx *sqlstore.Tx) error {
		if _, err := tx.ExecContext(ctx, `WITH gone AS (DELETE FROM refusal WHERE path IN ($1, $2) RETURNING path)
			INSERT INTO work_unlinked (path) SELECT path FROM gone UNION SELECT path FROM record_refusal WHERE path IN ($1, $2)`, r.Path, r.Report); err != nil {
			return err
		}
		return l.end(ctx, tx, rivertype.JobStateCompleted, r)
	}).AddRefusals(ctx) // none: the write is what is done within it
}

// skip ends the job where there is nothing to do.
func (l lease) skip(ctx context.Context, r Result) error {
	return l.end(ctx, l.w.q.store.Writer(), rivertype.JobStateCompleted, r)
}

// keep stores a report and ends the job, in one transaction.
func (l lease) keep(ctx context.Context, c readout.Capture, doc *nlp.Doc, r Result) (store.Outcome, error) {
	return l.within(r).AddReport(ctx, c, doc, l.w.q.version)
}

// keepAgain is keep for a report that was stored before.
func (l lease) keepAgain(ctx context.Context, doc *nlp.Doc, r Result) (store.Outcome, error) {
	return l.within(r).Reannotate(ctx, doc, l.w.q.version)
}

// within is the store, whose next change ends the job with it.
func (l lease) within(r Result) store.Store {
	return l.w.q.store.Within(func(ctx context.Context, tx *sqlstore.Tx) error {
		// What an earlier attempt refused was read by now. Once, refusals of what was
		// to be read again had the report's id.
		if _, err := tx.ExecContext(ctx, `DELETE FROM refusal WHERE path IN ($1, $2)`, r.Path, r.Report); err != nil {
			return err
		}
		if err := pend(ctx, tx, r.Path); err != nil {
			return err
		}
		return l.end(ctx, tx, rivertype.JobStateCompleted, r)
	})
}

// refuse stores why an input is no report and ends the job, in one transaction.
func (l lease) refuse(ctx context.Context, r Result) error {
	return l.refuseAs(ctx, rivertype.JobStateCompleted, r)
}

// park is refuse for an input that may be tried again.
func (l lease) park(ctx context.Context, path, reason string) error {
	return l.refuseAs(ctx, rivertype.JobStateDiscarded, Result{Path: path, Reason: reason, Parked: true})
}

func (l lease) refuseAs(ctx context.Context, state rivertype.JobState, r Result) error {
	return l.w.q.store.Within(func(ctx context.Context, tx *sqlstore.Tx) error {
		if err := pend(ctx, tx, r.Path); err != nil {
			return err
		}
		return l.end(ctx, tx, state, r)
	}).AddRefusals(ctx, readout.Refusal{Path: r.Path, Reason: r.Reason})
}

// linked ends a linking: what it took in no longer waits for it.
func (l lease) linked(ctx context.Context, pending []int64, took time.Duration, revision int) error {
	tx, err := l.w.q.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx) //nolint:errcheck // does nothing after Commit
	if _, err := tx.Exec(ctx, `DELETE FROM work_unlinked WHERE n = ANY($1)`, pending); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO work_linked (one, at, seconds, reports, revision) VALUES (true, now(), $1, $2, $3)
		ON CONFLICT (one) DO UPDATE SET at = excluded.at, seconds = excluded.seconds, reports = excluded.reports, revision = excluded.revision`,
		took.Seconds(), len(pending), revision)
	if err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, `UPDATE river_job SET state = 'completed', finalized_at = now() WHERE`+mine, l.args()...)
	if err != nil {
		return err
	}
	if tag.RowsAffected() != 1 {
		return errLost
	}
	return tx.Commit(ctx)
}

// passing reports whether an error of the store will pass by itself: the server
// is away, stops, is full or asks for a transaction again. The rest is about
// this job.
func passing(err error) bool {
	if err == nil || errors.Is(err, errLost) || errors.Is(err, errSlow) {
		return false
	}
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) {
		for _, class := range []string{"08", "40", "53", "55P03", "57P", "58", "25006"} {
			if strings.HasPrefix(pg.Code, class) {
				return true
			}
		}
		return false
	}
	connecting := (*pgconn.ConnectError)(nil)
	network := net.Error(nil)
	return errors.As(err, &connecting) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, sql.ErrConnDone) || pgconn.SafeToRetry(err)
}

// snooze is how long a job waits for the store to come back: 1 s, then longer, a
// minute at most.
func snooze(job *rivertype.JobRow) time.Duration {
	var meta struct {
		Snoozes int `json:"snoozes"`
	}
	// Metadata that cannot be read makes the wait short, no more.
	_ = json.Unmarshal(job.Metadata, &meta)
	return min(time.Second<<min(max(meta.Snoozes, 0), 6), time.Minute)
}

// errBusy means that another links.
var errBusy = errors.New("another program is linking the record")

// tryExclusive takes the lock under which the record of the store is linked. Before
// it does, note is told which process of the server will hold it. errBusy.
func (q *Queue) tryExclusive(ctx context.Context, note func(backend uint32) error) (unlock func(), err error) {
	conn, err := q.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	if err := note(conn.Conn().PgConn().PID()); err != nil {
		conn.Release()
		return nil, err
	}
	var got bool
	if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1, $2)`, lockClass, lockLink).Scan(&got); err != nil {
		conn.Release()
		return nil, err
	}
	if !got {
		conn.Release()
		return nil, errBusy
	}
	return func() {
		// A connection that cannot be asked to unlock is closed, which does.
		var ok bool
		if conn.QueryRow(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1, $2)`, lockClass, lockLink).Scan(&ok) != nil {
			conn.Conn().Close(context.WithoutCancel(ctx))
		}
		conn.Release()
	}, nil
}

// Exclusive waits until nobody links the record of the store, in this process
// or another, and keeps the others out until unlock is called. Who links without
// a job must hold it.
func (q *Queue) Exclusive(ctx context.Context) (unlock func(), err error) {
	tick := time.NewTicker(waitEvery)
	defer tick.Stop()
	for {
		unlock, err := q.tryExclusive(ctx, func(uint32) error { return nil })
		if !errors.Is(err, errBusy) {
			if err != nil {
				return nil, fmt.Errorf("wait for the linking of others: %w", err)
			}
			return unlock, nil
		}
		if err := pause(ctx, tick); err != nil {
			return nil, err
		}
	}
}
