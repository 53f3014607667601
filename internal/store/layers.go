package store

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// The encoding of layers, before zstd (Pack):
//
//	"RDL1"                       4 bytes
//	fingerprint                  8 bytes, of the layout below
//	strings                      count, then each as length and bytes; in order of first use
//	layers                       the fields of nlp.Doc after Report but Desk, in order
//
// where counts and lengths are unsigned varints and a value is, by its type:
//
//	string                       number in the table of strings, unsigned varint
//	int                          signed varint of the difference to the same field of the element
//	                             before it in the innermost list; to 0 in the first
//	bool                         one byte
//	float32, float64             4 or 8 bytes, little-endian IEEE 754
//	pointer                      one byte 0 for nil, else 1 and the value
//	list                         0 for nil, else length+1 and the elements
//	map of strings               0 for nil, else length+1 and the pairs, sorted by key
//	struct                       its fields in order
//
// Differences keep the tokens of a report at about one byte a field. The coder
// is derived from the types, so a field added to nlp.Doc is stored without a
// line here; it also changes the fingerprint, and layers of another layout are
// ErrLayout: they are derived data, and the report is annotated anew.

// ErrLayout says that the layers were stored with other fields than this program has.
var ErrLayout = errors.New("layers have another layout; annotate the report again")

const layersMagic = "RDL1"

// EncodeLayers returns the layers of doc, without its report, packed.
func EncodeLayers(doc *nlp.Doc) ([]byte, error) {
	l := layout()
	w := &writer{ids: map[string]uint64{}}
	v := reflect.ValueOf(doc).Elem()
	for i, c := range l.fields {
		c.enc(w, v.Field(l.index[i]), reflect.Value{})
	}
	head := append([]byte(layersMagic), l.fingerprint...)
	head = binary.AppendUvarint(head, uint64(len(w.strings)))
	for _, s := range w.strings {
		head = binary.AppendUvarint(head, uint64(len(s)))
		head = append(head, s...)
	}
	return Pack(append(head, w.buf...))
}

// DecodeLayers is the inverse of EncodeLayers; report becomes the Doc's.
func DecodeLayers(report *readout.Report, packed []byte) (*nlp.Doc, error) {
	b, err := Unpack(packed)
	if err != nil {
		return nil, err
	}
	return decodeLayers(report, b)
}

// Readable reports whether DecodeLayers can read packed with the fields of this
// program.
func Readable(packed []byte) bool {
	b, err := Unpack(packed)
	if err != nil {
		return false
	}
	_, err = body(b)
	return err == nil
}

// body is what follows the header of an encoding.
func body(b []byte) ([]byte, error) {
	l := layout()
	if len(b) < len(layersMagic)+len(l.fingerprint) || string(b[:len(layersMagic)]) != layersMagic {
		return nil, errors.New("layers: no header")
	}
	b = b[len(layersMagic):]
	if string(b[:len(l.fingerprint)]) != l.fingerprint {
		return nil, ErrLayout
	}
	return b[len(l.fingerprint):], nil
}

func decodeLayers(report *readout.Report, b []byte) (*nlp.Doc, error) {
	l := layout()
	b, err := body(b)
	if err != nil {
		return nil, err
	}
	r := &reader{buf: b}
	for range r.count() {
		r.strings = append(r.strings, string(r.bytes(r.count())))
	}
	doc := &nlp.Doc{Report: report}
	v := reflect.ValueOf(doc).Elem()
	for i, c := range l.fields {
		c.dec(r, v.Field(l.index[i]), reflect.Value{})
	}
	if r.err == nil && len(r.buf) > 0 {
		r.fail("%d bytes left over", len(r.buf))
	}
	if r.err != nil {
		return nil, fmt.Errorf("layers: %w", r.err)
	}
	return doc, nil
}

// writer gathers an encoding.
type writer struct {
	buf     []byte
	strings []string
	ids     map[string]uint64
}

func (w *writer) string(s string) {
	id, ok := w.ids[s]
	if !ok {
		id = uint64(len(w.strings))
		w.ids[s] = id
		w.strings = append(w.strings, s)
	}
	w.buf = binary.AppendUvarint(w.buf, id)
}

