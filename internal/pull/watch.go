package pull

import (
	"context"
	"time"

	"github.com/readout-news/readout/internal/store"
)

// Counters count since the Puller was made, for metrics. All but LateMax only
// grow.
type Counters struct {
	Rounds  int
	Polls   int           // feeds asked
	Failed  int           // of them
	Late    time.Duration // by which polls began after they were due, in all
	LateMax time.Duration // the most of one poll in the last hour or since the start
	lateAt  time.Time
}

// Counters returns the counts so far.
func (p *Puller) Counters() Counters {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counters
}

// polled counts one poll.
func (p *Puller) polled(now time.Time, f store.Feed, failed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := &p.counters
	c.Polls++
	if failed {
		c.Failed++
	}
	// A feed that was never asked was not late: it was just added.
	if f.Tried.IsZero() || f.Due.IsZero() {
		return
	}
	late := max(now.Sub(f.Due), 0)
	c.Late += late
	if late >= c.LateMax || now.Sub(c.lateAt) > time.Hour {
		c.LateMax, c.lateAt = late, now
	}
}

// Late says how the following of feeds stands at a moment: how long the feed
// that waits longest is overdue, how many are overdue by more than three of
// their pauses, and how many answered with a fault last.
func Late(feeds []store.Feed, now time.Time) (most time.Duration, overdue, failing int) {
	for _, f := range feeds {
		if late := now.Sub(f.Due); !f.Due.IsZero() && late > 0 {
			most = max(most, late)
			if f.Every > 0 && late > 3*f.Every {
				overdue++
			}
		}
		if f.Failures > 0 {
			failing++
		}
	}
	return most, overdue, failing
}

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
