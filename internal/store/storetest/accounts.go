package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/store"
)

func testAccounts(t *testing.T, s store.Store) {
	ctx := t.Context()
	if got := must[[]account.Account](t)(s.Accounts(ctx)); len(got) != 0 {
		t.Errorf("accounts of an empty store: %v", got)
	}
	edda := account.Account{Name: "edda", Scopes: account.Admin, Password: "$argon2id$x", Made: noon}
	orrin := account.Account{Name: "orrin@harbour.example", Scopes: account.Read, Subject: "https://id.example 17", Made: noon.Add(time.Millisecond)}
	for _, a := range []account.Account{orrin, edda} {
		if err := s.AddAccount(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	wantErr(t, "the same name", s.AddAccount(ctx, account.Account{Name: "edda", Scopes: account.Read, Made: noon}), readout.ErrConflict)
	wantErr(t, "the same subject", s.AddAccount(ctx, account.Account{Name: "hegra", Scopes: account.Read, Subject: orrin.Subject, Made: noon}), readout.ErrConflict)
	same(t, "accounts", []account.Account{edda, orrin}, must[[]account.Account](t)(s.Accounts(ctx)))
	same(t, "account", edda, must[account.Account](t)(s.Account(ctx, "edda")))
	same(t, "account of a subject", orrin, must[account.Account](t)(s.AccountOf(ctx, orrin.Subject)))
	for _, name := range []string{"", "Edda", "nobody", "edda' OR '1'='1"} {
		_, err := s.Account(ctx, name)
		wantErr(t, "account "+name, err, readout.ErrNotFound)
		_, err = s.AccountOf(ctx, name) // edda has no subject, and "" is none
		wantErr(t, "account of "+name, err, readout.ErrNotFound)
	}

	// All but the name and the moments may change.
	to := func(scopes account.Scopes, subject string) func(*account.Account, int) error {
		return func(a *account.Account, _ int) error {
			a.Name, a.Made, a.SignedIn = "hegra", noon.Add(time.Hour), noon.Add(time.Hour)
			a.Scopes, a.Subject = scopes, subject
			return nil
		}
	}
	edda.Scopes, edda.Subject = account.Review, "https://id.example 18"
	same(t, "what was made of it", edda, must[account.Account](t)(s.ChangeAccount(ctx, "edda", to(edda.Scopes, edda.Subject))))
	same(t, "changed", edda, must[account.Account](t)(s.Account(ctx, "edda")))
	refused := errors.New("not today")
	for what, c := range map[string]struct {
		name   string
		change func(*account.Account, int) error
		want   error
	}{
		"a subject that is taken":  {"edda", to(account.Review, orrin.Subject), readout.ErrConflict},
		"nobody's change":          {"nobody", to(account.Read, ""), readout.ErrNotFound},
		"a change that is refused": {"edda", func(a *account.Account, _ int) error { a.Disabled = true; return refused }, refused},
	} {
		_, err := s.ChangeAccount(ctx, c.name, c.change)
		wantErr(t, what, err, c.want)
		same(t, "after "+what, edda, must[account.Account](t)(s.Account(ctx, "edda")))
	}
}

// testAdmins has each of several admins be disabled at once, unless it is the last:
// one is left.
func testAdmins(t *testing.T, s store.Store) {
	ctx := t.Context()
	last := errors.New("the last")
	var names []string
	for i := range 6 {
		a := account.Account{Name: fmt.Sprintf("edda%d", i), Scopes: account.Admin, Made: noon}
		if err := s.AddAccount(ctx, a); err != nil {
			t.Fatal(err)
		}
		names = append(names, a.Name)
	}
	if err := s.AddAccount(ctx, account.Account{Name: "orrin", Scopes: account.Review, Made: noon}); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	errs := make([]error, len(names))
	for i, name := range names {
		wg.Go(func() {
			_, errs[i] = s.ChangeAccount(ctx, name, func(a *account.Account, admins int) error {
				if admins == 0 {
					return last
				}
				a.Disabled = true
				return nil
			})
		})
	}
	wg.Wait()
	kept := 0
	for i, a := range must[[]account.Account](t)(s.Accounts(ctx)) {
		if a.Scopes != account.Admin {
			continue
		}
		if errs[i] != nil {
			wantErr(t, a.Name, errs[i], last)
		}
		if a.Disabled != (errs[i] == nil) {
			t.Errorf("%s is disabled: %v, told %v", a.Name, a.Disabled, errs[i])
		}
		if !a.Disabled {
			kept++
		}
	}
	if kept != 1 {
		t.Errorf("%d admins are left", kept)
	}
}

func testTokens(t *testing.T, s store.Store) {
	ctx := t.Context()
	wantErr(t, "token of nobody", s.AddToken(ctx, account.Token{ID: "t0", Hash: "h0", Account: "edda", Scopes: account.Read, Made: noon}), readout.ErrNotFound)
	edda := account.Account{Name: "edda", Scopes: account.Review, Made: noon}
	for _, a := range []account.Account{edda, {Name: "orrin", Scopes: account.Read, Made: noon}} {
		if err := s.AddAccount(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	one := account.Token{ID: "t1", Hash: "h1", Account: "edda", Label: "night shift", Scopes: account.Review, Made: noon, Expires: noon.Add(time.Hour)}
	two := account.Token{ID: "t2", Hash: "h2", Account: "edda", Scopes: account.Read, Made: noon.Add(time.Second)}
	for _, x := range []account.Token{one, two, {ID: "t3", Hash: "h3", Account: "orrin", Scopes: account.Read, Made: noon}} {
		if err := s.AddToken(ctx, x); err != nil {
			t.Fatal(err)
		}
	}
	wantErr(t, "the same id", s.AddToken(ctx, account.Token{ID: "t1", Hash: "h9", Account: "edda", Scopes: account.Read, Made: noon}), readout.ErrConflict)
	wantErr(t, "the same secret", s.AddToken(ctx, account.Token{ID: "t9", Hash: "h1", Account: "edda", Scopes: account.Read, Made: noon}), readout.ErrConflict)
	same(t, "tokens", []account.Token{two, one}, must[[]account.Token](t)(s.Tokens(ctx, "edda")))
	if got := must[[]account.Token](t)(s.Tokens(ctx, "")); len(got) != 3 {
		t.Errorf("all tokens: %v", got)
	}
	got, of, err := s.Token(ctx, "h1")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "token", one, got)
	same(t, "its account", edda, of)
	_, _, err = s.Token(ctx, "t1") // the id is no secret
	wantErr(t, "token by its id", err, readout.ErrNotFound)

	for _, at := range []time.Time{noon.Add(time.Minute), noon} { // the clock may go back, last use does not
		if err := s.UseToken(ctx, "h1", at); err != nil {
			t.Fatal(err)
		}
	}
	for _, at := range []time.Time{noon.Add(time.Hour), noon.Add(2 * time.Hour)} {
		if err := s.RevokeToken(ctx, "t1", at); err != nil {
			t.Fatal(err)
		}
	}
	one.Used, one.Revoked = noon.Add(time.Minute), noon.Add(time.Hour)
	got, _, err = s.Token(ctx, "h1")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "used and revoked", one, got)
	wantErr(t, "no such token", s.RevokeToken(ctx, "h1", noon), readout.ErrNotFound)
}

func testSessions(t *testing.T, s store.Store) {
	ctx := t.Context()
	first := account.Session{Hash: "s1", Account: "edda", Made: noon, Seen: noon, Expires: noon.Add(time.Hour)}
	wantErr(t, "session of nobody", s.AddSession(ctx, first, "one"), readout.ErrNotFound)
	edda := account.Account{Name: "edda", Scopes: account.Review, Password: "one", Made: noon}
	if err := s.AddAccount(ctx, edda); err != nil {
		t.Fatal(err)
	}
	has := func(hash string) bool {
		t.Helper()
		_, _, err := s.Session(ctx, hash)
		if err != nil {
			wantErr(t, hash, err, readout.ErrNotFound)
		}
		return err == nil
	}
	add := func(x account.Session) {
		t.Helper()
		if err := s.AddSession(ctx, x, edda.Password); err != nil {
			t.Fatal(err)
		}
	}
	add(first)
	edda.SignedIn = noon
	got, of, err := s.Session(ctx, "s1")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "session", first, got)
	same(t, "its account", edda, of)
	if err := s.SeeSession(ctx, "s1", noon.Add(5*time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got, _, _ = s.Session(ctx, "s1"); !got.Seen.Equal(noon.Add(5 * time.Minute)) {
		t.Errorf("seen %v", got.Seen)
	}

	// Who knew another password, or none, does not sign in.
	for _, password := range []string{"", "zero", "One"} {
		wantErr(t, "session of the password "+password, s.AddSession(ctx, account.Session{Hash: "s0", Account: "edda", Made: noon.Add(time.Second), Expires: noon.Add(time.Hour)}, password), readout.ErrNotFound)
		if has("s0") {
			t.Errorf("of the password %q there is a session", password)
		}
	}
	same(t, "after they were refused", edda, must[account.Account](t)(s.Account(ctx, "edda")))

	// Another signing in forgets what has ended, and nothing else.
	add(account.Session{Hash: "s2", Account: "edda", Made: noon.Add(time.Minute), Expires: noon.Add(2 * time.Hour)})
	if !has("s1") || !has("s2") {
		t.Error("a session ended before its time")
	}
	add(account.Session{Hash: "s3", Account: "edda", Made: noon.Add(time.Hour), Expires: noon.Add(2 * time.Hour)})
	if has("s1") || !has("s2") || !has("s3") {
		t.Error("a session that ended is still there, or one that did not is gone")
	}
	for range 2 {
		if err := s.EndSession(ctx, "s3"); err != nil {
			t.Fatal(err)
		}
	}
	if has("s3") || !has("s2") {
		t.Error("not the one session ended")
	}

	// Another scope lets a session be; another password and disabling end it.
	edda.Scopes = account.Admin
	for i, change := range []func(){func() {}, func() { edda.Password = "two" }, func() { edda.Disabled = true }} {
		add(account.Session{Hash: "s4", Account: "edda", Made: noon, Expires: noon.Add(2 * time.Hour)})
		change()
		must[account.Account](t)(s.ChangeAccount(ctx, "edda", func(a *account.Account, _ int) error { *a = edda; return nil }))
		if got := has("s4"); got != (i == 0) {
			t.Errorf("change %d: the session is there: %v", i, got)
		}
		if err := s.EndSession(ctx, "s4"); err != nil {
			t.Fatal(err)
		}
	}
	wantErr(t, "session of who is disabled", s.AddSession(ctx, account.Session{Hash: "s5", Account: "edda", Made: noon, Expires: noon.Add(time.Hour)}, edda.Password), readout.ErrNotFound)
	if has("s5") {
		t.Error("who is disabled has a session")
	}
	if err := s.AddAccount(ctx, account.Account{Name: "orrin", Scopes: account.Read, Subject: "17", Made: noon}); err != nil {
		t.Fatal(err)
	}
	if err := s.AddSession(ctx, account.Session{Hash: "s6", Account: "orrin", Made: noon, Expires: noon.Add(time.Hour)}, ""); err != nil || !has("s6") {
		t.Errorf("who has no password: %v", err)
	}
}

// testConcurrentSessions has somebody sign in while the password is changed or the
// account disabled: whichever comes first, no session is left of what was before.
func testConcurrentSessions(t *testing.T, s store.Store) {
	ctx := t.Context()
	password := func(i int) string { return fmt.Sprint("password ", i) }
	if err := s.AddAccount(ctx, account.Account{Name: "edda", Scopes: account.Read, Password: password(0), Made: noon}); err != nil {
		t.Fatal(err)
	}
	change := func(disabled bool, i int) {
		if _, err := s.ChangeAccount(ctx, "edda", func(a *account.Account, _ int) error {
			a.Disabled, a.Password = disabled, password(i)
			return nil
		}); err != nil {
			t.Error(err)
		}
	}
	for i := range 20 {
		var wg sync.WaitGroup
		disable := i%2 == 1
		wg.Go(func() {
			if disable {
				change(true, i)
			} else {
				change(false, i+1)
			}
		})
		hashes := make([]string, 4)
		for k := range hashes {
			hashes[k] = fmt.Sprintf("s%d.%d", i, k)
			wg.Go(func() {
				err := s.AddSession(ctx, account.Session{Hash: hashes[k], Account: "edda", Made: noon, Expires: noon.Add(time.Hour)}, password(i))
				if err != nil {
					wantErr(t, hashes[k], err, readout.ErrNotFound)
				}
			})
		}
		wg.Wait()
		for _, hash := range hashes {
			if _, _, err := s.Session(ctx, hash); !errors.Is(err, readout.ErrNotFound) {
				t.Errorf("disabled %v: the session %s outlives it: %v", disable, hash, err)
			}
		}
		change(false, i+1)
	}
}
