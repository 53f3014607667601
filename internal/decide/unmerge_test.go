package decide_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
)

// desk is a store of the sample at which somebody decides.
type desk struct {
	t *testing.T
	r *pipeline.Reader
	s store.Store
}

func deskOf(t *testing.T) *desk {
	d := &desk{t, reader(t), onSQLite(t)}
	sample(t, d.r, d.s)
	return d
}

func (d *desk) record() *readout.Record {
	return must[*readout.Record](d.t)(d.s.Record(d.t.Context()))
}

// take notes a decision and returns the record with it.
func (d *desk) take(x readout.Decision, err error) *readout.Record {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	if x.By = "ana"; x.Kind == readout.DecideUndo {
		x.By = "ben"
	}
	if err := d.s.AddDecision(d.t.Context(), &x); err != nil {
		d.t.Fatal(err)
	}
	if err := live.Relink(d.t.Context(), d.r, d.s, nil); err != nil {
		d.t.Fatal(err)
	}
	return d.record()
}

// statuses are what became of the decisions.
func (d *desk) statuses() (out []decide.Status) {
	d.t.Helper()
	for _, o := range must[[]decide.Outcome](d.t)(must[*decide.Desk](d.t)(live.Desk(d.t.Context(), d.r, d.s)).StoreOutcomes(d.t.Context(), d.s)) {
		out = append(out, o.Status)
	}
	return out
}

// things are the ids of events and entities by where they are mentioned.
func things(rec *readout.Record) map[string]string {
	out := map[string]string{}
	for _, e := range rec.Events {
		for _, m := range e.Mentions {
			out[fmt.Sprintf("event %s:%d", m.Report, m.Trigger.Start)] = e.ID
		}
	}
	for _, e := range rec.Entities {
		for _, m := range e.Mentions {
			out[fmt.Sprintf("entity %s:%d-%d", m.Report, m.Span.Start, m.Span.End)] = e.ID
		}
	}
	return out
}

// named is the entity of that name.
func named(t *testing.T, rec *readout.Record, name string) *readout.Entity {
	t.Helper()
	i := slices.IndexFunc(rec.Entities, func(e *readout.Entity) bool { return e.Name == name })
	if i < 0 {
		t.Fatalf("nobody is called %q", name)
	}
	return rec.Entities[i]
}

// A merge that is taken back is none, whatever was decided on what it had merged
// in between: that says nothing about whether it is one.
func TestUnmergeUnderLaterDecisions(t *testing.T) {
	d := deskOf(t)
	first := d.record()
	was := things(first)
	a, b, other := named(t, first, "Olga Pasko"), named(t, first, "Dana Whitlock"), named(t, first, "Josef Brask")
	said := first.Statements[slices.IndexFunc(first.Statements, func(s *readout.Statement) bool { return s.Speaker == other.ID })]
	talks, call := first.Events[0], first.Events[slices.IndexFunc(first.Events, func(e *readout.Event) bool { return e.Mode != first.Events[0].Mode && len(e.Mentions) > 2 })]
	for what, c := range map[string]struct {
		ids   []string
		touch func(v *decide.Record, id string) (readout.Decision, error)
	}{
		"named as a speaker": {[]string{a.ID, b.ID}, func(v *decide.Record, id string) (readout.Decision, error) { return v.Correct(said.ID, "speaker", id) }},
		"renamed":            {[]string{a.ID, b.ID}, func(v *decide.Record, id string) (readout.Decision, error) { return v.Correct(id, "name", "A. Pasko") }},
		"confirmed":          {[]string{a.ID, b.ID}, func(v *decide.Record, id string) (readout.Decision, error) { return v.Confirm(id, "") }},
		"not another":        {[]string{a.ID, b.ID}, func(v *decide.Record, id string) (readout.Decision, error) { return v.Different(id, other.ID) }},
		"another day": {[]string{talks.ID, call.ID}, func(v *decide.Record, id string) (readout.Decision, error) {
			return v.Correct(id, "date", "2031-02-18")
		}},
		"one of three": {[]string{a.ID, b.ID, other.ID}, func(v *decide.Record, id string) (readout.Decision, error) { return v.Confirm(id, "name") }},
	} {
		t.Run(what, func(t *testing.T) {
			d.t = t
			log := must[[]readout.Decision](t)(d.s.Decisions(t.Context(), 0))
			n := int64(len(log))
			merged := d.take(decide.In(first).Same(c.ids...))
			id := ""
			for place, thing := range things(merged) {
				if slices.Contains(c.ids, was[place]) {
					if id != "" && id != thing {
						t.Fatalf("merged it is %s and %s", id, thing)
					}
					id = thing
				}
			}
			d.take(c.touch(decide.In(merged), id))
			apart := d.take(decide.Undo(n+1), nil)
			of := map[string]string{}
			for place, id := range things(apart) {
				if one := was[place]; slices.Contains(c.ids, one) {
					if of[id] != "" && of[id] != one {
						t.Errorf("%s and %s are one: %s", of[id], one, id)
					}
					of[id] = one
				}
			}
			if diff := cmp.Diff(was, things(apart)); diff != "" && what != "another day" {
				t.Errorf("what is mentioned where (-before +after)\n%s", clip(diff))
			}
			if got := d.statuses()[n:]; !slices.Equal(got, []decide.Status{decide.Undone, decide.Applied, decide.Noted}) {
				t.Errorf("the merge, what came after it and the undo are %v", got)
			}
			if diff := cmp.Diff(jsonOf(t, first), jsonOf(t, d.take(decide.Undo(n+2), nil))); diff != "" {
				t.Errorf("both undone it is not what it was (-before +after)\n%s", clip(diff))
			}
		})
	}
}

