package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/store/pgtest"
)

const sample = "../../examples/lake-ansa"

// export is the record of a store.
func exportOf(t *testing.T, db string) string {
	t.Helper()
	code, out, errs := runCommand(t, "export", "--db", db)
	if code != 0 || len(out) < 1000 {
		t.Fatalf("export: %d, %d bytes, %s", code, len(out), errs)
	}
	return out
}

// With no worker, ingest reads itself; the record is that of SQLite, and what is
// there is known.
func TestIngestShared(t *testing.T) {
	pg, lite := pgtest.Database(t), filepath.Join(t.TempDir(), "desk.db")
	odd := filepath.Join(t.TempDir(), "odd.bin")
	if err := os.WriteFile(odd, []byte("\x00\x01"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, want, _ := runCommand(t, "ingest", "--db", lite, sample, odd)
	if code != exitRefused {
		t.Fatal(code)
	}
	code, out, errs := runCommand(t, "ingest", "--db", pg, sample, odd)
	if code != exitRefused || strings.Count(errs, "refused") != 1 {
		t.Errorf("%d, %s", code, errs)
	}
	if out = strings.Replace(out, strings.Fields(out)[6], lite, 1); out != want {
		t.Errorf("%s\nwant\n%s", out, want)
	}
	if exportOf(t, pg) != exportOf(t, lite) {
		t.Error("the records differ")
	}
	code, out, _ = runCommand(t, "ingest", "--db", pg, "--json", sample)
	var sum queued
	if err := json.Unmarshal([]byte(out), &sum); err != nil || code != 0 || sum.New != 0 || sum.Known != 20 || sum.Queued != 0 || sum.Captures != 20 || sum.Reports != 20 {
		t.Errorf("%d, %v, %s", code, err, out)
	}
	if strings.Contains(sum.DB, "password") {
		t.Error(sum.DB)
	}
}

// What one program puts into the queue another reads, and status tells of both.
func TestWorker(t *testing.T) {
	pg := pgtest.Database(t)
	if code, out, errs := runCommand(t, "ingest", "--db", pg, "--wait=false", sample); code != 0 || !strings.HasPrefix(out, "20 reports taken in, 20 of them new to the queue, 0 refused.") {
		t.Fatalf("%d, %s%s", code, out, errs)
	}
	code, out, errs := runCommand(t, "work", "status", "--db", pg)
	for _, want := range []string{"read    20 waiting\n", "never linked; 0 reports", "No worker is running"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("%d, %s%s\nwant %q", code, out, errs, want)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	var log bytes.Buffer
	go func() {
		root := newRoot(Env{Stdout: &log, Stderr: &log})
		root.SetArgs([]string{"worker", "--db", pg})
		ended <- root.ExecuteContext(ctx)
	}()
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(200 * time.Millisecond) {
		code, out, errs = runCommand(t, "work", "status", "--db", pg, "--json")
		if code != 0 {
			t.Fatal(errs)
		}
		var st struct {
			Unlinked int
			Linked   *struct{ Reports int }
			Jobs     []struct {
				Kind, State string
				Jobs        int
			}
			Workers []struct{ Alive bool }
		}
		if err := json.Unmarshal([]byte(out), &st); err != nil {
			t.Fatal(err)
		}
		done := 0
		for _, j := range st.Jobs {
			if j.Kind == "read" && j.State == "done" {
				done = j.Jobs
			}
		}
		if done == 20 && st.Unlinked == 0 && st.Linked != nil && len(st.Workers) == 1 && st.Workers[0].Alive {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("it is not done: %s", out)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("the worker ended with %v\n%s", err, log.String())
	}
	if code, out, _ := runCommand(t, "work", "retry", "--db", pg); code != 0 || out != "0 inputs put back into the queue.\n" {
		t.Errorf("%d, %s", code, out)
	}
	lite := filepath.Join(t.TempDir(), "desk.db")
	if code, _, errs := runCommand(t, "ingest", "--db", lite, sample); code != 0 {
		t.Fatal(errs)
	}
	if exportOf(t, pg) != exportOf(t, lite) {
		t.Error("the records differ")
	}
}

func TestWorkUsage(t *testing.T) {
	for _, args := range [][]string{
		{"worker", "--db", "desk.db"},
		{"work", "status", "--db", "desk.db"},
		{"work", "retry", "--db", "desk.db"},
		{"worker", "--db", "postgres://nobody@127.0.0.1:1/none", "reports/"},
		{"work", "status", "now"},
		{"work", "nothing"},
	} {
		if code, out, errs := runCommand(t, args...); code != exitUsage || out != "" || errs == "" {
			t.Errorf("%v: %d, %s%s", args, code, out, errs)
		}
	}
	if code, _, errs := runCommand(t, "work", "status", "--db", "postgres://nobody:secret@127.0.0.1:1/none"); code != exitFailed || strings.Contains(errs, "secret") {
		t.Errorf("%d, %s", code, errs)
	}
}
