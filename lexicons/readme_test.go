package lexicons

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeNamesAll holds that the table of en/README.md has a row for every
// list and folder, and names none that is not there.
func TestReadmeNamesAll(t *testing.T) {
	readme, err := os.ReadFile("en/README.md")
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, row := range regexp.MustCompile(`(?m)^\| ([a-z][^|]*) \|`).FindAllStringSubmatch(string(readme), -1) {
		if row[1] != "files" {
			named = append(named, strings.Split(row[1], ", ")...)
		}
	}
	entries, err := fs.ReadDir(FS, "en")
	if err != nil {
		t.Fatal(err)
	}
	met := map[string]bool{}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".tsv")
		if e.IsDir() {
			name += "/"
		}
		found := false
		for _, n := range named {
			if n == name || strings.HasSuffix(n, "*") && strings.HasPrefix(name, strings.TrimSuffix(n, "*")) {
				found, met[n] = true, true
			}
		}
		if !found && name != "README.md" {
			t.Errorf("en/README.md does not say who reads %s", e.Name())
		}
	}
	for _, n := range named {
		if !met[n] {
			t.Errorf("en/README.md names %s, which is not there", n)
		}
	}
}
