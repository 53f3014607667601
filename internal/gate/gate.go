// Package gate finds out who sends a request, and bounds how much it may ask.
//
// It stands before the faces: Admit puts the account.Who of a request into its
// context, by the first of these that the request has:
//
//   - a token: Authorization: Bearer TOKEN. One that is not valid is refused,
//     whatever else the request has;
//   - the name that a server in front gives in a header, where the connection
//     comes from one of its networks;
//   - the cookie of a session, which starts with a password, OpenID Connect or
//     the one-time token of the first account;
//   - else, where nobody need sign in (Options.SignIn is false), the machine's
//     user with all scopes while the store has no accounts, and anybody with the
//     scope read once it has some.
//
// What is asked of a route is the face's to say, see account.Allow. Secrets are
// kept as hashes; what is compared, is compared in constant time; a name that
// has no account costs as much time and gets the same answer as a wrong
// password.
package gate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/store"
)

// Options are the settings of a gate.
type Options struct {
	Store     store.Accounts
	User      string           // of the machine: who everybody is while nobody need sign in and there are no accounts
	SignIn    bool             // nobody reads without signing in
	Proxy     Proxy            // a server in front
	OIDC      OIDC             // where its Issuer is set, people may sign in by it
	Newcomers account.Scopes   // of people whom Proxy or OIDC name and who have no account: one is made; None: they are refused
	Rates     Rates            // zero: no bounds
	Now       func() time.Time // nil: time.Now
	Log       *slog.Logger     // nil: silent
}

// Gate finds out who asks.
type Gate struct {
	opts    Options
	now     func() time.Time
	log     *slog.Logger
	hashing chan struct{} // hashes of passwords under way
	has     atomic.Bool   // the store has accounts
	used    sync.Map      // hash of a token or session → when its use was noted last

	read, write, login *meter
	provider           provider

	first struct { // the one-time token of the first admin
		sync.Mutex
		hash string // "" none
	}
}

// atOnce bounds the hashes of passwords under way.
const atOnce = 2

// New makes a gate.
func New(opts Options) (*Gate, error) {
	if opts.Proxy.Header != "" && len(opts.Proxy.Networks) == 0 {
		return nil, errors.New("names in the header " + opts.Proxy.Header + " can come from anybody: say from which networks the server in front connects")
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	g := &Gate{opts: opts, now: opts.Now, log: opts.Log, hashing: make(chan struct{}, atOnce)}
	g.read, g.write, g.login = newMeter(opts.Rates.Read), newMeter(opts.Rates.Write), newMeter(opts.Rates.Login)
	if err := g.provider.check(opts.OIDC); err != nil {
		return nil, err
	}
	return g, nil
}

// Errors of signing in and of asking. None says more than who asks may know.
var (
	ErrToken     = errors.New("the token is not valid: unknown, expired or revoked")
	ErrWrong     = errors.New("name and password do not fit")
	ErrNoAccount = errors.New("there is no account for you here, or it is disabled")
)

// asker is who asks, with the name by which its requests are counted.
type asker struct {
	who   account.Who
	ok    bool
	free  bool // not counted: the machine's user
	token bool
	key   string
}

// Admit returns the request with who sent it, or why it is refused: ErrToken,
// ErrNoAccount, *TooMany, or an error of the store.
func (g *Gate) Admit(r *http.Request) (*http.Request, error) {
	return g.admit(r, r.Method == http.MethodGet || r.Method == http.MethodHead)
}

func (g *Gate) admit(r *http.Request, reads bool) (*http.Request, error) {
	a, err := g.identify(r)
	if !a.free {
		m := g.write
		if reads {
			m = g.read
		}
		if a.key == "" {
			a.key = "address " + network(g.address(r))
		}
		if many := m.take(a.key, g.now()); many != nil {
			return r, many
		}
	}
	if err != nil || !a.ok {
		return r, err
	}
	ctx := account.With(r.Context(), a.who)
	if a.token {
		ctx = context.WithValue(ctx, tokenKey{}, true)
	}
	return r.WithContext(ctx), nil
}

type tokenKey struct{}

// ByToken reports whether who asks is a program with a token.
func ByToken(ctx context.Context) bool { return ctx.Value(tokenKey{}) != nil }

// identify finds out who asks. Whom nobody knows is no error.
func (g *Gate) identify(r *http.Request) (asker, error) {
	ctx := r.Context()
	if token, ok := bearer(r); ok {
		t, a, err := g.opts.Store.Token(ctx, hashOf(token))
		switch {
		case errors.Is(err, readout.ErrNotFound):
			return asker{}, ErrToken
		case err != nil:
			return asker{}, err
		case !equal(t.Hash, hashOf(token)) || !t.Valid(g.now()) || a.Disabled:
			return asker{}, ErrToken
		}
		g.noted(t.Hash, t.Used, time.Minute, func(at time.Time) error { return g.opts.Store.UseToken(context.WithoutCancel(ctx), t.Hash, at) })
		return asker{who: account.Who{Name: a.Name, Scopes: min(t.Scopes, a.Scopes)}, ok: true, token: true, key: "token " + t.ID}, nil
	}
	if name, ok, err := g.proxied(r); err != nil {
		return asker{}, err
	} else if ok {
		a, err := g.known(ctx, name, "")
		if err != nil {
			return asker{}, err
		}
		return asker{who: account.Who{Name: a.Name, Scopes: a.Scopes}, ok: true, key: "account " + a.Name}, nil
	}
	if a, ok, err := g.session(r); err != nil {
		return asker{}, err
	} else if ok {
		return asker{who: account.Who{Name: a.Name, Scopes: a.Scopes}, ok: true, key: "account " + a.Name}, nil
	}
	if g.opts.SignIn {
		return asker{}, nil
	}
	has, err := g.HasAccounts(ctx)
	if err != nil {
		return asker{}, err
	}
	if has {
		return asker{who: account.Who{Scopes: account.Read}, ok: true}, nil
	}
	return asker{who: account.Who{Name: g.opts.User, Scopes: account.Admin}, ok: true, free: true}, nil
}

// bearer is the token of a request; other schemes are none of ours, a server in
// front may pass its own on.
func bearer(r *http.Request) (string, bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(token), true
}

// noted notes a use where the last one noted is some time ago. A use that could
// not be noted is no reason to refuse it.
func (g *Gate) noted(hash string, last time.Time, every time.Duration, note func(at time.Time) error) {
	now := g.now()
	if seen, ok := g.used.Load(hash); ok {
		last = seen.(time.Time)
	}
	if now.Sub(last) < every {
		return
	}
	g.used.Store(hash, now)
	if err := note(now.Truncate(time.Minute)); err != nil {
		g.log.Warn("note a use", "err", err)
	}
}

// HasAccounts reports whether anybody has an account. Accounts are never taken
// away, only disabled.
func (g *Gate) HasAccounts(ctx context.Context) (bool, error) {
	if g.has.Load() {
		return true, nil
	}
	all, err := g.opts.Store.Accounts(ctx)
	if len(all) > 0 {
		g.has.Store(true)
	}
	return len(all) > 0, err
}

// MustSignIn reports whether nobody reads without signing in.
func (g *Gate) MustSignIn() bool { return g.opts.SignIn }

// Handler is next behind the gate, for faces that have no words of their own: a
// request needs a scope, or it is refused in plain text. Where the scope is Read
// every request counts as one that reads.
func (g *Gate) Handler(needs account.Scopes, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, err := g.admit(r, needs == account.Read)
		if err == nil {
			err = account.Allow(r.Context(), needs)
		}
		if err != nil {
			status := Refuse(w, err)
			text := err.Error()
			if status == http.StatusInternalServerError {
				g.log.Error("gate", "err", err)
				text = "this could not be found out; the log of the program says more"
			}
			http.Error(w, text, status)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Refuse sets the headers that go with an error of Admit or account.Allow, and
// returns its status.
func Refuse(w http.ResponseWriter, err error) int {
	var many *TooMany
	switch {
	case errors.As(err, &many):
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(many.After.Seconds())))))
		return http.StatusTooManyRequests
	case errors.Is(err, ErrToken):
		w.Header().Set("WWW-Authenticate", `Bearer realm="Readout", error="invalid_token"`)
		return http.StatusUnauthorized
	case errors.Is(err, account.ErrSignIn):
		w.Header().Set("WWW-Authenticate", `Bearer realm="Readout"`)
		return http.StatusUnauthorized
	case errors.Is(err, account.ErrScope), errors.Is(err, ErrNoAccount), errors.Is(err, ErrWrong):
		return http.StatusForbidden
	}
	return http.StatusInternalServerError
}

