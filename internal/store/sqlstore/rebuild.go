package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// CaptureOf implements store.Store.
func (s *Store) CaptureOf(ctx context.Context, reportID string) (sha string, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT sha256 FROM report WHERE id = $1`, reportID).Scan(&sha)
		if errors.Is(err, sql.ErrNoRows) {
			return readout.ErrNotFound
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("bytes of report %q in %s: %w", reportID, s.name, err)
	}
	return sha, nil
}

// Forget implements store.Store.
func (s *Store) Forget(ctx context.Context, ids []string) error {
	err := s.write(ctx, func(tx *Tx) error {
		return among(ids, tx.d.Params(), func(in string, args []any) error {
			_, err := tx.ExecContext(ctx, "DELETE FROM layers WHERE report"+in, args...)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("forget readings in %s: %w", s.name, err)
	}
	return nil
}

// Reindex implements store.Store.
func (s *Store) Reindex(ctx context.Context) error {
	err := s.write(ctx, func(tx *Tx) error {
		for _, name := range []string{indexLock, recordLock} {
			if err := tx.d.Lock(ctx, tx, name); err != nil {
				return err
			}
		}
		for _, kind := range append([]store.Kind{store.KindReport}, recordKinds...) {
			if err := tx.d.ClearWords(ctx, tx, kind); err != nil {
				return err
			}
		}
		for _, stmt := range []string{`DELETE FROM search_report`, `DELETE FROM search_row`, `DELETE FROM search_state`} {
			if _, err := tx.ExecContext(ctx, stmt); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = s.d.Mapped(s.indexAll(ctx))
	}
	if err != nil {
		return fmt.Errorf("index %s anew: %w", s.name, err)
	}
	return nil
}
