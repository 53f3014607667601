package status

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/wire"
)

// The times that a meter tells are within 7% of the true ones, from microseconds
// to hours.
func TestQuantiles(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, unit := range []time.Duration{30 * time.Microsecond, time.Millisecond, 70 * time.Millisecond, 10 * time.Second, time.Hour} {
		m := NewMeter()
		var all []time.Duration
		for range 5000 {
			d := time.Duration(float64(unit) * (1 + r.ExpFloat64()))
			all = append(all, d)
			m.Observe("link", d)
		}
		slices.Sort(all)
		got := m.Stages()[0]
		for share, d := range map[float64]time.Duration{0.5: got.P50, 0.95: got.P95} {
			want := all[int(share*float64(len(all)))]
			if off := float64(d)/float64(want) - 1; off < -0.07 || off > 0.07 {
				t.Errorf("unit %v: the %v quantile is %v, want %v", unit, share, d, want)
			}
		}
		if got.Count != len(all) || got.Stage != "link" {
			t.Errorf("%+v", got)
		}
	}
}

// Every duration is in the bucket that begins at or below it and ends above.
func TestBuckets(t *testing.T) {
	last := -1
	for us := int64(0); us < 1<<20; us += 1 + us/50 {
		d := time.Duration(us) * time.Microsecond
		b := bucket(d)
		if lower(b) > d || lower(b+1) <= d || b < last {
			t.Fatalf("%v is in bucket %d, from %v to %v", d, b, lower(b), lower(b+1))
		}
		last = b
	}
	for _, d := range []time.Duration{-time.Second, 1000 * time.Hour} {
		if b := bucket(d); b < 0 || b >= powers*parts {
			t.Errorf("%v is in bucket %d", d, b)
		}
	}
	m := NewMeter()
	for _, d := range []time.Duration{127 * time.Microsecond, 128 * time.Microsecond, time.Second} {
		m.Observe("x", d)
	}
	x := m.Stages()[0]
	if x.Below(128*time.Microsecond) != 1 || x.Below(512*time.Microsecond) != 2 || x.Below(1<<30*time.Microsecond) != 3 {
		t.Error("the buckets of the histogram are off")
	}
}

func TestMeterCounts(t *testing.T) {
	m := NewMeter()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				m.Reports(2, 1, []readout.Refusal{{Reason: "the file is empty"}, {Reason: "who knows"}})
				m.Fetched("failed", 1)
				m.Observe("extract", time.Millisecond)
				m.Observe("store", time.Second)
				_ = m.Stages()
			}
		})
	}
	wg.Wait()
	c := m.Counted()
	if c.Fresh != 1600 || c.Known != 800 || c.Refused["empty"] != 800 || c.Refused["other"] != 800 || c.Fetched["failed"] != 800 {
		t.Errorf("%+v", c)
	}
	if s := m.Stages(); len(s) != 2 || s[0].Stage != "store" || s[0].Count != 800 || s[1].Total != 800*time.Millisecond {
		t.Errorf("%+v", s)
	}
}

// The reasons that the program gives have a class.
func TestClass(t *testing.T) {
	for reason, want := range map[string]string{
		"the annotators failed on this report (index out of range); please report it with the file": "fault",
		"larger than the limit of 15728640 bytes; split it or raise the limit":                      "too-large",
		"the line is longer than the limit of 7 bytes":                                              "too-large",
		"no reports in this folder; Readout reads files named .txt":                                 "empty",
		"a ZIP archive, not text; save the report as .txt":                                          "format",
		"not a JSON object (unexpected end of JSON input at byte 3)":                                "format",
		"no such file or folder; check the path":                                                    "file",
		"robots.txt of the site forbids it":                                                         "web",
		"the bytes have the SHA-256 00 and not the one given; they were changed on the way":         "changed",
		"some new reason": "other",
	} {
		if got := Class(reason); got != want {
			t.Errorf("%q is %s, want %s", reason, got, want)
		}
	}
}

// desk is a store with what a test puts into it.
type desk struct {
	about  store.About
	rev    store.Revision
	backup store.Backup
	feeds  []store.Feed
	err    error
	asked  int
}

func (d *desk) About(context.Context) (store.About, error) {
	d.asked++
	return d.about, d.err
}
func (d *desk) Revision(context.Context) (store.Revision, error) { return d.rev, d.err }
func (d *desk) LastBackup(context.Context) (store.Backup, error) { return d.backup, d.err }
func (d *desk) Feeds(context.Context) ([]store.Feed, error)      { return d.feeds, d.err }

var noon = time.Date(2031, 3, 14, 12, 0, 0, 0, time.UTC)

