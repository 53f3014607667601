package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/readout-news/readout/internal/store"
)

// Teller is a Dialect that can tell the name of its engine and how much disk
// the database takes.
type Teller interface {
	Engine() string
	Size(ctx context.Context, tx *Tx) (bytes int64, err error)
}

// About implements store.Store.
func (s *Store) About(ctx context.Context) (store.About, error) {
	out := store.About{Name: s.name}
	err := s.read(ctx, func(tx *Tx) (err error) {
		if t, ok := s.d.(Teller); ok {
			out.Engine = t.Engine()
			if out.Bytes, err = t.Size(ctx, tx); err != nil {
				return err
			}
		}
		var since string
		err = tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM record_report), (SELECT count(*) FROM event), (SELECT count(*) FROM statement), (SELECT count(*) FROM pending), coalesce((SELECT put_in FROM revision WHERE n = 1), '')`).
			Scan(&out.Linked, &out.Events, &out.Statements, &out.Pending, &since)
		if err == nil && since != "" {
			out.Since, err = time.Parse(time.RFC3339, since)
		}
		if err != nil {
			return err
		}
		// The key's index has it: no layers are read.
		return each(ctx, tx, `SELECT pipeline, count(*) FROM layers GROUP BY pipeline ORDER BY pipeline`, nil, func(scan func(...[]any) error) error {
			out.Readings = append(out.Readings, store.Reading{})
			r := &out.Readings[len(out.Readings)-1]
			err := scan(row(&r.Version, &r.Reports))
			out.Reports += r.Reports
			return err
		})
	})
	if err != nil {
		return store.About{}, fmt.Errorf("size of %s: %w", s.name, err)
	}
	return out, nil
}

// Behind implements store.Store.
func (s *Store) Behind(ctx context.Context, version, after string, limit int) ([]string, error) {
	return s.ids(ctx, `SELECT report FROM layers WHERE report > $1 AND pipeline <> $2 ORDER BY report LIMIT $3`, after, version, limit)
}

// Layered implements store.Store.
func (s *Store) Layered(ctx context.Context, reportID string) (store.Layered, error) {
	var found []store.Layered
	err := s.read(ctx, func(tx *Tx) (err error) {
		found, err = layersWith(ctx, tx, is(reportID))
		if err == nil && len(found) == 0 {
			err = noReport(ctx, tx, reportID)
		}
		return err
	})
	if err != nil {
		return store.Layered{}, fmt.Errorf("layers of report %q in %s: %w", reportID, s.name, err)
	}
	return found[0], nil
}
