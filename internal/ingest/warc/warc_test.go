package warc

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/readout-news/readout/internal/corpus"
)

// record is one record as bytes.
func record(kind, uri, media, block string, more ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: 2031-03-14T15:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\nContent-Type: %s\r\nContent-Length: %d\r\n", kind, uri, media, len(block))
	for _, m := range more {
		b.WriteString(m + "\r\n")
	}
	return b.String() + "\r\n" + block + "\r\n\r\n"
}

func response(uri, header, content string) string {
	return record("response", uri, "application/http; msgtype=response", "HTTP/1.1 200 OK\r\n"+header+"\r\n"+content)
}

func pack(parts ...string) string {
	var b bytes.Buffer
	for _, p := range parts {
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		io.WriteString(z, p)
		z.Close()
	}
	return b.String()
}

// noise packs badly.
func noise(n int, seed uint32) string {
	b := make([]byte, n)
	for i := range b {
		seed = seed*1664525 + 1013904223
		b[i] = byte(seed >> 24)
	}
	return string(b)
}

// list reads everything: a line for each record, whole or not, and each fault.
func list(t testing.TB, in io.Reader, opts Options) []string {
	t.Helper()
	r := NewReader(in, opts)
	var out []string
	for range 100000 {
		rec, err := r.Next()
		var f *Fault
		switch {
		case errors.Is(err, io.EOF):
			return out
		case errors.As(err, &f):
			if f.At == "" || f.Reason == "" {
				t.Fatalf("a fault without place or reason: %+v", f)
			}
			out = append(out, f.At+" FAULT "+f.Reason)
			continue
		case err != nil:
			return append(out, "ERROR "+err.Error())
		}
		n, _ := io.Copy(io.Discard, rec.Block)
		if n > rec.Length {
			t.Fatalf("%d bytes in a block of %d", n, rec.Length)
		}
		if err := r.End(); errors.As(err, &f) {
			out = append(out, f.At+" FAULT "+f.Reason)
			continue
		} else if err != nil {
			return append(out, "ERROR "+err.Error())
		}
		out = append(out, fmt.Sprintf("%s %s %s %d", rec.At, rec.Type, rec.URI, n))
	}
	t.Fatal("the reader does not come to an end")
	return nil
}

