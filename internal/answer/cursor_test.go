package answer

import (
	"errors"
	"math"
	"testing"
)

func TestCursorRoundTrip(t *testing.T) {
	for _, c := range []Cursor{{}, {Revision: 12, Offset: 100, Key: [8]byte{1, 2, 255}}, {Revision: math.MaxInt32, Offset: math.MaxInt32}, {Revision: 1, Offset: 2, State: math.MaxInt32}} {
		got, err := ParseCursor(c.String())
		if err != nil || got != c {
			t.Errorf("%+v came back as %+v, %v", c, got, err)
		}
	}
}

// FuzzParseCursor: what is read is what was written, and everything else is
// ErrCursor.
func FuzzParseCursor(f *testing.F) {
	for _, s := range []string{"", "abc", "AQECAwQFBgcICQo", Cursor{12, 100, [8]byte{1}, 0}.String(), Cursor{12, 100, [8]byte{1}, 7}.String(), Cursor{12, 100, [8]byte{1}, 0}.String() + "A", Cursor{}.String() + "A", "AQAAAAAAAAAA____________AQ", "=", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCursor(s)
		if err != nil {
			if !errors.Is(err, ErrCursor) {
				t.Fatalf("%q: %v is not ErrCursor", s, err)
			}
			return
		}
		if c.Revision < 0 || c.Offset < 0 || c.String() != s {
			t.Fatalf("%q is read as %+v, which is written %q", s, c, c.String())
		}
	})
}
