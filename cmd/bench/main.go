// Command bench measures what docs/performance.md says of many reports, and
// prints its tables in Markdown.
//
//	go run ./cmd/bench --data ../shared/data
//
// Every measurement runs in a process of its own, so that its memory is its
// own; rounds are interleaved (A B A B …) and the tables give medians and the
// range. Processor time is that of the whole process, its collection of garbage
// included: on a machine that others use it says more than the clock.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"time"
)

// settings are the flags.
type settings struct {
	data    string
	sizes   []int
	reports int
	rounds  int
	merge   int
	db      string
	only    string
}

func main() {
	var s settings
	var sizes, task, args, profile string
	flag.StringVar(&s.data, "data", "../shared/data", "folder of the corpora")
	flag.StringVar(&sizes, "sizes", "1000,10000", "numbers of generated reports that go the whole path; 100000 takes an hour")
	flag.IntVar(&s.reports, "reports", 200, "texts of AllSides that are read a round")
	flag.IntVar(&s.rounds, "rounds", 5, "rounds of reading")
	flag.IntVar(&s.merge, "merge", 20_000, "generated reports that are linked alone; 1000000 takes hours")
	flag.StringVar(&s.db, "postgres", "", "an empty PostgreSQL database, postgres://…, to measure beside SQLite; for workers others are made beside it and dropped")
	flag.StringVar(&s.only, "only", "", "read, path, merge, parts or workers: that table alone")
	flag.StringVar(&profile, "profile", "", "with --task: a file for its processor profile, as go tool pprof reads it")
	flag.StringVar(&task, "task", "", "for the program itself: one measurement, as JSON")
	flag.StringVar(&args, "args", "", "for the program itself: of the measurement")
	flag.Parse()
	for _, f := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(f)
		if err != nil || n < 100 {
			fail(fmt.Errorf("--sizes %s: want numbers from 100 on, with commas between", sizes))
		}
		s.sizes = append(s.sizes, n)
	}
	ctx := context.Background()
	if task != "" {
		if profile != "" {
			f, err := os.Create(profile)
			if err == nil {
				err = pprof.StartCPUProfile(f)
			}
			if err != nil {
				fail(err)
			}
			defer pprof.StopCPUProfile()
		}
		out, err := measure(ctx, task, args)
		if err != nil {
			fail(err)
		}
		if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
			fail(err)
		}
		return
	}
	if err := all(ctx, s, os.Stdout); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

// all prints the tables.
func all(ctx context.Context, s settings, w io.Writer) error {
	fmt.Fprintf(w, "%s, %s, %d cores (%s), load at the start %s, commit %s.\n", time.Now().UTC().Format(time.DateOnly), runtime.Version(), runtime.NumCPU(), processor(), load(), commit())
	for _, part := range []struct {
		name string
		run  func(context.Context, settings, io.Writer) error
	}{{"read", reading}, {"path", wholePath}, {"merge", merging}, {"parts", parts}, {"workers", sharing}} {
		if s.only == "" || s.only == part.name {
			if err := part.run(ctx, s, w); err != nil {
				return fmt.Errorf("%s: %w", part.name, err)
			}
		}
	}
	return nil
}

// child runs one measurement in a process of its own, with env beside that of
// this one.
func child[T any](ctx context.Context, task string, args any, env ...string) (out T, err error) {
	b, err := json.Marshal(args)
	if err != nil {
		return out, err
	}
	self, err := os.Executable()
	if err != nil {
		return out, err
	}
	cmd := exec.CommandContext(ctx, self, "--task", task, "--args", string(b))
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	got, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("measurement %s %s: %w", task, b, err)
	}
	return out, json.Unmarshal(got, &out)
}

// reading prints reports a second and memory with one worker and with two.
func reading(ctx context.Context, s settings, w io.Writer) error {
	const file = "stories/allsides_train.jsonl"
	path := filepath.Join(s.data, file)
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("the corpora are not at hand; give --data: %w", err)
	}
	workers := []int{1, 2}
	got := map[int][]readResult{}
	for range s.rounds {
		for _, n := range workers {
			r, err := child[readResult](ctx, "read", readArgs{Path: path, Reports: s.reports, Workers: n})
			if err != nil {
				return err
			}
			got[n] = append(got[n], r)
		}
	}
	fmt.Fprintf(w, "\n### Reading\n\n%d texts of %s, %.0f words each, %d rounds in turn; reports are of 800 words, median (range).\n\n", got[1][0].Reports, file, got[1][0].words(), s.rounds)
	fmt.Fprintf(w, "| workers | reports/s by the clock | reports/s and core, processor time | processor ms a report | peak memory, MB |\n| ---: | ---: | ---: | ---: | ---: |\n")
	for _, n := range workers {
		fmt.Fprintf(w, "| %d | %s | %s | %s | %s |\n", n,
			spread(got[n], func(r readResult) float64 { return float64(r.Words) / 800 / r.Wall }, "%.1f"),
			spread(got[n], func(r readResult) float64 { return float64(r.Words) / 800 / r.CPU }, "%.1f"),
			spread(got[n], func(r readResult) float64 { return 1000 * r.CPU / (float64(r.Words) / 800) }, "%.1f"),
			spread(got[n], func(r readResult) float64 { return r.Peak }, "%.0f"))
	}
	return nil
}

