package work

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/sandbox"
	"github.com/readout-news/readout/internal/store"
)

// Defaults of WorkerOptions.
const (
	defaultLimit = time.Minute
	defaultLease = 2 * time.Minute
	defaultBeat  = 5 * time.Second
	defaultLink  = 3 * time.Second
	defaultStop  = 30 * time.Second
)

// WorkerOptions are the settings of a Worker. The zero value is usable.
type WorkerOptions struct {
	Readers int           // reports read at once; 0: one a core
	Limit   time.Duration // for one report, from start to stored; 0: a minute
	Lease   time.Duration // after which a worker that gave no sign of life loses its jobs; more than Limit; 0: two minutes
	Beat    time.Duration // how often it gives one, and looks after the others; 0: 5 s
	Link    time.Duration // from the end of one linking to the next at least; 0: 3 s; less: it links nothing
	Stop    time.Duration // for jobs under way when it is told to stop; then they are released; 0: 30 s

	// Done hears of the end of every job: its kind, what became of it ("new",
	// "known", "re-annotated", "refused", "parked", "linked", "again" when it
	// will be tried again) and how long it took. Called from many goroutines.
	// nil: nobody does.
	Done func(kind, outcome string, took time.Duration)

	// Observe hears how long each stage took on a report. nil: nobody does.
	Observe pipeline.Observe

	// Annotate reads one report in the place of the reader's AnnotateWithin, for
	// tests of readings that fail.
	Annotate func(context.Context, *readout.Report) (*nlp.Doc, error)
}

// Worker takes jobs from a queue.
type Worker struct {
	q         *Queue
	opts      WorkerOptions
	reader    *pipeline.Reader
	id        string
	alone     *gate
	linker    *live.Linker  // used by whoever holds the store's lock for linking
	abandoned atomic.Int32  // readings past their limit that still run
	left      time.Time     // since when something waits to be linked of which nobody was told
	given     chan struct{} // of Run: closed when jobs are given back whose time to finish is over
}

// NewWorker is a worker of the queue, which has to stay open while it runs. The
// version of the reader's annotators must be the queue's.
func (q *Queue) NewWorker(r *pipeline.Reader, opts WorkerOptions) *Worker {
	opts.Readers = cmp.Or(max(opts.Readers, 0), runtime.GOMAXPROCS(0))
	opts.Limit = cmp.Or(opts.Limit, defaultLimit)
	opts.Lease = cmp.Or(opts.Lease, defaultLease)
	opts.Beat = cmp.Or(opts.Beat, defaultBeat)
	opts.Link = cmp.Or(opts.Link, defaultLink)
	opts.Stop = cmp.Or(opts.Stop, defaultStop)
	if opts.Annotate == nil {
		opts.Annotate = func(ctx context.Context, report *readout.Report) (*nlp.Doc, error) {
			return r.AnnotateWithin(ctx, report, opts.Observe)
		}
	}
	host, pid := hostPID()
	var some [4]byte
	rand.Read(some[:]) // two workers may share a process
	return &Worker{
		q: q, opts: opts, reader: r, alone: newGate(opts.Readers), linker: live.NewLinker(r, q.store),
		id: fmt.Sprintf("%.60s-%d-%s", host, pid, hex.EncodeToString(some[:])),
	}
}

// hostPID names this process among all machines.
func hostPID() (string, int) {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return host, os.Getpid()
}

// ErrStuck ends a worker whose readings do not end: what they hold can only be
// freed with the process, and whatever runs it starts it again.
var ErrStuck = errors.New("readings that were given up do not end, so this worker cannot go on; start it again (their inputs are parked or will be)")

