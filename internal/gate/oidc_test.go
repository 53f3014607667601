package gate

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/store"
)

// idp is a provider of OpenID Connect on this machine: discovery, keys, and the
// exchange of a code, with the checks that RFC 7636 asks of it.
type idp struct {
	*httptest.Server
	key   *rsa.PrivateKey
	now   func() time.Time
	codes map[string]url.Values // code → what the browser came with
	bend  func(head, claims map[string]any)
	sign  func(signed string) []byte // nil: RS256 with key
	asked int                        // exchanges
}

func newIDP(t *testing.T, now func() time.Time) *idp {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &idp{key: key, now: now, codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []any{map[string]string{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "k", "n": enc(key.N.Bytes()), "e": enc(big.NewInt(int64(key.E)).Bytes())}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		p.asked++
		q, ok := p.codes[r.FormValue("code")]
		delete(p.codes, r.FormValue("code"))
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if !ok || q.Get("code_challenge_method") != "S256" || enc(sum[:]) != q.Get("code_challenge") || r.FormValue("redirect_uri") != q.Get("redirect_uri") {
			w.WriteHeader(http.StatusBadRequest)
			answer(w, map[string]string{"error": "invalid_grant"})
			return
		}
		answer(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": p.token(q)})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func enc(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// token is what the provider says of who came with q.
func (p *idp) token(q url.Values) string {
	head := map[string]any{"alg": "RS256", "kid": "k"}
	claims := map[string]any{
		"iss": p.URL, "aud": q.Get("client_id"), "sub": "17", "nonce": q.Get("nonce"), "iat": p.now().Unix(), "exp": p.now().Add(time.Minute).Unix(),
		"email": "Orrin@harbour.example", "email_verified": true, "preferred_username": "orrin",
	}
	if p.bend != nil {
		p.bend(head, claims)
	}
	h, _ := json.Marshal(head)
	c, _ := json.Marshal(claims)
	signed := enc(h) + "." + enc(c)
	if p.sign != nil {
		return signed + "." + enc(p.sign(signed))
	}
	sum := sha256.Sum256([]byte(signed))
	sig, _ := rsa.SignPKCS1v15(nil, p.key, crypto.SHA256, sum[:])
	return signed + "." + enc(sig)
}

// leave begins to sign in: where the browser is sent and what it keeps.
func leave(t *testing.T, g *Gate, next string) (url.Values, []*http.Cookie) {
	t.Helper()
	w := httptest.NewRecorder()
	to, err := g.Leave(w, httptest.NewRequest(http.MethodGet, "http://desk.example/login/oidc", nil), next)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query(), w.Result().Cookies()
}

// comeBack sends the browser back with what the provider gave it.
func comeBack(g *Gate, cookies []*http.Cookie, q url.Values) (next string, session *http.Cookie, err error) {
	r := httptest.NewRequest(http.MethodGet, "http://desk.example"+CallbackPath+"?"+q.Encode(), nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	next, err = g.Return(w, r)
	for _, c := range w.Result().Cookies() {
		if c.Name == "readout" && c.MaxAge > 0 {
			session = c
		}
	}
	return next, session, err
}

func TestOpenIDConnect(t *testing.T) {
	c := at()
	p := newIDP(t, c.now)
	var g *Gate
	begin := func() {
		g = gateOf(t, Options{SignIn: true, Now: c.now, OIDC: OIDC{Issuer: p.URL, ClientID: "desk", Secret: "s"}})
		for _, name := range []string{"orrin@harbour.example", "maren@harbour.example"} {
			if _, err := g.AddAccount(t.Context(), name, account.Review, "", true); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := g.AddAccount(t.Context(), "edda@harbour.example", account.Admin, "the ferry leaves at nine", false); err != nil {
			t.Fatal(err)
		}
	}
	begin()
	q, cookies := leave(t, g, "/timeline")
	for name, want := range map[string]string{"response_type": "code", "client_id": "desk", "redirect_uri": "http://desk.example/login/oidc/callback", "code_challenge_method": "S256"} {
		if q.Get(name) != want {
			t.Errorf("%s=%s, want %s", name, q.Get(name), want)
		}
	}
	if len(q.Get("state")) < 43 || len(q.Get("nonce")) < 43 || len(q.Get("code_challenge")) != 43 || !strings.Contains(q.Get("scope"), "openid") {
		t.Errorf("sent with %v", q)
	}
	if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode {
		t.Errorf("cookies %v", cookies)
	}
	p.codes["1"] = q
	next, session, err := comeBack(g, cookies, url.Values{"code": {"1"}, "state": {q.Get("state")}, "iss": {p.URL}})
	if err != nil || next != "/timeline" || session == nil {
		t.Fatalf("came back to %q with %v: %v", next, session, err)
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(session)
	if r, err = g.Admit(r); err != nil {
		t.Fatal(err)
	}
	if w, ok := account.From(r.Context()); !ok || w != (account.Who{Name: "orrin@harbour.example", Scopes: account.Review}) {
		t.Errorf("signed in as %v", w)
	}

	for name, x := range map[string]struct {
		answer  func(q url.Values) // what the browser comes back with
		cookies func(c []*http.Cookie) []*http.Cookie
		bend    func(head, claims map[string]any)
		sign    func(string) []byte
		before  func()
		asks    bool // the code reaches the provider
		want    error
	}{
		"good":                   {asks: true},
		"another state":          {answer: func(q url.Values) { q.Set("state", "x") }, want: ErrProvider},
		"no state":               {answer: func(q url.Values) { q.Del("state") }, want: ErrProvider},
		"another browser":        {cookies: func([]*http.Cookie) []*http.Cookie { return nil }, want: ErrProvider},
		"a cookie that is none":  {cookies: func(c []*http.Cookie) []*http.Cookie { c[0].Value = "e30"; return c }, answer: func(q url.Values) { q.Del("state") }, want: ErrProvider},
		"of another flow":        {cookies: func([]*http.Cookie) []*http.Cookie { _, c := leave(t, g, "/"); return c }, want: ErrProvider},
		"another issuer answers": {answer: func(q url.Values) { q.Set("iss", "https://evil.example") }, want: ErrProvider},
		"an error":               {answer: func(q url.Values) { q.Set("error", "access_denied") }, want: ErrProvider},
		"no code":                {answer: func(q url.Values) { q.Del("code") }, want: ErrProvider},
		"a code of somebody":     {answer: func(q url.Values) { p.codes["other"], _ = leave(t, g, "/"); q.Set("code", "other") }, asks: true, want: ErrProvider},
		"another nonce":          {bend: func(_, c map[string]any) { c["nonce"] = "x" }, asks: true, want: ErrProvider},
		"no nonce":               {bend: func(_, c map[string]any) { delete(c, "nonce") }, asks: true, want: ErrProvider},
		"for another client":     {bend: func(_, c map[string]any) { c["aud"] = "bank" }, asks: true, want: ErrProvider},
		"of another issuer":      {bend: func(_, c map[string]any) { c["iss"] = "https://evil.example" }, asks: true, want: ErrProvider},
		"expired":                {bend: func(_, c map[string]any) { c["exp"] = 1 }, asks: true, want: ErrProvider},
		"not signed":             {bend: func(h, _ map[string]any) { h["alg"] = "none" }, sign: func(string) []byte { return nil }, asks: true, want: ErrProvider},
		"signed by somebody":     {sign: func(s string) []byte { return []byte(strings.Repeat("x", 256)) }, asks: true, want: ErrProvider},
		"HS256 with the key":     {bend: func(h, _ map[string]any) { h["alg"] = "HS256" }, sign: func(s string) []byte { return []byte(s[:32]) }, asks: true, want: ErrProvider},
		"mail not verified":      {bend: func(_, c map[string]any) { c["email_verified"] = false }, asks: true, want: ErrNoAccount},
		"verified as text":       {bend: func(_, c map[string]any) { c["email_verified"] = "true" }, asks: true, want: ErrNoAccount},
		"nobody's mail":          {bend: func(_, c map[string]any) { c["email"] = "mallory@harbour.example" }, asks: true, want: ErrNoAccount},
		"no mail":                {bend: func(_, c map[string]any) { delete(c, "email") }, asks: true, want: ErrNoAccount},
		"who has a password":     {bend: func(_, c map[string]any) { c["email"] = "edda@harbour.example" }, asks: true, want: ErrNoAccount},
		"disabled":               {before: func() { g.Disable(t.Context(), "orrin@harbour.example", true) }, asks: true, want: ErrNoAccount},
	} {
		t.Run(name, func(t *testing.T) {
			begin()
			if x.before != nil {
				x.before()
			}
			p.bend, p.sign, p.asked, p.codes = x.bend, x.sign, 0, map[string]url.Values{}
			q, cookies := leave(t, g, "/")
			p.codes["1"] = maps.Clone(q)
			back := url.Values{"code": {"1"}, "state": {q.Get("state")}}
			if x.answer != nil {
				x.answer(back)
			}
			if x.cookies != nil {
				cookies = x.cookies(cookies)
			}
			_, session, err := comeBack(g, cookies, back)
			if !errors.Is(err, x.want) || (session != nil) != (x.want == nil) {
				t.Errorf("%v with the session %v, want %v", err, session, x.want)
			}
			if (p.asked > 0) != x.asks {
				t.Errorf("the provider was asked for a token %d times", p.asked)
			}
			// What came back once counts no second time: the code is spent.
			if _, session, err := comeBack(g, cookies, back); err == nil || session != nil {
				t.Error("the same answer twice signs in twice")
			}
		})
	}
}

// An account is bound to the first who signs in to it, and follows them when
// their name changes; nobody else comes in by the name.
func TestSubjectsStay(t *testing.T) {
	c := at()
	p := newIDP(t, c.now)
	g := gateOf(t, Options{SignIn: true, Now: c.now, Newcomers: account.Read, OIDC: OIDC{Issuer: p.URL, ClientID: "desk", Claim: "preferred_username"}})
	if _, err := g.AddAccount(t.Context(), "orrin", account.Admin, "", true); err != nil {
		t.Fatal(err)
	}
	in := func(sub, name string) (account.Who, error) {
		t.Helper()
		p.bend = func(_, claims map[string]any) { claims["sub"], claims["preferred_username"] = sub, name }
		q, cookies := leave(t, g, "/")
		p.codes["1"] = q
		_, session, err := comeBack(g, cookies, url.Values{"code": {"1"}, "state": {q.Get("state")}})
		if err != nil {
			return account.Who{}, err
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.AddCookie(session)
		if r, err = g.Admit(r); err != nil {
			return account.Who{}, err
		}
		w, _ := account.From(r.Context())
		return w, nil
	}
	for _, x := range []struct {
		sub, name string
		want      account.Who
		err       error
	}{
		{"17", "orrin", account.Who{Name: "orrin", Scopes: account.Admin}, nil},
		{"17", "orrin", account.Who{Name: "orrin", Scopes: account.Admin}, nil},
		{"17", "orrin.vale", account.Who{Name: "orrin", Scopes: account.Admin}, nil},
		{"18", "orrin", account.Who{}, ErrNoAccount},
		{"18", "Hegra", account.Who{Name: "hegra", Scopes: account.Read}, nil},
		{"19", "hegra", account.Who{}, ErrNoAccount},
		{"20", "no such name!", account.Who{}, ErrNoAccount},
	} {
		if got, err := in(x.sub, x.name); got != x.want || !errors.Is(err, x.err) {
			t.Errorf("%s as %s: %v, %v; want %v, %v", x.sub, x.name, got, err, x.want, x.err)
		}
	}
}

// A provider that does not answer is told, and asked again later.
func TestProviderAway(t *testing.T) {
	c := at()
	p := newIDP(t, c.now)
	g := gateOf(t, Options{Now: c.now, OIDC: OIDC{Issuer: p.URL + "/elsewhere", ClientID: "desk"}})
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "http://desk.example/login/oidc", nil)
	if _, err := g.Leave(w, r, "/"); !errors.Is(err, ErrProvider) {
		t.Errorf("a provider that is not there: %v", err)
	}
	g.provider.opts.Issuer = p.URL
	if _, err := g.Leave(w, r, "/"); err != nil {
		t.Errorf("once it is there: %v", err)
	}
	if _, err := New(Options{OIDC: OIDC{Issuer: p.URL}}); err == nil {
		t.Error("a provider without the client's id is taken")
	}
}

// Many who come while the provider does not answer wait for one request, and no
// longer than they like.
func TestProviderIsAskedOnce(t *testing.T) {
	c := at()
	asked, answer := make(chan struct{}, 9), make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		<-answer
		http.Error(w, "later", http.StatusServiceUnavailable)
	}))
	defer srv.Close()
	g := gateOf(t, Options{SignIn: true, Now: c.now, OIDC: OIDC{Issuer: srv.URL, ClientID: "desk"}})
	ended := make(chan error, 9)
	come := func(ctx context.Context) {
		_, err := g.Leave(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/login/oidc", nil).WithContext(ctx), "/")
		ended <- err
	}
	ctx, leave := context.WithCancel(t.Context())
	go come(ctx)
	<-asked
	leave()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("who left: %v", err)
	}
	for range 8 {
		go come(t.Context())
	}
	time.Sleep(50 * time.Millisecond)
	if n := len(asked); n > 0 {
		t.Errorf("the provider was asked %d times more before it answered", n)
	}
	close(answer)
	for range 8 {
		if err := <-ended; !errors.Is(err, ErrProvider) {
			t.Error(err)
		}
	}
}

// An account that is disabled while its owner signs in by the provider is not
// let in.
func TestOpenIDConnectDisabledMeanwhile(t *testing.T) {
	c := at()
	p := newIDP(t, c.now)
	s := &meanwhile{Store: stored(t)}
	g := gateOf(t, Options{Store: s, SignIn: true, Now: c.now, Newcomers: account.Read, OIDC: OIDC{Issuer: p.URL, ClientID: "desk", Secret: "s"}})
	try := func() (*http.Cookie, error) {
		q, cookies := leave(t, g, "/")
		p.codes["1"] = q
		_, session, err := comeBack(g, cookies, url.Values{"code": {"1"}, "state": {q.Get("state")}})
		return session, err
	}
	if session, err := try(); err != nil || session == nil {
		t.Fatalf("a newcomer: %v, %v", session, err)
	}
	s.happens = func() {
		if err := g.Disable(t.Context(), "orrin@harbour.example", true); err != nil {
			t.Error(err)
		}
	}
	if session, err := try(); !errors.Is(err, ErrNoAccount) || session != nil {
		t.Errorf("disabled meanwhile: %v, %v", session, err)
	}
}

// A newcomer, who may manage nothing, does not void the token of the first admin,
// nor does one before the program was started; an admin does.
func TestNewcomerBeforeFirstAdmin(t *testing.T) {
	c := at()
	p := newIDP(t, c.now)
	var g *Gate
	start := func(s store.Store) (token string) {
		t.Helper()
		g = gateOf(t, Options{Store: s, SignIn: true, Now: c.now, Newcomers: account.Read, OIDC: OIDC{Issuer: p.URL, ClientID: "desk", Secret: "s"}})
		token, err := g.First(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	s := stored(t)
	started := start(s)
	q, cookies := leave(t, g, "/")
	p.codes["1"] = q
	if _, session, err := comeBack(g, cookies, url.Values{"code": {"1"}, "state": {q.Get("state")}}); err != nil || session == nil {
		t.Fatalf("a newcomer: %v, %v", session, err)
	}
	first := func(token, name string) error {
		return g.SignUpFirst(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/login/first", nil), token, name, "the ferry leaves at nine")
	}
	if err := first(started, "orrin@harbour.example"); !errors.Is(err, ErrTaken) {
		t.Errorf("by the name of the newcomer: %v", err)
	}
	for _, wrong := range []string{"", "x", start(stored(t))} {
		start(s)
		if err := first(wrong, "edda"); !errors.Is(err, ErrToken) {
			t.Errorf("with the token %q: %v", wrong, err)
		}
	}
	again := start(s)
	if again == "" || !g.WantsFirst() {
		t.Fatal("started again there is no token")
	}
	if err := first(again, "edda"); err != nil {
		t.Errorf("after a newcomer: %v", err)
	}
	if a, err := g.Account(t.Context(), "edda"); err != nil || a.Scopes != account.Admin {
		t.Errorf("the first admin is %+v, %v", a, err)
	}
	if err := first(again, "hegra"); !errors.Is(err, ErrToken) || g.WantsFirst() {
		t.Errorf("the same token twice: %v", err)
	}
	if token := start(s); token != "" {
		t.Error("where there is an admin a token is made")
	}
	// Somebody becomes one while the token is out.
	s = stored(t)
	token := start(s)
	if _, err := g.AddAccount(t.Context(), "edda", account.Admin, "", true); err != nil {
		t.Fatal(err)
	}
	if err := first(token, "hegra"); !errors.Is(err, ErrToken) || g.WantsFirst() {
		t.Errorf("after another admin: %v", err)
	}
}
