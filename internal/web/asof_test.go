package web

import (
	"context"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/api"
	"github.com/readout-news/readout/internal/mcp"
)

// then is a moment in the middle of the example: half of its reports came out
// later.
const then = "2031-03-15"

// run is how many words in a row make it certain whose they are.
const run = 6

// laterWords finds what only reports know that came out later.
type laterWords struct {
	runs map[string]string // words → report that has them
	ids  map[string]bool
}

// words are the words of s in small letters, whatever stands between them.
func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func runsOf(s string, n int, each func(string)) {
	w := words(s)
	for i := 0; i+n <= len(w); i++ {
		each(strings.Join(w[i:i+n], " "))
	}
}

// later is what the reports of all that are not in early have to themselves.
func later(all, early []*readout.Report) laterWords {
	out := laterWords{map[string]string{}, map[string]bool{}}
	known := map[string]bool{}
	in := map[string]bool{}
	for _, r := range early {
		in[r.ID] = true
		for _, s := range []string{r.Title, r.Text} {
			runsOf(s, run, func(s string) { known[s] = true })
			// Pages join what they list by "and".
			runsOf(s, run-1, func(s string) { known[s+" and"], known["and "+s] = true, true })
		}
	}
	for _, r := range all {
		if in[r.ID] {
			continue
		}
		out.ids[r.ID] = true
		for _, s := range []string{r.Title, r.Text} {
			runsOf(s, run, func(s string) {
				if !known[s] {
					out.runs[s] = r.Path
				}
			})
		}
	}
	return out
}

var (
	tag     = regexp.MustCompile(`<[^>]*>`)
	escaped = regexp.MustCompile(`\\[nrt"\\/,;]|\\u[0-9a-fA-F]{4}`)
	folded  = regexp.MustCompile(`\r\n[ \t]`) // iCalendar
	anID    = regexp.MustCompile(`\br[0-9a-f]{16}\b`)
)

