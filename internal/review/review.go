// Package review makes the queue of what people should look at: places where
// the machine was close to saying something else.
//
// In: a view of the record, the decisions taken so far, with what became of each
// (package decide), and what readers sent as mistakes. Out: a Queue of items, each a question with the two things that it
// is about side by side, the fields in which they differ first, and the
// sentences below. The queue is a pure function of the three; it is drawn from
// the record and from the rule that each fact carries as its provenance, and
// looks at nothing else.
//
// Six kinds of items wait:
//
//   - same event: two events that almost joined (pairs.go);
//   - one event or two: accounts of day or place that two happenings would
//     explain (parts.go);
//   - same person: two entities with variants of one name, or one with offices
//     that clash (people.go);
//   - who is speaking: nobody was found, or by a weak rule only (speech.go);
//   - which date: inferred, bounded or disputed (days.go);
//   - reader's report: what a reader sent from the page of a report.
//
// An item's id is drawn from its kind and the ids of what it is about, which are
// drawn from content. What was decided does not come back: by that id, and by
// the sentences that the decision rests on, so that a thing which got another id
// since is not asked again (decided.go). A decision whose sentences are gone is
// an item itself ("back to review"), and so is one on which two people differ.
//
// Order is by how much hangs on an item: reports, then sentences, then kind and
// id.
package review

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// Kind is a kind of item.
type Kind string

// The kinds of items, in the order in which they are listed.
const (
	SameEvent  Kind = "same-event"
	OneOrTwo   Kind = "one-or-two"
	SamePerson Kind = "same-person"
	Speaker    Kind = "speaker"
	Day        Kind = "date"
	Reported   Kind = "reported" // by a reader
)

// Kinds are all kinds, in order.
var Kinds = []Kind{SameEvent, OneOrTwo, SamePerson, Speaker, Day, Reported}

var kindWords = map[Kind]string{
	SameEvent: "Same event?", OneOrTwo: "One event or two?", SamePerson: "Same person?", Speaker: "Who is speaking?", Day: "Which date?", Reported: "Reader’s report",
}

// Words is the kind as a question: "Same event?".
func (k Kind) Words() string { return kindWords[k] }

// Item is one thing that waits for a person.
type Item struct {
	ID    string // "w" and 16 hex digits
	Kind  Kind
	Why   []string // why it waits, the strongest reason first
	Sides []Side   // one or two; of one-or-two the parts that would be two
	Rows  []Row    // the sides field by field, those that differ first
	// Field and Value are what a correction of the item would change and what the
	// record has there; Choices are values that the reports offer instead.
	Field   string
	Value   string
	Choices []Choice

	Reports  int // that what it is about rests on
	Evidence int // sentences

	Mistake *store.Mistake     // of a reader's report
	Back    *readout.Decision  // taken on what no longer stands so: it comes back
	Differ  []readout.Decision // answers of several people that differ

	after string // item that has to be decided before
}

// Side is one of the things that an item is about.
type Side struct {
	Kind     store.Kind // of ID; "" for a passage of a report
	ID       string
	Title    string
	Evidence []readout.Evidence // where it is told, by report and place
}

// Row is one field of the sides.
type Row struct {
	Name    string
	Values  []string // one a side, "" unknown
	Differs bool
}

// Choice is a value that may be put in the place of another.
type Choice struct{ Value, Words string }

// Queue is what waits.
type Queue struct {
	Items []*Item // those on which most hangs first
	byID  map[string]*Item
}

// Drawn is what would wait in a record if nobody had decided anything. It is
// read-only and safe for concurrent use: whoever takes decision after decision
// draws it once.
type Drawn struct {
	v     *view.View
	items []*Item // in order
}

// Draw goes through a record for what might wait.
func Draw(v *view.View) *Drawn {
	w := &watcher{v: v, rec: v.Record}
	w.sameEvents()
	w.oneOrTwo()
	w.people()
	w.speakers()
	w.days()
	slices.SortFunc(w.items, compare)
	return &Drawn{v: v, items: w.items}
}

// compare orders items by how much hangs on them, those that people asked for
// before all others.
func compare(a, b *Item) int {
	asked := func(x *Item) int { return b2i(x.Back != nil || x.Differ != nil || x.Mistake != nil) }
	return cmp.Or(
		cmp.Compare(asked(b), asked(a)), cmp.Compare(b.Reports, a.Reports), cmp.Compare(b.Evidence, a.Evidence),
		cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind)), cmp.Compare(a.ID, b.ID))
}

