package postgres

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/pgtest"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/store/storetest"
)

func open(t testing.TB, address string) *sqlstore.Store {
	t.Helper()
	s, err := Open(t.Context(), address, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// run runs statements at an address.
func run(t testing.TB, address string, statements ...string) {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatal(s, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	foreign := pgtest.Database(t)
	run(t, foreign, `CREATE SCHEMA readout`, `CREATE TABLE readout.bookmarks (url text)`)
	newer := pgtest.Database(t)
	run(t, newer, `SELECT 1`)
	s := open(t, newer)
	if _, err := s.Writer().Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)`); err != nil {
		t.Fatal(err)
	}
	limited := pgtest.Database(t)
	run(t, limited, `DO $$ BEGIN CREATE ROLE readout_reader LOGIN; EXCEPTION WHEN duplicate_object THEN END $$`)
	latin := strings.Replace(pgtest.Database(t), "/readout_test_", "/latin_", 1)
	run(t, limited, `CREATE DATABASE "`+latin[strings.LastIndex(latin, "/")+1:strings.Index(latin, "?")]+`" TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc`)
	for _, c := range []struct {
		name, address string
		create        bool
		want          error
		says          string
	}{
		{"no store", pgtest.Database(t), false, fs.ErrNotExist, "no store"},
		{"no database", strings.Replace(limited, "/readout_test_", "/none_", 1), true, fs.ErrNotExist, "createdb"},
		{"other program's", foreign, true, readout.ErrNotStore, "another program"},
		{"newer", newer, true, readout.ErrNewerStore, "later Readout"},
		{"encoding", latin, true, readout.ErrNotStore, "UTF-8"},
		{"nobody there", "postgres://desk:secret@127.0.0.1:1/news?sslmode=disable", true, nil, "cannot be reached"},
		{"no address", "postgres://desk:secret@127.0.0.1:port/news", true, nil, "not one of PostgreSQL"},
		{"pool", limited + "&pool_max_conns=one", true, nil, "from 2 on"},
		{"no right", strings.Replace(limited, "//readout@", "//readout_reader:secret@", 1), true, nil, "let the owner"},
		{"no user", strings.Replace(limited, "//readout@", "//readout_nobody:secret@", 1), true, nil, "user or the password"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Open(t.Context(), c.address, Options{Create: c.create})
			if err == nil {
				s.Close()
				t.Fatal("opened")
			}
			if c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v, want %v that says %q and no password", err, c.want, c.says)
			}
		})
	}
	// A schema of its own beside another program's.
	open(t, foreign+"&search_path=desk")
}

// TestOpenAtOnce opens one new database from three processes, twice each.
func TestOpenAtOnce(t *testing.T) {
	const at = "READOUT_TEST_POSTGRES_OPEN"
	if address := os.Getenv(at); address != "" {
		open(t, address)
		return
	}
	address := pgtest.Database(t)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestOpenAtOnce$")
			cmd.Env = append(os.Environ(), at+"="+address)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	wg.Wait()
	var made, versions int
	s := open(t, address)
	if err := s.Reader().QueryRow(`SELECT (SELECT count(*) FROM readout_store), (SELECT count(*) FROM goose_db_version WHERE version_id = 7)`).Scan(&made, &versions); err != nil || made != 1 || versions != 1 {
		t.Errorf("made %d times, version 7 %d times: %v", made, versions, err)
	}
}

// TestHostileText stores what PostgreSQL does not take in text, and long keys.
func TestHostileText(t *testing.T) {
	s := open(t, pgtest.Database(t))
	long := longText(5000)
	for i, path := range []string{"a\x00b", "a\xffb", "\x01A", long, "a\x00c"} {
		c := storetest.Capture(path, fmt.Sprintf("Talks\x00 of \x01 number %d", i))
		c.URL = "https://courier.example/" + long
		doc := storetest.Doc(c)
		doc.Report.Title, doc.Report.Byline = "NUL \x00 in a title", long
		if err := s.AddRefusals(t.Context(), readout.Refusal{Path: path, Reason: "\x00"}, readout.Refusal{Path: path + "!", Reason: "a\xff"}); err != nil {
			t.Fatal(err)
		}
		if err := s.Keep(t.Context(), c, doc, "v1"); err != nil {
			t.Fatalf("%q: %v", path, err)
		}
		got, err := s.Known(t.Context(), doc.Report.ID, "v1")
		if diff := cmp.Diff(doc, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
		back, err := s.Capture(t.Context(), c.SHA256)
		if diff := cmp.Diff(c, back); diff != "" || err != nil {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
		rec := &readout.Record{Reports: []*readout.Report{doc.Report}, Entities: []*readout.Entity{{ID: "e1", Name: long, Names: []string{"\x00", "\xff", "Maren\x00"}}}}
		if err := s.ReplaceRecord(t.Context(), rec); err != nil {
			t.Fatal(err)
		}
		if again, err := s.Record(t.Context()); err != nil || cmp.Diff(rec, again) != "" {
			t.Errorf("%v\n%s", err, cmp.Diff(rec, again))
		}
		if ids, err := s.Who(t.Context(), "maren\x00"); err != nil || len(ids) != 1 {
			t.Errorf("who: %v %v", ids, err)
		}
	}
	refusals, err := s.Refusals(t.Context())
	if err != nil || len(refusals) != 5 {
		t.Errorf("%d refusals, %v", len(refusals), err)
	}
}

// longText has n letters that do not repeat, so that no compression makes it
// fit into a key.
func longText(n int) string {
	b := make([]byte, n)
	x := uint64(7)
	for i := range b {
		x = x*6364136223846793005 + 1442695040888963407
		b[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[x>>33%36]
	}
	return string(b)
}

// TestManyWords stores a text of more different words than an index of one row
// holds.
func TestManyWords(t *testing.T) {
	s := open(t, pgtest.Database(t))
	var text strings.Builder
	text.WriteString("Talks ended. ")
	for i := range 200_000 {
		fmt.Fprintf(&text, "w%dx ", i)
	}
	c := storetest.Capture("a", text.String())
	r := &readout.Report{ID: "r1", SHA256: c.SHA256, Title: "Words", Text: text.String()}
	if err := s.Keep(t.Context(), c, &nlp.Doc{Report: r}, "v1"); err != nil {
		t.Fatal(err)
	}
	if err := s.ReplaceRecord(t.Context(), &readout.Record{Reports: []*readout.Report{r}}); err != nil {
		t.Fatal(err)
	}
	h, err := s.Search(t.Context(), store.Query{Terms: []store.Term{{Text: "talks ended w0x", Mode: store.Phrase}}, In: []store.Kind{store.KindReport}})
	if err != nil || h.Groups[0].Count != 1 {
		t.Errorf("%+v, %v", h, err)
	}
}

// TestAtOnce adds overlapping reports from eight goroutines over three stores
// (as three processes have them) while the record is replaced: nothing is lost
// or doubled.
func TestAtOnce(t *testing.T) {
	address := pgtest.Database(t)
	stores := []*sqlstore.Store{open(t, address), open(t, address), open(t, address)}
	const workers, each = 8, 40
	var wg sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[store.Outcome]int{}
	for w := range workers {
		wg.Go(func() {
			s := stores[w%len(stores)]
			for i := range each {
				// Every report comes from two workers, in other orders, twice.
				k := (i*7 + w/2*each + w%2*11) % each
				c := storetest.Capture(fmt.Sprint(w), fmt.Sprintf("Talks number%d of pair%d about boats and nets", k, w/2))
				for range 2 {
					out, err := s.AddReport(t.Context(), c, storetest.Doc(c), "v1")
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					outcomes[out]++
					mu.Unlock()
				}
			}
		})
	}
	for _, s := range stores[:2] {
		wg.Go(func() {
			for range 10 {
				var rec readout.Record
				for l, err := range s.Layers(t.Context()) {
					if err != nil {
						t.Error(err)
						return
					}
					r := *l.Doc.Report
					rec.Reports = append(rec.Reports, &r)
				}
				if err := s.ReplaceRecord(t.Context(), &rec); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	const want = workers / 2 * each
	if outcomes[store.New] != want || outcomes[store.Known] != workers*each*2-want {
		t.Errorf("%v, want %d new", outcomes, want)
	}
	for _, table := range []string{"report", "capture", "layers", "report_sentence", "search_report", "report_fts"} {
		var n int
		if err := stores[0].Reader().QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil || n != want {
			t.Errorf("%d rows in %s, want %d: %v", n, table, want, err)
		}
	}
	revisions, err := stores[2].Revisions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range revisions {
		if r.N != i+1 {
			t.Errorf("revision %d at place %d", r.N, i)
		}
	}
}

// TestRunAgain lets the server break off transactions as it does when they meet
// others: they are run again, and no more often than is sensible.
func TestRunAgain(t *testing.T) {
	s := open(t, pgtest.Database(t))
	for code, breaks := range map[string]int{"40001": 3, "40P01": 2, "40000": 0} {
		exec := func(statement string) {
			t.Helper()
			if _, err := s.Writer().Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		// A sequence counts on when a transaction is broken off.
		exec(`CREATE SEQUENCE IF NOT EXISTS met`)
		exec(`SELECT setval('met', 1)`)
		exec(`CREATE OR REPLACE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF nextval('met') <= ` + fmt.Sprint(breaks+1) + ` OR '` + code + `' = '40000' THEN RAISE EXCEPTION 'met another' USING ERRCODE = '` + code + `'; END IF; RETURN NEW; END $$`)
		exec(`CREATE OR REPLACE TRIGGER meet BEFORE INSERT ON report_sentence FOR EACH ROW EXECUTE FUNCTION meet()`)
		c := storetest.Capture("a", "Talks "+code)
		_, err := s.AddReport(t.Context(), c, storetest.Doc(c), "v1")
		if breaks == 0 {
			if err == nil || !strings.Contains(err.Error(), "met another") {
				t.Errorf("%s: %v", code, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", code, err)
		}
		doc, err := s.Known(t.Context(), storetest.Doc(c).Report.ID, "v1")
		if err != nil || doc == nil {
			t.Errorf("%s: %v, %v", code, doc, err)
		}
	}
}

// TestFailures demands that what the server refuses is said with what to do.
func TestFailures(t *testing.T) {
	address := pgtest.Database(t)
	s := open(t, address)
	readOnly := address + "&default_transaction_read_only=on"
	r, err := Open(t.Context(), readOnly, Options{})
	if err != nil {
		t.Fatal("a store that is up to date opens without a write:", err)
	}
	defer r.Close()
	c := storetest.Capture("a", "Talks")
	if _, err := r.AddReport(t.Context(), c, storetest.Doc(c), "v1"); err == nil || !strings.Contains(err.Error(), "may only be read") {
		t.Error(err)
	}
	if _, err := r.Record(t.Context()); err != nil {
		t.Error(err)
	}
	// A disk that is full, as the server says it.
	for _, stmt := range []string{
		`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$`,
		`CREATE TRIGGER full_disk BEFORE INSERT ON report_sentence FOR EACH ROW EXECUTE FUNCTION full_disk()`,
	} {
		if _, err := s.Writer().Exec(stmt); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.AddReport(t.Context(), c, storetest.Doc(c), "v1"); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Error(err)
	}
	for _, table := range []string{"capture", "arrival", "report", "report_candidate", "report_noise", "layers", "search_report", "report_fts"} {
		var n int
		if err := s.Reader().QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows left in %s: %v", n, table, err)
		}
	}
}

// TestRights opens a store as a user who may change rows and make no tables.
func TestRights(t *testing.T) {
	address := pgtest.Database(t)
	open(t, address)
	run(t, address, `DO $$ BEGIN CREATE ROLE readout_writer LOGIN; EXCEPTION WHEN duplicate_object THEN END $$`,
		`GRANT USAGE ON SCHEMA readout TO readout_writer`,
		`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA readout TO readout_writer`,
		`GRANT USAGE ON ALL SEQUENCES IN SCHEMA readout TO readout_writer`)
	s, err := Open(t.Context(), strings.Replace(address, "//readout@", "//readout_writer@", 1), Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := storetest.Capture("a", "Talks ended")
	doc := storetest.Doc(c)
	if err := s.Keep(t.Context(), c, doc, "v1"); err != nil {
		t.Fatal(err)
	}
	if err := s.ReplaceRecord(t.Context(), &readout.Record{Reports: []*readout.Report{doc.Report}}); err != nil {
		t.Fatal(err)
	}
	if h, err := s.Search(t.Context(), store.Query{Terms: []store.Term{{Text: "talks"}}}); err != nil || h.Groups[3].Count != 1 {
		t.Errorf("%+v, %v", h, err)
	}
}

// TestTooMany uses up the connections of a server.
func TestTooMany(t *testing.T) {
	server := pgtest.Start(t, "max_connections=6", "superuser_reserved_connections=0", "fsync=off")
	address := server.Database(t)
	open(t, address)
	db := sql.OpenDB(connectorOf(t, address))
	defer db.Close()
	for {
		if _, err := db.Conn(t.Context()); err != nil {
			break
		}
	}
	_, err := Open(t.Context(), address, Options{})
	if err == nil || !strings.Contains(err.Error(), "max_connections") {
		t.Error(err)
	}
}

func connectorOf(t *testing.T, address string) connector {
	t.Helper()
	cfg, _, _, err := parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return connector{stdlib.GetConnector(*cfg)}
}

// killed, in the environment, makes TestCrash the process that adds reports.
const killed = "READOUT_TEST_POSTGRES_ADD"

// TestCrash kills the server while a process adds reports: what was said to be
// stored is there, whole, and nothing is there twice. Then it kills the process.
func TestCrash(t *testing.T) {
	if address := os.Getenv(killed); address != "" {
		addForEver(t, address)
	}
	if testing.Short() {
		t.Skip("starts processes")
	}
	server := pgtest.Start(t, "fsync=on")
	address := server.Database(t)
	open(t, address)
	said := map[string]bool{}
	for round := range 4 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestCrash$")
		cmd.Env = append(os.Environ(), killed+"="+address, fmt.Sprint("READOUT_TEST_ROUND=", round))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			if strings.HasPrefix(lines.Text(), "r") {
				said[lines.Text()] = true
			}
			if n == 25 && round%2 == 0 {
				server.Crash(t)
			} else if n == 25 {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		cmd.Wait() // failed or killed
		if round%2 == 0 {
			server.Restart(t)
		}
	}
	s := open(t, address)
	n := 0
	for l, err := range s.Layers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.Capture(t.Context(), l.Doc.Report.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(storetest.Doc(c), l.Doc); diff != "" {
			t.Fatalf("half a report (-want +got)\n%s", diff)
		}
		delete(said, l.Doc.Report.ID)
		n++
	}
	if len(said) > 0 {
		t.Errorf("%d reports were said to be stored and are not there", len(said))
	}
	for _, table := range []string{"capture", "report", "report_fts", "search_report"} {
		var rows int
		if err := s.Reader().QueryRow("SELECT count(*) FROM " + table).Scan(&rows); err != nil || rows != n || n < 80 {
			t.Errorf("%d rows of %s for %d reports: %v", rows, table, n, err)
		}
	}
}

// addForEver adds reports until it or the server is killed, a line for each.
func addForEver(t *testing.T, address string) {
	s := open(t, address)
	for i := 0; ; i++ {
		c := storetest.Capture(fmt.Sprint(i), fmt.Sprintf("Talks %d in round %s", i, os.Getenv("READOUT_TEST_ROUND")))
		doc := storetest.Doc(c)
		if err := s.Keep(context.Background(), c, doc, "v1"); err != nil {
			fmt.Println("failed:", err)
			os.Exit(3)
		}
		fmt.Println(doc.Report.ID)
	}
}

// TestSchema checks that every column of text sorts by its bytes, and that what
// grows is in partitions that are vacuumed early.
func TestSchema(t *testing.T) {
	s := open(t, pgtest.Database(t))
	rows, err := s.Reader().Query(`SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND c.relname NOT LIKE 'goose%' AND c.relname NOT LIKE 'river%' AND a.attnum > 0
			AND a.atttypid = 'text'::regtype AND a.attcollation <> (SELECT oid FROM pg_collation WHERE collname = 'C')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var column string
		if err := rows.Scan(&column); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s has not the collation C", column)
	}
	var leaves, tuned int
	if err := s.Reader().QueryRow(`SELECT count(*), count(reloptions) FROM pg_class WHERE relispartition AND relkind = 'r' AND relnamespace = current_schema()::regnamespace`).Scan(&leaves, &tuned); err != nil || leaves < 80 || tuned != leaves {
		t.Errorf("%d partitions, %d with settings: %v", leaves, tuned, err)
	}
}

// TestCancelled gives up while the server waits for a lock.
func TestCancelled(t *testing.T) {
	s := open(t, pgtest.Database(t))
	tx, err := s.Writer().Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`LOCK TABLE report`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	c := storetest.Capture("a", "Talks")
	if _, err := s.AddReport(ctx, c, storetest.Doc(c), "v1"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
