// Package fetch asks the web for one page that somebody named, and makes a
// capture of it.
//
// In: an address. Out: the bytes of the answer, as they came but for
// compression, with its media type and declared charset. An address comes from
// outside and may be meant to reach what only this machine can: so the
// addresses that a name resolves to are judged when the connection is made, for
// every connection anew, redirects too (code.dny.dev/ssrf after the registries
// of IANA): private, loopback, link-local, shared, multicast and translated
// networks are refused, and all ports but 80 and 443. No proxy is asked, no
// cookie, credential or referrer is sent, certificates are verified, and size,
// time and redirects are bounded.
//
// The package keeps no state: what a site allows robots to read, when to ask
// again and feeds are not its matter.
package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"code.dny.dev/ssrf"

	"github.com/readout-news/readout"
)

// Options are the settings of a Fetcher. The zero value is usable.
type Options struct {
	MaxBytes  int64          // of a page, unpacked; 0: 15 MB
	Timeout   time.Duration  // of a page with its redirects; 0: 20 s
	Redirects int            // followed; 0: 5
	Agent     string         // User-Agent; "": "Readout"
	Allow     []netip.Prefix // networks that are asked though they are not public
	Ports     []uint16       // nil: 80 and 443
	Resolver  *net.Resolver  // nil: the system's
}

// Fetcher asks for pages. It is safe for concurrent use.
type Fetcher struct {
	opts   Options
	client *http.Client
}

// ErrRefused means that an address is not asked, whatever it would answer.
var ErrRefused = errors.New("this address is not asked")

// New makes a Fetcher.
func New(opts Options) *Fetcher {
	if opts.MaxBytes == 0 {
		opts.MaxBytes = 15 << 20
	}
	if opts.Timeout == 0 {
		opts.Timeout = 20 * time.Second
	}
	if opts.Redirects == 0 {
		opts.Redirects = 5
	}
	if opts.Agent == "" {
		opts.Agent = "Readout"
	}
	var v4, v6 []netip.Prefix
	for _, p := range opts.Allow {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	guard := []ssrf.Option{ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...)}
	if opts.Ports != nil {
		guard = append(guard, ssrf.WithPorts(opts.Ports...))
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second, Resolver: opts.Resolver, Control: ssrf.New(guard...).Safe}
	return &Fetcher{opts, &http.Client{
		Timeout: opts.Timeout,
		Transport: &http.Transport{
			Proxy:                  nil, // a proxy would resolve the name in our place
			DialContext:            dialer.DialContext,
			DisableKeepAlives:      true, // each request is judged by its own connection
			ForceAttemptHTTP2:      true,
			TLSHandshakeTimeout:    10 * time.Second,
			ResponseHeaderTimeout:  opts.Timeout,
			MaxResponseHeaderBytes: 256 << 10,
		},
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			req.Header.Del("Referer")
			if len(via) > opts.Redirects {
				return fmt.Errorf("%w: it redirects more than %d times", ErrRefused, opts.Redirects)
			}
			return asked(req.URL)
		},
	}}
}

// asked reports whether an address is one that may be asked at all, before any
// name is resolved.
func asked(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w: only http and https are", ErrRefused)
	case u.Hostname() == "":
		return fmt.Errorf("%w: it names no host", ErrRefused)
	case u.User != nil:
		return fmt.Errorf("%w: it carries a name or password", ErrRefused)
	}
	return nil
}

// media are the types that are read, and what a capture calls them.
var media = map[string]string{
	"text/html": "text/html", "application/xhtml+xml": "text/html", "text/plain": "text/plain", "text/markdown": "text/markdown",
}

// Page asks for the page at raw. The error is for the person who gave it.
func (f *Fetcher) Page(ctx context.Context, raw string) (c readout.Capture, err error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return c, fmt.Errorf("%w: it is no address of the web", ErrRefused)
	}
	u.Fragment, u.RawFragment = "", ""
	if err := asked(u); err != nil {
		return c, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return c, fmt.Errorf("%w: it is no address of the web", ErrRefused)
	}
	req.Header.Set("User-Agent", f.opts.Agent)
	req.Header.Set("Accept", "text/html, application/xhtml+xml, text/plain;q=0.9, text/markdown;q=0.9")
	res, err := f.client.Do(req)
	if err != nil {
		return c, f.words(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return c, fmt.Errorf("the site answers %d %s", res.StatusCode, http.StatusText(res.StatusCode))
	}
	typ, params, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if err != nil || media[typ] == "" {
		return c, fmt.Errorf("the site sends %q, which is no report; Readout reads web pages and text", clip(res.Header.Get("Content-Type")))
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, f.opts.MaxBytes+1))
	if err != nil {
		return c, f.words(err)
	}
	if int64(len(body)) > f.opts.MaxBytes {
		return c, fmt.Errorf("the page is larger than the limit of %d MB", f.opts.MaxBytes>>20)
	}
	if strings.TrimSpace(string(body)) == "" {
		return c, errors.New("the page is empty")
	}
	sum := sha256.Sum256(body)
	final := *res.Request.URL
	final.Fragment, final.RawFragment = "", ""
	return readout.Capture{Path: raw, URL: final.String(), MediaType: media[typ], Charset: strings.ToLower(params["charset"]), Body: body, SHA256: hex.EncodeToString(sum[:])}, nil
}

// words tells an error of the network in words, without what is behind an
// address that is not asked.
func (f *Fetcher) words(err error) error {
	var timeout net.Error
	var dns *net.DNSError
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP):
		return fmt.Errorf("%w: it lies in a network that is not public", ErrRefused)
	case errors.Is(err, ssrf.ErrProhibitedPort):
		return fmt.Errorf("%w: only the ports 80 and 443 are", ErrRefused)
	case errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrInvalidHostPort):
		return fmt.Errorf("%w: it is reached in no way that is", ErrRefused)
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, ErrRefused):
		var u *url.Error
		if errors.As(err, &u) {
			return u.Err
		}
		return err
	case errors.As(err, &dns):
		return fmt.Errorf("the name %q is not known", clip(dns.Name))
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("the site gave no answer within %s", f.opts.Timeout)
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return fmt.Errorf("the page could not be fetched: %s", clip(err.Error()))
}

func clip(s string) string {
	if len(s) > 120 {
		return strings.ToValidUTF8(s[:120], "") + "…"
	}
	return s
}
