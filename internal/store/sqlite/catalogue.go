package sqlite

import (
	"context"

	"github.com/readout-news/readout/internal/store/sqlstore"
)

// Columns implements sqlstore.Dialect.
func (dialect) Columns(ctx context.Context, q sqlstore.Querier) ([]sqlstore.Described, error) {
	rows, err := q.QueryContext(ctx, `SELECT m.name, c.name, c.pk, coalesce(c.dflt_value, ''), c.type = 'INTEGER', m.sql LIKE '%WITHOUT ROWID%' FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND m.name NOT LIKE '%\_fts\_%' ESCAPE '\'`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []sqlstore.Described
	for rows.Next() {
		var d sqlstore.Described
		if err := rows.Scan(&d.Table, &d.Column, &d.Key, &d.Default, &d.Integer, &d.WithoutRowID); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}
