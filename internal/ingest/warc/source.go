package warc

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/klauspost/compress/gzip"
	"github.com/readout-news/readout/internal/unpack"
)

// keep is how many bytes behind the present one are held, so that the search
// for the next record can begin inside a damaged one. Packed pages have some
// tens of kilobytes; of a longer member only what it unpacked from last is
// searched again.
const keep = 1 << 20

// chunk is how much is read at once.
const chunk = 64 << 10

// source reads its input once and in order and can go back by up to keep
// bytes.
type source struct {
	r    io.Reader
	buf  []byte // the bytes from offset base on that are held
	base int64
	pos  int // in buf, of the next byte to give
	err  error
}

// Read gives what is held ahead, else reads a chunk.
func (s *source) Read(p []byte) (int, error) {
	if s.pos == len(s.buf) {
		if s.err != nil {
			return 0, s.err
		}
		s.fill()
		if s.pos == len(s.buf) {
			return 0, s.err
		}
	}
	n := copy(p, s.buf[s.pos:])
	s.pos += n
	return n, nil
}

func (s *source) fill() {
	switch {
	case len(s.buf)+chunk <= cap(s.buf):
	case cap(s.buf) < 2*keep:
		s.buf = slices.Grow(s.buf, max(chunk, len(s.buf)))
	default:
		drop := len(s.buf) - keep
		s.buf = s.buf[:copy(s.buf, s.buf[drop:])]
		s.base += int64(drop)
		s.pos -= drop
	}
	// A Read of 0 bytes without an error says nothing; a hundred of them that
	// the reader is broken.
	for range 100 {
		n, err := s.r.Read(s.buf[len(s.buf) : len(s.buf)+chunk])
		s.buf = s.buf[:len(s.buf)+n]
		s.err = err
		if n > 0 || err != nil {
			return
		}
	}
	s.err = io.ErrNoProgress
}

// offset is where the next byte stands in the input.
func (s *source) offset() int64 { return s.base + int64(s.pos) }

// rewind goes back to an offset and reports whether it could: whether the byte
// is still held.
func (s *source) rewind(to int64) bool {
	if to < s.base || to > s.base+int64(len(s.buf)) {
		return false
	}
	s.pos = int(to - s.base)
	return true
}

var (
	errNoMember = errors.New("no gzip member begins here")
	errRatio    = errors.New("unpacks to too many times its size")
)

// maxTrials is how many places of a file that look like the start of a gzip
// member are tried after damage; what follows is passed over. Random bytes look
// so once in 16 MB.
const maxTrials = 1000000

// stream gives the text of a file: its bytes, or its gzip members unpacked one
// after another. Before a member that opens a record it says io.EOF with
// boundary set, and goes on after begin.
type stream struct {
	src    *source
	packed bool
	start  int64 // offset of the member in which the present record began
	made   int64 // bytes given since start; of a plain file since its start
	ratio  int64

	boundary bool
	waiting  error         // what Read says after begin
	raw      *bufio.Reader // over src
	zr       *gzip.Reader
	out      *bufio.Reader // over zr, to look at the first bytes of a member
	open     bool          // a member is being unpacked
	began    int64         // its offset
	unpacked int64         // bytes of it that were given
	done     bool          // no member follows
	trials   int           // places tried in search
	probe    gzip.Reader
}

func newStream(r io.Reader, ratio int64) *stream {
	s := &stream{src: &source{r: r}, ratio: ratio}
	head := make([]byte, chunk)
	n, _ := io.ReadFull(s.src, head) // an error comes again with the first Read
	s.src.rewind(0)
	if s.packed = packed(head[:n]); s.packed {
		s.boundary = true
		s.raw = bufio.NewReaderSize(s.src, chunk)
		s.waiting = s.member()
	}
	return s
}

