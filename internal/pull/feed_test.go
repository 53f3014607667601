package pull_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout/internal/store"
)

func TestFailingFeedBacksOff(t *testing.T) {
	s, w := harbour(t), newWorld(t)
	s.fail("/feed.xml", 500, "")
	address := s.URL + "/feed.xml"
	w.follow(address)
	feed := func() store.Feed {
		list, err := w.store.Feeds(t.Context())
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		return list[0]
	}
	var pauses []time.Duration
	var told []store.Feed
	w.opts.Failed = func(f store.Feed) { told = append(told, f) }
	for i := range 9 {
		if r := w.round(); r.FeedsFailed != 1 {
			t.Errorf("%+v", r)
		}
		f := feed()
		if len(told) != i+1 || told[i].Address != address || told[i].Error != f.Error || told[i].Failures != i+1 {
			t.Errorf("told of %+v", told)
		}
		pauses = append(pauses, f.Due.Sub(w.clock()))
		if !strings.Contains(f.Error, "500") {
			t.Errorf("error %q", f.Error)
		}
		w.wait(f.Due.Sub(w.clock()))
	}
	want := []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 16 * time.Hour, 24 * time.Hour, 24 * time.Hour, 24 * time.Hour}
	if diff := cmp.Diff(want, pauses); diff != "" {
		t.Errorf("pauses (-want +got)\n%s", diff)
	}
	s.fail("/feed.xml", 0, "")
	if r := w.round(); r.Captures != 2 {
		t.Errorf("%+v", r)
	}
	if f := feed(); f.Failures != 0 || f.Error != "" || f.Due.Sub(w.clock()) != 15*time.Minute {
		t.Errorf("feed %+v", f)
	}
	// What the site asks for goes beyond our own pause.
	s.fail("/feed.xml", 503, "7200")
	w.wait(time.Hour)
	w.round()
	if f := feed(); f.Due.Sub(w.clock()) < 2*time.Hour {
		t.Errorf("due in %s, the site asked for two hours", f.Due.Sub(w.clock()))
	}
}

