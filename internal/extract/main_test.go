package extract_test

import (
	"os"
	"testing"

	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/sandbox"
)

// TestMain makes the test itself the program that takes pages apart in processes
// of its own.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == extract.Worker {
		os.Exit(extract.Work(os.Args[2:], os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// newPool has pages taken apart in processes of their own.
func newPool(tb testing.TB, opts sandbox.Options) *sandbox.Pool {
	tb.Helper()
	exe, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	opts.Command = []string{exe, extract.Worker}
	p := sandbox.New(opts)
	tb.Cleanup(p.Close)
	return p
}
