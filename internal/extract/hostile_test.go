package extract_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/iptc"
)

// maxTime bounds one hostile input on a slow, shared machine.
const maxTime = 20 * time.Second

// check holds every report to what the later stages rely on.
func check(t *testing.T, r *readout.Report) {
	t.Helper()
	if !utf8.ValidString(r.Text) {
		t.Fatalf("%s: text is not valid UTF-8", r.Path)
	}
	for _, s := range []string{r.Title, r.Byline, r.Outlet, r.Language, r.Published.Value, r.Published.Why} {
		if !utf8.ValidString(s) {
			t.Fatalf("%s: %q is not valid UTF-8", r.Path, s)
		}
	}
	spans := make([]readout.Span, 0, len(r.Noise))
	for i, n := range r.Noise {
		if i > 0 && r.Noise[i-1].Span.Compare(n.Span) > 0 {
			t.Fatalf("%s: noise is not sorted", r.Path)
		}
		if n.Reason == "" || n.By.Rule == "" || n.By.Annotator != extract.Annotator {
			t.Fatalf("%s: noise without reason or rule: %+v", r.Path, n)
		}
		spans = append(spans, n.Span)
	}
	for _, a := range r.Anomalies {
		for _, e := range a.Evidence {
			spans = append(spans, e.Span)
		}
	}
	for _, s := range spans {
		if s.Start < 0 || s.Empty() || s.End > len(r.Text) || !boundary(r.Text, s.Start) || !boundary(r.Text, s.End) {
			t.Fatalf("%s: span %v does not lie on the runes of a text of %d bytes", r.Path, s, len(r.Text))
		}
	}
	if strings.TrimSpace(r.Text) == "" && r.Skip == "" {
		t.Fatalf("%s: no text and not skipped", r.Path)
	}
	if r.Published.Why == "" || r.Published.Basis == "" {
		t.Fatalf("%s: a date without a reason: %+v", r.Path, r.Published)
	}
}

func boundary(s string, i int) bool { return i == len(s) || utf8.RuneStart(s[i]) }

// TestHostile reads everything in data/hostile as text, Markdown, page,
// record and item of an agency: each must end in a report or an error, soon.
func TestHostile(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "hostile")
	x := newExtractor(t)
	n := 0
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		for _, body := range bodies(p, b) {
			for _, media := range []string{"text/plain", "text/markdown", "text/html", "application/json", iptc.NinjsType, iptc.NewsItemType} {
				start := time.Now()
				r, err := x.Report(readout.Capture{Path: p, MediaType: media, Body: body, SHA256: p})
				if d := time.Since(start); d > maxTime {
					t.Errorf("%s as %s took %v", p, media, d)
				}
				if err == nil {
					check(t, r)
				}
				n++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 1000 {
		t.Errorf("only %d inputs found in %s", n, dir)
	}
}

// bodies is a file, unpacked if it is packed; of files of test cases it is
// single cases, so that one does not hide another: a hundred or more of each,
// spread evenly.
func bodies(p string, b []byte) [][]byte {
	if z, err := gzip.NewReader(bytes.NewReader(b)); err == nil {
		if u, err := io.ReadAll(io.LimitReader(z, 8<<20)); err == nil {
			b = u
		}
	}
	out := [][]byte{b}
	switch {
	case strings.HasSuffix(p, ".test"):
		var f struct{ Tests []struct{ Input string } }
		if json.Unmarshal(b, &f) == nil {
			for i := 0; i < len(f.Tests); i += 1 + len(f.Tests)/100 {
				out = append(out, []byte(f.Tests[i].Input))
			}
		}
	case strings.HasSuffix(p, "blns.txt"), strings.Contains(p, "xss"):
		lines := bytes.Split(b, []byte("\n"))
		for i := 0; i < len(lines); i += 1 + len(lines)/150 {
			out = append(out, lines[i])
		}
	}
	return out
}

// TestHostileFolder reads the folder as a user would.
func TestHostileFolder(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "hostile")
	x := newExtractor(t)
	for c, refusal := range ingest.Read(context.Background(), []string{dir}, ingest.Options{}) {
		if refusal != nil {
			continue
		}
		if r, err := x.Report(c); err == nil {
			check(t, r)
		}
	}
}

// shapes are large inputs of shapes that make parsers slow.
func shapes() map[string]readout.Capture {
	const n = 1 << 20
	repeat := func(s string) string { return strings.Repeat(s, n/len(s)) }
	return map[string]readout.Capture{
		"one line":          {MediaType: "text/plain", Body: []byte(repeat("Maren met Ered. "))},
		"no spaces":         {MediaType: "text/plain", Body: []byte(repeat("a"))},
		"short lines":       {MediaType: "text/plain", Body: []byte(repeat("Read more\n"))},
		"headings":          {MediaType: "text/plain", Body: []byte(repeat("Talks in Port Elsey\n"))},
		"marks":             {MediaType: "text/plain", Body: []byte(repeat("““"))},
		"combining":         {MediaType: "text/plain", Body: []byte("a" + repeat("\u0301"))},
		"markdown brackets": {MediaType: "text/markdown", Body: []byte(repeat("["))},
		"markdown stars":    {MediaType: "text/markdown", Body: []byte(repeat("*a "))},
		"yaml aliases":      {MediaType: "text/markdown", Body: []byte("---\na: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\ntitle: *d\n---\nText of the report.\n")},
		"yaml deep":         {MediaType: "text/markdown", Body: []byte("---\na: " + strings.Repeat("[", 30000) + "\n---\nText.\n")},
		"deep page":         {MediaType: "text/html", Body: []byte(repeat("<div>"))},
		"deep formatting":   {MediaType: "text/html", Body: []byte(repeat("<b><i>"))},
		"tables":            {MediaType: "text/html", Body: []byte(repeat("<table><td>"))},
		"paragraphs":        {MediaType: "text/html", Body: []byte("<html><body><article>" + strings.Repeat("<p>Maren met Ered in Port Elsey, and nobody smiled.</p>", 4000))},
		"too many elements": {MediaType: "text/html", Body: []byte("<html><body><article>" + strings.Repeat("<p>x", 40000))},
		"open comment":      {MediaType: "text/html", Body: []byte("<p>x</p>" + repeat("<!-"))},
		"attributes":        {MediaType: "text/html", Body: []byte("<p " + repeat("a=1 ") + ">x")},
		"links":             {MediaType: "text/html", Body: []byte(repeat("<a href=x>Talks</a> "))},
		"deep json":         {MediaType: "application/json", Body: []byte(`{"text":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}")},
		"deep json-ld":      {MediaType: "text/html", Body: []byte(`<script type="application/ld+json">` + strings.Repeat(`{"@graph":[`, 4000) + strings.Repeat(`]}`, 4000) + `</script><p>x</p>`)},
	}
}

// jsonRow is a row whose text is a page.
func jsonRow(page []byte) []byte {
	b, _ := json.Marshal(map[string]string{"title": "Talks", "html": string(page)})
	return b
}

// TestBounded reads them.
func TestBounded(t *testing.T) {
	x := newExtractor(t)
	cases := shapes()
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		c := cases[name]
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			r, err := x.Report(c)
			if err == nil {
				check(t, r)
			}
			if d := time.Since(start); d > maxTime {
				t.Errorf("took %v", d)
			} else if d > time.Second {
				t.Logf("took %v (%v)", d, err)
			}
		})
	}
}

func newExtractor(tb testing.TB) *extract.Extractor {
	tb.Helper()
	x, err := extract.New(extract.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return x
}
