package fetch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout/internal/torture"
)

// web is a server of this machine that stands for every host of the web. The
// tests run in a bubble of testing/synctest, whose clock leaps while everybody
// sleeps; the server stays outside.
type web struct {
	t    *testing.T
	s    *httptest.Server
	opts Options

	mu     sync.Mutex
	pages  map[string]http.HandlerFunc // by host and path; by path alone for every host
	asked  []string                    // host and path of each request
	header []http.Header
	now    map[string]int // requests that run, by host
	most   map[string]int // the most that ran at once, by host; "" for all
}

// newWeb must be called outside the bubble.
func newWeb(t *testing.T) *web {
	w := &web{t: t, pages: map[string]http.HandlerFunc{}, now: map[string]int{}, most: map[string]int{}}
	w.s = httptest.NewServer(w)
	t.Cleanup(w.s.Close)
	w.opts = Options{
		Ports: []uint16{port(t, w.s)}, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")},
		Resolver: dns(t, func() netip.Addr { return netip.MustParseAddr("127.0.0.1") }),
	}
	// Package net makes the channel that guards its settings at the first
	// look-up; made within a bubble it would belong to that one.
	if _, err := w.opts.Resolver.LookupNetIP(t.Context(), "ip4", "karvany.example"); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *web) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	host, _, _ := strings.Cut(r.Host, ":")
	w.mu.Lock()
	w.asked = append(w.asked, host+r.URL.RequestURI())
	w.header = append(w.header, r.Header)
	for _, k := range []string{host, ""} {
		w.now[k]++
		w.most[k] = max(w.most[k], w.now[k])
	}
	h := w.pages[host+r.URL.Path]
	if h == nil {
		h = w.pages[r.URL.Path]
	}
	w.mu.Unlock()
	if h != nil {
		h(rw, r)
	} else if r.URL.Path == "/robots.txt" {
		http.NotFound(rw, r)
	} else {
		rw.Header().Set("Content-Type", "text/html")
		fmt.Fprint(rw, "<p>Talks end at Lake Ansa</p>")
	}
	w.mu.Lock()
	w.now[host]--
	w.now[""]--
	w.mu.Unlock()
}

func (w *web) url(hostpath string) string {
	host, path, _ := strings.Cut(hostpath, "/")
	return fmt.Sprintf("http://%s:%d/%s", host, port(w.t, w.s), path)
}

// log gives what was asked since the last call.
func (w *web) log() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := strings.Join(w.asked, " ")
	w.asked, w.header = nil, nil
	return out
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	}
}

func body(typ, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", typ)
		fmt.Fprint(w, text)
	}
}

