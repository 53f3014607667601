package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/readout-news/readout/internal/store"
)

// Has implements store.Store.
func (s *Store) Has(ctx context.Context, reportID, version string) (path string, ok bool, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		var packed []byte
		err := tx.QueryRowContext(ctx, `SELECT r.path, l.doc FROM layers l JOIN report r ON r.id = l.report WHERE l.report = $1 AND l.pipeline = $2`, reportID, version).Scan(&path, &packed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		ok = err == nil && store.Readable(packed)
		return err
	})
	if err != nil {
		return "", false, fmt.Errorf("look up report %q in %s: %w", reportID, s.name, err)
	}
	return path, ok, nil
}
