package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// Inserter writes rows of one table, many to a statement.
type Inserter struct {
	ctx     context.Context
	tx      *Tx
	table   string
	columns string
	cols    int
	max     int // rows a statement
	keep    int // rows that are kept for one statement or Dialect.Bulk
	full    *sql.Stmt
	vals    []any
	sums    *summer // nil: its rows carry no sum
}

// bulkKeep is how many rows an Inserter collects for Dialect.Bulk.
const bulkKeep = 4096

// Insert makes an Inserter for the columns, a list parted by commas.
func (tx *Tx) Insert(ctx context.Context, table, columns string) *Inserter {
	sums := tx.summing(table, columns)
	if sums != nil {
		columns += ", " + SumColumn
	}
	n := strings.Count(columns, ",") + 1
	x := &Inserter{ctx: ctx, tx: tx, table: table, columns: columns, cols: n, max: max(1, tx.d.Params()/n), sums: sums}
	x.keep = x.max
	if tx.d.BulkRows() > 0 {
		x.keep = bulkKeep
	}
	return x
}

// statement is the SQL for n rows.
func (x *Inserter) statement(n int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + x.table + " (" + x.columns + ") VALUES ")
	p := 1
	for row := range n {
		if row > 0 {
			b.WriteString(", ")
		}
		for col := range x.cols {
			b.WriteByte("(,"[min(col, 1)])
			fmt.Fprintf(&b, "$%d", p)
			p++
		}
		b.WriteByte(')')
	}
	return b.String()
}

// Add queues one row.
func (x *Inserter) Add(groups ...[]any) error {
	had := len(x.vals)
	for _, g := range groups {
		x.vals = append(x.vals, g...)
	}
	if x.sums != nil && len(x.vals)-had == x.cols-1 {
		x.vals = append(x.vals, x.sums.sum(x.vals[had:]))
	}
	if got := len(x.vals) - had; got != x.cols {
		panic(fmt.Sprintf("sqlstore: %d values for %d columns of %s (%s)", got, x.cols, x.table, x.columns))
	}
	if len(x.vals) < x.keep*x.cols {
		return nil
	}
	return x.write()
}

// write writes what is queued.
func (x *Inserter) write() error {
	rows := len(x.vals) / x.cols
	if least := x.tx.d.BulkRows(); least > 0 && rows >= least {
		err := x.tx.d.Bulk(x.ctx, x.tx, x.table, strings.Split(x.columns, ", "), x.vals)
		x.vals = x.vals[:0]
		return err
	}
	left := x.vals
	for ; len(left) >= x.max*x.cols; left = left[x.max*x.cols:] {
		if x.full == nil {
			stmt, err := x.tx.PrepareContext(x.ctx, x.statement(x.max))
			if err != nil {
				return err
			}
			x.full = stmt
		}
		if x.tx.failed != nil {
			return x.tx.failed
		}
		if _, err := x.full.ExecContext(x.ctx, left[:x.max*x.cols]...); err != nil {
			return x.tx.did(err)
		}
	}
	if len(left) > 0 {
		if _, err := x.tx.ExecContext(x.ctx, x.statement(len(left)/x.cols), left...); err != nil {
			return err
		}
	}
	x.vals = x.vals[:0]
	return nil
}

// Flush writes what is queued and ends the Inserter.
func (x *Inserter) Flush() error {
	if len(x.vals) > 0 {
		if err := x.write(); err != nil {
			return err
		}
	}
	if x.full != nil {
		return x.full.Close()
	}
	return nil
}

// row groups values for Inserter.Add.
func row(vals ...any) []any { return vals }

// Querier is a transaction or a handle.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

type querier = Querier

