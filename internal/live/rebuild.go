package live

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
)

// Rebuilt is what Rebuild did.
type Rebuilt struct {
	Reread []string          // reports that were damaged and are read again from their bytes
	Failed []readout.Refusal // those that could not be: path is the id
}

// Rebuild draws anew all that a store draws from captures and decisions: reports
// that are not what was stored are read again from their bytes, the record is
// linked from all reports and put in the place of what is there, whatever its
// rows say of themselves, and words are indexed anew. The record is that which
// linking as usual would have come to. Where nothing was damaged nothing changes,
// the number of the revision neither. told, which may be nil, hears of each step.
func Rebuild(ctx context.Context, r *pipeline.Reader, s store.Store, told func(step string)) (*Rebuilt, error) {
	if told == nil {
		told = func(string) {}
	}
	told("looking at the reports")
	out := &Rebuilt{}
	v, err := s.Verify(ctx, true, nil)
	if err != nil {
		return nil, err
	}
	for _, f := range v.Findings {
		if f.Part == store.PartReport && f.ID != "" {
			out.Reread = append(out.Reread, f.ID)
		}
	}
	slices.Sort(out.Reread)
	out.Reread = slices.Compact(out.Reread)
	out.Reread = slices.DeleteFunc(out.Reread, func(id string) bool {
		err := readAgain(ctx, r, s, id)
		if err != nil {
			out.Failed = append(out.Failed, readout.Refusal{Path: id, Reason: err.Error()})
		}
		return err != nil
	})
	if len(out.Failed) > 0 {
		return out, fmt.Errorf("report %s: %w: it cannot be read again from its bytes (%s); restore a backup, or save the rest, without it: readout salvage", out.Failed[0].Path, readout.ErrDamaged, out.Failed[0].Reason)
	}
	told("linking all reports")
	docs, err := layers(ctx, r, s, "", pipeline.Moment{})
	if err != nil {
		return out, err
	}
	rec, err := r.Record(docs[0])
	if err != nil {
		return out, err
	}
	if rec.Refusals, err = s.Refusals(ctx); err != nil {
		return out, err
	}
	if rec.Refusals == nil {
		rec.Refusals = []readout.Refusal{}
	}
	told("putting the record")
	if err := s.UpdateRecord(ctx, store.Update{Scope: store.Scope{All: true}, Record: rec, Anew: true}); err != nil {
		return out, err
	}
	if err := Relink(ctx, r, s, nil); err != nil {
		return out, err
	}
	told("indexing")
	return out, s.Reindex(ctx)
}

// readAgain reads a report again from its bytes and stores it in the place of
// what is there.
func readAgain(ctx context.Context, r *pipeline.Reader, s store.Store, id string) error {
	sha, err := s.CaptureOf(ctx, id)
	if err != nil {
		return err
	}
	came, err := s.Arrivals(ctx, sha)
	if err != nil {
		return err
	}
	// Bytes that two outlets print are two reports.
	why := errors.New("it is not known where its bytes came from")
	for _, c := range came {
		doc, err := r.Doc(c, nil)
		if err != nil {
			why = err
			continue
		}
		if doc.Report.ID != id {
			why = errors.New("its bytes are read as another report now, " + doc.Report.ID)
			continue
		}
		if err := s.Forget(ctx, []string{id}); err != nil {
			return err
		}
		return s.Keep(ctx, c, doc, r.Annotators.Version())
	}
	return why
}
