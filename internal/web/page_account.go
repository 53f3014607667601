package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/gate"
)

// ownData is what the page of one's own account shows.
type ownData struct {
	Who      account.Who
	Local    bool // the machine's user, without an account
	Password bool // signs in by one
	Tokens   []tokenRow
	Scopes   []string // that a token may have
	Secret   string   // of a token made just now
	Said     string   // what was done, or was wrong
	Bad      bool
	Least    int
}

// tokenRow is a token as a page shows it.
type tokenRow struct {
	account.Token
	State string // "valid", "expired", "revoked"
}

func (s *Site) tokenRows(tokens []account.Token) []tokenRow {
	var out []tokenRow
	for _, t := range tokens {
		row := tokenRow{t, "valid"}
		switch now := s.opts.Now(); {
		case !t.Revoked.IsZero():
			row.State = "revoked"
		case !t.Valid(now):
			row.State = "expired"
		}
		out = append(out, row)
	}
	return out
}

// signedIn is who asks, by a browser in which somebody has signed in: a token
// makes no tokens and changes no password.
func (s *Site) signedIn(r *Request) (*gate.Gate, account.Who, error) {
	g, err := s.gate()
	if err != nil {
		return nil, account.Who{}, err
	}
	w, _ := account.From(r.Context())
	switch {
	case gate.ByToken(r.Context()):
		return nil, w, fmt.Errorf("%w: a token cannot manage an account; sign in with a browser", account.ErrScope)
	case w.Name == "":
		return nil, w, account.ErrSignIn
	}
	return g, w, nil
}

func (s *Site) own(r *Request) (Page, error) { return s.ownPage(r, ownData{}) }

// ownPage is the page of one's own account.
func (s *Site) ownPage(r *Request, d ownData) (Page, error) {
	g, w, err := s.signedIn(r)
	if err != nil {
		return Page{}, err
	}
	d.Who, d.Least = w, gate.MinPassword
	a, err := g.Account(r.Context(), w.Name)
	switch {
	case errors.Is(err, readout.ErrNotFound):
		d.Local = true
	case err != nil:
		return Page{}, err
	default:
		d.Password = a.Password != ""
		tokens, err := g.Tokens(r.Context(), w.Name)
		if err != nil {
			return Page{}, err
		}
		d.Tokens = s.tokenRows(tokens)
		for _, x := range []account.Scopes{account.Read, account.Review, account.Admin} {
			if w.May(x) {
				d.Scopes = append(d.Scopes, x.String())
			}
		}
	}
	p := Page{Template: "account", Title: "Your account", Data: d, Robots: "noindex", Header: noStore}
	if d.Bad {
		p.Status = http.StatusBadRequest
	}
	return p, nil
}

func (s *Site) changePassword(r *Request) (Page, error) {
	g, _, err := s.signedIn(r)
	if err != nil {
		return Page{}, err
	}
	if err := choice(r); err != nil {
		return Page{}, err
	}
	switch err := g.ChangePassword(r.w, r.Request, r.PostFormValue("before"), r.PostFormValue("password")); {
	case errors.Is(err, gate.ErrWrong):
		return s.ownPage(r, ownData{Said: "The password that you gave is not the present one.", Bad: true})
	case errors.Is(err, gate.ErrPassword):
		return s.ownPage(r, ownData{Said: capital(err.Error()) + ".", Bad: true})
	case err != nil:
		return Page{}, err
	}
	return s.ownPage(r, ownData{Said: "Your password is changed. Every other browser is signed out."})
}

// tokenDays are the lengths of a token's life, in days; 0 is without end.
var tokenDays = []int{30, 90, 365, 0}

func (s *Site) makeToken(r *Request) (Page, error) {
	g, w, err := s.signedIn(r)
	if err != nil {
		return Page{}, err
	}
	if err := choice(r); err != nil {
		return Page{}, err
	}
	scopes, err := account.ParseScopes(r.PostFormValue("scopes"))
	if err != nil {
		return Page{}, errBad{err}
	}
	days, err := strconv.Atoi(r.PostFormValue("days"))
	if err != nil || !slices.Contains(tokenDays, days) {
		return Page{}, errBad{fmt.Errorf("a token lasts %v days, 0 is without end", tokenDays)}
	}
	secret, _, err := g.NewToken(r.Context(), w.Name, oneLine(r.PostFormValue("label")), scopes, time.Duration(days)*24*time.Hour)
	if err != nil {
		return Page{}, err
	}
	return s.ownPage(r, ownData{Secret: secret})
}

