package ingest_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/ingest"
)

// crawlOf streams a WARC file of about size unpacked bytes, made of pages that
// pack about as pages do, and says how many pages it has.
type crawlOf struct {
	pages [][]byte // packed records
	raw   int64    // bytes of all pages unpacked
	left  int64
	at    []byte
	next  int
	n     int
	out   int64
}

func newCrawl(size int64) *crawlOf {
	c := &crawlOf{left: size}
	words := strings.Fields("Maren Ered Sollund Karvany Orrin Hegra Lake Ansa talks minister border water deal said told reporters Wednesday after before the of in a to and with on for that had not would will were party council fishing quota dam river envoy signed refused")
	seed := uint32(1)
	pick := func(n int) int { seed = seed*1664525 + 1013904223; return int(seed>>8) % n }
	for i := range 40 {
		var b strings.Builder
		fmt.Fprintf(&b, "<!DOCTYPE html><html><head><title>Talks %d</title></head><body><article>", i)
		for range 60 + pick(100) {
			b.WriteString("<p class=\"text paragraph\">")
			for range 40 + pick(40) {
				b.WriteString(words[pick(len(words))])
				b.WriteByte(' ')
			}
			fmt.Fprintf(&b, "%x.</p>\n", seed)
		}
		r := warcPage(fmt.Sprintf("https://harbour.example/%d", i), "text/html; charset=utf-8", b.String())
		c.raw += int64(len(r))
		c.pages = append(c.pages, []byte(gz(r)))
	}
	return c
}

func (c *crawlOf) Read(p []byte) (int, error) {
	for len(c.at) == 0 {
		if c.left <= 0 {
			return 0, io.EOF
		}
		c.at = c.pages[c.next]
		c.next = (c.next + 1) % len(c.pages)
		c.left -= c.raw / int64(len(c.pages))
		c.n++
	}
	n := copy(p, c.at)
	c.at = c.at[n:]
	c.out += int64(n)
	return n, nil
}

// stream reads a crawl and returns the number of captures and the largest heap
// over what was there before, in bytes.
func stream(tb testing.TB, c *crawlOf) (n int, peak int64) {
	tb.Helper()
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	for cp, refusal := range ingest.Read(tb.Context(), []string{"-"}, ingest.Options{Stdin: c}) {
		if refusal != nil {
			tb.Fatal(refusal)
		}
		if n++; n%500 == 0 {
			runtime.ReadMemStats(&now)
			peak = max(peak, int64(now.HeapInuse)-int64(before.HeapInuse))
		}
		if len(cp.Body) == 0 {
			tb.Fatal("an empty page")
		}
	}
	return n, peak
}

// 200 MB of pages pass through less than 64 MB.
func TestWARCMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("200 MB take seconds")
	}
	c := newCrawl(200 << 20)
	n, peak := stream(t, c)
	if n != c.n || peak > 64<<20 {
		t.Errorf("%d of %d pages, heap %d MB", n, c.n, peak>>20)
	}
}

// BenchmarkWARC reads a generated .warc.gz of 200 MB unpacked: MB/s are of
// unpacked bytes; heap-MB is the largest heap seen.
func BenchmarkWARC(b *testing.B) {
	const size = 200 << 20
	var peak, packed int64
	pages := 0
	b.SetBytes(size)
	for b.Loop() {
		c := newCrawl(size)
		n, p := stream(b, c)
		pages, peak, packed = n, max(peak, p), c.out
	}
	b.ReportMetric(float64(peak)/(1<<20), "heap-MB")
	b.ReportMetric(float64(pages), "pages")
	b.ReportMetric(float64(packed)/(1<<20), "packed-MB")
}

// Real pages come out of a WARC file byte for byte, whatever lay around them.
func TestPagesThroughWARC(t *testing.T) {
	pages, _ := filepath.Glob(filepath.Join(corpus.Dir(t), "html", "pages", "*", "*"))
	if len(pages) < 100 {
		t.Fatalf("only %d pages", len(pages))
	}
	var parts []string
	want := map[string]string{} // by address
	for i, p := range pages {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		header, content, uri := "Content-Type: text/html\r\n", string(b), fmt.Sprintf("https://x.example/%d", i)
		if i%3 > 0 {
			header, content = header+"Content-Encoding: gzip\r\n", gz(content)
		}
		if i%2 > 0 {
			var c strings.Builder
			for rest := content; rest != ""; {
				n := min(len(rest), 1000+i)
				fmt.Fprintf(&c, "%x\r\n%s\r\n", n, rest[:n])
				rest = rest[n:]
			}
			header, content = header+"Transfer-Encoding: chunked\r\n", c.String()+"0\r\n\r\n"
		}
		parts = append(parts, warcRecord("response", uri, "application/http; msgtype=response", "HTTP/1.1 200 OK\r\n"+header+"\r\n"+content))
		want[uri] = string(b)
	}
	dir := write(t, map[string]string{"plain.warc": strings.Join(parts, ""), "members.warc.gz": gz(parts...), "whole.warc.gz": gz(strings.Join(parts, "")), "all.warc.zst": zst(strings.Join(parts, ""))})
	n := 0
	for c, refusal := range ingest.Read(t.Context(), []string{dir}, ingest.Options{}) {
		if refusal != nil {
			t.Fatal(refusal)
		}
		if n++; string(c.Body) != want[c.URL] {
			t.Errorf("%s: %s is not the page that was put in", c.Path, c.URL)
		}
	}
	if n != 4*len(pages) {
		t.Errorf("%d captures of %d pages in 4 files", n, len(pages))
	}
}
