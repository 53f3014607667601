package review

import (
	"cmp"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/store"
)

// AnswerField is the field of a note that answers a reader's report; After says
// how.
const AnswerField = "mistake"

// Answers of a reader's report.
const (
	Accepted = "accepted" // the reader is right
	Rejected = "rejected" // the record is
)

// log is what was decided, for telling what waits no longer.
type log struct {
	byItem map[string][]*decide.Outcome // that answer an item
	at     map[string][]place           // report → targets of decisions
	back   []*decide.Outcome            // that go back to review
}

// place is where a target of a decision rests.
type place struct {
	span   readout.Span
	d      *decide.Outcome
	target int
}

// newLog reads the log. A decision that is back in review decides nothing now:
// what it was about is asked again.
func newLog(decisions []decide.Outcome) *log {
	l := &log{byItem: map[string][]*decide.Outcome{}, at: map[string][]place{}}
	for i := range decisions {
		d := &decisions[i]
		switch {
		case !d.Stands():
			continue
		case d.Back():
			l.back = append(l.back, d)
			continue
		}
		if d.Item != "" && answers(d) {
			l.byItem[d.Item] = append(l.byItem[d.Item], d)
		}
		if d.Kind == readout.DecideNote {
			continue
		}
		for i, t := range d.About {
			for _, e := range t.Evidence {
				l.at[e.Report] = append(l.at[e.Report], place{e.Span, d, i})
			}
		}
	}
	for _, p := range l.at {
		slices.SortStableFunc(p, func(a, b place) int { return a.span.Compare(b.span) })
	}
	return l
}

// answers reports whether a decision settles the item that it names.
func answers(d *decide.Outcome) bool { return d.Kind != readout.DecideNote || d.Field == AnswerField }

// decided reports whether an item was decided: by a decision that names it, or
// by one about the same sentences. differ are answers of several people that do
// not say the same; then the item waits.
func (l *log) decided(x *Item) (decided bool, differ []readout.Decision) {
	given := l.byItem[x.ID]
	for _, d := range given[min(1, len(given)):] {
		if !sameAnswer(given[0], d) && given[0].By != d.By {
			for _, d := range given {
				differ = append(differ, d.Decision)
			}
			return false, differ
		}
	}
	if len(given) > 0 {
		return true, nil
	}
	switch x.Kind {
	case SameEvent, SamePerson, OneOrTwo:
		return l.settled(x), nil
	case Speaker, Day:
		return l.corrected(x), nil
	}
	return false, nil
}

// sameAnswer reports whether two decisions say the same: also of which sentences,
// where they divide a thing, and of whom, where they name somebody.
func sameAnswer(a, b *decide.Outcome) bool {
	if a.Kind != b.Kind || a.Field != b.Field || a.After != b.After {
		return false
	}
	switch {
	case a.Kind == readout.DecideDifferent:
		return sameParts(a.About, b.About)
	case a.Field != "" && len(a.About) > 1 && len(b.About) > 1:
		x, y := a.About[1], b.About[1]
		return x.ID == y.ID || slices.ContainsFunc(x.Evidence, func(e readout.Anchor) bool {
			return slices.ContainsFunc(y.Evidence, func(f readout.Anchor) bool { return spot(e) == spot(f) })
		})
	}
	return true
}

// spot is the place of an anchor, whoever read it.
func spot(a readout.Anchor) readout.Anchor {
	a.By, a.Text = readout.By{}, ""
	return a
}

// sameParts reports whether the sentences that both are about are divided alike;
// either may know of more.
func sameParts(a, b []readout.Target) bool {
	in := map[readout.Anchor]int{}
	for i, t := range a {
		for _, e := range t.Evidence {
			in[spot(e)] = i
		}
	}
	is, of := map[int]int{}, map[int]int{} // parts of a and of b that are one
	for i, t := range b {
		for _, e := range t.Evidence {
			k, ok := in[spot(e)]
			if !ok {
				continue
			}
			if was, ok := is[k]; ok && was != i {
				return false
			}
			if was, ok := of[i]; ok && was != k {
				return false
			}
			is[k], of[i] = i, k
		}
	}
	return true
}

