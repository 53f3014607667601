package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout/client"
	"github.com/readout-news/readout/wire"
)

// collect gathers a list.
func collect[T any](t *testing.T, seq iter.Seq2[T, error]) []T {
	t.Helper()
	var out []T
	for x, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, x)
	}
	return out
}

// Every list gives as many items in small pages as its first page counts, and
// every thing of it is found by its id.
func TestListsAndThings(t *testing.T) {
	c, ctx := demo(t), t.Context()
	small := wire.Query{Limit: 7}
	ids := map[string]string{} // kind → id of the first
	count := func(name string, want, got int) {
		t.Helper()
		if want == 0 || got != want {
			t.Errorf("%s: %d items, the list counts %d", name, got, want)
		}
	}
	events := collect(t, c.Timeline(ctx, small))
	count("timeline", must(c.TimelinePage(ctx, small)).Count, len(events))
	ids["event"] = events[0].ID
	count("disagreements", must(c.DisagreementsPage(ctx, small)).Count, len(collect(t, c.Disagreements(ctx, small))))
	threads := collect(t, c.Threads(ctx, small))
	count("threads", must(c.ThreadsPage(ctx, small)).Count, len(threads))
	quotes := collect(t, c.Quotes(ctx, small))
	count("quotes", must(c.QuotesPage(ctx, small)).Count, len(quotes))
	statements := collect(t, c.Statements(ctx, small))
	count("statements", must(c.StatementsPage(ctx, small)).Count, len(statements))
	count("changes", must(c.ChangesPage(ctx, small)).Count, len(collect(t, c.Changes(ctx, small))))
	sources := collect(t, c.Sources(ctx, wire.Query{Limit: 2}))
	count("sources", must(c.SourcesPage(ctx, small)).Count, len(sources))
	responses := collect(t, c.Responses(ctx, small))
	count("responses", must(c.ResponsesPage(ctx, small)).Count, len(responses))
	positions := collect(t, c.Positions(ctx, small))
	count("positions", must(c.PositionsPage(ctx, small)).Count, len(positions))
	issues := collect(t, c.Issues(ctx, small))
	count("issues", must(c.IssuesPage(ctx, small)).Count, len(issues))
	commitments := collect(t, c.Commitments(ctx, small))
	count("commitments", must(c.CommitmentsPage(ctx, small)).Count, len(commitments))
	entities := collect(t, c.Entities(ctx, small))
	count("entities", must(c.EntitiesPage(ctx, small)).Count, len(entities))
	reports := collect(t, c.Reports(ctx, small))
	count("reports", must(c.ReportsPage(ctx, small)).Count, len(reports))

	var q wire.Query
	for _, x := range []struct {
		name, want string
		got        func() (string, error)
	}{
		{"event", events[0].ID, func() (string, error) { x, err := c.Event(ctx, events[0].ID, q); return x.Item.Event.ID, err }},
		{"thread", threads[0].ID, func() (string, error) { x, err := c.Thread(ctx, threads[0].ID, q); return x.Item.Thread.ID, err }},
		{"quote", quotes[0].ID, func() (string, error) { x, err := c.Quote(ctx, quotes[0].ID, q); return x.Item.ID, err }},
		{"statement", statements[0].ID, func() (string, error) { x, err := c.Statement(ctx, statements[0].ID, q); return x.Item.ID, err }},
		{"source", sources[0].Outlet.ID, func() (string, error) { x, err := c.Source(ctx, sources[0].Outlet.ID, q); return x.Item.Outlet.ID, err }},
		{"open", statements[0].ID, func() (string, error) { x, err := c.Open(ctx, statements[0].ID, q); return x.Item.Ref, err }},
		{"response", responses[0].ID, func() (string, error) { x, err := c.Response(ctx, responses[0].ID, q); return x.Item.ID, err }},
		{"position", positions[0].ID, func() (string, error) { x, err := c.Position(ctx, positions[0].ID, q); return x.Item.ID, err }},
		{"issue", issues[0].ID, func() (string, error) { x, err := c.Issue(ctx, issues[0].ID, q); return x.Item.Issue.ID, err }},
		{"commitment", commitments[0].ID, func() (string, error) { x, err := c.Commitment(ctx, commitments[0].ID, q); return x.Item.ID, err }},
		{"entity", entities[0].ID, func() (string, error) { x, err := c.Entity(ctx, entities[0].ID, q); return x.Item.Entity.ID, err }},
		{"report", reports[0].ID, func() (string, error) { x, err := c.Report(ctx, reports[0].ID, q); return x.Item.Report.ID, err }},
	} {
		if got, err := x.got(); err != nil || got != x.want {
			t.Errorf("%s %s: got %s, %v", x.name, x.want, got, err)
		}
	}
	if x := must(c.EventChanges(ctx, events[len(events)-1].ID, q)); x.Item.Event.ID != events[len(events)-1].ID {
		t.Errorf("changes of %+v", x.Item.Event)
	}
	if x := must(c.Stances(ctx, q)); len(x.Item.Lines) == 0 {
		t.Error("no issue with stances")
	}
	if x := must(c.Contacts(ctx, q)); len(x.Item.Edges) == 0 {
		t.Error("nobody speaks with anybody")
	}
	if x := must(c.CompareSources(ctx, sources[0].Name, sources[1].Name, q)); len(x.Item.Both) == 0 || x.Item.A.Name != sources[0].Name {
		t.Errorf("%s and %s have no event in common", sources[0].Name, sources[1].Name)
	}
	if s := must(c.Status(ctx)); s.Item.Reports != len(reports) || s.Item.Events != len(events) {
		t.Errorf("status %+v", s.Item)
	}
}

