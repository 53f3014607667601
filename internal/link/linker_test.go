package link_test

import (
	"bytes"
	"context"
	"errors"
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
	still bool // that the record before a change stays as it is, is looked at
}

func (b *book) take(c *link.Change) error {
	was := ""
	if b.still {
		was = fmt.Sprint(asJSON(b.rec))
	}
	rec, err := c.Apply(b.rec)
	if err != nil {
		return err
	}
	if b.still && fmt.Sprint(asJSON(b.rec)) != was {
		return errors.New("the record before the change is another now")
	}
	b.rec = rec
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
	s, err := asJSON(rec)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func asJSON(rec *readout.Record) (string, error) {
	var b bytes.Buffer
	err := recordjson.Write(&b, rec)
	return b.String(), err
}

// among gives those of docs that are asked for.
func among(docs []*nlp.Doc) link.Load {
	byID := map[string]*nlp.Doc{}
	for _, d := range docs {
		byID[d.Report.ID] = d
	}
	return func(ids []string) (out []*nlp.Doc, err error) {
		for _, id := range ids {
			out = append(out, byID[id])
		}
		return out, nil
	}
}

// TestReportByReport holds that the changes a linker hands over add up to the
// record that linking all reports at once gives: in any order, in batches of any
// size, and when another linker goes on from the notes of the one before.
func TestReportByReport(t *testing.T) {
	r := reader(t)
	docs := documents(t, r)
	load := among(docs)
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
			b := &book{rec: &readout.Record{}, notes: map[string][]byte{}, still: turn == 0}
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

// TestReadAnewInBatches holds that reports that are read anew, and tell more than
// before, come to the record of a linker that never knew them otherwise, in batches
// of any size: what a batch renames may be told by pieces of a later one, whose
// reports are others already.
func TestReadAnewInBatches(t *testing.T) {
	r := reader(t)
	docs := documents(t, r)
	var less []*nlp.Doc
	for _, d := range docs {
		rep := *d.Report
		to := strings.LastIndex(rep.Text[:len(rep.Text)/2], " ")
		rep.Text = strings.Repeat(" ", to) + rep.Text[to:]
		less = append(less, r.Annotate(&rep))
	}
	turns := 8
	if testing.Short() {
		turns = 2
	}
	for _, most := range []int{1, 4, 9} {
		whole, err := link.InRegions(docs, r.KB, r.Redate, link.Options{Most: most, Batch: 1 << 30})
		if err != nil {
			t.Fatal(err)
		}
		want := jsonOf(t, whole)
		for turn := range turns {
			rng := rand.New(rand.NewPCG(uint64(turn), uint64(most)))
			l, err := link.NewLinker(r.KB, r.Redate, link.Options{Most: most, Batch: 1 + rng.IntN(6)})
			if err != nil {
				t.Fatal(err)
			}
			b := &book{rec: &readout.Record{}, notes: map[string][]byte{}}
			for _, d := range less {
				l.Put(d)
			}
			if err := l.Link(among(less), b.take); err != nil {
				t.Fatal(err)
			}
			now := map[string]*nlp.Doc{}
			for _, d := range less {
				now[d.Report.ID] = d
			}
			load := func(ids []string) (out []*nlp.Doc, err error) {
				for _, id := range ids {
					out = append(out, now[id])
				}
				return out, nil
			}
			for order := rng.Perm(len(docs)); len(order) > 0; {
				n := 1 + rng.IntN(len(order))
				for _, i := range order[:n] {
					l.Put(docs[i])
					now[docs[i].Report.ID] = docs[i]
				}
				order = order[n:]
				if err := l.Link(load, b.take); err != nil {
					t.Fatal(err)
				}
			}
			for l.Open() > 0 {
				if err := l.Close(1+rng.IntN(30), load, b.take); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(want, jsonOf(t, b.rec)); diff != "" {
				t.Fatalf("regions of %d, turn %d (-whole +read anew):\n%s", most, turn, diff)
			}
		}
	}
}

// TestOneRegionBecomesMany holds that a linker whose reports were one region up to
// now comes to the record of all at once, whichever report was one too many.
func TestOneRegionBecomesMany(t *testing.T) {
	r := reader(t)
	docs := documents(t, r)
	rng := rand.New(rand.NewPCG(4, 1))
	for _, most := range []int{1, 2, 5, 12, len(docs) - 1} {
		rng.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
		whole, err := link.InRegions(docs, r.KB, r.Redate, link.Options{Most: most, Batch: 1 << 30})
		if err != nil {
			t.Fatal(err)
		}
		l, err := link.NewLinker(r.KB, r.Redate, link.Options{Most: most})
		if err != nil {
			t.Fatal(err)
		}
		b := &book{rec: &readout.Record{}, notes: map[string][]byte{}}
		load := among(docs)
		for _, part := range [][]*nlp.Doc{docs[:most], docs[most:]} {
			for _, d := range part {
				l.Put(d)
			}
			if err := l.Link(load, b.take); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.Close(0, load, b.take); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(jsonOf(t, whole), jsonOf(t, b.rec)); diff != "" {
			t.Fatalf("regions of %d (-whole +first so many):\n%s", most, diff)
		}
	}
}
