package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/reading"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
)

// record is what a command shows: the record of paths where there are any
// (kept in db unless that is ""), else the one that the store holds; with
// --as-of, of the reports alone that were out by then. The second result is
// errRefused when inputs were refused.
func (a *app) record(ctx context.Context, paths []string, db string) (rec *readout.Record, refused, err error) {
	a.paths = paths
	if err := a.checkMoment(); err != nil {
		return nil, nil, err
	}
	if len(paths) == 0 {
		rec, err = a.stored(ctx, db)
		return rec, nil, err
	}
	r, err := a.reader()
	if err != nil {
		return nil, nil, err
	}
	keep := a.db != "" // queries over paths use the store only when told to
	if !keep {
		res, refused, err := a.read(ctx, r, paths, nil)
		if err != nil {
			return nil, nil, err
		}
		if a.asOf != "" {
			rec, err = a.recordAt(r, res.Docs, a.asOf)
			return rec, refused, err
		}
		if rec, err = r.Record(res.Docs); err != nil {
			return nil, nil, err
		}
		rec.Refusals = res.Refusals
		return rec, refused, nil
	}
	if a.asOf == "" {
		rec, _, refused, err = a.keep(ctx, r, paths, db)
		return rec, refused, err
	}
	_, docs, refused, err := a.keep(ctx, r, paths, db, a.asOf)
	if err == nil {
		rec, err = a.recordAt(r, docs[0], a.asOf)
	}
	return rec, refused, err
}