// each calls f for every row, with f free to scan it.
func each(ctx context.Context, q querier, query string, args []any, f func(scan func(dest ...[]any) error) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var flat []any
	scan := func(dest ...[]any) error {
		flat = flat[:0]
		for _, d := range dest {
			flat = append(flat, d...)
		}
		return named(rows.Scan(flat...))
	}
	for rows.Next() {
		if err := f(scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// named is an error of database/sql about a value that is not of the type which is
// written there, by its name.
func named(err error) error {
	if err != nil && strings.HasPrefix(err.Error(), "sql: Scan error") {
		return fmt.Errorf("%w: a row holds what was not written (%w); “readout doctor” says where", readout.ErrDamaged, err)
	}
	return err
}

// children reads rows that belong to others: each begins with its owner's id.
// targets says where the rest of a row goes, put hands it to the owner.
func children[P, C any](ctx context.Context, q querier, query string, args []any, owners map[string]*P, targets func(*C) []any, put func(*P, C)) error {
	return each(ctx, q, query, args, func(scan func(...[]any) error) error {
		var id string
		var c C
		if err := scan(row(&id), targets(&c)); err != nil {
			return err
		}
		owner := owners[id]
		if owner == nil {
			return lost(id)
		}
		put(owner, c)
		return nil
	})
}

// lost says that a row belongs to something that is not there.
func lost(id string) error {
	return fmt.Errorf("%w: a row of %q has lost its owner; “readout rebuild” draws the record anew", readout.ErrDamaged, id)
}

// among calls f for the ids, up to n at a time, with the condition that a column
// is one of them and the values of its placeholders.
func among(ids []string, n int, f func(in string, args []any) error) error {
	for some := range slices.Chunk(ids, max(1, n)) {
		args := make([]any, len(some))
		var in strings.Builder
		in.WriteString(" IN (")
		for i, id := range some {
			args[i] = id
			if i > 0 {
				in.WriteString(", ")
			}
			fmt.Fprintf(&in, "$%d", i+1)
		}
		in.WriteString(")")
		if err := f(in.String(), args); err != nil {
			return err
		}
	}
	return nil
}

// Columns of evidence; the names differ from table to table, the order does
// not.

func evidenceValues(e readout.Evidence) []any {
	return row(e.Report, e.Span.Start, e.Span.End, e.By.Annotator, e.By.Version, e.By.Rule)
}

func evidenceTargets(e *readout.Evidence) []any {
	return row(&e.Report, &e.Span.Start, &e.Span.End, &e.By.Annotator, &e.By.Version, &e.By.Rule)
}

// maybeEvidence is evidence that may be NULL, which report tells.
type maybeEvidence struct {
	report, annotator, version, rule sql.NullString
	start, end                       sql.NullInt64
}

func maybeEvidenceValues(e *readout.Evidence) []any {
	if e == nil {
		return row(nil, nil, nil, nil, nil, nil)
	}
	return evidenceValues(*e)
}

func (m *maybeEvidence) targets() []any {
	return row(&m.report, &m.start, &m.end, &m.annotator, &m.version, &m.rule)
}

func (m *maybeEvidence) get() *readout.Evidence {
	if !m.report.Valid {
		return nil
	}
	return &readout.Evidence{
		Report: m.report.String,
		Span:   readout.Span{Start: int(m.start.Int64), End: int(m.end.Int64)},
		By:     readout.By{Annotator: m.annotator.String, Version: m.version.String, Rule: m.rule.String},
	}
}

// Columns of the two dates that a row may have, in the order of dateValues.
const (
	dateColumns  = "date_value, date_end, date_precision, date_basis, date_report, date_start, date_stop, date_annotator, date_version, date_rule"
	untilColumns = "until_value, until_end, until_precision, until_basis, until_report, until_start, until_stop, until_annotator, until_version, until_rule"
)

// maybeDate is a date that may be NULL, which value tells.
type maybeDate struct {
	value, end, precision, basis sql.NullString
	expression                   maybeEvidence
}

func dateValues(d *readout.Date) [][]any {
	if d == nil {
		return [][]any{row(nil, nil, nil, nil), maybeEvidenceValues(nil)}
	}
	return [][]any{row(d.Value, d.End, d.Precision, d.Basis), maybeEvidenceValues(d.Expression)}
}

func (m *maybeDate) targets() []any {
	return append(row(&m.value, &m.end, &m.precision, &m.basis), m.expression.targets()...)
}

func (m *maybeDate) get() *readout.Date {
	if !m.value.Valid {
		return nil
	}
	return &readout.Date{
		Value: m.value.String, End: m.end.String, Precision: m.precision.String, Basis: m.basis.String,
		Expression: m.expression.get(),
	}
}

func maybeSpanValues(s *readout.Span) []any {
	if s == nil {
		return row(nil, nil)
	}
	return row(s.Start, s.End)
}

// maybeSpan is a span that may be NULL.
type maybeSpan struct{ start, end sql.NullInt64 }

func (m *maybeSpan) targets() []any { return row(&m.start, &m.end) }

func (m *maybeSpan) get() *readout.Span {
	if !m.start.Valid {
		return nil
	}
	return &readout.Span{Start: int(m.start.Int64), End: int(m.end.Int64)}
}
