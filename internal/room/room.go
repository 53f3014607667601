// Package room says how much memory the system grants this process, and whether
// that is enough to read reports: a program that finds out in the middle is
// killed, or ends with a page of stacks.
//
// On Linux it looks at the control groups of the process (both versions) and at
// the limit of its addresses (ulimit -v); elsewhere nothing is known.
package room

import (
	"errors"
	"fmt"
	"math"
	"runtime/debug"
)

// What reading takes at least, measured by an ingest of the sample reports.
// Addresses are reserved in large pieces and mostly never used.
const (
	leastMemory    = 160 << 20
	leastAddresses = 3 << 30
)

// ErrMemory means that the system grants too little memory.
var ErrMemory = errors.New("too little memory")

// Memory is how much memory the process may use, in bytes; 0: nobody says.
func Memory() int64 { return controlGroup("/proc/self/cgroup", "/sys/fs/cgroup") }

// Enough reports whether there is enough for reading. The error wraps ErrMemory
// and says what to do.
func Enough() error { return enough(Memory(), addresses()) }

func enough(memory, addresses int64) error {
	if memory > 0 && memory < leastMemory {
		return fmt.Errorf("%w: the control group of this program has %d MB, and reading reports takes %d MB for a small store, 256 MB for most; raise its limit (docker run --memory, MemoryMax=)", ErrMemory, memory>>20, leastMemory>>20)
	}
	if addresses > 0 && addresses < leastAddresses {
		return fmt.Errorf("%w: this program may address %d MB (ulimit -v), and reading reports takes %d MB of addresses, most of them never used; raise the limit, or bound the memory of its control group instead", ErrMemory, addresses>>20, leastAddresses>>20)
	}
	return nil
}

// Bound has the garbage collector keep the process below what it may use, unless
// GOMEMLIMIT has told it something else.
func Bound() {
	if n := Memory(); n > 0 && debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(n / 100 * 85) // SQLite's memory and the files in the cache are not the collector's
	}
}
