// Package cli is the terminal face of Readout: it parses arguments, runs the
// pipeline or opens the store, and prints what package view answers, as text
// for people or as JSON for programs.
//
// It holds no SQL and no linguistics. Exit codes: 0 all well, 1 it did not
// work, 2 the command line was wrong, 3 it worked but some inputs were refused
// (each is named on standard error), 4 what was asked for is not there, 5 the
// store is damaged, or no store, or of a later version, 6 another program has the
// store, 7 it would not be safe, 141 nobody reads its output any more.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/backup"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/room"
	"github.com/readout-news/readout/internal/sandbox"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/view"
)

// Exit codes of Main.
const (
	exitOK       = 0
	exitFailed   = 1
	exitUsage    = 2
	exitRefused  = 3
	exitNotFound = 4
	exitDamaged  = 5
	exitLocked   = 6
	exitPolicy   = 7
	exitPipe     = 128 + int(syscall.SIGPIPE) // as shells give it; whoever read along has left
)

// Env is what the program takes from outside.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Environ        []string
	Now            func() time.Time // dates what comes into a store; nil: time.Now
	Exe            string           // this program, to be started again for pages; "": they are taken apart in this process
}

// System is the Env of the running process.
func System() Env {
	return Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ(), Exe: self()}
}

// errRefused ends a run that worked but for inputs that were refused.
var errRefused = errors.New("some inputs were refused")

// apart is err without errRefused: what went wrong beside it, which counts for
// more.
func apart(err error) error {
	if !errors.Is(err, errRefused) {
		return err
	}
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return nil
	}
	var rest []error
	for _, e := range joined.Unwrap() {
		rest = append(rest, apart(e))
	}
	return errors.Join(rest...)
}

// usageError marks errors of the command line.
type usageError struct{ error }

// notThere marks errors in their own words of what is not there.
type notThere struct{ error }

func (notThere) Is(target error) bool { return target == readout.ErrNotFound }

// Main runs the command line and returns the exit code.
func Main(args []string, env Env) int {
	// Reading leaves much garbage beside little that lives; collecting it sooner
	// costs a twentieth of the time and saves a quarter of the memory.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	room.Bound()
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup wants it
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	defer stop()
	// Where nobody reads any more the write fails, which leaves time to clean up; else
	// the signal would end the program on the spot.
	unread := make(chan os.Signal, 1)
	signal.Notify(unread, syscall.SIGPIPE)
	defer signal.Stop(unread)
	context.AfterFunc(ctx, stop) // a second signal ends what does not look
	if env.Stdin != nil {
		env.Stdin = &input{Reader: env.Stdin, ctx: ctx}
	}
	out := &output{Writer: env.Stdout, gone: stop}
	env.Stdout = out
	root := newRoot(env)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if errors.Is(out.failed(), syscall.EPIPE) {
		return exitPipe
	}
	if lost := out.failed(); lost != nil && !errors.Is(err, lost) {
		err = errors.Join(err, lost)
	}
	if err == nil {
		return exitOK
	}
	var usage usageError
	switch err = apart(err); {
	case err == nil:
		return exitRefused
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(env.Stderr, "readout: stopped")
		return exitFailed
	case errors.As(err, &usage):
		fmt.Fprintf(env.Stderr, "readout: %s\nTry “readout help”.\n", cleanLines(err.Error()))
		return exitUsage
	}
	fmt.Fprintln(env.Stderr, "readout:", cleanLines(err.Error()))
	switch {
	case errors.As(err, &policyError{}):
		return exitPolicy
	case errors.Is(err, readout.ErrLocked):
		return exitLocked
	case errors.Is(err, readout.ErrDamaged), errors.Is(err, backup.ErrBackup), errors.Is(err, readout.ErrNotStore), errors.Is(err, readout.ErrNewerStore), errors.Is(err, readout.ErrLog):
		return exitDamaged
	case errors.Is(err, readout.ErrNotFound):
		return exitNotFound
	}
	return exitFailed
}

