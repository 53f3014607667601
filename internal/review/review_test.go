package review

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/live/livetest"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// world is a made-up record, its own at every call.
func world(tb testing.TB, reports int) *view.View {
	tb.Helper()
	w := generate.New(generate.Options{Seed: 7, Reports: reports})
	v := view.New(w.Record)
	v.Sentences = w.Sentences()
	return v
}

// sound holds a queue to what its comments say of it.
func sound(t *testing.T, v *view.View, q *Queue) {
	t.Helper()
	seen := map[string]bool{}
	for i, x := range q.Items {
		if seen[x.ID] {
			t.Errorf("item %s stands twice", x.ID)
		}
		seen[x.ID] = true
		if q.Item(x.ID) != x {
			t.Errorf("item %s is not found by its id", x.ID)
		}
		if !slices.Contains(Kinds, x.Kind) || x.Kind.Words() == "" || len(x.Why) == 0 || len(x.Sides) == 0 || len(x.Sides) > 2 {
			t.Errorf("item %+v", x)
		}
		if i > 0 && x.Reports > q.Items[i-1].Reports && x.Mistake == nil && q.Items[i-1].Mistake == nil {
			t.Errorf("item %d rests on %d reports, the one before it on %d", i, x.Reports, q.Items[i-1].Reports)
		}
		for n, r := range x.Rows {
			if len(r.Values) != len(x.Sides) && len(r.Values) != 1 {
				t.Errorf("item %s: row %q has %d values for %d sides", x.ID, r.Name, len(r.Values), len(x.Sides))
			}
			if n > 0 && r.Differs && !x.Rows[n-1].Differs {
				t.Errorf("item %s: what differs is not first: %+v", x.ID, x.Rows)
			}
		}
		for _, s := range x.Sides {
			if len(s.Evidence) == 0 && x.Back == nil {
				t.Errorf("item %s: nothing tells of %q", x.ID, s.Title)
			}
			for _, e := range s.Evidence {
				if r := v.Report(e.Report); r == nil || e.Span.Start < 0 || e.Span.End > len(r.Text) || e.Span.Empty() {
					t.Errorf("item %s rests on %+v", x.ID, e)
				}
			}
		}
	}
}

func TestQueueOfWorld(t *testing.T) {
	v := world(t, 1500)
	q := New(v, nil, nil)
	sound(t, v, q)
	for _, k := range []Kind{SameEvent, OneOrTwo, SamePerson, Day} {
		if len(q.Of(k)) == 0 {
			t.Errorf("nothing waits of the kind %s", k)
		}
	}
	n := 0
	for _, k := range Kinds {
		n += len(q.Of(k))
	}
	if n != len(q.Items) {
		t.Errorf("%d items of all kinds, %d in all", n, len(q.Items))
	}
	if d := cmp.Diff(New(world(t, 1500), nil, nil).Items, q.Items, cmpopts.IgnoreUnexported(Item{})); d != "" {
		t.Errorf("the same record gives another queue: %s", d)
	}
}

// New is the queue after decisions that are in force, but for those that others
// took back.
func New(v *view.View, log []readout.Decision, mistakes []store.Mistake) *Queue {
	return Draw(v).Queue(inForce(log), mistakes)
}

func inForce(log []readout.Decision) []decide.Outcome {
	// Reports and documents are not there, so that all else is back in review.
	out, err := decide.New(log, decide.Options{}).Outcomes(func([]string) ([]*nlp.Doc, error) { return nil, nil })
	if err != nil {
		panic(err) // nothing was read
	}
	for i := range out {
		if out[i].Status == decide.Review {
			out[i].Status = decide.Applied
		}
	}
	return out
}

