package sqlite

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"os"
	"strings"

	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlstore"
)

// schema is the whole of the tables, as a test keeps it.
//
//go:embed schema.sql
var schema string

// OpenDamaged opens the store at path as it is, for Verify: nothing is brought up
// to date or written, neither to the file nor to its write-ahead log. The error is
// that of a file which is no store at all.
func OpenDamaged(ctx context.Context, path string) (_ *sqlstore.Store, err error) {
	if err := checkFile(path, false); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	r, err := sql.Open("sqlite", asItIs(path))
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	r.SetMaxOpenConns(1)
	db := sqlstore.DB{Name: path, Writer: r, Reader: r, Dialect: dialect{}}
	if db.Newest, err = newestVersion(); err != nil {
		r.Close()
		return nil, err
	}
	_ = r.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&db.Version) // Verify tells
	if db.Version > db.Newest {
		r.Close()
		return nil, fmt.Errorf("open store %s: %w", path, newer(db.Version, db.Newest))
	}
	return sqlstore.Inspect(ctx, db), nil
}

// asItIs is the driver's name for a file that is not to change. The last one who may
// write folds the log into the file as it closes, and rolls back by a journal as it
// opens; who may only read leaves both. That one leaves an empty log behind where
// there was none, though.
func asItIs(path string) string {
	more := "_pragma=query_only(1)"
	for _, beside := range []string{"-wal", "-journal"} {
		if info, err := os.Stat(path + beside); err == nil && info.Size() > 0 {
			more += "&mode=ro"
			break
		}
	}
	return dsnAs(path, more)
}

// Making opens a new store at path whose tables are of an earlier version, or of
// this one (0), for what is loaded into it before it is opened.
func Making(ctx context.Context, path string, version int64) (_ *sqlstore.Store, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("make store %s: %w", path, err)
		}
	}()
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(fs.ErrExist, err)
	}
	if err := checkFile(path, true); err != nil {
		return nil, err
	}
	w, err := sql.Open("sqlite", dsn(path, "_txlock=immediate"))
	if err != nil {
		return nil, err
	}
	w.SetMaxOpenConns(1)
	p, newest, err := provider(w)
	if version <= 0 {
		version = newest
	}
	if err == nil && version > newest {
		err = newer(version, newest)
	}
	if err == nil {
		_, err = p.UpTo(ctx, version)
	}
	if err != nil {
		w.Close()
		return nil, mapped(err)
	}
	return sqlstore.Inspect(ctx, sqlstore.DB{Name: path, Writer: w, Reader: w, Dialect: dialect{}, Version: version, Newest: newest}), nil
}

// advice of what is found below the rows.
const salvage = "restore a backup, or save what can be read: readout salvage"

// Inspect implements sqlstore.Dialect: the description of the tables, and where
// it is deep the trees of pages.
func (dialect) Inspect(ctx context.Context, tx *sqlstore.Tx, deep bool, found func(store.Finding)) (skipped []string, err error) {
	bad := func(format string, args ...any) {
		found(store.Finding{Part: store.PartFile, What: fmt.Sprintf(format, args...), Touches: "what is stored there", Do: salvage})
	}
	var newest, version, id int64
	if newest, err = newestVersion(); err != nil {
		return nil, err
	}
	if err := tx.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id); err != nil {
		return nil, err
	}
	if id != applicationID {
		bad("the file does not say that it is a store of Readout (application_id %d)", id)
	}
	if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&version); err != nil {
		return nil, err
	}
	if version != newest {
		skipped = append(skipped, fmt.Sprintf("the tables are of version %d and not %d: their description is not compared", version, newest))
	} else if err := tables(ctx, tx, bad); err != nil {
		return skipped, err
	}
	if !deep {
		return skipped, nil
	}
	for _, pragma := range []string{"integrity_check(100)", "foreign_key_check"} {
		if err := check(ctx, tx, pragma, bad); err != nil {
			bad("PRAGMA %s: %v", pragma, err)
		}
	}
	return skipped, nil
}

