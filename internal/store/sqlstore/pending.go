package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// markOf names a report and its layers as they are stored: what linking reads of
// them. Equal content has equal marks, so it does not matter how often a report
// went back and forth between being read and being linked.
func markOf(r *readout.Report, digest, version string, layers []byte) (string, error) {
	b, err := json.Marshal([]any{digest, version, r.Path, r.Published})
	if err != nil {
		return "", err
	}
	h := sha256.New()
	h.Write(b)
	h.Write(layers)
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

// putPending notes that a report has to be linked.
func putPending(ctx context.Context, tx *Tx, report, mark string) error {
	_, err := tx.put(ctx, "pending", "report, mark", "ON CONFLICT (report) DO UPDATE SET mark = excluded.mark, row_sum = excluded.row_sum", report, mark)
	return err
}

// Pending implements store.Store.
func (s *Store) Pending(ctx context.Context) ([]string, error) {
	var out []string
	err := s.read(ctx, func(tx *Tx) error {
		fits := tx.checking("pending", "report, mark")
		return each(ctx, tx, `SELECT report, mark, row_sum FROM pending ORDER BY report`, nil, func(scan func(...[]any) error) error {
			var id, mark string
			var sum *int64
			if err := scan(row(&id, &mark, &sum)); err != nil {
				return err
			}
			if !fits(sum, id, mark) {
				return fmt.Errorf("%w: that the report %s is to be linked is not what was noted; “readout rebuild” links all", readout.ErrDamaged, clipped(id))
			}
			out = append(out, id)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("reports of %s that are to be linked: %w", s.name, err)
	}
	return out, nil
}

// PutLinkDigests implements store.Store.
func (s *Store) PutLinkDigests(ctx context.Context, digests map[string][]byte) error {
	err := s.write(ctx, func(tx *Tx) error { return putLinkDigests(ctx, tx, digests) })
	if err != nil {
		return fmt.Errorf("keep what linking noted in %s: %w", s.name, err)
	}
	return nil
}

func putLinkDigests(ctx context.Context, tx *Tx, digests map[string][]byte) error {
	ids := slices.Sorted(maps.Keys(digests))
	there, err := idsIn(ctx, tx, store.KindReport, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if !there[id] {
			return fmt.Errorf("report %s: %w; add it first", id, readout.ErrNotFound)
		}
	}
	err = among(ids, tx.d.Params(), func(in string, args []any) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM link_digest WHERE report"+in, args...) //nolint:gosec // placeholders
		return err
	})
	if err != nil {
		return err
	}
	put := tx.Insert(ctx, "link_digest", "report, digest")
	for _, id := range ids {
		d := digests[id]
		if d == nil {
			d = []byte{} // not NULL
		}
		if err := put.Add(row(id, d)); err != nil {
			return err
		}
	}
	return put.Flush()
}

// LinkDigests implements store.Store.
func (s *Store) LinkDigests(ctx context.Context) iter.Seq2[store.LinkDigest, error] {
	return func(yield func(store.LinkDigest, error) bool) {
		done := errors.New("the reader has seen enough")
		err := s.read(ctx, func(tx *Tx) error {
			fits := tx.checking("link_digest", "report, digest")
			return each(ctx, tx, `SELECT report, digest, row_sum FROM link_digest ORDER BY report`, nil, func(scan func(...[]any) error) error {
				var d store.LinkDigest
				var sum *int64
				if err := scan(row(&d.Report, &d.Digest, &sum)); err != nil {
					return err
				}
				if !fits(sum, d.Report, d.Digest) {
					return fmt.Errorf("%w: what linking noted of the report %s is not what was stored; “readout rebuild” links all anew", readout.ErrDamaged, clipped(d.Report))
				}
				if !yield(d, nil) {
					return done
				}
				return nil
			})
		})
		if err != nil && !errors.Is(err, done) {
			yield(store.LinkDigest{}, fmt.Errorf("read what linking noted in %s: %w", s.name, err))
		}
	}
}
