package fetch

import (
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/torture"
)

// counter counts connections to a server of this machine: it must stay at 0.
type counter struct{ n atomic.Int64 }

func (c *counter) server(t testing.TB, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ConnState = func(_ net.Conn, st http.ConnState) {
		if st == http.StateNew {
			c.n.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func port(t testing.TB, s *httptest.Server) uint16 {
	t.Helper()
	return netip.MustParseAddrPort(strings.TrimPrefix(s.URL, "http://")).Port()
}

// spellings are hosts that are not public.
var spellings = []string{
	"127.0.0.1", "127.0.0.2", "127.1", "127.0.1", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "0.0.0.0", "0", "localhost", "LOCALHOST", "localhost.",
	"[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]",
	"10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.1.254", "169.254.169.254", "[::ffff:169.254.169.254]", "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]", "[fd00:ec2::254]",
	"100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
	"[ff02::1]", "[2001:db8::1]", "[100::1]", "[3fff::1]", "[::ffff:10.0.0.1]", "[::ffff:0a00:1]", "0.0.0.1", "127.127.127.127", "[fec0::1]", "[2620:4f:8000::1]", "192.88.99.1", "[5f00::1]",
}

// Spellings of addresses that are not public, with the port of a server that
// listens here: none gets a connection, whatever the spelling.
func TestRefusesWhatIsNotPublic(t *testing.T) {
	var c counter
	s := c.server(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	p := port(t, s)
	f := New(Options{Ports: []uint16{p, 80, 443}, Timeout: 3 * time.Second, Pause: -1})
	if len(spellings) < 60 {
		t.Fatalf("%d spellings", len(spellings))
	}
	for _, h := range spellings {
		for _, scheme := range []string{"http", "https"} {
			ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
			raw := fmt.Sprintf("%s://%s:%d/", scheme, h, p)
			if _, err := f.Page(ctx, raw); err == nil {
				t.Errorf("%s gave a page", h)
			}
			if _, err := f.Get(ctx, Request{URL: raw}); err == nil {
				t.Errorf("%s gave an answer", h)
			}
			cancel()
		}
	}
	n := c.n.Load()
	if n != 0 {
		t.Errorf("%d connections were made", n)
	}
	torture.Counted(t, "R21", 4*len(spellings), "requests to addresses that are not public, in many spellings", fmt.Sprintf("%d connections", n))
}

func TestRefusesAddresses(t *testing.T) {
	f := New(Options{})
	for raw, want := range map[string]string{
		"ftp://harbourwire.example/a":            "only http and https",
		"file:///etc/passwd":                     "only http and https",
		"gopher://harbourwire.example/":          "only http and https",
		"javascript:alert(1)":                    "only http and https",
		"https://":                               "names no host",
		"/a":                                     "only http and https",
		"https://name:word@harbourwire.example/": "name or password",
		"http://1.1.1.1:22/":                     "only the ports 80 and 443",
		"http://[::1":                            "no address of the web",
	} {
		_, err := f.Page(context.Background(), raw)
		if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", raw, err, want)
		}
	}
}

// dns answers every question for an A record: what next gives.
func dns(t testing.TB, next func() netip.Addr) *net.Resolver {
	t.Helper()
	pc, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			q := buf[:n]
			end := 12
			for end < n && q[end] != 0 {
				end += int(q[end]) + 1
			}
			end += 5
			if end > n {
				continue
			}
			kind := binary.BigEndian.Uint16(q[end-4:])
			out := append([]byte{}, q[:end]...)
			out[2], out[3] = 0x81, 0x80
			binary.BigEndian.PutUint16(out[6:], 0)
			binary.BigEndian.PutUint16(out[8:], 0)
			binary.BigEndian.PutUint16(out[10:], 0)
			if kind == 1 {
				a := next().As4()
				binary.BigEndian.PutUint16(out[6:], 1)
				out = append(out, 0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, a[0], a[1], a[2], a[3])
			}
			_, _ = pc.WriteTo(out, from)
		}
	}()
	addr := pc.LocalAddr().String()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp4", addr)
	}}
}

