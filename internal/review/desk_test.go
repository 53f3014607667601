package review

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/live/livetest"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlite"
)

// At the desk: an answer is noted, leaves the queue at once and comes into the
// record; who was slower is heard, too; undone, the question waits again.
func TestDesk(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the models")
	}
	ctx := t.Context()
	src := livetest.Started(t, live.Options{})
	d := NewDesk(src, nil)
	state := func() State {
		t.Helper()
		st, err := d.State(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	take := func(dec readout.Decision, err error) *readout.Decision {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		job, err := d.Take(ctx, &dec)
		if err != nil {
			t.Fatal(err)
		}
		if job != nil {
			<-job.Done()
		}
		return &dec
	}
	st := state()
	people := len(src.Now().Record.Entities)
	x := st.Queue.Of(SamePerson)[0]
	if l, err := d.Lease(ctx, x.ID, "Ada"); err != nil || l.By != "Ada" || time.Until(l.Until) > LeaseTime {
		t.Errorf("leased: %+v, %v", l, err)
	}
	if taken, err := d.Taken(ctx, "Ben"); err != nil || taken[x.ID].By != "Ada" {
		t.Errorf("for the other it is %+v, %v", taken, err)
	}
	if taken, err := d.Taken(ctx, "Ada"); err != nil || len(taken) != 0 {
		t.Errorf("for herself it is %+v, %v", taken, err)
	}
	same := take(x.Decide(st.Snap.View, "Ada", Answer{Do: Accept, Why: "one union"}))
	if taken, err := d.Taken(ctx, "Ben"); err != nil || len(taken) != 0 {
		t.Errorf("answered, it is still %+v, %v", taken, err)
	}
	after := state()
	if after.Queue.Item(x.ID) != nil || len(src.Now().Record.Entities) != people-1 {
		t.Errorf("it waits, or %d entities are not one less than %d", len(src.Now().Record.Entities), people)
	}
	// Ben had it open before: what he says is kept, and is another answer.
	other := take(x.Decide(st.Snap.View, "Ben", Answer{Do: Reject}))
	both := state()
	if got := both.Queue.Item(x.ID); got == nil || len(got.Differ) != 2 {
		t.Errorf("two answers that differ: %+v", got)
	}
	if _, err := x.Decide(st.Snap.View, "Ada", Answer{Do: Withdraw}); !errors.Is(err, ErrAnswer) {
		t.Errorf("an answer that it does not take: %v", err)
	}
	for _, seq := range []int64{other.Seq, same.Seq} {
		take(both.Undo("Ada", seq, "wrong"))
	}
	last := state()
	if last.Queue.Item(x.ID) == nil || len(src.Now().Record.Entities) != people {
		t.Errorf("undone, it does not wait, or there are %d entities, %d before", len(src.Now().Record.Entities), people)
	}
	if _, err := last.Undo("Ada", same.Seq, ""); !errors.Is(err, ErrAnswer) {
		t.Errorf("undone twice: %v", err)
	}
	// Ben undoes it on a page from before.
	if late, err := both.Undo("Ben", same.Seq, ""); err != nil {
		t.Error(err)
	} else if _, err := d.Take(ctx, &late); !errors.Is(err, ErrAnswer) {
		t.Errorf("undone twice at once: %v", err)
	}
	if _, err := last.Undo("Ada", 99, ""); !errors.Is(err, readout.ErrNotFound) {
		t.Errorf("undone what is not there: %v", err)
	}
	if decided, undone := last.Since(time.Now().Add(-time.Hour)); decided != 2 || undone != 2 {
		t.Errorf("%d decided, %d undone", decided, undone)
	}
	// What rests on words that name nobody comes back; taken back, it is gone.
	who := src.Now().Record.Entities[0]
	lost, err := decide.In(src.Now().Record).Correct(who.ID, "name", "Nobody")
	if err != nil {
		t.Fatal(err)
	}
	date := src.Now().Record.Timexes[0]
	lost.By, lost.About[0].Evidence = "Ada", []readout.Anchor{{Evidence: date.Evidence}}
	take(lost, nil)
	back := state().Queue.Items[0]
	if back.Back == nil || back.Back.Seq != 5 || len(state().Log[4].Reasons) == 0 {
		t.Fatalf("first waits %+v, of %+v", back, state().Log[4])
	}
	take(back.Decide(src.Now().View, "Ben", Answer{Do: Reject}))
	if state().Queue.Item(back.ID) != nil {
		t.Error("taken back, it is still there")
	}
	// A day that a person gives, and one that is none.
	day := last.Queue.Of(Day)[0]
	if _, err := day.Decide(last.Snap.View, "Ada", Answer{Do: Edit, Value: "soon"}); !errors.Is(err, ErrAnswer) {
		t.Errorf("a day that is none: %v", err)
	}
	// Of a promise, too.
	due := last.Queue.Of(Day)[slices.IndexFunc(last.Queue.Of(Day), func(x *Item) bool { return x.Sides[0].Kind == store.KindCommitment })]
	dec, err := due.Decide(last.Snap.View, "Ada", Answer{Do: Edit, Value: "2031-06-01"})
	if err != nil || dec.Field != due.Field || dec.After != "2031-06-01" || dec.About[0].Kind != "commitment" {
		t.Errorf("of a promise: %+v, %v", dec, err)
	}
	take(dec, nil)
	f, ok := src.Now().Thing(due.Sides[0].ID)
	if !ok {
		t.Fatal("the promise is gone")
	}
	got := f.Commitment.Commitment.Until
	if due.Field == "made" {
		got = f.Commitment.Commitment.Made
	}
	if got == nil || got.Value != "2031-06-01" || got.Basis != "desk" || len(src.Now().Decided[due.Sides[0].ID]) != 1 || state().Queue.Item(due.ID) != nil {
		t.Errorf("the promise is of %+v, and %d decisions stand at it", got, len(src.Now().Decided[due.Sides[0].ID]))
	}
}

// leaving is a store of which the browser leaves once its decision is noted.
type leaving struct {
	store.Store
	leave   context.CancelFunc
	release error // what ReleaseItem fails with
}

func (s *leaving) AddDecision(ctx context.Context, dec *readout.Decision) error {
	dec.Seq = 1
	s.leave()
	return nil
}

func (s *leaving) ReleaseItem(ctx context.Context, item, by string) error {
	if s.release != nil {
		return s.release
	}
	return s.Store.ReleaseItem(ctx, item, by)
}

// asked is a source that counts the readings that are asked of it.
type asked struct {
	snap  *live.Snapshot
	reads int
}

func (s *asked) Now() *live.Snapshot { return s.snap }

func (s *asked) Read([]readout.Capture, []readout.Refusal) *live.Job {
	s.reads++
	return &live.Job{}
}

// What is noted is taken into the record, though nobody waits for the answer any
// more or the item cannot be given back: it is given back by itself later.
func TestTakeGoesOn(t *testing.T) {
	kept, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), sqlite.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	for what, release := range map[string]error{"the browser leaves": nil, "the lease stays": errors.New("no room")} {
		t.Run(what, func(t *testing.T) {
			ctx, leave := context.WithCancel(t.Context())
			src := &asked{snap: &live.Snapshot{Store: &leaving{Store: kept, leave: leave, release: release}}}
			var told bytes.Buffer
			d := NewDesk(src, slog.New(slog.NewTextHandler(&told, nil)))
			if _, err := d.Lease(ctx, "i1", "Ada"); err != nil {
				t.Fatal(err)
			}
			job, err := d.Take(ctx, &readout.Decision{By: "Ada", Kind: readout.DecideWithdraw, Item: "i1"})
			if err != nil || job == nil || src.reads != 1 {
				t.Errorf("%d readings were asked for, %v, %v", src.reads, job, err)
			}
			taken, err := d.Taken(t.Context(), "Ben")
			if _, still := taken["i1"]; err != nil || still != (release != nil) {
				t.Errorf("taken are %v, %v", taken, err)
			}
			if got := strings.Contains(told.String(), "no room"); got != (release != nil) {
				t.Errorf("told: %q", told.String())
			}
		})
	}
}

// BenchmarkDecision is one decision of a reviewer: the queue, an answer, and the
// record drawn anew.
func BenchmarkDecision(b *testing.B) {
	src := livetest.Started(b, live.Options{})
	d := NewDesk(src, nil)
	decide := func(b *testing.B) *live.Job {
		st, err := d.State(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		dec, err := readout.Decision{}, error(nil)
		if last := st.Last("Ada"); last != nil {
			dec, err = st.Undo("Ada", last.Seq, "")
		} else {
			dec, err = st.Queue.Of(SamePerson)[0].Decide(st.Snap.View, "Ada", Answer{Do: Accept})
		}
		if err != nil {
			b.Fatal(err)
		}
		job, err := d.Take(b.Context(), &dec)
		if err != nil {
			b.Fatal(err)
		}
		return job
	}
	for b.Loop() {
		<-decide(b).Done()
	}
}
