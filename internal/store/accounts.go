package store

import (
	"context"
	"time"

	"github.com/readout-news/readout/internal/account"
)

// Accounts is the part of a store that keeps who may sign in. Secrets come in
// hashed and never leave. It is no part of the record.
type Accounts interface {
	// AddAccount adds an account. ErrConflict: the name or the subject is taken.
	AddAccount(ctx context.Context, a account.Account) error

	// Account returns the account of that name. ErrNotFound.
	Account(ctx context.Context, name string) (account.Account, error)

	// AccountOf returns the account with that subject. ErrNotFound, of "" too.
	AccountOf(ctx context.Context, subject string) (account.Account, error)

	// Accounts returns all accounts by name.
	Accounts(ctx context.Context) ([]account.Account, error)

	// ChangeAccount keeps what change makes of an account, but for Name, Made and
	// SignedIn, and returns it. No other change of any account comes between:
	// admins is how many others have the scope admin and are not disabled. change
	// may be called again; its error ends the change and is returned. When the
	// account is disabled or its password is another one, its sessions end with
	// it. ErrNotFound; ErrConflict: the subject is taken.
	ChangeAccount(ctx context.Context, name string, change func(a *account.Account, admins int) error) (account.Account, error)

	// AddToken adds a token. ErrNotFound: no such account; ErrConflict: id or
	// hash is taken.
	AddToken(ctx context.Context, t account.Token) error

	// Token returns the token with that hash and its account. ErrNotFound.
	Token(ctx context.Context, hash string) (account.Token, account.Account, error)

	// Tokens returns the tokens of an account, the newest first; of "" all.
	Tokens(ctx context.Context, name string) ([]account.Token, error)

	// UseToken notes when the token with that hash was used.
	UseToken(ctx context.Context, hash string, at time.Time) error

	// RevokeToken ends the token with that id for good; once revoked it stays so
	// from the first time. ErrNotFound.
	RevokeToken(ctx context.Context, id string, at time.Time) error

	// AddSession adds a session, notes the signing in with its account and
	// forgets sessions that ended before Made. password is the account's, as it
	// was when who signs in was found to be its owner; no change of an account
	// comes between. ErrNotFound: there is no such account, it is disabled, or its
	// password is another one by now.
	AddSession(ctx context.Context, s account.Session, password string) error

	// Session returns the session with that hash and its account. ErrNotFound.
	Session(ctx context.Context, hash string) (account.Session, account.Account, error)

	// SeeSession notes when the session with that hash was used.
	SeeSession(ctx context.Context, hash string, at time.Time) error

	// EndSession forgets a session; it need not be there.
	EndSession(ctx context.Context, hash string) error
}
