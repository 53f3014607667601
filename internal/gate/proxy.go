package gate

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Proxy is a server in front that asks who is there.
type Proxy struct {
	Networks []netip.Prefix // from which it connects; its headers count from there alone
	Header   string         // in which it names who is there; "": it does not
}

// peer is the address at the other end of the connection.
func peer(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

// trusted reports whether an address is of the server in front.
func (g *Gate) trusted(a netip.Addr) bool {
	for _, n := range g.opts.Proxy.Networks {
		if n.Contains(a) {
			return true
		}
	}
	return false
}

// proxied is the name that the server in front gives. The header of anybody else
// is as if it were not there; one that comes twice is refused, for one of the two
// may be the caller's own.
func (g *Gate) proxied(r *http.Request) (name string, ok bool, err error) {
	if g.opts.Proxy.Header == "" || !g.trusted(peer(r)) {
		return "", false, nil
	}
	names := r.Header.Values(g.opts.Proxy.Header)
	if len(names) == 0 || len(names) == 1 && names[0] == "" {
		return "", false, nil
	}
	if len(names) > 1 {
		g.log.Warn("the header of the server in front came twice", "header", g.opts.Proxy.Header)
		return "", false, ErrNoAccount
	}
	return names[0], true, nil
}

// address is where a request comes from: the last address in X-Forwarded-For
// that is not of the server in front, where it comes from there. Some servers
// write the port behind it.
func (g *Gate) address(r *http.Request) netip.Addr {
	from := peer(r)
	if !g.trusted(from) {
		return from
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop := strings.TrimSpace(hops[i])
		a, err := netip.ParseAddr(strings.Trim(hop, "[]"))
		if err != nil {
			var to netip.AddrPort
			if to, err = netip.ParseAddrPort(hop); err != nil {
				break
			}
			a = to.Addr()
		}
		if from = a.Unmap().WithZone(""); !g.trusted(from) {
			break
		}
	}
	return from
}

// secure reports whether the browser's connection is TLS.
func (g *Gate) secure(r *http.Request) bool {
	return r.TLS != nil || g.trusted(peer(r)) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}
