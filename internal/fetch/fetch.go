// Package fetch asks the web for pages, feeds and lists, politely and within
// bounds, and makes captures of them.
//
// In: an address, with what an earlier answer said of itself. Out: the bytes of
// the answer, unpacked, with its media type, declared charset, validators and
// when it may be asked again; or an Error that says why there are none.
//
// Page asks once for a page that a person named. Get is what a program does
// time and again, and is polite: robots.txt holds (package robots, RFC 9309);
// a site has one connection at a time and a pause after each; 429, 503 and
// Retry-After put the whole site at rest, failures do so for longer and longer;
// what has not changed is not sent again (RFC 9110 §13). A site is a
// registrable domain by the Public Suffix List, whatever the host below it,
// port or scheme: the hosts of a paper share its machines. An address in digits
// is a site with its port. Sites are asked in parallel up to a bound.
//
// An address comes from outside and may be meant to reach what only this
// machine can: so the addresses that a name resolves to are judged when the
// connection is made, for every connection anew, redirects too
// (code.dny.dev/ssrf after the registries of IANA): private, loopback,
// link-local, shared, multicast and translated networks are refused, and all
// ports but 80 and 443. No cookie, credential or referrer is sent, certificates
// are verified, and size, ratio of unpacking, time, headers and redirects are
// bounded.
//
// A proxy is asked only where Options name one. The name is then resolved and
// judged here and the proxy asked for a tunnel (CONNECT) to the address, for
// http too; a proxy that makes no tunnel to an address is an error, unless
// Options.ProxyNames trusts it with names.
//
// What must outlive the process, States and the numbers of Response, is the
// caller's to keep. Nothing is parsed here but robots.txt.
package fetch

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"code.dny.dev/ssrf"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/fetch/robots"
	"github.com/readout-news/readout/internal/limits"
)

// Options are the settings of a Fetcher. The zero value is usable.
type Options struct {
	MaxBytes  int64         // of an answer, unpacked; 0: 15 MB, 50 MB for lists
	Timeout   time.Duration // of an answer with its redirects, without waiting for turns; 0: 30 s
	Connect   time.Duration // of one connection; 0: 10 s
	Redirects int           // followed; 0: 5

	Agent   string // User-Agent; "": "Readout/VERSION (+ABOUT)"
	Version string // "": "0"
	About   string // address of a page that says who asks and why; "": left out

	Allow    []netip.Prefix // networks that are asked though they are not public
	Ports    []uint16       // nil: 80 and 443
	Resolver *net.Resolver  // nil: the system's
	Roots    *x509.CertPool // that certificates are verified by; nil: the system's

	// Proxy is "" for none, "environment" for what HTTP_PROXY, HTTPS_PROXY and
	// NO_PROXY say, else the address of a proxy, http or https, which may carry
	// a name and password. It may lie in a private network: who sets it up
	// knows it.
	Proxy string
	// ProxyNames lets the proxy resolve the name of a site where it refuses a
	// tunnel to an address, or where no name can be resolved here. What it
	// then reaches is for the proxy to judge.
	ProxyNames bool

	Pause      time.Duration // between two requests to a site; 0: 2 s, below 0: none
	MaxDelay   time.Duration // longest Crawl-delay that is kept; 0: 30 s
	Patience   time.Duration // how long Get waits for a site at rest before it gives up; 0: 10 s, below 0: not at all
	Sites      int           // asked at the same time; 0: 32
	IgnoreBots bool          // robots.txt is not asked: for sites that agreed

	Now   func() time.Time                                 // nil: time.Now
	Sleep func(ctx context.Context, d time.Duration) error // nil: real time; returns early with the error of ctx
	Seen  func(Observation)                                // told of every request; nil: nobody
	Keep  func(State)                                      // told when what is to be remembered of a site changed; nil: nobody. It must not call the Fetcher
}

