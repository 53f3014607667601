package cli

import (
	"cmp"
	"io"
	"sync"
)

// output is standard output. It remembers its first error: text is printed in many
// places that do not look, and none of it may be lost with exit code 0.
type output struct {
	io.Writer
	mu  sync.Mutex
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.err = cmp.Or(o.err, err)
	return n, err
}

// failed is the first error, nil for none.
func (o *output) failed() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// device is what w writes to, which may be a terminal.
func device(w io.Writer) io.Writer {
	if o, ok := w.(*output); ok {
		return o.Writer
	}
	return w
}
