package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/reread"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/work"
)

type rereadFlags struct {
	budget string
	dryRun bool
	noLink bool
}

func (a *app) rereadCommand() *cobra.Command {
	var f rereadFlags
	cmd := &cobra.Command{
		Use:   "reread",
		Short: "Bring what earlier versions have read up to date",
		Long: `Bring what earlier versions of the annotators have read up to date: each stored
report that another version has read is read again, as far as it must be. Layers
that a new version cannot have changed are kept.

Each report is stored by itself, so it can be stopped at any moment and goes on
where it was; --budget ends it after a time (10m) or a number of reports (500).
At the end the record is drawn anew. --dry-run says what waits, and does nothing.

On PostgreSQL the reports go into the queue, behind what is new, some hundred at a
time, and every worker reads them; this program does where there is none. What is
in the queue when the command is stopped or its time is over is still read.`,
		Example: "  readout reread --db desk.db --dry-run\n  readout reread --db desk.db --budget 10m",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{errors.New("reread takes no reports: it reads those of the store again")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return a.reread(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.budget, "budget", "", "end after a time (10m) or a number of reports (500); none: when all are done")
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "say what waits, and do nothing")
	cmd.Flags().BoolVar(&f.noLink, "no-link", false, "do not draw the record anew at the end; on PostgreSQL, do not wait until workers have")
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	cmd.Flags().IntVar(&a.source.workers, "workers", 0, "reports read at once (0: one a core); changes nothing but speed")
	cmd.Flags().BoolVar(&a.source.quiet, "quiet", false, "no progress on standard error")
	a.dbFlag(cmd)
	return cmd
}

// budget is a time, or a number of reports.
func budget(s string) (reports int, d time.Duration, err error) {
	if s == "" {
		return 0, 0, nil
	}
	if n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(s, "reports"))); err == nil && n > 0 {
		return n, 0, nil
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		return 0, d, nil
	}
	return 0, 0, usageError{fmt.Errorf("--budget %q: give a time such as 10m or 1h30m, or a number of reports such as 500", s)}
}

// rereadGroup and rereadResult are what --json prints.
type rereadGroup struct {
	Version string   `json:"version"`
	Reports int      `json:"reports"`
	Run     []string `json:"run"`
	Keep    []string `json:"keep"`
}

type rereadResult struct {
	DB      string        `json:"db"`
	Version string        `json:"version"`
	Reports int           `json:"reports"`
	Waited  []rereadGroup `json:"waited"`
	Reread  int           `json:"reread"`
	Part    int           `json:"part"`
	Failed  int           `json:"failed"`
	Left    int           `json:"left"`
	Seconds float64       `json:"seconds"`
	Linked  bool          `json:"linked"`
}

