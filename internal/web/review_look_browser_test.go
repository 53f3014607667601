package web_test

import (
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/browser"
)

// The pages on which people decide, in every look: nothing for axe-core to find,
// nothing to scroll sideways.
func TestReviewInEveryLook(t *testing.T) {
	base := fresh(t)
	p := browser.New(t, base)
	p.Open("/review")
	items := browser.Eval[[]string](p, `[...document.querySelectorAll("main tbody th a")].map((a) => a.getAttribute("href"))`)
	if len(items) < 10 {
		t.Fatalf("%d questions wait", len(items))
	}
	pages := []string{"/review", items[0], "/decisions"}
	seen := map[string]bool{}
	for _, path := range items {
		p.Open(path)
		if k := text(p, "h1"); !seen[k] {
			seen[k] = true
			pages = append(pages, path)
		}
	}
	if len(seen) < 4 {
		t.Errorf("questions of %d kinds: %v", len(seen), seen)
	}
	c := walk(t, demo(t)) // the same reports: things have the same ids
	event := strings.Split(c.kinds()["/e/ID"][0], "/")[2]
	report := strings.Split(c.kinds()["/d/ID"][0], "/")[2]
	pages = append(pages, "/decide/"+event, "/d/"+report+"/mistake?first=3&last=4")
	for _, l := range browser.Looks {
		p.Look(l)
		for i, path := range pages {
			p.Open(path)
			for _, f := range faults(p) {
				t.Errorf("%s at %s: %s", path, l, f)
			}
			name := strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' || r == '?' || r == '=' || r == '&' {
					return -1
				}
				return r
			}, pattern(path))
			p.Shot("review-" + string(rune('a'+i)) + "-" + fileName(name) + "-" + l.String())
		}
	}
}
