package pipeline_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/tokenize"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/sandbox"
	"github.com/readout-news/readout/internal/torture"
)

// TestMain makes the test itself the program that takes pages apart.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == extract.Worker {
		os.Exit(extract.Work(os.Args[2:], os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// hostileReader reads as the program does, pages in processes of their own.
func hostileReader(t *testing.T) *pipeline.Reader {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	pages := sandbox.New(sandbox.Options{Command: []string{exe, extract.Worker}})
	t.Cleanup(pages.Close)
	r, err := pipeline.NewWith(extract.Options{Pages: pages})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// hostileBody is one input of a corpus: a file, a case or a line of one.
type hostileBody struct {
	name string
	body []byte
}

// hostileBodies are all inputs of the corpora, files with many cases case by case
// too, so that one does not hide another.
func hostileBodies(t *testing.T) (out []hostileBody, files int) {
	t.Helper()
	dir := filepath.Join(corpus.Dir(t), "hostile")
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		files++
		name, _ := filepath.Rel(dir, p)
		out = append(out, hostileBody{name, b})
		if z, err := gzip.NewReader(bytes.NewReader(b)); err == nil && !strings.Contains(name, "warc") {
			if u, err := io.ReadAll(io.LimitReader(z, 8<<20)); err == nil {
				out = append(out, hostileBody{name + "!", u})
			}
		}
		switch {
		case strings.HasSuffix(p, ".test"):
			var f struct{ Tests []struct{ Input string } }
			if json.Unmarshal(b, &f) == nil {
				for i, c := range f.Tests {
					out = append(out, hostileBody{fmt.Sprintf("%s#%d", name, i), []byte(c.Input)})
				}
			}
		case strings.HasSuffix(p, ".dat"):
			for i, c := range bytes.Split(b, []byte("#data\n")) {
				in, _, _ := bytes.Cut(c, []byte("\n#errors"))
				out = append(out, hostileBody{fmt.Sprintf("%s#%d", name, i), in})
			}
		case strings.HasSuffix(p, "blns.txt"), strings.Contains(name, "xss"):
			for i, line := range bytes.Split(b, []byte("\n")) {
				out = append(out, hostileBody{fmt.Sprintf("%s:%d", name, i), line})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, files
}

// every takes n of list, spread evenly.
func every[T any](list []T, n int) []T {
	if n >= len(list) {
		return list
	}
	out := make([]T, 0, n)
	for i := range n {
		out = append(out, list[i*len(list)/n])
	}
	return out
}

func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Every input of every corpus, as each kind of file, through ingest, extract and
// the annotators: it becomes a report or is refused with a reason, soon, and what
// is shown of it is what it says.
func TestHostileCorpora(t *testing.T) {
	r := hostileReader(t)
	all, files := hostileBodies(t)
	chosen := every(all, torture.Rounds(t, 100, 3000, len(all)))
	inputs, stored, refused, sentences, exact := 0, 0, 0, 0, 0
	panics, timeouts, unaccounted := torture.Watch(t), torture.Watch(t), torture.Watch(t)
	var worst time.Duration
	worstOf := ""
	for _, in := range chosen {
		for _, ext := range []string{".html", ".txt", ".md", ".json", ".jsonl", ".xml"} {
			name := strings.Map(func(r rune) rune {
				if r == '/' || r == '.' {
					return '_'
				}
				return r
			}, in.name) + ext
			var captures []readout.Capture
			got := 0
			start := cpu()
			res, err := r.Read(context.Background(), seen(ingest.Body(context.Background(), name, in.body, nil, ingest.Options{}), func(c *readout.Capture, f *readout.Refusal) {
				got++
				if f == nil {
					captures = append(captures, *c)
				}
			}), pipeline.Options{Workers: 1})
			// Annotating takes time for what is written; a page is taken apart
			// within its own bound, in another process.
			took := cpu() - start
			if most := limits.DocumentCPU + time.Duration(len(in.body))*time.Second/(50<<10); took > most {
				timeouts.Errorf("%s: %d bytes took %v on the processor, want at most %v", name, len(in.body), took, most)
			}
			if took > worst {
				worst, worstOf = took, name
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got == 0 {
				unaccounted.Errorf("%s: neither a report nor a refusal", name)
			}
			if n := len(res.Docs) + len(res.Duplicates) + len(res.Refusals); n != got {
				unaccounted.Errorf("%s: %d inputs, and %d accounted for", name, got, n)
			}
			for _, f := range res.Refusals {
				switch {
				case strings.Contains(f.Reason, "please report it") || strings.Contains(f.Reason, "could not be taken apart"):
					panics.Errorf("%s: refused: %q", name, f.Reason)
				case strings.TrimSpace(f.Reason) == "" || !utf8.ValidString(f.Reason):
					t.Errorf("%s: refused: %q", name, f.Reason)
				}
			}
			for _, doc := range res.Docs {
				i := slices.IndexFunc(captures, func(c readout.Capture) bool { return c.Path == doc.Report.Path })
				if i < 0 {
					t.Fatalf("%s: a report of nothing: %s", name, doc.Report.Path)
				}
				n, cut := shown(t, doc, &captures[i])
				sentences, exact = sentences+n, exact+cut
			}
			inputs += got
			stored += len(res.Docs) + len(res.Duplicates)
			refused += len(res.Refusals)
		}
	}
	t.Logf("%s took longest: %v on the processor", worstOf, worst)
	if files < 500 || len(all) < 5000 {
		t.Errorf("only %d files with %d inputs were found", files, len(all))
	}
	torture.Counted(t, "R12", inputs, fmt.Sprintf("readings of %d of %d inputs in %d hostile files as six kinds of file", len(chosen), len(all), files), fmt.Sprintf("%d panics, %d timeouts, %d stored, %d refused with a reason, %d unaccounted for; longest %d ms of processor", panics.N(), timeouts.N(), stored, refused, unaccounted.N(), worst.Milliseconds()))
	torture.Counted(t, "R17", sentences, "sentences of hostile inputs", fmt.Sprintf("each lies on characters of the text; %d of plain texts in UTF-8 cut the bytes at their range", exact))
}

// seen tells f of each step of a sequence.
func seen(in iter.Seq2[readout.Capture, *readout.Refusal], f func(*readout.Capture, *readout.Refusal)) iter.Seq2[readout.Capture, *readout.Refusal] {
	return func(yield func(readout.Capture, *readout.Refusal) bool) {
		for c, r := range in {
			f(&c, r)
			if !yield(c, r) {
				return
			}
		}
	}
}

// shown holds every sentence to the bytes of its capture: in text of UTF-8 its
// range cuts them exactly, but for a byte order mark before them and for U+FFFD
// in the place of broken ones. It returns how many sentences there are, and of how
// many the bytes were compared.
func shown(t *testing.T, doc *nlp.Doc, c *readout.Capture) (sentences, exact int) {
	t.Helper()
	text := doc.Report.Text
	if !utf8.ValidString(text) {
		t.Fatalf("%s: the text is not valid UTF-8", doc.Report.Path)
	}
	if err := doc.Check(); err != nil {
		t.Fatalf("%s: %v", doc.Report.Path, err)
	}
	plain := c.MediaType == "text/plain" && !slices.ContainsFunc(doc.Report.Anomalies, func(a readout.Anomaly) bool { return a.Kind == "encoding" || a.Kind == "bad-encoding" })
	if plain && strings.HasPrefix(string(c.Body), "\xff\xfe") || strings.HasPrefix(string(c.Body), "\xfe\xff") {
		plain = false // UTF-16 by its mark
	}
	whole := plain && utf8.Valid(c.Body)
	body := bytes.TrimPrefix(c.Body, []byte("\xef\xbb\xbf"))
	if plain && !whole {
		a, b := strings.ReplaceAll(text, "\uFFFD", ""), strings.ReplaceAll(strings.ToValidUTF8(string(body), ""), "\uFFFD", "")
		if !strings.HasPrefix(b, a) || len(a) < len(b) && utf8.RuneCountInString(text) < limits.Text-4096 {
			t.Fatalf("%s: the text is not what its bytes say: %.80q and %.80q", doc.Report.Path, a, b)
		}
	}
	last := 0
	for _, s := range doc.Sentences {
		if s.Start < last || s.End <= s.Start || s.End > len(text) || !utf8.RuneStart(text[s.Start]) || s.End < len(text) && !utf8.RuneStart(text[s.End]) {
			t.Fatalf("%s: sentence %v does not lie on the characters of %d bytes", doc.Report.Path, s.Span, len(text))
		}
		last = s.End
		if whole && doc.Text(s.Span) != string(body[s.Start:s.End]) {
			t.Fatalf("%s: at %v stands %q, and %q is shown", doc.Report.Path, s.Span, body[s.Start:s.End], doc.Text(s.Span))
		}
	}
	if whole {
		exact = len(doc.Sentences)
	}
	return len(doc.Sentences), exact
}

// Files of web archives are damaged on purpose in two corpora.
func TestHostileArchives(t *testing.T) {
	r := hostileReader(t)
	dir := filepath.Join(corpus.Dir(t), "hostile")
	var n, stored, refused int
	panics, unaccounted := torture.Watch(t), torture.Watch(t)
	for _, sub := range []string{"warc", "warc-gowarc"} {
		err := filepath.WalkDir(filepath.Join(dir, sub), func(p string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			got := 0
			res, err := r.Read(context.Background(), seen(ingest.Read(context.Background(), []string{p}, ingest.Options{}), func(*readout.Capture, *readout.Refusal) { got++ }), pipeline.Options{Workers: 1})
			if err != nil {
				return err
			}
			if k := len(res.Docs) + len(res.Duplicates) + len(res.Refusals); k != got {
				unaccounted.Errorf("%s: %d inputs, and %d accounted for", p, got, k)
			}
			for _, f := range res.Refusals {
				if strings.Contains(f.Reason, "please report") || strings.Contains(f.Reason, "could not be taken apart") {
					panics.Errorf("%s: %s", p, f.Reason)
				}
			}
			n += got
			stored += len(res.Docs) + len(res.Duplicates)
			refused += len(res.Refusals)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 20 {
		t.Errorf("only %d inputs were found", n)
	}
	torture.Counted(t, "R12", n, "records of damaged web archives", fmt.Sprintf("%d panics, %d stored, %d refused with a reason, %d unaccounted for", panics.N(), stored, refused, unaccounted.N()))
}

var tokenizer = sync.OnceValues(tokenize.New)

// tokenized is a report with its sentences alone.
func tokenized(t *testing.T, report *readout.Report) *nlp.Doc {
	t.Helper()
	a, err := tokenizer()
	if err != nil {
		t.Fatal(err)
	}
	doc := &nlp.Doc{Report: report}
	a.Run(doc)
	return doc
}
