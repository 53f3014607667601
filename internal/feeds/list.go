package feeds

import (
	"fmt"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/charset"
)

// List is a list of addresses, one a line, each address once.
type List struct {
	Pages   []Listed
	Refused []readout.Refusal // Path is "line 3"
}

// ParseList reads one address a line. Empty lines and what stands behind "#"
// at the start of a line or after white space are passed over; what follows an
// address is its title. Addresses are whole, with http or https.
func ParseList(b []byte, src Source) (List, error) {
	var out List
	if what, binary := charset.Binary(b); binary {
		return out, fmt.Errorf("%w: it is %s, and a list of addresses is text", ErrFormat, what)
	}
	seen := map[string]bool{}
	number := 0
	for line := range strings.Lines(strings.ReplaceAll(strings.ReplaceAll(charset.Decode(b, src.Charset).Text, "\r\n", "\n"), "\r", "\n")) {
		number++
		line = strings.TrimSpace(line)
		for i := range len(line) {
			if line[i] == '#' && (i == 0 || blank(line[i-1])) {
				line = strings.TrimSpace(line[:i])
				break
			}
		}
		if line == "" {
			continue
		}
		address, title := line, ""
		if i := strings.IndexAny(line, " \t"); i > 0 {
			address, title = line[:i], line[i:]
		}
		to, err := resolve(nil, address)
		switch {
		case err != nil && !strings.Contains(address, ":"):
			err = fmt.Errorf("%w; write it with http:// or https://", err)
			fallthrough
		case err != nil:
			if len(out.Refused) == maxPages {
				return out, limit("more than %d lines are no addresses; the first is %s", maxPages, out.Refused[0].Path)
			}
			out.Refused = append(out.Refused, refuse(fmt.Sprintf("line %d", number), "%s", err))
		case seen[to]:
		case len(out.Pages) == maxPages:
			return out, limit("more than %d addresses", maxPages)
		default:
			seen[to] = true
			out.Pages = append(out.Pages, Listed{URL: to, Title: plain(title)})
		}
	}
	return out, nil
}