// app holds what the commands share.
type app struct {
	env      Env
	db       string                        // --db
	json     bool                          // --json
	each     bool                          // --each
	all      bool                          // --all
	asOf     string                        // --as-of
	paths    []string                      // whose record is asked, nil: the store's
	readIn   map[string]time.Time          // when each report of the store came in; nil for paths
	revision int                           // of the store's record; 0 for paths
	exports  bool                          // the record is read to be exported
	decided  map[string][]readout.Decision // what people decided about facts of the store, by id; nil for paths
	source   sourceFlags
	limits   limits.Set
	pooled   sync.Once
	pool     *sandbox.Pool // of processes that take pages apart; nil until they are needed
	loading  sync.Once
	loaded   *pipeline.Reader // of reader, with loadErr
	loadErr  error
}

func newRoot(env Env) *cobra.Command {
	a := &app{env: env}
	root := &cobra.Command{
		Use:   "readout",
		Short: "Reads news reports and keeps the record",
		Long: `Readout reads news reports and keeps the record: which events happened, who
took part, when and for how long; who said what, and through whom we know it;
and where reports disagree. Every line leads to the sentence it rests on.

Start with a folder of reports:

  readout read examples/lake-ansa

Each line ends in an id; its first letters open the sentences behind it:

  readout show ID examples/lake-ansa

Or look at the same in a browser:

  readout serve --demo`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	for _, g := range []struct {
		group    cobra.Group
		commands []*cobra.Command
	}{
		{cobra.Group{ID: "read", Title: "Reading reports:"}, []*cobra.Command{a.readCommand(), a.ingestCommand(), a.extractCommand(), a.rereadCommand(), a.feedsCommand()}},
		{cobra.Group{ID: "ask", Title: "Asking the record (of PATH…, else of the store):"}, []*cobra.Command{
			a.timelineCommand(), a.eventCommand(), a.disagreementsCommand(), a.positionsCommand(), a.commitmentsCommand(), a.responsesCommand(),
			a.quotesCommand(), a.searchCommand(), a.whoCommand(), a.threadsCommand(), a.diffCommand(), a.versionsCommand(), a.reportsCommand(), a.showCommand(), a.checkCommand(),
		}},
		{cobra.Group{ID: "decide", Title: "Deciding what the record says:"}, []*cobra.Command{a.reviewCommand(), a.decideCommand(), a.decisionsCommand(), a.evalCommand()}},
		{cobra.Group{ID: "work", Title: "Sharing the work (of a store on PostgreSQL):"}, []*cobra.Command{a.workerCommand(), a.workCommand()}},
		{cobra.Group{ID: "keep", Title: "Keeping the store whole:"}, []*cobra.Command{a.verifyCommand(), a.doctorCommand(), a.rebuildCommand(), a.backupCommand(), a.restoreCommand(), a.salvageCommand()}},
		{cobra.Group{ID: "show", Title: "Showing it and handing it on:"}, []*cobra.Command{a.serveCommand(), a.statusCommand(), a.exportCommand(), a.mcpCommand(), a.accountCommand()}},
	} {
		root.AddGroup(&g.group)
		for _, cmd := range g.commands {
			cmd.GroupID = g.group.ID
			root.AddCommand(cmd)
		}
	}
	root.AddCommand(a.configCommand(), a.pageWorkerCommand(), a.versionCommand())
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return a.setLimits() }
	root.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usageError{fmt.Errorf("there is no command %q", args[0])}
		}
		return nil
	}
	root.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	strict(root)
	return root
}

// strict makes the commands that cobra adds itself refuse what they do not know:
// they print help, as if that had been asked for.
func strict(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Args = func(_ *cobra.Command, args []string) error {
				if _, rest, err := root.Find(args); err != nil || len(rest) > 0 {
					return usageError{fmt.Errorf("there is no command %q", strings.Join(args, " "))}
				}
				return nil
			}
		case "completion":
			cmd.Args = noArgs("completion is for bash, fish, powershell or zsh")
			cmd.RunE = root.RunE
			for _, shell := range cmd.Commands() {
				shell.Args = noArgs("completion " + shell.Name() + " takes no arguments")
			}
		}
	}
}

// atLeast checks the number of arguments with the command's own
// words.
func atLeast(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < n {
			return usageError{fmt.Errorf("%s needs %s", cmd.Name(), what)}
		}
		return nil
	}
}

// outFlags adds the flags that every command which prints has.
func (a *app) outFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	cmd.Flags().BoolVar(&a.all, "all", false, "print everything, however long")
	a.asOfFlag(cmd)
}

