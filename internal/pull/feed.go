package pull

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/fetch"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/store"
)

// Limits of polling.
const (
	maxEvery  = limits.HTTPBackoff // longest pause between two polls of a feed
	maxFresh  = time.Hour          // longest that a feed's own word on its freshness is taken for
	maxNested = 50                 // sitemaps of one index at a poll, the newest
	maxDepth  = 2                  // of indexes
	maxPartly = time.Hour          // longest pause of an index of which some lists gave nothing
	maxLost   = 3                  // times in a row that a feed fails where it moved to before it is asked at its old address again
)

// poll asks one feed and notes what came of it.
func (p *Puller) poll(ctx context.Context, f store.Feed) error {
	now := p.opts.Now()
	l, res, err := p.list(ctx, f, now)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if fetch.ReasonOf(err) == fetch.Resting {
		// Nothing was asked: the feed keeps its state, and its delay counts when
		// its turn comes.
		f.Due, f.Error = res.Next, err.Error()
		return p.noted(ctx, f, nil, func(*Round, int) {})
	}
	f.Tried, f.Error = now, ""
	var listed []store.Listing
	if err != nil {
		f.Failures, f.Error = f.Failures+1, err.Error()
		f.Every = min(max(p.opts.Every, f.Every)*2, maxEvery)
		if r := fetch.ReasonOf(err); r == fetch.Gone || r == fetch.Refused {
			f.Every = maxEvery
		}
		f.Due = now.Add(f.Every)
		if res.Next.After(f.Due) {
			f.Due = res.Next
		}
		if f.MovedTo != "" && f.Failures >= maxLost {
			f.MovedTo = ""
			p.opts.Moved(f.Address, "")
		}
		p.opts.Failed(f)
		return p.noted(ctx, f, nil, func(r *Round, _ int) { r.FeedsFailed++ })
	}
	f.Failures = 0
	if to := res.MovedTo; to != "" && len(to) <= store.MaxAddress && store.Canonical(to) != "" {
		p.opts.Moved(f.Address, to)
		if f.MovedTo = to; to == f.Address {
			f.MovedTo = ""
		}
	}
	if l.again {
		// Succeeded says which lists of an index have changed since: it waits for
		// those that gave nothing.
		f.Every = max(p.opts.Every, min(2*max(p.opts.Every, f.Every), maxPartly))
	} else {
		f.Succeeded, f.Every = now, max(p.opts.Every, min(res.Fresh, maxFresh))
	}
	f.Due = now.Add(f.Every)
	if l.again && res.Next.After(f.Due) {
		f.Due = res.Next
	}
	if l.fault != nil {
		f.Error = l.fault.Error()
		p.opts.Failed(f)
	}
	if !res.NotModified {
		f.ETag, f.LastModified = res.ETag, res.LastModified
		f.Kind, f.Title, f.Home = cmp.Or(l.kind, f.Kind), cmp.Or(l.title, f.Title), cmp.Or(l.home, f.Home)
		listed = p.listings(l, now)
	}
	return p.noted(ctx, f, listed, func(r *Round, fresh int) { r.Found += fresh })
}

// noted stores the state of a feed with what it listed.
func (p *Puller) noted(ctx context.Context, f store.Feed, listed []store.Listing, tell func(r *Round, fresh int)) error {
	note, cancel := noting(ctx)
	defer cancel()
	fresh, err := p.opts.Store.PutPoll(note, f, listed)
	if errors.Is(err, readout.ErrNotFound) {
		return nil // it was removed meanwhile
	}
	if err == nil {
		p.count(func(r *Round) {
			r.Feeds++
			tell(r, fresh)
		})
	}
	return err
}

