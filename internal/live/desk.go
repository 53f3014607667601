package live

import (
	"context"
	"fmt"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/link"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
)

// Desk is what people decided in a store, and what follows from it for its
// reports. more are decisions that are not noted, as if they were the last.
func Desk(ctx context.Context, r *pipeline.Reader, s store.Store, more ...readout.Decision) (*decide.Desk, error) {
	d, err := decide.Load(ctx, s, decide.Options{Redate: r.Redate, KB: r.KB}, more...)
	if err != nil {
		return nil, fmt.Errorf("heed what people decided: %w", err)
	}
	return d, nil
}

// Preview is the record of a store as it would be with decisions that are not
// noted: from is the record at the revision base. The store stays as it is, and
// reports that wait to be linked wait on. It costs what linking costs that goes
// on in a program that has just begun: what linking noted of all reports is read.
// ErrWorking: the record has another revision by now.
func Preview(ctx context.Context, r *pipeline.Reader, s store.Store, from *readout.Record, base int, more ...readout.Decision) (*readout.Record, error) {
	for i := range more {
		if err := more[i].Check(); err != nil {
			return nil, err
		}
	}
	k := NewLinker(r, s)
	k.also = more
	if err := k.restore(ctx); err != nil {
		return nil, err
	}
	if k.revision != base {
		return nil, ErrWorking
	}
	if err := k.decide(ctx); err != nil {
		return nil, err
	}
	if err := k.replaced(ctx); err != nil {
		return nil, err
	}
	err := k.l.Link(k.load(ctx), func(c *link.Change) (err error) {
		from, err = c.Apply(from)
		return err
	})
	return from, err
}

// Preview is the present record as it would be with a decision that is not noted.
// One is made at a time: each holds what linking noted of all reports.
func (s *Source) Preview(ctx context.Context, d readout.Decision) (*Snapshot, error) {
	s.shown.Lock()
	defer s.shown.Unlock()
	if err := s.Refresh(ctx); err != nil {
		return nil, err
	}
	r, err := s.reader()
	if err != nil {
		return nil, err
	}
	now := s.Now()
	rec, err := Preview(ctx, r, s.store, now.Record, now.Revision.N, d)
	if err != nil {
		return nil, err
	}
	return s.snapshot(ctx, rec, now.Revision)
}

// heed tells the snapshot what people decided about its things.
func (s *Snapshot) heed(ctx context.Context) error {
	desk, err := decide.Load(ctx, s.Store, decide.Options{})
	if err != nil {
		return fmt.Errorf("heed what people decided: %w", err)
	}
	s.Decided = desk.About(s.Record)
	if list := desk.Decisions(); len(list) > 0 {
		s.Log = list[len(list)-1].Seq
	}
	return nil
}
