package sqlstore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// Moments are text that sorts as they do: UTC, milliseconds; ” is the zero
// time.
const momentForm = "2006-01-02T15:04:05.000Z"

func fromTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(momentForm)
}

func toTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return time.Parse(momentForm, s)
}

// moments parses what was scanned, in pairs of text and target.
func moments(pairs ...any) error {
	for i := 0; i < len(pairs); i += 2 {
		t, err := toTime(pairs[i].(string))
		if err != nil {
			return err
		}
		*pairs[i+1].(*time.Time) = t
	}
	return nil
}

// maxWords is the longest title or error that is kept of a feed, in bytes.
const maxWords = 1000

// clipped makes text of feeds and servers fit for a column: valid, without zero
// bytes and of some length.
func clipped(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	if len(s) > maxWords {
		s = strings.ToValidUTF8(s[:maxWords], "") + "…"
	}
	return s
}

// folders are the categories of a feed as one column.
func folders(list []string) string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = strings.ReplaceAll(clipped(f), "\n", " ")
	}
	return strings.Join(out, "\n")
}

// AddFeed implements store.Store.
func (s *Store) AddFeed(ctx context.Context, f store.Feed) (added bool, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		at := fromTime(f.Added)
		if at == "" {
			at = fromTime(s.now())
		}
		due := fromTime(f.Due)
		if due == "" {
			due = at
		}
		named, err := feedsAt(ctx, tx, f.Address)
		if err != nil {
			return err
		}
		if len(named) == 0 {
			named = []string{f.Address}
		}
		f.Address = named[0]
		res, err := tx.put(ctx, "feed", "address, kind, title, home, categories, added, etag, last_modified, tried, succeeded, failures, due, every_ms, error, items, moved_to", "ON CONFLICT DO NOTHING",
			f.Address, string(f.Kind), clipped(f.Title), clipped(f.Home), folders(f.Categories), at, clipped(f.ETag), clipped(f.LastModified), fromTime(f.Tried), fromTime(f.Succeeded), f.Failures, due, f.Every.Milliseconds(), clipped(f.Error), 0, f.MovedTo)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if added = n > 0; err != nil || added {
			return err
		}
		for column, v := range map[string]string{"kind": string(f.Kind), "title": clipped(f.Title), "home": clipped(f.Home), "categories": folders(f.Categories)} {
			if v == "" {
				continue
			}
			if _, err := tx.ExecContext(ctx, `UPDATE feed SET row_sum = NULL, `+column+` = $2 WHERE address = $1`, f.Address, v); err != nil { //nolint:gosec // column is one of the four above
				return err
			}
		}
		return tx.seal(ctx, "feed", "address = $1", f.Address)
	})
	if err != nil {
		return false, fmt.Errorf("follow %s in %s: %w", f.Address, s.name, err)
	}
	return added, nil
}

// feedsAt are the addresses of the feeds that an address names: of that with the
// address, else of those that moved to it.
func feedsAt(ctx context.Context, tx *Tx, address string) (out []string, err error) {
	for _, column := range []string{"address", "moved_to"} {
		err := each(ctx, tx, `SELECT address FROM feed WHERE `+column+` = $1 ORDER BY address`, row(address), func(scan func(...[]any) error) error {
			var a string
			err := scan(row(&a))
			out = append(out, a)
			return err
		})
		if err != nil || len(out) > 0 {
			return out, err
		}
	}
	return nil, nil
}

