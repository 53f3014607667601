package work

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store/sqlstore"
)

// Ticket is what was put in: what to wait for.
type Ticket struct {
	Fresh  []int64 // jobs that it made
	Before []int64 // jobs of inputs that were in the queue before
}

// Add puts another ticket to it.
func (t *Ticket) Add(more Ticket) {
	t.Fresh, t.Before = append(t.Fresh, more.Fresh...), append(t.Before, more.Before...)
}

// Enqueue stores captures and a job to read each, all in one transaction. The
// same capture with the same version of the annotators is one job, whoever puts
// it in and however often, until the job is done and forgotten (24 hours).
func (q *Queue) Enqueue(ctx context.Context, captures ...readout.Capture) (Ticket, error) {
	params := make([]river.InsertManyParams, len(captures))
	for i, c := range captures {
		args, err := newReadArgs(c, q.version)
		if err != nil {
			return Ticket{}, err
		}
		params[i] = river.InsertManyParams{
			Args:       args,
			InsertOpts: &river.InsertOpts{Queue: queueRead, Priority: priorityRead, MaxAttempts: attempts, UniqueOpts: once},
		}
	}
	var out Ticket
	err := q.store.Within(func(ctx context.Context, tx *sqlstore.Tx) (err error) {
		out, err = q.insert(ctx, tx, params)
		return err
	}).AddCaptures(ctx, captures...)
	if err != nil {
		return Ticket{}, fmt.Errorf("put %d captures in the queue: %w", len(captures), err)
	}
	return out, nil
}

// Reread puts reports in the queue that are to be read with the annotators of
// now, unless they wait there for it. They go behind what is new.
func (q *Queue) Reread(ctx context.Context, reports ...string) (Ticket, error) {
	params := make([]river.InsertManyParams, len(reports))
	for i, id := range reports {
		params[i] = river.InsertManyParams{
			Args:       rereadArgs{Report: id, Version: versionKey(q.version)},
			InsertOpts: &river.InsertOpts{Queue: queueRead, Priority: priorityReread, MaxAttempts: attempts, UniqueOpts: onceAtATime},
		}
	}
	res, err := q.client.InsertMany(ctx, params)
	if err != nil {
		return Ticket{}, fmt.Errorf("put %d reports in the queue: %w", len(reports), err)
	}
	return ticket(res), nil
}

// insert puts jobs in within the store's transaction.
func (q *Queue) insert(ctx context.Context, tx *sqlstore.Tx, params []river.InsertManyParams) (out Ticket, err error) {
	if len(params) == 0 {
		return Ticket{}, nil
	}
	err = inTx(tx, func(tx pgx.Tx) error {
		res, err := q.client.InsertManyTx(ctx, tx, params)
		out = ticket(res)
		return err
	})
	return out, err
}

func ticket(res []*rivertype.JobInsertResult) (out Ticket) {
	for _, r := range res {
		if r.Job == nil {
			continue
		}
		if r.UniqueSkippedAsDuplicate {
			out.Before = append(out.Before, r.Job.ID)
		} else {
			out.Fresh = append(out.Fresh, r.Job.ID)
		}
	}
	return out
}

// Refuse notes inputs that could not be taken in, for the record.
func (q *Queue) Refuse(ctx context.Context, refusals ...readout.Refusal) error {
	if len(refusals) == 0 {
		return nil
	}
	return q.store.Within(func(ctx context.Context, tx *sqlstore.Tx) error {
		for _, f := range refusals {
			if err := pend(ctx, tx, f.Path); err != nil {
				return err
			}
		}
		return nil
	}).AddRefusals(ctx, refusals...)
}

// Counts says how much the record holds.
func (q *Queue) Counts(ctx context.Context) (reports, events, statements int, err error) {
	err = q.pool.QueryRow(ctx, `SELECT (SELECT count(*) FROM record_report), (SELECT count(*) FROM event), (SELECT count(*) FROM statement)`).
		Scan(&reports, &events, &statements)
	return reports, events, statements, err
}

// Result says what became of one input.
type Result struct {
	Path   string `json:"path"`
	Report string `json:"report,omitempty"` // Report.ID; "" when refused
	New    bool   `json:"new,omitempty"`    // this job read it; else it was known before
	Reason string `json:"reason,omitempty"` // why it was refused or parked
	Part   bool   `json:"part,omitempty"`   // layers of the reading before were kept
	Parked bool   `json:"parked,omitempty"` // it was given up and can be tried again
}

// note is what a job keeps of its end, in its metadata.
type note struct {
	Result *Result `json:"result,omitempty"`
}

// waitEvery is how often Wait looks; waitBatch how many jobs it asks about.
const (
	waitEvery = 200 * time.Millisecond
	waitBatch = 5000
)

