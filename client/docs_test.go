package client_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

const howto = "../docs/api.md"

// TestDocs runs the commands of docs/api.md against a server of their own, in
// order and in one shell session, and compares what they print; … stands for
// anything.
func TestDocs(t *testing.T) {
	for _, need := range []string{"curl", "bash", "sed", "grep"} {
		if _, err := exec.LookPath(need); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is not installed, and the commands of %s must run", need, howto)
			}
			t.Skipf("%s is not installed: the commands of %s were not run", need, howto)
		}
	}
	doc, err := os.ReadFile(howto)
	if err != nil {
		t.Fatal(err)
	}
	base, err := start() // the commands send reports: other tests do not see them
	if err != nil {
		t.Fatal(err)
	}
	type step struct{ command, want string }
	var steps []step
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllSubmatch(doc, -1) {
		for line := range strings.Lines(string(block[1])) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				steps = append(steps, step{command: strings.TrimSpace(command)})
				continue
			}
			if len(steps) == 0 {
				t.Fatalf("%q stands before the first command", line)
			}
			steps[len(steps)-1].want += line
		}
	}
	if len(steps) < 10 {
		t.Fatalf("only %d commands were found in %s", len(steps), howto)
	}
	const mark = "=== end of step ===\n"
	var script strings.Builder
	for _, s := range steps {
		fmt.Fprintf(&script, "%s\nprintf '\\n%s'\n", strings.ReplaceAll(s.command, "http://127.0.0.1:8460", base), strings.TrimSuffix(mark, "\n")+`\n`)
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-s")
	cmd.Stdin = strings.NewReader(script.String())
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, errs.String())
	}
	got := strings.Split(string(out), mark)
	if len(got) != len(steps)+1 || errs.Len() > 0 {
		t.Fatalf("%d commands, %d answers; %s", len(steps), len(got)-1, errs.String())
	}
	for i, s := range steps {
		if !fits(s.want, got[i]) {
			t.Errorf("$ %s\ngot:  %.1500s\nwant: %s", s.command, strings.TrimSpace(got[i]), s.want)
		}
	}
}

// fits reports whether got is what a document shows, where … stands for
// anything. Space at the ends and carriage returns do not matter.
func fits(want, got string) bool {
	got = strings.ReplaceAll(strings.TrimSpace(got), "\r", "")
	var parts []string
	for _, p := range strings.Split(strings.TrimSpace(want), "…") {
		parts = append(parts, regexp.QuoteMeta(p))
	}
	ok, err := regexp.MatchString(`\A`+strings.Join(parts, `(?s:.*?)`)+`\z`, got)
	return err == nil && ok
}

func TestFits(t *testing.T) {
	for _, c := range []struct {
		want, got string
		ok        bool
	}{
		{"a…c", "abbc\n", true}, {"a…c", "abbd", false}, {"…", "anything\nat all", true}, {"a.c", "abc", false}, {"20", "200", false}, {"a…", "a", true},
	} {
		if fits(c.want, c.got) != c.ok {
			t.Errorf("fits(%q, %q) is not %v", c.want, c.got, c.ok)
		}
	}
}

// TestDocsShowTheExample holds the Go code of docs/api.md to the example that
// runs. UPDATE_DOCS=1 copies it anew.
func TestDocsShowTheExample(t *testing.T) {
	doc, err := os.ReadFile(howto)
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)(<!-- example: (\\w+) -->\n```go\n)(.*?)(```)")
	m := block.FindSubmatch(doc)
	if m == nil {
		t.Fatalf("%s shows no example", howto)
	}
	fn := regexp.MustCompile(`(?ms)^func ExampleClient_` + string(m[2]) + `\(\) \{\n(.*?)\n\t// Output:`).FindSubmatch(src)
	if fn == nil {
		t.Fatalf("there is no example of Client.%s", m[2])
	}
	var want strings.Builder
	for line := range strings.Lines(string(fn[1]) + "\n") {
		want.WriteString(strings.TrimPrefix(line, "\t"))
	}
	code := strings.ReplaceAll(want.String(), "must(client.New(must(server()), client.Options{}))", `must(client.New("http://127.0.0.1:8460", client.Options{}))`)
	if string(m[3]) == code {
		return
	}
	if os.Getenv("UPDATE_DOCS") == "" {
		t.Fatalf("%s does not show example_test.go: UPDATE_DOCS=1 go test ./client", howto)
	}
	doc = bytes.Replace(doc, m[0], []byte(string(m[1])+code+"```"), 1)
	if err := os.WriteFile(howto, doc, 0o644); err != nil {
		t.Fatal(err)
	}
}
