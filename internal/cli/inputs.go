package cli

import (
	"context"
	"fmt"
	"iter"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
)

// inputs are the captures and refusals of paths. told, called when they are
// through, says on standard error what archives held beside reports: then no
// line of progress is in the way.
func (a *app) inputs(ctx context.Context, paths []string) (in iter.Seq2[readout.Capture, *readout.Refusal], told func()) {
	var notes []string // one a file of many
	opts := a.inputOptions()
	opts.Note = func(path, text string) { notes = append(notes, path+": "+text) }
	in = ingest.Read(ctx, paths, opts)
	return in, func() {
		for _, n := range notes {
			if !a.source.quiet {
				fmt.Fprintln(a.env.Stderr, "readout:", clean(n))
			}
		}
	}
}
