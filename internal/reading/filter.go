package reading

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"sync"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/nlp"
)

// DefaultMaxLine is the longest line that is read, in bytes: a page of 15 MB in
// base64, or with its layers.
const DefaultMaxLine = limits.Layers

// Options are the settings of Filter. The zero value is usable.
type Options struct {
	Workers    int    // lines read at once; 0: one a core
	Name       string // of the input, for lines that name no path; "": "-"
	Annotators string // version of what read does
	NoCapture  bool   // leave the captures out of the rows
	MaxLine    int    // longest line in bytes; 0: DefaultMaxLine
}

// Count is what Filter did.
type Count struct{ Read, Refused int }

// Filter reads the lines of in, each by read, and writes a row for each to out,
// in their order. Blank lines give nothing. It fails when in or out does, or
// when ctx ends; a line that cannot be read is a row with the reason. At most
// three lines a worker are held in memory.
func Filter(ctx context.Context, in io.Reader, out io.Writer, read func(readout.Capture) (*nlp.Doc, error), opts Options) (Count, error) {
	workers := opts.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	if opts.Name == "" {
		opts.Name = "-"
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	type job struct {
		line    []byte
		n       int
		err     error
		done    chan []byte
		refused bool
	}
	todo, order := make(chan *job), make(chan *job, 2*workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for j := range todo {
				b, refused, err := opts.row(j.line, j.n, j.err, read)
				j.refused = refused
				if err != nil {
					cancel(err)
				}
				j.done <- b
			}
		})
	}
	wg.Go(func() {
		defer close(order)
		defer close(todo)
		for n, l := range Lines(in, opts.MaxLine) {
			if len(l.Text) == 0 && l.Err == nil {
				continue
			}
			if l.Broken != nil {
				cancel(fmt.Errorf("read line %d: %w", n, l.Broken))
				return
			}
			j := &job{line: l.Text, n: n, err: l.Err, done: make(chan []byte, 1)}
			// In order first: what the writer waits for is always being worked at.
			select {
			case order <- j:
			case <-ctx.Done():
				return
			}
			select {
			case todo <- j:
			case <-ctx.Done():
				j.done <- nil
				return
			}
		}
	})
	var count Count
	w := bufio.NewWriterSize(out, 64<<10)
	for j := range order {
		b := <-j.done
		if context.Cause(ctx) != nil {
			continue // the rest is only taken off the hands of the workers
		}
		_, err := w.Write(b)
		if err == nil && len(order) == 0 {
			err = w.Flush() // who reads along waits for no later line
		}
		if err != nil {
			cancel(fmt.Errorf("write line %d: %w", j.n, err))
			continue
		}
		if j.refused {
			count.Refused++
		} else {
			count.Read++
		}
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return count, err
	}
	return count, w.Flush()
}

// row is the line that answers a line.
func (o *Options) row(line []byte, n int, err error, read func(readout.Capture) (*nlp.Doc, error)) (b []byte, refused bool, _ error) {
	c := readout.Capture{Path: fmt.Sprintf("%s:%d", o.Name, n)}
	if err == nil {
		c, err = Line(line, o.Name, n)
	}
	var doc *nlp.Doc
	if err == nil {
		doc, err = read(c)
	}
	var row *Row
	if err != nil {
		path := c.Path
		if path == "" {
			path = c.URL
		}
		row = &Row{Schema: Schema, Line: n, Refused: &Refusal{Path: path, Reason: err.Error()}}
	} else {
		kept := &c
		if o.NoCapture {
			kept = nil
		}
		row = Of(n, kept, doc, o.Annotators)
	}
	b, fault := row.Append(nil)
	return b, err != nil, fault
}

// InputLine is one line of an input.
type InputLine struct {
	Text   []byte // without the newline and the space around it; the receiver's
	Err    error  // why it cannot be used: too long
	Broken error  // the input itself cannot be read on
}

// Lines yields the lines of in with their numbers, from 1. A line longer than
// most bytes (0: DefaultMaxLine) is read past, and Err says so.
func Lines(in io.Reader, most int) iter.Seq2[int, InputLine] {
	if most <= 0 {
		most = DefaultMaxLine
	}
	return func(yield func(int, InputLine) bool) {
		br := bufio.NewReaderSize(in, 64<<10)
		for n := 1; ; n++ {
			var line []byte
			long := false
			var err error
			for {
				var part []byte
				part, err = br.ReadSlice('\n')
				if len(line)+len(part) > most+1 {
					line, long = nil, true
				}
				if !long {
					line = append(line, part...)
				}
				if !errors.Is(err, bufio.ErrBufferFull) {
					break
				}
			}
			if n == 1 {
				line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
			}
			l := InputLine{Text: bytes.TrimSpace(line)}
			if long {
				l.Err = fmt.Errorf("the line is longer than the limit of %d bytes", most)
			}
			if err != nil && !errors.Is(err, io.EOF) {
				yield(n, InputLine{Text: []byte("?"), Broken: err})
				return
			}
			if !yield(n, l) || err != nil {
				return
			}
		}
	}
}
