package fetch

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What a site answers for robots.txt decides what is asked there.
func TestRobots(t *testing.T) {
	w := newWeb(t)
	hops := func(left int) http.HandlerFunc {
		return func(rw http.ResponseWriter, r *http.Request) {
			n := left
			_, _ = fmt.Sscan(r.URL.Query().Get("n"), &n)
			if n > 0 {
				http.Redirect(rw, r, fmt.Sprintf("/robots.txt?n=%d", n-1), http.StatusFound)
				return
			}
			body("text/plain", "User-agent: *\nDisallow: /")(rw, r)
		}
	}
	cases := []struct {
		name   string
		answer http.HandlerFunc
		want   Reason
	}{
		{"allowed", body("text/plain", "User-agent: *\nDisallow: /b"), ""},
		{"barred", body("text/plain", "User-agent: readout\nDisallow: /a"), Robots},
		{"meant for another", body("text/plain", "User-agent: read\nDisallow: /"), ""},
		{"as a page", body("text/html", "<html><title>Home</title></html>"), ""},
		{"not there", status(404), ""},
		{"forbidden", status(403), ""},
		{"unauthorised", status(401), ""},
		{"no content", status(204), ""},
		{"broken", status(500), Robots},
		{"busy", status(503), Robots},
		{"too many", status(429, "Retry-After", "60"), Robots},
		{"five redirects", hops(5), Robots}, // followed, and it bars
		{"six redirects", hops(6), ""},      // counts as not there
		{"leads inside", status(302, "Location", "http://10.0.0.1/robots.txt"), Robots},
		{"leads to a file", status(302, "Location", "file:///etc/passwd"), Robots},
		{"does not unpack", func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(rw, "User-agent: *")
		}, Robots},
		{"long", body("text/plain", strings.Repeat("# long\n", 90_000)+"User-agent: *\nDisallow: /"), ""}, // behind 500 KiB
	}
	for i, c := range cases {
		w.pages[fmt.Sprintf("h%d.example/robots.txt", i)] = c.answer
	}
	synctest.Test(t, func(t *testing.T) {
		f := New(w.opts)
		for i, c := range cases {
			w.log()
			url := w.url(fmt.Sprintf("h%d.example/a", i))
			_, err := f.Get(t.Context(), Request{URL: url})
			if got := ReasonOf(err); got != c.want {
				t.Errorf("%s: %v", c.name, err)
			}
			if log := w.log(); strings.Contains(log, "/a") != (c.want == "") {
				t.Errorf("%s: asked %s", c.name, log)
			}
			// The copy holds: nothing is asked for it again.
			_, _ = f.Get(t.Context(), Request{URL: url})
			if log := w.log(); strings.Contains(log, "robots") {
				t.Errorf("%s: asked again: %s", c.name, log)
			}
		}
	})
}

