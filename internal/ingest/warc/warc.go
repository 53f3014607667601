// Package warc reads archives of the web, WARC 1.0 and 1.1 (ISO 28500), record
// by record: plain, each record packed as a gzip member, or the whole file
// packed at once.
//
// In: a stream of bytes. Out: records with their header and a reader of their
// block, and a Fault for each stretch that is no whole record. The reader never
// goes back in its input and holds no record: besides what the caller keeps of
// a block, its memory is the window in which it looks again for a record after
// a damaged one.
//
// After a fault it finds its way back: in packed data at the next gzip member
// that opens with a WARC record, searched for from the byte behind the start of
// the damaged one, since damaged data can unpack far beyond its end; in plain
// data at the next line that reads "WARC/1.". Records are judged whole when
// their length leads to the end of a record and, for the last of a gzip member,
// the checksum of the member holds; that is known only after the block, so
// callers ask End before they use what they read.
//
// Response reads the HTTP message in a block (RFC 9112) and undoes its transfer
// and content encodings. Digests are not verified, segmented records not
// joined, ARC files not read.
package warc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/unpack"
)

// Limits where Options gives none.
const (
	DefaultMaxRecord = limits.WARCRecord // bytes of a block
	DefaultMaxHeader = limits.WARCHeader // bytes of the header of a record, and of the HTTP header in it
	DefaultMaxRatio  = unpack.MaxRatio
)

// maxFields is the most fields of one header.
const maxFields = limits.WARCFields

// Options are the limits of a Reader. The zero value is usable.
type Options struct {
	MaxRecord int64 // 0: DefaultMaxRecord
	MaxHeader int   // 0: DefaultMaxHeader
	MaxRatio  int64 // 0: DefaultMaxRatio
	Size      int64 // of the input in bytes; 0: not known
}

// Record is one record. Its fields are as written but for outer white space;
// those the record does not carry are "".
type Record struct {
	At        string    // where it begins: the offset in the input; in a gzip member behind its first record "member+offset in the unpacked member"
	Version   string    // "1.0", "1.1"
	Type      string    // response, resource, conversion, request, revisit, …, in lower case
	URI       string    // WARC-Target-URI, without the angle brackets that some writers put around it
	Date      string    // WARC-Date
	ID        string    // WARC-Record-ID
	RefersTo  string    // WARC-Refers-To or, without it, WARC-Refers-To-Target-URI
	MediaType string    // Content-Type of the block, in lower case, with its parameters
	Segment   string    // WARC-Segment-Number
	Length    int64     // of the block in bytes
	Block     io.Reader // the block; good until the next call of Next or End
}

// Fault is a stretch of the input that is no whole record. The reader goes on
// behind it.
type Fault struct {
	At     string // as Record.At
	Reason string // what is wrong, for people
}

func (f *Fault) Error() string { return "at " + f.At + ": " + f.Reason }

// Reader reads records.
type Reader struct {
	opts      Options
	in        *stream
	text      *bufio.Reader // over in
	cur       *Record
	left      *io.LimitedReader // of the block of cur
	body      int64             // offset at which the block of cur begins; plain data only
	lineStart bool              // the next byte begins a line
	mute      bool              // cur was refused already; what is wrong with its end is not told
}

// NewReader makes a Reader of a plain or gzip stream.
func NewReader(r io.Reader, opts Options) *Reader {
	if opts.MaxRecord <= 0 {
		opts.MaxRecord = DefaultMaxRecord
	}
	if opts.MaxHeader <= 0 {
		opts.MaxHeader = DefaultMaxHeader
	}
	if opts.MaxRatio <= 0 {
		opts.MaxRatio = DefaultMaxRatio
	}
	in := newStream(r, opts.MaxRatio)
	return &Reader{opts: opts, in: in, text: bufio.NewReaderSize(in, 64<<10)}
}

// at is where the next byte stands.
func (r *Reader) at() string {
	inner := r.in.made - int64(r.text.Buffered())
	switch {
	case !r.in.packed:
		return strconv.FormatInt(inner, 10)
	case inner == 0:
		return strconv.FormatInt(r.in.start, 10)
	}
	return strconv.FormatInt(r.in.start, 10) + "+" + strconv.FormatInt(inner, 10)
}

