package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
)

const (
	accountColumns = `a.name, a.scopes, a.password, a.subject, a.disabled, a.made, a.signed_in`
	tokenColumns   = `t.id, t.hash, t.account, t.label, t.scopes, t.made, t.expires, t.used, t.revoked`
	sessionColumns = `t.hash, t.account, t.made, t.seen, t.expires`
)

// accountRow is an account while it is scanned.
type accountRow struct {
	a              account.Account
	scopes         string
	made, signedIn string
	disabled       int
}

func (r *accountRow) targets() []any {
	return row(&r.a.Name, &r.scopes, &r.a.Password, &r.a.Subject, &r.disabled, &r.made, &r.signedIn)
}

func (r *accountRow) account() (account.Account, error) {
	var err error
	if r.a.Scopes, err = account.ParseScopes(r.scopes); err != nil {
		return r.a, err
	}
	r.a.Disabled = r.disabled != 0
	return r.a, moments(r.made, &r.a.Made, r.signedIn, &r.a.SignedIn)
}

// tokenRow is a token while it is scanned.
type tokenRow struct {
	t                            account.Token
	scopes                       string
	made, expires, used, revoked string
}

func (r *tokenRow) targets() []any {
	return row(&r.t.ID, &r.t.Hash, &r.t.Account, &r.t.Label, &r.scopes, &r.made, &r.expires, &r.used, &r.revoked)
}

func (r *tokenRow) token() (account.Token, error) {
	var err error
	if r.t.Scopes, err = account.ParseScopes(r.scopes); err != nil {
		return r.t, err
	}
	return r.t, moments(r.made, &r.t.Made, r.expires, &r.t.Expires, r.used, &r.t.Used, r.revoked, &r.t.Revoked)
}

// none turns the absence of a row into the store's word for it.
func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return readout.ErrNotFound
	}
	return err
}

// touched is ErrNotFound when a statement met no row.
func touched(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, readout.ErrNotFound)
	}
	return nil
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// AddAccount implements store.Store.
func (s *Store) AddAccount(ctx context.Context, a account.Account) error {
	err := s.write(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO account (name, scopes, password, subject, disabled, made, signed_in) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			a.Name, a.Scopes.String(), a.Password, clipped(a.Subject), flag(a.Disabled), fromTime(a.Made), fromTime(a.SignedIn))
		return err
	})
	if err != nil {
		return fmt.Errorf("add account %s to %s: %w", a.Name, s.name, err)
	}
	return nil
}

// accountBy reads the one account that a condition fits.
func (s *Store) accountBy(ctx context.Context, where, value string) (out account.Account, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		var r accountRow
		if err := tx.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM account a WHERE `+where, value).Scan(r.targets()...); err != nil { //nolint:gosec // where is one of ours
			return none(err)
		}
		var err error
		out, err = r.account()
		return errors.Join(tx.whole(ctx, "account", "name = $1", out.Name), err)
	})
	if err != nil {
		return account.Account{}, fmt.Errorf("account in %s: %w", s.name, err)
	}
	return out, nil
}

// Account implements store.Store.
func (s *Store) Account(ctx context.Context, name string) (account.Account, error) {
	return s.accountBy(ctx, `a.name = $1`, name)
}

// AccountOf implements store.Store.
func (s *Store) AccountOf(ctx context.Context, subject string) (account.Account, error) {
	return s.accountBy(ctx, `a.subject = $1 AND a.subject <> ''`, clipped(subject))
}

// Accounts implements store.Store.
func (s *Store) Accounts(ctx context.Context) ([]account.Account, error) {
	var out []account.Account
	err := s.readWhole(ctx, "account", "1 = 1", nil, `SELECT `+accountColumns+` FROM account a ORDER BY a.name`, func(scan func(...[]any) error) error {
		var r accountRow
		if err := scan(r.targets()); err != nil {
			return err
		}
		a, err := r.account()
		out = append(out, a)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("accounts of %s: %w", s.name, err)
	}
	return out, nil
}

// accountLock is held while accounts are changed and while somebody signs in, so
// that what is asked of accounts still holds when it is kept.
const accountLock = "accounts"

// ChangeAccount implements store.Store.
func (s *Store) ChangeAccount(ctx context.Context, name string, change func(a *account.Account, admins int) error) (out account.Account, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		if err := tx.d.Lock(ctx, tx, accountLock); err != nil {
			return err
		}
		var r accountRow
		if err := tx.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM account a WHERE a.name = $1`, name).Scan(r.targets()...); err != nil {
			return none(err)
		}
		before, err := r.account()
		if err != nil {
			return err
		}
		var admins int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM account WHERE name <> $1 AND scopes = $2 AND disabled = 0`, name, account.Admin.String()).Scan(&admins); err != nil {
			return err
		}
		out = before
		if err := change(&out, admins); err != nil {
			return err
		}
		out.Name, out.Made, out.SignedIn = before.Name, before.Made, before.SignedIn
		if _, err := tx.ExecContext(ctx, `UPDATE account SET scopes = $2, password = $3, subject = $4, disabled = $5 WHERE name = $1`,
			name, out.Scopes.String(), out.Password, clipped(out.Subject), flag(out.Disabled)); err != nil {
			return err
		}
		if out.Disabled || out.Password != before.Password {
			_, err = tx.ExecContext(ctx, `DELETE FROM account_session WHERE account = $1`, name)
		}
		return err
	})
	if err != nil {
		return account.Account{}, fmt.Errorf("account %s in %s: %w", name, s.name, err)
	}
	return out, nil
}

// hasAccount is ErrNotFound when there is no account of that name.
func hasAccount(ctx context.Context, tx *Tx, name string) error {
	var known int
	return none(tx.QueryRowContext(ctx, `SELECT 1 FROM account WHERE name = $1`, name).Scan(&known))
}

// AddToken implements store.Store.
func (s *Store) AddToken(ctx context.Context, t account.Token) error {
	err := s.write(ctx, func(tx *Tx) error {
		if err := hasAccount(ctx, tx, t.Account); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO account_token (hash, id, account, label, scopes, made, expires, used, revoked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			t.Hash, t.ID, t.Account, clipped(t.Label), t.Scopes.String(), fromTime(t.Made), fromTime(t.Expires), fromTime(t.Used), fromTime(t.Revoked))
		return err
	})
	if err != nil {
		return fmt.Errorf("add a token of %s to %s: %w", t.Account, s.name, err)
	}
	return nil
}

// Token implements store.Store.
func (s *Store) Token(ctx context.Context, hash string) (t account.Token, a account.Account, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		var tr tokenRow
		var ar accountRow
		if err := tx.QueryRowContext(ctx, `SELECT `+tokenColumns+`, `+accountColumns+` FROM account_token t JOIN account a ON a.name = t.account WHERE t.hash = $1`, hash).Scan(append(tr.targets(), ar.targets()...)...); err != nil {
			return none(err)
		}
		var terr, aerr error
		t, terr = tr.token()
		a, aerr = ar.account()
		return errors.Join(tx.whole(ctx, "account_token", "hash = $1", hash), tx.whole(ctx, "account", "name = $1", a.Name), terr, aerr)
	})
	if err != nil {
		return account.Token{}, account.Account{}, fmt.Errorf("token in %s: %w", s.name, err)
	}
	return t, a, nil
}

// Tokens implements store.Store.
func (s *Store) Tokens(ctx context.Context, name string) ([]account.Token, error) {
	var out []account.Token
	err := s.readWhole(ctx, "account_token", "account = $1 OR $1 = ''", row(name), `SELECT `+tokenColumns+` FROM account_token t WHERE t.account = $1 OR $1 = '' ORDER BY t.made DESC, t.id`, func(scan func(...[]any) error) error {
		var r tokenRow
		if err := scan(r.targets()); err != nil {
			return err
		}
		t, err := r.token()
		out = append(out, t)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("tokens of %s: %w", s.name, err)
	}
	return out, nil
}

// UseToken implements store.Store.
func (s *Store) UseToken(ctx context.Context, hash string, at time.Time) error {
	err := s.write(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE account_token SET used = $2 WHERE hash = $1 AND used < $2`, hash, fromTime(at))
		return err
	})
	if err != nil {
		return fmt.Errorf("note the use of a token in %s: %w", s.name, err)
	}
	return nil
}

