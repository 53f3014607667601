package fetch_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/feeds"
	"github.com/readout-news/readout/internal/fetch"
)

// loopback answers every question for an IPv4 address: 127.0.0.1.
func loopback(b *testing.B) *net.Resolver {
	pc, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { pc.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			end := 12
			for end < n && buf[end] != 0 {
				end += int(buf[end]) + 1
			}
			if end += 5; end > n {
				continue
			}
			out := append([]byte{}, buf[:end]...)
			out[2], out[3] = 0x81, 0x80
			clear(out[6:12])
			if binary.BigEndian.Uint16(buf[end-4:]) == 1 {
				out[7] = 1
				out = append(out, 0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1)
			}
			_, _ = pc.WriteTo(out, from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp4", pc.LocalAddr().String())
	}}
}

// BenchmarkPoll polls 500 feeds of 30 items and 25 KB, each on a site of its
// own on this machine, which serves them too: when they are new (robots.txt,
// the pause of 2 s, the feed), when none has changed (304) and when all have
// new items, which are parsed.
func BenchmarkPoll(b *testing.B) {
	const sites, each = 500, 30
	var version atomic.Int64
	var item strings.Builder
	for i := range each {
		fmt.Fprintf(&item, `<item><title>Talks end %d</title><link>/news/%d-VERSION</link><pubDate>Tue, 18 Mar 2025 14:05:00 +0100</pubDate><description>%s</description></item>`, i, i, strings.Repeat("The envoys met at Lake Ansa. ", 24))
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			fmt.Fprint(w, "User-agent: *\nDisallow: /private\n")
			return
		}
		tag := fmt.Sprintf(`"%d"`, version.Load())
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<rss version="2.0"><channel><title>Harbour Wire</title>`, strings.ReplaceAll(item.String(), "VERSION", fmt.Sprint(version.Load())), `</channel></rss>`)
	}))
	defer s.Close()
	at := netip.MustParseAddrPort(s.Listener.Addr().String())
	opts := fetch.Options{Ports: []uint16{at.Port()}, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Resolver: loopback(b)}
	requests := func() []fetch.Request {
		var out []fetch.Request
		for i := range sites {
			out = append(out, fetch.Request{URL: fmt.Sprintf("http://paper%d.example:%d/feed", i, at.Port()), Kind: fetch.Feeds})
		}
		return out
	}
	// poll asks for all and takes over validators; it gives how many had
	// changed and their items.
	poll := func(f *fetch.Fetcher, list []fetch.Request) (changed, items int64) {
		var c, n atomic.Int64
		one := func(i int) {
			res, err := f.Get(b.Context(), list[i])
			if err != nil {
				b.Error(err)
				return
			}
			list[i].ETag = res.ETag
			if res.NotModified {
				return
			}
			feed, err := feeds.ParseFeed(res.Capture.Body, feeds.Source{URL: res.URL, Charset: res.Capture.Charset})
			if err != nil {
				b.Error(err)
				return
			}
			c.Add(1)
			n.Add(int64(len(feed.Items)))
		}
		var wg sync.WaitGroup
		for i := range list { // each is a site of its own
			wg.Go(func() { one(i) })
		}
		wg.Wait()
		return c.Load(), n.Load()
	}
	// ready has polled once and waited for the pause behind it.
	ready := func(b *testing.B) (*fetch.Fetcher, []fetch.Request) {
		b.StopTimer()
		defer b.StartTimer()
		f, list := fetch.New(opts), requests()
		poll(f, list)
		time.Sleep(2100 * time.Millisecond)
		return f, list
	}
	b.Run("first", func(b *testing.B) {
		for range b.N {
			if c, n := poll(fetch.New(opts), requests()); c != sites || n != sites*each {
				b.Fatal(c, n)
			}
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		for range b.N {
			f, list := ready(b)
			if c, _ := poll(f, list); c != 0 {
				b.Fatal(c)
			}
		}
	})
	b.Run("changed", func(b *testing.B) {
		for range b.N {
			f, list := ready(b)
			version.Add(1)
			if c, n := poll(f, list); c != sites || n != sites*each {
				b.Fatal(c, n)
			}
		}
	})
}
