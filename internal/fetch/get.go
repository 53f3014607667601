package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"code.dny.dev/ssrf"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/limits"
)

// Kind is what an address is asked for, and so which media types are taken.
type Kind int

// The kinds.
const (
	Pages Kind = iota // web pages and text
	Feeds             // RSS, Atom, JSON Feed; any text, for servers name feeds in many ways
	Lists             // whatever lists reports: feeds, sitemaps, OPML, lists of addresses; packed ones too
)

var accepts = map[Kind]string{
	Pages: "text/html, application/xhtml+xml, text/plain;q=0.9, text/markdown;q=0.9",
	Feeds: "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1",
	Lists: "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, text/x-opml;q=0.9, application/json;q=0.8, text/plain;q=0.8, application/gzip;q=0.7, */*;q=0.1",
}

// Request is one address to ask for.
type Request struct {
	URL          string
	Kind         Kind
	ETag         string // of the last answer, as it came; "" unknown
	LastModified string // likewise
	MaxBytes     int64  // unpacked; 0: that of Options
	Failures     int    // how many times in a row this address failed before
}

// Response is what came of a Request. With an error it holds what is known all
// the same: Status, Failures, Next.
type Response struct {
	Status       int             // of HTTP, the last one; 0: no answer
	NotModified  bool            // the answer is still the one whose validators were sent
	Capture      readout.Capture // zero when not modified
	URL          string          // the address that answered
	MovedTo      string          // where the address moved for good (301, 308), "" nowhere: ask there from now on
	ETag         string          // to send next time
	LastModified string          // likewise
	RetryAfter   time.Duration   // what the site asked for with a 429 or 503; 0: nothing
	Fresh        time.Duration   // Cache-Control: max-age; 0: unknown
	Packed       int64           // bytes of the body as sent
	At           time.Time       // when the last request was sent; zero: none was
	Failures     int             // in a row, with this one: for the next Request
	Next         time.Time       // the address is not to be asked before
}

// Reason says in a word why an address gave nothing.
type Reason string

// The reasons.
const (
	Refused Reason = "refused" // the address is not asked: private network, port, scheme
	Robots  Reason = "robots"  // robots.txt asks programs to stay away, or cannot be had
	Resting Reason = "resting" // the site is not asked before NotBefore
	Gone    Reason = "gone"    // 410: the address is dropped for good
	Status  Reason = "status"  // another status
	Busy    Reason = "busy"    // 429 or 503
	Type    Reason = "type"    // a media type that is not read, or an empty answer
	Size    Reason = "size"    // a bound of size was passed
	Network Reason = "network" // no connection, no answer in time, an answer that breaks off
)

