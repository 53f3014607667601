package gate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlite"
)

// clock is the time of these tests.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func at() *clock { return &clock{time.Date(2031, 4, 9, 12, 0, 0, 0, time.UTC)} }

func stored(tb testing.TB) store.Store {
	tb.Helper()
	s, err := sqlite.Open(tb.Context(), filepath.Join(tb.TempDir(), "a.db"), sqlite.Options{Create: true})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.Close() })
	return s
}

func gateOf(tb testing.TB, o Options) *Gate {
	tb.Helper()
	if o.Store == nil {
		o.Store = stored(tb)
	}
	g, err := New(o)
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

func TestNext(t *testing.T) {
	for next, want := range map[string]string{
		"/timeline?party=x": "/timeline?party=x", "/e/1#evidence": "/e/1#evidence", "/": "/", "": "/",
		"//evil.example": "/", `/\evil.example`: "/", `\\evil.example`: "/", "https://evil.example/": "/", "http:evil.example": "/", "javascript:alert(1)": "/",
		"/%0d%0aSet-Cookie:x=y": "/%0d%0aSet-Cookie:x=y", "/\r\nX: y": "/", "/\t/evil.example": "/", " //evil.example": "/", "evil.example": "/",
		"///evil.example": "/", "/a//b": "/a//b", "/x\x00": "/", "//@evil.example": "/", "/%": "/",
	} {
		if got := Next(next); got != want {
			t.Errorf("Next(%q) = %q, want %q", next, got, want)
		}
	}
}

func FuzzNext(f *testing.F) {
	for _, s := range []string{"/", "//x", `/\x`, "/a?b=c#d", "https://x", "/\t/x", "/%2f/x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "http://desk.example/login", nil)
		http.Redirect(w, r, Next(s), http.StatusSeeOther)
		to := w.Header().Get("Location")
		if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t\x00") {
			t.Errorf("Next(%q) leads to %q", s, to)
		}
	})
}

