package ingest_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout/internal/ingest"
)

// write puts files into a new folder; a name that ends in "/" is a folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, body := range files {
		p := filepath.Join(dir, name)
		if strings.HasSuffix(name, "/") {
			p, body = p+"/", ""
		}
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "/") {
			if err := os.WriteFile(p, []byte(body), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// read lists what Read yields, one line each, with dir taken off the paths.
func read(t *testing.T, dir string, opts ingest.Options, paths ...string) []string {
	t.Helper()
	for i, p := range paths {
		if p != ingest.Stdin && !filepath.IsAbs(p) && p != "" {
			paths[i] = filepath.Join(dir, p)
		}
	}
	var out []string
	for c, refusal := range ingest.Read(t.Context(), paths, opts) {
		line := ""
		if refusal != nil {
			line = "REFUSED " + refusal.Path + ": " + refusal.Reason
		} else {
			if len(c.SHA256) != 64 || len(c.Body) == 0 {
				t.Errorf("%s: hash %q, %d bytes", c.Path, c.SHA256, len(c.Body))
			}
			line = c.Path + " " + c.MediaType
			if c.Sidecar != nil {
				line += fmt.Sprintf(" {%s|%s|%s|%s}", c.Sidecar.Outlet, c.Sidecar.Published, c.Sidecar.URL, c.Sidecar.Title)
			}
		}
		out = append(out, strings.ReplaceAll(line, filepath.ToSlash(dir)+"/", ""))
	}
	return out
}

func TestRead(t *testing.T) {
	const text = "Maren met Ered in Port Elsey on Wednesday.\n"
	files := map[string]string{
		"a.txt": text, "b.md": "# Title\n", "c.html": "<p>x</p>", "d.HTM": "<p>x</p>", "picture.png": "\x89PNG", ".hidden.txt": text,
		"sub/e.txt": text, "lines.jsonl": `{"text":"one"}` + "\n\n" + `{"text":` + "\n" + `[1]` + "\n" + `{"text":"two"}`,
		"many.json": `{"articles":[{"title":"x"},7]}`, "one.json": `{"maintext":"x"}`, "empty.txt": " \n", "binary.txt": "a\x00b", "doc.txt": "%PDF-1.7",
		"notes.docx": "PK\x03\x04", "none/": "", "only/x.png": "x",
	}
	dir := write(t, files)
	tests := []struct {
		name  string
		paths []string
		opts  ingest.Options
		want  []string
	}{
		{"folder in the order of names", []string{"."}, ingest.Options{}, []string{
			"a.txt text/plain", "b.md text/markdown",
			"REFUSED binary.txt: binary data (a zero byte), not text; save the report as .txt, .md, .html, .htm, .jsonl or .json",
			"c.html text/html", "d.HTM text/html",
			"REFUSED doc.txt: a PDF document, not text; save the report as .txt, .md, .html, .htm, .jsonl or .json",
			"REFUSED empty.txt: the file is empty",
			"lines.jsonl:1 application/json",
			`REFUSED lines.jsonl:3: not a JSON object (unexpected end of JSON input at byte 8); write one report as {"text":…,"title":…,"published":…}`,
			`REFUSED lines.jsonl:4: not a JSON object (wrong kind of value: array); write one report as {"text":…,"title":…,"published":…}`,
			"lines.jsonl:5 application/json",
			"many.json#1 application/json",
			`REFUSED many.json#2: not a JSON object (wrong kind of value: number); write one report as {"text":…,"title":…,"published":…}`,
			"one.json application/json", "sub/e.txt text/plain",
		}},
		{"paths in any order, each once", []string{"sub", "a.txt", "sub/e.txt", "a.txt"}, ingest.Options{}, []string{"a.txt text/plain", "sub/e.txt text/plain"}},
		{"unknown kind named", []string{"notes.docx", "picture.png"}, ingest.Options{}, []string{
			"REFUSED notes.docx: an office document; save its text as .txt, .md or .html",
			"REFUSED picture.png: a PNG picture; Readout reads .txt, .md, .html, .htm, .jsonl or .json: save the text under such a name",
		}},
		{"missing", []string{"nowhere.txt"}, ingest.Options{}, []string{"REFUSED nowhere.txt: no such file or folder; check the path"}},
		{"empty path", []string{""}, ingest.Options{}, []string{"REFUSED : the path is empty; name a file, a folder or - for standard input"}},
		{"folder without reports", []string{"none", "only"}, ingest.Options{}, []string{
			"REFUSED none: no reports in this folder; Readout reads files named .txt, .md, .html, .htm, .jsonl, .json, .xml (NewsML-G2), .warc, .wacz, .zip or .tar, packed as .gz or .zst too",
			"REFUSED only: no reports in this folder; Readout reads files named .txt, .md, .html, .htm, .jsonl, .json, .xml (NewsML-G2), .warc, .wacz, .zip or .tar, packed as .gz or .zst too",
		}},
		{"too large", []string{"a.txt", "lines.jsonl"}, ingest.Options{MaxBytes: 10}, []string{
			"REFUSED a.txt: larger than the limit of 10 bytes; split it or raise the limit",
			"REFUSED lines.jsonl:1: the line is longer than the limit of 10 bytes",
			`REFUSED lines.jsonl:3: not a JSON object (unexpected end of JSON input at byte 8); write one report as {"text":…,"title":…,"published":…}`,
			`REFUSED lines.jsonl:4: not a JSON object (wrong kind of value: array); write one report as {"text":…,"title":…,"published":…}`,
			"REFUSED lines.jsonl:5: the line is longer than the limit of 10 bytes",
		}},
		{"standard input, text", []string{"-"}, ingest.Options{Stdin: strings.NewReader(text)}, []string{"- text/plain"}},
		{"standard input, page", []string{"-"}, ingest.Options{Stdin: strings.NewReader("\n<!DOCTYPE HTML><p>x")}, []string{"- text/html"}},
		{"standard input, front matter", []string{"-"}, ingest.Options{Stdin: strings.NewReader("---\ntitle: x\n---\ny")}, []string{"- text/markdown"}},
		{"standard input, lines", []string{"-"}, ingest.Options{Stdin: strings.NewReader("{\"text\":\"x\"}\n{\"text\":\"y\"}\n")}, []string{"-:1 application/json", "-:2 application/json"}},
		{"standard input, object", []string{"-"}, ingest.Options{Stdin: strings.NewReader("{\n\"text\":\"x\"\n}\n")}, []string{"- application/json"}},
		{"standard input, empty", []string{"-"}, ingest.Options{Stdin: strings.NewReader("")}, []string{"REFUSED -: the file is empty"}},
		{"standard input, too large", []string{"-"}, ingest.Options{Stdin: strings.NewReader(text), MaxBytes: 5}, []string{"REFUSED -: larger than the limit of 5 bytes; split it or raise the limit"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, dir, tt.opts, tt.paths...)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestManifest(t *testing.T) {
	const manifest = `{"path":"a.txt","outlet":"Harbour Wire","published":"2031-03-14","url":"https://x.example/a","title":"Talks"}
{"path":"sub/b.txt","outlet":null,"published":"2031-03-15"}

{"path":"gone.txt"}
{"path":"../c.txt"}
{"path":"/etc/passwd"}
{"path":"a.txt","outlet":"again"}
{"outlet":"no path"}
not json
{"path":7}
`
	dir := write(t, map[string]string{"in/reports.jsonl": manifest, "in/a.txt": "A text.", "in/sub/b.txt": "B text.", "in/z.txt": "Z text.", "c.txt": "C text.", "many/reports.jsonl": `{"path":"l.jsonl","outlet":"Harbour Wire","title":"x"}`, "many/l.jsonl": "{\"text\":\"a\"}\n{\"text\":\"b\"}\n", "other/reports.jsonl": `{"text":"a report, though its file has the manifest's name","path":"x"}` + "\n"})
	refusals := []string{
		`REFUSED in/reports.jsonl:5: the path "../c.txt" leads out of the manifest's folder; a manifest describes files beside it`,
		`REFUSED in/reports.jsonl:6: the path "/etc/passwd" leads out of the manifest's folder; a manifest describes files beside it`,
		`REFUSED in/reports.jsonl:7: a.txt is described on line 1 already; that line is used`,
		`REFUSED in/reports.jsonl:8: the line has no path; name the file it describes`,
		`REFUSED in/reports.jsonl:9: not a line of a manifest (invalid character 'o' in literal null (expecting 'u') at byte 2); write {"path":…,"outlet":…,"published":…}`,
		`REFUSED in/reports.jsonl:10: not a line of a manifest (wrong kind of value: number); write {"path":…,"outlet":…,"published":…}`,
		`REFUSED in/reports.jsonl:4: the manifest names gone.txt, which is not there`,
	}
	listed := []string{"in/a.txt text/plain {Harbour Wire|2031-03-14|https://x.example/a|Talks}", "in/sub/b.txt text/plain {|2031-03-15||}"}
	tests := []struct {
		name, path string
		opts       ingest.Options
		want       []string
	}{
		{"folder", "in", ingest.Options{}, append(slices.Clone(refusals), listed[0], listed[1], "in/z.txt text/plain")},
		{"the manifest itself", "in/reports.jsonl", ingest.Options{}, append(slices.Clone(refusals), listed...)},
		{"one file beside it", "in/a.txt", ingest.Options{}, listed[:1]},
		{"not used", "in/a.txt", ingest.Options{NoManifest: true}, []string{"in/a.txt text/plain"}},
		{"not used in a folder", "in", ingest.Options{NoManifest: true}, []string{"in/a.txt text/plain", "in/sub/b.txt text/plain", "in/z.txt text/plain"}},
		{"named and not used", "in/reports.jsonl", ingest.Options{NoManifest: true}, []string{"REFUSED in/reports.jsonl: a manifest, and manifests are not to be used; name the reports or their folder"}},
		{"outlet of a file of many", "many", ingest.Options{}, []string{"many/l.jsonl:1 application/json {Harbour Wire|||}", "many/l.jsonl:2 application/json {Harbour Wire|||}"}},
		{"reports under that name", "other", ingest.Options{}, []string{"other/reports.jsonl:1 application/json"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, dir, tt.opts, tt.path)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	dir := write(t, map[string]string{"in/a.txt": "A text.", "far/b.txt": "B text."})
	for link, target := range map[string]string{"in/ring": ".", "in/far": "../far", "in/far2": "../far", "in/l.txt": "../far/b.txt", "in/broken.txt": "nowhere", "in/self.txt": "self.txt"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	got := read(t, dir, ingest.Options{}, "in")
	want := []string{"in/a.txt text/plain", "REFUSED in/broken.txt: no such file or folder; check the path", "in/far/b.txt text/plain", "in/l.txt text/plain", "REFUSED in/self.txt: too many levels of symbolic links"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestPermission(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("the superuser may read everything")
	}
	dir := write(t, map[string]string{"in/a.txt": "A text.", "in/b.txt": "B text.", "in/sub/c.txt": "C text."})
	os.Chmod(filepath.Join(dir, "in/a.txt"), 0)
	os.Chmod(filepath.Join(dir, "in/sub"), 0)
	t.Cleanup(func() { os.Chmod(filepath.Join(dir, "in/sub"), 0o755) })
	want := []string{"REFUSED in/a.txt: no permission to read it; change its mode or owner", "in/b.txt text/plain", "REFUSED in/sub: no permission to read it; change its mode or owner"}
	if diff := cmp.Diff(want, read(t, dir, ingest.Options{}, "in")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestStops(t *testing.T) {
	dir := write(t, map[string]string{"a.txt": "A text.", "b.txt": "B text.", "c.txt": "C text."})
	n := 0
	for range ingest.Read(t.Context(), []string{dir}, ingest.Options{}) {
		n++
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range ingest.Read(ctx, []string{dir}, ingest.Options{}) {
		n++
		cancel()
	}
	if n != 2 {
		t.Errorf("%d reports after a break and a cancelled context, want 2", n)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{`{"path":"a.txt"}`, `{"text":"x"}`, "{\"articles\":[{}]}", "[]", "null", "\xef\xbb\xbf{}", "{\"path\":\"../x\"}\n{", "a\x00", "---\ntitle: x\n"} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, name := range []string{"reports.jsonl", "x.json", "y.txt", "z.jsonl"} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for c, refusal := range ingest.Read(t.Context(), []string{dir}, ingest.Options{MaxBytes: 1 << 16}) {
			switch {
			case refusal != nil && (refusal.Reason == "" || refusal.Path == ""):
				t.Fatalf("a refusal without path or reason: %+v", refusal)
			case refusal == nil && (len(c.Body) == 0 || c.MediaType == "" || c.Path == ""):
				t.Fatalf("an empty capture: %+v", c)
			}
		}
	})
}