// Error is why an address gave nothing. Its text is for people.
type Error struct {
	Reason    Reason
	URL       string    // that was asked last
	NotBefore time.Time // when asking again can help; zero: unknown
	Err       error
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// ReasonOf is the reason of an error of Get, "" for other errors.
func ReasonOf(err error) Reason {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}

// Get asks for an address when it is the turn of its site. It waits for other
// requests to the site, for the pause between two and, up to Options.Patience,
// for the end of a rest; a longer rest is an Error with Resting. Errors are
// *Error, but for those of ctx.
func (f *Fetcher) Get(ctx context.Context, r Request) (Response, error) {
	res, err := f.visit(ctx, r, true)
	if err != nil && ctx.Err() != nil {
		res.Failures = r.Failures // the caller left; the address did nothing wrong
		return res, ctx.Err()
	}
	now := f.opts.Now()
	switch reason := ReasonOf(err); {
	case err == nil:
		res.Next = now.Add(max(f.opts.Pause, 0))
	case reason == Resting, reason == Robots:
		// Nothing was asked of the address itself.
		res.Failures, res.Next = r.Failures, notBefore(err)
	default:
		res.Failures = r.Failures + 1
		res.Next = now.Add(Backoff(res.Failures))
		if t := notBefore(err); t.After(res.Next) {
			res.Next = t
		}
	}
	return res, err
}

func notBefore(err error) time.Time {
	var e *Error
	errors.As(err, &e)
	return e.NotBefore
}

// longest is the longest time that anything is left alone for.
const longest = limits.HTTPBackoff

// Backoff is how long an address or a site is left alone after so many failures
// in a row: a minute, then twice as long each time, at most a day.
func Backoff(failures int) time.Duration {
	if failures <= 0 {
		return 0
	}
	return min(time.Minute<<min(failures-1, 16), longest)
}

// visit asks for an address and follows where it leads. polite keeps to
// robots.txt and to the turns of sites.
func (f *Fetcher) visit(ctx context.Context, r Request, polite bool) (res Response, err error) {
	u, err := address(r.URL)
	if err != nil {
		return res, &Error{Reason: Refused, URL: r.URL, Err: err}
	}
	ask := query{kind: r.Kind, etag: r.ETag, modified: r.LastModified, limit: f.limit(r), left: f.opts.Timeout}
	forGood := true
	for hop := 0; ; hop++ {
		if polite {
			if err := f.permitted(ctx, u); err != nil {
				return res, err
			}
		}
		a, err := f.request(ctx, u, &ask, polite)
		if !a.at.IsZero() {
			res.At, res.Status, res.Packed, res.RetryAfter = a.at, a.status, a.packed, a.retryAfter
		}
		if err != nil {
			return res, err
		}
		res.URL = u.String()
		next, moved := a.redirect()
		if !moved {
			if hop > 0 && forGood {
				res.MovedTo = res.URL
			}
			return f.accept(res, a, r, u)
		}
		forGood = forGood && (a.status == http.StatusMovedPermanently || a.status == http.StatusPermanentRedirect)
		if hop >= f.opts.Redirects {
			return res, &Error{Reason: Refused, URL: u.String(), Err: fmt.Errorf("%w: it redirects more than %d times", ErrRefused, f.opts.Redirects)}
		}
		to, err := u.Parse(next)
		if err != nil {
			return res, &Error{Reason: Refused, URL: u.String(), Err: fmt.Errorf("%w: it redirects to %q, which is no address", ErrRefused, clip(next))}
		}
		to.Fragment, to.RawFragment = "", ""
		if err := asked(to); err != nil {
			return res, &Error{Reason: Refused, URL: to.Redacted(), Err: err}
		}
		u = to
	}
}

func (f *Fetcher) limit(r Request) int64 {
	switch {
	case r.MaxBytes > 0:
		return r.MaxBytes
	case f.opts.MaxBytes > 0:
		return f.opts.MaxBytes
	case r.Kind == Lists:
		return limits.HTTPList
	}
	return limits.HTTPBody
}

// accept makes the response of an answer that leads nowhere else.
func (f *Fetcher) accept(res Response, a *answer, r Request, u *url.URL) (Response, error) {
	fail := func(reason Reason, err error) (Response, error) {
		return res, &Error{Reason: reason, URL: res.URL, NotBefore: a.notBefore, Err: err}
	}
	res.ETag, res.LastModified = a.header.Get("ETag"), a.header.Get("Last-Modified")
	res.Fresh = maxAge(a.header)
	said := fmt.Errorf("the site answers %d %s", a.status, http.StatusText(a.status))
	switch {
	case a.status == http.StatusNotModified && (r.ETag != "" || r.LastModified != ""):
		// A 304 may leave out what has not changed (RFC 9110 §15.4.5).
		if res.ETag == "" {
			res.ETag = r.ETag
		}
		if res.LastModified == "" {
			res.LastModified = r.LastModified
		}
		res.NotModified = true
		return res, nil
	case a.status == http.StatusGone:
		return fail(Gone, said)
	case a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable:
		return fail(Busy, said)
	case a.status != http.StatusOK:
		return fail(Status, said)
	}
	c, err := capture(r.URL, u, a, r.Kind)
	if err != nil {
		return fail(Type, err)
	}
	res.Capture = c
	return res, nil
}

// query is what goes with every request of a visit.
type query struct {
	kind     Kind
	etag     string
	modified string
	limit    int64
	cut      bool          // read up to limit and leave the rest, instead of refusing
	robots   bool          // it is for robots.txt
	left     time.Duration // of Options.Timeout
}

// answer is what one request got.
type answer struct {
	status     int
	header     http.Header
	body       []byte // of a 200
	packed     int64
	at         time.Time
	retryAfter time.Duration
	notBefore  time.Time // the site rests until; zero: it does not
}

// redirect is where an answer leads, and whether it does.
func (a *answer) redirect() (string, bool) {
	switch a.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		to := a.header.Get("Location")
		return to, to != ""
	}
	return "", false
}

