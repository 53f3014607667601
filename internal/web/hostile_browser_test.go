package web_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/readout-news/readout/internal/browser"
	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/wire"
)

// payloads are the lines of the public lists of what has run in somebody's
// page: payloadbox/xss-payload-list and the big list of naughty strings. The
// lists are not part of this repository; without them a handful of our own
// stands in.
func payloads(tb testing.TB) []string {
	tb.Helper()
	own := []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'-alert(1)-'`, `javascript:alert(1)`, `</title><svg onload=alert(1)>`,
		`{{.}}`, `<!--`, `]]>`, `</textarea><script>alert(1)</script>`, `data:text/html,<script>alert(1)</script>`, "\u202e\u2066<b>", `//evil.example/x`,
	}
	out := own
	for _, f := range []string{"../../../shared/data/hostile/xss/Intruder/xss-payload-list.txt", "../../../shared/data/hostile/naughty/blns.txt"} {
		b, err := os.ReadFile(f)
		if errors.Is(err, os.ErrNotExist) && os.Getenv("CI") == "" {
			tb.Logf("without %s", f)
			continue
		}
		if err != nil {
			tb.Fatal(err)
		}
		for line := range strings.SplitSeq(string(b), "\n") {
			line = strings.TrimRight(line, "\r")
			if line != "" && !(strings.HasPrefix(line, "# ") && strings.Contains(f, "naughty")) {
				out = append(out, line)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// batch joins payloads; enough apart that one does not spoil the next.
func batch(list []string, from, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(list[(from+i)%len(list)])
		b.WriteString(" ¦ ")
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

// hostileWorld carries the payloads in every field of reports and record.
func hostileWorld(list []string, reports int) generate.Options {
	// Addresses run only as a whole: those that name a scheme come first.
	urls := slices.Clone(list)
	slices.SortStableFunc(urls, func(a, b string) int { return scheme(b) - scheme(a) })
	next := map[generate.Field]int{}
	per := max(1, (len(list)+reports-1)/reports)
	return generate.Options{Seed: 11, Reports: reports, Text: func(f generate.Field, s string) string {
		k := next[f]
		take := func(n int) string { next[f] += n; return batch(list, k, n) }
		switch f {
		case generate.URL:
			next[f]++
			return urls[k%len(urls)]
		case generate.Title, generate.Byline, generate.Path:
			return take(per)
		case generate.Sentence:
			return take(2)
		case generate.Person, generate.Quotation:
			return take(4)
		case generate.Terms, generate.Topic:
			return take(4)
		case generate.Outlet, generate.Place, generate.Body:
			return take(6) // they stand on every page
		}
		return s
	}}
}

func scheme(s string) int {
	if i := strings.IndexByte(s, ':'); i > 0 && i < 30 {
		return 1
	}
	return 0
}

// tripwire notes whatever runs that is not ours. It also takes the teeth out of
// what would end the test.
const tripwire = `(() => {
	window.__live = [];
	for (const f of ["alert", "confirm", "prompt", "print", "open"]) window[f] = (...a) => { window.__live.push(f + "(" + a.join() + ")"); };
	for (const e of ["securitypolicyviolation"]) document.addEventListener(e, (x) => window.__live.push(e + " " + x.violatedDirective + " " + x.sample));
	addEventListener("error", (x) => window.__live.push("error " + x.message));
	window.eval = (x) => window.__live.push("eval " + x);
	const doc = document.write.bind(document);
	document.write = document.writeln = (x) => window.__live.push("write " + x);
	window.__doc = doc;
})();`

// foreign lists what stands in the open page and is not of our making.
const foreign = `(() => {
	const ours = new Set("HTML HEAD BODY META TITLE LINK SCRIPT A ABBR ARTICLE ASIDE B BLOCKQUOTE BR BUTTON CAPTION CITE CODE COL COLGROUP DD DEL DETAILS DIV DL DT EM FIELDSET FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 HEADER HR I INPUT INS KBD LABEL LEGEND LI MAIN MARK METER NAV OL OPTGROUP OPTION OUTPUT P PRE PROGRESS Q S SAMP SECTION SELECT SMALL SPAN STRONG SUB SUMMARY SUP TABLE TBODY TD TEXTAREA TFOOT TH THEAD TIME TR U UL WBR svg g rect circle line marker path polyline polygon text tspan title desc a defs use".split(" "));
	const out = [];
	for (const e of document.querySelectorAll("*")) {
		if (!ours.has(e.tagName) && !ours.has(e.nodeName)) out.push("element " + e.outerHTML.slice(0, 200));
		for (const a of e.attributes) {
			const n = a.name.toLowerCase();
			if (n.startsWith("on") || n === "style" || n === "srcdoc" || n === "formaction" && !a.value.startsWith("/")) out.push("attribute " + n + " of " + e.outerHTML.slice(0, 200));
			if (/[^a-z0-9:_-]/i.test(n)) out.push("attribute name " + n + " of " + e.outerHTML.slice(0, 200));
			if (["href", "src", "action", "xlink:href"].includes(n)) {
				let u; try { u = new URL(a.value, location.href); } catch { continue; }
				if (!["http:", "https:"].includes(u.protocol)) out.push("address " + a.value.slice(0, 200));
				else if (u.origin !== location.origin && !(e.tagName === "A" && /noopener/.test(e.rel) && /noreferrer/.test(e.rel) && /nofollow/.test(e.rel))) out.push("leads elsewhere: " + e.outerHTML.slice(0, 200));
			}
		}
		if (e.tagName === "SCRIPT" && e.type !== "application/ld+json" && (!e.src.startsWith(location.origin + "/static/") || e.textContent)) out.push("script " + e.outerHTML.slice(0, 200));
	}
	return out.slice(0, 5).concat(window.__live.slice(0, 5).map((x) => "ran: " + x));
})()`

// live lists what is live on the page that is open.
func live(p *browser.Page) []string {
	out := browser.Eval[[]string](p, foreign)
	for _, f := range p.Problems() {
		// Browsers note what is not a page; that is what it should be.
		if !strings.Contains(f, "status of 4") {
			out = append(out, cut(f, 300))
		}
	}
	return out
}

// tame fails the test for whatever is live on the page that is open.
func tame(t testing.TB, p *browser.Page, path string) {
	t.Helper()
	for _, f := range live(p) {
		t.Errorf("%s: live: %s", cut(path, 300), f)
	}
}

// The tripwire sees payloads that do run, stand as markup or ask elsewhere.
func TestTheTripwire(t *testing.T) {
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, "<!doctype html><title>x</title><link rel=icon href='/i'><p>"+r.URL.Query().Get("q"))
	}))
	defer echo.Close()
	p := browser.New(t, echo.URL)
	p.WithoutPolicy()
	p.Inject(tripwire)
	for _, x := range []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=confirm(1)>", "<a href='javascript:alert(1)'>x</a>", "<iframe src=//evil.example>",
		"<b style='color:red'>", "<script src=//evil.example/x.js></script>", "<a href=//evil.example>x</a>", "<x-y>", "<input autofocus onfocus=alert(1)>", "<form action=//evil.example>",
	} {
		p.Open("/?q=" + url.QueryEscape(x))
		if len(live(p)) == 0 {
			t.Errorf("nothing was seen of %s", x)
		}
	}
	p.Open("/?q=" + url.QueryEscape("&lt;script&gt;alert(1)&lt;/script&gt; <b>x</b>"))
	if got := live(p); len(got) > 0 {
		t.Errorf("text is taken for live: %v", got)
	}
}

