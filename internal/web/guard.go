package web

import (
	"fmt"
	"hash/fnv"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/gate"
)

// policy lets a page load our own files and nothing else, and lets nothing in
// it run (reliability promise R24).
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// guard stands before everything: it refuses calls under names that are not
// ours (another site's name that resolves to this address would else read the
// record through the reader's browser), forms that other sites send, and sets
// the headers of every answer.
func (s *Site) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	next = cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if !s.ours(r.Host) {
			http.Error(w, fmt.Sprintf("This Readout does not answer to the name %q. Call it by 127.0.0.1 or localhost, or start it with --host.", clip(r.Host, 100)), http.StatusMisdirectedRequest)
			return
		}
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodPost:
		default:
			w.Header().Set("Allow", "GET, HEAD, POST")
			http.Error(w, "Pages answer GET, HEAD and POST.", http.StatusMethodNotAllowed)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// admitted puts who asks into the request, or refuses it.
func (s *Site) admitted(next http.Handler) http.Handler {
	if s.opts.Gate == nil {
		return gate.Local(s.opts.User, next)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/static/") {
			next.ServeHTTP(w, r)
			return
		}
		r, err := s.opts.Gate.Admit(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ours reports whether host (with port or without) is a name of this site.
func (s *Site) ours(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(name), "["), "]")
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	if ip, err := netip.ParseAddr(name); err == nil && ip.IsLoopback() {
		return true
	}
	return slices.ContainsFunc(s.opts.Hosts, func(h string) bool { return strings.EqualFold(h, host) || strings.EqualFold(h, name) })
}

func clip(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "") + "…"
	}
	return s
}

// notModified answers 304 where the reader holds this very page. The tag names
// the state of the record, the query, the theme, who asks, the program and the
// day, since pages say how far away days are; and more, what the page follows
// from besides.
func (s *Site) notModified(w http.ResponseWriter, r *Request, more string) bool {
	theme := ""
	if ck, err := r.Cookie("theme"); err == nil {
		theme = ck.Value
	}
	who, _ := account.From(r.Context())
	h := fnv.New64a()
	for _, x := range []string{who.Name, who.Scopes.String(), r.Snap.Key(), r.Form, r.URL.Path, r.URL.RawQuery, theme, s.opts.Version, s.assets.key, r.Now.Format(time.DateOnly), more} {
		h.Write([]byte(x))
		h.Write([]byte{0})
	}
	tag := fmt.Sprintf(`W/"%016x"`, h.Sum64())
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Add("Vary", "Cookie")
	if slices.Contains(strings.Split(strings.ReplaceAll(r.Header.Get("If-None-Match"), " ", ""), ","), tag) {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	return false
}
