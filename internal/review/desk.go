package review

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/user"
	"strings"
	"sync"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// Who is under which name somebody decides: the account's, or that of the
// machine's user where there are no accounts.
func Who(ctx context.Context) string {
	if w, ok := account.From(ctx); ok && w.Name != "" {
		return w.Name
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "somebody at this machine"
}

// LeaseTime is how long an item is one person's.
const LeaseTime = 10 * time.Minute

// Source is where a desk finds the record, and what takes a decision into it.
type Source interface {
	Now() *live.Snapshot
	Read(captures []readout.Capture, refused []readout.Refusal) *live.Job
}

// Desk is where people decide: the queue of a store's present record, kept up to
// date with the log of decisions. It is safe for concurrent use.
type Desk struct {
	src  Source
	tell *slog.Logger

	mu       sync.Mutex
	drawn    *Drawn
	of       *view.View // that drawn was drawn of
	queue    *Queue
	log      []decide.Outcome
	in       *view.View // in whose record log tells what became of each
	mistakes int
}

// NewDesk makes the desk of a source. A nil log is silent.
func NewDesk(src Source, log *slog.Logger) *Desk {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Desk{src: src, tell: log}
}

// State is the desk at one moment.
type State struct {
	Snap  *live.Snapshot
	Queue *Queue
	Log   []decide.Outcome // what was decided, in order, with what became of it
}

// State draws the queue anew where the record, the log or what readers sent has
// changed.
func (d *Desk) State(ctx context.Context) (State, error) {
	snap := d.src.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.read(ctx, snap); err != nil {
		return State{}, err
	}
	mistakes, err := snap.Store.Mistakes(ctx)
	if err != nil {
		return State{}, err
	}
	if d.of != snap.View {
		d.drawn, d.of, d.queue = Draw(snap.View), snap.View, nil
	}
	if len(mistakes) != d.mistakes {
		d.mistakes, d.queue = len(mistakes), nil
	}
	if d.queue == nil {
		d.queue = d.drawn.Queue(d.log, mistakes)
	}
	return State{snap, d.queue, d.log}, nil
}

// Log is State without the queue, for pages that only tell what was decided.
func (d *Desk) Log(ctx context.Context) (State, error) {
	snap := d.src.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.read(ctx, snap)
	return State{Snap: snap, Log: d.log}, err
}

// read takes in what was decided since the last look.
func (d *Desk) read(ctx context.Context, snap *live.Snapshot) error {
	var after int64
	if n := len(d.log); n > 0 {
		after = d.log[n-1].Seq
	}
	more, err := snap.Store.Decisions(ctx, after)
	if err != nil {
		return err
	}
	if len(more) == 0 && (d.in == snap.View || len(d.log) == 0) {
		return nil
	}
	follows, err := decide.Load(ctx, snap.Store, decide.Options{})
	if err != nil {
		return err
	}
	log, err := follows.StoreOutcomes(ctx, snap.Store)
	if err == nil {
		d.log, d.in, d.queue = log, snap.View, nil
	}
	return err
}

// Undecided is an item of the present record as it would wait if nobody had
// decided it, or nil.
func (d *Desk) Undecided(s State, id string) *Item {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.of != s.Snap.View {
		return nil
	}
	for _, x := range d.drawn.items {
		if x.ID == id {
			return x
		}
	}
	return nil
}

// releaseTime is for giving back an item of which who decided no longer waits for
// the answer.
const releaseTime = 5 * time.Second

// Take notes a decision and has it taken into the record; it returns at once.
// The lease of the item that it answers ends. Once it is noted nothing stops it,
// or who is told of an error would decide again. ErrAnswer: it takes back what
// somebody else took back meanwhile.
func (d *Desk) Take(ctx context.Context, dec *readout.Decision) (*live.Job, error) {
	st := d.src.Now().Store
	err := st.AddDecision(ctx, dec)
	if dec.Kind == readout.DecideUndo && errors.Is(err, readout.ErrConflict) {
		err = fmt.Errorf("%w: decision %d was taken back meanwhile", ErrAnswer, dec.Undoes)
	}
	if err != nil {
		return nil, err
	}
	if dec.Item != "" {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTime)
		defer cancel()
		if err := st.ReleaseItem(ctx, dec.Item, dec.By); err != nil {
			d.tell.Warn("give back what was decided", "item", dec.Item, "err", err) // its lease ends by itself
		}
	}
	if dec.Kind == readout.DecideNote {
		return nil, nil // nothing that is drawn changes
	}
	return d.src.Read(nil, nil), nil
}

// Decision is the decision of that number, or nil.
func (s State) Decision(seq int64) *decide.Outcome {
	if seq < 1 || seq > int64(len(s.Log)) {
		return nil
	}
	return &s.Log[seq-1]
}

// Undo is the decision that takes that of a number back. ErrNotFound: there is
// none; ErrAnswer: it was taken back already.
func (s State) Undo(by string, seq int64, why string) (readout.Decision, error) {
	d := s.Decision(seq)
	if d == nil {
		return readout.Decision{}, fmt.Errorf("decision %d: %w", seq, readout.ErrNotFound)
	}
	if by := d.UndoneBy(); by != 0 {
		return readout.Decision{}, fmt.Errorf("%w: decision %d was taken back by decision %d", ErrAnswer, seq, by)
	}
	return readout.Decision{By: by, Kind: readout.DecideUndo, Undoes: d.Seq, Item: d.Item, Why: strings.TrimSpace(why)}, nil
}

// Last is the newest decision of somebody that stands and is no undo; nil when
// there is none.
func (s State) Last(by string) *readout.Decision {
	for i := len(s.Log) - 1; i >= 0; i-- {
		if d := &s.Log[i]; d.By == by && d.Stands() {
			return &d.Decision
		}
	}
	return nil
}

// Since counts what was decided and what was taken back since a moment.
func (s State) Since(t time.Time) (decided, undone int) {
	for _, d := range s.Log {
		switch {
		case d.At.Before(t):
		case d.Undoes != 0:
			undone++
		default:
			decided++
		}
	}
	return decided, undone
}

// Lease gives an item to somebody; who says whose it is.
func (d *Desk) Lease(ctx context.Context, item, by string) (store.Lease, error) {
	return d.src.Now().Store.LeaseItem(ctx, item, by, LeaseTime)
}

// Taken are the items that others than by have before them.
func (d *Desk) Taken(ctx context.Context, by string) (map[string]store.Lease, error) {
	ls, err := d.src.Now().Store.Leases(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]store.Lease{}
	for _, l := range ls {
		if l.By != by {
			out[l.Item] = l
		}
	}
	return out, nil
}

// Release gives an item back.
func (d *Desk) Release(ctx context.Context, item, by string) error {
	return d.src.Now().Store.ReleaseItem(ctx, item, by)
}
