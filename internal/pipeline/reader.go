package pipeline

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/link"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/coref"
	"github.com/readout-news/readout/internal/nlp/event"
	"github.com/readout-news/readout/internal/nlp/lemma"
	"github.com/readout-news/readout/internal/nlp/names"
	"github.com/readout-news/readout/internal/nlp/position"
	"github.com/readout-news/readout/internal/nlp/quote"
	"github.com/readout-news/readout/internal/nlp/response"
	"github.com/readout-news/readout/internal/nlp/syntax"
	"github.com/readout-news/readout/internal/nlp/timex"
	"github.com/readout-news/readout/internal/nlp/tokenize"
	"github.com/readout-news/readout/internal/room"
)

// Reader is everything that reading needs, loaded once: models, lexicons and
// the annotators in their order. It is safe for concurrent use.
type Reader struct {
	KB         *kb.KB
	Annotators nlp.Pipeline
	extractor  *extract.Extractor
	dater      *timex.Dater
}

// New loads models and lexicons and puts the annotators in order. Pages are
// taken apart in this process, see NewWith.
func New() (*Reader, error) { return NewWith(extract.Options{}) }

// NewWith is New with settings for the extractor.
func NewWith(opts extract.Options) (*Reader, error) {
	if err := room.Enough(); err != nil {
		return nil, fmt.Errorf("load the models: %w", err)
	}
	k, err := kb.Load()
	if err != nil {
		return nil, fmt.Errorf("load the lexicons: %w", err)
	}
	r := &Reader{KB: k}
	if r.extractor, err = extract.New(opts); err != nil {
		return nil, fmt.Errorf("load extract: %w", err)
	}
	if r.dater, err = timex.NewDater(); err != nil {
		return nil, fmt.Errorf("load the rules of time: %w", err)
	}
	// The order here is the order of reading. Loading has no order, and half of
	// it waits for the other half when done in turn.
	list := []func() (*nlp.Annotator, error){
		tokenize.New,
		func() (*nlp.Annotator, error) { return syntax.New(syntax.Options{}) },
		lemma.New,
		func() (*nlp.Annotator, error) { return names.NewWith(k) },
		timex.New,
		quote.New,
		func() (*nlp.Annotator, error) { return coref.New(k) },
		event.New,
		position.New,
		func() (*nlp.Annotator, error) { return response.New(k) },
	}
	r.Annotators = make(nlp.Pipeline, len(list))
	errs := make([]error, len(list))
	var loading sync.WaitGroup
	for i, load := range list {
		loading.Go(func() { r.Annotators[i], errs[i] = load() })
	}
	loading.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("load the annotators: %w", err)
	}
	return r, r.Annotators.Validate()
}

// Read takes inputs through extract and the annotators, see the function Read.
func (r *Reader) Read(ctx context.Context, inputs iter.Seq2[readout.Capture, *readout.Refusal], opts Options) (*Result, error) {
	return Read(ctx, inputs, r.extractor.Report, r.Annotators, opts)
}

// Annotate reads one report.
func (r *Reader) Annotate(report *readout.Report) *nlp.Doc {
	doc := &nlp.Doc{Report: report}
	r.Annotators.Run(doc)
	return doc
}

// Draft reads text that is not (yet) a report: with the day on which it is to
// appear ("" unknown) as its day of publication. Nothing of it is kept.
func (r *Reader) Draft(text, day string) (*nlp.Doc, error) {
	report, err := r.extractor.Report(readout.Capture{MediaType: "text/plain", Charset: "utf-8", Body: []byte(text), Sidecar: &readout.Sidecar{Published: day}})
	if err != nil {
		return nil, err
	}
	doc := &nlp.Doc{Report: report}
	if report.Skip != "" {
		return doc, nil
	}
	return doc, annotate(r.Annotators, doc)
}

// Reread is Annotate for a report that an earlier version has read: a fault of
// the annotators is an error, and the earlier reading can stand.
func (r *Reader) Reread(report *readout.Report) (*nlp.Doc, error) {
	doc := &nlp.Doc{Report: report}
	if err := annotate(r.Annotators, doc); err != nil {
		return nil, err
	}
	return doc, nil
}

// Record links documents into a record.
func (r *Reader) Record(docs []*nlp.Doc) (*readout.Record, error) {
	return link.Record(docs, r.KB, r.Redate)
}

// Linker makes a linker that links as Record does.
func (r *Reader) Linker(opts link.Options) (*link.Linker, error) {
	return link.NewLinker(r.KB, r.Redate, opts)
}

// Redate reads the time expressions of a report as published on another day.
func (r *Reader) Redate(doc *nlp.Doc, p readout.Published) []nlp.Timex { return r.dater.Redate(doc, p) }
