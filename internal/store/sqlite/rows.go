package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/readout-news/readout"
)

// inserter writes rows of one table, many to a statement.
type inserter struct {
	ctx  context.Context
	tx   *sql.Tx
	head string
	cols int
	max  int // rows a statement
	full *sql.Stmt
	vals []any
}

// maxParams is the most parameters in a statement of several rows. The driver
// looks each $N up by its name, which costs the square of their number: of 12,
// 30, 60, 150 and 2,000, BenchmarkRead was fastest at 30 and took five times as
// long at 2,000.
const maxParams = 30

// insert makes an inserter for the columns, a list parted by commas.
func insert(ctx context.Context, tx *sql.Tx, table, columns string) *inserter {
	n := strings.Count(columns, ",") + 1
	return &inserter{ctx: ctx, tx: tx, head: "INSERT INTO " + table + " (" + columns + ") VALUES ", cols: n, max: max(1, maxParams/n)}
}

// statement is the SQL for n rows.
func (x *inserter) statement(n int) string {
	var b strings.Builder
	b.WriteString(x.head)
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

// add queues one row.
func (x *inserter) add(groups ...[]any) error {
	had := len(x.vals)
	for _, g := range groups {
		x.vals = append(x.vals, g...)
	}
	if got := len(x.vals) - had; got != x.cols {
		panic(fmt.Sprintf("sqlite: %d values for %d columns: %s", got, x.cols, x.head))
	}
	if len(x.vals) < x.max*x.cols {
		return nil
	}
	if x.full == nil {
		stmt, err := x.tx.PrepareContext(x.ctx, x.statement(x.max))
		if err != nil {
			return err
		}
		x.full = stmt
	}
	_, err := x.full.ExecContext(x.ctx, x.vals...)
	x.vals = x.vals[:0]
	return err
}

// flush writes what is queued and ends the inserter.
func (x *inserter) flush() error {
	if x.full != nil {
		defer x.full.Close()
	}
	if len(x.vals) == 0 {
		return nil
	}
	_, err := x.tx.ExecContext(x.ctx, x.statement(len(x.vals)/x.cols), x.vals...)
	x.vals = nil
	return err
}

// row groups values for inserter.add.
func row(vals ...any) []any { return vals }

// querier is a transaction or a handle.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

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
		return rows.Scan(flat...)
	}
	for rows.Next() {
		if err := f(scan); err != nil {
			return err
		}
	}
	return rows.Err()
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
			return fmt.Errorf("a row of %q has lost its owner; the file is damaged: restore a copy or read the reports into a new store", id)
		}
		put(owner, c)
		return nil
	})
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
