// Package postgres opens the store on PostgreSQL, by the driver pgx; package
// sqlstore is what it then does.
//
// In: an address, postgres://user@host/database, with the parameters of libpq
// and these: search_path names the schema that the store is in ("readout" if
// it names none), pool_max_conns bounds the connections of a process (16).
// PostgreSQL 13 or later, a database in UTF-8.
//
// A store has a schema of its own, so a database may hold other things, also
// another store. Open makes schema and tables where it may, one process at a
// time (an advisory lock), and refuses a schema with tables of something else
// or of a later Readout. A store that is up to date is opened without a write.
//
// Writers do not wait for each other: reports are put side by side, each
// behind a lock of its own, the record behind one for all. A transaction that
// the server breaks off because it met another is run again.
//
// A text with more different words than fit into a tsvector (1 MB of them) is
// found by the first of them only.
package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store/sqlstore"
)

//go:embed migrations/*.sql
var migrations embed.FS

// DefaultSchema is the schema of a store whose address names none.
const DefaultSchema = "readout"

// migrateLock is the advisory lock under which tables are made; it is that of
// goose's own session locks.
const migrateLock = 4097083626

const (
	maxConns = 16 // of a process, half of them for writing
	idle     = 2 * time.Minute
	connect  = 10 * time.Second
	oldest   = 130000 // version of the server
)

// mostIdle is how long nothing here takes between two statements of a change, and
// less than the lease of a worker.
const mostIdle = 90 * time.Second

// Options are the settings of Open. The zero value opens a store that exists.
type Options struct {
	Create bool             // make the store in the database where there is none
	Now    func() time.Time // the clock that dates what comes in; nil: time.Now
}

// Name is an address as messages may show it: without a password.
func Name(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		scheme, _, _ := strings.Cut(address, "://")
		return scheme + "://…"
	}
	q := u.Query()
	for _, secret := range []string{"password", "sslpassword"} {
		if q.Has(secret) {
			q.Set(secret, "xxxxx")
			u.RawQuery = q.Encode()
		}
	}
	return u.Redacted()
}

// Open opens the store at address and brings its tables up to date. The error
// wraps os.ErrNotExist when there is no store and opts.Create is not set,
// readout.ErrNotStore when the schema holds something else, and
// readout.ErrNewerStore when a later version of Readout wrote it. No error
// shows a password.
func Open(ctx context.Context, address string, opts Options) (_ *sqlstore.Store, err error) {
	name := Name(address)
	defer func() {
		if err != nil {
			err = fmt.Errorf("open store %s: %w", name, err)
		}
	}()
	cfg, schema, conns, err := parse(address)
	if err != nil {
		return nil, err
	}
	w := handle(writing(cfg), max(1, conns/2))
	version, err := migrate(ctx, w, schema, opts.Create)
	if err != nil {
		w.Close()
		return nil, mapped(err)
	}
	r := handle(cfg, max(1, conns-conns/2))
	s, err := sqlstore.New(ctx, sqlstore.DB{Name: name, Writer: w, Reader: r, Dialect: dialect{}, Version: version, Newest: version, Now: opts.Now})
	if err != nil {
		r.Close()
		w.Close()
		return nil, err
	}
	return s, nil
}

// parse takes an address apart.
func parse(address string) (cfg *pgx.ConnConfig, schema string, conns int, err error) {
	if cfg, err = pgx.ParseConfig(address); err != nil {
		return nil, "", 0, fmt.Errorf("the address is not one of PostgreSQL, such as postgres://user@host:5432/database: %w", err)
	}
	conns = maxConns
	if n, ok := cfg.RuntimeParams["pool_max_conns"]; ok {
		if conns, err = strconv.Atoi(n); err != nil || conns < 2 {
			return nil, "", 0, fmt.Errorf("pool_max_conns is %q in the address: give a number from 2 on", n)
		}
		delete(cfg.RuntimeParams, "pool_max_conns")
	}
	schema = DefaultSchema
	if path := cfg.RuntimeParams["search_path"]; path != "" {
		schema, _, _ = strings.Cut(path, ",")
		schema = strings.Trim(strings.TrimSpace(schema), `"`)
	}
	cfg.RuntimeParams["search_path"] = pgx.Identifier{schema}.Sanitize()
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = "readout"
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = connect
	}
	return cfg, schema, conns, nil
}

