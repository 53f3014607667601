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
	p = binary.AppendUvarint(p, uint64(m.rows))
	p = binary.AppendUvarint(p, uint64(len(m.cells)))
	last := uint32(0)
	for _, r := range m.slots {
		if r.key == 0 {
			continue
		}
		p = binary.AppendUvarint(p, uint64(r.key-last))
		last = r.key
		cells := m.cells[r.at:]
		n := 1
		for cells[n-1]&cellLast == 0 {
			n++
		}
		p = append(p, byte(n))
		for _, c := range cells[:n] {
			p = append(p, byte(c))
			p = binary.AppendVarint(p, int64(c>>cellShift))
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
	list := make([]slot, 0, rows)
	m.cells = make([]int32, 0, cells)
	last := uint64(0)
	for range rows {
		step := d.uvarint(1<<32 - 1)
		last += step
		if d.err != nil || step == 0 || last >= 1<<32 {
			d.fail("keys are not in order")
			break
		}
		list = append(list, slot{uint32(last), uint32(len(m.cells))})
		weights := d.byte()
		if weights == 0 {
			d.fail("a row without weights")
		}
		for range weights {
			y := d.byte()
			if int(y) >= n {
				d.fail("a weight of no label")
			}
			m.cells = append(m.cells, d.weight()<<cellShift|int32(y))
		}
		if d.err != nil || len(m.cells) > cells {
			break
		}
		m.cells[len(m.cells)-1] |= cellLast
	}
	if len(m.cells) != cells || d.left() != 0 {
		d.fail("rows and counts disagree")
	}
	if d.err != nil {
		return nil, d.err
	}
	m.index(list)
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
