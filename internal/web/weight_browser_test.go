package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"path"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/web"
)

// Budgets of ../shared/design/ui.md, section 8, in bytes as they travel.
const (
	maxHTML     = 40 << 10 // an event with 40 claims and 300 sentences
	maxCSS      = 8 << 10
	maxScript   = 25 << 10
	maxFonts    = 85 << 10
	maxRequests = 5 // of a first view
)

// travels is how many bytes a browser receives for a path, packed as the server
// packs it.
func travels(tb testing.TB, base, path string) (packed, plain int, body []byte) {
	tb.Helper()
	r := ask(tb, base, http.MethodGet, path, map[string]string{"Accept-Encoding": "gzip"}, "")
	b, err := io.ReadAll(r.Body)
	if err != nil {
		tb.Fatal(err)
	}
	if r.StatusCode != http.StatusOK {
		tb.Fatalf("GET %s: %s", path, r.Status)
	}
	body = b
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			tb.Fatal(err)
		}
		if body, err = io.ReadAll(z); err != nil {
			tb.Fatal(err)
		}
	}
	return len(b), len(body), body
}

// A page of an event with 40 claims and 300 sentences, and all that it loads,
// stay within their budgets.
func TestWeightOfAPage(t *testing.T) {
	base, w := made(t, generate.Options{Seed: 1, Reports: 600})
	page, plain, body := travels(t, base, busyPath(w))
	t.Logf("%-10s %6d bytes packed, %7d plain", "HTML", page, plain)
	if page > maxHTML {
		t.Errorf("the event page travels in %d bytes, the budget is %d", page, maxHTML)
	}
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	weigh(t, base, doc)
}

// busyPath is the page of the event that the budgets are for.
func busyPath(w *generate.World) string {
	for _, e := range w.Record.Events {
		if e.ID == w.Busy {
			return web.EventPath(e)
		}
	}
	return ""
}

// weigh holds what a page loads to the budgets.
func weigh(t *testing.T, base string, doc *html.Node) {
	t.Helper()
	total, requests := map[string]int{}, 1
	add := func(u string) []byte {
		if !strings.HasPrefix(u, "/") || strings.HasPrefix(u, "//") {
			t.Errorf("the page loads %s from elsewhere", u)
			return nil
		}
		packed, plain, body := travels(t, base, u)
		t.Logf("%-10s %6d bytes packed, %7d plain  %s", path.Ext(u), packed, plain, u)
		total[path.Ext(u)] += packed
		return body
	}
	for _, n := range all(doc, tag("link", "script", "img")) {
		switch {
		case n.Data == "link" && attr(n, "rel") == "stylesheet":
			requests++
			css := string(add(attr(n, "href")))
			for i := strings.Index(css, "url("); i >= 0; i = strings.Index(css, "url(") {
				css = css[i+len("url("):]
				requests++
				add(css[:strings.IndexByte(css, ')')])
			}
		case n.Data == "script" && attr(n, "src") != "", n.Data == "img":
			requests++
			add(attr(n, "src"))
		}
	}
	for ext, most := range map[string]int{".css": maxCSS, ".js": maxScript, ".woff2": maxFonts} {
		if total[ext] > most {
			t.Errorf("%s: %d bytes, the budget is %d", ext, total[ext], most)
		}
		if total[ext] == 0 {
			t.Errorf("the page loads no %s", ext)
		}
	}
	// The icon is not part of a view: browsers ask for it afterwards, or not.
	if requests > maxRequests {
		t.Errorf("a first view takes %d requests, the budget is %d", requests, maxRequests)
	}
}

func TestWeightOfAssets(t *testing.T) {
	base := demo(t)
	weigh(t, base, document(t, base, "/help"))
	r := ask(t, base, http.MethodGet, attr(all(document(t, base, "/help"), tag("script"))[0], "src"), nil, "")
	if c := r.Header.Get("Cache-Control"); !strings.Contains(c, "immutable") || !strings.Contains(c, "max-age=31536000") {
		t.Errorf("the script may not be kept: %q", c)
	}
}
