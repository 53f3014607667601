package crash_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/cli"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/torture/crash"
	"github.com/readout-news/readout/internal/torture/faultfs"
)

// programVariable, in the environment, makes the test program the program.
const programVariable = "READOUT_TEST_PROGRAM"

// clockVariable sets its clock, which stands still, forward or back by a duration;
// “real” is the machine's.
const clockVariable = "READOUT_TEST_CLOCK"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == extract.Worker {
		os.Exit(extract.Work(os.Args[2:], os.Stdin, os.Stdout)) // the program takes pages apart in children
	}
	if os.Getenv(programVariable) != "" {
		env := cli.System()
		if set := os.Getenv(clockVariable); set != "real" {
			by, _ := time.ParseDuration(set) // "" is 0
			env.Now = func() time.Time { return crash.Clock().Add(by) }
		}
		os.Exit(cli.Main(os.Args[1:], env))
	}
	if err := faultfs.Install(); err != nil {
		panic(err)
	}
	code := m.Run()
	if shared.dir != "" {
		os.RemoveAll(shared.dir)
	}
	os.Exit(code)
}

// seed is that of a test's dice: 1 in the form for every change, which is to be
// the same each time; READOUT_SEED, or the time, in the longer ones.
func seed(t testing.TB) uint64 {
	t.Helper()
	n := uint64(1)
	if torture.Length() != "change" {
		n = uint64(time.Now().UnixNano()) //nolint:gosec // any number will do
	}
	if v := os.Getenv("READOUT_SEED"); v != "" {
		var err error
		if n, err = strconv.ParseUint(v, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("READOUT_SEED=%d", n)
	return n
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// empty removes a folder before the end of the test: rounds are many.
func empty(t testing.TB, dir string) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
}
