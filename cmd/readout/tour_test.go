package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/cli"
)

// block is a fenced block of docs/tour.md that opens with a command; "| head
// -N" behind it keeps the first N lines of what it prints.
var (
	block = regexp.MustCompile("(?m)^```\n\\$ readout (.*)\n((?s:.*?))^```\n")
	head  = regexp.MustCompile(`^(.*?)\s*\| head -(\d+)$`)
	quote = regexp.MustCompile(`"[^"]*"|\S+`)
)

// TestTour runs the commands of docs/tour.md in their order and compares what
// they print; UPDATE_SCRIPTS=1 rewrites the page.
func TestTour(t *testing.T) {
	page, err := filepath.Abs("../../docs/tour.md")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.Symlink(examples, "examples"); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	n := 0
	got := block.ReplaceAllStringFunc(string(b), func(s string) string {
		n++
		line := block.FindStringSubmatch(s)[1]
		return fmt.Sprintf("```\n$ readout %s\n%s```\n", line, tourOutput(t, line))
	})
	if n < 15 {
		t.Errorf("%d commands in docs/tour.md, want those of ten questions", n)
	}
	if strings.Count(string(b), "\n$ readout ") != n {
		t.Errorf("%d commands in docs/tour.md stand in no block of their own", strings.Count(string(b), "\n$ readout ")-n)
	}
	if got == string(b) {
		return
	}
	if os.Getenv("UPDATE_SCRIPTS") == "" {
		t.Fatalf("docs/tour.md does not show what its commands print; run UPDATE_SCRIPTS=1 go test ./cmd/readout -run Tour")
	}
	if err := os.WriteFile(page, []byte(got), 0o644); err != nil {
		t.Fatal(err)
	}
}

// readIn is when the tour's reports are read, a day after the last came out.
func readIn() time.Time { return time.Date(2031, 3, 26, 8, 0, 0, 0, time.UTC) }

// tourOutput runs one command line and returns its standard output.
func tourOutput(t *testing.T, line string) string {
	t.Helper()
	lines := 0
	if m := head.FindStringSubmatch(line); m != nil {
		line = m[1]
		n, err := strconv.Atoi(m[2])
		if err != nil {
			t.Fatal(err)
		}
		lines = n
	}
	args := quote.FindAllString(line, -1)
	for i, a := range args {
		args[i] = strings.Trim(a, `"`)
	}
	var out, errs bytes.Buffer
	if code := cli.Main(args, cli.Env{Stdout: &out, Stderr: &errs, Environ: []string{"COLUMNS=96"}, Now: readIn}); code != 0 {
		t.Fatalf("readout %s: exit code %d: %s", line, code, errs.String())
	}
	all := strings.SplitAfter(errs.String()+out.String(), "\n")
	if lines > 0 && lines < len(all) {
		all = append(all[:lines], "…\n")
	}
	return strings.Join(all, "")
}