// Next returns the next record. The error is io.EOF at the end, a *Fault for
// what was passed over, after which Next can be called again, and any other
// error of the input for good.
func (r *Reader) Next() (*Record, error) {
	if err := r.End(); err != nil {
		return nil, err
	}
	for {
		b, err := r.text.Peek(1)
		switch {
		case errors.Is(err, io.EOF) && r.in.begin():
			continue
		case errors.Is(err, io.EOF):
			return nil, io.EOF
		case err != nil:
			return nil, r.damaged(r.at(), err)
		case b[0] == '\r' || b[0] == '\n':
			r.text.Discard(1)
			continue
		}
		break
	}
	at := r.at()
	rec, err := r.header()
	var wrong headerError
	switch {
	case errors.As(err, &wrong):
		if err := r.resync(r.lineStart); err != nil {
			return nil, err
		}
		return nil, &Fault{at, string(wrong)}
	case err != nil:
		return nil, r.damaged(at, err)
	}
	rec.At = at
	r.cur, r.left, r.mute, r.body = rec, &io.LimitedReader{R: r.text, N: rec.Length}, false, r.in.made-int64(r.text.Buffered())
	rec.Block = r.left
	if rec.Length > r.opts.MaxRecord {
		r.mute = true
		return nil, &Fault{at, fmt.Sprintf("the record has %d bytes, more than the limit of %d", rec.Length, r.opts.MaxRecord)}
	}
	return rec, nil
}

// headerError is what is wrong with a header that could be read.
type headerError string

func (e headerError) Error() string { return string(e) }

// header reads the header of a record up to its block.
func (r *Reader) header() (*Record, error) {
	left := r.opts.MaxHeader
	line, err := r.line(&left)
	if err != nil {
		return nil, err
	}
	version, ok := strings.CutPrefix(line, "WARC/")
	if !ok || version == "" {
		return nil, headerError("no WARC record begins here")
	}
	if !strings.HasPrefix(version, "1.") && !strings.HasPrefix(version, "0.") {
		return nil, headerError(fmt.Sprintf("the record is of WARC version %.20q; Readout reads 1.0 and 1.1", version))
	}
	rec := &Record{Version: version, Length: -1}
	name, value, uri := "", "", ""
	set := func() {
		value = strings.TrimSpace(value)
		switch strings.ToLower(name) {
		case "warc-type":
			rec.Type = strings.ToLower(value)
		case "warc-target-uri":
			rec.URI = strings.TrimSuffix(strings.TrimPrefix(value, "<"), ">")
		case "warc-date":
			rec.Date = value
		case "warc-record-id":
			rec.ID = value
		case "warc-refers-to":
			rec.RefersTo = value
		case "warc-refers-to-target-uri":
			uri = value
		case "warc-segment-number":
			rec.Segment = value
		case "content-type":
			rec.MediaType = strings.ToLower(value)
		case "content-length":
			if n, err := strconv.ParseUint(value, 10, 63); err == nil {
				rec.Length = int64(n)
			}
		}
		name, value = "", ""
	}
	for n := 0; ; n++ {
		line, err := r.line(&left)
		if err != nil {
			return nil, err
		}
		if line == "" {
			break
		}
		if n == maxFields {
			return nil, headerError(fmt.Sprintf("the header has more than %d fields", maxFields))
		}
		if line[0] == ' ' || line[0] == '\t' { // folded, as RFC 2822 has it
			value += " " + strings.TrimSpace(line)
			continue
		}
		set()
		if name, value, ok = strings.Cut(line, ":"); !ok {
			return nil, headerError(fmt.Sprintf("a line of the header is no field: %.60q", line))
		}
		name = strings.TrimSpace(name)
	}
	set()
	if rec.RefersTo == "" {
		rec.RefersTo = uri
	}
	switch {
	case rec.Length < 0:
		return nil, headerError("the header gives no length (Content-Length)")
	case rec.Type == "":
		return nil, headerError("the header gives no kind of record (WARC-Type)")
	}
	return rec, nil
}

