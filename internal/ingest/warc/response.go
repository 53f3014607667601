package warc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
	"github.com/readout-news/readout/internal/unpack"
)

// Response is the HTTP response in the block of a record.
type Response struct {
	Status    int
	MediaType string // of the content, in lower case, without parameters; "" not told
	Charset   string // "" not told

	chunked   bool
	encodings []string // outermost last
	body      *bufio.Reader
	packed    *unpack.Counter
}

// maxEncodings is how many content encodings may lie over each other.
const maxEncodings = 3

// Response reads the HTTP header in the block of a record. The content is left
// to Content.
func (r *Reader) Response(rec *Record) (*Response, error) {
	packed := &unpack.Counter{R: rec.Block}
	h := &Response{body: bufio.NewReaderSize(packed, 32<<10), packed: packed}
	left := r.opts.MaxHeader
	status, err := h.line(&left)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	protocol, rest, _ := strings.Cut(status, " ")
	code, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	h.Status, err = strconv.Atoi(code)
	if !strings.HasPrefix(protocol, "HTTP/") || err != nil {
		return nil, errors.New("no HTTP response is in the record")
	}
	for n := 0; ; n++ {
		line, err := h.line(&left)
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF):
			return h, nil // a header alone
		case err != nil:
			return nil, err
		case line == "":
			return h, nil
		case n == maxFields:
			return nil, fmt.Errorf("the HTTP header has more than %d fields", maxFields)
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "content-type":
			if h.MediaType == "" {
				h.MediaType, h.Charset = MediaType(value)
			}
		case "content-encoding":
			for e := range strings.SplitSeq(strings.ToLower(value), ",") {
				if e = strings.TrimSpace(e); e != "" && e != "identity" && e != "none" {
					h.encodings = append(h.encodings, e)
				}
			}
		case "transfer-encoding":
			h.chunked = h.chunked || strings.Contains(strings.ToLower(value), "chunked")
		}
	}
}

func (h *Response) line(left *int) (string, error) {
	b, err := h.body.ReadSlice('\n')
	*left -= len(b)
	switch {
	case errors.Is(err, bufio.ErrBufferFull) || *left < 0:
		return "", errors.New("the HTTP header is too long")
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return strings.ToValidUTF8(string(bytes.TrimRight(b, "\r\n")), "\uFFFD"), err
}

// MediaType splits a Content-Type into its type and its charset, both in lower
// case. What is malformed behind the type is left.
func MediaType(value string) (mediaType, charset string) {
	mediaType, params, err := mime.ParseMediaType(value)
	if err != nil {
		mediaType, _, _ = strings.Cut(value, ";")
		_, rest, ok := strings.Cut(strings.ToLower(value), "charset=")
		if ok {
			charset, _, _ = strings.Cut(rest, ";")
		}
		return strings.ToLower(strings.TrimSpace(mediaType)), strings.Trim(charset, " \"'")
	}
	return mediaType, strings.ToLower(params["charset"])
}

// Content returns the content of the response, its transfer and content
// encodings undone; at most max bytes. Archives hold contents that were
// unpacked by the crawler under headers that still name the packing, so what
// does not begin as its encoding does is taken as it is. The error is for
// people.
func (h *Response) Content(max int64) ([]byte, error) {
	if len(h.encodings) > maxEncodings {
		return nil, fmt.Errorf("its content is packed %d times over; at most %d are undone", len(h.encodings), maxEncodings)
	}
	body := h.body
	if h.chunked {
		body = dechunk(body)
	}
	for i := len(h.encodings) - 1; i >= 0; i-- {
		in, err := decoded(body, h.encodings[i])
		if err != nil {
			return nil, err
		}
		if z, ok := in.(*zstd.Decoder); ok {
			defer z.Close()
		}
		if in != io.Reader(body) {
			body = bufio.NewReaderSize(in, 32<<10)
		}
	}
	var out bytes.Buffer
	part := &io.LimitedReader{R: body}
	for {
		part.N = min(1<<20, max+1-int64(out.Len()))
		n, err := out.ReadFrom(part)
		switch made := int64(out.Len()); {
		case errors.Is(err, errChunks):
			return nil, errors.New("the chunks of its transfer encoding are broken")
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, errors.New("its content breaks off before its end")
		case err != nil:
			return nil, fmt.Errorf("its content cannot be unpacked (%s)", strings.Join(h.encodings, ", "))
		case made > max:
			return nil, fmt.Errorf("its content has more than the limit of %d bytes", max)
		case len(h.encodings) > 0 && unpack.Bomb(made, h.packed.N):
			return nil, fmt.Errorf("its content unpacks to more than %d times its size", unpack.MaxRatio)
		case n == 0:
			return out.Bytes(), nil
		}
	}
}

// decoded undoes one content encoding. Crawlers keep the header of what they have
// unpacked already: what does not look packed comes back as in.
func decoded(in *bufio.Reader, encoding string) (io.Reader, error) {
	head, _ := in.Peek(64)
	switch encoding {
	case "gzip", "x-gzip":
		if !bytes.HasPrefix(head, []byte("\x1f\x8b")) {
			return in, nil
		}
	case "deflate":
		if len(head) < 2 || bytes.IndexByte([]byte("< \n\r\xef"), head[0]) >= 0 {
			return in, nil
		}
	case "zstd":
		if !bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")) {
			return in, nil
		}
	default: // brotli has no mark to know it by, and packed text is not text
		if isText(head) {
			return in, nil
		}
	}
	r, err := unpack.Decoder(in, encoding)
	switch {
	case errors.Is(err, unpack.ErrCoding):
		return nil, fmt.Errorf("its content is packed as %.40q, which is not read; make the archive with unpacked contents", encoding)
	case err != nil:
		return nil, errors.New("its content does not begin as its encoding does")
	}
	return r, nil
}

// isText reports whether bytes are UTF-8 without control characters; a
// character may be cut off at their end.
func isText(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 && utf8.FullRune(b) || r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			return false
		}
		b = b[n:]
	}
	return true
}

var errChunks = errors.New("broken chunks")

// dechunk undoes the chunked transfer encoding. Content that does not open with
// the size of a chunk was unpacked by the crawler and comes back as it is.
func dechunk(in *bufio.Reader) *bufio.Reader {
	head, _ := in.Peek(64)
	line, _, ok := bytes.Cut(head, []byte("\n"))
	if _, good := chunkSize(line); !ok || !good {
		return in
	}
	return bufio.NewReaderSize(&chunks{in: in}, 32<<10)
}

// chunkSize reads the line before a chunk: a size in hexadecimal digits, which
// extensions may follow.
func chunkSize(line []byte) (int64, bool) {
	digits, _, _ := bytes.Cut(bytes.TrimSpace(line), []byte(";"))
	n, err := strconv.ParseUint(string(bytes.TrimSpace(digits)), 16, 62)
	return int64(n), err == nil
}

type chunks struct {
	in   *bufio.Reader
	left int64 // of the chunk
	some bool  // a chunk was read, and a line end has to come
	end  bool
}

func (c *chunks) Read(p []byte) (int, error) {
	for c.left == 0 {
		if c.end {
			return 0, io.EOF
		}
		line, err := c.in.ReadSlice('\n')
		if c.some && err == nil && len(bytes.TrimSpace(line)) == 0 {
			line, err = c.in.ReadSlice('\n')
		}
		if errors.Is(err, io.EOF) {
			return 0, io.ErrUnexpectedEOF
		}
		size, ok := chunkSize(line)
		if err != nil || !ok {
			return 0, errChunks
		}
		c.left, c.some, c.end = size, true, size == 0
	}
	n, err := c.in.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
