package torture

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestRounds(t *testing.T) {
	for length, want := range map[string]int{"": 1, "nightly": 2, "release": 3} {
		t.Setenv(LengthEnv, length)
		if got := Rounds(t, 1, 2, 3); got != want {
			t.Errorf("%q: %d rounds, want %d", length, got, want)
		}
	}
	t.Setenv("READOUT_ROUNDS_TestRounds", "9")
	if got := Rounds(t, 1, 2, 3); got != 9 {
		t.Errorf("asked for: %d rounds, want 9", got)
	}
}

func TestCounted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "counts")
	t.Setenv(CountsEnv, file)
	t.Setenv(LengthEnv, "nightly")
	Counted(t, "R1", 7, "kills", "0 lost")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got Count
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if want := (Count{"R1", "torture.TestCounted", "nightly", 7, "kills", "0 lost"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// silent is a test that takes failures and does not fail.
type silent struct {
	testing.TB
	said []string
}

func (s *silent) Error(args ...any) { s.said = append(s.said, fmt.Sprint(args...)) }
func (s *silent) Errorf(format string, args ...any) {
	s.said = append(s.said, fmt.Sprintf(format, args...))
}

func TestWatch(t *testing.T) {
	s := &silent{TB: t}
	w := Watch(s)
	if w.N() != 0 {
		t.Errorf("%d failures before any", w.N())
	}
	w.Error("one ", 1)
	w.Errorf("two %d", 2)
	if want := []string{"one 1", "two 2"}; w.N() != 2 || !slices.Equal(s.said, want) {
		t.Errorf("%d failures, %q, want %q", w.N(), s.said, want)
	}
}
