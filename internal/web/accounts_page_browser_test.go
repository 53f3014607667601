package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/browser"
)

// Somebody signs in, makes a token and signs out, without script; the pages look
// right in every look.
func TestAccountsInABrowser(t *testing.T) {
	s := signedIn(t)
	p := browser.New(t, s.base)
	look := func(path string, status int) {
		t.Helper()
		for _, l := range browser.Looks {
			p.Look(l)
			if got := p.Open(path); got != status {
				t.Errorf("%s: %d, want %d", path, got, status)
			}
			for _, f := range faults(p) {
				t.Errorf("%s at %s: %s", path, l, f)
			}
			p.Shot("accounts-" + fileName(path) + "-" + l.String())
		}
	}
	fill := func(fields ...string) {
		t.Helper()
		for i := 0; i+1 < len(fields); i += 2 {
			if !browser.Eval[bool](p, fmt.Sprintf(`(()=>{const e=document.querySelector('main [name=%s]'); if(!e) return false; e.value=%q; return true})()`, fields[i], fields[i+1])) {
				t.Fatalf("%s has no field %s", p.Path(), fields[i])
			}
		}
	}
	look("/login", http.StatusOK)
	look("/login/first", http.StatusOK)

	p.Look(browser.Look{NoScript: true})
	p.Open("/account")
	if got := p.Path(); got != "/login?next=%2Faccount" {
		t.Fatalf("who has not signed in is at %s", got)
	}
	fill("name", "adminer", "password", password)
	p.Follow("main form button")
	if got := p.Path(); got != "/account" {
		t.Fatalf("after signing in: %s", got)
	}
	fill("label", "night export")
	p.Follow(`form[action="/account/tokens"] button`)
	if text := browser.Eval[string](p, "document.querySelector('main').innerText"); !strings.Contains(text, "readout_") {
		t.Errorf("no token is shown: %s", cut(text, 300))
	}
	look("/account", http.StatusOK)
	look("/admin/accounts", http.StatusOK)
	look("/timeline", http.StatusOK)
	narrow(t, p)

	p.Look(browser.Look{NoScript: true})
	p.Open("/account")
	p.Follow(`form[action="/logout"] button`)
	p.Open("/account")
	if got := p.Path(); got != "/login?next=%2Faccount" {
		t.Errorf("after signing out: %s", got)
	}
}