// tables compares the description of the tables with that of a new store.
func tables(ctx context.Context, tx *sqlstore.Tx, bad func(format string, args ...any)) error {
	_, text, _ := strings.Cut(schema, "\n")
	want := map[string]bool{}
	for stmt := range strings.SplitSeq(text, ";\n\n") {
		want[strings.Trim(stmt, ";\n ")] = true
	}
	rows, err := tx.QueryContext(ctx, schemaQuery)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var stmt string
		if err := rows.Scan(&stmt); err != nil {
			return err
		}
		if key := strings.Trim(stmt, ";\n "); want[key] {
			delete(want, key)
		} else {
			line, _, _ := strings.Cut(key, "\n")
			bad("the description of a table or index is not that of this version: %.80q", line)
		}
	}
	for stmt := range want {
		line, _, _ := strings.Cut(stmt, "\n")
		bad("a table or index is not there as it should be: %.80q", line)
	}
	return rows.Err()
}

// schemaQuery gives what schema.sql holds.
const schemaQuery = `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'goose_%' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_fts_%' ORDER BY tbl_name, type DESC, name`

// check runs a pragma that gives a row for each thing that is wrong.
func check(ctx context.Context, tx *sqlstore.Tx, pragma string, bad func(format string, args ...any)) error {
	rows, err := tx.QueryContext(ctx, "PRAGMA "+pragma)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		vals := make([]any, len(names))
		targets := make([]any, len(names))
		for i := range vals {
			targets[i] = &vals[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if s, ok := vals[0].(string); ok && len(vals) == 1 {
			if s != "ok" {
				bad("%s", s)
			}
			continue
		}
		bad("a row of %v hangs on a row of %v that is not there", vals[0], vals[2])
	}
	return rows.Err()
}

// seed is of this process: sums of words are compared within it only.
var seed = maphash.MakeSeed()

// placed sums one word where it stands; sums of words of a row are added.
func placed(column, term string, at int) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	h.WriteString(column)
	h.WriteByte(0)
	h.WriteString(term)
	h.WriteByte(0)
	fmt.Fprint(&h, at)
	return h.Sum64()
}

// WordSums implements sqlstore.Index by what FTS5 gives of its index. The table
// through which it is asked is the connection's own.
func (dialect) WordSums(ctx context.Context, tx *sqlstore.Tx, kind store.Kind) (map[int64]uint64, error) {
	name := string(kind) + "_instances"
	for _, stmt := range []string{
		"PRAGMA query_only = 0",
		"CREATE VIRTUAL TABLE IF NOT EXISTS temp." + name + " USING fts5vocab(main, " + string(kind) + "_fts, instance)",
		"PRAGMA query_only = 1",
	} {
		if _, err := tx.ExecContext(ctx, stmt); err != nil {
			return nil, err
		}
	}
	rows, err := tx.QueryContext(ctx, "SELECT term, doc, col, offset FROM temp."+name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]uint64{}
	for rows.Next() {
		var term, column string
		var doc int64
		var at int
		if err := rows.Scan(&term, &doc, &column, &at); err != nil {
			return nil, err
		}
		out[doc] += placed(column, term, at)
	}
	return out, rows.Err()
}

// WordSum implements sqlstore.Index. FTS5's tokenizer “ascii” takes letters,
// digits and all bytes beyond ASCII for parts of words.
func (dialect) WordSum(kind store.Kind, r sqlstore.IndexRow) (sum uint64) {
	c := columns[kind]
	add := func(column, text string) {
		words := strings.FieldsFunc(text, func(r rune) bool {
			return r < 0x80 && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		})
		for i, w := range words {
			sum += placed(column, lowerASCII(w), i)
		}
	}
	add("facets", strings.Join(r.Facets, " "))
	for i, name := range c.best {
		add(name, r.Best[i])
	}
	for i, name := range c.rest {
		add(name, r.Rest[i])
	}
	return sum
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
