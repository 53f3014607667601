package extract_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/sandbox"
	"github.com/readout-news/readout/internal/torture"
)

// reopened is a page of some bytes in which formatting elements that were not
// closed are opened again in every block. Its 36 KB form becomes 1.6 million
// nodes where nothing bounds them.
func reopened(size int) []byte {
	var b bytes.Buffer
	b.WriteString("<p>")
	for i := range 400 {
		fmt.Fprintf(&b, "<b id=%d>", i)
	}
	b.WriteString("</p>")
	for b.Len() < size {
		b.WriteString("<p>x</p>")
	}
	return b.Bytes()
}

// A page that grows is read without its tree, in memory and time in proportion
// to it, whatever its size.
func TestReopened(t *testing.T) {
	sizes := []int{36 << 10, 1 << 20, limits.Report}
	var worst sandbox.Usage
	trees, lost := torture.Watch(t), torture.Watch(t)
	for _, size := range sizes {
		var mu sync.Mutex
		var used []sandbox.Usage
		p := newPool(t, sandbox.Options{Ended: func(u sandbox.Usage) {
			mu.Lock()
			defer mu.Unlock()
			used = append(used, u)
		}})
		x, err := extract.New(extract.Options{Pages: p})
		if err != nil {
			t.Fatal(err)
		}
		r, err := x.Report(readout.Capture{Path: "reopened.html", MediaType: "text/html", Body: reopened(size)})
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		check(t, r)
		if !noted(r, "page-limit", "500000 nodes") {
			trees.Errorf("%d bytes: nothing was noted: %v", size, r.Anomalies)
		}
		if n := strings.Count(r.Text, "x"); n < min(4000, limits.Lines/2) {
			t.Errorf("%d bytes: %d of its letters are in the text", size, n)
		}
		p.Close()
		if len(used) != 1 || used[0].Jobs != 1 {
			lost.Errorf("%d bytes: children %+v, want one that lived", size, used)
			continue
		}
		if most := int64(128<<20 + 8*size); used[0].Memory > most {
			t.Errorf("%d bytes: the child held %d MB, want at most %d", size, used[0].Memory>>20, most>>20)
		}
		if used[0].CPU > limits.DocumentCPU {
			t.Errorf("%d bytes: the child took %v", size, used[0].CPU)
		}
		worst = sandbox.Usage{CPU: max(worst.CPU, used[0].CPU), Memory: max(worst.Memory, used[0].Memory)}
		t.Logf("%d bytes: %d MB, %v", size, used[0].Memory>>20, used[0].CPU)
	}
	torture.Counted(t, "R15", len(sizes), "pages that grow, of 36 KB, 1 MB and 15 MB", fmt.Sprintf("%d trees built, %d children lost; at most %d MB and %.1f s of processor, the program itself with it", trees.N(), lost.N(), worst.Memory>>20, worst.CPU.Seconds()))
}

// The survey alone keeps such pages from the tree; what it lets pass and still
// grows ends its child and nothing else.
func TestChildKilled(t *testing.T) {
	p := newPool(t, sandbox.Options{CPU: 20 * time.Millisecond})
	x, err := extract.New(extract.Options{Pages: p})
	if err != nil {
		t.Fatal(err)
	}
	slow := []byte("<html><body><article>" + strings.Repeat("<p>Maren met Ered in Port Elsey, and nobody smiled.</p>", 9000))
	if _, err := x.Report(readout.Capture{MediaType: "text/html", Body: slow}); err == nil || !strings.Contains(err.Error(), "more than 20ms on the processor") {
		t.Errorf("a page that takes too long: %v", err)
	}
	if r, err := x.Report(readout.Capture{MediaType: "text/plain", Body: []byte(plainReport)}); err != nil || r.Text == "" {
		t.Errorf("the next report: %v", err)
	}
}

func noted(r *readout.Report, kind, words string) bool {
	return slices.ContainsFunc(r.Anomalies, func(a readout.Anomaly) bool { return a.Kind == kind && strings.Contains(a.Note, words) })
}

// Whatever a page is, a process of its own makes the same report of it.
func TestSameApart(t *testing.T) {
	near := newExtractor(t)
	far, err := extract.New(extract.Options{Pages: newPool(t, sandbox.Options{CPU: time.Minute})})
	if err != nil {
		t.Fatal(err)
	}
	var pages [][]byte
	for _, c := range shapes() {
		pages = append(pages, c.Body)
	}
	pages = append(pages, reopened(36<<10), nil, []byte("\x00\xff<p>\xed\xa0\x80"))
	err = filepath.WalkDir(filepath.Join(corpus.Dir(t), "hostile", "jsoup-fuzztests"), func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		pages = append(pages, bodies(p, b)...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	others := torture.Watch(t)
	// Pages that are large take as long here as there.
	largest := torture.Rounds(t, 150<<10, 2<<20, 16<<20)
	for _, body := range pages {
		if len(body) > largest {
			continue
		}
		for _, media := range []string{"text/html", "application/json"} {
			c := readout.Capture{Path: "page", URL: "https://harbour.example/a", MediaType: media, Body: body, Sidecar: &readout.Sidecar{Title: "Talks", Published: "2031-03-12"}}
			if media == "application/json" {
				c.Body = jsonRow(body)
			}
			a, errA := near.Report(c)
			b, errB := far.Report(c)
			if (errA == nil) != (errB == nil) {
				t.Fatalf("%.60q: here %v, in its own process %v", body, errA, errB)
			}
			if diff := cmp.Diff(a, b); diff != "" {
				others.Errorf("%.60q: (-here +apart)\n%s", body, diff)
			}
			n++
		}
	}
	torture.Counted(t, "R15", n, "pages taken apart here and in a process of its own", fmt.Sprintf("%d other reports", others.N()))
}

// BenchmarkPage is what a process of its own costs.
func BenchmarkPageApart(b *testing.B) {
	var text bytes.Buffer
	for i := range 400 {
		fmt.Fprintf(&text, `<div class="c%d"><p>Delegations of Karvany and Orrin met in <a href="/elsey/%d">Port Elsey</a> on Wednesday, officials said.</p></div>`, i, i)
	}
	page := []byte(`<html lang="en"><head><title>Talks</title></head><body><nav>` + strings.Repeat(`<a href="/x">Harbour</a> `, 300) + `</nav><article><h1>Talks</h1>` + text.String() + `</article></body></html>`)
	for _, where := range []string{"here", "apart"} {
		b.Run("where="+where, func(b *testing.B) {
			opts := extract.Options{}
			if where == "apart" {
				opts.Pages = newPool(b, sandbox.Options{})
			}
			x, err := extract.New(opts)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(page)))
			for b.Loop() {
				if _, err := x.Report(readout.Capture{MediaType: "text/html", Body: page}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
