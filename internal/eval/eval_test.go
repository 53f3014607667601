package eval

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const baseline = "testdata/baseline"

// Every scorer has a golden score file, and no file is left of a scorer that
// is gone.
func TestGoldens(t *testing.T) {
	files, err := filepath.Glob(baseline + "/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, f := range files {
		have[strings.TrimSuffix(filepath.Base(f), ".txt")] = true
	}
	seen := map[string]bool{}
	for _, s := range Scorers {
		if s.Name == "" || s.Doc == "" || s.Run == nil || seen[s.Name] {
			t.Errorf("scorer %q: a name of its own, a doc and a run are required", s.Name)
		}
		seen[s.Name] = true
		if !have[s.Name] {
			t.Errorf("scorer %s has no golden: run “go run ./cmd/evaluate --write internal/eval/%s %s”", s.Name, baseline, s.Name)
		}
	}
	for name := range have {
		if !seen[name] {
			t.Errorf("%s/%s.txt belongs to no scorer", baseline, name)
		}
	}
}

// A golden is a table: text lines without trailing blanks and with a final
// newline, so that a change of quality is the only thing a diff shows.
func TestGoldensAreTables(t *testing.T) {
	for _, s := range Scorers {
		b, err := os.ReadFile(filepath.Join(baseline, s.Name+".txt"))
		if err != nil {
			continue // TestGoldens says so
		}
		if len(b) == 0 || b[len(b)-1] != '\n' || strings.ContainsAny(string(b), "\t\r") {
			t.Errorf("%s: want lines without tabs that end in a newline", s.Name)
		}
	}
}
