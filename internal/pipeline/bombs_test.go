package pipeline_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/torture"
)

func zipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}

// bombs are small or plain files that become much: by packing, by depth, by
// number.
func bombs() map[string][]byte {
	zeros := zipped(make([]byte, 64<<20))
	var deep bytes.Buffer
	z := zip.NewWriter(&deep)
	for i := range 20 {
		w, _ := z.Create(fmt.Sprintf("%d.txt", i))
		_, _ = w.Write(make([]byte, 8<<20))
	}
	_ = z.Close()
	var outer bytes.Buffer
	z = zip.NewWriter(&outer)
	w, _ := z.Create("inner.zip")
	_, _ = w.Write(deep.Bytes())
	_ = z.Close()
	million := func(open, end string) []byte {
		return []byte(strings.Repeat(open, 1_000_000) + "x" + strings.Repeat(end, 1_000_000))
	}
	var attributes strings.Builder
	for i := range 40_000 {
		fmt.Fprintf(&attributes, " a%d=1", i)
	}
	return map[string][]byte{
		"gigabyte.txt.gz":   bytes.Repeat(zeros, 16), // members one behind the other: 1 GB of 1 MB
		"twice.txt.gz":      zipped(zeros),
		"entries.zip":       deep.Bytes(),
		"zip-in-zip.zip":    outer.Bytes(),
		"deep.html":         million("<div>", "</div>"),
		"deep.xml":          million("<a>", "</a>"),
		"deep.json":         million("[", "]"),
		"deep-object.json":  []byte(strings.Repeat(`{"text":`, 1_000_000)),
		"values.json":       []byte("[" + strings.Repeat("0,", 5_000_000) + "0]"),
		"attributes.html":   []byte("<p" + attributes.String() + ">x</p>"),
		"bodies.html":       []byte(strings.Repeat("<body"+attributes.String()[:2000]+">", 2000)),
		"line.txt":          bytes.Repeat([]byte("a"), 100_000_000),
		"options.html":      []byte("<select>" + strings.Repeat("<option>x", 100_000)),
		"option-texts.html": []byte(strings.Repeat("<option><p>x", 100_000)),
		"reopened.html":     reopenedPage(15<<20 - 100),
		"misnested.html":    []byte(strings.Repeat("<b><i><u><p></b></i></u>", 40_000)),
		"tables.html":       []byte(strings.Repeat("<table><b id=1><tr><td><i>", 40_000)),
		"laughs.xml":        []byte(`<!DOCTYPE newsItem [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><newsItem xmlns="http://iptc.org/std/nar/2006-10-01/"><contentSet>&b;</contentSet></newsItem>`),
		"mark.txt":          []byte("a" + strings.Repeat("\u0301", 100_000)),
	}
}

func reopenedPage(size int) []byte {
	var b bytes.Buffer
	b.WriteString("<p>")
	for i := range 400 {
		fmt.Fprintf(&b, "<b id=%d>", i)
	}
	for b.Len() < size {
		b.WriteString("<p>x</p>")
	}
	return b.Bytes()
}

// peak is the most memory that Go held of the system while f ran, in bytes over
// what it held before.
func peak(f func()) int64 {
	held := func() int64 {
		s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(s)
		return int64(s[0].Value.Uint64())
	}
	runtime.GC()
	before, most := held(), int64(0)
	done, told := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(told)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, held()-before)
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	f()
	close(done)
	<-told
	return most
}

// Each bomb is refused or read in part, in little time and memory.
func TestBombs(t *testing.T) {
	r := hostileReader(t)
	dir := t.TempDir()
	all := bombs()
	var worstTime time.Duration
	var worstSize int64
	panics, hangs := torture.Watch(t), torture.Watch(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, all[name], 0o600); err != nil {
			t.Fatal(err)
		}
		size := int64(len(all[name]))
		all[name] = nil
		var res *pipeline.Result
		var err error
		start := cpu()
		most := peak(func() {
			res, err = r.Read(context.Background(), ingest.Read(context.Background(), []string{p}, ingest.Options{}), pipeline.Options{Workers: 1})
		})
		took := cpu() - start
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(res.Docs)+len(res.Refusals) == 0 {
			t.Errorf("%s: nothing became of it", name)
		}
		for _, f := range res.Refusals {
			if strings.Contains(f.Reason, "please report") || strings.Contains(f.Reason, "could not be taken apart") {
				panics.Errorf("%s: %s", name, f.Reason)
			}
		}
		// A file that may be read is held whole, decoded, and sent on.
		if bound := 128<<20 + 6*min(size, limits.Line); most > bound {
			t.Errorf("%s: %d MB over idle, want at most %d", name, most>>20, bound>>20)
		}
		if bound := limits.DocumentCPU + time.Duration(min(size, limits.Report)>>20)*time.Second/2; took > bound {
			hangs.Errorf("%s: %v on the processor, want at most %v", name, took, bound)
		}
		worstTime, worstSize = max(worstTime, took), max(worstSize, most)
		t.Logf("%-18s %8d bytes: %4d MB, %v, %d read, %d refused", name, size, most>>20, took.Round(time.Millisecond), len(res.Docs), len(res.Refusals))
	}
	torture.Counted(t, "R13", len(all), "bombs", fmt.Sprintf("%d panics, %d hangs; at most %d MB over idle and %.1f s of processor, pages in a process of their own", panics.N(), hangs.N(), worstSize>>20, worstTime.Seconds()))
}

