package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/fetch"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/pull"
	"github.com/readout-news/readout/internal/status"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
)

// pullFlags are the settings of feeds pull and feeds watch.
type pullFlags struct {
	metrics             string
	log                 logFlags
	agent, about, proxy string
	allow               []string
	ports               []uint
	pause               time.Duration
	sites               int
	every               time.Duration
	maxItems            int
	maxAge              time.Duration
	again               []string
}

func (f *pullFlags) add(a *app, cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.agent, "user-agent", "", "how to name this program to sites (default Readout/VERSION)")
	cmd.Flags().StringVar(&f.about, "about", "", "address of a page that says who asks and why, for sites to see")
	cmd.Flags().StringVar(&f.proxy, "proxy", "", "address of a proxy, or “environment” for HTTP_PROXY and HTTPS_PROXY")
	cmd.Flags().StringArrayVar(&f.allow, "allow-private", nil, "a network that is asked though it is not public, such as 10.0.0.0/8; repeat for several")
	cmd.Flags().UintSliceVar(&f.ports, "allow-port", nil, "a port that is asked besides 80 and 443; repeat for several")
	cmd.Flags().DurationVar(&f.pause, "per-host", limits.HTTPPause, "pause between two requests to a site")
	cmd.Flags().IntVar(&f.sites, "sites", 32, "sites asked at the same time, each by one connection")
	cmd.Flags().DurationVar(&f.every, "every", 15*time.Minute, "time between two requests for a feed")
	cmd.Flags().IntVar(&f.maxItems, "max-items", 1000, "items taken of one feed or sitemap, the newest")
	cmd.Flags().DurationVar(&f.maxAge, "max-age", 30*24*time.Hour, "leave out items that are older by their own day; 0: none")
	cmd.Flags().StringSliceVar(&f.again, "again", []string{"1h", "6h", "24h", "72h"}, "ages at which an article is looked at again for changes; never: none")
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	cmd.Flags().IntVar(&a.source.workers, "workers", 0, "reports read at once (0: one a core); changes nothing but speed")
	cmd.Flags().BoolVar(&a.source.quiet, "quiet", false, "no progress on standard error")
	a.source.addLimit(cmd, "http-body=30MB")
	a.dbFlag(cmd)
}

// options checks the flags; fo is what limits say of fetching.
func (f *pullFlags) options(fo fetch.Options) (fetch.Options, pull.Options, error) {
	fo.Agent, fo.Proxy, fo.Sites, fo.Pause = f.agent, f.proxy, f.sites, f.pause
	if f.pause <= 0 {
		fo.Pause = -1
	}
	for _, s := range f.allow {
		p, err := netip.ParsePrefix(s)
		if addr, e := netip.ParseAddr(s); err != nil && e == nil {
			p, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return fo, pull.Options{}, usageError{fmt.Errorf("--allow-private %q: give a network such as 10.0.0.0/8 or an address such as 10.0.0.7", s)}
		}
		fo.Allow = append(fo.Allow, p)
	}
	if len(f.ports) > 0 {
		fo.Ports = []uint16{80, 443}
		for _, p := range f.ports {
			if p == 0 || p > 65535 {
				return fo, pull.Options{}, usageError{fmt.Errorf("--allow-port %d: a port is a number from 1 to 65535", p)}
			}
			fo.Ports = append(fo.Ports, uint16(p))
		}
	}
	po := pull.Options{Sites: f.sites, Every: f.every, MaxItems: f.maxItems, MaxAge: f.maxAge, Again: []time.Duration{}}
	for _, s := range f.again {
		if s == "never" && len(f.again) == 1 {
			break
		}
		d, err := time.ParseDuration(s)
		if err != nil || d <= 0 {
			return fo, po, usageError{fmt.Errorf("--again %q: give ages such as 1h,24h, or never", s)}
		}
		po.Again = append(po.Again, d)
	}
	return fo, po, nil
}

