package live

import (
	"context"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
)

// Undecided is the record that the machine makes of the reports of a store, as
// they are read now, without what people decided.
func Undecided(ctx context.Context, r *pipeline.Reader, s store.Store) (*readout.Record, error) {
	ids, err := s.Revision(ctx)
	if err != nil {
		return nil, err
	}
	in, err := s.ReportsAt(ctx, ids.N)
	if err != nil {
		return nil, err
	}
	var docs []*nlp.Doc
	for l, err := range s.LayersOf(ctx, in) {
		if err != nil {
			return nil, err
		}
		docs = append(docs, current(r, l, ""))
	}
	return r.Record(docs)
}
