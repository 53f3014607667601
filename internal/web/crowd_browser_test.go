package web_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/torture"
)

// Whoever opens many connections and says little, sends headers without end or
// packs much into a body keeps nobody else from being served.
func TestOthersAreServed(t *testing.T) {
	idle := torture.Rounds(t, 1000, 10_000, 10_000)
	base := servers.run(t, clock, "--demo", "--max", "connections=400")
	host := strings.TrimPrefix(base, "http://")
	var open []net.Conn
	t.Cleanup(func() {
		for _, c := range open {
			c.Close()
		}
	})
	// Handles are shared with the server in this process: what it closed is
	// closed here, too, from time to time.
	dial := func(send string) {
		t.Helper()
		c, err := net.DialTimeout("tcp", host, 10*time.Second)
		if err != nil {
			t.Fatalf("after %d connections: %v", len(open), err)
		}
		io.WriteString(c, send)
		if open = append(open, c); len(open) > 6000 {
			for _, c := range open[:3000] {
				c.Close()
			}
			open = open[3000:]
		}
	}
	one := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	asked, served := 0, 0
	serve := func(n int) time.Duration {
		t.Helper()
		var took []time.Duration
		for range n {
			start := time.Now()
			asked++
			res, err := one.Get(base + "/timeline.json")
			if err != nil {
				t.Fatalf("another reader: %v", err)
			}
			b, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || res.StatusCode != http.StatusOK || !bytes.Contains(b, []byte("readout/timeline/")) {
				t.Fatalf("another reader: %s, %v", res.Status, err)
			}
			took = append(took, time.Since(start))
			served++
		}
		slices.Sort(took)
		return took[len(took)*95/100]
	}
	const readers = 20
	serve(3)
	alone := serve(readers)
	var worst time.Duration
	for _, x := range []struct{ what, send string }{
		{"idle", ""},
		{"a header that does not end", "GET /timeline HTTP/1.1\r\nHost: " + host + "\r\nX-A: "},
		{"a body that does not come", "POST /check HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\ntext="},
	} {
		for range 4 {
			for range idle / 4 {
				dial(x.send)
			}
			worst = max(worst, serve(readers/4))
		}
	}

	// A header of 100 MB is refused after its first part.
	headers := torture.Rounds(t, 2, 20, 20)
	for range headers {
		c, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		c.SetDeadline(time.Now().Add(30 * time.Second))
		io.WriteString(c, "GET /timeline HTTP/1.1\r\nHost: "+host+"\r\n")
		line := "X-A: " + strings.Repeat("x", 1<<16) + "\r\n"
		sent := 0
		for ; sent < 100<<20; sent += len(line) {
			if _, err := io.WriteString(c, line); err != nil {
				break
			}
		}
		c.Close()
		if sent > 20<<20 {
			t.Errorf("%d MB of one header were taken", sent>>20)
		}
		worst = max(worst, serve(2))
	}

	// A body packed 1000 to 1 is not unpacked beyond what is allowed.
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	zeros := make([]byte, 1<<20)
	for range 200 {
		z.Write(zeros)
	}
	z.Close()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	f, err := m.CreateFormFile("files", "bomb.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	f.Write(packed.Bytes())
	m.Close()
	bombs := torture.Rounds(t, 3, 50, 50)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range bombs {
		for _, b := range []struct {
			path string
			head map[string]string
			body string
		}{
			{"/upload", map[string]string{"Content-Type": m.FormDataContentType()}, form.String()},
			{"/upload", map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": "gzip"}, packed.String()},
			{"/api/v1/reports", map[string]string{"Content-Type": "application/json", "Content-Encoding": "gzip"}, packed.String()},
			{"/api/v1/check", map[string]string{"Content-Type": "application/json", "Content-Encoding": "gzip"}, packed.String()},
		} {
			r := ask(t, base, http.MethodPost, b.path, b.head, b.body)
			io.Copy(io.Discard, r.Body)
			r.Body.Close()
			if r.StatusCode >= 500 && r.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("%s with %v: %s", b.path, b.head, r.Status)
			}
		}
		worst = max(worst, serve(2))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	grown := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	if grown > 200<<20 {
		t.Errorf("%d bombs left %d MB behind", bombs, grown>>20)
	}
	torture.Counted(t, "R28", 3*idle+headers+4*bombs, "attacks: connections that wait, headers of 100 MB, packed bodies",
		fmt.Sprintf("%d of %d requests of others served; p95 alone %v, worst p95 beside them %v", served, asked, alone.Round(time.Millisecond), worst.Round(time.Millisecond)))
}
