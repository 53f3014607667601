package salvage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"maps"
	"math"
	"slices"
)

// Pages of a SQLite file, read one by one whatever leads to them: see “Database
// File Format”, https://www.sqlite.org/fileformat2.html.

// Kinds of b-tree pages that hold rows.
const (
	indexInterior = 0x02
	tableInterior = 0x05 // holds no rows
	indexLeaf     = 0x0a
	tableLeaf     = 0x0d
)

const (
	magic      = "SQLite format 3\x00"
	headSize   = 100     // bytes of the file's header
	maxPayload = 1 << 30 // bytes of a row
	maxColumns = 2000
	frameHead  = 24 // bytes before a page in the write-ahead log
	walHead    = 32
	walSummed  = 24         // bytes of the log's header that have a sum
	lockByte   = 1 << 30    // of the file; its page holds nothing
	walMagic   = 0x377f0682 // the log begins so; its last bit says that sums are big-endian
)

// pages are those of a file with its write-ahead log over them.
type pages struct {
	file  io.ReaderAt
	size  int    // of a page
	count uint32 // pages of the file
	tail  int    // reserved bytes at the end of each page
	wal   io.ReaderAt
	at    map[uint32]int64 // pages of the log, where they are
	cut   int              // frame of the log that is damaged, from 1; 0 none, -1 its header
	known map[uint32]bool  // pages that rows could tell what they are
}

var errPage = errors.New("no page of a database")

// openPages looks at the header, or guesses where that is damaged. wal may be nil.
func openPages(file io.ReaderAt, length int64, wal io.ReaderAt, walLength int64) *pages {
	p := &pages{file: file, size: 4096, wal: wal, at: map[uint32]int64{}, known: map[uint32]bool{}}
	head := make([]byte, headSize)
	if n, _ := file.ReadAt(head, 0); n == headSize {
		if size := pageSize(uint32(binary.BigEndian.Uint16(head[16:]))); size > 0 {
			p.size = size
		}
		if tail := int(head[20]); p.size-tail >= 480 {
			p.tail = tail
		}
	}
	count := uint32(0)
	if wal != nil {
		count = p.log(walLength)
	}
	p.count = uint32(min(length/int64(p.size), math.MaxUint32)) //nolint:gosec // not negative
	if count > 0 {
		p.count = min(p.count, count)
	}
	return p
}

// pageSize is a size as a header says it, 0 where there is none of that size.
func pageSize(said uint32) int {
	if said == 1 {
		said = 1 << 16
	}
	if said < 512 || said > 1<<16 || said&(said-1) != 0 {
		return 0
	}
	return int(said)
}

// log takes the pages of the write-ahead log up to its last commit, as SQLite does:
// frames count while they have the salts of its header and the sum of all before
// them. What lies behind is of an earlier round of the log, or was never committed.
// count is how many pages the file has then; 0 where nothing was committed.
func (p *pages) log(length int64) (count uint32) {
	head := make([]byte, walHead)
	if _, err := p.wal.ReadAt(head, 0); err != nil || length < walHead+frameHead {
		return 0
	}
	begins := binary.BigEndian.Uint32(head)
	var order binary.ByteOrder = binary.LittleEndian
	if begins&1 == 1 {
		order = binary.BigEndian
	}
	size := pageSize(binary.BigEndian.Uint32(head[8:]))
	sum := walSum{}.add(order, head[:walSummed])
	if begins&^1 != walMagic || size == 0 || !sum.is(head[walSummed:]) {
		p.cut = -1
		return 0
	}
	p.size = size
	frame := make([]byte, frameHead+size)
	since := map[uint32]int64{} // pages behind the last commit
	n, ended := 0, 0
	for at := int64(walHead); at+int64(len(frame)) <= length; at += int64(len(frame)) {
		n++
		if _, err := p.wal.ReadAt(frame, at); err != nil {
			clear(frame)
		}
		page, commit := binary.BigEndian.Uint32(frame), binary.BigEndian.Uint32(frame[4:])
		ours := bytes.Equal(frame[8:16], head[16:24])
		if ended == 0 {
			sum = sum.add(order, frame[:8]).add(order, frame[frameHead:])
			if !ours || page == 0 || !sum.is(frame[16:]) {
				ended = n
			}
		}
		switch {
		case ended > 0:
			// What was rolled back stays behind the log's end, too, and has no commit.
			if ours && commit > 0 {
				p.cut = ended
			}
		case commit > 0:
			since[page] = at + frameHead
			maps.Copy(p.at, since)
			clear(since)
			count = commit
		default:
			since[page] = at + frameHead
		}
	}
	maps.DeleteFunc(p.at, func(page uint32, _ int64) bool { return page > count }) // cut off since
	return count
}