// Wait waits until the jobs of a ticket have ended, and what they read is in
// the record. each is called for every end, from this goroutine.
func (q *Queue) Wait(ctx context.Context, t Ticket, each func(Result)) error {
	if err := q.WaitRead(ctx, t, each); err != nil {
		return err
	}
	return q.WaitLinked(ctx)
}

// WaitRead waits until the jobs of a ticket have ended. each is called for every
// end, from this goroutine, also for those that the queue has forgotten.
func (q *Queue) WaitRead(ctx context.Context, t Ticket, each func(Result)) error {
	tick := time.NewTicker(waitEvery)
	defer tick.Stop()
	open := slices.Concat(t.Fresh, t.Before)
	slices.Sort(open)
	open = slices.Compact(open)
	fresh := make(map[int64]bool, len(t.Fresh))
	for _, id := range t.Fresh {
		fresh[id] = true
	}
	for len(open) > 0 {
		ask := open[:min(len(open), waitBatch)]
		ended := map[int64]Result{}
		rows, err := q.pool.Query(ctx, `SELECT a.id, coalesce(j.args, '{}'), coalesce(j.metadata, '{}'), coalesce(j.state = 'discarded', false), j.id IS NULL
			FROM unnest($1::bigint[]) AS a (id) LEFT JOIN river_job j ON j.id = a.id
			WHERE j.id IS NULL OR j.state IN ('completed', 'cancelled') OR j.state = 'discarded' AND j.metadata ? 'parked'`, ask)
		if err != nil {
			return fmt.Errorf("look after the queue: %w", err)
		}
		var id int64
		var args, meta []byte
		var parked, gone bool
		_, err = pgx.ForEachRow(rows, []any{&id, &args, &meta, &parked, &gone}, func() error {
			if gone {
				ended[id] = Result{Path: fmt.Sprint("job ", id), Reason: "the queue has forgotten it, as it does a day after its end: what became of it is not known any more"}
				return nil
			}
			var n note
			if err := json.Unmarshal(meta, &n); err != nil {
				return err
			}
			if n.Result == nil {
				var a readArgs
				if err := json.Unmarshal(args, &a); err != nil {
					return err
				}
				n.Result = &Result{Path: a.name(), Parked: parked}
			}
			ended[id] = *n.Result
			return nil
		})
		if err != nil {
			return fmt.Errorf("look after the queue: %w", err)
		}
		for _, id := range ask {
			if r, ok := ended[id]; ok {
				r.New = r.New && fresh[id]
				each(r)
			}
		}
		open = slices.DeleteFunc(open, func(id int64) bool { _, ok := ended[id]; return ok })
		if len(ended) == waitBatch {
			continue
		}
		if err := pause(ctx, tick); err != nil {
			return err
		}
	}
	return nil
}

