// Package pgtest gives tests empty PostgreSQL databases.
//
// Database starts one server for each test process, in a folder of its own, at
// a Unix socket and a free port of the loopback address; it ends with the
// process, also when that panics or is killed, and its folder with it. It needs
// PostgreSQL 13 or later: initdb is looked for in PATH and in
// /usr/lib/postgresql. Where it is absent a test skips, and fails if CI is set.
// READOUT_TEST_POSTGRES=postgres://… takes a running server instead.
package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// variable names the environment variable with the address of a running
// server.
const variable = "READOUT_TEST_POSTGRES"

// shared is the server of the process.
var shared struct {
	sync.Mutex
	server    *Server // kept: it ends when nobody holds its pipe
	err       error
	templates map[string]string // names of databases
}

// Database returns the address of a new, empty database, which goes when the
// test ends. What it holds need not survive a crash: it is not synced to disk.
func Database(t testing.TB) string {
	t.Helper()
	return create(t, server(t), "template0")
}

// Copy is Database with what prepare made of another one, which is called once
// for all copies of that name in this process. It must close what it opens.
func Copy(t testing.TB, name string, prepare func(address string) error) string {
	t.Helper()
	if os.Getenv(variable) != "" {
		// Nobody would remove the copied one from that server.
		address := Database(t)
		if err := prepare(address); err != nil {
			t.Fatal(err)
		}
		return address
	}
	at := server(t)
	shared.Lock()
	template, ok := shared.templates[name]
	if !ok {
		address, err := createAt(t.Context(), at, "template0")
		if err == nil {
			err = prepare(address)
		}
		if err != nil {
			shared.Unlock()
			t.Fatal(err)
		}
		template = database(address)
		if shared.templates == nil {
			shared.templates = map[string]string{}
		}
		shared.templates[name] = template
	}
	shared.Unlock()
	return create(t, at, template)
}

// server is the address of the server of this process.
func server(t testing.TB) string {
	t.Helper()
	if address := os.Getenv(variable); address != "" {
		return address
	}
	bin := find(t)
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.err == nil {
		shared.server, shared.err = start(bin, "fsync=off", "full_page_writes=off", "synchronous_commit=off")
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.server.address
}

// Server is a server of one test.
type Server struct {
	address string // of the database postgres
	dir     string // for all of it
	watch   *watcher
}

// Start starts a server that ends with the test, for those that stop it or need
// settings ("fsync=on", which is the default, or "max_connections=5").
func Start(t testing.TB, settings ...string) *Server {
	t.Helper()
	s, err := start(find(t), settings...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.watch.end)
	return s
}

// Database is Database on this server. It goes with the server.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	address, err := createAt(t.Context(), s.address, "template0")
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// Crash kills the server and all that it has under way.
func (s *Server) Crash(t testing.TB) {
	t.Helper()
	if err := s.watch.kill(s.dir); err != nil {
		t.Fatal(err)
	}
}

// Restart starts a server again that crashed, and waits until it has recovered.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	if err := s.watch.start(); err != nil {
		t.Fatal(err)
	}
	if err := ready(s.address); err != nil {
		t.Fatal(err, logOf(s.dir))
	}
}

// find returns the folder of initdb and postgres.
func find(t testing.TB) string {
	t.Helper()
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), installed()...) {
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil {
			return dir
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("needs PostgreSQL: there is no initdb in PATH nor in /usr/lib/postgresql, and " + variable + " is not set")
	}
	t.Skip("needs PostgreSQL: install it (Debian: postgresql), put initdb into PATH or set " + variable)
	return ""
}

// installed are Debian's folders of programs, the latest version first.
func installed() []string {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is well formed
	for i, j := 0, len(dirs)-1; i < j; i, j = i+1, j-1 {
		dirs[i], dirs[j] = dirs[j], dirs[i]
	}
	return dirs
}

// create makes a database and has it removed when the test ends.
func create(t testing.TB, server, template string) string {
	t.Helper()
	address, err := createAt(t.Context(), server, template)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := exec(context.Background(), server, `DROP DATABASE IF EXISTS "`+database(address)+`" WITH (FORCE)`); err != nil {
			t.Log(err) // the server goes, too
		}
	})
	return address
}

// database is the name of the database at an address.
func database(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err) // createAt wrote it
	}
	return strings.TrimPrefix(u.Path, "/")
}

func createAt(ctx context.Context, server, template string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("the address of the test server: %w", err)
	}
	name := "readout_test_" + strings.ToLower(rand.Text()[:12])
	if err := exec(ctx, server, `CREATE DATABASE "`+name+`" TEMPLATE "`+template+`"`); err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

func exec(ctx context.Context, address, statement string) error {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// startTime bounds how long a server takes to start; on a busy machine it is
// some seconds.
const startTime = 2 * time.Minute

// ready waits until the server answers.
func ready(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	for {
		err := exec(ctx, address, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the test server did not start in %v: %w", startTime, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// logOf is the end of what a server wrote.
func logOf(dir string) string {
	b, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-2000):])
}