// Whom the machine knows decides what a request without credentials may do.
func TestNobodyNeedsToSignIn(t *testing.T) {
	g := gateOf(t, Options{User: "hegra", Rates: Rates{Read: Rate{1, time.Hour}}})
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for range 3 { // the machine's user is not counted
		if r2, err := g.Admit(r); err != nil || account.Allow(r2.Context(), account.Admin) != nil {
			t.Fatalf("without accounts: %v", err)
		}
	}
	if _, err := g.AddAccount(t.Context(), "edda", account.Admin, "the ferry leaves at nine", false); err != nil {
		t.Fatal(err)
	}
	r2, err := g.Admit(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := account.Allow(r2.Context(), account.Read); err != nil {
		t.Errorf("with accounts, reading on this machine: %v", err)
	}
	if err := account.Allow(r2.Context(), account.Review); !errors.Is(err, account.ErrSignIn) {
		t.Errorf("with accounts, changing: %v", err)
	}
	var many *TooMany
	if _, err := g.Admit(r); !errors.As(err, &many) {
		t.Errorf("with accounts, the second request in an hour: %v", err)
	}
	g = gateOf(t, Options{Store: g.opts.Store, User: "hegra", SignIn: true})
	if r2, err = g.Admit(r); err != nil || !errors.Is(account.Allow(r2.Context(), account.Read), account.ErrSignIn) {
		t.Errorf("where everybody signs in, reading: %v", err)
	}
}

// However admins disable and demote each other at once, one is left.
func TestLastAdminStays(t *testing.T) {
	g := gateOf(t, Options{})
	names := []string{"edda", "orrin"}
	for _, name := range names {
		if _, err := g.AddAccount(t.Context(), name, account.Admin, "", true); err != nil {
			t.Fatal(err)
		}
	}
	away := map[string]func(name string) error{
		"disabled": func(name string) error { return g.Disable(t.Context(), name, true) },
		"demoted":  func(name string) error { return g.SetScopes(t.Context(), name, account.Review) },
	}
	for how, take := range away {
		for range 5 {
			var wg sync.WaitGroup
			errs := make([]error, len(names))
			for i, name := range names {
				wg.Go(func() { errs[i] = take(name) })
			}
			wg.Wait()
			if last := errors.Is(errs[0], ErrLast); last == errors.Is(errs[1], ErrLast) || errs[0] != nil && !last || errs[1] != nil && last {
				t.Fatalf("both %s at once: %v, %v", how, errs[0], errs[1])
			}
			for _, name := range names {
				if err := errors.Join(g.Disable(t.Context(), name, false), g.SetScopes(t.Context(), name, account.Admin)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := g.Disable(t.Context(), "nobody", true); !errors.Is(err, readout.ErrNotFound) {
		t.Errorf("nobody disabled: %v", err)
	}
}

func TestRates(t *testing.T) {
	c := at()
	m := newMeter(Rate{10, 10 * time.Minute})
	for i := range 10 {
		if err := m.take("a", c.now()); err != nil {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	var many *TooMany
	for range 5 { // what is refused does not count
		if err := m.take("a", c.now()); !errors.As(err, &many) || many.After <= 0 || many.After > time.Minute {
			t.Fatalf("the 11th: %v", err)
		}
	}
	if err := m.take("b", c.now()); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	c.t = c.t.Add(many.After)
	if err := m.take("a", c.now()); err != nil {
		t.Errorf("after the pause: %v", err)
	}
	if err := m.take("a", c.now()); err == nil {
		t.Error("the pause gives more than one")
	}
	// However many ask, memory has an end, and who was refused stays so unless
	// others push it out.
	for i := range maxKeys * 2 {
		m.take(fmt.Sprint("x", i), c.now())
	}
	if len(m.by) > maxKeys {
		t.Errorf("%d askers are remembered", len(m.by))
	}
	if w := httptest.NewRecorder(); Refuse(w, many) != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "60" {
		t.Errorf("refused with %v", w.Header())
	}
}

// Tries of passwords are counted by address and by account, known or not, and
// the right password does not help who has tried too often.
func TestLoginsAreCounted(t *testing.T) {
	c := at()
	g := gateOf(t, Options{Now: c.now, Rates: Rates{Login: Rate{3, 10 * time.Minute}}})
	const right = "the ferry leaves at nine"
	if _, err := g.AddAccount(t.Context(), "edda", account.Read, right, false); err != nil {
		t.Fatal(err)
	}
	try := func(address, name, password string) error {
		r := httptest.NewRequest(http.MethodPost, "/login", nil)
		r.RemoteAddr = address + ":1"
		return g.SignIn(httptest.NewRecorder(), r, name, password)
	}
	var many *TooMany
	for _, name := range []string{"edda", "nobody"} {
		for i := range 3 {
			if err := try(fmt.Sprintf("10.0.%d.%d", len(name), i), name, "wrong"); !errors.Is(err, ErrWrong) {
				t.Errorf("%s, try %d: %v", name, i, err)
			}
		}
		if err := try("10.1.1."+fmt.Sprint(len(name)), name, right); !errors.As(err, &many) {
			t.Errorf("%s, from the fourth address: %v", name, err)
		}
	}
	for i := range 3 {
		if err := try("10.2.2.2", fmt.Sprint("name", i), "wrong"); !errors.Is(err, ErrWrong) {
			t.Errorf("another name %d: %v", i, err)
		}
	}
	if err := try("10.2.2.2", "name4", "wrong"); !errors.As(err, &many) {
		t.Errorf("the fourth name from one address: %v", err)
	}
	c.t = c.t.Add(10 * time.Minute)
	if err := try("10.1.1.1", "edda", right); err != nil {
		t.Errorf("after ten minutes: %v", err)
	}
	// Of IPv6 one customer has a whole network.
	for i := range 3 {
		try(fmt.Sprintf("[2001:db8::%d]", i), fmt.Sprint("v6", i), "wrong")
	}
	if err := try("[2001:db8::ffff]", "v6x", "wrong"); !errors.As(err, &many) {
		t.Errorf("the fourth address of a network: %v", err)
	}
}

// A session ends after its time and when it is not used.
func TestSessionsEnd(t *testing.T) {
	c := at()
	g := gateOf(t, Options{Now: c.now, SignIn: true})
	const right = "the ferry leaves at nine"
	if _, err := g.AddAccount(t.Context(), "edda", account.Read, right, false); err != nil {
		t.Fatal(err)
	}
	begin := func() *http.Cookie {
		w := httptest.NewRecorder()
		if err := g.SignIn(w, httptest.NewRequest(http.MethodPost, "/login", nil), "edda", right); err != nil {
			t.Fatal(err)
		}
		return w.Result().Cookies()[0]
	}
	in := func(ck *http.Cookie) bool {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.AddCookie(ck)
		r, err := g.Admit(r)
		if err != nil {
			t.Fatal(err)
		}
		return account.Allow(r.Context(), account.Read) == nil
	}
	ck := begin()
	for range 2 * 6 { // used every half day it goes on for a week
		if c.t = c.t.Add(12 * time.Hour); !in(ck) {
			t.Fatalf("ended at %v", c.t)
		}
	}
	c.t = c.t.Add(sessionTime)
	if in(ck) {
		t.Error("it goes on for ever")
	}
	ck = begin()
	c.t = c.t.Add(sessionIdle)
	if in(ck) {
		t.Error("it goes on unused")
	}
}

// The address of a caller and the TLS of its connection are what the server in
// front says, where it is the server in front that says it.
func TestAddress(t *testing.T) {
	g := gateOf(t, Options{Proxy: Proxy{Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}})
	for _, c := range []struct{ peer, forwarded, want string }{
		{"192.0.2.1:5", "", "192.0.2.1"},
		{"192.0.2.1:5", "203.0.113.9", "192.0.2.1"},
		{"10.1.1.1:5", "203.0.113.9", "203.0.113.9"},
		{"10.1.1.1:5", "198.51.100.1, 203.0.113.9", "203.0.113.9"},
		{"10.1.1.1:5", "198.51.100.1, 203.0.113.9, 10.2.2.2", "203.0.113.9"},
		{"10.1.1.1:5", "10.3.3.3", "10.3.3.3"},
		{"10.1.1.1:5", "203.0.113.9:5123", "203.0.113.9"},
		{"10.1.1.1:5", "198.51.100.1, [2001:db8::7]:443, 10.2.2.2:80", "2001:db8::7"},
		{"10.1.1.1:5", "[2001:db8::7]", "2001:db8::7"},
		{"10.1.1.1:5", "evil", "10.1.1.1"},
		{"10.1.1.1:5", "evil:80", "10.1.1.1"},
		{"10.1.1.1:5", "", "10.1.1.1"},
		{"[::ffff:10.1.1.1]:5", "203.0.113.9", "203.0.113.9"},
		{"[fd00::1%eth0]:5", "2001:db8::1", "2001:db8::1"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := g.address(r); got.String() != c.want {
			t.Errorf("from %s for %q: %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
	if _, err := New(Options{Proxy: Proxy{Header: "X-Remote-User"}}); err == nil {
		t.Error("a header that anybody can send is taken")
	}
}

// A name that comes twice is refused: one of the two may be the caller's own.
func TestHeaderTwice(t *testing.T) {
	g := gateOf(t, Options{SignIn: true, Proxy: Proxy{Header: "X-Remote-User", Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}})
	for _, name := range []string{"edda", "orrin"} {
		if _, err := g.AddAccount(t.Context(), name, account.Admin, "", true); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		names []string
		want  error
	}{{[]string{"edda"}, nil}, {[]string{"EDDA"}, nil}, {[]string{"edda", "orrin"}, ErrNoAccount}, {[]string{"edda", ""}, ErrNoAccount}, {[]string{"nobody"}, ErrNoAccount}, {[]string{"edda, orrin"}, ErrNoAccount}, {[]string{""}, account.ErrSignIn}} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = "10.0.0.1:1"
		r.Header["X-Remote-User"] = c.names
		r, err := g.Admit(r)
		if err == nil {
			err = account.Allow(r.Context(), account.Read)
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%q: %v, want %v", c.names, err, c.want)
		}
	}
}

// meanwhile is a store in which something happens just after an account was
// looked up.
type meanwhile struct {
	store.Store
	happens func()
}

func (m *meanwhile) found() {
	if f := m.happens; f != nil {
		m.happens = nil
		f()
	}
}

func (m *meanwhile) Account(ctx context.Context, name string) (account.Account, error) {
	a, err := m.Store.Account(ctx, name)
	m.found()
	return a, err
}

func (m *meanwhile) AccountOf(ctx context.Context, subject string) (account.Account, error) {
	a, err := m.Store.AccountOf(ctx, subject)
	m.found()
	return a, err
}

// A password lets nobody in, and cannot be changed by who knows it, once it is
// another one or the account is disabled, also where that happens while it is
// compared.
func TestPasswordChangesMeanwhile(t *testing.T) {
	const old = "the ferry leaves at nine"
	for what, happens := range map[string]func(t *testing.T, g *Gate){
		"another password": func(t *testing.T, g *Gate) {
			if _, err := g.SetPassword(t.Context(), "edda", "the ferry leaves at ten"); err != nil {
				t.Error(err)
			}
		},
		"disabled": func(t *testing.T, g *Gate) {
			if err := g.Disable(t.Context(), "edda", true); err != nil {
				t.Error(err)
			}
		},
	} {
		for how, try := range map[string]func(g *Gate, w http.ResponseWriter, r *http.Request) error{
			"signing in": func(g *Gate, w http.ResponseWriter, r *http.Request) error { return g.SignIn(w, r, "edda", old) },
			"changing it": func(g *Gate, w http.ResponseWriter, r *http.Request) error {
				ctx := account.With(r.Context(), account.Who{Name: "edda", Scopes: account.Read})
				return g.ChangePassword(w, r.WithContext(ctx), old, "the ferry has left already")
			},
		} {
			t.Run(how+", "+what, func(t *testing.T) {
				s := &meanwhile{Store: stored(t)}
				g := gateOf(t, Options{Store: s, SignIn: true})
				if _, err := g.AddAccount(t.Context(), "edda", account.Read, old, false); err != nil {
					t.Fatal(err)
				}
				var now account.Account
				s.happens = func() {
					happens(t, g)
					now, _ = s.Store.Account(t.Context(), "edda")
				}
				w := httptest.NewRecorder()
				if err := try(g, w, httptest.NewRequest(http.MethodPost, "/login", nil)); !errors.Is(err, ErrWrong) {
					t.Errorf("answered with %v, want %v", err, ErrWrong)
				}
				if c := w.Result().Cookies(); len(c) != 0 {
					t.Errorf("it began a session: %v", c)
				}
				if a, err := g.Account(t.Context(), "edda"); err != nil || a != now {
					t.Errorf("the account is %+v, %v, want %+v", a, err, now)
				}
			})
		}
	}
}
