// Package live keeps the record that faces serve: pages, API and MCP read
// snapshots of it, and none of them waits for another.
//
// A Source watches a store. Now gives the record as it is stored, At the record
// of the reports that were out at some moment, Revision the record as the store
// held it at some revision. Snapshots never change; a new revision of the store
// makes a new one beside it. What has to be linked anew (At, Revision) is kept
// for a while, and when the store is large it is made in the background:
// ErrWorking says so, and asking again later gives the snapshot.
//
// The package also runs readings that a face starts (see Source.Read): one at a
// time, in the order in which they came.
package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// ErrWorking means that a snapshot is being made: ask again in a moment.
var ErrWorking = errors.New("this state of the record is being worked out; ask again in a moment")

// ErrMoment means that a moment or revision is none.
var ErrMoment = errors.New("no such moment")

// Snapshot is one state of the record. It is read-only and safe for concurrent
// use.
type Snapshot struct {
	*view.View
	Revision store.Revision
	AsOf     string // the moment asked for, "" for now
	Pinned   bool   // asked for by its revision, not the present one
	Later    int    // reports that came out after AsOf
	Open     int    // reports left out of AsOf because nothing tells their day
	ReadIn   map[string]time.Time
	LastRead time.Time // when the newest report came in; zero when unknown
	Refusals []readout.Refusal
	Store    store.Store

	// Decided is what people decided about things of the record that heeds it, by
	// id, in order; Log the number of the last decision that there was then.
	Decided map[string][]readout.Decision
	Log     int64
}

// Key names the state: equal keys are equal records, with the same decisions.
func (s *Snapshot) Key() string {
	return strconv.Itoa(s.Revision.N) + "@" + s.AsOf + "/" + strconv.FormatInt(s.Log, 10)
}

// Options are the settings of a Source. The zero value is usable.
type Options struct {
	Reader  func() (*pipeline.Reader, error) // models and lexicons, asked for once when first needed; nil: pipeline.New
	Workers int                              // reports read at once, see pipeline.Options
	Keep    int                              // linked states kept besides the present one; 0: 8
	Wait    time.Duration                    // how long At and Revision wait before they answer ErrWorking; 0: 2 s
	Look    time.Duration                    // how often to look whether another process has written; 0: 1 s
	Now     func() time.Time                 // nil: time.Now
	Log     *slog.Logger                     // nil: silent
	Observe pipeline.Observe                 // told how long stages took, linking and loading too; nil: nobody is
	Count   func(*pipeline.Result)           // told what each reading gave; nil: nobody is

	// Exclusive is held while a reading draws the record anew, where other
	// programs draw it, too. nil: no other does.
	Exclusive func(context.Context) (unlock func(), err error)
}

// Source gives the states of one store's record.
type Source struct {
	store  store.Store
	opts   Options
	reader func() (*pipeline.Reader, error)
	now    atomic.Pointer[Snapshot]
	fresh  sync.Mutex // held while a new revision is loaded
	shown  sync.Mutex // held while a preview is made
	watch  watch

	mu     sync.Mutex
	states map[string]*state // by Key
	order  []string          // of states, least recently asked first

	jobs   jobs
	linker *Linker // nil before the first reading; used under jobs.heavy
}

// state is a snapshot that is made or being made.
type state struct {
	done chan struct{}
	snap *Snapshot
	err  error
}