// settled reports whether a decision says of the sentences of both sides that
// they are of one thing or of two.
func (l *log) settled(x *Item) bool {
	if len(x.Sides) != 2 {
		return false
	}
	a, b := l.about(x.Sides[0]), l.about(x.Sides[1])
	for d, ta := range a {
		tb, ok := b[d]
		if !ok {
			continue
		}
		switch d.Kind {
		case readout.DecideSame, readout.DecideDifferent:
			if !ta.only(tb) {
				return true
			}
		case readout.DecideConfirm:
			return true
		}
	}
	return false
}

// targets are those of one decision that a side rests on.
type targets map[int]bool

// only reports whether both sides are the same single target of a decision about
// several, which tells nothing of the two.
func (t targets) only(u targets) bool {
	if len(t) != 1 || len(u) != 1 {
		return false
	}
	for i := range t {
		return u[i]
	}
	return false
}

// about finds the decisions about things that rest on sentences of the side.
func (l *log) about(s Side) map[*decide.Outcome]targets {
	out := map[*decide.Outcome]targets{}
	for _, e := range s.Evidence {
		ps := l.at[e.Report]
		for _, p := range ps {
			if p.span.Start >= e.Span.End {
				break
			}
			if p.span.Overlaps(e.Span) && p.d.About[p.target].Kind == string(s.Kind) {
				if out[p.d] == nil {
					out[p.d] = targets{}
				}
				out[p.d][p.target] = true
			}
		}
	}
	return out
}

// corrected reports whether a decision sets or confirms the field of the item.
func (l *log) corrected(x *Item) bool {
	for d := range l.about(x.Sides[0]) {
		if d.Kind == readout.DecideWithdraw || (d.Kind == readout.DecideCorrect || d.Kind == readout.DecideConfirm) && (d.Field == x.Field || d.Field == "") {
			return true
		}
	}
	return false
}

// back makes items of decisions whose sentences no longer bear what they are
// about: the report was replaced, or is read otherwise now.
func (w *watcher) back(l *log) {
	for _, d := range l.back {
		it := &Item{ID: ItemID("back", d.Hash), Kind: kindOfDecision(&d.Decision), Back: &d.Decision, Why: []string{"it was decided, and its sentences have changed since"}, Field: d.Field, Value: d.After}
		for _, t := range d.About {
			s := Side{Kind: store.Kind(t.Kind), ID: t.ID, Title: cmp.Or(t.Name, w.titleOf(t))}
			for _, a := range t.Evidence {
				if r := w.v.Report(a.Report); r != nil && a.Span.End <= len(r.Text) {
					s.Evidence = append(s.Evidence, a.Evidence)
				}
			}
			it.Sides = append(it.Sides, s)
		}
		w.add(it)
	}
}

func (w *watcher) titleOf(t readout.Target) string {
	if e := w.v.EventByID(t.ID); e != nil {
		return e.Title
	}
	if n := w.v.EntityName(t.ID); n != "" {
		return n
	}
	return map[string]string{"event": "An event that the record no longer has", "entity": "Somebody whom the record no longer has", "statement": "A statement that the record no longer has"}[t.Kind]
}

func kindOfDecision(d *readout.Decision) Kind {
	kind := ""
	if len(d.About) > 0 {
		kind = d.About[0].Kind
	}
	switch {
	case d.Kind == readout.DecideSame && kind == "entity", d.Kind == readout.DecideDifferent && kind == "entity":
		return SamePerson
	case d.Kind == readout.DecideDifferent:
		return OneOrTwo
	case d.Kind == readout.DecideSame:
		return SameEvent
	case d.Field == "speaker":
		return Speaker
	}
	return Day
}
