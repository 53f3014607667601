package ingest

import (
	"context"

	"github.com/readout-news/readout"
)

// Row is the capture of one line of JSON, as a .jsonl file has it, or why it is
// refused; at names it.
func Row(at string, line []byte) (c readout.Capture, refused *readout.Refusal) {
	r := &reader{ctx: context.Background(), opts: Options{NoManifest: true}.bounded(), yield: func(found readout.Capture, no *readout.Refusal) bool {
		c, refused = found, no
		return true
	}}
	_ = r.object(at, line, nil) // the only error is that the caller has left
	return c, refused
}
