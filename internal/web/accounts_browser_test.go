package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/api"
	"github.com/readout-news/readout/internal/cli"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/web"
)

// password is that of every account in these tests.
const password = "the ferry leaves at nine"

// withAccounts is a site on the example where everybody signs in, and what its
// people have to show.
type withAccounts struct {
	base, mcp string
	tokens    map[string]string // by what it is: read, review, admin, expired, revoked, disabled
}

var accountsOnce struct {
	sync.Mutex
	site *withAccounts
}

// command runs a command of the program and returns what it printed.
func command(tb testing.TB, now func() time.Time, stdin string, args ...string) string {
	tb.Helper()
	var out, errs bytes.Buffer
	if code := cli.Main(args, cli.Env{Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs, Now: now}); code != 0 {
		tb.Fatalf("%v: %d: %s", args, code, errs.String())
	}
	return strings.TrimSpace(out.String())
}

// The server in front of these tests connects from an address of its own.
const front = "127.0.0.2"

// signedIn is that site, one for all tests of the binary.
func signedIn(tb testing.TB) *withAccounts {
	tb.Helper()
	accountsOnce.Lock()
	defer accountsOnce.Unlock()
	if accountsOnce.site != nil {
		return accountsOnce.site
	}
	db := filepath.Join(servers.temp(tb), "accounts.db")
	command(tb, clock, "", "ingest", "--db", db, "--quiet", "../../examples/lake-ansa")
	s := &withAccounts{tokens: map[string]string{}}
	for _, scope := range []string{"read", "review", "admin"} {
		name := scope + "er"
		command(tb, clock, password+"\n", "account", "add", name, "--db", db, "--scopes", scope)
		s.tokens[scope] = command(tb, clock, "", "account", "token", "add", name, "--db", db, "--scopes", scope)
	}
	command(tb, clock, password+"\n", "account", "add", "gone", "--db", db, "--scopes", "admin")
	s.tokens["disabled"] = command(tb, clock, "", "account", "token", "add", "gone", "--db", db, "--scopes", "admin")
	command(tb, clock, "", "account", "disable", "gone", "--db", db)
	before := func() time.Time { return clock().AddDate(0, 0, -31) }
	s.tokens["expired"] = command(tb, before, "", "account", "token", "add", "adminer", "--db", db, "--scopes", "admin", "--days", "30")
	var made struct{ ID, Secret string }
	if err := json.Unmarshal([]byte(command(tb, clock, "", "account", "token", "add", "adminer", "--db", db, "--scopes", "admin", "--json")), &made); err != nil {
		tb.Fatal(err)
	}
	s.tokens["revoked"] = made.Secret
	command(tb, clock, "", "account", "token", "revoke", made.ID, "--db", db)

	gate := []string{"--db", db, "--accounts", "--trusted-proxy", front, "--proxy-header", "X-Remote-User"}
	s.base = servers.run(tb, clock, append(gate, "--max", "reads=1000000,writes=1000000,logins=1000000")...)
	s.mcp = strings.TrimSuffix(servers.start(tb, clock, append([]string{"mcp", "--http", "127.0.0.1:0"}, gate...)), "/")
	accountsOnce.site = s
	return s
}

// from is a client that connects from an address, follows no redirects and keeps
// no cookies.
func from(address string) *http.Client {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DialContext: d.DialContext, MaxIdleConnsPerHost: 4},
		Timeout:       time.Minute,
	}
}

// browserOf is a client that has signed in and keeps its cookies.
func browserOf(tb testing.TB, base, name string) *http.Client {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: client.CheckRedirect, Timeout: time.Minute}
	r, err := c.PostForm(base+"/login", url.Values{"name": {name}, "password": {password}})
	if err != nil {
		tb.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusSeeOther {
		tb.Fatalf("sign in as %s: %s", name, r.Status)
	}
	return c
}

// level is what a route asks of who calls it.
type level int

const (
	open   level = iota // nothing
	read                // to be somebody
	review              // scopes
	admin
	own // to have signed in with a browser, or through the server in front
)

