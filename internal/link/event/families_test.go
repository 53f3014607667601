package event

import (
	"strings"
	"testing"
)

func TestFamilies(t *testing.T) {
	f, err := loadFamilies()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"acquire", "takeover", true},
		{"acquire", "acquisition", true},
		{"attack", "attack", true},
		{"stab", "stabbing", true},
		{"negotiate", "negotiation", true},
		{"erupt", "eruption", true}, // by ending alone
		{"attack", "praise", false},
		{"be", "being", false},
		{"port", "portion", false},
		{"part", "party", false},
		{"sit", "situation", false},
	} {
		if got := f.kin(c.a, c.b); got != c.want {
			t.Errorf("kin(%s, %s) = %v", c.a, c.b, got)
		}
		if f.kin(c.a, c.b) != f.kin(c.b, c.a) {
			t.Errorf("kin of %s and %s depends on their order", c.a, c.b)
		}
	}
	for _, bad := range []string{"buy\n", "buy\tBuy|sell\n", "buy\tbuy\n", "buy\tbuy|buy\n", "buy\tbuy|acquire\nbuy\tsell|sale\n"} {
		if _, err := readFamilies(strings.NewReader(bad)); err == nil {
			t.Errorf("no error for %q", bad)
		}
	}
}
