// Package packed is the form in which linking notes facts in few bytes: numbers
// as varints (encoding/binary), strings behind their length, up to eight flags in
// a byte. What is written is known to who reads it; nothing names fields.
//
// Reading never fails in between: after the first damage there is nothing left,
// what is asked for is zero, and Err says so.
package packed

import (
	"encoding/binary"
	"errors"
)

// String appends s to b.
func String(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// Flags are up to eight flags in a byte, the first in its lowest bit.
func Flags(on ...bool) (f byte) {
	for i, x := range on {
		if x {
			f |= 1 << i
		}
	}
	return f
}

// ErrDamaged is of bytes that nobody wrote like that.
var ErrDamaged = errors.New("what linking noted is damaged")

// Reader takes bytes apart in the order in which they were written.
type Reader struct {
	b   []byte
	err error
}

// Read reads b, which must not change meanwhile.
func Read(b []byte) *Reader { return &Reader{b: b} }

// More reports whether anything is left.
func (r *Reader) More() bool { return len(r.b) > 0 }

// Rest is all that is left.
func (r *Reader) Rest() []byte { return r.b }

// Err is ErrDamaged after damage.
func (r *Reader) Err() error { return r.err }

// Fail notes damage that only the caller can see.
func (r *Reader) Fail() { r.b, r.err = nil, ErrDamaged }

// Uint reads what binary.AppendUvarint wrote.
func (r *Reader) Uint() uint64 { return number(r, binary.Uvarint) }

// Int reads what binary.AppendVarint wrote.
func (r *Reader) Int() int64 { return number(r, binary.Varint) }

func number[N uint64 | int64](r *Reader, varint func([]byte) (N, int)) N {
	n, used := varint(r.b)
	if used <= 0 {
		r.Fail()
		return 0
	}
	r.b = r.b[used:]
	return n
}

// Count reads how many things follow of which each takes so many bytes at least:
// more than are left is damage, and is found before anybody makes room for them.
func (r *Reader) Count(least int) int {
	n := r.Uint()
	if n > uint64(len(r.b)/least) {
		r.Fail()
		return 0
	}
	return int(n)
}

// String reads what String wrote.
func (r *Reader) String() string { return r.Bytes(r.Count(1)) }

// Bytes reads n bytes; "" where there are not so many.
func (r *Reader) Bytes(n int) string {
	if n > len(r.b) {
		r.Fail()
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

// Flags reads what Flags wrote.
func (r *Reader) Flags(on ...*bool) {
	f := byte(0)
	if len(r.b) == 0 {
		r.Fail()
	} else {
		f, r.b = r.b[0], r.b[1:]
	}
	for i, x := range on {
		*x = f&(1<<i) != 0
	}
}
