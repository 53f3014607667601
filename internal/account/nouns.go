package account

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Account is somebody who may sign in.
type Account struct {
	Name     string // see CheckName; unique
	Scopes   Scopes
	Password string    // hashed, a PHC string; "" signs in by other ways
	Subject  string    // issuer and subject of OpenID Connect, with a space between; "" none yet
	Disabled bool      // may do nothing, its tokens neither
	Made     time.Time // to the millisecond, as all moments here
	SignedIn time.Time // last; zero: never
}

// Token lets a program do what an account may, or less.
type Token struct {
	ID      string // names it; no secret
	Hash    string // SHA-256 of the secret, hex
	Account string // name
	Label   string // what it is for, in its owner's words
	Scopes  Scopes
	Made    time.Time
	Expires time.Time // zero: never
	Used    time.Time // last, to the minute; zero: never
	Revoked time.Time // zero: not
}

// Valid reports whether the token may be used at a moment.
func (t *Token) Valid(now time.Time) bool {
	return t.Revoked.IsZero() && (t.Expires.IsZero() || now.Before(t.Expires))
}

// Session is a browser in which somebody has signed in.
type Session struct {
	Hash    string // SHA-256 of what the cookie holds, hex
	Account string // name
	Made    time.Time
	Seen    time.Time // last, to some minutes
	Expires time.Time
}

// maxName is the longest name, in bytes.
const maxName = 100

// ErrName means that something cannot be the name of an account.
var ErrName = errors.New("not a name of an account")

// CheckName is a name as it is kept, in lower case. It has letters, digits and
// . _ - + @, at most 100; addresses of mail are names.
func CheckName(name string) (string, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "" || len(name) > maxName || strings.ContainsFunc(name, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789._-+@", r) }) || strings.HasPrefix(name, "-") {
		return "", fmt.Errorf("%w: give 1 to %d letters a–z, digits and . _ - + @", ErrName, maxName)
	}
	return name, nil
}
