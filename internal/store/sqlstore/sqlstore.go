// Package sqlstore is the store on a SQL database: one text of SQL for every
// engine, over database/sql. Packages sqlite and postgres open the database,
// keep its tables up to date and hand it over with a Dialect, which is all that
// they do in their own way: errors, bulk writes, locks and the index of words.
//
// The SQL has $1 placeholders and no feature that SQLite or PostgreSQL lacks;
// what differs in the tables (types, partitions) is in the engines'
// migrations. Text sorts by its bytes. A function that is given to write may
// run more than once: the database may ask for a transaction again.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/readout-news/readout/internal/store"
)

// DB is an open database with its tables up to date.
type DB struct {
	Name    string // for messages, without password
	Writer  *sql.DB
	Reader  *sql.DB // may be the same
	Dialect Dialect
	Version int64            // of the tables: the newest migration that was run
	Newest  int64            // the newest migration there is
	Now     func() time.Time // the clock that dates what comes in; nil: time.Now
}

// Store is a store.Store in a SQL database.
type Store struct {
	name    string
	w, r    *sql.DB
	d       Dialect
	now     func() time.Time
	version int64
	newest  int64
	schema  Schema                           // tables whose rows carry sums
	last    func(context.Context, *Tx) error // see Within; nil: nothing
}

var _ store.Store = (*Store)(nil)

// New makes a store of db, which it closes when it is closed itself. What an
// earlier version stored is indexed for search once.
func New(ctx context.Context, db DB) (*Store, error) {
	s := &Store{name: db.Name, w: db.Writer, r: db.Reader, d: db.Dialect, now: db.Now, version: db.Version, newest: db.Newest}
	if s.now == nil {
		s.now = time.Now
	}
	if err := s.describe(ctx); err != nil {
		return nil, err
	}
	if err := s.sealAll(ctx); err != nil {
		return nil, err
	}
	if err := s.indexAll(ctx); err != nil {
		return nil, s.d.Mapped(err)
	}
	return s, nil
}

// describe learns which tables carry sums.
func (s *Store) describe(ctx context.Context) error {
	columns, err := s.d.Columns(ctx, s.r)
	if err != nil {
		return s.d.Mapped(err)
	}
	s.schema = SchemaOf(columns)
	return nil
}

// Columns describes the columns of all tables.
func (s *Store) Columns(ctx context.Context) ([]Described, error) {
	out, err := s.d.Columns(ctx, s.r)
	return out, s.d.Mapped(err)
}

// Writer is the handle that writes, for what shares the database with the
// store. It is the store's to close.
func (s *Store) Writer() *sql.DB { return s.w }

// Reader is the handle that reads.
func (s *Store) Reader() *sql.DB { return s.r }

// Name names the store in messages.
func (s *Store) Name() string { return s.name }

// Close closes both handles, the writer last.
func (s *Store) Close() error {
	var err error
	if s.r != s.w {
		err = s.r.Close()
	}
	return errors.Join(err, s.w.Close())
}

// Tx is a transaction with the connection that it runs on. After a statement that
// failed it does no other: where SQLite lacks memory or disk it has rolled the
// transaction back by then, and what came after would be committed by itself.
type Tx struct {
	*sql.Tx
	Conn *sql.Conn

	d      Dialect
	schema Schema
	loose  map[string]bool // tables in which statements have left rows without their sums
	failed error           // of the first statement that failed

	unchecked bool // what is read of reports is not compared with sums: Verify does that
}

// did remembers a failure.
func (tx *Tx) did(err error) error {
	if err != nil && tx.failed == nil {
		tx.failed = err
	}
	return err
}

// ExecContext is that of sql.Tx, unless a statement has failed before. Rows that
// it writes to a table with sums get them before the transaction is committed,
// unless it names SumColumn and so cares for them itself, as one has to that
// writes to a table of many rows: what has no sum is sought in all of the table.
func (tx *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if tx.failed != nil {
		return nil, tx.failed
	}
	res, err := tx.Tx.ExecContext(ctx, tx.loosened(query), args...)
	return res, tx.did(err)
}

// QueryRowContext is that of sql.Tx, with the care for sums of ExecContext.
func (tx *Tx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return tx.Tx.QueryRowContext(ctx, tx.loosened(query), args...)
}

// QueryContext is that of sql.Tx, unless a statement has failed before.
func (tx *Tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if tx.failed != nil {
		return nil, tx.failed
	}
	rows, err := tx.Tx.QueryContext(ctx, query, args...)
	return rows, tx.did(err)
}

// How often a transaction is run that the database asks for again, and how long
// the first wait is at most; each next one may be twice as long.
const (
	tries     = 10
	firstWait = 10 * time.Millisecond
)

// write runs f in one transaction, again when the database asks for it.
func (s *Store) write(ctx context.Context, f func(tx *Tx) error) error {
	if s.last != nil {
		first := f
		f = func(tx *Tx) error {
			if err := first(tx); err != nil {
				return err
			}
			return s.last(ctx, tx)
		}
	}
	for try := 1; ; try++ {
		err := s.begin(ctx, s.w, s.d.WriteTx(), f)
		if err == nil || try == tries || !s.d.Again(err) {
			return s.d.Mapped(err)
		}
		// Those that were in each other's way must not meet again.
		wait := time.NewTimer(rand.N(firstWait << (try - 1))) //nolint:gosec // no secret
		select {
		case <-ctx.Done():
			wait.Stop()
			return ctx.Err()
		case <-wait.C:
		}
	}
}

// read runs f in one read-only transaction, so that all it sees is of one
// moment.
func (s *Store) read(ctx context.Context, f func(tx *Tx) error) error {
	return s.d.Mapped(s.begin(ctx, s.r, s.d.ReadTx(), f))
}

// begin runs f in a transaction of db and commits it unless f fails.
func (s *Store) begin(ctx context.Context, db *sql.DB, opts *sql.TxOptions, f func(tx *Tx) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() // back to the pool
	tx, err := conn.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	t := &Tx{Tx: tx, Conn: conn, d: s.d, schema: s.schema}
	if err := f(t); err != nil {
		return err
	}
	if err := t.sealLoose(ctx); err != nil {
		return err
	}
	if t.failed != nil { // whatever f made of it
		return t.failed
	}
	return tx.Commit()
}
