package postgres

import (
	"context"
	"fmt"
	"hash/maphash"
	"io/fs"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlstore"
)

// OpenDamaged opens the store at address as it is, for Verify: nothing is brought
// up to date or written.
func OpenDamaged(ctx context.Context, address string) (*sqlstore.Store, error) {
	cfg, schema, _, err := parse(address)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", Name(address), err)
	}
	r := handle(cfg, 2)
	db := sqlstore.DB{Name: Name(address), Writer: r, Reader: r, Dialect: dialect{}}
	if db.Newest, err = newestVersion(); err == nil {
		db.Version, err = state(ctx, r, schema, db.Newest, false)
	}
	if err != nil {
		r.Close()
		return nil, fmt.Errorf("open store %s: %w", db.Name, mapped(err))
	}
	return sqlstore.Inspect(ctx, db), nil
}

// Making opens a new store at address whose tables are of an earlier version, or
// of this one, for what is loaded into it before it is opened.
func Making(ctx context.Context, address string, version int64) (_ *sqlstore.Store, err error) {
	name := Name(address)
	defer func() {
		if err != nil {
			err = fmt.Errorf("make store %s: %w", name, mapped(err))
		}
	}()
	cfg, schema, _, err := parse(address)
	if err != nil {
		return nil, err
	}
	w := handle(cfg, 2)
	defer func() {
		if err != nil {
			w.Close()
		}
	}()
	p, newest, err := provider(w)
	if err != nil {
		return nil, err
	}
	if version <= 0 {
		version = newest
	}
	have, err := state(ctx, w, schema, newest, true)
	switch {
	case err != nil:
		return nil, err
	case have > 0:
		return nil, fmt.Errorf("%w: there is a store in the schema %s; name another one with ?search_path=NAME in the address", fs.ErrExist, schema)
	case version > newest:
		return nil, fmt.Errorf("%w: its tables have version %d and this program knows %d; use the later Readout", readout.ErrNewerStore, version, newest)
	}
	if _, err := w.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS `+pgx.Identifier{schema}.Sanitize()); err != nil {
		return nil, err
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return nil, err
	}
	return sqlstore.Inspect(ctx, sqlstore.DB{Name: name, Writer: w, Reader: w, Dialect: dialect{}, Version: version, Newest: newest}), nil
}

// Inspect implements sqlstore.Dialect: where it is deep, with the extension amcheck
// if the database has it, the trees of indexes and the pages of tables.
func (dialect) Inspect(ctx context.Context, tx *sqlstore.Tx, deep bool, found func(store.Finding)) (skipped []string, err error) {
	if !deep {
		return nil, nil
	}
	var amcheck bool
	var checksums string
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'amcheck'), current_setting('data_checksums')`).Scan(&amcheck, &checksums)
	if err != nil {
		return nil, err
	}
	if checksums != "on" {
		skipped = append(skipped, "the server keeps no checksums of pages: pg_checksums --enable, while it is stopped")
	}
	if !amcheck {
		return append(skipped, "the trees of indexes: the database has no extension amcheck; its owner makes it: CREATE EXTENSION amcheck"), nil
	}
	rows, err := tx.QueryContext(ctx, `SELECT c.oid::bigint, c.relname FROM pg_class c JOIN pg_am a ON a.oid = c.relam AND a.amname = 'btree'
		JOIN pg_index i ON i.indexrelid = c.oid AND i.indisvalid WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'i' ORDER BY c.relname`)
	if err != nil {
		return skipped, err
	}
	type index struct {
		oid  int64
		name string
	}
	var all []index
	for rows.Next() {
		var x index
		if err := rows.Scan(&x.oid, &x.name); err != nil {
			rows.Close()
			return skipped, err
		}
		all = append(all, x)
	}
	if err := rows.Err(); err != nil {
		return skipped, err
	}
	for _, x := range all {
		// An error would end the transaction, and the looks that follow with it.
		if _, err := tx.Tx.ExecContext(ctx, "SAVEPOINT looked"); err != nil {
			return skipped, err
		}
		if _, err := tx.Tx.ExecContext(ctx, `SELECT bt_index_check(($1::bigint)::oid::regclass, true)`, x.oid); err != nil {
			if ctx.Err() != nil {
				return skipped, err
			}
			if strings.Contains(err.Error(), "permission denied") {
				return append(skipped, "the trees of indexes: the user may not call bt_index_check; the owner of the database grants it"), rollback(ctx, tx)
			}
			found(store.Finding{Part: store.PartIndex, What: fmt.Sprintf("the index %s: %v", x.name, err), Touches: "what is found by it", Do: "REINDEX INDEX " + x.name})
			if err := rollback(ctx, tx); err != nil {
				return skipped, err
			}
		}
	}
	return skipped, nil
}

func rollback(ctx context.Context, tx *sqlstore.Tx) error {
	_, err := tx.Tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT looked")
	return err
}

// seed is of this process: sums of words are compared within it only.
var seed = maphash.MakeSeed()

func wordSum(words []string, best, rest string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	slices.Sort(words)
	for _, w := range append(words, best, rest) {
		fmt.Fprintf(&h, "%d:%s", len(w), w)
	}
	return h.Sum64()
}

// WordSums implements sqlstore.Index.
func (dialect) WordSums(ctx context.Context, tx *sqlstore.Tx, kind store.Kind) (map[int64]uint64, error) {
	rows, err := tx.QueryContext(ctx, `SELECT rowid, array_to_string(tsvector_to_array(words), ' '), best, rest FROM `+string(kind)+`_fts`) //nolint:gosec // kind is one of four
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]uint64{}
	for rows.Next() {
		var n int64
		var words, best, rest string
		if err := rows.Scan(&n, &words, &best, &rest); err != nil {
			return nil, err
		}
		out[n] = wordSum(strings.Fields(words), best, rest)
	}
	return out, rows.Err()
}

// WordSum implements sqlstore.Index.
func (dialect) WordSum(_ store.Kind, r sqlstore.IndexRow) uint64 {
	return wordSum(strings.Fields(lexemes(r)), text(r.Best), text(r.Rest))
}