// A name that is public when it is looked up and private when it is asked
// (rebinding) gets no connection: what is judged is the address of the
// connection itself.
func TestRebinding(t *testing.T) {
	var c counter
	s := c.server(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	var turn atomic.Int64
	// 127.0.0.3 stands for a public address: it is let through here alone, and
	// nothing listens there.
	r := dns(t, func() netip.Addr {
		if turn.Add(1)%2 == 0 {
			return netip.MustParseAddr("127.0.0.1")
		}
		return netip.MustParseAddr("127.0.0.3")
	})
	f := New(Options{Ports: []uint16{port(t, s)}, Resolver: r, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.3/32")}, Timeout: 2 * time.Second})
	for i := range 1000 {
		if _, err := f.Page(context.Background(), fmt.Sprintf("http://n%d.harbourwire.example:%d/", i, port(t, s))); err == nil {
			t.Fatal("gave a page")
		}
	}
	if n := c.n.Load(); n != 0 || turn.Load() < 1000 {
		t.Errorf("%d connections after %d answers", n, turn.Load())
	}
}

// A page redirects to a private address: one connection to the page, none to
// where it leads.
func TestRedirects(t *testing.T) {
	var inner counter
	in := inner.server(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "secret") }))
	var referer, cookie, auth string
	var chain string
	out := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		referer, cookie, auth = referer+r.Header.Get("Referer"), cookie+r.Header.Get("Cookie"), auth+r.Header.Get("Authorization")
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		switch {
		case r.URL.Path == "/in":
			http.Redirect(w, r, "http://127.0.0.2:"+strconv.Itoa(int(port(t, in)))+"/", http.StatusFound)
		case r.URL.Path == "/file":
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		case n > 0:
			http.Redirect(w, r, "/chain?n="+strconv.Itoa(n-1), http.StatusMovedPermanently)
		default:
			w.Header().Set("Content-Type", "text/html; charset=ISO-8859-1")
			fmt.Fprint(w, "<p>Talks end</p>"+chain)
		}
	}))
	t.Cleanup(out.Close)
	f := New(Options{Ports: []uint16{port(t, out), port(t, in)}, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
	if _, err := f.Page(context.Background(), out.URL+"/in"); !errors.Is(err, ErrRefused) || strings.Contains(err.Error(), "secret") {
		t.Errorf("redirect inside: %v", err)
	}
	if n := inner.n.Load(); n != 0 {
		t.Errorf("%d connections to where it leads", n)
	}
	if _, err := f.Page(context.Background(), out.URL+"/file"); !errors.Is(err, ErrRefused) {
		t.Errorf("redirect to a file: %v", err)
	}
	if _, err := f.Page(context.Background(), out.URL+"/chain?n=6"); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "more than 5 times") {
		t.Errorf("six redirects: %v", err)
	}
	c, err := f.Page(context.Background(), out.URL+"/chain?n=5#part")
	if err != nil {
		t.Fatal(err)
	}
	if u, _ := url.Parse(c.URL); u.RawQuery != "n=0" || u.Fragment != "" || c.MediaType != "text/html" || c.Charset != "iso-8859-1" || string(c.Body) != "<p>Talks end</p>" || len(c.SHA256) != 64 {
		t.Errorf("capture %+v", c)
	}
	if referer+cookie+auth != "" {
		t.Errorf("sent referrer %q, cookies %q, credentials %q", referer, cookie, auth)
	}
}

func TestAnswers(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/picture":
			w.Header().Set("Content-Type", "image/png")
		case "/none":
			w.Header().Set("Content-Type", "text/html; ;=")
		case "/big":
			_, _ = w.Write(make([]byte, 4096))
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = z.Write(make([]byte, 1<<20))
			z.Close()
		case "/slow":
			time.Sleep(time.Second)
		case "/header":
			w.Header().Set("X-Long", strings.Repeat("x", limits.HTTPHeader))
		}
	}))
	t.Cleanup(s.Close)
	f := New(Options{Ports: []uint16{port(t, s)}, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, MaxBytes: 2048, Timeout: 400 * time.Millisecond})
	for path, want := range map[string]string{
		"/gone": "410 Gone", "/picture": `"image/png", which is no report`, "/none": "no report", "/big": "larger than the limit", "/bomb": "larger than the limit", "/slow": "no answer within", "/empty": "empty", "/header": "header",
	} {
		if _, err := f.Page(context.Background(), s.URL+path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}
