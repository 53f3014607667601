package quote

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/readout-news/readout/lexicons"
)

func TestLoadLexicon(t *testing.T) {
	l, err := loadLexicon()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		ok   bool
	}{
		{"say has a clause", l.verbs["say"].has(frameClause)},
		{"call for is its own verb", l.multi["call"]["for"].class == "order"},
		{"a lemma with two rows has both frames", l.verbs["suggest"].has(frameClause) && l.verbs["suggest"].has(frameIng)},
		{"according to names a source", l.cues["according to"] == "source"},
		{"core forms", l.core["said"]},
		{"media", len(l.media["statement"]) > 0},
		{"signs of imagined speech", l.aux["would"] && l.mark["if"] && l.govern["expect"]},
	} {
		if !c.ok {
			t.Errorf("%s: not so", c.name)
		}
	}
}

// TestLexiconFileHeads checks the head of every file of this package:
// source, licence, format and date.
func TestLexiconFileHeads(t *testing.T) {
	for _, name := range []string{"reporting-verbs.tsv", "reporting-cues.tsv", "reporting-core.txt", "statement-media.tsv", "unuttered.tsv", "relays.tsv", "factuality.tsv"} {
		b, err := lexicons.FS.ReadFile("en/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"# Source: ", "Licence: ", "# Format: ", "Date: "} {
			if !strings.Contains(string(b), word) {
				t.Errorf("%s: no %q", name, word)
			}
		}
	}
}

func TestReadLexiconRefuses(t *testing.T) {
	good := map[string]string{
		"en/reporting-verbs.tsv": "say\tsay\tquote", "en/reporting-cues.tsv": "per\tsource", "en/reporting-core.txt": "said",
		"en/statement-media.tsv": "letter\tin", "en/unuttered.tsv": "will\taux", "en/relays.tsv": "book\twork\tshe writes in her book",
		"en/factuality.tsv": "verb\tCT+\tsay\tshe said",
	}
	files := func(name, body string) fstest.MapFS {
		fsys := fstest.MapFS{}
		for n, b := range good {
			fsys[n] = &fstest.MapFile{Data: []byte("# head\n" + b + "\n")}
		}
		if name != "" {
			fsys[name] = &fstest.MapFile{Data: []byte(body)}
		}
		return fsys
	}
	if _, err := readLexicon(files("", "")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, file, body, want string }{
		{"columns", "en/reporting-verbs.tsv", "say\tsay", ":1: 2 columns"},
		{"class", "en/reporting-verbs.tsv", "#\nsay\tshow\tquote", ":2: unknown class"},
		{"frame", "en/reporting-verbs.tsv", "say\tsay\tloud", "unknown frame"},
		{"kind", "en/reporting-cues.tsv", "per\tword", "unknown kind"},
		{"relay", "en/relays.tsv", "book\tpage\tx", "unknown kind"},
		{"value", "en/factuality.tsv", "verb\tCT\tsay\tx", "unknown value"},
		{"twice", "en/factuality.tsv", "verb\tCT+\tsay|say\tx", "already"},
		{"sign", "en/unuttered.tsv", "will\tverb", "unknown sign"},
	} {
		if _, err := readLexicon(files(c.file, c.body)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q in it", c.name, err, c.want)
		}
	}
}
