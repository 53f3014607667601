package client_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/readout-news/readout/wire"
)

// TestPagesGiveTheSameObjects holds the .json of pages to the API: the same
// question gives the same object, whichever face is asked.
func TestPagesGiveTheSameObjects(t *testing.T) {
	c, ctx := demo(t), t.Context()
	base := must(server())
	event := must(c.DisagreementsPage(ctx, wire.Query{Verdict: "conflict", Limit: 1})).Items[0].Event.ID
	quote := must(c.QuotesPage(ctx, wire.Query{Limit: 1})).Items[0]
	speaker := must(c.StatementsPage(ctx, wire.Query{By: "Torokai", Limit: 1})).Items[0].Speaker.ID
	issue := must(c.IssuesPage(ctx, wire.Query{Limit: 1})).Items[0].ID
	promise := must(c.CommitmentsPage(ctx, wire.Query{Limit: 1})).Items[0].ID
	thread := must(c.ThreadsPage(ctx, wire.Query{Limit: 1})).Items[0].ID
	sources := must(c.SourcesPage(ctx, wire.Query{Limit: 2})).Items
	two := "a=" + url.QueryEscape(sources[0].Outlet.ID) + "&b=" + url.QueryEscape(sources[1].Outlet.ID)
	for _, x := range []struct{ page, api string }{
		{"/timeline.json", "/timeline"},
		{"/timeline.json?party=Sollund&order=oldest&limit=5", "/timeline?party=Sollund&order=oldest&limit=5"},
		{"/t/" + thread + ".json", "/threads/" + thread},
		{"/changes.json?since=2031-03-17", "/changes?since=2031-03-17"},
		{"/e/" + event + ".json", "/events/" + event},
		{"/e/" + event + ".json?view=outlets", "/events/" + event + "?view=outlets"},
		{"/e/" + event + "/diff.json?a=2031-03-17", "/events/" + event + "/changes?a=2031-03-17"},
		{"/f/" + event + ".duration.json", "/open/" + event + ".duration"},
		{"/d/" + quote.Quote.Evidence[0].Report + ".json", "/reports/" + quote.Quote.Evidence[0].Report},
		{"/p/" + speaker + ".json", "/entities/" + speaker},
		{"/people.json?type=state", "/entities?type=state"},
		{"/quotes.json?by=Torokai&limit=3", "/quotes?by=Torokai&limit=3"},
		{"/q/" + quote.ID + ".json", "/quotes/" + quote.ID},
		{"/positions.json", "/stances"},
		{"/positions/" + issue + ".json", "/issues/" + issue},
		{"/commitments.json", "/commitments"},
		{"/c/" + promise + ".json", "/commitments/" + promise},
		{"/sources.json", "/sources"},
		{"/s/" + sources[0].Outlet.ID + ".json", "/sources/" + sources[0].Outlet.ID},
		{"/sources/compare.json?" + two, "/sources/compare?" + two},
		{"/network.json", "/contacts"},
		{"/search.json?q=talks", "/search?q=talks"},
		{"/status.json", "/status"},
	} {
		t.Run(x.page, func(t *testing.T) {
			page, api := fetch(t, base+x.page), fetch(t, base+"/api/v1"+x.api)
			if !bytes.Equal(page, api) {
				i := 0
				for i < min(len(page), len(api)) && page[i] == api[i] {
					i++
				}
				t.Errorf("they part at byte %d:\npage …%.300s\nAPI  …%.300s", i, page[max(0, i-80):], api[max(0, i-80):])
			}
		})
	}
}

// fetch gets a JSON body without spaces between its parts.
func fetch(t *testing.T, address string) []byte {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		t.Fatalf("%s: %s %v: %.300s", address, res.Status, err, b)
	}
	var out bytes.Buffer
	if err := json.Compact(&out, b); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