func TestState(t *testing.T) {
	d := &desk{
		about: store.About{Name: "/srv/readout/desk.db", Engine: "SQLite", Bytes: 1e6, Reports: 120, Pending: 10, Readings: []store.Reading{{Version: "v1", Reports: 20}, {Version: "v2", Reports: 100}}},
		rev:   store.Revision{N: 7, At: noon.Add(-time.Hour), Reports: 100}, // ten are earlier wordings,
	}
	for i := range 15 {
		d.feeds = append(d.feeds, store.Feed{
			Address: fmt.Sprintf("https://wire.example/%02d", i), Added: noon.Add(-24 * time.Hour), Every: 20 * time.Minute,
			Succeeded: noon.Add(-time.Duration(i) * 10 * time.Minute), Due: noon.Add(time.Duration(20-10*i) * time.Minute),
		})
	}
	d.feeds[1].Failures, d.feeds[1].Error = 3, "HTTP 500"
	d.feeds = append(d.feeds, store.Feed{Address: "https://lake.example/new", Added: noon.Add(-5 * time.Minute)})
	meter := NewMeter()
	meter.Observe("extract", time.Second)
	meter.Reports(1, 2, []readout.Refusal{{Reason: "the file is empty"}})
	s := New(Sources{
		Store: d, Annotators: func() string { return "v2" }, Meter: meter, Now: func() time.Time { return noon },
		Served: func() *wire.Served { return &wire.Served{Revision: 6, StoreRevision: 7, BehindSeconds: 400} },
		Queue: func(context.Context) (*wire.QueueState, error) {
			return &wire.QueueState{Jobs: []wire.JobCount{{Stage: "read", State: "waiting", Jobs: 9}, {Stage: "read", State: "parked", Jobs: 2}}, OldestSeconds: 301}, nil
		},
	})
	r := s.State(t.Context())
	if x := r.Store; x == nil || x.Name != "desk.db" || x.Unlinked != 10 || *x.Rereads != 20 || x.Revision != 7 || x.Bytes != 1e6 {
		t.Errorf("store %+v", x)
	}
	if f := r.Feeds; f == nil || f.Feeds != 16 || f.Failing != 1 || len(f.Worst) != 10 || f.Worst[0].Address != "https://wire.example/14" || f.Worst[0].LateSeconds != 7200 || f.Late != 6 {
		t.Errorf("feeds %+v", f)
	}
	if len(r.Stages) != 1 || r.Stages[0].Seconds != 1 || r.Read.New != 1 || r.Read.Known != 2 || len(r.Read.Refused) != 1 || len(r.Absent) != 0 {
		t.Errorf("%+v", r)
	}
	all := strings.Join(r.Warnings, "\n")
	for _, want := range []string{"waited 5m1s", "given up: 2", "no worker gives signs of life", "pages are 6m40s behind", "more than three pauses: 6 of 16", "feeds that fail: 1 of 16"} {
		if !strings.Contains(all, want) {
			t.Errorf("no warning %q in\n%s", want, all)
		}
	}
}

// What a program has not is absent, with the reason; so is what cannot be read,
// and the rest is told.
func TestAbsent(t *testing.T) {
	r := New(Sources{Store: &desk{}, Free: func(string) float64 { return -1 }}).State(t.Context())
	parts := ""
	for _, a := range r.Absent {
		parts += a.Part + " "
		if a.Why == "" {
			t.Errorf("%s is absent for no reason", a.Part)
		}
	}
	if parts != "feeds queue served stages " || len(r.Warnings) != 0 || r.Store == nil || r.Store.Rereads != nil {
		t.Errorf("absent: %s; warnings %q", parts, r.Warnings)
	}
	broken := errors.New("the disk is gone")
	r = New(Sources{Store: &desk{err: broken}, Queue: func(context.Context) (*wire.QueueState, error) { return nil, broken }}).State(t.Context())
	if r.Store != nil || r.Feeds != nil || r.Queue != nil || len(r.Warnings) != 2 {
		t.Errorf("%+v", r)
	}
}

// Many who ask cost the store one question in five seconds.
func TestStateIsGivenAgain(t *testing.T) {
	d, now := &desk{}, noon
	s := New(Sources{Store: d, Now: func() time.Time { return now }})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 10 {
		if r := s.State(gone); r.Store == nil {
			t.Fatal("who asked first went away, and the others got nothing")
		}
		now = now.Add(400 * time.Millisecond)
	}
	if d.asked != 1 {
		t.Errorf("the store was asked %d times", d.asked)
	}
	now = now.Add(5 * time.Second)
	s.State(gone)
	if d.asked != 2 {
		t.Errorf("the store was asked %d times", d.asked)
	}
}