func (a *app) asOfFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.asOf, "as-of", "", "only what was reported by then: a day (2031-03-14) or a time (2031-03-14T15:00:00Z)")
}

func (a *app) term() *terminal {
	t := newTerminal(a.env.Stdout, a.env.Environ)
	t.record = a.recordWords()
	return t
}

// recordWords name the record of this run on another command line, "" where that
// goes without saying.
func (a *app) recordWords() string {
	var words []string
	for _, p := range a.paths {
		if p != ingest.Stdin {
			p = shellWord(p)
		}
		words = append(words, p)
	}
	if a.db != "" {
		words = []string{"--db", shellWord(open.Name(a.db))}
	}
	if a.asOf != "" {
		words = append(words, "--as-of", shellWord(a.asOf))
	}
	return strings.Join(words, " ")
}

func (a *app) readCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "read PATH…",
		Short: "Read reports and print their record",
		Long: `Read reports and print their record.

PATH is a file, a folder or "-" for standard input. What is read:

  .txt  .md  .html        one report each; .md with front matter
  .jsonl  .json           rows of news-please, Fundus and the like; ninjs
  .xml                    NewsML-G2, one item or a message of many
  .warc  .wacz            archives of the web: their pages and texts
  .zip  .tar              archives of all these
  .gz  .zst               any of these but .zip and .wacz, packed

Archives are told by their bytes, whatever their name. A file reports.jsonl
beside the reports, or in their archive, gives their outlets, dates,
addresses and titles, a line each:

  {"path":"a.txt","outlet":"Harbour Wire","published":"2031-03-14","url":"…","title":"…"}

Everything stays in memory unless --db names a store to keep it in.
What cannot be read is named on standard error, the rest goes on, and the
exit code is 3.`,
		Example: "  readout read examples/lake-ansa\n  readout read --json reports/ > record.json\n  readout read --db desk.db *.html crawl.warc.gz",
		Args:    atLeast(1, "a file, a folder or “-”"),
		RunE: func(cmd *cobra.Command, args []string) error {
			rec, refused, err := a.record(cmd.Context(), args, a.db)
			if err != nil {
				return err
			}
			if err := a.print(rec, func(t *terminal, v *view.View) { renderOverview(t, v, a.all) }); err != nil {
				return err
			}
			return refused
		},
	}
	a.outFlags(cmd)
	a.source.add(cmd)
	cmd.Flags().StringVar(&a.db, "db", "", "keep what is read in this store: a SQLite file or a postgres:// address")
	return cmd
}

func (a *app) ingestCommand() *cobra.Command {
	var layers []string
	var wait bool
	cmd := &cobra.Command{
		Use:   "ingest PATH…",
		Short: "Read reports into the store",
		Long: `Read reports into the store and say what is new. Each report is stored in one
transaction: reading can be stopped at any moment and started again; what was
stored already is not read twice. With --each the id and path of each report are
printed as soon as it is stored for good: whatever happens then, it is there, and
the input can go. PATH is what “readout read --help” lists;
archives of any size pass through a page at a time.

Into a store on PostgreSQL (--db postgres://…) reports go through a queue that
workers share, see “readout worker”. ingest then waits until they are read and in
the record, as a worker itself where none runs; --wait=false leaves that to them.

With --layers it takes in what “readout extract” has read, on this machine or
others; reports that other annotators have read are read again.`,
		Example: "  readout ingest --db desk.db reports/\n  readout timeline --db desk.db",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(layers) > 0 && len(args) > 0 {
				return usageError{errors.New("ingest takes reports or --layers, not both at once; run it twice")}
			}
			if len(layers) > 0 {
				return nil
			}
			return atLeast(1, "a file, a folder or “-”")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if open.Remote(a.store()) && len(layers) == 0 {
				return a.enqueue(cmd.Context(), args, wait)
			}
			return a.ingest(cmd.Context(), args, layers)
		},
	}
	cmd.Flags().BoolVar(&a.each, "each", false, "print id and path of each report once it is stored for good; with --json an object a line")
	cmd.Flags().BoolVar(&wait, "wait", true, "for a store on PostgreSQL: stay until the reports are read and in the record")
	cmd.Flags().StringArrayVar(&layers, "layers", nil, "a file that “readout extract” wrote, - for standard input; repeat for several")
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	a.source.add(cmd)
	a.dbFlag(cmd)
	return cmd
}
