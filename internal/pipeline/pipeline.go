// Package pipeline runs the stages in order: captures of ingest become reports
// (extract), reports become annotated documents (nlp), and the documents of
// all reports become one record (link).
//
// It owns the workers: stages are pure functions and know nothing of each
// other. The outcome does not depend on the number of workers or on the order
// of the inputs, because documents are sorted by report id before linking.
package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/sandbox"
)

// Extract makes a report of a capture; an error means that nothing could be
// read and says why.
type Extract func(readout.Capture) (*readout.Report, error)

// Keeper remembers what was read, so that it need not be read again. A store
// is one; nil keeps nothing.
type Keeper interface {
	// Known returns the layers of a report as this version of the annotators
	// made them, or nil when the report has to be annotated.
	Known(ctx context.Context, reportID, version string) (*nlp.Doc, error)
	// Keep stores capture, report and layers in one transaction.
	Keep(ctx context.Context, c readout.Capture, doc *nlp.Doc, version string) error
}

// Index is what a Keeper has, too, that can tell what it holds without giving it
// out: what it holds is then not extracted again, and with Options.Bare not even
// loaded.
type Index interface {
	// Has returns the path of a report that this version of the annotators has
	// read; ok is false when it has to be read, or read again.
	Has(ctx context.Context, reportID, version string) (path string, ok bool, err error)
}

// Articles is what a Keeper has, too, that knows an article by its address: a
// capture with other bytes and the same wording need not be read again.
type Articles interface {
	// Seen notes that a capture was seen and returns the id of the stored report
	// that stands for its wording, "" when it has to be read.
	Seen(ctx context.Context, c readout.Capture, report *readout.Report) (same string, err error)
}

// Options are the settings of Read. The zero value is usable.
type Options struct {
	Workers  int            // documents annotated at once; 0: one a core
	Keeper   Keeper         // nil: nothing is kept
	Progress func(Progress) // called after each input, from one goroutine at a time; nil: silent
	Observe  Observe        // told what each stage took; nil: no clock is read
	Bare     bool           // the result has no Docs: for those who want them in the keeper alone

	// Made gives layers that these annotators made elsewhere, of a report as it
	// was extracted; nil where there are none and the report has to be annotated.
	// A nil Made has none.
	Made func(*readout.Report) *nlp.Doc
}

// Progress counts inputs as they are done.
type Progress struct {
	Reports, Refused, Known int
	Path                    string // the input just done
	Report                  string // its id: the keeper holds it now, for good; "" refused
}

// Result is what reading gave.
type Result struct {
	Docs       []*nlp.Doc        // sorted by report id, each id once; nil with Options.Bare
	Reports    int               // different ones
	Refusals   []readout.Refusal // sorted by path and reason
	Duplicates []Duplicate       // sorted by path
	Known      int               // of Reports, those that the keeper had before

	// Fault is of the machine, nil none: some of Refusals say nothing of their
	// inputs, which could be read once it is mended.
	Fault error
}

// Duplicate is an input that is, to the byte, a report read under another
// path.
type Duplicate struct {
	Path string `json:"path"`
	Of   string `json:"of"`
}

// Read takes every input through extract and the annotators. It fails only
// when ctx ends or the keeper does; what cannot be read becomes a refusal.
func Read(ctx context.Context, inputs iter.Seq2[readout.Capture, *readout.Refusal], extract Extract, annotators nlp.Pipeline, opts Options) (*Result, error) {
	if err := annotators.Validate(); err != nil {
		return nil, err
	}
	workers := opts.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &run{version: annotators.Version(), extract: extract, annotators: annotators, opts: opts, byID: map[string]*nlp.Doc{}, fresh: map[string]bool{}, paths: map[string][]string{}}
	jobs := make(chan readout.Capture)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for c := range jobs {
				if err := r.one(ctx, c); err != nil {
					cancel(err)
				}
			}
		})
	}
feed:
	for c, refusal := range inputs {
		if refusal != nil {
			r.refuse(*refusal)
			continue
		}
		select {
		case jobs <- c:
		case <-ctx.Done():
			break feed
		}
	}
	close(jobs)
	wg.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return r.result(), nil
}

// run gathers the outcomes of the workers.
type run struct {
	version    string
	extract    Extract
	annotators nlp.Pipeline
	opts       Options

	mu       sync.Mutex
	byID     map[string]*nlp.Doc
	fresh    map[string]bool // by report id: the keeper did not have it before
	refusals []readout.Refusal
	fault    error
	paths    map[string][]string // of the inputs of each report
	progress Progress
}

