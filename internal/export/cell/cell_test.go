package cell

import (
	"strings"
	"testing"
)

// unquote is the text of a cell that Quote made.
func unquote(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && isFormula(rest) {
		return rest
	}
	return s
}

func TestQuote(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"talks", "talks"},
		{"=1+1", "'=1+1"},
		{"+1", "'+1"},
		{"-1", "'-1"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "'\t=1"},
		{"\r=1", "'\r=1"},
		{"\n=1", "'\n=1"},
		{"＝1", "'＝1"},
		{"'tis", "'tis"},
		{"'=1", "''=1"},
		{"''=1", "'''=1"},
		{"a=1", "a=1"},
	} {
		if got := Quote(c.in); got != c.want || unquote(got) != c.in {
			t.Errorf("Quote(%q) = %q, want %q; back %q", c.in, got, c.want, unquote(got))
		}
	}
}

func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "=cmd|' /C calc'!A0", "''=", "＋", "'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := Quote(s)
		if unquote(c) != s {
			t.Errorf("%q becomes %q and comes back as %q", s, c, unquote(c))
		}
		if c != "" && strings.ContainsAny(c[:1], "=+-@\t\r\n") {
			t.Errorf("%q is still a formula", c)
		}
	})
}