var hostileOnce struct {
	sync.Mutex
	url  string
	list []string
}

const hostileReports = 250

// hostile is the address of a site on reports that carry the payloads.
func hostile(tb testing.TB) (string, []string) {
	tb.Helper()
	hostileOnce.Lock()
	defer hostileOnce.Unlock()
	if hostileOnce.url == "" {
		hostileOnce.list = payloads(tb)
		hostileOnce.url, _ = made(tb, hostileWorld(hostileOnce.list, hostileReports))
	}
	return hostileOnce.url, hostileOnce.list
}

// What reports carry stays text on every page: the pages are walked through
// without a browser first, each held to having no element, attribute or address
// that our templates do not write.
func TestHostileReportsOnEveryPage(t *testing.T) {
	base, list := hostile(t)
	html, other, foreign := 0, 0, torture.Watch(t)
	crawlWith(t, base, torture.Rounds(t, 500, 1400, 10_000), func(path string, r *http.Response, body []byte) {
		if r.StatusCode >= 500 {
			t.Errorf("%s: %s", cut(path, 200), r.Status)
		}
		if strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			html++
			holds(foreign, path, body)
			return
		}
		other++
		notMarkup(foreign, path, r, body)
	}, starts...)
	torture.Counted(t, "R23", html+other, fmt.Sprintf("pages and other forms of a record that carries %d payloads", len(list)), fmt.Sprintf("%d elements, attributes or addresses that our templates do not write", foreign.N()))
	if html < 100 {
		t.Errorf("%d pages only", html)
	}
}