// matrix is what each route of the program asks, beside the program's own table:
// a route without a row fails the test.
var matrix = map[string]level{
	"GET /people": read, "GET /p/{id}": read, "GET /p/{id}/{slug}": read, "GET /o/{id}": read, "GET /o/{id}/{slug}": read,
	"GET /quotes": read, "GET /q/{id}": read, "GET /{$}": read, "POST /seen": read, "GET /day/{day}": read, "GET /timeline": read,
	"GET /e/{id}": read, "GET /e/{id}/{slug}": read, "GET /e/{id}/diff": read, "GET /d/{id}": read, "GET /d/{id}/versions": read,
	"GET /f/{ref}": read, "GET /positions": read, "GET /positions/{issue}": read, "GET /commitments": read, "GET /c/{id}": read,
	"GET /sources": read, "GET /sources/compare": read, "GET /s/{id}": read, "GET /network": read, "GET /search": read,
	"GET /t/{id}": read, "GET /t/{id}/{slug}": read, "GET /changes": read, "GET /status": read, "GET /export": read,
	"GET /export/{format}": read, "GET /export/{format}/manifest": read, "GET /api": read, "GET /check": read, "POST /check": read,
	"GET /help": read, "GET /upload": review, "POST /upload": review, "GET /jobs/{id}": review, "POST /theme": open,
	"GET /login": open, "POST /login": open, "POST /logout": open, "GET /login/first": open, "POST /login/first": open,
	"GET /login/oidc": open, "GET /login/oidc/callback": open,
	"GET /account": own, "POST /account/password": own, "POST /account/tokens": own, "POST /account/tokens/revoke": own,
	"GET /admin/accounts": admin, "POST /admin/accounts": admin, "POST /admin/accounts/change": admin,

	"GET /review": read, "GET /review/{id}": review, "POST /review/{id}": review, "GET /decisions": read, "POST /decisions/{seq}/undo": review,
	"GET /decide/{id}": review, "POST /decide/{id}": review, "GET /d/{id}/mistake": read, "POST /d/{id}/mistake": read,
	"GET /api/v1/review": read, "GET /api/v1/review/{id}": read, "POST /api/v1/review/{id}": review, "POST /api/v1/decide/{id}": review,
	"GET /api/v1/decisions": read, "POST /api/v1/decisions/{id}/undo": review,

	"GET /api/v1/timeline": read, "GET /api/v1/events/{id}": read, "GET /api/v1/events/{id}/changes": read, "GET /api/v1/changes": read,
	"GET /api/v1/disagreements": read, "GET /api/v1/threads": read, "GET /api/v1/threads/{id}": read, "GET /api/v1/open/{id}": read,
	"GET /api/v1/quotes": read, "GET /api/v1/quotes/{id}": read, "GET /api/v1/statements": read, "GET /api/v1/statements/{id}": read,
	"GET /api/v1/responses": read, "GET /api/v1/responses/{id}": read, "GET /api/v1/positions": read, "GET /api/v1/positions/{id}": read,
	"GET /api/v1/stances": read, "GET /api/v1/issues": read, "GET /api/v1/issues/{id}": read, "GET /api/v1/commitments": read,
	"GET /api/v1/commitments/{id}": read, "GET /api/v1/search": read, "POST /api/v1/check": read, "GET /api/v1/entities": read,
	"GET /api/v1/entities/{id}": read, "GET /api/v1/contacts": read, "GET /api/v1/sources": read, "GET /api/v1/sources/compare": read,
	"GET /api/v1/sources/{id}": read, "GET /api/v1/reports": read, "GET /api/v1/reports/{id}": read, "GET /api/v1/reports/{id}/versions": read,
	"POST /api/v1/reports": review, "GET /api/v1/jobs/{id}": review, "GET /api/v1/status": read,

	// What no table of the program lists.
	"GET /api/openapi.json": read, "GET /api/openapi.yaml": read, "GET /metrics": read, "GET /static/icon.svg": open,
	"GET /no/such/page": read, "POST /no/such/page": read, "GET /api/v1/no-such": read, "POST /api/v1/timeline": read,
	"GET mcp/": read, "POST mcp/": read, "DELETE mcp/": read,
}

