// Package sqlite opens the store on SQLite, by the pure-Go driver
// modernc.org/sqlite; package sqlstore is what it then does.
//
// Open checks that the file is a store, and not a newer one, applies the
// numbered migrations (each in one transaction) and holds two handles: one
// writer, because SQLite has one, and a bounded pool of readers that it never
// blocks (write-ahead log). Another process that writes is waited for.
//
// schema.sql is the whole of the tables for readers, kept true by a test. Words
// are indexed with FTS5, see index.go.
//
// The package does not lock a file on a network share reliably; SQLite does
// not either.
package sqlite

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	sqlite "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store/sqlstore"
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

	// NoBackup brings the tables up to date without a copy of the file as it was
	// (PATH.before-VERSION, the version being the new one).
	NoBackup bool
}

// Open opens the store at path and brings its tables up to date; what an
// earlier version stored is indexed for search once, a second or two for each
// thousand reports. The error
// wraps os.ErrNotExist when there is no file and opts.Create is not set,
// readout.ErrNotStore when the file is something else, and
// readout.ErrNewerStore when a later version of Readout wrote it.
func Open(ctx context.Context, path string, opts Options) (_ *sqlstore.Store, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("open store %s: %w", path, err)
		}
	}()
	if err := checkFile(path, opts.Create); err != nil {
		return nil, err
	}
	w, err := sql.Open("sqlite", dsn(path, "_txlock=immediate"))
	if err != nil {
		return nil, err
	}
	w.SetMaxOpenConns(1)
	version, err := migrate(ctx, w, path, opts.NoBackup)
	if err != nil {
		w.Close()
		return nil, err
	}
	r, err := sql.Open("sqlite", dsn(path, "_pragma=query_only(1)"))
	if err != nil {
		w.Close()
		return nil, err
	}
	r.SetMaxOpenConns(readers)
	s, err := sqlstore.New(ctx, sqlstore.DB{Name: path, Writer: w, Reader: r, Dialect: dialect{}, Version: version, Newest: version, Now: opts.Now})
	if err != nil {
		r.Close()
		w.Close()
		return nil, err
	}
	return s, nil
}

// dsn is the driver's name for the file, which gets a write-ahead log.
func dsn(path, more string) string {
	return dsnAs(path, "_pragma=journal_mode(WAL)&"+more)
}

// dsnAs is dsn for a file that stays as it is.
func dsnAs(path, more string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = path
	}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(abs)}).EscapedPath()}
	return fmt.Sprintf("%s?_pragma=busy_timeout(%d)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&%s", u.String(), busy, more)
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
	n, _ := f.ReadAt(head, 0)
	if cutShort(path, head[:n]) {
		return nil
	}
	if n < len(head) || string(head) != header {
		return fmt.Errorf("%w: it is some other kind of file; name another file", readout.ErrNotStore)
	}
	return nil
}

// cutShort reports whether the making of a file ended before its first bytes were
// on the disk: SQLite's journal is beside it then, and SQLite takes back what it
// says.
func cutShort(path string, head []byte) bool {
	journal, err := os.Stat(path + "-journal")
	return err == nil && journal.Size() > 0 && strings.Trim(string(head), "\x00") == ""
}

// migrate brings the tables up to date, or refuses a file that is not ours or
// is newer than this program, and returns their version.
func migrate(ctx context.Context, w *sql.DB, path string, noBackup bool) (version int64, err error) {
	var id, tables int64
	if err := w.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id); err != nil {
		return 0, mapped(err)
	}
	if err := w.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master`).Scan(&tables); err != nil {
		return 0, mapped(err)
	}
	// goose makes its table before the first migration sets the id, so a file
	// with that table alone is a store whose making was cut short.
	if id != applicationID && tables > 0 {
		var others int64
		err := w.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'goose_db_version%' AND name NOT LIKE 'sqlite_%'`).Scan(&others)
		if err != nil {
			return 0, mapped(err)
		}
		if others > 0 {
			return 0, fmt.Errorf("%w: it is the database of another program; name another file", readout.ErrNotStore)
		}
	}
	p, newest, err := provider(w)
	if err != nil {
		return 0, err
	}
	for had, failed := int64(-1), error(nil); ; {
		have, err := p.GetDBVersion(ctx)
		switch {
		case err != nil:
			return 0, mapped(err)
		case have > newest:
			return 0, newer(have, newest)
		case have == newest:
			return newest, nil
		case failed != nil && have <= had:
			return 0, fmt.Errorf("bring tables from version %d to %d: %w", have, newest, mapped(failed))
		}
		if have > 0 && !noBackup {
			if err := keepBefore(ctx, w, path, newest); err != nil {
				return 0, fmt.Errorf("copy the file before its tables are brought from version %d to %d: %w; with READOUT_NO_BACKUP=1 it is done without a copy", have, newest, mapped(err))
			}
		}
		// Another program may do the same at the same time: a step that it took first
		// fails here, and this one goes on behind it.
		had = have
		_, failed = p.Up(ctx)
	}
}

