package feeds

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Link is a feed that a page names.
type Link struct {
	URL   string
	Title string // one line of plain text, "" unknown
	Type  string // media type, lower case
}

// feedTypes are the media types of links to feeds.
var feedTypes = []string{"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/x.atom+xml", "application/x-atom+xml"}

// maxLinks of a page are given.
const maxLinks = 100

// Discover finds the feeds that an HTML page names: link and a elements with
// rel alternate or feed and the media type of a feed (HTML, "Link type
// alternate"), in the page's order, each address once. No tree is built.
func Discover(page []byte, src Source) []Link {
	base := src.base()
	var out []Link
	z := html.NewTokenizer(bytes.NewReader([]byte(decode(page, src))))
	z.SetMaxBuf(maxText)
	for {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := string(name)
			if !more || tag != "link" && tag != "a" && tag != "base" {
				continue
			}
			var rel, typ, href, title string
			for more {
				var k, v []byte
				k, v, more = z.TagAttr()
				switch string(k) {
				case "rel":
					rel = strings.ToLower(string(v))
				case "type":
					typ, _, _ = strings.Cut(strings.ToLower(string(v)), ";")
				case "href":
					href = string(v)
				case "title":
					title = string(v)
				}
			}
			if tag == "base" {
				if u, err := url.Parse(strings.TrimSpace(href)); err == nil && href != "" {
					if base != nil {
						u = base.ResolveReference(u)
					}
					if web(u) {
						base = u
					}
				}
				continue
			}
			rels := strings.Fields(rel)
			typ = strings.TrimSpace(typ)
			if !slices.Contains(feedTypes, typ) || !slices.Contains(rels, "alternate") && !slices.Contains(rels, "feed") || slices.Contains(rels, "stylesheet") {
				continue
			}
			to, err := resolve(base, href)
			if err != nil || slices.ContainsFunc(out, func(l Link) bool { return l.URL == to }) {
				continue
			}
			if out = append(out, Link{URL: to, Title: plain(title), Type: typ}); len(out) == maxLinks {
				return out
			}
		}
	}
}
