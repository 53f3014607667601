package web

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/gate"
)

// noStore is for pages that hold something of one person.
var noStore = map[string]string{"Cache-Control": "no-store"}

// loginData is what the page to sign in shows.
type loginData struct {
	Next     string
	Name     string // who is signed in, "" nobody
	Provider string // of OpenID Connect, "" none
	First    bool   // the first account that manages others can be made
	Accounts bool   // there are some
	Must     bool   // nobody reads without signing in
	Wrong    string // what was wrong with the try before
	Least    int    // characters of a password
}

// gate is the site's gate; without one there is nothing to sign in to.
func (s *Site) gate() (*gate.Gate, error) {
	if s.opts.Gate == nil {
		return nil, fmt.Errorf("%w: nobody need sign in to this Readout", readout.ErrNotFound)
	}
	return s.opts.Gate, nil
}

func (s *Site) login(r *Request) (Page, error) { return s.loginPage(r, "login", "Sign in", "") }
func (s *Site) first(r *Request) (Page, error) {
	return s.loginPage(r, "first", "The first account", "")
}

// loginPage is the page to sign in, or for the first account.
func (s *Site) loginPage(r *Request, template, title, wrong string) (Page, error) {
	g, err := s.gate()
	if err != nil {
		return Page{}, err
	}
	d := loginData{Next: gate.Next(r.FormValue("next")), Provider: g.Provider(), First: g.WantsFirst(), Must: g.MustSignIn(), Wrong: wrong, Least: gate.MinPassword}
	if d.Accounts, err = g.HasAccounts(r.Context()); err != nil {
		return Page{}, err
	}
	if w, ok := account.From(r.Context()); ok {
		d.Name = w.Name
	}
	p := Page{Template: template, Title: title, Data: d, Robots: "noindex", Header: noStore}
	if wrong != "" {
		p.Status = http.StatusBadRequest
	}
	return p, nil
}

func (s *Site) signIn(r *Request) (Page, error) {
	g, err := s.gate()
	if err != nil {
		return Page{}, err
	}
	if err := choice(r); err != nil {
		return Page{}, err
	}
	switch err := g.SignIn(r.w, r.Request, r.PostFormValue("name"), r.PostFormValue("password")); {
	case errors.Is(err, gate.ErrWrong):
		return s.loginPage(r, "login", "Sign in", capital(err.Error())+". After ten tries in ten minutes there is a pause.")
	case err != nil:
		return Page{}, err
	}
	return Page{See: gate.Next(r.PostFormValue("next"))}, nil
}

func (s *Site) signOut(r *Request) (Page, error) {
	g, err := s.gate()
	if err != nil {
		return Page{}, err
	}
	return Page{See: "/login"}, g.SignOut(r.w, r.Request)
}

func (s *Site) signUpFirst(r *Request) (Page, error) {
	g, err := s.gate()
	if err != nil {
		return Page{}, err
	}
	if err := choice(r); err != nil {
		return Page{}, err
	}
	err = g.SignUpFirst(r.w, r.Request, r.PostFormValue("token"), r.PostFormValue("name"), r.PostFormValue("password"))
	switch {
	case errors.Is(err, gate.ErrToken):
		return s.loginPage(r, "first", "The first account", "The one-time token is not the one that was printed, or it has been used")
	case errors.Is(err, account.ErrName), errors.Is(err, gate.ErrPassword), errors.Is(err, gate.ErrTaken):
		return s.loginPage(r, "first", "The first account", capital(err.Error()))
	case err != nil:
		return Page{}, err
	}
	return Page{See: "/admin/accounts"}, nil
}

// byProvider is the gate where people may sign in by OpenID Connect.
func (s *Site) byProvider() (*gate.Gate, error) {
	g, err := s.gate()
	if err == nil && g.Provider() == "" {
		return nil, fmt.Errorf("%w: there is no provider of OpenID Connect to sign in by", readout.ErrNotFound)
	}
	return g, err
}

// leave sends the browser to the provider of OpenID Connect.
func (s *Site) leave(r *Request) (Page, error) {
	g, err := s.byProvider()
	if err != nil {
		return Page{}, err
	}
	to, err := g.Leave(r.w, r.Request, r.URL.Query().Get("next"))
	if errors.Is(err, gate.ErrProvider) {
		return s.notVouched(r, err)
	}
	return Page{See: to, Header: noStore}, err
}

// comeBack takes the provider's answer.
func (s *Site) comeBack(r *Request) (Page, error) {
	g, err := s.byProvider()
	if err != nil {
		return Page{}, err
	}
	next, err := g.Return(r.w, r.Request)
	if errors.Is(err, gate.ErrProvider) {
		return s.notVouched(r, err)
	}
	return Page{See: next, Header: noStore}, err
}

func (s *Site) notVouched(r *Request, err error) (Page, error) {
	s.opts.Log.Warn("sign in by provider", "error", err)
	return s.loginPage(r, "login", "Sign in", "Signing in by "+s.opts.Gate.Provider()+" did not work; begin it again")
}
