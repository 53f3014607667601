package mcp

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/gate"
)

// maxBody bounds one message over HTTP, in bytes.
const maxBody = 1 << 20

// Handler serves the protocol over streamable HTTP at any path, to who may read
// (nil: to everybody). A request must name a loopback host or one of
// Options.Hosts, and one that a browser sends for a page of another origin is
// refused, so that a page from elsewhere cannot read the record through
// somebody's browser (DNS rebinding, cross-site requests).
func (s *Server) Handler(g *gate.Gate) http.Handler {
	var h http.Handler = sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return s.sdk }, &sdk.StreamableHTTPOptions{
		Stateless: true, JSONResponse: true, Logger: s.log, MaxRequestBodyBytes: maxBody,
		DisableLocalhostProtection: true, // it knows no Options.Hosts; the check is below
	})
	if g != nil {
		h = g.Handler(account.Read, h)
	}
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if !s.ours(r.Host) {
			http.Error(w, "this server does not answer to that name; call it by 127.0.0.1, or start it with --host", http.StatusForbidden)
			return
		}
		if o := r.Header.Get("Origin"); o != "" && !s.ownOrigin(o) {
			http.Error(w, "pages of other origins may not ask", http.StatusForbidden)
			return
		}
		if err := cross.Check(r); err != nil {
			http.Error(w, "pages of other origins may not ask", http.StatusForbidden)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// loopbackHost reports whether host, with a port or without, names this
// machine.
func loopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']' {
		host = host[1 : len(host)-1]
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// ours reports whether host is a name of this server.
func (s *Server) ours(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = strings.Trim(h, "[]")
	}
	return loopbackHost(host) || slices.ContainsFunc(s.hosts, func(h string) bool { return strings.EqualFold(h, host) || strings.EqualFold(h, name) })
}

// ownOrigin reports whether an Origin header is that of a page of this server.
func (s *Server) ownOrigin(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && s.ours(u.Host)
}
