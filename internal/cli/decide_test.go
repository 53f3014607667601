package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// onDB runs a command on a store, which is to end with that exit code, and returns
// what it printed.
func onDB(t *testing.T, db string, code int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if got := Main(args, Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Environ: []string{"READOUT_DB=" + db}}); got != code {
		t.Fatalf("readout %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, code, out.String(), errs.String())
	}
	return out.String() + errs.String()
}

// TestDecide merges, corrects, withdraws and undoes on the command line: each
// shows in the record, and the record is what it was when all is undone.
func TestDecide(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "desk.db")
	run := func(want int, args ...string) string { t.Helper(); return onDB(t, db, want, args...) }
	run(0, "ingest", "--quiet", "../../examples/lake-ansa")
	before, bare := run(0, "timeline", "--json"), run(0, "export", "--format", "json")
	var rec struct {
		Events []struct{ ID, Title string }
		Claims []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(before), &rec); err != nil || len(rec.Events) < 3 || strings.Contains(before, `"decided"`) {
		t.Fatalf("%v: %d events", err, len(rec.Events))
	}
	if s := run(0, "decisions"); !strings.Contains(s, "Nobody has decided") {
		t.Error(s)
	}
	a, b := rec.Events[0].ID, rec.Events[1].ID
	if s := run(0, "decide", "same", "--dry-run", a, b); !strings.Contains(s, "− "+a) || !strings.Contains(s, "+ v") {
		t.Errorf("preview: %s", s)
	}
	if s := run(0, "timeline", "--json"); s != before {
		t.Error("a preview changed the record")
	}
	if s := run(0, "decide", "same", a[:9], b[:9], "--by", "ana", "--why", "told twice"); !strings.Contains(s, "in force") {
		t.Error(s)
	}
	after := run(0, "timeline", "--json")
	if strings.Contains(after, `"id": "`+a+`"`) && strings.Contains(after, `"id": "`+b+`"`) || !strings.Contains(after, `"decided"`) || !strings.Contains(after, "told twice") {
		t.Error("the record does not heed the merge, or does not say who decided")
	}
	for _, form := range []string{"json", "jsonl"} {
		if s := run(0, "export", "--format", form); !strings.Contains(s, "told twice") {
			t.Errorf("as %s it does not say who decided", form)
		}
	}
	if s := run(0, "decide", "correct", rec.Events[2].ID, "date", "2031-03-30", "--by", "ben"); !strings.Contains(s, "→ 2031-03-30") {
		t.Error(s)
	}
	for _, bad := range [][]string{
		{"decide", "correct", rec.Events[2].ID, "date", "yesterday"},
		{"decide", "correct", rec.Events[2].ID, "colour", "red"},
		{"decide", "withdraw", "r"},
		{"decide", "same", a},
		{"decide", "undo", "x"},
		{"decide", "undo", "99"},
		{"decide", "different", b},
		{"eval"},
	} {
		var out, errs bytes.Buffer
		if code := Main(bad, Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Environ: []string{"READOUT_DB=" + db}}); code == 0 || errs.Len() == 0 {
			t.Errorf("%v: exit code %d, %s", bad, code, errs.String())
		}
	}
	head := strings.TrimSpace(run(0, "decisions", "--verify"))
	if !strings.HasPrefix(head, "2 decisions") {
		t.Error(head)
	}
	run(0, "decisions", "--verify", "--head", head[strings.LastIndex(head, " ")+1:])
	run(5, "decisions", "--head", "1:"+strings.Repeat("0", 64))
	if s := run(0, "eval", "--mine"); !strings.Contains(s, "same event") || !strings.Contains(s, "date of event") {
		t.Error(s)
	}
	log := filepath.Join(dir, "log.jsonl")
	if err := os.WriteFile(log, []byte(run(0, "decisions", "--export")), 0o600); err != nil {
		t.Fatal(err)
	}
	decided := run(0, "timeline", "--json")
	run(0, "decide", "undo", "2", "--by", "ana")
	run(0, "decide", "undo", "1", "--by", "ana")
	if s := run(0, "timeline", "--json"); s != before {
		t.Error("undone, the record is not what it was")
	}
	if s := run(0, "export", "--format", "json"); s != bare {
		t.Error("undone, its export is not what it was")
	}
	// The log in another store of the same reports makes the same record.
	db = filepath.Join(dir, "other.db")
	run(0, "ingest", "--quiet", "../../examples/lake-ansa")
	if s := run(0, "decisions", "--import", log); !strings.Contains(s, "2 new") {
		t.Error(s)
	}
	if s := run(0, "decisions", "--import", log); !strings.Contains(s, "0 new") {
		t.Error(s)
	}
	if s := run(0, "timeline", "--json"); s != decided {
		t.Error("the log in another store makes another record")
	}
}
