package cli

import (
	"context"
	"sync"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/work"
)

// sharing puts what feeds give into the queue of a store on PostgreSQL, for its
// workers.
type sharing struct {
	a *app
	q *work.Queue
	r *pipeline.Reader

	mu     sync.Mutex
	ticket work.Ticket // of this round
}

// share is how captures go into the queue of a store; nil where it has none.
func (a *app) share(ctx context.Context, db string, s store.Store, r *pipeline.Reader) (*sharing, error) {
	q, err := work.Open(ctx, db, s, r.Annotators.Version(), work.Options{})
	if err != nil {
		return nil, err
	}
	return &sharing{a: a, q: q, r: r}, nil
}

// give puts one capture in; it is on the disk when give returns.
func (s *sharing) give(ctx context.Context, c readout.Capture) error {
	t, err := s.q.Enqueue(ctx, c)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ticket.Add(t)
	return nil
}

// finish ends a round: with wait it stays until all is read and in the record,
// and says what was refused and how many reports are new; else, how many are new
// to the queue.
func (s *sharing) finish(ctx context.Context, wait bool, refusals []readout.Refusal) (refused []readout.Refusal, fresh int, h holds, err error) {
	s.mu.Lock()
	t := s.ticket
	s.ticket = work.Ticket{}
	s.mu.Unlock()
	if err := s.q.Refuse(ctx, refusals...); err != nil {
		return nil, 0, holds{}, err
	}
	fresh = len(t.Fresh)
	if wait {
		var sum queued
		err = s.a.waitFor(ctx, s.q, s.r, t, &sum, func(path, reason string) {
			refused = append(refused, readout.Refusal{Path: path, Reason: reason})
		})
		return refused, sum.New, holds{sum.Reports, sum.Events, sum.Statements}, err
	}
	h.Reports, h.Events, h.Statements, err = s.q.Counts(ctx)
	return nil, fresh, h, err
}
