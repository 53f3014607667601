package event

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/readout-news/readout/lexicons"
)

func TestLoadLexicon(t *testing.T) {
	lex, err := load(lexicons.FS, "en/events")
	if err != nil {
		t.Fatal(err)
	}
	if got := lex.support["obj hold"]; got != carryLight {
		t.Errorf("support of hold: %q", got)
	}
	if got := lex.cues["aux will"]; got != cuePlanned {
		t.Errorf("cue will: %q", got)
	}
	seen := map[string]bool{}
	for _, rows := range lex.triggers {
		for _, r := range rows {
			seen[r.rule] = true
		}
	}
	if len(seen) < 150 {
		t.Errorf("%d rules, want at least 150", len(seen))
	}
}

func TestLoadRefuses(t *testing.T) {
	good := fstest.MapFS{
		"e/plover.tsv":   {Data: []byte("CONSULT\tphone\tCONSULT\tphone\t041\tby telephone\n")},
		"e/lists.tsv":    {Data: []byte("phone\tphone|video\n")},
		"e/triggers.tsv": {Data: []byte("a/b\tN\tcall\tcompound=%phone\tCONSULT\tphone\t-\n")},
		"e/roles.tsv":    {Data: []byte("*\t*\tprep.with\tparticipant\n")},
		"e/support.tsv":  {Data: []byte("light\tobj\thold\n")},
		"e/status.tsv":   {Data: []byte("aux\tplanned\twill\n")},
	}
	if _, err := load(good, "e"); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, file, data, want string }{
		{"unknown type", "e/triggers.tsv", "a/b\tN\tcall\t-\tPARTY\t-\t-\n", "not in plover.tsv"},
		{"unknown list", "e/triggers.tsv", "a/b\tN\tcall\tcompound=%none\tCONSULT\tphone\t-\n", "not in lists.tsv"},
		{"unknown class", "e/triggers.tsv", "a/b\tN\tcall\tobj=@none\tCONSULT\tphone\t-\n", "class @none"},
		{"unknown flag", "e/triggers.tsv", "a/b\tN\tcall\t-\tCONSULT\tphone\tloud\n", "flag"},
		{"word class", "e/triggers.tsv", "a/b\tX\tcall\t-\tCONSULT\tphone\t-\n", "word class"},
		{"fields", "e/status.tsv", "aux\tplanned\n", "2 fields, want 3"},
		{"status", "e/status.tsv", "aux\tmaybe\twill\n", "status \"maybe\""},
		{"support", "e/support.tsv", "heavy\tobj\thold\n", "class \"heavy\""},
		{"role slot", "e/roles.tsv", "*\t*\tprep\tagent\n", "prep and only prep"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bad := fstest.MapFS{}
			for k, v := range good {
				bad[k] = v
			}
			bad[tt.file] = &fstest.MapFile{Data: []byte(tt.data)}
			_, err := load(bad, "e")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func FuzzParseFrame(f *testing.F) {
	for _, s := range []string{"obj=@party !xcomp", "prep.with,to=%phone|a", "form=plural head.obj=hold", "!", "head.", "prep.=x"} {
		f.Add(s)
	}
	lex, err := load(lexicons.FS, "en/events")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		conditions, err := lex.parseFrame(s)
		if err == nil && len(conditions) != len(strings.Fields(s)) {
			t.Errorf("%q gives %d conditions", s, len(conditions))
		}
	})
}