func (a *app) feedsPull() *cobra.Command {
	f := pullFlags{log: logFlags{level: "warn"}}
	cmd := &cobra.Command{
		Use:   "pull",
		Short: "Ask once for what is due, and read what is new",
		Long: `Ask the feeds that are due for what they list, then for the pages that are new or
are to be looked at again, read what came and draw the record anew. It may be
stopped at any moment and goes on where it was.

Sites are asked politely: what their robots.txt keeps programs from is left
alone, each site has one connection at a time and a pause after each request,
what has not changed is not sent again, and a site that is in trouble is given a
rest. Addresses of private networks are refused unless --allow-private names the
network.

Feeds and pages that failed are named on standard error, and the exit code is 3.`,
		Example: "  readout feeds pull --db desk.db\n  readout feeds pull --again 1h,24h --max-age 48h --about https://desk.example/robot",
		Args:    none("pull"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.follow(cmd.Context(), f, func(p *puller) error {
				r, err := p.Round(cmd.Context(), time.Time{})
				if err != nil {
					return err
				}
				return p.finish(r, true)
			})
		},
	}
	f.add(a, cmd)
	return cmd
}

func (a *app) feedsWatch() *cobra.Command {
	var f pullFlags
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Follow feeds until stopped",
		Long: `Do what “feeds pull” does, again and again as feeds and pages are due, until it is
stopped (Ctrl-C), with a line for each round that asked for something. Feeds that
are added meanwhile are taken up. A store should have one watcher: two would ask
twice for the same pages, though nothing would be stored twice.`,
		Example: "  readout feeds watch --db desk.db --every 10m",
		Args:    none("watch"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			err := a.follow(ctx, f, func(p *puller) error {
				return p.Watch(ctx, func(r pull.Round) error { return apart(p.finish(r, false)) })
			})
			if errors.Is(err, context.Canceled) && ctx.Err() != nil {
				return nil // to be stopped is how watching ends
			}
			return err
		},
	}
	cmd.Flags().StringVar(&f.metrics, "metrics", "", "give figures to Prometheus at this address, such as 127.0.0.1:9462, under /metrics; it may be one that other machines reach")
	f.log.add(cmd, "warn") // rounds are told on standard output; at info they are logged, too
	f.add(a, cmd)
	return cmd
}

// puller is a pull.Puller whose captures are read into the store.
type puller struct {
	*pull.Puller
	a        *app
	ctx      context.Context
	store    store.Store
	db       string
	slots    chan struct{} // reports read at once
	progress *progress
	log      *slog.Logger
	meter    *status.Meter

	mu       sync.Mutex
	refusals []readout.Refusal // of this round
	moves    []string          // feeds that moved in this round, in words
	faults   []string          // feeds that failed in this round, in words
	told     map[string]string // why a feed failed when it was named last
	fresh    int               // reports that were not stored before

	linked bool         // the record was brought up to date, or found so
	holds  holds        // the record
	linker *live.Linker // nil before the first round that links

	shared *sharing // nil: captures are read here
}

// follow runs f with a puller on the store.
func (a *app) follow(ctx context.Context, f pullFlags, run func(p *puller) error) error {
	fo, po, err := f.options(a.fetchOptions(f.about))
	if err != nil {
		return err
	}
	log, err := f.log.logger(a.env.Stderr)
	if err != nil {
		return err
	}
	meter := status.NewMeter()
	return a.onStore(ctx, false, func(s store.Store, db string) error {
		if f.metrics != "" {
			stop, err := a.metrics(ctx, f.metrics, status.New(status.Sources{Store: s, Annotators: a.annotators(log), Meter: meter, Now: a.env.Now}))
			if err != nil {
				return err
			}
			defer stop()
		}
		workers := cmp.Or(max(a.source.workers, 0), runtime.GOMAXPROCS(0))
		p := &puller{a: a, ctx: ctx, store: s, db: db, slots: make(chan struct{}, workers), progress: a.progress(), log: log, meter: meter}
		if open.Remote(a.store()) {
			r, err := p.a.reader()
			if err != nil {
				return err
			}
			if p.shared, err = a.share(ctx, a.store(), s, r); err != nil {
				return err
			}
			defer p.shared.q.Close()
		}
		fo.Now, po.Now = a.env.Now, a.env.Now
		fetcher, err := pull.NewFetcher(ctx, s, fo, func(err error) {
			fmt.Fprintf(a.env.Stderr, "readout: %s\n", clean(err.Error()))
		})
		if err != nil {
			return err
		}
		po.Store, po.Fetch, po.Give, po.Refuse, po.Moved, po.Failed = s, fetcher, p.give, p.refuse, p.moved, p.failed
		po.Progress = func(r pull.Round) {
			p.progress.show(fmt.Sprintf("%d feeds, %d pages, %d to read", r.Feeds, r.Pages, r.Captures))
		}
		if p.Puller, err = pull.New(po); err != nil {
			return err
		}
		defer p.progress.end()
		return run(p)
	})
}

