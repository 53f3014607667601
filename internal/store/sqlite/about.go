package sqlite

import (
	"context"

	"github.com/readout-news/readout/internal/store/sqlstore"
)

var _ sqlstore.Teller = dialect{}

// Engine implements sqlstore.Teller.
func (dialect) Engine() string { return "SQLite" }

// Size implements sqlstore.Teller: the file without its write-ahead log.
func (dialect) Size(ctx context.Context, tx *sqlstore.Tx) (bytes int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`).Scan(&bytes)
	return bytes, err
}
