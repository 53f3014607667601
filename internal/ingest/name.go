package ingest

import (
	"path"
	"strconv"
	"strings"
)

// SentName is the path under which the store notes what somebody sent: the
// file's own name without folders and control characters, another for each.
// taken counts the names given so far.
func SentName(name string, taken map[string]int) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" || name == ".." {
		name = "text"
	}
	taken[name]++
	if n := taken[name]; n > 1 {
		ext := path.Ext(name)
		name = strings.TrimSuffix(name, ext) + "-" + strconv.Itoa(n) + ext
	}
	return "sent/" + name
}
