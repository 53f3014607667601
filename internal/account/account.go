// Package account says who asks, and what they may do.
//
// A request carries its Who in its context: the gate of a face puts it there
// (With), whoever answers takes it out (From) and asks what it may (Who.May).
// On an address of this machine alone, in a store without accounts, everybody
// is the machine's user and may do everything.
package account

import (
	"context"
	"errors"
	"fmt"
)

// Scopes is what somebody may do. Each scope holds those before it.
type Scopes uint8

// The scopes, in order.
const (
	None   Scopes = iota
	Read          // look at the record, export it, compare a draft
	Review        // change the record: decisions, reports taken in
	Admin         // manage accounts
)

var scopeNames = [...]string{"none", "read", "review", "admin"}

func (s Scopes) String() string {
	if int(s) < len(scopeNames) {
		return scopeNames[s]
	}
	return fmt.Sprintf("Scopes(%d)", uint8(s))
}

// ParseScopes is the scope of that name: read, review or admin.
func ParseScopes(name string) (Scopes, error) {
	for i, n := range scopeNames {
		if i > 0 && n == name {
			return Scopes(i), nil
		}
	}
	return None, fmt.Errorf("there is no scope %q: it is read, review or admin", name)
}

// Who is somebody that asks.
type Who struct {
	Name   string // of the account, or of the machine's user; "" anybody on this machine
	Scopes Scopes
}

// May reports whether somebody may do what needs a scope.
func (w Who) May(needs Scopes) bool { return w.Scopes >= needs }

type whoKey struct{}

// With is ctx with who asks.
func With(ctx context.Context, w Who) context.Context { return context.WithValue(ctx, whoKey{}, w) }

// From is who asks; ok is false where nobody has said.
func From(ctx context.Context) (w Who, ok bool) {
	w, ok = ctx.Value(whoKey{}).(Who)
	return w, ok
}

// Errors of Allow.
var (
	ErrSignIn = errors.New("nobody has signed in")
	ErrScope  = errors.New("not allowed")
)

// Allow is nil where who asks may do what needs a scope; what needs None is
// open to everybody. ErrSignIn: nobody has said who it is; ErrScope: it may not.
func Allow(ctx context.Context, needs Scopes) error {
	w, ok := From(ctx)
	switch {
	case needs == None || w.May(needs):
		return nil
	case !ok || w.Name == "":
		return ErrSignIn
	}
	return fmt.Errorf("%w: this needs the scope %s, and %s has %s", ErrScope, needs, w.Name, w.Scopes)
}