// Somebody is told of alike in the list and on a page of their own, and a state
// has as many positions as its table of positions.
func TestEntitiesAreOneOnEveryFace(t *testing.T) {
	c, ctx := demo(t), t.Context()
	for _, x := range collect(t, c.Entities(ctx, wire.Query{Type: "all"})) {
		if diff := cmp.Diff(x, must(c.Entity(ctx, x.ID, wire.Query{})).Item.Entity); diff != "" {
			t.Errorf("%s (-list +page)\n%s", x.Name, diff)
		}
		if x.Kind != "state" {
			continue
		}
		if n := must(c.Stances(ctx, wire.Query{By: x.ID})).Item.Positions; n != x.Positions {
			t.Errorf("%s: %d positions, its table has %d", x.Name, x.Positions, n)
		}
	}
}

// Search finds in every kind, and its cursor goes on.
func TestSearch(t *testing.T) {
	c, ctx := demo(t), t.Context()
	found := must(c.Search(ctx, wire.Query{Q: "talks", Limit: 2}))
	if found.Reports != 20 || len(found.Events.Items) != 2 || len(found.Text.Items) != 2 || len(found.Text.Items[0].Passages) == 0 {
		t.Fatalf("%+v", found)
	}
	if found.Text.Next != nil {
		t.Errorf("cursor %s of a search in all kinds: no search takes it", *found.Text.Next)
	}
	for _, m := range found.Events.Items[0].Marks {
		title := []rune(found.Events.Items[0].Event.Title)
		if !strings.EqualFold(string(title[m.Start:m.End]), "talks") {
			t.Errorf("%q is marked", string(title[m.Start:m.End]))
		}
	}
	first := must(c.Search(ctx, wire.Query{Q: "talks", In: "text", Limit: 2})).Text
	more := must(c.Search(ctx, wire.Query{Q: "talks", In: "text", Limit: 2, Cursor: *first.Next}))
	if len(more.Text.Items) != 2 || more.Text.Items[0].Report.ID == first.Items[0].Report.ID || more.Text.Items[0].Report.ID == first.Items[1].Report.ID || len(more.Searched) != 1 {
		t.Errorf("%+v", more)
	}
	if people := must(c.Search(ctx, wire.Query{Q: "torokai", In: "people"})).People; people.Count == 0 || !strings.Contains(people.Items[0].Entity.Name, "Torokai") {
		t.Errorf("%+v", people)
	}
	if near := must(c.Search(ctx, wire.Query{Q: "torokay harbuor"})); len(near.Missing) == 0 {
		t.Errorf("%+v", near.Missing)
	}
	var e *client.Error
	if _, err := c.Search(ctx, wire.Query{Q: "talks", In: "events", Cursor: "x"}); !errors.As(err, &e) || e.Status != 400 {
		t.Errorf("got %v", err)
	}
	if _, err := c.Search(ctx, wire.Query{Q: "in:nothing"}); !errors.As(err, &e) || e.Status != 400 {
		t.Errorf("got %v", err)
	}
}

