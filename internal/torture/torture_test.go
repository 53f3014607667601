package torture

import (
	"encoding/json"
	"os"
	"path/filepath"
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