// Run takes jobs until ctx ends. Jobs under way may then finish; those that do
// not are released, and another worker takes them. ErrStuck.
func (w *Worker) Run(ctx context.Context) error {
	err := w.takeUp(ctx)
	var registered *registration
	if err == nil {
		registered, err = w.register(ctx)
	}
	if err != nil && ctx.Err() != nil {
		return nil // told to end before it began
	}
	if err != nil {
		return fmt.Errorf("start work: %w", err)
	}
	defer registered.end()
	w.given = make(chan struct{})
	workers := river.NewWorkers()
	river.AddWorker(workers, &readWorker{w: w})
	river.AddWorker(workers, &rereadWorker{w: w})
	river.AddWorker(workers, &linkWorker{w: w})
	queues := map[string]river.QueueConfig{queueRead: {MaxWorkers: w.opts.Readers}}
	if w.opts.Link > 0 {
		queues[queueLink] = river.QueueConfig{MaxWorkers: 1}
	}
	client, err := river.NewClient(riverpgxv5.New(w.q.pool), &river.Config{
		ID:                          w.id,
		Queues:                      queues,
		Workers:                     workers,
		JobTimeout:                  w.jobLimit(),
		RescueStuckJobsAfter:        max(w.opts.Lease, w.jobLimit()),
		RetryPolicy:                 soon{},
		MaxAttempts:                 attempts,
		FetchCooldown:               20 * time.Millisecond, // a report takes longer than that
		FetchPollInterval:           time.Second,
		DiscardedJobRetentionPeriod: -1, // parked inputs stay until somebody tries them again
		Logger:                      w.q.log,
	})
	if err != nil {
		return fmt.Errorf("start work: %w", err)
	}
	running, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	if err := client.Start(running); err != nil {
		return fmt.Errorf("start work: %w", err)
	}
	w.q.log.Info("work: worker started", "worker", w.id, "readers", w.opts.Readers)
	err = w.tend(ctx, registered)
	w.q.log.Info("work: worker stops", "worker", w.id)
	graceful, cancel := context.WithTimeout(running, w.opts.Stop)
	defer cancel()
	if client.Stop(graceful) != nil {
		// What still runs is told to end and released.
		close(w.given)
		forced, cancel := context.WithTimeout(running, w.opts.Stop)
		defer cancel()
		err = errors.Join(err, client.StopAndCancel(forced))
	}
	return err
}

// jobLimit is the time for a job with its wait until it may run alone.
func (w *Worker) jobLimit() time.Duration { return w.opts.Limit + w.opts.Limit/2 }

// done tells who asked for it.
func (w *Worker) done(kind, outcome string, since time.Time) {
	if w.opts.Done != nil {
		w.opts.Done(kind, outcome, time.Since(since))
	}
}

// soon is when a job that failed is tried again: after 1, 2, 4 … seconds, a
// minute at most.
type soon struct{}

// NextRetry implements river.ClientRetryPolicy.
func (soon) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().Add(min(time.Second<<min(max(job.Attempt-1, 0), 6), time.Minute))
}

// gate lets n in at once, or one alone.
type gate struct {
	turn  chan struct{} // held while somebody waits to get in, so that who came first gets in first
	slots chan struct{}
}

func newGate(n int) *gate {
	return &gate{turn: make(chan struct{}, 1), slots: make(chan struct{}, n)}
}

// enter waits until there is room; leave must be called after it.
func (g *gate) enter(ctx context.Context, alone bool) (leave func(), err error) {
	n := 1
	if alone {
		n = cap(g.slots)
	}
	select {
	case g.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-g.turn }()
	for i := range n {
		select {
		case g.slots <- struct{}{}:
		case <-ctx.Done():
			for range i {
				<-g.slots
			}
			return nil, ctx.Err()
		}
	}
	return func() {
		for range n {
			<-g.slots
		}
	}, nil
}

// noRoom is for a job that could not begin: readings that were given up kept the
// worker. It waits, which is no attempt of its own.
func (w *Worker) noRoom(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return river.JobSnooze(w.opts.Beat)
	}
	return err
}

// lease is the hold of a worker on a job.
type lease struct {
	w   *Worker
	job *rivertype.JobRow
}

