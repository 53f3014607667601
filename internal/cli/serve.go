package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/examples"
	"github.com/readout-news/readout/internal/api"
	"github.com/readout-news/readout/internal/gate"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/metrics"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/status"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/web"
	"github.com/readout-news/readout/wire"
)

// Limits of one connection: headers in time, no endless bodies, none kept open
// for nothing.
const (
	headerTime  = limits.HeaderTime
	readTime    = 2 * time.Minute
	writeTime   = 10 * time.Minute // exports of a large store stream
	idleTime    = 2 * time.Minute
	headerBytes = limits.RequestHeader
	stopTime    = 5 * time.Second // for answers under way when the program ends
)

type serveFlags struct {
	listen  string
	gate    gateFlags
	demo    bool
	noWork  bool
	about   string
	metrics string
	log     logFlags
}

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Show the record as pages and serve it to programs",
		Long: `Show the record of a store as pages in a browser, and serve it to programs
under /api/v1. The store is made where there is none; reports can be added on
the pages. With --demo the example reports are read into a store that is thrown
away at the end.

A store on PostgreSQL (--db postgres://…) is worked by this program, too, beside
every “readout worker” of it; --no-work leaves it to them.

On an address of this machine alone, the usual one, nobody need sign in. At an
address that other machines reach everybody does: by a password (see “readout
account”), by OpenID Connect, or by the name that a server in front gives;
programs send a token. Without any of these such an address is refused.
docs/accounts.md tells all of it.

The page /status says how the program does; /metrics says it to Prometheus.
docs/operate.md is for those who run it.`,
		Example: `  readout serve --demo
  readout serve --db desk.db --listen 127.0.0.1:9000
  readout serve --db desk.db --listen 10.1.2.3:443 --tls-cert desk.pem --tls-key desk.key --host desk.example
  readout serve --db desk.db --trusted-proxy 127.0.0.1 --proxy-header X-Remote-User --host desk.example`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("serve takes no reports: read them first with “readout ingest --db %s %s”", shellWord(open.Name(a.store())), shellWord(args[0]))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.listen, "listen", "127.0.0.1:8460", "address and port; port 0 takes a free one")
	f.gate.add(cmd)
	f.gate.addOIDC(cmd)
	a.source.addLimit(cmd, "reads=2000")
	cmd.Flags().BoolVar(&f.demo, "demo", false, "show the example reports; nothing is kept")
	cmd.Flags().BoolVar(&f.noWork, "no-work", false, "leave the queue of a store on PostgreSQL to “readout worker”")
	cmd.Flags().StringVar(&f.metrics, "metrics", "", "an address of its own for /metrics, such as 127.0.0.1:9460; it may be one that other machines reach")
	cmd.Flags().StringVar(&f.about, "about", "", "address of a page that says who asks and why, for sites whose pages are added by address")
	f.log.add(cmd, "info")
	cmd.Flags().IntVar(&a.source.workers, "workers", 0, "reports read at once (0: one a core)")
	a.dbFlag(cmd)
	return cmd
}

