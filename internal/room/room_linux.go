package room

import (
	"bufio"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// unlimited is above what a machine has; version 1 says so with a number near
// 2^63.
const unlimited = 1 << 50

// controlGroup is the least limit of the process's groups and those above them.
// A container sees its own group as the root, whatever its path outside.
func controlGroup(self, root string) int64 {
	f, err := os.Open(self)
	if err != nil {
		return 0
	}
	defer f.Close()
	least := int64(0)
	take := func(file string) {
		b, err := os.ReadFile(file)
		if err != nil {
			return
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64) // "max" is none
		if err == nil && n > 0 && n < unlimited && (least == 0 || n < least) {
			least = n
		}
	}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		// cgroups(7): hierarchy:controllers:path; version 2 has no controllers.
		part := strings.SplitN(lines.Text(), ":", 3)
		if len(part) != 3 {
			continue
		}
		in, file := root, "memory.max"
		switch {
		case slices.Contains(strings.Split(part[1], ","), "memory"):
			in, file = filepath.Join(root, "memory"), "memory.limit_in_bytes"
		case part[1] != "":
			continue
		}
		for dir := path.Clean("/" + part[2]); ; dir = path.Dir(dir) {
			take(filepath.Join(in, dir, file))
			if dir == "/" {
				break
			}
		}
	}
	return least
}

// addresses is the limit of the process's addresses, 0: none.
func addresses() int64 {
	var l unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_AS, &l) != nil || l.Cur > unlimited {
		return 0
	}
	return int64(l.Cur) //nolint:gosec // below unlimited
}
