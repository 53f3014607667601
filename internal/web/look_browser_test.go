package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/readout-news/readout/internal/browser"
)

var crawled struct {
	sync.Mutex
	by map[string]*crawler
}

// walk is the crawl of a site, made once.
func walk(tb testing.TB, base string) *crawler {
	tb.Helper()
	crawled.Lock()
	defer crawled.Unlock()
	if crawled.by == nil {
		crawled.by = map[string]*crawler{}
	}
	if crawled.by[base] == nil {
		crawled.by[base] = crawl(tb, base, 12000, starts...)
	}
	return crawled.by[base]
}

// kinds are the pages of a site by kind, the longest of each first.
func (c *crawler) kinds() map[string][]string {
	out := map[string][]string{}
	for _, path := range c.order {
		p := c.pages[path]
		if p.status == http.StatusOK && strings.HasPrefix(p.kind, "text/html") {
			out[pattern(path)] = append(out[pattern(path)], path)
		}
	}
	for _, paths := range out {
		slices.SortStableFunc(paths, func(a, b string) int { return c.pages[b].bytes - c.pages[a].bytes })
	}
	return out
}

// faults are what is wrong with the page that is open.
func faults(p *browser.Page) []string {
	var out []string
	for _, v := range p.Axe() {
		out = append(out, v.String())
	}
	if by, what := p.Wide(); by > 0 {
		out = append(out, fmt.Sprintf("%d px have to be scrolled sideways: %s", by, strings.Join(what, "\n\t")))
	}
	return append(out, p.Problems()...)
}

// fileName is a page's name among the pictures.
func fileName(path string) string {
	s := strings.Trim(strings.NewReplacer("/", "-", "?", "-", "=", "-", "&", "-", "%", "-", "{", "", "}", "").Replace(path), "-")
	if s == "" {
		return "home"
	}
	return s
}

// Every kind of page, as wide and as narrow, as light and as dark as people look
// at it: axe-core finds nothing, nothing has to be scrolled sideways, nothing is
// asked of other hosts, and the console stays empty. The longest page of each kind
// is looked at in every way and its picture kept, of the example in windows of other
// widths, too; two more of each kind only on a phone, where things are tightest.
func TestEveryPageInEveryLook(t *testing.T) {
	for _, s := range []struct {
		name string
		site func(testing.TB) string
	}{{"demo", demo}, {"seeds", seeds}} {
		t.Run(s.name, func(t *testing.T) {
			base := s.site(t)
			c := walk(t, base)
			kinds := c.kinds()
			for k := range kinds {
				// A page with a filter looks like one without.
				if _, query, ok := strings.Cut(k, "?"); ok && query != "view" && query != "disputed" && query != "q" {
					delete(kinds, k)
				}
			}
			kinds["/no/such/page"] = []string{"/no/such/page"}
			kinds["/timeline?as_of"] = []string{"/timeline?as_of=2031-03-18"}
			type task struct {
				kind, path string
				look       browser.Look
				shot       bool
			}
			var tasks []task
			for _, k := range sorted(kinds) {
				for _, l := range browser.Looks {
					tasks = append(tasks, task{k, kinds[k][0], l, true})
				}
				for _, path := range kinds[k][1:min(3, len(kinds[k]))] {
					tasks = append(tasks, task{k, path, browser.Look{Phone: true}, false})
				}
			}
			const tabs = 2
			for tab := range tabs {
				t.Run(fmt.Sprint("tab", tab), func(t *testing.T) {
					t.Parallel()
					p := browser.New(t, base)
					for i := tab; i < len(tasks); i += tabs {
						x := tasks[i]
						p.Look(x.look)
						status := p.Open(x.path)
						found := faults(p)
						if x.kind == "/no/such/page" {
							if status != http.StatusNotFound {
								t.Errorf("%s: status %d", x.path, status)
							}
							// The browser itself notes that there is no such page.
							found = slices.DeleteFunc(found, func(f string) bool { return strings.Contains(f, "404") })
						}
						for _, f := range found {
							t.Errorf("%s at %s: %s", x.path, x.look, f)
						}
						if x.shot {
							p.Shot(s.name + "-" + fileName(x.kind) + "-" + x.look.String())
						}
						if s.name == "demo" && x.look == browser.Looks[0] {
							narrow(t, p)
						}
					}
				})
			}
			t.Logf("%d kinds of pages, %d views", len(kinds), len(tasks))
		})
	}
}

// narrow looks at a page in windows of many widths: nothing has to be scrolled
// sideways.
func narrow(t *testing.T, p *browser.Page) {
	t.Helper()
	for _, w := range []int{320, 600, 860, 900, 1024, 1200, 1280, 1440} {
		p.Width(w)
		if by, what := p.Wide(); by > 0 {
			t.Errorf("%s in a window of %d pixels is %d too wide: %s", p.Path(), w, by, what)
		}
	}
}

// The colours of a page: besides greys only the link's, the yellow of source
// text and the rust of disagreement, in either scheme.
func TestOnlyTwoAccents(t *testing.T) {
	base := demo(t)
	kinds := walk(t, base).kinds()
	p := browser.New(t, base)
	for _, dark := range []bool{false, true} {
		p.Look(browser.Look{Dark: dark})
		for _, k := range sorted(kinds) {
			p.Open(kinds[k][0])
			for _, c := range browser.Eval[[]string](p, strangers) {
				t.Errorf("%s (dark %v): %s", kinds[k][0], dark, c)
			}
		}
	}
}

// strangers lists colours with a hue that are none of the tokens, with an
// element that has them.
const strangers = `(() => {
	const cv = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
	const rgb = (c) => { cv.clearRect(0, 0, 1, 1); cv.fillStyle = "#000"; cv.fillStyle = c; cv.fillRect(0, 0, 1, 1); return [...cv.getImageData(0, 0, 1, 1).data]; };
	const root = getComputedStyle(document.documentElement);
	const tokens = ["link", "mark", "mark2", "markline", "diff", "diffwash"].map((t) => rgb(root.getPropertyValue("--" + t).trim()));
	// A mix with transparency keeps the direction of the colour; what is nearly
	// grey has none.
	const hue = ([r, g, b, a]) => a < 8 || Math.max(r, g, b) - Math.min(r, g, b) < 28 ? null : Math.round(Math.atan2(Math.sqrt(3) * (g - b), 2 * r - g - b) * 180 / Math.PI);
	const known = tokens.map(hue).filter((h) => h !== null);
	const near = (h) => known.some((k) => Math.abs(((h - k + 540) % 360) - 180) < 14);
	const out = new Map(), memo = new Map();
	for (const e of document.querySelectorAll("body, body *")) {
		const s = getComputedStyle(e);
		if (s.display === "none") continue;
		const of = {color: s.color, background: s.backgroundColor, "border-top": s.borderTopStyle === "none" ? "" : s.borderTopColor, "border-left": s.borderLeftStyle === "none" ? "" : s.borderLeftColor, "border-bottom": s.borderBottomStyle === "none" ? "" : s.borderBottomColor};
		if (e instanceof SVGElement) { of.fill = s.fill; of.stroke = s.stroke; }
		for (const [k, c] of Object.entries(of)) {
			if (!c || c === "none" || c.startsWith("url")) continue;
			if (!memo.has(c)) memo.set(c, hue(rgb(c)));
			const h = memo.get(c);
			if (h !== null && !near(h)) out.set(k + " " + c, e.outerHTML.slice(0, 120));
		}
	}
	return [...out].map(([c, e]) => c + " in " + e);
})()`