// No name of an entry becomes a path: whatever archives hold, reading them
// leaves every folder as it was.
func TestNamesBecomeNoPaths(t *testing.T) {
	dir := t.TempDir()
	inner := filepath.Join(dir, "a", "b", "c")
	if err := os.MkdirAll(inner, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(inner)
	names := []string{"../evil.txt", "../../../../../../../../tmp/readout-evil.txt", "/tmp/readout-evil.txt", `..\evil.txt`, `C:\evil.txt`, "a/../../evil.txt", "./../evil.txt", "evil.txt\x00.png", "EVIL.txt", "evil.TXT", "con.txt", "nul.txt", "a.txt ", "a.txt.", "....//evil.txt", "\u202egro.txt", strings.Repeat("d/", 500) + "e.txt", strings.Repeat("n", 70_000) + ".txt", "%2e%2e/evil.txt", "a.zip!/../evil.txt"}
	const text = "Talks on Lake Ansa ended on Wednesday, officials of Orrin said."
	r := rand.New(rand.NewPCG(18, 18))
	entries, rounds := 0, torture.Rounds(t, 20, 500, 5000)
	before := tree(t, dir)
	for range rounds {
		var zb, tb bytes.Buffer
		zw, tw := zip.NewWriter(&zb), tar.NewWriter(&tb)
		for range 1 + r.IntN(12) {
			name := names[r.IntN(len(names))]
			entries += 2
			h := &zip.FileHeader{Name: name, Method: zip.Deflate}
			switch r.IntN(4) {
			case 0:
				h.SetMode(fs.ModeSymlink | 0o777)
			case 1:
				h.SetMode(fs.ModeDevice | 0o777)
			}
			if w, err := zw.CreateHeader(h); err == nil {
				_, _ = io.WriteString(w, text)
			}
			th := &tar.Header{Name: strings.ReplaceAll(name, "\x00", "_"), Mode: 0o644, Size: int64(len(text)), Typeflag: tar.TypeReg}
			if r.IntN(2) == 0 {
				th.Typeflag = []byte{tar.TypeSymlink, tar.TypeLink, tar.TypeChar, tar.TypeFifo}[r.IntN(4)]
				th.Linkname, th.Size = "../../evil.txt", 0
			}
			if err := tw.WriteHeader(th); err == nil && th.Size > 0 {
				_, _ = io.WriteString(tw, text)
			}
		}
		_, _ = zw.Close(), tw.Close()
		for _, b := range [][]byte{zb.Bytes(), tb.Bytes()} {
			// From standard input: the folder stays as it was.
			for c, f := range ingest.Read(t.Context(), []string{ingest.Stdin}, ingest.Options{Stdin: bytes.NewReader(b)}) {
				if f == nil && string(c.Body) != text {
					t.Fatalf("%q came out of %s", c.Body, c.Path)
				}
			}
		}
	}
	changed, outside := torture.Watch(t), torture.Watch(t)
	for _, p := range tree(t, dir) {
		if !slices.Contains(before, p) {
			changed.Errorf("%s was written", p)
		}
	}
	for _, p := range before {
		if _, err := os.Lstat(p); err != nil {
			changed.Errorf("%s was there: %v", p, err)
		}
	}
	if _, err := os.Lstat("/tmp/readout-evil.txt"); err == nil {
		outside.Error("a file was written to /tmp")
	}
	torture.Counted(t, "R18", entries, fmt.Sprintf("entries of %d archives with names, links and devices that lead out", 2*rounds), fmt.Sprintf("%d files outside, %d written", outside.N(), changed.N()))
}

func tree(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		out = append(out, p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Texts put together of what breaks decoders are shown as their bytes say.
func TestOffsets(t *testing.T) {
	r := hostileReader(t)
	pieces := []string{
		"Talks on Lake Ansa ended on Wednesday, officials of Orrin said. ", "“Nobody knows,” Ilse Maren said.\n", "\x00", "\xff", "\xc3", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\xaf",
		"\ufeff", "\u202e", "\u2066", "\u200b", "\u200d", "\u00ad", "e\u0301", strings.Repeat("\u0301", 300), "\u2028", "\r\n", "\r", "\x1b[2J", "𝔸", "👩‍👩‍👧", "שלום ", "مرحبا ", "\x80\x93quoted\x94 ", "\u00e9\xe9", "\ufffd", "\n\n", "Dr. Ered met U.S. officials at 3 p.m. in Port Elsey. ",
	}
	rng := rand.New(rand.NewPCG(17, 17))
	rounds, sentences, exact := torture.Rounds(t, 3000, 100_000, 1_000_000), 0, 0
	for range rounds {
		var b strings.Builder
		for range 1 + rng.IntN(20) {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		c := readout.Capture{Path: "made.txt", MediaType: "text/plain", Charset: "utf-8", Body: []byte(b.String())}
		report, err := r.Report(c, nil)
		if err != nil {
			continue
		}
		doc := tokenized(t, report)
		n, cut := shown(t, doc, &c)
		sentences, exact = sentences+n, exact+cut
	}
	torture.Counted(t, "R17", rounds, fmt.Sprintf("texts of broken bytes, marks and letters, with %d sentences", sentences), fmt.Sprintf("each lies on characters of the text; %d of texts in UTF-8 cut the bytes at their range", exact))
}
