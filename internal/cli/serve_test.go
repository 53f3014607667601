package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/gate"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/torture"
)

func TestIsLoopback(t *testing.T) {
	for listen, want := range map[string]bool{
		"127.0.0.1:8460": true, "127.1.2.3:0": true, "[::1]:8460": true, "localhost:8460": true,
		"0.0.0.0:8460": false, ":8460": false, "[::]:8460": false, "10.0.0.1:80": false, "desk.example:80": false,
	} {
		if got, err := isLoopback("listen", listen); err != nil || got != want {
			t.Errorf("isLoopback(%q) = %v, %v", listen, got, err)
		}
	}
	for _, bad := range []string{"8460", ""} {
		var usage usageError
		if _, err := isLoopback("listen", bad); !errors.As(err, &usage) {
			t.Errorf("isLoopback(%q): %v is no error of usage", bad, err)
		}
	}
}

// The example is served from what the program carries, on a free port, and the
// program ends when it is told to.
func TestServeDemo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	out, in := io.Pipe()
	a := &app{env: Env{Stdout: in, Stderr: io.Discard}}
	ended := make(chan error, 1)
	go func() {
		ended <- a.serve(ctx, serveFlags{listen: "127.0.0.1:0", demo: true})
		in.Close()
	}()
	line := make([]byte, 200)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err, <-ended)
	}
	go io.Copy(io.Discard, out)
	m := regexp.MustCompile(`^20 reports, .* at (http://127\.0\.0\.1:\d+)\n`).FindStringSubmatch(string(line[:n]))
	if m == nil {
		t.Fatalf("it said %q", line[:n])
	}
	client := &http.Client{Timeout: 10 * time.Second}
	res, err := client.Get(m[1] + "/help")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if res.StatusCode != 200 || !strings.Contains(string(body), "This is the example") {
		t.Errorf("%d: %.200s", res.StatusCode, body)
	}
	for path, want := range map[string]string{"/metrics": "\nreadout_store_reports 20\n", "/api/v1/status": `"revision":1`, "/status": "SQLite, "} {
		res, err := client.Get(m[1] + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != 200 || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d: no %q", path, res.StatusCode, want)
		}
	}
	client.CloseIdleConnections()
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it did not end")
	}
}

// What a program that was stopped has read and not linked is linked when a store is
// served again.
func TestServeGoesOn(t *testing.T) {
	db := filepath.Join(t.TempDir(), "left.db")
	s, err := sqlite.Open(t.Context(), db, sqlite.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(t.Context(), ingest.Read(t.Context(), []string{"../../examples/lake-ansa"}, ingest.Options{}), pipeline.Options{Keeper: s}); err != nil {
		t.Fatal(err)
	}
	if ids, err := s.Pending(t.Context()); err != nil || len(ids) != 20 {
		t.Fatalf("%d reports wait: %v", len(ids), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, in := io.Pipe()
	a := &app{env: Env{Stdout: in, Stderr: io.Discard}, db: db}
	ended := make(chan error, 1)
	go func() { ended <- a.serve(ctx, serveFlags{listen: "127.0.0.1:0"}) }()
	go io.Copy(io.Discard, out)
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		ids, err := s.Pending(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(ids) == 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d reports wait still", len(ids))
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if rec, err := s.Record(t.Context()); err != nil || len(rec.Reports) != 20 {
		t.Errorf("%d reports in the record: %v", len(rec.Reports), err)
	}
}

// An address that other machines reach is served when people can sign in there,
// and only then.
func TestOutsideNeedsAWayIn(t *testing.T) {
	stores := map[bool]store.Store{} // with accounts, without
	for _, accounts := range []bool{false, true} {
		s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "a.db"), sqlite.Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if accounts {
			if err := s.AddAccount(t.Context(), account.Account{Name: "edda", Scopes: account.Admin, Made: time.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		stores[accounts] = s
	}
	n, opened := 0, torture.Watch(t)
	for _, listen := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.7:80", "desk.example:80"} {
		for _, c := range []struct {
			flags  gateFlags
			opens  bool // given no accounts
			refuse bool // whatever there is
		}{
			{gateFlags{}, false, false},
			{gateFlags{hosts: []string{"desk.example"}}, false, false},
			{gateFlags{networks: []string{"10.0.0.0/8"}}, false, false},
			{gateFlags{newcomers: "read"}, false, false},
			{gateFlags{accounts: true}, true, false},
			{gateFlags{networks: []string{"10.0.0.0/8"}, header: "X-Remote-User"}, true, false},
			{gateFlags{issuer: "https://id.example", client: "desk"}, true, false},
			{gateFlags{header: "X-Remote-User"}, false, true},
			{gateFlags{networks: []string{"0.0.0.0/0"}, header: "X-Remote-User"}, false, true},
			{gateFlags{networks: []string{"::/0"}, header: "X-Remote-User"}, false, true},
			{gateFlags{networks: []string{"everywhere"}, header: "X-Remote-User"}, false, true},
		} {
			for _, accounts := range []bool{false, true} {
				a := &app{env: Env{Stdout: io.Discard, Stderr: io.Discard}}
				err := c.flags.checkListen("listen", listen)
				var g *gate.Gate
				if err == nil {
					g, err = a.gate(t.Context(), stores[accounts], "listen", listen, &c.flags, slog.New(slog.DiscardHandler))
				}
				n++
				if want := (c.opens || accounts) && !c.refuse; (err == nil) != want {
					opened.Errorf("%s with %+v, accounts %v: %v", listen, c.flags, accounts, err)
				}
				if err == nil && !g.MustSignIn() {
					opened.Errorf("%s with %+v is open to everybody", listen, c.flags)
				}
			}
		}
	}
	torture.Counted(t, "R26", n, "ways to start at an address that other machines reach", fmt.Sprintf("%d started, or refused to, otherwise than people can sign in there", opened.N()))
}
