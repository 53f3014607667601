package account

import (
	"context"
	"testing"
)

func TestScopesHoldThoseBefore(t *testing.T) {
	order := []Scopes{None, Read, Review, Admin}
	for i, have := range order {
		for j, needs := range order {
			if got := (Who{Scopes: have}).May(needs); got != (i >= j) {
				t.Errorf("%s may what needs %s: %v", have, needs, got)
			}
		}
		if have == None {
			continue
		}
		if back, err := ParseScopes(have.String()); err != nil || back != have {
			t.Errorf("ParseScopes(%q) = %v, %v", have, back, err)
		}
	}
	for _, bad := range []string{"", "none", "root", "Admin"} {
		if s, err := ParseScopes(bad); err == nil || s != None {
			t.Errorf("ParseScopes(%q) = %v, %v", bad, s, err)
		}
	}
}

func TestWhoIsNobodyUntilSaid(t *testing.T) {
	if w, ok := From(context.Background()); ok || w.May(Read) {
		t.Errorf("From of a bare context: %v, %v", w, ok)
	}
	if w, ok := From(With(context.Background(), Who{"edda", Review})); !ok || w.Name != "edda" || !w.May(Read) || w.May(Admin) {
		t.Errorf("From = %v, %v", w, ok)
	}
}
