package pgtest_test

import (
	"database/sql"
	"os"
	osexec "os/exec"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/store/pgtest"
)

func query(t *testing.T, address, q string) string {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var out string
	if err := db.QueryRow(q).Scan(&out); err != nil {
		t.Fatal(q, err)
	}
	return out
}

func TestDatabase(t *testing.T) {
	a, b := pgtest.Database(t), pgtest.Database(t)
	if a == b {
		t.Fatal("two databases are one:", a)
	}
	query(t, a, `WITH made AS (SELECT 1) SELECT 'x' FROM made`)
	if got := query(t, a, `SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'`); got != "0" {
		t.Errorf("%s tables in a new database", got)
	}
}

// crash, in the environment, makes TestGone the process that dies.
const crash = "READOUT_TEST_PGTEST_CRASH"

// TestGone lets a process start a server and die: by a panic, and killed.
func TestGone(t *testing.T) {
	if how := os.Getenv(crash); how != "" {
		s := pgtest.Start(t)
		os.Stdout.WriteString("folder " + query(t, s.Database(t), `SELECT current_setting('data_directory')`) + "\n")
		if how == "panic" {
			panic("on purpose")
		}
		p, err := os.FindProcess(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		p.Kill()
		select {}
	}
	pgtest.Database(t) // skips where there is none
	for _, how := range []string{"panic", "kill"} {
		cmd := osexec.Command(os.Args[0], "-test.run=^TestGone$")
		cmd.Env = append(os.Environ(), crash+"="+how, "READOUT_TEST_POSTGRES=")
		out, err := cmd.Output()
		if err == nil {
			t.Fatalf("%s: the process lived", how)
		}
		_, dir, ok := strings.Cut(string(out), "folder ")
		dir, _, _ = strings.Cut(dir, "\n")
		if !ok {
			t.Fatalf("%s: %s", how, out)
		}
		dir = strings.TrimSuffix(dir, "/data")
		for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
			if _, err := os.Stat(dir); os.IsNotExist(err) {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("%s: %s is still there", how, dir)
			}
		}
		if b, err := osexec.Command("pgrep", "-f", dir).Output(); err == nil {
			t.Errorf("%s: processes are left: %s", how, b)
		}
	}
}

// TestCrash kills a server whose data are synced: what was committed is there.
func TestCrash(t *testing.T) {
	s := pgtest.Start(t, "fsync=on")
	a := s.Database(t)
	query(t, a, `SELECT 'x'`)
	db, err := sql.Open("pgx", a)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE TABLE kept (x text); INSERT INTO kept VALUES ('here')`); err != nil {
		t.Fatal(err)
	}
	s.Crash(t)
	if err := db.Ping(); err == nil {
		t.Error("the server lives")
	}
	s.Restart(t)
	if got := query(t, a, `SELECT x FROM kept`); got != "here" {
		t.Error(got)
	}
}
