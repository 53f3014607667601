// Package reread brings the readings of a store up to the annotators of today.
//
// It goes through the reports that another version has read, in the order of
// their ids, runs on each what its reading lacks (nlp.Pipeline.Again) and
// commits it by itself, so that it can be stopped at any moment and goes on
// where it was when it is run again. A report on which the annotators fail keeps
// its earlier reading and is tried again the next time.
//
// In: a store and the annotators. Out: the store's layers, all of one version,
// or as far as the budget reached. The record is not drawn anew; linking is the
// caller's.
package reread

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
)

// Options are the settings of Run. The zero value reads all.
type Options struct {
	Workers  int              // reports read at once; 0: one a core
	Reports  int              // no more than these; 0: all
	For      time.Duration    // none is begun after; 0: no end
	Now      func() time.Time // nil: time.Now
	Observe  pipeline.Observe // told what each stage took; may be nil
	Progress func(Progress)   // called after each report, from one goroutine at a time; may be nil
}

// Progress is how far Run is.
type Progress struct {
	Done    int           // reports, failed ones too
	Total   int           // that it is to read
	Elapsed time.Duration // since it began
}

// Left is how long the rest takes at the pace so far; 0 before the first.
func (p Progress) Left() time.Duration {
	if p.Done == 0 {
		return 0
	}
	return time.Duration(float64(p.Elapsed) / float64(p.Done) * float64(p.Total-p.Done)).Round(time.Second)
}

// Result is what Run did.
type Result struct {
	Reread int               // reports whose reading is up to date now
	Part   int               // of Reread, those in which layers of before were kept
	Left   int               // reports that wait still
	Failed []readout.Refusal // reports that keep their earlier reading, and why; by path
	Took   time.Duration
}

// Group are the reports that one version has read.
type Group struct {
	Version string   // of the annotators that read them
	Reports int      // how many
	Run     []string // annotators that have to run again, in their order; nil: none
	Keep    []string // annotators whose layers are kept
}

// Plan says what Run would do: the reports of each version but the present one.
func Plan(about store.About, annotators nlp.Pipeline) []Group {
	var out []Group
	for _, reading := range about.Readings {
		if reading.Version == annotators.Version() {
			continue
		}
		g := Group{Version: reading.Version, Reports: reading.Reports}
		for i, stale := range annotators.Stale(reading.Version) {
			if stale {
				g.Run = append(g.Run, annotators[i].Name)
			} else {
				g.Keep = append(g.Keep, annotators[i].Name)
			}
		}
		out = append(out, g)
	}
	return out
}

// page is how many ids are asked for at once.
const page = 256

// Run reads again what another version has read. When ctx ends it returns what
// was done by then with the context's error; what was done stays.
func Run(ctx context.Context, r *pipeline.Reader, s store.Store, opts Options) (Result, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	workers := opts.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	x := &run{r: r, s: s, opts: opts, version: r.Annotators.Version(), start: opts.Now()}
	about, err := s.About(ctx)
	if err != nil {
		return Result{}, err
	}
	waiting := about.Behind(x.version)
	x.total = waiting
	if opts.Reports > 0 {
		x.total = min(waiting, opts.Reports)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	todo := make(chan string)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for id := range todo {
				if err := x.one(ctx, id); err != nil {
					cancel(err)
				}
			}
		})
	}
	err = x.ids(ctx, func(id string) bool {
		if opts.For > 0 && opts.Now().Sub(x.start) >= opts.For {
			return false
		}
		select {
		case todo <- id:
			return true
		case <-ctx.Done():
			return false
		}
	})
	if err != nil {
		cancel(err)
	}
	close(todo)
	wg.Wait()
	out := x.result
	out.Took = opts.Now().Sub(x.start)
	out.Left = waiting - out.Reread
	slices.SortFunc(out.Failed, func(a, b readout.Refusal) int { return strings.Compare(a.Path, b.Path) })
	if ctx.Err() != nil {
		return out, context.Cause(ctx)
	}
	// After all others, so that a second try that succeeds is not noted as failed.
	return out, s.AddRefusals(ctx, out.Failed...)
}

// run is one Run.
type run struct {
	r       *pipeline.Reader
	s       store.Store
	opts    Options
	version string
	start   time.Time
	total   int

	mu     sync.Mutex
	result Result
	done   int
}

// ids goes through what waits until f returns false.
func (x *run) ids(ctx context.Context, f func(id string) bool) error {
	after, given := "", 0
	for {
		ids, err := x.s.Behind(ctx, x.version, after, page)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if x.opts.Reports > 0 && given >= x.opts.Reports || !f(id) {
				return nil
			}
			given++
		}
		after = ids[len(ids)-1]
	}
}

// one reads one report again. The error is the store's or the context's.
func (x *run) one(ctx context.Context, id string) error {
	if ctx.Err() != nil {
		return nil
	}
	l, err := x.s.Layered(ctx, id)
	if err != nil {
		return err
	}
	if l.Version == x.version {
		x.count(nil, false) // another process was faster
		return nil
	}
	doc, err := x.r.Again(l.Doc, l.Version, x.opts.Observe)
	if err != nil {
		x.count(&readout.Refusal{Path: l.Doc.Report.Path, Reason: err.Error() + "; what an earlier version read is kept"}, false)
		return nil
	}
	start := x.opts.Now()
	if _, err := x.s.Reannotate(ctx, doc, x.version); err != nil {
		return fmt.Errorf("store %s, read again: %w", doc.Report.Path, err)
	}
	if x.opts.Observe != nil {
		x.opts.Observe(pipeline.StageStore, x.opts.Now().Sub(start))
	}
	x.count(nil, slices.Contains(x.r.Annotators.Stale(l.Version), false))
	return nil
}

// count notes one report that is done.
func (x *run) count(failed *readout.Refusal, part bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.done++
	if failed != nil {
		x.result.Failed = append(x.result.Failed, *failed)
	} else {
		x.result.Reread++
	}
	if part {
		x.result.Part++
	}
	if x.opts.Progress != nil {
		x.opts.Progress(Progress{Done: x.done, Total: x.total, Elapsed: x.opts.Now().Sub(x.start)})
	}
}
