package pull

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/readout-news/readout/internal/feeds"
	"github.com/readout-news/readout/internal/fetch"
	"github.com/readout-news/readout/internal/store"
)

// list is what the body of a feed holds, whatever its format.
type list struct {
	kind        store.FeedKind
	title, home string
	items       []item
	lists       []item // of an index of sitemaps
	left        int    // left out: items of a sitemap that lie on other sites, lists of an index beyond a bound
	fault       error  // of lists of an index that gave nothing
	again       bool   // one of them may give something soon
}

// item is one page or list in a list.
type item struct {
	address, title string
	published      time.Time // zero: not given
	changed        time.Time // zero: not given
}

// latest is the last day that an item gives, zero: none.
func (x item) latest() time.Time {
	if x.changed.After(x.published) {
		return x.changed
	}
	return x.published
}

// day is when an item says it appeared, by the clock it was written by; "" where
// it says nothing or the day is still to come. A time of midnight sharp is how
// lists write a day.
func (x item) day(now time.Time) string {
	t := x.published
	switch {
	case t.IsZero() || t.After(now.Add(24*time.Hour)):
		return ""
	case t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0:
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339)
}

// read reads the body of a feed of some kind; "" is whatever it turns out to be.
func read(kind store.FeedKind, res fetch.Response) (list, error) {
	b, src := res.Capture.Body, feeds.Source{URL: res.URL, Charset: res.Capture.Charset}
	switch kind {
	case store.FeedNews:
		return readFeed(b, src)
	case store.FeedSitemap, store.FeedLatest:
		return readSitemap(b, src)
	case store.FeedList:
		return readList(b, src)
	}
	l, err := readFeed(b, src)
	if err == nil || !errors.Is(err, feeds.ErrFormat) {
		return l, err
	}
	lead := bytes.TrimLeft(b, " \t\r\n\v\f\x00\ufeff\xef\xbb\xbf")
	if len(lead) > 0 && lead[0] != '<' && !bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		if l, e := readList(b, src); e == nil {
			return l, nil
		}
	} else if l, e := readSitemap(b, src); e == nil {
		return l, nil
	}
	if links := feeds.Discover(b, src); len(links) > 0 {
		var names []string
		for _, x := range links[:min(len(links), 5)] {
			names = append(names, x.URL)
		}
		return list{}, fmt.Errorf("%w: it is a web page, which names these feeds: %s; add one of them", feeds.ErrFormat, strings.Join(names, " "))
	}
	return list{}, err
}

func readFeed(b []byte, src feeds.Source) (list, error) {
	f, err := feeds.ParseFeed(b, src)
	if err != nil {
		return list{}, err
	}
	l := list{kind: store.FeedNews, title: f.Title, home: f.Home}
	for _, x := range f.Items {
		l.items = append(l.items, item{x.URL, x.Title, x.Published, x.Updated})
	}
	return l, nil
}

func readSitemap(b []byte, src feeds.Source) (list, error) {
	m, err := feeds.ParseSitemap(b, src)
	if err != nil {
		return list{}, err
	}
	l := list{kind: store.FeedSitemap}
	for _, x := range m.Pages {
		// sitemaps.org, "Sitemap file location": a sitemap speaks for its own site.
		if siteOf(x.URL) != siteOf(src.URL) {
			l.left++
			continue
		}
		it := item{x.URL, x.Title, x.Published, x.Modified}
		if m.Index {
			l.lists = append(l.lists, it)
			continue
		}
		if x.Title != "" || !x.Published.IsZero() {
			l.kind = store.FeedLatest
		}
		l.items = append(l.items, it)
	}
	return l, nil
}

func readList(b []byte, src feeds.Source) (list, error) {
	f, err := feeds.ParseList(b, src)
	if err != nil {
		return list{}, err
	}
	if len(f.Pages) == 0 {
		return list{}, fmt.Errorf("%w: it holds no address", feeds.ErrFormat)
	}
	l := list{kind: store.FeedList}
	for _, x := range f.Pages {
		l.items = append(l.items, item{address: x.URL, title: x.Title})
	}
	return l, nil
}