// in reports what of the later reports stands in an answer: as text, and in
// addresses and attributes.
func (l laterWords) in(body string) (found []string) {
	body = folded.ReplaceAllString(body, "")
	if strings.HasPrefix(strings.TrimSpace(body), "{") {
		body = escaped.ReplaceAllStringFunc(body, func(s string) string {
			var out string
			if json.Unmarshal([]byte(`"`+s+`"`), &out) != nil {
				return " "
			}
			return out
		})
	}
	for _, text := range []string{html.UnescapeString(body), html.UnescapeString(tag.ReplaceAllString(body, ""))} {
		runsOf(text, run, func(s string) {
			if r := l.runs[s]; r != "" {
				found = append(found, s+" ("+r+")")
			}
		})
	}
	for _, id := range anID.FindAllString(body, -1) {
		if l.ids[id] {
			found = append(found, id)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// TestNothingLaterInAnyForm walks every page of an earlier state in every form,
// every operation of the API and every tool of MCP: nothing of a report that
// came out later is in any of them.
func TestNothingLaterInAnyForm(t *testing.T) {
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	past, err := src.At(context.Background(), then)
	if err != nil {
		t.Fatal(err)
	}
	secret := later(src.Now().Record.Reports, past.Record.Reports)
	if len(secret.ids) == 0 || len(secret.ids) == len(src.Now().Record.Reports) || len(secret.runs) < 500 {
		t.Fatalf("%d reports are later, with %d runs of words: that tests nothing", len(secret.ids), len(secret.runs))
	}
	faces, err := api.New(src, api.Options{})
	if err != nil {
		t.Fatal(err)
	}
	site, err := New(src, Options{Version: "test", Now: func() time.Time { return today }, Mount: map[string]http.Handler{"/api/": faces}})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(path string) (int, string) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "localhost"
		site.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	leaks := 0
	check := func(path, body string) {
		// An answer may say again what was asked for.
		for _, id := range anID.FindAllString(path, -1) {
			body = strings.ReplaceAll(body, id, "")
		}
		if found := secret.in(body); len(found) > 0 && leaks < 40 {
			leaks++
			t.Errorf("%s tells of later reports: %d times, first %q", path, len(found), found[:min(3, len(found))])
		}
	}

	// The present tells of them, or the walk would find nothing anyway.
	for _, path := range []string{"/timeline?view=list&limit=500", "/quotes.json", "/export/jsonl", "/changes.atom", "/timeline.ics", "/quotes.csv"} {
		if _, body := ask(path); len(secret.in(body)) == 0 {
			t.Errorf("%s of the present tells nothing of the later reports, so the test would not see them", path)
		}
	}

	seen := map[string]bool{}
	var queue []string
	push := func(href string) {
		u, err := url.Parse(html.UnescapeString(href))
		if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "/static/") || strings.HasPrefix(u.Path, "/api") {
			return
		}
		q := u.Query()
		if sel := q.Get("sel"); sel != "" { // the same sentences have a page of their own
			u.Path, q = "/f/"+sel, url.Values{}
		}
		if len(q) > 1 { // filters of filters never end
			return
		}
		q.Set("as_of", then)
		u.RawQuery, u.Fragment = q.Encode(), ""
		if s := u.String(); !seen[s] {
			seen[s] = true
			queue = append(queue, s)
		}
	}
	for _, s := range []string{"/", "/?since=2031-01-01", "/people", "/quotes", "/timeline", "/timeline?view=list", "/timeline?view=lanes", "/positions", "/commitments", "/sources", "/network", "/search", "/search?q=lake", "/search?q=Hegra", "/search?q=call", "/changes", "/changes?since=2031-01-01", "/status", "/export", "/check", "/upload", "/help", "/api"} {
		push(s)
	}
	// What the present has may be asked for in the past, too.
	now := src.Now().Record
	for _, x := range now.Reports {
		push("/d/" + x.ID)
	}
	for _, x := range now.Events {
		push("/e/" + x.ID)
		push("/e/" + x.ID + "/diff?b=2031-04-01")
		push("/f/" + x.ID + ".duration")
	}
	for _, x := range now.Entities {
		push("/p/" + x.ID)
		push("/s/" + x.ID)
	}
	for _, x := range now.Statements {
		push("/q/" + x.ID)
	}
	for _, x := range now.Threads {
		push("/t/" + x.ID)
	}
	for _, x := range now.Commitments {
		push("/c/" + x.ID)
	}
	link := regexp.MustCompile(`(?:href|action)="(/[^"]*)"`)
	const most = 8000
	for n := 0; n < len(queue) && n < most; n++ {
		path := queue[n]
		code, body := ask(path)
		check(path, body)
		if code >= http.StatusInternalServerError {
			t.Errorf("%s: status %d", path, code)
		}
		if code != http.StatusOK || strings.HasPrefix(path, "/export/") {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(body, -1) {
			push(m[1])
		}
	}
	t.Logf("%d pages", len(queue))
	if len(queue) >= most {
		t.Errorf("%d addresses and more: the walk does not end", most)
	}

	for _, o := range api.Operations() {
		if o.Method != http.MethodGet {
			continue
		}
		ids := []string{""}
		if strings.Contains(o.Path, "{id}") {
			ids = nil
			for _, x := range now.Events {
				ids = append(ids, x.ID)
			}
			for _, x := range now.Reports {
				ids = append(ids, x.ID)
			}
			for _, x := range now.Entities {
				ids = append(ids, x.ID)
			}
			for i, x := range now.Statements {
				if i%5 == 0 {
					ids = append(ids, x.ID)
				}
			}
			for _, x := range now.Positions {
				ids = append(ids, x.ID)
			}
			for _, x := range now.Threads {
				ids = append(ids, x.ID)
			}
			for _, x := range now.Issues {
				ids = append(ids, x.ID)
			}
		}
		for _, id := range ids {
			path := strings.ReplaceAll(o.Path, "{id}", id) + "?as_of=" + then
			if strings.HasSuffix(o.Path, "/search") {
				path += "&q=talks"
			}
			if o.Lists {
				path += "&limit=500"
			}
			code, body := ask(path)
			check(path, body)
			if code >= http.StatusInternalServerError {
				t.Errorf("%s: status %d", path, code)
			}
		}
	}

	call := toolCaller(t, src)
	for tool, args := range map[string][]map[string]any{
		"search":        {{"query": "talks"}, {"query": "Hegra"}, {"query": "by:Ered"}},
		"timeline":      {{"limit": 100}},
		"quotations":    {{"limit": 100}, {"by": "Ered"}},
		"positions":     {{"limit": 100}},
		"event":         {{"event": "call"}},
		"who_says_what": {{"event": "call"}},
	} {
		for _, a := range args {
			a["as_of"] = then
			check("mcp "+tool, call(tool, a))
		}
	}
	for _, x := range now.Events {
		check("mcp event", call("event", map[string]any{"event": x.ID, "as_of": then}))
	}
	for _, x := range now.Reports {
		check("mcp sentence "+x.ID, call("sentence", map[string]any{"report": x.ID, "sentence": 1, "around": 10, "as_of": then}))
		check("mcp open "+x.ID, call("open", map[string]any{"ref": x.ID, "as_of": then}))
	}
}

// toolCaller calls tools of MCP over a source; answers are text, errors too.
func toolCaller(t *testing.T, src mcp.Source) func(tool string, args map[string]any) string {
	t.Helper()
	ctx := t.Context()
	server, err := mcp.New(src, mcp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	asked, ask := io.Pipe()
	answered, answer := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx, asked, answer) }()
	session, err := sdk.NewClient(&sdk.Implementation{Name: "test"}, nil).Connect(ctx, &sdk.IOTransport{Reader: answered, Writer: ask}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		session.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return func(tool string, args map[string]any) string {
		res, err := session.CallTool(ctx, &sdk.CallToolParams{Name: tool, Arguments: args})
		if err != nil {
			return err.Error()
		}
		var out strings.Builder
		for _, c := range res.Content {
			if x, ok := c.(*sdk.TextContent); ok {
				out.WriteString(x.Text)
			}
		}
		return out.String()
	}
}

// A comparison of two states ends at the state that the page shows.
func TestDiffEndsAtItsState(t *testing.T) {
	srv := demo(t)
	e := disputedCall(t)
	const newest = "1 hour 30 minutes"
	path := "/e/" + e.ID + "/diff?a=2031-03-17T15:00Z&b=2031-04-01"
	if code, _, body := get(t, srv, path); code != http.StatusOK || !strings.Contains(body, newest) {
		t.Errorf("status %d; the comparison up to now should tell of %q", code, newest)
	}
	if code, _, body := get(t, srv, path+"&as_of=2031-03-17T20:45Z"); code != http.StatusOK || strings.Contains(body, newest) {
		t.Errorf("status %d; the comparison in a state of 17 March tells of %q, reported on 18 March", code, newest)
	}
}

// Links of an earlier state stay in it, in pictures too; the record's own way
// back to now is the page's address.
func TestLinksKeepTheState(t *testing.T) {
	srv := demo(t)
	link := regexp.MustCompile(`<a [^>]*href="(/[^"]*)"`)
	for _, path := range []string{"/", "/timeline", "/timeline?view=lanes", "/network", "/people", "/quotes", "/positions", "/commitments", "/sources", "/changes", "/search?q=call", "/day/2031-03-14", "/day/2030-01-01", "/changes?kind=x", "/?since=2031-03-16"} {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		_, _, body := get(t, srv, path+sep+"as_of="+then)
		for _, m := range link.FindAllStringSubmatch(body, -1) {
			switch to := m[1]; {
			case strings.Contains(to, "as_of="), strings.HasPrefix(to, "/static/"), to == "/api", to == "/upload":
			case strings.SplitN(html.UnescapeString(to), "?", 2)[0] == strings.SplitN(path, "?", 2)[0]: // back to now
			default:
				t.Errorf("%s in an earlier state leads to %s in the present", path, to)
			}
		}
	}
}