// Queue is what waits after those decisions, which are in the order in which they
// were taken.
func (d *Drawn) Queue(decisions []decide.Outcome, mistakes []store.Mistake) *Queue {
	l := newLog(decisions)
	w := &watcher{v: d.v, rec: d.v.Record}
	w.reported(mistakes)
	w.back(l)
	q := &Queue{byID: make(map[string]*Item, len(d.items))}
	for _, x := range slices.Concat(w.items, d.items) {
		decided, differ := l.decided(x)
		if decided {
			continue
		}
		if differ != nil {
			y := *x
			y.Differ, x = differ, &y
		}
		q.Items = append(q.Items, x)
		q.byID[x.ID] = x
	}
	// Whether there are two of an event comes before its day.
	q.Items = slices.DeleteFunc(q.Items, func(x *Item) bool {
		_, after := q.byID[x.after]
		if after {
			delete(q.byID, x.ID)
		}
		return after
	})
	slices.SortStableFunc(q.Items, compare)
	return q
}

// Item is the item of that id, or nil when it does not wait.
func (q *Queue) Item(id string) *Item { return q.byID[id] }

// Of are the items of a kind; "" is all.
func (q *Queue) Of(k Kind) []*Item {
	if k == "" {
		return q.Items
	}
	var out []*Item
	for _, x := range q.Items {
		if x.Kind == k {
			out = append(out, x)
		}
	}
	return out
}

// After is the item that comes after one of that id among those of a kind (""
// all) that free lets through; the first when none does or the id is not there,
// nil when there is no other.
func (q *Queue) After(id string, k Kind, free func(*Item) bool) *Item {
	items := q.Of(k)
	at := slices.IndexFunc(items, func(x *Item) bool { return x.ID == id })
	for n := range items {
		x := items[(at+1+n)%len(items)]
		if x.ID != id && (free == nil || free(x)) {
			return x
		}
	}
	return nil
}

// watcher goes through a record for what waits.
type watcher struct {
	v     *view.View
	rec   *readout.Record
	index *index
	items []*Item
}

// add takes an item in.
func (w *watcher) add(x *Item) {
	if x.ID == "" {
		ids := make([]string, 0, len(x.Sides)+1)
		for _, s := range x.Sides {
			ids = append(ids, s.ID)
		}
		slices.Sort(ids)
		x.ID = ItemID(x.Kind, slices.Compact(ids)...)
	}
	reports := map[string]bool{}
	for _, s := range x.Sides {
		for _, e := range s.Evidence {
			reports[e.Report] = true
		}
		x.Evidence += len(s.Evidence)
	}
	x.Reports = len(reports)
	for i := range x.Rows {
		r := &x.Rows[i]
		r.Differs = len(r.Values) == 2 && r.Values[0] != r.Values[1]
	}
	slices.SortStableFunc(x.Rows, func(a, b Row) int { return cmp.Compare(b2i(b.Differs), b2i(a.Differs)) })
	w.items = append(w.items, x)
}

// ItemID is the id of the item of that kind about those things.
func ItemID(k Kind, ids ...string) string {
	h := sha256.Sum256([]byte("review\x00" + string(k) + "\x00" + strings.Join(ids, "\x00")))
	return "w" + hex.EncodeToString(h[:8])
}

// row adds a field unless no side has a value.
func (x *Item) row(name string, values ...string) {
	if slices.ContainsFunc(values, func(s string) bool { return s != "" }) {
		x.Rows = append(x.Rows, Row{Name: name, Values: values})
	}
}

func (w *watcher) reported(mistakes []store.Mistake) {
	for _, m := range mistakes {
		r := w.v.Report(m.Report)
		x := &Item{ID: ItemID(Reported, m.ID), Kind: Reported, Why: []string{m.Note}, Mistake: &m}
		side := Side{Kind: store.KindReport, ID: m.Report, Title: "A passage of a report that the record no longer holds"}
		if r != nil {
			side.Title = cmp.Or(r.Title, w.v.OutletName(r.ID))
			side.Evidence = []readout.Evidence{{Report: r.ID, Span: m.Span}}
		}
		x.Sides = []Side{side}
		w.add(x)
	}
}

func eventEvidence(e *readout.Event) []readout.Evidence {
	out := make([]readout.Evidence, 0, len(e.Mentions))
	for _, m := range e.Mentions {
		out = append(out, m.Evidence)
	}
	return out
}

func entityEvidence(e *readout.Entity) []readout.Evidence {
	out := make([]readout.Evidence, 0, len(e.Mentions))
	for _, m := range e.Mentions {
		out = append(out, m.Evidence)
	}
	return out
}

func statementEvidence(s *readout.Statement) []readout.Evidence {
	if len(s.Content) == 0 {
		return nil
	}
	return []readout.Evidence{{Report: s.Report, Span: readout.Span{Start: s.Content[0].Start, End: s.Content[len(s.Content)-1].End}, By: s.By}}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
