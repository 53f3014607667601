package store

import (
	"encoding/binary"
	"errors"

	"github.com/readout-news/readout"
)

// EncodeSpans writes spans as signed varints, each the difference to the
// number before it: about two bytes a sentence.
func EncodeSpans(spans []readout.Span) []byte {
	out := []byte{}
	at := 0
	for _, s := range spans {
		out = binary.AppendVarint(out, int64(s.Start-at))
		out = binary.AppendVarint(out, int64(s.End-s.Start))
		at = s.End
	}
	return out
}

// DecodeSpans is the inverse of EncodeSpans.
func DecodeSpans(b []byte) ([]readout.Span, error) {
	var out []readout.Span
	at := 0
	for len(b) > 0 {
		start, n := binary.Varint(b)
		if n <= 0 {
			return nil, errors.New("spans: cut off")
		}
		length, m := binary.Varint(b[n:])
		if m <= 0 {
			return nil, errors.New("spans: cut off")
		}
		b = b[n+m:]
		s := readout.Span{Start: at + int(start), End: at + int(start) + int(length)}
		at = s.End
		out = append(out, s)
	}
	return out, nil
}