func (a *app) serve(ctx context.Context, f serveFlags) (err error) {
	if err := f.gate.checkListen("listen", f.listen); err != nil {
		return err
	}
	log, err := f.log.logger(a.env.Stderr)
	if err != nil {
		return err
	}
	db := a.store()
	if f.demo {
		dir, err := os.MkdirTemp("", "readout-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		db = filepath.Join(dir, "demo.db")
	}
	// Where an account is the only way in, a store that is not there has none.
	s, err := a.openStore(ctx, db, f.demo || f.gate.open(f.listen))
	if isMissing(err) && !f.gate.open(f.listen) {
		return errOutside("listen", f.listen)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	g, err := a.gate(ctx, s, "listen", f.listen, &f.gate, log)
	if err != nil {
		return err
	}
	if f.demo {
		if err := a.readExample(ctx, s, filepath.Dir(db)); err != nil {
			return err
		}
	}
	meter := status.NewMeter()
	opts := live.Options{Reader: a.reader, Workers: a.source.workers, Now: a.env.Now, Log: log, Observe: meter.Observe, Count: counting(meter)}
	var queue func(context.Context) (*wire.QueueState, error)
	version := a.annotators(log)
	if open.Remote(db) {
		q, r, end, err := a.shareWork(ctx, db, s, &opts, f.noWork, log, meter)
		if err != nil {
			return err
		}
		defer end()
		queue, version = queueState(q), r.Annotators.Version
	}
	src, err := live.New(ctx, s, opts)
	if err != nil {
		return err
	}
	defer src.Close()
	if !open.Remote(db) { // there, workers link
		if err := goOn(ctx, s, src, log); err != nil {
			return err
		}
	}
	running := status.New(status.Sources{Store: s, Annotators: version, Meter: meter, Served: served(src), Queue: queue, Now: a.env.Now})
	if f.metrics != "" {
		stop, err := a.metrics(ctx, f.metrics, running)
		if err != nil {
			return err
		}
		defer stop()
	}
	faces, err := api.New(src, api.Options{Version: Version, QueryTime: a.limits.Time(limits.NameQueryTime), Inputs: a.inputOptions(), Log: log, Running: running.State})
	if err != nil {
		return err
	}
	site, err := web.New(src, web.Options{
		QueryTime: a.limits.Time(limits.NameQueryTime), Inputs: a.inputOptions(), Fetch: a.fetchOptions(f.about), Version: Version, Hosts: f.gate.names(f.listen), Gate: g, Now: a.env.Now, Demo: f.demo, Log: log,
		Mount: map[string]http.Handler{"/api/": faces, "GET /metrics": figures(g, metrics.Handler(running, Version))}, Operations: operations(),
		Running: running.State,
	})
	if err != nil {
		return err
	}
	log.Info("serving", "store", open.Name(db), "version", Version)
	return a.listen(ctx, "listen", f.listen, &f.gate, logged(log, site), func(address string) error {
		rec := src.Now().Record
		fmt.Fprintf(a.env.Stdout, "%s, %s and %s at %s\n", count(len(rec.Reports), "report"), count(len(rec.Events), "event"), count(len(rec.Statements), "statement"), address)
		if err := a.tellGate(ctx, g, &f.gate, address); err != nil {
			return err
		}
		if f.demo {
			fmt.Fprintln(a.env.Stdout, "The example is gone when this ends. Ctrl-C ends it.")
		} else {
			fmt.Fprintln(a.env.Stdout, "Ctrl-C ends it.")
		}
		return nil
	})
}

// goOn links what a program that was stopped has read and not linked, or what was
// decided then: nobody else may come to do it.
func goOn(ctx context.Context, s store.Store, src *live.Source, log *slog.Logger) error {
	ids, err := s.Pending(ctx)
	if err != nil || len(ids) == 0 {
		return err
	}
	log.Info("linking what was left", "reports", len(ids))
	src.Read(nil, nil)
	return nil
}

// operations are those of the API for the page that lists them.
func operations() []web.Operation {
	var out []web.Operation
	for _, o := range api.Operations() {
		w := web.Operation{Method: o.Method, Path: o.Path, Summary: o.Summary, Description: o.Description, Group: o.Group, Lists: o.Lists}
		for _, p := range o.Parameters {
			w.Parameters = append(w.Parameters, web.Parameter(p))
		}
		out = append(out, w)
	}
	return out
}

// readExample reads the sample reports, which the program carries, into a store;
// dir is a folder that is thrown away.
func (a *app) readExample(ctx context.Context, s store.Store, dir string) error {
	if err := os.CopyFS(dir, examples.Lake); err != nil {
		return err
	}
	r, err := a.reader()
	if err != nil {
		return err
	}
	inputs := func(yield func(readout.Capture, *readout.Refusal) bool) {
		for c, refusal := range ingest.Read(ctx, []string{filepath.Join(dir, "lake-ansa")}, ingest.Options{}) {
			// Where the folder lies this time is nobody's concern.
			if rel, err := filepath.Rel(dir, c.Path); err == nil && refusal == nil {
				c.Path = filepath.ToSlash(rel)
			}
			if !yield(c, refusal) {
				return
			}
		}
	}
	res, err := r.Read(ctx, inputs, pipeline.Options{Workers: a.source.workers, Keeper: s})
	if err != nil {
		return err
	}
	return live.Relink(ctx, r, s, res.Refusals)
}

// listen serves at the address that flag gave until ctx ends, then lets answers under way finish. ready gets
// the address with its scheme.
func (a *app) listen(ctx context.Context, flag, address string, f *gateFlags, h http.Handler, ready func(address string) error) error {
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(slog.NewTextHandler(a.env.Stderr, nil), slog.LevelWarn),
	}
	scheme := "http"
	if f.cert != "" {
		scheme = "https"
		pair, err := tls.LoadX509KeyPair(f.cert, f.key)
		if err != nil {
			return fmt.Errorf("--tls-cert %s, --tls-key %s: %w", f.cert, f.key, err)
		}
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	gate.Bound(srv, int(a.limits.Of(limits.NameConnections)))
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; is another Readout running? choose another port with --%s", address, err, flag)
	}
	if err := ready(scheme + "://" + ln.Addr().String()); err != nil {
		ln.Close()
		return err
	}
	ended := make(chan error, 1)
	go func() {
		if scheme == "https" {
			ended <- srv.ServeTLS(ln, "", "")
			return
		}
		ended <- srv.Serve(ln)
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil {
		return srv.Close()
	}
	return nil
}
