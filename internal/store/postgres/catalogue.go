package postgres

import (
	"context"

	"github.com/readout-news/readout/internal/store/sqlstore"
)

// Columns implements sqlstore.Dialect. Tables of River are its own.
func (dialect) Columns(ctx context.Context, q sqlstore.Querier) ([]sqlstore.Described, error) {
	rows, err := q.QueryContext(ctx, `SELECT c.relname, a.attname, coalesce(array_position(k.conkey, a.attnum), 0), coalesce(pg_get_expr(d.adbin, d.adrelid), ''), a.atttypid = 'boolean'::regtype
		FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
		LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname NOT LIKE 'river\_%'`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []sqlstore.Described
	for rows.Next() {
		var d sqlstore.Described
		if err := rows.Scan(&d.Table, &d.Column, &d.Key, &d.Default, &d.Bool); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}
