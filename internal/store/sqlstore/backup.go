package sqlstore

import (
	"context"
	"fmt"

	"github.com/readout-news/readout/internal/store"
)

// TablesVersion is the version of the tables.
func (s *Store) TablesVersion() int64 { return s.version }

// NoteBackup implements store.Store.
func (s *Store) NoteBackup(ctx context.Context, b store.Backup) error {
	err := s.write(ctx, func(tx *Tx) error {
		_, err := tx.put(ctx, "backup", "at, place, bytes, sha256", "ON CONFLICT DO NOTHING", fromTime(b.At), b.Place, b.Bytes, b.SHA256)
		return err
	})
	if err != nil {
		return fmt.Errorf("note a backup in %s: %w", s.name, err)
	}
	return nil
}

// LastBackup implements store.Store.
func (s *Store) LastBackup(ctx context.Context) (store.Backup, error) {
	var b store.Backup
	err := s.readWhole(ctx, "backup", "at = (SELECT max(at) FROM backup)", nil, `SELECT at, place, bytes, sha256 FROM backup ORDER BY at DESC, place LIMIT 1`, func(scan func(...[]any) error) error {
		var at string
		err := scan(row(&at, &b.Place, &b.Bytes, &b.SHA256))
		if err == nil {
			b.At, err = toTime(at)
		}
		return err
	})
	if err != nil {
		return store.Backup{}, fmt.Errorf("backups of %s: %w", s.name, err)
	}
	return b, nil
}
