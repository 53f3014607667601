package web_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/browser"
	"github.com/readout-news/readout/internal/web"
)

// The keys that the script knows, those of the help page and those of the table
// are the same, and the script does each of them.
func TestKeysAreOneTable(t *testing.T) {
	base := demo(t)
	table := web.Shortcuts()
	doc := document(t, base, "/help")
	var help []string
	for _, tr := range all(doc, tag("tr")) {
		var keys []string
		for _, k := range all(tr, tag("kbd")) {
			keys = append(keys, words(k))
		}
		if len(keys) > 0 {
			help = append(help, strings.Join(keys, " ")+" "+words(all(tr, tag("td"))[1]))
		}
	}
	var want []string
	for _, s := range table {
		want = append(want, strings.Join(s.Keys, " ")+" "+s.Does)
	}
	if !slices.Equal(help, want) {
		t.Errorf("the help page has\n%s\nthe table\n%s", strings.Join(help, "\n"), strings.Join(want, "\n"))
	}

	src := attr(all(doc, tag("script"))[0], "src")
	r := ask(t, base, http.MethodGet, src, nil, "")
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	script := string(b)
	_, rest, ok := strings.Cut(script, "const keys = ")
	if !ok {
		t.Fatal("the script holds no table of keys")
	}
	var inScript []web.Shortcut
	if err := json.NewDecoder(strings.NewReader(rest)).Decode(&inScript); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(inScript) != fmt.Sprint(table) {
		t.Errorf("the script has\n%v\nthe table\n%v", inScript, table)
	}
	// Each does something: its action is a member of the script's acts.
	_, acts, _ := strings.Cut(script, "const acts = {")
	seen := map[string]bool{}
	for _, s := range table {
		if !strings.Contains(acts, s.Do+"(") && !strings.Contains(acts, `"`+s.Do+`"(`) {
			t.Errorf("%v: the script has no action %q", s.Keys, s.Do)
		}
		k := strings.Join(s.Keys, " ")
		if seen[k] {
			t.Errorf("%s stands in the table twice", k)
		}
		seen[k] = true
		if len(s.Keys) == 1 {
			for _, o := range table {
				if len(o.Keys) == 2 && o.Keys[0] == s.Keys[0] {
					t.Errorf("%s hides %s", k, strings.Join(o.Keys, " "))
				}
			}
		}
	}
}

const active = `(() => { const a = document.activeElement; return a === document.body ? "" : a.tagName.toLowerCase() + (a.id ? "#" + a.id : ""); })()`

// Single keys act outside fields, never within them, and not at all when they
// are turned off.
func TestSingleKeys(t *testing.T) {
	p := browser.New(t, demo(t))
	p.Open("/help")
	p.Press("/")
	if got := browser.Eval[string](p, active); got != "input#q" {
		t.Errorf("/ goes to %q", got)
	}
	p.Press("g t / ? j k")
	if got := browser.Eval[string](p, "document.querySelector('#q').value"); got != "g t / ? j k" {
		t.Errorf("the field holds %q", got)
	}
	if p.Path() != "/help" {
		t.Errorf("keys pressed in a field lead to %s", p.Path())
	}
	p.Press("\x1b")
	if got := browser.Eval[string](p, active); got != "" {
		t.Errorf("Escape stays in %q", got)
	}
	p.Open("/status")
	p.Press("g")
	p.FollowKeys("d")
	if !strings.HasPrefix(p.Path(), "/check") {
		t.Errorf("g d leads to %s", p.Path())
	}
	p.Open("/status")
	p.FollowKeys("?")
	if p.Path() != "/help#keys" {
		t.Errorf("? leads to %s", p.Path())
	}
	// Modifiers are the browser's own.
	p.Open("/help")
	browser.Eval[bool](p, `document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "/", ctrlKey: true, bubbles: true}))`)
	if got := browser.Eval[string](p, active); got != "" {
		t.Errorf("Ctrl-/ goes to %q", got)
	}
	p.Click("[data-do=keys]")
	browser.Eval[bool](p, "(document.activeElement.blur(), true)")
	p.Press("/")
	if got := browser.Eval[string](p, active); got == "input#q" {
		t.Error("keys that are turned off still act")
	}
	p.Open("/status")
	p.Press("/")
	if got := browser.Eval[string](p, active); got == "input#q" {
		t.Error("keys that are turned off act on the next page")
	}
	p.Open("/help")
	p.Click("[data-do=keys]")
	browser.Eval[bool](p, "(document.activeElement.blur(), true)")
	p.Press("/")
	if got := browser.Eval[string](p, active); got != "input#q" {
		t.Errorf("keys that were turned on again go to %q", got)
	}
	if got := p.Problems(); len(got) > 0 {
		t.Error(got)
	}
}

// Tab goes to everything that can be used, in the order of the page, and shows
// where it is; the first stop skips to the content.
func TestTabReachesEverything(t *testing.T) {
	base := demo(t)
	kinds := walk(t, base).kinds()
	var paths []string
	for _, k := range sorted(kinds) {
		// One of each kind; of the queries those without one say the same.
		if !strings.Contains(k, "?") {
			paths = append(paths, kinds[k][len(kinds[k])/2])
		}
	}
	const tabs = 2
	for tab := range tabs {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			p := browser.New(t, base)
			for i := tab; i < len(paths); i += tabs {
				tabThrough(t, p, paths[i])
			}
		})
	}
}

// watchFocus remembers what Tab reaches, whether it can be seen, and whether
// the bar at the top hides it.
const watchFocus = `(() => {
	const usable = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]")]
		.filter((e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true}) && !(e.closest("details:not([open])") && e.tagName !== "SUMMARY"));
	window.__want = usable; window.__got = new Set(); window.__dim = [];
	document.addEventListener("focusin", (x) => {
		const e = x.target; window.__got.add(e);
		const s = getComputedStyle(e);
		if (s.outlineStyle === "none" && s.boxShadow === "none" && s.borderStyle === "none") window.__dim.push(e.outerHTML.slice(0, 120));
	});
	return usable.length;
})()`

func tabThrough(t *testing.T, p *browser.Page, path string) {
	t.Helper()
	p.Open(path)
	n := browser.Eval[int](p, watchFocus)
	if n > 900 {
		t.Logf("%s: %d stops, not walked", path, n)
		return
	}
	p.Press("\t")
	if got := browser.Eval[string](p, `document.activeElement.textContent`); !strings.HasPrefix(got, "Skip to") {
		t.Errorf("%s: the first stop is %q", path, got)
	}
	for range n + 2 {
		p.Press("\t")
	}
	for _, m := range browser.Eval[[]string](p, `window.__want.filter((e) => !window.__got.has(e)).slice(0, 4).map((e) => e.outerHTML.slice(0, 160))`) {
		t.Errorf("%s: Tab does not reach %s", path, m)
	}
	for _, m := range browser.Eval[[]string](p, `window.__dim.slice(0, 4)`) {
		t.Errorf("%s: the focus cannot be seen on %s", path, m)
	}
}

func TestSkipLink(t *testing.T) {
	p := browser.New(t, demo(t))
	p.Open("/help")
	p.Press("\t")
	p.Press("\r")
	p.Until("the jump", `location.hash === "#main"`)
	p.Press("\t")
	if !browser.Eval[bool](p, `document.querySelector("#main").contains(document.activeElement)`) {
		t.Errorf("after the skip link Tab goes to %s", browser.Eval[string](p, "document.activeElement.outerHTML.slice(0, 100)"))
	}
}