func (s *Site) revokeToken(r *Request) (Page, error) {
	g, w, err := s.signedIn(r)
	if err != nil {
		return Page{}, err
	}
	if err := choice(r); err != nil {
		return Page{}, err
	}
	if err := g.RevokeToken(r.Context(), r.PostFormValue("id"), w.Name); err != nil {
		return Page{}, err
	}
	return Page{See: "/account"}, nil
}

// accountsData is what the page of all accounts shows.
type accountsData struct {
	Rows   []accountRow
	Scopes []string
	Name   string // whose password was made just now
	Secret string
	Said   string
	Bad    bool
	Me     string
	Local  bool // nobody has an account yet
	Least  int
}

type accountRow struct {
	account.Account
	By     string // how it signs in
	Tokens []tokenRow
}

func (s *Site) accounts(r *Request) (Page, error) { return s.accountsPage(r, accountsData{}) }

func (s *Site) accountsPage(r *Request, d accountsData) (Page, error) {
	g, err := s.gate()
	if err != nil {
		return Page{}, err
	}
	all, err := g.Accounts(r.Context())
	if err != nil {
		return Page{}, err
	}
	tokens, err := g.Tokens(r.Context(), "")
	if err != nil {
		return Page{}, err
	}
	w, _ := account.From(r.Context())
	d.Me, d.Local, d.Scopes, d.Least = w.Name, len(all) == 0, []string{"read", "review", "admin"}, gate.MinPassword
	for _, a := range all {
		row := accountRow{Account: a, By: "server in front"}
		switch {
		case a.Password != "":
			row.By = "password"
		case a.Subject != "":
			row.By = g.Provider()
		}
		for _, t := range s.tokenRows(tokens) {
			if t.Account == a.Name && t.State == "valid" {
				row.Tokens = append(row.Tokens, t)
			}
		}
		d.Rows = append(d.Rows, row)
	}
	p := Page{Template: "accounts", Title: "Accounts", Data: d, Robots: "noindex", Header: noStore}
	if d.Bad {
		p.Status = http.StatusBadRequest
	}
	return p, nil
}

func (s *Site) addAccount(r *Request) (Page, error) {
	g, err := s.gate()
	if err != nil {
		return Page{}, err
	}
	if err := choice(r); err != nil {
		return Page{}, err
	}
	scopes, err := account.ParseScopes(r.PostFormValue("scopes"))
	if err != nil {
		return Page{}, errBad{err}
	}
	name := r.PostFormValue("name")
	made, err := g.AddAccount(r.Context(), name, scopes, r.PostFormValue("password"), r.PostFormValue("outside") != "")
	if errors.Is(err, account.ErrName) || errors.Is(err, gate.ErrPassword) || errors.Is(err, gate.ErrTaken) {
		return s.accountsPage(r, accountsData{Said: capital(err.Error()) + ".", Bad: true})
	}
	if err != nil {
		return Page{}, err
	}
	return s.accountsPage(r, accountsData{Name: name, Secret: made, Said: "Added " + name + "."})
}

// changeAccount does one thing with an account.
func (s *Site) changeAccount(r *Request) (Page, error) {
	g, err := s.gate()
	if err != nil {
		return Page{}, err
	}
	if err := choice(r); err != nil {
		return Page{}, err
	}
	name := r.PostFormValue("name")
	switch do := r.PostFormValue("do"); do {
	case "read", "review", "admin":
		var scopes account.Scopes
		if scopes, err = account.ParseScopes(do); err == nil {
			err = g.SetScopes(r.Context(), name, scopes)
		}
	case "disable", "enable":
		err = g.Disable(r.Context(), name, do == "disable")
	case "revoke":
		err = g.RevokeToken(r.Context(), r.PostFormValue("id"), name)
	case "password":
		var made string
		if made, err = g.SetPassword(r.Context(), name, ""); err == nil {
			return s.accountsPage(r, accountsData{Name: name, Secret: made})
		}
	default:
		return Page{}, errBad{errors.New("what to do with the account was not said")}
	}
	if errors.Is(err, gate.ErrLast) {
		return s.accountsPage(r, accountsData{Said: capital(err.Error()) + ".", Bad: true})
	}
	return Page{See: "/admin/accounts"}, err
}
