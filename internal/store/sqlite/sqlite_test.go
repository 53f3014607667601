package sqlite

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/store/storetest"
)

var update = flag.Bool("update", false, "rewrite schema.sql")

func open(t testing.TB, path string) *sqlstore.Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{Create: true})
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

// TestSchema keeps schema.sql the sum of the migrations; go test -update
// rewrites it.
func TestSchema(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "readout.db"))
	got := "-- The tables of a store, as the migrations leave them. Written by go test -run TestSchema ./internal/store/sqlite -update.\n"
	rows, err := s.Reader().Query(`SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'goose_%' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_fts_%' ORDER BY tbl_name, type DESC, name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var stmt string
		if err := rows.Scan(&stmt); err != nil {
			t.Fatal(err)
		}
		got += "\n" + stmt + ";\n"
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.sql", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("schema.sql is stale; run go test -run TestSchema ./internal/store/sqlite -update (-file +migrations)\n%s", diff)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name, data string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	foreign := filepath.Join(dir, "foreign.db")
	db, err := sql.Open("sqlite", dsn(foreign, ""))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`CREATE TABLE bookmarks (url TEXT)`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	newer := filepath.Join(dir, "newer.db")
	s := open(t, newer)
	if _, err := s.Writer().Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path string
		create     bool
		want       error
		says       string
	}{
		{"missing", filepath.Join(dir, "none.db"), false, fs.ErrNotExist, "none.db"},
		{"missing folder", filepath.Join(dir, "none", "x.db"), true, fs.ErrNotExist, "make the folder"},
		{"folder", dir, true, readout.ErrNotStore, "name the file"},
		{"text", write("notes.txt", "Talks ended in Orrin, said Ilse Maren."), true, readout.ErrNotStore, "name another file"},
		{"short", write("short.db", "x"), true, readout.ErrNotStore, "name another file"},
		{"empty", write("empty.db", ""), false, readout.ErrNotStore, "name another file"},
		{"header only", write("header.db", header+"\x00junk"), true, readout.ErrNotStore, ""},
		{"other program's", foreign, true, readout.ErrNotStore, "another program"},
		{"newer", newer, true, readout.ErrNewerStore, "later Readout"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Open(t.Context(), c.path, Options{Create: c.create})
			if err == nil {
				s.Close()
			}
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.path) {
				t.Errorf("got %v, want %v that says %q and names the file", err, c.want, c.says)
			}
		})
	}
	if b, err := os.ReadFile(filepath.Join(dir, "notes.txt")); err != nil || !strings.HasPrefix(string(b), "Talks") {
		t.Errorf("the refused file was touched: %q %v", b, err)
	}
	// What an interrupted first run leaves is taken up again.
	open(t, write("void.db", ""))
	open(t, filepath.Join(dir, "odd name?#%20é.db"))
	if _, err := os.Stat(filepath.Join(dir, "odd name?#%20é.db")); err != nil {
		t.Error(err)
	}
}

func TestOpenAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "readout.db")
	c := storetest.Capture("a", "Talks ended")
	doc := storetest.Doc(c)
	first, err := Open(t.Context(), path, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Keep(t.Context(), c, doc, "v1"); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(path + "-*"); err != nil || len(left) > 0 {
		t.Errorf("files left behind: %v %v", left, err)
	}
	second, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	got, err := second.Known(t.Context(), doc.Report.ID, "v1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(doc, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestOpenVersion1 opens a store of the first tables: what it holds stays, and
// it takes the record in depth.
func TestOpenVersion1(t *testing.T) {
	s := open(t, earlier(t, 1, "testdata/version1.sql"))
	rec, err := s.Record(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.Reports) != 1 || len(rec.Events) != 1 || len(rec.Statements) != 1 || rec.Statements[0].Text != "The talks are over," {
		t.Fatalf("the record is not what version 1 kept: %+v", rec)
	}
	// It is found by its words, which version 1 did not index.
	found, err := s.Search(t.Context(), store.Query{Terms: []store.Term{{Text: "talks"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range found.Groups {
		if want := map[store.Kind]int{store.KindReport: 1, store.KindStatement: 1}[g.Kind]; g.Count != want {
			t.Errorf("%d hits of kind %s, want %d", g.Count, g.Kind, want)
		}
	}
	// What it holds is the first revision, and putting it again makes no other.
	if r, err := s.Revision(t.Context()); err != nil || r.N != 1 || r.Reports != 1 || r.Pipeline == "" || !r.At.IsZero() {
		t.Errorf("revision %+v, %v", r, err)
	}
	if err := s.ReplaceRecord(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Revision(t.Context()); err != nil || r.N != 1 {
		t.Errorf("revision %+v of the same content, %v", r, err)
	}
	if ids, err := s.ReportsAt(t.Context(), 1); err != nil || len(ids) != 1 || ids[0] != rec.Reports[0].ID {
		t.Errorf("reports %v, %v", ids, err)
	}
	if spans, err := s.Sentences(t.Context(), rec.Reports[0].ID); err != nil || spans != nil {
		t.Errorf("sentences %v, %v; the layers cannot be read", spans, err)
	}
	// The digests of version 1 still hold: the report need not be added again.
	rec.Positions = []*readout.Position{{ID: "p1", Party: rec.Entities[0].ID}}
	if err := s.ReplaceRecord(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	again, err := s.Record(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rec, again); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if in, err := s.ReadIn(t.Context()); err != nil || len(in) != 0 {
		t.Errorf("read in %v, %v; version 1 did not note it", in, err)
	}
	// The layers have another layout by now: the report comes back without.
	for l, err := range s.Layers(t.Context()) {
		if err != nil || l.Version != "" || l.Doc.Report.Title != "Talks over" {
			t.Errorf("version %q, report %+v: %v", l.Version, l.Doc.Report, err)
		}
	}
}

// TestSentencesOfLayers asks for sentences that the store kept only in layers,
// as before it had a table of them.
func TestSentencesOfLayers(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "readout.db"))
	c := storetest.Capture("a", "Talks ended in Orrin")
	doc := storetest.Doc(c)
	if err := s.Keep(t.Context(), c, doc, "v1"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Writer().Exec(`DELETE FROM report_sentence`); err != nil {
		t.Fatal(err)
	}
	got, err := s.Sentences(t.Context(), doc.Report.ID)
	if diff := cmp.Diff([]readout.Span{doc.Sentences[0].Span}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}

// TestIndexAgain opens stores whose index another version made, or left half
// done.
func TestIndexAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "readout.db")
	s := open(t, path)
	var rec readout.Record
	for i := range 150 {
		c := storetest.Capture(fmt.Sprint(i), fmt.Sprintf("Talks number%d", i))
		doc := storetest.Doc(c)
		if err := s.Keep(t.Context(), c, doc, "v1"); err != nil {
			t.Fatal(err)
		}
		rec.Reports = append(rec.Reports, doc.Report)
		rec.Statements = append(rec.Statements, &readout.Statement{ID: fmt.Sprint("s", i), Report: doc.Report.ID, Content: []readout.Span{{Start: 0, End: 5}}})
	}
	if err := s.ReplaceRecord(t.Context(), &rec); err != nil {
		t.Fatal(err)
	}
	for _, damage := range [][]string{
		{`UPDATE search_state SET version = 'old'`},
		{`DELETE FROM search_state`},
		{
			`DELETE FROM search_state`, `DELETE FROM report_fts WHERE rowid > 20`, `DELETE FROM search_report WHERE n > 20`,
			`INSERT INTO statement_fts (statement_fts) VALUES ('delete-all')`, `DELETE FROM search_row`,
		},
	} {
		for _, stmt := range damage {
			if _, err := s.Writer().Exec(stmt); err != nil {
				t.Fatal(err)
			}
		}
		again := open(t, path)
		h, err := again.Search(t.Context(), store.Query{Terms: []store.Term{{Text: "talks"}}, In: []store.Kind{store.KindReport, store.KindStatement}})
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range h.Groups {
			if g.Count != 150 {
				t.Errorf("%v: %d hits of kind %s, want 150", damage, g.Count, g.Kind)
			}
		}
	}
}

// TestRollback breaks off a transaction at its last statement.
func TestRollback(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "readout.db"))
	if _, err := s.Writer().Exec(`CREATE TRIGGER broken BEFORE INSERT ON layers BEGIN SELECT raise(ABORT, 'broken off'); END`); err != nil {
		t.Fatal(err)
	}
	c := storetest.Capture("a", "Talks ended")
	if _, err := s.AddReport(t.Context(), c, storetest.Doc(c), "v1"); err == nil || !strings.Contains(err.Error(), "broken off") {
		t.Fatalf("got %v", err)
	}
	for _, table := range []string{"capture", "arrival", "report", "report_candidate", "report_noise", "layers", "search_report", "report_sentence"} {
		var n int
		if err := s.Reader().QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n != 0 {
			t.Errorf("%d rows left in %s", n, table)
		}
	}
}

// killed, in the environment, makes TestKilled the process that is killed.
const killed = "READOUT_TEST_STORE_TO_KILL"

// TestKilled kills a process in the midst of adding reports, several times,
// and demands that every report in the store is whole.
func TestKilled(t *testing.T) {
	if path := os.Getenv(killed); path != "" {
		addForEver(t, path)
	}
	if testing.Short() {
		t.Skip("starts processes")
	}
	path := filepath.Join(t.TempDir(), "readout.db")
	for round := range 3 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), killed+"="+path, fmt.Sprint("READOUT_TEST_ROUND=", round))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; n < 20 && lines.Scan(); n++ {
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait() // says that it was killed
	}
	s := open(t, path)
	var check string
	if err := s.Reader().QueryRow(`PRAGMA integrity_check`).Scan(&check); err != nil || check != "ok" {
		t.Fatalf("integrity: %s %v", check, err)
	}
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
		n++
	}
	var captures int
	if err := s.Reader().QueryRow(`SELECT count(*) FROM capture`).Scan(&captures); err != nil || captures != n || n < 20 {
		t.Errorf("%d captures for %d reports: %v", captures, n, err)
	}
}

// addForEver adds reports until it is killed, a line for each.
func addForEver(t *testing.T, path string) {
	s := open(t, path)
	for i := 0; ; i++ {
		c := storetest.Capture(fmt.Sprint(i), fmt.Sprintf("Talks %d in round %s", i, os.Getenv("READOUT_TEST_ROUND")))
		if err := s.Keep(context.Background(), c, storetest.Doc(c), "v1"); err != nil {
			t.Fatal(err)
		}
		fmt.Println(i)
	}
}

// TestTwoProcesses writes through two handles on one file at once.
func TestTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "readout.db")
	stores := []*sqlstore.Store{open(t, path), open(t, path)}
	done := make(chan error)
	for k, s := range stores {
		go func() {
			for i := range 30 {
				c := storetest.Capture("x", fmt.Sprintf("Talks %d of %d", i, k))
				if err := s.Keep(t.Context(), c, storetest.Doc(c), "v1"); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range stores {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	var n int
	if err := stores[0].Reader().QueryRow(`SELECT count(*) FROM report`).Scan(&n); err != nil || n != 60 {
		t.Errorf("%d reports, want 60: %v", n, err)
	}
}

// Who looks at a file changes neither it nor its write-ahead log, whichever program
// was killed and left that.
func TestLookChangesNothing(t *testing.T) {
	name := filepath.Join(t.TempDir(), "desk.db")
	s, err := Open(t.Context(), name, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.AddRefusals(t.Context(), readout.Refusal{Path: "a.txt", Reason: "no text"}); err != nil {
		t.Fatal(err)
	}
	whole := map[string][]byte{}
	for _, more := range []string{"", "-wal"} {
		if whole[more], err = os.ReadFile(name + more); err != nil {
			t.Fatal(err)
		}
	}
	kept := filepath.Join(t.TempDir(), "kept.db")
	if _, err := s.Writer().ExecContext(t.Context(), `VACUUM INTO $1`, kept); err != nil {
		t.Fatal(err)
	}
	copied, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	for what, files := range map[string]map[string][]byte{
		"with a log":             whole,
		"a copy, which has none": {"": copied},
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "desk.db")
			for more, b := range files {
				if err := os.WriteFile(path+more, b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			d, err := OpenDamaged(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			if v, err := d.Verify(t.Context(), true, nil); err != nil || !v.Whole() {
				t.Errorf("found %+v, %v", v, err)
			}
			if refused, err := d.Refusals(t.Context()); err != nil || len(refused) != 1 {
				t.Errorf("refused: %v, %v", refused, err)
			}
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			for _, more := range []string{"", "-wal"} {
				if after, err := os.ReadFile(path + more); !bytes.Equal(after, files[more]) || files[more] != nil && err != nil {
					t.Errorf("desk.db%s changed: %d bytes of %d, %v", more, len(after), len(files[more]), err)
				}
			}
		})
	}
}
