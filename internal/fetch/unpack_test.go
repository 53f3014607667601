package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/torture"
)

// packers are the codings that are announced, and what servers make of them.
var packers = map[string]func(io.Writer) io.WriteCloser{
	"gzip":   func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"x-gzip": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	" GZip ": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"deflate": func(w io.Writer) io.WriteCloser {
		return zlib.NewWriter(w)
	},
	"Deflate": func(w io.Writer) io.WriteCloser { // the bare stream
		z, _ := flate.NewWriter(w, 9)
		return z
	},
	"br":   func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
	"zstd": func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
}

func pack(t testing.TB, coding string, b []byte) []byte {
	t.Helper()
	if coding == "" {
		return b
	}
	var out bytes.Buffer
	z := packers[coding](&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestUnpack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 300<<10)
	for i := range noise {
		noise[i] = "abcdefgh"[r.IntN(8)]
	}
	for coding := range packers {
		for _, plain := range [][]byte{[]byte("Talks end"), noise} {
			packed := pack(t, coding, plain)
			out, n, err := unpacked(bytes.NewReader(packed), coding, 1<<20, false)
			if err != nil || !bytes.Equal(out, plain) || n != int64(len(packed)) {
				t.Errorf("%s: %d of %d bytes, %d packed of %d: %v", coding, len(out), len(plain), n, len(packed), err)
			}
			if out, _, err = unpacked(bytes.NewReader(packed), coding, int64(len(plain)), false); err != nil || len(out) != len(plain) {
				t.Errorf("%s: at its limit: %v", coding, err)
			}
			if _, _, err = unpacked(bytes.NewReader(packed), coding, int64(len(plain))-1, false); !errors.Is(err, errSize) {
				t.Errorf("%s: one over its limit: %v", coding, err)
			}
			if out, _, err = unpacked(bytes.NewReader(packed), coding, 5, true); err != nil || string(out) != string(plain[:5]) {
				t.Errorf("%s: cut: %q %v", coding, out, err)
			}
			if len(plain) > 1000 {
				if _, _, err = unpacked(bytes.NewReader(packed[:len(packed)/2]), coding, 1<<20, false); err == nil {
					t.Errorf("%s: half of it is taken for all", coding)
				}
			}
		}
		if out, _, err := unpacked(strings.NewReader(""), coding, 10, false); err != nil || len(out) != 0 {
			t.Errorf("%s: empty: %v", coding, err)
		}
		if _, _, err := unpacked(strings.NewReader("\xffno such thing, whatever it says"), coding, 1<<20, false); !errors.Is(err, errGarbled) {
			t.Errorf("%s: nothing of the kind: %v", coding, err)
		}
	}
	for _, coding := range []string{"gzip, gzip", "compress", "gzip,br", "x"} {
		if _, _, err := unpacked(strings.NewReader("abc"), coding, 10, false); !errors.Is(err, errCoding) {
			t.Errorf("%s: %v", coding, err)
		}
	}
}

// A connection that breaks within a packed body is a fault of the network, to be
// asked again, and no fault of the bytes; nor is a connection that is slow.
func TestPackedBodyBreaksOff(t *testing.T) {
	plain := make([]byte, 300<<10)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range plain {
		plain[i] = "abcdefgh"[r.IntN(8)]
	}
	for coding := range packers {
		packed := pack(t, coding, plain)
		for _, at := range []int{0, 1, 5, len(packed) / 2, len(packed) - 1} {
			for _, fault := range []error{io.ErrUnexpectedEOF, context.DeadlineExceeded} {
				body := io.MultiReader(bytes.NewReader(packed[:at]), iotest.ErrReader(fault))
				if _, _, err := unpacked(body, coding, 1<<20, false); !errors.Is(err, fault) || errors.Is(err, errGarbled) {
					t.Errorf("%s: %v at byte %d of %d: %v", coding, fault, at, len(packed), err)
				}
			}
		}
		broken := slices.Concat(packed[:len(packed)/2], make([]byte, len(packed)/2))
		if _, _, err := unpacked(bytes.NewReader(broken), coding, 1<<20, false); !errors.Is(err, errGarbled) {
			t.Errorf("%s: wrong bytes: %v", coding, err)
		}
	}
}

