// Package unpack undoes the content codings of HTTP and counts bytes against
// bombs.
//
// In: packed bytes and the name of a coding (RFC 9110 §8.4.1, RFC 7932, RFC
// 8878). Out: a reader of what they unpack to. How much may come out is for the
// caller to bound, by Ratio and limits of its own: a megabyte of gzip makes a
// gigabyte in less than a second, so bytes are counted and not time.
package unpack

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"

	"github.com/readout-news/readout/internal/limits"
)

// Bounds of what is unpacked. Text packs 3 to 10 times.
const (
	MaxRatio = limits.Ratio // unpacked to packed bytes
	// RatioFrom is how many bytes may be unpacked before the ratio counts: short
	// texts of one letter pack better than any page.
	RatioFrom = limits.RatioFrom
)

// Bomb reports whether so many unpacked bytes of so many packed ones pass the
// bound.
func Bomb(unpacked, packed int64) bool { return unpacked > RatioFrom && unpacked > MaxRatio*packed }

// Counter counts the bytes that are read through it.
type Counter struct {
	R io.Reader
	N int64
}

// Read implements io.Reader.
func (c *Counter) Read(p []byte) (int, error) {
	n, err := c.R.Read(p)
	c.N += int64(n)
	return n, err
}

// ErrCoding is a coding that is not read.
var ErrCoding = errors.New("this content coding is not read")

// maxWindow is the window that readers of zstd over HTTP have to hold (RFC 9659).
const maxWindow = 8 << 20

// Decoder undoes one coding: "gzip", "x-gzip", "deflate", "br" or "zstd", in
// lower case. ErrCoding for any other; another error means that the bytes do not
// begin as the coding does. The caller closes it; in stays open.
func Decoder(in *bufio.Reader, coding string) (io.ReadCloser, error) {
	switch coding {
	case "gzip", "x-gzip":
		return gzip.NewReader(in)
	case "deflate":
		// The name means zlib (RFC 9110 §8.4.1.2), and some servers send the bare
		// stream.
		if Zlib(in) {
			return zlib.NewReader(in)
		}
		return flate.NewReader(in), nil
	case "br":
		return io.NopCloser(brotli.NewReader(in)), nil
	case "zstd":
		r, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, err
		}
		return r.IOReadCloser(), nil
	}
	return nil, fmt.Errorf("%w: %.40q", ErrCoding, coding)
}

// Zlib reports whether what comes next opens as zlib does (RFC 1950): its method
// and a check sum over two bytes.
func Zlib(in *bufio.Reader) bool {
	head, _ := in.Peek(2)
	return len(head) == 2 && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0
}