func TestRecords(t *testing.T) {
	a, b, c := record("response", "https://x.example/a", "text/plain", "Maren met Ered."), record("request", "https://x.example/b", "text/plain", ""), record("resource", "<https://x.example/c>", "text/plain", "Two\r\n\r\nparagraphs.")
	long := record("resource", "https://x.example/long", "text/plain", noise(200000, 7))
	all := a + b + c
	la, lb := fmt.Sprint(len(a)), fmt.Sprint(len(a+b))
	pa, pb := fmt.Sprint(len(pack(a))), fmt.Sprint(len(pack(a, b)))
	whole := func(at0, at1, at2 string) []string {
		return []string{at0 + " response https://x.example/a 15", at1 + " request https://x.example/b 0", at2 + " resource https://x.example/c 18"}
	}
	flipped := []byte(pack(a, long, c))
	flipped[len(pack(a))+5000] ^= 0x40
	split := pack(a) + pack(long[:1000]) + pack(long[1000:65536]) + pack(long[65536:]) + pack(c)
	const damaged = "the checksum of its gzip member does not fit: the data is damaged"
	for _, tt := range []struct {
		name, in string
		opts     Options
		want     []string
	}{
		{"plain", all, Options{}, whole("0", la, lb)},
		{"a member a record", pack(a, b, c), Options{}, whole("0", pa, pb)},
		{"one member", pack(all), Options{}, whole("0", "0+"+la, "0+"+lb)},
		{"bare line feeds", strings.ReplaceAll(a, "\r\n", "\n") + strings.ReplaceAll(b, "\r\n", "\n"), Options{}, []string{"0 response https://x.example/a 15", fmt.Sprint(len(strings.ReplaceAll(a, "\r\n", "\n"))) + " request https://x.example/b 0"}},
		{"members cut at any byte", split, Options{}, []string{"0 response https://x.example/a 15", fmt.Sprint(len(pack(a))) + " resource https://x.example/long 200000", fmt.Sprint(len(split)-len(pack(c))) + " resource https://x.example/c 18"}},
		{"empty members between", pack(a, "", b), Options{}, []string{"0 response https://x.example/a 15", fmt.Sprint(len(pack(a, ""))) + " request https://x.example/b 0"}},
		{"empty", "", Options{}, nil},
		{"empty member", pack(""), Options{}, nil},
		{"garbage before", "no archive\n" + all, Options{}, append([]string{"0 FAULT no WARC record begins here"}, whole("11", fmt.Sprint(11+len(a)), fmt.Sprint(11+len(a+b)))...)},
		{"garbage between", a + "xx WARC/1.0 yy\n" + c, Options{}, []string{"0 response https://x.example/a 15", la + " FAULT no WARC record begins here", fmt.Sprint(len(a)+15) + " resource https://x.example/c 18"}},
		{"garbage behind members", pack(a) + "garbage", Options{}, []string{"0 response https://x.example/a 15", pa + " FAULT no gzip member begins here"}},
		{"garbage between members", pack(a) + "garbage" + pack(c), Options{}, []string{"0 response https://x.example/a 15", pa + " FAULT no gzip member begins here", fmt.Sprint(len(pack(a))+7) + " resource https://x.example/c 18"}},
		{"a member of something else", pack(a, "hello\n", c), Options{}, []string{"0 response https://x.example/a 15", "0+" + la + " FAULT no WARC record begins here", fmt.Sprint(len(pack(a, "hello\n"))) + " resource https://x.example/c 18"}},
		{"a damaged member", string(flipped), Options{}, []string{"0 response https://x.example/a 15", pa + " FAULT " + damaged, fmt.Sprint(len(pack(a, long))) + " resource https://x.example/c 18"}},
		{"too short a length", strings.Replace(a, "Length: 15", "Length: 3", 1) + c, Options{}, []string{"0 FAULT the length it gives (3 bytes) does not lead to the end of the record", fmt.Sprint(len(a)-1) + " resource https://x.example/c 18"}},
		{"too long a length", strings.Replace(a, "Length: 15", "Length: 20", 1) + c, Options{}, []string{"0 FAULT the length it gives (20 bytes) does not lead to the end of the record", fmt.Sprint(len(a)) + " resource https://x.example/c 18"}},
		{"a length beyond the end", strings.Replace(a, "Length: 15", "Length: 99999", 1) + c, Options{}, []string{"0 FAULT the file ends inside this record; fetch or copy it again", fmt.Sprint(len(a)+3) + " resource https://x.example/c 18"}},
		{"a length beyond the member", pack(strings.Replace(a, "Length: 15", "Length: 99999", 1), c), Options{}, []string{"0 FAULT its gzip member ends before the 99999 bytes of the record", fmt.Sprint(len(pack(strings.Replace(a, "Length: 15", "Length: 99999", 1)))) + " resource https://x.example/c 18"}},
		{"no length", strings.Replace(a, "Content-Length: 15\r\n", "", 1) + c, Options{}, []string{"0 FAULT the header gives no length (Content-Length)", fmt.Sprint(len(a)-20) + " resource https://x.example/c 18"}},
		{"a negative length", strings.Replace(a, "Length: 15", "Length: -1", 1) + c, Options{}, []string{"0 FAULT the header gives no length (Content-Length)", la + " resource https://x.example/c 18"}},
		{"no kind", strings.Replace(a, "WARC-Type: response\r\n", "", 1), Options{}, []string{"0 FAULT the header gives no kind of record (WARC-Type)"}},
		{"a line that is no field", strings.Replace(a, "WARC-Date: 2031-03-14T15:00:00Z", "WARC-Date 2031", 1), Options{}, []string{`0 FAULT a line of the header is no field: "WARC-Date 2031"`}},
		{"another version", strings.Replace(a, "WARC/1.1", "WARC/2.0", 1), Options{}, []string{`0 FAULT the record is of WARC version "2.0"; Readout reads 1.0 and 1.1`}},
		{"a folded field", strings.Replace(a, "/a\r\n", "\r\n  /a\r\n", 1), Options{}, []string{"0 response https://x.example /a 15"}},
		{"a long header", record("resource", "https://x.example/a", "text/plain", "x", "X: "+strings.Repeat("a", 70<<10)) + c, Options{}, []string{"0 FAULT the header is longer than the limit of 65536 bytes", fmt.Sprint(len(record("resource", "https://x.example/a", "text/plain", "x", "X: "+strings.Repeat("a", 70<<10)))) + " resource https://x.example/c 18"}},
		{"as many fields as may be", record("resource", "https://x.example/a", "text/plain", "x", strings.Repeat("X: a\r\n", maxFields-7)+"X: a") + c, Options{}, []string{"0 resource https://x.example/a 1", fmt.Sprint(len(record("resource", "https://x.example/a", "text/plain", "x", strings.Repeat("X: a\r\n", maxFields-7)+"X: a"))) + " resource https://x.example/c 18"}},
		{"more fields", record("resource", "https://x.example/a", "text/plain", "x", strings.Repeat("X: a\r\n", maxFields)+"X: a") + c, Options{}, []string{"0 FAULT the header has more than 1000 fields", fmt.Sprint(len(record("resource", "https://x.example/a", "text/plain", "x", strings.Repeat("X: a\r\n", maxFields)+"X: a"))) + " resource https://x.example/c 18"}},
		{"a large record", long + c, Options{MaxRecord: 1000}, []string{"0 FAULT the record has 200000 bytes, more than the limit of 1000", fmt.Sprint(len(long)) + " resource https://x.example/c 18"}},
		{"a packed large record", pack(long, c), Options{MaxRecord: 1000}, []string{"0 FAULT the record has 200000 bytes, more than the limit of 1000", fmt.Sprint(len(pack(long))) + " resource https://x.example/c 18"}},
		{"a bomb", pack(record("resource", "https://x.example/b", "text/plain", strings.Repeat("a", 20<<20)), c), Options{}, []string{"0 FAULT its gzip member unpacks to more than 100 times its size", fmt.Sprint(len(pack(record("resource", "https://x.example/b", "text/plain", strings.Repeat("a", 20<<20))))) + " resource https://x.example/c 18"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(tt.in), iotest.OneByteReader(strings.NewReader(tt.in)), iotest.DataErrReader(strings.NewReader(tt.in))} {
				got := list(t, in, tt.opts)
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Fatalf("(-want +got)\n%s", diff)
				}
			}
		})
	}
}

