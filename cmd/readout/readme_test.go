package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/cli"
)

// The README shows how the first command's answer begins; UPDATE_SCRIPTS=1
// rewrites it.
func TestReadmeShowsRealOutput(t *testing.T) {
	const (
		file  = "../../README.md"
		begin = "<!-- the beginning of what the first command prints -->\n```\n"
		end   = "```\n"
		lines = 60
	)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(b), begin)
	shown, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no block after %q", file, begin)
	}
	var out, errs bytes.Buffer
	code := cli.Main([]string{"read", "../../examples/lake-ansa"}, cli.Env{Stdout: &out, Stderr: &errs, Environ: []string{"COLUMNS=96"}})
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	all := strings.SplitAfter(out.String(), "\n")
	want := strings.Join(all[:min(lines, len(all))], "")
	if shown == want {
		return
	}
	if os.Getenv("UPDATE_SCRIPTS") == "" {
		t.Fatalf("README.md does not show what the command prints; run UPDATE_SCRIPTS=1 go test ./cmd/readout\n%s", want)
	}
	if err := os.WriteFile(file, []byte(head+begin+want+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}
