package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/store/pgtest"
)

// A store on PostgreSQL is a store: the same commands give the same bytes, and
// what they say has no password in it.
func TestStoreOnPostgreSQL(t *testing.T) {
	const sample = "../../examples/lake-ansa"
	file, address := filepath.Join(t.TempDir(), "desk.db"), pgtest.Database(t)
	secret := strings.Replace(address, "readout@", "readout:pa55word@", 1)
	code, _, errs := runCommand(t, "search", "--db", secret, "talks")
	if code != 1 || !strings.Contains(errs, "there is no store") || strings.Contains(errs, "pa55word") {
		t.Fatalf("%d: %s", code, errs)
	}
	for _, db := range []string{file, secret} {
		code, out, errs := runCommand(t, "ingest", "--db", db, sample)
		if code != 0 || !strings.Contains(out, "20 new") || strings.Contains(out+errs, "pa55word") {
			t.Fatalf("%d: %s%s", code, out, errs)
		}
	}
	for _, args := range [][]string{
		{"timeline"},
		{"timeline", "--json"},
		{"quotes"},
		{"search", "lake", "talks"},
		{"quotes", "--json"},
		{"disagreements"},
		{"timeline", "--as-of", "2031-03-20", "--quiet"},
		{"reports", "--json"},
	} {
		var answers []string
		for _, db := range []string{file, secret} {
			code, out, errs := runCommand(t, append(args, "--db", db)...)
			if code != 0 || strings.Contains(out+errs, "pa55word") {
				t.Errorf("%v: %d: %s%s", args, code, out, errs)
			}
			answers = append(answers, out)
		}
		if answers[0] == "" || answers[0] != answers[1] {
			t.Errorf("%v: another answer than on SQLite:\n%s\n%s", args, answers[0], answers[1])
		}
	}
}