// routesOf are all routes of the program: of the pages, of the API as it is and
// as its description has it, and what the matrix names beside them.
func routesOf(t *testing.T, s *withAccounts) []string {
	seen := map[string]bool{}
	var out []string
	add := func(route string) {
		if !seen[route] {
			seen[route] = true
			out = append(out, route)
		}
	}
	for _, r := range web.Routes() {
		add(r)
	}
	for _, o := range api.Operations() {
		add(o.Method + " " + o.Path)
	}
	var spec struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	res := ask(t, s.base, http.MethodGet, "/api/openapi.json", map[string]string{"Authorization": "Bearer " + s.tokens["read"]}, "")
	if err := json.NewDecoder(res.Body).Decode(&spec); err != nil || len(spec.Paths) == 0 {
		t.Fatalf("the description of the API: %v", err)
	}
	for path, methods := range spec.Paths {
		for m := range methods {
			add(strings.ToUpper(m) + " " + path)
		}
	}
	for r := range matrix {
		add(r)
	}
	return out
}

// Every route of pages, API, MCP and figures answers every kind of credential as
// the matrix says, in every form that it has.
func TestEveryRouteAndCredential(t *testing.T) {
	s := signedIn(t)
	plain, inFront := from("127.0.0.1"), from(front)
	bearer := func(name string) map[string]string {
		return map[string]string{"Authorization": "Bearer " + s.tokens[name]}
	}
	both := bearer("read")
	both["X-Remote-User"] = "adminer"
	type credential struct {
		name   string
		client *http.Client
		head   map[string]string
		has    level // read, review, admin; open: is nobody
		bad    bool  // is refused wherever it is sent
		token  bool
	}
	credentials := []credential{
		{"none", plain, nil, open, false, false},
		{"read", plain, bearer("read"), read, false, true},
		{"review", plain, bearer("review"), review, false, true},
		{"admin", plain, bearer("admin"), admin, false, true},
		{"expired", plain, bearer("expired"), open, true, true},
		{"revoked", plain, bearer("revoked"), open, true, true},
		{"of a disabled account", plain, bearer("disabled"), open, true, true},
		{"unknown", plain, map[string]string{"Authorization": "Bearer readout_AAAA"}, open, true, true},
		{"empty", plain, map[string]string{"Authorization": "Bearer"}, open, true, true},
		{"another scheme", plain, map[string]string{"Authorization": "Basic YWRtaW5lcjp4"}, open, false, false},
		{"spoofed header", plain, map[string]string{"X-Remote-User": "adminer", "X-Forwarded-For": front}, open, false, false},
		{"spoofed header beside a token", plain, both, read, false, true},
		{"header of the server in front", inFront, map[string]string{"X-Remote-User": "reviewer"}, review, false, false},
		{"the same, admin", inFront, map[string]string{"X-Remote-User": "adminer"}, admin, false, false},
		{"nobody in front", inFront, nil, open, false, false},
		{"made-up cookie", plain, map[string]string{"Cookie": "readout=AAAA; __Host-readout=AAAA"}, open, false, false},
		{"read in a browser", browserOf(t, s.base, "reader"), nil, read, false, false},
	}
	n, otherwise := 0, torture.Watch(t)
	for _, route := range routesOf(t, s) {
		need, ok := matrix[route]
		if !ok {
			t.Errorf("%s has no row in the matrix", route)
			continue
		}
		method, path := example(route)
		base := s.base
		if rest, ok := strings.CutPrefix(path, "mcp"); ok {
			base, path = s.mcp, rest
		}
		paths := []string{path}
		if method == http.MethodGet && base == s.base && !strings.HasPrefix(path, "/api/") && !strings.HasPrefix(path, "/static") && path != "/metrics" && path != "/" {
			for _, form := range []string{".json", ".csv", ".atom", ".ics", ".md", ".jsonld"} {
				paths = append(paths, path+form)
			}
		}
		for _, path := range paths {
			for _, c := range credentials {
				if c.has != open && !c.token && (need == own && method == http.MethodPost || path == "/logout") {
					continue // would change its account or end its session; TestOwnAccount and TestSessions do
				}
				req, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(""))
				if err != nil {
					t.Fatal(err)
				}
				for k, v := range c.head {
					req.Header.Set(k, v)
				}
				res, err := c.client.Do(req)
				if err != nil {
					t.Fatalf("%s %s, %s: %v", method, path, c.name, err)
				}
				body, _ := io.ReadAll(res.Body)
				res.Body.Close()
				n++
				got := "in"
				switch {
				case res.StatusCode == http.StatusUnauthorized && res.Header.Get("WWW-Authenticate") != "",
					res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/login?next="):
					got = "who are you"
				case res.StatusCode == http.StatusForbidden:
					got = "may not"
				case res.StatusCode >= 500 && res.StatusCode != http.StatusServiceUnavailable:
					got = res.Status
				}
				want := "in"
				switch {
				case strings.HasPrefix(path, "/static/"):
				case c.bad:
					want = "who are you"
				case need == open:
				case c.has == open:
					want = "who are you"
				case need == own && c.token, need != own && c.has < need:
					want = "may not"
				}
				if got != want {
					otherwise.Errorf("%s %s, credential %s: %s (%s), want %s", method, path, c.name, got, res.Status, want)
				}
				if want != "in" && (bytes.Contains(body, []byte("Elsey")) || bytes.Contains(body, []byte("Karvany"))) {
					otherwise.Errorf("%s %s, credential %s: is refused and tells of the record", method, path, c.name)
				}
			}
		}
	}
	torture.Counted(t, "R27", n, "requests, each route and form × each credential", fmt.Sprintf("%d answered otherwise than the matrix says", otherwise.N()))
}