// readWorker makes reports of captures.
type readWorker struct {
	river.WorkerDefaults[readArgs]
	w *Worker
}

// errSlow means that a reading took longer than a report may.
var errSlow = errors.New("reading it took longer than a report may take")

// Work implements river.Worker.
func (rw *readWorker) Work(ctx context.Context, job *river.Job[readArgs]) error {
	w, began, a := rw.w, time.Now(), job.Args
	l := lease{w, job.JobRow}
	leave, err := w.alone.enter(ctx, job.Attempt > 1)
	if err != nil {
		return w.noRoom(ctx, err)
	}
	// A reading that is given up keeps its place until it ends, or a new one
	// would share the processor with it.
	outcome, err := w.within(ctx, leave, func(ctx context.Context) (string, error) {
		if err := l.begin(ctx); err != nil {
			return "", err
		}
		return w.read(ctx, l, a)
	})
	if err != nil {
		outcome, err = w.failed(ctx, l, a, err)
	}
	w.done(kindRead, cmp.Or(outcome, "again"), began)
	return l.giveBack(ctx, err)
}

// read takes a capture from bytes to a stored report. The error is the store's
// or the context's, or errLost.
func (w *Worker) read(ctx context.Context, l lease, a readArgs) (outcome string, err error) {
	c, err := w.q.store.Capture(ctx, a.SHA256)
	if err != nil {
		return "", err
	}
	if err := a.capture(&c); err != nil {
		return "", err
	}
	report, err := w.reader.Report(c, w.opts.Observe)
	if err != nil {
		return w.unread(ctx, l, a, err)
	}
	same, err := w.q.store.Seen(ctx, c, report)
	if err != nil {
		return "", err
	}
	if same != "" {
		return store.Known.String(), l.finish(ctx, Result{Path: a.name(), Report: same})
	}
	doc, err := w.q.store.Known(ctx, report.ID, w.q.version)
	if err != nil {
		return "", err
	}
	known := doc != nil
	switch {
	case !known:
		if doc, err = w.opts.Annotate(ctx, report); err != nil {
			return w.unread(ctx, l, a, err)
		}
	case report.Path != "" && report.Path < doc.Report.Path: // the first path names the report, whichever worker was faster
		named, again := *doc.Report, *doc
		named.Path, again.Report = report.Path, &named
		doc = &again
	default:
		return store.Known.String(), l.finish(ctx, Result{Path: a.name(), Report: report.ID})
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	out, err := l.keep(ctx, c, doc, Result{Path: a.name(), Report: report.ID, New: !known})
	return out.String(), err
}

// unread ends a job whose input is no report; the context's error is passed on.
func (w *Worker) unread(ctx context.Context, l lease, a readArgs, why error) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if errors.Is(why, sandbox.ErrStart) {
		return "", why // of this machine: the job is tried again
	}
	if fault := (*pipeline.Fault)(nil); errors.As(why, &fault) {
		return "parked", l.park(ctx, a.name(), why.Error())
	}
	return "refused", l.refuse(ctx, Result{Path: a.name(), Reason: why.Error()})
}

// within runs f, but for no longer than a report may take: then it is given up
// with errSlow, and leave is called when it ends after all. A panic is an error.
func (w *Worker) within(ctx context.Context, leave func(), f func(context.Context) (string, error)) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, w.opts.Limit, errSlow)
	defer cancel()
	type end struct {
		outcome string
		err     error
	}
	ended := make(chan end, 1)
	var over atomic.Bool // ended or given up, whichever came first
	go func() {
		var e end
		defer func() {
			if p := recover(); p != nil {
				e = end{err: &pipeline.Fault{Value: p}}
			}
			leave()
			if !over.CompareAndSwap(false, true) {
				w.abandoned.Add(-1)
			}
			ended <- e
		}()
		e.outcome, e.err = f(ctx)
	}()
	var e end
	select {
	case e = <-ended:
	case <-ctx.Done():
		// What the store does ends within moments; a reading may go on.
		grace := time.NewTimer(time.Second)
		defer grace.Stop()
		select {
		case e = <-ended:
		case <-grace.C:
			if over.CompareAndSwap(false, true) {
				w.abandoned.Add(1)
			}
			e.err = ctx.Err()
		}
	}
	if e.err != nil && ctx.Err() != nil && !errors.Is(e.err, errLost) {
		e.err = ctx.Err()
		if errors.Is(context.Cause(ctx), errSlow) {
			e.err = errSlow
		}
	}
	return e.outcome, e.err
}