// walSum is the sum of the write-ahead log over all that was added to it.
type walSum [2]uint32

// add takes b, whose length is a multiple of eight.
func (s walSum) add(order binary.ByteOrder, b []byte) walSum {
	for ; len(b) >= 8; b = b[8:] {
		s[0] += order.Uint32(b) + s[1]
		s[1] += order.Uint32(b[4:]) + s[0]
	}
	return s
}

func (s walSum) is(b []byte) bool {
	return binary.BigEndian.Uint32(b) == s[0] && binary.BigEndian.Uint32(b[4:]) == s[1]
}

// page is the page with that number, from 1.
func (p *pages) page(n uint32) ([]byte, error) {
	b := make([]byte, p.size)
	if at, ok := p.at[n]; ok {
		_, err := p.wal.ReadAt(b, at)
		return b, err
	}
	if n == 0 || n > p.count {
		return nil, errPage
	}
	got, err := p.file.ReadAt(b, int64(n-1)*int64(p.size))
	if got == len(b) {
		err = nil
	}
	return b, err
}

// numbers are those of all pages, in order.
func (p *pages) numbers() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for n := uint32(1); n <= p.count; n++ {
			if !yield(n) {
				return
			}
		}
		for _, n := range slices.Sorted(maps.Keys(p.at)) {
			if n > p.count && !yield(n) {
				return
			}
		}
	}
}

// rows calls f for every row that stands in a page of a tree, with its values in
// the order in which they are stored; n is its page, rowid that of a row of a table
// with one. What is no row is passed over, and what stands in pages that are free. all
// is whether each page is known: whole and of a tree, behind a row that does not fit
// one page, or free. The first, which describes the tables, does not count.
func (p *pages) rows(f func(n uint32, rowid int64, vals []any)) (all bool) {
	free := p.free()
	maps.Copy(p.known, free)
	for n := range p.numbers() {
		if free[n] {
			continue
		}
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
		case tableInterior:
			p.known[n] = true
			continue
		case indexInterior:
			head = 12
		case indexLeaf, tableLeaf:
		default:
			continue
		}
		cells := int(binary.BigEndian.Uint16(b[start+3:]))
		whole := true
		for i := range cells {
			at := start + head + 2*i
			if at+2 > p.size {
				whole = false
				break
			}
			rowid, payload, ok := p.cell(b, kind, int(binary.BigEndian.Uint16(b[at:])))
			if !ok {
				whole = false
				continue
			}
			vals, ok := record(payload)
			if !ok {
				whole = false
				continue
			}
			f(n, rowid, vals)
		}
		if whole {
			p.known[n] = true
		}
	}
	for n := range p.numbers() {
		if n > 1 && !p.known[n] && n != uint32(lockByte/p.size+1) {
			return false
		}
	}
	return true
}

// free are the pages that hold nothing any more, though rows that were deleted may
// stand in them; none where the list of them is not as the header counts it.
func (p *pages) free() map[uint32]bool {
	b, err := p.page(1)
	if err != nil || !bytes.HasPrefix(b, []byte(magic)) {
		return nil
	}
	out := map[uint32]bool{}
	count := binary.BigEndian.Uint32(b[36:])
	for n := binary.BigEndian.Uint32(b[32:]); n > 0; n = binary.BigEndian.Uint32(b) {
		if b, err = p.page(n); err != nil || out[n] {
			return nil
		}
		out[n] = true
		leaves := binary.BigEndian.Uint32(b[4:])
		if leaves > uint32(p.size/4-2) { //nolint:gosec // a page has 64 KB at most
			return nil
		}
		for i := range leaves {
			leaf := binary.BigEndian.Uint32(b[8+4*i:])
			if out[leaf] {
				return nil
			}
			out[leaf] = true
		}
	}
	if len(out) != int(count) || out[0] || out[1] {
		return nil
	}
	return out
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
	if n == 0 || size <= 0 || size > min(maxPayload, (int64(p.count)+int64(len(p.at)))*int64(p.size)) {
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
		p.known[next] = true
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
