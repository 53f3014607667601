package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// State is what is to be remembered of a site from one process to the next.
// It is plain data, for JSON.
type State struct {
	Site      string       `json:"site"`
	NotBefore time.Time    `json:"notBefore,omitzero"` // the site rests until
	Failures  int          `json:"failures,omitempty"` // in a row
	Robots    []RobotsCopy `json:"robots,omitempty"`   // sorted by origin
}

// site is what a fetcher knows of one. turn holds one token: who has it asks.
type site struct {
	name string
	turn chan struct{}

	keeping sync.Mutex // held while Keep is told

	mu        sync.Mutex
	left      time.Time // the last request ended; zero: there was none
	notBefore time.Time
	failures  int
	delays    map[string]time.Duration // Crawl-delays by origin, bounded
}

// free is when the pause after the last request ends, of which s.delays may have
// changed the length since.
func (s *site) free(pause time.Duration) time.Time {
	if s.left.IsZero() {
		return s.left
	}
	for _, d := range s.delays {
		pause = max(pause, d)
	}
	return s.left.Add(max(pause, 0))
}

// Site names what is asked with one connection at a time: the registrable
// domain of an address, its host where it has none, or host:port for an
// address in digits.
func Site(u *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		port := u.Port()
		if port == "" {
			port = map[string]string{"https": "443"}[u.Scheme]
		}
		if port == "" {
			port = "80"
		}
		return "[" + ip.Unmap().String() + "]:" + port
	}
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return host
}

func (f *Fetcher) site(name string) *site {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.sites[name]
	if s == nil {
		s = &site{name: name, turn: make(chan struct{}, 1)}
		f.sites[name] = s
	}
	return s
}

// take waits until the site may be asked. Who took must leave. Turns come in
// the order in which they were asked for.
func (f *Fetcher) take(ctx context.Context, s *site, u *url.URL) error {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		s.mu.Lock()
		free, rest := s.free(f.opts.Pause), s.notBefore
		s.mu.Unlock()
		now := f.opts.Now()
		if wait := rest.Sub(now); wait > max(f.opts.Patience, 0) {
			<-s.turn
			return &Error{Reason: Resting, URL: u.String(), NotBefore: rest, Err: fmt.Errorf("%s is left alone until %s: it asked for a rest, or failed too often", s.name, rest.UTC().Format(time.RFC3339))}
		}
		if rest.After(free) {
			free = rest
		}
		wait := free.Sub(now)
		if wait <= 0 {
			break
		}
		if err := f.opts.Sleep(ctx, wait); err != nil {
			<-s.turn
			return err
		}
	}
	// A site that waits holds no slot.
	select {
	case f.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		<-s.turn
		return ctx.Err()
	}
}

// leave ends a turn and takes down how it went: a success clears what was, 429,
// 503 and a connection that fails put the site at rest. What the caller broke
// off, what one page did wrong and an address that is not asked say nothing of
// the site.
func (f *Fetcher) leave(ctx context.Context, s *site, a *answer, err error) {
	now := f.opts.Now()
	busy := a.status == 429 || a.status == 503
	down := err != nil && a.status == 0 && ReasonOf(err) == Network
	s.mu.Lock()
	before, failures := s.notBefore, s.failures
	s.left = now
	switch {
	case ctx.Err() != nil || errors.Is(err, context.Canceled):
	case busy || down:
		s.failures++
		s.notBefore = now.Add(max(Backoff(s.failures), a.retryAfter))
		if busy && a.retryAfter > 0 {
			s.notBefore = now.Add(a.retryAfter) // it knows better
		}
		a.notBefore = s.notBefore
	case err == nil:
		s.failures, s.notBefore = 0, time.Time{}
	}
	changed := s.failures != failures || !s.notBefore.Equal(before)
	s.mu.Unlock()
	<-f.slots
	<-s.turn
	if changed {
		f.keep(s)
	}
}

// slow takes over the Crawl-delay that the robots.txt of one origin asks for by
// now, as far as it is kept. The longest of a site's origins holds for the site.
func (f *Fetcher) slow(s *site, origin string, delay time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if delay <= 0 {
		delete(s.delays, origin)
		return
	}
	if s.delays == nil {
		s.delays = map[string]time.Duration{}
	}
	s.delays[origin] = min(delay, f.opts.MaxDelay)
}

func (f *Fetcher) keep(s *site) {
	if f.opts.Keep == nil {
		return
	}
	// One at a time, so that what is kept last is what held last.
	s.keeping.Lock()
	defer s.keeping.Unlock()
	f.opts.Keep(f.state(s))
}

func (f *Fetcher) state(s *site) State {
	s.mu.Lock()
	out := State{Site: s.name, NotBefore: s.notBefore, Failures: s.failures}
	s.mu.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, o := range f.robots {
		if c, ok := o.copy(); ok && o.site == s.name {
			out.Robots = append(out.Robots, c)
		}
	}
	slices.SortFunc(out.Robots, func(a, b RobotsCopy) int { return cmp.Compare(a.Origin, b.Origin) })
	return out
}

// States are what is to be remembered, sorted by site; sites of which there is
// nothing are left out.
func (f *Fetcher) States() []State {
	f.mu.Lock()
	sites := make([]*site, 0, len(f.sites))
	for _, s := range f.sites {
		sites = append(sites, s)
	}
	f.mu.Unlock()
	var out []State
	for _, s := range sites {
		if st := f.state(s); st.Failures > 0 || !st.NotBefore.IsZero() || len(st.Robots) > 0 {
			out = append(out, st)
		}
	}
	slices.SortFunc(out, func(a, b State) int { return cmp.Compare(a.Site, b.Site) })
	return out
}

// Restore takes over what was remembered, before anything is asked.
func (f *Fetcher) Restore(states []State) {
	latest := f.opts.Now().Add(longest)
	for _, st := range states {
		if st.NotBefore.After(latest) {
			st.NotBefore = time.Time{} // from a clock that was wrong
		}
		s := f.site(st.Site)
		s.mu.Lock()
		s.notBefore, s.failures = st.NotBefore, max(st.Failures, 0)
		s.mu.Unlock()
		for _, c := range st.Robots {
			f.restore(s, c)
		}
	}
}
