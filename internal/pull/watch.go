package pull

import (
	"context"
	"time"
)

// Waits of Watch.
const (
	leastWait = time.Second // between rounds
	mostWait  = time.Minute // others may add feeds meanwhile
	leastTime = time.Minute // that a round has for pages before feeds are asked again
)

// Watch does one round after another until ctx ends, and waits between them
// until something is due. each is called after a round that asked for anything;
// its error ends the watching. The error of Watch is never nil.
func (p *Puller) Watch(ctx context.Context, each func(Round) error) error {
	for {
		// Pages wait for feeds: a feed is asked in time, whatever else is to do.
		r, err := p.Round(ctx, p.opts.Now().Add(max(leastTime, p.opts.Every/2)))
		if err == nil && !r.idle() {
			err = each(r)
		}
		if err != nil {
			return err
		}
		next, err := p.opts.Store.NextDue(ctx)
		if err != nil {
			return err
		}
		wait := mostWait
		if !next.IsZero() {
			wait = min(max(next.Sub(p.opts.Now()), leastWait), mostWait)
		}
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return context.Cause(ctx)
		}
	}
}
