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

// Preview is what decisions that are not noted would change in the record of a
// store: what is in the scope of a change would be gone, and what its record has
// would be there. The store stays as it is, and reports that wait to be linked
// wait on.
func Preview(ctx context.Context, r *pipeline.Reader, s store.Store, more ...readout.Decision) ([]*link.Change, error) {
	for i := range more {
		if err := more[i].Check(); err != nil {
			return nil, err
		}
	}
	k := NewLinker(r, s)
	k.also = more
	var out []*link.Change
	if err := k.restore(ctx); err != nil {
		return nil, err
	}
	if err := k.decide(ctx); err != nil {
		return nil, err
	}
	if err := k.replaced(ctx); err != nil {
		return nil, err
	}
	err := k.l.Link(k.load(ctx), func(c *link.Change) error {
		out = append(out, c)
		return nil
	})
	return out, err
}
