package review

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// ErrAnswer: what was sent is no answer to the item.
var ErrAnswer = errors.New("no answer to this")

// Do is what somebody does with an item or a thing.
type Do string

// What can be done. Accept is yes to the item's question, reject is no; the
// others are for things as well.
const (
	Accept   Do = "accept"
	Reject   Do = "reject"
	Merge    Do = "merge"
	Split    Do = "split"
	Edit     Do = "edit"
	Withdraw Do = "withdraw"
	Note     Do = "note"
)

// Answer is what somebody says to an item, or wants of a thing.
type Answer struct {
	Do    Do
	Field string             // of edit; "" the item's
	Value string             // of edit: an id of who speaks, or "" nobody; a day "2031-03-14" or days "2031-03-12/2031-03-14", or "" not known; a name
	With  []string           // of merge: ids of what is the same
	Parts []readout.Evidence // of split: places whose sentences go to the second part
	Why   string
}

// Action is a thing that may be done with an item, as faces show it.
type Action struct {
	Do    Do
	Key   string // on the keyboard
	Words string
	Does  string // what it comes to
}

// Actions are what an item takes besides notes, in order.
func (x *Item) Actions() []Action {
	edit := Action{Edit, "e", "Correct", "gives another value"}
	switch {
	case x.Back != nil:
		return []Action{
			{Accept, "a", "Keep the decision", "it holds again where its sentences come back"},
			{Reject, "r", "Take it back", "undoes decision " + fmt.Sprint(x.Back.Seq)},
		}
	case x.Kind == SameEvent:
		return []Action{{Accept, "a", "Same event", "makes one of the two"}, {Reject, "r", "Two events", "keeps them apart for good"}, {Merge, "m", "Show them merged", "shows the page that would result, before anything is saved"}}
	case x.Kind == SamePerson && x.Sides[0].ID != x.Sides[1].ID:
		return []Action{{Accept, "a", "Same person", "makes one of the two"}, {Reject, "r", "Two people", "keeps them apart for good"}, {Merge, "m", "Show them merged", "shows the page that would result, before anything is saved"}}
	case x.Kind == SamePerson:
		return []Action{{Accept, "a", "One person", "leaves it as it is"}, {Split, "s", "Two people", "the ticked sentences go to the second"}}
	case x.Kind == OneOrTwo:
		return []Action{{Accept, "a", "One event", "leaves it as it is: the reports disagree"}, {Split, "s", "Two events", "the ticked sentences go to the second"}}
	case x.Kind == Speaker && x.Value == "":
		return []Action{{Accept, "a", "Nobody can be named", "leaves it without a speaker"}, edit, {Withdraw, "w", "Nothing was said", "takes the statement out of the record"}}
	case x.Kind == Speaker:
		return []Action{{Accept, "a", "Right", "confirms the speaker"}, {Reject, "r", "Not this one", "leaves the statement without a speaker"}, edit, {Withdraw, "w", "Nothing was said", "takes the statement out of the record"}}
	case x.Kind == Day:
		out := []Action{{Accept, "a", "Right", "confirms the day"}, {Reject, "r", "Not known", "takes the day away"}, edit}
		if x.Sides[0].Kind == store.KindCommitment {
			out = append(out, Action{Withdraw, "w", "Nothing was promised", "takes the commitment out of the record"})
		}
		return out
	case x.Kind == Reported:
		return []Action{{Accept, "a", "The reader is right", "notes it; correct the facts by their links below"}, {Reject, "r", "The record is right", "notes it and changes nothing"}}
	}
	return nil
}

// Takes reports whether an item takes an action.
func (x *Item) Takes(do Do) bool {
	return do == Note || slices.ContainsFunc(x.Actions(), func(a Action) bool { return a.Do == do })
}

// Decide is the decision that an answer to an item is. It is not noted
// anywhere yet. ErrAnswer: the answer does not fit.
func (x *Item) Decide(v *view.View, by string, a Answer) (readout.Decision, error) {
	if !x.Takes(a.Do) {
		return readout.Decision{}, fmt.Errorf("%w: “%s” is nothing that can be done here", ErrAnswer, a.Do)
	}
	d, err := x.decide(v, a)
	d.By, d.Item = by, x.ID
	return finish(d, a, err)
}

