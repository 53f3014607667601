package web_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/readout-news/readout/internal/browser"
)

// Journeys: what people come for, from the first page to the end, each with
// script and without.

// ways are the two in which each journey is made.
var ways = []browser.Look{{}, {NoScript: true}}

// on runs a journey both ways, each in a tab of its own.
func on(t *testing.T, base string, journey func(t *testing.T, p *browser.Page, script bool)) {
	for _, l := range ways {
		name := "script"
		if l.NoScript {
			name = "no script"
		}
		t.Run(name, func(t *testing.T) {
			p := browser.New(t, base)
			p.AllowClipboard()
			p.Look(l)
			journey(t, p, !l.NoScript)
			if got := p.Problems(); len(got) > 0 {
				t.Errorf("on the way: %s", strings.Join(got, "\n"))
			}
		})
	}
}

// text is what an element shows, with single spaces; "" when it is not there.
func text(p *browser.Page, selector string) string {
	return browser.Eval[string](p, `((e) => e ? e.innerText.trim().replace(/\s+/g, " ") : "")(document.querySelector(`+quoted(selector)+`))`)
}

// number of elements that can be seen.
func number(p *browser.Page, selector string) int {
	return browser.Eval[int](p, `[...document.querySelectorAll(`+quoted(selector)+`)].filter((e) => e.checkVisibility()).length`)
}

// followLink follows the link whose words hold those given.
func followLink(t *testing.T, p *browser.Page, within, words string) {
	t.Helper()
	n := browser.Eval[int](p, `(() => { const a = [...document.querySelectorAll(`+quoted(within+" a")+`)].filter((a) => a.checkVisibility() && a.textContent.includes(`+quoted(words)+`)); if (a[0]) a[0].id = a[0].id || "followed"; return a.length; })()`)
	if n == 0 {
		t.Fatalf("no link with %q in %s of %s", words, within, p.Path())
	}
	id := browser.Eval[string](p, `[...document.querySelectorAll(`+quoted(within+" a")+`)].find((a) => a.checkVisibility() && a.textContent.includes(`+quoted(words)+`)).id`)
	p.Follow("#" + id)
}

