// Package ml holds what all trained models share: the file format of their
// weights. Below it: kernel multiplies matrices, act has the non-linearities,
// batch the order of rows, nn trains networks and quant runs them on integers;
// embed trains word vectors and cluster looks words up in classes; crf labels
// sequences. Nothing here knows of news.
//
// # Model file
//
// All numbers are little-endian.
//
//	offset  size  what
//	0       8     magic "RDOUTMDL"
//	8       2     version of this format: 1
//	10      2     zero
//	12      4     number of bytes that follow the checksum
//	16      32    SHA-256 of the bytes that follow
//	48            kind, then version of the model: two strings
//	              number of sections, uint32
//	              the sections, sorted by name
//
// A string is a uint16 length and its bytes. A section is its name (a string),
// a type byte, the number of elements (uint32) and the elements: bytes and
// int8 take one byte each, uint32 and float32 four; an element of a string
// list is a uint32 length and its bytes. Shapes are not stored: the reader of
// a model asks for the number of elements it expects.
//
// Decode checks magic, version, length and checksum before it reads further,
// so that a damaged or truncated file is refused with its reason; it never
// panics and never allocates more than a small multiple of the input.
package ml

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

const (
	magic         = "RDOUTMDL"
	formatVersion = 1
	headerSize    = 48
)

// ErrFormat says that bytes are not a sound model file.
var ErrFormat = errors.New("not a sound model file")

type dtype byte

const (
	typeBytes   dtype = 1
	typeInt8    dtype = 2
	typeUint32  dtype = 3
	typeFloat32 dtype = 4
	typeStrings dtype = 5
)

func (t dtype) String() string {
	switch t {
	case typeBytes:
		return "bytes"
	case typeInt8:
		return "int8"
	case typeUint32:
		return "uint32"
	case typeFloat32:
		return "float32"
	case typeStrings:
		return "strings"
	}
	return fmt.Sprintf("type %d", byte(t))
}

// section is one named array, its elements still encoded.
type section struct {
	typ   dtype
	count int
	data  []byte
}

// File is a model's weights: named arrays under a kind and a version.
type File struct {
	Kind    string // "syntax", "clusters", …
	Version string // of the model, as in its MODEL.md

	sections map[string]section
}

// NewFile returns an empty file.
func NewFile(kind, version string) *File {
	return &File{Kind: kind, Version: version, sections: map[string]section{}}
}

// PutBytes adds a section; like all Put methods it replaces one of that name.
func (f *File) PutBytes(name string, v []byte) {
	f.sections[name] = section{typeBytes, len(v), slices.Clone(v)}
}

// PutInt8s adds a section.
func (f *File) PutInt8s(name string, v []int8) {
	data := make([]byte, len(v))
	for i, x := range v {
		data[i] = byte(x)
	}
	f.sections[name] = section{typeInt8, len(v), data}
}

// PutUint32s adds a section.
func (f *File) PutUint32s(name string, v []uint32) {
	data := make([]byte, 0, 4*len(v))
	for _, x := range v {
		data = binary.LittleEndian.AppendUint32(data, x)
	}
	f.sections[name] = section{typeUint32, len(v), data}
}

// PutFloat32s adds a section.
func (f *File) PutFloat32s(name string, v []float32) {
	data := make([]byte, 0, 4*len(v))
	for _, x := range v {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(x))
	}
	f.sections[name] = section{typeFloat32, len(v), data}
}

// PutStrings adds a section.
func (f *File) PutStrings(name string, v []string) {
	var data []byte
	for _, s := range v {
		data = binary.LittleEndian.AppendUint32(data, uint32(len(s)))
		data = append(data, s...)
	}
	f.sections[name] = section{typeStrings, len(v), data}
}

// Encode returns the bytes of the file. Equal contents give equal bytes.
func (f *File) Encode() []byte {
	out := make([]byte, headerSize)
	out = appendString(out, f.Kind)
	out = appendString(out, f.Version)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(f.sections)))
	for _, name := range slices.Sorted(maps.Keys(f.sections)) {
		s := f.sections[name]
		out = appendString(out, name)
		out = append(out, byte(s.typ))
		out = binary.LittleEndian.AppendUint32(out, uint32(s.count))
		out = append(out, s.data...)
	}
	putHeader(out)
	return out
}

// putHeader fills the first headerSize bytes of file for what follows them.
func putHeader(file []byte) {
	copy(file, magic)
	binary.LittleEndian.PutUint16(file[8:], formatVersion)
	binary.LittleEndian.PutUint16(file[10:], 0)
	binary.LittleEndian.PutUint32(file[12:], uint32(len(file)-headerSize))
	sum := sha256.Sum256(file[headerSize:])
	copy(file[16:], sum[:])
}

func appendString(b []byte, s string) []byte {
	if len(s) > math.MaxUint16 {
		panic("ml: name of more than 65535 bytes")
	}
	b = binary.LittleEndian.AppendUint16(b, uint16(len(s)))
	return append(b, s...)
}

// Decode reads a model file of the given kind. The File refers to data, which
// must not change. Errors wrap ErrFormat.
func Decode(data []byte, kind string) (*File, error) {
	f, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w: %w", kind, ErrFormat, err)
	}
	if f.Kind != kind {
		return nil, fmt.Errorf("model %s: %w: its kind is %q", kind, ErrFormat, f.Kind)
	}
	return f, nil
}

