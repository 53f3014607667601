package salvage

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
)

// Pages of a SQLite file, read one by one whatever leads to them: see “Database
// File Format”, https://www.sqlite.org/fileformat2.html.

// Kinds of b-tree pages that hold rows.
const (
	indexInterior = 0x02
	indexLeaf     = 0x0a
	tableLeaf     = 0x0d
)

const (
	headSize   = 100     // bytes of the file's header
	maxPayload = 1 << 30 // bytes of a row
	maxColumns = 2000
	frameHead  = 24 // bytes before a page in the write-ahead log
	walHead    = 32
)

// pages are those of a file with its write-ahead log over them.
type pages struct {
	file  io.ReaderAt
	size  int // of a page
	count uint32
	tail  int              // reserved bytes at the end of each page
	wal   io.ReaderAt      // nil: none
	at    map[uint32]int64 // pages of the log, where they are
}

var errPage = errors.New("no page of a database")

// openPages looks at the header, or guesses where that is damaged.
func openPages(file io.ReaderAt, length int64, wal io.ReaderAt, walLength int64) *pages {
	p := &pages{file: file, size: 4096, wal: wal, at: map[uint32]int64{}}
	head := make([]byte, headSize)
	if n, _ := file.ReadAt(head, 0); n == headSize {
		size := int(binary.BigEndian.Uint16(head[16:]))
		if size == 1 {
			size = 1 << 16
		}
		if size >= 512 && size&(size-1) == 0 {
			p.size = size
		}
		if tail := int(head[20]); p.size-tail >= 480 {
			p.tail = tail
		}
	}
	p.count = uint32(min(length/int64(p.size), math.MaxUint32)) //nolint:gosec // not negative
	if wal != nil {
		frame := int64(frameHead + p.size)
		for at := int64(walHead); at+frame <= walLength; at += frame {
			var h [frameHead]byte
			if _, err := wal.ReadAt(h[:], at); err != nil {
				break
			}
			n := binary.BigEndian.Uint32(h[:])
			p.at[n] = at + frameHead                                        // the later one counts
			p.count = max(p.count, min(n, p.count+uint32(walLength/frame))) //nolint:gosec // a number of frames
		}
	}
	return p
}

// page is the page with that number, from 1.
func (p *pages) page(n uint32) ([]byte, error) {
	if n == 0 || n > p.count {
		return nil, errPage
	}
	b := make([]byte, p.size)
	if at, ok := p.at[n]; ok {
		_, err := p.wal.ReadAt(b, at)
		return b, err
	}
	got, err := p.file.ReadAt(b, int64(n-1)*int64(p.size))
	if got == len(b) {
		err = nil
	}
	return b, err
}

// rows calls f for every row that stands in a page of a tree, with its values in
// the order in which they are stored; rowid is that of a row of a table with one.
// What is no row is passed over.
func (p *pages) rows(f func(rowid int64, vals []any)) {
	for n := uint32(1); n <= p.count; n++ {
		b, err := p.page(n)
		if err != nil {
			continue
		}
		start := 0
		if n == 1 {
			start = headSize
		}
		kind := b[start]
		head := 8
		switch kind {
		case indexInterior:
			head = 12
		case indexLeaf, tableLeaf:
		default:
			continue
		}
		cells := int(binary.BigEndian.Uint16(b[start+3:]))
		for i := range cells {
			at := start + head + 2*i
			if at+2 > p.size {
				break
			}
			if rowid, payload, ok := p.cell(b, kind, int(binary.BigEndian.Uint16(b[at:]))); ok {
				if vals, ok := record(payload); ok {
					f(rowid, vals)
				}
			}
		}
	}
}

// cell is the payload of a cell.
func (p *pages) cell(b []byte, kind byte, at int) (rowid int64, payload []byte, ok bool) {
	usable := p.size - p.tail
	if kind == indexInterior {
		at += 4
	}
	if at < 8 || at >= usable {
		return 0, nil, false
	}
	size, n := varint(b[at:usable])
	if n == 0 || size <= 0 || size > min(maxPayload, int64(p.count)*int64(p.size)) {
		return 0, nil, false
	}
	at += n
	most := (usable-12)*64/255 - 23
	if kind == tableLeaf {
		if rowid, n = varint(b[at:usable]); n == 0 {
			return 0, nil, false
		}
		at += n
		most = usable - 35
	}
	if size <= int64(most) {
		if at+int(size) > usable {
			return 0, nil, false
		}
		return rowid, b[at : at+int(size)], true
	}
	least := (usable-12)*32/255 - 23
	local := least + int((size-int64(least))%int64(usable-4))
	if local > most {
		local = least
	}
	if at+local+4 > usable {
		return 0, nil, false
	}
	payload = append(payload, b[at:at+local]...)
	next := binary.BigEndian.Uint32(b[at+local:])
	for int64(len(payload)) < size {
		o, err := p.page(next)
		if err != nil {
			return 0, nil, false
		}
		take := min(int(size)-len(payload), usable-4)
		payload = append(payload, o[4:4+take]...)
		next = binary.BigEndian.Uint32(o)
	}
	return rowid, payload, true
}

// record are the values of a row: nil, int64, float64, string or []byte.
func record(b []byte) (vals []any, ok bool) {
	size, n := varint(b)
	if n == 0 || size < int64(n) || size > int64(len(b)) {
		return nil, false
	}
	head, body := b[n:size], b[size:]
	for len(head) > 0 {
		kind, n := varint(head)
		if n == 0 || kind < 0 || len(vals) == maxColumns {
			return nil, false
		}
		head = head[n:]
		var length int64
		switch {
		case kind <= 4:
			length = kind
		case kind == 5:
			length = 6
		case kind == 6, kind == 7:
			length = 8
		case kind == 8, kind == 9:
		case kind >= 12:
			length = (kind - 12) / 2
		default:
			return nil, false
		}
		if length > int64(len(body)) {
			return nil, false
		}
		v := body[:length]
		body = body[length:]
		switch {
		case kind == 0:
			vals = append(vals, nil)
		case kind <= 6:
			x := int64(int8(v[0])) //nolint:gosec // the sign is meant
			for _, c := range v[1:] {
				x = x<<8 | int64(c)
			}
			vals = append(vals, x)
		case kind == 7:
			vals = append(vals, math.Float64frombits(binary.BigEndian.Uint64(v)))
		case kind <= 9:
			vals = append(vals, kind-8)
		case kind%2 == 0:
			vals = append(vals, append([]byte{}, v...))
		default:
			vals = append(vals, string(v))
		}
	}
	return vals, len(vals) > 0
}

// varint is SQLite's: big-endian, seven bits a byte, all eight of the ninth. n is
// its length, 0 where b is too short.
func varint(b []byte) (x int64, n int) {
	for n < len(b) {
		c := b[n]
		n++
		if n == 9 {
			return x<<8 | int64(c), n
		}
		x = x<<7 | int64(c&0x7f)
		if c < 0x80 {
			return x, n
		}
	}
	return 0, 0
}