// one reads one capture. The error is the keeper's or the context's.
func (r *run) one(ctx context.Context, c readout.Capture) error {
	if ctx.Err() != nil {
		return nil
	}
	path := c.Path
	if path == "" {
		path = c.URL
	}
	doc, done, err := r.held(ctx, c, path)
	if err != nil || done {
		return err
	}
	known := doc != nil
	if !known {
		start := r.opts.Observe.start()
		report, err := r.extract(c)
		r.opts.Observe.since(StageExtract, start)
		if err != nil {
			r.refuse(readout.Refusal{Path: path, Reason: err.Error()})
			if errors.Is(err, sandbox.ErrStart) {
				r.failed(err)
			}
			return nil
		}
		if articles, ok := r.opts.Keeper.(Articles); ok {
			same, err := articles.Seen(ctx, c, report)
			if err != nil {
				return fmt.Errorf("look up %s: %w", path, err)
			}
			if same != "" {
				if doc, err = r.opts.Keeper.Known(ctx, same, r.version); err != nil {
					return fmt.Errorf("look up %s: %w", path, err)
				}
				r.done(path, same, doc, true)
				return nil
			}
		}
		if r.opts.Keeper != nil {
			if doc, err = r.opts.Keeper.Known(ctx, report.ID, r.version); err != nil {
				return fmt.Errorf("look up %s: %w", path, err)
			}
			known = doc != nil
		}
		if !known {
			if doc, err = r.read(report); err != nil {
				r.refuse(readout.Refusal{Path: path, Reason: err.Error()})
				return nil
			}
		}
	}
	keep := !known
	if known && c.Path != "" && c.Path < doc.Report.Path { // the first path names the report, whichever worker was faster
		named, again := *doc.Report, *doc
		named.Path, again.Report = c.Path, &named
		doc, keep = &again, true
	}
	if keep && r.opts.Keeper != nil {
		start := r.opts.Observe.start()
		if err := r.opts.Keeper.Keep(ctx, c, doc, r.version); err != nil {
			return fmt.Errorf("store %s: %w", path, err)
		}
		r.opts.Observe.since(StageStore, start)
	}
	r.done(path, doc.Report.ID, doc, known)
	return nil
}

// held is the document of a capture that the keeper holds as this version reads
// it, before anything is read of the capture; nil when it has none. done: it is
// counted, and there is nothing else to do.
func (r *run) held(ctx context.Context, c readout.Capture, path string) (doc *nlp.Doc, done bool, err error) {
	index, ok := r.opts.Keeper.(Index)
	if !ok || !c.Fetched.IsZero() { // each sight of a fetched article is noted
		return nil, false, nil
	}
	id := extract.ReportID(&c)
	first, ok, err := index.Has(ctx, id, r.version)
	if err == nil && ok {
		if r.opts.Bare && (c.Path == "" || c.Path >= first) {
			r.done(path, id, nil, true)
			return nil, true, nil
		}
		doc, err = r.opts.Keeper.Known(ctx, id, r.version)
	}
	if err != nil {
		return nil, false, fmt.Errorf("look up %s: %w", path, err)
	}
	return doc, false, nil
}

// read takes a report through the annotators, unless it is not to be read or its
// layers were made elsewhere.
func (r *run) read(report *readout.Report) (*nlp.Doc, error) {
	if r.opts.Made != nil {
		if doc := r.opts.Made(report); doc != nil {
			return doc, nil
		}
	}
	doc := &nlp.Doc{Report: report}
	if report.Skip != "" {
		return doc, nil
	}
	return guarded(func() *nlp.Doc {
		r.annotators.RunThen(doc, r.opts.Observe.each())
		return doc
	})
}

// annotate runs the annotators and turns a panic of theirs into a refusal of
// this one report: a fault in reading one page must not lose the others.
func annotate(annotators nlp.Pipeline, doc *nlp.Doc) error {
	_, err := guarded(func() *nlp.Doc {
		annotators.Run(doc)
		return doc
	})
	return err
}

func (r *run) refuse(f readout.Refusal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refusals = append(r.refusals, f)
	r.progress.Refused++
	r.tell(f.Path, "")
}

// done counts an input that was read as report id; doc is nil where the keeper
// holds it and nobody wants it, or where another version of the annotators has
// read it, and that stays so.
func (r *run) done(path, id string, doc *nlp.Doc, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Reports++
	if known {
		r.progress.Known++
	}
	if doc == nil && !r.opts.Bare {
		r.tell(path, id)
		return
	}
	if !known {
		r.fresh[id] = true // its twin may find it kept a moment later
	}
	if r.opts.Bare {
		doc = nil
	}
	if old := r.byID[id]; old == nil || doc.Report.Path < old.Report.Path {
		r.byID[id] = doc
	}
	r.paths[id] = append(r.paths[id], path)
	r.tell(path, id)
}

// tell reports progress; r.mu is held.
func (r *run) tell(path, id string) {
	if r.opts.Progress != nil {
		r.progress.Path, r.progress.Report = path, id
		r.opts.Progress(r.progress)
	}
}

// failed notes a fault of the machine.
func (r *run) failed(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fault == nil || err.Error() < r.fault.Error() { // whichever came first
		r.fault = err
	}
}

func (r *run) result() *Result {
	out := &Result{Refusals: r.refusals, Fault: r.fault, Reports: len(r.byID), Known: len(r.byID) - len(r.fresh)}
	for id, d := range r.byID {
		if !r.opts.Bare {
			out.Docs = append(out.Docs, d)
		}
		slices.Sort(r.paths[id])
		paths := slices.Compact(r.paths[id])
		for _, p := range paths[1:] {
			out.Duplicates = append(out.Duplicates, Duplicate{Path: p, Of: paths[0]})
		}
	}
	slices.SortFunc(out.Docs, func(a, b *nlp.Doc) int { return strings.Compare(a.Report.ID, b.Report.ID) })
	slices.SortFunc(out.Refusals, func(a, b readout.Refusal) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Reason, b.Reason))
	})
	slices.SortFunc(out.Duplicates, func(a, b Duplicate) int { return strings.Compare(a.Path, b.Path) })
	return out
}
