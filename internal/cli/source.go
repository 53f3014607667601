package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/internal/view/recordjson"
)

// sourceFlags are the flags of every command that may read reports.
type sourceFlags struct {
	noManifest bool
	workers    int
	quiet      bool
	limit      []string
}

func (s *sourceFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&s.noManifest, "no-manifest", false, "do not use reports.jsonl beside the reports")
	cmd.Flags().IntVar(&s.workers, "workers", 0, "reports read at once (0: one a core); changes nothing but speed")
	cmd.Flags().BoolVar(&s.quiet, "quiet", false, "no progress, no counts of --as-of and nothing of what archives hold beside reports on standard error")
	s.addLimit(cmd, "report-size=30MB")
}

// addLimit adds the flag that sets limits; example is a setting that the command
// has a use for.
func (s *sourceFlags) addLimit(cmd *cobra.Command, example string) {
	cmd.Flags().StringArrayVar(&s.limit, "max", nil, "set a limit, as "+example+"; repeat for several (“readout config” lists them)")
}

func (a *app) dbFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.db, "db", "", "the store: a SQLite file or a postgres:// address (default $READOUT_DB, else readout.db)")
}

// store is the name of the store: --db, else READOUT_DB, else readout.db.
func (a *app) store() string {
	if a.db != "" {
		return a.db
	}
	return cmp.Or(a.variable("READOUT_DB"), "readout.db")
}

// variable is an environment variable, "" when it is not set.
func (a *app) variable(name string) string {
	for _, e := range a.env.Environ {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			return v
		}
	}
	return ""
}

// openStore opens a store, which is made where there is none and create says so.
// A file of an earlier version is copied before its tables are brought up to date,
// unless READOUT_NO_BACKUP says otherwise.
func (a *app) openStore(ctx context.Context, db string, create bool) (store.Store, error) {
	return open.Store(ctx, db, open.Options{Create: create, NoBackup: a.variable("READOUT_NO_BACKUP") != "", Now: a.env.Now})
}

// read takes paths through the pipeline, keeping in keeper when it is not nil,
// and names what was refused. The second result is errRefused or nil.
func (a *app) read(ctx context.Context, r *pipeline.Reader, paths []string, keeper pipeline.Keeper) (res *pipeline.Result, refused, err error) {
	inputs, told := a.inputs(ctx, paths)
	res, refused, err = a.readInputs(ctx, r, inputs, pipeline.Options{Keeper: keeper, Bare: keeper != nil})
	told()
	return res, refused, err
}

// readInputs is read for inputs that are at hand.
func (a *app) readInputs(ctx context.Context, r *pipeline.Reader, inputs iter.Seq2[readout.Capture, *readout.Refusal], opts pipeline.Options) (res *pipeline.Result, refused, err error) {
	p := a.progress()
	opts.Workers, opts.Progress = a.source.workers, func(at pipeline.Progress) {
		p.step(at)
		a.acknowledge(at.Path, at.Report)
	}
	res, err = r.Read(ctx, inputs, opts)
	p.end()
	if err != nil {
		return nil, nil, err
	}
	for _, f := range res.Refusals {
		// That is no fault of the input, and must not stand in the record as one.
		if strings.Contains(f.Reason, syscall.EMFILE.Error()) {
			return nil, nil, fmt.Errorf("%s: %s; allow this program more open files (ulimit -n, 64 will do) and run this again", clean(f.Path), f.Reason)
		}
	}
	for _, f := range res.Refusals {
		fmt.Fprintf(a.env.Stderr, "readout: refused %s: %s\n", clean(f.Path), clean(f.Reason))
	}
	for _, d := range res.Duplicates {
		fmt.Fprintf(a.env.Stderr, "readout: %s is the same report as %s and counts once\n", clean(d.Path), clean(d.Of))
	}
	if len(res.Refusals) > 0 {
		refused = errRefused
	}
	return res, refused, nil
}

// print writes a record as the contract's JSON or as text.
func (a *app) print(rec *readout.Record, text func(*terminal, *view.View)) error {
	if a.json {
		return recordjson.WritePart(a.env.Stdout, rec, rec, a.decided)
	}
	t := a.term()
	text(t, view.New(rec))
	return t.err
}

func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.env.Stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(v)
}

// progress draws one line on standard error while work is long, where standard
// error is a terminal.
type progress struct {
	w     io.Writer // nil: silent
	start time.Time
	last  time.Time
	drawn bool
}

// quietFor is how long work runs before progress shows.
const quietFor = 500 * time.Millisecond

func (a *app) progress() *progress {
	f, ok := a.env.Stderr.(*os.File)
	if a.source.quiet || !ok || !term.IsTerminal(f.Fd()) {
		return &progress{}
	}
	return &progress{w: f, start: time.Now()}
}

func (p *progress) step(s pipeline.Progress) {
	now := time.Now()
	if p.w == nil || now.Sub(p.start) < quietFor || now.Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last, p.drawn = now, true
	fmt.Fprintf(p.w, "\r\x1b[K%d read, %d known, %d refused, %.1f a second", s.Reports, s.Known, s.Refused, float64(s.Reports)/now.Sub(p.start).Seconds())
}

func (p *progress) end() {
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// errNoStore explains what to do where no reports were named and no store is
// there.
func errNoStore(name string) error {
	name = open.Name(name)
	return fmt.Errorf("there is no store %s: name the reports to read, or make a store with “readout ingest --db %s PATH…”", name, shellWord(name))
}

// existing opens a store that has to be there.
func (a *app) existing(ctx context.Context, db string) (store.Store, error) {
	s, err := a.openStore(ctx, db, false)
	if isMissing(err) {
		return nil, errNoStore(db)
	}
	return s, err
}

func isMissing(err error) bool { return errors.Is(err, os.ErrNotExist) }
