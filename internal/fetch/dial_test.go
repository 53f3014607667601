package fetch

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/torture"
)

// relay is a proxy that makes tunnels and takes down what it was asked for.
type relay struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []string
	auth   []string
	refuse func(target string) bool // answers 403; nil: never
}

func newRelay(t *testing.T, secure bool) *relay {
	p := &relay{}
	p.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked = append(p.asked, r.Method+" "+r.RequestURI)
		p.auth = append(p.auth, r.Header.Get("Proxy-Authorization"))
		p.mu.Unlock()
		if r.Method != http.MethodConnect || p.refuse != nil && p.refuse(r.RequestURI) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		// Where the tunnel ends is this machine, whatever it was asked for.
		_, port, _ := net.SplitHostPort(r.RequestURI)
		to, err := net.Dial("tcp4", "127.0.0.1:"+port)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer to.Close()
		w.WriteHeader(http.StatusOK)
		c, buf, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer c.Close()
		go func() { _, _ = io.Copy(to, buf) }()
		_, _ = io.Copy(c, to)
	}))
	if secure {
		p.StartTLS()
	} else {
		p.Start()
	}
	t.Cleanup(p.Close)
	return p
}

func (p *relay) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := strings.Join(p.asked, " ")
	p.asked = nil
	return out
}

// public is an address that nobody asks; the relay leads it to this machine.
var public = netip.MustParseAddr("198.41.0.4")

func TestProxy(t *testing.T) {
	var auth string
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		auth += r.Header.Get("Proxy-Authorization") + r.Header.Get("Authorization")
		body("text/html", "<p>"+r.Host+"</p>")(w, r)
	})
	plain, secure := httptest.NewServer(h), httptest.NewTLSServer(h)
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	portOf := func(s *httptest.Server) uint16 {
		return netip.MustParseAddrPort(s.Listener.Addr().String()).Port()
	}
	var answer atomic.Value
	answer.Store(public)
	opts := Options{
		Ports: []uint16{portOf(plain), portOf(secure)}, Roots: roots, Pause: -1, IgnoreBots: true,
		Resolver: dns(t, func() netip.Addr { return answer.Load().(netip.Addr) }),
	}
	get := func(o Options, format string, s *httptest.Server) (Response, error) {
		return New(o).Get(t.Context(), Request{URL: fmt.Sprintf(format, portOf(s))})
	}
	for _, tls := range []bool{false, true} {
		p := newRelay(t, tls)
		o := opts
		if tls {
			roots.AddCert(p.Certificate())
		}
		o.Proxy = strings.Replace(p.URL, "://", "://mira:s3cret@", 1)
		// The proxy is asked for the address, the site for its name.
		res, err := get(o, "http://example.com:%d/a", plain)
		if err != nil || string(res.Capture.Body) != fmt.Sprintf("<p>example.com:%d</p>", portOf(plain)) {
			t.Errorf("http: %q %v", res.Capture.Body, err)
		}
		if got, want := p.log(), fmt.Sprintf("CONNECT %s:%d", public, portOf(plain)); got != want {
			t.Errorf("asked %q, want %q", got, want)
		}
		if res, err = get(o, "https://example.com:%d/a", secure); err != nil || !strings.Contains(string(res.Capture.Body), "example.com") {
			t.Errorf("https: %q %v", res.Capture.Body, err)
		}
		if got, want := p.log(), fmt.Sprintf("CONNECT %s:%d", public, portOf(secure)); got != want {
			t.Errorf("asked %q, want %q", got, want)
		}
		// Certificates are the site's, and are verified.
		if _, err = get(o, "https://karvany.example:%d/a", secure); ReasonOf(err) != Network || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("a certificate for another name: %v", err)
		}
		for _, a := range p.auth {
			if a != "Basic bWlyYTpzM2NyZXQ=" {
				t.Errorf("proxy got %q", a)
			}
		}
		if auth != "" {
			t.Errorf("site got %q", auth)
		}
		p.log()
		// Names that lie inside are refused here; the proxy hears nothing.
		for _, inside := range []string{"127.0.0.1", "10.0.0.1", "169.254.169.254"} {
			answer.Store(netip.MustParseAddr(inside))
			if _, err := get(o, "http://example.com:%d/", plain); ReasonOf(err) != Refused {
				t.Errorf("%s: %v", inside, err)
			}
		}
		answer.Store(public)
		for _, h := range spellings {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			o.ProxyNames = true
			o.Resolver = dead
			if _, err := New(o).Get(ctx, Request{URL: fmt.Sprintf("http://%s:%d/", h, portOf(plain))}); err == nil {
				t.Errorf("%s gave an answer", h)
			}
			cancel()
		}
		if got := p.log(); got != "" {
			t.Errorf("asked %q", got)
		}
		o = opts
		o.Proxy, o.Ports = p.URL, nil
		if _, err := get(o, "http://example.com:%d/", plain); ReasonOf(err) != Refused {
			t.Errorf("port: %v", err)
		}
		if got := p.log(); got != "" {
			t.Errorf("asked %q", got)
		}
	}
}

