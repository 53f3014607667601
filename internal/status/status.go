// Package status says how a running program does: how long its stages take, what
// waits in its queue, which feeds are late, what its store holds and what there
// is to be worried about. Pages, API, command line and metrics show the same
// object (wire.Running).
//
// Sources names where the parts come from; a part that a program has not is
// absent, with the reason, and one that cannot be read is absent for that. A
// Meter counts what the process does. The package keeps no history.
package status

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/wire"
)

// Store is what is asked of a store.
type Store interface {
	About(ctx context.Context) (store.About, error)
	Revision(ctx context.Context) (store.Revision, error)
	LastBackup(ctx context.Context) (store.Backup, error)
	Feeds(ctx context.Context) ([]store.Feed, error)
}

// Sources are where the parts come from. Store must be set.
type Sources struct {
	Store      Store
	Annotators func() string // version of the program's, "" not known yet; nil: rereads are not counted
	Meter      *Meter        // nil: the process runs no stages

	Served func() *wire.Served                                 // what pages show; nil: nothing is served
	Queue  func(ctx context.Context) (*wire.QueueState, error) // nil: there is none

	// Free is how much of the disk that a store is on may still be written, 0 to 1;
	// below 0 where that is not known. nil: the system is asked.
	Free func(store string) float64

	Now   func() time.Time // nil: time.Now
	Every time.Duration    // how long an answer is given again; 0: 5 s
	Limit time.Duration    // how long the store may take to answer; 0: 5 s
}

// Program is a running program. Its methods are safe for concurrent use.
type Program struct {
	Sources
	start time.Time

	mu   sync.Mutex
	last *wire.Running
	at   time.Time
}

// What there is to be worried about: a queue whose oldest has waited longer, a
// feed that is later than so many of its pauses, pages that are further behind
// the store.
const (
	oldQueue    = 5 * time.Minute
	latePauses  = 3
	leastPause  = 15 * time.Minute // of a feed that says none
	behindPages = 5 * time.Minute
	failing     = 3 // times in a row that a feed failed
	oldBackup   = 26 * time.Hour
	leastDisk   = 0.1 // free of the disk that the store is on
	worst       = 10
)

// New is a program that began now.
func New(s Sources) *Program {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Free == nil {
		s.Free = diskFree
	}
	s.Every, s.Limit = cmp.Or(s.Every, 5*time.Second), cmp.Or(s.Limit, 5*time.Second)
	return &Program{Sources: s, start: s.Now()}
}

// State is how the program does now, or did up to Every ago: many who ask cost
// the store no more than one. It belongs to all who ask and is not to be changed.
func (s *Program) State(ctx context.Context) *wire.Running {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Now()
	if s.last != nil && now.Sub(s.at) < s.Every && !now.Before(s.at) {
		return s.last
	}
	// Who asks first may go away; the others want the answer.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Limit)
	defer cancel()
	s.last, s.at = s.state(ctx, now), now
	return s.last
}

// absent notes a part that is not there.
func absent(r *wire.Running, part, why string) {
	r.Absent = append(r.Absent, wire.Absent{Part: part, Why: why})
}

func (s *Program) state(ctx context.Context, now time.Time) *wire.Running {
	r := &wire.Running{At: stamp(now), Since: stamp(s.start), Stages: []wire.StageTime{}, Absent: []wire.Absent{}, Warnings: []string{}}
	s.store(ctx, r, now)
	s.feeds(ctx, r, now)
	switch {
	case s.Queue == nil:
		absent(r, "queue", "this store has none: what is sent in is read by the program that takes it")
	default:
		q, err := s.Queue(ctx)
		if err != nil {
			absent(r, "queue", "it cannot be read: "+err.Error())
			r.Warnings = append(r.Warnings, "the queue cannot be read")
			break
		}
		r.Queue = q
		if q.OldestSeconds > oldQueue.Seconds() {
			r.Warnings = append(r.Warnings, fmt.Sprintf("the oldest input has waited %s", short(time.Duration(q.OldestSeconds*float64(time.Second)))))
		}
		if n := q.Count("parked"); n > 0 {
			r.Warnings = append(r.Warnings, fmt.Sprintf("inputs that were given up: %d; “readout work retry” tries them again", n))
		}
		if alive := slices.ContainsFunc(q.Workers, func(w wire.WorkerState) bool { return w.Alive }); !alive && q.Count("waiting") > 0 {
			r.Warnings = append(r.Warnings, "no worker gives signs of life")
		}
	}
	if s.Served == nil {
		absent(r, "served", "this program serves no pages")
	} else if r.Served = s.Served(); r.Served.BehindSeconds > behindPages.Seconds() {
		r.Warnings = append(r.Warnings, fmt.Sprintf("the pages are %s behind the store", short(time.Duration(r.Served.BehindSeconds*float64(time.Second)))))
	}
	s.stages(r)
	return r
}

