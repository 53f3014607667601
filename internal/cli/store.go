package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlite"
)

// record is what a command shows: the record of paths where there are any
// (kept in db unless that is ""), else the one that the store holds. The
// second result is errRefused when inputs were refused.
func (a *app) record(ctx context.Context, paths []string, db string) (rec *readout.Record, refused, err error) {
	if len(paths) == 0 {
		rec, err = a.stored(ctx, db)
		return rec, nil, err
	}
	r, err := pipeline.New()
	if err != nil {
		return nil, nil, err
	}
	keep := a.db != "" // queries over paths use the store only when told to
	if !keep {
		res, refused, err := a.read(ctx, r, paths, nil)
		if err != nil {
			return nil, nil, err
		}
		if rec, err = r.Record(res.Docs); err != nil {
			return nil, nil, err
		}
		rec.Refusals = res.Refusals
		return rec, refused, nil
	}
	s, err := sqlite.Open(ctx, db, sqlite.Options{Create: true})
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	res, refused, err := a.read(ctx, r, paths, s)
	if err != nil {
		return nil, nil, err
	}
	rec, err = relink(ctx, r, s, res)
	return rec, refused, err
}

// stored loads the record of an existing store.
func (a *app) stored(ctx context.Context, db string) (rec *readout.Record, err error) {
	s, err := sqlite.Open(ctx, db, sqlite.Options{})
	if isMissing(err) {
		return nil, errNoStore(db)
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Record(ctx)
}

// relink draws the record anew from all reports of the store and keeps it.
func relink(ctx context.Context, r *pipeline.Reader, s store.Store, res *pipeline.Result) (*readout.Record, error) {
	if err := s.AddRefusals(ctx, res.Refusals...); err != nil {
		return nil, err
	}
	var docs []*nlp.Doc
	for l, err := range s.Layers(ctx) {
		if err != nil {
			return nil, err
		}
		docs = append(docs, l.Doc)
	}
	rec, err := r.Record(docs)
	if err != nil {
		return nil, err
	}
	if rec.Refusals, err = s.Refusals(ctx); err != nil {
		return nil, err
	}
	return rec, s.ReplaceRecord(ctx, rec)
}

// ingest reads paths into the store and says what is new.
func (a *app) ingest(ctx context.Context, paths []string) (err error) {
	r, err := pipeline.New()
	if err != nil {
		return err
	}
	db := a.store()
	s, err := sqlite.Open(ctx, db, sqlite.Options{Create: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	res, refused, err := a.read(ctx, r, paths, s)
	if err != nil {
		return err
	}
	rec, err := relink(ctx, r, s, res)
	if err != nil {
		return err
	}
	sum := struct {
		New        int                  `json:"new"`
		Known      int                  `json:"known"`
		Refused    int                  `json:"refused"`
		Duplicates []pipeline.Duplicate `json:"duplicates"`
		Reports    int                  `json:"reports"`
		Events     int                  `json:"events"`
		Statements int                  `json:"statements"`
		DB         string               `json:"db"`
	}{len(res.Docs) - res.Known, res.Known, len(res.Refusals), res.Duplicates, len(rec.Reports), len(rec.Events), len(rec.Statements), db}
	if a.json {
		return errors.Join(a.printJSON(sum), refused)
	}
	fmt.Fprintf(a.env.Stdout, "%d new, %d known, %d refused. %s holds %s, %s and %s.\n",
		sum.New, sum.Known, sum.Refused, db, count(sum.Reports, "report"), count(sum.Events, "event"), count(sum.Statements, "statement"))
	return refused
}
