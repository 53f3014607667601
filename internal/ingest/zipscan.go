package ingest

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/readout-news/readout/internal/unpack"
)

// scan reads a zip from its start, by the header before each entry (APPNOTE.TXT
// 4.3.7), without its list of contents: what is whole of one that was cut off,
// or all of one that only streams. It ends at the list; a boundError says that
// the bytes ended before.
func (a *archive) scan(in io.Reader) error {
	taken := &unpack.Counter{R: in}
	br := bufio.NewReaderSize(taken, 64<<10)
	for {
		a.during = false
		head, err := br.Peek(30)
		switch {
		case len(head) < 4 && err != nil:
			return boundError("it breaks off before its end; copy it again")
		case string(head[:2]) == "PK" && (string(head[2:4]) == "\x01\x02" || string(head[2:4]) == "\x05\x06" || string(head[2:4]) == "\x06\x06"):
			return nil
		case string(head[:4]) != "PK\x03\x04":
			return boundError("the data is damaged; copy it again")
		case err != nil:
			return boundError("it breaks off before its end; copy it again")
		}
		flags, method := binary.LittleEndian.Uint16(head[6:]), binary.LittleEndian.Uint16(head[8:])
		sum := binary.LittleEndian.Uint32(head[14:])
		packed, size := uint64(binary.LittleEndian.Uint32(head[18:])), uint64(binary.LittleEndian.Uint32(head[22:]))
		names := make([]byte, int(binary.LittleEndian.Uint16(head[26:]))+int(binary.LittleEndian.Uint16(head[28:])))
		named := int(binary.LittleEndian.Uint16(head[26:]))
		br.Discard(30)
		if _, err := io.ReadFull(br, names); err != nil {
			return boundError("it breaks off before its end; copy it again")
		}
		if packed == 1<<32-1 {
			packed = zip64Packed(names[named:], size)
		}
		e := scanned{in: br, sum: sum, crc: crc32.NewIEEE()}
		later := flags&8 != 0 // sizes and checksum come behind the data
		name := string(names[:named])
		mode := fs.FileMode(0)
		if strings.HasSuffix(name, "/") {
			mode = fs.ModeDir
		}
		what := ""
		switch {
		case flags&1 != 0:
			what = "encrypted; unpack it with its password"
		case method != zip.Store && method != zip.Deflate:
			what = errorWords(zip.ErrAlgorithm)
		}
		if later && (method != zip.Deflate || what != "") {
			a.last, a.during = label(name), true
			return boundError("its end is told by the list of contents alone, which cannot be read")
		}
		if !later {
			e.limit = &io.LimitedReader{R: br, N: int64(min(packed, 1<<62))}
		}
		switch {
		case method == zip.Deflate && later:
			e.data, e.later = flate.NewReader(br), true
		case method == zip.Deflate && what == "":
			e.data = flate.NewReader(e.limit)
		default:
			e.data = e.limit
		}
		from := taken.N - int64(br.Buffered())
		used := func() int64 { return taken.N - int64(br.Buffered()) - from }
		err = a.entry(entry{
			name: name, mode: mode, what: what, cut: true, stored: method == zip.Store, packed: used,
			open: func() (io.Reader, error) { return &e, nil },
		})
		if err != nil {
			return err
		}
		if err := e.finish(used, &a.total, a.r.opts.MaxTotal); err != nil {
			return err
		}
	}
}

// zip64Packed is the packed size in the extra fields of a header whose own
// fields are too short for it.
func zip64Packed(extra []byte, size uint64) uint64 {
	for len(extra) >= 4 {
		id, n := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		extra = extra[4:]
		if n > len(extra) {
			break
		}
		if id == 1 {
			at := 0
			if size == 1<<32-1 {
				at = 8
			}
			if n >= at+8 {
				return binary.LittleEndian.Uint64(extra[at:])
			}
		}
		extra = extra[n:]
	}
	return 1<<32 - 1
}

// scanned reads the data of one entry and checks it at its end.
type scanned struct {
	in    *bufio.Reader
	limit *io.LimitedReader // of in; nil when the data has its own end
	data  io.Reader
	later bool
	crc   hash.Hash32
	sum   uint32
	done  error // what Read says at the end
}

func (e *scanned) Read(p []byte) (int, error) {
	if e.done != nil {
		return 0, e.done
	}
	n, err := e.data.Read(p)
	e.crc.Write(p[:n])
	if errors.Is(err, io.EOF) {
		if e.limit != nil && e.limit.N > 0 && e.data == io.Reader(e.limit) {
			err = io.ErrUnexpectedEOF
		}
		if e.later && !e.descriptor() {
			err = io.ErrUnexpectedEOF
		} else if errors.Is(err, io.EOF) && e.crc.Sum32() != e.sum {
			err = zip.ErrChecksum
		}
		e.done = err
	}
	return n, err
}

// descriptor reads the data descriptor (APPNOTE.TXT 4.3.9), whose signature is
// optional and whose sizes have four or eight bytes.
func (e *scanned) descriptor() bool {
	if b, _ := e.in.Peek(4); string(b) == "PK\x07\x08" {
		e.in.Discard(4)
	}
	b, _ := e.in.Peek(24)
	if len(b) < 12 {
		return false
	}
	e.sum = binary.LittleEndian.Uint32(b)
	n := 12
	if !bytes.HasPrefix(b[12:], []byte("PK")) && len(b) >= 22 && bytes.HasPrefix(b[20:], []byte("PK")) {
		n = 20
	}
	e.in.Discard(n)
	return true
}

// finish goes to the end of the entry. total is what the archive unpacked to so
// far, most its bound.
func (e *scanned) finish(used func() int64, total *int64, most int64) error {
	if e.limit != nil {
		if _, err := io.Copy(io.Discard, e.limit); err != nil || e.limit.N > 0 {
			return boundError("it breaks off inside it; copy it again")
		}
		return nil
	}
	if e.done == nil {
		_, err := io.Copy(io.Discard, &guard{r: e, packed: used, total: total, most: most})
		var bound boundError
		if errors.As(err, &bound) {
			return bound
		}
	}
	if e.done != nil && !errors.Is(e.done, io.EOF) && !errors.Is(e.done, zip.ErrChecksum) {
		return boundError("the data is damaged; copy it again")
	}
	return nil
}