// held parses a page as a browser would and holds it to what templates write.
func held(t *testing.T, base, path string) {
	t.Helper()
	_, body := get(t, base, path)
	holds(t, path, body)
}

func holds(t testing.TB, path string, body []byte) {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Errorf("%s: %v", cut(path, 200), err)
		return
	}
	for _, problem := range inline(doc) {
		t.Errorf("%s: %s", cut(path, 200), problem)
	}
	if !utf8.Valid(body) {
		t.Errorf("%s is not UTF-8", cut(path, 200))
	}
}

// notMarkup holds data to being what its media type says: nothing that a
// browser would take for a page, XML that is well-formed, SVG without script.
func notMarkup(t testing.TB, path string, r *http.Response, body []byte) {
	t.Helper()
	kind := r.Header.Get("Content-Type")
	if r.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s: browsers may guess at its type", cut(path, 200))
	}
	switch {
	case r.StatusCode/100 == 3 || len(body) == 0:
	case strings.Contains(kind, "xml") || strings.Contains(kind, "svg"):
		d := xml.NewDecoder(bytes.NewReader(body))
		for {
			tok, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Errorf("%s: not well-formed: %v", cut(path, 200), err)
				break
			}
			e, ok := tok.(xml.StartElement)
			if !ok {
				continue
			}
			if n := strings.ToLower(e.Name.Local); n == "script" || n == "foreignobject" || n == "iframe" || n == "handler" || n == "animate" || n == "set" {
				t.Errorf("%s: element %s", cut(path, 200), n)
			}
			for _, a := range e.Attr {
				if n := strings.ToLower(a.Name.Local); strings.HasPrefix(n, "on") || n == "href" && scheme(a.Value) == 1 && !strings.HasPrefix(a.Value, "http://") && !strings.HasPrefix(a.Value, "https://") {
					t.Errorf("%s: attribute %s=%s", cut(path, 200), n, cut(a.Value, 80))
				}
			}
		}
	case strings.HasPrefix(kind, "application/json"), strings.HasPrefix(kind, "application/problem+json"):
		if bytes.ContainsAny(body, "<>") {
			t.Errorf("%s: JSON with angle brackets", cut(path, 200))
		}
	case strings.HasPrefix(kind, "text/csv"), strings.HasPrefix(kind, "text/calendar"), strings.HasPrefix(kind, "text/markdown"), strings.HasPrefix(kind, "text/plain"), strings.HasPrefix(kind, "text/css"), strings.HasPrefix(kind, "text/javascript"), strings.HasPrefix(kind, "font/"), strings.HasPrefix(kind, "application/"):
	default:
		t.Errorf("%s: media type %q", cut(path, 200), kind)
	}
}