// Names, and cookies of a session: who signs in gets a new one, whatever it came
// with; signing out ends it; scripts, other sites and plain connections beside
// TLS do not get it.
func TestSessions(t *testing.T) {
	s := signedIn(t)
	login := func(c *http.Client, head map[string]string) *http.Cookie {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+"/login", strings.NewReader(url.Values{"name": {"Reader "}, "password": {password}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for k, v := range head {
			req.Header.Set(k, v)
		}
		res, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if len(res.Cookies()) != 1 {
			t.Fatalf("%s with the cookies %v", res.Status, res.Cookies())
		}
		return res.Cookies()[0]
	}
	in := func(c *http.Client, cookie string, head map[string]string) bool {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.base+"/timeline.json", nil)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range head {
			req.Header.Set(k, v)
		}
		req.Header.Set("Cookie", cookie)
		res, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	}
	plain, inFront := from("127.0.0.1"), from(front)
	tls := map[string]string{"X-Forwarded-Proto": "https"}

	ck := login(plain, nil)
	if ck.Name != "readout" || !ck.HttpOnly || ck.SameSite != http.SameSiteLaxMode || ck.Secure || ck.Path != "/" || ck.Domain != "" || len(ck.Value) < 43 {
		t.Errorf("over a plain connection: %+v", ck)
	}
	over := login(inFront, tls)
	if over.Name != "__Host-readout" || !over.Secure || !over.HttpOnly || over.SameSite != http.SameSiteLaxMode || over.Path != "/" || over.Domain != "" {
		t.Errorf("over TLS: %+v", over)
	}
	if x := login(plain, tls); x.Secure {
		t.Error("anybody can say that the connection is TLS")
	}
	if !in(plain, "readout="+ck.Value, nil) || !in(inFront, "__Host-readout="+over.Value, tls) {
		t.Fatal("a session is not taken")
	}
	if in(inFront, "readout="+over.Value, tls) {
		t.Error("over TLS a cookie counts that a plain connection can set")
	}

	// A session that somebody else put into the browser is not taken over.
	planted := login(plain, nil)
	mine := login(plain, map[string]string{"Cookie": "readout=" + planted.Value})
	if mine.Value == planted.Value || in(plain, "readout="+planted.Value, nil) || !in(plain, "readout="+mine.Value, nil) {
		t.Error("a session that the browser came with outlives signing in")
	}
	chosen := login(plain, map[string]string{"Cookie": "readout=chosen-by-somebody-else"})
	if chosen.Value == "chosen-by-somebody-else" || in(plain, "readout=chosen-by-somebody-else", nil) {
		t.Error("a session can be chosen")
	}

	// Signing out ends it for good.
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+"/logout", nil)
	req.Header.Set("Cookie", "readout="+mine.Value)
	res, err := plain.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if in(plain, "readout="+mine.Value, nil) || res.Cookies()[0].MaxAge >= 0 {
		t.Error("signed out, and the session goes on")
	}
}

