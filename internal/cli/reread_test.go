package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/reading"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/store/pgtest"
	"github.com/readout-news/readout/wire"
)

// run is the command line with what it printed.
func runCommand(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Main(args, Env{Stdout: &stdout, Stderr: &stderr})
	return code, stdout.String(), stderr.String()
}

// The command says what waits, does as much as it is told and leaves nothing to
// do at the end.
func TestReread(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		db := filepath.Join(t.TempDir(), "desk.db")
		testReread(t, db)
		if code, _, errs := runCommand(t, "reread", "--db", db+".none"); code != exitFailed || !strings.Contains(errs, "there is no store") {
			t.Errorf("%d: %s", code, errs)
		}
	})
	t.Run("postgres", func(t *testing.T) { testReread(t, pgtest.Database(t)) })
}

func testReread(t *testing.T, db string) {
	if code, _, errs := runCommand(t, "ingest", "--db", db, "../../examples/lake-ansa"); code != 0 {
		t.Fatal(errs)
	}
	if code, out, _ := runCommand(t, "reread", "--db", db, "--dry-run"); code != 0 || !strings.HasPrefix(out, "All 20 reports of ") {
		t.Errorf("%d: %s", code, out)
	}
	s, err := open.Store(t.Context(), db, open.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for l, err := range s.Layers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n > 12 {
			break
		}
		c, err := s.Capture(t.Context(), l.Doc.Report.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		// Seven by an earlier event annotator, five by a program long ago.
		was := strings.Replace(l.Version, " event/", " event/0.", 1)
		if n > 7 {
			was = "tokenize/0"
		}
		if err := s.Keep(t.Context(), c, l.Doc, was); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := runCommand(t, "status", "--db", db); code != 0 || !strings.Contains(out, "12 reports by other annotators: readout reread") {
		t.Errorf("status: %d: %s", code, out)
	}
	code, out, _ := runCommand(t, "reread", "--db", db, "--dry-run")
	for _, want := range []string{"12 of 20 reports in ", "  5 by tokenize/0; everything runs again\n", "; run again: event, position, response\n"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("%d: no %q in\n%s", code, want, out)
		}
	}
	if code, out, _ := runCommand(t, "reread", "--db", db, "--budget", "4", "--no-link"); code != 0 || !strings.HasPrefix(out, "4 reports read again in ") || !strings.Contains(out, "; 8 wait") {
		t.Errorf("%d: %s", code, out)
	}
	code, out, _ = runCommand(t, "reread", "--db", db, "--budget", "10m", "--json")
	var got rereadResult
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 || got.Reread != 8 || got.Left != 0 || !got.Linked || got.Reports != 20 {
		t.Errorf("%d, %v: %s", code, err, out)
	}
	if code, out, _ := runCommand(t, "reread", "--db", db); code != 0 || !strings.HasPrefix(out, "All 20 reports of ") {
		t.Errorf("%d: %s", code, out)
	}
	code, out, _ = runCommand(t, "status", "--db", db, "--json")
	var running struct {
		Schema string
		wire.Running
	}
	if err := json.Unmarshal([]byte(out), &running); err != nil || code != 0 || running.Schema != wire.RunningSchema || running.Store.Reports != 20 || *running.Store.Rereads != 0 || running.Store.Unlinked != 0 || len(running.Absent) == 0 {
		t.Errorf("status: %d, %v: %s", code, err, out)
	}
	for _, args := range [][]string{{"--budget", "soon"}, {"--budget", "-5"}, {"a.txt"}} {
		if code, _, _ := runCommand(t, append([]string{"reread", "--db", db}, args...)...); code != exitUsage {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
}

// Lines that other annotators have read are read again, and the command says so.
func TestIngestOfOtherLayers(t *testing.T) {
	dir := t.TempDir()
	var captures, lines, stderr bytes.Buffer
	if code := Main([]string{"extract", "--captures", "../../examples/lake-ansa/01-harbour-wire-first-call.txt", "../../examples/lake-ansa/reports.jsonl"}, Env{Stdout: &captures, Stderr: &stderr}); code != 0 {
		t.Fatal(stderr.String())
	}
	if code := Main([]string{"extract", "--jsonl"}, Env{Stdin: &captures, Stdout: &lines, Stderr: &stderr}); code != 0 {
		t.Fatal(stderr.String())
	}
	all := lines.String()
	want := ""
	for name, other := range map[string]string{
		"ours":    all,
		"version": strings.Replace(all, " event/", " event/0.", 1),
		"text":    strings.Replace(all, `"text":"`, `"text":"x`, 1),
		"spans":   strings.Replace(all, `"span":[0,`, `"span":[-1,`, 1),
	} {
		if other == all && name != "ours" {
			t.Fatalf("%s: nothing was changed", name)
		}
		db := filepath.Join(dir, name+".db")
		var out, errs bytes.Buffer
		if code := Main([]string{"ingest", "--db", db, "--layers", "-"}, Env{Stdin: strings.NewReader(other), Stdout: &out, Stderr: &errs}); code != 0 || !strings.HasPrefix(out.String(), "18 new") {
			t.Fatalf("%s: %d: %s%s", name, code, out.String(), errs.String())
		}
		if said := strings.Contains(errs.String(), "read again: 1 report whose"); said != (name != "ours") {
			t.Errorf("%s: %q", name, errs.String())
		}
		_, rec, _ := runCommand(t, "export", "--db", db)
		if want == "" {
			want = rec
		}
		if rec != want || rec == "" {
			t.Errorf("%s: another record", name)
		}
	}
}

// Rows that nobody asks for, since the store has their reports, do not pile up.
func TestRowsDoNotPileUp(t *testing.T) {
	x := &readings{rows: map[string]*reading.Row{}}
	for i := range 1000 {
		c := readout.Capture{Path: fmt.Sprintf("%d.txt", i), MediaType: "text/plain", Body: fmt.Appendf(nil, "Maren spoke %d times.", i)}
		sum := sha256.Sum256(c.Body)
		c.SHA256 = hex.EncodeToString(sum[:])
		line, err := reading.Of(i, &c, &nlp.Doc{Report: &readout.Report{ID: extract.ReportID(&c), SHA256: c.SHA256, Text: string(c.Body)}}, "a/1").Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.line(line, "in:1"); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(x.rows); n > max(maxRows, 8*runtime.GOMAXPROCS(0)) || n < maxRows {
		t.Errorf("%d rows wait", n)
	}
}
