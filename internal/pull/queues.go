package pull

import (
	"context"
	"sync"
)

// queues are things to ask for, a queue for each site.
type queues[T any] struct {
	sites []string // in the order of their first thing
	of    map[string][]T
	size  int // things in all queues
	left  int // that had no room
}

func newQueues[T any]() *queues[T] { return &queues[T]{of: map[string][]T{}} }

// add puts x behind what waits for the site of an address, unless most wait.
func (q *queues[T]) add(address string, x T, most int) {
	site := siteOf(address)
	list, known := q.of[site]
	if len(list) >= most {
		q.left++
		return
	}
	if !known {
		q.sites = append(q.sites, site)
	}
	q.of[site] = append(list, x)
	q.size++
}

// trim leaves the first so many of each site.
func (q *queues[T]) trim(most int) {
	for site, list := range q.of {
		if n := len(list) - most; n > 0 {
			clear(list[most:])
			q.of[site] = list[:most]
			q.size, q.left = q.size-n, q.left+n
		}
	}
}

// drop takes out the last site with what waits for it.
func (q *queues[T]) drop() {
	last := q.sites[len(q.sites)-1]
	n := len(q.of[last])
	q.sites = q.sites[:len(q.sites)-1]
	delete(q.of, last)
	q.size, q.left = q.size-n, q.left+n
}

// eachSites is how many sites are worked on for each one that may be asked at the
// same time: most of them wait out their pause, and a site with a long queue must
// not keep others from being asked. Package fetch holds the bound on requests.
const eachSites = 32

// work calls f for everything, one at a time for each site and in the order of
// its queue, for many sites at the same time. It ends after the first error.
func (q *queues[T]) work(ctx context.Context, n int, f func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	sites := make(chan string)
	var wg sync.WaitGroup
	for range min(n*eachSites, len(q.sites)) {
		wg.Go(func() {
			for site := range sites {
				for _, x := range q.of[site] {
					if ctx.Err() != nil {
						break
					}
					if err := f(ctx, x); err != nil {
						cancel(err)
					}
				}
			}
		})
	}
	for _, site := range q.sites {
		select {
		case sites <- site:
		case <-ctx.Done():
		}
	}
	close(sites)
	wg.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}