// writing is cfg for connections that change the store. A program that is paused
// or loses its machine in the middle of a change must not keep from others what it
// had locked: the server ends its session before the lease of a worker does. An
// address that says otherwise is left as it is.
func writing(cfg *pgx.ConnConfig) *pgx.ConnConfig {
	cfg = cfg.Copy()
	LimitIdle(cfg)
	return cfg
}

// LimitIdle sets how long a connection may leave a transaction idle, unless the
// address says so.
func LimitIdle(cfg *pgx.ConnConfig) {
	const param = "idle_in_transaction_session_timeout"
	if cfg.RuntimeParams[param] == "" {
		cfg.RuntimeParams[param] = strconv.FormatInt(mostIdle.Milliseconds(), 10)
	}
}

// handle is a pool of connections.
func handle(cfg *pgx.ConnConfig, conns int) *sql.DB {
	db := sql.OpenDB(connector{stdlib.GetConnector(*cfg)})
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(idle)
	return db
}

// migrate brings the tables up to date, or refuses a schema that is not ours or
// is newer than this program, and returns their version.
func migrate(ctx context.Context, db *sql.DB, schema string, create bool) (int64, error) {
	p, newest, err := provider(db)
	if err != nil {
		return 0, err
	}
	if have, err := state(ctx, db, schema, newest, create); err != nil || have == newest {
		return have, err
	}
	// The lock is the session's: this connection keeps it while goose works on
	// others.
	conn, err := db.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, migrateLock); err != nil {
		return 0, err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, migrateLock)
	have, err := state(ctx, conn, schema, newest, create) // another process may have made it by now
	if err != nil || have == newest {
		return have, err
	}
	if _, err := conn.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS `+pgx.Identifier{schema}.Sanitize()); err != nil {
		return 0, err
	}
	if _, err := p.Up(ctx); err != nil {
		return 0, fmt.Errorf("bring tables from version %d to %d: %w", have, newest, err)
	}
	return newest, nil
}

// provider is what migrates, and the version that it migrates to.
func provider(db *sql.DB) (p *goose.Provider, newest int64, err error) {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, 0, err
	}
	if p, err = goose.NewProvider(goose.DialectPostgres, db, sub, goose.WithLogger(goose.NopLogger())); err != nil {
		return nil, 0, fmt.Errorf("read migrations: %w", err)
	}
	sources := p.ListSources()
	return p, sources[len(sources)-1].Version, nil
}

// state is the version of the tables in the schema, 0 where they are to be
// made. It refuses what cannot be opened.
func state(ctx context.Context, q interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}, schema string, newest int64, create bool,
) (have int64, err error) {
	var server int
	var encoding string
	var ours bool
	var others int
	// Tables of goose and of the queue may be there before those of the store.
	err = q.QueryRowContext(ctx, `SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),
			EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = 'readout_store'),
			(SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename NOT LIKE 'goose\_db\_version%' AND tablename NOT LIKE 'river\_%')`, schema).
		Scan(&server, &encoding, &ours, &others)
	switch {
	case err != nil:
		return 0, err
	case server < oldest:
		return 0, fmt.Errorf("%w: the server is PostgreSQL %d; it must be %d or later", readout.ErrNotStore, server/10000, oldest/10000)
	case encoding != "UTF8":
		return 0, fmt.Errorf("%w: the database is in %s; make one in UTF-8: createdb -T template0 -E UTF8 NAME", readout.ErrNotStore, encoding)
	case !ours && others > 0:
		return 0, fmt.Errorf("%w: the schema %s holds tables of another program; name another one with ?search_path=NAME in the address", readout.ErrNotStore, schema)
	case !ours && !create:
		return 0, fmt.Errorf("%w: the database holds no store in the schema %s", fs.ErrNotExist, schema)
	case !ours:
		return 0, nil
	}
	err = q.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&have)
	if err == nil && have > newest {
		err = fmt.Errorf("%w: its tables have version %d and this program knows %d; use the later Readout, or another schema", readout.ErrNewerStore, have, newest)
	}
	return have, err
}

var errReach = errors.New("the server cannot be reached; is it running, and are host and port right?")

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
