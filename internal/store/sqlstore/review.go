package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// LeaseItem implements store.Store.
func (s *Store) LeaseItem(ctx context.Context, item, by string, length time.Duration) (got store.Lease, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		now := s.now().UTC().Truncate(time.Second)
		// Whoever comes second finds the row of the first, here or in another
		// process: the insert decides.
		if _, err := tx.ExecContext(ctx, `DELETE FROM review_lease WHERE until <= $1`, fromTime(now)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO review_lease (item, holder, until) VALUES ($1, $2, $3)
			ON CONFLICT (item) DO UPDATE SET until = excluded.until WHERE review_lease.holder = excluded.holder`,
			item, by, fromTime(now.Add(length))); err != nil {
			return err
		}
		var until string
		if err := tx.QueryRowContext(ctx, `SELECT holder, until FROM review_lease WHERE item = $1`, item).Scan(&got.By, &until); err != nil {
			return err
		}
		got.Item = item
		got.Until, err = toTime(until)
		return err
	})
	if err != nil {
		return store.Lease{}, fmt.Errorf("lease item %s of %s: %w", item, s.name, err)
	}
	return got, nil
}

// ReleaseItem implements store.Store.
func (s *Store) ReleaseItem(ctx context.Context, item, by string) error {
	err := s.write(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM review_lease WHERE item = $1 AND holder = $2`, item, by)
		return err
	})
	if err != nil {
		return fmt.Errorf("release item %s of %s: %w", item, s.name, err)
	}
	return nil
}

// Leases implements store.Store.
func (s *Store) Leases(ctx context.Context) ([]store.Lease, error) {
	var out []store.Lease
	now := s.now().UTC().Truncate(time.Second)
	err := s.readWhole(ctx, "review_lease", "until > $1", row(fromTime(now)), `SELECT item, holder, until FROM review_lease WHERE until > $1 ORDER BY item`, func(scan func(...[]any) error) error {
		var l store.Lease
		var until string
		if err := scan(row(&l.Item, &l.By, &until)); err != nil {
			return err
		}
		var err error
		l.Until, err = toTime(until)
		out = append(out, l)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("leases of %s: %w", s.name, err)
	}
	return out, nil
}

// AddMistake implements store.Store.
func (s *Store) AddMistake(ctx context.Context, m *store.Mistake) error {
	done := *m
	err := s.write(ctx, func(tx *Tx) error {
		var text string
		err := tx.QueryRowContext(ctx, `SELECT text FROM report WHERE id = $1`, m.Report).Scan(&text)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("report %s: %w", m.Report, readout.ErrNotFound)
		}
		if err != nil {
			return err
		}
		if m.Span.Start < 0 || m.Span.Empty() || m.Span.End > len(text) {
			return fmt.Errorf("%w: bytes %d to %d of report %s, which has %d", readout.ErrConflict, m.Span.Start, m.Span.End, m.Report, len(text))
		}
		done.ID, done.At = m.Sum(), s.now().UTC().Truncate(time.Second)
		if _, err = tx.ExecContext(ctx, `INSERT INTO mistake (id, at, who, report, span_start, span_end, note) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`,
			done.ID, fromTime(done.At), m.By, m.Report, m.Span.Start, m.Span.End, m.Note); err != nil {
			return err
		}
		var at string
		if err := tx.QueryRowContext(ctx, `SELECT at FROM mistake WHERE id = $1`, done.ID).Scan(&at); err != nil {
			return err
		}
		done.At, err = toTime(at)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a reader's report in %s: %w", s.name, err)
	}
	*m = done
	return nil
}

// Mistakes implements store.Store.
func (s *Store) Mistakes(ctx context.Context) ([]store.Mistake, error) {
	var out []store.Mistake
	err := s.readWhole(ctx, "mistake", "1 = 1", nil, `SELECT id, at, who, report, span_start, span_end, note FROM mistake ORDER BY at, id`, func(scan func(...[]any) error) error {
		var m store.Mistake
		var at string
		if err := scan(row(&m.ID, &at, &m.By, &m.Report, &m.Span.Start, &m.Span.End, &m.Note)); err != nil {
			return err
		}
		var err error
		m.At, err = toTime(at)
		out = append(out, m)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("readers' reports of %s: %w", s.name, err)
	}
	return out, nil
}