// reader takes an encoding apart. After the first error everything is zero.
type reader struct {
	buf     []byte
	strings []string
	err     error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
	r.buf = nil
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.buf)
	if n <= 0 {
		r.fail("cut off")
		return 0
	}
	r.buf = r.buf[n:]
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.buf)
	if n <= 0 {
		r.fail("cut off")
		return 0
	}
	r.buf = r.buf[n:]
	return v
}

// count reads a length; each thing counted takes a byte at least, so a length
// beyond the bytes left is damage and allocates nothing.
func (r *reader) count() int {
	n := r.uvarint()
	if n > uint64(len(r.buf)) {
		r.fail("length %d with %d bytes left", n, len(r.buf))
		return 0
	}
	return int(n)
}

func (r *reader) bytes(n int) []byte {
	if n > len(r.buf) {
		r.fail("cut off")
		return nil
	}
	b := r.buf[:n]
	r.buf = r.buf[n:]
	return b
}

func (r *reader) byte() byte {
	if b := r.bytes(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *reader) string() string {
	id := r.uvarint()
	if r.err == nil && id >= uint64(len(r.strings)) {
		r.fail("string %d of %d", id, len(r.strings))
	}
	if r.err != nil {
		return ""
	}
	return r.strings[id]
}

// coder writes and reads values of one type. prev is the value of the same
// field in the list element before, or the zero reflect.Value.
type coder struct {
	enc func(w *writer, v, prev reflect.Value)
	dec func(r *reader, v, prev reflect.Value)
	sig string // describes the type for the fingerprint
}

// docLayout is the coder of nlp.Doc's layers.
type docLayout struct {
	fields      []coder
	index       []int // of the fields in nlp.Doc
	fingerprint string
}

var layout = sync.OnceValue(func() *docLayout {
	l := &docLayout{}
	t := reflect.TypeFor[nlp.Doc]()
	var sig strings.Builder
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "Report" || f.Name == "Desk" {
			continue
		}
		c := coderFor(f.Type)
		l.fields = append(l.fields, c)
		l.index = append(l.index, i)
		fmt.Fprintf(&sig, "%s %s;", f.Name, c.sig)
	}
	sum := sha256.Sum256([]byte(sig.String()))
	l.fingerprint = string(sum[:8])
	return l
})

// coderFor derives the coder of t. It panics on a type that the encoding has
// no rule for, which the first test run shows.
func coderFor(t reflect.Type) coder {
	switch t.Kind() {
	case reflect.String:
		return coder{
			func(w *writer, v, _ reflect.Value) { w.string(v.String()) },
			func(r *reader, v, _ reflect.Value) { v.SetString(r.string()) },
			"string",
		}
	case reflect.Int:
		return coder{
			func(w *writer, v, prev reflect.Value) {
				w.buf = binary.AppendVarint(w.buf, v.Int()-intOf(prev))
			},
			func(r *reader, v, prev reflect.Value) { v.SetInt(r.varint() + intOf(prev)) },
			"int",
		}
	case reflect.Bool:
		return coder{
			func(w *writer, v, _ reflect.Value) {
				if v.Bool() {
					w.buf = append(w.buf, 1)
				} else {
					w.buf = append(w.buf, 0)
				}
			},
			func(r *reader, v, _ reflect.Value) { v.SetBool(r.byte() != 0) },
			"bool",
		}
	case reflect.Float32:
		return coder{
			func(w *writer, v, _ reflect.Value) {
				w.buf = binary.LittleEndian.AppendUint32(w.buf, math.Float32bits(float32(v.Float())))
			},
			func(r *reader, v, _ reflect.Value) {
				if b := r.bytes(4); len(b) == 4 {
					v.SetFloat(float64(math.Float32frombits(binary.LittleEndian.Uint32(b))))
				}
			},
			"float32",
		}
	case reflect.Float64:
		return coder{
			func(w *writer, v, _ reflect.Value) {
				w.buf = binary.LittleEndian.AppendUint64(w.buf, math.Float64bits(v.Float()))
			},
			func(r *reader, v, _ reflect.Value) {
				if b := r.bytes(8); len(b) == 8 {
					v.SetFloat(math.Float64frombits(binary.LittleEndian.Uint64(b)))
				}
			},
			"float64",
		}
	case reflect.Pointer:
		return pointerCoder(t)
	case reflect.Slice:
		return sliceCoder(t)
	case reflect.Map:
		if t.Key().Kind() == reflect.String && t.Elem().Kind() == reflect.String {
			return mapCoder(t)
		}
	case reflect.Struct:
		return structCoder(t)
	}
	panic(fmt.Sprintf("store: no encoding for %s", t))
}

