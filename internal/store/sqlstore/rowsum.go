package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// SumColumn is the column that a table has whose rows carry a sum: the first 64
// bits of the SHA-256 of the table's name and the row's other values. It is
// computed here, where the row is written, so that a row which changed in any
// other way is told from one that did not: by a damaged disk, or by hand. It is no
// secret; who changes a row and its sum together is not found by it.
//
// Every table has it but those that can be drawn anew and are checked against
// what they are drawn from: the index of words and what is counted beside it.
const SumColumn = "row_sum"

// Table is a table whose rows carry a sum.
type Table struct {
	Name    string
	Columns []Column // by name, without SumColumn
	Key     []string // columns that tell its rows apart
}

// Column is a column of a Table.
type Column struct {
	Name    string
	Default any // of a row that does not give it; nil: NULL, or it must be given
	Bool    bool
}

// names are the columns parted by commas, each with what before and after say.
func (t *Table) names() string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Name
	}
	return strings.Join(out, ", ")
}

// keyed is the condition that the key is what $first and the next give.
func (t *Table) keyed(first int) string {
	out := make([]string, len(t.Key))
	for i, k := range t.Key {
		out[i] = fmt.Sprintf("%s = $%d", k, first+i)
	}
	return strings.Join(out, " AND ")
}

// at is where a column is, -1 nowhere.
func (t *Table) at(column string) int {
	i, ok := slices.BinarySearchFunc(t.Columns, column, func(c Column, name string) int { return strings.Compare(c.Name, name) })
	if !ok {
		return -1
	}
	return i
}

// keyOf are the values of a row's key.
func (t *Table) keyOf(vals []any) []any {
	out := make([]any, len(t.Key))
	for i, k := range t.Key {
		if at := t.at(k); at >= 0 {
			out[i] = vals[at]
		}
	}
	return out
}

// sum is the sum of a row whose values are in the order of the columns.
func (t *Table) sum(vals []any) int64 {
	var room [512]byte
	b := appendValue(room[:0], t.Name)
	for _, v := range vals {
		b = appendValue(b, v)
	}
	h := sha256.Sum256(b)
	return int64(binary.BigEndian.Uint64(h[:])) //nolint:gosec // its bits are meant
}

// A Schema tells the tables whose rows carry a sum.
type Schema map[string]*Table

