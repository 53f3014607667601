package mcp

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// example is a call in docs/mcp.md: the tool in a comment, its arguments, and a
// part of the answer.
var example = regexp.MustCompile("(?s)<!-- call: (\\w+) -->\n```json\n(.*?)```\n+[^`]*?```json\n(.*?)```")

// TestDoc holds that each example of the manual is what the tool answers over
// the sample, and that no tool is left out.
func TestDoc(t *testing.T) {
	b, err := os.ReadFile("../../docs/mcp.md")
	if err != nil {
		t.Fatal(err)
	}
	c := connect(t)
	shown := map[string]bool{}
	for _, m := range example.FindAllStringSubmatch(string(b), -1) {
		tool := m[1]
		shown[tool] = true
		var args map[string]any
		if err := json.Unmarshal([]byte(m[2]), &args); err != nil {
			t.Errorf("%s: arguments: %v", tool, err)
			continue
		}
		var want any
		if err := json.Unmarshal([]byte(m[3]), &want); err != nil {
			t.Errorf("%s: answer: %v", tool, err)
			continue
		}
		res, err := c.CallTool(t.Context(), &sdk.CallToolParams{Name: tool, Arguments: args})
		if err != nil || res.IsError {
			t.Errorf("%s %v: %v %s", tool, args, err, text(res))
			continue
		}
		var got any
		if err := json.Unmarshal([]byte(text(res)), &got); err != nil {
			t.Fatal(err)
		}
		if why := lacks(got, want, ""); why != "" {
			t.Errorf("%s: docs/mcp.md shows what the answer has not: %s", tool, why)
		}
	}
	list, err := c.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range list.Tools {
		if !shown[tool.Name] {
			t.Errorf("docs/mcp.md has no example of %s", tool.Name)
		}
		b, err := json.Marshal(tool.InputSchema)
		if err != nil {
			t.Fatal(err)
		}
		var schema struct{ Properties map[string]any }
		if err := json.Unmarshal(b, &schema); err != nil {
			t.Fatal(err)
		}
		for name := range schema.Properties {
			if !strings.Contains(string(readDoc(t)), "`"+name+"`") {
				t.Errorf("docs/mcp.md does not name %s of %s", name, tool.Name)
			}
		}
	}
}

func readDoc(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile("../../docs/mcp.md")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// lacks says what of want is not in got: objects may have more fields, lists
// more items behind those shown.
func lacks(got, want any, at string) string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return at + " is no object"
		}
		for k, x := range w {
			if why := lacks(g[k], x, at+"."+k); why != "" {
				return why
			}
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) < len(w) {
			return fmt.Sprintf("%s has %v", at, got)
		}
		for i, x := range w {
			if why := lacks(g[i], x, fmt.Sprintf("%s[%d]", at, i)); why != "" {
				return why
			}
		}
	default:
		if fmt.Sprint(got) != fmt.Sprint(want) {
			return fmt.Sprintf("%s is %v, not %v", at, got, want)
		}
	}
	return ""
}