// New opens the present record of a store. The store belongs to the caller, who
// closes it after Close.
func New(ctx context.Context, s store.Store, opts Options) (*Source, error) {
	if opts.Reader == nil {
		opts.Reader = pipeline.New
	}
	if opts.Keep == 0 {
		opts.Keep = 8
	}
	if opts.Wait == 0 {
		opts.Wait = 2 * time.Second
	}
	if opts.Look == 0 {
		opts.Look = time.Second
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	src := &Source{store: s, opts: opts, reader: sync.OnceValues(opts.Reader), states: map[string]*state{}}
	if err := src.Refresh(ctx); err != nil {
		return nil, err
	}
	src.jobs.start()
	src.jobs.wg.Go(src.look)
	return src, nil
}

// share is what part of the time may go into loading what others have written:
// after a load the next one waits so many times as long as it took. A store in
// which something is written all the time is then served a little late, and the
// program has the rest of its time for answers.
const share = 10

// look takes in what other processes put into the store. Whether there is
// something is asked at every look, which costs next to nothing.
func (s *Source) look() {
	tick := time.NewTicker(s.opts.Look)
	defer tick.Stop()
	for {
		select {
		case <-s.jobs.ctx.Done():
			return
		case <-tick.C:
			// A store that cannot be read now can be read at the next look; until
			// then the last snapshot serves.
			rev, err := s.store.Revision(s.jobs.ctx)
			served := s.Now().Revision.N
			// Of the same revision people may have decided something since.
			if err == nil && (s.watch.seen(rev.N, served, time.Now()) || rev.N == served) {
				err = s.Refresh(s.jobs.ctx)
			}
			if err != nil && s.jobs.ctx.Err() == nil {
				s.opts.Log.Warn("look into the store", "error", err)
			}
		}
	}
}

// watch remembers how far what is served is behind the store.
type watch struct {
	mu     sync.Mutex
	newest int           // revision of the store, as last seen
	since  time.Time     // when one was first seen that is not served; zero: none is
	took   time.Duration // the last load
	next   time.Time     // no load that nobody waits for begins before
}

// seen notes the store's revision and reports whether it is to be loaded now.
func (w *watch) seen(store, served int, now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.newest = store
	if store == served {
		w.since = time.Time{}
		return false
	}
	if w.since.IsZero() {
		w.since = now
	}
	return !now.Before(w.next)
}

// loaded notes a load of the revision, which began and ended then.
func (w *watch) loaded(rev int, began, ended time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.newest, w.since = max(w.newest, rev), time.Time{}
	if w.newest > rev { // another came while this one was loaded
		w.since = ended
	}
	w.took = ended.Sub(began)
	w.next = ended.Add(share * w.took)
}

// Lag is how far what is served is behind the store.
type Lag struct {
	Store  int           // its revision, as last seen
	Behind time.Duration // since when it has had another one than that which is served; 0: it has not
	Load   time.Duration // that the last load took
	Next   time.Duration // until the next may begin; 0: now
}

// Lag says how far Now is behind the store.
func (s *Source) Lag() Lag {
	s.watch.mu.Lock()
	defer s.watch.mu.Unlock()
	now := time.Now()
	out := Lag{Store: s.watch.newest, Load: s.watch.took, Next: max(s.watch.next.Sub(now), 0)}
	if !s.watch.since.IsZero() {
		out.Behind = now.Sub(s.watch.since)
	}
	return out
}

// Close stops readings under way and waits for them.
func (s *Source) Close() { s.jobs.stop() }

// Draft reads text that is no report, see pipeline.Reader.Draft. Nothing of it is
// kept.
func (s *Source) Draft(text, day string) (*nlp.Doc, error) {
	r, err := s.reader()
	if err != nil {
		return nil, err
	}
	return r.Draft(text, day)
}

// Now is the record as the store holds it.
func (s *Source) Now() *Snapshot { return s.now.Load() }

// Refresh takes in what others (another process) have put into the store since.
// It does nothing when the revision is the same and nobody has decided anything.
func (s *Source) Refresh(ctx context.Context) error {
	s.fresh.Lock()
	defer s.fresh.Unlock()
	began := time.Now()
	rev, err := s.store.Revision(ctx)
	if err != nil {
		return err
	}
	if old := s.now.Load(); old != nil && old.Revision.N == rev.N {
		more, err := s.store.Decisions(ctx, old.Log)
		if err != nil || len(more) == 0 {
			return err
		}
		snap := *old
		if err := snap.heed(ctx); err != nil {
			return err
		}
		s.now.Store(&snap)
		return nil
	}
	rec, err := s.store.Record(ctx)
	if err != nil {
		return err
	}
	snap, err := s.snapshot(ctx, rec, rev)
	if err != nil {
		return err
	}
	s.now.Store(snap)
	go snap.Warm() // ends by itself; who asks meanwhile waits for the rest of it
	ended := time.Now()
	s.watch.loaded(rev.N, began, ended)
	if s.opts.Observe != nil {
		s.opts.Observe(pipeline.StageLoad, ended.Sub(began))
	}
	s.opts.Log.Info("record loaded", "revision", rev.N, "reports", len(rec.Reports), "took", ended.Sub(began))
	return nil
}

// snapshot wraps a record.
func (s *Source) snapshot(ctx context.Context, rec *readout.Record, rev store.Revision) (*Snapshot, error) {
	snap := &Snapshot{View: view.New(rec), Revision: rev, Store: s.store}
	var err error
	if snap.ReadIn, err = s.store.ReadIn(ctx); err != nil {
		return nil, err
	}
	for _, t := range snap.ReadIn {
		if t.After(snap.LastRead) {
			snap.LastRead = t
		}
	}
	if snap.Refusals, err = s.store.Refusals(ctx); err != nil {
		return nil, err
	}
	snap.Sentences = s.sentences()
	if err := snap.heed(ctx); err != nil {
		// A log that cannot be read hides who decided, and not the record.
		s.opts.Log.Error("read the decisions", "error", err)
	}
	return snap, ctx.Err()
}

// sentences looks sentence spans up in the store and remembers the last ones.
func (s *Source) sentences() func(report string) []readout.Span {
	const keep = 512 // reports; a page opens some ten
	var mu sync.Mutex
	known := map[string][]readout.Span{}
	return func(report string) []readout.Span {
		mu.Lock()
		spans, ok := known[report]
		mu.Unlock()
		if ok {
			return spans
		}
		// A page that cannot number its sentences is better than none.
		spans, err := s.store.Sentences(context.Background(), report)
		if err != nil {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		if len(known) >= keep {
			clear(known)
		}
		known[report] = spans
		return spans
	}
}

// At is the record of the reports that were out at a moment (a day or RFC 3339
// time, "" is now). ErrMoment, ErrWorking.
func (s *Source) At(ctx context.Context, moment string) (*Snapshot, error) {
	now := s.Now()
	if moment == "" {
		return now, nil
	}
	m, err := pipeline.ParseMoment(moment)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMoment, err)
	}
	key := strconv.Itoa(now.Revision.N) + "@" + m.String() + "/" + strconv.FormatInt(now.Log, 10)
	return s.state(ctx, key, func(ctx context.Context) (*Snapshot, error) {
		r, err := s.reader()
		if err != nil {
			return nil, err
		}
		// The present record was linked from the readings that the store has; an
		// earlier state is, too, or the two would differ by more than their reports.
		docs, err := layers(ctx, r, s.store, "", m)
		if err != nil {
			return nil, err
		}
		reach, err := r.AsOf(docs[0], m)
		if err != nil {
			return nil, err
		}
		snap, err := s.linked(ctx, r, reach.Docs, now.Revision)
		if err != nil {
			return nil, err
		}
		snap.AsOf, snap.Later, snap.Open = m.String(), reach.Later, reach.Open
		return snap, nil
	})
}

