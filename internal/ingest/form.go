package ingest

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/unpack"
)

// form is what a body of bytes is by its first bytes, where that is a vessel of
// reports and no report.
type form int

const (
	formNone form = iota
	formWARC
	formARC
	formGzip
	formZstd
	formZip
	formTar
)

// formHead is how many bytes formOf looks at.
const formHead = 512

func formOf(head []byte) form {
	switch {
	case bytes.HasPrefix(head, []byte("WARC/")):
		return formWARC
	case bytes.HasPrefix(head, []byte("filedesc://")):
		return formARC
	case bytes.HasPrefix(head, []byte("\x1f\x8b\x08")):
		return formGzip
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")), len(head) >= 4 && head[0]&0xf0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18":
		return formZstd
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return formZip
	case len(head) >= 262 && string(head[257:262]) == "ustar":
		return formTar
	}
	return formNone
}

// piece is a body of bytes and where it comes from.
type piece struct {
	at     string // path of its captures and refusals
	name   string // its own name, for the extension
	side   *readout.Sidecar
	named  bool // the caller gave its path
	inside bool // it is an entry of an archive
	packed bool // it was unpacked from gzip or zstd
	size   int64
	file   io.ReaderAt      // the same bytes for reading anywhere; nil when they only stream
	seen   func(uri string) // told the address of each report of a WARC file; nil: nobody asks
	passed tally            // counts what is no report; nil: nobody asks
}

// boundError ends the reading of a file or archive at a limit or at damage
// behind which nothing can be read. It is for people.
type boundError string

func (e boundError) Error() string { return string(e) }

// piece reads a body of bytes as what its first bytes say it is, else as what
// its name says. A boundError is left to the caller.
func (r *reader) piece(p piece, in io.Reader) error {
	br := bufio.NewReaderSize(in, 64<<10)
	head, err := br.Peek(formHead)
	if len(head) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return r.unreadable(p.at, err) // with bytes before it, it comes again behind them
	}
	switch formOf(head) {
	case formWARC:
		return r.crawl(p, br)
	case formARC:
		return r.refuse(p.at, "an ARC file, the form before WARC; turn it into WARC, for example with “warcio recompress”")
	case formGzip, formZstd:
		return r.unpacked(p, br)
	case formZip:
		return r.zip(p, br)
	case formTar:
		return r.tar(p, br)
	}
	if low := strings.ToLower(p.name); len(head) > 0 && (strings.HasSuffix(low, ".warc") || strings.HasSuffix(low, ".warc.gz")) {
		return r.crawl(p, br) // its first bytes are damaged; records may follow
	}
	kind, limit := kindOf(p.name), r.opts.MaxBytes
	switch kind {
	case kindLines:
		return r.lines(p.at, br, outletOnly(p.side))
	case kindJSON, kindXML:
		limit = r.opts.MaxLine // it can hold many reports
	}
	b, err := io.ReadAll(io.LimitReader(br, limit+1))
	switch {
	case err != nil:
		return r.unreadable(p.at, err)
	case int64(len(b)) > limit:
		return r.tooLarge(p.at, limit)
	case kind == kindVessel && !p.packed:
		return r.refuse(p.at, "its name is that of an archive and its bytes are none; if it holds text, save it as %s", textExtensions)
	case kind == kindVessel || kind == kindUnknown:
		// Of what is packed the inner name says what it is, "a.sql"; without one
		// the bytes do.
		if kind = sniff(b); kind == kindText && !(p.named && filepath.Ext(p.name) == "") {
			return r.noReport(p, "a packed file whose name does not say that it is a report; name it like a.txt"+filepath.Ext(p.at))
		}
	}
	return r.body(p, b, kind)
}

// noReport passes over what is no report: a folder or archive holds all kinds
// of things. What the caller named is refused.
func (r *reader) noReport(p piece, why string) error {
	if p.named {
		return r.refuse(p.at, "%s", why)
	}
	if p.passed != nil {
		p.passed.add(strings.ToLower(filepath.Ext(p.name)) + " file")
	}
	return nil
}

// unpacked reads what is packed with gzip or zstd.
func (r *reader) unpacked(p piece, br *bufio.Reader) error {
	if p.packed {
		return r.refuse(p.at, "packed twice over; unpack it first")
	}
	ahead, _ := br.Peek(64 << 10)
	packed := &unpack.Counter{R: br}
	guarded := &guard{packed: func() int64 { return packed.N }}
	if formOf(ahead) == formGzip {
		if z, err := gzip.NewReader(bytes.NewReader(ahead)); err == nil {
			head := make([]byte, formHead)
			if n, _ := io.ReadFull(z, head); formOf(head[:n]) == formWARC {
				p.file = nil
				return r.crawl(p, br) // it unpacks member by member and goes on after damage
			}
		}
		z, err := gzip.NewReader(packed)
		if err != nil {
			return r.unreadable(p.at, err)
		}
		guarded.r = z
	} else {
		z, err := newZstd(packed)
		if err != nil {
			return r.unreadable(p.at, err)
		}
		defer z.Close()
		guarded.r = z
	}
	for _, end := range [][2]string{{".gz", ""}, {".zst", ""}, {".tgz", ".tar"}, {".tzst", ".tar"}} {
		if len(p.name) > len(end[0]) && strings.EqualFold(p.name[len(p.name)-len(end[0]):], end[0]) {
			p.name = p.name[:len(p.name)-len(end[0])] + end[1]
			break
		}
	}
	p.packed, p.file, p.size = true, nil, 0
	return r.piece(p, guarded)
}