// taken is a decision about an item, as somebody takes it.
func taken(v *view.View, seq int64, by string, kind readout.DecisionKind, x *Item) readout.Decision {
	d := readout.Decision{Seq: seq, At: time.Date(2031, 4, 1, 9, 0, 0, 0, time.UTC), By: by, Kind: kind, Item: x.ID}
	if kind == readout.DecideCorrect || kind == readout.DecideConfirm {
		d.Field = x.Field
	}
	for _, s := range x.Sides {
		t := readout.Target{Kind: string(s.Kind), ID: s.ID, Name: s.Title}
		for _, e := range s.Evidence {
			t.Evidence = append(t.Evidence, readout.Anchor{Evidence: e, Text: e.Span.In(v.Report(e.Report).Text)})
		}
		d.About = append(d.About, t)
	}
	d.Hash = fmt.Sprint(seq)
	return d
}

// What was decided does not come back: not under its own id, and not when the
// things have other ids; undone, it does.
func TestDecidedStaysDecided(t *testing.T) {
	v := world(t, 400)
	q := New(v, nil, nil)
	for _, k := range []Kind{SameEvent, OneOrTwo, SamePerson, Day} {
		t.Run(string(k), func(t *testing.T) {
			x := q.Of(k)[0]
			kind := readout.DecideDifferent
			if k == Day {
				kind = readout.DecideConfirm
			}
			d := taken(v, 1, "Ada", kind, x)
			left := New(v, []readout.Decision{d}, nil)
			if left.Item(x.ID) != nil {
				t.Fatalf("%s waits though it was decided", x.ID)
			}
			if k != OneOrTwo && len(left.Items) != len(q.Items)-1 { // of one event its day is asked next
				t.Errorf("%d items wait after one decision, %d before", len(left.Items), len(q.Items))
			}
			// Not by the item's id, but by its sentences.
			d.Item = ""
			for i := range d.About {
				d.About[i].ID = fmt.Sprintf("v%016d", i)
			}
			if New(v, []readout.Decision{d}, nil).Item(x.ID) != nil {
				t.Errorf("%s waits though its sentences were decided on", x.ID)
			}
			undo := readout.Decision{Seq: 2, By: "Ben", Kind: readout.DecideUndo, Undoes: 1}
			if New(v, []readout.Decision{d, undo}, nil).Item(x.ID) == nil {
				t.Errorf("%s does not wait though its decision was undone", x.ID)
			}
			again := readout.Decision{Seq: 3, By: "Ben", Kind: readout.DecideUndo, Undoes: 2}
			if New(v, []readout.Decision{d, undo, again}, nil).Item(x.ID) != nil {
				t.Errorf("%s waits though the undo was undone", x.ID)
			}
			note := d
			note.Kind, note.Item = readout.DecideNote, x.ID
			note.About = note.About[:1]
			if New(v, []readout.Decision{note}, nil).Item(x.ID) == nil {
				t.Errorf("a note decides %s", x.ID)
			}
		})
	}
}

// Two people who answer one item otherwise: both answers are kept, and the item
// waits until one of them is undone.
func TestAnswersThatDiffer(t *testing.T) {
	v := world(t, 400)
	x := New(v, nil, nil).Of(SamePerson)[0]
	log := []readout.Decision{taken(v, 1, "Ada", readout.DecideSame, x), taken(v, 2, "Ben", readout.DecideDifferent, x)}
	got := New(v, log, nil).Item(x.ID)
	if got == nil || len(got.Differ) != 2 {
		t.Fatalf("after two answers that differ: %+v", got)
	}
	if q := New(v, log, nil); q.Items[0].ID != x.ID {
		t.Errorf("it does not stand first: %s does", q.Items[0].ID)
	}
	same := slices.Clone(log)
	same[1].Kind = readout.DecideSame
	if New(v, same, nil).Item(x.ID) != nil {
		t.Error("two answers that say the same leave it waiting")
	}
	oneMind := slices.Clone(log)
	oneMind[1].By = "Ada"
	if New(v, oneMind, nil).Item(x.ID) != nil {
		t.Error("who changed her mind is asked again")
	}
	log = append(log, readout.Decision{Seq: 3, By: "Ada", Kind: readout.DecideUndo, Undoes: 1})
	if New(v, log, nil).Item(x.ID) != nil {
		t.Error("it waits though only one answer stands")
	}
}

