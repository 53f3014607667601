package live

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/link"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// Documents loads for each moment the documents of a store's reports, of an
// article those of the version that was out then; what came out later is not
// left out (see pipeline.Reader.AsOf). The zero moment is now. Those that another
// version of the annotators has read are annotated anew; the store stays as it
// is.
func Documents(ctx context.Context, r *pipeline.Reader, s store.Store, moments ...pipeline.Moment) ([][]*nlp.Doc, error) {
	return layers(ctx, r, s, r.Annotators.Version(), moments...)
}

// layers is Documents that annotates those anew that another version than the one
// given has read; "" takes every reading that the store has, so that only reports
// without one are annotated. A report on which the annotators fail keeps its
// earlier reading.
func layers(ctx context.Context, r *pipeline.Reader, s store.Store, version string, moments ...pipeline.Moment) ([][]*nlp.Doc, error) {
	replaced := make([]map[string]string, len(moments))
	for i, m := range moments {
		var err error
		if replaced[i], err = s.Superseded(ctx, m.Last()); err != nil {
			return nil, err
		}
	}
	desk, err := Desk(ctx, r, s)
	if err != nil {
		return nil, err
	}
	out := make([][]*nlp.Doc, len(moments))
	for l, err := range s.Layers(ctx) {
		if err != nil {
			return nil, err
		}
		var doc *nlp.Doc // read anew at most once, whatever the moments
		for i := range moments {
			if _, ok := replaced[i][l.Doc.Report.ID]; ok {
				continue
			}
			if doc == nil {
				doc = desk.Apply(current(r, l, version))
			}
			out[i] = append(out[i], doc)
		}
	}
	return out, nil
}

// current is a stored document, annotated anew where it has to be.
func current(r *pipeline.Reader, l store.Layered, version string) *nlp.Doc {
	if (l.Version == "" || version != "" && l.Version != version) && l.Doc.Report.Skip == "" {
		if again, err := r.Reread(l.Doc.Report); err == nil {
			return again
		}
	}
	return l.Doc
}

// Relink brings the record of a store up to date, with the refusals of the
// reading that came before: a Linker that is used once.
func Relink(ctx context.Context, r *pipeline.Reader, s store.Store, refusals []readout.Refusal) error {
	return NewLinker(r, s).Relink(ctx, refusals)
}

// Linker keeps the record of a store linked. One process at a time may use one
// for a store: another that links in between makes its next change fail with
// readout.ErrConflict, after which it starts again from the store. It is not safe
// for concurrent use.
type Linker struct {
	r    *pipeline.Reader
	s    store.Store
	opts link.Options

	l        *link.Linker // nil: to be restored from the store
	revision int          // that it left
	out      map[string]bool
	marks    map[string]string // of the reports that are being linked
	desk     *decide.Desk      // what people decided, as it is linked
	also     []readout.Decision
}

// NewLinker makes a linker of a store.
func NewLinker(r *pipeline.Reader, s store.Store) *Linker { return &Linker{r: r, s: s} }

// Relink notes refusals, brings the record up to date and makes it whole.
func (k *Linker) Relink(ctx context.Context, refusals []readout.Refusal) error {
	if err := k.s.AddRefusals(ctx, refusals...); err != nil {
		return err
	}
	if err := k.Link(ctx); err != nil {
		return err
	}
	return k.Close(ctx, 0)
}

// On makes the linker write to s from now on: the same store, bound to another
// lease.
func (k *Linker) On(s store.Store) { k.s = s }

// passing is how many reports that earlier annotators have read are read again
// in passing, which takes some seconds. More wait for the reread command and are
// linked as they were read.
const passing = 200

// Link brings the record up to date with the reports that came in or were read
// anew since. The store's refusals become those of the record.
func (k *Linker) Link(ctx context.Context) error {
	if err := k.reread(ctx); err != nil {
		return err
	}
	if err := k.restore(ctx); err != nil {
		return err
	}
	if err := k.decide(ctx); err != nil {
		return err
	}
	pending, err := k.s.Pending(ctx)
	if err != nil {
		return err
	}
	if err := k.put(ctx, pending); err != nil {
		return err
	}
	if err := k.replaced(ctx); err != nil {
		return err
	}
	refusals, err := k.s.Refusals(ctx)
	if err != nil {
		return err
	}
	if refusals == nil {
		refusals = []readout.Refusal{}
	}
	told := false
	err = k.l.Link(k.load(ctx), func(c *link.Change) error {
		c.Record.Refusals, told = refusals, true
		return k.take(ctx, c)
	})
	if err == nil && !told {
		err = k.take(ctx, &link.Change{Record: &readout.Record{Refusals: refusals}, Total: k.l.Len()})
	}
	return k.failed(err)
}

// reread reads again, in passing, the few reports that other annotators have
// read. One on which the annotators fail keeps its earlier reading, and a refusal
// says so.
func (k *Linker) reread(ctx context.Context) error {
	version := k.r.Annotators.Version()
	ids, err := k.s.Behind(ctx, version, "", passing+1)
	if err != nil || len(ids) > passing {
		return err
	}
	for _, id := range ids {
		l, err := k.s.Layered(ctx, id)
		if err != nil {
			return err
		}
		doc, err := k.r.Again(l.Doc, l.Version, nil)
		if err != nil {
			f := readout.Refusal{Path: l.Doc.Report.Path, Reason: err.Error() + "; what an earlier version read is kept"}
			if err := k.s.AddRefusals(ctx, f); err != nil {
				return err
			}
			continue
		}
		if _, err := k.s.Reannotate(ctx, doc, version); err != nil {
			return err
		}
	}
	return nil
}