// RevokeToken implements store.Store.
func (s *Store) RevokeToken(ctx context.Context, id string, at time.Time) error {
	err := s.write(ctx, func(tx *Tx) error {
		return touched(tx.ExecContext(ctx, `UPDATE account_token SET revoked = CASE WHEN revoked = '' THEN $2 ELSE revoked END WHERE id = $1`, id, fromTime(at)))
	})
	if err != nil {
		return fmt.Errorf("token %s in %s: %w", id, s.name, err)
	}
	return nil
}

// AddSession implements store.Store.
func (s *Store) AddSession(ctx context.Context, x account.Session, password string) error {
	err := s.write(ctx, func(tx *Tx) error {
		if err := tx.d.Lock(ctx, tx, accountLock); err != nil {
			return err
		}
		if err := touched(tx.ExecContext(ctx, `UPDATE account SET signed_in = $2 WHERE name = $1 AND password = $3 AND disabled = 0`, x.Account, fromTime(x.Made), password)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_session WHERE expires <= $1`, fromTime(x.Made)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO account_session (hash, account, made, seen, expires) VALUES ($1, $2, $3, $4, $5)`, x.Hash, x.Account, fromTime(x.Made), fromTime(x.Seen), fromTime(x.Expires))
		return err
	})
	if err != nil {
		return fmt.Errorf("sign %s in to %s: %w", x.Account, s.name, err)
	}
	return nil
}

// Session implements store.Store.
func (s *Store) Session(ctx context.Context, hash string) (x account.Session, a account.Account, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		var ar accountRow
		var made, seen, expires string
		if err := tx.QueryRowContext(ctx, `SELECT `+sessionColumns+`, `+accountColumns+` FROM account_session t JOIN account a ON a.name = t.account WHERE t.hash = $1`, hash).
			Scan(append(row(&x.Hash, &x.Account, &made, &seen, &expires), ar.targets()...)...); err != nil {
			return none(err)
		}
		var aerr error
		a, aerr = ar.account()
		return errors.Join(tx.whole(ctx, "account_session", "hash = $1", hash), tx.whole(ctx, "account", "name = $1", a.Name), aerr, moments(made, &x.Made, seen, &x.Seen, expires, &x.Expires))
	})
	if err != nil {
		return account.Session{}, account.Account{}, fmt.Errorf("session in %s: %w", s.name, err)
	}
	return x, a, nil
}

// SeeSession implements store.Store.
func (s *Store) SeeSession(ctx context.Context, hash string, at time.Time) error {
	err := s.write(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE account_session SET seen = $2 WHERE hash = $1 AND seen < $2`, hash, fromTime(at))
		return err
	})
	if err != nil {
		return fmt.Errorf("note the use of a session in %s: %w", s.name, err)
	}
	return nil
}

// EndSession implements store.Store.
func (s *Store) EndSession(ctx context.Context, hash string) error {
	err := s.write(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM account_session WHERE hash = $1`, hash)
		return err
	})
	if err != nil {
		return fmt.Errorf("end a session in %s: %w", s.name, err)
	}
	return nil
}
