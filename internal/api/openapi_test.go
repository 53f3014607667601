package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/account"
)

var update = flag.Bool("update", false, "rewrite wire.json and testdata/openapi.json")

// wireComments draws the comments of package wire from its source.
func wireComments(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir("../../wire")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), "../../wire/"+e.Name(), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, s := range g.Specs {
				ts := s.(*ast.TypeSpec)
				out[ts.Name.Name] = clean(g.Doc.Text())
				st, ok := ts.Type.(*ast.StructType)
				if !ok {
					continue
				}
				for _, field := range st.Fields.List {
					for _, n := range field.Names {
						if c := clean(field.Comment.Text() + field.Doc.Text()); c != "" {
							out[ts.Name.Name+"."+n.Name] = c
						}
					}
				}
			}
		}
	}
	return out
}

func clean(s string) string { return strings.Join(strings.Fields(s), " ") }

// TestWireComments holds the embedded comments to those of the source.
func TestWireComments(t *testing.T) {
	b, err := json.MarshalIndent(wireComments(t), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, '\n')
	if *update {
		if err := os.WriteFile("wire.json", b, 0o644); err != nil {
			t.Fatal(err)
		}
		docComments = b
	}
	if !bytes.Equal(b, docComments) {
		t.Error("wire.json is not what the comments of package wire say: go test ./internal/api -update")
	}
}

// TestOpenAPI fails when the description changes while its version stays: who
// built on it must be able to see that it did.
func TestOpenAPI(t *testing.T) {
	const golden = "testdata/openapi.json"
	a, err := New(nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(golden)
	if err != nil && !(*update && os.IsNotExist(err)) {
		t.Fatal(err)
	}
	if bytes.Equal(a.json, want) {
		return
	}
	var old struct{ Info struct{ Version string } }
	if len(want) > 0 {
		if err := json.Unmarshal(want, &old); err != nil {
			t.Fatal(err)
		}
	}
	if old.Info.Version == Version {
		t.Fatalf("the description of the API has changed and its version %s has not: raise api.Version (the last number where things were only added), then go test ./internal/api -update", Version)
	}
	if !*update {
		t.Fatalf("the description of the API is not that of %s: go test ./internal/api -update", golden)
	}
	if err := os.WriteFile(golden, a.json, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Every operation says by which scheme a program says who it is, and which scope
// it needs: the one that is asked of it.
func TestOpenAPISecurity(t *testing.T) {
	a, err := New(nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		Components struct {
			SecuritySchemes map[string]struct{ Type, Scheme, Description string }
		}
		Paths map[string]map[string]struct {
			OperationID string
			Security    []map[string][]string
		}
	}
	if err := json.Unmarshal(a.json, &spec); err != nil {
		t.Fatal(err)
	}
	if s := spec.Components.SecuritySchemes[tokenScheme]; s.Type != "http" || s.Scheme != "bearer" || s.Description == "" || len(spec.Components.SecuritySchemes) != 1 {
		t.Errorf("schemes: %+v", spec.Components.SecuritySchemes)
	}
	for _, o := range operations() {
		got := spec.Paths[Base+o.path][strings.ToLower(o.method)]
		if got.OperationID != o.name || len(got.Security) != 2 || len(got.Security[1]) != 0 || !slices.Equal(got.Security[0][tokenScheme], []string{o.needs.String()}) {
			t.Errorf("%s %s: %+v, and it needs %s", o.method, o.path, got, o.needs)
		}
		if o.needs == account.None {
			t.Errorf("%s %s asks nobody who it is", o.method, o.path)
		}
	}
}
