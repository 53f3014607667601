package feeds

import (
	_ "embed"
	"net/url"
	"strings"
	"sync"

	"golang.org/x/net/idna"
)

//go:embed tracking.txt
var trackingFile string

// tracking are the names of parameters that say how a reader came to a page
// and not which page it is.
var tracking = sync.OnceValue(func() (t struct {
	names    map[string]bool
	prefixes []string
},
) {
	t.names = map[string]bool{}
	for line := range strings.Lines(trackingFile) {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if prefix, ok := strings.CutSuffix(line, "*"); ok {
			t.prefixes = append(t.prefixes, prefix)
		} else if line != "" {
			t.names[line] = true
		}
	}
	return t
})

// Canonical makes the address by which an article is known, whatever list named
// it: scheme and host in lower case (the host in ASCII, RFC 5891), no default
// port, no fragment, no empty path, dot segments resolved, parameters of
// tracking.txt dropped and the others kept as they are and in their order.
// Whether http and https, "www." or a last "/" make another page is the site's
// to say: they stay. The error says why raw is no address of the web. Canonical
// of its own result is that result.
func Canonical(raw string) (string, error) {
	s, err := resolve(nil, raw)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(s)
	if err != nil {
		return "", err
	}
	host := strings.TrimRight(strings.ToLower(u.Hostname()), ".")
	if ascii, err := idna.Lookup.ToASCII(host); err == nil && ascii != "" {
		host = ascii
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && (u.Scheme != "http" || port != "80") && (u.Scheme != "https" || port != "443") {
		host += ":" + port
	}
	u.Host = host
	if u.Path == "" {
		u.Path = "/"
	}
	u.ForceQuery = false
	u.RawQuery = untracked(u.RawQuery)
	// ResolveReference takes out "." and "..".
	return u.ResolveReference(u).String(), nil
}

func untracked(query string) string {
	if query == "" {
		return ""
	}
	t := tracking()
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		if un, err := url.QueryUnescape(name); err == nil {
			name = un
		}
		name = strings.ToLower(name)
		drop := part == "" || t.names[name]
		for _, p := range t.prefixes {
			drop = drop || strings.HasPrefix(name, p)
		}
		if !drop {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "&")
}