// line reads one line without its end. left is what the header may still hold.
func (r *Reader) line(left *int) (string, error) {
	b, err := r.text.ReadSlice('\n')
	*left -= len(b)
	r.lineStart = err == nil
	switch {
	case errors.Is(err, bufio.ErrBufferFull) || *left < 0:
		return "", headerError(fmt.Sprintf("the header is longer than the limit of %d bytes", r.opts.MaxHeader))
	case errors.Is(err, io.EOF) && r.in.boundary:
		return "", headerError("its gzip member ends inside the header of the record")
	case errors.Is(err, io.EOF):
		return "", io.ErrUnexpectedEOF
	case err != nil:
		return "", err
	}
	return strings.ToValidUTF8(string(bytes.TrimRight(b, "\r\n")), "\uFFFD"), nil
}

// End passes over what is left of the record that Next returned last and
// reports by a *Fault when the record is not whole: what was read of its block
// is then not to be used. Other errors are those of Next.
func (r *Reader) End() error {
	if r.cur == nil {
		return nil
	}
	rec := r.cur
	r.cur = nil
	if !r.in.packed && r.opts.Size > 0 && rec.Length > r.opts.Size-r.body {
		// Without going to the end for nothing: what follows can hold records.
		return r.cut(rec)
	}
	if _, err := io.Copy(io.Discard, r.left); err != nil {
		return r.tell(r.damaged(rec.At, err))
	}
	if r.left.N > 0 {
		return r.cut(rec)
	}
	for breaks := 0; ; breaks++ {
		b, err := r.text.Peek(1)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return r.tell(r.damaged(rec.At, err))
		case b[0] == '\r' || b[0] == '\n':
			r.text.Discard(1)
			continue
		case breaks > 0:
			return nil // what follows is for Next
		}
		if b, _ := r.text.Peek(5); string(b) == "WARC/" {
			return nil // a length that counts the line ends in
		}
		if err := r.again(); err != nil {
			return err
		}
		return r.tell(&Fault{rec.At, fmt.Sprintf("the length it gives (%d bytes) does not lead to the end of the record", rec.Length)})
	}
}

// cut is the fault of a record whose block ends before its length.
func (r *Reader) cut(rec *Record) error {
	if r.in.boundary {
		return r.tell(&Fault{rec.At, fmt.Sprintf("its gzip member ends before the %d bytes of the record", rec.Length)})
	}
	if err := r.again(); err != nil {
		return err
	}
	return r.tell(&Fault{rec.At, "the file ends inside this record; fetch or copy it again"})
}

// again goes to the next record after one whose length is wrong: other records
// may stand in what it took in. In a gzip member only what follows is searched.
func (r *Reader) again() error {
	if !r.in.packed && r.in.src.rewind(r.body) {
		r.in.made = r.body
		r.text.Reset(r.in)
	}
	return r.resync(false)
}

// tell drops the fault of a record that was refused already.
func (r *Reader) tell(err error) error {
	var f *Fault
	if r.mute && errors.As(err, &f) {
		return nil
	}
	return err
}

// resync goes to the next line that opens a record, or to the end of the gzip
// member. start tells that the next byte begins a line.
func (r *Reader) resync(start bool) error {
	for {
		if start {
			if b, _ := r.text.Peek(7); string(b) == "WARC/1." || string(b) == "WARC/0." {
				return nil
			}
		}
		_, err := r.text.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, bufio.ErrBufferFull):
			start = false
			continue
		case err != nil:
			if err := r.damaged("", err); !isFault(err) {
				return err
			}
			return nil
		}
		start = true
	}
}

func isFault(err error) bool {
	var f *Fault
	return errors.As(err, &f)
}

// damaged makes a fault of an error in unpacking and goes to the next gzip
// member. An error of the input itself comes back as it is.
func (r *Reader) damaged(at string, err error) error {
	reason := ""
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		reason = "the file ends inside this record; fetch or copy it again"
	case errors.Is(err, gzip.ErrChecksum):
		reason = "the checksum of its gzip member does not fit: the data is damaged"
	case errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		reason = "the packed data is damaged"
	case errors.Is(err, errNoMember):
		reason = "no gzip member begins here"
	case errors.Is(err, errRatio):
		reason = fmt.Sprintf("its gzip member unpacks to more than %d times its size", r.opts.MaxRatio)
	default:
		return err
	}
	if r.in.packed {
		if err := r.in.search(); err != nil {
			return err
		}
		r.text.Reset(r.in)
		if errors.Is(err, io.ErrUnexpectedEOF) && r.in.boundary {
			reason = "the packed data is damaged" // and led past the records that were found behind it
		}
	}
	return &Fault{at, reason}
}
