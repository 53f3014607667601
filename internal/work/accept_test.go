//go:build unix

package work

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/store/pgtest"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/torture/crash"
)

// stories are reports of the corpus in ../shared, n of them.
func stories(t testing.TB, n int) (out []readout.Capture) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "stories", "allsides_train.jsonl"))
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("needs the stories in ../shared:", err)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 64<<20)
	for len(out) < n && in.Scan() {
		var s struct{ Doc, Title, Date, Source, URL, Text string }
		if err := json.Unmarshal(in.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(s.Text))
		out = append(out, readout.Capture{
			Path: s.Doc + ".txt", URL: s.URL, MediaType: "text/plain", Charset: "utf-8", Body: []byte(s.Text), SHA256: hex.EncodeToString(sum[:]),
			Sidecar: &readout.Sidecar{Outlet: s.Source, Published: s.Date, URL: s.URL, Title: s.Title},
		})
	}
	if len(out) < n {
		t.Fatalf("%d stories, want %d: %v", len(out), n, in.Err())
	}
	return out
}

// The same reports give the same bytes: one program on SQLite; one, two and four
// workers on PostgreSQL, each a process, killed at random; each in an order of
// its own. The form for every change takes the sample and 40 stories of ../shared,
// the longer ones take more stories and print a table.
func TestSameRecordEverywhere(t *testing.T) {
	n := torture.Rounds(t, 0, 400, 5000)
	captures := crash.Sample(t)
	if n == 0 {
		captures = append(captures, stories(t, 40)...)
	} else {
		captures = stories(t, n)
	}
	type run struct {
		name           string
		workers, kills int
		took           time.Duration
		sums           []string
		attempts       int
	}
	runs := []*run{{name: "SQLite", workers: 1}, {name: "PostgreSQL", workers: 1}, {name: "PostgreSQL", workers: 2}, {name: "PostgreSQL", workers: 4}}
	for i, r := range runs {
		rng := rand.New(rand.NewPCG(5, uint64(i))) //nolint:gosec // no secret
		order := slices.Clone(captures)
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		began := time.Now()
		var s store.Store
		if r.name == "SQLite" {
			s = onSQLite(t, order)
			r.attempts = len(order)
		} else {
			d := deskAt(t, pgtest.Database(t))
			s = d.s
			r.kills = d.underFire(t, order, r.workers, rng, n == 0)
			r.attempts = d.count(t, `SELECT sum(attempt) FROM river_job WHERE kind = 'read'`)
			d.clean(t, d.count(t, `SELECT count(*) FROM report`))
		}
		r.took = time.Since(began)
		var size int64
		var err error
		if r.sums, size, err = crash.Exported(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s, %d workers: %d reports in %.0f s (%.1f/s), %d kills, %d attempts, %d bytes, record %s",
			r.name, r.workers, len(order), r.took.Seconds(), float64(len(order))/r.took.Seconds(), r.kills, r.attempts, size, r.sums[0][:16])
	}
	for _, r := range runs[1:] {
		for i, form := range crash.Forms {
			if r.sums[i] != runs[0].sums[i] {
				t.Errorf("%s, %d workers: the export %s differs from that of SQLite", r.name, r.workers, form)
			}
		}
	}
	kills, attempts := 0, 0
	for _, r := range runs {
		kills, attempts = kills+r.kills, attempts+r.attempts
	}
	torture.Counted(t, "R3", len(runs)*len(captures), "reports in four stores: SQLite, PostgreSQL with 1, 2 and 4 workers", fmt.Sprintf("exports %s of the same bytes after %d kills and %d attempts", strings.Join(crash.Forms, ", "), kills, attempts))
	if n == 0 {
		return
	}
	fmt.Printf("\n| store | workers | kills | attempts | reports | s | reports/s | record, SHA-256 |\n|---|---|---|---|---|---|---|---|\n")
	for _, r := range runs {
		fmt.Printf("| %s | %d | %d | %d | %d | %.0f | %.1f | `%s` |\n", r.name, r.workers, r.kills, r.attempts, n, r.took.Seconds(), float64(n)/r.took.Seconds(), r.sums[0])
	}
}

// onSQLite reads captures into a store on SQLite, one at a time.
func onSQLite(t testing.TB, captures []readout.Capture) store.Store {
	t.Helper()
	r, err := crash.Reader()
	if err != nil {
		t.Fatal(err)
	}
	s, err := open.Store(t.Context(), filepath.Join(t.TempDir(), "readout.db"), open.Options{Create: true, Now: crash.Clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	res, err := r.Read(t.Context(), crash.Inputs(captures), pipeline.Options{Workers: 1, Keeper: s})
	if err != nil {
		t.Fatal(err)
	}
	if err := live.Relink(t.Context(), r, s, res.Refusals); err != nil {
		t.Fatal(err)
	}
	runtime.GC() // the processes that follow need the memory
	return s
}

// underFire has workers read captures while they are killed at random, and says
// how often: up to five times in the short form, up to twenty in the long, where
// the last ones hit while the record is linked.
func (d *desk) underFire(t *testing.T, captures []readout.Capture, workers int, rng *rand.Rand, short bool) int {
	t.Helper()
	pause, most := 10*time.Second, 20
	settings := child{Address: d.address, Readers: 1, Link: 3 * time.Second}
	if short {
		pause, most = time.Second, 5
		settings.Link, settings.Slow = 500*time.Millisecond, 100*time.Millisecond
	}
	w := newCrew(t, workers, settings, rng.Uint64())
	defer w.end()
	next := time.Now().Add(pause)
	fire := func() {
		if w.kills < most && time.Now().After(next) {
			w.kill(d)
			next = time.Now().Add(pause/2 + time.Duration(rng.Int64N(int64(pause))))
		}
	}
	for len(captures) > 0 {
		n := min(1+rng.IntN(50), len(captures))
		d.enqueue(t, captures[:n]...)
		captures = captures[n:]
		fire()
	}
	last, left, drawn := time.Now(), -1, -1
	for !d.done(t) {
		fire()
		// Long runs may take long, but not without a step: a job that ends, or a part
		// of the record that is linked.
		rev, err := d.s.Revision(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if now := d.count(t, `SELECT count(*) FROM river_job WHERE state NOT IN ('completed', 'discarded')`); now != left || rev.N != drawn {
			last, left, drawn = time.Now(), now, rev.N
		}
		if time.Since(last) > 20*time.Minute {
			t.Fatalf("nothing was done for %v with %d jobs left", time.Since(last), left)
		}
		if d.parked(t) > 0 {
			if _, err := d.q.Retry(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	return w.kills
}
