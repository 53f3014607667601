package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/readout-news/readout"
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

// Drop takes reports away from a store that is being made, before anything is linked
// from them; the index is to be made anew. Their bytes stay.
func (s *Store) Drop(ctx context.Context, ids []string) error {
	err := s.write(ctx, func(tx *Tx) error {
		return among(ids, tx.d.Params(), func(in string, args []any) error {
			_, err := tx.ExecContext(ctx, "DELETE FROM report WHERE id"+in, args...) //nolint:gosec // placeholders
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("drop reports of %s: %w", s.name, err)
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
		for _, kind := range recordKinds {
			if err := tx.d.ClearWords(ctx, tx, kind); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM search_row`); err != nil {
			return err
		}
		return clearReports(ctx, tx)
	})
	if err == nil {
		err = s.d.Mapped(s.indexAll(ctx))
	}
	if err != nil {
		return fmt.Errorf("index %s anew: %w", s.name, err)
	}
	return nil
}
