package link_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/link"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/view/recordjson"
)

// book is a record that is kept by changes alone, as a store keeps it.
type book struct {
	rec   *readout.Record
	notes map[string][]byte
}

// without drops what is in the list or of an owner in it.
func without[T any](list []T, gone []string, owner func(T) string) []T {
	in := map[string]bool{}
	for _, id := range gone {
		in[id] = true
	}
	return slices.DeleteFunc(list, func(x T) bool { return in[owner(x)] })
}

// ofReports are the positions of the reports in the list.
func ofReports(list []*readout.Position, reports []string) (out []*readout.Position) {
	for _, x := range list {
		if slices.Contains(reports, x.Evidence.Report) {
			p := *x
			out = append(out, &p)
		}
	}
	return out
}

func (b *book) take(c *link.Change) error {
	r, s, n := b.rec, c.Scope, c.Record
	origins := map[string]readout.Origin{}
	for _, x := range []*readout.Record{r, n} {
		for i, y := range x.Reports {
			origins[y.ID] = x.Origins[i]
		}
	}
	r.Reports = append(without(r.Reports, s.Reports, func(x *readout.Report) string { return x.ID }), n.Reports...)
	r.Origins = nil
	slices.SortFunc(r.Reports, func(x, y *readout.Report) int { return strings.Compare(x.ID, y.ID) })
	for _, x := range r.Reports {
		r.Origins = append(r.Origins, origins[x.ID])
	}
	r.Statements = append(without(r.Statements, s.Reports, func(x *readout.Statement) string { return x.Report }), n.Statements...)
	r.Positions = append(without(r.Positions, s.Reports, func(x *readout.Position) string { return x.Evidence.Report }), ofReports(n.Positions, s.Reports)...)
	r.Responses = append(without(r.Responses, s.Reports, func(x *readout.Response) string { return x.Evidence.Report }), n.Responses...)
	r.Timexes = append(without(r.Timexes, s.Reports, func(x *readout.Timex) string { return x.Report }), n.Timexes...)
	r.Defects = append(without(r.Defects, s.Reports, func(x *readout.Defect) string { return x.Report }), n.Defects...)
	r.Utterances = append(without(r.Utterances, s.Utterances, func(x *readout.Utterance) string { return x.ID }), n.Utterances...)
	r.Issues = append(without(r.Issues, s.Issues, func(x *readout.Issue) string { return x.ID }), n.Issues...)
	r.Commitments = append(without(r.Commitments, s.Commitments, func(x *readout.Commitment) string { return x.ID }), n.Commitments...)
	r.Threads = append(without(r.Threads, s.Threads, func(x *readout.Thread) string { return x.ID }), n.Threads...)
	r.Claims = append(without(r.Claims, s.Events, func(x *readout.Claim) string { return x.Event }), n.Claims...)
	r.Disagreements = append(without(r.Disagreements, s.Events, func(x *readout.Disagreement) string { return x.Event }), n.Disagreements...)

	// An issue says what it has of its positions, an utterance of its statements.
	positions, statements := map[string]*readout.Position{}, map[string]*readout.Statement{}
	for _, x := range r.Positions {
		if positions[x.ID] = x; slices.Contains(s.Issues, x.Issue) {
			x.Issue, x.Change, x.Previous = "", "", ""
		}
	}
	for _, x := range r.Statements {
		if statements[x.ID] = x; slices.Contains(s.Utterances, x.Utterance) {
			x.Utterance = ""
		}
	}
	said := map[string]*readout.Position{}
	for _, x := range n.Positions {
		said[x.ID] = x
	}
	for _, x := range n.Issues {
		if !slices.Contains(s.Issues, x.ID) {
			return fmt.Errorf("issue %s is given and not in scope", x.ID)
		}
		for _, id := range x.Positions {
			p, is := positions[id], said[id]
			if p == nil || is == nil || is.Issue != x.ID {
				return fmt.Errorf("issue %s holds the position %s, of which nothing is said", x.ID, id)
			}
			p.Issue, p.Change, p.Previous = is.Issue, is.Change, is.Previous
		}
	}
	for _, x := range n.Utterances {
		if !slices.Contains(s.Utterances, x.ID) {
			return fmt.Errorf("utterance %s is given and not in scope", x.ID)
		}
		for _, v := range x.Variants {
			if statements[v.Statement] == nil {
				return fmt.Errorf("utterance %s has the statement %s, which nobody tells", x.ID, v.Statement)
			}
			statements[v.Statement].Utterance = x.ID
		}
	}

	// Mentions belong to reports, the rest to the event or entity.
	events := map[string]*readout.Event{}
	for _, e := range r.Events {
		e.Mentions = without(e.Mentions, s.Reports, func(m readout.EventMention) string { return m.Report })
		events[e.ID] = e
	}
	mentions := map[string][]readout.EventMention{}
	for _, id := range s.Events {
		if e := events[id]; e != nil {
			mentions[id] = e.Mentions
			delete(events, id)
		}
	}
	for _, e := range n.Events {
		if !slices.Contains(s.Events, e.ID) {
			return fmt.Errorf("event %s is given and not in scope", e.ID)
		}
		e := *e
		e.Mentions = append(slices.Clone(mentions[e.ID]), e.Mentions...)
		events[e.ID] = &e
	}
	r.Events = slices.Collect(maps.Values(events))

	entities := map[string]*readout.Entity{}
	for _, e := range r.Entities {
		e.Mentions = without(e.Mentions, s.Reports, func(m readout.EntityMention) string { return m.Report })
		for i := range e.Roles {
			e.Roles[i].Evidence = without(e.Roles[i].Evidence, s.Reports, func(m readout.Evidence) string { return m.Report })
		}
		entities[e.ID] = e
	}
	was := maps.Clone(entities)
	for _, id := range s.Entities {
		delete(entities, id)
	}
	for _, e := range n.Entities {
		old := was[e.ID]
		if entities[e.ID] == nil {
			if !slices.Contains(s.Entities, e.ID) {
				return fmt.Errorf("entity %s is new and not in scope", e.ID)
			}
			own := *e
			own.Mentions, own.Roles = nil, slices.Clone(e.Roles)
			for i := range own.Roles {
				own.Roles[i].Evidence = nil
			}
			entities[e.ID] = &own
		}
		x := entities[e.ID]
		if old != nil && old != x {
			x.Mentions = append(x.Mentions, old.Mentions...)
		}
		x.Mentions = append(x.Mentions, e.Mentions...)
		for i := range x.Roles {
			role := &x.Roles[i]
			for _, from := range []*readout.Entity{old, e} {
				if from == nil || from == x {
					continue
				}
				for _, y := range from.Roles {
					if y.Title == role.Title {
						role.Evidence = append(role.Evidence, y.Evidence...)
					}
				}
			}
		}
	}
	r.Entities = slices.Collect(maps.Values(entities))
	link.Order(r)
	maps.Copy(b.notes, c.Notes)
	return nil
}

