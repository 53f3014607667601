package gate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
)

// First makes the one-time token that lets somebody make the first account that
// may manage others, "" where there is one already. It is told once, to who
// started the program.
func (g *Gate) First(ctx context.Context) (token string, err error) {
	has, err := g.hasAdmin(ctx)
	if err != nil || has {
		return "", err
	}
	g.first.Lock()
	defer g.first.Unlock()
	token, g.first.hash = newSecret()
	return token, nil
}

// WantsFirst reports whether the first account can be made with a one-time
// token.
func (g *Gate) WantsFirst() bool {
	g.first.Lock()
	defer g.first.Unlock()
	return g.first.hash != ""
}

// manages reports whether an account may manage accounts.
func manages(a account.Account) bool { return a.Scopes == account.Admin && !a.Disabled }

// hasAdmin reports whether anybody may manage accounts. Newcomers whom somebody
// else vouches for may not.
func (g *Gate) hasAdmin(ctx context.Context) (bool, error) {
	all, err := g.opts.Store.Accounts(ctx)
	return slices.ContainsFunc(all, manages), err
}

// SignUpFirst makes the first account, with all scopes, for who has the one-time
// token, and signs in. ErrToken, ErrTaken, *TooMany.
func (g *Gate) SignUpFirst(w http.ResponseWriter, r *http.Request, token, name, password string) error {
	if err := g.tries(r, "\x00first"); err != nil {
		return err
	}
	g.first.Lock()
	defer g.first.Unlock()
	if fits := equal(hashOf(strings.TrimSpace(token)), g.first.hash); g.first.hash == "" || !fits {
		return ErrToken
	}
	has, err := g.hasAdmin(r.Context())
	if err != nil {
		return err
	}
	if has { // made by the command line meanwhile
		g.first.hash = ""
		return ErrToken
	}
	a, _, err := g.addAccount(r.Context(), name, account.Admin, password, false)
	if err != nil {
		return err
	}
	g.first.hash = ""
	return g.start(w, r, a)
}

// ErrTaken means that an account of that name is there.
var ErrTaken = errors.New("there is an account of that name")

// AddAccount adds an account. Without a password one is made and returned, to be
// told once; outside says that it signs in by OpenID Connect or the server in
// front and has none.
func (g *Gate) AddAccount(ctx context.Context, name string, scopes account.Scopes, password string, outside bool) (made string, err error) {
	_, made, err = g.addAccount(ctx, name, scopes, password, outside)
	return made, err
}

// addAccount is AddAccount, and returns the account.
func (g *Gate) addAccount(ctx context.Context, name string, scopes account.Scopes, password string, outside bool) (a account.Account, made string, err error) {
	if name, err = account.CheckName(name); err != nil {
		return a, "", err
	}
	a = account.Account{Name: name, Scopes: scopes, Made: g.now()}
	if !outside {
		if password == "" {
			made = newPassword()
			password = made
		}
		if a.Password, err = HashPassword(password); err != nil {
			return a, "", err
		}
	}
	if err := g.opts.Store.AddAccount(ctx, a); errors.Is(err, readout.ErrConflict) {
		return a, "", fmt.Errorf("%w: %s", ErrTaken, name)
	} else if err != nil {
		return a, "", err
	}
	g.has.Store(true)
	g.log.Info("account made", "name", name, "scopes", scopes, "by", by(ctx))
	return a, made, nil
}

// by is who does it, for the log.
func by(ctx context.Context) string {
	w, _ := account.From(ctx)
	return w.Name
}

// ErrLast means that nobody would be left to manage accounts.
var ErrLast = errors.New("nobody would be left who may manage accounts")

// SetScopes says what an account may do. ErrLast, ErrNotFound.
func (g *Gate) SetScopes(ctx context.Context, name string, scopes account.Scopes) error {
	return g.change(ctx, name, func(a *account.Account) { a.Scopes = scopes })
}

// Disable lets an account in no more, or again. ErrLast, ErrNotFound.
func (g *Gate) Disable(ctx context.Context, name string, disabled bool) error {
	return g.change(ctx, name, func(a *account.Account) { a.Disabled = disabled })
}

// change changes an account unless nobody would be left who may manage accounts.
func (g *Gate) change(ctx context.Context, name string, change func(a *account.Account)) error {
	a, err := g.opts.Store.ChangeAccount(ctx, name, func(a *account.Account, admins int) error {
		did := manages(*a)
		change(a)
		if did && !manages(*a) && admins == 0 {
			return ErrLast
		}
		return nil
	})
	if err != nil {
		return err
	}
	g.log.Info("account changed", "name", name, "scopes", a.Scopes, "disabled", a.Disabled, "by", by(ctx))
	return nil
}

