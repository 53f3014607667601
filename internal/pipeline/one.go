package pipeline

import (
	"context"
	"fmt"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// Fault is a panic over one report: a defect of the program and not of its
// input.
type Fault struct{ Value any }

func (f *Fault) Error() string {
	return fmt.Sprintf("the annotators failed on this report (%v); please report it with the file", f.Value)
}

// Report is the part of reading before the annotators: a capture to a report.
// The error says why it is none; it is a *Fault when the program failed over it.
func (r *Reader) Report(c readout.Capture, observe Observe) (report *readout.Report, err error) {
	defer func() {
		if p := recover(); p != nil {
			report, err = nil, &Fault{Value: p}
		}
	}()
	start := observe.start()
	defer observe.since(StageExtract, start)
	return r.extractor.Report(c)
}

// AnnotateWithin is Annotate that ends with ctx, which it looks at between
// annotators: its error is then ctx's. A panic is a *Fault. A report that is not
// to be read further has no layers.
func (r *Reader) AnnotateWithin(ctx context.Context, report *readout.Report, observe Observe) (*nlp.Doc, error) {
	doc := &nlp.Doc{Report: report}
	if report.Skip != "" {
		return doc, nil
	}
	_, err := guarded(func() *nlp.Doc {
		tell := observe.each()
		for i := range r.Annotators {
			if ctx.Err() != nil {
				return nil
			}
			r.Annotators[i:i+1].RunThen(doc, tell)
		}
		return doc
	})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return doc, nil
}
