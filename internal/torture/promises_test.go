package torture

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	promisesFile = "../../docs/promises.md"
	countsHead   = "## Last counts\n"
	promiseCount = 38
)

// row is one promise of the table: | R1 | what | tests | note |.
type row struct {
	promise string
	tests   []string // `package.Test`, packages relative to internal, or to the root
}

// promises reads the table of docs/promises.md.
func promises(t *testing.T, doc string) []row {
	t.Helper()
	var out []row
	cell := regexp.MustCompile("`([^`]+)`")
	for line := range strings.Lines(doc) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 4 || !regexp.MustCompile(`^\| R\d+$`).MatchString(cells[0]) {
			continue
		}
		r := row{promise: strings.TrimPrefix(cells[0], "| ")}
		for _, m := range cell.FindAllStringSubmatch(cells[2], -1) {
			r.tests = append(r.tests, m[1])
		}
		out = append(out, r)
	}
	return out
}

// testFunctions are all test and fuzz functions of the module as `package.Test`.
func testFunctions(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		dir = strings.TrimPrefix(filepath.ToSlash(dir), "internal/")
		if dir == "." {
			dir = ""
		}
		for _, d := range f.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Fuzz")) {
				out[dir+"."+f.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPromisesHaveTests holds docs/promises.md to what is there: every promise
// has a row, and every test that a row names exists. With UPDATE_PROMISES set, the
// counts that tests noted in the file of READOUT_TORTURE_COUNTS are taken into
// the document.
func TestPromisesHaveTests(t *testing.T) {
	b, err := os.ReadFile(promisesFile)
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE_PROMISES") != "" {
		b = withCounts(t, b)
		if err := os.WriteFile(promisesFile, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	doc := string(b)
	rows, known := promises(t, doc), testFunctions(t)
	if len(rows) != promiseCount {
		t.Errorf("docs/promises.md has %d rows, want %d", len(rows), promiseCount)
	}
	for i, r := range rows {
		if want := fmt.Sprintf("R%d", i+1); r.promise != want {
			t.Errorf("row %d is of %s, want %s", i+1, r.promise, want)
		}
		if len(r.tests) == 0 {
			t.Errorf("%s has no test", r.promise)
		}
		for _, name := range r.tests {
			if !known[name] {
				t.Errorf("%s names the test %s, which is not there", r.promise, name)
			}
		}
	}
	for _, c := range counts(t, doc) {
		if !known[c.Test] {
			t.Errorf("the counts name the test %s, which is not there", c.Test)
		}
	}
}

// counted is a line of the counts in the document.
type counted struct {
	Count
	Day string // ISO 8601
}

// counts reads the second table of the document.
func counts(t *testing.T, doc string) []counted {
	t.Helper()
	_, table, ok := strings.Cut(doc, countsHead)
	if !ok {
		t.Fatalf("docs/promises.md has no part %q", strings.TrimSpace(countsHead))
	}
	var out []counted
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "| "), " | ")
		if len(cells) != 6 || !strings.HasPrefix(cells[0], "R") {
			continue
		}
		c := counted{Day: cells[5]}
		c.Promise, c.Test, c.Length, c.Result = cells[0], strings.Trim(cells[1], "`"), cells[2], cells[4]
		n, what, _ := strings.Cut(cells[3], " ")
		if _, err := fmt.Sscan(strings.ReplaceAll(n, ",", ""), &c.N); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		c.What = what
		out = append(out, c)
	}
	return out
}

// withCounts puts the noted counts into the document, in the place of those of
// the same test and length.
func withCounts(t *testing.T, doc []byte) []byte {
	t.Helper()
	f, err := os.Open(os.Getenv(CountsEnv))
	if err != nil {
		t.Fatalf("UPDATE_PROMISES: %v", err)
	}
	defer f.Close()
	type key struct{ promise, test, length string }
	keyOf := func(c *Count) key { return key{c.Promise, c.Test, c.Length} }
	var list []counted
	again := map[key]bool{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var c Count
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		again[keyOf(&c)] = true
		list = append(list, counted{c, time.Now().UTC().Format(time.DateOnly)})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range counts(t, string(doc)) {
		if !again[keyOf(&c.Count)] {
			list = append(list, c)
		}
	}
	number := func(promise string) (n int) { fmt.Sscanf(promise, "R%d", &n); return n }
	lengths := []string{"change", "nightly", "release"}
	slices.SortFunc(list, func(a, b counted) int {
		return cmp.Or(cmp.Compare(number(a.Promise), number(b.Promise)), strings.Compare(a.Test, b.Test), strings.Compare(a.What, b.What), cmp.Compare(slices.Index(lengths, a.Length), slices.Index(lengths, b.Length)))
	})
	head, _, _ := bytes.Cut(doc, []byte(countsHead))
	var out bytes.Buffer
	out.Write(head)
	out.WriteString(countsHead + "\nWritten by `make torture`; `READOUT_TORTURE` says the length.\n\n| promise | test | length | counted | result | day |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, c := range list {
		fmt.Fprintf(&out, "| %s | `%s` | %s | %d %s | %s | %s |\n", c.Promise, c.Test, c.Length, c.N, c.What, c.Result, c.Day)
	}
	return out.Bytes()
}
