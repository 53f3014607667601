package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "report.txt", Err: syscall.ENOSPC}
}

// No command ends well where its output was lost, nor only with what was refused.
func TestLostOutput(t *testing.T) {
	dir := t.TempDir()
	db, report, odd := filepath.Join(dir, "desk.db"), filepath.Join(dir, "a.txt"), filepath.Join(dir, "b.bin")
	for path, text := range map[string]string{report: "Ilse Maren met Tomas Ered on Friday.\n", odd: "\x00\x01"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"help"},
		{"work"},
		{"version"},
		{"ingest", report, odd},
		{"ingest", "--each", report},
		{"export", report, odd},
		{"verify"},
		{"verify", "--deep"},
		{"doctor"},
		{"status"},
		{"account", "list"},
		{"feeds", "list"},
		{"rebuild"},
		{"reread"},
		{"backup", db + ".copy"},
		{"restore", "--check", db + ".copy"},
	} {
		var errs bytes.Buffer
		code := Main(args, Env{Stdin: strings.NewReader(""), Stdout: full{}, Stderr: &errs, Environ: []string{"READOUT_DB=" + db}})
		if code != exitFailed || strings.Count(errs.String(), "no space left on device") != 1 {
			t.Errorf("%v: %d, %s", args, code, errs.String())
		}
	}
}
