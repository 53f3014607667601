package fetch

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"code.dny.dev/ssrf"
	"golang.org/x/net/http/httpproxy"

	"github.com/readout-news/readout/internal/limits"
)

// guard judges addresses by the networks and ports that may be asked.
func (o Options) guard() *ssrf.Guardian {
	var v4, v6 []netip.Prefix
	for _, p := range o.Allow {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	g := []ssrf.Option{ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...)}
	if o.Ports != nil {
		g = append(g, ssrf.WithPorts(o.Ports...))
	}
	return ssrf.New(g...)
}

func (o Options) transport() *http.Transport {
	guard := o.guard()
	direct := &net.Dialer{Timeout: o.Connect, Resolver: o.Resolver, Control: guard.Safe}
	dial := direct.DialContext
	if o.Proxy != "" {
		p := &tunnel{opts: o, guard: guard, direct: direct, dialer: &net.Dialer{Timeout: o.Connect}}
		p.which, p.err = proxies(o.Proxy)
		dial = p.dial
	}
	return &http.Transport{
		Proxy:                  nil, // dial asks the proxy, after it judged the address
		DialContext:            dial,
		TLSClientConfig:        &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
		DisableKeepAlives:      true, // each request is judged by its own connection
		DisableCompression:     true, // unpack counts what goes in and what comes out
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    o.Connect,
		MaxResponseHeaderBytes: limits.HTTPHeader,
	}
}

// proxies makes a function that gives the proxy for an address, nil for none.
func proxies(setting string) (func(*url.URL) (*url.URL, error), error) {
	if setting == "environment" {
		return httpproxy.FromEnvironment().ProxyFunc(), nil
	}
	u, err := url.Parse(setting)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, errors.New("the proxy must be http://HOST:PORT, https://HOST:PORT or environment")
	}
	return func(*url.URL) (*url.URL, error) { return u, nil }, nil
}

// tunnel makes connections through a proxy.
type tunnel struct {
	opts   Options
	guard  *ssrf.Guardian
	direct *net.Dialer // where the environment names no proxy for a host
	dialer *net.Dialer // to the proxy, which may lie anywhere
	which  func(*url.URL) (*url.URL, error)
	err    error
}

// schemeKey carries the scheme of the address to dial: the environment may name
// one proxy for http and another for https.
type schemeKey struct{}

// errTunnel is a proxy's refusal of a tunnel.
var errTunnel = errors.New("the proxy makes no tunnel to the site")

func (t *tunnel) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if t.err != nil {
		return nil, t.err
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	scheme, _ := ctx.Value(schemeKey{}).(string)
	proxy, err := t.which(&url.URL{Scheme: scheme, Host: addr})
	if err != nil {
		return nil, errors.New("the proxy of the environment is no address of one")
	}
	if proxy == nil {
		return t.direct.DialContext(ctx, network, addr)
	}
	targets, err := t.judge(ctx, host, port)
	if err != nil {
		return nil, err
	}
	for _, target := range targets {
		var conn net.Conn
		if conn, err = t.connect(ctx, proxy, target); err == nil {
			return conn, nil
		}
		if !errors.Is(err, errTunnel) {
			return nil, err // the proxy itself is out of reach
		}
	}
	return nil, err
}

// maxAddresses of a name are tried through a proxy.
const maxAddresses = 2

// judge resolves a name and gives what the proxy is asked for. One address that
// is not public refuses the whole name: an honest name has none.
func (t *tunnel) judge(ctx context.Context, host, port string) ([]string, error) {
	resolver := t.opts.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, err
	}
	byName := net.JoinHostPort(host, port)
	ips, err := resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		// Networks behind a proxy often know no outside names. The port and
		// the form of the name are judged all the same.
		if t.opts.ProxyNames && named(host) && ctx.Err() == nil {
			return []string{byName}, t.guard.SafeAddrPort(netip.AddrPortFrom(netip.AddrFrom4([4]byte{1, 1, 1, 1}), uint16(n)))
		}
		return nil, err
	}
	var out []string
	for _, ip := range ips {
		if err := t.guard.SafeAddrPort(netip.AddrPortFrom(ip.Unmap(), uint16(n))); err != nil {
			return nil, err
		}
		if len(out) < maxAddresses {
			out = append(out, netip.AddrPortFrom(ip.Unmap(), uint16(n)).String())
		}
	}
	if len(out) == 0 {
		return nil, &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
	}
	if t.opts.ProxyNames {
		out = append(out, byName)
	}
	return out, nil
}

// named reports whether host can only be a name: it has several labels, and the
// last is neither a number nor one in hexadecimal, which some take for an
// address (127.1, 0x7f.1).
func named(host string) bool {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := labels[len(labels)-1]
	return len(labels) > 1 && last != "" && (last[0] < '0' || last[0] > '9') && !strings.EqualFold(last, "localhost")
}

// connect asks proxy for a tunnel to target, an address or a name with a port.
func (t *tunnel) connect(ctx context.Context, proxy *url.URL, target string) (net.Conn, error) {
	addr := proxy.Host
	if proxy.Port() == "" {
		addr = net.JoinHostPort(proxy.Hostname(), map[string]string{"http": "80", "https": "443"}[proxy.Scheme])
	}
	conn, err := t.dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("the proxy cannot be reached: %s", clip(err.Error()))
	}
	deadline := time.Now().Add(t.opts.Connect)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	_ = conn.SetDeadline(deadline)
	if proxy.Scheme == "https" {
		c := tls.Client(conn, &tls.Config{ServerName: proxy.Hostname(), RootCAs: t.opts.Roots, MinVersion: tls.VersionTLS12})
		if err := c.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, fmt.Errorf("the proxy cannot be reached: %s", clip(err.Error()))
		}
		conn = c
	}
	req := "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\nUser-Agent: " + t.opts.Agent + "\r\n"
	if proxy.User != nil {
		password, _ := proxy.User.Password()
		req += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(proxy.User.Username()+":"+password)) + "\r\n"
	}
	if _, err := io.WriteString(conn, req+"\r\n"); err != nil {
		conn.Close()
		return nil, fmt.Errorf("the proxy cannot be reached: %s", clip(err.Error()))
	}
	// A proxy sends nothing behind its header before the site does, and the
	// site speaks second: what the reader holds is the header alone.
	br := bufio.NewReaderSize(io.LimitReader(conn, limits.HTTPHeader), 4096)
	res, err := http.ReadResponse(br, &http.Request{Method: http.MethodConnect})
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("the proxy gives no answer that is one: %s", clip(err.Error()))
	}
	if res.StatusCode != http.StatusOK || br.Buffered() > 0 {
		conn.Close()
		return nil, fmt.Errorf("%w: it answers %d %s", errTunnel, res.StatusCode, http.StatusText(res.StatusCode))
	}
	stop()
	return conn, conn.SetDeadline(time.Time{})
}
