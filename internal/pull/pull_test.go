package pull_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/pull"
	"github.com/readout-news/readout/internal/store"
)

const rss = `<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Wire</title><link>@/</link>
<item><title>Forty ferries</title><link>@/ferries?utm_source=rss</link><pubDate>Fri, 02 May 2031 09:00:00 GMT</pubDate></item>
<item><title>Talks in Orrin</title><link>@/talks</link><pubDate>Thu, 01 May 2031 18:30:00 GMT</pubDate></item>
</channel></rss>`

// harbour is a site with an RSS feed and two articles.
func harbour(t testing.TB) *site {
	s := newSite(t)
	s.put("/feed.xml", "application/rss+xml", rss)
	s.put("/ferries", "text/html", article("Forty ferries", ferries))
	s.put("/talks", "text/html", article("Talks in Orrin", talks))
	return s
}

func TestPullTwice(t *testing.T) {
	s, w := harbour(t), newWorld(t)
	w.follow(s.URL + "/feed.xml")
	if diff := cmp.Diff(pull.Round{Feeds: 1, Found: 2, Pages: 2, Captures: 2}, w.round()); diff != "" {
		t.Errorf("first pull (-want +got)\n%s", diff)
	}
	if got := s.times(); got != "/feed.xml 1, /ferries 1, /talks 1" {
		t.Errorf("asked for %s", got)
	}
	r, err := w.store.Report(t.Context(), w.report("Forty ferries"))
	if err != nil || !strings.Contains(r.Text, "Forty ferries will cross") || r.Published.Value != "2031-05-02T09:00Z" {
		t.Errorf("report %+v, %v", r, err)
	}

	// Nothing is due yet.
	if diff := cmp.Diff(pull.Round{}, w.round()); diff != "" {
		t.Errorf("at once again (-want +got)\n%s", diff)
	}

	// The feed and its pages an hour later: 304 for all, and nothing new.
	before := w.reports()
	w.wait(time.Hour)
	if diff := cmp.Diff(pull.Round{Feeds: 1, Pages: 2, Same: 2}, w.round()); diff != "" {
		t.Errorf("second pull (-want +got)\n%s", diff)
	}
	if got := s.times(); got != "/feed.xml 1, /ferries 1, /talks 1" {
		t.Errorf("asked for %s", got)
	}
	if diff := cmp.Diff(before, w.reports()); diff != "" {
		t.Errorf("reports (-before +after)\n%s", diff)
	}

	// A site without validators sends the same bytes: nothing new either.
	s.put("/ferries", "text/html", article("Forty ferries", ferries))
	w.wait(6 * time.Hour)
	if diff := cmp.Diff(pull.Round{Feeds: 1, Pages: 2, Same: 2}, w.round()); diff != "" {
		t.Errorf("third pull (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(before, w.reports()); diff != "" {
		t.Errorf("reports (-before +after)\n%s", diff)
	}

	// At the ages 1 h, 6 h, 1 d and 3 d articles are looked at again, then no more.
	for days := range 5 {
		w.wait(24 * time.Hour)
		if r, want := w.round(), []int{2, 0, 2, 0, 0}[days]; r.Pages != want {
			t.Errorf("day %d: %d pages looked at, want %d", days+1, r.Pages, want)
		}
	}
}

// The same article in feeds of three formats on two sites.
func TestThreeFeedsOneReport(t *testing.T) {
	s, other, w := harbour(t), newSite(t), newWorld(t)
	s.put("/atom", "application/atom+xml", `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Lake news</title><id>x</id><updated>2031-05-02T09:00:00Z</updated>
<entry><id>1</id><title>Ferries: forty</title><link href="@/ferries#top"/><published>2031-05-02T09:00:00Z</published><updated>2031-05-02T10:00:00Z</updated></entry></feed>`)
	other.put("/feed.json", "application/feed+json", fmt.Sprintf(`{"version":"https://jsonfeed.org/version/1.1","title":"Picks","items":[{"id":"1","url":"%s/ferries?utm_campaign=picks","title":"Worth reading"}]}`, s.URL))
	w.follow(s.URL+"/feed.xml", s.URL+"/atom", other.URL+"/feed.json")
	w.round()
	if got := s.times(); got != "/atom 1, /feed.xml 1, /ferries 1, /talks 1" {
		t.Errorf("asked for %s", got)
	}
	id := w.report("Forty ferries")
	seen, err := w.store.Sightings(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, x := range seen {
		if x.Report != id || !x.Seen.Equal(start) {
			t.Errorf("sighting %+v", x)
		}
		got[x.Through] = x.Title
	}
	want := map[string]string{s.URL + "/feed.xml": "Forty ferries", s.URL + "/atom": "Ferries: forty", other.URL + "/feed.json": "Worth reading"}
	if diff := cmp.Diff(want, got); diff != "" || len(seen) != 3 {
		t.Errorf("sightings (-want +got)\n%s", diff)
	}
}

func TestFormats(t *testing.T) {
	s, w := harbour(t), newWorld(t)
	w.opts.MaxAge = 30 * 24 * time.Hour
	s.put("/bridge", "text/html", article("The bridge closes", closures))
	s.put("/index.xml", "application/xml", `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>@/now.xml</loc><lastmod>2031-05-02</lastmod></sitemap><sitemap><loc>@/2019.xml</loc><lastmod>2019-12-31</lastmod></sitemap></sitemapindex>`)
	s.put("/now.xml", "application/xml", `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>@/ferries</loc><lastmod>2031-05-02T09:00:00Z</lastmod></url><url><loc>@/old</loc><lastmod>2030-01-01</lastmod></url><url><loc>https://elsewhere.example/a</loc></url></urlset>`)
	s.put("/news.xml", "application/xml", `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>@/talks</loc><news:news><news:publication><news:name>Harbour Wire</news:name><news:language>en</news:language></news:publication><news:publication_date>2031-05-01</news:publication_date><news:title>Talks</news:title></news:news></url></urlset>`)
	s.put("/list.txt", "text/plain", "# chosen by the desk\n@/bridge  The bridge\n")
	w.follow(s.URL+"/index.xml", s.URL+"/news.xml", s.URL+"/list.txt")
	if diff := cmp.Diff(pull.Round{Feeds: 3, LeftOut: 2, Found: 3, Pages: 3, Captures: 3}, w.round()); diff != "" {
		t.Errorf("pull (-want +got)\n%s", diff)
	}
	feeds, err := w.store.Feeds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]store.FeedKind{}
	for _, f := range feeds {
		kinds[strings.TrimPrefix(f.Address, s.URL)] = f.Kind
	}
	if diff := cmp.Diff(map[string]store.FeedKind{"/index.xml": store.FeedSitemap, "/news.xml": store.FeedLatest, "/list.txt": store.FeedList}, kinds); diff != "" {
		t.Errorf("kinds (-want +got)\n%s", diff)
	}
	if got := s.times(); strings.Contains(got, "2019") || strings.Contains(got, "old") {
		t.Errorf("asked for what is too old: %s", got)
	}
	// A sitemap's day of change is no day of publication.
	for title, want := range map[string]string{"Forty ferries": "", "Talks in Orrin": "2031-05-01"} {
		if r, err := w.store.Report(t.Context(), w.report(title)); err != nil || r.Published.Value != want {
			t.Errorf("%s was published %q, want %q (%v)", title, r.Published.Value, want, err)
		}
	}
}

// What a clock that ran five years ahead noted keeps nothing from being asked
// once it is set right.
func TestClockRanAhead(t *testing.T) {
	const ahead = 5 * 365 * 24 * time.Hour
	s, w := harbour(t), newWorld(t)
	s.put("/index.xml", "application/xml", `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>@/map.xml</loc><lastmod>2031-04-30</lastmod></sitemap></sitemapindex>`)
	s.put("/map.xml", "application/xml", `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>`)
	s.put("/busy.xml", "application/xml", rss)
	w.follow(s.URL+"/feed.xml", s.URL+"/index.xml", s.URL+"/busy.xml")
	w.wait(ahead)
	s.fail("/busy.xml", http.StatusServiceUnavailable, "")
	w.round() // /busy.xml is asked first and puts the site at rest
	w.wait(time.Hour)
	s.fail("/busy.xml", 0, "")
	w.round()
	s.fail("/busy.xml", http.StatusServiceUnavailable, "86400")
	w.wait(16 * time.Minute)
	w.round()
	s.fail("/busy.xml", 0, "")
	w.wait(-ahead)
	s.times()
	s.put("/map.xml", "application/xml", `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>@/roads</loc></url></urlset>`)
	s.put("/roads", "text/html", article("Roads", closures))
	for range 20 {
		w.wait(6 * time.Hour)
		w.round()
	}
	if n := len(w.reports()); n != 3 {
		t.Errorf("reports %v", w.reports())
	}
	asked := s.times()
	for _, want := range []string{"/ferries 4", "/talks 4", "/roads 4"} {
		if !strings.Contains(asked, want) {
			t.Errorf("asked for %s; want %s among it", asked, want)
		}
	}
	feeds, err := w.store.Feeds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range feeds {
		if f.Error != "" || f.Tried != w.clock() || f.Due.Sub(w.clock()) > time.Hour {
			t.Errorf("%+v", f)
		}
	}
}

// A feed gives the day of the place it writes from, whatever day it is in UTC.
func TestDayOfFeed(t *testing.T) {
	const sitemap = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>@/a</loc><news:news><news:publication_date>2031-05-02T08:00:00+09:00</news:publication_date><news:title>Ferries</news:title></news:news></url></urlset>`
	item := func(date string) string {
		return `<rss version="2.0"><channel><title>Harbour</title><item><title>Ferries</title><link>@/a</link><pubDate>` + date + `</pubDate></item></channel></rss>`
	}
	for body, want := range map[string]string{
		item("Fri, 02 May 2031 08:00:00 +0900"): "2031-05-02T08:00+09:00",
		item("Fri, 02 May 2031 00:00:00 +0900"): "2031-05-02",
		item("Thu, 01 May 2031 22:00:00 EDT"):   "2031-05-01T22:00-04:00",
		item("Fri, 02 May 2031 08:00:00 GMT"):   "2031-05-02T08:00Z",
		item("Fri, 02 May 2031 00:00:00 GMT"):   "2031-05-02",
		sitemap:                                 "2031-05-02T08:00+09:00",
		`<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour</title><entry><title>Ferries</title><link href="@/a"/><published>2031-05-02T08:00:00+09:00</published></entry></feed>`: "2031-05-02T08:00+09:00",
		`{"version":"https://jsonfeed.org/version/1.1","title":"Harbour","items":[{"id":"1","url":"@/a","title":"Ferries","date_published":"2031-05-02T08:00:00.5+09:00"}]}`:             "2031-05-02T08:00+09:00",
	} {
		s := newSite(t)
		s.put("/feed", "application/xml", body)
		s.put("/a", "text/html", article("Ferries", ferries))
		w := newWorld(t)
		w.follow(s.URL + "/feed")
		w.round()
		r, err := w.store.Report(t.Context(), w.report("Ferries"))
		if err != nil {
			t.Fatal(err)
		}
		if p := r.Published; p.Value != want || p.Basis != readout.BasisSidecar || p.Why != "from the feed" {
			t.Errorf("%s\n%+v, want %s", body, p, want)
		}
	}
}

// Of several feeds the earliest moment counts, by whatever clock it is written.
func TestEarliestDayOfFeeds(t *testing.T) {
	item := func(date string) string {
		return `<rss version="2.0"><channel><title>Harbour</title><item><title>Ferries</title><link>@/a</link><pubDate>` + date + `</pubDate></item></channel></rss>`
	}
	const early, late = "Fri, 02 May 2031 08:00:00 +0900", "Thu, 01 May 2031 23:30:00 GMT"
	for _, order := range [][2]string{{early, late}, {late, early}} {
		s := newSite(t)
		s.put("/a.xml", "application/rss+xml", item(order[0]))
		s.put("/b.xml", "application/rss+xml", item(order[1]))
		s.put("/a", "text/html", article("Ferries", ferries))
		w := newWorld(t)
		w.follow(s.URL+"/a.xml", s.URL+"/b.xml")
		w.round()
		if r, err := w.store.Report(t.Context(), w.report("Ferries")); err != nil || r.Published.Value != "2031-05-02T08:00+09:00" {
			t.Errorf("%v: published %+v, %v", order, r.Published, err)
		}
	}
}

func TestChangedArticle(t *testing.T) {
	s, w := harbour(t), newWorld(t)
	w.follow(s.URL + "/feed.xml")
	w.round()
	one := w.report("Forty ferries")

	// Another advertisement: a second capture, no second report.
	s.put("/ferries", "text/html", strings.Replace(article("Forty ferries", ferries), "</body>", "<aside class=\"ad\"><a href=\"/x\">Buy shoes</a></aside></body>", 1))
	w.wait(time.Hour)
	if r := w.round(); r.Captures != 1 || len(w.reports()) != 2 {
		t.Errorf("%+v and %v", r, w.reports())
	}
	// Another figure and a sentence less: a second version.
	s.put("/ferries", "text/html", article("Forty ferries", strings.Replace(strings.Split(ferries, "\n")[0], "Forty", "Sixty", 1)+"\nThe office gave no reason for the closure of the quay when it was asked on Friday evening."))
	w.wait(6 * time.Hour)
	if r := w.round(); r.Captures != 1 || len(w.reports()) != 3 {
		t.Errorf("%+v and %v", r, w.reports())
	}
	versions, err := w.store.Versions(t.Context(), one)
	if err != nil || len(versions) != 2 {
		t.Fatalf("versions %+v, %v", versions, err)
	}
	a, b := versions[0], versions[1]
	if a.Report != one || a.Captures != 2 || a.Current || !a.First.Equal(start) || !a.Last.Equal(start.Add(time.Hour)) || !b.Current || !b.First.Equal(start.Add(7*time.Hour)) {
		t.Errorf("versions %+v", versions)
	}
	over, err := w.store.Superseded(t.Context(), time.Time{})
	if diff := cmp.Diff(map[string]string{one: b.Report}, over); diff != "" || err != nil {
		t.Errorf("superseded (-want +got)\n%s%v", diff, err)
	}
}

// maxLostRounds are enough for a feed to fail three times and to be asked at its
// old address.
const maxLostRounds = 4

func TestPagesThatFail(t *testing.T) {
	s, w := harbour(t), newWorld(t)
	s.put("/robots.txt", "text/plain", "User-agent: *\nDisallow: /private\n")
	s.put("/picture", "image/png", "not a report")
	s.put("/gone", "text/html", "")
	s.fail("/gone", 410, "")
	s.put("/broken", "text/html", "")
	s.fail("/broken", 500, "")
	s.put("/moved", "", "/talks")
	s.fail("/moved", 301, "")
	s.put("/private", "text/html", article("Private", talks))
	s.put("/list.txt", "text/plain", "@/picture\n@/gone\n@/broken\n@/missing\n@/private\n@/moved\n@/talks")
	w.follow(s.URL + "/list.txt")
	if diff := cmp.Diff(pull.Round{Feeds: 1, Found: 7, Pages: 7, Captures: 2, Later: 2, Gone: 2, Refused: 1}, w.round()); diff != "" {
		t.Errorf("pull (-want +got)\n%s", diff)
	}
	if len(w.refused) != 1 || w.refused[0].Path != s.URL+"/picture" {
		t.Errorf("refused %v", w.refused)
	}
	// Two addresses of one page are one report.
	if n := len(w.reports()); n != 1 {
		t.Errorf("%d reports: %v", n, w.reports())
	}
	if seen, err := w.store.Sightings(t.Context(), w.report("Talks in Orrin")); err != nil || len(seen) != 2 {
		t.Errorf("sightings %v, %v", seen, err)
	}
	if got := s.times(); strings.Contains(got, "private") {
		t.Errorf("asked for what robots may not: %s", got)
	}
	// A page that appears is taken; one that stays broken is given up.
	s.put("/missing", "text/html", article("Late", closures))
	for range 40 {
		w.wait(time.Hour)
		w.round()
	}
	w.report("Late")
	if p, err := w.store.Page(t.Context(), store.Canonical(s.URL+"/broken")); err != nil || !p.Due.IsZero() || p.Failures != 10 || !strings.Contains(p.Error, "500") {
		t.Errorf("the broken page: %+v, %v", p, err)
	}
	if len(w.refused) != 2 {
		t.Errorf("refused %v", w.refused)
	}
}

// errBroken is what a store says whose disk is full.
var errBroken = errors.New("no space left")

// breaking is a store that fails at the n-th call that writes, before or after
// it did.
type breaking struct {
	pull.Store
	left  *atomic.Int64
	after bool
	stop  context.CancelFunc // instead of failing: the program is told to end
}

func (b breaking) hit() bool { return b.left.Add(-1) == 0 }

func (b breaking) around(do func() error) error {
	hit := b.hit()
	if hit && !b.after {
		b.stop()
		return errBroken
	}
	err := do()
	if hit && err == nil {
		b.stop()
		err = errBroken
	}
	return err
}

func (b breaking) PutPoll(ctx context.Context, f store.Feed, items []store.Listing) (n int, err error) {
	err = b.around(func() error {
		n, err = b.Store.PutPoll(ctx, f, items)
		return err
	})
	return n, err
}

func (b breaking) PutPage(ctx context.Context, p store.Page) error {
	return b.around(func() error { return b.Store.PutPage(ctx, p) })
}

// A page whose connection breaks once is had at the next try, packed or not.
func TestPageBreaksOff(t *testing.T) {
	for _, coding := range []string{"", "gzip"} {
		asked := 0
		var s *httptest.Server
		s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/list.txt":
				w.Header().Set("Content-Type", "text/plain")
				fmt.Fprintf(w, "%s/a\n", s.URL)
			case "/a":
				asked++
				b := []byte(article("Ferries", ferries))
				w.Header().Set("Content-Type", "text/html")
				if coding != "" {
					var z bytes.Buffer
					g := gzip.NewWriter(&z)
					_, _ = g.Write(b)
					g.Close()
					b = z.Bytes()
					w.Header().Set("Content-Encoding", coding)
				}
				w.Header().Set("Content-Length", fmt.Sprint(len(b)))
				if asked == 1 {
					_, _ = w.Write(b[:len(b)/2])
					w.(http.Flusher).Flush()
					panic(http.ErrAbortHandler)
				}
				_, _ = w.Write(b)
			default:
				http.NotFound(w, r)
			}
		}))
		w := newWorld(t)
		w.follow(s.URL + "/list.txt")
		if r := w.round(); r.Later != 1 || r.Refused != 0 {
			t.Errorf("coding %q: %+v, %v", coding, r, w.refused)
		}
		w.wait(time.Hour)
		w.round()
		if asked != 2 || len(w.reports()) != 1 {
			t.Errorf("coding %q: asked %d times, reports %v, refused %v", coding, asked, w.reports(), w.refused)
		}
		s.Close()
	}
}

// Interrupted at every write, before it or after it, and then run again: the
// same store as without.
func TestInterrupted(t *testing.T) {
	s, other := harbour(t), newSite(t)
	s.put("/bridge", "text/html", article("The bridge closes", closures))
	other.put("/list.txt", "text/plain", s.URL+"/bridge\n"+s.URL+"/ferries\n@/talks\n")
	other.put("/talks", "text/html", article("Talks in Orrin", talks+"\nThe hosts gave no further details."))
	run := func(via func(store.Store) pull.Store) *world {
		w := newWorld(t)
		w.follow(s.URL+"/feed.xml", other.URL+"/list.txt")
		if via != nil {
			w.via = via
			if _, err := w.puller().Round(t.Context(), time.Time{}); !errors.Is(err, errBroken) {
				t.Fatalf("the round ended with %v", err)
			}
			w.via = nil
		}
		w.round()
		if r := w.round(); r.Feeds+r.Pages > 0 {
			t.Errorf("something was left: %+v", r)
		}
		return w
	}
	want := run(nil).dump()
	if strings.Count(want, "report {") != 4 || strings.Count(want, "feed {") != 2 {
		t.Fatalf("the world without interruptions:\n%s", want)
	}
	for n := 1; n <= 6; n++ { // two feeds and four pages
		for _, after := range []bool{false, true} {
			got := run(func(real store.Store) pull.Store {
				left := &atomic.Int64{}
				left.Store(int64(n))
				return breaking{Store: real, left: left, after: after, stop: func() {}}
			}).dump()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("write %d, after %v (-without +with)\n%s", n, after, diff)
			}
		}
	}
}

// Told to end at random moments, many times, then run to the end.
func TestStoppedAnywhere(t *testing.T) {
	s := harbour(t)
	s.put("/bridge", "text/html", article("The bridge closes", closures))
	s.put("/list.txt", "text/plain", "@/bridge\n@/ferries\n@/talks\n")
	follow := func() *world {
		w := newWorld(t)
		w.follow(s.URL+"/feed.xml", s.URL+"/list.txt")
		return w
	}
	whole := follow()
	from := time.Now()
	whole.round()
	took := time.Since(from)
	want := whole.dump()
	for seed := range uint64(12) {
		rnd := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // no secret
		w := follow()
		stopped := 0
		for range 6 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rnd.Int64N(int64(took)+1)))
			p := w.puller()
			if _, err := p.Round(ctx, time.Time{}); err != nil {
				stopped++
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Fatalf("seed %d: %v", seed, err)
				}
			}
			cancel()
		}
		w.round()
		if diff := cmp.Diff(want, w.dump()); diff != "" {
			t.Errorf("seed %d, stopped %d times (-without +with)\n%s", seed, stopped, diff)
		}
	}
}

func TestWatch(t *testing.T) {
	s, w := harbour(t), newWorld(t)
	w.follow(s.URL + "/feed.xml")
	p := w.puller()
	stop := errors.New("seen enough")
	rounds, polls := 0, 0
	err := p.Watch(t.Context(), func(r pull.Round) error {
		polls += r.Feeds
		if rounds++; rounds == 2 {
			return stop
		}
		w.wait(20 * time.Minute) // the feed is five minutes late when it is asked
		return nil
	})
	if !errors.Is(err, stop) {
		t.Error(err)
	}
	list, err := w.store.Feeds(t.Context())
	if err != nil || len(list) != 1 || polls != 2 || list[0].Failures != 0 || !list[0].Tried.Equal(start.Add(20*time.Minute)) {
		t.Errorf("%d polls, %+v, %v; want two, the second 20 minutes after the first", polls, list, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Watch(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A capture that cannot be stored ends the round, and its page stays due.
func TestGiveFails(t *testing.T) {
	s, w := harbour(t), newWorld(t)
	w.follow(s.URL + "/feed.xml")
	p := w.puller()
	broken, err := pull.New(pull.Options{Store: w.store, Fetch: fetcherOf(w), Now: w.clock, Give: func(context.Context, readout.Capture, store.Sighting) error { return errBroken }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := broken.Round(t.Context(), time.Time{}); !errors.Is(err, errBroken) {
		t.Errorf("ended with %v", err)
	}
	if r, err := p.Round(t.Context(), time.Time{}); err != nil || r.Captures != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}
