package ingest

import (
	"path"
	"strconv"
	"strings"
	"unicode"
)

// SentName is the path under which the store notes what somebody sent: the
// file's own name without folders and control characters, another for each.
// taken are the names given so far.
func SentName(name string, taken map[string]bool) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" || name == ".." {
		name = "text"
	}
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for n := 2; taken[name]; n++ {
		name = stem + "-" + strconv.Itoa(n) + ext
	}
	taken[name] = true
	return "sent/" + name
}
