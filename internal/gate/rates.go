package gate

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is how often something may be done: N times in Per, and N at once. N of
// 0 is no bound.
type Rate struct {
	N   int
	Per time.Duration
}

// Rates are the bounds on what one token, account or address may ask.
type Rates struct {
	Read  Rate // GET and HEAD
	Write Rate // all others
	Login Rate // tries of passwords and of the one-time token, by address and by account
}

// TooMany means that somebody asked more often than Rates allow.
type TooMany struct {
	Rate  Rate
	After time.Duration // when to ask again
}

func (e *TooMany) Error() string {
	return fmt.Sprintf("more than %d such requests in %s", e.Rate.N, e.Rate.Per)
}

// maxKeys bounds how many askers a meter remembers.
const maxKeys = 20_000

// meter counts what each asker does.
type meter struct {
	rate Rate
	mu   sync.Mutex
	by   map[string]*rate.Limiter
}

func newMeter(r Rate) *meter { return &meter{rate: r, by: map[string]*rate.Limiter{}} }

// take is nil while the asker may go on.
func (m *meter) take(key string, now time.Time) error {
	if m.rate.N <= 0 {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.by[key]
	if l == nil {
		if len(m.by) >= maxKeys {
			m.forget(now)
		}
		l = rate.NewLimiter(rate.Every(m.rate.Per/time.Duration(m.rate.N)), m.rate.N)
		m.by[key] = l
	}
	r := l.ReserveN(now, 1)
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return &TooMany{m.rate, wait}
	}
	return nil
}

// forget drops those that have all of their rate left, which changes nothing for
// them; where these are none, some of the others, for memory has an end.
func (m *meter) forget(now time.Time) {
	for key, l := range m.by {
		if l.TokensAt(now) >= float64(m.rate.N) {
			delete(m.by, key)
		}
	}
	for key := range m.by {
		if len(m.by) < maxKeys*9/10 {
			return
		}
		delete(m.by, key)
	}
}

// network is an address as askers are told apart by it: of IPv6 the network that
// one customer has.
func network(a netip.Addr) string {
	if a = a.Unmap(); a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