// Two answers differ also where one word stands for two: another division, another
// of two namesakes.
func TestAnswersOfOneWordThatDiffer(t *testing.T) {
	v := world(t, 400)
	q := New(v, nil, nil)
	differ := func(x *Item, a, b readout.Decision) bool {
		got := New(v, []readout.Decision{a, b}, nil).Item(x.ID)
		return got != nil && len(got.Differ) == 2
	}
	x := q.Of(OneOrTwo)[0]
	ada, ben := taken(v, 1, "Ada", readout.DecideDifferent, x), taken(v, 2, "Ben", readout.DecideDifferent, x)
	ada.After, ben.After = "2", "2"
	if differ(x, ada, ben) {
		t.Error("two divisions that are the same differ")
	}
	ben.About[0], ben.About[1] = ben.About[1], ben.About[0]
	if differ(x, ada, ben) {
		t.Error("they differ, by which part stands first")
	}
	all := slices.Concat(ada.About[0].Evidence, ada.About[1].Evidence)
	more := all[0]
	more.Span.End++
	ben.About[0].Evidence, ben.About[1].Evidence = append(slices.Clone(ada.About[0].Evidence), more), ada.About[1].Evidence
	if differ(x, ada, ben) {
		t.Error("they differ, by a sentence that only one of them knows")
	}
	ada.About[0].Evidence, ada.About[1].Evidence = []readout.Anchor{all[0], more}, all[1:]
	ben.About[0].Evidence, ben.About[1].Evidence = []readout.Anchor{all[0]}, append(slices.Clone(all[1:]), more)
	if !differ(x, ada, ben) {
		t.Error("two other divisions are the same")
	}
	y := q.Of(Day)[0] // who speaks is asked of no made-up record
	ada, ben = taken(v, 1, "Ada", readout.DecideCorrect, y), taken(v, 2, "Ben", readout.DecideCorrect, y)
	who := func(id string, e readout.Anchor) []readout.Target {
		return []readout.Target{ada.About[0], {Kind: "entity", ID: id, Evidence: []readout.Anchor{e}}}
	}
	ada.After, ben.After = "Ilse Maren", "Ilse Maren"
	ada.About, ben.About = who("e1", all[0]), who("e2", all[0])
	if differ(y, ada, ben) {
		t.Error("she differs from herself under another id")
	}
	ben.About = who("e2", more)
	if !differ(y, ada, ben) {
		t.Error("two namesakes are the same")
	}
}

// A decision whose sentences no longer bear what it is about comes back, and what
// it was about is asked again.
func TestBackToReview(t *testing.T) {
	v := world(t, 400)
	x := New(v, nil, nil).Of(SamePerson)[0]
	d := taken(v, 1, "Ada", readout.DecideSame, x)
	log := inForce([]readout.Decision{d})
	log[0].Status = decide.Review
	q := Draw(v).Queue(log, nil)
	var back []*Item
	for _, y := range q.Items {
		if y.Back != nil {
			back = append(back, y)
		}
	}
	if len(back) != 1 || back[0].Back.Seq != 1 || back[0].Kind != SamePerson || q.Items[0] != back[0] {
		t.Fatalf("back to review: %+v", back)
	}
	if q.Item(x.ID) == nil {
		t.Error("what it was about is not asked again")
	}
	undo := readout.Decision{Seq: 2, By: "Ben", Kind: readout.DecideUndo, Undoes: 1}
	if q := New(v, []readout.Decision{d, undo}, nil); q.Item(back[0].ID) != nil {
		t.Error("what was undone comes back to review")
	}
	// What took a thing out of the record does not come back with it.
	w := taken(v, 1, "Ada", readout.DecideWithdraw, x)
	w.About = w.About[:1]
	log = inForce([]readout.Decision{w})
	log[0].Status = decide.Review
	for _, y := range Draw(v).Queue(log, nil).Items {
		if y.Back != nil {
			t.Errorf("what was withdrawn comes back: %+v", y)
		}
	}
}