// packed reports whether a file is packed, by its first bytes; of one whose
// first bytes are damaged, by the first member or record in them.
func packed(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\x1f\x8b\x08")) {
		return true
	}
	plain := bytes.Index(head, []byte("WARC/1."))
	for i, trials := 0, 0; plain != 0 && trials < 100; trials++ {
		at := bytes.Index(head[i:], []byte("\x1f\x8b\x08"))
		if at < 0 {
			return false
		}
		i += at
		if opensRecord(new(gzip.Reader), head[i:]) {
			return plain < 0 || i < plain
		}
		i++
	}
	return false
}

// offset is where the next byte that is to be unpacked stands.
func (s *stream) offset() int64 { return s.src.offset() - int64(s.raw.Buffered()) }

// begin goes on behind a boundary; false where there is none.
func (s *stream) begin() bool {
	if !s.boundary {
		return false
	}
	s.boundary, s.start, s.made = false, s.began, 0
	return true
}

func (s *stream) Read(p []byte) (int, error) {
	if !s.packed {
		n, err := s.src.Read(p)
		s.made += int64(n)
		return n, err
	}
	for {
		if s.boundary {
			return 0, io.EOF
		}
		if err := s.waiting; err != nil {
			s.waiting = nil
			return 0, err
		}
		if !s.open {
			if s.done {
				return 0, io.EOF
			}
			if s.waiting = s.member(); errors.Is(s.waiting, io.EOF) {
				s.waiting, s.done = nil, true
				return 0, io.EOF
			}
			if s.waiting != nil {
				s.boundary = true
				continue
			}
			// A record can go on in the next member, as programs write it that
			// pack in blocks of one size.
			head, err := s.out.Peek(5)
			s.boundary = string(head) == "WARC/" || err != nil && !errors.Is(err, io.EOF)
			continue
		}
		n, err := s.out.Read(p)
		s.made += int64(n)
		s.unpacked += int64(n)
		if s.unpacked > unpack.RatioFrom && s.unpacked > s.ratio*(s.offset()-s.began) {
			return n, errRatio
		}
		if errors.Is(err, io.EOF) {
			s.open = false
			if err = nil; n == 0 {
				continue
			}
		}
		return n, err
	}
}

// member opens the gzip member at the present byte. io.EOF: the input ends.
func (s *stream) member() error {
	s.began, s.unpacked = s.offset(), 0
	head, err := s.raw.Peek(3)
	switch {
	case len(head) == 0:
		return err
	case !bytes.Equal(head, []byte("\x1f\x8b\x08")):
		return errNoMember
	case s.zr == nil:
		s.zr, err = gzip.NewReader(s.raw)
		s.out = bufio.NewReaderSize(nil, 16)
	default:
		err = s.zr.Reset(s.raw)
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		if s.zr == nil {
			s.out = nil
		}
		return err
	}
	s.zr.Multistream(false)
	s.out.Reset(s.zr)
	s.open = true
	return nil
}

// search goes to the next gzip member that opens with a WARC record.
func (s *stream) search() error {
	s.open, s.waiting, s.boundary = false, nil, false
	if from := s.began + 1; !s.src.rewind(from) {
		s.src.rewind(s.src.base)
	}
	s.raw.Reset(s.src)
	for s.trials < maxTrials {
		b, err := s.raw.Peek(chunk)
		if len(b) == 0 {
			s.done = true
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		i := bytes.Index(b, []byte("\x1f\x8b\x08"))
		switch {
		case i < 0 && len(b) < 3:
			s.raw.Discard(len(b))
			continue
		case i < 0:
			s.raw.Discard(len(b) - 2) // the mark may lie across the edge
			continue
		case i > 0:
			s.raw.Discard(i)
			continue
		}
		s.trials++
		if opensRecord(&s.probe, b) {
			s.waiting = s.member()
			s.boundary = true
			return nil
		}
		s.raw.Discard(1)
	}
	s.done = true
	return nil
}

// opensRecord reports whether a gzip member with a WARC record begins with b.
func opensRecord(z *gzip.Reader, b []byte) bool {
	if z.Reset(bytes.NewReader(b)) != nil {
		return false
	}
	var head [7]byte
	_, err := io.ReadFull(z, head[:])
	return err == nil && (string(head[:]) == "WARC/1." || string(head[:]) == "WARC/0.")
}