// And in a browser, with its security policy switched off, so that escaping
// alone holds: nothing of the payloads runs, asks or stands in the page as
// markup.
func TestHostileReportsInABrowser(t *testing.T) {
	base, _ := hostile(t)
	browser.Need(t)
	kinds := crawl(t, base, 700, starts...).kinds()
	var paths []string
	for _, k := range sorted(kinds) {
		n := 2
		if k == "/d/ID" {
			n = 40
		}
		paths = append(paths, kinds[k][:min(n, len(kinds[k]))]...)
	}
	const tabs = 2
	var alive atomic.Int64
	for tab := range tabs {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			p := browser.New(t, base)
			p.WithoutPolicy()
			p.Inject(tripwire)
			w := torture.Watch(t)
			for i := tab; i < len(paths); i += tabs {
				p.Open(paths[i])
				tame(w, p, paths[i])
			}
			alive.Add(int64(w.N()))
		})
	}
	t.Cleanup(func() {
		torture.Counted(t, "R23", len(paths), fmt.Sprintf("pages of %d kinds in a browser without its policy", len(kinds)), fmt.Sprintf("%d payloads live", alive.Load()))
	})
}

// What a reader types, and what a link may bring in the query, stays text: every
// payload in every parameter, without a browser; then in batches with one.
func TestHostileQueries(t *testing.T) {
	base, list := demo(t), payloads(t)
	names := []string{"q", "by", "to", "from", "on", "party", "kind", "type", "outlet", "thread", "status", "view", "order", "in", "cursor", "sel", "as_of", "since", "a", "b", "limit", "disputed", "issue"}
	pages := []string{"/", "/timeline", "/quotes", "/positions", "/commitments", "/people", "/sources", "/search", "/changes", "/sources/compare", "/network"}
	for i, x := range list {
		name := names[i%len(names)]
		held(t, base, pages[(i/len(names))%len(pages)]+"?"+url.Values{name: {x}, "limit": {"3"}}.Encode())
	}
	for i, name := range names {
		for k, path := range pages {
			v := url.Values{name: {batch(list, i*37+k, 12)}}
			held(t, base, path+"?"+v.Encode())
			r, _ := get(t, base, path+".json?"+v.Encode())
			if r.StatusCode >= 500 {
				t.Errorf("%s.json with %s: %s", path, name, r.Status)
			}
		}
	}
	if t.Failed() {
		return
	}
	browser.Need(t)
	const tabs, each = 2, 60
	for tab := range tabs {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			p := browser.New(t, base)
			p.WithoutPolicy()
			p.Inject(tripwire)
			for i := tab * each; i < len(list); i += tabs * each {
				path := "/search?q=" + url.QueryEscape(batch(list, i, each))
				if len(path) > 30000 {
					path = "/search?q=" + url.QueryEscape(batch(list, i, 5))
				}
				p.Open(path)
				tame(t, p, path)
			}
			for i, name := range names {
				path := pages[(i+tab)%len(pages)] + "?" + url.Values{name: {batch(list, i*91, 25)}}.Encode()
				p.Open(path)
				tame(t, p, path)
			}
		})
	}
}

// post sends a form and returns where it leads, or "" when it was answered in
// place.
func post(t *testing.T, base, path, kind string, body io.Reader) (status int, to string, answer []byte) {
	t.Helper()
	r, err := client.Post(base+path, kind, body)
	if err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
	defer r.Body.Close()
	answer, err = io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, strings.TrimPrefix(r.Header.Get("Location"), base), answer
}

// A draft that carries the payloads comes back as text.
func TestHostileDraft(t *testing.T) {
	base, list := demo(t), payloads(t)
	p := browser.New(t, base)
	p.WithoutPolicy()
	p.Inject(tripwire)
	for i := 0; i < len(list); i += 250 {
		var draft strings.Builder
		for _, x := range list[i:min(i+250, len(list))] {
			draft.WriteString("Tomas Ered said “" + x + "” on 14 March.\n\n")
		}
		p.Open("/check")
		field := browser.Eval[string](p, `(document.querySelector("main form textarea") || {}).name || ""`)
		if field == "" {
			t.Fatal("the page has no field for a draft")
		}
		browser.Eval[bool](p, `(document.querySelector("main form textarea").value = `+quoted(draft.String())+`, true)`)
		p.Follow("main form button:not([type=button])")
		tame(t, p, "/check")
		if n := browser.Eval[int](p, "document.querySelector('main').textContent.length"); n < draft.Len()/4 {
			t.Errorf("the draft's page has %d characters only", n)
		}
	}
	if !t.Failed() {
		torture.Counted(t, "R23", len(list), "payloads in drafts that were checked", "0 live")
	}
}

