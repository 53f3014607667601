package api

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestDocsListEveryOperation holds the table of docs/api.md to the operations.
func TestDocsListEveryOperation(t *testing.T) {
	const file, begin, end = "../../docs/api.md", "<!-- operations -->\n", "<!-- end -->"
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	group := ""
	for _, o := range Operations() {
		if o.Group != group {
			group = o.Group
			fmt.Fprintf(&want, "\n**%s**\n\n| operation | answer | parameters |\n|---|---|---|\n", group)
		}
		var params []string
		for _, p := range o.Parameters {
			if p.In == "query" {
				params = append(params, "`"+p.Name+"`")
			}
		}
		fmt.Fprintf(&want, "| `%s %s` %s | `%s` | %s |\n", o.Method, strings.TrimPrefix(o.Path, Base), o.Summary, o.Schema, strings.Join(params, " "))
	}
	want.WriteString("\n")
	before, rest, ok := strings.Cut(string(b), begin)
	have, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the operations", file)
	}
	if have == want.String() {
		return
	}
	if !*update {
		t.Fatalf("%s does not list the operations as they are: go test ./internal/api -update", file)
	}
	if err := os.WriteFile(file, []byte(before+begin+want.String()+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
