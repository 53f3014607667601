package gate

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestPasswords(t *testing.T) {
	g, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	const password = "the ferry leaves at nine"
	kept, err := HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	again, err := HashPassword(password)
	if err != nil || again == kept {
		t.Errorf("the same password twice has the same hash (%v)", err)
	}
	if !strings.HasPrefix(kept, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Errorf("kept as %s", kept)
	}
	for _, c := range []struct {
		kept, password string
		fits           bool
	}{
		{kept, password, true},
		{kept, password + " ", false},
		{kept, "", false},
		{kept, strings.Repeat("x", 5000), false},
		{"", password, false},
		{"", "", false},
		{decoy.String(), "", false},
		{"$argon2id$v=19$m=65536,t=3,p=4$AAAA$AAAA", password, false},
		// RFC 9106 names no vector without secret and data; this one is of the
		// reference implementation (test.c, version 0x13, 2^16 KiB, 2 passes).
		{"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password", true},
		{"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "Password", false},
	} {
		got, err := g.fits(t.Context(), c.kept, c.password)
		if err != nil || got != c.fits {
			t.Errorf("%.20q fits %s: %v, %v; want %v", c.password, c.kept, got, err, c.fits)
		}
	}
	for _, bad := range []string{"", "elevenbytes", strings.Repeat("ж", MinPassword-1), strings.Repeat("x", MaxPassword+1)} {
		if _, err := HashPassword(bad); !errors.Is(err, ErrPassword) {
			t.Errorf("HashPassword of %d bytes: %v", len(bad), err)
		}
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add(decoy.String())
	f.Add("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Add("$argon2i$v=16$m=8,t=1,p=1$$")
	f.Add("$2b$12$abcdefghijklmnopqrstuv")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePHC(s)
		if err != nil {
			return
		}
		if p.memory > mostMemory || p.time > mostTime || p.time < 1 || p.lanes < 1 || p.memory < 8*uint32(p.lanes) {
			t.Errorf("%q costs %+v", s, p.cost)
		}
		if p.String() != s {
			t.Errorf("%q reads as %s", s, p)
		}
	})
}

// What is compared is compared whole, in constant time: by construction of
// crypto/subtle over sums of one length.
func TestEqual(t *testing.T) {
	secret, hash := newSecret()
	other, _ := newSecret()
	if secret == other || len(secret) < 43 || hashOf(secret) != hash {
		t.Errorf("secrets %q and %q", secret, other)
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{{secret, secret, true}, {secret, other, false}, {secret, secret[:42], false}, {"", "", true}, {secret, "", false}} {
		if got := equal(c.a, c.b); got != c.want {
			t.Errorf("equal(%q, %q) = %v", c.a, c.b, got)
		}
	}
	if bytes.Equal([]byte(newPassword()), []byte(newPassword())) {
		t.Error("made the same password twice")
	}
}