// One connection at a time and two seconds between two for each site, sites in
// parallel.
func TestTurns(t *testing.T) {
	w := newWeb(t)
	synctest.Test(t, func(t *testing.T) {
		opts := w.opts
		var mu sync.Mutex
		spans := map[string][][2]time.Time{}
		opts.Seen = func(o Observation) {
			mu.Lock()
			defer mu.Unlock()
			end := time.Now()
			spans[o.Site] = append(spans[o.Site], [2]time.Time{end.Add(-o.Took), end})
		}
		f := New(opts)
		var reqs []Request
		for i := range 15 {
			reqs = append(reqs, Request{URL: w.url(fmt.Sprintf("h%d.site%d.example/%d", i%2, i%3, i))})
		}
		from := time.Now()
		var wg sync.WaitGroup
		for _, r := range reqs {
			wg.Go(func() {
				if _, err := f.Get(t.Context(), r); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		// Each site: two hosts with their robots.txt and five pages, so seven
		// requests and six pauses.
		if took := time.Since(from); took < 12*time.Second || took > 13*time.Second {
			t.Errorf("took %v", took)
		}
		if len(spans) != 3 {
			t.Errorf("sites: %v", slices.Sorted(maps.Keys(spans)))
		}
		for name, list := range spans {
			slices.SortFunc(list, func(a, b [2]time.Time) int { return a[0].Compare(b[0]) })
			if len(list) != 7 {
				t.Errorf("%s: %d requests", name, len(list))
			}
			for i := 1; i < len(list); i++ {
				if gap := list[i][0].Sub(list[i-1][1]); gap < 2*time.Second {
					t.Errorf("%s: a pause of %v", name, gap)
				}
			}
		}
		for host, n := range w.most {
			if host != "" && n != 1 {
				t.Errorf("%s: %d connections at once", host, n)
			}
		}
	})
}

// However many sites are to be asked, no more are at once than Options.Sites.
func TestSitesAtOnce(t *testing.T) {
	w := newWeb(t)
	for i := range 40 {
		w.pages[fmt.Sprintf("h%d.example/a", i)] = func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(5 * time.Millisecond)
			body("text/html", "<p>a</p>")(w, nil)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		opts := w.opts
		opts.Sites, opts.IgnoreBots = 3, true
		f := New(opts)
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				if _, err := f.Get(t.Context(), Request{URL: w.url(fmt.Sprintf("h%d.example/a", i))}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if w.most[""] > 3 || w.most[""] < 2 {
			t.Errorf("%d sites at once, want 3", w.most[""])
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := f.Get(ctx, Request{URL: w.url("h0.example/a")}); !errors.Is(err, context.Canceled) {
			t.Errorf("the end of the caller gives %v", err)
		}
	})
}

func TestConditional(t *testing.T) {
	w := newWeb(t)
	tagged := func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("ETag", `W/"7"`)
		rw.Header().Set("Last-Modified", "Tue, 18 Mar 2025 14:05:00 GMT")
		rw.Header().Set("Cache-Control", "public, max-age=600")
		if r.Header.Get("If-None-Match") == `W/"7"` && r.Header.Get("If-Modified-Since") == "Tue, 18 Mar 2025 14:05:00 GMT" {
			rw.Header().Del("Last-Modified")
			rw.WriteHeader(http.StatusNotModified)
			return
		}
		body("application/rss+xml; charset=ISO-8859-1", "<rss/>")(rw, r)
	}
	w.pages["/feed"], w.pages["/rude"] = tagged, status(http.StatusNotModified)
	synctest.Test(t, func(t *testing.T) {
		f := New(w.opts)
		at := time.Now()
		a, err := f.Get(t.Context(), Request{URL: w.url("karvany.example/feed"), Kind: Feeds, Failures: 3})
		if err != nil {
			t.Fatal(err)
		}
		c := a.Capture
		if a.Status != 200 || a.NotModified || a.ETag != `W/"7"` || a.Fresh != 10*time.Minute || string(c.Body) != "<rss/>" || c.MediaType != "application/rss+xml" || c.Charset != "iso-8859-1" || len(c.SHA256) != 64 || a.Failures != 0 || a.MovedTo != "" || a.Packed != 6 {
			t.Errorf("first: %+v", a)
		}
		if !c.Fetched.Equal(a.At) || a.At.Before(at) || a.Next.Before(a.At) {
			t.Errorf("times: %v %v %v", c.Fetched, a.At, a.Next)
		}
		b, err := f.Get(t.Context(), Request{URL: a.URL, Kind: Feeds, ETag: a.ETag, LastModified: a.LastModified})
		if err != nil || !b.NotModified || b.Status != 304 || b.ETag != a.ETag || b.LastModified != a.LastModified || b.Capture.Body != nil {
			t.Errorf("again: %+v %v", b, err)
		}
		// Validators that no header can hold are left out, and an answer that
		// nobody asked for is none.
		if b, err = f.Get(t.Context(), Request{URL: a.URL, Kind: Feeds, ETag: "a\r\nX: y"}); err != nil || b.NotModified {
			t.Errorf("bad validator: %+v %v", b, err)
		}
		if _, err = f.Get(t.Context(), Request{URL: w.url("karvany.example/rude")}); ReasonOf(err) != Status {
			t.Errorf("304 out of nothing: %v", err)
		}
	})
}

// 429 and 503 put the whole site at rest, for as long as it asks, else longer
// each time; others are asked meanwhile.
func TestRest(t *testing.T) {
	w := newWeb(t)
	w.pages["a.example/seconds"] = status(429, "Retry-After", "120")
	w.pages["b.example/short"] = status(503, "Retry-After", "5")
	w.pages["c.example/bare"] = status(503)
	synctest.Test(t, func(t *testing.T) {
		opts := w.opts
		opts.IgnoreBots = true
		var kept []State
		opts.Keep = func(s State) { kept = append(kept, s) }
		f := New(opts)
		get := func(hostpath string) (Response, error) {
			return f.Get(t.Context(), Request{URL: w.url(hostpath)})
		}
		res, err := get("a.example/seconds")
		rest := res.At.Add(2 * time.Minute)
		if ReasonOf(err) != Busy || res.RetryAfter != 2*time.Minute || res.Status != 429 || res.Failures != 1 || res.Next.Sub(rest).Abs() > time.Second {
			t.Errorf("429: %+v %v", res, err)
		}
		if len(kept) != 1 || kept[0].Site != "a.example" || kept[0].Failures != 1 || kept[0].NotBefore.Sub(rest).Abs() > time.Second {
			t.Errorf("kept: %+v", kept)
		}
		before := time.Now()
		res, err = get("www.a.example/other")
		if ReasonOf(err) != Resting || res.Failures != 0 || !res.Next.Equal(kept[0].NotBefore) || time.Since(before) != 0 {
			t.Errorf("another page of it: %+v %v", res, err)
		}
		if _, err := get("other.example/"); err != nil {
			t.Error(err)
		}
		time.Sleep(2 * time.Minute)
		if _, err := get("a.example/other"); err != nil {
			t.Error(err)
		}
		if s := f.States(); len(s) != 0 {
			t.Errorf("after a success: %+v", s)
		}

		// A rest that Get has the patience for.
		_, _ = get("b.example/short")
		before = time.Now()
		if _, err := get("b.example/x"); err != nil || time.Since(before) != 5*time.Second {
			t.Errorf("short rest: %v after %v", err, time.Since(before))
		}

		var waits []time.Duration
		for range 13 {
			_, _ = get("c.example/bare")
			s := f.States()
			if len(s) != 1 {
				t.Fatalf("states %+v", s)
			}
			waits = append(waits, time.Until(s[0].NotBefore).Round(time.Second))
			time.Sleep(time.Until(s[0].NotBefore))
		}
		want := []time.Duration{}
		for m := 1; m <= 1024; m *= 2 {
			want = append(want, time.Duration(m)*time.Minute)
		}
		want = append(want, 24*time.Hour, 24*time.Hour)
		if d := cmp.Diff(want, waits); d != "" {
			t.Errorf("waits (-want +got)\n%s", d)
		}
	})
}

// Errors of one page are the page's: others of the site are asked.
func TestFailures(t *testing.T) {
	w := newWeb(t)
	w.pages["/gone"], w.pages["/none"], w.pages["/broken"] = status(410), status(404), status(500)
	w.pages["/picture"], w.pages["/empty"] = body("image/png", "x"), body("text/html", " \n")
	w.pages["/cut"] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "short")
	}
	synctest.Test(t, func(t *testing.T) {
		f := New(w.opts)
		for _, c := range []struct {
			path string
			kind Kind
			want Reason
			text string
		}{
			{"gone", Pages, Gone, "410 Gone"},
			{"none", Feeds, Status, "404 Not Found"},
			{"broken", Feeds, Status, "500 Internal"},
			{"picture", Feeds, Type, `"image/png", which is no list`},
			{"picture", Pages, Type, `"image/png", which is no report`},
			{"empty", Lists, Type, "empty"},
			{"cut", Pages, Network, "EOF"},
		} {
			res, err := f.Get(t.Context(), Request{URL: w.url("hegra.example/" + c.path), Kind: c.kind, Failures: 2})
			if ReasonOf(err) != c.want || !strings.Contains(err.Error(), c.text) || res.Failures != 3 || time.Until(res.Next) < 4*time.Minute-time.Second {
				t.Errorf("%s: %v, failures %d, next in %v", c.path, err, res.Failures, time.Until(res.Next))
			}
		}
		if _, err := f.Get(t.Context(), Request{URL: w.url("hegra.example/fine")}); err != nil {
			t.Error(err)
		}
		// A site that gives no answer rests.
		w.s.CloseClientConnections()
		opts := w.opts
		opts.Ports = []uint16{1}
		f = New(opts)
		res, err := f.Get(t.Context(), Request{URL: "http://hegra.example:1/"})
		if ReasonOf(err) != Robots || !strings.Contains(err.Error(), "robots.txt") {
			t.Errorf("nobody there: %v", err)
		}
		if s := f.States(); len(s) != 1 || s[0].Failures != 1 || s[0].Robots[0].Status != 0 || !s[0].Robots[0].Until.Equal(res.Next) {
			t.Errorf("states %+v, next %v", s, res.Next)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if res, err := New(w.opts).Get(ctx, Request{URL: w.url("hegra.example/"), Failures: 2}); !errors.Is(err, context.Canceled) || res.Failures != 2 {
			t.Errorf("caller left: %+v %v", res, err)
		}
	})
}

func TestMoves(t *testing.T) {
	w := newWeb(t)
	to := func(code int, hostpath string) http.HandlerFunc { return status(code, "Location", w.url(hostpath)) }
	w.pages["a.example/old"] = to(301, "b.example/newer#part")
	w.pages["b.example/newer"] = to(308, "c.example/new")
	w.pages["a.example/mixed"] = to(302, "b.example/newer")
	w.pages["a.example/late"] = to(301, "b.example/away")
	w.pages["b.example/away"] = to(307, "c.example/new")
	w.pages["a.example/barred"] = to(301, "d.example/private/x")
	w.pages["d.example/robots.txt"] = body("text/plain", "User-agent: *\nDisallow: /private")
	w.pages["a.example/inside"] = status(302, "Location", fmt.Sprintf("http://127.0.0.2:%d/", port(t, w.s)))
	w.pages["a.example/ten"] = status(302, "Location", "http://10.0.0.1/")
	w.pages["a.example/login"] = status(302, "Location", "http://u:p@c.example/")
	w.pages["a.example/js"] = status(302, "Location", "javascript:alert(1)")
	w.pages["a.example/junk"] = status(302, "Location", "http://[::1")
	w.pages["a.example/nowhere"] = status(302)
	w.pages["a.example/loop"] = to(301, "a.example/loop")
	synctest.Test(t, func(t *testing.T) {
		f := New(w.opts)
		for _, c := range []struct {
			path, end, moved string
			want             Reason
		}{
			{"old", "c.example/new", "c.example/new", ""},
			{"mixed", "c.example/new", "", ""},
			{"late", "c.example/new", "", ""},
			{"barred", "", "", Robots},
			{"inside", "", "", Refused},
			{"ten", "", "", Refused},
			{"login", "", "", Refused},
			{"js", "", "", Refused},
			{"junk", "", "", Refused},
			{"nowhere", "", "", Status},
			{"loop", "", "", Refused},
		} {
			res, err := f.Get(t.Context(), Request{URL: w.url("a.example/" + c.path)})
			if ReasonOf(err) != c.want {
				t.Errorf("%s: %v", c.path, err)
			}
			if c.want == "" && (res.URL != w.url(c.end) || c.moved == "" && res.MovedTo != "" || c.moved != "" && res.MovedTo != w.url(c.moved)) {
				t.Errorf("%s: at %q, moved to %q", c.path, res.URL, res.MovedTo)
			}
			if err != nil && strings.Contains(err.Error(), "u:p@") {
				t.Errorf("%s: tells a password: %v", c.path, err)
			}
		}
		told := torture.Watch(t)
		for _, h := range w.header {
			if h.Get("Referer")+h.Get("Cookie")+h.Get("Authorization") != "" {
				told.Errorf("sent %v", h)
			}
		}
		torture.Counted(t, "R22", len(w.header), "requests over moves and errors", fmt.Sprintf("%d with cookies, credentials or Referer", told.N()))
	})
}

func TestAgent(t *testing.T) {
	w := newWeb(t)
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			opts Options
			want string
		}{
			{Options{}, "Readout/0"},
			{Options{Version: "1.2", About: "https://readout.example/bot"}, "Readout/1.2 (+https://readout.example/bot)"},
			{Options{Agent: "HegraBot/3"}, "HegraBot/3"},
		} {
			c.opts.Ports, c.opts.Allow, c.opts.Resolver = w.opts.Ports, w.opts.Allow, w.opts.Resolver
			if _, err := New(c.opts).Get(t.Context(), Request{URL: w.url("a.example/")}); err != nil {
				t.Fatal(err)
			}
			for _, h := range w.header {
				if h.Get("User-Agent") != c.want || h.Get("Accept-Encoding") != acceptEncoding {
					t.Errorf("sent %v, want %q", h, c.want)
				}
			}
			w.log()
		}
	})
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2025, 3, 18, 12, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, " 7 ": 7 * time.Second, "-1": 0, "soon": 0, "1.5": 0, "999999999999": longest, "99999999999999999999999": longest,
		"Tue, 18 Mar 2025 12:30:00 GMT": 30 * time.Minute, "Tuesday, 18-Mar-25 12:30:00 GMT": 30 * time.Minute, "Tue Mar 18 12:30:00 2025": 30 * time.Minute,
		"Mon, 17 Mar 2025 12:30:00 GMT": 0, "Tue, 18 Mar 2031 12:30:00 GMT": longest,
	} {
		if got := retryAfter(in, now); got != want {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("120")
	f.Add("Tue, 18 Mar 2025 12:30:00 GMT")
	f.Fuzz(func(t *testing.T, s string) {
		if d := retryAfter(s, time.Unix(1742299200, 0)); d < 0 || d > longest {
			t.Errorf("%q: %v", s, d)
		}
		if d := maxAge(http.Header{"Cache-Control": {s, "max-age=" + s}}); d < 0 || d > longest {
			t.Errorf("%q: %v", s, d)
		}
	})
}

func TestSite(t *testing.T) {
	for raw, want := range map[string]string{
		"https://WWW.Harbourwire.example./a": "harbourwire.example", "http://feeds.karvany.co.uk:8080/": "karvany.co.uk", "http://orrin.github.io/": "orrin.github.io",
		"http://127.0.0.1:81/": "[127.0.0.1]:81", "https://[::ffff:1.2.3.4]/": "[1.2.3.4]:443", "http://[2001:db8::1]/": "[2001:db8::1]:80", "http://localhost:9/": "localhost", "https://www.żółw.example/": "xn--w-uga1v8h.example", "http://co.uk/": "co.uk",
	} {
		u, err := address(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := Site(u); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}
