// Package pull follows feeds: it asks the feeds that are due for what they list,
// then asks for the pages that are new or are to be looked at again, and hands
// what it got to a callback as captures.
//
// In: a store with feeds and a way to ask the web. Out: captures, each with the
// way by which it was found. In order, in one Round: feeds due by their time are
// asked, site by site; what they list is noted with the feed's new state in one
// transaction; then the pages due are asked for, each once however many feeds
// list it (store.Canonical), with the ETag and Last-Modified of the last answer;
// a page that answered is looked at again at set ages, because articles are
// changed after they appear.
//
// A page's state is stored after the callback took its capture. Interrupted in
// between, the page is asked for once more, and what was kept already is known
// by its bytes: nothing is lost and nothing is kept twice. Faults make the next
// try later, by doubling, and are kept with the feed or page.
//
// Politeness (pauses, rests, robots.txt) is package fetch's, formats are package
// feeds', and no article is read here.
package pull

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/fetch"
	"github.com/readout-news/readout/internal/store"
)

// Getter asks the web; a fetch.Fetcher is one.
type Getter interface {
	Get(ctx context.Context, r fetch.Request) (fetch.Response, error)
}

// Store is what pulling needs of a store.
type Store interface {
	Feeds(ctx context.Context) ([]store.Feed, error)
	PutPoll(ctx context.Context, f store.Feed, items []store.Listing) (fresh int, err error)
	DuePages(ctx context.Context, at, beyond time.Time) iter.Seq2[store.Page, error]
	NextDue(ctx context.Context) (time.Time, error)
	PutPage(ctx context.Context, p store.Page) error
}

// Options are the settings of a Puller. Store, Fetch and Give must be set.
type Options struct {
	Store Store
	Fetch Getter

	// Give takes a capture; it is called from several goroutines. An error of it
	// ends the round, and the page is asked for again. The capture has the
	// address for its Path, and a feed's day of publication in its Sidecar.
	Give func(ctx context.Context, c readout.Capture, s store.Sighting) error

	// Refuse is told of pages that will not be asked for again; nil: nobody is.
	// It is called from several goroutines.
	Refuse func(readout.Refusal)

	// Moved is told of feeds that moved for good and are asked at to from now on;
	// at "", one is asked at its old address again, since the new one gives
	// nothing. nil: nobody is. It is called from several goroutines.
	Moved func(feed, to string)

	// Failed is told of feeds that gave nothing, and of indexes of which a list gave
	// nothing (Failures is 0 then), as they are noted then. nil: nobody is. It is
	// called from several goroutines.
	Failed func(store.Feed)

	Now      func() time.Time // nil: time.Now
	Sites    int              // asked at the same time; 0: 32
	Every    time.Duration    // between two polls of a feed; 0: 15 minutes
	MaxItems int              // taken of one list at a poll, the newest; 0: 1,000
	MaxAge   time.Duration    // items with an older day are left out; 0: none is
	Again    []time.Duration  // ages since it was found at which a page is looked at again; nil: 1 h, 6 h, 1 d, 3 d; empty: never
	Progress func(Round)      // called after each feed and page, from one goroutine at a time; nil: silent
}

// Round is what one round did.
type Round struct {
	Feeds       int `json:"feeds"`        // asked
	FeedsFailed int `json:"feeds_failed"` // of them
	LeftOut     int `json:"left_out"`     // items beyond MaxItems, older than MaxAge or of another site than their sitemap; lists of an index beyond those asked at a poll
	Found       int `json:"found"`        // pages that no feed had listed before
	Pages       int `json:"pages"`        // asked for; the next five are of them
	Captures    int `json:"captures"`     // given on: new pages and pages with other bytes
	Same        int `json:"same"`         // were as before
	Later       int `json:"later"`        // failed and will be tried again
	Gone        int `json:"gone"`         // the site says that there is none
	Refused     int `json:"refused"`      // will not be asked for again
	Waiting     int `json:"waiting"`      // pages due that the round had no time for, or whose site rests
}

func (r Round) idle() bool { return r.Feeds+r.Pages == 0 }

// Puller follows the feeds of one store. A store should have one at a time: two
// would ask twice for the same pages, though they store nothing twice.
type Puller struct {
	opts Options

	mu    sync.Mutex
	round Round
}

