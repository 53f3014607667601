package pull

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/fetch"
	"github.com/readout-news/readout/internal/store"
)

// Limits of trying. With the pauses of fetch.Backoff ten tries take a day.
const (
	maxTries     = 10 // of a page, in a row
	maxMissing   = 3  // of a page that was never there: it may be about to appear
	missingPause = 15 * time.Minute
)

// page asks for one page and notes what came of it.
func (p *Puller) page(ctx context.Context, g store.Page) error {
	now := p.opts.Now()
	res, err := p.opts.Fetch.Get(ctx, fetch.Request{URL: g.Address, ETag: g.ETag, LastModified: g.LastModified, Failures: g.Failures})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	g.Error = ""
	switch {
	case err == nil && res.NotModified:
		return p.took(ctx, g, now, func(r *Round) { r.Same++ })
	case err == nil:
		return p.answered(ctx, g, res, now)
	}
	g.Error = err.Error()
	var tell func(r *Round)
	switch reason := fetch.ReasonOf(err); {
	case reason == fetch.Resting:
		g.Due = res.Next
		tell = func(r *Round) { r.Pages, r.Waiting = r.Pages-1, r.Waiting+1 }
	case reason == fetch.Gone, reason == fetch.Status && res.Status == http.StatusNotFound:
		g.Gone, g.Failures, g.Due = true, g.Failures+1, time.Time{}
		if reason == fetch.Status && g.Looks == 0 && g.Failures < maxMissing {
			g.Due = now.Add(missingPause << g.Failures)
		}
		tell = func(r *Round) { r.Gone++ }
	case reason == fetch.Refused, reason == fetch.Type, reason == fetch.Size, g.Failures+1 >= maxTries:
		g.Failures, g.Due = g.Failures+1, time.Time{}
		why := err.Error()
		if g.Failures >= maxTries {
			why = fmt.Sprintf("%s; it was tried %d times", why, g.Failures)
		}
		p.opts.Refuse(readout.Refusal{Path: g.Address, Reason: why})
		tell = func(r *Round) { r.Refused++ }
	default:
		g.Failures, g.Due = g.Failures+1, res.Next
		if soon := now.Add(fetch.Backoff(g.Failures)); soon.After(g.Due) {
			g.Due = soon
		}
		tell = func(r *Round) { r.Later++ }
	}
	return p.put(ctx, g, tell)
}

// answered takes the bytes of a page.
func (p *Puller) answered(ctx context.Context, g store.Page, res fetch.Response, now time.Time) error {
	tell := func(r *Round) { r.Same++ }
	c := res.Capture
	if c.SHA256 != g.SHA256 {
		if g.Published != "" {
			c.Sidecar = &readout.Sidecar{Published: g.Published}
		}
		if err := p.opts.Give(ctx, c, store.Sighting{Through: g.Through, URL: g.Address, Title: g.Title, Published: g.Published, Seen: g.Found}); err != nil {
			return err
		}
		tell = func(r *Round) { r.Captures++ }
	}
	g.SHA256, g.ETag, g.LastModified = c.SHA256, res.ETag, res.LastModified
	g.Article = store.Canonical(res.URL)
	return p.took(ctx, g, now, tell)
}

// took notes that a page answered.
func (p *Puller) took(ctx context.Context, g store.Page, now time.Time, tell func(*Round)) error {
	g.Looks++
	g.Fetched, g.Failures, g.Gone = now, 0, false
	g.Due = time.Time{}
	ages, found := p.opts.Again, g.Found
	if found.After(now) { // by a clock that ran ahead: an age a look
		ages, found = ages[min(g.Looks-1, len(ages)):], now
	}
	for _, age := range ages {
		if at := found.Add(age); at.After(now) {
			g.Due = at
			break
		}
	}
	return p.put(ctx, g, tell)
}

// put stores the state of a page and counts it.
func (p *Puller) put(ctx context.Context, g store.Page, tell func(*Round)) error {
	note, cancel := noting(ctx)
	defer cancel()
	if err := p.opts.Store.PutPage(note, g); err != nil && !errors.Is(err, readout.ErrNotFound) {
		return err
	}
	p.count(func(r *Round) {
		r.Pages++
		tell(r)
	})
	return nil
}