// SetPassword gives an account another password, which ends its sessions; of ""
// one is made and returned.
func (g *Gate) SetPassword(ctx context.Context, name, password string) (made string, err error) {
	if password == "" {
		made = newPassword()
		password = made
	}
	if _, err := g.setPassword(ctx, name, password, ""); err != nil {
		return "", err
	}
	return made, nil
}

// setPassword gives an account another password. verified is the hash of the one
// that who asks knows, "" where that need not be known. ErrWrong: the account has
// another by now, or is disabled.
func (g *Gate) setPassword(ctx context.Context, name, password, verified string) (account.Account, error) {
	hash, err := HashPassword(password)
	if err != nil {
		return account.Account{}, err
	}
	a, err := g.opts.Store.ChangeAccount(ctx, name, func(a *account.Account, _ int) error {
		if verified != "" && (a.Password != verified || a.Disabled) {
			return ErrWrong
		}
		a.Password = hash
		return nil
	})
	if err != nil {
		return account.Account{}, err
	}
	g.log.Info("password changed", "name", name, "by", by(ctx))
	return a, nil
}

// ChangePassword gives who asks another password, where it knows the one before.
// Its sessions end, and this browser gets a new one. ErrWrong, *TooMany,
// ErrPassword.
func (g *Gate) ChangePassword(w http.ResponseWriter, r *http.Request, before, password string) error {
	who, _ := account.From(r.Context())
	if err := g.tries(r, who.Name); err != nil {
		return err
	}
	if err := checkPassword(password); err != nil {
		return err
	}
	a, err := g.opts.Store.Account(r.Context(), who.Name)
	if err != nil {
		return err
	}
	if fits, err := g.fits(r.Context(), a.Password, before); err != nil {
		return err
	} else if !fits {
		return ErrWrong
	}
	if a, err = g.setPassword(r.Context(), a.Name, password, a.Password); err != nil {
		return err
	}
	return g.start(w, r, a)
}

// NewToken makes a token for an account. The secret is told once; it may do what
// the account may, and no more than scopes. lasts of 0 is for ever.
func (g *Gate) NewToken(ctx context.Context, name, label string, scopes account.Scopes, lasts time.Duration) (secret string, t account.Token, err error) {
	a, err := g.opts.Store.Account(ctx, name)
	if err != nil {
		return "", t, err
	}
	if scopes > a.Scopes {
		return "", t, fmt.Errorf("%w: %s has the scope %s, a token of it cannot have %s", account.ErrScope, name, a.Scopes, scopes)
	}
	secret, _ = newSecret()
	secret = tokenPrefix + secret
	_, id := newSecret() // any random letters and digits
	t = account.Token{ID: id[:12], Hash: hashOf(secret), Account: name, Label: strings.TrimSpace(label), Scopes: scopes, Made: g.now()}
	if lasts > 0 {
		t.Expires = t.Made.Add(lasts)
	}
	if err := g.opts.Store.AddToken(ctx, t); err != nil {
		return "", t, err
	}
	g.log.Info("token made", "id", t.ID, "name", name, "scopes", scopes, "by", by(ctx))
	return secret, t, nil
}

// Account, Accounts, Tokens and RevokeToken are those of the store.

// Account returns an account. ErrNotFound.
func (g *Gate) Account(ctx context.Context, name string) (account.Account, error) {
	return g.opts.Store.Account(ctx, name)
}

// Accounts returns all accounts by name.
func (g *Gate) Accounts(ctx context.Context) ([]account.Account, error) {
	return g.opts.Store.Accounts(ctx)
}

// Tokens returns the tokens of an account, the newest first; of "" all.
func (g *Gate) Tokens(ctx context.Context, name string) ([]account.Token, error) {
	return g.opts.Store.Tokens(ctx, name)
}

// RevokeToken ends the token with that id; owner is whose it must be, "" anybody's.
// ErrNotFound.
func (g *Gate) RevokeToken(ctx context.Context, id, owner string) error {
	tokens, err := g.opts.Store.Tokens(ctx, owner)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if t.ID == id {
			if err := g.opts.Store.RevokeToken(ctx, id, g.now()); err != nil {
				return err
			}
			g.log.Info("token revoked", "id", id, "name", t.Account, "by", by(ctx))
			return nil
		}
	}
	return fmt.Errorf("%w: there is no token %s", readout.ErrNotFound, id)
}