// New checks the options.
func New(opts Options) (*Puller, error) {
	if opts.Store == nil || opts.Fetch == nil || opts.Give == nil {
		return nil, errors.New("pull: Store, Fetch and Give must be set")
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	opts.Sites = cmp.Or(opts.Sites, 32)
	opts.Every = cmp.Or(opts.Every, 15*time.Minute)
	opts.MaxItems = cmp.Or(opts.MaxItems, 1000)
	if opts.Again == nil {
		opts.Again = []time.Duration{time.Hour, 6 * time.Hour, 24 * time.Hour, 72 * time.Hour}
	}
	opts.Again = slices.Sorted(slices.Values(opts.Again))
	if opts.Refuse == nil {
		opts.Refuse = func(readout.Refusal) {}
	}
	if opts.Moved == nil {
		opts.Moved = func(string, string) {}
	}
	if opts.Failed == nil {
		opts.Failed = func(store.Feed) {}
	}
	return &Puller{opts: opts}, nil
}

// Round asks the feeds and pages that are due. It ends early when ctx does, and
// begins with no further page after until (zero: all that are due). The error
// is the store's, the callback's or that of ctx; the web's are kept in the store.
func (p *Puller) Round(ctx context.Context, until time.Time) (Round, error) {
	p.mu.Lock()
	p.round = Round{}
	p.mu.Unlock()
	err := p.ask(ctx, until)
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.round, err
}

func (p *Puller) ask(ctx context.Context, until time.Time) error {
	now := p.opts.Now()
	feeds, err := p.opts.Store.Feeds(ctx)
	if err != nil {
		return err
	}
	// A clock that ran ahead and was set right leaves moments that would keep a feed
	// from being asked for years.
	latest := now.Add(max(maxEvery, p.opts.Every))
	feeds = slices.DeleteFunc(feeds, func(f store.Feed) bool {
		return f.Due.After(now) && !f.Due.After(latest) && !f.Tried.After(now)
	})
	slices.SortStableFunc(feeds, func(a, b store.Feed) int { return a.Due.Compare(b.Due) })
	polls := newQueues[store.Feed]()
	for _, f := range feeds {
		polls.add(f.At(), f, len(feeds))
	}
	if err := polls.work(ctx, p.opts.Sites, p.poll); err != nil {
		return err
	}
	// What was asked for is no longer due at this moment, so that each pass
	// takes what the one before had no room for.
	at := p.opts.Now()
	over := func() bool { return !until.IsZero() && !p.opts.Now().Before(until) }
	for {
		pages, err := p.due(ctx, at)
		if err != nil {
			return err
		}
		err = pages.work(ctx, p.opts.Sites, func(ctx context.Context, g store.Page) error {
			if over() {
				p.count(func(r *Round) { r.Waiting++ })
				return nil
			}
			return p.page(ctx, g)
		})
		if err != nil || pages.left == 0 {
			return err
		}
		if over() {
			p.count(func(r *Round) { r.Waiting += pages.left })
			return nil
		}
	}
}

// Bounds of what a pass holds of the pages that are due, which may be millions:
// an archive lists all it has.
const (
	maxSite = 128     // of one site: with the pause of 2 s it takes four minutes
	maxPass = 1 << 15 // of all; sites get fewer each when there are many
)

// due are the pages of a pass: of each site the first ones, so that none waits
// for another's backlog.
func (p *Puller) due(ctx context.Context, at time.Time) (*queues[store.Page], error) {
	q := newQueues[store.Page]()
	most := maxSite
	// No page waits longer; the day more is for a round that takes as long, whose
	// own pages must not be due in its next pass.
	longest := maxEvery
	for _, age := range p.opts.Again {
		longest = max(longest, age)
	}
	for g, err := range p.opts.Store.DuePages(ctx, at, at.Add(longest+24*time.Hour)) {
		if err != nil {
			return nil, err
		}
		q.add(g.Address, g, most)
		if q.size > maxPass && most > 1 {
			most /= 2
			q.trim(most)
		}
		if q.size > maxPass { // so many sites; the rest of them is the next pass's
			q.drop()
		}
	}
	return q, nil
}

// count changes the counts of the round and tells of it.
func (p *Puller) count(f func(r *Round)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(&p.round)
	if p.opts.Progress != nil {
		p.opts.Progress(p.round)
	}
}

// siteOf is fetch.Site of an address, "" for what is none.
func siteOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return fetch.Site(u)
}

// stateTime is for noting what was done when the round is told to stop.
const stateTime = 5 * time.Second

func noting(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), stateTime)
}
