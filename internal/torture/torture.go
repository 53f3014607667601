// Package torture says how long the tests of the promises run (docs/promises.md)
// and notes what they counted. A test asks for its number of rounds (Rounds),
// and tells what came of them (Counted). Three lengths are known: every change
// (seconds, `go test ./...`), nightly (minutes) and release (hours, `make
// torture`).
//
// Only tests and the command fuzz import the package.
package torture

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// LengthEnv names the length: "", "nightly" or "release". CountsEnv names a file
// to which the counts are appended, a JSON object a line.
const (
	LengthEnv = "READOUT_TORTURE"
	CountsEnv = "READOUT_TORTURE_COUNTS"
)

// Count is what one test of a promise has seen.
type Count struct {
	Promise string // "R1"
	Test    string // "work.TestSameRecordEverywhere": packages are named below internal, or below the root
	Length  string // "change", "nightly", "release"
	N       int    // rounds, kills, files: of What
	What    string // "kills during ingest"
	Result  string // "0 acknowledged reports lost, 0 facts doubled"
}

// Length is the length at hand: "change", "nightly" or "release".
func Length() string {
	switch v := os.Getenv(LengthEnv); v {
	case "", "change":
		return "change"
	case "nightly", "release":
		return v
	default:
		panic(fmt.Sprintf("%s=%s: it is nightly or release", LengthEnv, v))
	}
}

// Rounds is how many rounds a test runs: of the three lengths the one at hand.
// A variable READOUT_ROUNDS_<TestName> says another number.
func Rounds(t testing.TB, change, nightly, release int) int {
	t.Helper()
	if v, ok := os.LookupEnv("READOUT_ROUNDS_" + t.Name()); ok {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			t.Fatalf("READOUT_ROUNDS_%s=%s: it is a number of rounds", t.Name(), v)
		}
		return n
	}
	switch Length() {
	case "nightly":
		return nightly
	case "release":
		return release
	}
	return change
}

// folder is the folder of a function's package, as Count.Test has it.
func folder(function string) string {
	dir, name := path.Split(function)
	pkg, _, _ := strings.Cut(name, ".")
	return Folder(dir + strings.TrimSuffix(pkg, "_test"))
}

// Module is the module whose tests these are.
const Module = "github.com/readout-news/readout"

// Folder is the folder of a package that is named by its import path, as
// Count.Test has it.
func Folder(pkg string) string {
	dir := strings.TrimPrefix(pkg, Module)
	return strings.TrimPrefix(strings.TrimPrefix(dir, "/"), "internal/")
}

// Watched is a test that counts what fails through it, so that a result tells a
// number that was counted and not one that was hoped for.
type Watched struct {
	testing.TB
	failed atomic.Int64
}

// Watch watches t. Tests that end in between have no result: what is counted goes
// on after Error and Errorf.
func Watch(t testing.TB) *Watched { return &Watched{TB: t} }

// N is how often it failed.
func (w *Watched) N() int { return int(w.failed.Load()) }

// Error fails as a test does, and counts.
func (w *Watched) Error(args ...any) {
	w.Helper()
	w.failed.Add(1)
	w.TB.Error(args...)
}

// Errorf fails as a test does, and counts.
func (w *Watched) Errorf(format string, args ...any) {
	w.Helper()
	w.failed.Add(1)
	w.TB.Errorf(format, args...)
}

// Counted notes what a test that passed so far has counted. It logs it, and
// appends it to the file that CountsEnv names.
func Counted(t testing.TB, promise string, n int, what, result string) {
	t.Helper()
	t.Logf("%s: %d %s: %s", promise, n, what, result)
	file := os.Getenv(CountsEnv)
	if file == "" || t.Failed() {
		return
	}
	pc, _, _, _ := runtime.Caller(1)
	name, _, _ := strings.Cut(t.Name(), "/")
	if err := Append(file, Count{promise, folder(runtime.FuncForPC(pc).Name()) + "." + name, Length(), n, what, result}); err != nil {
		t.Fatal(err)
	}
}

// Append appends a count to a file of them.
func Append(file string, c Count) error {
	line, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("counts: %w", err)
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("counts: %w", err)
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		f.Close()
		return fmt.Errorf("counts: %w", err)
	}
	return f.Close()
}
