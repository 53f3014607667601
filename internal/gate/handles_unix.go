//go:build unix

package gate

import "syscall"

// handles is how many file handles the process may have, 0 unknown.
func handles() int {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return 0
	}
	return int(min(uint64(l.Cur), 1<<30)) //nolint:unconvert // the type differs between systems
}