func (x *Item) decide(v *view.View, a Answer) (d readout.Decision, err error) {
	rec, id := decide.In(v.Record), x.Sides[0].ID
	switch {
	case x.Back != nil && a.Do == Reject:
		return decide.Undo(x.Back.Seq), nil
	case x.Back != nil:
		d = readout.Decision{Kind: readout.DecideNote, About: x.Back.About[:1]}
		if a.Do == Accept {
			d.Field, d.After = AnswerField, Accepted
		}
		return d, nil
	case a.Do == Note:
		return rec.Note(id, a.Why)
	case x.Kind == Reported:
		d.Kind, d.Field, d.About = readout.DecideNote, AnswerField, []readout.Target{x.passage(v)}
		d.After = map[Do]string{Accept: Accepted, Reject: Rejected}[a.Do]
		return d, nil
	case a.Do == Withdraw:
		return rec.Withdraw(id)
	case a.Do == Split:
		second := a.Parts
		if len(second) == 0 {
			second = x.Sides[1].Evidence
		}
		return rec.Split(id, among(second))
	case x.twoThings() && a.Do == Reject:
		return rec.Different(id, x.Sides[1].ID)
	case x.twoThings():
		return rec.Same(id, x.Sides[1].ID)
	case x.Field == "", a.Do == Accept && x.bounded(v):
		// There is no value to confirm: the thing is as the record has it.
		return rec.Confirm(id, "")
	case a.Do == Accept && x.Value != "":
		return rec.Confirm(id, x.Field)
	case a.Do == Accept, a.Do == Reject:
		return rec.Correct(id, x.Field, "") // and none that is read later
	}
	return change(rec, id, x.Field, a.Value, x.Value)
}

// bounded reports whether the item asks of a day of which only a bound is known,
// which is no value.
func (x *Item) bounded(v *view.View) bool {
	if x.Kind != Day || x.Value != "" {
		return false
	}
	e := v.EventByID(x.Sides[0].ID)
	return e == nil || e.Date.Bound()
}

// finish gives a decision the reason that was given, and words errors.
func finish(d readout.Decision, a Answer, err error) (readout.Decision, error) {
	d.Why = strings.TrimSpace(a.Why)
	switch {
	case err == nil && a.Do == Note && d.Field == "" && d.Why == "":
		err = fmt.Errorf("%w: the note says nothing", ErrAnswer)
	case errors.Is(err, readout.ErrDecision):
		err = fmt.Errorf("%w: %s", ErrAnswer, strings.TrimPrefix(err.Error(), readout.ErrDecision.Error()+": "))
	case err == nil:
		if err = d.Check(); err != nil {
			err = fmt.Errorf("%w: %w", ErrAnswer, err)
		}
	}
	return d, err
}

// change is a correction, unless the record has the value already.
func change(rec *decide.Record, id, field, value, was string) (readout.Decision, error) {
	if value = strings.TrimSpace(value); value == was {
		return readout.Decision{}, fmt.Errorf("%w: that is what the record has", ErrAnswer)
	}
	return rec.Correct(id, field, value)
}

// among reports of an anchor whether it lies in one of the places.
func among(places []readout.Evidence) func(readout.Anchor) bool {
	return func(a readout.Anchor) bool {
		return slices.ContainsFunc(places, func(e readout.Evidence) bool { return e.Report == a.Report && e.Span.Overlaps(a.Span) })
	}
}

// twoThings reports whether the item asks of two things whether they are one.
func (x *Item) twoThings() bool { return len(x.Sides) == 2 && x.Sides[0].ID != x.Sides[1].ID }

// passage is what a reader reported, as a decision has it.
func (x *Item) passage(v *view.View) readout.Target {
	m := x.Mistake
	t := readout.Target{Kind: string(store.KindReport), ID: m.Report, Name: x.Sides[0].Title}
	if r := v.Report(m.Report); r != nil && m.Span.End <= len(r.Text) {
		t.Evidence = []readout.Anchor{{Evidence: readout.Evidence{Report: m.Report, Span: m.Span}, Text: m.Span.In(r.Text)}}
	}
	return t
}

// Thing is what a person may merge, split, correct or withdraw.
type Thing struct {
	Side
	Fields []Field // that can be corrected
	Does   []Do    // besides notes
}

// Field is a field of a thing.
type Field struct {
	Name, Words string
	Value       string // as a correction takes it
	Shown       string // in words
	Choices     []Choice
}

