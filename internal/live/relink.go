package live

import (
	"context"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// stored are the documents of a store.
type stored struct {
	docs   []*nlp.Doc
	reread []*nlp.Doc        // of docs: annotated anew, since another version had read them
	failed []readout.Refusal // of docs: could not be annotated anew, so the earlier reading stands
}

// Documents loads all documents of the store and annotates those anew that
// another version of the annotators has read; the store stays as it is.
func Documents(ctx context.Context, r *pipeline.Reader, s store.Store) ([]*nlp.Doc, error) {
	found, err := layers(ctx, r, s, r.Annotators.Version())
	return found.docs, err
}

// layers loads all documents and annotates those anew that another version than
// the one given has read; "" takes every reading that the store has, so that
// only reports without one are annotated.
func layers(ctx context.Context, r *pipeline.Reader, s store.Store, version string) (stored, error) {
	var out stored
	for l, err := range s.Layers(ctx) {
		if err != nil {
			return stored{}, err
		}
		doc := l.Doc
		if (l.Version == "" || version != "" && l.Version != version) && doc.Report.Skip == "" {
			again, err := r.Reread(doc.Report)
			if err != nil {
				out.failed = append(out.failed, readout.Refusal{Path: doc.Report.Path, Reason: err.Error() + "; what an earlier version read is kept"})
			} else {
				doc = again
				out.reread = append(out.reread, doc)
			}
		}
		out.docs = append(out.docs, doc)
	}
	return out, nil
}

// Relink draws the record anew from all reports of the store and keeps it, with
// the refusals of the reading that came before.
func Relink(ctx context.Context, r *pipeline.Reader, s store.Store, refusals []readout.Refusal) (*readout.Record, []*nlp.Doc, error) {
	if err := s.AddRefusals(ctx, refusals...); err != nil {
		return nil, nil, err
	}
	found, err := layers(ctx, r, s, r.Annotators.Version())
	if err != nil {
		return nil, nil, err
	}
	if err := s.AddRefusals(ctx, found.failed...); err != nil {
		return nil, nil, err
	}
	for _, doc := range found.reread {
		c, err := s.Capture(ctx, doc.Report.SHA256)
		if err != nil {
			return nil, nil, err
		}
		if err := s.Keep(ctx, c, doc, r.Annotators.Version()); err != nil {
			return nil, nil, err
		}
	}
	rec, err := r.Record(found.docs)
	if err != nil {
		return nil, nil, err
	}
	if rec.Refusals, err = s.Refusals(ctx); err != nil {
		return nil, nil, err
	}
	return rec, found.docs, s.ReplaceRecord(ctx, rec)
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
