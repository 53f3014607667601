package sandbox

import "syscall"

// limitData bounds what the process can write to. Go sets aside address space
// that it does not use, so that the limit on address space says nothing; since
// Linux 4.7 this one counts private writable memory.
func limitData(bytes int64) {
	_ = syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: uint64(bytes), Max: uint64(bytes)}) // an older bound may be lower
}