// A file cut anywhere gives every record that is whole in it, and at most one
// fault.
func TestTruncated(t *testing.T) {
	parts := []string{response("https://x.example/a", "Content-Type: text/html\r\n", "<p>Maren met Ered.</p>"), record("request", "https://x.example/a", "application/http", "GET / HTTP/1.1\r\n\r\n"), response("https://x.example/c", "", noise(300, 1))}
	for _, packed := range []bool{false, true} {
		in, ends := "", []int{}
		for _, p := range parts {
			end := len(in) + len(p) - 4 // the line ends behind a block may be missing
			if packed {
				p = pack(p)
				end = len(in) + len(p)
			}
			in += p
			ends = append(ends, end)
		}
		for cut := range in {
			whole := 0
			for _, e := range ends {
				if cut >= e {
					whole++
				}
			}
			got := list(t, strings.NewReader(in[:cut]), Options{})
			faults := 0
			for _, g := range got {
				if strings.Contains(g, "FAULT") {
					faults++
				}
			}
			if len(got)-faults != whole || faults > 1 {
				t.Fatalf("packed %t, cut at %d: want %d records and at most one fault, got\n%s", packed, cut, whole, strings.Join(got, "\n"))
			}
		}
	}
}

// Of a file in which any one byte was changed no record is lost but the one it
// stands in and, in plain files, the next.
func TestFlipped(t *testing.T) {
	parts := []string{record("resource", "https://x.example/a", "text/plain", noise(200, 1)), record("resource", "https://x.example/b", "text/plain", noise(200, 2)), record("resource", "https://x.example/c", "text/plain", noise(200, 3))}
	plain, packed := strings.Join(parts, ""), pack(parts...)
	for _, in := range []string{plain, packed} {
		for i := range in {
			b := []byte(in)
			b[i] ^= 0x11
			got := list(t, bytes.NewReader(b), Options{})
			n := 0
			for _, g := range got {
				if strings.HasSuffix(g, " 200") {
					n++
				}
			}
			if n < 2 && in == packed || n < 1 {
				t.Fatalf("byte %d of %d changed: only\n%s", i, len(in), strings.Join(got, "\n"))
			}
		}
	}
}

