package cluster

import (
	"errors"
	"testing"

	"github.com/readout-news/readout/internal/ml"
)

func TestRoundTrip(t *testing.T) {
	data, err := Encode("7", []string{"lake", "0000", "\""}, []int{31, 0, 5}, []int{127, 1, 6}, []int{511, 2, 300})
	if err != nil {
		t.Fatal(err)
	}
	m, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		word    string
		a, b, c int
		ok      bool
	}{
		{"lake", 31, 127, 511, true},
		{"Lake", 31, 127, 511, true},
		{"1987", 0, 1, 2, true},
		{"“", 5, 6, 300, true},
		{"sollund", 0, 0, 0, false},
		{"", 0, 0, 0, false},
	} {
		a, b, c, ok := m.Of(tc.word)
		if a != tc.a || b != tc.b || c != tc.c || ok != tc.ok {
			t.Errorf("Of(%q) = %d, %d, %d, %t", tc.word, a, b, c, ok)
		}
	}
	if m.Len() != 3 || m.Version() != "7" {
		t.Errorf("%d words of version %q", m.Len(), m.Version())
	}
}

func TestDecodeRefuses(t *testing.T) {
	f := ml.NewFile(Kind, "1")
	f.PutStrings("words", []string{"lake"})
	f.PutBytes("coarse", []byte{Coarse})
	f.PutBytes("middle", []byte{0})
	f.PutBytes("fine", []byte{0, 0})
	if _, err := Decode(f.Encode()); !errors.Is(err, ml.ErrFormat) {
		t.Errorf("class out of range: err = %v", err)
	}
	f.PutBytes("coarse", []byte{0, 0})
	if _, err := Decode(f.Encode()); !errors.Is(err, ml.ErrFormat) {
		t.Errorf("too many classes: err = %v", err)
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Lake": "lake", "ÉTAT": "état", "2026": "0000", "’s": "'s", "“": "\"", "—": "-", "…": "...", "": "", "plain": "plain",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEmbeddedModel(t *testing.T) {
	m, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	monday, _, _, ok := m.Of("Monday")
	tuesday, _, _, ok2 := m.Of("Tuesday")
	if !ok || !ok2 || monday != tuesday {
		t.Errorf("weekdays are in classes %d and %d", monday, tuesday)
	}
	if m.Len() < 20000 {
		t.Errorf("%d words", m.Len())
	}
}

func BenchmarkOf(b *testing.B) {
	m, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	words := []string{"said", "President", "2026", "unseenword"}
	i := 0
	for b.Loop() {
		m.Of(words[i&3])
		i++
	}
}
