//go:build linux

package crash_test

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/torture/crash"
)

// outlet is a site whose feed lists the newest articles, and which fails at
// random: errors, answers that are cut off or no feed, connections that close.
type outlet struct {
	*httptest.Server
	mu     sync.Mutex
	rng    *rand.Rand
	ill    int // of a hundred answers
	pages  []string
	failed atomic.Int64
	asked  atomic.Int64
}

func newOutlet(t testing.TB, ill int, seed uint64) *outlet {
	o := &outlet{ill: ill, rng: rand.New(rand.NewPCG(seed, 6))} //nolint:gosec // no secret
	o.Server = httptest.NewServer(o)
	t.Cleanup(o.Close)
	return o
}

// publish puts an article at the top of the feed.
func (o *outlet) publish(body string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pages = append(o.pages, body)
}

// ServeHTTP implements http.Handler.
func (o *outlet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	pages, dice := slices.Clone(o.pages), o.rng.IntN(100)
	o.mu.Unlock()
	if r.URL.Path == "/robots.txt" {
		http.NotFound(w, r)
		return
	}
	o.asked.Add(1)
	answer, kind := o.answer(pages, r.URL.Path), "text/html; charset=utf-8"
	if r.URL.Path == "/feed.xml" {
		kind = "application/rss+xml"
	}
	w.Header().Set("Content-Type", kind)
	if dice >= o.ill {
		io.WriteString(w, answer) // who asked may be gone
		return
	}
	o.failed.Add(1)
	switch dice % 5 {
	case 0:
		http.Error(w, "out of order", http.StatusInternalServerError)
	case 1:
		w.WriteHeader(http.StatusServiceUnavailable)
	case 2: // cut off
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		io.WriteString(w, answer[:len(answer)/2])
		panic(http.ErrAbortHandler)
	case 3:
		io.WriteString(w, "<<<"+strings.Repeat("\x00\xff", 50))
	default:
		panic(http.ErrAbortHandler)
	}
}

func (o *outlet) answer(pages []string, path string) string {
	var n int
	if c, _ := fmt.Sscanf(path, "/%d.html", &n); c == 1 && n < len(pages) {
		title, body, _ := strings.Cut(pages[n], "\n")
		var b strings.Builder
		fmt.Fprintf(&b, "<!doctype html><html><head><title>%s</title></head><body><article><h1>%[1]s</h1>", html.EscapeString(title))
		for p := range strings.SplitSeq(strings.TrimSpace(body), "\n\n") {
			fmt.Fprintf(&b, "<p>%s</p>", html.EscapeString(p))
		}
		b.WriteString("</article></body></html>")
		return b.String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0"?><rss version="2.0"><channel><title>Outlet</title><link>%s/</link>`, o.URL)
	for i := len(pages) - 1; i >= max(0, len(pages)-50); i-- {
		title, _, _ := strings.Cut(pages[i], "\n")
		fmt.Fprintf(&b, `<item><title>%s</title><link>%s/%d.html</link></item>`, html.EscapeString(title), o.URL, i)
	}
	b.WriteString(`</channel></rss>`)
	return b.String()
}

// daemon is a program that runs until it is told to stop.
type daemon struct {
	cmd  *exec.Cmd
	mu   sync.Mutex
	said bytes.Buffer
}

// Write takes in what it says.
func (d *daemon) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.said.Write(b)
}

func (d *daemon) lines() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.said.String()
}

func launch(t testing.TB, args ...string) *daemon {
	t.Helper()
	d := &daemon{cmd: program(t, args...)}
	d.cmd.Env = append(d.cmd.Env, clockVariable+"=real")
	d.cmd.Stdout, d.cmd.Stderr = d, d
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.cmd.Process.Kill() })
	return d
}

// stop ends it in order.
func (d *daemon) stop(t testing.TB) {
	t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("%v: %v\n%s", d.cmd.Args[1:], err, d.lines())
		return
	}
	if err := d.cmd.Wait(); err != nil {
		t.Errorf("%v ended with %v\n%.3000s", d.cmd.Args[1:], err, d.lines())
	}
}

// measured is what is measured at one moment.
type measured struct {
	at              time.Duration
	memory, handles [2]int // KB and open files of serve and watch
	routines        int    // of serve
	reports         int    // of the record that is served
	log             int64  // bytes of the write-ahead log
}

func (d *daemon) memory(t testing.TB) (kb int) {
	b := read(t, fmt.Sprintf("/proc/%d/status", d.cmd.Process.Pid))
	if m := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(b); m != nil {
		kb, _ = strconv.Atoi(string(m[1]))
	}
	return kb
}

func (d *daemon) handles(t testing.TB) int {
	e, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", d.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(e)
}