// quoted is s as a literal of JavaScript.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		if r < ' ' || strings.ContainsRune(`"\<>`, r) || r > 126 {
			for _, u := range utf16.Encode([]rune{r}) {
				b.WriteString(`\u`)
				const hex = "0123456789abcdef"
				for shift := 12; shift >= 0; shift -= 4 {
					b.WriteByte(hex[u>>shift&15])
				}
			}
			continue
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}

// Files and texts that are sent in, with payloads for names and contents, come
// back as text on the pages that tell of them.
func TestHostileUploads(t *testing.T) {
	base, list := fresh(t), payloads(t)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(list); i += 300 {
		h := textproto.MIMEHeader{}
		name := strings.Map(func(r rune) rune {
			if r == '"' || r == '\\' || r < ' ' || r == 0x7f {
				return '_'
			}
			return r
		}, batch(list, i, 3))
		h.Set("Content-Disposition", `form-data; name="files"; filename="`+name+`.txt"`)
		h.Set("Content-Type", "text/plain")
		f, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, batch(list, i, 1)+"\n\nPORT ELSEY, 14 March 2031. Officials of Karvany and Sollund met on Friday for two hours. “"+batch(list, i, 300)+"” Tomas Ered said.\n")
	}
	w.Close()
	status, to, answer := post(t, base, "/upload", w.FormDataContentType(), &body)
	if status != http.StatusSeeOther || !strings.HasPrefix(to, "/jobs/") {
		t.Fatalf("upload answers %d and leads to %q: %s", status, to, cut(string(answer), 400))
	}
	p := browser.New(t, base)
	p.WithoutPolicy()
	p.Inject(tripwire)
	p.Open(to)
	p.Until("the reading's end", `document.querySelector("[data-job=ended]") !== null`)
	tame(t, p, to)
	for _, path := range []string{"/status", "/sources", "/", "/changes", "/timeline", "/quotes"} {
		p.Open(path)
		tame(t, p, path)
	}
	links := browser.Eval[[]string](p, `fetch(`+quoted(to)+`).then(r => r.text()).then(s => [...new DOMParser().parseFromString(s, "text/html").querySelectorAll("main a[href^='/d/']")].map(a => a.getAttribute("href")))`)
	for _, l := range links {
		p.Open(l)
		tame(t, p, l)
	}
}

