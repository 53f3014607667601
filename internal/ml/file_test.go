package ml

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

func sample() *File {
	f := NewFile("sample", "3")
	f.PutBytes("raw", []byte{1, 2, 3})
	f.PutInt8s("weights", []int8{-127, 0, 127})
	f.PutUint32s("counts", []uint32{0, 1 << 31})
	f.PutFloat32s("scales", []float32{0.5, -3e8})
	f.PutStrings("words", []string{"", "lake", "ansa"})
	return f
}

func TestRoundTrip(t *testing.T) {
	data := sample().Encode()
	f, err := Decode(data, "sample")
	if err != nil {
		t.Fatal(err)
	}
	if f.Version != "3" {
		t.Errorf("version %q", f.Version)
	}
	if !bytes.Equal(f.Encode(), data) {
		t.Error("encoding again gives other bytes")
	}
	if v, err := f.Bytes("raw", 3); err != nil || !bytes.Equal(v, []byte{1, 2, 3}) {
		t.Errorf("raw = %v, %v", v, err)
	}
	if v, err := f.Int8s("weights", 3); err != nil || !slices.Equal(v, []int8{-127, 0, 127}) {
		t.Errorf("weights = %v, %v", v, err)
	}
	if v, err := f.Uint32s("counts", -1); err != nil || !slices.Equal(v, []uint32{0, 1 << 31}) {
		t.Errorf("counts = %v, %v", v, err)
	}
	if v, err := f.Float32s("scales", 2); err != nil || !slices.Equal(v, []float32{0.5, -3e8}) {
		t.Errorf("scales = %v, %v", v, err)
	}
	if v, err := f.Strings("words", 3); err != nil || !slices.Equal(v, []string{"", "lake", "ansa"}) {
		t.Errorf("words = %q, %v", v, err)
	}
}

func TestDamageIsRefused(t *testing.T) {
	good := sample().Encode()
	cases := map[string][]byte{
		"empty":          nil,
		"text":           []byte("# not a model, but a text that is long enough for a header"),
		"truncated":      good[:len(good)-1],
		"trailing byte":  append(slices.Clone(good), 0),
		"later format":   with(good, 8, 2),
		"flipped header": with(good, 20, good[20]^1),
	}
	for name, data := range cases {
		if _, err := Decode(data, "sample"); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: err = %v, want ErrFormat", name, err)
		}
	}
	for i := headerSize; i < len(good); i++ {
		if _, err := Decode(with(good, i, good[i]^0x40), "sample"); !errors.Is(err, ErrFormat) {
			t.Errorf("flipped byte %d: err = %v, want ErrFormat", i, err)
		}
	}
	if _, err := Decode(good, "other"); !errors.Is(err, ErrFormat) {
		t.Errorf("wrong kind: err = %v, want ErrFormat", err)
	}
}

func TestGettersRefuse(t *testing.T) {
	f := sample()
	if _, err := f.Int8s("absent", -1); !errors.Is(err, ErrFormat) {
		t.Errorf("absent section: %v", err)
	}
	if _, err := f.Int8s("scales", -1); !errors.Is(err, ErrFormat) {
		t.Errorf("wrong type: %v", err)
	}
	if _, err := f.Int8s("weights", 4); !errors.Is(err, ErrFormat) {
		t.Errorf("wrong length: %v", err)
	}
}

func with(b []byte, at int, v byte) []byte {
	b = slices.Clone(b)
	b[at] = v
	return b
}

// FuzzDecode feeds the section reader directly too: random bytes would
// otherwise never pass the checksum.
func FuzzDecode(f *testing.F) {
	good := sample().Encode()
	f.Add(good, false)
	f.Add(good[headerSize:], true)
	f.Add([]byte("RDOUTMDL"), false)
	f.Fuzz(func(t *testing.T, data []byte, body bool) {
		if body {
			data = seal(data)
		}
		m, err := Decode(data, "sample")
		if err != nil {
			return
		}
		if !bytes.Equal(m.Encode(), data) {
			t.Fatal("an accepted file does not encode to itself")
		}
		for name, s := range m.sections {
			switch s.typ {
			case typeStrings:
				_, err = m.Strings(name, -1)
			case typeFloat32:
				_, err = m.Float32s(name, -1)
			}
			if err != nil && !errors.Is(err, ErrFormat) {
				t.Fatal(err)
			}
		}
	})
}

// seal puts a sound header before body.
func seal(body []byte) []byte {
	out := append(make([]byte, headerSize), body...)
	putHeader(out)
	return out
}
