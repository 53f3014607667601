package packed

import (
	"encoding/binary"
	"errors"
	"testing"
)

func TestWrittenIsRead(t *testing.T) {
	b := String(nil, "")
	b = String(b, "Lake Ansa")
	b = append(b, Flags(true, false, true))
	b = binary.AppendUvarint(b, 300)
	b = binary.AppendVarint(b, -300)
	b = append(binary.AppendUvarint(b, 2), "abcd"...)
	r := Read(b)
	if got := r.String() + r.String(); got != "Lake Ansa" {
		t.Errorf("%q", got)
	}
	var first, second, third bool
	r.Flags(&first, &second, &third)
	if !first || second || !third {
		t.Errorf("flags %v %v %v", first, second, third)
	}
	if n, m := r.Uint(), r.Int(); n != 300 || m != -300 {
		t.Errorf("%d and %d", n, m)
	}
	if n := r.Count(2); n != 2 {
		t.Errorf("count %d", n)
	}
	if got := r.Bytes(3); got != "abc" || string(r.Rest()) != "d" || !r.More() || r.Err() != nil {
		t.Errorf("%q, %q left, %v", got, r.Rest(), r.Err())
	}
}

// Whatever is cut off is damage, nothing is read behind it, and nobody is told to
// make room for more than there can be.
func TestDamage(t *testing.T) {
	on := true
	for name, c := range map[string]struct {
		b    []byte
		read func(*Reader)
	}{
		"a number":        {[]byte{0x80}, func(r *Reader) { r.Uint() }},
		"a signed number": {[]byte{0x80}, func(r *Reader) { r.Int() }},
		"a string":        {[]byte{5, 'a'}, func(r *Reader) { _ = r.String() }},
		"bytes":           {[]byte{'a'}, func(r *Reader) { r.Bytes(2) }},
		"flags":           {nil, func(r *Reader) { r.Flags(&on) }},
		"a count":         {[]byte{3, 1, 2, 3, 4, 5}, func(r *Reader) { r.Count(2) }},
		"a huge count":    {binary.AppendUvarint(nil, 1<<63), func(r *Reader) { r.Count(1) }},
	} {
		r := Read(c.b)
		c.read(r)
		if !errors.Is(r.Err(), ErrDamaged) || r.More() {
			t.Errorf("%s: %v, %q left", name, r.Err(), r.Rest())
		}
		if r.Uint() != 0 || r.String() != "" {
			t.Errorf("%s: something is read behind damage", name)
		}
	}
	if on {
		t.Error("a flag that was not read is set")
	}
}
