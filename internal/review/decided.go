package review

import (
	"cmp"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
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
	standing []*readout.Decision            // not undone, in order
	byItem   map[string][]*readout.Decision // that answer an item
	at       map[string][]place             // report → targets of decisions
	lost     []*readout.Decision            // that rest on sentences which no longer bear them
}

// place is where a target of a decision rests.
type place struct {
	span   readout.Span
	d      *readout.Decision
	target int
}

// Standing are the decisions that no other has undone, in order.
func Standing(decisions []readout.Decision) []*readout.Decision {
	undone := map[int64]bool{}
	for i := len(decisions) - 1; i >= 0; i-- {
		if d := &decisions[i]; d.Undoes != 0 && !undone[d.Seq] {
			undone[d.Undoes] = true
		}
	}
	var out []*readout.Decision
	for i := range decisions {
		if d := &decisions[i]; d.Undoes == 0 && !undone[d.Seq] {
			out = append(out, d)
		}
	}
	return out
}

// newLog reads the log. lost says of a decision whether its sentences no longer
// bear what it is about; nil: the record alone tells.
func newLog(v *view.View, decisions []readout.Decision, lost func(*readout.Decision) bool) *log {
	l := &log{standing: Standing(decisions), byItem: map[string][]*readout.Decision{}, at: map[string][]place{}}
	if lost == nil {
		bears := bearing(v, l.standing)
		lost = func(d *readout.Decision) bool {
			return slices.ContainsFunc(d.About, func(t readout.Target) bool { return !bears(t) })
		}
	}
	for _, d := range l.standing {
		if rests(d) && lost(d) {
			l.lost = append(l.lost, d)
			continue // it decides nothing now: what it was about is asked again
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

// rests reports whether a decision needs what it is about to be there: a remark
// does not, nor does what took a thing out of the record.
func rests(d *readout.Decision) bool {
	return d.Kind != readout.DecideNote && d.Kind != readout.DecideWithdraw
}

// answers reports whether a decision settles the item that it names.
func answers(d *readout.Decision) bool { return d.Kind != readout.DecideNote || d.Field == AnswerField }

// decided reports whether an item was decided: by a decision that names it, or
// by one about the same sentences. differ are answers of several people that do
// not say the same; then the item waits.
func (l *log) decided(x *Item) (decided bool, differ []readout.Decision) {
	given := l.byItem[x.ID]
	for _, d := range given[min(1, len(given)):] {
		if !sameAnswer(given[0], d) && given[0].By != d.By {
			for _, d := range given {
				differ = append(differ, *d)
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

func sameAnswer(a, b *readout.Decision) bool {
	return a.Kind == b.Kind && a.Field == b.Field && a.After == b.After
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
		case readout.DecideSame, readout.DecideDifferent, readout.DecideConfirm:
			return d.Kind == readout.DecideConfirm || !ta.only(tb)
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
func (l *log) about(s Side) map[*readout.Decision]targets {
	out := map[*readout.Decision]targets{}
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
	for _, d := range l.lost {
		it := &Item{ID: ItemID("back", d.Hash), Kind: kindOfDecision(d), Back: d, Why: []string{"it was decided, and its sentences have changed since"}, Field: d.Field, Value: d.After}
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

// bearing tells of each target whether a thing of its kind still rests on one of
// its sentences. Things that have no place of their own in the record (reports,
// time expressions) are borne by their report.
func bearing(v *view.View, decisions []*readout.Decision) func(readout.Target) bool {
	wanted := map[string]bool{} // kind and report
	for _, d := range decisions {
		for _, t := range d.About {
			for _, e := range t.Evidence {
				wanted[t.Kind+" "+e.Report] = true
			}
		}
	}
	at := map[string][]readout.Span{}
	add := func(kind store.Kind, evidence ...readout.Evidence) {
		for _, e := range evidence {
			if k := string(kind) + " " + e.Report; wanted[k] {
				at[k] = append(at[k], e.Span)
			}
		}
	}
	if len(wanted) > 0 {
		rec := v.Record
		for _, e := range rec.Events {
			for _, m := range e.Mentions {
				add(store.KindEvent, m.Evidence)
			}
		}
		for _, e := range rec.Entities {
			for _, m := range e.Mentions {
				add(store.KindEntity, m.Evidence)
			}
		}
		for _, s := range rec.Statements {
			add(store.KindStatement, statementEvidence(s)...)
		}
		for _, c := range rec.Claims {
			add(store.KindClaim, c.Evidence)
		}
		for _, p := range rec.Positions {
			add(store.KindPosition, p.Evidence)
		}
		for _, c := range rec.Commitments {
			add(store.KindCommitment, c.Evidence)
		}
		for _, r := range rec.Responses {
			add(store.KindResponse, r.Evidence)
		}
	}
	return func(t readout.Target) bool {
		if len(t.Evidence) == 0 {
			return true
		}
		for _, e := range t.Evidence {
			switch store.Kind(t.Kind) {
			case store.KindEvent, store.KindEntity, store.KindStatement, store.KindClaim, store.KindPosition, store.KindCommitment, store.KindResponse:
				if slices.ContainsFunc(at[t.Kind+" "+e.Report], e.Span.Overlaps) {
					return true
				}
			default:
				if v.Report(e.Report) != nil {
					return true
				}
			}
		}
		return false
	}
}
