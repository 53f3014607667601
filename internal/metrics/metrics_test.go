package metrics

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/status"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/wire"
)

type desk struct{ err error }

func (d desk) About(context.Context) (store.About, error) {
	return store.About{Engine: "SQLite", Bytes: 4096, Reports: 12, Pending: 3, Readings: []store.Reading{{Version: "v1", Reports: 5}}}, d.err
}

func (d desk) Revision(context.Context) (store.Revision, error) {
	return store.Revision{N: 3, Reports: 10}, d.err
}

func (d desk) LastBackup(context.Context) (store.Backup, error) {
	return store.Backup{At: time.Date(2031, 3, 13, 9, 0, 0, 0, time.UTC)}, d.err
}

func (d desk) Feeds(context.Context) ([]store.Feed, error) {
	return []store.Feed{{Address: "https://wire.example/a", Due: time.Date(2031, 3, 14, 11, 0, 0, 0, time.UTC), Failures: 4, Error: "HTTP 500"}}, d.err
}

func scrape(t *testing.T, s status.Sources) string {
	t.Helper()
	w := httptest.NewRecorder()
	Handler(status.New(s), "1.2.3").ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	b, err := io.ReadAll(w.Body)
	if err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d: %s, %v", w.Code, b, err)
	}
	return string(b)
}

func full() status.Sources {
	m := status.NewMeter()
	m.Observe("extract", 2*time.Millisecond)
	m.Observe("extract", 200*time.Millisecond)
	m.Reports(3, 4, []readout.Refusal{{Reason: "the file is empty"}, {Reason: `evil"} 1` + "\n"}})
	m.Fetched("failed", 2)
	return status.Sources{
		Store: desk{}, Annotators: func() string { return "v2" }, Meter: m, Now: func() time.Time { return time.Date(2031, 3, 14, 12, 0, 0, 0, time.UTC) },
		Free:   func(string) float64 { return 0.0625 },
		Served: func() *wire.Served { return &wire.Served{BehindSeconds: 2, LoadSeconds: 0.5} },
		Queue: func(context.Context) (*wire.QueueState, error) {
			return &wire.QueueState{Jobs: []wire.JobCount{{Stage: "read", State: "waiting", Jobs: 9}}, OldestSeconds: 17, Workers: []wire.WorkerState{{Alive: true}, {}}}, nil
		},
	}
}

func TestFigures(t *testing.T) {
	got := scrape(t, full())
	for _, want := range []string{
		`readout_build_info{version="1.2.3"} 1`,
		`readout_part_up{part="queue"} 1`,
		`readout_reports_total{outcome="new"} 3`,
		`readout_reports_total{outcome="known"} 4`,
		`readout_reports_total{outcome="refused"} 2`,
		`readout_refusals_total{class="empty"} 1`,
		`readout_refusals_total{class="other"} 1`,
		`readout_fetches_total{outcome="failed"} 2`,
		`readout_stage_seconds_bucket{stage="extract",le="0.008192"} 1`,
		`readout_stage_seconds_bucket{stage="extract",le="+Inf"} 2`,
		`readout_stage_seconds_count{stage="extract"} 2`,
		`readout_stage_seconds_sum{stage="extract"} 0.202`,
		`readout_store_bytes 4096`,
		`readout_store_reports 12`,
		`readout_store_revision 3`,
		`readout_store_unlinked_reports 3`,
		`readout_store_reread_reports 5`,
		`readout_store_backup_timestamp_seconds 1.9311588e+09`,
		`readout_store_disk_free_ratio 0.0625`,
		`readout_served_behind_seconds 2`,
		`readout_served_load_seconds 0.5`,
		`readout_queue_jobs{stage="read",state="waiting"} 9`,
		`readout_queue_oldest_seconds 17`,
		`readout_workers 1`,
		`readout_feeds{state="all"} 1`,
		`readout_feeds{state="late"} 1`,
		`readout_feeds{state="failing"} 1`,
		`readout_feeds_latest_seconds 3600`,
		`readout_warnings 4`,
		`go_goroutines `,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	problems, err := promlint.New(strings.NewReader(got)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "readout_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

// A store that cannot be read takes its own figures with it and no others.
func TestPartsThatAreGone(t *testing.T) {
	s := full()
	s.Store = desk{err: errors.New("the disk is gone")}
	s.Queue, s.Served, s.Meter = nil, nil, nil
	got := scrape(t, s)
	for _, want := range []string{`readout_part_up{part="store"} 0`, `readout_part_up{part="queue"} 0`, `readout_warnings 1`, `readout_build_info`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	for _, not := range []string{"readout_store_", "readout_queue_", "readout_feeds", "readout_stage_"} {
		if strings.Contains(got, not) {
			t.Errorf("%s is told though it is not known", not)
		}
	}
}

// docs/operate.md lists every figure and no other.
func TestDocsListEveryFigure(t *testing.T) {
	b, err := os.ReadFile("../../docs/operate.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(readout_[a-z_]+)").FindAllStringSubmatch(string(b), -1) {
		named[m[1]] = true
	}
	for _, d := range descs {
		name := regexp.MustCompile(`fqName: "([^"]+)"`).FindStringSubmatch(d.String())[1]
		if !named[name] {
			t.Errorf("docs/operate.md does not list %s", name)
		}
		delete(named, name)
	}
	for name := range named {
		t.Errorf("docs/operate.md lists %s, which is none", name)
	}
}
