package gate

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
)

// OIDC is a provider of OpenID Connect by which people may sign in.
type OIDC struct {
	Issuer, ClientID, Secret string
	Claim                    string // whose value names the account; "": email, where the provider says that it is verified
	Name                     string // of the provider, for the button
	Client                   *http.Client
}

// Limits of a signing in by a provider.
const (
	oidcTime   = 10 * time.Minute // from the start to the answer
	oidcAsk    = 10 * time.Second // for an answer of the provider
	oidcCookie = "readout-oidc"
)

// CallbackPath is where the provider sends browsers back to.
const CallbackPath = "/login/oidc/callback"

// ErrProvider means that signing in by the provider did not work.
var ErrProvider = errors.New("the provider did not vouch for you")

// provider is the provider, asked for its settings when it is first needed.
type provider struct {
	opts OIDC
	got  atomic.Pointer[oidc.Provider]
	one  singleflight.Group
}

// check is nil for settings that can be used, none included.
func (p *provider) check(o OIDC) error {
	if o.Issuer == "" && o.ClientID == "" {
		return nil
	}
	if o.Issuer == "" || o.ClientID == "" {
		return errors.New("OpenID Connect needs both the address of the issuer and the client id")
	}
	if o.Claim == "" {
		o.Claim = "email"
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: oidcAsk}
	}
	p.opts = o
	return nil
}

// get is the provider with its settings. All who wait share one request: they do
// not ask a provider that does not answer one after another. A failure is not
// remembered.
func (p *provider) get(ctx context.Context) (*oidc.Provider, error) {
	if got := p.got.Load(); got != nil {
		return got, nil
	}
	asked := p.one.DoChan("", func() (any, error) {
		// Keys are fetched later with this context, too: it must not end.
		got, err := oidc.NewProvider(oidc.ClientContext(context.Background(), p.opts.Client), p.opts.Issuer)
		if err == nil {
			p.got.Store(got)
		}
		return got, err
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case res := <-asked:
		if res.Err != nil {
			return nil, fmt.Errorf("%w: %w", ErrProvider, res.Err)
		}
		return p.got.Load(), nil
	}
}

// Provider is the name of the provider of OpenID Connect, "" where there is none.
func (g *Gate) Provider() string {
	if g.provider.opts.Issuer == "" {
		return ""
	}
	if g.provider.opts.Name != "" {
		return g.provider.opts.Name
	}
	return "OpenID Connect"
}

// flow is what is remembered in the browser from the start to the answer.
type flow struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	Next     string `json:"x"`
}

func (g *Gate) flowCookie(secure bool) string {
	if secure {
		return "__Host-" + oidcCookie
	}
	return oidcCookie
}

// oauth is the flow's settings; the browser comes back to the name by which it
// called, which the face has checked to be ours.
func (g *Gate) oauth(r *http.Request, p *oidc.Provider) *oauth2.Config {
	scheme := "http"
	if g.secure(r) {
		scheme = "https"
	}
	return &oauth2.Config{
		ClientID: g.provider.opts.ClientID, ClientSecret: g.provider.opts.Secret, Endpoint: p.Endpoint(),
		RedirectURL: scheme + "://" + r.Host + CallbackPath, Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}
}

// Leave is where the browser goes to sign in by the provider.
func (g *Gate) Leave(w http.ResponseWriter, r *http.Request, next string) (address string, err error) {
	if g.Provider() == "" {
		return "", ErrProvider
	}
	p, err := g.provider.get(r.Context())
	if err != nil {
		return "", err
	}
	state, _ := newSecret()
	nonce, _ := newSecret()
	f := flow{state, nonce, oauth2.GenerateVerifier(), Next(next)}
	b, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	secure := g.secure(r)
	http.SetCookie(w, cookie(g.flowCookie(secure), base64.RawURLEncoding.EncodeToString(b), secure, oidcTime))
	return g.oauth(r, p).AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), nil
}

// Return takes the answer of the provider, begins a session and returns where to
// go on. ErrProvider, ErrNoAccount.
func (g *Gate) Return(w http.ResponseWriter, r *http.Request) (next string, err error) {
	if g.Provider() == "" {
		return "", ErrProvider
	}
	secure := g.secure(r)
	var f flow
	ck, err := r.Cookie(g.flowCookie(secure))
	if err == nil {
		var b []byte
		if b, err = base64.RawURLEncoding.DecodeString(ck.Value); err == nil {
			err = json.Unmarshal(b, &f)
		}
	}
	http.SetCookie(w, cookie(g.flowCookie(secure), "", secure, 0)) // an answer counts once
	q := r.URL.Query()
	if err != nil || f.State == "" || !equal(q.Get("state"), f.State) {
		return "", fmt.Errorf("%w: this answer belongs to no signing in that this browser has begun", ErrProvider)
	}
	// RFC 9207: the answer of another provider than was asked.
	if iss := q.Get("iss"); iss != "" && iss != g.provider.opts.Issuer {
		return "", fmt.Errorf("%w: another one answered", ErrProvider)
	}
	if q.Get("error") != "" || q.Get("code") == "" {
		return "", ErrProvider
	}
	p, err := g.provider.get(r.Context())
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(r.Context(), g.provider.opts.Client), oidcAsk)
	defer cancel()
	tokens, err := g.oauth(r, p).Exchange(ctx, q.Get("code"), oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return "", g.unproven("exchange the code", err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: g.provider.opts.ClientID, Now: g.now}).Verify(ctx, raw)
	if err != nil {
		return "", g.unproven("verify the token", err)
	}
	if !equal(id.Nonce, f.Nonce) {
		return "", g.unproven("verify the token", errors.New("another nonce"))
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		return "", g.unproven("read the claims", err)
	}
	name, _ := claims[g.provider.opts.Claim].(string)
	if g.provider.opts.Claim == "email" && claims["email_verified"] != true {
		name = "" // an account that is bound already is found by its subject
	}
	a, err := g.known(r.Context(), name, id.Issuer+" "+id.Subject)
	if err != nil {
		return "", err
	}
	if err := g.start(w, r, a); errors.Is(err, ErrWrong) {
		return "", ErrNoAccount
	} else if err != nil {
		return "", err
	}
	return Next(f.Next), nil
}

// unproven logs why the provider's answer was not taken; the browser is not
// told.
func (g *Gate) unproven(what string, err error) error {
	g.log.Warn("sign in by "+g.Provider(), "step", what, "err", err)
	return ErrProvider
}
