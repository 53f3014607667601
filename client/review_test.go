package client_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	"github.com/readout-news/readout/client"
	"github.com/readout-news/readout/wire"
)

// What is decided over the API stands at the thing, in every list that has it,
// and in the log; taken back, it is gone from the record and not from the log.
func TestDeciding(t *testing.T) {
	base, err := start() // a log of its own
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.New(base, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	settled := func(d *wire.Decided, err error) *wire.Decision {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if d.Job != nil {
			if j, err := c.Wait(ctx, *d.Job); err != nil || j.State != "done" {
				t.Fatalf("job %s: %+v, %v", *d.Job, j, err)
			}
		}
		return &d.Decision
	}
	people := collect(t, c.Review(ctx, wire.Query{Kind: "same-person"}))
	all := collect(t, c.Review(ctx, wire.Query{Limit: 7}))
	if len(people) == 0 || len(people) >= len(all) || must(c.ReviewPage(ctx, wire.Query{})).Count != len(all) {
		t.Fatalf("%d questions, %d of them of people", len(all), len(people))
	}
	item := must(c.ReviewItem(ctx, people[0].ID)).Item
	if item.ID != people[0].ID || len(item.Sides) != 2 || len(item.Sides[0].Evidence) == 0 || !slices.ContainsFunc(item.Actions, func(a wire.ReviewAction) bool { return a.Do == "accept" }) {
		t.Errorf("the question is %+v", item)
	}
	var p *client.Error
	if _, err := c.Answer(ctx, item.ID, wire.Answer{Do: "withdraw"}); !errors.As(err, &p) || p.Status != http.StatusUnprocessableEntity || p.Advice == "" {
		t.Errorf("an answer that it does not take: %v", err)
	}
	answer := settled(c.Answer(ctx, item.ID, wire.Answer{Do: "accept", Why: "one office"}))
	if answer.Seq != 1 || answer.Kind != "same" || *answer.Why != "one office" || answer.Item == nil || *answer.Item != item.ID {
		t.Errorf("decided: %+v", answer)
	}
	if _, err := c.ReviewItem(ctx, item.ID); !errors.Is(err, client.ErrNotFound) {
		t.Errorf("answered, it waits: %v", err)
	}

	// A day that is another; what the machine had said stays at it.
	event := collect(t, c.Timeline(ctx, wire.Query{From: "2031-03-21", To: "2031-03-21"}))[0]
	if len(event.Decided) != 0 {
		t.Errorf("nobody decided: %+v", event.Decided)
	}
	settled(c.Decide(ctx, event.ID, wire.Answer{Do: "edit", Field: "date", Value: "2031-03-22", Why: "the host says so"}))
	moved := collect(t, c.Timeline(ctx, wire.Query{From: "2031-03-22", To: "2031-03-22"}))
	i := slices.IndexFunc(moved, func(e wire.EventItem) bool { return len(e.Decided) > 0 })
	if i < 0 {
		t.Fatalf("nothing on the day says that somebody decided: %+v", moved)
	}
	d := moved[i].Decided[0]
	if d.Kind != "correct" || d.Before == nil || *d.Before != "2031-03-21" || *d.After != "2031-03-22" || d.By == "" || d.Number != 2 {
		t.Errorf("at the event stands %+v", d)
	}
	if got := must(c.Event(ctx, moved[i].ID, wire.Query{})).Item.Event.Decided; len(got) != 1 {
		t.Errorf("at the event alone stands %+v", got)
	}

	// A value that is confirmed changes nothing, and stands at the thing all the same.
	speaker := slices.IndexFunc(all, func(x wire.ReviewItem) bool { return x.Kind == "speaker" && x.Value != nil })
	if speaker < 0 {
		t.Fatal("nobody asks who is speaking")
	}
	settled(c.Answer(ctx, all[speaker].ID, wire.Answer{Do: "accept"}))
	if got := must(c.Statement(ctx, all[speaker].Sides[0].ID, wire.Query{})).Item.Decided; len(got) != 1 || got[0].Kind != "confirm" {
		t.Errorf("at the statement stands %+v", got)
	}

	log := collect(t, c.Decisions(ctx, wire.Query{Limit: 2}))
	if len(log) != 3 || log[0].Seq != 3 || log[2].Hash != log[1].Prev || must(c.DecisionsPage(ctx, wire.Query{})).Count != 3 {
		t.Errorf("the log is %+v", log)
	}
	for _, seq := range []int64{3, 2, 1} {
		settled(c.Undo(ctx, seq, "wrong"))
	}
	if got := collect(t, c.Timeline(ctx, wire.Query{From: "2031-03-21", To: "2031-03-21"}))[0]; got.ID != event.ID || len(got.Decided) != 0 {
		t.Errorf("taken back, the event is %+v", got)
	}
	if got := must(c.ReviewItem(ctx, item.ID)).Item; got.ID != item.ID {
		t.Errorf("taken back, the question is %s", got.ID)
	}
	log = collect(t, c.Decisions(ctx, wire.Query{}))
	if len(log) != 6 || log[5].UndoneBy == nil || *log[5].UndoneBy != 6 {
		t.Errorf("taken back, the log is %+v", log)
	}
	if _, err := c.Undo(ctx, 99, ""); !errors.Is(err, client.ErrNotFound) {
		t.Errorf("what nobody decided is taken back: %v", err)
	}
}