// give reads one capture into the store, or has workers read it.
func (p *puller) give(ctx context.Context, c readout.Capture, _ store.Sighting) error {
	if p.shared != nil {
		return p.shared.give(ctx, c)
	}
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	r, err := p.a.reader()
	if err != nil {
		return err
	}
	var one iter.Seq2[readout.Capture, *readout.Refusal] = func(yield func(readout.Capture, *readout.Refusal) bool) { yield(c, nil) }
	res, err := r.Read(ctx, one, pipeline.Options{Workers: 1, Keeper: p.store, Observe: p.meter.Observe})
	if err != nil {
		return err
	}
	if res.Fault != nil {
		return res.Fault // the page is asked for again
	}
	for _, x := range res.Refusals {
		p.refuse(x)
	}
	p.meter.Reports(len(res.Docs)-res.Known, res.Known, res.Refusals)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fresh += len(res.Docs) - res.Known
	return nil
}

func (p *puller) refuse(r readout.Refusal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refusals = append(p.refusals, r)
}

// moved notes that a feed is asked elsewhere from now on.
func (p *puller) moved(feed, to string) {
	words := fmt.Sprintf("feed %s: it moved for good and is asked at %s from now on", feed, to)
	if to == "" {
		words = fmt.Sprintf("feed %s: where it moved to gives nothing; it is asked at its own address again", feed)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.moves = append(p.moves, words)
}

// failed notes that a feed, or a list of one, gave nothing. One that is watched is
// asked time and again: it is named when it begins to fail, and when it fails for
// another reason.
func (p *puller) failed(f store.Feed) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f.Failures != 1 && p.told[f.Address] == f.Error {
		return
	}
	if p.told == nil {
		p.told = map[string]string{}
	}
	p.told[f.Address] = f.Error
	p.faults = append(p.faults, fmt.Sprintf("feed %s: %s", f.Address, f.Error))
}

// roundJSON is what --json prints of a round.
type roundJSON struct {
	At string `json:"at"`
	pull.Round
	New int `json:"new"` // reports
	holds
	Next *string `json:"next"` // when something is due
	DB   string  `json:"db"`
}

// holds counts what the record holds.
type holds struct {
	Reports    int `json:"reports"`
	Events     int `json:"events"`
	Statements int `json:"statements"`
}

// finish draws the record anew where something came and tells of a round. The
// error is errRefused when something failed.
func (p *puller) finish(round pull.Round, once bool) error {
	a := p.a
	p.mu.Lock()
	refusals, fresh, told := p.refusals, p.fresh, slices.Concat(slices.Sorted(slices.Values(p.moves)), slices.Sorted(slices.Values(p.faults)))
	p.refusals, p.fresh, p.moves, p.faults = nil, 0, nil, nil
	p.mu.Unlock()
	began := time.Now()
	if p.shared != nil {
		refused, read, holds, err := p.shared.finish(p.ctx, once, refusals)
		if err != nil {
			return err
		}
		refusals, fresh, p.holds = append(refusals, refused...), read, holds
	} else if err := p.link(round, refusals); err != nil {
		return err
	}
	out := roundJSON{Round: round, New: fresh, DB: p.db}
	took := time.Since(began)
	p.meter.Observe(pipeline.StageLink, took)
	for outcome, n := range map[string]int{"fetched": round.Captures, "unchanged": round.Same, "failed": round.Later, "gone": round.Gone, "refused": round.Refused, "feed": round.Feeds - round.FeedsFailed, "feed-failed": round.FeedsFailed} {
		p.meter.Fetched(outcome, n)
	}
	p.log.Info("round done", "feeds", round.Feeds, "feeds_failed", round.FeedsFailed, "found", round.Found, "pages", round.Pages, "new", fresh, "failed", round.Later+round.Gone+round.Refused, "waiting", round.Waiting, "link", took)
	p.progress.end()
	out.holds = p.holds
	failed := p.complain(refusals, told)
	if round.FeedsFailed > 0 {
		failed = errRefused
	}
	next, err := p.store.NextDue(p.ctx)
	if err != nil {
		return err
	}
	out.At, out.Next = a.now().UTC().Format(time.RFC3339), moment(next)
	switch {
	case a.json && once:
		err = a.printJSON(out)
	case a.json:
		err = a.printLine(out)
	default:
		err = p.tell(out, once)
	}
	return errors.Join(err, failed)
}