// A bomb is stopped by what comes out of it, long before its end.
func TestBombs(t *testing.T) {
	zeros := make([]byte, 1<<20)
	bombs := map[string][]byte{}
	for _, coding := range []string{"gzip", "deflate", "br", "zstd"} {
		var out bytes.Buffer
		z := packers[coding](&out)
		for range 64 {
			_, _ = z.Write(zeros)
		}
		z.Close()
		bombs[coding] = out.Bytes()
		if coding == "gzip" || coding == "zstd" {
			// Members and frames stand one behind the other: a megabyte of
			// gzip makes a gigabyte.
			bombs[coding] = bytes.Repeat(bombs[coding], 16)
		}
	}
	stopped, limited := 0, 0
	for coding, bomb := range bombs {
		out, packed, err := unpacked(bytes.NewReader(bomb), coding, 2<<30, false)
		if !errors.Is(err, errSize) || !strings.Contains(err.Error(), "100 times") || out != nil || packed > 64<<10 {
			t.Errorf("%s: %d bytes, of which %d were read: %v", coding, len(bomb), packed, err)
		} else {
			stopped++
		}
		if _, _, err := unpacked(bytes.NewReader(bomb), coding, 64<<10, false); !errors.Is(err, errSize) {
			t.Errorf("%s: limit: %v", coding, err)
		} else {
			limited++
		}
	}
	// A bomb in a bomb: one layer is unpacked, and what it holds stays packed.
	inner := bombs["gzip"]
	out, _, err := unpacked(bytes.NewReader(pack(t, "gzip", inner)), "gzip", limits.HTTPBody, false)
	if err != nil && !errors.Is(err, errSize) || err == nil && !bytes.Equal(out, inner) {
		t.Errorf("nested: %d bytes, %v", len(out), err)
	}
	torture.Counted(t, "R13", 2*len(bombs)+1, "bombs in content codings", fmt.Sprintf("%d stopped by what came out before 64 KB of them were read, %d at a limit of 64 KB, one in another unpacked once", stopped, limited))
}

// Servers that never end: the time, the size or the header is over first.
func TestEndless(t *testing.T) {
	var sent atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer c.Close()
		chunk := strings.Repeat("x", 1000)
		switch r.URL.Path {
		case "/header":
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\n")
			for i := 0; ; i++ {
				n, err := fmt.Fprintf(c, "X-%d: %s\r\n", i, chunk)
				if err != nil {
					return
				}
				sent.Add(int64(n))
			}
		case "/line":
			for {
				n, err := fmt.Fprint(c, "HTTP/1.1 200 "+chunk)
				if err != nil {
					return
				}
				sent.Add(int64(n))
			}
		case "/continue":
			for {
				if _, err := fmt.Fprint(c, "HTTP/1.1 103 Early Hints\r\nLink: "+chunk+"\r\n\r\n"); err != nil {
					return
				}
				sent.Add(1000)
			}
		case "/chunks":
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
			for {
				n, err := fmt.Fprint(c, "3e8\r\n"+chunk+"\r\n")
				if err != nil {
					return
				}
				sent.Add(int64(n))
			}
		case "/drip":
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
			for {
				if _, err := fmt.Fprint(c, "x"); err != nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		case "/silent":
			_, _ = io.Copy(io.Discard, c)
		case "/length":
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\nx", 1<<40)
			_, _ = io.Copy(io.Discard, c)
		}
	}))
	t.Cleanup(s.Close)
	f := New(Options{Ports: []uint16{port(t, s)}, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Timeout: 500 * time.Millisecond, Pause: -1, IgnoreBots: true, MaxBytes: 1 << 20})
	for _, c := range []struct {
		path   string
		reason Reason
		most   int64
	}{
		{"/header", Network, 8 << 20}, // what the buffers of two sockets hold beside
		{"/line", Network, 8 << 20},
		{"/continue", Network, 8 << 20},
		{"/chunks", Size, 10 << 20},
		{"/length", Size, 2 << 20},
		{"/drip", Network, 2 << 20},
		{"/silent", Network, 2 << 20},
	} {
		sent.Store(0)
		began := time.Now()
		g := New(f.opts)
		_, err := g.Get(t.Context(), Request{URL: s.URL + c.path})
		if ReasonOf(err) != c.reason {
			t.Errorf("%s: %v", c.path, err)
		}
		if n := sent.Load(); n > c.most {
			t.Errorf("%s: %d bytes were sent", c.path, n)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: %v", c.path, took)
		}
	}
}

// A host that takes connections and says nothing to TLS.
func TestSilentTLS(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	f := New(Options{Ports: []uint16{netip.MustParseAddrPort(l.Addr().String()).Port()}, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Connect: 100 * time.Millisecond, IgnoreBots: true})
	if _, err := f.Get(t.Context(), Request{URL: "https://" + l.Addr().String() + "/"}); ReasonOf(err) != Network {
		t.Error(err)
	}
}

// Whatever the bytes and the coding, what comes out keeps to its limits, and
// what was packed comes out as it went in.
func FuzzUnpack(f *testing.F) {
	for coding := range packers {
		f.Add(pack(f, coding, []byte("Talks end at Lake Ansa")), coding, 100)
	}
	f.Fuzz(func(t *testing.T, b []byte, coding string, limit int) {
		if limit < 0 || limit > 1<<16 {
			return
		}
		for _, cut := range []bool{false, true} {
			out, packed, err := unpacked(bytes.NewReader(b), coding, int64(limit), cut)
			if len(out) > limit || packed > int64(len(b)) || err != nil && out != nil && !cut && errors.Is(err, errSize) {
				t.Errorf("%d of %d bytes, %d packed: %v", len(out), limit, packed, err)
			}
		}
		for c := range packers {
			if out, _, err := unpacked(bytes.NewReader(pack(t, c, b)), c, int64(len(b)), false); err != nil || !bytes.Equal(out, b) {
				t.Errorf("%s: %v", c, err)
			}
		}
	})
}
