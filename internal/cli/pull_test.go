package cli

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/pgtest"
)

// The same feeds into a store on SQLite, read in the process, and on PostgreSQL,
// read through its queue: the same reports, versions and record.
func TestPullOnPostgreSQL(t *testing.T) {
	const text = `<html lang="en"><head><title>%[1]s</title></head><body><article><h1>%[1]s</h1><p>Foreign Minister Ilse Maren of Sollund met Karvany's deputy prime minister, Tomas Ered, in Port Elsey on Wednesday. The meeting lasted about %[2]s hours.</p><p>The ministers will meet again in May, their offices said. Ered is to travel to Sollund for the first time since the lights on Lake Ansa were switched off.</p></article></body></html>`
	var hours atomic.Value
	hours.Store("two")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/list.txt":
			fmt.Fprintf(w, "http://%[1]s/meeting\nhttp://%[1]s/picture\n", r.Host)
		case "/meeting":
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprintf(w, text, "Maren meets Ered", hours.Load())
		case "/picture":
			w.Header().Set("Content-Type", "image/png")
			fmt.Fprint(w, "x")
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(srv.Close)
	port := srv.URL[strings.LastIndex(srv.URL, ":")+1:]
	dbs := []string{filepath.Join(t.TempDir(), "desk.db"), pgtest.Database(t)}
	now := time.Date(2031, 5, 2, 12, 0, 0, 0, time.UTC)
	run := func(args ...string) (int, string, string) {
		var out, errs bytes.Buffer
		code := Main(args, Env{Stdout: &out, Stderr: &errs, Now: func() time.Time { return now }})
		return code, out.String(), errs.String()
	}
	for _, db := range dbs {
		if code, _, errs := run("feeds", "add", "--db", db, srv.URL+"/list.txt"); code != 0 {
			t.Fatal(errs)
		}
	}
	pull := func(want int, words ...string) {
		t.Helper()
		for _, db := range dbs {
			code, out, errs := run("feeds", "pull", "--db", db, "--allow-private", "127.0.0.1", "--allow-port", port, "--per-host", "0s")
			if code != want {
				t.Fatalf("%s: %d: %s%s", db, code, out, errs)
			}
			for _, w := range words {
				if !strings.Contains(out+errs, w) {
					t.Errorf("%s: no %q in %s%s", db, w, out, errs)
				}
			}
		}
	}
	pull(exitRefused, "1 new report read", "1 refused", "refused "+srv.URL+"/picture")
	now = now.Add(2 * time.Hour)
	pull(exitOK, "0 new reports read", "1 as before")
	hours.Store("three")
	now = now.Add(6 * time.Hour)
	pull(exitOK, "1 new report read")
	for _, args := range [][]string{{"versions", "--json", srv.URL + "/meeting"}, {"timeline", "--json"}, {"feeds", "export"}} {
		var answers []string
		for _, db := range dbs {
			code, out, errs := run(append(args, "--db", db)...)
			if code != 0 {
				t.Errorf("%v: %d: %s", args, code, errs)
			}
			answers = append(answers, out)
		}
		if answers[0] == "" || answers[0] != answers[1] {
			t.Errorf("%v: another answer than on SQLite:\n%s\n%s", args, answers[0], answers[1])
		}
	}
}

// A feed that goes on failing is named when it begins to, and when the reason is
// another one; every round says how many fail.
func TestFailingFeedsAreNamedOnce(t *testing.T) {
	p := &puller{}
	named := func(address, why string, failures int) bool {
		p.faults = nil
		p.failed(store.Feed{Address: address, Error: why, Failures: failures})
		return len(p.faults) == 1
	}
	const a, b = "https://harbour.example/feed.xml", "https://lake.example/feed.xml"
	for i, c := range []struct {
		address, why string
		failures     int
		want         bool
	}{
		{a, "the site answers 500", 1, true},
		{b, "the site answers 500", 7, true}, // since before this program began
		{a, "the site answers 500", 2, false},
		{b, "the site answers 500", 8, false},
		{a, "the site answers 404", 3, true},
		{a, "the site answers 404", 4, false},
		{a, "the site answers 404", 1, true}, // it had answered in between
		{b, "the site answers 500", 9, false},
	} {
		if got := named(c.address, c.why, c.failures); got != c.want {
			t.Errorf("%d, %s failing %d times (%s): named %v", i, c.address, c.failures, c.why, got)
		}
	}
}