// Open is the number of regions that are linked in pieces; see Close.
func (k *Linker) Open() int {
	if k.l == nil {
		return 0
	}
	return k.l.Open()
}

// Close makes whole what was linked in pieces, until about so many reports were
// linked (0: without end). The record is that of the set of reports when Open is
// 0 afterwards.
func (k *Linker) Close(ctx context.Context, reports int) error {
	if err := k.restore(ctx); err != nil {
		return err
	}
	return k.failed(k.l.Close(reports, k.load(ctx), func(c *link.Change) error { return k.take(ctx, c) }))
}

// failed drops what is in memory after an error: the store has the truth.
func (k *Linker) failed(err error) error {
	if err != nil {
		k.l = nil
	}
	return err
}

// restore reads from the store what linking noted there, unless nothing has
// changed the record since.
func (k *Linker) restore(ctx context.Context) error {
	rev, err := k.s.Revision(ctx)
	if err != nil {
		return err
	}
	if k.l != nil && k.revision == rev.N {
		return nil
	}
	if k.l, err = k.r.Linker(k.opts); err != nil {
		return err
	}
	k.revision, k.out, k.marks = rev.N, map[string]bool{}, map[string]string{}
	if k.desk, err = Desk(ctx, k.r, k.s, k.also...); err != nil {
		return k.failed(err)
	}
	var failed error
	notes := iter.Seq2[string, []byte](func(yield func(string, []byte) bool) {
		for d, err := range k.s.LinkDigests(ctx) {
			if err != nil {
				failed = err
				return
			}
			if !yield(d.Report, d.Digest) {
				return
			}
		}
	})
	again := k.l.Restore(notes, k.desk.Wide())
	if failed != nil {
		return k.failed(failed)
	}
	for _, id := range k.l.LeftOut() {
		k.out[id] = true
	}
	return k.failed(k.put(ctx, again))
}

// decide takes in what people decided since, before the reports that came in.
func (k *Linker) decide(ctx context.Context) (err error) {
	if k.desk, err = Desk(ctx, k.r, k.s, k.also...); err != nil {
		return err
	}
	marks := map[string]string{}
	for _, id := range k.desk.Reports() {
		marks[id] = k.desk.Mark(id)
	}
	return k.put(ctx, k.l.Decide(k.desk.Wide(), marks))
}

// batch is how many documents are held at once while their digests are drawn.
const batch = 256

// put puts the reports of those ids into the linker.
func (k *Linker) put(ctx context.Context, ids []string) error {
	for len(ids) > 0 {
		n := min(batch, len(ids))
		for l, err := range k.s.LayersOf(ctx, ids[:n]) {
			if err != nil {
				return err
			}
			k.l.Put(k.desk.Apply(current(k.r, l, "")))
			k.marks[l.Doc.Report.ID] = l.Mark
		}
		ids = ids[n:]
	}
	return nil
}

// replaced leaves out the reports that a newer version of their article has
// replaced, and takes back those that have become the newest again.
func (k *Linker) replaced(ctx context.Context) error {
	now, err := k.s.Superseded(ctx, time.Time{})
	if err != nil {
		return err
	}
	for id := range now {
		k.l.LeaveOut(id, true)
	}
	for id := range k.out {
		if _, ok := now[id]; !ok {
			k.l.LeaveOut(id, false)
		}
	}
	clear(k.out)
	for id := range now {
		k.out[id] = true
	}
	return nil
}

// load gives documents as the store has them.
func (k *Linker) load(ctx context.Context) link.Load {
	return func(ids []string) ([]*nlp.Doc, error) {
		out := make([]*nlp.Doc, 0, len(ids))
		for l, err := range k.s.LayersOf(ctx, ids) {
			if err != nil {
				return nil, err
			}
			if l.Mark != "" {
				k.marks[l.Doc.Report.ID] = l.Mark
			}
			out = append(out, k.desk.Apply(current(k.r, l, "")))
		}
		return out, nil
	}
}

// take puts a change into the store.
func (k *Linker) take(ctx context.Context, c *link.Change) error {
	s := c.Scope
	err := k.s.UpdateRecord(ctx, store.Update{
		Scope:  store.Scope{Reports: s.Reports, Entities: s.Entities, Events: s.Events, Utterances: s.Utterances, Issues: s.Issues, Commitments: s.Commitments, Threads: s.Threads},
		Record: c.Record, Total: c.Total, Base: k.revision, Marks: k.marks, Notes: c.Notes,
	})
	if err != nil {
		return fmt.Errorf("keep what was linked: %w", err)
	}
	rev, err := k.s.Revision(ctx)
	k.revision = rev.N
	for _, id := range s.Reports {
		delete(k.marks, id)
	}
	return err
}

// View is the view of a record that was linked from docs, with their sentences.
func View(rec *readout.Record, docs []*nlp.Doc) *view.View {
	sentences := make(map[string][]readout.Span, len(docs))
	for _, d := range docs {
		for _, s := range d.Sentences {
			sentences[d.Report.ID] = append(sentences[d.Report.ID], s.Span)
		}
	}
	v := view.New(rec)
	v.Sentences = func(report string) []readout.Span { return sentences[report] }
	return v
}
