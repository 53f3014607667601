package mcp

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// maxBody bounds one message over HTTP, in bytes.
const maxBody = 1 << 20

// Handler serves the protocol over streamable HTTP at any path. It answers
// programs of this machine alone: a request must name a loopback host, and one
// that a browser sends for a page of another origin is refused, so that a page
// from elsewhere cannot read the record through somebody's browser (DNS
// rebinding, cross-site requests).
func (s *Server) Handler() http.Handler {
	h := sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return s.sdk }, &sdk.StreamableHTTPOptions{
		Stateless: true, JSONResponse: true, Logger: s.log, MaxRequestBodyBytes: maxBody,
	})
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if !loopbackHost(r.Host) {
			http.Error(w, "this server answers to the names of this machine alone, such as 127.0.0.1", http.StatusForbidden)
			return
		}
		if o := r.Header.Get("Origin"); o != "" && !ownOrigin(o) {
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

// ownOrigin reports whether an Origin header is that of a page of this machine.
func ownOrigin(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && loopbackHost(u.Host)
}
