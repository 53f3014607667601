package sqlstore

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// fold makes the key under which a name is looked up: lower case, without
// accents, single spaces.
func fold(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.Join(strings.Fields(name), " ")) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// ids runs a query that answers one column of text.
func (s *Store) ids(ctx context.Context, query string, args ...any) ([]string, error) {
	var out []string
	err := each(ctx, s.r, query, args, func(scan func(...[]any) error) error {
		var id string
		err := scan(row(&id))
		out = append(out, id)
		return err
	})
	return out, s.d.Mapped(err)
}

// timelineQuery walks the index event_date up to $2. An event's last day is
// compared with $1 by as many characters as it has: "2025-03" lies in part in
// the days from 2025-03-18.
const timelineQuery = `SELECT id FROM event
	WHERE date_value <= $2
	  AND (coalesce(nullif(date_end, ''), date_value) >= $1
	    OR substr($1, 1, length(coalesce(nullif(date_end, ''), date_value))) <= coalesce(nullif(date_end, ''), date_value))
	ORDER BY date_value, id`

// Timeline implements store.Store.
func (s *Store) Timeline(ctx context.Context, from, to string) ([]string, error) {
	// "~" sorts behind every character of a date: it takes in the times of
	// the last day, and all days when there is no last one.
	out, err := s.ids(ctx, timelineQuery, from, to+"~")
	if err != nil {
		return nil, fmt.Errorf("timeline of %s: %w", s.name, err)
	}
	return out, nil
}

const quotesQuery = `SELECT id FROM statement WHERE speaker = $1 ORDER BY date_value IS NULL, date_value, id`

// Quotes implements store.Store.
func (s *Store) Quotes(ctx context.Context, entityID string) ([]string, error) {
	out, err := s.ids(ctx, quotesQuery, entityID)
	if err != nil {
		return nil, fmt.Errorf("quotes of %q in %s: %w", entityID, s.name, err)
	}
	return out, nil
}

const whoQuery = `SELECT DISTINCT entity FROM entity_name WHERE folded = $1 ORDER BY entity`

// Who implements store.Store.
func (s *Store) Who(ctx context.Context, name string) ([]string, error) {
	out, err := s.ids(ctx, whoQuery, fold(name))
	if err != nil {
		return nil, fmt.Errorf("look up %q in %s: %w", name, s.name, err)
	}
	return out, nil
}

// Show implements store.Store. Ids are compared byte by byte; a store on
// PostgreSQL needs the columns in the collation "C" for that.
func (s *Store) Show(ctx context.Context, prefix string) ([]store.Item, error) {
	var out []store.Item
	err := s.read(ctx, func(tx *Tx) error {
		if prefix == "" {
			return nil
		}
		for _, k := range []struct {
			kind          store.Kind
			table, column string
		}{
			{store.KindCapture, "capture", "sha256"},
			{store.KindClaim, "claim", "id"},
			{store.KindCommitment, "commitment", "id"},
			{store.KindEntity, "entity", "id"},
			{store.KindEvent, "event", "id"},
			{store.KindIssue, "issue", "id"},
			{store.KindPosition, "position", "id"},
			{store.KindReport, "report", "id"},
			{store.KindResponse, "response", "id"},
			{store.KindStatement, "statement", "id"},
			{store.KindThread, "thread", "id"},
			{store.KindUtterance, "utterance", "id"},
		} {
			// The highest code point ends the range of ids with the prefix.
			err := each(ctx, tx, "SELECT "+k.column+" FROM "+k.table+" WHERE "+k.column+" BETWEEN $1 AND $2 ORDER BY "+k.column+" LIMIT $3",
				row(prefix, prefix+"\U0010FFFF", store.ShowLimit-len(out)), func(scan func(...[]any) error) error {
					item := store.Item{Kind: k.kind}
					err := scan(row(&item.ID))
					out = append(out, item)
					return err
				})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("%w; ids are in the output of --json", readout.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("show %q from %s: %w", prefix, s.name, err)
	}
	return out, nil
}