// A newcomer comes to the first page, finds the event whose length is disputed,
// opens the sentences of both lengths, copies the footnote, and whoever follows
// its link sees the same cell lit.
func TestNewcomer(t *testing.T) {
	base := demo(t)
	on(t, base, func(t *testing.T, p *browser.Page, script bool) {
		p.Open("/")
		// What is disputed is said on the first page.
		found := browser.Eval[string](p, `(() => { const a = [...document.querySelectorAll("main a[href^='/e/']")].find((a) => /long|length|last|duration/i.test((a.closest("li, tr, .row, article") || a).innerText)); return a ? a.getAttribute("href") : ""; })()`)
		if found == "" {
			followLink(t, p, "nav[aria-label=Main]", "Timeline")
			followLink(t, p, "main", "isputed")
			found = browser.Eval[string](p, `document.querySelector("main a[href^='/e/']").getAttribute("href")`)
		}
		p.Open(found)
		row := `[...document.querySelectorAll(".mx tr")].find((r) => /how long|last/i.test(r.querySelector("th") ? r.querySelector("th").innerText : "") && r.querySelector(".dif"))`
		if !browser.Eval[bool](p, "!!"+row) {
			// Not this one: the one that is said to differ in length.
			p.Open("/timeline?disputed=1")
			links := browser.Eval[[]string](p, `[...new Set([...document.querySelectorAll("main a[href^='/e/']")].map((a) => a.getAttribute("href")))]`)
			for _, l := range links {
				p.Open(l)
				if browser.Eval[bool](p, "!!"+row) {
					break
				}
			}
		}
		if !browser.Eval[bool](p, "!!"+row) {
			t.Fatal("no event page says that the accounts of its length differ")
		}
		event := p.Path()
		refs := browser.Eval[[]string](p, row+`.querySelectorAll("td a.ev").values().map((a) => a.dataset.ref).toArray()`)
		if len(refs) < 2 {
			t.Fatalf("the disputed length has %d counts: %v", len(refs), refs)
		}
		var seen []string
		for _, ref := range refs[:2] {
			sel := `.mx a.ev[data-ref="` + ref + `"]`
			if script {
				p.Click(sel)
				p.Until("the evidence of "+ref, `location.search.includes(encodeURIComponent(`+quoted(ref)+`)) || new URL(location).searchParams.get("sel") === `+quoted(ref))
			} else {
				p.Follow(sel)
			}
			if n := number(p, "#evidence article.card .src"); n == 0 {
				t.Fatalf("%s opens no sentence beside the page", ref)
			}
			if !browser.Eval[bool](p, `document.querySelector('.mx a.ev[data-ref="`+ref+`"]').getAttribute("aria-current") === "true" && !!document.querySelector('.mx td.sel')`) {
				t.Errorf("the cell of %s is not lit", ref)
			}
			seen = append(seen, text(p, "#evidence article.card .src"))
		}
		if seen[0] == seen[1] {
			t.Errorf("both lengths open the same sentence: %s", seen[0])
		}

		note := text(p, "#fn")
		if script {
			p.Click("#evidence button[data-do=copy]")
			p.Until("the copy", `document.querySelector("#say").textContent.startsWith("Copied")`)
			note = browser.Eval[string](p, "navigator.clipboard.readText()")
			p.Press("c")
			if again := browser.Eval[string](p, "navigator.clipboard.readText()"); again != note {
				t.Errorf("the key copies %q, the button %q", again, note)
			}
		}
		if !strings.Contains(note, "sentence") || !strings.Contains(note, "record as of") {
			t.Errorf("the footnote is %q", note)
		}
		to := regexp.MustCompile(`\S+/[ef]/\S+[^.\s]`).FindString(note)
		if to == "" {
			t.Fatalf("the footnote %q holds no address of the event", note)
		}
		if !strings.Contains(to, "@") {
			t.Errorf("the address %s pins no version", to)
		}
		if !strings.HasPrefix(to, "http") {
			to = "http://" + to
		}
		lit := refs[1]
		p.Open(to)
		if !strings.HasPrefix(p.URL(), base) {
			t.Fatalf("the footnote leads to %s", p.URL())
		}
		if got := browser.Eval[[]string](p, `[...document.querySelectorAll('a.ev[aria-current=true]')].map((a) => a.dataset.ref)`); len(got) == 0 || got[0] != lit {
			t.Errorf("the footnote's address %s lights %v, want %s (from %s)", to, got, lit, event)
		}
		if got := text(p, "#evidence article.card .src"); got != seen[1] {
			t.Errorf("the footnote's address shows %q, it was copied from %q", got, seen[1])
		}
	})
}