// A wrong password, an account that is not there, one that is disabled and one
// without a password get the same answer.
func TestNoAccountIsGivenAway(t *testing.T) {
	s := signedIn(t)
	answer := func(name, pw string) string {
		res, err := client.PostForm(s.base+"/login", url.Values{"name": {name}, "password": {pw}, "next": {"/"}})
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		res.Header.Del("Date")
		var head bytes.Buffer
		res.Header.Write(&head)
		return res.Status + "\n" + head.String() + string(b)
	}
	want := answer("reader", "not the password at all")
	if !strings.Contains(want, "do not fit") || !strings.HasPrefix(want, "400") {
		t.Fatalf("a wrong password: %.300s", want)
	}
	for _, c := range []struct{ name, password string }{{"nobody", password}, {"gone", password}, {"gone", "x"}, {"", ""}, {"no such name!", password}, {"reader", ""}, {strings.Repeat("x", 5000), strings.Repeat("y", 5000)}} {
		if got := answer(c.name, c.password); got != want {
			t.Errorf("%.30q with %.30q is told apart:\n%s", c.name, c.password, cut(got, 300))
		}
	}
}

// After signing in one goes on to a page of ours, whatever was asked for; more
// of it is tested with gate.Next.
func TestGoingOnStaysHere(t *testing.T) {
	s := signedIn(t)
	for next, want := range map[string]string{
		"/timeline?party=x": "/timeline?party=x", "//evil.example": "/", "/\r\nX: y": "/",
	} {
		res, err := client.PostForm(s.base+"/login", url.Values{"name": {"reader"}, "password": {password}, "next": {next}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || got != want {
			t.Errorf("next=%q goes on to %q (%s), want %q", next, got, res.Status, want)
		}
		if len(res.Header["X"]) > 0 || len(res.Cookies()) != 1 {
			t.Errorf("next=%q writes headers", next)
		}
	}
}

// What one does with one's own account and an admin with those of others.
func TestOwnAccount(t *testing.T) {
	s := signedIn(t)
	c := browserOf(t, s.base, "reviewer")
	post := func(c *http.Client, path string, fields ...string) (int, string) {
		t.Helper()
		v := url.Values{}
		for i := 0; i+1 < len(fields); i += 2 {
			v.Set(fields[i], fields[i+1])
		}
		res, err := c.PostForm(s.base+path, v)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(b)
	}
	token := func(page string) string {
		_, rest, _ := strings.Cut(page, "<code>readout_")
		secret, _, _ := strings.Cut(rest, "<")
		return "readout_" + secret
	}
	with := func(token string) int {
		return ask(t, s.base, http.MethodGet, "/api/v1/status", map[string]string{"Authorization": "Bearer " + token}, "").StatusCode
	}
	status, page := post(c, "/account/tokens", "label", "night export", "scopes", "read", "days", "30")
	made := token(page)
	if status != http.StatusOK || len(made) < 40 || with(made) != http.StatusOK {
		t.Fatalf("a token: %d", status)
	}
	if _, again := get(t, s.base, "/login"); bytes.Contains(again, []byte(made)) {
		t.Error("the token is shown again")
	}
	if status, _ := post(c, "/account/tokens", "label", "x", "scopes", "admin", "days", "30"); status != http.StatusForbidden {
		t.Errorf("a token that may more than its account: %d", status)
	}
	for _, days := range []string{"-1", "1000000", "x"} {
		if status, _ := post(c, "/account/tokens", "label", "x", "scopes", "read", "days", days); status != http.StatusBadRequest {
			t.Errorf("a token of %s days: %d", days, status)
		}
	}
	res, err := c.Get(s.base + "/account")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(res.Body)
	res.Body.Close()
	_, rest, _ := strings.Cut(string(b), `night export<small>`)
	id, _, _ := strings.Cut(rest, ",")
	if bytes.Contains(b, []byte(made)) || len(id) != 12 || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the page of the account names the token %q", id)
	}
	if status, _ := post(browserOf(t, s.base, "reader"), "/account/tokens/revoke", "id", id); status != http.StatusNotFound || with(made) != http.StatusOK {
		t.Errorf("somebody else's token revoked: %d", status)
	}
	if status, _ := post(c, "/account/tokens/revoke", "id", id); status != http.StatusSeeOther || with(made) != http.StatusUnauthorized {
		t.Errorf("revoked: %d, and the token gets %d", status, with(made))
	}

	// Another password: the present one is asked for, other browsers are out.
	boss := browserOf(t, s.base, "adminer")
	if status, page := post(boss, "/admin/accounts", "name", "Hegra", "scopes", "read", "password", password); status != http.StatusOK || !strings.Contains(page, ">hegra") {
		t.Fatalf("add an account: %d", status)
	}
	if status, page := post(boss, "/admin/accounts", "name", "hegra", "scopes", "read", "password", password); status != http.StatusBadRequest || !strings.Contains(page, "There is an account of that name") {
		t.Errorf("add it again: %d", status)
	}
	here, there := browserOf(t, s.base, "hegra"), browserOf(t, s.base, "hegra")
	signed := func(c *http.Client) bool {
		res, err := c.Get(s.base + "/account")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	}
	const other = "the ferry leaves at ten, too"
	for _, x := range []struct {
		before, password string
		want             int
	}{{"wrong wrong wrong", other, http.StatusBadRequest}, {password, "short", http.StatusBadRequest}, {password, other, http.StatusOK}} {
		if status, _ := post(here, "/account/password", "before", x.before, "password", x.password); status != x.want {
			t.Errorf("password %q after %q: %d, want %d", x.password, x.before, status, x.want)
		}
		if signed(there) != (x.want != http.StatusOK) || !signed(here) {
			t.Errorf("after %q: here %v, there %v", x.password, signed(here), signed(there))
		}
	}

	// The admin takes away what he gave, and not from the last admin.
	for _, x := range []struct {
		name, do string
		want     int
	}{{"hegra", "review", http.StatusSeeOther}, {"hegra", "disable", http.StatusSeeOther}, {"adminer", "disable", http.StatusBadRequest}, {"adminer", "read", http.StatusBadRequest}, {"nobody", "disable", http.StatusNotFound}, {"hegra", "explode", http.StatusBadRequest}} {
		if status, _ := post(boss, "/admin/accounts/change", "name", x.name, "do", x.do); status != x.want {
			t.Errorf("%s %s: %d, want %d", x.do, x.name, status, x.want)
		}
	}
	if signed(here) {
		t.Error("a disabled account is still signed in")
	}
}

// The first account is made with the token that was printed, once; on this
// machine nobody need sign in before there is one.
func TestFirstAccount(t *testing.T) {
	db := filepath.Join(t.TempDir(), "first.db")
	base, said := servers.said(t, clock, "serve", "--listen", "127.0.0.1:0", "--db", db, "--accounts")
	for wait := 0; !strings.Contains(said(), "Ctrl-C") && wait < 100; wait++ {
		time.Sleep(50 * time.Millisecond)
	}
	_, rest, ok := strings.Cut(said(), "one-time token:\n\n  ")
	token, _, _ := strings.Cut(rest, "\n")
	if !ok || len(token) < 43 {
		t.Fatalf("it said %q", said())
	}
	try := func(token, name, pw string) (int, string) {
		res, err := client.PostForm(base+"/login/first", url.Values{"token": {token}, "name": {name}, "password": {pw}})
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode, res.Header.Get("Location")
	}
	if r, _ := get(t, base, "/timeline"); r.StatusCode != http.StatusSeeOther {
		t.Errorf("before the first account: %s", r.Status)
	}
	login := func(form bool) {
		t.Helper()
		_, page := get(t, base, "/login")
		if !bytes.Contains(page, []byte(`href="/login/first"`)) || bytes.Contains(page, []byte(`name="password"`)) != form {
			t.Errorf("before there is an admin: %s", page)
		}
	}
	login(false)
	// Who may only read voids no token.
	command(t, clock, password+"\n", "account", "add", "reader", "--db", db, "--scopes", "read")
	login(true)
	for _, c := range []struct{ token, name, pw string }{{token, "reader", password}, {"", "edda", password}, {"x", "edda", password}, {token + "x", "edda", password}, {token, "bad name", password}, {token, "edda", "short"}} {
		if status, _ := try(c.token, c.name, c.pw); status != http.StatusBadRequest {
			t.Errorf("%+v: %d", c, status)
		}
	}
	if status, to := try(" "+token+" ", "Edda", password); status != http.StatusSeeOther || to != "/admin/accounts" {
		t.Fatalf("the first account: %d to %s", status, to)
	}
	if status, _ := try(token, "mallory", password); status != http.StatusBadRequest {
		t.Errorf("the token a second time: %d", status)
	}
	if list := command(t, clock, "", "account", "list", "--db", db); !strings.HasPrefix(list, "edda ") || strings.Contains(list, "mallory") {
		t.Errorf("accounts: %s", list)
	}
	browserOf(t, base, "edda")
}