// Damage that is made to be searched for long: marks of gzip members without
// end, and members that each hold the start of the next.
func TestSearchEnds(t *testing.T) {
	good := pack(record("resource", "https://x.example/a", "text/plain", "Maren met Ered."))
	marks := strings.Repeat("\x1f\x8b\x08\x00", 1<<18)
	if got := list(t, strings.NewReader(good+marks+good), Options{}); len(got) != 3 || !strings.HasSuffix(got[2], " 15") {
		t.Errorf("got %d outcomes, the last %q", len(got), got[len(got)-1])
	}
	half := good[:len(good)-40]
	if got := list(t, strings.NewReader(strings.Repeat(half, 2000)+good), Options{}); len(got) != 2001 || !strings.HasSuffix(got[2000], " 15") {
		t.Errorf("got %d outcomes, the last %q", len(got), got[len(got)-1])
	}
	wrong := strings.Replace(record("resource", "https://x.example/a", "text/plain", "Maren met Ered."), "Length: 15", "Length: 400000", 1)
	if got := list(t, strings.NewReader(strings.Repeat(wrong, 2000)), Options{}); len(got) < 1000 {
		t.Errorf("got %d outcomes", len(got))
	}
}

func TestInputError(t *testing.T) {
	a := response("https://x.example/a", "", "x")
	broken := errors.New("the disk is gone")
	for _, in := range []string{a + a[:50], pack(a) + pack(a)[:50]} {
		got := list(t, io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)), Options{})
		if len(got) != 2 || got[1] != "ERROR the disk is gone" {
			t.Errorf("got %q", got)
		}
	}
}

func zipped(s string) string { return pack(s) }

func brotlied(s string) string {
	var b bytes.Buffer
	w := brotli.NewWriter(&b)
	io.WriteString(w, s)
	w.Close()
	return b.String()
}

func zlibbed(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	io.WriteString(w, s)
	w.Close()
	return b.String()
}

func zstded(s string) string {
	w, _ := zstd.NewWriter(nil)
	return string(w.EncodeAll([]byte(s), nil))
}

