package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"sync"
	"syscall"
)

// output is standard output. It remembers its first error: text is printed in many
// places that do not look, and none of it may be lost with exit code 0.
type output struct {
	io.Writer
	gone func() // called when nobody reads any more
	mu   sync.Mutex
	err  error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.err = cmp.Or(o.err, err)
	if errors.Is(err, syscall.EPIPE) {
		o.gone()
	}
	return n, err
}

// failed is the first error, nil for none.
func (o *output) failed() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// input is standard input whose reading ends with ctx: a terminal or a pipe can keep
// a read for ever.
type input struct {
	io.Reader
	ctx context.Context
	buf []byte // of the read under way, which may outlast ctx
}

func (in *input) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	type result struct {
		n   int
		err error
	}
	if len(in.buf) < len(p) {
		in.buf = make([]byte, len(p))
	}
	done := make(chan result, 1)
	go func(b []byte) {
		n, err := in.Reader.Read(b)
		done <- result{n, err}
	}(in.buf[:len(p)])
	select {
	case r := <-done:
		return copy(p, in.buf[:r.n]), r.err
	case <-in.ctx.Done():
		return 0, in.ctx.Err()
	}
}

// source is what r reads from, which may be a terminal.
func source(r io.Reader) io.Reader {
	if in, ok := r.(*input); ok {
		return in.Reader
	}
	return r
}

// device is what w writes to, which may be a terminal.
func device(w io.Writer) io.Writer {
	if o, ok := w.(*output); ok {
		return o.Writer
	}
	return w
}
