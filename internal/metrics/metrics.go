// Package metrics gives the figures of a running program to Prometheus: those of
// package status, and the process's own. docs/operate.md lists them.
//
// Everything is read when it is asked for; between two scrapes nothing is
// computed. Names begin with readout_; stages, states and classes are labels of
// few values, and nothing from a report is one. What a program has not
// (readout_part_up 0) has no figures.
package metrics

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/readout-news/readout/internal/status"
)

// Handler answers scrapes with the figures of a program of that version.
func Handler(program *status.Program, version string) http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		&collector{program: program, version: version},
	)
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 4})
}

// The figures.
var (
	build     = desc("build_info", "1; the version is a label.", "version")
	up        = desc("part_up", "1 where the part of the program can be read, 0 where it cannot or is not there.", "part")
	warnings  = desc("warnings", "Things that somebody should look at; /status has their words.")
	reports   = desc("reports_total", "Inputs read by this process, by outcome: new, known, refused.", "outcome")
	refusals  = desc("refusals_total", "Inputs refused by this process, by class of reason.", "class")
	fetches   = desc("fetches_total", "Askings of the web by this process, by outcome.", "outcome")
	stage     = desc("stage_seconds", "Time that a stage took on one report (link and load: once).", "stage")
	bytes     = desc("store_bytes", "Disk that the store takes; absent where it is not known.")
	stored    = desc("store_reports", "Reports stored.")
	revision  = desc("store_revision", "Revision of the record.")
	unlinked  = desc("store_unlinked_reports", "Reports stored that are not in the record yet.")
	rereads   = desc("store_reread_reports", "Reports that other annotators have read.")
	backedUp  = desc("store_backup_timestamp_seconds", "When the store was backed up last, Unix time; absent: never.")
	diskFree  = desc("store_disk_free_ratio", "How much of the disk of the store may still be written, 0 to 1; absent where it is not known.")
	behind    = desc("served_behind_seconds", "Since when the store has a later revision than the one that is served; 0: it has not.")
	load      = desc("served_load_seconds", "Time that loading the record took last.")
	jobs      = desc("queue_jobs", "Jobs in the queue, by stage and state.", "stage", "state")
	oldest    = desc("queue_oldest_seconds", "Age of the input that has waited longest; 0: none waits.")
	workers   = desc("workers", "Workers that give signs of life.")
	feeds     = desc("feeds", "Feeds that are followed, by how they do: all, late, failing.", "state")
	feedsLate = desc("feeds_latest_seconds", "Since when the latest feed was due; 0: none is.")
)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("readout_"+name, help, labels, nil)
}

// descs are all figures, for the registry and the test of docs.
var descs = []*prometheus.Desc{build, up, warnings, reports, refusals, fetches, stage, bytes, stored, revision, unlinked, rereads, backedUp, diskFree, behind, load, jobs, oldest, workers, feeds, feedsLate}

// buckets are the upper bounds of the histograms of stages: 128 µs to 134 s, by
// fours; whole powers of two of microseconds, so that status.Meter has them.
var buckets = func() (out []time.Duration) {
	for d := 128 * time.Microsecond; d < 200*time.Second; d *= 4 {
		out = append(out, d)
	}
	return out
}()

// collector reads the program when a scrape asks.
type collector struct {
	program *status.Program
	version string
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range descs {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	counter := func(d *prometheus.Desc, v int, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	s := c.program.State(context.Background())
	gauge(build, 1, c.version)
	gauge(warnings, float64(len(s.Warnings)))
	for part, there := range map[string]bool{"store": s.Store != nil, "queue": s.Queue != nil, "feeds": s.Feeds != nil, "served": s.Served != nil} {
		gauge(up, float64(b2i(there)), part)
	}
	if x := s.Store; x != nil {
		if x.Bytes > 0 {
			gauge(bytes, float64(x.Bytes))
		}
		gauge(stored, float64(x.Reports))
		gauge(revision, float64(x.Revision))
		gauge(unlinked, float64(x.Unlinked))
		if x.Rereads != nil {
			gauge(rereads, float64(*x.Rereads))
		}
		if x.BackedUpAt != nil {
			if at, err := time.Parse(time.RFC3339, *x.BackedUpAt); err == nil {
				gauge(backedUp, float64(at.Unix()))
			}
		}
		if x.DiskFree != nil {
			gauge(diskFree, *x.DiskFree)
		}
	}
	if x := s.Served; x != nil {
		gauge(behind, x.BehindSeconds)
		gauge(load, x.LoadSeconds)
	}
	if x := s.Queue; x != nil {
		for _, j := range x.Jobs {
			gauge(jobs, float64(j.Jobs), j.Stage, j.State)
		}
		gauge(oldest, x.OldestSeconds)
		alive := 0
		for _, w := range x.Workers {
			alive += b2i(w.Alive)
		}
		gauge(workers, float64(alive))
	}
	if x := s.Feeds; x != nil {
		gauge(feeds, float64(x.Feeds), "all")
		gauge(feeds, float64(x.Late), "late")
		gauge(feeds, float64(x.Failing), "failing")
		late := 0.0
		for _, f := range x.Worst {
			late = max(late, f.LateSeconds)
		}
		gauge(feedsLate, late)
	}
	m := c.program.Meter
	if m == nil {
		return
	}
	n := m.Counted()
	counter(reports, n.Fresh, "new")
	counter(reports, n.Known, "known")
	refused := 0
	for class, k := range n.Refused {
		counter(refusals, k, class)
		refused += k
	}
	counter(reports, refused, "refused")
	for outcome, k := range n.Fetched {
		counter(fetches, k, outcome)
	}
	for _, t := range m.Stages() {
		below := make(map[float64]uint64, len(buckets))
		for _, b := range buckets {
			below[b.Seconds()] = t.Below(b)
		}
		out <- prometheus.MustNewConstHistogram(stage, uint64(t.Count), t.Total.Seconds(), below, t.Stage)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