func TestContent(t *testing.T) {
	const page = "<!DOCTYPE html><p>Maren met Ered in Port Elsey.</p>"
	chunked := func(s string) string {
		return fmt.Sprintf("%x;name=value\r\n%s\r\n%X\r\n%s\r\n0\r\nTrailer: x\r\n\r\n", 10, s[:10], len(s)-10, s[10:])
	}
	for _, tt := range []struct{ name, header, content, want, wrong string }{
		{"plain", "Content-Type: text/html", page, page, ""},
		{"chunks", "Transfer-Encoding: chunked", chunked(page), page, ""},
		{"chunks undone by the crawler", "Transfer-Encoding: chunked", page, page, ""},
		{"gzip", "Content-Encoding: gzip", zipped(page), page, ""},
		{"gzip undone by the crawler", "Content-Encoding: gzip", page, page, ""},
		{"chunks of gzip", "Content-Encoding: x-gzip\r\nTransfer-Encoding: Chunked", chunked(zipped(page)), page, ""},
		{"twice over", "Content-Encoding: gzip, gzip", zipped(zipped(page)), page, ""},
		{"identity", "Content-Encoding: identity", page, page, ""},
		{"brotli", "Content-Encoding: br", brotlied(page), page, ""},
		{"brotli undone", "Content-Encoding: br", page, page, ""},
		{"cut brotli", "Content-Encoding: br", brotlied(page)[:30], "", "breaks off"},
		{"a brotli bomb", "Content-Encoding: br", brotlied(strings.Repeat("a", 4<<20)), "", "more than 100 times its size"},
		{"another encoding", "Content-Encoding: compress", "\x1f\x9d\x90", "", "packed as \"compress\""},
		{"zstd", "Content-Encoding: zstd", zstded(page), page, ""},
		{"deflate", "Content-Encoding: deflate", zlibbed(page), page, ""},
		{"bare deflate", "Content-Encoding: deflate", zlibbed(page)[2 : len(zlibbed(page))-4], page, ""},
		{"deflate undone", "Content-Encoding: deflate", page, page, ""},
		{"too often", "Content-Encoding: gzip, gzip\r\nContent-Encoding: gzip, gzip", page, "", "4 times over"},
		{"cut chunks", "Transfer-Encoding: chunked", chunked(page)[:30], "", "breaks off"},
		{"broken chunks", "Transfer-Encoding: chunked", "5\r\nMaren\r\nzz\r\n", "", "chunks"},
		{"cut gzip", "Content-Encoding: gzip", zipped(page)[:30], "", "breaks off"},
		{"broken gzip", "Content-Encoding: gzip", zipped(page)[:12] + "\xff\xff\xff\xff" + zipped(page)[16:], "", "cannot be unpacked"},
		{"a gzip bomb", "Content-Encoding: gzip", zipped(strings.Repeat("a", 4<<20)), "", "more than 100 times its size"},
		{"too long", "Content-Type: text/html", strings.Repeat("a", 6<<20), "", "more than the limit"},
		{"nothing", "Content-Type: text/html", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := NewReader(strings.NewReader(response("https://x.example/", tt.header+"\r\n", tt.content)), Options{})
			rec, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			h, err := r.Response(rec)
			if err != nil {
				t.Fatal(err)
			}
			got, err := h.Content(5 << 20)
			if string(got) != tt.want || (err == nil) != (tt.wrong == "") || err != nil && !strings.Contains(err.Error(), tt.wrong) {
				t.Errorf("got %.80q and error %v; want %q and error %q", got, err, tt.want, tt.wrong)
			}
			if err := r.End(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestResponse(t *testing.T) {
	for _, tt := range []struct {
		block, want, wrong string
	}{
		{"HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=\"ISO-8859-2\"\r\n\r\nx", "200 text/html iso-8859-2", ""},
		{"HTTP/2 404\ncontent-type: text/plain\n\nx", "404 text/plain ", ""},
		{"HTTP/1.0 200\r\nContent-Type: text/html; charset=utf-8; charset=x\r\n\r\n", "200 text/html utf-8", ""},
		{"HTTP/1.1 301 Moved\r\n", "301  ", ""},
		{"GET / HTTP/1.1\r\n\r\n", "", "no HTTP response"},
		{"", "", "no HTTP response"},
		{"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("a", 70<<10) + "\r\n\r\n", "", "too long"},
		{"HTTP/1.1 200 OK\r\n" + strings.Repeat("X: a\r\n", 2000) + "\r\n", "", "more than 1000 fields"},
	} {
		r := NewReader(strings.NewReader(record("response", "https://x.example/", "application/http", tt.block)), Options{})
		rec, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		h, err := r.Response(rec)
		if err == nil {
			got = fmt.Sprintf("%d %s %s", h.Status, h.MediaType, h.Charset)
		}
		if got != tt.want || (err == nil) != (tt.wrong == "") || err != nil && !strings.Contains(err.Error(), tt.wrong) {
			t.Errorf("%.40q: got %q and %v, want %q and %q", tt.block, got, err, tt.want, tt.wrong)
		}
	}
}

// What other readers of WARC find in their own test files: warcio counts the
// records, gowarc gives the names of the damages.
func TestOracles(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "hostile")
	for _, tt := range []struct {
		file            string
		records, faults int
	}{
		{"warc/test/data/example.warc", 6, 0},
		{"warc/test/data/example.warc.gz", 6, 0},
		{"warc/test/data/example-bad-non-chunked.warc.gz", 6, 0},
		{"warc/test/data/example-wrong-chunks.warc.gz", 2, 0},
		{"warc/test/data/example-resource.warc.gz", 3, 0},
		{"warc/test/data/example-space-in-target-uri.warc.gz", 2, 0},
		{"warc/test/data/example-wget-bad-target-uri.warc.gz", 6, 0},
		{"warc/test/data/example-iana.org-chunked.warc", 3, 0},
		{"warc/test/data/example-digest.warc", 4, 0},
		{"warc/test/data/example-trunc.warc", 3, 1},
		{"warc/test/data/post-test.warc.gz", 6, 0},
		{"warc/test/data/example-bad.warc.gz.bad", 6, 0},
		{"warc-gowarc/testdata/warcs/good.warc.gz.open", 50, 0},
		{"warc-gowarc/testdata/warcs/empty.warc.gz.open", 0, 0},
		{"warc-gowarc/testdata/warcs/single-record.warc.gz.open", 1, 0},
		{"warc-gowarc/testdata/warcs/corrupted-trailing-bytes.warc.gz.open", 30, 1},
		{"warc-gowarc/testdata/warcs/corrupted-mid-record.warc.gz.open", 12, 1},
		{"warc-gowarc/testdata/warcs/test.warc.gz", 3, 0},
		{"warc-gowarc/testdata/warcs/skip-non-open.warc.gz", 10, 0},
	} {
		b, err := os.ReadFile(filepath.Join(dir, tt.file))
		if err != nil {
			t.Fatal(err)
		}
		got := list(t, bytes.NewReader(b), Options{})
		faults := len(slices.DeleteFunc(slices.Clone(got), func(s string) bool { return !strings.Contains(s, "FAULT") }))
		if len(got)-faults != tt.records || faults != tt.faults {
			t.Errorf("%s: %d records and %d faults, want %d and %d\n%s", tt.file, len(got)-faults, faults, tt.records, tt.faults, strings.Join(got, "\n"))
		}
	}
}
