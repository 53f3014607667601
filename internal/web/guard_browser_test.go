package web_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/web"
)

// example is a pattern of a route with its wildcards filled.
func example(pattern string) (method, path string) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = http.MethodGet, pattern
	}
	path = strings.ReplaceAll(path, "{$}", "")
	return method, regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(path, "x1")
}

// every are all addresses that something may be asked of: those of all pages,
// their data, the static files, the interfaces, and what is not there.
func every(tb testing.TB) []string {
	paths := []string{"/", "/no/such/page", "/static/no-such-file.js", "/api", "/api/v1/events", "/api/v1/no-such", "/mcp", "/timeline.json", "/timeline.csv", "/timeline.atom", "/timeline.ics", "/export", "/../../etc/passwd", "/%00", "/?as_of=never", "/?as_of=2031-03-14"}
	for _, r := range web.Routes() {
		_, p := example(r)
		paths = append(paths, p)
	}
	doc := document(tb, demo(tb), "/help")
	for _, n := range all(doc, tag("link", "script")) {
		for _, a := range []string{attr(n, "href"), attr(n, "src")} {
			if strings.HasPrefix(a, "/static/") {
				paths = append(paths, a)
			}
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// ask sends one request as it stands.
func ask(tb testing.TB, base, method, path string, head map[string]string, body string) *http.Response {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), method, base, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	u, err := url.Parse(base)
	if err != nil {
		tb.Fatal(err)
	}
	p, q, _ := strings.Cut(path, "?")
	r.URL = &url.URL{Scheme: u.Scheme, Host: u.Host, Opaque: p, RawQuery: q}
	for k, v := range head {
		if k == "Host" {
			r.Host = v
		} else {
			r.Header.Set(k, v)
		}
	}
	res, err := client.Do(r)
	if err != nil {
		tb.Fatalf("%s %s: %v", method, path, err)
	}
	tb.Cleanup(func() { res.Body.Close() })
	return res
}

// Each answer, errors too, says what a browser may do with it: load our files
// and nothing else, run nothing in the page, guess at no type, tell nobody where
// the reader came from.
func TestHeadersOfEveryAnswer(t *testing.T) {
	base := demo(t)
	n, bare := 0, torture.Watch(t)
	for _, path := range every(t) {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, "OPTIONS", "TRACE", "PATCH"} {
			r := ask(t, base, method, path, nil, "")
			r.Body.Close()
			n++
			h := r.Header
			csp := h.Get("Content-Security-Policy")
			for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'", "img-src 'self'", "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
				if !slices.Contains(strings.Split(csp, "; "), want) {
					bare.Errorf("%s %s: the policy %q lacks %s", method, path, csp, want)
				}
			}
			if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") || strings.Contains(csp, "data:") {
				bare.Errorf("%s %s: the policy %q lets in more", method, path, csp)
			}
			for k, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin"} {
				if h.Get(k) != want {
					bare.Errorf("%s %s: %s is %q, want %q", method, path, k, h.Get(k), want)
				}
			}
			if h.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s %s: other sites may read it: %q", method, path, h.Get("Access-Control-Allow-Origin"))
			}
			if h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
				t.Errorf("%s %s: names its software", method, path)
			}
			if r.StatusCode >= 500 && r.StatusCode != http.StatusNotImplemented && r.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("%s %s: %s", method, path, r.Status)
			}
			if r.StatusCode == http.StatusOK && method == http.MethodGet && h.Get("Content-Type") == "" {
				t.Errorf("%s %s: no media type", method, path)
			}
		}
	}
	torture.Counted(t, "R24", n, "answers, each address × each method", fmt.Sprintf("%d lacks in the policy and the headers beside it", bare.N()))
}

// What changes something is refused when another site sent it, with every
// method that a form or a script can use; what only reads is not refused.
func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	base := demo(t)
	type from struct {
		name string
		head map[string]string
		ok   bool
	}
	froms := []from{
		{"no origin", nil, true}, // no browser: curl, our own client
		{"same origin", map[string]string{"Origin": base, "Sec-Fetch-Site": "same-origin"}, true},
		{"own origin, old browser", map[string]string{"Origin": base}, true},
		{"typed", map[string]string{"Sec-Fetch-Site": "none"}, true},
		{"cross origin", map[string]string{"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}, false},
		{"cross origin, old browser", map[string]string{"Origin": "http://evil.example"}, false},
		{"null origin", map[string]string{"Origin": "null"}, false},
		{"null origin, cross site", map[string]string{"Origin": "null", "Sec-Fetch-Site": "cross-site"}, false},
		{"same site, other port", map[string]string{"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"}, false},
		{"same host, other scheme", map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, false},
	}
	posts, n := 0, 0
	taken, refusedOurs := torture.Watch(t), torture.Watch(t)
	for _, path := range every(t) {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
			for _, f := range froms {
				head := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
				for k, v := range f.head {
					head[k] = v
				}
				r := ask(t, base, method, path, head, "to=light&back=%2Fhelp")
				r.Body.Close()
				n++
				refused := r.StatusCode == http.StatusForbidden || r.StatusCode == http.StatusMethodNotAllowed
				if !f.ok && !refused {
					taken.Errorf("%s %s from %s: %s, want 403", method, path, f.name, r.Status)
				}
				if f.ok && r.StatusCode == http.StatusForbidden {
					refusedOurs.Errorf("%s %s from %s: refused", method, path, f.name)
				}
				if f.ok && method == http.MethodPost && r.StatusCode < 400 {
					posts++
				}
			}
		}
		for _, f := range froms {
			r := ask(t, base, http.MethodGet, path, f.head, "")
			r.Body.Close()
			if r.StatusCode == http.StatusForbidden {
				t.Errorf("GET %s from %s: refused, and it only reads", path, f.name)
			}
		}
	}
	if posts == 0 {
		t.Error("no form was answered at all")
	}
	torture.Counted(t, "R25", n, "unsafe requests, each address × method × origin", fmt.Sprintf("%d of another site taken, %d of our own refused", taken.N(), refusedOurs.N()))
}

