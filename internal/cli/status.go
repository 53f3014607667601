package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/gate"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/metrics"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/status"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/work"
	"github.com/readout-news/readout/wire"
)

func (a *app) statusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say how the store and its work do",
		Long: `Say how the store and its work do: its size, what waits to be linked or to be
read again, the queue and its workers, feeds that are late. What there is to look
at is said last, and the exit code is then 3. A running “readout serve” says more
on its page /status: how long the stages take, and how far its pages are behind.`,
		Example: "  readout status --db desk.db\n  readout status --db desk.db --json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{errors.New("status takes no arguments")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return a.status(cmd.Context()) },
	}
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	a.dbFlag(cmd)
	return cmd
}

func (a *app) status(ctx context.Context) (err error) {
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
	var queue func(context.Context) (*wire.QueueState, error)
	if open.Remote(db) {
		q, err := work.Open(ctx, db, s, r.Annotators.Version(), work.Options{})
		if err != nil {
			return err
		}
		defer q.Close()
		queue = queueState(q)
	}
	running := status.New(status.Sources{Store: s, Annotators: r.Annotators.Version, Queue: queue, Now: a.env.Now, Limit: time.Minute}).State(ctx)
	if a.json {
		err = a.printJSON(struct {
			Schema string `json:"schema"`
			*wire.Running
		}{wire.RunningSchema, running})
	} else {
		printRunning(a.env.Stdout, running)
	}
	if len(running.Warnings) > 0 {
		err = errors.Join(err, errRefused)
	}
	return err
}

// printRunning says in words what the object says.
func printRunning(w io.Writer, r *wire.Running) {
	why := map[string]string{}
	for _, x := range r.Absent {
		why[x.Part] = clean(x.Why)
	}
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%-11s %s\n", name, fmt.Sprintf(format, args...))
	}
	if s := r.Store; s != nil {
		size := ""
		if s.Bytes > 0 {
			size = fmt.Sprintf(", %.1f MB", float64(s.Bytes)/1e6)
		}
		line("Store", "%s (%s%s): %s, revision %d", clean(s.Name), s.Engine, size, count(s.Reports, "report"), s.Revision)
		if s.Unlinked > 0 {
			line("Linking", "%s not in the record yet", count(s.Unlinked, "report"))
		} else {
			line("Linking", "nothing waits")
		}
		if s.Rereads != nil && *s.Rereads > 0 {
			line("Readings", "%s by other annotators: readout reread", count(*s.Rereads, "report"))
		} else if s.Rereads != nil {
			line("Readings", "all by the annotators of this program")
		}
		backup, disk := "never", ""
		if s.BackedUpAt != nil {
			backup = "at " + *s.BackedUpAt
		}
		if s.DiskFree != nil {
			disk = fmt.Sprintf("; %.0f %% of the disk free", 100**s.DiskFree)
		}
		line("Backup", "%s%s", backup, disk)
	} else {
		line("Store", "%s", why["store"])
	}
	if q := r.Queue; q != nil {
		var parts []string
		for _, j := range q.Jobs {
			parts = append(parts, fmt.Sprintf("%s %s %d", j.Stage, j.State, j.Jobs))
		}
		line("Queue", "%s; the oldest has waited %s", strings.Join(append(parts[:len(parts):len(parts)], fmt.Sprintf("%s seen", count(len(q.Workers), "worker"))), ", "), time.Duration(q.OldestSeconds*float64(time.Second)).Round(time.Second))
	} else {
		line("Queue", "%s", why["queue"])
	}
	if f := r.Feeds; f != nil {
		line("Feeds", "%d followed, %d late, %d failing", f.Feeds, f.Late, f.Failing)
		for _, x := range f.Worst {
			said := ""
			if x.Error != nil {
				said = ": " + clean(*x.Error)
			}
			line("", "%s due for %s, failed %d times%s", clean(x.Address), time.Duration(x.LateSeconds*float64(time.Second)).Round(time.Second), x.Failures, said)
		}
	} else {
		line("Feeds", "%s", why["feeds"])
	}
	for _, x := range r.Warnings {
		line("To look at", "%s", clean(x))
	}
}

