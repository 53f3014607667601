package crash_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/readout-news/readout/internal/torture"
)

// What may be wrong with a store that something happened to, beside damage.
var (
	errLost  = errors.New("acknowledged, and missing")
	errOther = errors.New("another export than without")
)

// fates count what became of stores that something happened to.
type fates struct{ lost, damaged, other *torture.Watched }

func watch(t testing.TB) *fates {
	return &fates{torture.Watch(t), torture.Watch(t), torture.Watch(t)}
}

// judge fails the test for what is wrong with a store, and counts it.
func (f *fates) judge(what string, err error) {
	f.lost.Helper()
	switch {
	case errors.Is(err, errLost):
		f.lost.Errorf("%s: %v", what, err)
	case errors.Is(err, errOther):
		f.other.Errorf("%s: %v", what, err)
	case err != nil:
		f.damaged.Errorf("%s: %v", what, err)
	}
}

func (f *fates) String() string {
	return fmt.Sprintf("%d lost what they had acknowledged, %d damaged, %d with another export after going on", f.lost.N(), f.damaged.N(), f.other.N())
}