func (a *app) reread(ctx context.Context, f rereadFlags) (err error) {
	opts := reread.Options{Workers: a.source.workers}
	if opts.Reports, opts.For, err = budget(f.budget); err != nil {
		return err
	}
	db := a.store()
	s, err := a.existing(ctx, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r, err := a.reader()
	if err != nil {
		return err
	}
	about, err := s.About(ctx)
	if err != nil {
		return err
	}
	version := r.Annotators.Version()
	out := rereadResult{DB: about.Name, Version: version, Reports: about.Reports, Waited: []rereadGroup{}, Left: about.Behind(version)}
	for _, g := range reread.Plan(about, r.Annotators) {
		out.Waited = append(out.Waited, rereadGroup{g.Version, g.Reports, append([]string{}, g.Run...), append([]string{}, g.Keep...)})
	}
	if f.dryRun {
		if a.json {
			return a.printJSON(out)
		}
		printWaiting(a.env.Stdout, &out)
		return nil
	}
	p := a.progress()
	opts.Progress = p.reread
	var res reread.Result
	if open.Remote(db) {
		res, err = a.rereadShared(ctx, r, s, opts, out.Left, f.noLink)
	} else {
		res, err = reread.Run(ctx, r, s, opts)
	}
	p.end()
	out.Reread, out.Part, out.Failed, out.Left, out.Seconds = res.Reread, res.Part, len(res.Failed), res.Left, res.Took.Seconds()
	for _, x := range res.Failed {
		fmt.Fprintf(a.env.Stderr, "readout: %s: %s\n", clean(x.Path), clean(x.Reason))
	}
	if err != nil {
		if errors.Is(err, context.Canceled) {
			fmt.Fprintf(a.env.Stderr, "readout: %s read again, %d wait; the same command goes on from there\n", count(out.Reread, "report"), out.Left)
		}
		return err
	}
	if out.Reread > 0 && !f.noLink {
		if !open.Remote(db) { // there the workers have, by now
			if err := live.Relink(ctx, r, s, nil); err != nil {
				return err
			}
		}
		out.Linked = true
	}
	if a.json {
		err = a.printJSON(out)
	} else {
		printReread(a.env.Stdout, &out)
	}
	if out.Failed > 0 {
		err = errors.Join(err, errRefused)
	}
	return err
}

// rereadBatch is how many reports are put into the queue at a time: what has been
// put in is read though the budget is spent, and the workers have something to do
// while the last of them are read.
const rereadBatch = 500

// rereadShared is reread.Run by the workers of a store on PostgreSQL, of which
// this program is one where no other runs; unless noLink it waits until the record
// is drawn anew.
func (a *app) rereadShared(ctx context.Context, r *pipeline.Reader, s store.Store, opts reread.Options, waiting int, noLink bool) (out reread.Result, err error) {
	version, began := r.Annotators.Version(), time.Now()
	q, err := work.Open(ctx, a.store(), s, version, work.Options{Log: a.log(slog.LevelError)})
	if err != nil {
		return out, err
	}
	defer q.Close()
	var stop func()
	help := func(link time.Duration) {
		helping, cancel := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- a.help(helping, q, r, link) }()
		stop = func() {
			cancel()
			err = errors.Join(err, <-ended)
		}
	}
	// Linking reads the last of those that wait in passing, which nobody could bound
	// or count: it comes when the reading is over.
	help(-1)
	defer func() {
		stop()
		out.Left, out.Took = waiting-out.Reread, time.Since(began)
	}()
	total := waiting
	if opts.Reports > 0 {
		total = min(total, opts.Reports)
	}
	after, given, done := "", 0, 0
	for given < total && (opts.For == 0 || time.Since(began) < opts.For) {
		ids, err := s.Behind(ctx, version, after, min(rereadBatch, total-given))
		if err != nil {
			return out, err
		}
		if len(ids) == 0 {
			break
		}
		given, after = given+len(ids), ids[len(ids)-1]
		t, err := q.Reread(ctx, ids...)
		if err != nil {
			return out, err
		}
		err = q.WaitRead(ctx, t, func(x work.Result) {
			switch {
			case x.Report == "":
				out.Failed = append(out.Failed, readout.Refusal{Path: x.Path, Reason: x.Reason})
			case x.New:
				out.Reread++
				if x.Part {
					out.Part++
				}
			}
			done++
			opts.Progress(reread.Progress{Done: done, Total: total, Elapsed: time.Since(began)})
		})
		if err != nil {
			return out, err
		}
	}
	if noLink {
		return out, nil
	}
	stop()
	help(helpLinks) // stop waits for this one now
	if err != nil {
		return out, err
	}
	return out, q.WaitLinked(ctx)
}

// printWaiting says what the command would do.
func printWaiting(w io.Writer, r *rereadResult) {
	if len(r.Waited) == 0 {
		fmt.Fprintf(w, "All %s of %s are read by the annotators of this program.\n", count(r.Reports, "report"), clean(r.DB))
		return
	}
	fmt.Fprintf(w, "%d of %s in %s were read by other annotators:\n", r.Left, count(r.Reports, "report"), clean(r.DB))
	for _, g := range r.Waited {
		does := "everything runs again"
		switch {
		case len(g.Run) == 0:
			does = "nothing runs again"
		case len(g.Keep) > 0:
			does = "run again: " + strings.Join(g.Run, ", ")
		}
		fmt.Fprintf(w, "  %d by %s; %s\n", g.Reports, clean(g.Version), does)
	}
}

func printReread(w io.Writer, r *rereadResult) {
	if r.Reread == 0 && r.Failed == 0 && r.Left == 0 {
		printWaiting(w, r)
		return
	}
	fmt.Fprintf(w, "%s read again in %s", count(r.Reread, "report"), time.Duration(r.Seconds*float64(time.Second)).Round(100*time.Millisecond))
	if r.Part > 0 {
		fmt.Fprintf(w, ", %d of them in part", r.Part)
	}
	if r.Failed > 0 {
		fmt.Fprintf(w, "; %d failed and keep their earlier reading", r.Failed)
	}
	if n := r.Left - r.Failed; n > 0 {
		fmt.Fprintf(w, "; %d wait, the same command goes on from there", n)
	}
	fmt.Fprintln(w, ".")
}

// reread draws how far it is.
func (p *progress) reread(s reread.Progress) {
	now := time.Now()
	if p.w == nil || now.Sub(p.start) < quietFor || now.Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last, p.drawn = now, true
	fmt.Fprintf(p.w, "\r\x1b[K%d of %d read again, %.1f a second, %s left", s.Done, s.Total, float64(s.Done)/s.Elapsed.Seconds(), s.Left())
}