// A copy holds for a day; one that cannot be had anew goes on holding; without
// one nothing is asked until the file is tried again.
func TestRobotsOverTime(t *testing.T) {
	w := newWeb(t)
	w.pages["a.example/robots.txt"] = body("text/plain", "User-agent: *\nDisallow: /b\nCrawl-delay: 10\nSitemap: /s.xml\nSitemap: https://a.example/news.xml\nSitemap: javascript:x")
	w.pages["slow.example/robots.txt"] = body("text/plain", "User-agent: *\nCrawl-delay: 3600")
	w.pages["down.example/robots.txt"] = status(500)
	synctest.Test(t, func(t *testing.T) {
		f := New(w.opts)
		get := func(f *Fetcher, hostpath string) error {
			_, err := f.Get(t.Context(), Request{URL: w.url(hostpath)})
			return err
		}
		from := time.Now()
		for range 3 {
			if err := get(f, "a.example/a"); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(from).Round(time.Second); took != 30*time.Second {
			t.Errorf("a Crawl-delay of 10 s kept for %v", took)
		}
		from = time.Now()
		_, _ = get(f, "slow.example/a"), get(f, "slow.example/b")
		if took := time.Since(from).Round(time.Second); took != time.Minute {
			t.Errorf("an hour of Crawl-delay kept for %v, want 30 s twice", took)
		}
		maps, err := f.Sitemaps(t.Context(), w.url("a.example/x"))
		if d := cmp.Diff([]string{w.url("a.example/s.xml"), "https://a.example/news.xml"}, maps); d != "" || err != nil {
			t.Errorf("sitemaps: %v %s", err, d)
		}

		if _, err := f.Sitemaps(t.Context(), w.url("gone.example/")); err != nil {
			t.Errorf("sitemaps of a site without robots.txt: %v", err)
		}
		if _, err := f.Sitemaps(t.Context(), w.url("down.example/")); ReasonOf(err) != Robots {
			t.Errorf("sitemaps that cannot be had: %v", err)
		}
		time.Sleep(time.Minute)

		// Another process that was given the states asks for no robots.txt.
		states := f.States()
		g := New(w.opts)
		g.Restore(states)
		if d := cmp.Diff(states, g.States()); d != "" {
			t.Errorf("states after Restore\n%s", d)
		}
		w.log()
		if err := get(g, "a.example/b"); ReasonOf(err) != Robots {
			t.Error(err)
		}
		if log := w.log(); log != "" {
			t.Errorf("asked %s", log)
		}

		w.mu.Lock()
		w.pages["a.example/robots.txt"] = status(500)
		w.mu.Unlock()
		time.Sleep(24 * time.Hour)
		w.log()
		if err := get(f, "a.example/b"); ReasonOf(err) != Robots || !strings.Contains(err.Error(), "asks programs not to") {
			t.Error(err)
		}
		if err := get(f, "a.example/a"); err != nil {
			t.Error(err)
		}
		if log := w.log(); log != "a.example/robots.txt a.example/a" {
			t.Errorf("asked %s", log)
		}

		for i, wait := range []time.Duration{2 * time.Minute, 4 * time.Minute, 8 * time.Minute} {
			res, err := f.Get(t.Context(), Request{URL: w.url("down.example/a")})
			if ReasonOf(err) != Robots || !strings.Contains(err.Error(), "cannot be had") || time.Until(res.Next).Round(time.Second) != wait || res.Failures != 0 {
				t.Errorf("%d: %v, next in %v", i, err, time.Until(res.Next))
			}
			time.Sleep(time.Until(res.Next))
		}
		w.mu.Lock()
		w.pages["down.example/robots.txt"] = status(404)
		w.mu.Unlock()
		if err := get(f, "down.example/a"); err != nil {
			t.Error(err)
		}
	})
}

// A site has the longest pause that the robots.txt of one of its hosts asks for, as
// they stand by now: one that asks for less, or no more, is taken at its word.
func TestCrawlDelayChanges(t *testing.T) {
	w := newWeb(t)
	say := func(host, robots string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.pages[host+"/robots.txt"] = body("text/plain", "User-agent: *\nDisallow: /none\n"+robots)
	}
	synctest.Test(t, func(t *testing.T) {
		f := New(w.opts)
		pause := func() time.Duration {
			t.Helper()
			var last, now time.Time
			for range 2 {
				res, err := f.Get(t.Context(), Request{URL: w.url("www.a.example/a")})
				if err != nil {
					t.Fatal(err)
				}
				last, now = now, res.At
			}
			return now.Sub(last).Round(time.Second)
		}
		for day, c := range []struct {
			www, sport string
			want       time.Duration
		}{
			{"Crawl-delay: 20", "Crawl-delay: 5", 20 * time.Second},
			{"Crawl-delay: 8", "Crawl-delay: 5", 8 * time.Second},
			{"Crawl-delay: 8", "Crawl-delay: 12", 12 * time.Second},
			{"", "Crawl-delay: 5", 5 * time.Second},
			{"", "", 2 * time.Second}, // the usual one
		} {
			say("www.a.example", c.www)
			say("sport.a.example", c.sport)
			for _, host := range []string{"www.a.example/a", "sport.a.example/a"} {
				if _, err := f.Get(t.Context(), Request{URL: w.url(host)}); err != nil {
					t.Fatal(err)
				}
			}
			if got := pause(); got != c.want {
				t.Errorf("day %d: a pause of %v, want %v", day, got, c.want)
			}
			time.Sleep(robotsFor)
		}
	})
}
