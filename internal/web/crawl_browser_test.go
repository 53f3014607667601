package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// crawler walks through all pages of a site by their links.
type crawler struct {
	base  string
	most  int // pages
	pages map[string]*page
	order []string
	over  int // links not followed for want of room
	look  func(path string, r *http.Response, body []byte)
}

// page is what the crawler keeps of an answer.
type page struct {
	status int
	kind   string // media type
	ids    map[string]bool
	links  []link
	counts []count
	from   string // a page that links here
	bytes  int
}

type link struct{ path, fragment, text string }

// count is one boxed number.
type count struct{ ref, href, label string }

// wanted are the queries that are worth walking on from: what one link away
// from a page changes. Two filters at once say nothing that one does not.
func wanted(u *url.URL) bool {
	n := 0
	for k := range u.Query() {
		if k != "cursor" && k != "sel" {
			n++
		}
	}
	return n <= 1 && !u.Query().Has("as_of")
}

// crawl reads pages from start on until there are no new ones.
func crawl(tb testing.TB, base string, most int, start ...string) *crawler {
	tb.Helper()
	return crawlWith(tb, base, most, nil, start...)
}

// crawlWith shows each answer to look.
func crawlWith(tb testing.TB, base string, most int, look func(path string, r *http.Response, body []byte), start ...string) *crawler {
	tb.Helper()
	c := &crawler{base: base, most: most, pages: map[string]*page{}, look: look}
	type item struct{ path, from string }
	var queue []item
	seen := map[string]bool{}
	add := func(path, from string) {
		if !seen[path] {
			seen[path] = true
			queue = append(queue, item{path, from})
		}
	}
	for _, s := range start {
		add(s, "")
	}
	for len(queue) > 0 {
		it := queue[0]
		queue = queue[1:]
		if len(c.order) >= c.most {
			c.over++
			continue
		}
		p := c.read(tb, it.path)
		p.from = it.from
		c.pages[it.path] = p
		c.order = append(c.order, it.path)
		u, err := url.Parse(it.path)
		if err != nil || !wanted(u) {
			continue
		}
		for _, l := range p.links {
			add(l.path, it.path)
		}
	}
	return c
}

// read fetches one path.
func (c *crawler) read(tb testing.TB, path string) *page {
	r, body := get(tb, c.base, path)
	if c.look != nil {
		c.look(path, r, body)
	}
	p := &page{status: r.StatusCode, kind: r.Header.Get("Content-Type"), ids: map[string]bool{}, bytes: len(body)}
	here, _ := url.Parse(path)
	to := func(href string) (link, bool) {
		u, err := here.Parse(href)
		if err != nil || u.IsAbs() || u.Host != "" || href == "" {
			return link{}, false
		}
		l := link{fragment: u.Fragment}
		u.Fragment, u.RawFragment = "", ""
		l.path = u.String()
		return l, true
	}
	if r.StatusCode/100 == 3 {
		if l, ok := to(strings.TrimPrefix(r.Header.Get("Location"), c.base)); ok {
			p.links = append(p.links, l)
		}
		return p
	}
	if !strings.HasPrefix(p.kind, "text/html") {
		return p
	}
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		tb.Errorf("%s: %v", path, err)
		return p
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id := attr(n, "id"); id != "" {
			if p.ids[id] {
				tb.Errorf("%s: the id %q stands twice", path, id)
			}
			p.ids[id] = true
		}
		href := ""
		switch n.Data {
		case "a", "link":
			href = attr(n, "href")
		case "img", "script":
			href = attr(n, "src")
		}
		if l, ok := to(href); ok && (n.Data != "a" || !hasClass(n, "ev")) {
			l.text = cut(words(n), 60)
			p.links = append(p.links, l)
		}
		if n.Data == "a" && hasClass(n, "ev") {
			p.counts = append(p.counts, count{attr(n, "data-ref"), href, attr(n, "aria-label")})
		}
	}
	return p
}

// starts are the pages that the menu and the foot of every page lead to.
var starts = []string{
	"/", "/timeline", "/people", "/quotes", "/positions", "/commitments", "/sources", "/search", "/changes", "/status", "/help", "/check", "/upload", "/network",
	"/timeline?view=lanes", "/timeline?view=table", "/timeline?disputed=1",
}

// checkLinks holds a crawled site to its word: no link leads nowhere, no
// fragment names an id that is not there.
func (c *crawler) checkLinks(t *testing.T) {
	t.Helper()
	bad := map[string]int{}
	for _, path := range c.order {
		p := c.pages[path]
		if p.status >= 400 {
			bad[pattern(path)]++
			if bad[pattern(path)] < 4 {
				t.Errorf("%s answers %d; %s links to it", path, p.status, p.from)
			}
		}
		for _, l := range p.links {
			to := c.pages[l.path]
			if l.fragment == "" || to == nil || to.status != http.StatusOK || to.ids[l.fragment] {
				continue
			}
			key := "#" + pattern(path) + " " + pattern(l.path)
			bad[key]++
			if bad[key] < 3 {
				t.Errorf("%s links to %s#%s (%q), where no element has that id", path, l.path, l.fragment, l.text)
			}
		}
	}
	for _, k := range sorted(bad) {
		if bad[k] > 2 {
			t.Logf("%d of %s", bad[k], k)
		}
	}
}

