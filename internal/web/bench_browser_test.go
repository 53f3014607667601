package web_test

import (
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/web"
)

// large is a site on READOUT_BENCH_REPORTS made-up reports, 20,000 when it is
// not set. The store is kept for the next time in the file READOUT_BENCH_DB,
// when that is set.
var large struct {
	sync.Mutex
	url   string
	world *generate.World
}

func largeSite(b *testing.B) (string, *generate.World) {
	b.Helper()
	large.Lock()
	defer large.Unlock()
	if large.url != "" {
		return large.url, large.world
	}
	n := 20000
	if s := os.Getenv("READOUT_BENCH_REPORTS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	t0 := time.Now()
	w := generate.New(generate.Options{Seed: 1, Reports: n})
	t1 := time.Now()
	db := cmp.Or(os.Getenv("READOUT_BENCH_DB"), filepath.Join(servers.temp(b), "large.db"))
	if _, err := os.Stat(db); err != nil {
		s, err := sqlite.Open(b.Context(), db, sqlite.Options{Create: true, Now: w.Now})
		if err != nil {
			b.Fatal(err)
		}
		if err := w.Fill(b.Context(), s); err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	t2 := time.Now()
	end := w.End().Add(24 * time.Hour)
	large.url, large.world = servers.run(b, func() time.Time { return end }, "--db", db), w
	t3 := time.Now()
	info, err := os.Stat(db)
	if err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	rec := w.Record
	b.Logf("%d reports, %d events, %d statements, %d claims, %d positions; made in %.1f s, stored in %.1f s (%d MB), served after %.1f s; %d MB on the heap, this made-up record too",
		n, len(rec.Events), len(rec.Statements), len(rec.Claims), len(rec.Positions), t1.Sub(t0).Seconds(), t2.Sub(t1).Seconds(), info.Size()>>20, t3.Sub(t2).Seconds(), m.HeapAlloc>>20)
	return large.url, large.world
}

// asked are the pages that are timed, each as a function of the round, so that
// no two rounds need ask the same.
func asked(w *generate.World) []struct {
	name   string
	path   func(i int) string
	budget time.Duration // p95; 0 none
} {
	rec := w.Record
	rng := rand.New(rand.NewPCG(4, 4))
	pick := func(n int) int { return rng.IntN(n) }
	people := slices.Clone(rec.Entities)
	slices.SortStableFunc(people, func(a, b *readout.Entity) int { return -cmp.Compare(len(a.Mentions), len(b.Mentions)) })
	hot := people[:min(len(people), 60)]
	words := []string{"fishing in the strait", "reservoir", `"never took place"`, "lower the fees", "harbour", "boats", "settled", "grain shipments", "weeks", "engineers"}
	name := func() string { return hot[pick(len(hot))].Name }
	var outlets, persons, threads, issues []string
	for _, e := range people {
		switch {
		case e.Type == "outlet":
			outlets = append(outlets, e.ID)
		case e.Type == "person" && len(persons) < 200:
			persons = append(persons, web.EntityPath(e))
		}
	}
	for _, x := range rec.Threads {
		threads = append(threads, x.ID)
	}
	for _, x := range rec.Issues {
		issues = append(issues, x.ID)
	}
	type page = struct {
		name   string
		path   func(i int) string
		budget time.Duration
	}
	const ms = time.Millisecond
	return []page{
		{"event, 40 claims and 300 sentences", func(int) string { return busyPath(w) }, 80 * ms},
		{"event, any", func(int) string { return web.EventPath(rec.Events[pick(len(rec.Events))]) }, 80 * ms},
		{"event, with evidence beside", func(int) string { return busyPath(w) + "?sel=" + w.Busy + ".duration" }, 80 * ms},
		{"timeline", func(i int) string {
			day := w.End().AddDate(0, 0, -pick(700))
			return "/timeline?" + url.Values{"from": {day.Format(time.DateOnly)}, "to": {day.AddDate(0, 1, 0).Format(time.DateOnly)}}.Encode()
		}, 120 * ms},
		{"timeline, whole", func(int) string { return "/timeline" }, 120 * ms},
		{"timeline of a party", func(int) string { return "/timeline?party=" + url.QueryEscape(name()) }, 120 * ms},
		{"timeline as lanes", func(int) string { return "/timeline?view=lanes" }, 120 * ms},
		{"timeline as a table", func(int) string { return "/timeline?view=table" }, 120 * ms},
		{"timeline, disputed", func(int) string { return "/timeline?disputed=1" }, 120 * ms},
		{"search, words", func(int) string { return "/search?q=" + url.QueryEscape(words[pick(len(words))]) }, 200 * ms},
		{"search, by somebody", func(int) string {
			return "/search?q=" + url.QueryEscape(words[pick(len(words))]+` by:"`+name()+`"`)
		}, 200 * ms},
		{"search, nothing found", func(i int) string { return fmt.Sprintf("/search?q=zzyzx%d", i) }, 200 * ms},
		{"what's new", func(int) string { return "/" }, 0},
		{"quotes", func(int) string { return "/quotes" }, 0},
		{"quotes by somebody", func(int) string { return "/quotes?by=" + url.QueryEscape(name()) }, 0},
		{"positions", func(int) string { return "/positions" }, 0},
		{"positions on an issue", func(int) string { return "/positions/" + issues[pick(len(issues))] }, 0},
		{"commitments", func(int) string { return "/commitments" }, 0},
		{"people", func(int) string { return "/people" }, 0},
		{"person", func(int) string { return persons[pick(len(persons))] }, 0},
		{"thread", func(int) string { return "/t/" + threads[pick(len(threads))] }, 0},
		{"reader", func(int) string { return "/d/" + rec.Reports[pick(len(rec.Reports))].ID }, 0},
		{"sources", func(int) string { return "/sources" }, 0},
		{"source", func(int) string { return "/s/" + outlets[pick(len(outlets))] }, 0},
		{"two sources compared", func(int) string { return "/sources/compare?a=" + outlets[0] + "&b=" + outlets[1+pick(5)] }, 0},
		{"network", func(int) string { return "/network" }, 0},
		{"status", func(int) string { return "/status" }, 0},
	}
}

// BenchmarkPages asks for pages of a store of 20,000 reports through the whole
// program and reports the median and the 95th percentile of the time from the
// request to the last byte, the processor time of an answer (the asking and the
// collection of garbage too) and the bytes that travel. One request at a time,
// so that what is measured is the page and not the queue.
func BenchmarkPages(b *testing.B) {
	base, w := largeSite(b)
	for _, x := range asked(w) {
		b.Run(strings.ReplaceAll(x.name, " ", "_"), func(b *testing.B) {
			// The first request builds what the pages share; it is told apart.
			first := timed(b, base, x.path(0))
			var took []time.Duration
			bytes := 0
			before := spent(b)
			for i := 1; b.Loop(); i++ {
				r := timed(b, base, x.path(i))
				took = append(took, r.took)
				bytes = max(bytes, r.bytes)
			}
			cpu := float64((spent(b) - before).Microseconds()) / 1000 / float64(len(took))
			slices.Sort(took)
			at := func(p int) float64 { return float64(took[min(len(took)-1, len(took)*p/100)].Microseconds()) / 1000 }
			b.Logf("%-36s median %7.1f ms   95 %% %7.1f ms   processor %7.1f ms   first %7.1f ms   %6.1f KB", x.name, at(50), at(95), cpu, float64(first.took.Microseconds())/1000, float64(bytes)/1024)
			b.ReportMetric(cpu, "cpu-ms")
			b.ReportMetric(at(50), "p50-ms")
			b.ReportMetric(at(95), "p95-ms")
			b.ReportMetric(float64(first.took.Microseconds())/1000, "first-ms")
			b.ReportMetric(float64(bytes)/1024, "KB")
			b.ReportMetric(0, "ns/op")
			// The clock also tells what other programs did meanwhile, and of 40
			// requests the 95th percentile is the third slowest. A page is too slow
			// where an answer takes more processor time than its budget, also that of
			// asking and of both processors, or half of it and half of the answers come
			// too late.
			if limit := float64(x.budget.Milliseconds()); limit > 0 && len(took) > 20 {
				say := b.Logf
				if cpu > limit || at(50) > limit && cpu > limit/2 {
					say = b.Errorf
				} else if at(95) <= limit {
					return
				}
				say("p95 is %.1f ms, the median %.1f ms, the budget %.0f ms, at %.1f ms of processor time", at(95), at(50), limit, cpu)
			}
		})
	}
}

// spent is the processor time that this process has used. Where other programs
// want the processors too, it says what a page costs; the clock says what they
// cost it.
func spent(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

type answered struct {
	took  time.Duration
	bytes int
}

func timed(b *testing.B, base, path string) answered {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, base+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip")
	start := time.Now()
	r, err := client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	n, err := io.Copy(io.Discard, r.Body)
	r.Body.Close()
	took := time.Since(start)
	if err != nil {
		b.Fatal(err)
	}
	if r.StatusCode != http.StatusOK && r.StatusCode/100 != 3 {
		b.Fatalf("GET %s: %s", path, r.Status)
	}
	return answered{took, int(n)}
}
