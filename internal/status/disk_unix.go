//go:build linux || darwin || freebsd

package status

import (
	"path/filepath"
	"strings"
	"syscall"
)

// diskFree is how much of the disk that a file is on may still be written, from 0
// to 1; -1 where that is not known.
func diskFree(name string) float64 {
	var st syscall.Statfs_t
	if strings.Contains(name, "://") || syscall.Statfs(filepath.Dir(name), &st) != nil || st.Blocks == 0 {
		return -1
	}
	return float64(st.Bavail) / float64(st.Blocks)
}