// list asks for a feed and, where it is an index, for the lists it names.
func (p *Puller) list(ctx context.Context, f store.Feed, now time.Time) (list, fetch.Response, error) {
	res, err := p.opts.Fetch.Get(ctx, fetch.Request{URL: f.At(), Kind: fetch.Lists, ETag: f.ETag, LastModified: f.LastModified, Failures: f.Failures})
	if err != nil || res.NotModified {
		return list{}, res, err
	}
	l, err := read(f.Kind, res)
	if err != nil {
		return list{}, res, err
	}
	if len(l.lists) == 0 {
		return l, res, nil
	}
	// An index says when each of its lists changed: those that did not since the
	// last round have nothing new. A day of grace is for sites whose days end
	// elsewhere.
	var since time.Time
	if !f.Succeeded.IsZero() && !f.Succeeded.After(now) {
		since = f.Succeeded.Add(-24 * time.Hour)
	}
	if old := now.Add(-p.opts.MaxAge); p.opts.MaxAge > 0 && since.Before(old) {
		since = old
	}
	var faults []error
	asked := map[string]bool{f.At(): true}
	level := l.lists
	for depth := 0; depth < maxDepth && len(level) > 0; depth++ {
		var next []item
		level = slices.DeleteFunc(level, func(x item) bool {
			known := asked[x.address] || !x.changed.IsZero() && x.changed.Before(since)
			asked[x.address] = true
			return known
		})
		take := newest(level, maxNested)
		l.left += len(level) - len(take)
		for _, x := range take {
			sub, answer, err := p.nested(ctx, x.address)
			if err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", x.address, err))
				if passing(answer, err) {
					l.again = true
					if answer.Next.After(res.Next) {
						res.Next = answer.Next
					}
				}
				continue
			}
			l.items = append(l.items, sub.items...)
			l.left += sub.left
			next = append(next, sub.lists...)
			if sub.kind == store.FeedLatest {
				l.kind = sub.kind
			}
		}
		level = next
	}
	l.left += len(level)
	if len(faults) > 0 {
		l.fault = fmt.Errorf("%d lists of this index gave nothing, the first being %w", len(faults), faults[0])
		if len(faults) == 1 {
			l.fault = fmt.Errorf("a list of this index gave nothing: %w", faults[0])
		}
		if len(l.items) == 0 {
			return list{}, res, l.fault
		}
	}
	// What an index says of itself does not tell whether its lists changed.
	res.ETag, res.LastModified = "", ""
	return l, res, nil
}

// nested asks for one list of an index.
func (p *Puller) nested(ctx context.Context, address string) (list, fetch.Response, error) {
	res, err := p.opts.Fetch.Get(ctx, fetch.Request{URL: address, Kind: fetch.Lists})
	if err != nil {
		return list{}, res, err
	}
	l, err := read(store.FeedSitemap, res)
	return l, res, err
}

// passing reports whether what kept an address from answering may soon be over,
// as what a site says of itself and what is wrong with a list are not.
func passing(res fetch.Response, err error) bool {
	switch fetch.ReasonOf(err) {
	case fetch.Resting, fetch.Busy, fetch.Network:
		return true
	case fetch.Status:
		return res.Status >= 500
	}
	return false
}

// newest are the n items that appeared or changed last, in the order of the
// list; of those without a day, the first.
func newest(items []item, n int) []item {
	if len(items) <= n {
		return items
	}
	at := make([]int, len(items))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(i, j int) int { return items[j].latest().Compare(items[i].latest()) })
	at = at[:n]
	slices.Sort(at)
	out := make([]item, 0, n)
	for _, i := range at {
		out = append(out, items[i])
	}
	return out
}

// listings are the items of a list that are followed, each once.
func (p *Puller) listings(l list, now time.Time) []store.Listing {
	var items []item
	left := l.left
	for _, x := range l.items {
		if at := x.latest(); p.opts.MaxAge > 0 && !at.IsZero() && at.Before(now.Add(-p.opts.MaxAge)) {
			left++
			continue
		}
		items = append(items, x)
	}
	// A list of addresses is what somebody chose; the others are what is there.
	if l.kind != store.FeedList {
		n := len(items)
		items = newest(items, p.opts.MaxItems)
		left += n - len(items)
	}
	var out []store.Listing
	seen := map[[2]string]bool{}
	for _, x := range items {
		url := store.Canonical(x.address)
		if url == "" || len(x.address) > store.MaxAddress {
			left++
			continue
		}
		if key := [2]string{url, x.title}; !seen[key] {
			seen[key] = true
			out = append(out, store.Listing{URL: url, Address: x.address, Title: x.title, Published: x.day(now)})
		}
	}
	if left > 0 {
		p.count(func(r *Round) { r.LeftOut += left })
	}
	return out
}