// Of is the thing of that id as the record has it; ok is false for what nobody
// can decide on.
func Of(v *view.View, id string) (t Thing, ok bool) {
	if e := v.EventByID(id); e != nil {
		t.Side = Side{Kind: store.KindEvent, ID: id, Title: e.Title, Evidence: eventEvidence(e)}
		t.Does = []Do{Merge, Split, Edit, Withdraw}
		t.Fields = []Field{
			{Name: "date", Words: "Day", Value: decide.DateValue(e.Date), Shown: view.DateWords(e.Date)},
			{Name: "place", Words: "Place", Value: e.Place, Shown: v.EntityName(e.Place), Choices: placesIn(v, e)},
			{Name: "status", Words: "Status", Value: string(e.Status), Shown: cmp.Or(view.StatusWords(e.Status), "took place"), Choices: statuses()},
		}
		return t, true
	}
	if e := v.Entity(id); e != nil && len(e.Mentions) > 0 {
		t.Side = personSide(e)
		t.Does = []Do{Merge, Split, Edit}
		t.Fields = []Field{{Name: "name", Words: "Name", Value: e.Name, Shown: e.Name}}
		return t, true
	}
	if row, ok := v.Statement(id); ok {
		s := row.Statement
		t.Side = Side{Kind: store.KindStatement, ID: id, Title: view.Shorten(s.Text, 160), Evidence: statementEvidence(s)}
		t.Does = []Do{Edit, Withdraw}
		w := &watcher{v: v, rec: v.Record}
		t.Fields = []Field{{Name: "speaker", Words: "Speaker", Value: s.Speaker, Shown: v.EntityName(s.Speaker), Choices: w.mentions().near(v, s)}}
		return t, true
	}
	if f, ok := v.Thing(id); ok && f.Kind == string(store.KindCommitment) {
		c := f.Commitment.Commitment
		t.Side = commitmentSide(v, c)
		t.Does = []Do{Edit, Withdraw}
		t.Fields = []Field{
			{Name: "until", Words: "Due", Value: decide.DateValue(c.Until), Shown: view.DateWords(c.Until)},
			{Name: "made", Words: "Made", Value: decide.DateValue(c.Made), Shown: view.DateWords(c.Made)},
		}
		return t, true
	}
	return t, false
}

func statuses() []Choice {
	out := []Choice{}
	for _, s := range []readout.EventStatus{readout.Occurred, readout.Planned, readout.Reported, readout.Denied, readout.Hypothetical} {
		out = append(out, Choice{string(s), cmp.Or(view.StatusWords(s), "took place")})
	}
	return out
}

// placesIn are the places that the reports of an event name.
func placesIn(v *view.View, e *readout.Event) []Choice {
	in := map[string]bool{}
	for _, m := range e.Mentions {
		in[m.Report] = true
	}
	var out []Choice
	for _, x := range v.Record.Entities {
		if x.Type == readout.Place && slices.ContainsFunc(x.Mentions, func(m readout.EntityMention) bool { return in[m.Report] }) {
			out = append(out, Choice{x.ID, x.Name})
		}
	}
	slices.SortFunc(out, func(a, b Choice) int { return cmp.Or(cmp.Compare(a.Words, b.Words), cmp.Compare(a.Value, b.Value)) })
	return out
}

// Decide is the decision that somebody takes about a thing without having been
// asked. ErrAnswer: it cannot be.
func (t *Thing) Decide(v *view.View, by string, a Answer) (readout.Decision, error) {
	if a.Do != Note && !slices.Contains(t.Does, a.Do) {
		return readout.Decision{}, fmt.Errorf("%w: “%s” is nothing that can be done with it", ErrAnswer, a.Do)
	}
	d, err := t.decide(v, a)
	d.By = by
	return finish(d, a, err)
}

func (t *Thing) decide(v *view.View, a Answer) (d readout.Decision, err error) {
	rec := decide.In(v.Record)
	switch a.Do {
	case Note:
		return rec.Note(t.ID, a.Why)
	case Withdraw:
		if strings.TrimSpace(a.Why) == "" {
			return d, fmt.Errorf("%w: say why it is withdrawn: who reads the log sees it", ErrAnswer)
		}
		return rec.Withdraw(t.ID)
	case Merge:
		ids := []string{t.ID}
		for _, id := range a.With {
			o, ok := Of(v, id)
			if !ok || o.Kind != t.Kind {
				return d, fmt.Errorf("%w: %q is no %s of the record", ErrAnswer, id, t.Kind)
			}
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		if len(ids) < 2 {
			return d, fmt.Errorf("%w: choose what it is the same as", ErrAnswer)
		}
		return rec.Same(ids...)
	case Split:
		if len(a.Parts) == 0 {
			return d, fmt.Errorf("%w: tick the sentences that go to the second", ErrAnswer)
		}
		return rec.Split(t.ID, among(a.Parts))
	}
	i := slices.IndexFunc(t.Fields, func(f Field) bool { return f.Name == a.Field })
	if i < 0 {
		return d, fmt.Errorf("%w: it has no field %q that can be corrected", ErrAnswer, a.Field)
	}
	return change(rec, t.ID, a.Field, a.Value, t.Fields[i].Value)
}