// Of two decisions about the sentences of both sides one that is about both as one
// part of several tells nothing; whichever is looked at first.
func TestSettledByAnyDecision(t *testing.T) {
	v := world(t, 400)
	x := New(v, nil, nil).Of(SameEvent)[0]
	settles := taken(v, 1, "Ada", readout.DecideDifferent, x)
	settles.Item = ""
	tells := settles
	tells.Seq, tells.Hash = 2, "2"
	both := tells.About[0]
	both.Evidence = slices.Concat(settles.About[0].Evidence, settles.About[1].Evidence)
	tells.About = []readout.Target{both, {Kind: both.Kind, ID: "v0", Evidence: []readout.Anchor{{Evidence: readout.Evidence{Report: "r0", Span: readout.Span{Start: 1, End: 2}}}}}}
	for range 50 { // in whatever order a map gives them
		if New(v, []readout.Decision{settles, tells}, nil).Item(x.ID) != nil {
			t.Fatal("it waits though it was decided")
		}
	}
	if New(v, []readout.Decision{tells}, nil).Item(x.ID) == nil {
		t.Error("a decision that tells nothing of the two settles them")
	}
}

func TestReadersReport(t *testing.T) {
	v := world(t, 60)
	m := store.Mistake{By: "Ada", Report: v.Record.Reports[3].ID, Span: readout.Span{Start: 0, End: 20}, Note: "this is another town"}
	m.ID = m.Sum()
	q := New(v, nil, []store.Mistake{m})
	sound(t, v, q)
	x := q.Items[0]
	if x.Kind != Reported || x.Mistake == nil || x.Why[0] != m.Note {
		t.Fatalf("the reader's report is %+v", x)
	}
	d := taken(v, 1, "Ben", readout.DecideNote, x)
	if New(v, []readout.Decision{d}, []store.Mistake{m}).Item(x.ID) == nil {
		t.Error("a remark answers it")
	}
	d.Field, d.After = AnswerField, Rejected
	if New(v, []readout.Decision{d}, []store.Mistake{m}).Item(x.ID) != nil {
		t.Error("it waits though it was answered")
	}
}

func TestAfter(t *testing.T) {
	q := New(world(t, 400), nil, nil)
	days := q.Of(Day)
	if got := q.After(days[0].ID, Day, nil); got != days[1] {
		t.Errorf("after the first comes %v", got)
	}
	if got := q.After(days[len(days)-1].ID, Day, nil); got != days[0] {
		t.Errorf("after the last comes %v", got)
	}
	if got := q.After("w0", Day, nil); got != days[0] {
		t.Errorf("after one that is not there comes %v", got)
	}
	if got := q.After(days[0].ID, Day, func(x *Item) bool { return x == days[2] }); got != days[2] {
		t.Errorf("the first that is free is %v", got)
	}
	if got := q.After(days[0].ID, Day, func(*Item) bool { return false }); got != nil {
		t.Errorf("none is free, and %v comes", got)
	}
}

// Names that may be of one person, and names that are not.
func TestVariant(t *testing.T) {
	for _, c := range []struct {
		a, b []string
		is   bool
	}{
		{[]string{"josef", "brask"}, []string{"josef"}, true},
		{[]string{"josef", "brask"}, []string{"brask"}, true},
		{[]string{"josef", "brask"}, []string{"irena", "brask"}, false},
		{[]string{"j", "brask"}, []string{"josef", "brask"}, true},
		{[]string{"j", "brask"}, []string{"irena", "brask"}, false},
		{[]string{"vesna", "torokai"}, []string{"wesna", "torokai"}, true},
		{[]string{"alex", "ered"}, []string{"alexandra", "ered"}, true},
		{[]string{"josef"}, []string{"brask"}, false},
		{[]string{"josef", "brask"}, []string{"josef", "venn"}, false},
		{[]string{"ilse", "m", "maren"}, []string{"ilse", "maren"}, true},
	} {
		if got := variant(c.a, c.b); (got != "") != c.is {
			t.Errorf("%v and %v: %q", c.a, c.b, got)
		}
		if variant(c.a, c.b) != variant(c.b, c.a) {
			t.Errorf("%v and %v the other way round: %q", c.a, c.b, variant(c.b, c.a))
		}
	}
}