func reader(t testing.TB) *pipeline.Reader {
	t.Helper()
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// documents are the reports of the sample and those of told.
func documents(t testing.TB, r *pipeline.Reader) []*nlp.Doc {
	t.Helper()
	res, err := r.Read(context.Background(), ingest.Read(context.Background(), []string{"../../examples/lake-ansa"}, ingest.Options{}), pipeline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	docs := res.Docs
	for i, x := range told {
		rep := &readout.Report{ID: fmt.Sprintf("r%02d", i), Text: x.text, Language: "en"}
		rep.Published.Value, rep.Published.Basis = x.day, readout.BasisNone
		if x.day != "" {
			rep.Published.Precision, rep.Published.Basis = "day", readout.BasisSidecar
		}
		docs = append(docs, r.Annotate(rep))
	}
	return docs
}

func jsonOf(t testing.TB, rec *readout.Record) string {
	t.Helper()
	var b bytes.Buffer
	if err := recordjson.Write(&b, rec); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestReportByReport holds that the changes a linker hands over add up to the
// record that linking all reports at once gives: in any order, in batches of any
// size, and when another linker goes on from the notes of the one before.
func TestReportByReport(t *testing.T) {
	r := reader(t)
	docs := documents(t, r)
	byID := map[string]*nlp.Doc{}
	for _, d := range docs {
		byID[d.Report.ID] = d
	}
	load := func(ids []string) ([]*nlp.Doc, error) {
		var out []*nlp.Doc
		for _, id := range ids {
			out = append(out, byID[id])
		}
		return out, nil
	}
	turns := 12
	if testing.Short() {
		turns = 3
	}
	for _, most := range []int{1, 4, 9, 100} {
		whole, err := link.InRegions(docs, r.KB, r.Redate, link.Options{Most: most, Batch: 1 << 30})
		if err != nil {
			t.Fatal(err)
		}
		want := jsonOf(t, whole)
		if most == 100 {
			rec, err := r.Record(docs)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(jsonOf(t, rec), want); diff != "" {
				t.Fatalf("one region is not the record (-record +region):\n%s", diff)
			}
		}
		for turn := range turns {
			rng := rand.New(rand.NewPCG(uint64(turn), uint64(most)))
			order := slices.Clone(docs)
			rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
			opts := link.Options{Most: most, Batch: 1 + rng.IntN(20)}
			l, err := link.NewLinker(r.KB, r.Redate, opts)
			if err != nil {
				t.Fatal(err)
			}
			b := &book{rec: &readout.Record{}, notes: map[string][]byte{}}
			for len(order) > 0 {
				n := 1 + rng.IntN(len(order))
				for _, d := range order[:n] {
					l.Put(d)
				}
				order = order[n:]
				if err := l.Link(load, b.take); err != nil {
					t.Fatal(err)
				}
				if rng.IntN(2) == 0 {
					if l, err = link.NewLinker(r.KB, r.Redate, opts); err != nil {
						t.Fatal(err)
					}
					if again := l.Restore(maps.All(b.notes), nil); len(again) > 0 {
						t.Fatalf("notes of %d reports cannot be read", len(again))
					}
					err := l.Link(load, func(c *link.Change) error {
						return fmt.Errorf("%d reports linked again for nothing", len(c.Scope.Reports))
					})
					if err != nil {
						t.Fatal(err)
					}
				}
			}
			for l.Open() > 0 {
				if err := l.Close(1+rng.IntN(30), load, b.take); err != nil {
					t.Fatal(err)
				}
			}
			if len(b.rec.Reports) != len(whole.Reports) {
				t.Fatalf("regions of %d, turn %d: %d reports of %d", most, turn, len(b.rec.Reports), len(whole.Reports))
			}
			if diff := cmp.Diff(want, jsonOf(t, b.rec)); diff != "" {
				t.Fatalf("regions of %d, turn %d (-whole +bits):\n%s", most, turn, diff)
			}
		}
	}
}
