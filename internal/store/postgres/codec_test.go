package postgres

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzEscape holds that text comes back as it was, that the database can hold
// it, and that valid text keeps its order.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "talks", "\x00", "\x01", "\x01A", "\x01B\x00", "a\xffb", "\x01CPP", "Øde\u00adgård", "\xf0\x9f", "\x00\x01\x00", "\x01", "a\x01"} {
		f.Add(s, "talks\x00")
		f.Add(s, "\x02")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := escape(a), escape(b)
		if strings.Contains(x, "\x00") || !utf8.ValidString(x) {
			t.Fatalf("%q is escaped as %q", a, x)
		}
		if got := unescape(x); got != a {
			t.Fatalf("%q came back as %q", a, got)
		}
		if utf8.ValidString(a) && utf8.ValidString(b) && strings.Compare(a, b) != strings.Compare(x, y) {
			t.Fatalf("%q and %q sort otherwise as %q and %q", a, b, x, y)
		}
		// What another program wrote does no harm.
		unescape(a)
	})
}
