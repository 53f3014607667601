package fetch

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// acceptEncoding is what unpack reads (RFC 9110 §8.4.1, RFC 7932, RFC 9659).
const acceptEncoding = "gzip, deflate, br, zstd"

// errSize means that an answer passes a bound of size.
var errSize = errors.New("the answer is too large")

// tally counts what is read through it.
type tally struct {
	r io.Reader
	n int64
}

func (c *tally) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// unpack reads a body that was packed as encoding says (the value of
// Content-Encoding, "" for not at all), at most limit bytes of what comes out
// and never more than maxRatio times what goes in once ratioFrom bytes came
// out. It counts bytes and not time: a megabyte of gzip makes a gigabyte in
// less than a second. cut ends a body at its limit instead of refusing it.
func unpack(body io.Reader, encoding string, limit int64, cut bool) (out []byte, packed int64, err error) {
	in := &tally{r: body}
	r, closer, err := decoder(bufio.NewReaderSize(in, 16<<10), encoding)
	if err != nil {
		return nil, in.n, err
	}
	defer closer()
	// The first step is what most pages need; larger ones double.
	out = make([]byte, 0, min(limit+1, 64<<10))
	for {
		if len(out) == cap(out) {
			out = slices.Grow(out, min(len(out), int(limit)+1-len(out)))
		}
		n, err := r.Read(out[len(out):min(cap(out), len(out)+(256<<10))])
		out = out[:len(out)+n]
		switch size := int64(len(out)); {
		case size > limit && cut:
			return out[:limit], in.n, nil
		case size > limit:
			return nil, in.n, fmt.Errorf("%w: the page is larger than the limit of %s", errSize, megabytes(limit))
		case encoding != "" && size > ratioFrom && size > maxRatio*in.n:
			return nil, in.n, fmt.Errorf("%w: it unpacks to more than %d times what was sent", errSize, maxRatio)
		case err == io.EOF:
			return out, in.n, nil
		case err != nil:
			return nil, in.n, err
		}
	}
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// errCoding is a content coding that was not asked for.
var errCoding = errors.New("the site packs its answer in a way that is not read")

func decoder(br *bufio.Reader, encoding string) (io.Reader, func(), error) {
	nothing := func() {}
	encoding = strings.ToLower(strings.TrimSpace(encoding))
	if encoding == "" || encoding == "identity" {
		return br, nothing, nil
	}
	head, err := br.Peek(2)
	if len(head) == 0 && err == io.EOF {
		return br, nothing, nil // an empty body needs no packing
	}
	switch encoding {
	case "gzip", "x-gzip":
		r, err := gzip.NewReader(br)
		if err != nil {
			return nil, nil, garbled(err)
		}
		return wrap{r}, nothing, nil
	case "deflate":
		// The name means zlib (RFC 9110 §8.4.1.2); some servers send the bare
		// stream.
		if len(head) == 2 && head[0]&15 == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
			r, err := zlib.NewReader(br)
			if err != nil {
				return nil, nil, garbled(err)
			}
			return wrap{r}, nothing, nil
		}
		return wrap{flate.NewReader(br)}, nothing, nil
	case "br":
		return wrap{brotli.NewReader(br)}, nothing, nil
	case "zstd":
		// RFC 9659: a window of at most 8 MB in HTTP.
		r, err := zstd.NewReader(br, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, nil, garbled(err)
		}
		return wrap{r}, r.Close, nil
	}
	// "gzip, gzip" too: one coding is what was asked for.
	return nil, nil, fmt.Errorf("%w: %q", errCoding, clip(encoding))
}

// wrap names the errors of a decoder, and leaves those of the network.
type wrap struct{ r io.Reader }

func (w wrap) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		err = garbled(err)
	}
	return n, err
}

// errGarbled is a body that does not unpack.
var errGarbled = errors.New("the answer does not unpack")

func garbled(err error) error { return fmt.Errorf("%w: %w", errGarbled, err) }
