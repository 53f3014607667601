// Command fuzz runs the fuzz targets of the module for a while each, and notes
// what came of each in the file of counts (docs/promises.md, R19):
//
//	go run ./internal/torture/fuzz -for 10m -counts tmp/counts.jsonl
//
// A target that the file has for as long is not run again, so that the hours all
// of them take can be had in pieces. One that fails does not end the others; what
// it failed on is kept in its folder testdata/fuzz, as go test does.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/readout-news/readout/internal/torture"
)

func main() {
	f := flags{}
	flag.DurationVar(&f.each, "for", 30*time.Second, "how long each target runs")
	flag.IntVar(&f.at, "at", 1, "targets that run at once")
	flag.IntVar(&f.workers, "workers", 0, "processes that try inputs of a target; 0 is one a core")
	flag.StringVar(&f.counts, "counts", os.Getenv(torture.CountsEnv), "file that the counts are appended to; none by default")
	flag.StringVar(&f.match, "run", "", "only targets whose name, such as nlp/timex.FuzzRules, has this in it")
	flag.Parse()
	if err := f.run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "fuzz:", err)
		os.Exit(1)
	}
}

type flags struct {
	each        time.Duration
	at, workers int
	counts      string
	match       string
}

// length is what docs/promises.md calls runs that long.
func (f *flags) length() string {
	switch {
	case f.each >= 10*time.Minute:
		return "release"
	case f.each >= time.Minute:
		return "nightly"
	}
	return "change"
}

func (f *flags) run(out io.Writer) error {
	if f.at < 1 {
		return errors.New("-at is 1 or more")
	}
	all, err := targets()
	if err != nil {
		return err
	}
	done, err := f.done()
	if err != nil {
		return err
	}
	var list []target
	for _, x := range all {
		if strings.Contains(x.test(), f.match) && !done[x.test()] {
			list = append(list, x)
		}
	}
	fmt.Fprintf(out, "%d fuzz targets, %d to run for %v each\n", len(all), len(list), f.each)
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)

	var at sync.WaitGroup
	var mu sync.Mutex // of what follows
	failed, next := []string(nil), make(chan target)
	for range f.at {
		at.Go(func() {
			for x := range next {
				seen, text, err := f.fuzz(x)
				mu.Lock()
				if err == nil {
					text = ""
					fmt.Fprintf(out, "%s: %d inputs, %d of them reached something new\n", x.test(), seen.tried, seen.fresh)
					err = f.note(x, seen)
				}
				if err != nil {
					failed = append(failed, x.test())
					fmt.Fprintf(out, "%s: %v\n%s", x.test(), err, text)
				}
				mu.Unlock()
			}
		})
	}
	ended := 0
	for _, x := range list {
		select {
		case next <- x:
			ended++
			continue
		case <-interrupted:
		}
		break
	}
	close(next)
	at.Wait()
	if len(failed) > 0 {
		return fmt.Errorf("%d targets failed: %s", len(failed), strings.Join(failed, ", "))
	}
	if ended < len(list) {
		return fmt.Errorf("interrupted: %d targets were not run; the same command runs them", len(list)-ended)
	}
	return nil
}

// target is one function that takes inputs.
type target struct{ pkg, name string }

func (x target) test() string { return torture.Folder(x.pkg) + "." + x.name }

var function = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(\w+ \*testing\.F\)`)

// targets are all of the module, in the order of their packages.
func targets() ([]target, error) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,TestGoFiles,XTestGoFiles", torture.Module+"/...")
	cmd.Stderr = os.Stderr
	listed, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var out []target
	for d := json.NewDecoder(bytes.NewReader(listed)); ; {
		var p struct {
			ImportPath, Dir           string
			TestGoFiles, XTestGoFiles []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		for _, name := range append(p.TestGoFiles, p.XTestGoFiles...) {
			b, err := os.ReadFile(p.Dir + "/" + name)
			if err != nil {
				return nil, err
			}
			for _, m := range function.FindAllSubmatch(b, -1) {
				out = append(out, target{p.ImportPath, string(m[1])})
			}
		}
	}
}

// tried is what the fuzzing of a target came to.
type tried struct{ tried, fresh int }

// progress is a line of go test: "fuzz: elapsed: 3s, execs: 102 (34/sec), new
// interesting: 2 (total: 70)".
var progress = regexp.MustCompile(`^fuzz: elapsed: .*, execs: (\d+) .*new interesting: (\d+) `)

// seen reads the last of the lines that tell of progress; ok is false where there
// is none.
func seen(text string) (out tried, ok bool) {
	for line := range strings.Lines(text) {
		if m := progress.FindStringSubmatch(line); m != nil {
			out.tried, _ = strconv.Atoi(m[1]) // digits
			out.fresh, _ = strconv.Atoi(m[2])
			ok = true
		}
	}
	return out, ok
}

// fuzz runs a target. The text is what go test printed.
func (f *flags) fuzz(x target) (tried, string, error) {
	args := []string{"test", x.pkg, "-run", "^$", "-fuzz", "^" + x.name + "$", "-fuzztime", f.each.String()}
	if f.workers > 0 {
		args = append(args, "-parallel", strconv.Itoa(f.workers))
	}
	b, err := exec.Command("go", args...).CombinedOutput()
	if err != nil {
		return tried{}, string(b), fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	out, ok := seen(string(b))
	if !ok {
		return out, string(b), errors.New("go test does not say how many inputs it tried")
	}
	return out, string(b), nil
}

// done are the targets that the counts have for as long.
func (f *flags) done() (map[string]bool, error) {
	out := map[string]bool{}
	if f.counts == "" {
		return out, nil
	}
	file, err := os.Open(f.counts)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); ; {
		if !lines.Scan() {
			return out, lines.Err()
		}
		var c torture.Count
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return nil, fmt.Errorf("%s: %w", f.counts, err)
		}
		out[c.Test] = out[c.Test] || c.Length == f.length()
	}
}

func (f *flags) note(x target, s tried) error {
	if f.counts == "" {
		return nil
	}
	return torture.Append(f.counts, torture.Count{
		Promise: "R19", Test: x.test(), Length: f.length(), N: s.tried,
		What: fmt.Sprintf("inputs tried in %v", f.each), Result: "0 panics, 0 hangs, 0 broken properties",
	})
}
