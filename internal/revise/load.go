package revise

import (
	"context"
	"fmt"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// Source is where versions are kept; a store is one.
type Source interface {
	Known(ctx context.Context, reportID, version string) (*nlp.Doc, error)
	Report(ctx context.Context, id string) (*readout.Report, error)
}

// Reader reads reports and links them; a pipeline.Reader is one.
type Reader interface {
	Reread(report *readout.Report) (*nlp.Doc, error)
	Record(docs []*nlp.Doc) (*readout.Record, error)
}

// Load reads one version: the report with that id, linked alone. version names
// the annotators of r; what another version of them has read is read anew, and
// the store stays as it is.
func Load(ctx context.Context, s Source, r Reader, version, id string) (Version, error) {
	doc, err := s.Known(ctx, id, version)
	if err != nil {
		return Version{}, err
	}
	if doc == nil {
		report, err := s.Report(ctx, id)
		if err != nil {
			return Version{}, err
		}
		if doc, err = r.Reread(report); err != nil {
			return Version{}, fmt.Errorf("read version %s: %w", id, err)
		}
	}
	rec, err := r.Record([]*nlp.Doc{doc})
	if err != nil {
		return Version{}, fmt.Errorf("link version %s: %w", id, err)
	}
	v := Version{Record: rec}
	for _, s := range doc.Sentences {
		v.Sentences = append(v.Sentences, s.Span)
	}
	return v, nil
}