func newer(have, newest int64) error {
	return fmt.Errorf("%w: its tables have version %d and this program knows %d; use the later Readout, or another file", readout.ErrNewerStore, have, newest)
}

const noMemory = "there is no memory left for the store; what was stored before is kept: end other programs or give this one more, and run it again"

func damaged(err error) error {
	return fmt.Errorf("%w: “readout doctor” says where, “readout salvage” saves what can be read: %w", readout.ErrDamaged, err)
}

// partLeft is how long nobody has written to a copy that is not going to be whole.
const partLeft = 10 * time.Minute

// keepBefore copies the file as it is. A copy that is there is of a migration that
// was cut short, from the same version or an earlier one, or of another program
// that migrates now, and stays: it was there before the first step.
func keepBefore(ctx context.Context, w *sql.DB, path string, newest int64) error {
	place := fmt.Sprintf("%s.before-%d", path, newest)
	there := func() (bool, error) {
		_, err := os.Stat(place)
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		return err == nil, err
	}
	if yes, err := there(); yes || err != nil {
		return err
	}
	// Programs that migrate at the same time make copies of their own.
	dir, name := filepath.Split(place)
	parts, err := os.ReadDir(cmp.Or(dir, "."))
	if err != nil {
		return err
	}
	for _, part := range parts {
		if info, err := part.Info(); err == nil && strings.HasPrefix(part.Name(), name+".part") && time.Since(info.ModTime()) > partLeft {
			_ = os.Remove(filepath.Join(dir, part.Name())) // where it cannot be, it takes room and harms nobody
		}
	}
	var some [4]byte
	rand.Read(some[:])
	part := place + ".part-" + hex.EncodeToString(some[:])
	if _, err := w.ExecContext(ctx, `VACUUM INTO $1`, part); err != nil {
		return errors.Join(err, removed(part))
	}
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return errors.Join(err, removed(part))
	}
	if yes, err := there(); yes || err != nil {
		return errors.Join(err, removed(part))
	}
	return os.Rename(part, place)
}

func removed(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// provider is what migrates, and the version that it migrates to.
func provider(w *sql.DB) (p *goose.Provider, newest int64, err error) {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, 0, err
	}
	if p, err = goose.NewProvider(goose.DialectSQLite3, w, sub, goose.WithLogger(goose.NopLogger())); err != nil {
		return nil, 0, fmt.Errorf("read migrations: %w", err)
	}
	sources := p.ListSources()
	return p, sources[len(sources)-1].Version, nil
}

// mapped turns the driver's codes into what to do about them.
func mapped(err error) error {
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
		return fmt.Errorf("%w: it has been writing for %d seconds; wait until it is done or end it, then run this again: %w", readout.ErrLocked, busy/1000, err)
	case lib.SQLITE_FULL:
		return fmt.Errorf("no space left on the disk of the store, or the quota is used up; make room there and run this again, it goes on where it stopped: %w", err)
	case lib.SQLITE_IOERR:
		if e.Code() == lib.SQLITE_IOERR_NOMEM {
			return fmt.Errorf("%s: %w", noMemory, err)
		}
		if e.Code() == lib.SQLITE_IOERR_SHORT_READ || e.Code() == lib.SQLITE_IOERR_CORRUPTFS {
			return damaged(err)
		}
		return fmt.Errorf("the disk of the store failed to read or write; what was stored before is kept: look at the disk and at what the system says of it, and run this again when it is well: %w", err)
	case lib.SQLITE_CANTOPEN:
		return fmt.Errorf("the file of the store, or one that SQLite needs beside it, could not be opened: the folder must be there and may be written, and the program must be allowed more open files (ulimit -n, 64 will do): %w", err)
	case lib.SQLITE_NOMEM:
		return fmt.Errorf("%s: %w", noMemory, err)
	case lib.SQLITE_READONLY:
		return fmt.Errorf("the file or its folder may not be written; change its rights or copy it: %w", err)
	case lib.SQLITE_CORRUPT:
		return damaged(err)
	case lib.SQLITE_ERROR:
		// The statements are those of this program: what they ask for is there
		// unless the file's own description of its tables is damaged, or what it
		// notes of the tables' version.
		for _, says := range []string{"no such table", "already exists", "no such column", "has no column named", "malformed", "no such module", "no such tokenizer"} {
			if strings.Contains(e.Error(), says) {
				return damaged(err)
			}
		}
	}
	return err
}

// newestVersion is the version of the tables that this program makes.
func newestVersion() (newest int64, err error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	for _, name := range names {
		n, parseErr := goose.NumericComponent(path.Base(name))
		if parseErr != nil {
			return 0, parseErr
		}
		newest = max(newest, n)
	}
	return newest, err
}