// maxDictionary is the largest dictionary of a .warc.zst that is loaded.
const maxDictionary = 8 << 20

// newZstd opens zstd data. A dictionary in the first frame is used, as .warc.zst
// files carry it (the IIPC's WARC 1.1 zstd draft).
func newZstd(in io.Reader) (*zstd.Decoder, error) {
	opts := []zstd.DOption{zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(32 << 20)}
	br := bufio.NewReader(in)
	if head, _ := br.Peek(8); len(head) == 8 && string(head[:4]) == "\x5d\x2a\x4d\x18" {
		size := int(head[4]) | int(head[5])<<8 | int(head[6])<<16 | int(head[7])<<24
		if size <= 0 || size > maxDictionary {
			return nil, fmt.Errorf("its dictionary has %d bytes, more than the limit of %d", uint32(size), maxDictionary)
		}
		br.Discard(8)
		dict := make([]byte, size)
		if _, err := io.ReadFull(br, dict); err != nil {
			return nil, err
		}
		if formOf(dict) == formZstd {
			z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxDictionary))
			if err != nil {
				return nil, err
			}
			defer z.Close()
			if dict, err = z.DecodeAll(dict, nil); err != nil {
				return nil, err
			}
		}
		opts = append(opts, zstd.WithDecoderDicts(dict))
	}
	return zstd.NewReader(br, opts...)
}

// guard stops unpacking at its bounds.
type guard struct {
	r      io.Reader
	packed func() int64 // bytes read so far of what is unpacked
	total  *int64       // bytes given so far by all entries of the archive; nil: none
	most   int64        // of total
	cut    bool         // an end before its time ends the archive
	made   int64
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	g.made += int64(n)
	if g.total != nil {
		if *g.total += int64(n); *g.total > g.most {
			return n, boundError(fmt.Sprintf("the archive unpacks to more than the limit of %d bytes", g.most))
		}
	}
	if unpack.Bomb(g.made, g.packed()) {
		return n, boundError(fmt.Sprintf("it unpacks to more than %d times its size", unpack.MaxRatio))
	}
	if g.cut && errors.Is(err, io.ErrUnexpectedEOF) {
		err = boundError(errorWords(err))
	}
	return n, err
}

// unreadable refuses a piece whose bytes cannot be had; a boundError it hands
// on.
func (r *reader) unreadable(at string, err error) error {
	var bound boundError
	if errors.As(err, &bound) {
		return bound
	}
	return r.refuse(at, "%s", reason(err))
}

// errorWords are the words for damaged data; "" for other errors.
func errorWords(err error) string {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it breaks off before its end; copy it again"
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, zip.ErrChecksum), errors.Is(err, zstd.ErrCRCMismatch):
		return "its checksum does not fit: the data is damaged; copy it again"
	case errors.Is(err, zstd.ErrUnknownDictionary):
		return "packed with a dictionary that it does not carry; unpack it first"
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrWindowSizeTooSmall):
		return "packed with a window of more than 32 MB (zstd --long); pack it without"
	case errors.Is(err, zip.ErrAlgorithm):
		return "packed in a way that is not read; pack it with the usual method (deflate)"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, tar.ErrHeader), errors.Is(err, zip.ErrFormat), errors.As(err, &corrupt), errors.Is(err, zstd.ErrMagicMismatch):
		return "the packed data is damaged; copy it again"
	}
	return ""
}

// tally counts what was passed over because it is no report.
type tally map[string]int

// maxTally is how many kinds of things a tally tells apart.
const maxTally = 20

func (t tally) add(what string) {
	if len(t) >= maxTally && t[what] == 0 {
		what = "other"
	}
	t[what]++
}

func (t tally) sum() (n int) {
	for _, k := range t {
		n += k
	}
	return n
}

// String lists what was counted, the most first: "3 request, 1 warcinfo".
func (t tally) String() string {
	keys := slices.Collect(maps.Keys(t))
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(t[b]-t[a], strings.Compare(a, b)) })
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = fmt.Sprintf("%d %s", t[k], k)
	}
	return strings.Join(parts, ", ")
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// note tells what became of a vessel of reports.
func (r *reader) note(at, format string, args ...any) {
	if r.opts.Note != nil {
		r.opts.Note(at, fmt.Sprintf(format, args...))
	}
}