// counting counts in a meter what readings gave.
func counting(m *status.Meter) func(*pipeline.Result) {
	return func(r *pipeline.Result) { m.Reports(len(r.Docs)-r.Known, r.Known, r.Refusals) }
}

// metered counts in a meter what a worker does.
func metered(m *status.Meter, opts work.WorkerOptions) work.WorkerOptions {
	opts.Observe = m.Observe
	opts.Done = func(kind, outcome string, took time.Duration) {
		switch outcome {
		case "new":
			m.Reports(1, 0, nil)
		case "known", "re-annotated":
			m.Reports(0, 1, nil)
		case "refused":
			m.Refused("other")
		case "parked":
			m.Refused("fault")
		case "linked":
			m.Observe(pipeline.StageLink, took)
		}
	}
	return opts
}

// queueState is how the work of a queue stands.
func queueState(q *work.Queue) func(context.Context) (*wire.QueueState, error) {
	return func(ctx context.Context) (*wire.QueueState, error) {
		st, err := q.Status(ctx)
		if err != nil {
			return nil, err
		}
		out := &wire.QueueState{Jobs: []wire.JobCount{}, OldestSeconds: st.Oldest, Unlinked: st.Unlinked, Workers: []wire.WorkerState{}}
		for _, j := range st.Jobs {
			out.Jobs = append(out.Jobs, wire.JobCount{Stage: j.Kind, State: j.State, Jobs: j.Jobs})
		}
		for _, w := range st.Workers {
			out.Workers = append(out.Workers, wire.WorkerState{
				ID: w.ID, Host: w.Host, Readers: w.Readers, Started: w.Started.UTC().Format(time.RFC3339), Seen: w.Beat.UTC().Format(time.RFC3339), Alive: w.Alive,
			})
		}
		return out, nil
	}
}

// annotators is the version of this program's annotators, "" until they are
// loaded, which begins when somebody asks first: a program that only serves need
// not have them.
func (a *app) annotators(log *slog.Logger) func() string {
	var version atomic.Value
	var asked atomic.Bool
	return func() string {
		if v, ok := version.Load().(string); ok {
			return v
		}
		if !asked.Swap(true) {
			go func() {
				r, err := a.reader()
				if err != nil {
					log.Error("load the annotators", "error", err)
					return
				}
				version.Store(r.Annotators.Version())
			}()
		}
		return ""
	}
}

// served is what the pages of a source show.
func served(src *live.Source) func() *wire.Served {
	return func() *wire.Served {
		lag := src.Lag()
		return &wire.Served{
			Revision: src.Now().Revision.N, StoreRevision: lag.Store, BehindSeconds: lag.Behind.Seconds(),
			LoadSeconds: lag.Load.Seconds(), NextLookSeconds: lag.Next.Seconds(),
		}
	}
}

// here answers only where a name of this machine was asked for: the server in
// front, which names another, does not hand figures on.
func here(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = strings.Trim(r.Host, "[]")
		}
		ip, err := netip.ParseAddr(host)
		if host != "localhost" && (err != nil || !ip.IsLoopback()) {
			http.Error(w, "figures are given on this machine only; --metrics gives them an address of their own", http.StatusNotFound)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// figures answers as here does where nobody need sign in, else whoever may read.
func figures(g *gate.Gate, next http.Handler) http.Handler {
	inside := here(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !g.MustSignIn() {
			inside.ServeHTTP(w, r)
			return
		}
		if err := account.Allow(r.Context(), account.Read); err != nil {
			http.Error(w, err.Error()+"; send a token: Authorization: Bearer TOKEN", gate.Refuse(w, err))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// metrics serves figures at an address of their own until stop is called or ctx
// ends.
func (a *app) metrics(ctx context.Context, address string, running *status.Program) (stop func(), err error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, usageError{fmt.Errorf("--metrics %q: give an address and a port such as 127.0.0.1:9460", address)}
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; choose another port with --metrics", address, err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics.Handler(running, Version))
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: headerTime, ReadTimeout: headerTime, WriteTimeout: readTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes}
	go func() { _ = srv.Serve(ln) }() // ends with Close
	fmt.Fprintf(a.env.Stderr, "readout: figures at http://%s/metrics\n", ln.Addr())
	return func() { _ = srv.Close() }, nil
}
