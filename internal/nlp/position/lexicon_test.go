package position

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/readout-news/readout/lexicons"
)

func TestLoad(t *testing.T) {
	lex, err := load(lexicons.FS, "en/positions")
	if err != nil {
		t.Fatal(err)
	}
	if len(lex.frames["V demand"]) == 0 || len(lex.frames["N demand"]) == 0 {
		t.Error("no frames of demand")
	}
	seen := map[string]bool{}
	for _, f := range lex.rows {
		if seen[f.rule] {
			t.Errorf("rule %s twice", f.rule)
		}
		seen[f.rule] = true
	}
}

// TestListsAreExplained asks for a line of the header for each list.
func TestListsAreExplained(t *testing.T) {
	lex, err := load(lexicons.FS, "en/positions")
	if err != nil {
		t.Fatal(err)
	}
	b, err := lexicons.FS.ReadFile("en/positions/lists.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for name := range lex.lists {
		if !strings.Contains(string(b), "\n# "+name+" ") {
			t.Errorf("list %s is not explained in the header", name)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	lists := "plans\tplan|deal\n"
	tests := []struct{ name, frames, want string }{
		{"fields", "a/b\tV\tdemand\n", "3 fields"},
		{"class", "a/b\tX\tdemand\tobj\t-\tdemand\t-\tan example\n", "word class"},
		{"slot", "a/b\tV\tdemand\tsome\t-\tdemand\t-\tan example\n", "slot"},
		{"words of a slot", "a/b\tV\tdemand\tprep\t-\tdemand\t-\tan example\n", "slot"},
		{"list", "a/b\tV\tdemand\tobj:none\t-\tdemand\t-\tan example\n", "not in lists.tsv"},
		{"stance", "a/b\tV\tdemand\tobj\t-\tlove\t-\tan example\n", "stance"},
		{"no stance", "a/b\tV\tdemand\tobj\t-\t-\t-\tan example\n", "stance"},
		{"flag", "a/b\tV\tdemand\tobj\t-\tdemand\tred\tan example\n", "flag"},
		{"example", "a/b\tV\tdemand\tobj\t-\tdemand\t-\t-\n", "no example"},
		{"terms", "a/b\tV\tdemand\t-\t-\tdemand\t-\tan example\n", "no terms"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{"p/lists.tsv": {Data: []byte(lists)}, "p/frames.tsv": {Data: []byte(tt.frames)}}
			if _, err := load(fsys, "p"); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}
