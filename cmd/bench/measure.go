package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
)

// span is what something took, in seconds.
type span struct{ Wall, CPU float64 }

// timed is what f takes.
func timed(f func() error) (span, error) {
	start, used := time.Now(), processorTime()
	err := f()
	return span{Wall: time.Since(start).Seconds(), CPU: processorTime() - used}, err
}

// processorTime is that of this process so far, in seconds.
func processorTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// peak is the most memory that this process held, in MB.
func peak() float64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(v)[0], 64)
			return kb / 1024
		}
	}
	return 0
}

// measure runs one measurement.
func measure(ctx context.Context, task, args string) (any, error) {
	switch task {
	case "read":
		var a readArgs
		if err := json.Unmarshal([]byte(args), &a); err != nil {
			return nil, err
		}
		return measureRead(ctx, a)
	case "path":
		var a pathArgs
		if err := json.Unmarshal([]byte(args), &a); err != nil {
			return nil, err
		}
		return measurePath(ctx, a)
	case "merge":
		var a mergeArgs
		if err := json.Unmarshal([]byte(args), &a); err != nil {
			return nil, err
		}
		return measureMerge(a)
	}
	return nil, fmt.Errorf("no measurement %q", task)
}

type readArgs struct {
	Path             string
	Reports, Workers int
}

type readResult struct {
	span
	Reports, Words int
	Peak           float64
}

func (r readResult) words() float64 { return float64(r.Words) / float64(r.Reports) }

// each gives captures one by one.
func each(of []readout.Capture) iter.Seq2[readout.Capture, *readout.Refusal] {
	return func(yield func(readout.Capture, *readout.Refusal) bool) {
		for _, c := range of {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// measureRead reads texts from all over a file and keeps nothing.
func measureRead(ctx context.Context, a readArgs) (out readResult, err error) {
	r, err := pipeline.New()
	if err != nil {
		return out, err
	}
	var all []readout.Capture
	for c, refusal := range ingest.Read(ctx, []string{a.Path}, ingest.Options{}) {
		if refusal == nil {
			all = append(all, c)
		}
	}
	var some []readout.Capture
	step := max(1, len(all)/a.Reports/2) // about half have a text
	for i := 0; i < len(all) && len(some) < a.Reports; i += step {
		report, err := r.Report(all[i], nil)
		if err != nil || report.Skip != "" || len(report.Text) < 1000 {
			continue
		}
		out.Words += len(strings.Fields(report.Text))
		some = append(some, all[i])
	}
	if len(some) == 0 {
		return out, errors.New("no texts to read")
	}
	all = nil
	out.Reports = len(some)
	if _, err := r.Read(ctx, each(some[:min(5, len(some))]), pipeline.Options{Workers: a.Workers, Bare: true}); err != nil { // warm
		return out, err
	}
	out.span, err = timed(func() error {
		_, err := r.Read(ctx, each(some), pipeline.Options{Workers: a.Workers, Bare: true})
		return err
	})
	out.Peak = peak()
	return out, err
}

type pathArgs struct {
	Reports int
	DB      string
}

type tenth struct{ Read, Link span }

type pathResult struct {
	Reports, Words, Events int
	Text, Read, Bytes      int64 // of all texts; what the store grew by with the first tenth before its record (tenfold), and in all
	Tenths                 []tenth
	Close                  span // making whole what was linked in pieces
	Again                  span
	Peak                   float64
}

// measurePath reads, stores and links generated reports in ten parts, then
// reads them all again.
func measurePath(ctx context.Context, a pathArgs) (out pathResult, err error) {
	r, err := pipeline.New()
	if err != nil {
		return out, err
	}
	stream, err := generate.NewStream(generate.StreamOptions{Seed: 1, PerDay: 1000, Annotators: r.Annotators})
	if err != nil {
		return out, err
	}
	now := stream.Time(0)
	s, err := open.Store(ctx, a.DB, open.Options{Create: true, Now: func() time.Time { return now }})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if has, err := s.About(ctx); err != nil || has.Reports > 0 {
		return out, errors.Join(err, fmt.Errorf("%s is not empty; give a database without reports", has.Name))
	}
	captures := func(from, to int) iter.Seq2[readout.Capture, *readout.Refusal] {
		return func(yield func(readout.Capture, *readout.Refusal) bool) {
			for i := from; i < to; i++ {
				c := stream.Capture(i)
				out.Text += int64(len(c.Body))
				out.Words += len(strings.Fields(string(c.Body)))
				if !yield(c, nil) {
					return
				}
			}
		}
	}
	opts := pipeline.Options{Keeper: s, Bare: true}
	// What making the reports costs is not the program's: they are made first.
	part := func(i int) (batch []readout.Capture) {
		for c := range captures(a.Reports*i/10, a.Reports*(i+1)/10) {
			batch = append(batch, c)
		}
		return batch
	}
	out.Reports = a.Reports
	empty, err := size(ctx, s)
	if err != nil {
		return out, err
	}
	linker := live.NewLinker(r, s)
	for i := range 10 {
		batch := part(i)
		var t tenth
		if t.Read, err = timed(func() error {
			_, err := r.Read(ctx, each(batch), opts)
			return err
		}); err != nil {
			return out, err
		}
		now = stream.Time(a.Reports*(i+1)/10 - 1)
		if i == 0 {
			if out.Read, err = size(ctx, s); err != nil {
				return out, err
			}
			out.Read = 10 * (out.Read - empty)
		}
		if t.Link, err = timed(func() error {
			if err := linker.Link(ctx); err != nil {
				return err
			}
			about, err := s.About(ctx)
			out.Events = about.Events
			return err
		}); err != nil {
			return out, err
		}
		out.Tenths = append(out.Tenths, t)
		fmt.Fprintf(os.Stderr, "%d of %d: read %.1f s, link %.1f s\n", a.Reports*(i+1)/10, a.Reports, t.Read.Wall, t.Link.Wall)
	}
	closing, err := timed(func() error { return linker.Close(ctx, 0) })
	if err != nil {
		return out, err
	}
	fmt.Fprintf(os.Stderr, "made whole: %.1f s\n", closing.Wall)
	out.Close = closing
	if out.Bytes, err = size(ctx, s); err != nil {
		return out, err
	}
	out.Bytes -= empty
	text, words := out.Text, out.Words
	for i := range 10 {
		batch := part(i)
		took, err := timed(func() error {
			res, err := r.Read(ctx, each(batch), opts)
			if err == nil && res.Known != res.Reports {
				err = fmt.Errorf("%d of %d reports were read again", res.Reports-res.Known, res.Reports)
			}
			return err
		})
		if err != nil {
			return out, err
		}
		out.Again.CPU += took.CPU
		out.Again.Wall += took.Wall
	}
	out.Text, out.Words = text, words
	out.Peak = peak()
	return out, nil
}

// size is the size of a store on disk, in bytes.
func size(ctx context.Context, s store.Store) (int64, error) {
	about, err := s.About(ctx)
	return about.Bytes, err
}
