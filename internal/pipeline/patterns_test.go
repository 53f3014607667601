package pipeline_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/torture"
)

// sources parses the program's own files, by folder.
func sources(t *testing.T) map[string][]*ast.File {
	t.Helper()
	out := map[string][]*ast.File{}
	set := token.NewFileSet()
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || len(d.Name()) > 2 && d.Name()[0] == '.'):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		out[filepath.Dir(path)] = append(out[filepath.Dir(path)], f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// constants are the texts that a folder's files give names to.
func constants(files []*ast.File) map[string]ast.Expr {
	out := map[string]ast.Expr{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			g, ok := n.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				return true
			}
			for _, s := range g.Specs {
				if v, ok := s.(*ast.ValueSpec); ok {
					for i, name := range v.Names {
						if i < len(v.Values) {
							out[name.Name] = v.Values[i]
						}
					}
				}
			}
			return true
		})
	}
	return out
}

// written is the text of an expression that is wholly written in the source.
func written(e ast.Expr, named map[string]ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return written(e.X, named)
	case *ast.BinaryExpr:
		a, ok := written(e.X, named)
		b, too := written(e.Y, named)
		return a + b, ok && too && e.Op == token.ADD
	case *ast.Ident:
		x, ok := named[e.Name]
		if !ok {
			return "", false
		}
		return written(x, named)
	}
	return "", false
}

// R16: every pattern is one of package regexp, whose time is linear in the text
// (RE2), and stands in the source: none comes from a report, a request or a file.
// No other engine is used. On texts that come near to matching, and on those that
// backtracking would not get to the end of, each takes less than a second a
// megabyte.
func TestPatterns(t *testing.T) {
	patterns := map[string]*regexp.Regexp{}
	for dir, files := range sources(t) {
		named := constants(files)
		for _, f := range files {
			for _, i := range f.Imports {
				if p, _ := strconv.Unquote(i.Path.Value); p != "regexp" && p != "regexp/syntax" && regexp.MustCompile(`(?i)regexp|pcre|re2|oniguruma|hyperscan`).MatchString(p) {
					t.Errorf("%s uses %s", dir, p)
				}
			}
			ast.Inspect(f, func(n ast.Node) bool {
				c, ok := n.(*ast.CallExpr)
				if !ok || len(c.Args) == 0 {
					return true
				}
				s, ok := c.Fun.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if x, ok := s.X.(*ast.Ident); !ok || x.Name != "regexp" || s.Sel.Name == "QuoteMeta" {
					return true
				}
				text, ok := written(c.Args[0], named)
				if !ok {
					t.Errorf("%s: a pattern of regexp.%s is not written in the source", dir, s.Sel.Name)
					return true
				}
				re, err := regexp.Compile(text)
				if err != nil {
					t.Errorf("%s: %v", dir, err)
					return true
				}
				patterns[text] = re
				return true
			})
		}
	}
	if len(patterns) < 40 {
		t.Errorf("%d patterns were found in the source", len(patterns))
	}

	size := torture.Rounds(t, 8<<10, 1<<20, 1<<20) // bytes
	fill := func(s string) string { return strings.Repeat(s, size/len(s)+1)[:size] }
	texts := map[string]string{
		"one letter": fill("a"), "a letter and its end": fill("a")[:size-1] + "!", "words": fill("Maren met Ered "), "digits": fill("2031-03-14"), "dots": fill("a.b."),
		"spaces": fill(" "), "capitals": fill("Port Elsey, "), "brackets": fill("(photo: "), "marks": fill("“\"'"), "tags": fill("<a b='"), "lines": fill("By\n"), "slashes": fill("/a/"),
	}
	slowest, worst := "", time.Duration(0)
	n := 0
	for text, re := range patterns {
		for name, s := range texts {
			start := time.Now()
			re.FindAllStringIndex(s, -1)
			took := time.Since(start)
			n++
			if took > worst {
				slowest, worst = fmt.Sprintf("%.60q on %s", text, name), took
			}
			if took > max(time.Second, time.Second*time.Duration(size)/(1<<20)) {
				t.Errorf("%.80q takes %v for %d KB of %s", text, took, size>>10, name)
			}
		}
	}
	t.Logf("slowest: %s, %v", slowest, worst)
	torture.Counted(t, "R16", n, fmt.Sprintf("runs of the %d patterns in the source over %d KB each", len(patterns), size>>10), fmt.Sprintf("all of them of package regexp and written in the source; %d ms at most", worst.Milliseconds()))
}

// R16: rules are files that the program carries; none is as long as to slow it.
func TestRulesFilesAreSmall(t *testing.T) {
	const most = 1 << 20
	n := 0
	err := filepath.WalkDir("../../lexicons/en", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".rules", ".tsv", ".txt"}, filepath.Ext(path)) {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		n++
		if info.Size() > most {
			t.Errorf("%s has %d bytes, more than %d", path, info.Size(), most)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 40 {
		t.Errorf("%d files of rules were found", n)
	}
	torture.Counted(t, "R16", n, "files of rules", "embedded, none above 1 MB")
}