func decode(data []byte) (*File, error) {
	if len(data) < headerSize || string(data[:8]) != magic {
		return nil, errors.New("no model header")
	}
	if v := binary.LittleEndian.Uint16(data[8:]); v != formatVersion {
		return nil, fmt.Errorf("format version %d, this program reads %d", v, formatVersion)
	}
	if v := binary.LittleEndian.Uint16(data[10:]); v != 0 {
		return nil, fmt.Errorf("reserved bytes are %#x, not zero", v)
	}
	body := data[headerSize:]
	if n := binary.LittleEndian.Uint32(data[12:]); uint64(n) != uint64(len(body)) {
		return nil, fmt.Errorf("%d bytes of content, the header says %d", len(body), n)
	}
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], data[16:headerSize]) {
		return nil, errors.New("checksum differs: the file is damaged")
	}
	r := reader{rest: body}
	f := NewFile(r.str(), r.str())
	last := ""
	for n := r.uint32(); n > 0 && r.err == nil; n-- {
		name := r.str()
		if last != "" && name <= last {
			return nil, fmt.Errorf("section %q stands after %q", name, last)
		}
		last = name
		s := section{typ: dtype(r.take(1)[0]), count: int(r.uint32())}
		switch s.typ {
		case typeBytes, typeInt8:
			s.data = r.take(s.count)
		case typeUint32, typeFloat32:
			s.data = r.take(4 * s.count)
		case typeStrings:
			s.data = r.strings(s.count)
		default:
			return nil, fmt.Errorf("section %q has unknown %s", name, s.typ)
		}
		f.sections[name] = s
	}
	if r.err != nil {
		return nil, r.err
	}
	if len(r.rest) > 0 {
		return nil, fmt.Errorf("%d bytes after the last section", len(r.rest))
	}
	return f, nil
}

// reader takes pieces off the front; after the first error it hands out zeros.
type reader struct {
	rest []byte
	err  error
}

var errShort = errors.New("a section runs past the end")

func (r *reader) take(n int) []byte {
	if r.err != nil || n < 0 || n > len(r.rest) {
		r.err = errShort
		return make([]byte, min(max(n, 1), 4))
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) uint32() uint32 { return binary.LittleEndian.Uint32(r.take(4)) }

func (r *reader) str() string {
	n := binary.LittleEndian.Uint16(r.take(2)[:2])
	b := r.take(int(n))
	if r.err != nil {
		return ""
	}
	return string(b)
}

// strings takes n strings in their encoded form.
func (r *reader) strings(n int) []byte {
	start := r.rest
	for ; n > 0 && r.err == nil; n-- {
		r.take(int(r.uint32()))
	}
	if r.err != nil {
		return nil
	}
	return start[:len(start)-len(r.rest)]
}

// get returns the section if it has that type and, for want ≥ 0, that many
// elements.
func (f *File) get(name string, typ dtype, want int) (section, error) {
	s, ok := f.sections[name]
	if !ok {
		return s, fmt.Errorf("model %s: %w: no section %q", f.Kind, ErrFormat, name)
	}
	if s.typ != typ {
		return s, fmt.Errorf("model %s: %w: section %q holds %s, not %s", f.Kind, ErrFormat, name, s.typ, typ)
	}
	if want >= 0 && s.count != want {
		return s, fmt.Errorf("model %s: %w: section %q has %d elements, not %d", f.Kind, ErrFormat, name, s.count, want)
	}
	return s, nil
}

// Bytes returns a section of want elements, or of any number if want is
// negative; so do the other getters. The slice is shared.
func (f *File) Bytes(name string, want int) ([]byte, error) {
	s, err := f.get(name, typeBytes, want)
	return s.data, err
}

// Int8s returns a copy of a section.
func (f *File) Int8s(name string, want int) ([]int8, error) {
	s, err := f.get(name, typeInt8, want)
	if err != nil {
		return nil, err
	}
	out := make([]int8, s.count)
	for i, b := range s.data {
		out[i] = int8(b)
	}
	return out, nil
}

// Uint32s returns a copy of a section.
func (f *File) Uint32s(name string, want int) ([]uint32, error) {
	s, err := f.get(name, typeUint32, want)
	if err != nil {
		return nil, err
	}
	out := make([]uint32, s.count)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(s.data[4*i:])
	}
	return out, nil
}

// Float32s returns a copy of a section. NaN and infinities are refused: no
// trained weight is one.
func (f *File) Float32s(name string, want int) ([]float32, error) {
	s, err := f.get(name, typeFloat32, want)
	if err != nil {
		return nil, err
	}
	out := make([]float32, s.count)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(s.data[4*i:]))
		if out[i]-out[i] != 0 {
			return nil, fmt.Errorf("model %s: %w: section %q element %d is %v", f.Kind, ErrFormat, name, i, out[i])
		}
	}
	return out, nil
}

// Strings returns a section.
func (f *File) Strings(name string, want int) ([]string, error) {
	s, err := f.get(name, typeStrings, want)
	if err != nil {
		return nil, err
	}
	out := make([]string, s.count)
	// One allocation for all: lists of words are long and their strings short.
	all, at := string(s.data), 0
	for i := range out {
		n := int(binary.LittleEndian.Uint32(s.data[at:]))
		out[i] = all[at+4 : at+4+n]
		at += 4 + n
	}
	return out, nil
}