// reader asks pages at random until ctx ends, and follows what they link to.
func (s *soak) reader(ctx context.Context, rng *rand.Rand) {
	start := []string{"/", "/timeline", "/quotes", "/people", "/positions", "/changes", "/sources", "/commitments", "/status", "/search?q=talks", "/export/json", "/api/v1/reports", "/api/v1/events"}
	links := regexp.MustCompile(`href="(/[^"#]*)"`)
	next := "/"
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address+next, nil)
		if err != nil {
			s.complain("reader: %s: %v", next, err)
			return
		}
		res, err := http.DefaultClient.Do(req)
		was := next
		next = start[rng.IntN(len(start))]
		if err != nil {
			if ctx.Err() == nil {
				s.complain("reader: %s: %v", was, err)
			}
			continue
		}
		b, err := io.ReadAll(res.Body)
		res.Body.Close()
		s.asked.Add(1)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			s.complain("reader: %s: %v", was, err)
		case res.StatusCode == http.StatusServiceUnavailable && bytes.Contains(b, []byte("being worked out")): // ask again later
		case res.StatusCode >= 500:
			s.complain("reader: %s: %s: %.300s", was, res.Status, b)
		}
		if found := links.FindAllSubmatch(b, -1); len(found) > 0 && rng.IntN(3) > 0 {
			if u, err := url.Parse(html.UnescapeString(string(found[rng.IntN(len(found))][1]))); err == nil {
				next = u.RequestURI()
			}
		}
		time.Sleep(time.Duration(rng.IntN(100)) * time.Millisecond)
	}
}

// soak is a desk at work.
type soak struct {
	address string
	asked   atomic.Int64
	mu      sync.Mutex
	wrong   []string
}

func (s *soak) complain(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong = append(s.wrong, fmt.Sprintf(format, args...))
}

// metrics asks /metrics for goroutines and reports.
func (s *soak) metrics() (routines, reports int) {
	res, err := http.Get(s.address + "/metrics")
	if err != nil {
		s.complain("metrics: %v", err)
		return 0, 0
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.complain("metrics: %v", err)
	}
	value := func(name string) int {
		m := regexp.MustCompile(`(?m)^` + name + `(?:\{[^}]*\})? (\S+)$`).FindSubmatch(b)
		if m == nil {
			s.complain("metrics: there is no %s", name)
			return 0
		}
		f, _ := strconv.ParseFloat(string(m[1]), 64)
		return int(f)
	}
	return value("go_goroutines"), value("readout_store_reports")
}

// unexplained are the lines of a program that tell of an error which is not one
// of the sites that fail.
func unexplained(said string) (out []string) {
	for line := range strings.Lines(said) {
		bad := strings.Contains(line, "level=ERROR") || strings.Contains(line, "panic") || strings.Contains(line, "goroutine ") || strings.Contains(line, "locked") || strings.Contains(line, "DATA RACE")
		if bad || strings.Contains(line, "level=WARN") || strings.HasPrefix(line, "readout: ") && !strings.Contains(line, "http://127.0.0.1:") {
			out = append(out, line)
		}
	}
	return out
}