var anID = regexp.MustCompile(`\b[a-z][0-9a-f]{16}\b`)

// pattern is a path with its ids and queries taken out, for telling kinds of
// pages.
func pattern(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	p := anID.ReplaceAllString(u.Path, "ID")
	if i := strings.Index(p, "ID/"); i >= 0 && !strings.HasPrefix(p[i:], "ID/diff") {
		p = p[:i+2]
	}
	p = regexp.MustCompile(`/day/[0-9-]+`).ReplaceAllString(p, "/day/DAY")
	var keys []string
	for k := range u.Query() {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	if len(keys) > 0 {
		p += "?" + strings.Join(keys, "&")
	}
	return p
}

func sorted[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// checkCounts opens every boxed number: on the page of the sentences and where
// it stands.
func (c *crawler) checkCounts(t *testing.T) {
	t.Helper()
	refs := map[string]string{} // address of the sentences → page with the count
	hrefs := map[string]string{}
	for _, path := range c.order {
		for _, n := range c.pages[path].counts {
			if n.label == "" || n.ref == "" {
				t.Errorf("%s: a count has no label or no reference: %+v", path, n)
			}
			u, err := url.Parse(path)
			if err != nil {
				t.Fatal(err)
			}
			to := "/f/" + url.PathEscape(n.ref)
			if at := u.Query().Get("as_of"); at != "" {
				to += "?as_of=" + url.QueryEscape(at)
			}
			if refs[to] == "" {
				refs[to] = path
			}
			if wanted(u) && !u.Query().Has("cursor") {
				hrefs[n.href] = path
			}
		}
	}
	if len(refs) < 30 {
		t.Fatalf("%d counts on %d pages: the pages do not open their sentences", len(refs), len(c.order))
	}
	bad := 0
	fail := func(format string, args ...any) {
		if bad++; bad <= 12 {
			t.Errorf(format, args...)
		}
	}
	for _, path := range sorted(refs) {
		r, body := get(t, c.base, path)
		if r.StatusCode != http.StatusOK {
			fail("a count on %s: %s answers %s", refs[path], path, r.Status)
			continue
		}
		doc, err := html.Parse(bytes.NewReader(body))
		if err != nil {
			fail("%s: %v", path, err)
			continue
		}
		if cards := sentences(doc); cards == 0 {
			fail("a count on %s: %s shows no sentence", refs[path], path)
		}
	}
	for _, href := range sorted(hrefs) {
		u, err := url.Parse(href)
		if err != nil {
			fail("%s on %s: %v", href, hrefs[href], err)
			continue
		}
		from, _ := url.Parse(hrefs[href])
		u = from.ResolveReference(u)
		fragment := u.Fragment
		u.Fragment = ""
		r, body := get(t, c.base, u.String())
		if r.StatusCode == http.StatusSeeOther || r.StatusCode == http.StatusFound {
			r, body = get(t, c.base, strings.TrimPrefix(r.Header.Get("Location"), c.base))
		}
		if r.StatusCode != http.StatusOK {
			fail("the count %s on %s answers %s", href, hrefs[href], r.Status)
			continue
		}
		doc, err := html.Parse(bytes.NewReader(body))
		if err != nil {
			fail("%s: %v", href, err)
			continue
		}
		if sentences(doc) == 0 {
			fail("the count %s on %s opens no sentence there", href, hrefs[href])
		}
		if fragment != "" && len(all(doc, func(n *html.Node) bool { return attr(n, "id") == fragment })) == 0 {
			fail("the count %s on %s: no element has the id %s", href, hrefs[href], fragment)
		}
	}
	if bad > 12 {
		t.Errorf("%d counts in all do not open", bad)
	}
	t.Logf("%d references and %d counts opened", len(refs), len(hrefs))
}

// sentences are the cards of evidence on a page that show words of a report.
func sentences(doc *html.Node) int {
	n := 0
	for _, card := range all(doc, func(n *html.Node) bool { return n.Data == "article" && hasClass(n, "card") }) {
		for _, p := range all(card, func(n *html.Node) bool { return hasClass(n, "src") }) {
			if words(p) != "" {
				n++
				break
			}
		}
	}
	return n
}

// No link of the example's site is broken and every number opens a sentence.
func TestEveryLinkAndNumberOpens(t *testing.T) {
	for _, s := range []struct {
		name string
		site func(testing.TB) string
	}{{"demo", demo}, {"seeds", seeds}} {
		t.Run(s.name, func(t *testing.T) {
			c := walk(t, s.site(t))
			kinds := map[string]int{}
			for _, p := range c.order {
				kinds[pattern(p)]++
			}
			for _, k := range sorted(kinds) {
				t.Logf("%5d %s", kinds[k], k)
			}
			if c.over > 0 {
				t.Errorf("%d links were not followed: the site has no end, or more than %d pages", c.over, c.most)
			}
			c.checkLinks(t)
			c.checkCounts(t)
		})
	}
}