// keep reads paths into the store, which is made where there is none, and
// links all that it holds. The documents come for the moments asked for.
func (a *app) keep(ctx context.Context, r *pipeline.Reader, paths []string, db string, moments ...string) (rec *readout.Record, docs [][]*nlp.Doc, refused, err error) {
	s, err := a.openStore(ctx, db, true)
	if err != nil {
		return nil, nil, nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	res, refused, err := a.read(ctx, r, paths, s)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := a.relink(ctx, r, db, s, res.Refusals); err != nil {
		return nil, nil, nil, err
	}
	if rec, err = s.Record(ctx); err == nil && len(moments) > 0 {
		docs, err = documentsAt(ctx, r, s, moments)
	}
	return rec, docs, refused, err
}

// stored loads the record of an existing store; with --as-of it is drawn anew
// from the layers, and the store stays as it is.
func (a *app) stored(ctx context.Context, db string) (rec *readout.Record, err error) {
	s, err := a.existing(ctx, db)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if a.readIn, err = s.ReadIn(ctx); err != nil {
		return nil, err
	}
	rev, err := s.Revision(ctx)
	if err != nil {
		return nil, err
	}
	a.revision = rev.N
	defer func() {
		if err == nil && (a.json || a.exports) {
			a.decided, err = decidedIn(ctx, s, rec)
		}
	}()
	if a.asOf == "" {
		return s.Record(ctx)
	}
	r, err := a.reader()
	if err != nil {
		return nil, err
	}
	docs, err := documentsAt(ctx, r, s, []string{a.asOf})
	if err != nil {
		return nil, err
	}
	return a.recordAt(r, docs[0], a.asOf)
}

// documentsAt loads the documents of a store for each moment; "" is now.
func documentsAt(ctx context.Context, r *pipeline.Reader, s store.Store, moments []string) ([][]*nlp.Doc, error) {
	list := make([]pipeline.Moment, len(moments))
	for i, m := range moments {
		if m == "" {
			continue
		}
		var err error
		if list[i], err = pipeline.ParseMoment(m); err != nil {
			return nil, err
		}
	}
	return live.Documents(ctx, r, s, list...)
}

// checkMoment refuses an --as-of that is no moment before anything is read.
func (a *app) checkMoment() error {
	if a.asOf == "" {
		return nil
	}
	if _, err := pipeline.ParseMoment(a.asOf); err != nil {
		return usageError{fmt.Errorf("--as-of %w", err)}
	}
	return nil
}

// recordAt links the reports that were out at a moment and says on standard
// error how many were not; "" is now, at which all are.
func (a *app) recordAt(r *pipeline.Reader, docs []*nlp.Doc, moment string) (*readout.Record, error) {
	if moment == "" {
		return r.Record(docs)
	}
	m, err := pipeline.ParseMoment(moment)
	if err != nil {
		return nil, err
	}
	reach, err := r.AsOf(docs, m)
	if err != nil {
		return nil, err
	}
	note := fmt.Sprintf("as of %s: %d of %s", m, len(reach.Docs), count(len(docs), "report"))
	if reach.Later > 0 {
		note += fmt.Sprintf("; %d came later", reach.Later)
		if len(reach.Docs) == 0 {
			note += ", the first on " + isoDate(reach.Next)
		}
	}
	if reach.Open > 0 {
		note += fmt.Sprintf("; %s left out: nothing says when they came out (give their days in reports.jsonl)", count(reach.Open, "report"))
	}
	if !a.source.quiet {
		fmt.Fprintf(a.env.Stderr, "readout: %s\n", note)
	}
	return r.Record(reach.Docs)
}

// documents are, for each moment ("" is now), those of paths, read now (and kept
// with all others where --db names a store, as in record), else those of the
// store.
func (a *app) documents(ctx context.Context, r *pipeline.Reader, paths []string, moments ...string) (docs [][]*nlp.Doc, refused, err error) {
	if len(paths) > 0 && a.db != "" {
		_, docs, refused, err := a.keep(ctx, r, paths, a.db, moments...)
		return docs, refused, err
	}
	if len(paths) > 0 {
		res, refused, err := a.read(ctx, r, paths, nil)
		if err != nil {
			return nil, nil, err
		}
		return slices.Repeat([][]*nlp.Doc{res.Docs}, len(moments)), refused, nil
	}
	s, err := a.existing(ctx, a.store())
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	docs, err = documentsAt(ctx, r, s, moments)
	return docs, nil, err
}

// ingest reads paths, or what “readout extract” has read of them, into the store
// and says what is new.
func (a *app) ingest(ctx context.Context, paths, layers []string) (err error) {
	r, err := a.reader()
	if err != nil {
		return err
	}
	db := a.store()
	s, err := a.openStore(ctx, db, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	x := &readings{annotators: r.Annotators, stdin: a.env.Stdin, rows: map[string]*reading.Row{}}
	inputs, told := a.inputs(ctx, paths)
	opts := pipeline.Options{Keeper: s, Bare: true}
	if len(layers) > 0 {
		inputs, opts.Made = x.inputs(layers), x.made
	}
	res, refused, err := a.readInputs(ctx, r, inputs, opts)
	told()
	if err != nil {
		return err
	}
	if x.other > 0 {
		fmt.Fprintf(a.env.Stderr, "readout: read again: %s whose layers are of other annotators than these, or do not fit\n", count(x.other, "report"))
	}
	if err := a.relink(ctx, r, db, s, res.Refusals); err != nil {
		return err
	}
	about, err := s.About(ctx)
	if err != nil {
		return err
	}
	sum := ingested{res.Reports - res.Known, res.Known, len(res.Refusals), append([]pipeline.Duplicate{}, res.Duplicates...), about.Linked, about.Events, about.Statements, open.Name(db)}
	if a.json {
		return errors.Join(a.printSum(sum), refused)
	}
	sum.print(a.env.Stdout)
	return refused
}

// acknowledge tells with --each that an input is stored as that report; what was
// refused has none.
func (a *app) acknowledge(path, report string) {
	switch {
	case !a.each || report == "":
	case a.json:
		a.printLine(struct {
			Path   string `json:"path"`
			Report string `json:"report"`
		}{path, report})
	default:
		fmt.Fprintf(a.env.Stdout, "%s %s\n", report, clean(path))
	}
}

// printSum prints what an ingest came to: with --each as one more line.
func (a *app) printSum(sum any) error {
	if a.each {
		return a.printLine(sum)
	}
	return a.printJSON(sum)
}

// ingested is what an ingest came to.
type ingested struct {
	New        int                  `json:"new"`
	Known      int                  `json:"known"`
	Refused    int                  `json:"refused"`
	Duplicates []pipeline.Duplicate `json:"duplicates"`
	Reports    int                  `json:"reports"`
	Events     int                  `json:"events"`
	Statements int                  `json:"statements"`
	DB         string               `json:"db"`
}

func (s *ingested) print(w io.Writer) {
	fmt.Fprintf(w, "%d new, %d known, %d refused. %s holds %s, %s and %s.\n",
		s.New, s.Known, s.Refused, s.DB, count(s.Reports, "report"), count(s.Events, "event"), count(s.Statements, "statement"))
}