// WaitLinked waits until what was read by now is in the record.
func (q *Queue) WaitLinked(ctx context.Context) error {
	tick := time.NewTicker(waitEvery)
	defer tick.Stop()
	var last int64
	if err := q.pool.QueryRow(ctx, `SELECT coalesce(max(n), 0) FROM work_unlinked`).Scan(&last); err != nil {
		return fmt.Errorf("look after the queue: %w", err)
	}
	for {
		var some bool
		if err := q.pool.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM work_unlinked WHERE n <= $1)`, last).Scan(&some); err != nil {
			return fmt.Errorf("look after the queue: %w", err)
		}
		if !some {
			return nil
		}
		if err := pause(ctx, tick); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, tick *time.Ticker) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-tick.C:
		return nil
	}
}

// stoodFor is the condition that a parked job j has the same work as another,
// which waits or runs ($3 those states) or was parked later.
const stoodFor = ` EXISTS (SELECT 1 FROM river_job o WHERE o.unique_key = j.unique_key
		AND (o.state = ANY($3::text[]::river_job_state[]) OR o.state = 'discarded' AND o.id > j.id)) `

// Retry puts every parked input back in the queue and says how many there were.
// Each is tried as often as a new one, alone in its worker. What it was refused
// for stands until it is read. Of several parked jobs for one report one is tried,
// and none where one waits already: the others are removed.
func (q *Queue) Retry(ctx context.Context) (int, error) {
	var active []string
	for _, state := range oneAtOnce.ByState {
		active = append(active, string(state))
	}
	for try := 1; ; try++ {
		tag, err := q.pool.Exec(ctx, `WITH others AS (DELETE FROM river_job j WHERE state = 'discarded' AND kind = ANY($2) AND metadata ? 'parked' AND`+stoodFor+`)
			UPDATE river_job j SET state = 'available', finalized_at = NULL, scheduled_at = now(),
				max_attempts = attempt + $1, metadata = metadata - 'result' - 'parked'
			WHERE state = 'discarded' AND kind = ANY($2) AND NOT`+stoodFor, attempts, []string{kindRead, kindReread}, active)
		if err == nil {
			return int(tag.RowsAffected()), nil
		}
		// A report was put in the queue meanwhile: it is seen the next time.
		if pg := (*pgconn.PgError)(nil); try == 3 || !errors.As(err, &pg) || pg.Code != "23505" {
			return 0, fmt.Errorf("try parked inputs again: %w", err)
		}
	}
}

// Count is how many jobs of a kind are in a state.
type Count struct {
	Kind  string `json:"kind"`  // read, reread, link
	State string `json:"state"` // waiting, running, later (to be tried again), parked, done (of the last 24 hours)
	Jobs  int    `json:"jobs"`
}

// Seen is a worker.
type Seen struct {
	ID      string    `json:"id"`
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Readers int       `json:"readers"` // reports it reads at once
	Version string    `json:"version"` // of its annotators, see Status.Version
	Started time.Time `json:"started"`
	Beat    time.Time `json:"beat"` // last sign of life
	Alive   bool      `json:"alive"`
}

// Linked is the last linking.
type Linked struct {
	At       time.Time `json:"at"`
	Seconds  float64   `json:"seconds"`
	Reports  int       `json:"reports"` // read since the linking before
	Revision int       `json:"revision"`
}

// Status is how the work stands.
type Status struct {
	Jobs     []Count `json:"jobs"`           // by kind and state; none that are 0
	Oldest   float64 `json:"oldest_seconds"` // age of the input that has waited longest; 0: none waits
	Unlinked int     `json:"unlinked"`       // reports read that are not in the record yet
	Linked   *Linked `json:"linked"`         // nil: never
	Workers  []Seen  `json:"workers"`        // alive or gone within the last hour
	Version  string  `json:"version"`        // of the annotators of this program, in short
}

// states are the words for River's.
var states = map[string]string{
	"available": "waiting", "pending": "waiting", "running": "running", "retryable": "later", "scheduled": "later",
	"discarded": "parked", "cancelled": "parked", "completed": "done",
}

// Status says how the work stands.
func (q *Queue) Status(ctx context.Context) (*Status, error) {
	out := &Status{Jobs: []Count{}, Workers: []Seen{}, Version: versionKey(q.version)}
	if err := q.status(ctx, out); err != nil {
		return nil, fmt.Errorf("look after the queue: %w", err)
	}
	return out, nil
}

func (q *Queue) status(ctx context.Context, out *Status) error {
	rows, err := q.pool.Query(ctx, `SELECT kind, state::text, count(*) FROM river_job GROUP BY 1, 2 ORDER BY 1, 2`)
	if err != nil {
		return err
	}
	var c Count
	_, err = pgx.ForEachRow(rows, []any{&c.Kind, &c.State, &c.Jobs}, func() error {
		c.State = states[c.State]
		if n := len(out.Jobs); n > 0 && out.Jobs[n-1].Kind == c.Kind {
			if i := slices.IndexFunc(out.Jobs, func(o Count) bool { return o.Kind == c.Kind && o.State == c.State }); i >= 0 {
				out.Jobs[i].Jobs += c.Jobs
				return nil
			}
		}
		out.Jobs = append(out.Jobs, c)
		return nil
	})
	if err != nil {
		return err
	}
	err = q.pool.QueryRow(ctx, `SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 FROM river_job
		WHERE state IN ('available', 'running', 'retryable', 'scheduled') AND kind <> $1`, kindLink).Scan(&out.Oldest)
	if err != nil {
		return err
	}
	if err := q.pool.QueryRow(ctx, `SELECT count(*) FROM work_unlinked`).Scan(&out.Unlinked); err != nil {
		return err
	}
	rows, err = q.pool.Query(ctx, `SELECT at, seconds, reports, revision FROM work_linked`)
	if err != nil {
		return err
	}
	var l Linked
	if _, err := pgx.ForEachRow(rows, []any{&l.At, &l.Seconds, &l.Reports, &l.Revision}, func() error {
		found := l
		out.Linked = &found
		return nil
	}); err != nil {
		return err
	}
	rows, err = q.pool.Query(ctx, `SELECT w.id, w.host, w.pid, w.readers, w.version, w.started_at, w.seen_at, `+alive+`
		FROM work_worker w WHERE w.seen_at > now() - interval '1 hour' ORDER BY w.n`, lockClass, defaultLease.Seconds())
	if err != nil {
		return err
	}
	var s Seen
	_, err = pgx.ForEachRow(rows, []any{&s.ID, &s.Host, &s.PID, &s.Readers, &s.Version, &s.Started, &s.Beat, &s.Alive}, func() error {
		out.Workers = append(out.Workers, s)
		return nil
	})
	return err
}
