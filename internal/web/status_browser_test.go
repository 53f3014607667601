package web_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/browser"
	record "github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/live/livetest"
	"github.com/readout-news/readout/internal/web"
	"github.com/readout-news/readout/wire"
)

// The page of status with all its parts is sound in every look: with long
// addresses and words of errors, and on a phone.
func TestStatusInEveryLook(t *testing.T) {
	src := livetest.Started(t, record.Options{})
	long, rereads := "HTTP 500 from https://wire.example/"+strings.Repeat("feed/", 40), 1200
	run := &wire.Running{
		Since:  "2031-04-01T09:00:00Z",
		Store:  &wire.StoreState{Name: "postgres://readout@db.example/readout", Engine: "PostgreSQL", Bytes: 5e12, Unlinked: 5, Rereads: &rereads},
		Served: &wire.Served{Revision: 8, StoreRevision: 9, BehindSeconds: 400, LoadSeconds: 22.5, NextLookSeconds: 100},
		Queue: &wire.QueueState{
			Jobs: []wire.JobCount{{Stage: "read", State: "waiting", Jobs: 1234567}, {Stage: "link", State: "running", Jobs: 1}}, OldestSeconds: 7200,
			Workers: []wire.WorkerState{{ID: strings.Repeat("w", 60), Host: "reader-1.desk.example", Readers: 4, Seen: "2031-04-02T08:59:58Z", Alive: true}, {ID: "w2", Host: "reader-2", Seen: "2031-04-02T08:00:00Z"}},
		},
		Feeds:    &wire.FeedsState{Feeds: 40, Late: 2, Failing: 1, Worst: []wire.FeedState{{Address: "https://wire.example/" + strings.Repeat("desk-", 30), LateSeconds: 90000, Failures: 3, Error: &long}}},
		Read:     &wire.ReadCounts{New: 7, Refused: []wire.Refusals{{Class: "too-large", Inputs: 3}}},
		Stages:   []wire.StageTime{{Stage: "syntax", Count: 1200, Seconds: 90, P50: 0.0421, P95: 1.25}},
		Warnings: []string{"the oldest input has waited 2h", "no worker gives signs of life"},
	}
	h, err := web.New(src, web.Options{Version: "test", Running: func(context.Context) *wire.Running { return run }})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	p := browser.New(t, srv.URL)
	for _, l := range browser.Looks {
		p.Look(l)
		if code := p.Open("/status"); code != 200 {
			t.Fatalf("answers %d", code)
		}
		for _, f := range faults(p) {
			t.Errorf("at %s: %s", l, f)
		}
		p.Shot("status-full-" + l.String())
	}
}
