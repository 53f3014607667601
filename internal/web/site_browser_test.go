package web_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/readout-news/readout/internal/browser"
	"github.com/readout-news/readout/internal/cli"
	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/web"
)

// The tests of this folder that end in _browser_test.go look at the program as
// people and other machines meet it: the command serve, over HTTP, and where it
// matters in a browser.

// clock is what the program under test takes for now, so that "overdue" stays
// what it is.
func clock() time.Time { return time.Date(2031, 4, 9, 12, 0, 0, 0, time.UTC) }

func init() { web.AtEnd(func() { browser.Stop(); servers.stop() }) }

// servers are the programs that tests have started. They end with the binary.
var servers serverList

type serverList struct {
	mu    sync.Mutex
	done  []chan int
	temps []string
}

// stop ends the programs as Ctrl-C does.
func (l *serverList) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.done) > 0 {
		syscall.Kill(os.Getpid(), syscall.SIGINT)
		for _, d := range l.done {
			select {
			case <-d:
			case <-time.After(10 * time.Second):
			}
		}
	}
	for _, d := range l.temps {
		os.RemoveAll(d)
	}
}

var address = regexp.MustCompile(`at (http://\S+)`)

// announced catches the address that serve prints.
type announced struct {
	mu   sync.Mutex
	b    bytes.Buffer
	addr chan string
}

func (a *announced) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n, err := a.b.Write(p)
	if m := address.FindSubmatch(a.b.Bytes()); m != nil && a.addr != nil {
		a.addr <- string(m[1])
		a.addr = nil
	}
	return n, err
}

// text is what was printed so far.
func (a *announced) text() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.b.String()
}

// run starts serve with args and returns the site's address.
func (l *serverList) run(tb testing.TB, now func() time.Time, args ...string) string {
	tb.Helper()
	return l.start(tb, now, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...))
}

// start starts a command that serves and returns its address.
func (l *serverList) start(tb testing.TB, now func() time.Time, args []string) string {
	tb.Helper()
	at, _ := l.said(tb, now, args...)
	return at
}

// said is start with what the command prints.
func (l *serverList) said(tb testing.TB, now func() time.Time, args ...string) (at string, said func() string) {
	tb.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	out := &announced{addr: make(chan string, 1)}
	addr := out.addr
	var errs bytes.Buffer
	done := make(chan int, 1)
	go func() {
		done <- cli.Main(args, cli.Env{Stdin: strings.NewReader(""), Stdout: out, Stderr: &errs, Now: now})
	}()
	select {
	case u := <-addr:
		l.done = append(l.done, done)
		return u, out.text
	case code := <-done:
		tb.Fatalf("%v ended with %d: %s", args, code, errs.String())
	case <-time.After(5 * time.Minute):
		tb.Fatalf("%v did not begin", args)
	}
	return "", nil
}

// temp is a folder that lives as long as the binary.
func (l *serverList) temp(tb testing.TB) string {
	tb.Helper()
	dir, err := os.MkdirTemp("", "readout-web-test-")
	if err != nil {
		tb.Fatal(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.temps = append(l.temps, dir)
	return dir
}

var demoOnce struct {
	sync.Mutex
	url string
}

// demo is the address of a site on the example reports, one for all tests of
// the binary; none of them may add to it.
func demo(tb testing.TB) string {
	tb.Helper()
	demoOnce.Lock()
	defer demoOnce.Unlock()
	if demoOnce.url == "" {
		demoOnce.url = servers.run(tb, clock, "--demo")
	}
	return demoOnce.url
}

// fresh is the address of a site on the example reports that the test may
// change.
func fresh(tb testing.TB) string {
	tb.Helper()
	return servers.run(tb, clock, "--demo")
}

var seedsOnce struct {
	sync.Mutex
	url string
}

// seeds is the address of a site on the four real reports. They are not part
// of this repository: without them the test is skipped, and fails with CI set.
func seeds(tb testing.TB) string {
	tb.Helper()
	const folder = "../../../shared/seeds"
	beside(tb, folder)
	seedsOnce.Lock()
	defer seedsOnce.Unlock()
	if seedsOnce.url == "" {
		db := filepath.Join(servers.temp(tb), "seeds.db")
		var errs bytes.Buffer
		if code := cli.Main([]string{"ingest", "--db", db, "--quiet", folder}, cli.Env{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &errs, Now: clock}); code != 0 {
			tb.Fatalf("ingest the seeds: %d: %s", code, errs.String())
		}
		seedsOnce.url = servers.run(tb, clock, "--db", db)
	}
	return seedsOnce.url
}

// beside skips the test when what lies beside the repository is not there, and
// fails it with CI set.
func beside(tb testing.TB, path string) {
	tb.Helper()
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") != "" {
			tb.Fatal("CI has to have it: ", err)
		}
		tb.Skip("needs ../shared: ", err)
	}
}

// made is the address of a site on made-up reports.
func made(tb testing.TB, o generate.Options) (string, *generate.World) {
	tb.Helper()
	w := generate.New(o)
	db := filepath.Join(servers.temp(tb), "made.db")
	s, err := sqlite.Open(tb.Context(), db, sqlite.Options{Create: true, Now: w.Now})
	if err != nil {
		tb.Fatal(err)
	}
	if err := w.Fill(tb.Context(), s); err != nil {
		tb.Fatal(err)
	}
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	end := func() time.Time { return w.End().Add(24 * time.Hour) }
	return servers.run(tb, end, "--db", db), w
}

// client follows no redirects and keeps no state.
var client = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport:     &http.Transport{MaxIdleConnsPerHost: 8},
	Timeout:       2 * time.Minute,
}

// get fetches a path of a site. A state of the record that is still worked out
// is asked for again, as browsers do that are told to.
func get(tb testing.TB, base, path string) (*http.Response, []byte) {
	tb.Helper()
	for tries := 0; ; tries++ {
		r, err := client.Get(base + path)
		if err != nil {
			tb.Fatalf("GET %s: %v", path, err)
		}
		b, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil {
			tb.Fatalf("GET %s: %v", path, err)
		}
		if r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") == "" || tries == 100 {
			return r, b
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// document fetches and parses a page and fails the test when it is not there.
func document(tb testing.TB, base, path string) *html.Node {
	tb.Helper()
	r, b := get(tb, base, path)
	if r.StatusCode != http.StatusOK {
		tb.Fatalf("GET %s: %s", path, r.Status)
	}
	n, err := html.Parse(bytes.NewReader(b))
	if err != nil {
		tb.Fatalf("GET %s: %v", path, err)
	}
	return n
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasClass(n *html.Node, class string) bool {
	return strings.Contains(" "+attr(n, "class")+" ", " "+class+" ")
}

// all are the elements below n that f picks.
func all(n *html.Node, f func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && f(c) {
			out = append(out, c)
		}
	}
	return out
}

func tag(names ...string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		for _, x := range names {
			if n.Data == x {
				return true
			}
		}
		return false
	}
}

// words is the text below n, with single spaces.
func words(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func cut(s string, n int) string {
	if len(s) > n {
		return fmt.Sprintf("%.*s… (%d bytes)", n, s, len(s))
	}
	return s
}
