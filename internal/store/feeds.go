package store

import (
	"cmp"
	"context"
	"iter"
	"time"
)

// FeedKind is what is found at the address of a feed.
type FeedKind string

// The kinds of feeds.
const (
	FeedNews    FeedKind = "feed"         // RSS, Atom, RDF, JSON Feed
	FeedSitemap FeedKind = "sitemap"      // a sitemap or an index of them
	FeedLatest  FeedKind = "news-sitemap" // a sitemap with news: elements
	FeedList    FeedKind = "list"         // addresses, one a line
)

// Feed is one list of pages that is followed, and how following it goes.
type Feed struct {
	Address      string // by which it was added; at most MaxAddress bytes
	MovedTo      string // where it is asked since it moved for good (RFC 9110 §15.4.2, §15.4.9), "" still at Address
	Kind         FeedKind
	Title        string   // as the feed calls itself, "" unknown
	Home         string   // page that it belongs to, "" unknown
	Categories   []string // paths of folders that somebody put it in, "World/Karvany"
	Added        time.Time
	ETag         string // of the last answer with a body
	LastModified string
	Tried        time.Time     // last time it was asked; zero: never
	Succeeded    time.Time     // last time it answered with a list or with "not modified"; of an index, with all of its lists
	Failures     int           // in a row
	Due          time.Time     // when to ask next; zero: at once
	Every        time.Duration // pause between Tried and Due that was last chosen
	Error        string        // of the last try, "" when it went well
	Items        int           // addresses it has listed, each once
}

// At is the address at which a feed is asked.
func (f *Feed) At() string { return cmp.Or(f.MovedTo, f.Address) }

// Listing is one page in a feed.
type Listing struct {
	URL       string // see Canonical
	Address   string // as the feed gives it, resolved
	Title     string // "" none
	Published string // day or time of publication as the feed gives it, "" none; never the day of a change
}

// MaxAddress is the longest address that is followed, in bytes.
const MaxAddress = 2000

// Page is one page that feeds listed, and what asking for it gave.
type Page struct {
	URL          string // see Canonical
	Address      string // as it is asked: the least spelling that feeds gave before it first was
	Through      string // address of the feed that gave it so
	Title        string // in that feed, "" none
	Found        time.Time
	Published    string // the earliest that a feed said before the page was first asked for, "" none
	Article      string // Canonical address that answered, after redirects; "" not yet
	ETag         string
	LastModified string
	Fetched      time.Time // last time it answered; zero: never
	SHA256       string    // of the bytes it answered with last
	Looks        int       // times it answered
	Due          time.Time // when to ask next; zero: no more
	Failures     int       // in a row
	Gone         bool      // it answered 404 or 410
	Error        string    // of the last try, "" when it went well
	Report       string    // newest version of the article, "" none; PutPage does not keep it
}

// Sighting is one way by which a report was met.
type Sighting struct {
	Report    string
	Through   string // address of the feed, or path of the file
	URL       string // as it was given there, "" none
	Title     string // in the feed, "" none
	Published string // in the feed, "" none
	Seen      time.Time
}

// Feeds is the part of a store that keeps what is followed.
type Feeds interface {
	// AddFeed notes a feed. When it is followed already, by its address or by
	// that to which it moved, added is false, and
	// only its Kind, Title, Home and Categories are taken over, where they are
	// not empty.
	AddFeed(ctx context.Context, f Feed) (added bool, err error)

	// RemoveFeed ends the following of the feed with that address, or else of
	// those that moved to it. What they listed stays known.
	// ErrNotFound.
	RemoveFeed(ctx context.Context, address string) error

	// Feeds returns all feeds, by address.
	Feeds(ctx context.Context) ([]Feed, error)

	// PutPoll notes how asking a feed went and what it listed, in one
	// transaction, and returns how many of the pages no feed had listed before.
	// Those are due at once. A listing that was there before stays as it was.
	// Added, Categories and Items of f are not taken over. ErrNotFound: it was
	// removed.
	PutPoll(ctx context.Context, f Feed, items []Listing) (fresh int, err error)

	// DuePages goes through the pages that are to be asked for at that moment, as
	// they were when it began: those never asked for first, then by Due, then by
	// address. Those due after beyond are among them: a clock that ran ahead set
	// them; zero: none is. It ends after the first error.
	DuePages(ctx context.Context, at, beyond time.Time) iter.Seq2[Page, error]

	// NextDue is when the next feed or page is due; zero: none is.
	NextDue(ctx context.Context) (time.Time, error)

	// Page returns one page by its Canonical address. ErrNotFound.
	Page(ctx context.Context, url string) (Page, error)

	// PutPage notes how asking for a page went: all from Article to Error.
	// ErrNotFound: no feed listed it.
	PutPage(ctx context.Context, p Page) error

	// PutSite notes what is to be remembered of a site (see fetch.State) from
	// one process to the next, in the place of what was.
	PutSite(ctx context.Context, site string, state []byte) error

	// Sites returns what PutSite noted, by site.
	Sites(ctx context.Context) (map[string][]byte, error)

	// Sightings returns the ways by which a report was met: feeds that list its
	// article and files that hold its bytes, the first first. ErrNotFound.
	Sightings(ctx context.Context, reportID string) ([]Sighting, error)
}