// Namesakes are two: what is decided about one as a participant or a speaker says
// nothing of the other. What is decided twice holds twice.
func TestNamesakes(t *testing.T) {
	d := deskOf(t)
	rec := d.record()
	maren := named(t, rec, "Ilse Maren")
	in := func(rec *readout.Record, e *readout.Event, who string) bool {
		return slices.ContainsFunc(e.Participants, func(p readout.Participant) bool { return p.Entity == who })
	}
	event := func(rec *readout.Record, at string) *readout.Event {
		t.Helper()
		id := things(rec)[at]
		i := slices.IndexFunc(rec.Events, func(e *readout.Event) bool { return e.ID == id })
		if i < 0 {
			t.Fatalf("no event is told at %s", at)
		}
		return rec.Events[i]
	}
	e := rec.Events[slices.IndexFunc(rec.Events, func(e *readout.Event) bool { return in(rec, e, maren.ID) })]
	at := fmt.Sprintf("event %s:%d", e.Mentions[0].Report, e.Mentions[0].Trigger.Start)
	// The second is she of reports that do not tell of the event.
	rec = d.take(decide.In(rec).Split(maren.ID, func(a readout.Anchor) bool {
		return !slices.ContainsFunc(e.Mentions, func(m readout.EventMention) bool { return m.Report == a.Report })
	}))
	second := ""
	for _, x := range rec.Entities {
		if x.Name == maren.Name && x.ID != maren.ID {
			second = x.ID
		}
	}
	if second == "" || !in(rec, event(rec, at), maren.ID) {
		t.Fatalf("there is no second, or the first is not in %+v", event(rec, at))
	}
	rec = d.take(decide.In(rec).Correct(event(rec, at).ID, "participant", second))
	rec = d.take(decide.In(rec).Correct(event(rec, at).ID, "participant", "-"+maren.ID))
	if now := event(rec, at); in(rec, now, maren.ID) || !in(rec, now, second) {
		t.Errorf("in are %+v, not %s instead of %s", now.Participants, second, maren.ID)
	}
	rec = d.take(decide.In(rec).Correct(event(rec, at).ID, "participant", second))
	said := rec.Statements[0].ID
	rec = d.take(decide.In(rec).Correct(said, "speaker", maren.ID))
	d.take(decide.In(rec).Correct(said, "speaker", second))
	want := []decide.Status{decide.Applied, decide.Applied, decide.Applied, decide.Applied, decide.Overruled, decide.Applied}
	if got := d.statuses(); !slices.Equal(got, want) {
		t.Errorf("the decisions are %v, want %v", got, want)
	}
}

// A group that is called by its members is called as people say.
func TestGroupRenamed(t *testing.T) {
	d := deskOf(t)
	rec := d.record()
	i := slices.IndexFunc(rec.Entities, func(e *readout.Entity) bool { return len(e.Members) == 2 && len(e.Names) == 0 })
	if i < 0 {
		t.Fatal("there is no group of two")
	}
	rec = d.take(decide.In(rec).Correct(rec.Entities[i].ID, "name", "The two"))
	named(t, rec, "The two")
}

// Divided again, those who were merged have the ids that they had, whichever of
// them the second part is; and the merge is overruled.
func TestDividedAgain(t *testing.T) {
	d := deskOf(t)
	first := d.record()
	was := things(first)
	for _, name := range []string{"Olga Pasko", "Dana Whitlock"} {
		t.Run(name, func(t *testing.T) {
			d.t = t
			n := len(d.statuses())
			a, b := named(t, first, "Dana Whitlock"), named(t, first, "Olga Pasko")
			merged := d.take(decide.In(first).Same(a.ID, b.ID))
			off := named(t, first, name).ID
			id := things(merged)[fmt.Sprintf("entity %s:%d-%d", a.Mentions[0].Report, a.Mentions[0].Span.Start, a.Mentions[0].Span.End)]
			apart := d.take(decide.In(merged).Split(id, func(x readout.Anchor) bool {
				return was[fmt.Sprintf("entity %s:%d-%d", x.Report, x.Span.Start, x.Span.End)] == off
			}))
			if diff := cmp.Diff(was, things(apart)); diff != "" {
				t.Errorf("who is where (-before +after)\n%s", clip(diff))
			}
			if got := d.statuses()[n:]; !slices.Equal(got, []decide.Status{decide.Overruled, decide.Applied}) {
				t.Errorf("the merge and the division are %v", got)
			}
			d.take(decide.Undo(int64(n+2)), nil)
			if diff := cmp.Diff(jsonOf(t, first), jsonOf(t, d.take(decide.Undo(int64(n+1)), nil))); diff != "" {
				t.Errorf("undone, it is not what it was (-before +after)\n%s", clip(diff))
			}
		})
	}
}
