package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// noteArticle notes in tx that a capture of an article reads as that report.
func noteArticle(ctx context.Context, tx *Tx, c readout.Capture, reportID, wording string) error {
	url := store.Canonical(c.URL)
	if url == "" || c.Fetched.IsZero() {
		return nil
	}
	at := fromTime(c.Fetched)
	_, err := tx.put(ctx, "article_report", "url, report, wording, first_seen, last_seen", `ON CONFLICT (url, report) DO UPDATE SET row_sum = NULL,
			first_seen = CASE WHEN excluded.first_seen < article_report.first_seen THEN excluded.first_seen ELSE article_report.first_seen END,
			last_seen = CASE WHEN excluded.last_seen > article_report.last_seen THEN excluded.last_seen ELSE article_report.last_seen END`,
		url, reportID, wording, at, at)
	if err != nil {
		return err
	}
	if err := tx.seal(ctx, "article_report", "url = $1 AND report = $2", url, reportID); err != nil {
		return err
	}
	_, err = tx.put(ctx, "article_capture", "url, report, sha256", "ON CONFLICT DO NOTHING", url, reportID, c.SHA256)
	return err
}

// standIn is the stored report that was seen before the capture in the same
// wording, or the report itself where that is stored; "" none.
func standIn(ctx context.Context, tx *Tx, c readout.Capture, report *readout.Report, wording string) (string, error) {
	var id string
	err := tx.QueryRowContext(ctx, `SELECT id FROM report WHERE id = $1`, report.ID).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	var first string
	err = tx.QueryRowContext(ctx, `SELECT report, first_seen FROM article_report WHERE url = $1 AND wording = $2 ORDER BY first_seen, report LIMIT 1`,
		store.Canonical(c.URL), wording).Scan(&id, &first)
	at := fromTime(c.Fetched)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", nil
	case err != nil:
		return "", err
	case first > at, first == at && id > report.ID:
		return "", nil // this one was first: it stands for the others
	}
	return id, nil
}

// Seen implements store.Store.
func (s *Store) Seen(ctx context.Context, c readout.Capture, report *readout.Report) (same string, err error) {
	if store.Canonical(c.URL) == "" || c.Fetched.IsZero() {
		return "", nil
	}
	wording := store.Wording(report)
	err = s.read(ctx, func(tx *Tx) error {
		same, err = standIn(ctx, tx, c, report, wording)
		return err
	})
	if err == nil && same != "" {
		err = s.write(ctx, func(tx *Tx) error {
			if _, err := tx.ExecContext(ctx, `DELETE FROM refusal WHERE path = $1`, c.Path); err != nil {
				return err
			}
			return noteArticle(ctx, tx, c, same, wording)
		})
	}
	if err != nil {
		return "", fmt.Errorf("look up the article %s in %s: %w", c.URL, s.name, err)
	}
	if same == report.ID {
		return "", nil
	}
	return same, nil
}

// seenAt lists what was seen of the articles that meet a condition on
// article_report a.
func seenAt(ctx context.Context, tx *Tx, where string, args ...any) ([]store.SeenReport, error) {
	var out []store.SeenReport
	fits := tx.checking("article_report", "url, report, wording, first_seen, last_seen")
	err := each(ctx, tx, `SELECT a.url, a.report, a.wording, a.first_seen, a.last_seen, a.row_sum, r.skip,
			(SELECT count(*) FROM article_capture c WHERE c.url = a.url AND c.report = a.report)
		FROM article_report a JOIN report r ON r.id = a.report WHERE `+where+` ORDER BY a.url, a.report`, args, func(scan func(...[]any) error) error {
		var x store.SeenReport
		var first, last, skip string
		var sum *int64
		if err := scan(row(&x.URL, &x.Report, &x.Wording, &first, &last, &sum, &skip, &x.Captures)); err != nil {
			return err
		}
		if !fits(sum, x.URL, x.Report, x.Wording, first, last) {
			return fmt.Errorf("%w: when the report %s was seen is not what was written; “readout doctor” says what to do", readout.ErrDamaged, clipped(x.Report))
		}
		x.Skip = skip != ""
		err := moments(first, &x.First, last, &x.Last)
		out = append(out, x)
		return err
	})
	return out, err
}

// Versions implements store.Store.
func (s *Store) Versions(ctx context.Context, addressOrReport string) ([]store.Version, error) {
	var out []store.Version
	err := s.read(ctx, func(tx *Tx) error {
		out = nil
		where := `a.url = $1`
		arg := store.Canonical(addressOrReport)
		if arg == "" {
			where, arg = `a.url IN (SELECT url FROM article_report WHERE report = $1)`, addressOrReport
		}
		seen, err := seenAt(ctx, tx, where, arg)
		if err == nil && len(seen) == 0 {
			err = readout.ErrNotFound
		}
		for len(seen) > 0 {
			n := slices.IndexFunc(seen, func(x store.SeenReport) bool { return x.URL != seen[0].URL })
			if n < 0 {
				n = len(seen)
			}
			out = append(out, store.OrderVersions(seen[:n])...)
			seen = seen[n:]
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("versions of %q in %s: %w", addressOrReport, s.name, err)
	}
	return out, nil
}

// Superseded implements store.Store.
func (s *Store) Superseded(ctx context.Context, by time.Time) (map[string]string, error) {
	var seen []store.SeenReport
	err := s.read(ctx, func(tx *Tx) (err error) {
		// A report at several addresses has to be judged at all of them.
		seen, err = seenAt(ctx, tx, `a.url IN (SELECT url FROM article_report WHERE report IN (
			SELECT report FROM article_report WHERE url IN (SELECT url FROM article_report GROUP BY url HAVING count(*) > 1)))`)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("superseded reports of %s: %w", s.name, err)
	}
	return store.SupersededBy(seen, by), nil
}