// As of a day, what was reported later is absent from the page and its data,
// and the way back is on the page.
func TestAsOf(t *testing.T) {
	on(t, demo(t), func(t *testing.T, p *browser.Page, script bool) {
		p.Open("/timeline")
		whole := number(p, "main a[href^='/e/']")
		p.Click(".asof summary")
		browser.Eval[bool](p, `(document.querySelector("#as-of").value = "2031-03-16", true)`)
		p.Follow(".asof form button")
		u, err := url.Parse(p.URL())
		if err != nil || u.Query().Get("as_of") != "2031-03-16" || u.Path != "/timeline" {
			t.Fatalf("the form leads to %s", p.URL())
		}
		if got := text(p, ".notice"); !strings.Contains(got, "16 March 2031") || !strings.Contains(got, "came later") {
			t.Errorf("the page says %q", got)
		}
		then := number(p, "main a[href^='/e/']")
		if then == 0 || then >= whole {
			t.Errorf("%d links to events then, %d now", then, whole)
		}
		// Links keep the moment, the data keeps to it, and late facts are gone.
		for _, href := range browser.Eval[[]string](p, `[...document.querySelectorAll("main a[href^='/e/'], nav[aria-label=Main] a")].map((a) => a.getAttribute("href"))`) {
			if !strings.Contains(href, "as_of=2031-03-16") {
				t.Errorf("the link %s leaves the moment", href)
			}
		}
		data := browser.Eval[string](p, `fetch("/timeline.json?as_of=2031-03-16").then(r => r.text())`)
		late := browser.Eval[string](p, `fetch("/timeline.json").then(r => r.text())`)
		if len(data) >= len(late) {
			t.Errorf("%d bytes of data then, %d now", len(data), len(late))
		}
		p.Follow("main a[href^='/e/']")
		if !strings.Contains(p.URL(), "as_of=2031-03-16") {
			t.Errorf("the event's page is at %s", p.URL())
		}
		for _, day := range browser.Eval[[]string](p, `[...document.querySelectorAll("main time[datetime]")].map((e) => e.getAttribute("datetime"))`) {
			if len(day) >= 10 && day[:10] > "2031-03-16" && strings.HasPrefix(day, "2031-03") {
				t.Logf("a day after the moment is on the page (planned?): %s", day)
			}
		}
		followLink(t, p, ".notice", "now")
		if strings.Contains(p.URL(), "as_of") {
			t.Errorf("the way back leads to %s", p.URL())
		}
	})
}

// Search from any page: the box, results in groups, a name under another
// spelling, and words when nothing is found.
func TestSearchJourney(t *testing.T) {
	on(t, demo(t), func(t *testing.T, p *browser.Page, script bool) {
		search := func(words string) {
			t.Helper()
			p.Open("/help")
			if script {
				p.Press("/")
			} else {
				p.Click("#q")
			}
			p.Press(words)
			p.FollowKeys("\r")
			if u, err := url.Parse(p.URL()); err != nil || u.Path != "/search" || u.Query().Get("q") != words {
				t.Fatalf("the box leads to %s", p.URL())
			}
		}
		search("lake")
		if n := number(p, "main a[href^='/e/'], main a[href^='/d/'], main a[href^='/q/'], main a[href^='/p/'], main a[href^='/o/']"); n < 3 {
			t.Errorf("%d results of a word that stands in half of the reports", n)
		}
		if n := number(p, "main h2"); n < 2 {
			t.Errorf("the results stand in %d groups", n)
		}
		search("Torokai")
		if !strings.Contains(text(p, "main"), "Vesna Torokai") {
			t.Error("the family name does not find the person")
		}
		search("zzyzx qqq")
		if got := strings.ToLower(text(p, "main")); !strings.Contains(got, "nothing") || !strings.Contains(got, "20 reports") {
			t.Errorf("nothing found: the page says %q", cut(got, 300))
		}
	})
}

// A reporter pastes a draft: each quotation, figure and name is compared with
// the record.
func TestCheckDraft(t *testing.T) {
	base := demo(t)
	// Words that a report has in quotation marks, and the same with one word
	// changed.
	_, body := get(t, base, "/quotes.json?type=direct")
	m := regexp.MustCompile(`"text": "([A-Z][A-Za-z ,’]{40,120})`).FindStringSubmatch(string(body))
	if m == nil {
		t.Fatalf("no quotation in %s", cut(string(body), 400))
	}
	said := strings.TrimRight(m[1], ", ")
	ws := strings.Fields(said)
	ws[len(ws)/2] = "elephants"
	changed := strings.Join(ws, " ")
	on(t, base, func(t *testing.T, p *browser.Page, script bool) {
		p.Open("/check")
		browser.Eval[bool](p, `(document.querySelector("main form textarea").value = `+quoted("“"+said+"” he said.\n\nLater: “"+changed+"”\n\nAnd: “The moon is made of nine kinds of cheese tonight.”")+`, true)`)
		p.Follow("main form button:not([type=button])")
		got := strings.ToLower(text(p, "main"))
		for _, want := range []string{"match", "differ", "not in the record"} {
			if !strings.Contains(got, want) {
				t.Errorf("the page does not say %q: %s", want, cut(got, 1200))
			}
		}
		if n := number(p, "main a[href^='/d/'], main a[href^='/f/'], main a.ev"); n == 0 {
			t.Error("no finding leads to a sentence")
		}
	})
}

