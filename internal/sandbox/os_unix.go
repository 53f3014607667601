//go:build unix

package sandbox

import (
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// confine puts the process under a limit of the system, a little above the one
// that it keeps itself, and lets it outlive an interrupt from the keyboard, which
// goes to all: it ends with its parent.
func confine(memory int64) {
	signal.Ignore(syscall.SIGINT)
	limitData(memory + 64<<20)
	var core syscall.Rlimit
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &core)
}

// spent is the time that the process has had on the processor.
func spent() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// mostMemory is the most bytes that a process held at a time.
func mostMemory(s *os.ProcessState) int64 {
	u, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(u.Maxrss)
	}
	return int64(u.Maxrss) << 10 // kilobytes
}