func TestCheck(t *testing.T) {
	c := demo(t)
	got := must(c.Check(t.Context(), wire.Draft{Text: "The Lake Ansa talks took place in Port Elsey. President Vesna Torokay of Karvany said: “My deputy prime minister does not slam windows.”", Date: "2031-03-19"}, wire.Query{}))
	if got.Reports != 20 || got.Differs == 0 {
		t.Errorf("%+v", got)
	}
	if _, err := c.Check(t.Context(), wire.Draft{}, wire.Query{}); err == nil {
		t.Error("an empty draft gave no error")
	}
}

// Filters of the client reach the record: what they ask for is what comes.
func TestFilters(t *testing.T) {
	c, ctx := demo(t), t.Context()
	for q, err := range c.Statements(ctx, wire.Query{By: "Torokai", Type: "direct"}) {
		if err != nil {
			t.Fatal(err)
		}
		if q.Speaker == nil || !strings.Contains(q.Speaker.Name, "Torokai") || q.Kind != "direct" {
			t.Errorf("%s: %s by %+v", q.ID, q.Kind, q.Speaker)
		}
	}
	both := collect(t, c.Timeline(ctx, wire.Query{Party: []string{"Sollund", "Karvany"}, From: "2031-03-14", To: "2031-03-14"}))
	for _, e := range both {
		if e.Date != nil && !strings.HasPrefix(e.Date.Value, "2031-03-14") && e.Date.End == nil {
			t.Errorf("%s is of %s", e.Title, e.Date.Value)
		}
	}
	if len(both) == 0 {
		t.Error("no event of both parties on 14 March")
	}
	disputed := collect(t, c.Timeline(ctx, wire.Query{Disputed: true}))
	if len(disputed) == 0 || len(disputed) >= len(collect(t, c.Timeline(ctx, wire.Query{}))) {
		t.Errorf("%d disputed events", len(disputed))
	}
	early := must(c.ReportsPage(ctx, wire.Query{AsOf: "2031-03-10"}))
	if early.Later == 0 || early.AsOf == nil || early.Count+early.Later != 20 {
		t.Errorf("as of 10 March: %d reports, %d later", early.Count, early.Later)
	}
}

func TestErrors(t *testing.T) {
	c, ctx := demo(t), t.Context()
	_, err := c.Event(ctx, "v0000000000000000", wire.Query{})
	var e *client.Error
	if !errors.Is(err, client.ErrNotFound) || !errors.As(err, &e) || e.Status != 404 || e.Advice == "" {
		t.Errorf("got %v", err)
	}
	_, err = c.Event(ctx, "../status", wire.Query{})
	if !errors.Is(err, client.ErrNotFound) {
		t.Errorf("an id is no path: got %v", err)
	}
	_, err = c.TimelinePage(ctx, wire.Query{From: "someday"})
	if !errors.As(err, &e) || e.Status != 400 || len(e.Errors) != 1 || e.Errors[0].Location != "query.from" {
		t.Errorf("got %v", err)
	}
	for _, base := range []string{"", "127.0.0.1:8460", "ftp://x.example", "http://x.example?a=b"} {
		if _, err := client.New(base, client.Options{}); err == nil {
			t.Errorf("New(%q) gave no error", base)
		}
	}
}

// fake is a server that answers with what answer says.
func fake(t *testing.T, opts client.Options, answer http.HandlerFunc) *client.Client {
	t.Helper()
	srv := httptest.NewServer(answer)
	t.Cleanup(srv.Close)
	return must(client.New(srv.URL, opts))
}

