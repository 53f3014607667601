package postgres

import (
	"context"

	"github.com/readout-news/readout/internal/store/sqlstore"
)

var _ sqlstore.Teller = dialect{}

// Engine implements sqlstore.Teller.
func (dialect) Engine() string { return "PostgreSQL" }

// Size implements sqlstore.Teller: the schema's tables with their indexes,
// without the server's log.
func (dialect) Size(ctx context.Context, tx *sqlstore.Tx) (bytes int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'`).Scan(&bytes)
	return bytes, err
}
