package decide

import (
	"context"
	"fmt"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
)

// Status is what became of a decision.
type Status string

// The statuses of a decision.
const (
	Applied   Status = "applied"   // the record heeds it
	Undone    Status = "undone"    // another decision took it back
	Overruled Status = "overruled" // a later one decided otherwise in all its places
	Review    Status = "review"    // what it rests on is not there any more: it goes back to review
	Noted     Status = "noted"     // a note, or an undo: there is nothing to heed
)

// Outcome is a decision and what became of it.
type Outcome struct {
	readout.Decision
	Status  Status
	Through int64    // the decision that undid or overruled it; 0 none
	Reasons []string // why it goes back to review or does not hold in all its places, each once
	// Touched are the places of the present record that it is about: of a thing
	// with mentions each mention that was found.
	Touched []readout.Anchor
}

// Stands reports whether no other decision took o back and it takes none back.
func (o *Outcome) Stands() bool { return o.Status != Undone && o.Kind != readout.DecideUndo }

// UndoneBy is the decision that took o back, OverruledBy the later one that
// decided otherwise in all its places; 0 none.
func (o *Outcome) UndoneBy() int64    { return o.through(Undone) }
func (o *Outcome) OverruledBy() int64 { return o.through(Overruled) }

func (o *Outcome) through(s Status) int64 {
	if o.Status != s {
		return 0
	}
	return o.Through
}

// Back reports whether o goes back to review. What took a thing out of the record
// does not: what it rests on is gone with the thing.
func (o *Outcome) Back() bool { return o.Status == Review && o.Kind != readout.DecideWithdraw }

// Decisions are the log.
func (d *Desk) Decisions() []readout.Decision {
	if d == nil {
		return nil
	}
	return d.list
}

// Outcomes says what became of each decision, in their order. docs gives the
// documents as they were read (before Apply) of those of the reports that are
// there, in any order.
func (d *Desk) Outcomes(docs func(ids []string) ([]*nlp.Doc, error)) ([]Outcome, error) {
	if d == nil || len(d.list) == 0 {
		return nil, nil
	}
	list, err := docs(d.Reports())
	if err != nil {
		return nil, err
	}
	byID := map[string]*nlp.Doc{}
	for _, doc := range list {
		byID[doc.Report.ID] = doc
	}
	out := make([]Outcome, len(d.list))
	for i := range d.list {
		out[i] = d.outcome(&d.list[i], byID)
	}
	return out, nil
}

// StoreOutcomes is Outcomes of the documents of a store.
func (d *Desk) StoreOutcomes(ctx context.Context, s store.Store) ([]Outcome, error) {
	return d.Outcomes(func(ids []string) ([]*nlp.Doc, error) {
		var out []*nlp.Doc
		for l, err := range s.LayersOf(ctx, ids) {
			if err != nil {
				return nil, err
			}
			out = append(out, l.Doc)
		}
		return out, nil
	})
}

func (d *Desk) outcome(x *readout.Decision, docs map[string]*nlp.Doc) Outcome {
	o := Outcome{Decision: *x}
	switch {
	case d.undone[x.Seq] != 0:
		o.Status, o.Through = Undone, d.undone[x.Seq]
		return o
	case x.Kind == readout.DecideUndo || x.Kind == readout.DecideNote:
		o.Status = Noted
		return o
	}
	o.Reasons = append(o.Reasons, d.review[x.Seq]...)
	found := make([]int, len(x.About))
	for i, t := range d.about[x.Seq] {
		for _, p := range t.places {
			if !p.now {
				continue
			}
			doc := docs[p.Report]
			if doc == nil {
				o.Reasons = append(o.Reasons, fmt.Sprintf("report %s is not in this store", p.Report))
				continue
			}
			if _, ok := locate(doc, t.Kind, p.Anchor); !ok {
				o.Reasons = append(o.Reasons, fmt.Sprintf("nothing like the %s is read in %q of report %s any more", t.Kind, short(p.Text), p.Report))
				continue
			}
			found[i]++
			o.Touched = append(o.Touched, p.Anchor)
		}
	}
	slices.Sort(o.Reasons)
	o.Reasons = slices.Compact(o.Reasons)
	there := 0
	for _, n := range found {
		if n > 0 {
			there++
		}
	}
	need := 1
	if x.Kind == readout.DecideSame || x.Kind == readout.DecideDifferent {
		need = 2
	}
	o.Status = Applied
	switch {
	case d.lost[x.Seq] != 0:
		o.Status, o.Through = Overruled, d.lost[x.Seq]
	case there < need || len(found) > 0 && found[0] == 0 || d.unknown[x.Seq]:
		o.Status = Review
		if len(o.Reasons) == 0 {
			o.Reasons = []string{"it names no sentence"}
		}
	}
	return o
}