// A reader adds a report and finds it in the record.
func TestUploadJourney(t *testing.T) {
	file := filepath.Join(t.TempDir(), "brand-new.txt")
	body := "Port Elsey ferry resumes\n\nPORT ELSEY, 2 April 2031 — The ferry between Port Elsey and Hegra sailed again on Wednesday after nine days.\n\n“The lake was never closed to us,” the harbour master, Orla Venn, said.\n"
	if err := os.WriteFile(file, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
	base := fresh(t)
	on(t, base, func(t *testing.T, p *browser.Page, script bool) {
		p.Open("/upload")
		p.Upload("main input[type=file]", file)
		browser.Eval[bool](p, `(document.querySelector("main input[type=file]").form.id = "chosen", true)`)
		p.Follow("#chosen button:not([type=button])")
		if !strings.HasPrefix(p.Path(), "/jobs/") {
			t.Fatalf("the upload leads to %s: %s", p.Path(), cut(text(p, "main"), 400))
		}
		for range 60 {
			if browser.Eval[bool](p, `document.querySelector("[data-job=ended]") !== null`) {
				break
			}
			if script {
				p.Until("the end of the reading", `document.querySelector("[data-job=ended]") !== null`)
			} else {
				p.Open(p.Path())
			}
		}
		if got := text(p, "main"); !strings.Contains(got, "brand-new.txt") {
			t.Errorf("the page of the reading says %q", cut(got, 400))
		}
		p.Follow("main a[href^='/d/']")
		if got := text(p, "main"); !strings.Contains(got, "Orla Venn") {
			t.Errorf("the report's page says %q", cut(got, 400))
		}
	})
}

// The printed event ends with all its sentences, numbered.
func TestPrint(t *testing.T) {
	base := demo(t)
	kinds := walk(t, base).kinds()
	p := browser.New(t, base)
	p.Open(kinds["/e/ID"][0])
	p.Look(browser.Look{Print: true})
	if n := number(p, ".bar, .chips, button, footer form"); n > 0 {
		t.Errorf("%d controls are printed", n)
	}
	notes := number(p, ".endnotes li")
	if notes < 5 {
		t.Errorf("%d endnotes are printed", notes)
	}
	if n := browser.Eval[int](p, `[...document.querySelectorAll(".endnotes li")].filter((e) => !/\[\d+\]/.test(e.innerText)).length`); n > 0 {
		t.Errorf("%d endnotes have no number", n)
	}
	if by, what := p.Wide(); by > 0 {
		t.Errorf("the printed page is %d px too wide: %v", by, what)
	}
	p.Look(browser.Look{})
	if n := number(p, ".endnotes"); n > 0 {
		t.Error("the endnotes show on the screen")
	}
	pdf := p.PDF("demo-event")
	if n := strings.Count(string(pdf), "/Type /Page\n"); n < 2 {
		t.Errorf("the print has %d pages", n)
	}
	p.Look(browser.Look{Print: true})
	p.Shot("demo-e-ID-print")
}

// Keys alone go through the record: to the timeline, down its rows, into an
// event, to its evidence and back, through the sentences, to the pinned address.
func TestKeysAlone(t *testing.T) {
	base := demo(t)
	p := browser.New(t, base)
	p.AllowClipboard()
	p.Open("/")
	p.Press("g")
	p.FollowKeys("t")
	if p.Path() != "/timeline" {
		t.Fatalf("g t leads to %s", p.Path())
	}
	p.Press("j")
	first := browser.Eval[string](p, `document.activeElement.href || ""`)
	p.Press("jj")
	third := browser.Eval[string](p, `document.activeElement.href || ""`)
	p.Press("kk")
	if back := browser.Eval[string](p, `document.activeElement.href || ""`); first == "" || third == first || back != first {
		t.Errorf("j and k go to %q, %q and back to %q", first, third, back)
	}
	p.FollowKeys("\r")
	if !strings.HasPrefix(p.Path(), "/e/") {
		t.Fatalf("Enter on a row leads to %s", p.Path())
	}
	p.Open(walk(t, base).kinds()["/e/ID"][0])
	// Into the table, with the arrows from count to count, open one.
	browser.Eval[bool](p, `(document.querySelector(".mx td a.ev").focus(), true)`)
	p.Press("\r")
	p.Until("the evidence", `location.search.includes("sel=") && !!document.querySelector(".mx a.ev[aria-current=true]")`)
	p.Press("e")
	if !browser.Eval[bool](p, `document.querySelector("#evidence").contains(document.activeElement)`) {
		t.Error("e does not go to the evidence")
	}
	p.Press("e")
	if browser.Eval[bool](p, `document.querySelector("#evidence").contains(document.activeElement)`) {
		t.Error("e does not come back")
	}
	p.Press("]")
	if !browser.Eval[bool](p, `!!document.activeElement.closest("#evidence [data-card]")`) {
		t.Error("] does not go to a sentence")
	}
	p.Press("[")
	p.Press("y")
	if !strings.Contains(p.Path(), "@") {
		t.Errorf("y leaves the address %s", p.Path())
	}
	p.Open("/timeline")
	p.FollowKeys("D")
	if !strings.Contains(p.URL(), "disputed=1") {
		t.Errorf("D leads to %s", p.URL())
	}
	p.FollowKeys("D")
	if strings.Contains(p.URL(), "disputed") {
		t.Errorf("D again leads to %s", p.URL())
	}
	p.Click(".asof summary")
	p.Press("\x1b")
	if browser.Eval[bool](p, `document.querySelector(".asof").open`) {
		t.Error("Escape does not close the moment's panel")
	}
	if got := p.Problems(); len(got) > 0 {
		t.Error(got)
	}
}

// The four real reports look as good: the call of 19 May has three lengths that
// go together, the words of both presidents, the call after it and the one that
// is not confirmed before it.
func TestSeedsCall(t *testing.T) {
	base := seeds(t)
	var best string
	for _, path := range walk(t, base).kinds()["/e/ID"] {
		doc := document(t, base, path)
		main := all(doc, func(n *html.Node) bool { return attr(n, "id") == "main" })[0]
		if w := words(main); strings.Contains(w, "19 May 2025") && strings.Contains(w, "Phone call") || strings.Contains(w, "19 May 2025") && strings.Contains(w, "phone call between") {
			if best == "" {
				best = path
			}
		}
	}
	if best == "" {
		t.Fatal("no page of the call of 19 May")
	}
	doc := document(t, base, best)
	row := all(doc, func(n *html.Node) bool {
		if n.Data != "tr" {
			return false
		}
		th := all(n, tag("th"))
		return len(th) > 0 && strings.Contains(strings.ToLower(words(th[0])), "long") && len(all(n, tag("td"))) > 0
	})
	if len(row) == 0 {
		t.Fatalf("%s has no question on the call's length", best)
	}
	counts := all(row[0], func(n *html.Node) bool { return n.Data == "a" && hasClass(n, "ev") })
	if len(counts) < 3 {
		t.Errorf("%s: %d lengths, want three: %s", best, len(counts), words(row[0]))
	}
	if n := all(row[0], func(n *html.Node) bool { return hasClass(n, "dif") }); len(n) > 0 {
		t.Errorf("%s: the lengths go together, and the page says that they differ", best)
	}
	t.Log(best, words(row[0]))
}
