package crf

import (
	"encoding/binary"
	"fmt"

	"github.com/readout-news/readout/internal/ml"
)

// Kind is the kind of the model file (package ml has its format). Sections:
// "labels", the names; "rows", varints: the transitions that BIO allows, in
// order; the numbers of rows and of weights; then each row as the difference
// of its key to the last one's, the number of its weights, and for each the
// label and the weight. Weights are zigzag varints in 1/unit nats.
const Kind = "crf"

// Encode writes the model in the form that Load reads.
func (m *Model) Encode() []byte {
	f := ml.NewFile(Kind, m.version)
	f.PutStrings("labels", m.labels)
	f.PutBytes("rows", m.encodeRows())
	return f.Encode()
}

func (m *Model) encodeRows() []byte {
	var p []byte
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
	return p
}

// Load reads a model. Its error wraps ml.ErrFormat and says what is wrong;
// bytes that pass the checksum but break an invariant are refused too.
func Load(data []byte) (*Model, error) {
	f, err := ml.Decode(data, Kind)
	if err != nil {
		return nil, err
	}
	labels, err := f.Strings("labels", -1)
	if err != nil {
		return nil, err
	}
	rows, err := f.Bytes("rows", -1)
	if err != nil {
		return nil, err
	}
	return decode(labels, f.Version, rows)
}

// decode reads the weights of a model with these labels.
func decode(labels []string, version string, p []byte) (*Model, error) {
	if _, err := NewSet(labels); err != nil {
		return nil, fmt.Errorf("%w: %w", ml.ErrFormat, err)
	}
	d := &reader{p: p}
	n := len(labels)
	m := &Model{labels: labels, version: version, trans: make([]int32, (n+1)*n)}
	for i, ok := range allowed(labels) {
		m.trans[i] = forbidden
		if ok {
			m.trans[i] = d.weight()
		}
	}
	// A row takes at least two bytes and a weight two, so the counts are
	// bounded by what is left: a forged count cannot ask for much memory.
	rows := int(d.uvarint(uint64(d.left() / 2)))
	cells := int(d.uvarint(uint64(d.left() / 2)))
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
	if len(m.cells) != cells || d.left() != 0 {
		d.fail("rows and counts disagree")
	}
	if d.err != nil {
		return nil, d.err
	}
	m.off = append(m.off, uint32(len(m.cells)))
	m.index()
	return m, nil
}

// reader takes values from p at i on; after the first error it returns zeros.
type reader struct {
	p   []byte
	i   int
	err error
}

func (d *reader) left() int { return len(d.p) - d.i }

func (d *reader) fail(why string) {
	if d.err == nil {
		d.err = fmt.Errorf("model %s: %w: %s", Kind, ml.ErrFormat, why)
	}
	d.i = len(d.p)
}

func (d *reader) uvarint(limit uint64) uint64 {
	v, n := binary.Uvarint(d.p[d.i:])
	if n <= 0 || v > limit {
		d.fail("a number is cut off or too large")
		return 0
	}
	d.i += n
	return v
}

func (d *reader) weight() int32 {
	v, n := binary.Varint(d.p[d.i:])
	if n <= 0 || v > maxWeight || v < -maxWeight {
		d.fail("a weight is cut off or too large")
		return 0
	}
	d.i += n
	return int32(v)
}

func (d *reader) byte() byte {
	if d.left() == 0 {
		d.fail("the weights are cut off")
		return 0
	}
	d.i++
	return d.p[d.i-1]
}