func (s *Program) store(ctx context.Context, r *wire.Running, now time.Time) {
	about, err := s.Store.About(ctx)
	var rev store.Revision
	if err == nil {
		rev, err = s.Store.Revision(ctx)
	}
	if err != nil {
		absent(r, "store", "it cannot be read: "+err.Error())
		r.Warnings = append(r.Warnings, "the store cannot be read")
		return
	}
	r.Store = &wire.StoreState{
		Name: shortName(about.Name), Engine: about.Engine, Bytes: about.Bytes, Reports: about.Reports,
		Revision: rev.N, LinkedAt: optStamp(rev.At), Unlinked: about.Pending,
	}
	s.backup(ctx, r, now, about.Since)
	if free := s.Free(about.Name); free >= 0 {
		r.Store.DiskFree = &free
		if free < leastDisk {
			r.Warnings = append(r.Warnings, fmt.Sprintf("the disk of the store is nearly full: %.1f %% are free", 100*free))
		}
	}
	if s.Annotators != nil {
		if version := s.Annotators(); version != "" {
			n := about.Behind(version)
			r.Store.Rereads = &n
		}
	}
}

// backup notes when the store was backed up, and warns where that is long ago, or
// there is no backup of a record that was there before it would be.
func (s *Program) backup(ctx context.Context, r *wire.Running, now, since time.Time) {
	b, err := s.Store.LastBackup(ctx)
	if err == nil {
		r.Store.BackedUpAt = optStamp(b.At)
	}
	switch {
	case err != nil:
		r.Warnings = append(r.Warnings, "when the store was backed up cannot be read")
	case !b.At.IsZero() && now.Sub(b.At) > oldBackup:
		r.Warnings = append(r.Warnings, fmt.Sprintf("the last backup is %s old; “readout backup” makes one", short(now.Sub(b.At))))
	case b.At.IsZero() && !since.IsZero() && now.Sub(since) > oldBackup:
		r.Warnings = append(r.Warnings, "the store was never backed up; “readout backup” does it")
	}
}

func (s *Program) feeds(ctx context.Context, r *wire.Running, now time.Time) {
	all, err := s.Store.Feeds(ctx)
	switch {
	case err != nil:
		absent(r, "feeds", "they cannot be read: "+err.Error())
		return
	case len(all) == 0:
		absent(r, "feeds", "none is followed; “readout feeds add” follows one")
		return
	}
	f := &wire.FeedsState{Feeds: len(all), Worst: []wire.FeedState{}}
	late := 0
	for i := range all {
		x := lateness(&all[i], now)
		if x.Failures >= failing {
			f.Failing++
		}
		if x.LateSeconds > 0 {
			f.Worst = append(f.Worst, x)
			if x.LateSeconds > (latePauses * max(all[i].Every, leastPause)).Seconds() {
				late++
			}
		} else if x.Failures > 0 {
			f.Worst = append(f.Worst, x)
		}
	}
	f.Late = late
	slices.SortFunc(f.Worst, func(a, b wire.FeedState) int {
		return cmp.Or(cmp.Compare(b.LateSeconds, a.LateSeconds), cmp.Compare(b.Failures, a.Failures), strings.Compare(a.Address, b.Address))
	})
	f.Worst = f.Worst[:min(len(f.Worst), worst)]
	r.Feeds = f
	if late > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("feeds that were not asked for more than three pauses: %d of %d; is “readout feeds watch” running?", late, len(all)))
	}
	if f.Failing > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("feeds that fail: %d of %d", f.Failing, len(all)))
	}
}

// lateness is how a feed does: late is how long ago it was due.
func lateness(f *store.Feed, now time.Time) wire.FeedState {
	due := f.Due
	if due.IsZero() {
		due = f.Added // at once
	}
	x := wire.FeedState{Address: f.Address, LateSeconds: max(now.Sub(due).Seconds(), 0), Failures: f.Failures, Succeeded: optStamp(f.Succeeded)}
	if f.Error != "" {
		x.Error = &f.Error
	}
	return x
}

func (s *Program) stages(r *wire.Running) {
	if s.Meter == nil {
		absent(r, "stages", "this program reads nothing")
		return
	}
	c := s.Meter.Counted()
	r.Read = &wire.ReadCounts{New: c.Fresh, Known: c.Known, Refused: []wire.Refusals{}}
	for class, n := range c.Refused {
		r.Read.Refused = append(r.Read.Refused, wire.Refusals{Class: class, Inputs: n})
	}
	slices.SortFunc(r.Read.Refused, func(a, b wire.Refusals) int { return strings.Compare(a.Class, b.Class) })
	for _, t := range s.Meter.Stages() {
		r.Stages = append(r.Stages, wire.StageTime{Stage: t.Stage, Count: t.Count, Seconds: t.Total.Seconds(), P50: t.P50.Seconds(), P95: t.P95.Seconds()})
	}
	if len(r.Stages) == 0 {
		absent(r, "stages", "nothing was read since the program was started")
	}
}

// shortName is a store's name without the folders of this machine, which are not
// for all who see the page.
func shortName(name string) string {
	if strings.Contains(name, "://") {
		return name
	}
	return filepath.Base(name)
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func optStamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := stamp(t)
	return &s
}

// short is a duration to the second, or to the minute from an hour on.
func short(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	case d >= time.Hour:
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
	return d.Round(time.Second).String()
}
