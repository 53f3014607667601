package sqlstore

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// made are the tables that are not copied: an engine's own, the index of words,
// which is made when the store is opened, and what workers are doing.
var made = []string{"goose_*", "sqlite_*", "river_*", "work_*", "search_*", "*_fts", "*_fts_*", "*_words", "readout_store", "row_seal"}

// first are the tables that others hang on, in their order.
var first = []string{"capture", "arrival", "report", "account"}

// Copied are the tables of a store whose rows are copied from one store to
// another, in the order in which they can be put, and which of them have sums.
func Copied(columns []Described) (tables []*Table, summed map[string]bool) {
	all, summed := describeTables(columns)
	for _, t := range all.ordered() {
		if !slices.ContainsFunc(made, func(pattern string) bool { ok, _ := path.Match(pattern, t.Name); return ok }) {
			tables = append(tables, t)
		}
	}
	place := func(t *Table) int {
		if i := slices.Index(first, t.Name); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortStableFunc(tables, func(a, b *Table) int { return place(a) - place(b) })
	return tables, summed
}

// Dump gives all rows of the store as they were when it began, table by table:
// head is told the table and its columns before its rows. A row that is not what
// was written ends it with readout.ErrDamaged, a log of decisions that is not with
// readout.ErrLog.
func (s *Store) Dump(ctx context.Context, head func(table string, columns []string) error, put func(vals []any) error) error {
	err := s.read(ctx, func(tx *Tx) error {
		columns, err := s.d.Columns(ctx, tx)
		if err != nil {
			return err
		}
		tables, summed := Copied(columns)
		if slices.ContainsFunc(tables, func(t *Table) bool { return t.Name == "decision_head" }) {
			if _, _, err := followLog(ctx, tx, 0, func(readout.Decision) {}); err != nil {
				return advised(err)
			}
		}
		for _, t := range tables {
			names := make([]string, len(t.Columns))
			for i, c := range t.Columns {
				names[i] = c.Name
			}
			if err := head(t.Name, names); err != nil {
				return err
			}
			err := t.scan(ctx, tx, summed[t.Name], "1 = 1 ORDER BY "+strings.Join(t.Key, ", "), nil, func(vals []any, sum *int64) error {
				if summed[t.Name] && (sum == nil || *sum != t.sum(vals)) {
					return t.damaged(vals)
				}
				return put(vals)
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("copy the rows of %s: %w", s.name, err)
	}
	return nil
}

// Loader puts rows into a new store that is being made; see Load.
type Loader struct {
	ctx    context.Context
	tx     *Tx
	tables map[string]*Table
	in     *Inserter
	table  *Table
	at     []int // of the given columns, where they are in the table; -1: it has no such column
	names  string
	rows   int
}

// Load runs f with a Loader in one transaction, in which the rows that are there
// are taken away first. The store is one that is being made; nobody has opened it.
func (s *Store) Load(ctx context.Context, f func(l *Loader) error) error {
	columns, err := s.d.Columns(ctx, s.r)
	if err != nil {
		return s.d.Mapped(err)
	}
	tables, _ := Copied(columns)
	err = s.write(ctx, func(tx *Tx) error {
		l := &Loader{ctx: ctx, tx: tx, tables: map[string]*Table{}}
		for _, t := range slices.Backward(tables) {
			l.tables[t.Name] = t
			if t.Name == "decision" {
				continue // its rows may not be deleted; there are none
			}
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+t.Name); err != nil { //nolint:gosec // of the catalogue
				return err
			}
		}
		if err := f(l); err != nil {
			return err
		}
		if err := l.end(); err != nil {
			return err
		}
		// The tables may be brought up to date afterwards: what the sums are of now is
		// told by nothing else then.
		for _, t := range s.schema.ordered() {
			if err := t.seal(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("load rows into %s: %w", s.name, err)
	}
	return nil
}

// Table begins the rows of a table with these columns. known is false where the
// store has no such table; its rows are to be left out. Columns that it has not
// are left out.
func (l *Loader) Table(name string, columns []string) (known bool, err error) {
	if err := l.end(); err != nil {
		return false, err
	}
	l.table = l.tables[name]
	if l.table == nil {
		return false, nil
	}
	l.at, l.names = nil, ""
	for _, c := range columns {
		at := l.table.at(c)
		l.at = append(l.at, at)
		if at >= 0 {
			if l.names != "" {
				l.names += ", "
			}
			l.names += c
		}
	}
	l.in = l.tx.Insert(l.ctx, name, l.names)
	return true, nil
}

// Put puts a row of the table that was begun last.
func (l *Loader) Put(vals []any) error {
	if l.table == nil {
		return nil
	}
	if len(vals) != len(l.at) {
		return fmt.Errorf("%w: a row of %s with %d values for %d columns", readout.ErrDamaged, l.table.Name, len(vals), len(l.at))
	}
	out := make([]any, 0, len(vals))
	for i, at := range l.at {
		if at < 0 {
			continue
		}
		v := vals[i]
		switch x := v.(type) {
		case int64:
			if l.table.Columns[at].Bool {
				v = x != 0
			}
		case []byte:
			if x == nil { // SQLite's driver gives so what is empty; NULL is no []byte
				v = []byte{}
			}
		}
		out = append(out, v)
	}
	l.rows++
	return l.in.Add(out)
}

// end writes what is queued.
func (l *Loader) end() error {
	if l.in == nil {
		return nil
	}
	in := l.in
	l.in = nil
	if err := in.Flush(); err != nil {
		return fmt.Errorf("%s: %w", l.table.Name, err)
	}
	return nil
}

// scan is rows for a table that may have no sums.
func (t *Table) scan(ctx context.Context, q querier, summed bool, condition string, args []any, f func(vals []any, sum *int64) error) error {
	if summed {
		return t.rows(ctx, q, condition, args, f)
	}
	rows, err := q.QueryContext(ctx, "SELECT "+t.names()+" FROM "+t.Name+" WHERE "+condition, args...) //nolint:gosec // of the catalogue
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		vals := make([]any, len(t.Columns))
		targets := make([]any, len(vals))
		for i := range vals {
			targets[i] = &vals[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if err := f(vals, nil); err != nil {
			return err
		}
	}
	return rows.Err()
}

// AppendRow appends the values of a row to b; CutRow takes them off again.
func AppendRow(b []byte, vals []any) []byte {
	for _, v := range vals {
		b = appendValue(b, v)
	}
	return b
}

// CutRow are the values that all of b is.
func CutRow(b []byte) (vals []any, err error) {
	for len(b) > 0 {
		var v any
		if v, b, err = cutValue(b); err != nil {
			return nil, err
		}
		vals = append(vals, v)
	}
	return vals, nil
}

// KeyOf are the values of a row's key; the row's are in the order of the columns.
func (t *Table) KeyOf(vals []any) []any { return t.keyOf(vals) }

// KeyText is a row's key in words.
func (t *Table) KeyText(vals []any) string { return keyText(t, t.keyOf(vals)) }

// At is where a column is, -1 nowhere.
func (t *Table) At(column string) int { return t.at(column) }

// Sum is the sum of a row.
func (t *Table) Sum(vals []any) int64 { return t.sum(vals) }

// Readable gives the rows of a table of a damaged store that SQL can read, from its
// beginning and from its end until something fails; whole is whether a row is what
// was written, as far as it has a sum. A row may be given twice. The error is that
// which ended the first way; the rows between are not known.
func (s *Store) Readable(ctx context.Context, t *Table, summed bool, f func(vals []any, whole bool)) error {
	way := func(order string) error {
		keys := make([]string, len(t.Key))
		for i, k := range t.Key {
			keys[i] = k + order
		}
		return s.begin(ctx, s.r, s.d.ReadTx(), func(tx *Tx) error {
			return t.scan(ctx, tx, summed, "1 = 1 ORDER BY "+strings.Join(keys, ", "), nil, func(vals []any, sum *int64) error {
				f(vals, !summed || sum != nil && *sum == t.sum(vals))
				return nil
			})
		})
	}
	err := way("")
	if err != nil && ctx.Err() == nil {
		_ = way(" DESC") // what it gives, it gives
	}
	return s.d.Mapped(err)
}