// A list of an index that fails for a while is read when it answers again, though
// the index says that nothing changed since.
func TestListOfIndexFails(t *testing.T) {
	const head = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`
	for status, rest := range map[int]time.Duration{http.StatusServiceUnavailable: 2 * time.Hour, http.StatusInternalServerError: 30 * time.Minute, http.StatusNotFound: 15 * time.Minute} {
		s := newSite(t)
		s.put("/index.xml", "application/xml", `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>@/new.xml</loc><lastmod>2031-05-02</lastmod></sitemap>
<sitemap><loc>@/b.xml</loc><lastmod>2031-04-28</lastmod></sitemap><sitemap><loc>@/c.xml</loc><lastmod>2031-04-27</lastmod></sitemap></sitemapindex>`)
		for name, text := range map[string]string{"new": ferries, "b": talks, "c": closures} {
			s.put("/"+name+".xml", "application/xml", head+"<url><loc>@/"+name+"</loc></url></urlset>")
			s.put("/"+name, "text/html", article("Of "+name, text))
		}
		retry := ""
		if status == http.StatusServiceUnavailable {
			retry = "7200"
		}
		s.fail("/b.xml", status, retry)
		w := newWorld(t)
		var told []store.Feed
		w.opts.Failed = func(f store.Feed) { told = append(told, f) }
		w.follow(s.URL + "/index.xml")
		if r := w.round(); r.Found == 0 || r.FeedsFailed != 0 {
			t.Errorf("%d: %+v", status, r)
		}
		list, err := w.store.Feeds(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f := list[0]
		if len(told) != 1 || !strings.Contains(f.Error, "/b.xml") || f.Failures != 0 || f.Due.Sub(w.clock()) != rest {
			t.Errorf("%d: due in %s, told of %d, feed %+v", status, f.Due.Sub(w.clock()), len(told), f)
		}
		lasts := status == http.StatusNotFound
		if f.Succeeded.IsZero() == lasts {
			t.Errorf("%d: succeeded %s", status, f.Succeeded)
		}
		s.fail("/b.xml", 0, "")
		for range 8 {
			w.wait(time.Hour)
			w.round()
		}
		// What is not there is taken at its word until the index says that it changed.
		if n := len(w.reports()); (n == 3) == lasts {
			t.Errorf("%d: reports %v", status, w.reports())
		}
		if list, err = w.store.Feeds(t.Context()); err != nil || list[0].Error != "" || list[0].Due.Sub(w.clock()) > 15*time.Minute {
			t.Errorf("%d: later %+v, %v", status, list[0], err)
		}
	}
}

// Lists of an index beyond those that a poll asks are counted; those that have not
// changed since the last are none of them.
func TestIndexOfManyLists(t *testing.T) {
	s := newSite(t)
	var index strings.Builder
	for i := range 60 {
		fmt.Fprintf(&index, "<sitemap><loc>@/%d.xml</loc><lastmod>2031-05-02</lastmod></sitemap>", i)
		s.put(fmt.Sprintf("/%d.xml", i), "application/xml", `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>`)
	}
	for range 20 {
		index.WriteString("<sitemap><loc>@/old.xml</loc><lastmod>2030-05-02</lastmod></sitemap>")
	}
	s.put("/0.xml", "application/xml", `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>@/deep.xml</loc></sitemap></sitemapindex>`)
	s.put("/deep.xml", "application/xml", `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>@/deeper.xml</loc></sitemap></sitemapindex>`)
	s.put("/index.xml", "application/xml", `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`+index.String()+`</sitemapindex>`)
	w := newWorld(t)
	w.opts.MaxAge = 30 * 24 * time.Hour
	w.follow(s.URL + "/index.xml")
	if r := w.round(); r.LeftOut != 10+1 {
		t.Errorf("%d lists are left out, want 10 beyond the bound and one too deep", r.LeftOut)
	}
}

// A feed that moved for good is asked where it is now, and keeps what it listed;
// one that moved for a while is not; and a move that leads nowhere is taken back.
func TestFeedMoves(t *testing.T) {
	s, w := harbour(t), newWorld(t)
	old, now := s.URL+"/feed.xml", s.URL+"/news/feed.xml"
	move := func(status int) {
		s.put("/feed.xml", "", "@/news/feed.xml")
		s.fail("/feed.xml", status, "")
	}
	var moves []string
	w.opts.Moved = func(feed, to string) {
		if feed != old {
			t.Errorf("%s moved", feed)
		}
		moves = append(moves, strings.TrimPrefix(to, s.URL))
	}
	at := func() store.Feed {
		feeds, err := w.store.Feeds(t.Context())
		if err != nil || len(feeds) != 1 {
			t.Fatal(feeds, err)
		}
		return feeds[0]
	}
	w.follow(old)
	w.round()
	s.put("/news/feed.xml", "application/rss+xml", rss)
	for _, c := range []struct {
		status int
		to     string
		asked  string // in this round and the next
	}{
		{http.StatusFound, "", "/feed.xml 2, /news/feed.xml 2"},
		{http.StatusMovedPermanently, now, "/feed.xml 1, /news/feed.xml 2"},
		{http.StatusPermanentRedirect, now, "/news/feed.xml 2"},
	} {
		move(c.status)
		s.times()
		for range 2 {
			w.wait(20 * time.Minute)
			w.round()
		}
		asked := strings.Join(slices.DeleteFunc(strings.Split(s.times(), ", "), func(x string) bool { return !strings.Contains(x, "feed.xml") }), ", ")
		if f := at(); f.MovedTo != c.to || f.Address != old || f.Items != 2 || f.Error != "" || asked != c.asked {
			t.Errorf("after %d: asked for %s; %+v", c.status, asked, f)
		}
	}
	// What it listed under its old address is still there once.
	seen, err := w.store.Sightings(t.Context(), w.report("Forty ferries"))
	if err != nil || len(seen) != 1 || seen[0].Through != old {
		t.Errorf("%+v, %v", seen, err)
	}
	s.fail("/news/feed.xml", http.StatusNotFound, "")
	s.put("/feed.xml", "application/rss+xml", rss)
	for range maxLostRounds {
		w.wait(24 * time.Hour)
		w.round()
	}
	if f := at(); f.MovedTo != "" || f.Error != "" {
		t.Errorf("after the new address is gone: %+v", f)
	}
	if want := []string{"/news/feed.xml", ""}; !slices.Equal(moves, want) {
		t.Errorf("told of %q, want %q", moves, want)
	}
}