func TestBusyServerIsAskedAgain(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		after  string
		busy   int32 // answers before the good one
		tries  int
		asked  int32
		ok     bool
	}{
		{"503 then good", 503, "0", 2, 5, 3, true},
		{"429 then good", 429, "0", 1, 5, 2, true},
		{"a date that is past", 503, "Fri, 14 Mar 2031 12:00:00 GMT", 1, 5, 1, false}, // years ahead of the clock: longer than MaxWait
		{"always busy", 503, "0", 99, 3, 3, false},
		{"longer than the client waits", 503, "3600", 1, 5, 1, false},
		{"not busy but broken", 500, "0", 1, 5, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked atomic.Int32
			cl := fake(t, client.Options{Tries: c.tries, MaxWait: time.Second}, func(w http.ResponseWriter, r *http.Request) {
				if asked.Add(1) <= c.busy {
					w.Header().Set("Retry-After", c.after)
					w.Header().Set("Content-Type", "application/problem+json")
					w.WriteHeader(c.status)
					io.WriteString(w, `{"title":"t","status":`+http.StatusText(c.status)+`}`)
					return
				}
				w.Header().Set("Content-Type", "application/json")
				io.WriteString(w, `{"item":{"reports":3}}`)
			})
			s, err := cl.Status(t.Context())
			if (err == nil) != c.ok || asked.Load() != c.asked {
				t.Fatalf("asked %d times, want %d; %v", asked.Load(), c.asked, err)
			}
			if c.ok && s.Item.Reports != 3 {
				t.Errorf("got %+v", s)
			}
			if !c.ok && c.status != 500 && !errors.Is(err, client.ErrBusy) {
				t.Errorf("%v is not ErrBusy", err)
			}
		})
	}
	t.Run("the caller leaves", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		cl := fake(t, client.Options{}, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "20")
			w.WriteHeader(503)
		})
		began := time.Now()
		if _, err := cl.Status(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 5*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}

func TestListEndsWithItsError(t *testing.T) {
	c := fake(t, client.Options{}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("cursor") != "" {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusGone)
			io.WriteString(w, `{"detail":"the record has changed","status":410}`)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"count":4,"next":"abc","items":[{"id":"v1"},{"id":"v2"}]}`)
	})
	var got []string
	var last error
	for e, err := range c.Timeline(t.Context(), wire.Query{}) {
		got, last = append(got, e.ID), err
	}
	if !slices.Equal(got, []string{"v1", "v2", ""}) || !errors.Is(last, client.ErrMoved) {
		t.Errorf("got %v, %v", got, last)
	}
}

func TestNoReadoutThere(t *testing.T) {
	c := fake(t, client.Options{}, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<!doctype html>") })
	if _, err := c.Status(t.Context()); err == nil || !strings.Contains(err.Error(), "is there a Readout server") {
		t.Errorf("got %v", err)
	}
}

// What the client sends is what the server is asked: every parameter of Query
// under its name.
func TestQueryIsSent(t *testing.T) {
	var sent url.Values
	who := ""
	c := fake(t, client.Options{Token: "rt_1"}, func(w http.ResponseWriter, r *http.Request) {
		sent, who = r.URL.Query(), r.Header.Get("Authorization")
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"items":[]}`)
	})
	q := wire.Query{
		AsOf: "a", From: "b", To: "c", Since: "d", By: "e", Party: []string{"f", "g"}, On: "h", Words: "i", Kind: "j", Type: "k", Stance: "l", Outlet: "m", Thread: "n",
		Issue: "o", Status: "p", Verdict: "q", Disputed: true, View: "r", Order: "s", Q: "t", In: "u", Limit: 7, Cursor: "v", Sel: "w", A: "x", B: "y",
	}
	must(c.TimelinePage(t.Context(), q))
	want := map[string]any{}
	b, _ := json.Marshal(q)
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	if who != "Bearer rt_1" {
		t.Errorf("sent by %q", who)
	}
	if len(sent) != len(want) || sent.Get("disputed") != "1" || sent.Get("limit") != "7" || !slices.Equal(sent["party"], []string{"f", "g"}) {
		t.Errorf("sent %v, want %v", sent, want)
	}
	for name, v := range want {
		if s, ok := v.(string); ok && sent.Get(name) != s {
			t.Errorf("%s: sent %q, want %q", name, sent.Get(name), s)
		}
	}
}
