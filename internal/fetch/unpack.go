package fetch

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/unpack"
)

// acceptEncoding is what package unpack reads.
const acceptEncoding = "gzip, deflate, br, zstd"

// errSize means that an answer passes a bound of size.
var errSize = errors.New("the answer is too large")

// unpacked reads a body that was packed as encoding says (the value of
// Content-Encoding, "" for not at all), at most limit bytes of what comes out
// and never what package unpack calls a bomb. cut ends a body at its limit instead of refusing it.
func unpacked(body io.Reader, encoding string, limit int64, cut bool) (out []byte, packed int64, err error) {
	sent := &carried{r: body}
	in := &unpack.Counter{R: sent}
	r, closer, err := decoder(bufio.NewReaderSize(in, 16<<10), encoding)
	if err != nil {
		return nil, in.N, sent.blame(err)
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
			return out[:limit], in.N, nil
		case size > limit:
			return nil, in.N, fmt.Errorf("%w: the page is larger than the limit of %s", errSize, megabytes(limit))
		case encoding != "" && unpack.Bomb(size, in.N):
			return nil, in.N, fmt.Errorf("%w: it unpacks to more than %d times what was sent", errSize, unpack.MaxRatio)
		case err == io.EOF && sent.err == nil:
			return out, in.N, nil
		case err != nil:
			return nil, in.N, sent.blame(err)
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
	if _, err := br.Peek(1); err == io.EOF {
		return br, nothing, nil // an empty body needs no packing
	}
	r, err := unpack.Decoder(br, encoding)
	switch {
	case errors.Is(err, unpack.ErrCoding): // "gzip, gzip" too: one coding is what was asked for
		return nil, nil, fmt.Errorf("%w: %q", errCoding, clip(encoding))
	case err != nil:
		return nil, nil, garbled(err)
	}
	return wrap{r}, func() { _ = r.Close() }, nil
}

// carried remembers what ended a body before its end.
type carried struct {
	r   io.Reader
	err error
}

func (c *carried) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

// blame is what a decoder's error comes from: of a body that broke off beneath
// them, decoders say that its bytes are wrong, or that it ends there.
func (c *carried) blame(err error) error {
	if c.err != nil && !errors.Is(err, errCoding) {
		return c.err
	}
	return err
}

// wrap names the errors of a decoder.
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