// dead is a resolver that knows no name.
var dead = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("no network")
}}

// A proxy that makes no tunnels to addresses is asked by name only where
// Options say so.
func TestProxyNames(t *testing.T) {
	s := httptest.NewServer(body("text/html", "<p>a</p>"))
	t.Cleanup(s.Close)
	p := newRelay(t, false)
	p.refuse = func(target string) bool { return !strings.HasPrefix(target, "example.com") }
	opts := Options{Ports: []uint16{port(t, s)}, Proxy: p.URL, IgnoreBots: true, Resolver: dns(t, func() netip.Addr { return public })}
	url := fmt.Sprintf("http://example.com:%d/", port(t, s))
	if _, err := New(opts).Get(t.Context(), Request{URL: url}); ReasonOf(err) != Network || !strings.Contains(err.Error(), "no tunnel") {
		t.Errorf("refused: %v", err)
	}
	opts.ProxyNames = true
	if _, err := New(opts).Get(t.Context(), Request{URL: url}); err != nil {
		t.Error(err)
	}
	opts.Resolver = dead
	if _, err := New(opts).Get(t.Context(), Request{URL: url}); err != nil {
		t.Error(err)
	}
	opts.ProxyNames = false
	if _, err := New(opts).Get(t.Context(), Request{URL: url}); ReasonOf(err) != Network || !strings.Contains(err.Error(), "not known") {
		t.Errorf("name that is not known: %v", err)
	}
	for _, bad := range []string{"socks5://127.0.0.1:1", "127.0.0.1:3128", "http://", "http://[::1"} {
		opts.Proxy = bad
		if _, err := New(opts).Get(t.Context(), Request{URL: url}); err == nil || !strings.Contains(err.Error(), "the proxy must be") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	opts.Proxy = "http://127.0.0.1:1"
	opts.Resolver = dns(t, func() netip.Addr { return public })
	if _, err := New(opts).Get(t.Context(), Request{URL: url}); ReasonOf(err) != Network || !strings.Contains(err.Error(), "proxy cannot be reached") {
		t.Errorf("no proxy there: %v", err)
	}
}

// The environment is asked only when Options say so.
func TestProxyEnvironment(t *testing.T) {
	s := httptest.NewServer(body("text/html", "<p>a</p>"))
	t.Cleanup(s.Close)
	p := newRelay(t, false)
	t.Setenv("HTTP_PROXY", p.URL)
	t.Setenv("NO_PROXY", "direct.example")
	opts := Options{Ports: []uint16{port(t, s)}, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, IgnoreBots: true, Resolver: dns(t, func() netip.Addr { return netip.MustParseAddr("127.0.0.1") })}
	for _, c := range []struct {
		host, proxy string
		through     bool
	}{
		{"a.example", "", false},
		{"a.example", "environment", true},
		{"direct.example", "environment", false},
	} {
		opts.Proxy = c.proxy
		if _, err := New(opts).Get(t.Context(), Request{URL: fmt.Sprintf("http://%s:%d/", c.host, port(t, s))}); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
		if got := p.log(); (got != "") != c.through {
			t.Errorf("%+v: proxy asked %q", c, got)
		}
	}
}

// A name that is public when it is judged and private when it is asked, through
// Get with its robots.txt: no connection.
func TestRebindingGet(t *testing.T) {
	var c counter
	s := c.server(t, body("text/html", "<p>inside</p>"))
	var turn atomic.Int64
	r := dns(t, func() netip.Addr {
		if turn.Add(1)%2 == 0 {
			return netip.MustParseAddr("127.0.0.1")
		}
		return netip.MustParseAddr("127.0.0.3") // stands for a public one, nobody listens
	})
	opts := Options{Ports: []uint16{port(t, s)}, Resolver: r, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.3/32")}, Pause: -1, IgnoreBots: true}
	f := New(opts)
	rounds := torture.Rounds(t, 1000, 10_000, 10_000)
	for i := range rounds {
		if _, err := f.Get(t.Context(), Request{URL: fmt.Sprintf("http://n%d.example:%d/", i, port(t, s))}); err == nil {
			t.Fatal("gave an answer")
		}
	}
	n := c.n.Load()
	if n != 0 || turn.Load() < int64(rounds) {
		t.Errorf("%d connections after %d answers", n, turn.Load())
	}
	torture.Counted(t, "R21", rounds, "names whose address changes between judging and asking", fmt.Sprintf("%d connections", n))
	// Through a proxy the judged address itself is what is asked for.
	p := newRelay(t, false)
	p.refuse = func(string) bool { return true }
	opts.Proxy = p.URL
	f = New(opts)
	for i := range 200 {
		if _, err := f.Get(t.Context(), Request{URL: fmt.Sprintf("http://m%d.example:%d/", i, port(t, s))}); err == nil {
			t.Fatal("gave an answer")
		}
	}
	if log := p.log(); strings.Contains(log, "127.0.0.1:") || !strings.Contains(log, "127.0.0.3:") {
		t.Errorf("asked the proxy for %s", clip(log))
	}
}