// RemoveFeed implements store.Store.
func (s *Store) RemoveFeed(ctx context.Context, address string) error {
	err := s.write(ctx, func(tx *Tx) error {
		named, err := feedsAt(ctx, tx, address)
		if err == nil && len(named) == 0 {
			err = readout.ErrNotFound
		}
		for _, a := range named {
			if _, err := tx.ExecContext(ctx, `DELETE FROM feed WHERE address = $1`, a); err != nil {
				return err
			}
			// Pages that no other feed lists are asked for no more.
			_, err := tx.ExecContext(ctx, `UPDATE page SET row_sum = NULL, due = '' WHERE due <> '' AND url IN (SELECT url FROM listing WHERE feed = $1)
				AND NOT EXISTS (SELECT 1 FROM listing l JOIN feed f ON f.address = l.feed WHERE l.url = page.url)`, a)
			if err != nil {
				return err
			}
			if err := tx.seal(ctx, "page", SumColumn+" IS NULL AND url IN (SELECT url FROM listing WHERE feed = $1)", a); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("feed %s in %s: %w", address, s.name, err)
	}
	return nil
}

// Feeds implements store.Store.
func (s *Store) Feeds(ctx context.Context) ([]store.Feed, error) {
	var out []store.Feed
	err := s.readWhole(ctx, "feed", "1 = 1", nil, `SELECT address, kind, title, home, categories, added, etag, last_modified, tried, succeeded, failures, due, every_ms, error, items, moved_to FROM feed ORDER BY address`, func(scan func(...[]any) error) error {
		var f store.Feed
		var categories, added, tried, succeeded, due string
		var every int64
		if err := scan(row(&f.Address, &f.Kind, &f.Title, &f.Home, &categories, &added, &f.ETag, &f.LastModified, &tried, &succeeded, &f.Failures, &due, &every, &f.Error, &f.Items, &f.MovedTo)); err != nil {
			return err
		}
		if categories != "" {
			f.Categories = strings.Split(categories, "\n")
		}
		f.Every = time.Duration(every) * time.Millisecond
		err := moments(added, &f.Added, tried, &f.Tried, succeeded, &f.Succeeded, due, &f.Due)
		out = append(out, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("feeds of %s: %w", s.name, err)
	}
	return out, nil
}

// listingID names a listing: addresses and a title together are longer than a
// key may be.
func listingID(feed string, l store.Listing) string {
	sum := sha256.Sum256([]byte(feed + "\x00" + l.URL + "\x00" + clipped(l.Title)))
	return hex.EncodeToString(sum[:12])
}

// PutPoll implements store.Store.
func (s *Store) PutPoll(ctx context.Context, f store.Feed, items []store.Listing) (fresh int, err error) {
	// Two feeds that list the same pages take them in the same order and do not
	// wait for each other in a circle.
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(a, b store.Listing) int { return strings.Compare(a.URL, b.URL) })
	err = s.write(ctx, func(tx *Tx) error {
		fresh = 0
		res, err := tx.ExecContext(ctx, `UPDATE feed SET row_sum = NULL, kind = $2, title = $3, etag = $4, last_modified = $5, tried = $6, succeeded = $7, failures = $8, due = $9, every_ms = $10, error = $11, home = $12, moved_to = $13 WHERE address = $1`,
			f.Address, string(f.Kind), clipped(f.Title), clipped(f.ETag), clipped(f.LastModified), fromTime(f.Tried), fromTime(f.Succeeded), f.Failures, fromTime(f.Due), f.Every.Milliseconds(), clipped(f.Error), clipped(f.Home), f.MovedTo)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, readout.ErrNotFound)
		}
		listed := 0
		for _, l := range items {
			first, isNew, err := putListing(ctx, tx, f, l)
			if err != nil {
				return err
			}
			if first {
				listed++
			}
			if isNew {
				fresh++
			}
		}
		if listed > 0 {
			if _, err := tx.ExecContext(ctx, `UPDATE feed SET row_sum = NULL, items = items + $2 WHERE address = $1`, f.Address, listed); err != nil {
				return err
			}
		}
		return tx.seal(ctx, "feed", "address = $1", f.Address)
	})
	if err != nil {
		return 0, fmt.Errorf("note what %s lists in %s: %w", f.Address, s.name, err)
	}
	return fresh, nil
}

// putListing notes one listing: first is whether the feed had not listed that
// page before, fresh whether none had.
func putListing(ctx context.Context, tx *Tx, f store.Feed, l store.Listing) (first, fresh bool, err error) {
	at := fromTime(f.Tried)
	res, err := tx.put(ctx, "listing", "id, feed, url, address, title, published, seen", "ON CONFLICT DO NOTHING",
		listingID(f.Address, l), f.Address, l.URL, l.Address, clipped(l.Title), clipped(l.Published), at)
	if err != nil {
		return false, false, err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return false, false, err
	}
	if n > 0 {
		var had int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM listing WHERE feed = $1 AND url = $2`, f.Address, l.URL).Scan(&had); err != nil {
			return false, false, err
		}
		first = had == 1
	}
	res, err = tx.put(ctx, "page", "url, address, found, published, through, title, article, etag, last_modified, fetched, sha256, looks, due, failures, gone, error", "ON CONFLICT DO NOTHING",
		l.URL, l.Address, at, clipped(l.Published), f.Address, clipped(l.Title), "", "", "", "", "", 0, at, 0, 0, "")
	if err != nil {
		return false, false, err
	}
	if n, err = res.RowsAffected(); err != nil || n > 0 {
		return first, n > 0, err
	}
	// A page that was given up with its only feed is taken up again; and before a
	// page was asked for, the earliest day that a feed gives it counts and the
	// least spelling of its address, so that the order in which feeds are asked
	// does not matter.
	if _, err = tx.ExecContext(ctx, `UPDATE page SET row_sum = NULL, address = $2, through = $3, title = $4 WHERE url = $1 AND looks = 0 AND address > $2`, l.URL, l.Address, f.Address, clipped(l.Title)); err != nil {
		return first, false, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE page SET row_sum = NULL, due = CASE WHEN due = '' AND gone = 0 AND failures = 0 THEN $2 ELSE due END WHERE url = $1 AND looks = 0`, l.URL, at)
	if err == nil && l.Published != "" {
		err = putEarliest(ctx, tx, l)
	}
	if err == nil {
		err = tx.seal(ctx, "page", "url = $1 AND looks = 0", l.URL)
	}
	return first, false, err
}

// putEarliest notes the day of a listing where none before was earlier.
func putEarliest(ctx context.Context, tx *Tx, l store.Listing) error {
	var had string
	switch err := tx.QueryRowContext(ctx, `SELECT published FROM page WHERE url = $1 AND looks = 0`, l.URL).Scan(&had); {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	if had != "" && !earlier(l.Published, had) {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE page SET row_sum = NULL, published = $2 WHERE url = $1 AND looks = 0`, l.URL, clipped(l.Published))
	return err
}

// earlier compares what feeds say by the moment, for each writes the clock of its
// place; a day begins in UTC. Of one moment, the least spelling is first.
func earlier(a, b string) bool {
	moment := func(s string) time.Time {
		for _, layout := range []string{time.RFC3339, time.DateOnly} {
			if t, err := time.Parse(layout, s); err == nil {
				return t
			}
		}
		return time.Time{}
	}
	return cmp.Or(moment(a).Compare(moment(b)), strings.Compare(a, b)) < 0
}

const pageColumns = `url, address, through, title, found, published, article, etag, last_modified, fetched, sha256, looks, due, failures, gone, error`

func scanPage(scan func(...[]any) error) (store.Page, error) {
	var p store.Page
	var found, fetched, due string
	var gone int
	err := scan(row(&p.URL, &p.Address, &p.Through, &p.Title, &found, &p.Published, &p.Article, &p.ETag, &p.LastModified, &fetched, &p.SHA256, &p.Looks, &due, &p.Failures, &gone, &p.Error))
	if err != nil {
		return p, err
	}
	p.Gone = gone != 0
	return p, moments(found, &p.Found, fetched, &p.Fetched, due, &p.Due)
}

// DuePages implements store.Store.
func (s *Store) DuePages(ctx context.Context, at, beyond time.Time) iter.Seq2[store.Page, error] {
	return func(yield func(store.Page, error) bool) {
		done := errors.New("the reader has seen enough")
		far := fromTime(beyond)
		if far == "" {
			far = "~" // behind every year
		}
		const due = "due <> '' AND (due <= $1 OR due > $2)"
		err := s.readWhole(ctx, "page", due, row(fromTime(at), far), `SELECT `+pageColumns+` FROM page WHERE `+due+` ORDER BY CASE WHEN looks = 0 THEN 0 ELSE 1 END, due, url`, func(scan func(...[]any) error) error {
			p, err := scanPage(scan)
			if err == nil && !yield(p, nil) {
				err = done
			}
			return err
		})
		if err != nil && !errors.Is(err, done) {
			yield(store.Page{}, fmt.Errorf("pages due in %s: %w", s.name, err))
		}
	}
}

// NextDue implements store.Store.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	var next string
	err := s.read(ctx, func(tx *Tx) error {
		return tx.QueryRowContext(ctx, `SELECT coalesce(min(due), '') FROM (SELECT min(due) AS due FROM feed UNION ALL SELECT min(due) AS due FROM page WHERE due <> '') AS d`).Scan(&next)
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("what is due in %s: %w", s.name, err)
	}
	return toTime(next)
}

// Page implements store.Store.
func (s *Store) Page(ctx context.Context, url string) (store.Page, error) {
	var out store.Page
	err := s.read(ctx, func(tx *Tx) error {
		if err := tx.whole(ctx, "page", "url = $1", url); err != nil {
			return err
		}
		found := false
		err := each(ctx, tx, `SELECT `+pageColumns+` FROM page WHERE url = $1`, row(url), func(scan func(...[]any) error) (err error) {
			found = true
			out, err = scanPage(scan)
			return err
		})
		if err != nil {
			return err
		}
		if !found {
			return readout.ErrNotFound
		}
		seen, err := seenAt(ctx, tx, `a.url = $1`, out.Article)
		for _, v := range store.OrderVersions(seen) {
			if v.Current {
				out.Report = v.Report
			}
		}
		return err
	})
	if err != nil {
		return store.Page{}, fmt.Errorf("page %s in %s: %w", url, s.name, err)
	}
	return out, nil
}

// PutPage implements store.Store.
func (s *Store) PutPage(ctx context.Context, p store.Page) error {
	gone := 0
	if p.Gone {
		gone = 1
	}
	err := s.write(ctx, func(tx *Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE page SET row_sum = NULL, article = $2, etag = $3, last_modified = $4, fetched = $5, sha256 = $6, looks = $7, due = $8, failures = $9, gone = $10, error = $11 WHERE url = $1`,
			p.URL, p.Article, clipped(p.ETag), clipped(p.LastModified), fromTime(p.Fetched), p.SHA256, p.Looks, fromTime(p.Due), p.Failures, gone, clipped(p.Error))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, readout.ErrNotFound)
		}
		return tx.seal(ctx, "page", "url = $1", p.URL)
	})
	if err != nil {
		return fmt.Errorf("page %s in %s: %w", p.URL, s.name, err)
	}
	return nil
}

