package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// sealLock is held by who sums what an earlier program stored.
const sealLock = "seal"

// sealPage is how many rows are summed between two looks at the table.
const sealPage = 1000

// sealAll sums the rows of tables that have had no sums, or sums of other
// columns: the store was made or changed by an earlier program. A row whose sum
// of before is wrong keeps it, so that it is found later.
func (s *Store) sealAll(ctx context.Context) error {
	if len(s.schema) == 0 {
		return nil
	}
	had, err := seals(ctx, s.r)
	if err != nil {
		return s.d.Mapped(err)
	}
	for _, t := range s.schema.ordered() {
		if had[t.Name] == t.names() {
			continue
		}
		err := s.write(ctx, func(tx *Tx) error {
			if err := tx.d.Lock(ctx, tx, sealLock); err != nil {
				return err
			}
			had, err := seals(ctx, tx) // another process may have done it
			if err != nil || had[t.Name] == t.names() {
				return err
			}
			if err := t.reseal(ctx, tx, had[t.Name]); err != nil {
				return fmt.Errorf("sum the rows of %s: %w", t.Name, err)
			}
			return t.seal(ctx, tx)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// seal notes of which columns the sums of the table are.
func (t *Table) seal(ctx context.Context, tx *Tx) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO row_seal (name, columns) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET columns = excluded.columns`, t.Name, t.names())
	return err
}

// seals are the columns that the sums of each table are of.
func seals(ctx context.Context, q querier) (map[string]string, error) {
	out := map[string]string{}
	err := each(ctx, q, `SELECT name, columns FROM row_seal`, nil, func(scan func(...[]any) error) error {
		var name, columns string
		err := scan(row(&name, &columns))
		out[name] = columns
		return err
	})
	return out, err
}

// reseal sums the rows of a table whose sums were of the columns had, "" none.
// Where a migration has dropped one of them, nothing can be compared.
func (t *Table) reseal(ctx context.Context, tx *Tx, had string) error {
	var was []int // of the columns of before, where they are now
	gone := false // a column that was summed: no row can be compared
	if had != "" {
		for name := range strings.SplitSeq(had, ", ") {
			at := t.at(name)
			gone = gone || at < 0
			was = append(was, at)
		}
	}
	update := "UPDATE " + t.Name + " SET " + SumColumn + " = $1 WHERE " + t.keyed(2)
	order := " ORDER BY " + strings.Join(t.Key, ", ") + fmt.Sprintf(" LIMIT %d", sealPage)
	condition, args := "1 = 1", []any(nil)
	for {
		type sealed struct {
			key []any
			sum int64
		}
		var page []sealed
		var last []any
		n := 0
		err := t.rows(ctx, tx, condition+order, args, func(vals []any, sum *int64) error {
			n++
			last = t.keyOf(vals)
			if sum != nil && !gone {
				old := Table{Name: t.Name}
				var oldVals []any
				for _, at := range was {
					oldVals = append(oldVals, vals[at])
				}
				if old.sum(oldVals) != *sum {
					return nil
				}
			}
			page = append(page, sealed{last, t.sum(vals)})
			return nil
		})
		if err != nil {
			return err
		}
		stmt, err := tx.PrepareContext(ctx, update)
		if err != nil {
			return err
		}
		for _, r := range page {
			if _, err := stmt.ExecContext(ctx, append([]any{r.sum}, r.key...)...); err != nil {
				stmt.Close()
				return err
			}
		}
		stmt.Close()
		if n < sealPage {
			return nil
		}
		condition, args = t.after(), last
	}
}

// after is the condition that the key follows that of $1 and the next.
func (t *Table) after() string {
	marks := make([]string, len(t.Key))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	return "(" + strings.Join(slices.Clone(t.Key), ", ") + ") > (" + strings.Join(marks, ", ") + ")"
}
