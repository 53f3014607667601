package commitment

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/readout-news/readout/lexicons"
)

func words(t *testing.T) lexicon {
	t.Helper()
	lex, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return lex
}

func TestOwnAct(t *testing.T) {
	lex := words(t)
	for _, tt := range []struct {
		terms  string
		person bool
		want   bool
	}{
		{"he would launch an inquiry", true, true},
		{"We’ll never leave the island", true, true},
		{"we will continue to publish the level", true, true},
		{"the two states will send boats", false, true},
		{"keep its boats behind the line", false, true},
		{"we will be sending boats", true, true},
		{"We're going to close the lock", true, true},
		{"it would reopen the lock", false, true},
		{"would not “fire first", true, true},
		{"he would be glad", true, false},
		{"he would prefer a smaller fleet", true, false},
		{"he would support a commission", true, false},
		{"it would set a precedent", true, false},
		{"it would set a precedent", false, false},
		{"they’d decided on a new envoy", true, false},
		{"he’s very much into boats", true, false},
		{"we’ll watch the lake dry up", true, false},
		{"we will", true, false},
	} {
		if got := lex.ownAct(tt.terms, tt.person); got != tt.want {
			t.Errorf("ownAct(%q, %v) = %v, want %v", tt.terms, tt.person, got, tt.want)
		}
	}
}

func TestPromised(t *testing.T) {
	lex := words(t)
	for terms, want := range map[string]string{
		"breaking the promises that they made in Dorne": "the promises that they made in Dorne",
		"reneging on its pledge to leave":               "its pledge to leave",
		"having broken the truce":                       "the truce",
		"repeated violations of the truce":              "repeated violations of the truce",
		"violations of the truce":                       "the truce",
		"breaking":                                      "breaking",
		"on the brink":                                  "on the brink",
	} {
		if got := lex.promised(terms); got != want {
			t.Errorf("promised(%q) = %q, want %q", terms, got, want)
		}
	}
}

// The examples of the lists say what each is for.
func TestWordExamples(t *testing.T) {
	lex := words(t)
	n := 0
	err := lexicons.Rows(lexicons.FS, "en/commitments/words.tsv", 3, func(c []string) error {
		n++
		switch text := strings.TrimSuffix(c[2], "."); c[0] {
		case "idle", "undecided", "told":
			_, terms, _ := strings.Cut(text, " sa") // "said he would …"
			_, terms, _ = strings.Cut(terms, " ")
			if lex.ownAct(terms, c[0] != "told") {
				t.Errorf("%s: %q is read as a promise", c[0], terms)
			}
		default:
			_, terms, _ := strings.Cut(text, " of ")
			_, want, _ := strings.Cut(terms, "<")
			terms = strings.Trim(strings.ReplaceAll(terms, "<", ""), ">")
			if got := lex.promised(terms); got != strings.Trim(want, ">") {
				t.Errorf("%s: promised(%q) = %q", c[0], terms, got)
			}
		}
		return nil
	})
	if err != nil || n != len(listNames) {
		t.Errorf("%d lists, %v", n, err)
	}
}

func TestLoadRejects(t *testing.T) {
	for name, text := range map[string]string{
		"unknown list": "busy\tdo\tx\n",
		"twice":        "idle\tbe\tx\nidle\tbe\tx\n",
		"missing":      "idle\tbe\tx\n",
		"fields":       "idle\tbe\n",
	} {
		if _, err := load(fstest.MapFS{"w.tsv": {Data: []byte(text)}}, "w.tsv"); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
