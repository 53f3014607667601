// Package work reads reports on several machines that share one store on
// PostgreSQL.
//
// What is to be done lies in the database as jobs of River: a capture to read,
// the record to link, a report to read again. A capture and its job are stored
// in one transaction (Queue.Enqueue); so are a report, its layers and the end
// of its job (Worker). Any number of workers, in any number of processes, take
// jobs; they may be killed at any moment.
//
// What always holds:
//
//   - A job ends in the transaction that stores what it made, and only while it
//     is running in the attempt, and by the worker, that made it. A worker that
//     was paused until its job went to another cannot commit.
//   - A worker that is gone loses its jobs within seconds: it holds a lock of
//     its session and beats; what it held is released (see sweep.go).
//   - A report that fails, kills its worker or never ends is tried a bounded
//     number of times, from the second on alone in its process, and is then
//     parked: a refusal in the store says so, and Queue.Retry tries it again.
//   - The record is linked by one worker at a time, when something was read
//     since, and no more than half of the time while reports wait.
//
// The record does not depend on which worker reads what, or when.
package work

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/store/postgres"
	"github.com/readout-news/readout/internal/store/sqlstore"
)

// Store is what a store must offer for work to be shared: that of package
// postgres does.
type Store interface {
	store.Store
	// AddCaptures stores captures and where they came from, in one transaction.
	AddCaptures(ctx context.Context, captures ...readout.Capture) error
	// Within is the store with f at the end of every write, in its transaction.
	Within(f func(ctx context.Context, tx *sqlstore.Tx) error) *sqlstore.Store
	// Writer is the handle that writes.
	Writer() *sql.DB
}

// The kinds of jobs, and the queues that they wait in: linking has its own, so
// that it never waits for a free reader.
const (
	kindRead   = "read"
	kindReread = "reread"
	kindLink   = "link"

	queueRead = "read"
	queueLink = "link"
)

// Priorities within a queue, 1 first. What is new goes before what is read
// again.
const (
	priorityRead   = 2
	priorityReread = 4
)

// attempts is how often a report is tried before it is parked.
const attempts = 5

// readArgs is the job that makes a report of a capture: all of the capture but
// its bytes, which the store has.
type readArgs struct {
	SHA256    string           `json:"sha256"`
	Path      string           `json:"path,omitempty"`
	URL       string           `json:"url,omitempty"`
	MediaType string           `json:"media_type,omitempty"`
	Charset   string           `json:"charset,omitempty"`
	Sidecar   *readout.Sidecar `json:"sidecar,omitempty"`
	Fetched   time.Time        `json:"fetched,omitzero"`
	Head      []byte           `json:"head,omitempty"` // the fields above as JSON, where they hold a NUL, which jsonb does not
	Version   string           `json:"version"`        // see versionKey
}

// newReadArgs is the job of a capture.
func newReadArgs(c readout.Capture, version string) (readArgs, error) {
	a := readArgs{SHA256: c.SHA256, Path: c.Path, URL: c.URL, MediaType: c.MediaType, Charset: c.Charset, Sidecar: c.Sidecar, Fetched: c.Fetched}
	head, err := json.Marshal(a)
	if err != nil {
		return readArgs{}, err
	}
	if bytes.Contains(head, []byte(`\u0000`)) {
		a = readArgs{SHA256: c.SHA256, Head: head}
	}
	a.Version = versionKey(version)
	return a, nil
}

// capture puts what the job says of a capture into it.
func (a readArgs) capture(c *readout.Capture) error {
	if a.Head != nil {
		if err := json.Unmarshal(a.Head, &a); err != nil {
			return err
		}
	}
	c.Path, c.URL, c.MediaType, c.Charset, c.Sidecar, c.Fetched = a.Path, a.URL, a.MediaType, a.Charset, a.Sidecar, a.Fetched
	return nil
}

// Kind implements river.JobArgs.
func (readArgs) Kind() string { return kindRead }

// name is what messages and refusals call the input.
func (a readArgs) name() string {
	if a.Head != nil {
		var c readout.Capture
		if a.capture(&c) == nil {
			return cmp.Or(c.Path, c.URL)
		}
	}
	if a.Path != "" {
		return a.Path
	}
	return a.URL
}

// rereadArgs is the job that reads a stored report with the annotators of now.
type rereadArgs struct {
	Report  string `json:"report"`
	Version string `json:"version"` // see versionKey
}