// Pages are served and read, feeds followed that fail at random, reports come in
// for a quarter of the time; what waits then is read in the next, and in the second
// half nothing may grow.
func TestSoak(t *testing.T) {
	length := time.Duration(torture.Rounds(t, 20, 600, 2*60*60)) * time.Second
	dir := t.TempDir()
	db := filepath.Join(dir, "readout.db")
	rng := rand.New(rand.NewPCG(seed(t), 7)) //nolint:gosec // no secret
	r, err := crash.Reader()
	if err != nil {
		t.Fatal(err)
	}
	stream, err := generate.NewStream(generate.StreamOptions{Seed: 7, Annotators: r.Annotators})
	if err != nil {
		t.Fatal(err)
	}
	outlets := []*outlet{newOutlet(t, 0, 1), newOutlet(t, 20, rng.Uint64()), newOutlet(t, 40, rng.Uint64()), newOutlet(t, 90, rng.Uint64())}
	watch := []string{"feeds", "watch", "--db", db, "--allow-private", "127.0.0.0/8", "--per-host", "1ms", "--every", "2s", "--again", "5s,20s,60s"}
	for _, o := range outlets {
		u, err := url.Parse(o.URL)
		if err != nil {
			t.Fatal(err)
		}
		watch = append(watch, "--allow-port", u.Port())
		add := program(t, "feeds", "add", "--db", db, o.URL+"/feed.xml")
		add.Env = append(add.Env, clockVariable+"=real")
		if got := run(t, add); got.code != 0 {
			t.Fatal(got.errors)
		}
	}
	s := &soak{}
	serving := launch(t, "serve", "--db", db, "--listen", "127.0.0.1:0", "--log-level", "warn")
	for end := time.Now().Add(time.Minute); s.address == ""; time.Sleep(50 * time.Millisecond) {
		if m := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(serving.lines()); m != "" {
			s.address = m
		} else if time.Now().After(end) {
			t.Fatalf("it does not serve:\n%s", serving.lines())
		}
	}
	watching := launch(t, watch...)

	ctx, end := context.WithCancel(t.Context())
	defer end()
	var at sync.WaitGroup
	for range 5 {
		one := rand.New(rand.NewPCG(rng.Uint64(), 8)) //nolint:gosec // no secret
		at.Go(func() { s.reader(ctx, one) })
	}
	began, published := time.Now(), 0
	var seen []measured
	for next := began; time.Since(began) < length; {
		// No more than a slow machine reads until half time: what comes in later takes
		// memory, too.
		if time.Since(began) < length/4 && (len(seen) == 0 || published-seen[len(seen)-1].reports < mostWaits) {
			outlets[published%len(outlets)].publish(string(stream.Capture(published).Body))
			published++
		}
		if time.Now().After(next) {
			m := measured{at: time.Since(began)}
			m.routines, m.reports = s.metrics()
			for i, d := range []*daemon{serving, watching} {
				m.memory[i], m.handles[i] = d.memory(t), d.handles(t)
			}
			if info, err := os.Stat(db + "-wal"); err == nil {
				m.log = info.Size()
			}
			seen = append(seen, m)
			next = next.Add(max(length/200, 500*time.Millisecond))
		}
		time.Sleep(max(200*time.Millisecond, length/20000))
	}
	end()
	at.Wait()
	watching.stop(t)
	serving.stop(t)
	for name, d := range map[string]*daemon{"serve": serving, "watch": watching} {
		for _, line := range unexplained(d.lines()) {
			s.complain("%s: %s", name, strings.TrimSpace(line))
		}
	}
	for i, w := range s.wrong {
		if i < 20 {
			t.Error(w)
		}
	}
	if err := holds(t, db, nil); err != nil {
		t.Error(err)
	}
	s.judge(t, seen, length)
	asked, failed := int64(0), int64(0)
	for _, o := range outlets {
		asked, failed = asked+o.asked.Load(), failed+o.failed.Load()
	}
	last := seen[len(seen)-1]
	var log int64
	for _, m := range seen {
		log = max(log, m.log)
	}
	torture.Counted(t, "R37", int(length.Seconds()), fmt.Sprintf("seconds of serving %d pages to 5 readers and following 4 feeds (%d of %d answers failed, %d articles)", s.asked.Load(), failed, asked, published),
		fmt.Sprintf("%d unexplained errors, serve and watch end with %d and %d MB, %d and %d handles, %d goroutines; %d reports at half time and %d in the end, memory in between %+.1f and %+.1f MB an hour; log at most %.1f MB",
			len(s.wrong), last.memory[0]/1024, last.memory[1]/1024, last.handles[0], last.handles[1], last.routines, seen[len(seen)/2].reports, last.reports, slope(seen, length, 0), slope(seen, length, 1), float64(log)/(1<<20)))
}

// mostWaits is how many articles more are published than are read.
const mostWaits = 300

// slope is by how many MB an hour memory grew in the last half, by least squares.
func slope(seen []measured, length time.Duration, of int) float64 {
	var n, x, y, xx, xy float64
	for _, m := range seen {
		if m.at < length/2 {
			continue
		}
		h, mb := m.at.Hours(), float64(m.memory[of])/1024
		n, x, y, xx, xy = n+1, x+h, y+mb, xx+h*h, xy+h*mb
	}
	if d := n*xx - x*x; d > 0 {
		return (n*xy - x*y) / d
	}
	return 0
}

// judge checks that nothing grows when nothing comes in. Short runs are too short
// for a slope: their bounds let caches fill.
func (s *soak) judge(t testing.TB, seen []measured, length time.Duration) {
	t.Helper()
	if len(seen) < 8 {
		t.Fatalf("%d samples", len(seen))
	}
	third, last := seen[len(seen)/2:len(seen)*3/4], seen[len(seen)*3/4:]
	// What is never given back: a page that is being made takes more for a moment.
	least := func(some []measured, f func(measured) int) int {
		n := math.MaxInt
		for _, m := range some {
			n = min(n, f(m))
		}
		return n
	}
	for i, name := range []string{"serve", "watch"} {
		if a, b := least(third, func(m measured) int { return m.handles[i] }), least(last, func(m measured) int { return m.handles[i] }); b > a+8 {
			t.Errorf("%s: open files grow from %d to %d", name, a, b)
		}
		a, b := least(third, func(m measured) int { return m.memory[i] }), least(last, func(m measured) int { return m.memory[i] })
		if b-a > 64<<10 {
			t.Errorf("%s: memory grows from %d to %d MB", name, a>>10, b>>10)
		}
		if got := slope(seen, length, i); length >= time.Hour && got > 1+32/length.Hours() {
			t.Errorf("%s: memory grows by %.1f MB an hour", name, got)
			for n := 0; n < len(seen); n += max(1, len(seen)/40) {
				m := seen[n]
				t.Logf("after %v: %d MB, %d reports", m.at.Round(time.Second), m.memory[i]>>10, m.reports)
			}
		}
	}
	if a, b := least(third, func(m measured) int { return m.routines }), least(last, func(m measured) int { return m.routines }); b > a+20 {
		t.Errorf("goroutines grow from %d to %d", a, b)
	}
	for _, m := range seen {
		if m.log > 64<<20 {
			t.Errorf("the write-ahead log has %d MB after %v", m.log>>20, m.at)
			break
		}
	}
}
