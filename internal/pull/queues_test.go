package pull

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/fetch"
	"github.com/readout-news/readout/internal/store"
)

// backlog is a store in which pages are due, until they are put back with a later
// moment.
type backlog struct {
	Store
	mu    sync.Mutex
	pages []store.Page
	done  map[string]bool
}

func (b *backlog) Feeds(context.Context) ([]store.Feed, error) { return nil, nil }

func (b *backlog) DuePages(context.Context, time.Time, time.Time) iter.Seq2[store.Page, error] {
	return func(yield func(store.Page, error) bool) {
		for _, p := range b.pages {
			b.mu.Lock()
			done := b.done[p.URL]
			b.mu.Unlock()
			if !done && !yield(p, nil) {
				return
			}
		}
	}
}

func (b *backlog) PutPage(_ context.Context, p store.Page) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done[p.URL] = true
	return nil
}

// pagesOf are so many pages of each site, one site after the other.
func pagesOf(sites, each int) (out []store.Page) {
	for s := range sites {
		for i := range each {
			url := fmt.Sprintf("https://paper%d.example/%d", s, i)
			out = append(out, store.Page{URL: url, Address: url})
		}
	}
	return out
}

// What a pass holds is bounded, and every site has its share of it in order.
func TestPassIsBounded(t *testing.T) {
	for _, c := range []struct{ sites, each, size, share int }{
		{2, 1000, 2 * maxSite, maxSite},
		{1000, 100, 0, 16}, // 100,000 pages: what most sites have is halved till all fit
		{maxPass + 100, 2, maxPass, 1},
	} {
		p := &Puller{opts: Options{Store: &backlog{pages: pagesOf(c.sites, c.each)}}}
		q, err := p.due(t.Context(), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if q.size > maxPass || c.size > 0 && q.size != c.size || q.size+q.left != c.sites*c.each || len(q.of) != len(q.sites) {
			t.Errorf("%d sites with %d pages: %d wait, %d left out, of %d and %d sites", c.sites, c.each, q.size, q.left, len(q.sites), len(q.of))
		}
		if len(q.sites) < min(c.sites, maxPass) {
			t.Errorf("%d sites with %d pages: %d sites have a place", c.sites, c.each, len(q.sites))
		}
		for site, list := range q.of {
			if len(list) < c.share || list[0].URL != "https://"+site+"/0" {
				t.Errorf("%s has %d places, the first for %s", site, len(list), list[0].URL)
			}
		}
	}
}

// answers gives every page a body of its own; Get may be held up.
type answers struct {
	hold func(url string)
}

func (a answers) Get(_ context.Context, r fetch.Request) (fetch.Response, error) {
	a.hold(r.URL)
	return fetch.Response{NotModified: true, URL: r.URL}, nil
}

// A round takes all that is due, pass by pass, each page once; and a site with a
// backlog keeps no other waiting, even where one site is asked at a time.
func TestBacklogHoldsNobodyUp(t *testing.T) {
	b := &backlog{pages: append(pagesOf(2, 3*maxSite), store.Page{URL: "https://late.example/", Address: "https://late.example/"}), done: map[string]bool{}}
	late := make(chan struct{})
	var mu sync.Mutex
	asked := map[string]int{}
	p, err := New(Options{Store: b, Sites: 1, Give: nobody, Now: func() time.Time { return time.Unix(0, 0) }, Fetch: answers{func(url string) {
		mu.Lock()
		asked[url]++
		mu.Unlock()
		if url == "https://late.example/" {
			close(late)
			return
		}
		select {
		case <-late:
		case <-time.After(10 * time.Second):
			t.Error("a site that came last waits for the backlog of the others")
		}
	}}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Round(t.Context(), time.Time{})
	if err != nil || r.Pages != len(b.pages) || r.Same != len(b.pages) || r.Waiting != 0 {
		t.Errorf("%+v, %v; want %d pages", r, err, len(b.pages))
	}
	for url, n := range asked {
		if n != 1 {
			t.Errorf("%s was asked for %d times", url, n)
		}
	}
	// Out of time, what waits is counted.
	b.done = map[string]bool{}
	if r, err = p.Round(t.Context(), time.Unix(-1, 0)); err != nil || r.Waiting != len(b.pages) || r.Pages != 0 {
		t.Errorf("%+v, %v; want %d waiting", r, err, len(b.pages))
	}
}

// nobody takes captures.
func nobody(context.Context, readout.Capture, store.Sighting) error {
	return errors.New("nothing was to be given")
}