// PutSite implements store.Store.
func (s *Store) PutSite(ctx context.Context, site string, state []byte) error {
	err := s.write(ctx, func(tx *Tx) error {
		_, err := tx.put(ctx, "site", "name, state", "ON CONFLICT (name) DO UPDATE SET state = excluded.state, row_sum = excluded.row_sum", site, state)
		return err
	})
	if err != nil {
		return fmt.Errorf("note site %s in %s: %w", site, s.name, err)
	}
	return nil
}

// Sites implements store.Store.
func (s *Store) Sites(ctx context.Context) (map[string][]byte, error) {
	out := map[string][]byte{}
	err := s.readWhole(ctx, "site", "1 = 1", nil, `SELECT name, state FROM site`, func(scan func(...[]any) error) error {
		var name string
		var state []byte
		err := scan(row(&name, &state))
		out[name] = state
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sites of %s: %w", s.name, err)
	}
	return out, nil
}

// Sightings implements store.Store.
func (s *Store) Sightings(ctx context.Context, reportID string) ([]store.Sighting, error) {
	var out []store.Sighting
	err := s.read(ctx, func(tx *Tx) error {
		out = nil
		var known int
		err := tx.QueryRowContext(ctx, `SELECT 1 FROM report WHERE id = $1`, reportID).Scan(&known)
		if errors.Is(err, sql.ErrNoRows) {
			return readout.ErrNotFound
		}
		if err != nil {
			return err
		}
		add := func(scan func(...[]any) error) error {
			v := store.Sighting{Report: reportID}
			var seen string
			err := scan(row(&v.Through, &v.URL, &v.Title, &v.Published, &seen))
			if err == nil && seen != "" {
				v.Seen, err = time.Parse(time.RFC3339, seen)
			}
			out = append(out, v)
			return err
		}
		err = errors.Join(tx.whole(ctx, "listing", "url IN (SELECT p.url FROM article_report a JOIN page p ON p.article = a.url WHERE a.report = $1)", reportID),
			tx.whole(ctx, "arrival", "sha256 = (SELECT sha256 FROM report WHERE id = $1)", reportID))
		if err != nil {
			return err
		}
		err = each(ctx, tx, `SELECT l.feed, l.address, l.title, l.published, l.seen FROM article_report a JOIN page p ON p.article = a.url JOIN listing l ON l.url = p.url WHERE a.report = $1`, row(reportID), add)
		if err != nil {
			return err
		}
		// What was fetched has its address for a path and came through feeds.
		return each(ctx, tx, `SELECT a.path, a.url, a.sidecar_title, a.sidecar_published, a.read_in FROM arrival a JOIN report r ON r.sha256 = a.sha256
			WHERE r.id = $1 AND a.path <> '' AND a.path NOT LIKE 'http://%' AND a.path NOT LIKE 'https://%'`, row(reportID), add)
	})
	if err != nil {
		return nil, fmt.Errorf("sightings of report %q in %s: %w", reportID, s.name, err)
	}
	slices.SortFunc(out, func(a, b store.Sighting) int {
		if c := a.Seen.Compare(b.Seen); c != 0 {
			return c
		}
		return slices.Compare([]string{a.Through, a.URL, a.Title}, []string{b.Through, b.URL, b.Title})
	})
	return out, nil
}
