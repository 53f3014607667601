package crash_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	sqlite "modernc.org/sqlite"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/torture/crash"
	"github.com/readout-news/readout/internal/torture/faultfs"
)

// deed is a small life of a store: reports are read and linked; more come, among
// them the newer version of an article, and a refusal; they are linked.
type deed struct {
	r        *pipeline.Reader
	parts    [2][]readout.Capture
	refusals []readout.Refusal
	made     map[string]*nlp.Doc // by report id: reading is not what is tested
	want     []string            // the record in the end
}

// promise is what somebody was told.
type promise struct {
	report   string // id: it is stored
	revision int    // of the record: it is this or a later one
}

// newDeed is made once for all tests; nobody changes it.
func newDeed(t *testing.T) *deed {
	t.Helper()
	made.Lock()
	defer made.Unlock()
	if made.deed == nil {
		made.deed = makeDeed(t)
	}
	return made.deed
}

var made struct {
	sync.Mutex
	deed *deed
}

func makeDeed(t *testing.T) *deed {
	t.Helper()
	r, err := crash.Reader()
	if err != nil {
		t.Fatal(err)
	}
	d := &deed{r: r, made: map[string]*nlp.Doc{}, refusals: []readout.Refusal{{Path: "picture.png", Reason: "it is a picture"}}}
	lake := crash.Sample(t)
	older, newer := crash.Text("ferry-1.txt", "Ferry to sail on Monday\n\nThe ferry to Karvany sails on Monday, minister Maren said in Elsey. “It is time,” Maren said.\n"),
		crash.Text("ferry-2.txt", "Ferry to sail on Tuesday\n\nThe ferry to Karvany sails on Tuesday, minister Maren said in Elsey. “It is time,” Maren said. Ten people were hurt in a fire in its harbour.\n")
	for i, c := range []*readout.Capture{&older, &newer} {
		c.URL, c.Fetched = "https://wire.example/ferry", crash.Clock().Add(time.Duration(i)*time.Hour)
	}
	d.parts = [2][]readout.Capture{append([]readout.Capture{older}, lake[:3]...), append([]readout.Capture{newer}, lake[3:5]...)}
	res, err := r.Read(t.Context(), crash.Inputs(slices.Concat(d.parts[0], d.parts[1])), pipeline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range res.Docs {
		d.made[doc.Report.ID] = doc
	}
	path := filepath.Join(t.TempDir(), "readout.db")
	if err := d.do(t.Context(), path, func(promise) {}); err != nil {
		t.Fatal(err)
	}
	s, err := open.Store(t.Context(), path, open.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if d.want, _, err = crash.Exported(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return d
}

// do does it all on the store at path, or what is missing of it, and tells what
// it promises.
func (d *deed) do(ctx context.Context, path string, tell func(promise)) (err error) {
	s, err := open.Store(ctx, path, open.Options{Create: true, Now: crash.Clock})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for i, part := range d.parts {
		// One after the other, so that the same operation is the n-th each time.
		for _, c := range part {
			told := pipeline.Options{Workers: 1, Keeper: s, Bare: true, Made: func(r *readout.Report) *nlp.Doc { return d.made[r.ID] }}
			res, err := d.r.Read(ctx, crash.Inputs([]readout.Capture{c}), told)
			if err != nil {
				return err
			}
			if res.Reports != 1 {
				return fmt.Errorf("%s was not read: %+v", c.Path, res)
			}
			tell(promise{report: d.id(c)})
		}
		if err := live.Relink(ctx, d.r, s, d.refusals[:i]); err != nil {
			return err
		}
		rev, err := s.Revision(ctx)
		if err != nil {
			return err
		}
		tell(promise{revision: rev.N})
	}
	return nil
}

func (d *deed) id(c readout.Capture) string {
	for id, doc := range d.made {
		if doc.Report.SHA256 == c.SHA256 {
			return id
		}
	}
	return ""
}

// survived checks a store that something happened to: it opens, is whole, and
// keeps the promises; and when the work is done again it is as if nothing had
// happened.
func (d *deed) survived(ctx context.Context, path string, promises []promise) error {
	if err := d.kept(ctx, path, promises); err != nil {
		return err
	}
	if err := d.do(ctx, path, func(promise) {}); err != nil {
		return fmt.Errorf("going on: %w", err)
	}
	s, err := open.Store(ctx, path, open.Options{})
	if err != nil {
		return fmt.Errorf("after going on: %w", err)
	}
	defer s.Close()
	if err := crash.Intact(ctx, s); err != nil {
		return fmt.Errorf("after going on: %w", err)
	}
	got, _, err := crash.Exported(ctx, s)
	if err != nil {
		return err
	}
	for i, form := range crash.Forms {
		if got[i] != d.want[i] {
			return fmt.Errorf("after going on: %s: %w", form, errOther)
		}
	}
	return nil
}

// kept checks the store as it was found.
func (d *deed) kept(ctx context.Context, path string, promises []promise) error {
	s, err := open.Store(ctx, path, open.Options{Create: len(promises) == 0, Now: crash.Clock})
	if err != nil {
		return fmt.Errorf("open again: %w", err)
	}
	defer s.Close()
	if err := crash.Intact(ctx, s); err != nil {
		return err
	}
	rev, err := s.Revision(ctx)
	if err != nil {
		return err
	}
	for _, p := range promises {
		if rev.N < p.revision {
			return fmt.Errorf("%w: the record is revision %d, and %d was told", errLost, rev.N, p.revision)
		}
		if p.report == "" {
			continue
		}
		if _, ok, err := s.Has(ctx, p.report, d.r.Annotators.Version()); err != nil || !ok {
			return fmt.Errorf("%w: report %s (%v)", errLost, p.report, err)
		}
	}
	return nil
}

// starts are how the store is when the fault comes: none is there, or an empty
// one.
func (d *deed) starts(t *testing.T) []start {
	t.Helper()
	empty := filepath.Join(t.TempDir(), "readout.db")
	s, err := open.Store(t.Context(), empty, open.Options{Create: true, Now: crash.Clock})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	b := read(t, empty)
	return []start{
		{"no store", func(string) {}},
		{"a store", func(dir string) { write(t, filepath.Join(dir, "readout.db"), b) }},
	}
}

type start struct {
	name string
	lay  func(dir string)
}

// spread are n of the numbers 1 to total, or all, spread evenly with a random
// start.
func spread(rng *rand.Rand, n, total int) (out []int) {
	if n >= total {
		n = total
	}
	step := float64(total) / float64(n)
	first := rng.Float64() * step
	for i := range n {
		out = append(out, 1+min(total-1, int(first+float64(i)*step)))
	}
	return out
}

// patience bounds one life of a store; a statement waits ten seconds for a lock.
const patience = time.Minute

// way is how operations fail.
type way struct {
	name string
	plan faultfs.Plan
	says []string // one of these is in the error that a person reads
	// How many operations of each start fail in the three lengths.
	change, nightly, release int
}

const all = math.MaxInt

// ways are the ways; what is rare has its own, so that short forms meet it, too.
func ways() (out []way) {
	ill := []string{"the disk of the store failed", "could not be opened"}
	for _, rare := range []faultfs.Op{faultfs.Open, faultfs.Delete, faultfs.Sync, faultfs.Truncate, faultfs.Lock, faultfs.LockLog, faultfs.MapLog} {
		out = append(out, way{"once", faultfs.Plan{Ops: rare}, ill, 1, 10, all})
	}
	return append(out,
		way{"once", faultfs.Plan{Ops: faultfs.Read | faultfs.Write | faultfs.Size}, ill, 4, 100, all},
		way{"for good", faultfs.Plan{On: true}, ill, 3, 100, all},
		way{"full", faultfs.Plan{On: true, Ops: faultfs.Write, Code: faultfs.Full}, []string{"make room"}, 3, 100, all},
		way{"no memory", faultfs.Plan{Ops: faultfs.Alloc}, []string{"no memory left"}, 3, 100, 1000},
	)
}

// The n-th operation on the disk fails, once or for good, with an error of the
// disk or as a full one does, or the n-th allocation of memory: whoever asked is
// told, what was acknowledged is there, and going on leads to where it had led
// without.
func TestDiskFails(t *testing.T) {
	d := newDeed(t)
	rng := rand.New(rand.NewPCG(seed(t), 1)) //nolint:gosec // no secret
	for _, w := range ways() {
		faults, told, sum, stores := 0, 0, 0, watch(t)
		byOp := map[faultfs.Op]int{}
		for _, start := range d.starts(t) {
			total := d.operations(t, start, w.plan.Ops)
			sum += total
			for _, at := range spread(rng, torture.Rounds(t, w.change, w.nightly, w.release), total) {
				f := d.fails(t, stores, start, w, at)
				if f == nil {
					continue
				}
				faults++
				byOp[f.failed.Op]++
				if f.told != nil {
					told++
				}
			}
		}
		promise, what := "R2", "operations of the disk"
		switch {
		case w.plan.Code == faultfs.Full:
			promise, what = "R7", "writes to a full disk"
		case w.plan.Ops == faultfs.Alloc:
			promise, what = "R8", "allocations of memory"
		}
		torture.Counted(t, promise, faults, fmt.Sprintf("of %d %s failed, %s %v", sum, what, w.name, byOp),
			fmt.Sprintf("%d told; of the stores %v", told, stores))
	}
}

// fault is what came of one.
type fault struct {
	failed faultfs.Failed
	told   error // nil: whoever asked felt nothing
}

// fails lets an operation fail and checks the store afterwards; nil when nothing
// did fail.
func (d *deed) fails(t *testing.T, stores *fates, start start, w way, at int) *fault {
	t.Helper()
	dir := t.TempDir()
	defer empty(t, dir)
	start.lay(dir)
	path := filepath.Join(dir, "readout.db")
	plan := w.plan
	plan.At = at
	var promises []promise
	faultfs.Arm(dir, plan)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	err := d.do(ctx, path, func(p promise) { promises = append(promises, p) })
	cancel()
	_, failed := faultfs.Disarm()
	if len(failed) == 0 {
		if err != nil {
			t.Errorf("%s, %s: %v without a fault", start.name, w.name, err)
		}
		return nil
	}
	where := fmt.Sprintf("%s, fails %s: %v", start.name, w.name, failed[0])
	if err != nil && !slices.ContainsFunc(w.says, func(s string) bool { return strings.Contains(err.Error(), s) }) {
		t.Errorf("%s: the error does not say what to do: %v", where, err)
	}
	faultfs.Arm(dir, faultfs.Plan{}) // nothing need reach the real disk
	defer faultfs.Disarm()
	stores.judge(fmt.Sprintf("%s (%v)", where, err), d.survived(t.Context(), path, promises))
	return &fault{failed[0], err}
}

// operations counts those of an undisturbed life.
func (d *deed) operations(t *testing.T, start start, ops faultfs.Op) int {
	t.Helper()
	dir := t.TempDir()
	defer empty(t, dir)
	start.lay(dir)
	faultfs.Arm(dir, faultfs.Plan{Ops: ops})
	err := d.do(t.Context(), filepath.Join(dir, "readout.db"), func(promise) {})
	n, _ := faultfs.Disarm()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The power goes after the n-th thing done to the disk; what was not synced is
// gone, or a part of it, or none (which is a program that was killed).
func TestPowerCut(t *testing.T) {
	d := newDeed(t)
	rng := rand.New(rand.NewPCG(seed(t), 2)) //nolint:gosec // no secret
	cuts, total, stores := 0, 0, watch(t)
	for _, start := range d.starts(t) {
		// The log is moved into the file when it has so many pages; a small
		// number has it moved in the middle of the work.
		for _, most := range []int64{1000, 30} {
			dir := t.TempDir()
			start.lay(dir)
			log, err := faultfs.NewLog(dir)
			if err != nil {
				t.Fatal(err)
			}
			pages.Store(most)
			hook()
			faultfs.Arm(dir, faultfs.Plan{Log: log})
			err = d.do(t.Context(), filepath.Join(dir, "readout.db"), func(p promise) { log.Mark(p) })
			faultfs.Disarm()
			pages.Store(1000)
			if err != nil {
				t.Fatal(err)
			}
			total += log.Len()
			for _, n := range spread(rng, torture.Rounds(t, 5, 150, all), log.Len()) {
				var promises []promise
				for _, m := range log.Marks(n) {
					promises = append(promises, m.(promise))
				}
				for _, kept := range []faultfs.Kept{faultfs.Nothing, faultfs.Some, faultfs.Whole} {
					at := t.TempDir()
					if err := faultfs.Lay(at, log.Left(n, kept, rng)); err != nil {
						t.Fatal(err)
					}
					faultfs.Arm(at, faultfs.Plan{})
					stores.judge(fmt.Sprintf("%s, log of %d pages, power gone after %d of %d, %v of what was not synced kept", start.name, most, n, log.Len(), kept),
						d.survived(t.Context(), filepath.Join(at, "readout.db"), promises))
					faultfs.Disarm()
					empty(t, at)
					cuts++
				}
			}
		}
	}
	torture.Counted(t, "R2", cuts, fmt.Sprintf("power cuts after one of %d things done to the disk, with nothing, some and all of what was not synced", total),
		"of the stores "+stores.String())
}

// pages is how many pages SQLite lets its log grow to before it moves them into
// the file, on connections that are opened from now on.
var pages atomic.Int64

var hook = sync.OnceFunc(func() {
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, _ string) error {
		_, err := conn.ExecContext(context.Background(), fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", pages.Load()), nil)
		return err
	})
})
