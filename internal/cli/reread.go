package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout/internal/reread"
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
At the end the record is drawn anew. --dry-run says what waits, and does nothing.`,
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
	cmd.Flags().BoolVar(&f.noLink, "no-link", false, "do not draw the record anew at the end")
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
	res, err := reread.Run(ctx, r, s, opts)
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
		if err := a.relink(ctx, r, a.store(), s, nil); err != nil {
			return err
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
