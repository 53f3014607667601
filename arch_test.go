package readout_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/readout-news/readout"

// goPackage is one folder of Go files.
type goPackage struct {
	imports     map[string]string // import path → a file (not a test) that has it
	testImports map[string]string
	docs        []string // files with a package comment
}

// packages parses every Go file of the module; keys are paths relative to the
// root, "." for the root.
func packages(t *testing.T) map[string]*goPackage {
	t.Helper()
	out := map[string]*goPackage{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || path == "tmp") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(path))
		p := out[dir]
		if p == nil {
			p = &goPackage{imports: map[string]string{}, testImports: map[string]string{}}
			out[dir] = p
		}
		into := p.imports
		if strings.HasSuffix(path, "_test.go") {
			into = p.testImports
		} else if f.Doc != nil {
			p.docs = append(p.docs, path)
		}
		for _, im := range f.Imports {
			into[strings.Trim(im.Path.Value, `"`)] = path
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// faceDeny is what a face may not import: what is below views and stores.
var faceDeny = []string{"database/sql", module + "/internal/store/open", module + "/internal/store/postgres", module + "/internal/store/sqlite", module + "/internal/store/sqlstore", module + "/internal/nlp", module + "/internal/link", module + "/internal/extract"}

// rules say what a package and all below it may not import, each with its
// reason. A prefix of "" in deny means anything outside the standard library.
var rules = []struct {
	in     string // path, "x/" for all below x
	deny   []string
	except []string
	reason string
}{
	{".", []string{""}, nil, "the nouns import the standard library only"},
	{"internal/nlp", []string{module + "/internal"}, nil, "the annotated document knows no annotator"},
	{"internal/nlp/", []string{module + "/internal/link", module + "/internal/store", module + "/internal/view", module + "/internal/pipeline", module + "/internal/ingest", module + "/internal/extract", "net/http", "database/sql"}, nil, "annotators see one report, no network and no store"},
	{"internal/ml/", []string{module + "/internal/nlp", module + "/internal/link", module + "/internal/kb", module + "/internal/store"}, nil, "kernels and models know nothing of news"},
	{"internal/link/", []string{module + "/internal/store", module + "/internal/view", module + "/internal/pipeline", module + "/internal/ingest", module + "/internal/extract", "net/http", "database/sql"}, nil, "linking is a pure function of documents"},
	{"internal/view/", []string{module + "/internal/nlp", module + "/internal/link", module + "/internal/pipeline", "database/sql"}, nil, "views read the record and nothing below it"},
	{"internal/web", faceDeny, nil, "pages show what views answer"},
	{"internal/api", faceDeny, []string{module + "/internal/nlp"}, "the API gives what views answer; the draft it checks is a document"},
	{"internal/mcp", faceDeny, nil, "assistants get what views answer"},
	{"internal/answer", faceDeny, nil, "answers are made of views"},
	{"internal/store/", []string{module + "/internal/link", module + "/internal/pipeline", module + "/internal/view", module + "/internal/extract", module + "/internal/ingest"}, nil, "a store keeps what it is given"},
	{"internal/store/sqlstore", []string{module + "/internal/store/sqlite", module + "/internal/store/postgres", "modernc.org", "github.com/jackc"}, nil, "one text of SQL knows no engine"},
	{"internal/ingest", []string{module + "/internal/nlp", module + "/internal/link", module + "/internal/store", module + "/internal/extract"}, nil, "stages do not know each other's insides"},
	{"internal/extract", []string{module + "/internal/nlp", module + "/internal/link", module + "/internal/store", module + "/internal/ingest"}, nil, "stages do not know each other's insides"},
	{"internal/check", []string{module + "/internal/link", module + "/internal/store", module + "/internal/pipeline", "net/http", "database/sql"}, []string{module + "/internal/link/worddiff"}, "checking compares one annotated draft with a view"},
	{"lexicons", []string{""}, nil, "data packages hold data"},
	{"models", []string{""}, nil, "data packages hold data"},
}

// testOnly are packages that the product must not link.
var testOnly = []string{"testing", module + "/internal/corpus", module + "/internal/eval", module + "/internal/generate", module + "/internal/browser", module + "/internal/live/livetest", module + "/internal/store/pgtest", module + "/internal/view/recordtest", module + "/internal/torture", module + "/internal/torture/crash", module + "/internal/torture/faultfs"}

func TestDependencyDirection(t *testing.T) {
	for dir, p := range packages(t) {
		for _, r := range rules {
			if dir != r.in && !(strings.HasSuffix(r.in, "/") && strings.HasPrefix(dir+"/", r.in)) {
				continue
			}
			for im, file := range p.imports {
				for _, d := range r.deny {
					third := strings.Contains(strings.SplitN(im, "/", 2)[0], ".")
					if d == "" && third || d != "" && (im == d || strings.HasPrefix(im, d+"/")) && !slices.Contains(r.except, im) {
						t.Errorf("%s imports %s: %s", file, im, r.reason)
					}
				}
			}
		}
		if dir == "cmd/train" || dir == "cmd/evaluate" || dir == "cmd/bench" || dir == "internal/eval" || dir == "internal/corpus" || dir == "internal/browser" || strings.HasSuffix(dir, "/storetest") || strings.HasSuffix(dir, "/pgtest") || strings.HasSuffix(dir, "/livetest") || strings.HasSuffix(dir, "/recordtest") || dir == "internal/torture" || strings.HasPrefix(dir, "internal/torture/") || strings.HasSuffix(dir, "/train") || strings.HasSuffix(dir, "/build") || strings.HasSuffix(dir, "/fit") {
			continue
		}
		for im, file := range p.imports {
			if slices.Contains(testOnly, im) {
				t.Errorf("%s imports %s, which only training, evaluation and tests may", file, im)
			}
		}
	}
}

func TestOnePackageComment(t *testing.T) {
	for dir, p := range packages(t) {
		if len(p.imports) == 0 && len(p.docs) == 0 && len(p.testImports) > 0 {
			continue // a folder of tests only
		}
		if len(p.docs) != 1 {
			t.Errorf("%s: %d files with a package comment, want 1: %v", dir, len(p.docs), p.docs)
		}
	}
}

// The package map of ARCHITECTURE.md names every package and no other.
func TestArchitectureMap(t *testing.T) {
	b, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(b), "\n"); n > 180 {
		t.Errorf("ARCHITECTURE.md has %d lines, want at most 180", n)
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(string(b), -1) {
		named[m[1]] = true
	}
	have := packages(t)
	for dir := range have {
		if !named[dir] {
			t.Errorf("ARCHITECTURE.md does not name package %s", dir)
		}
	}
	for dir := range named {
		if have[dir] == nil {
			t.Errorf("ARCHITECTURE.md names %s, which is not a package", dir)
		}
	}
}
