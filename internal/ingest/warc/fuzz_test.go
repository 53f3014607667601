package warc

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// FuzzReader holds the reader to its end, to blocks within their length and to
// one answer for plain and packed bytes.
func FuzzReader(f *testing.F) {
	a, b := response("https://x.example/a", "Content-Type: text/html\r\nContent-Encoding: gzip\r\n", zipped("<p>Maren met Ered.</p>")), record("resource", "<https://x.example/c>", "text/plain", "Two\r\n\r\nparagraphs.")
	for _, s := range []string{a + b, pack(a, b), pack(a + b), pack(a) + "xx" + pack(b), a[:100] + b, strings.Replace(a, "Length: 1", "Length: 99", 1) + b, "WARC/1.0\r\n\r\n", "\x1f\x8b\x08", pack(a)[:40] + pack(b), response("x", "Transfer-Encoding: chunked\r\n", "5\r\nMaren\r\n0\r\n\r\n")} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		opts := Options{MaxRecord: 1 << 16, MaxHeader: 1 << 12}
		got := list(t, bytes.NewReader(in), opts)
		whole := true
		for _, g := range got {
			whole = whole && !strings.Contains(g, "FAULT")
		}
		if whole && len(got) > 0 && strings.HasPrefix(string(in), "WARC/") {
			again := list(t, strings.NewReader(pack(string(in))), opts)
			if len(again) != len(got) {
				t.Fatalf("plain\n%s\npacked\n%s", strings.Join(got, "\n"), strings.Join(again, "\n"))
			}
		}
		r := NewReader(bytes.NewReader(in), opts)
		for {
			rec, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				if !isFault(err) {
					t.Fatal(err) // bytes in memory cannot fail
				}
				continue
			}
			if h, err := r.Response(rec); err == nil {
				if c, err := h.Content(1 << 16); len(c) > 1<<16 || err != nil && (len(c) > 0 || err.Error() == "") {
					t.Fatalf("%d bytes with error %v", len(c), err)
				}
			}
		}
	})
}
