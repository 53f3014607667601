package pull_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// BenchmarkPoll asks 500 feeds of as many sites, each with 20 items: for the
// first time, and again when none has changed (304). Pages are not asked for.
func BenchmarkPoll(b *testing.B) {
	const feeds, items = 500, 20
	ln, err := net.Listen("tcp", "0.0.0.0:0") // every address 127.x.y.z is one of this machine, and a site
	if err != nil {
		b.Skipf("no listener: %v", err)
	}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/feed.xml" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>%s</title>`, r.Host)
		for i := range items {
			fmt.Fprintf(w, `<item><title>Item %d of Harbour Wire</title><link>http://%s/%d.html</link><pubDate>Fri, 02 May 2031 09:00:00 GMT</pubDate></item>`, i, r.Host, i)
		}
		fmt.Fprint(w, `</channel></rss>`)
	}))
	srv.Listener.Close()
	srv.Listener = ln
	srv.Start()
	b.Cleanup(srv.Close)
	_, port, _ := strings.Cut(strings.TrimPrefix(srv.URL, "http://["), "]:")
	if port == "" {
		port = srv.URL[strings.LastIndex(srv.URL, ":")+1:]
	}
	var first, again time.Duration
	for b.Loop() {
		w := newWorld(b)
		for i := range feeds {
			w.follow(fmt.Sprintf("http://127.0.%d.%d:%s/feed.xml", 1+i/250, 1+i%250, port))
		}
		p := w.puller()
		from := time.Now()
		r, err := p.Round(b.Context(), start)
		if err != nil || r.Feeds != feeds || r.FeedsFailed > 0 || r.Found != feeds*items {
			b.Fatal(r, err)
		}
		first += time.Since(from)
		w.wait(20 * time.Minute)
		from = time.Now()
		if r, err = p.Round(b.Context(), start); err != nil || r.Feeds != feeds || r.FeedsFailed > 0 || r.Found != 0 {
			b.Fatal(r, err)
		}
		again += time.Since(from)
	}
	n := float64(b.N * feeds)
	b.ReportMetric(n/first.Seconds(), "feeds/s-first")
	b.ReportMetric(n/again.Seconds(), "feeds/s-304")
}
