package batch

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLayout(t *testing.T) {
	l := New([]int{3, 3, 1})
	if l.Rows != 7 || l.Row(2, 0) != 2 || l.Row(0, 1) != 3 || l.Row(1, 2) != 6 {
		t.Errorf("layout %+v", l)
	}
	forward := []Step{{Row: 0, N: 3}, {Row: 3, N: 2, Prev: 0, Carried: 2}, {Row: 5, N: 2, Prev: 3, Carried: 2}}
	if diff := cmp.Diff(forward, l.Steps(false)); diff != "" {
		t.Errorf("forward (-want +got):\n%s", diff)
	}
	backward := []Step{{Row: 5, N: 2}, {Row: 3, N: 2, Prev: 5, Carried: 2}, {Row: 0, N: 3, Prev: 3, Carried: 2}}
	if diff := cmp.Diff(backward, l.Steps(true)); diff != "" {
		t.Errorf("backward (-want +got):\n%s", diff)
	}
	if l := New(nil); l.Rows != 0 || len(l.Steps(true)) != 0 {
		t.Errorf("empty layout %+v", l)
	}
}
