package link_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
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