// Kind implements river.JobArgs.
func (rereadArgs) Kind() string { return kindReread }

// linkArgs is the job that brings the record up to date.
type linkArgs struct{}

// Kind implements river.JobArgs.
func (linkArgs) Kind() string { return kindLink }

// versionKey is the version of a pipeline in a few letters.
func versionKey(version string) string {
	sum := sha256.Sum256([]byte(version))
	return hex.EncodeToString(sum[:8])
}

// once makes an input one job: while it waits, while it runs, and after it was
// done or parked, until River forgets it.
var once = river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable,
	rivertype.JobStateScheduled, rivertype.JobStateCompleted, rivertype.JobStateDiscarded,
}}

// onceAtATime makes an input one job while it waits or runs: it may be read again
// as often as somebody asks.
var onceAtATime = river.UniqueOpts{ByArgs: true, ByState: oneAtOnce.ByState}

// oneAtOnce makes linking one job while it waits or runs.
var oneAtOnce = river.UniqueOpts{ByState: []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
}}

// Options are the settings of a Queue. The zero value is usable.
type Options struct {
	Log *slog.Logger     // nil: silent
	Now func() time.Time // nil: time.Now
}

// Queue is the work that a store has to do. Its methods are safe for concurrent
// use.
type Queue struct {
	store   Store
	pool    *pgxpool.Pool
	client  *river.Client[pgx.Tx] // inserts only
	version string                // of the annotators
	log     *slog.Logger
	now     func() time.Time
}

// ErrNoQueue means that a store has no queue: only one on PostgreSQL does.
var ErrNoQueue = errors.New("only a store on PostgreSQL shares its work (--db postgres://…); a SQLite store is worked by the program that opens it")

// Open opens the queue of a store: name is the database's, s the store that
// package open made of it, version that of the annotators. The tables of River
// are made or brought up to date. ErrNoQueue.
func Open(ctx context.Context, name string, s store.Store, version string, opts Options) (*Queue, error) {
	shared, ok := s.(Store)
	if !ok || !open.Remote(name) {
		return nil, ErrNoQueue
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	pool, err := connect(ctx, name, shared)
	if err != nil {
		return nil, fmt.Errorf("open the queue: %w", err)
	}
	q := &Queue{store: shared, pool: pool, version: version, log: opts.Log, now: opts.Now}
	if err := q.migrate(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open the queue: %w", err)
	}
	if q.client, err = river.NewClient(riverpgxv5.New(pool), &river.Config{Logger: opts.Log}); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open the queue: %w", err)
	}
	return q, nil
}

// conns is how many connections a queue has at most, besides the store's: a
// worker holds two (its lock and River's listening) and a third while it links.
const conns = 8

// connect opens a pool of connections that find the store's tables: River speaks
// pgx, and the store's handle is one of database/sql.
func connect(ctx context.Context, name string, s Store) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(name)
	if err != nil {
		return nil, err
	}
	var schema string
	if err := s.Writer().QueryRowContext(ctx, `SELECT current_schema()`).Scan(&schema); err != nil {
		return nil, err
	}
	cfg.ConnConfig.RuntimeParams["search_path"] = pgx.Identifier{schema}.Sanitize()
	cfg.ConnConfig.RuntimeParams["application_name"] = "readout work"
	postgres.LimitIdle(cfg.ConnConfig)
	cfg.MaxConns = conns
	return pgxpool.NewWithConfig(ctx, cfg)
}

// Close ends the use of the queue. The store stays open.
func (q *Queue) Close() { q.pool.Close() }

// Keys of advisory locks, under lockClass: two numbers each, so that they meet
// neither River's nor the store's, which have one.
const (
	lockClass   = 0x52444f54 // "RDOT"
	lockLink    = 0          // linking; workers have 1 and up
	lockMigrate = -1
	lockSweep   = -2
)

// migrate makes River's tables; programs that start together wait for each
// other.
func (q *Queue) migrate(ctx context.Context) error {
	conn, err := q.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1, $2)`, lockClass, lockMigrate); err != nil {
		return err
	}
	defer conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1, $2)`, lockClass, lockMigrate) //nolint:errcheck // the lock ends with the session, too
	m, err := rivermigrate.New(riverpgxv5.New(q.pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}
