package sqlstore

import (
	"context"

	"github.com/readout-news/readout"
)

// What tests with a database, which are outside the package, look at.
const (
	TimelineQuery = timelineQuery
	QuotesQuery   = quotesQuery
	WhoQuery      = whoQuery
)

// WithoutSums is the store without sums of rows: it writes none and compares none.
func (s *Store) WithoutSums() *Store {
	x := *s
	x.schema = nil
	return &x
}

// ReadRecord is Record, which compares what it read with the sums of its owners
// where that is asked.
func (s *Store) ReadRecord(ctx context.Context, compare bool) error {
	if compare {
		_, err := s.Record(ctx)
		return err
	}
	return s.read(ctx, func(tx *Tx) error {
		tx.unchecked = true
		g := &getter{ctx: ctx, tx: tx, rec: &readout.Record{}}
		return g.all()
	})
}