// Observation is one request as it went, for metrics and logs.
type Observation struct {
	Site     string
	URL      string
	Robots   bool // it asked for robots.txt
	Status   int  // 0: no answer
	Packed   int64
	Unpacked int64
	Waited   time.Duration // for the turn of the site
	Took     time.Duration
	Err      error
}

// Fetcher asks for pages. It is safe for concurrent use.
type Fetcher struct {
	opts    Options
	product string        // of robots.txt
	slots   chan struct{} // one for each site that is asked

	// A bare transport: a client would follow, which visit does, judging each
	// hop, and could hold cookies.
	transport *http.Transport

	mu     sync.Mutex
	sites  map[string]*site
	robots map[string]*origin
}

// ErrRefused means that an address is not asked, whatever it would answer.
var ErrRefused = errors.New("this address is not asked")

// New makes a Fetcher. A proxy that cannot be one shows itself when something
// is asked for.
func New(opts Options) *Fetcher {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	def(&opts.Timeout, limits.HTTPTime)
	def(&opts.Connect, limits.HTTPConnect)
	def(&opts.Pause, limits.HTTPPause)
	def(&opts.MaxDelay, 30*time.Second)
	def(&opts.Patience, 10*time.Second)
	if opts.Redirects == 0 {
		opts.Redirects = limits.HTTPRedirects
	}
	if opts.Sites <= 0 {
		opts.Sites = 32
	}
	if opts.Agent == "" {
		version := opts.Version
		if version == "" {
			version = "0"
		}
		opts.Agent = "Readout/" + version
		if opts.About != "" {
			opts.Agent += " (+" + opts.About + ")"
		}
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Sleep == nil {
		opts.Sleep = sleep
	}
	f := &Fetcher{opts: opts, product: robots.Product(opts.Agent), slots: make(chan struct{}, opts.Sites), sites: map[string]*site{}, robots: map[string]*origin{}}
	f.transport = f.opts.transport()
	return f
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
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

// address reads what somebody gave.
func address(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return nil, fmt.Errorf("%w: it is no address of the web", ErrRefused)
	}
	u.Fragment, u.RawFragment = "", ""
	return u, asked(u)
}

// media are the types that are read as pages, and what a capture calls them.
var media = map[string]string{
	"text/html": "text/html", "application/xhtml+xml": "text/html", "text/plain": "text/plain", "text/markdown": "text/markdown",
}

// Page asks for the page at raw, which a person named: at once, and whatever
// robots.txt says to programs. The error is for that person.
func (f *Fetcher) Page(ctx context.Context, raw string) (readout.Capture, error) {
	res, err := f.visit(ctx, Request{URL: raw}, false)
	return res.Capture, err
}

// capture makes what an answer carries.
func capture(raw string, u *url.URL, a *answer, kind Kind) (readout.Capture, error) {
	c := readout.Capture{Path: raw, URL: u.String(), Body: a.body, Fetched: a.at.UTC()}
	typ, params, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	switch {
	case kind == Pages && (err != nil || media[typ] == ""):
		return c, fmt.Errorf("the site sends %q, which is no report; Readout reads web pages and text", clip(a.header.Get("Content-Type")))
	case kind == Pages:
		c.MediaType = media[typ]
	case picture(typ):
		return c, fmt.Errorf("the site sends %q, which is no list of reports; Readout reads feeds, sitemaps and lists of addresses", clip(typ))
	case err == nil:
		c.MediaType = typ
	}
	c.Charset = strings.ToLower(params["charset"])
	if strings.TrimSpace(string(a.body[:min(len(a.body), 4096)])) == "" && strings.TrimSpace(string(a.body)) == "" {
		return c, errors.New("the page is empty")
	}
	sum := sha256.Sum256(a.body)
	c.SHA256 = hex.EncodeToString(sum[:])
	return c, nil
}

func picture(typ string) bool {
	kind, _, _ := strings.Cut(typ, "/")
	return kind == "image" || kind == "audio" || kind == "video" || kind == "font"
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
	case errors.Is(err, ErrRefused), errors.Is(err, errSize):
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