func intOf(v reflect.Value) int64 {
	if !v.IsValid() {
		return 0
	}
	return v.Int()
}

func pointerCoder(t reflect.Type) coder {
	elem := coderFor(t.Elem())
	return coder{
		func(w *writer, v, _ reflect.Value) {
			if v.IsNil() {
				w.buf = append(w.buf, 0)
				return
			}
			w.buf = append(w.buf, 1)
			elem.enc(w, v.Elem(), reflect.Value{})
		},
		func(r *reader, v, _ reflect.Value) {
			if r.byte() == 0 {
				return
			}
			v.Set(reflect.New(t.Elem()))
			elem.dec(r, v.Elem(), reflect.Value{})
		},
		"*" + elem.sig,
	}
}

func sliceCoder(t reflect.Type) coder {
	elem := coderFor(t.Elem())
	return coder{
		func(w *writer, v, _ reflect.Value) {
			if v.IsNil() {
				w.buf = append(w.buf, 0)
				return
			}
			w.buf = binary.AppendUvarint(w.buf, uint64(v.Len())+1)
			prev := reflect.Value{}
			for i := range v.Len() {
				e := v.Index(i)
				elem.enc(w, e, prev)
				prev = e
			}
		},
		func(r *reader, v, _ reflect.Value) {
			n := r.uvarint()
			if n == 0 || r.err != nil {
				return
			}
			n--
			if n > uint64(len(r.buf)) {
				r.fail("list of %d with %d bytes left", n, len(r.buf))
				return
			}
			v.Set(reflect.MakeSlice(t, int(n), int(n)))
			prev := reflect.Value{}
			for i := range int(n) {
				e := v.Index(i)
				elem.dec(r, e, prev)
				if r.err != nil {
					return
				}
				prev = e
			}
		},
		"[]" + elem.sig,
	}
}

func mapCoder(t reflect.Type) coder {
	return coder{
		func(w *writer, v, _ reflect.Value) {
			if v.IsNil() {
				w.buf = append(w.buf, 0)
				return
			}
			w.buf = binary.AppendUvarint(w.buf, uint64(v.Len())+1)
			pairs := map[string]string{}
			for it := v.MapRange(); it.Next(); {
				pairs[it.Key().String()] = it.Value().String()
			}
			for _, k := range slices.Sorted(maps.Keys(pairs)) {
				w.string(k)
				w.string(pairs[k])
			}
		},
		func(r *reader, v, _ reflect.Value) {
			n := r.uvarint()
			if n == 0 || r.err != nil {
				return
			}
			v.Set(reflect.MakeMap(t))
			for range n - 1 {
				k, s := r.string(), r.string()
				if r.err != nil {
					return
				}
				v.SetMapIndex(reflect.ValueOf(k).Convert(t.Key()), reflect.ValueOf(s).Convert(t.Elem()))
			}
		},
		"map[string]string",
	}
}

func structCoder(t reflect.Type) coder {
	var fields []coder
	sig := "{"
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			panic(fmt.Sprintf("store: %s.%s is not exported and would be lost", t, f.Name))
		}
		c := coderFor(f.Type)
		fields = append(fields, c)
		sig += f.Name + " " + c.sig + ";"
	}
	at := func(v reflect.Value, i int) reflect.Value {
		if !v.IsValid() {
			return v
		}
		return v.Field(i)
	}
	return coder{
		func(w *writer, v, prev reflect.Value) {
			for i, c := range fields {
				c.enc(w, v.Field(i), at(prev, i))
			}
		},
		func(r *reader, v, prev reflect.Value) {
			for i, c := range fields {
				c.dec(r, v.Field(i), at(prev, i))
			}
		},
		sig + "}",
	}
}
