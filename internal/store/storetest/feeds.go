package storetest

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// noon is when the feeds of these tests are asked.
var noon = time.Date(2031, 5, 2, 12, 0, 0, 0, time.UTC)

const (
	harbour = "https://harbour.example/feed.xml"
	ferry   = "https://ferry.example/sitemap.xml"
)

func testFeeds(t *testing.T, s store.Store) {
	ctx := t.Context()
	if got := must[[]store.Feed](t)(s.Feeds(ctx)); len(got) != 0 {
		t.Errorf("feeds of an empty store: %v", got)
	}
	f := store.Feed{Address: harbour, Kind: store.FeedNews, Title: "Harbour Wire", Added: noon, Every: time.Hour}
	for _, want := range []bool{true, false} {
		if added := must[bool](t)(s.AddFeed(ctx, f)); added != want {
			t.Errorf("added: %v, want %v", added, want)
		}
	}
	must[bool](t)(s.AddFeed(ctx, store.Feed{Address: ferry, Added: noon}))
	f.Title, f.Home, f.Categories = "The Harbour Wire", "https://harbour.example/", []string{"World/Karvany", "Ports"}
	must[bool](t)(s.AddFeed(ctx, store.Feed{Address: harbour, Title: f.Title, Home: f.Home, Categories: f.Categories}))
	f.Due = noon
	same(t, "feeds", []store.Feed{{Address: ferry, Added: noon, Due: noon}, f}, must[[]store.Feed](t)(s.Feeds(ctx)))
	same(t, "next due", noon, must[time.Time](t)(s.NextDue(ctx)))

	// All that a poll learns comes back.
	polled := f
	Fill(&polled)
	polled.Address, polled.Added, polled.Categories, polled.Every = f.Address, f.Added, nil, 90*time.Second
	for i, m := range []*time.Time{&polled.Tried, &polled.Succeeded, &polled.Due} {
		*m = noon.Add(time.Duration(i) * time.Millisecond)
	}
	for _, w := range []*string{&polled.MovedTo, &polled.Title, &polled.Home, &polled.ETag, &polled.LastModified, &polled.Error} {
		*w = strings.ReplaceAll(*w, "\x00", "") // what comes from outside is kept without
	}
	if n := must[int](t)(s.PutPoll(ctx, polled, nil)); n != 0 {
		t.Errorf("%d pages of a poll without items", n)
	}
	polled.Items, polled.Categories = 0, f.Categories
	same(t, "polled", polled, must[[]store.Feed](t)(s.Feeds(ctx))[1])

	for _, state := range []string{`{"failures":1}`, `{}`} {
		if err := s.PutSite(ctx, "harbour.example", []byte(state)); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "sites", map[string][]byte{"harbour.example": []byte("{}")}, must[map[string][]byte](t)(s.Sites(ctx)))

	// Where it moved to names it, too.
	if must[bool](t)(s.AddFeed(ctx, store.Feed{Address: polled.MovedTo, Title: "Harbour"})) {
		t.Error("a feed was added at the address to which another moved")
	}
	polled.Title = "Harbour"
	same(t, "feeds by their new address", polled, must[[]store.Feed](t)(s.Feeds(ctx))[1])
	if err := s.RemoveFeed(ctx, polled.MovedTo); err != nil {
		t.Fatal(err)
	}
	must[bool](t)(s.AddFeed(ctx, f))

	if err := s.RemoveFeed(ctx, harbour); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "removed twice", s.RemoveFeed(ctx, harbour), readout.ErrNotFound)
	_, err := s.PutPoll(ctx, polled, []store.Listing{{URL: "https://a.example/1", Address: "https://a.example/1"}})
	wantErr(t, "poll of a removed feed", err, readout.ErrNotFound)
	_, err = s.Page(ctx, "https://a.example/1")
	wantErr(t, "its page", err, readout.ErrNotFound)
	if got := must[[]store.Feed](t)(s.Feeds(ctx)); len(got) != 1 {
		t.Errorf("feeds: %v", got)
	}
}

// poll notes that a feed listed pages.
func poll(t testing.TB, s store.Store, address string, at time.Time, items ...store.Listing) int {
	t.Helper()
	return must[int](t)(s.PutPoll(t.Context(), store.Feed{Address: address, Tried: at, Due: at.Add(time.Hour)}, items))
}

func listing(path, title string) store.Listing {
	address := "https://harbour.example/" + path + "?utm_source=rss"
	return store.Listing{URL: store.Canonical(address), Address: address, Title: title}
}

