package response

import (
	"strings"
	"testing"
	"testing/fstest"
)

// good is the least that load takes.
func good() map[string]string {
	lists := ""
	for _, l := range neededLists {
		if l != "end" && l != "describe" {
			lists += l + "\tx\n"
		}
	}
	return map[string]string{
		"lists.tsv":   lists,
		"account.tsv": "end\tend\ndescribe\tcall\n",
		"frames.tsv":  "deny/claim\tdeny\tV deny\tobj=%claim|@event\tsubj\tobj\t[A] denied <it>.\n",
		"opens.tsv":   "own/none\tdecline\t-\tno comment\t“No comment,” [A] said.\n",
	}
}

func TestLoadRefuses(t *testing.T) {
	frame := func(cells ...string) string { return strings.Join(cells, "\t") + "\n" }
	for name, x := range map[string]struct{ file, text, want string }{
		"fields":    {"frames.tsv", "deny/claim\tdeny\n", "frames.tsv:1: 2 fields, want 7"},
		"kind":      {"frames.tsv", frame("a", "maybe", "V deny", "-", "subj", "-", "x"), "kind"},
		"class":     {"frames.tsv", frame("a", "deny", "Q deny", "-", "subj", "-", "x"), "want V, A or N"},
		"list":      {"frames.tsv", frame("a", "deny", "V deny", "obj=%nowhere", "subj", "-", "x"), "nowhere"},
		"at":        {"frames.tsv", frame("a", "deny", "V deny", "obj=@nobody", "subj", "-", "x"), "@nobody"},
		"slot":      {"frames.tsv", frame("a", "deny", "V deny", "object=it", "subj", "-", "x"), "object"},
		"prep":      {"frames.tsv", frame("a", "deny", "V deny", "prep=it", "subj", "-", "x"), "no preposition"},
		"flag word": {"frames.tsv", frame("a", "deny", "V deny", "told=it", "subj", "-", "x"), "takes no word"},
		"empty":     {"frames.tsv", frame("a", "deny", "V deny", "obj=it|", "subj", "-", "x"), "empty alternative"},
		"asked":     {"opens.tsv", "own/none\tdecline\tsometimes\tno\tx\n", "want asked"},
		"open kind": {"opens.tsv", "own/none\tnone\t-\tno\tx\n", "kind"},
		"twice":     {"account.tsv", "end\tend\nend\tend\n", "twice"},
		"missing":   {"account.tsv", "end\tend\n", "describe is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			files := good()
			files["frames.tsv"] = ""
			files[x.file] = x.text
			fsys := fstest.MapFS{}
			for n, text := range files {
				fsys["d/"+n] = &fstest.MapFile{Data: []byte(text)}
			}
			_, err := load(fsys, "d")
			if err == nil || !strings.Contains(err.Error(), x.want) {
				t.Errorf("got %v, want %q", err, x.want)
			}
		})
	}
}
