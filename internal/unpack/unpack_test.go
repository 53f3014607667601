package unpack

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// codings pack, each in its way.
var codings = map[string]func(io.Writer) io.WriteCloser{
	"gzip":   func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"x-gzip": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"zlib":   func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	"bare":   func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, flate.BestSpeed); return f },
	"br":     func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
	"zstd":   func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
}

func TestDecoderUndoesEachCoding(t *testing.T) {
	want := strings.Repeat("The sluice at Dorne stays shut. ", 4000)
	for name, pack := range codings {
		var b bytes.Buffer
		w := pack(&b)
		if _, err := io.WriteString(w, want); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		coding := name
		if name == "zlib" || name == "bare" {
			coding = "deflate"
		}
		in := &Counter{R: bytes.NewReader(b.Bytes())}
		r, err := Decoder(bufio.NewReader(in), coding)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := io.ReadAll(r)
		if err != nil || string(got) != want || in.N != int64(b.Len()) {
			t.Errorf("%s: %d bytes from %d, %v; want %d from %d", name, len(got), in.N, err, len(want), b.Len())
		}
		if err := r.Close(); err != nil {
			t.Errorf("%s: close: %v", name, err)
		}
	}
}

func TestDecoderRefuses(t *testing.T) {
	for _, coding := range []string{"", "identity", "compress", "gzip, gzip", "GZIP"} {
		if _, err := Decoder(bufio.NewReader(strings.NewReader("x")), coding); !errors.Is(err, ErrCoding) {
			t.Errorf("coding %q: %v, want ErrCoding", coding, err)
		}
	}
	for _, coding := range []string{"gzip", "deflate", "br", "zstd"} {
		r, err := Decoder(bufio.NewReader(strings.NewReader("\xffno such thing, whatever it says")), coding)
		if err == nil {
			_, err = io.ReadAll(r)
		}
		if err == nil {
			t.Errorf("%s of garbage is read", coding)
		}
	}
}

func TestBomb(t *testing.T) {
	for _, c := range []struct {
		unpacked, packed int64
		want             bool
	}{{RatioFrom, 1, false}, {RatioFrom + 1, 1, true}, {200 * RatioFrom, 2 * RatioFrom, false}, {200*RatioFrom + 1, 2 * RatioFrom, true}} {
		if got := Bomb(c.unpacked, c.packed); got != c.want {
			t.Errorf("Bomb(%d, %d) = %t", c.unpacked, c.packed, got)
		}
	}
}
