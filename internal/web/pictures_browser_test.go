package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/browser"
)

const pictureFolder = "../../docs/img"

// pictures are those of the guide: where each page is. A page with an id is
// found through another that links it, as a reader would.
var pictures = []struct {
	name, path string
	link       string // the first link that fits leads to the page; "" none
	more       string // after that link
	height     int64
}{
	{"new", "/", "", "", 1000},
	{"timeline", "/timeline", "", "", 1250},
	{"lanes", "/timeline?view=lanes", "", "", 900},
	{"event", "/search?q=kind:phone+on:2031-03-17&in=events", `/e/v[0-9a-f]{16}`, "?sel=$.duration", 1250},
	{"reader", "/search?q=torokai+parliament&in=text", `/d/r[0-9a-f]{16}`, "", 1250},
	{"person", "/search?q=torokai&in=people", `/p/e[0-9a-f]{16}`, "", 1250},
	{"quotes", "/quotes?order=carried", "", "", 1100},
	{"positions", "/positions", "", "", 1100},
	{"commitments", "/commitments", "", "", 1000},
	{"sources", "/sources", "", "", 900},
	{"network", "/network", "", "", 800},
	{"search", "/search?q=torokai+call", "", "", 1100},
	{"thread", "/", `/t/t[0-9a-f]{16}`, "", 1100},
	{"changes", "/changes", "", "", 900},
	{"day", "/day/2031-03-21", "", "", 900},
	{"evidence", "/search?q=kind:phone+on:2031-03-17&in=events", `/e/v[0-9a-f]{16}`, ".duration", 1100},
	{"issue", "/positions", `/positions/i[0-9a-f]{16}`, "", 900},
	{"compare", "/sources/compare?a=Harbour+Wire&b=Karvany+Courier", "", "", 1000},
	{"upload", "/upload", "", "", 900},
	{"status", "/status", "", "", 700},
	{"export", "/export", "", "", 1000},
	{"api", "/api", "", "", 900},
	{"help", "/help", "", "", 1100},
	{"review", "/review", "", "", 1000},
	{"review-item", "/review?kind=same-person", `/review/w[0-9a-f]{16}`, "", 1000},
}

// Every picture that the guide shows is there and is one of those above.
// UPDATE_PICTURES=1 takes them anew, =review those whose names begin so.
func TestGuidePictures(t *testing.T) {
	update, only := os.Getenv("UPDATE_PICTURES") != "", strings.TrimPrefix(os.Getenv("UPDATE_PICTURES"), "1")
	known := map[string]bool{"check.webp": true, "review-merge.webp": true, "decisions.webp": true}
	for _, p := range pictures {
		known[p.name+".webp"] = true
	}
	for _, doc := range []string{"../../docs/guide.md", "../../docs/review.md", "../../README.md"} {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\]\((?:docs/)?img/([^)]+)\)`).FindAllStringSubmatch(string(text), -1) {
			if !known[m[1]] {
				t.Errorf("%s shows %s, which nothing takes", doc, m[1])
			}
			if _, err := os.Stat(filepath.Join(pictureFolder, m[1])); err != nil && !update {
				t.Errorf("%s: %v; UPDATE_PICTURES=1 go test -run TestGuidePictures ./internal/web", doc, err)
			}
		}
	}
	if !update {
		return
	}
	site := demo(t)
	p := browser.New(t, site)
	p.Look(browser.Look{})
	keep := func(name string, height int64) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(pictureFolder, name+".webp"), p.WebP(height), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(pictureFolder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, x := range pictures {
		if !strings.HasPrefix(x.name, only) {
			continue
		}
		path := x.path
		if x.link != "" {
			if code := p.Open(path); code != 200 {
				t.Fatalf("%s: %d", path, code)
			}
			html := browser.Eval[string](p, "document.querySelector('main').outerHTML")
			if path = regexp.MustCompile(x.link).FindString(html); path == "" {
				t.Fatalf("%s links no %s", x.path, x.link)
			}
			id := filepath.Base(path)
			if x.name == "evidence" {
				path = "/f/" + id
			}
			path += strings.ReplaceAll(x.more, "$", id)
		}
		if code := p.Open(path); code != 200 {
			t.Fatalf("%s: %d", path, code)
		}
		keep(x.name, x.height)
	}
	if strings.HasPrefix("review-merge", only) {
		p.Open("/review?kind=same-person")
		followLink(t, p, "main tbody", "Josef")
		press(t, p, "Show them merged")
		keep("review-merge", 900)
		press(t, p, "Save it")
		settle(t, p)
		p.Open("/decisions")
		keep("decisions", 800)
		press(t, p, "Undo")
		settle(t, p)
	}
	if only != "" {
		return
	}
	p.Open("/check")
	browser.Eval[bool](p, `(() => {
		const t = document.querySelector("textarea");
		t.value = "President Vesna Torokai of Karvany and Prime Minister Henrik Aldane of Sollund spoke by telephone on 17 March 2031 for two hours and a half. Asked whether anybody had walked out, Dana Whitlock, foreign minister of Orrin, would not say. “I chair meetings; I never mark them,” she said. “My deputy prime minister does not slam doors,” Ms Torokai told parliament.";
		return true;
	})()`)
	p.Follow("main form button[type=submit], main form .btn.go")
	keep("check", 1100)
}
