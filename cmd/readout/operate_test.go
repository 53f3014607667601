package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/store/pgtest"
)

// guide is the operators' guide; its blocks of a kind are run as they stand.
const guide = "../../docs/operate.md"

// TestOperateCommands runs the commands of docs/operate.md in their order, in one
// folder, with the program of this test: a step that fails is one that nobody
// can follow.
func TestOperateCommands(t *testing.T) {
	if n := follow(t, "console", nil); n < 15 {
		t.Errorf("%d commands, want those of the guide", n)
	}
}

// TestOperatePostgres runs its commands on PostgreSQL.
func TestOperatePostgres(t *testing.T) {
	need(t, "pg_dump", "pg_restore")
	from, to := pgtest.Database(t), pgtest.Database(t)
	if n := follow(t, "postgres", []string{"DB=" + from, "EMPTY=" + to}); n < 6 {
		t.Errorf("%d commands, want those of the guide", n)
	}
}

// need skips where a program of the guide is not installed; the CI has them.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is not installed; the guide needs it", p)
			}
			t.Skipf("%s is not installed", p)
		}
	}
}

// follow runs the commands in the guide's blocks of one kind and counts them.
func follow(t *testing.T, kind string, env []string) int {
	t.Helper()
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	if kind == "console" {
		need(t, "sh", "sqlite3", "zstd", "split", "cmp")
	}
	dir := t.TempDir()
	if err := os.Symlink(examples, filepath.Join(dir, "examples")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	n := 0
	for _, m := range regexp.MustCompile("(?ms)^```"+kind+"\n(.*?)^```$").FindAllStringSubmatch(string(b), -1) {
		for line := range strings.Lines(m[1]) {
			command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ ")
			if !ok {
				t.Errorf("%q is no command", line)
				continue
			}
			n++
			cmd := exec.CommandContext(t.Context(), "sh", "-ec", command)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), env...)
			cmd.WaitDelay = time.Second
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("$ %s\n%s%v", command, out, err)
			}
		}
	}
	return n
}
