package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/reading"
)

type extractFlags struct {
	jsonl     bool
	captures  bool
	noCapture bool
	name      string
}

func (a *app) extractCommand() *cobra.Command {
	var f extractFlags
	cmd := &cobra.Command{
		Use:   "extract --jsonl",
		Short: "Read reports line by line, from standard input to standard output",
		Long: `Read reports line by line, from standard input to standard output: the part
of reading that needs one report alone. It opens no store and no network and
keeps nothing between lines, so that GNU parallel, Beam or Spark can run it on
many machines; the same line gives the same answer everywhere.

A line of the input is a report in JSON ({"url":…,"html":…}, {"url":…,"text":…}
and what other tools write) or a capture ({"media_type":…,"body":…}), as
--captures prints them. Each gives one line, in the order of the input: capture,
report, layers and the version of the annotators, or "refused" with the reason.
The exit code is 0 though lines were refused. docs/extract.md has the fields.

“readout ingest --layers FILE” takes the output into a store without reading
again.`,
		Example: `  readout extract --jsonl < reports.jsonl > readings.jsonl
  readout extract --captures reports/ | parallel --pipe --keep-order readout extract --jsonl > readings.jsonl
  readout ingest --db desk.db --layers readings.jsonl`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case f.jsonl == f.captures:
				return usageError{errors.New("extract needs --jsonl, to read lines of standard input, or --captures PATH…, to print the lines of files")}
			case f.jsonl && len(args) > 0:
				return usageError{fmt.Errorf("extract --jsonl reads standard input: “readout extract --captures %s | readout extract --jsonl”", shellWord(args[0]))}
			case f.captures && len(args) == 0:
				return usageError{errors.New("extract --captures needs a file, a folder or “-”")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.captures {
				return a.captures(cmd.Context(), args)
			}
			return a.extract(cmd.Context(), f)
		},
	}
	cmd.Flags().BoolVar(&f.jsonl, "jsonl", false, "read lines of JSON from standard input and print a reading for each")
	cmd.Flags().BoolVar(&f.captures, "captures", false, "print the reports of PATH… as lines for --jsonl, unread")
	cmd.Flags().BoolVar(&f.noCapture, "no-capture", false, "leave the captures out: half the size, but no store takes such lines")
	cmd.Flags().StringVar(&f.name, "name", "-", "the input's name, for lines that name no path")
	cmd.Flags().IntVar(&a.source.workers, "workers", 0, "lines read at once (0: one a core); changes nothing but speed")
	cmd.Flags().BoolVar(&a.source.noManifest, "no-manifest", false, "with --captures: do not use reports.jsonl beside the reports")
	return cmd
}

func (a *app) extract(ctx context.Context, f extractFlags) error {
	r, err := a.reader()
	if err != nil {
		return err
	}
	in := a.env.Stdin
	if in == nil {
		in = os.Stdin
	}
	_, err = reading.Filter(ctx, in, a.env.Stdout, func(c readout.Capture) (*nlp.Doc, error) { return r.Doc(c, nil) }, reading.Options{
		Workers: a.source.workers, Name: f.name, Annotators: r.Annotators.Version(), NoCapture: f.noCapture,
	})
	return err
}

// captures prints the captures of paths as lines that extract reads.
func (a *app) captures(ctx context.Context, paths []string) error {
	w := bufio.NewWriter(a.env.Stdout)
	var refused error
	inputs, told := a.inputs(ctx, paths)
	defer told()
	for c, refusal := range inputs {
		if refusal != nil {
			fmt.Fprintf(a.env.Stderr, "readout: refused %s: %s\n", clean(refusal.Path), clean(refusal.Reason))
			refused = errRefused
			continue
		}
		line, err := reading.AppendCapture(nil, &c)
		if err != nil {
			return err
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errors.Join(w.Flush(), refused)
}

// readings takes lines of “readout extract” apart: captures for the pipeline, and
// the layers that belong to them until it asks.
type readings struct {
	annotators nlp.Pipeline
	stdin      io.Reader

	mu    sync.Mutex
	rows  map[string]*reading.Row // by report
	order []string                // of the rows, as they came
	other int                     // reports that were read by other annotators, or cannot have been read so: they are read again
}

// maxRows is how many rows wait to be asked for: more than are being read at any
// time. Rows of reports that the store has are never asked for, and go when as
// many have come after them.
const maxRows = 64

// inputs yields the captures of files; "-" is standard input.
func (x *readings) inputs(files []string) iter.Seq2[readout.Capture, *readout.Refusal] {
	return func(yield func(readout.Capture, *readout.Refusal) bool) {
		for _, file := range files {
			in := x.stdin
			if file != ingest.Stdin {
				f, err := os.Open(file)
				if err != nil {
					if !yield(readout.Capture{}, &readout.Refusal{Path: filepath.ToSlash(file), Reason: err.Error() + "; name a file that “readout extract” wrote"}) {
						return
					}
					continue
				}
				in = f
				defer f.Close()
			}
			for n, l := range reading.Lines(in, 0) {
				err := errors.Join(l.Broken, l.Err)
				if err == nil && len(l.Text) == 0 {
					continue
				}
				at := fmt.Sprintf("%s:%d", filepath.ToSlash(file), n)
				var c readout.Capture
				if err == nil {
					c, err = x.line(l.Text, at)
				}
				var no *readout.Refusal
				var told toldError
				switch {
				case errors.As(err, &told):
					c, no = readout.Capture{}, &told.Refusal
				case err != nil:
					c, no = readout.Capture{}, &readout.Refusal{Path: at, Reason: err.Error()}
				}
				if !yield(c, no) {
					return
				}
			}
		}
	}
}

// toldError is a refusal that a line itself tells.
type toldError struct{ readout.Refusal }

func (e toldError) Error() string { return e.Reason }

// line reads one line and keeps its layers for Made.
func (x *readings) line(text []byte, at string) (readout.Capture, error) {
	row, err := reading.Decode(text)
	if err != nil {
		return readout.Capture{}, err
	}
	if row.Refused != nil {
		return readout.Capture{}, toldError{readout.Refusal{Path: row.Refused.Path, Reason: row.Refused.Reason}}
	}
	if row.Capture == nil {
		return readout.Capture{}, errors.New("the line has no capture, and a store keeps the bytes that a report was read from; run “readout extract” without --no-capture")
	}
	c, err := row.Capture.Noun()
	if err != nil {
		return readout.Capture{}, err
	}
	if id := extract.ReportID(&c); row.Report == nil || row.Report.ID != id {
		return readout.Capture{}, errors.New("the report is not that of the capture; the line was changed")
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.rows[row.Report.ID] = row
	if x.order = append(x.order, row.Report.ID); len(x.order) > max(maxRows, 8*runtime.GOMAXPROCS(0)) {
		delete(x.rows, x.order[0])
		x.order = x.order[1:]
	}
	return c, nil
}

// made gives the layers of a report where the lines have them, by these
// annotators. Layers of others are brought up to date, and where that cannot be
// the report is read again.
func (x *readings) made(report *readout.Report) *nlp.Doc {
	x.mu.Lock()
	row := x.rows[report.ID]
	delete(x.rows, report.ID)
	x.mu.Unlock()
	if row == nil {
		return nil
	}
	if row.Fits(report) && row.Annotators == x.annotators.Version() {
		if doc, err := row.Doc(); err == nil {
			doc.Report = report
			return doc
		}
	}
	x.mu.Lock()
	x.other++
	x.mu.Unlock()
	return nil
}