// link draws the record anew where something came, and counts what it holds.
func (p *puller) link(round pull.Round, refusals []readout.Refusal) error {
	first := !p.linked
	behind := false
	if first {
		// A round was interrupted before its end, or something else came in.
		pending, err := p.store.Pending(p.ctx)
		if err != nil {
			return err
		}
		behind = len(pending) > 0
	}
	p.linked = true
	switch {
	case round.Captures+len(refusals) > 0 || behind:
		p.progress.show("drawing the record anew")
		r, err := p.a.reader()
		if err != nil {
			return err
		}
		if p.linker == nil {
			p.linker = live.NewLinker(r, p.store)
		}
		if err := p.linker.Relink(p.ctx, refusals); err != nil {
			return err
		}
	case !first:
		return nil
	}
	about, err := p.store.About(p.ctx)
	p.holds = holds{about.Linked, about.Events, about.Statements}
	return err
}

// complain names on standard error what was refused in a round, and what else there
// is to tell of it. The error is errRefused when something was refused.
func (p *puller) complain(refusals []readout.Refusal, told []string) (failed error) {
	for _, m := range told {
		fmt.Fprintf(p.a.env.Stderr, "readout: %s\n", clean(m))
	}
	slices.SortFunc(refusals, func(a, b readout.Refusal) int { return strings.Compare(a.Path, b.Path) })
	for _, f := range refusals {
		fmt.Fprintf(p.a.env.Stderr, "readout: refused %s: %s\n", clean(f.Path), clean(f.Reason))
		failed = errRefused
	}
	return failed
}

// printLine writes v as one line of JSON.
func (a *app) printLine(v any) error {
	enc := json.NewEncoder(a.env.Stdout)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// show draws a line of progress.
func (p *progress) show(text string) {
	now := time.Now()
	if p.w == nil || now.Sub(p.start) < quietFor || now.Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last, p.drawn = now, true
	fmt.Fprintf(p.w, "\r\x1b[K%s", text)
}

// tell prints a round as text: one line, or three where it was the only one.
func (p *puller) tell(r roundJSON, once bool) error {
	asked := fmt.Sprintf("%s asked", plural(r.Feeds, "feed", "feeds"))
	if r.FeedsFailed > 0 {
		asked += fmt.Sprintf(" (%d failed)", r.FeedsFailed)
	}
	words := []string{asked, fmt.Sprintf("%s found", plural(r.Found, "page", "pages")), fmt.Sprintf("%d fetched", r.Pages), fmt.Sprintf("%d as before", r.Same), fmt.Sprintf("%s read", plural(r.New, "new report", "new reports"))}
	for _, x := range []struct {
		n    int
		what string
	}{{r.Later, "to be tried again"}, {r.Gone, "gone"}, {r.Refused, "refused"}, {r.Waiting, "waiting"}, {r.LeftOut, "left out (too old, too many or of another site)"}} {
		if x.n > 0 {
			words = append(words, fmt.Sprintf("%d %s", x.n, x.what))
		}
	}
	line := strings.Join(words, ", ") + "."
	if !once {
		_, err := fmt.Fprintf(p.a.env.Stdout, "%s  %s\n", r.At, line)
		return err
	}
	next := "Nothing is due any more."
	if r.Next != nil {
		next = "Next is due at " + *r.Next + "."
		if *r.Next <= r.At {
			next = "More is due now."
		}
	}
	_, err := fmt.Fprintf(p.a.env.Stdout, "%s\n%s holds %s, %s and %s. %s\n", line, p.db, count(r.Reports, "report"), count(r.Events, "event"), count(r.Statements, "statement"), next)
	return err
}
