package web

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/readout-news/readout/wire"
)

// asked is a server whose program does as r says.
func asked(t *testing.T, r *wire.Running) *httptest.Server {
	t.Helper()
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(src, Options{Version: "test", Running: func(context.Context) *wire.Running { return r }})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv
}

func ptr[T any](v T) *T { return &v }

// The page of status shows every part that there is, says of the others that they
// are absent and why, and escapes what comes from outside.
func TestStatusPage(t *testing.T) {
	full := &wire.Running{
		At: "2031-04-02T09:00:00Z", Since: "2031-04-01T09:00:00Z",
		Store:  &wire.StoreState{Name: "desk.db", Engine: "SQLite", Bytes: 1_340_000, Reports: 25, Revision: 9, Unlinked: 5, Rereads: ptr(1200), BackedUpAt: ptr("2031-04-01T03:30:00Z"), DiskFree: ptr(0.273)},
		Served: &wire.Served{Revision: 8, StoreRevision: 9, BehindSeconds: 400, LoadSeconds: 22.5, NextLookSeconds: 100},
		Queue: &wire.QueueState{
			Jobs: []wire.JobCount{{Stage: "read", State: "waiting", Jobs: 1234}, {Stage: "link", State: "running", Jobs: 1}}, OldestSeconds: 7200,
			Workers: []wire.WorkerState{{ID: "w1", Host: "reader-1", Readers: 4, Seen: "2031-04-02T08:59:58Z", Alive: true}, {ID: "w2", Host: "reader-2", Seen: "2031-04-02T08:00:00Z"}},
		},
		Feeds: &wire.FeedsState{Feeds: 40, Late: 2, Failing: 1, Worst: []wire.FeedState{
			{Address: "https://wire.example/<script>", LateSeconds: 90000, Failures: 3, Error: ptr(`HTTP 500 <b onclick="x">`)},
			{Address: "https://lake.example/feed", Failures: 1, Succeeded: ptr("2031-04-02T08:00:00Z")},
		}},
		Read:     &wire.ReadCounts{New: 7, Known: 2, Refused: []wire.Refusals{{Class: "too-large", Inputs: 3}}},
		Stages:   []wire.StageTime{{Stage: "syntax", Count: 1200, Seconds: 90, P50: 0.0421, P95: 1.25}},
		Warnings: []string{"the oldest input has waited 2h"},
	}
	code, _, body := get(t, asked(t, full), "/status")
	if code != 200 {
		t.Fatalf("answers %d", code)
	}
	for _, want := range []string{
		"SQLite, 1.3 MB on disk", "<dd>1 April 2031, 03:30 UTC</dd><dd>27% of the disk free</dd>", "5 reports not in the record yet", "1,200 reports read by other annotators", "revision 8; the store has had revision 9 for 7 min", "loaded in 22 s",
		`>Read</th><td data-who="State">waiting</td><td class="num" data-who="Jobs">1,234</td>`, "the oldest has waited 2 h", "reader-1", "gone since 2 April 2031, 08:00 UTC",
		"40 feeds, 2 late, 1 failing", "https://wire.example/&lt;script&gt;", "HTTP 500 &lt;b onclick", "25 h", "never", "not due",
		">syntax</th>", "42 ms", "1.2 s", "7 new reports, 2 known before, 3 refused (too large).", "The oldest input has waited 2h",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q on the page", want)
		}
	}

	bare := &wire.Running{Since: "2031-04-01T09:00:00Z", Store: &wire.StoreState{Engine: "PostgreSQL", Rereads: ptr(0)}, Absent: []wire.Absent{
		{Part: "queue", Why: "this store has none"}, {Part: "feeds", Why: "none is followed"}, {Part: "stages", Why: "nothing was read"},
	}}
	_, _, body = get(t, asked(t, bare), "/status")
	for _, want := range []string{"This store has none.", "None is followed.", "Nothing was read.", "the annotators of this program read all", "No report waits to be linked"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if strings.Contains(body, "To look at") {
		t.Error("there is nothing to look at")
	}
	_, _, body = get(t, asked(t, &wire.Running{Absent: []wire.Absent{{Part: "store", Why: "it cannot be read: the disk is gone"}}}), "/status")
	if !strings.Contains(body, "it cannot be read: the disk is gone") {
		t.Error("a store that cannot be read is not told of")
	}

	// As data the page has the same object; without a program that says how it does
	// there is neither.
	_, _, body = get(t, asked(t, full), "/status.json")
	var got struct {
		Item struct{ Running *wire.Running }
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || got.Item.Running == nil || got.Item.Running.Queue.Count("waiting") != 1234 {
		t.Errorf("%v: %.300s", err, body)
	}
	_, _, body = get(t, demo(t), "/status")
	if strings.Contains(body, "Queue") || strings.Contains(body, "Time of the stages") {
		t.Error("the page tells of a program that says nothing")
	}
}

func TestWordsOfFigures(t *testing.T) {
	for seconds, want := range map[float64]string{0: "0.0 ms", 0.00012: "0.1 ms", 0.0123: "12 ms", 0.9999: "1000 ms", 1.25: "1.2 s", 75: "75 s", 600: "10 min"} {
		if got := tookWords(seconds); got != want {
			t.Errorf("%v s is %q, want %q", seconds, got, want)
		}
	}
	for seconds, want := range map[float64]string{0: "0 s", 119: "119 s", 120: "2 min", 7199: "120 min", 7200: "2 h", 172800: "2 days"} {
		if got := lastingWords(seconds); got != want {
			t.Errorf("%v s lasts %q, want %q", seconds, got, want)
		}
	}
	for n, want := range map[int64]string{1: "1 byte", 999: "999 bytes", 1340: "1.3 kB", 999_999: "1.0 MB", 48_000_000: "48 MB", 5_000_000_000_000: "5.0 TB", 3e15: "3 PB"} {
		if got := sizeWords(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