// What readers report, what reviewers write and what questions are about comes
// back as text: on the pages of the queue and its items, of the log, of things
// and of what would result, without a browser and with one.
func TestHostileReview(t *testing.T) {
	base, list := hostile(t)
	form := func(base, path string, v url.Values) string {
		t.Helper()
		status, to, answer := post(t, base, path, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
		if status != http.StatusSeeOther {
			holds(t, path, answer)
			t.Fatalf("POST %s answers %d: %s", path, status, cut(string(answer), 400))
		}
		return to
	}
	queue := func(base, kind string, limit int) []wire.ReviewItem {
		t.Helper()
		var l wire.List[wire.ReviewItem]
		_, body := get(t, base, fmt.Sprintf("/review.json?kind=%s&limit=%d", kind, limit))
		if err := json.Unmarshal(body, &l); err != nil {
			t.Fatalf("the queue of %s: %v: %s", kind, err, cut(string(body), 300))
		}
		return l.Items
	}
	// Every kind of question, and every kind of thing that one is about.
	var paths []string
	things, report := map[string]string{}, ""
	for _, kind := range []string{"same-event", "one-or-two", "same-person", "speaker", "date"} {
		paths = append(paths, "/review?kind="+kind)
		for _, x := range queue(base, kind, 3) {
			paths = append(paths, x.Path)
			for _, s := range x.Sides {
				things[s.Kind] = s.ID
				if len(s.Evidence) > 0 {
					report = s.Evidence[0].Report
				}
			}
		}
	}
	// What nobody asks about is decided, too.
	for kind, list := range map[string]string{"statement": "statements", "commitment": "commitments"} {
		var l wire.List[wire.Ref]
		_, body := get(t, base, "/api/v1/"+list+"?limit=1")
		if err := json.Unmarshal(body, &l); err != nil || len(l.Items) != 1 {
			t.Fatalf("%s: %v: %s", list, err, cut(string(body), 300))
		}
		things[kind] = l.Items[0].ID
	}
	if len(paths) < 10 || len(things) != 4 {
		t.Fatalf("%d pages of questions, about %v", len(paths), things)
	}
	for _, id := range things {
		paths = append(paths, "/decide/"+id)
	}
	// What people write.
	mistake := "/d/" + report + "/mistake"
	batches := torture.Rounds(t, 40, 400, 400)
	for i := 0; i < len(list) && i < 20*batches; i += 20 {
		form(base, mistake, url.Values{"first": {"1"}, "last": {"3"}, "note": {clipTo(batch(list, i, 20), 1900)}})
	}
	for i, id := range sorted(things) {
		form(base, "/decide/"+things[id], url.Values{"do": {"note"}, "why": {clipTo(batch(list, i*60, 60), 3900)}})
	}
	_, _, refused := post(t, base, mistake, "application/x-www-form-urlencoded", strings.NewReader(url.Values{"first": {list[0]}, "note": {""}}.Encode()))
	holds(t, mistake, refused)
	for _, x := range queue(base, "reported", 12) {
		paths = append(paths, x.Path)
	}
	paths = append(paths, mistake+"?first=1&last=3&sent=1", "/review?kind=reported", "/decisions")
	// What they call things: a name that is put in, and the page before it is saved.
	small, _ := desk(t)
	person := queue(small, "same-person", 1)[0]
	// Before the name is put in: the two no longer look alike when it is.
	_, _, preview := post(t, small, person.Path, "application/x-www-form-urlencoded", strings.NewReader(url.Values{"do": {"merge"}, "why": {clipTo(batch(list, 90, 40), 3900)}}.Encode()))
	if !strings.Contains(string(preview), "Nothing is saved yet") {
		t.Errorf("before a merge is saved stands %s", cut(string(preview), 400))
	}
	holds(t, person.Path, preview)
	to := form(small, "/decide/"+person.Sides[0].ID, url.Values{"do": {"edit"}, "field": {"name"}, "other": {clipTo(batch(list, 7, 40), 900)}, "why": {clipTo(batch(list, 47, 40), 3900)}})
	if _, job, waits := strings.Cut(to, "job="); waits {
		ended(t, small, "/jobs/"+job)
	}
	named := []string{to, "/decisions", "/review", "/people"}
	for _, x := range queue(small, "", 6) {
		named = append(named, x.Path)
	}
	for _, path := range paths {
		held(t, base, path)
	}
	for _, path := range named {
		held(t, small, path)
	}
	if t.Failed() {
		return
	}
	browser.Need(t)
	for _, site := range []struct {
		base  string
		paths []string
	}{{base, paths}, {small, named}} {
		p := browser.New(t, site.base)
		p.WithoutPolicy()
		p.Inject(tripwire)
		for _, path := range site.paths {
			p.Open(path)
			tame(t, p, path)
		}
	}
	torture.Counted(t, "R23", len(paths)+len(named), fmt.Sprintf("pages on which people decide, with %d payloads in what they write", min(len(list), 20*batches)), "0 payloads live")
}

// clipTo cuts text to at most n bytes of whole characters.
func clipTo(s string, n int) string { return strings.ToValidUTF8(s[:min(n, len(s))], "") }
