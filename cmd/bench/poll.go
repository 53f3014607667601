package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/fetch"
	"github.com/readout-news/readout/internal/pull"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
)

// feedItems is how many articles a feed lists.
const feedItems = 30

type pollArgs struct{ Feeds int }

type pollResult struct {
	Feeds, Captures int
	First, Again    span // a round with all pages, and one in which nothing is new
}

// measurePoll follows feeds of local sites, each at an address of its own, as
// the pause between two requests to a site counts for each by itself. Two new
// pages a feed are fetched in the first round; the rest of the items are old.
func measurePoll(ctx context.Context, a pollArgs) (out pollResult, err error) {
	listener, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		return out, err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	now := time.Date(2031, 3, 3, 12, 0, 0, 0, time.UTC)
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/feed.xml":
			const tag = `"1"`
			w.Header().Set("ETag", tag)
			if r.Header.Get("If-None-Match") == tag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			w.Header().Set("Content-Type", "application/rss+xml")
			fmt.Fprint(w, feedOf(r.Host, now))
		case strings.HasPrefix(r.URL.Path, "/news/"):
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, "<html><head><title>Report %s</title></head><body><article><p>%s</p></article></body></html>", r.URL.Path, strings.Repeat("The ferry to Lake Ansa was late again. ", 60))
		default:
			http.NotFound(w, r)
		}
	})}
	go func() { _ = server.Serve(listener) }()
	defer func() { err = errors.Join(err, server.Close()) }()

	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := open.Store(ctx, filepath.Join(dir, "poll.db"), open.Options{Create: true, Now: func() time.Time { return now }})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for i := range a.Feeds {
		f := store.Feed{Address: fmt.Sprintf("http://127.1.%d.%d:%d/feed.xml", i/250, i%250+1, port), Added: now}
		if _, err := s.AddFeed(ctx, f); err != nil {
			return out, err
		}
	}
	f := fetch.New(fetch.Options{
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Ports: []uint16{uint16(port)}, Pause: -1,
		Now: func() time.Time { return now },
	})
	captures := make(chan readout.Capture, 64)
	counted := make(chan int)
	go func() {
		n := 0
		for range captures {
			n++
		}
		counted <- n
	}()
	p, err := pull.New(pull.Options{
		Store: s, Fetch: f, Now: func() time.Time { return now }, MaxAge: 24 * time.Hour, Again: []time.Duration{},
		Give: func(_ context.Context, c readout.Capture, _ store.Sighting) error {
			captures <- c
			return nil
		},
	})
	if err != nil {
		return out, err
	}
	round := func() error {
		r, err := p.Round(ctx, time.Time{})
		if err == nil && (r.Feeds != a.Feeds || r.FeedsFailed > 0) {
			err = fmt.Errorf("%d of %d feeds answered", r.Feeds-r.FeedsFailed, a.Feeds)
		}
		return err
	}
	if out.First, err = timed(round); err != nil {
		return out, err
	}
	now = now.Add(2 * time.Hour)
	if out.Again, err = timed(round); err != nil {
		return out, err
	}
	close(captures)
	out.Feeds, out.Captures = a.Feeds, <-counted
	return out, nil
}

// feedOf is the feed of a site: two reports of the last hours, the others older
// than a day.
func feedOf(host string, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0"?><rss version="2.0"><channel><title>%s</title><link>http://%s/</link><description>Reports</description>`, host, host)
	for i := range feedItems {
		at := now.Add(-time.Duration(i+1) * time.Hour)
		if i > 1 {
			at = at.AddDate(0, 0, -2)
		}
		fmt.Fprintf(&b, `<item><title>Report %d</title><link>http://%s/news/%d</link><guid>%s-%d</guid><pubDate>%s</pubDate><description>The ferry was late.</description></item>`, i, host, i, host, i, at.Format(time.RFC1123Z))
	}
	b.WriteString(`</channel></rss>`)
	return b.String()
}
