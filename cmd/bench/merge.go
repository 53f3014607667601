package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/link"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
)

// mergeArgs are the reports that are linked, of which Hot tell of one event.
type mergeArgs struct{ Reports, Hot int }

// merged is what linking cost up to so many reports since the step before.
type merged struct {
	Reports int
	CPU     float64 // seconds of linking, without making the documents
	Linked  int     // documents that were linked, some more than once
	Heap    float64 // MB in use after a collection
}

// mergeBatch is how many reports come in between two linkings: at 10,000 a day
// those of about an hour.
const mergeBatch = 500

// measureMerge links documents of a stream as they come in, without reading or
// storing them.
func measureMerge(a mergeArgs) (out []merged, err error) {
	r, err := pipeline.New()
	if err != nil {
		return nil, err
	}
	s, err := generate.NewStream(generate.StreamOptions{Seed: 1, Annotators: r.Annotators, Hot: a.Hot, HotDay: 1})
	if err != nil {
		return nil, err
	}
	l, err := r.Linker(link.Options{})
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	making, linked := 0.0, 0
	doc := func(i int) *nlp.Doc {
		start := processorTime()
		defer func() { making += processorTime() - start }()
		return s.Doc(i)
	}
	load := func(ids []string) ([]*nlp.Doc, error) {
		docs := make([]*nlp.Doc, len(ids))
		for i, id := range ids {
			docs[i] = doc(at[id])
		}
		linked += len(ids)
		return docs, nil
	}
	took := func(f func() error) (float64, error) {
		start, made := processorTime(), making
		err := f()
		return processorTime() - start - (making - made), err
	}
	drop := func(*link.Change) error { return nil }
	step := merged{}
	next := 1000
	tell := func(n int) {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		step.Reports, step.Linked, step.Heap = n, linked, float64(m.HeapAlloc)/1e6
		out = append(out, step)
		fmt.Fprintf(os.Stderr, "%d: %.2f s for %d linked, %.0f MB\n", n, step.CPU, linked, step.Heap)
		step, linked = merged{}, 0
	}
	for i := 0; i < a.Reports; {
		cpu, err := took(func() error {
			for range min(mergeBatch, a.Reports-i) {
				d := doc(i)
				at[d.Report.ID] = i
				l.Put(d)
				i++
			}
			return l.Link(load, drop)
		})
		if err != nil {
			return nil, err
		}
		step.CPU += cpu
		if i >= next || i >= a.Reports {
			tell(i)
			next = min(next*2, next+50_000)
		}
	}
	// Last, what was linked in pieces is made whole.
	if step.CPU, err = took(func() error { return l.Close(0, load, drop) }); err != nil {
		return nil, err
	}
	tell(a.Reports)
	return out, nil
}

// merging prints what one more report costs as the record grows.
func merging(ctx context.Context, s settings, w io.Writer) error {
	for _, a := range []mergeArgs{{s.merge, 0}, {min(s.merge, 30_000), 5000}} {
		// On one core the collector of garbage takes what it needs and not what is
		// idle, which would be counted as processor time.
		steps, err := child[[]merged](ctx, "merge", a, "GOMAXPROCS=1")
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "\nLinking alone, generated reports in batches of %d", mergeBatch)
		if a.Hot > 0 {
			fmt.Fprintf(w, ", %d of them within an hour on one event", a.Hot)
		}
		fmt.Fprintf(w, ":\n\n| reports | ms a report | linked for each | heap, MB |\n|---:|---:|---:|---:|\n")
		before := 0
		for i, x := range steps {
			n, name := x.Reports-before, fmt.Sprint(x.Reports)
			if i == len(steps)-1 {
				n, name = a.Reports, "made whole, of all"
			}
			fmt.Fprintf(w, "| %s | %.2f | %.2f | %.0f |\n", name, 1000*x.CPU/float64(n), float64(x.Linked)/float64(n), x.Heap)
			before = x.Reports
		}
	}
	return nil
}
