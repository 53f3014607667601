package sqlstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"
)

// A value of a row in one form, whatever the engine: a letter for what it is
// and the value after it. true and false are 1 and 0, as SQLite has them.
const (
	valueNull  = 'n'
	valueInt   = 'i' // varint
	valueFloat = 'f' // IEEE 754, 8 bytes, little-endian
	valueText  = 's' // length as uvarint, bytes
	valueBlob  = 'b' // the same
)

// appendValue appends v to b.
func appendValue(b []byte, v any) []byte {
	switch x := v.(type) {
	case nil:
		return append(b, valueNull)
	case string:
		b = binary.AppendUvarint(append(b, valueText), uint64(len(x)))
		return append(b, x...)
	case []byte:
		b = binary.AppendUvarint(append(b, valueBlob), uint64(len(x)))
		return append(b, x...)
	case int:
		return binary.AppendVarint(append(b, valueInt), int64(x))
	case int64:
		return binary.AppendVarint(append(b, valueInt), x)
	case bool:
		return binary.AppendVarint(append(b, valueInt), int64(b2i(x)))
	case float64:
		return binary.LittleEndian.AppendUint64(append(b, valueFloat), math.Float64bits(x+0)) // a database keeps no sign of zero
	case time.Time:
		return binary.AppendVarint(append(b, valueInt), x.UnixMicro())
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.String:
		return appendValue(b, r.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32:
		return appendValue(b, r.Int())
	case reflect.Float32:
		return appendValue(b, r.Float())
	case reflect.Pointer:
		if r.IsNil() {
			return append(b, valueNull)
		}
		return appendValue(b, r.Elem().Interface())
	}
	panic(fmt.Sprintf("sqlstore: no form for a %T", v))
}

var errValue = errors.New("no value of a row begins here")

// cutValue is the value that b begins with, and what follows it. A text or blob
// is a copy.
func cutValue(b []byte) (v any, rest []byte, err error) {
	if len(b) == 0 {
		return nil, nil, errValue
	}
	kind, b := b[0], b[1:]
	switch kind {
	case valueNull:
		return nil, b, nil
	case valueInt:
		x, n := binary.Varint(b)
		if n <= 0 {
			return nil, nil, errValue
		}
		return x, b[n:], nil
	case valueFloat:
		if len(b) < 8 {
			return nil, nil, errValue
		}
		return math.Float64frombits(binary.LittleEndian.Uint64(b)), b[8:], nil
	case valueText, valueBlob:
		n, used := binary.Uvarint(b)
		if used <= 0 || n > uint64(len(b)-used) {
			return nil, nil, errValue
		}
		b = b[used:]
		if kind == valueText {
			return string(b[:n]), b[n:], nil
		}
		return append([]byte{}, b[:n]...), b[n:], nil
	}
	return nil, nil, errValue
}
