package live

import (
	"context"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// Preview is what the record would tell after a decision, linked from the
// reports alone that it rests on: those that tell of what it is about. Nothing
// is stored.
func (s *Source) Preview(ctx context.Context, d readout.Decision) (*Snapshot, error) {
	seen := map[string]bool{}
	var ids []string
	for _, t := range d.About {
		for _, a := range t.Evidence {
			if !seen[a.Report] {
				seen[a.Report] = true
				ids = append(ids, a.Report)
			}
		}
	}
	r, err := s.reader()
	if err != nil {
		return nil, err
	}
	desk, err := Desk(ctx, r, s.store, d)
	if err != nil {
		return nil, err
	}
	var docs []*nlp.Doc
	for l, err := range s.store.LayersOf(ctx, ids) {
		if err != nil {
			return nil, err
		}
		docs = append(docs, desk.Apply(current(r, l, "")))
	}
	return s.linked(ctx, r, docs, s.Now().Revision)
}
