package web

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
)

// The pages of a list hold every row once, and each is as JSON what it is for
// people.
func TestPagesOfAList(t *testing.T) {
	row := regexp.MustCompile(`<li id="([us][0-9a-f]{16})"`)
	next := regexp.MustCompile(`<p class="more"><a href="([^"]+)">Next`)
	var all []string
	for path := "/quotes?limit=90"; path != ""; {
		body := bodyOf(t, path)
		var list struct{ Items []struct{ ID string } }
		if err := json.Unmarshal([]byte(bodyOf(t, strings.Replace(path, "/quotes", "/quotes.json", 1))), &list); err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, m := range row.FindAllStringSubmatch(body, -1) {
			ids = append(ids, m[1])
		}
		if !slices.EqualFunc(ids, list.Items, func(id string, x struct{ ID string }) bool { return id == x.ID }) {
			t.Errorf("%s: %d rows on the page, %d as JSON", path, len(ids), len(list.Items))
		}
		all = append(all, ids...)
		path = ""
		if m := next.FindStringSubmatch(body); m != nil {
			path = html.UnescapeString(m[1])
		}
	}
	src, _ := demoSource()
	if n := src.Now().Said(query.Params{}.Filter(), "newest").Len(); len(all) != n || len(slices.Compact(slices.Sorted(slices.Values(all)))) != n {
		t.Errorf("%d rows on all pages of a list of %d", len(all), n)
	}
}

// A table has all rows of its list, however long that is, and only those that
// are asked for.
func TestTablesAreWhole(t *testing.T) {
	for _, limit := range []int{0, 7} {
		r := &Request{Request: &http.Request{}, Params: query.Params{Limit: limit}, Form: "csv"}
		rec := &readout.Record{}
		for i := range 5000 {
			rec.Events = append(rec.Events, &readout.Event{ID: fmt.Sprintf("v%04d", i), Date: &readout.Date{Value: "2031-03-14"}})
		}
		r.Snap = &live.Snapshot{View: view.New(rec)}
		want := cmp.Or(limit, 5000)
		if from, n, _ := window(r, 5000); from != 0 || n != want {
			t.Errorf("limit %d: %d rows of a list of 5000", limit, n)
		}
		if got := len((&Site{}).timelineOf(r, view.Filter{}, "Timeline").csv().Rows); got != want {
			t.Errorf("limit %d: %d rows of a timeline of 5000", limit, got)
		}
	}
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(bodyOf(t, "/positions.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	loose := slices.DeleteFunc(rows[1:], func(row []string) bool { return row[slices.Index(rows[0], "issue")] != "" })
	if want := src.Now().Loose(view.Filter{}, 0, 1000); len(loose) != len(want) {
		t.Errorf("%d rows of %d positions on no issue", len(loose), len(want))
	}
}

// What is asked for makes a feed another; how much of it is shown does not.
func TestFeedsHaveIDs(t *testing.T) {
	id := regexp.MustCompile(`<id>http://[^/]+(/[^<]*)</id>`)
	for path, want := range map[string]string{
		"/quotes.atom": "/quotes", "/quotes.atom?limit=3": "/quotes", "/search.atom?q=limit": "/search?q=limit",
		"/search.atom?q=talks&in=events": "/search?in=events&amp;q=talks", "/search.atom?in=events&q=talks&limit=2": "/search?in=events&amp;q=talks",
	} {
		if m := id.FindStringSubmatch(bodyOf(t, path)); m == nil || m[1] != want {
			t.Errorf("%s: the feed is %q, want %q", path, m, want)
		}
	}
}

// A link to a part of a list that has changed since shows its beginning and
// says so; as data there is none.
func TestPartsOfAChangedList(t *testing.T) {
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	now := src.Now().Revision.N
	for _, x := range []struct {
		cursor, says string
		data         int // status of other forms
	}{
		{answer.Cursor{Revision: now + 1, Offset: 100}.String(), "the record has changed since", http.StatusGone},
		{answer.Cursor{Revision: now, Offset: 100}.String(), "", http.StatusOK},
		{"100", "", http.StatusOK},
		{"9999", "the list ends before it", http.StatusOK},
		{"page2", "it is none that a page gave", http.StatusBadRequest},
	} {
		body := bodyOf(t, "/quotes?cursor="+x.cursor)
		if notice := "Left out: the place in the list (" + x.says + "); this is its beginning."; strings.Contains(body, notice) != (x.says != "") || strings.Contains(body, "100 of 2") != (x.says != "") {
			t.Errorf("cursor %s: the page says “%s”: %v", x.cursor, notice, strings.Contains(body, notice))
		}
		for _, form := range []string{".csv", ".atom", ".json"} {
			if code, _, _ := get(t, demo(t), "/quotes"+form+"?cursor="+x.cursor); code != x.data {
				t.Errorf("cursor %s of %s: %d, want %d", x.cursor, form, code, x.data)
			}
		}
	}
	r := &Request{Params: query.Params{Cursor: answer.Cursor{Revision: now, Offset: 5, State: 9}.String()}, Snap: src.Now(), Form: "html"}
	if from, _, _ := windowOf(r, 10, 10); from != 0 || !strings.Contains(r.Bad, "has changed since") {
		t.Errorf("a decision lengthened the list: the part begins at %d, %q", from, r.Bad)
	}
}
