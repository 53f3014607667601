package ingest

import (
	"context"
	"iter"

	"github.com/readout-news/readout"
)

// Body yields the captures of one body of bytes that did not come from a file:
// sent to a server, pasted. The ending of name says the form; without a known
// one, its first bytes do. side is what the sender says of it, nil nothing.
func Body(ctx context.Context, name string, b []byte, side *readout.Sidecar, opts Options) iter.Seq2[readout.Capture, *readout.Refusal] {
	return func(yield func(readout.Capture, *readout.Refusal) bool) {
		opts = opts.bounded()
		opts.NoManifest = true // name is the sender's: it opens no file here
		r := &reader{ctx: ctx, opts: opts, yield: yield}
		if int64(len(b)) > opts.MaxBytes {
			_ = r.tooLarge(name, opts.MaxBytes) // the only error is that the caller has left
			return
		}
		// What a few bytes unpack to would lie in memory until it is read.
		if formOf(b[:min(len(b), formHead)]) != formNone {
			_ = r.refuse(name, "an archive or packed file; send the reports in it one by one, or read it with “readout ingest”")
			return
		}
		kind := kindOf(name)
		if kind == kindUnknown || kind == kindVessel {
			kind = sniff(b)
		}
		_ = r.body(piece{at: name, side: side, named: true}, b, kind)
	}
}
