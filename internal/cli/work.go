package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/status"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/work"
)

// Captures are put into the queue in batches: so many, or so many bytes,
// whichever comes first.
const (
	batchCaptures = 200
	batchBytes    = 8 << 20
)

func (a *app) workerCommand() *cobra.Command {
	var metrics string
	var log logFlags
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "Read what waits in the queue of a store on PostgreSQL",
		Long: `Read reports that wait in the queue of a store on PostgreSQL and keep its record
up to date, until it is told to stop (Ctrl-C, SIGTERM). Start as many as there
are cores to give, on as many machines as you like: they share the work, and the
record is the same as one alone would make.

A worker may be killed at any moment; what it had in hand another reads. A report
that fails, kills its worker or takes longer than a minute is tried again alone
and then left out: “readout work status” counts it as parked, the page of
refusals says why, and “readout work retry” tries it again.`,
		Example: "  readout worker --db postgres://readout@db.example/readout\n  readout worker --db postgres://readout@db.example/readout --workers 8",
		Args:    noArgs("worker takes no reports: put them into the queue with “readout ingest”"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.worker(cmd.Context(), metrics, log) },
	}
	cmd.Flags().IntVar(&a.source.workers, "workers", 0, "reports read at once (0: one a core)")
	cmd.Flags().StringVar(&metrics, "metrics", "", "give figures to Prometheus at this address, such as 127.0.0.1:9461, under /metrics; it may be one that other machines reach")
	log.add(cmd, "info")
	a.source.addLimit(cmd, "document-cpu=5s")
	a.sharedFlag(cmd)
	return cmd
}

func (a *app) workCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "work",
		Short: "See the queue of a store on PostgreSQL, and try again what failed",
		Long: `See how much waits in the queue of a store on PostgreSQL, who works on it, and
when the record was last linked; put what was left out back into the queue.`,
		Args: noArgs("work takes status or retry"),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	status := &cobra.Command{
		Use:   "status",
		Short: "Say what waits, who works, and when the record was linked",
		Long: `Say how many jobs of each kind wait, run, are parked and are done (of the last
24 hours), how long the oldest waits, which workers give signs of life, and when
the record was linked last.`,
		Example: "  readout work status --db postgres://readout@db.example/readout",
		Args:    noArgs("work status takes no arguments"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.workStatus(cmd.Context()) },
	}
	retry := &cobra.Command{
		Use:   "retry",
		Short: "Put what was left out back into the queue",
		Long: `Put every parked input back into the queue: reports that failed, took too long
or whose worker died over them. Each is read alone in its worker.`,
		Example: "  readout work retry --db postgres://readout@db.example/readout",
		Args:    noArgs("work retry takes no arguments"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.workRetry(cmd.Context()) },
	}
	for _, c := range []*cobra.Command{status, retry} {
		c.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
		a.sharedFlag(c)
		cmd.AddCommand(c)
	}
	return cmd
}

func (a *app) sharedFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.db, "db", "", "the store, postgres://user@host/database (default $READOUT_DB)")
}

// noArgs refuses arguments with the command's own words.
func noArgs(words string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usageError{errors.New(words)}
		}
		return nil
	}
}

// log is where programs that run for long tell what happens.
func (a *app) log(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(a.env.Stderr, &slog.HandlerOptions{Level: level}))
}

// queue opens the queue of the store that is named; end closes queue and store.
func (a *app) queue(ctx context.Context, r *pipeline.Reader, log *slog.Logger, create bool) (q *work.Queue, s store.Store, end func() error, err error) {
	db := a.store()
	if !open.Remote(db) {
		return nil, nil, nil, usageError{fmt.Errorf("--db %s: %w", db, work.ErrNoQueue)}
	}
	if s, err = a.openStore(ctx, db, create); err != nil {
		return nil, nil, nil, err
	}
	if q, err = work.Open(ctx, db, s, r.Annotators.Version(), work.Options{Log: log}); err != nil {
		return nil, nil, nil, errors.Join(err, s.Close())
	}
	return q, s, func() error { q.Close(); return s.Close() }, nil
}