// request asks once for u, following nothing; polite takes the turn of the site
// first and tells it how it went. The answer is never nil.
func (f *Fetcher) request(ctx context.Context, u *url.URL, q *query, polite bool) (*answer, error) {
	o := Observation{URL: u.String(), Robots: q.robots}
	var s *site
	if polite {
		o.Site = Site(u)
		s = f.site(o.Site)
		from := f.opts.Now()
		if err := f.take(ctx, s, u); err != nil {
			return &answer{}, err
		}
		o.Waited = f.opts.Now().Sub(from)
	}
	at, began := f.opts.Now(), time.Now()
	a, err := f.once(ctx, u, q)
	took := time.Since(began)
	q.left -= took
	a.at = at
	var out error
	if err != nil {
		out = f.failed(u, err)
	}
	if polite {
		o.Status, o.Packed, o.Unpacked, o.Took, o.Err = a.status, a.packed, int64(len(a.body)), took, out
		f.leave(ctx, s, a, out)
		var e *Error
		if errors.As(out, &e) {
			e.NotBefore = a.notBefore
		}
		if f.opts.Seen != nil {
			f.opts.Seen(o)
		}
	}
	return a, out
}

// failed puts an error of the network into words and under a reason.
func (f *Fetcher) failed(u *url.URL, err error) error {
	reason := Network
	switch {
	case errors.Is(err, ErrRefused), errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedPort), errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrInvalidHostPort):
		reason = Refused
	case errors.Is(err, errSize):
		reason = Size
	case errors.Is(err, errCoding), errors.Is(err, errGarbled):
		reason = Type
	}
	return &Error{Reason: reason, URL: u.String(), Err: f.words(err)}
}

func (f *Fetcher) once(ctx context.Context, u *url.URL, q *query) (*answer, error) {
	a := &answer{}
	if q.left <= 0 {
		return a, context.DeadlineExceeded
	}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, schemeKey{}, u.Scheme), q.left)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return a, fmt.Errorf("%w: it is no address of the web", ErrRefused)
	}
	req.Header.Set("User-Agent", f.opts.Agent)
	req.Header.Set("Accept-Encoding", acceptEncoding)
	if q.robots {
		req.Header.Set("Accept", "text/plain, */*;q=0.5")
	} else {
		req.Header.Set("Accept", accepts[q.kind])
	}
	// Validators go back as they came; a value that no header can hold was
	// never one.
	if q.etag != "" && plain(q.etag) {
		req.Header.Set("If-None-Match", q.etag)
	}
	if q.modified != "" && plain(q.modified) {
		req.Header.Set("If-Modified-Since", q.modified)
	}
	res, err := f.transport.RoundTrip(req)
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	a.status, a.header = res.StatusCode, res.Header
	a.retryAfter = retryAfter(res.Header.Get("Retry-After"), f.opts.Now())
	if a.status != http.StatusOK {
		return a, nil
	}
	coding := strings.Join(res.Header.Values("Content-Encoding"), ", ")
	if coding == "" && res.ContentLength > q.limit && !q.cut {
		return a, fmt.Errorf("%w: the page is larger than the limit of %s", errSize, megabytes(q.limit))
	}
	a.body, a.packed, err = unpacked(res.Body, coding, q.limit, q.cut)
	return a, err
}

func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return len(s) < 4096
}

// retryAfter reads the header of RFC 9110 §10.2.3: seconds or a date. It is at
// most a day, 0 where there is none.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if value == "" {
		return 0
	}
	if n, err := strconv.ParseUint(value, 10, 64); err == nil {
		return time.Duration(min(n, uint64(longest/time.Second))) * time.Second
	} else if errors.Is(err, strconv.ErrRange) {
		return longest
	}
	t, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(t.Sub(now), 0), longest)
}

// maxAge is how long an answer says it holds (RFC 9111 §5.2.2.1), at most a
// day; 0 where it says nothing.
func maxAge(h http.Header) time.Duration {
	var age time.Duration
	for part := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch strings.ToLower(name) {
		case "no-cache", "no-store":
			return 0
		case "max-age":
			if n, err := strconv.ParseUint(strings.Trim(value, `"`), 10, 63); err == nil {
				age = time.Duration(min(n, uint64(longest/time.Second))) * time.Second
			}
		}
	}
	return age
}
