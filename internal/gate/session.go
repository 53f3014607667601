package gate

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
)

// How long a session lasts: from signing in, and from its last use.
const (
	sessionTime = 7 * 24 * time.Hour
	sessionIdle = 24 * time.Hour
	seenEvery   = 5 * time.Minute
)

// cookieName is that of the session's cookie. Over TLS its prefix binds it to
// this host and to TLS (RFC 6265bis, 4.1.3.2): no other host and no plain
// connection can set it.
func cookieName(secure bool) string {
	if secure {
		return "__Host-readout"
	}
	return "readout"
}

// cookie is a cookie of ours: no script reads it and no other site sends it with
// a form.
func cookie(name, value string, secure bool, lasts time.Duration) *http.Cookie {
	c := &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode, MaxAge: int(lasts.Seconds())}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

// session is the account of the request's session.
func (g *Gate) session(r *http.Request) (a account.Account, ok bool, err error) {
	ck, err := r.Cookie(cookieName(g.secure(r)))
	if err != nil || ck.Value == "" {
		return a, false, nil
	}
	hash := hashOf(ck.Value)
	x, a, err := g.opts.Store.Session(r.Context(), hash)
	if errors.Is(err, readout.ErrNotFound) {
		return a, false, nil
	}
	now := g.now()
	switch {
	case err != nil:
		return a, false, err
	case !equal(x.Hash, hash) || !now.Before(x.Expires) || a.Disabled:
		return a, false, nil
	case now.Sub(x.Seen) >= sessionIdle:
		return a, false, g.opts.Store.EndSession(r.Context(), hash)
	}
	g.noted(hash, x.Seen, seenEvery, func(at time.Time) error {
		return g.opts.Store.SeeSession(context.WithoutCancel(r.Context()), hash, at)
	})
	return a, true, nil
}

// start begins a session for an account and gives its cookie. A session that the
// request had ends, so that no one that somebody else knows is taken over.
// ErrWrong: since the account was read its password has become another one, or it
// is disabled.
func (g *Gate) start(w http.ResponseWriter, r *http.Request, a account.Account) error {
	if err := g.drop(r); err != nil {
		return err
	}
	secret, hash := newSecret()
	now := g.now()
	err := g.opts.Store.AddSession(r.Context(), account.Session{Hash: hash, Account: a.Name, Made: now, Seen: now, Expires: now.Add(sessionTime)}, a.Password)
	switch {
	case errors.Is(err, readout.ErrNotFound):
		g.log.Info("not signed in", "address", g.address(r).String())
		return ErrWrong
	case err != nil:
		return err
	}
	secure := g.secure(r)
	http.SetCookie(w, cookie(cookieName(secure), secret, secure, sessionTime))
	g.log.Info("signed in", "name", a.Name, "address", g.address(r).String())
	return nil
}

// drop forgets the session of a request.
func (g *Gate) drop(r *http.Request) error {
	ck, err := r.Cookie(cookieName(g.secure(r)))
	if err != nil || ck.Value == "" {
		return nil
	}
	g.used.Delete(hashOf(ck.Value))
	return g.opts.Store.EndSession(r.Context(), hashOf(ck.Value))
}

// tries counts a try of a secret, by address and by account.
func (g *Gate) tries(r *http.Request, name string) error {
	if err := g.login.take("address "+network(g.address(r)), g.now()); err != nil {
		return err
	}
	return g.login.take("account "+hashOf(name), g.now())
}

// SignIn begins a session for who gives a name and its password. ErrWrong,
// *TooMany.
func (g *Gate) SignIn(w http.ResponseWriter, r *http.Request, name, password string) error {
	name, nameErr := account.CheckName(name)
	if err := g.tries(r, name); err != nil {
		return err
	}
	var a account.Account
	err := nameErr
	if err == nil {
		a, err = g.opts.Store.Account(r.Context(), name)
	}
	if err != nil && !errors.Is(err, readout.ErrNotFound) && nameErr == nil {
		return err
	}
	fits, herr := g.fits(r.Context(), a.Password, password)
	if herr != nil {
		return herr
	}
	if err != nil || !fits || a.Disabled {
		g.log.Info("not signed in", "address", g.address(r).String())
		return ErrWrong
	}
	return g.start(w, r, a)
}

// SignOut ends the session of a request and takes its cookie away.
func (g *Gate) SignOut(w http.ResponseWriter, r *http.Request) error {
	secure := g.secure(r)
	http.SetCookie(w, cookie(cookieName(secure), "", secure, 0))
	return g.drop(r)
}

// Next is an address to go on to after signing in: a path of ours, or "/".
func Next(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Opaque != "" || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") ||
		strings.ContainsFunc(address, func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f }) {
		return "/"
	}
	return address
}