func urls(pages []store.Page) (out []string) {
	for _, p := range pages {
		out = append(out, strings.TrimPrefix(p.URL, "https://harbour.example/"))
	}
	return out
}

// due are the pages that are due at that moment.
func due(t testing.TB, s store.Store, at time.Time) (out []store.Page) {
	t.Helper()
	for p, err := range s.DuePages(t.Context(), at, time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func testPages(t *testing.T, s store.Store) {
	ctx := t.Context()
	for _, a := range []string{harbour, ferry} {
		must[bool](t)(s.AddFeed(ctx, store.Feed{Address: a, Added: noon}))
	}
	b := listing("b", "Talks")
	b.Published = "2031-05-02T09:00:00Z"
	if n := poll(t, s, harbour, noon, b, listing("a", "Ferry")); n != 2 {
		t.Errorf("%d pages found, want 2", n)
	}
	// A second feed, and the same once more: one page each.
	b.Published = "2031-05-01T09:00:00Z"
	for _, want := range []int{1, 0} {
		if n := poll(t, s, ferry, noon.Add(time.Second), b, listing("c", "")); n != want {
			t.Errorf("%d pages found, want %d", n, want)
		}
	}
	for _, f := range must[[]store.Feed](t)(s.Feeds(ctx)) {
		if f.Items != 2 {
			t.Errorf("%s has listed %d pages, want 2", f.Address, f.Items)
		}
	}
	pages := due(t, s, noon)
	same(t, "due at noon", []string{"a", "b"}, urls(pages))
	same(t, "page", store.Page{
		URL: b.URL, Address: b.Address, Through: harbour, Title: "Talks", Found: noon, Published: "2031-05-01T09:00:00Z", Due: noon,
	}, must[store.Page](t)(s.Page(ctx, b.URL)))

	// All that asking learns comes back; what was found stays.
	p := pages[1]
	Fill(&p)
	p.URL, p.Address, p.Through, p.Title, p.Found, p.Published, p.Report = pages[1].URL, pages[1].Address, pages[1].Through, pages[1].Title, pages[1].Found, pages[1].Published, ""
	p.Fetched, p.Due = noon.Add(time.Minute), noon.Add(time.Hour)
	for _, w := range []*string{&p.Article, &p.ETag, &p.LastModified, &p.SHA256, &p.Error} {
		*w = strings.ReplaceAll(*w, "\x00", "")
	}
	if err := s.PutPage(ctx, p); err != nil {
		t.Fatal(err)
	}
	same(t, "page", p, must[store.Page](t)(s.Page(ctx, b.URL)))
	wantErr(t, "a page that no feed listed", s.PutPage(ctx, store.Page{URL: "https://harbour.example/x"}), readout.ErrNotFound)
	same(t, "due later", []string{"a", "c", "b"}, urls(due(t, s, noon.Add(2*time.Hour))))
	n := 0
	for _, err := range s.DuePages(ctx, noon.Add(-time.Hour), noon.Add(-time.Minute)) {
		if n++; err != nil {
			t.Error(err)
		}
	}
	if n != 3 {
		t.Errorf("%d pages are due too far ahead; want 3", n)
	}
	for p, err := range s.DuePages(ctx, noon.Add(2*time.Hour), time.Time{}) {
		if err != nil || p.URL != listing("a", "").URL {
			t.Errorf("the first due: %s, %v; want a", p.URL, err)
		}
		break // who has seen enough leaves the store as it was
	}
	same(t, "next due", noon, must[time.Time](t)(s.NextDue(ctx)))

	// The day that a page is given, and how it is spelled, are settled when it is
	// first asked for, and do not depend on which feed is first.
	b.Published = "2031-04-01"
	b.Address, _, _ = strings.Cut(b.Address, "?")
	poll(t, s, ferry, noon.Add(time.Minute), b)
	if got := must[store.Page](t)(s.Page(ctx, b.URL)); got.Published != "2031-05-01T09:00:00Z" || got.Address == b.Address {
		t.Errorf("the day changed to %s, the address to %s", got.Published, got.Address)
	}
	plain := listing("c", "")
	plain.Address, _, _ = strings.Cut(plain.Address, "?")
	for _, l := range []store.Listing{plain, listing("c", "")} {
		poll(t, s, ferry, noon.Add(time.Minute), l)
		if got := must[store.Page](t)(s.Page(ctx, l.URL)); got.Address != plain.Address || got.Through != ferry {
			t.Errorf("asked for as %s, through %s", got.Address, got.Through)
		}
	}

	// Without its feed a page is left alone, with it taken up again.
	if err := s.RemoveFeed(ctx, ferry); err != nil {
		t.Fatal(err)
	}
	same(t, "due without the feed of c", []string{"a", "b"}, urls(due(t, s, noon.Add(2*time.Hour))))
	must[bool](t)(s.AddFeed(ctx, store.Feed{Address: ferry, Added: noon}))
	poll(t, s, ferry, noon.Add(time.Second), b, listing("c", ""))
	same(t, "due with it", []string{"a", "c", "b"}, urls(due(t, s, noon.Add(2*time.Hour))))
}

// fetched is a capture of the page at an address of harbour.example.
func fetched(path, text string, at time.Time) readout.Capture {
	c := Capture("https://harbour.example/"+path, text)
	c.URL, c.Fetched = c.Path, at
	return c
}

// put stores a capture, unless the store has its wording already.
func put(t testing.TB, s store.Store, c readout.Capture, text string) string {
	t.Helper()
	doc := Doc(c)
	doc.Report.Text, doc.Report.URL = text, c.URL
	doc.Sentences[0].Span.End = len(text)
	if id := must[string](t)(s.Seen(t.Context(), c, doc.Report)); id != "" {
		return id
	}
	must[store.Outcome](t)(s.AddReport(t.Context(), c, doc, "v1"))
	return doc.Report.ID
}

func testSightings(t *testing.T, s store.Store) {
	ctx := t.Context()
	for _, a := range []string{harbour, ferry} {
		must[bool](t)(s.AddFeed(ctx, store.Feed{Address: a, Added: noon}))
	}
	a := listing("a", "Talks")
	poll(t, s, harbour, noon, a)
	poll(t, s, ferry, noon.Add(time.Hour), a, listing("b", "Ferry"))
	c := fetched("a", "Talks ended in Orrin", noon)
	id := put(t, s, c, "Talks ended in Orrin")
	p := must[store.Page](t)(s.Page(ctx, a.URL))
	p.Article = store.Canonical(c.URL)
	if err := s.PutPage(ctx, p); err != nil {
		t.Fatal(err)
	}
	if got := must[store.Page](t)(s.Page(ctx, a.URL)); got.Report != id {
		t.Errorf("the page's report is %q, want %q", got.Report, id)
	}
	want := []store.Sighting{
		{Report: id, Through: harbour, URL: a.Address, Title: "Talks", Seen: noon},
		{Report: id, Through: ferry, URL: a.Address, Title: "Talks", Seen: noon.Add(time.Hour)},
	}
	same(t, "sightings", want, must[[]store.Sighting](t)(s.Sightings(ctx, id)))

	// The same sightings again are none; another headline is one.
	poll(t, s, harbour, noon.Add(2*time.Hour), a)
	a.Title = "Talks end"
	poll(t, s, ferry, noon.Add(2*time.Hour), a)
	want = append(want, store.Sighting{Report: id, Through: ferry, URL: a.Address, Title: "Talks end", Seen: noon.Add(2 * time.Hour)})
	same(t, "sightings", want, must[[]store.Sighting](t)(s.Sightings(ctx, id)))

	file := add(t, s, "talks.txt", "Talks began", "v1", store.New)
	got := must[[]store.Sighting](t)(s.Sightings(ctx, file.Report.ID))
	if len(got) != 1 || got[0].Through != "talks.txt" || got[0].Seen.IsZero() {
		t.Errorf("sightings of a file: %+v", got)
	}
	_, err := s.Sightings(ctx, "r0")
	wantErr(t, "sightings", err, readout.ErrNotFound)
}

// Polls of feeds that list the same pages, at the same time: each page is found
// once.
func testPolls(t *testing.T, s store.Store) {
	var items []store.Listing
	for _, p := range strings.Split("abcdefghijklmnopqrst", "") {
		items = append(items, listing(p, "Talks "+p))
	}
	feeds := []string{"https://a.example/", "https://b.example/", "https://c.example/", "https://d.example/"}
	for _, f := range feeds {
		must[bool](t)(s.AddFeed(t.Context(), store.Feed{Address: f, Added: noon}))
	}
	found := make([]int, len(feeds))
	errs := make([]error, len(feeds))
	var wg sync.WaitGroup
	for i, f := range feeds {
		wg.Go(func() {
			mine := slices.Clone(items)
			if i%2 > 0 {
				slices.Reverse(mine)
			}
			found[i], errs[i] = s.PutPoll(t.Context(), store.Feed{Address: f, Tried: noon}, mine)
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, n := range found {
		sum += n
	}
	if pages := due(t, s, noon); sum != len(items) || len(pages) != len(items) {
		t.Errorf("%d pages found and %d due, want %d", sum, len(pages), len(items))
	}
}
