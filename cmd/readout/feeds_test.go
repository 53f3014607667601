package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/readout-news/readout/internal/cli"
	"github.com/readout-news/readout/internal/extract"
)

// outlet serves a folder as a web site: a change of a file changes its ETag, "@"
// in feeds and lists is the site's address.
type outlet struct {
	*httptest.Server
	dir   string
	mu    sync.Mutex
	asked map[string]int
}

func newOutlet(dir string) *outlet {
	o := &outlet{dir: dir, asked: map[string]int{}}
	o.Server = httptest.NewServer(http.HandlerFunc(o.serve))
	return o
}

func (o *outlet) serve(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	o.asked[r.URL.Path]++
	o.mu.Unlock()
	name := filepath.Base(r.URL.Path)
	b, err := os.ReadFile(filepath.Join(o.dir, name))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	typ := map[string]string{".html": "text/html; charset=utf-8", ".txt": "text/plain; charset=utf-8"}[filepath.Ext(name)]
	if typ == "" {
		typ = "application/xml"
	}
	if filepath.Ext(name) != ".html" {
		b = []byte(strings.ReplaceAll(string(b), "@", o.URL))
	}
	stamp := fmt.Sprintf("\"%x\"", sha256.Sum256(b))
	w.Header().Set("Content-Type", typ)
	w.Header().Set("ETag", stamp)
	if r.Header.Get("If-None-Match") == stamp {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(b)
}

// flags let a command that asks the web ask this site alone, without pauses.
func (o *outlet) flags() string {
	u, _ := url.Parse(o.URL)
	return "--allow-private 127.0.0.1 --per-host 0s --allow-port " + u.Port()
}

func (o *outlet) times(path string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.asked[path]
}

// asking adds the flags to a command that asks the web.
func asking(args []string, flags string) []string {
	if len(args) > 1 && args[0] == "feeds" && (args[1] == "pull" || args[1] == "watch") {
		return slices.Concat(args, strings.Fields(flags))
	}
	return args
}

// at is readout with a clock that stands at the moment of its first argument and
// that may ask the site of the script.
func at() {
	if os.Args[1] == extract.Worker { // started by itself, to take a page apart
		main()
		return
	}
	moment, err := time.Parse(time.RFC3339, os.Args[1])
	if err != nil {
		_, _ = os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(2)
	}
	env := cli.System()
	env.Now = func() time.Time { return moment }
	os.Exit(cli.Main(asking(os.Args[2:], os.Getenv("ASK")), env))
}

// TestFeeds runs scripts that follow the feeds of a site, which lies in the
// folder site of the script.
func TestFeeds(t *testing.T) {
	sites := sync.Map{}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/feeds",
		Setup: func(env *testscript.Env) error {
			o := newOutlet(filepath.Join(env.WorkDir, "site"))
			env.Defer(o.Close)
			sites.Store(env.WorkDir, o)
			env.Setenv("SITE", o.URL)
			env.Setenv("PORT", o.URL[strings.LastIndex(o.URL, ":")+1:])
			env.Setenv("ASK", o.flags())
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// asked PATH N waits until a path of the site was asked for N times.
			"asked": func(ts *testscript.TestScript, _ bool, args []string) {
				o, _ := sites.Load(ts.Getenv("WORK"))
				n, err := strconv.Atoi(args[1])
				ts.Check(err)
				for end := time.Now().Add(time.Minute); o.(*outlet).times(args[0]) < n; time.Sleep(20 * time.Millisecond) {
					if time.Now().After(end) {
						ts.Fatalf("%s was asked for %d times, want %d", args[0], o.(*outlet).times(args[0]), n)
					}
				}
			},
		},
	})
}

// Comments of docs/feeds.md that set the clock and change the site.
var stage = regexp.MustCompile(`^<!-- at (\S+)(?: (\S+) replaces (\S+))? -->$`)

// TestFeedsPage runs the commands of docs/feeds.md in their order against a site
// of this machine and compares what they print; UPDATE_SCRIPTS=1 rewrites the
// page.
func TestFeedsPage(t *testing.T) {
	const example = "https://harbour.example"
	page, err := filepath.Abs("../../docs/feeds.md")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	site := t.TempDir()
	if err := os.CopyFS(site, os.DirFS("testdata/site")); err != nil {
		t.Fatal(err)
	}
	o := newOutlet(site)
	defer o.Close()
	t.Chdir(t.TempDir())
	clock := time.Date(2031, 5, 2, 12, 0, 0, 0, time.UTC)
	n := 0
	run := func(line string) string {
		args := asking(strings.Fields(strings.ReplaceAll(line, example, o.URL)), o.flags())
		var out, errs bytes.Buffer
		env := cli.Env{Stdout: &out, Stderr: &errs, Environ: []string{"COLUMNS=96"}, Now: func() time.Time { return clock }}
		if code := cli.Main(args, env); code != 0 {
			t.Fatalf("readout %s: exit code %d: %s", line, code, errs.String())
		}
		n++
		return strings.ReplaceAll(errs.String()+out.String(), o.URL, example)
	}
	var got strings.Builder
	inside := false // a block with a command
	for line := range strings.Lines(string(b)) {
		text := strings.TrimSuffix(line, "\n")
		switch m := stage.FindStringSubmatch(text); {
		case inside && text == "```":
			inside = false
		case inside:
			continue
		case strings.HasPrefix(text, "$ readout "):
			inside = true
			line += run(strings.TrimPrefix(text, "$ readout "))
		case m != nil:
			if clock, err = time.Parse(time.RFC3339, m[1]); err != nil {
				t.Fatal(err)
			}
			if m[2] != "" {
				if err := os.Rename(filepath.Join(site, m[2]), filepath.Join(site, m[3])); err != nil {
					t.Fatal(err)
				}
			}
		}
		got.WriteString(line)
	}
	if n < 6 {
		t.Errorf("%d commands in docs/feeds.md", n)
	}
	if got.String() == string(b) {
		return
	}
	if os.Getenv("UPDATE_SCRIPTS") == "" {
		t.Fatal("docs/feeds.md does not show what its commands print; run UPDATE_SCRIPTS=1 go test ./cmd/readout -run FeedsPage")
	}
	if err := os.WriteFile(page, []byte(got.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