// The sample, read by the program itself.
func TestQueueOfSample(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the models")
	}
	src := livetest.Started(t, live.Options{})
	v := src.Now().View
	q := New(v, nil, nil)
	sound(t, v, q)
	if !slices.ContainsFunc(q.Of(SamePerson), func(x *Item) bool {
		return x.Sides[0].Title == "Josef" && x.Sides[1].Title == "Josef Brask" || x.Sides[1].Title == "Josef" && x.Sides[0].Title == "Josef Brask"
	}) {
		t.Error("nobody asks whether Josef is Josef Brask")
	}
	calls := func(x *Item) bool {
		return x.Sides[0].Title != x.Sides[1].Title || x.Rows[0].Differs
	}
	if len(q.Of(SameEvent)) == 0 || !slices.ContainsFunc(q.Of(SameEvent), calls) {
		t.Errorf("events that may be one: %d", len(q.Of(SameEvent)))
	}
	for _, x := range q.Of(Speaker) {
		s := v.Record.Statements[slices.IndexFunc(v.Record.Statements, func(s *readout.Statement) bool { return s.ID == x.Sides[0].ID })]
		if s.Speaker == "" && s.Source != nil && len(x.Choices) == 0 {
			t.Errorf("nobody is offered for %q", s.Text)
		}
	}
	if len(q.Of(Speaker)) == 0 || len(q.Of(Day)) == 0 {
		t.Errorf("%d speakers and %d days wait", len(q.Of(Speaker)), len(q.Of(Day)))
	}
}

// That nobody can be named holds also where a later reading finds somebody; a day
// of which a bound is known keeps it.
func TestNobodyHolds(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the models")
	}
	src := livetest.Started(t, live.Options{})
	v := src.Now().View
	q := New(v, nil, nil)
	days := q.Of(Day)
	if i := slices.IndexFunc(days, func(x *Item) bool { return x.Value == "" }); i < 0 {
		t.Error("no day is only bounded")
	} else if d, err := days[i].Decide(v, "Ada", Answer{Do: Accept}); err != nil || d.Kind != readout.DecideConfirm || d.Field != "" {
		t.Errorf("a bound is right: %+v, %v", d, err)
	}
	who := q.Of(Speaker)
	x := who[slices.IndexFunc(who, func(x *Item) bool { return x.Value == "" })]
	d, err := x.Decide(v, "Ada", Answer{Do: Accept})
	if err != nil {
		t.Fatal(err)
	}
	d.Seq = 1
	at := d.About[0].Evidence[0]
	for l, err := range src.Now().Store.LayersOf(t.Context(), []string{at.Report}) {
		if err != nil {
			t.Fatal(err)
		}
		for i := range l.Doc.Attributions {
			l.Doc.Attributions[i].Speaker = 0
		}
		for i, a := range decide.New([]readout.Decision{d}, decide.Options{}).Apply(l.Doc).Attributions {
			if ours := len(a.Content) > 0 && a.Span() == at.Span; ours != (a.Speaker == nlp.None) {
				t.Errorf("words %d, decided on: %v, have the speaker %d", i, ours, a.Speaker)
			}
		}
	}
}

func BenchmarkQueue(b *testing.B) {
	v := world(b, 20000)
	for b.Loop() {
		if q := New(v, nil, nil); len(q.Items) == 0 {
			b.Fatal("nothing waits")
		}
	}
}

func BenchmarkAfterDecision(b *testing.B) {
	v := world(b, 20000)
	drawn := Draw(v)
	var log []readout.Decision
	for i, x := range drawn.Queue(nil, nil).Items[:500] {
		log = append(log, taken(v, int64(i+1), "Ada", readout.DecideDifferent, x))
	}
	outcomes := inForce(log)
	for b.Loop() {
		if q := drawn.Queue(outcomes, nil); len(q.Items) == 0 {
			b.Fatal("nothing waits")
		}
	}
}
