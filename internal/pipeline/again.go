package pipeline

import (
	"errors"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// Observe is told how long a stage took on one report: extract, an annotator by
// its name, store. It is called from many goroutines.
type Observe func(stage string, took time.Duration)

// The stages besides the annotators, which have their own names.
const (
	StageExtract = "extract"
	StageStore   = "store"
	StageLink    = "link" // of all that waits, not of one report
	StageLoad    = "load" // of the record into memory, where pages are served
)

// since tells o what a stage took; a nil o costs nothing.
func (o Observe) since(stage string, start time.Time) {
	if o != nil {
		o(stage, time.Since(start))
	}
}

// start is the clock, or zero where nobody asks.
func (o Observe) start() time.Time {
	if o == nil {
		return time.Time{}
	}
	return time.Now()
}

// each is for nlp.Pipeline.RunThen: it tells what each annotator took.
func (o Observe) each() func(*nlp.Annotator) {
	if o == nil {
		return nil
	}
	last := time.Now()
	return func(a *nlp.Annotator) {
		now := time.Now()
		o(a.Name, now.Sub(last))
		last = now
	}
}

// guarded runs annotators and turns a panic of theirs into an error: a fault in
// reading one page must not lose the others.
func guarded(run func() *nlp.Doc) (doc *nlp.Doc, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Fault{Value: p}
		}
	}()
	return run(), nil
}

// Doc reads one capture: the part of reading that is of one report alone. The
// error says why nothing could be read; observe may be nil.
func (r *Reader) Doc(c readout.Capture, observe Observe) (*nlp.Doc, error) {
	start := observe.start()
	report, err := r.extractor.Report(c)
	observe.since(StageExtract, start)
	if err != nil {
		return nil, err
	}
	doc := &nlp.Doc{Report: report}
	if report.Skip != "" {
		return doc, nil
	}
	return guarded(func() *nlp.Doc {
		r.Annotators.RunThen(doc, observe.each())
		return doc
	})
}

// Again is the document as the annotators of today read it, where those of the
// version was have read it: layers that cannot have changed are kept. "" is for
// a document without layers. observe may be nil.
func (r *Reader) Again(doc *nlp.Doc, was string, observe Observe) (*nlp.Doc, error) {
	if doc.Report == nil {
		return nil, errors.New("there is no report to read again")
	}
	if doc.Report.Skip != "" {
		return &nlp.Doc{Report: doc.Report}, nil
	}
	return guarded(func() *nlp.Doc { return r.Annotators.Again(doc, was, observe.each()) })
}