// Local is next where nobody need sign in and nobody can: everybody is the
// machine's user.
func Local(user string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := account.From(r.Context()); !ok {
			r = r.WithContext(account.With(r.Context(), account.Who{Name: user, Scopes: account.Admin}))
		}
		next.ServeHTTP(w, r)
	})
}

// known is the account of a name, or of a subject, that somebody vouches for.
func (g *Gate) known(ctx context.Context, name, subject string) (account.Account, error) {
	if subject != "" {
		a, err := g.opts.Store.AccountOf(ctx, subject)
		if err == nil && a.Disabled {
			return account.Account{}, ErrNoAccount
		}
		if !errors.Is(err, readout.ErrNotFound) {
			return a, err
		}
	}
	name, err := account.CheckName(name)
	if err != nil {
		return account.Account{}, ErrNoAccount
	}
	a, err := g.opts.Store.Account(ctx, name)
	switch {
	case errors.Is(err, readout.ErrNotFound):
		if g.opts.Newcomers == account.None {
			g.log.Info("no account", "name", name)
			return account.Account{}, ErrNoAccount
		}
		a = account.Account{Name: name, Scopes: g.opts.Newcomers, Subject: subject, Made: g.now()}
		if err := g.opts.Store.AddAccount(ctx, a); err != nil && !errors.Is(err, readout.ErrConflict) {
			return account.Account{}, err
		} else if err != nil { // another request made it just now, perhaps somebody else's
			return g.known(ctx, name, subject)
		}
		g.has.Store(true)
		g.log.Info("account made", "name", name, "scopes", a.Scopes)
		return a, nil
	case err != nil:
		return account.Account{}, err
	case a.Disabled:
		return account.Account{}, ErrNoAccount
	case subject == "":
		return a, nil
	}
	a, err = g.opts.Store.ChangeAccount(ctx, name, func(a *account.Account, _ int) error {
		// Whoever can choose a name elsewhere must not become the one who has it
		// here: an account is bound to the first subject only when it was made
		// for that, without a password.
		if a.Password != "" || a.Subject != "" || a.Disabled {
			return ErrNoAccount
		}
		a.Subject = subject
		return nil
	})
	switch {
	case errors.Is(err, ErrNoAccount):
		g.log.Warn("account is another's", "name", name)
		return account.Account{}, ErrNoAccount
	case err != nil:
		return account.Account{}, fmt.Errorf("bind %s: %w", name, err)
	}
	return a, nil
}