// wholePath prints what reading, storing and linking cost as a store grows.
func wholePath(ctx context.Context, s settings, w io.Writer) error {
	engines := []string{"SQLite"}
	if s.db != "" {
		engines = append(engines, "PostgreSQL")
	}
	for _, n := range s.sizes {
		for _, engine := range engines {
			dir, err := os.MkdirTemp("", "bench")
			if err != nil {
				return err
			}
			db := filepath.Join(dir, "bench.db")
			if engine == "PostgreSQL" {
				db = s.db
			}
			r, err := child[pathResult](ctx, "path", pathArgs{Reports: n, DB: db})
			if err = errors.Join(err, os.RemoveAll(dir)); err != nil {
				return err
			}
			r.print(w, engine)
		}
	}
	return nil
}

func (r *pathResult) print(w io.Writer, engine string) {
	fmt.Fprintf(w, "\n### Whole path: %d generated reports, %s\n\n%.0f words a report; ms of processor time of the program a report, in brackets by the clock.\n\n", r.Reports, engine, float64(r.Words)/float64(r.Reports))
	fmt.Fprintf(w, "| tenth | read and store | link | both |\n| ---: | ---: | ---: | ---: |\n")
	per := float64(r.Reports) / 10 / 1000
	for i, t := range r.Tenths {
		fmt.Fprintf(w, "| %d | %.2f (%.2f) | %.2f (%.2f) | %.2f (%.2f) |\n", i+1, t.Read.CPU/per, t.Read.Wall/per, t.Link.CPU/per, t.Link.Wall/per, (t.Read.CPU+t.Link.CPU)/per, (t.Read.Wall+t.Link.Wall)/per)
	}
	sum := func(of func(tenth) span) (s span) {
		for _, t := range r.Tenths {
			s.CPU += of(t).CPU
			s.Wall += of(t).Wall
		}
		return s
	}
	read, link := sum(func(t tenth) span { return t.Read }), sum(func(t tenth) span { return t.Link })
	first, last := r.Tenths[0], r.Tenths[len(r.Tenths)-1]
	fmt.Fprintf(w, "\n- last tenth against the first, processor time: read and store %.2f, link %.2f, both %.2f\n", last.Read.CPU/first.Read.CPU, last.Link.CPU/first.Link.CPU, (last.Read.CPU+last.Link.CPU)/(first.Read.CPU+first.Link.CPU))
	fmt.Fprintf(w, "- %.1f reports/s and core, reading to record\n", float64(r.Reports)/(read.CPU+link.CPU))
	fmt.Fprintf(w, "- store: %.1f KB a report, %.1f KB of them before the record; text is %.1f KB\n", float64(r.Bytes)/1024/float64(r.Reports), float64(r.Read)/1024/float64(r.Reports), float64(r.Text)/1024/float64(r.Reports))
	fmt.Fprintf(w, "- the same reports again: %.2f ms a report, %.0f times faster than the first reading (%.0f by the clock)\n", 1000*r.Again.CPU/float64(r.Reports), read.CPU/r.Again.CPU, read.Wall/r.Again.Wall)
	fmt.Fprintf(w, "- made whole at the end: %.2f ms a report\n- peak memory %.0f MB; %d events\n", 1000*r.Close.CPU/float64(r.Reports), r.Peak, r.Events)
}

// parts prints what the benchmarks of single parts say.
func parts(ctx context.Context, s settings, w io.Writer) error {
	fmt.Fprintf(w, "\n### Parts\n\n| what | benchmark | result |\n| --- | --- | --- |\n")
	for _, p := range []struct{ what, dir, name, time string }{
		{"records of a WARC file", "./internal/ingest", "WARC", "1s"},
		{"500 feeds asked, first with the pause of 2 s", "./internal/fetch", "Poll", "1x"},
		{"500 feeds polled into a store", "./internal/pull", "Poll", "3x"},
		{"a feed of 30 items", "./internal/feeds", "ParseFeed", "1s"},
		{"a generated document with all layers", "./internal/generate", "StreamDoc", "1s"},
		{"a row of an LSTM, by kernel", "./internal/ml/kernel", "Cell", "1s"},
	} {
		cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", p.name, "-benchtime", p.time, p.dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("go test -bench %s %s: %w", p.name, p.dir, err)
		}
		for line := range bytes.Lines(out) {
			if name, rest, ok := strings.Cut(strings.TrimSpace(string(line)), "\t"); ok && strings.HasPrefix(name, "Benchmark") {
				f := strings.Fields(rest)
				fmt.Fprintf(w, "| %s | %s | %s |\n", p.what, strings.TrimSpace(name), strings.Join(f[min(1, len(f)):], " "))
			}
		}
	}
	return nil
}

// spread is the median of a figure and its range.
func spread[T any](of []T, figure func(T) float64, format string) string {
	var x []float64
	for _, o := range of {
		x = append(x, figure(o))
	}
	slices.Sort(x)
	return fmt.Sprintf(format+" ("+format+"–"+format+")", x[len(x)/2], x[0], x[len(x)-1])
}

// processor is the name of the processor, commit that of the tree, load how busy
// the machine is.
func processor() string {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(b)) {
			if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == "model name" {
				return strings.TrimSpace(v)
			}
		}
	}
	return runtime.GOARCH
}

func commit() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(b))[0]
}