// failed says how a job goes on whose reading did not end well. What it returns
// is for River, never nil unless the job was ended in the database.
func (w *Worker) failed(ctx context.Context, l lease, a readArgs, err error) (string, error) {
	log := w.q.log.With("worker", w.id, "job", l.job.ID, "attempt", l.job.Attempt, "input", a.name())
	fault := (*pipeline.Fault)(nil)
	switch {
	case errors.Is(err, errLost):
		log.Warn("work: another worker has the job by now; nothing was stored")
		return "", err
	case ctx.Err() != nil && !errors.Is(err, errSlow):
		return "", err // told to stop: River releases the job
	case errors.As(err, &fault):
		return w.park(ctx, l, a, err.Error())
	case errors.Is(err, errSlow) && l.job.Attempt > 1:
		return w.park(ctx, l, a, fmt.Sprintf("%v (%v), the last time with the worker to itself; it is left out, and “readout work retry” tries it again", errSlow, w.opts.Limit))
	case passing(err):
		log.Warn("work: the store could not be reached; the job waits", "error", err)
		return "", river.JobSnooze(snooze(l.job))
	case l.job.Attempt >= l.job.MaxAttempts:
		return w.park(ctx, l, a, fmt.Sprintf("it failed %d times, the last time with: %v; it is left out, and “readout work retry” tries it again", l.job.Attempt, err))
	}
	log.Warn("work: the job failed and is tried again", "error", err)
	return "", err
}

// park ends the job without a report.
func (w *Worker) park(ctx context.Context, l lease, a readArgs, reason string) (string, error) {
	w.q.log.Error("work: an input is left out", "worker", w.id, "job", l.job.ID, "input", a.name(), "reason", reason)
	return "parked", l.park(ctx, a.name(), reason)
}

// rereadWorker reads stored reports with the annotators of now.
type rereadWorker struct {
	river.WorkerDefaults[rereadArgs]
	w *Worker
}

// Work implements river.Worker.
func (rw *rereadWorker) Work(ctx context.Context, job *river.Job[rereadArgs]) error {
	w, began := rw.w, time.Now()
	l := lease{w, job.JobRow}
	leave, err := w.alone.enter(ctx, job.Attempt > 1)
	if err != nil {
		return w.noRoom(ctx, err)
	}
	outcome, err := w.within(ctx, leave, func(ctx context.Context) (string, error) {
		if err := l.begin(ctx); err != nil {
			return "", err
		}
		was, err := w.q.store.Layered(ctx, job.Args.Report)
		if err != nil {
			return "", err
		}
		path := cmp.Or(was.Doc.Report.Path, was.Doc.Report.URL)
		if was.Version == w.q.version {
			return store.Known.String(), l.finish(ctx, Result{Path: path, Report: job.Args.Report})
		}
		// What a program with other annotators asked for is not ours to read: it
		// would be read back and forth.
		if job.Args.Version != versionKey(w.q.version) {
			return store.Known.String(), l.skip(ctx, Result{Path: path, Report: job.Args.Report})
		}
		doc, err := w.reader.Again(was.Doc, was.Version, w.opts.Observe)
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if err != nil {
			return "parked", l.park(ctx, path, err.Error()+"; what an earlier version read is kept")
		}
		out, err := l.keepAgain(ctx, doc, Result{Path: path, Report: job.Args.Report, New: true, Part: slices.Contains(w.reader.Annotators.Stale(was.Version), false)})
		return out.String(), err
	})
	if err != nil {
		outcome, err = w.failed(ctx, l, readArgs{Path: w.q.called(ctx, job.Args.Report)}, err)
	}
	w.done(kindReread, cmp.Or(outcome, "again"), began)
	return l.giveBack(ctx, err)
}

