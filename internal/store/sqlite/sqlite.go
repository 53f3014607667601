// Package sqlite is the store on SQLite, by the pure-Go driver
// modernc.org/sqlite.
//
// Open checks that the file is a store, and not a newer one, applies the
// numbered migrations (each in one transaction) and holds two handles: one
// writer, because SQLite has one, and a bounded pool of readers that it never
// blocks (write-ahead log). Another process that writes is waited for.
//
// The SQL uses $1 placeholders and no feature that PostgreSQL lacks, so that a
// store on PostgreSQL can take it over; what differs (types, pragmas) is in
// migrations/. schema.sql is the whole of the tables for readers, kept true by
// a test.
//
// The package does not lock a file on a network share reliably; SQLite does
// not either.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	sqlite "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks the file as a store of Readout; the first migration sets
// it.
const applicationID = 1380208468 // "RDOT"

// header opens every SQLite file.
const header = "SQLite format 3\x00"

const (
	readers = 4     // connections
	busy    = 10000 // milliseconds that a statement waits for another process
)

// Options are the settings of Open. The zero value opens a store that exists.
type Options struct {
	Create bool             // make the file where there is none
	Now    func() time.Time // the clock that dates what comes in; nil: time.Now
}

// Store is a store.Store in one SQLite file.
type Store struct {
	path    string
	w, r    *sql.DB
	now     func() time.Time
	version int64 // of the tables: the newest migration
}

var _ store.Store = (*Store)(nil)

// Open opens the store at path and brings its tables up to date; what an
// earlier version stored is indexed for search once, a second or two for each
// thousand reports. The error
// wraps os.ErrNotExist when there is no file and opts.Create is not set,
// readout.ErrNotStore when the file is something else, and
// readout.ErrNewerStore when a later version of Readout wrote it.
func Open(ctx context.Context, path string, opts Options) (*Store, error) {
	if err := checkFile(path, opts.Create); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	s := &Store{path: path, now: opts.Now}
	if s.now == nil {
		s.now = time.Now
	}
	var err error
	if s.w, err = sql.Open("sqlite", dsn(path, "_txlock=immediate")); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	s.w.SetMaxOpenConns(1)
	if err := s.migrate(ctx); err != nil {
		s.w.Close()
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	if err := s.indexAll(ctx); err != nil {
		s.w.Close()
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	if s.r, err = sql.Open("sqlite", dsn(path, "_pragma=query_only(1)")); err != nil {
		s.w.Close()
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	s.r.SetMaxOpenConns(readers)
	return s, nil
}

// dsn is the driver's name for the file.
func dsn(path, more string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = path
	}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(abs)}).EscapedPath()}
	return fmt.Sprintf("%s?_pragma=busy_timeout(%d)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(1)&%s", u.String(), busy, more)
}

// checkFile refuses what is no store before SQLite touches it.
func checkFile(path string, create bool) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		dir, err := os.Stat(filepath.Dir(path))
		if err != nil {
			return fmt.Errorf("%w; make the folder first", err)
		}
		if !dir.IsDir() {
			return fmt.Errorf("%w: %s is not a folder", readout.ErrNotStore, filepath.Dir(path))
		}
		return nil
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: it is not a file; name the file of the store, such as readout.db", readout.ErrNotStore)
	}
	if info.Size() == 0 && create {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, len(header))
	if n, _ := f.ReadAt(head, 0); n < len(head) || string(head) != header {
		return fmt.Errorf("%w: it is some other kind of file; name another file", readout.ErrNotStore)
	}
	return nil
}

// migrate brings the tables up to date, or refuses a file that is not ours or
// is newer than this program.
func (s *Store) migrate(ctx context.Context) error {
	var id, tables int64
	if err := s.w.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id); err != nil {
		return s.mapped(err)
	}
	if err := s.w.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master`).Scan(&tables); err != nil {
		return s.mapped(err)
	}
	// goose makes its table before the first migration sets the id, so a file
	// with that table alone is a store whose making was cut short.
	if id != applicationID && tables > 0 {
		var others int64
		err := s.w.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'goose_db_version%' AND name NOT LIKE 'sqlite_%'`).Scan(&others)
		if err != nil {
			return s.mapped(err)
		}
		if others > 0 {
			return fmt.Errorf("%w: it is the database of another program; name another file", readout.ErrNotStore)
		}
	}
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, s.w, sub, goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	sources := p.ListSources()
	newest := sources[len(sources)-1].Version
	s.version = newest
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return s.mapped(err)
	}
	if have > newest {
		return fmt.Errorf("%w: its tables have version %d and this program knows %d; use the later Readout, or another file", readout.ErrNewerStore, have, newest)
	}
	if have == newest {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring tables from version %d to %d: %w", have, newest, s.mapped(err))
	}
	return nil
}

// Close closes both handles; the writer's last act folds the log into the file.
func (s *Store) Close() error { return errors.Join(s.r.Close(), s.w.Close()) }

// mapped turns the driver's codes into what to do about them.
func (s *Store) mapped(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff { // the primary code
	case lib.SQLITE_NOTADB:
		return fmt.Errorf("%w: %w", readout.ErrNotStore, err)
	case lib.SQLITE_CONSTRAINT:
		return fmt.Errorf("%w: %w", readout.ErrConflict, err)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return fmt.Errorf("another program has been writing for %d seconds; try again when it is done: %w", busy/1000, err)
	case lib.SQLITE_FULL:
		return fmt.Errorf("no space left on the disk: %w", err)
	case lib.SQLITE_READONLY:
		return fmt.Errorf("the file or its folder may not be written; change its rights or copy it: %w", err)
	case lib.SQLITE_CORRUPT:
		return fmt.Errorf("the file is damaged; restore a copy or read the reports into a new store: %w", err)
	}
	return err
}

// write runs f in one transaction.
func (s *Store) write(ctx context.Context, f func(tx *sql.Tx) error) error {
	tx, err := s.w.BeginTx(ctx, nil)
	if err != nil {
		return s.mapped(err)
	}
	defer tx.Rollback() // does nothing after Commit
	if err := f(tx); err != nil {
		return s.mapped(err)
	}
	return s.mapped(tx.Commit())
}

// read runs f in one read-only transaction, so that all it sees is of one
// moment.
func (s *Store) read(ctx context.Context, f func(tx *sql.Tx) error) error {
	tx, err := s.r.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.mapped(err)
	}
	defer tx.Rollback()
	return s.mapped(f(tx))
}
