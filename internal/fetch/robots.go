package fetch

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/readout-news/readout/internal/fetch/robots"
)

// RobotsCopy is a robots.txt as it was had. It holds for an origin: scheme,
// host and port (RFC 9309 §2.3).
type RobotsCopy struct {
	Origin   string    `json:"origin"`             // "https://www.karvany.example"
	Status   int       `json:"status"`             // of HTTP; 0: it could not be had
	Text     string    `json:"text,omitempty"`     // of a 200, what holds for this program
	Until    time.Time `json:"until"`              // it is asked for anew after
	Failures int       `json:"failures,omitempty"` // to have it, in a row
}

// robotsFor is how long a copy holds: RFC 9309 §2.4 lets it be a day at most.
const robotsFor = 24 * time.Hour

// origin is the robots.txt of one. busy holds one token: who has it asks, and
// alone may change the rest, holding mu.
type origin struct {
	site string
	busy chan struct{}

	mu    sync.Mutex
	known bool       // what follows holds
	held  RobotsCopy // without its text, which rules give
	rules robots.Rules
}

// copy gives what is held.
func (o *origin) copy() (RobotsCopy, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	c := o.held
	if c.Status == http.StatusOK {
		c.Text = o.rules.Text()
	}
	return c, o.known
}

func originOf(u *url.URL) string {
	return u.Scheme + "://" + strings.ToLower(u.Host)
}

func (f *Fetcher) origin(u *url.URL) *origin {
	name := originOf(u)
	f.mu.Lock()
	defer f.mu.Unlock()
	o := f.robots[name]
	if o == nil {
		o = &origin{site: Site(u), busy: make(chan struct{}, 1)}
		f.robots[name] = o
	}
	return o
}

func (f *Fetcher) restore(s *site, c RobotsCopy) {
	u, err := address(c.Origin + "/")
	if err != nil || Site(u) != s.name {
		return // not what State gave
	}
	o := f.origin(u)
	if now := f.opts.Now(); c.Until.Sub(now) > robotsFor {
		c.Until = now // from a clock that was wrong
	}
	o.busy <- struct{}{}
	o.set(c, f.product)
	f.slow(s, originOf(u), o.rules.Delay)
	<-o.busy
}

// set takes over a copy. What cannot be had allows nothing (§2.3.1.4); a status
// of the 400s allows everything (§2.3.1.3).
func (o *origin) set(c RobotsCopy, product string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	text := c.Text
	c.Text = ""
	o.known, o.held = true, c
	switch {
	case c.Status == http.StatusOK:
		o.rules = robots.Parse([]byte(text), product)
	case c.Status >= 400 && c.Status < 500:
		o.rules = robots.Rules{}
	default:
		o.rules = robots.Nothing()
	}
}

// permitted reports whether the robots.txt of an address lets it be asked.
func (f *Fetcher) permitted(ctx context.Context, u *url.URL) error {
	if f.opts.IgnoreBots {
		return nil
	}
	held, rules, err := f.rules(ctx, u)
	switch {
	case err != nil:
		return err
	case rules.Allowed(u.RequestURI()):
		return nil
	case held.Status == http.StatusOK:
		return &Error{Reason: Robots, URL: u.String(), NotBefore: held.Until, Err: fmt.Errorf("robots.txt of %s asks programs not to read this address", originOf(u))}
	}
	return missing(u, held)
}

func missing(u *url.URL, held RobotsCopy) error {
	return &Error{Reason: Robots, URL: u.String(), NotBefore: held.Until, Err: fmt.Errorf("robots.txt of %s cannot be had, so nothing is asked there until %s", originOf(u), held.Until.UTC().Format(time.RFC3339))}
}

// rules gives what holds for the origin of u, asking for its robots.txt where
// no copy holds.
func (f *Fetcher) rules(ctx context.Context, u *url.URL) (RobotsCopy, robots.Rules, error) {
	o := f.origin(u)
	select {
	case o.busy <- struct{}{}:
	case <-ctx.Done():
		return RobotsCopy{}, robots.Rules{}, ctx.Err()
	}
	changed := false
	if !o.known || !f.opts.Now().Before(o.held.Until) {
		c, err := f.askRobots(ctx, u, o)
		if err != nil {
			<-o.busy
			return c, robots.Rules{}, err
		}
		o.set(c, f.product)
		f.slow(f.site(o.site), originOf(u), o.rules.Delay)
		changed = true
	}
	held, rules := o.held, o.rules
	<-o.busy
	if changed {
		f.keep(f.site(o.site))
	}
	return held, rules, nil
}

// askRobots asks for the robots.txt of an origin. The error is one that says
// nothing of the file: the caller left, the site rests, the address is refused.
func (f *Fetcher) askRobots(ctx context.Context, of *url.URL, o *origin) (RobotsCopy, error) {
	c := RobotsCopy{Origin: originOf(of)}
	u := &url.URL{Scheme: of.Scheme, Host: of.Host, Path: "/robots.txt"}
	ask := query{limit: robots.MaxBytes, cut: true, robots: true, left: f.opts.Timeout}
	for hop := 0; ; hop++ {
		a, err := f.request(ctx, u, &ask, true)
		switch {
		case ctx.Err() != nil:
			return c, ctx.Err()
		case ReasonOf(err) == Resting:
			return c, err
		case ReasonOf(err) == Refused && hop == 0:
			return c, err // so is every address there
		}
		now := f.opts.Now()
		next, moved := a.redirect()
		switch {
		case err != nil, a.status >= 500, a.status == http.StatusTooManyRequests:
			return f.unreachable(c, o, a, now), nil
		case moved && hop >= f.opts.Redirects:
			// §2.3.1.2: more than five may count as a file that is not there.
			c.Status = http.StatusNotFound
		case moved:
			to, err := u.Parse(next)
			if err != nil || asked(to) != nil {
				return f.unreachable(c, o, a, now), nil
			}
			to.Fragment, to.RawFragment = "", ""
			u = to
			continue
		case a.status == http.StatusOK:
			c.Status, c.Text = a.status, string(a.body)
		case a.status >= 400:
			c.Status = a.status
		default:
			c.Status = http.StatusNotFound // 204, 304 and the like: no file
		}
		c.Until = now.Add(robotsFor)
		return c, nil
	}
}

// unreachable is the copy that holds when the file could not be had: an older
// one where there is one (§2.4), else none, which allows nothing.
func (f *Fetcher) unreachable(c RobotsCopy, o *origin, a *answer, now time.Time) RobotsCopy {
	failures := 1
	if o.known {
		failures = o.held.Failures + 1
		if s := o.held.Status; s >= 200 && s < 500 {
			c = o.held
			c.Text = o.rules.Text()
		}
	}
	c.Failures = failures
	c.Until = now.Add(Backoff(failures))
	if a.notBefore.After(c.Until) {
		c.Until = a.notBefore
	}
	return c
}

// Sitemaps are the sitemaps that the robots.txt of the site at raw names,
// resolved against it.
func (f *Fetcher) Sitemaps(ctx context.Context, raw string) ([]string, error) {
	u, err := address(raw)
	if err != nil {
		return nil, &Error{Reason: Refused, URL: raw, Err: err}
	}
	u = &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	held, rules, err := f.rules(ctx, u)
	if err != nil {
		return nil, err
	}
	if held.Status == 0 {
		return nil, missing(u, held)
	}
	var out []string
	for _, s := range rules.Sitemaps {
		if to, err := u.Parse(s); err == nil && asked(to) == nil && !slices.Contains(out, to.String()) {
			out = append(out, to.String())
		}
	}
	return out, nil
}
