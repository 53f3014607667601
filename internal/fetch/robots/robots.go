// Package robots reads robots.txt: what a site lets a crawler ask for.
//
// In: the bytes of the file and the crawler's product token. Out: the rules
// that hold for it, the delay it is asked to keep and the sitemaps that the
// file names. The method is RFC 9309, the Robots Exclusion Protocol: groups of
// the same token are joined, else those of "*" hold; the longest matching path
// wins and Allow wins a draw; "*" stands for any bytes and a last "$" for the
// end; paths are compared after percent-encoding was made one. Lines that are
// not understood are passed over. Crawl-delay, which is no part of the RFC, is
// read because sites use it.
//
// The package asks nothing of any network and does not decide what a status
// means; package fetch does.
package robots

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

// MaxBytes is how much of a file is read; the rest is not looked at. RFC 9309
// §2.5 asks for at least this.
const MaxBytes = 500 << 10

// Rules are what holds for one crawler. The zero value allows everything.
type Rules struct {
	Delay    time.Duration // between two requests; 0: none asked for
	Sitemaps []string      // as written, for the whole site
	rules    []rule
}

type rule struct {
	allow   bool
	pattern string   // as written, with its "/"
	parts   []string // the pattern cut at its "*"
	end     bool     // the pattern ends in "$"
}

// Nothing allows nothing but robots.txt itself: what holds while the file
// cannot be had.
func Nothing() Rules { return Rules{rules: []rule{compile("/", false)}} }

// Parse reads a robots.txt for the crawler whose product token is product
// (letters, "_" and "-", in any case). It takes any bytes.
func Parse(b []byte, product string) Rules {
	b = bytes.TrimPrefix(b[:min(len(b), MaxBytes)], []byte("\xef\xbb\xbf"))
	var out Rules
	var own, all group
	var into []*group // the groups that the lines at hand belong to
	heading := false  // the last line of a group was a user-agent
	for len(b) > 0 {
		var line []byte
		if i := bytes.IndexAny(b, "\r\n"); i >= 0 {
			line, b = b[:i], b[i+1:]
		} else {
			line, b = b, nil
		}
		if i := bytes.IndexByte(line, '#'); i >= 0 {
			line = line[:i]
		}
		key, value, ok := strings.Cut(string(line), ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "user-agent", "useragent":
			if !heading {
				into, heading = nil, true
			}
			switch {
			case value == "*":
				into = append(into, &all)
			case product != "" && strings.EqualFold(token(value), product):
				own.seen = true
				into = append(into, &own)
			}
		case "allow", "disallow":
			heading = false
			if value == "" {
				continue // an empty path matches nothing
			}
			r := compile(value, len(key) > 0 && strings.EqualFold(strings.TrimSpace(key), "allow"))
			for _, g := range into {
				g.rules = append(g.rules, r)
			}
		case "crawl-delay":
			heading = false
			s, err := strconv.ParseFloat(value, 64)
			if err != nil || math.IsNaN(s) || s <= 0 {
				continue
			}
			d := time.Duration(math.Round(math.Min(s, 7*24*3600) * float64(time.Second)))
			for _, g := range into {
				g.delay = max(g.delay, d)
			}
		case "sitemap":
			// Belongs to no group and does not end one (§2.2.4).
			if value != "" {
				out.Sitemaps = append(out.Sitemaps, value)
			}
		}
	}
	g := all
	if own.seen {
		g = own
	}
	out.rules, out.Delay = g.rules, g.delay
	return out
}

// Text writes the rules as a robots.txt for everybody, from which Parse makes
// the same rules: what is worth keeping of a file.
func (r Rules) Text() string {
	var b strings.Builder
	if len(r.rules) > 0 || r.Delay > 0 {
		b.WriteString("User-agent: *\n")
	}
	for _, rule := range r.rules {
		if rule.allow {
			b.WriteString("Allow: " + rule.pattern + "\n")
		} else {
			b.WriteString("Disallow: " + rule.pattern + "\n")
		}
	}
	if r.Delay > 0 {
		b.WriteString("Crawl-delay: " + strconv.FormatFloat(r.Delay.Seconds(), 'f', -1, 64) + "\n")
	}
	for _, s := range r.Sitemaps {
		b.WriteString("Sitemap: " + s + "\n")
	}
	return b.String()
}

type group struct {
	seen  bool
	rules []rule
	delay time.Duration
}

// token is the product token that a user-agent line begins with.
func token(s string) string {
	i := strings.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	})
	if i < 0 {
		return s
	}
	return s[:i]
}

// Product is the product token of a User-Agent header: "Readout" of
// "Readout/1.2 (+https://readout.example/bot)".
func Product(agent string) string { return token(strings.TrimSpace(agent)) }

func compile(pattern string, allow bool) rule {
	if pattern[0] != '/' && pattern[0] != '*' && pattern[0] != '$' {
		pattern = "/" + pattern // written without its slash it still means a path
	}
	r := rule{allow: allow, pattern: pattern}
	pattern, r.end = strings.CutSuffix(pattern, "$")
	for part := range strings.SplitSeq(pattern, "*") {
		r.parts = append(r.parts, normal(part))
	}
	return r
}

// Allowed reports whether path may be asked for. path is that of an address
// with its query, percent-encoded: "/a/b?c=d".
func (r Rules) Allowed(path string) bool {
	if path == "" {
		path = "/"
	}
	if path == "/robots.txt" {
		return true
	}
	path = normal(path)
	best, allow := -1, true
	for _, rule := range r.rules {
		size := len(rule.pattern)
		if size < best || size == best && (allow || !rule.allow) || !rule.match(path) {
			continue
		}
		best, allow = size, rule.allow
	}
	return allow
}

// match is linear in path: each part is sought behind the one before.
func (r rule) match(path string) bool {
	rest, ok := strings.CutPrefix(path, r.parts[0])
	if !ok {
		return false
	}
	if len(r.parts) == 1 {
		return !r.end || rest == ""
	}
	last := len(r.parts) - 1
	for _, part := range r.parts[1:last] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	if r.end {
		return strings.HasSuffix(rest, r.parts[last])
	}
	return strings.Contains(rest, r.parts[last])
}

// normal writes what may be percent-encoded in one way (§2.2.2): unreserved
// characters bare, all else that is not ASCII punctuation as %XX.
func normal(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == '%' || c <= ' ' || c >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if hi, lo := unhex(s[i+1]), unhex(s[i+2]); hi >= 0 && lo >= 0 {
				c, i = byte(hi<<4|lo), i+2
				if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
					b.WriteByte(c)
					continue
				}
				b.Write([]byte{'%', hex[c>>4], hex[c&15]})
				continue
			}
		}
		if c <= ' ' || c >= 0x7f {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
