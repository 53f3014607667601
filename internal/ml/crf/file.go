package crf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// The file: magic, format number, then the payload's length and CRC-32C, then
// the payload. Integers of the payload are varints; keys are sorted and stored
// as differences; weights are zigzag varints in 1/unit nats.
const (
	magic  = "RDCRF\x00"
	format = 1
	header = len(magic) + 2 + 4 + 4
)

// ErrFormat is returned by Load for bytes that are no model of this format.
var ErrFormat = errors.New("not a CRF model")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Encode writes the model in the form that Load reads.
func (m *Model) Encode() []byte {
	var p []byte
	p = appendString(p, m.version)
	p = binary.AppendUvarint(p, uint64(len(m.labels)))
	for _, l := range m.labels {
		p = appendString(p, l)
	}
	for _, t := range m.trans {
		if t != forbidden {
			p = binary.AppendVarint(p, int64(t))
		}
	}
	p = binary.AppendUvarint(p, uint64(len(m.keys)))
	p = binary.AppendUvarint(p, uint64(len(m.cells)))
	last := uint32(0)
	for r, k := range m.keys {
		p = binary.AppendUvarint(p, uint64(k-last))
		last = k
		cells := m.cells[m.off[r]:m.off[r+1]]
		p = append(p, byte(len(cells)))
		for _, c := range cells {
			p = append(p, byte(c))
			p = binary.AppendVarint(p, int64(c>>8))
		}
	}
	out := make([]byte, 0, header+len(p))
	out = append(out, magic...)
	out = binary.LittleEndian.AppendUint16(out, format)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(p)))
	out = binary.LittleEndian.AppendUint32(out, crc32.Checksum(p, castagnoli))
	return append(out, p...)
}

// Load reads a model. Its error wraps ErrFormat and says what is wrong; bytes
// that pass the checksum but break an invariant are refused too.
func Load(data []byte) (*Model, error) {
	if len(data) < header || string(data[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: no header", ErrFormat)
	}
	h := data[len(magic):]
	if f := binary.LittleEndian.Uint16(h); f != format {
		return nil, fmt.Errorf("%w: format %d, this program reads %d", ErrFormat, f, format)
	}
	p := data[header:]
	if n := binary.LittleEndian.Uint32(h[2:]); int64(n) != int64(len(p)) {
		return nil, fmt.Errorf("%w: %d bytes of weights, header says %d", ErrFormat, len(p), n)
	}
	if sum := crc32.Checksum(p, castagnoli); sum != binary.LittleEndian.Uint32(h[6:]) {
		return nil, fmt.Errorf("%w: checksum differs, the file is damaged", ErrFormat)
	}
	return decode(p)
}

// decode reads the payload.
func decode(p []byte) (*Model, error) {
	d := &reader{p: p}
	m := &Model{version: d.string()}
	n := int(d.uvarint(255))
	for range n {
		m.labels = append(m.labels, d.string())
	}
	if d.err != nil {
		return nil, d.err
	}
	if _, err := NewSet(m.labels); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	m.trans = make([]int32, (n+1)*n)
	for i, ok := range allowed(m.labels) {
		m.trans[i] = forbidden
		if ok {
			m.trans[i] = d.weight()
		}
	}
	// A row takes at least two bytes and a weight two, so the counts are
	// bounded by what is left: a forged count cannot ask for much memory.
	rows := int(d.uvarint(uint64(len(d.p) / 2)))
	cells := int(d.uvarint(uint64(len(d.p) / 2)))
	m.keys = make([]uint32, 0, rows)
	m.off = make([]uint32, 0, rows+1)
	m.cells = make([]int32, 0, cells)
	last := uint64(0)
	for range rows {
		step := d.uvarint(1<<32 - 1)
		last += step
		if d.err != nil || step == 0 || last >= 1<<32 {
			d.fail("keys are not in order")
			break
		}
		m.keys = append(m.keys, uint32(last))
		m.off = append(m.off, uint32(len(m.cells)))
		for range d.byte() {
			y := d.byte()
			if int(y) >= n {
				d.fail("a weight of no label")
			}
			m.cells = append(m.cells, d.weight()<<8|int32(y))
		}
		if d.err != nil || len(m.cells) > cells {
			break
		}
	}
	if len(m.cells) != cells || len(d.p) != 0 {
		d.fail("rows and counts disagree")
	}
	if d.err != nil {
		return nil, d.err
	}
	m.off = append(m.off, uint32(len(m.cells)))
	m.index()
	return m, nil
}

func appendString(p []byte, s string) []byte {
	p = binary.AppendUvarint(p, uint64(len(s)))
	return append(p, s...)
}

// reader takes values off the front of p; after the first error it returns
// zeros.
type reader struct {
	p   []byte
	err error
}

func (d *reader) fail(why string) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s", ErrFormat, why)
	}
	d.p = nil
}

func (d *reader) uvarint(limit uint64) uint64 {
	v, n := binary.Uvarint(d.p)
	if n <= 0 || v > limit {
		d.fail("a number is cut off or too large")
		return 0
	}
	d.p = d.p[n:]
	return v
}

func (d *reader) weight() int32 {
	v, n := binary.Varint(d.p)
	if n <= 0 || v > maxWeight || v < -maxWeight {
		d.fail("a weight is cut off or too large")
		return 0
	}
	d.p = d.p[n:]
	return int32(v)
}

func (d *reader) byte() byte {
	if len(d.p) == 0 {
		d.fail("the weights are cut off")
		return 0
	}
	b := d.p[0]
	d.p = d.p[1:]
	return b
}

func (d *reader) string() string {
	n := int(d.uvarint(1 << 16))
	if n > len(d.p) {
		d.fail("a text is cut off")
		return ""
	}
	s := string(d.p[:n])
	d.p = d.p[n:]
	return s
}