// After reports whether a moment lies after another; "" is now, after which
// nothing lies, and neither does what is no moment.
func After(moment, than string) bool {
	m, err := pipeline.ParseMoment(moment)
	if err != nil || than == "" {
		return false
	}
	n, err := pipeline.ParseMoment(than)
	return err == nil && m.After(n)
}

// Revision is the record of the reports that the store held at revision n, by
// the rules of today. ErrMoment, ErrWorking.
func (s *Source) Revision(ctx context.Context, n int) (*Snapshot, error) {
	now := s.Now()
	if n == now.Revision.N {
		return now, nil
	}
	revs, err := s.store.Revisions(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(revs, func(r store.Revision) bool { return r.N == n })
	if i < 0 {
		return nil, fmt.Errorf("%w: the store has no revision %d; the present one is %d", ErrMoment, n, now.Revision.N)
	}
	return s.state(ctx, "#"+strconv.Itoa(n)+"/"+strconv.Itoa(now.Revision.N)+"/"+strconv.FormatInt(now.Log, 10), func(ctx context.Context) (*Snapshot, error) {
		ids, err := s.store.ReportsAt(ctx, n)
		if err != nil {
			return nil, err
		}
		r, err := s.reader()
		if err != nil {
			return nil, err
		}
		docs, err := s.documents(ctx, r, ids)
		if err != nil {
			return nil, err
		}
		snap, err := s.linked(ctx, r, docs, revs[i])
		if err != nil {
			return nil, err
		}
		snap.Pinned = true
		return snap, nil
	})
}

// documents are those of the reports, as the store has read them.
func (s *Source) documents(ctx context.Context, r *pipeline.Reader, reports []string) ([]*nlp.Doc, error) {
	desk, err := Desk(ctx, r, s.store)
	if err != nil {
		return nil, err
	}
	var out []*nlp.Doc
	for l, err := range s.store.LayersOf(ctx, reports) {
		if err != nil {
			return nil, err
		}
		out = append(out, desk.Apply(current(r, l, "")))
	}
	return out, nil
}

// linked is the snapshot of documents.
func (s *Source) linked(ctx context.Context, r *pipeline.Reader, docs []*nlp.Doc, rev store.Revision) (*Snapshot, error) {
	rec, err := r.Record(docs)
	if err != nil {
		return nil, err
	}
	return s.snapshot(ctx, rec, rev)
}

// state finds or makes the snapshot of that key. Making goes on when the asker
// leaves, so that the next one finds it.
func (s *Source) state(ctx context.Context, key string, build func(context.Context) (*Snapshot, error)) (*Snapshot, error) {
	s.mu.Lock()
	st := s.states[key]
	if st == nil {
		st = &state{done: make(chan struct{})}
		s.states[key] = st
		s.jobs.background(func(ctx context.Context) {
			defer close(st.done)
			if !s.wanted(key, st) {
				// So many other states were asked for while this one waited its
				// turn that it would be dropped when made: whoever still wants it
				// asks again.
				st.err = ErrWorking
				return
			}
			if st.snap, st.err = build(ctx); st.err != nil {
				s.forget(key, st)
			}
		})
	}
	s.touch(key)
	s.mu.Unlock()
	timer := time.NewTimer(s.opts.Wait)
	defer timer.Stop()
	select {
	case <-st.done:
		return st.snap, st.err
	case <-timer.C:
		return nil, ErrWorking
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// touch puts key last and drops states that nobody asked for in a while; s.mu
// is held.
func (s *Source) touch(key string) {
	s.order = append(slices.DeleteFunc(s.order, func(k string) bool { return k == key }), key)
	for len(s.order) > s.opts.Keep {
		delete(s.states, s.order[0])
		s.order = s.order[1:]
	}
}

// wanted reports whether st is still the state of key.
func (s *Source) wanted(key string, st *state) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.states[key] == st
}

// forget drops st, so that who asks next has it made anew.
func (s *Source) forget(key string, st *state) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.states[key] != st {
		return
	}
	delete(s.states, key)
	s.order = slices.DeleteFunc(s.order, func(k string) bool { return k == key })
}