// ordered are the tables by name.
func (s Schema) ordered() []*Table {
	out := make([]*Table, 0, len(s))
	for _, t := range s {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b *Table) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Described is a column as an engine's catalogue has it.
type Described struct {
	Table, Column string
	Key           int    // place in the primary key, from 1; 0 none
	Default       string // the expression; "" none
	Integer       bool   // of SQLite: a key of this type is the row's id
	WithoutRowID  bool   // of SQLite: the table has no row ids
	Bool          bool   // the engine has true and false, and the column holds them
}

// SchemaOf makes a Schema of all columns of all tables.
func SchemaOf(columns []Described) Schema {
	out, summed := describeTables(columns)
	for name := range out {
		if !summed[name] {
			delete(out, name)
		}
	}
	return out
}

// describeTables are all tables, and which of them have sums.
func describeTables(columns []Described) (out Schema, summed map[string]bool) {
	type place struct {
		name string
		at   int
	}
	keys := map[string][]place{}
	out, summed = Schema{}, map[string]bool{}
	for _, c := range columns {
		if c.Column == SumColumn {
			summed[c.Table] = true
			continue
		}
		t := out[c.Table]
		if t == nil {
			t = &Table{Name: c.Table}
			out[c.Table] = t
		}
		t.Columns = append(t.Columns, Column{Name: c.Column, Default: defaultOf(c.Default), Bool: c.Bool})
		if c.Key > 0 {
			keys[c.Table] = append(keys[c.Table], place{c.Column, c.Key})
		}
	}
	for name, t := range out {
		slices.SortFunc(t.Columns, func(a, b Column) int { return strings.Compare(a.Name, b.Name) })
		slices.SortFunc(keys[name], func(a, b place) int { return a.at - b.at })
		for _, k := range keys[name] {
			t.Key = append(t.Key, k.name)
		}
		if len(t.Key) == 0 { // all of them
			for _, c := range t.Columns {
				t.Key = append(t.Key, c.Name)
			}
		}
	}
	return out, summed
}

// defaultOf is the value of a default's expression where it is a plain text or
// number.
func defaultOf(expr string) any {
	if rest, ok := strings.CutPrefix(expr, "'"); ok {
		text, _, _ := strings.Cut(rest, "'")
		return text
	}
	var n int64
	if _, err := fmt.Sscanf(expr, "%d", &n); err == nil {
		return n
	}
	if expr == "false" || expr == "true" {
		return expr == "true"
	}
	return nil
}

// summer turns rows that give some columns into rows that carry their sum.
type summer struct {
	t    *Table
	at   []int // of each given column, where it is in t
	vals []any
}

// summing is a summer of the columns, a list parted by commas; nil where the
// table has no sums.
func (tx *Tx) summing(table, columns string) *summer {
	t := tx.schema[table]
	if t == nil {
		return nil
	}
	s := &summer{t: t, vals: make([]any, len(t.Columns))}
	for name := range strings.SplitSeq(columns, ", ") {
		at := t.at(name)
		if at < 0 {
			panic(fmt.Sprintf("sqlstore: %s has no column %s", table, name))
		}
		s.at = append(s.at, at)
	}
	for i, c := range t.Columns {
		s.vals[i] = c.Default
	}
	return s
}

// sum is the sum of a row of which vals are given.
func (s *summer) sum(vals []any) int64 {
	for i, at := range s.at {
		s.vals[at] = vals[i]
	}
	return s.t.sum(s.vals)
}

// checking is a function that reports whether a row with these values of the
// columns, all that the table has, is what was written. Where rows carry sums, one
// without is not.
func (tx *Tx) checking(table, columns string) func(sum *int64, vals ...any) bool {
	s := tx.summing(table, columns)
	if tx.unchecked || s == nil {
		return func(*int64, ...any) bool { return true }
	}
	return func(sum *int64, vals ...any) bool { return sum != nil && s.sum(vals) == *sum }
}

// whole returns an error that wraps readout.ErrDamaged where a row that meets the
// condition is not what was written. It is for tables of which few rows are read.
func (tx *Tx) whole(ctx context.Context, table, condition string, args ...any) error {
	t := tx.schema[table]
	if t == nil || tx.loose[table] {
		return nil
	}
	return t.rows(ctx, tx, condition, args, func(vals []any, sum *int64) error {
		if sum == nil || t.sum(vals) != *sum {
			return t.damaged(vals)
		}
		return nil
	})
}

// readWhole calls f with what a query gives, which reads the rows of one table that
// meet the condition; those are compared with their sums before.
func (s *Store) readWhole(ctx context.Context, table, condition string, args []any, query string, f func(scan func(...[]any) error) error) error {
	return s.read(ctx, func(tx *Tx) error {
		if err := tx.whole(ctx, table, condition, args...); err != nil {
			return err
		}
		return each(ctx, tx, query, args, f)
	})
}

// damaged is the error for a row that is not what was written.
func (t *Table) damaged(vals []any) error {
	return fmt.Errorf("%w: a row of %s is not what was written (%s); “readout doctor” says what to do", readout.ErrDamaged, t.Name, keyText(t, t.keyOf(vals)))
}

// put inserts one row with its sum; tail is what follows its values. An upsert
// has to take over the sum, too, or to seal the row afterwards.
func (tx *Tx) put(ctx context.Context, table, columns, tail string, vals ...any) (sql.Result, error) {
	if s := tx.summing(table, columns); s != nil {
		sum := s.sum(vals)
		columns, vals = columns+", "+SumColumn, append(vals, sum)
	}
	var b strings.Builder
	b.WriteString("INSERT INTO " + table + " (" + columns + ") VALUES (")
	for i := range vals {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	b.WriteString(") " + tail)
	return tx.ExecContext(ctx, b.String(), vals...)
}

// seal gives the rows that meet the condition their sums, after a statement
// that changed them in place.
func (tx *Tx) seal(ctx context.Context, table, condition string, args ...any) error {
	t := tx.schema[table]
	if t == nil {
		return nil
	}
	type sealed struct {
		key []any
		sum int64
	}
	var rows []sealed
	err := t.rows(ctx, tx, condition, args, func(vals []any, _ *int64) error {
		rows = append(rows, sealed{t.keyOf(vals), t.sum(vals)})
		return nil
	})
	if err != nil || len(rows) == 0 {
		return err
	}
	query := "UPDATE " + table + " SET " + SumColumn + " = $1 WHERE " + t.keyed(2)
	for _, r := range rows {
		if _, err := tx.ExecContext(ctx, query, append([]any{r.sum}, r.key...)...); err != nil {
			return err
		}
	}
	return nil
}

// loosened is a statement that leaves the rows which it writes without sums, and
// is noted, where it would leave them with sums of before.
func (tx *Tx) loosened(query string) string {
	rest, insert := strings.CutPrefix(query, "INSERT INTO ")
	if !insert {
		var ok bool
		if rest, ok = strings.CutPrefix(query, "UPDATE "); !ok {
			return query
		}
	}
	table := rest
	if i := strings.IndexAny(rest, " \n\t("); i > 0 {
		table = rest[:i]
	}
	if tx.schema[table] == nil || strings.Contains(query, SumColumn) {
		return query
	}
	if tx.loose == nil {
		tx.loose = map[string]bool{}
	}
	tx.loose[table] = true
	if insert {
		return strings.Replace(query, "DO UPDATE SET", "DO UPDATE SET "+SumColumn+" = NULL,", 1)
	}
	return strings.Replace(query, " SET ", " SET "+SumColumn+" = NULL, ", 1)
}

// sealLoose gives their sums to the rows that statements left without.
func (tx *Tx) sealLoose(ctx context.Context) error {
	for _, table := range slices.Sorted(maps.Keys(tx.loose)) {
		if err := tx.seal(ctx, table, SumColumn+" IS NULL"); err != nil {
			return err
		}
	}
	return nil
}

// rows calls f with the rows that meet the condition (what follows WHERE): their
// values, which f may keep, in the order of the columns, and their sums as stored.
func (t *Table) rows(ctx context.Context, q querier, condition string, args []any, f func(vals []any, sum *int64) error) error {
	rows, err := q.QueryContext(ctx, "SELECT "+t.names()+", "+SumColumn+" FROM "+t.Name+" WHERE "+condition, args...) //nolint:gosec // of the catalogue
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		vals := make([]any, len(t.Columns))
		targets := make([]any, len(vals)+1)
		for i := range vals {
			targets[i] = &vals[i]
		}
		var sum *int64
		targets[len(vals)] = &sum
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if err := f(vals, sum); err != nil {
			return err
		}
	}
	return rows.Err()
}
