package pull_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/fetch"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/tokenize"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/pull"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlite"
)

// site is one web site of the local world: what lies at its paths, with the
// validators of each.
type site struct {
	*httptest.Server
	mu      sync.Mutex
	pages   map[string]page
	asked   map[string]int // by path, with any answer
	changed int
}

type page struct {
	typ, body string
	status    int // 0: 200
	stamp     string
	retry     string // Retry-After
}

func newSite(t testing.TB) *site {
	s := &site{pages: map[string]page{}, asked: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[r.URL.Path]++
	p, ok := s.pages[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if p.retry != "" {
		w.Header().Set("Retry-After", p.retry)
	}
	if p.status >= 300 && p.status < 400 {
		http.Redirect(w, r, p.body, p.status)
		return
	}
	w.Header().Set("Content-Type", p.typ)
	w.Header().Set("ETag", p.stamp)
	switch {
	case p.status != 0:
		w.WriteHeader(p.status)
	case r.Header.Get("If-None-Match") == p.stamp:
		w.WriteHeader(http.StatusNotModified)
		return
	}
	fmt.Fprint(w, p.body)
}

// put lays something at a path; "@" in the body is the site's address.
func (s *site) put(path, typ, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed++
	s.pages[path] = page{typ: typ, body: strings.ReplaceAll(body, "@", s.URL), stamp: fmt.Sprintf("%q", fmt.Sprint(s.changed))}
}

// fail makes a path answer with a status.
func (s *site) fail(path string, status int, retry string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pages[path]
	p.status, p.retry = status, retry
	s.pages[path] = p
}

// times says how often each path was asked for since it last said so.
func (s *site) times() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, p := range slices.Sorted(maps.Keys(s.asked)) {
		if p != "/robots.txt" {
			out = append(out, fmt.Sprintf("%s %d", p, s.asked[p]))
		}
	}
	clear(s.asked)
	return strings.Join(out, ", ")
}

func article(title, text string) string {
	return `<html lang="en"><head><title>` + title + `</title></head><body><article><h1>` + title + `</h1><p>` + strings.ReplaceAll(text, "\n", "</p><p>") + `</p></article></body></html>`
}

const (
	ferries  = "Forty ferries will cross Lake Ansa from Monday, Transport Minister Ilse Maren of Sollund said in Orrin.\nThe quay at Port Elsey stays closed, the harbour office of Karvany added on Friday afternoon."
	talks    = "Delegations of Sollund and Karvany met in Orrin on Thursday to talk about the lights on Lake Ansa.\nThe talks lasted three hours and will go on next week, a spokesman for the hosts told reporters."
	closures = "The bridge over the Hegra will be closed to lorries from April, the town council of Orrin decided.\nBuses may go on crossing it, the council said in a note to the press after its meeting."
)

// world is a store that follows sites, with a clock that is set by hand.
type world struct {
	t       testing.TB
	store   store.Store
	via     func(store.Store) pull.Store // puts something before the store; nil: nothing
	opts    pull.Options
	read    *extract.Extractor
	tokens  nlp.Pipeline
	refused []readout.Refusal

	mu  sync.Mutex
	now time.Time
}

var start = time.Date(2031, 5, 2, 12, 0, 0, 0, time.UTC)

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, now: start}
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), sqlite.Options{Create: true, Now: w.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	w.store = s
	if w.read, err = extract.New(extract.Options{}); err != nil {
		t.Fatal(err)
	}
	tok, err := tokenize.New()
	if err != nil {
		t.Fatal(err)
	}
	w.tokens = nlp.Pipeline{tok}
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) follow(addresses ...string) {
	w.t.Helper()
	for _, a := range addresses {
		if _, err := w.store.AddFeed(w.t.Context(), store.Feed{Address: a, Added: start}); err != nil {
			w.t.Fatal(err)
		}
	}
}

// give reads one capture into the store.
func (w *world) give(ctx context.Context, c readout.Capture, _ store.Sighting) error {
	one := func(yield func(readout.Capture, *readout.Refusal) bool) { yield(c, nil) }
	res, err := pipeline.Read(ctx, iter.Seq2[readout.Capture, *readout.Refusal](one), w.read.Report, w.tokens, pipeline.Options{Workers: 1, Keeper: w.store})
	if err == nil && len(res.Refusals) > 0 {
		err = errors.New(res.Refusals[0].Reason)
	}
	return err
}

func (w *world) puller() *pull.Puller {
	w.t.Helper()
	opts := w.opts
	opts.Store, opts.Give, opts.Now = w.store, w.give, w.clock
	if w.via != nil {
		opts.Store = w.via(w.store)
	}
	opts.Refuse = func(r readout.Refusal) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.refused = append(w.refused, r)
	}
	opts.Fetch = fetcherOf(w)
	p, err := pull.New(opts)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// fetcherOf asks the local world, without pauses.
func fetcherOf(w *world) *fetch.Fetcher {
	w.t.Helper()
	f, err := pull.NewFetcher(w.t.Context(), w.store, fetch.Options{
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Ports: everyPort(), Pause: -1, Now: w.clock,
		Sleep: func(context.Context, time.Duration) error { return nil },
	}, func(err error) { w.t.Error(err) })
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// everyPort are the ports at which servers of tests may listen.
var everyPort = sync.OnceValue(func() (out []uint16) {
	for p := 1; p < 1<<16; p++ {
		out = append(out, uint16(p))
	}
	return out
})

func (w *world) round() pull.Round {
	w.t.Helper()
	r, err := w.puller().Round(w.t.Context(), time.Time{})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// reports are the titles of what is stored, by id.
func (w *world) reports() map[string]string {
	w.t.Helper()
	out := map[string]string{}
	for l, err := range w.store.Layers(w.t.Context()) {
		if err != nil {
			w.t.Fatal(err)
		}
		out[l.Doc.Report.ID] = l.Doc.Report.Title
	}
	return out
}

// report is the id of the only report with that title.
func (w *world) report(title string) string {
	w.t.Helper()
	var out []string
	for id, have := range w.reports() {
		if have == title {
			out = append(out, id)
		}
	}
	if len(out) != 1 {
		w.t.Fatalf("%d reports with the title %q of %v", len(out), title, w.reports())
	}
	return out[0]
}

// dump is all that pulling leaves in the store, in words.
func (w *world) dump() string {
	w.t.Helper()
	ctx := w.t.Context()
	var b strings.Builder
	feeds, err := w.store.Feeds(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range feeds {
		fmt.Fprintf(&b, "feed %+v\n", f)
	}
	var pages []string
	for p, err := range w.store.DuePages(ctx, start.Add(1000*time.Hour), time.Time{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		pages = append(pages, p.URL)
	}
	for _, url := range pages {
		p, err := w.store.Page(ctx, url)
		if err != nil {
			w.t.Fatal(err)
		}
		p.Through, p.Title = "", "" // those of whichever feed was asked first
		fmt.Fprintf(&b, "page %+v\n", p)
	}
	for _, id := range slices.Sorted(maps.Keys(w.reports())) {
		r, err := w.store.Report(ctx, id)
		if err != nil {
			w.t.Fatal(err)
		}
		fmt.Fprintf(&b, "report %+v\n", *r)
		seen, err := w.store.Sightings(ctx, id)
		if err != nil {
			w.t.Fatal(err)
		}
		fmt.Fprintf(&b, "sightings %+v\n", seen)
		versions, err := w.store.Versions(ctx, id)
		if err != nil {
			w.t.Fatal(err)
		}
		fmt.Fprintf(&b, "versions %+v\n", versions)
	}
	return b.String()
}