// called is what messages and refusals call a report: its path or URL, its id
// where they cannot be told.
func (q *Queue) called(ctx context.Context, report string) string {
	var path, url string
	// The store's handle knows how it keeps paths that are no text.
	if err := q.store.Writer().QueryRowContext(ctx, `SELECT path, url FROM report WHERE id = $1`, report).Scan(&path, &url); err != nil {
		return report
	}
	return cmp.Or(path, url, report)
}

// closeReports is how many reports are linked between two looks at whether new
// ones wait.
const closeReports = 500

// linkWorker brings the record up to date.
type linkWorker struct {
	river.WorkerDefaults[linkArgs]
	w *Worker
}

// Timeout implements river.Worker: linking takes as long as it takes. A worker
// that dies over it loses the job as any other (see sweep.go).
func (*linkWorker) Timeout(*river.Job[linkArgs]) time.Duration { return -1 }

// Work implements river.Worker.
func (lw *linkWorker) Work(ctx context.Context, job *river.Job[linkArgs]) error {
	w, began := lw.w, time.Now()
	l := lease{w, job.JobRow}
	err := w.link(ctx, l)
	switch {
	case err == nil:
		w.done(kindLink, "linked", began)
		return nil
	case errors.Is(err, errBusy) || passing(err):
		err = river.JobSnooze(max(w.opts.Link/2, 100*time.Millisecond))
	case ctx.Err() == nil:
		w.q.log.Error("work: linking failed and is tried again", "worker", w.id, "error", err)
	}
	w.done(kindLink, "again", began)
	return l.giveBack(ctx, err)
}

// reading reports whether reports wait to be read or are being read.
func (q *Queue) reading(ctx context.Context) (some bool, err error) {
	err = q.pool.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM river_job WHERE state IN ('available', 'running') AND kind = ANY($1))`, []string{kindRead, kindReread}).Scan(&some)
	return some, err
}

func (w *Worker) link(ctx context.Context, l lease) (err error) {
	began := time.Now()
	// Noted before the lock is had: of a worker that is paused in between nobody would
	// know whose lock to take.
	unlock, err := w.q.tryExclusive(ctx, func(backend uint32) error { return l.holds(ctx, backend) })
	if err != nil {
		return err
	}
	defer unlock()
	// What is read from here on may or may not be in this record: its row stays
	// for the next linking.
	rows, err := w.q.pool.Query(ctx, `SELECT n FROM work_unlinked`)
	if err != nil {
		return err
	}
	pending, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	w.linker.On(w.q.store.Within(l.hold))
	if err := w.linker.Link(ctx); err != nil {
		return err
	}
	// Regions that were linked in pieces are made whole while nothing waits to be
	// read. Until they are, one row keeps the next linking coming.
	for w.linker.Open() > 0 {
		waiting, err := w.q.reading(ctx)
		if err != nil {
			return err
		}
		if waiting {
			pending = pending[min(1, len(pending)):]
			break
		}
		if err := w.linker.Close(ctx, closeReports); err != nil {
			return err
		}
	}
	rev, err := w.q.store.Revision(ctx)
	if err != nil {
		return err
	}
	took := time.Since(began)
	if err := l.linked(ctx, pending, took, rev.N); err != nil {
		return err
	}
	w.q.log.Info("work: record linked", slog.String("worker", w.id), slog.Int("reports", len(pending)), slog.Int("revision", rev.N), slog.Duration("took", took.Round(time.Millisecond)))
	return nil
}