// A foreign name that leads to this address gets nothing: a page of that name
// would else read the record through the reader's browser.
func TestForeignNamesAreRefused(t *testing.T) {
	base := demo(t)
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	port, n, answered := u.Port(), 0, torture.Watch(t)
	for _, host := range []string{"evil.example", "evil.example:" + port, "127.0.0.1.evil.example", "localhost.evil.example", "192.168.1.7:" + port, "10.0.0.1", "[fe80::1]:80", "0.0.0.0:" + port, "169.254.169.254", "127.0.0.1@evil.example", "evil.example#127.0.0.1", " ", "a b"} {
		for _, path := range every(t) {
			conn, err := net.Dial("tcp", u.Host)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n")
			b, _ := io.ReadAll(conn)
			conn.Close()
			n++
			status := strings.SplitN(string(b), "\r\n", 2)[0]
			if !strings.Contains(status, " 421 ") && !strings.Contains(status, " 400 ") {
				answered.Errorf("GET %s of %q: %s", path, host, status)
			}
			if bytes.Contains(b, []byte("Port Elsey")) {
				t.Errorf("GET %s of %q tells of the record", path, host)
			}
		}
	}
	for _, host := range []string{"127.0.0.1:" + port, "localhost:" + port, "localhost", "[::1]:" + port, "127.0.0.2", "LOCALHOST:1"} {
		if r := ask(t, base, http.MethodGet, "/help", map[string]string{"Host": host}, ""); r.StatusCode != http.StatusOK {
			t.Errorf("GET /help of %q: %s", host, r.Status)
		}
	}
	torture.Counted(t, "R26", n, "requests under foreign names", fmt.Sprintf("%d answered", answered.N()))
}

// No page holds style or script of its own; what is loaded is ours.
func TestNothingInline(t *testing.T) {
	for _, path := range []string{"/help", "/status", "/no/such/page"} {
		_, body := get(t, demo(t), path)
		doc, err := html.Parse(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range inline(doc) {
			t.Errorf("%s: %s", path, problem)
		}
	}
}

// inline is what a page of ours never has: style and script within the page,
// handlers, files of others, addresses that run.
func inline(doc *html.Node) []string {
	var out []string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "style", "iframe", "object", "embed", "base", "frame", "frameset", "applet", "marquee", "video", "audio", "math", "portal", "dialog", "template", "slot":
			out = append(out, "element "+n.Data)
		case "script":
			if !strings.HasPrefix(attr(n, "src"), "/static/") || n.FirstChild != nil {
				if t := attr(n, "type"); t != "application/ld+json" {
					out = append(out, "script in the page")
				}
			}
		case "meta":
			if attr(n, "http-equiv") != "" {
				out = append(out, "meta "+attr(n, "http-equiv"))
			}
		}
		for _, a := range n.Attr {
			switch key := strings.ToLower(a.Key); {
			case strings.HasPrefix(key, "on"), key == "style", key == "srcdoc", key == "ping", key == "background", key == "dynsrc", key == "lowsrc", key == "xlink:href" && !strings.HasPrefix(a.Val, "#"):
				out = append(out, n.Data+" "+key+"="+cut(a.Val, 60))
			case key == "href" || key == "src" || key == "action" || key == "formaction" || key == "data" || key == "poster":
				if u, err := url.Parse(strings.TrimSpace(a.Val)); err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
					out = append(out, n.Data+" "+key+"="+cut(a.Val, 60))
				} else if u.Host != "" && (n.Data != "a" && !(n.Data == "link" && attr(n, "rel") != "stylesheet" && attr(n, "rel") != "icon") || !outside(n)) {
					out = append(out, "leads elsewhere: "+n.Data+" "+key+"="+cut(a.Val, 60)+" rel="+attr(n, "rel"))
				}
			}
		}
	}
	return out
}

// outside reports whether a link to another site tells it nothing.
func outside(n *html.Node) bool {
	rel := strings.Fields(attr(n, "rel"))
	return n.Data != "a" || slices.Contains(rel, "noopener") && slices.Contains(rel, "noreferrer") && slices.Contains(rel, "nofollow")
}