func (a *app) worker(ctx context.Context, metrics string, flags logFlags) (err error) {
	log, err := flags.logger(a.env.Stderr)
	if err != nil {
		return err
	}
	r, err := a.reader()
	if err != nil {
		return err
	}
	q, s, end, err := a.queue(ctx, r, log, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	meter := status.NewMeter()
	if metrics != "" {
		stop, err := a.metrics(ctx, metrics, status.New(status.Sources{Store: s, Annotators: r.Annotators.Version, Meter: meter, Queue: queueState(q), Now: a.env.Now}))
		if err != nil {
			return err
		}
		defer stop()
	}
	return q.NewWorker(r, metered(meter, work.WorkerOptions{Readers: a.source.workers})).Run(ctx)
}

// onQueue runs f with the queue of the store that is named.
func (a *app) onQueue(ctx context.Context, f func(q *work.Queue) error) (err error) {
	r, err := a.reader()
	if err != nil {
		return err
	}
	q, _, end, err := a.queue(ctx, r, nil, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	return f(q)
}

func (a *app) workStatus(ctx context.Context) error {
	return a.onQueue(ctx, func(q *work.Queue) error {
		st, err := q.Status(ctx)
		if err != nil {
			return err
		}
		if a.json {
			return a.printJSON(st)
		}
		printStatus(a.env.Stdout, st)
		return nil
	})
}

func printStatus(w io.Writer, st *work.Status) {
	if len(st.Jobs) == 0 {
		fmt.Fprintln(w, "The queue is empty.")
	}
	for _, kind := range []string{"read", "reread", "link"} {
		var parts []string
		for _, state := range []string{"waiting", "running", "later", "parked", "done"} {
			for _, c := range st.Jobs {
				if c.Kind == kind && c.State == state {
					parts = append(parts, fmt.Sprintf("%d %s", c.Jobs, state))
				}
			}
		}
		if len(parts) > 0 {
			fmt.Fprintf(w, "%-7s %s\n", kind, strings.Join(parts, ", "))
		}
	}
	if st.Oldest > 0 {
		fmt.Fprintf(w, "oldest  %v in the queue\n", time.Duration(st.Oldest*float64(time.Second)).Round(time.Second))
	}
	switch {
	case st.Linked == nil:
		fmt.Fprintf(w, "record  never linked; %s to be taken in\n", count(st.Unlinked, "report"))
	default:
		fmt.Fprintf(w, "record  revision %d, linked %s in %.1f s; %s to be taken in\n", st.Linked.Revision, st.Linked.At.UTC().Format(time.RFC3339), st.Linked.Seconds, count(st.Unlinked, "report"))
	}
	if !slices.ContainsFunc(st.Workers, func(s work.Seen) bool { return s.Alive }) {
		fmt.Fprintln(w, "No worker is running: start one with “readout worker”, or “readout serve”.")
	}
	for _, s := range st.Workers {
		word := "works"
		if !s.Alive {
			word = "is gone"
		}
		other := ""
		if s.Version != st.Version {
			other = "; its annotators are others than this program's"
		}
		fmt.Fprintf(w, "worker  %s %s, %s at once, since %s%s\n", clean(s.ID), word, count(s.Readers, "report"), s.Started.UTC().Format(time.RFC3339), other)
	}
}

func (a *app) workRetry(ctx context.Context) error {
	return a.onQueue(ctx, func(q *work.Queue) error {
		n, err := q.Retry(ctx)
		if err != nil {
			return err
		}
		if a.json {
			return a.printJSON(map[string]int{"retried": n})
		}
		fmt.Fprintf(a.env.Stdout, "%s put back into the queue.\n", count(n, "input"))
		return nil
	})
}

// enqueue puts paths into the queue of a store on PostgreSQL and, with wait,
// stays until they are read and in the record. Where no worker runs, this
// program is one meanwhile.
func (a *app) enqueue(ctx context.Context, paths []string, wait bool) (err error) {
	r, err := a.reader()
	if err != nil {
		return err
	}
	log := a.log(slog.LevelError)
	q, _, end, err := a.queue(ctx, r, log, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	sum := queued{ingested: ingested{DB: open.Name(a.store()), Duplicates: []pipeline.Duplicate{}}}
	refuse := func(path, reason string) {
		sum.Refused++
		fmt.Fprintf(a.env.Stderr, "readout: refused %s: %s\n", clean(path), clean(reason))
	}
	var t work.Ticket
	var refusals []readout.Refusal
	var batch []readout.Capture
	held := 0
	flush := func() error {
		got, err := q.Enqueue(ctx, batch...)
		if err != nil {
			return err
		}
		t.Add(got)
		sum.Captures += len(batch)
		batch, held = nil, 0
		return nil
	}
	for c, refusal := range ingest.Read(ctx, paths, a.inputOptions()) {
		if refusal != nil {
			refuse(refusal.Path, refusal.Reason)
			refusals = append(refusals, *refusal)
			continue
		}
		batch, held = append(batch, c), held+len(c.Body)
		if len(batch) < batchCaptures && held < batchBytes {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
	}
	if err := errors.Join(ctx.Err(), flush(), q.Refuse(ctx, refusals...)); err != nil {
		return err
	}
	sum.Queued = len(t.Fresh)
	if wait {
		if err := a.waitFor(ctx, q, r, t, &sum, refuse); err != nil {
			return err
		}
	}
	var refused error
	if sum.Refused > 0 {
		refused = errRefused
	}
	if a.json {
		return errors.Join(a.printSum(sum), refused)
	}
	if wait {
		sum.print(a.env.Stdout)
	} else {
		fmt.Fprintf(a.env.Stdout, "%s taken in, %d of them new to the queue, %d refused. “readout work status” says how far reading is.\n",
			count(sum.Captures, "report"), sum.Queued, sum.Refused)
	}
	return refused
}

// queued is what an ingest into a queue came to. Without waiting, what is known
// after reading alone is 0.
type queued struct {
	ingested
	Captures int `json:"captures"` // taken in
	Queued   int `json:"queued"`   // of them, not in the queue before
}

// lookEvery is how often a waiting ingest looks whether workers run.
const lookEvery = 5 * time.Second

// waitFor waits for a ticket, as a worker where there is no other.
func (a *app) waitFor(ctx context.Context, q *work.Queue, r *pipeline.Reader, t work.Ticket, sum *queued, refuse func(path, reason string)) error {
	helping, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.help(helping, q, r, helpLinks) }()
	p := a.progress()
	paths := map[string][]string{} // by report
	var at pipeline.Progress
	err := q.Wait(ctx, t, func(res work.Result) {
		at.Path = res.Path
		switch {
		case res.Report == "":
			at.Refused++
			refuse(res.Path, res.Reason)
		default:
			at.Reports++
			if len(paths[res.Report]) == 0 {
				sum.Known++
			}
			paths[res.Report] = append(paths[res.Report], res.Path)
			if res.New {
				sum.New++
			}
		}
		p.step(at)
		a.acknowledge(res.Path, res.Report)
	})
	p.end()
	stop()
	if err = errors.Join(err, <-ended); err != nil {
		return err
	}
	sum.Known -= sum.New
	for _, of := range paths {
		slices.Sort(of)
		of = slices.Compact(of)
		for _, path := range of[1:] {
			sum.Duplicates = append(sum.Duplicates, pipeline.Duplicate{Path: path, Of: of[0]})
		}
	}
	slices.SortFunc(sum.Duplicates, func(a, b pipeline.Duplicate) int { return strings.Compare(a.Path, b.Path) })
	for _, d := range sum.Duplicates {
		fmt.Fprintf(a.env.Stderr, "readout: %s is the same report as %s and counts once\n", clean(d.Path), clean(d.Of))
	}
	sum.Reports, sum.Events, sum.Statements, err = q.Counts(ctx)
	return err
}

// helpLinks is how often a command that helps links.
const helpLinks = 500 * time.Millisecond

// help works while no other worker does, until ctx ends.
func (a *app) help(ctx context.Context, q *work.Queue, r *pipeline.Reader, link time.Duration) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		st, err := q.Status(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err == nil && !slices.ContainsFunc(st.Workers, func(s work.Seen) bool { return s.Alive }) {
			return q.NewWorker(r, work.WorkerOptions{Readers: a.source.workers, Link: link}).Run(ctx)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// shareWork makes the program that serves a store on PostgreSQL one of its
// workers, unless it is told not to, and lets it link by turns with the others.
func (a *app) shareWork(ctx context.Context, db string, s store.Store, opts *live.Options, noWork bool, log *slog.Logger, meter *status.Meter) (q *work.Queue, r *pipeline.Reader, end func(), err error) {
	if r, err = a.reader(); err != nil {
		return nil, nil, nil, err
	}
	if q, err = work.Open(ctx, db, s, r.Annotators.Version(), work.Options{Log: log}); err != nil {
		return nil, nil, nil, err
	}
	opts.Exclusive = q.Exclusive
	if noWork {
		return q, r, q.Close, nil
	}
	working, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := q.NewWorker(r, metered(meter, work.WorkerOptions{Readers: a.source.workers})).Run(working); err != nil {
			log.Error("work: this program works no longer; the pages are served on", "error", err)
		}
	}()
	return q, r, func() {
		stop()
		<-ended
		q.Close()
	}, nil
}

// relink is live.Relink while no other program links the store, which on SQLite
// none would.
func (a *app) relink(ctx context.Context, r *pipeline.Reader, db string, s store.Store, refusals []readout.Refusal) error {
	if !open.Remote(db) {
		return live.Relink(ctx, r, s, refusals)
	}
	q, err := work.Open(ctx, db, s, r.Annotators.Version(), work.Options{})
	if err != nil {
		return err
	}
	defer q.Close()
	unlock, err := q.Exclusive(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return live.Relink(ctx, r, s, refusals)
}
