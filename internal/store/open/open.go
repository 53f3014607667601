// Package open opens a store by its name: the address of a PostgreSQL
// database, or the path of a SQLite file.
package open

import (
	"context"
	"strings"
	"time"

	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/postgres"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/store/sqlstore"
)

// Options are the settings of Store. The zero value opens a store that exists.
type Options struct {
	Create bool             // make the store where there is none
	Now    func() time.Time // the clock that dates what comes in; nil: time.Now

	// NoBackup brings the tables of a file up to date without a copy of it as it
	// was: NAME.before-VERSION, beside it.
	NoBackup bool
}

// Remote reports whether a name is the address of a PostgreSQL database and not
// of a file.
func Remote(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// Name is a store's name as messages may show it: without a password.
func Name(name string) string {
	if !Remote(name) {
		return name
	}
	return postgres.Name(name)
}

// Store opens the store with that name and brings its tables up to date. The
// error wraps os.ErrNotExist when there is none and opts.Create is not set,
// readout.ErrNotStore when the name is that of something else, and
// readout.ErrNewerStore when a later version of Readout wrote it.
func Store(ctx context.Context, name string, opts Options) (store.Store, error) {
	if Remote(name) {
		s, err := postgres.Open(ctx, name, postgres.Options{Create: opts.Create, Now: opts.Now})
		if err != nil {
			return nil, err // not a store.Store that holds a nil
		}
		return s, nil
	}
	s, err := sqlite.Open(ctx, name, sqlite.Options(opts))
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Damaged opens the store with that name as it is, for Store.Verify alone:
// nothing is brought up to date or written, and what cannot be read is found by
// Verify. The error wraps os.ErrNotExist when there is none, and is that of a name
// which stands for no store at all.
func Damaged(ctx context.Context, name string) (store.Store, error) {
	if Remote(name) {
		s, err := postgres.OpenDamaged(ctx, name)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	s, err := sqlite.OpenDamaged(ctx, name)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Making opens a new store with that name whose tables are of an earlier version,
// or of this one, for what is loaded into it before it is opened. The error wraps
// fs.ErrExist where there is one.
func Making(ctx context.Context, name string, version int64) (*sqlstore.Store, error) {
	if Remote(name) {
		return postgres.Making(ctx, name, version)
	}
	return sqlite.Making(ctx, name, version)
}
