package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// Within is the store with f at the end of each of its writes, in their
// transaction: what f does and what the store writes happen both or neither.
// When f fails, nothing is written. f may run more than once, as every write
// may. The two stores share their handles, so one Close ends both.
func (s *Store) Within(f func(ctx context.Context, tx *Tx) error) *Store {
	within := *s
	within.last = f
	return &within
}

// AddCaptures stores captures and where they came from, in one transaction.
// They can be read later; what is stored already is not stored again.
// ErrConflict: bytes and SHA-256 of one differ.
func (s *Store) AddCaptures(ctx context.Context, captures ...readout.Capture) error {
	// Transactions that store the same captures take them in the same order, so
	// that none waits for one that waits for it.
	sorted := slices.Clone(captures)
	slices.SortFunc(sorted, func(a, b readout.Capture) int {
		return cmp.Or(cmp.Compare(a.SHA256, b.SHA256), cmp.Compare(a.Path, b.Path), cmp.Compare(a.URL, b.URL))
	})
	packed := make([][]byte, len(sorted))
	for i, c := range sorted {
		if !hasSum(c.Body, c.SHA256) {
			return fmt.Errorf("store %s%s in %s: %w: the capture's bytes and its SHA-256 differ", c.Path, c.URL, s.name, readout.ErrConflict)
		}
		var err error
		if packed[i], err = store.Pack(c.Body); err != nil {
			return err
		}
	}
	err := s.write(ctx, func(tx *Tx) error {
		for i, c := range sorted {
			if err := putCapture(ctx, tx, c, packed[i], s.now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store %d captures in %s: %w", len(captures), s.name, err)
	}
	return nil
}
