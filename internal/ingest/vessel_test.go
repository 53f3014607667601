package ingest_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/ingest/warc"
)

func warcRecord(kind, uri, media, block string) string {
	return fmt.Sprintf("WARC/1.1\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: 2031-03-14T15:00:00Z\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", kind, uri, media, len(block), block)
}

func warcPage(uri, media, content string) string {
	return warcRecord("response", uri, "application/http; msgtype=response", "HTTP/1.1 200 OK\r\nContent-Type: "+media+"\r\n\r\n"+content)
}

func gz(parts ...string) string {
	var b bytes.Buffer
	for _, p := range parts {
		z := gzip.NewWriter(&b)
		io.WriteString(z, p)
		z.Close()
	}
	return b.String()
}

func zst(s string) string {
	z, _ := zstd.NewWriter(nil)
	return string(z.EncodeAll([]byte(s), nil))
}

// file is one entry of an archive.
type file struct {
	name, body string
	mode       fs.FileMode
}

func zipOf(files ...file) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		if strings.HasPrefix(f.name, "stored") || strings.HasSuffix(f.name, "gz") {
			h.Method = zip.Store
		}
		h.SetMode(0o644 | f.mode)
		w, err := z.CreateHeader(h)
		if err != nil {
			panic(err)
		}
		io.WriteString(w, f.body)
	}
	z.Close()
	return b.String()
}

func tarOf(files ...file) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Size: int64(len(f.body)), Mode: 0o644, Typeflag: tar.TypeReg}
		switch {
		case f.mode&fs.ModeSymlink != 0:
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, f.body, 0
		case f.mode&fs.ModeDevice != 0:
			h.Typeflag, h.Size = tar.TypeChar, 0
		case f.mode.IsDir():
			h.Typeflag, h.Size = tar.TypeDir, 0
		}
		if err := w.WriteHeader(h); err != nil {
			panic(err)
		}
		if h.Size > 0 {
			io.WriteString(w, f.body)
		}
	}
	w.Close()
	return b.String()
}

const vesselText = "Maren met Ered in Port Elsey on Wednesday.\n"

func TestVessels(t *testing.T) {
	page := "<!DOCTYPE html><p>" + vesselText
	warcs := []string{
		warcRecord("warcinfo", "", "application/warc-fields", "software: x\r\n"),
		warcRecord("request", "https://x.example/a", "application/http; msgtype=request", "GET /a HTTP/1.1\r\n\r\n"),
		warcPage("https://x.example/a", "text/html; charset=iso-8859-2", page),
		warcPage("https://x.example/p.png", "image/png", "\x89PNG"),
		warcPage("https://x.example/robots.txt", "text/plain", "User-agent: *\n"),
		warcPage("https://x.example/api", "application/json", `{"a":1}`),
		warcPage("https://x.example/item", "application/json", ninjs2),
		warcPage("https://x.example/big", "text/html", strings.Repeat("x", 3000)),
		warcRecord("response", "https://x.example/gone", "application/http", "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n"+page),
		warcRecord("response", "dns:x.example", "text/dns", "x"),
		warcRecord("revisit", "https://x.example/a", "application/http", "HTTP/1.1 200 OK\r\n\r\n"),
		warcRecord("conversion", "https://x.example/a", "text/plain", vesselText),
		warcRecord("resource", "file:///notes", "text/html", page),
		warcRecord("continuation", "https://x.example/a", "text/plain", vesselText),
		warcRecord("response", "https://x.example/odd", "application/http", "no HTTP"),
	}
	at := func(n int, packed bool) string {
		if !packed {
			return fmt.Sprint(len(strings.Join(warcs[:n], "")))
		}
		return fmt.Sprint(len(gz(warcs[:n]...)))
	}
	crawl := func(p string, packed bool) []string {
		return []string{
			p + "#" + at(2, packed) + " text/html {||https://x.example/a|}",
			p + "#" + at(6, packed) + " application/ninjs+json {||https://x.example/item|}",
			"REFUSED " + p + "#" + at(7, packed) + ": its content has more than the limit of 2000 bytes",
			p + "#" + at(11, packed) + " text/plain {||https://x.example/a|}",
			p + "#" + at(12, packed) + " text/html {|||}",
			"REFUSED " + p + "#" + at(13, packed) + ": a part of a segmented record; segmented records are not joined: write the archive without segments",
			"REFUSED " + p + "#" + at(14, packed) + ": no HTTP response is in the record",
		}
	}
	note := ": 15 records: 4 read, 3 refused, 8 passed over (1 application/json, 1 image/png, 1 request, 1 response of text/dns, 1 revisit, 1 robots.txt, 1 status 404, 1 warcinfo)"
	note = strings.Replace(note, "1 response of text/dns", "1 about the crawl (dns:)", 1)
	note = strings.Replace(note, "(1 application/json, 1 image/png, 1 request, 1 about the crawl (dns:), ", "(1 about the crawl (dns:), 1 application/json, 1 image/png, 1 request, ", 1)
	reports := []file{
		{"b.txt", "B text.", 0},
		{"sub/reports.jsonl", `{"path":"a.txt","outlet":"Harbour Wire","published":"2031-03-14"}`, 0},
		{"sub/a.txt", "A text.", 0},
		{"sub/many.jsonl", "{\"text\":\"x\"}\n{\"text\":\"y\"}\n", 0},
		{"picture.png", "\x89PNG", 0},
		{"__MACOSX/b.txt", "x", 0},
		{".hidden.txt", "x", 0},
	}
	entries := func(p string) []string {
		return []string{p + "!/b.txt text/plain", p + "!/sub/a.txt text/plain {Harbour Wire|2031-03-14||}", p + "!/sub/many.jsonl:1 application/json", p + "!/sub/many.jsonl:2 application/json"}
	}
	evil := []file{
		{"../up.txt", "x", 0},
		{"/etc/abs.txt", "x", 0},
		{`..\win.txt`, "x", 0},
		{"C:win.txt", "x", 0},
		{"a/../../b.txt", "x", 0},
		{"link.txt", "/etc/passwd", fs.ModeSymlink},
		{"dev.txt", "", fs.ModeDevice | fs.ModeCharDevice},
		{"bell\a\u202e.txt", "Text.", 0},
		{"same.txt", "One.", 0},
		{"same.txt", "Two.", 0},
		{"Same.txt", "Three.", 0},
		{"inner.zip", zipOf(file{"a.txt", "x", 0}), 0},
		{"inner.tar.gz", gz(tarOf(file{"a.txt", "x", 0})), 0},
		{"stored.txt.gz", gz("Packed."), 0},
		{"inner.warc.gz", gz(warcs[2]), 0},
	}
	refused := func(p string) []string {
		return []string{
			"REFUSED " + p + "!/../up.txt: its name leads out of the archive; not read",
			"REFUSED " + p + "!//etc/abs.txt: its name is an absolute path; not read",
			"REFUSED " + p + `!/..\win.txt: its name leads out of the archive; not read`,
			"REFUSED " + p + "!/C:win.txt: its name is an absolute path; not read",
			"REFUSED " + p + "!/a/../../b.txt: its name leads out of the archive; not read",
			"REFUSED " + p + "!/link.txt: a link; links in archives are not followed: put the file itself in",
			"REFUSED " + p + "!/dev.txt: a device or another special file; not read",
			p + "!/bell.txt text/plain", p + "!/same.txt text/plain", p + "!/same.txt#2 text/plain", p + "!/Same.txt text/plain",
			"REFUSED " + p + "!/inner.zip: an archive in an archive; unpack the outer one",
			"REFUSED " + p + "!/inner.tar.gz: an archive in an archive; unpack the outer one",
			p + "!/stored.txt.gz text/plain", p + "!/inner.warc.gz#0 text/html {||https://x.example/a|}",
		}
	}
	many := make([]file, 10001)
	for i := range many {
		many[i] = file{fmt.Sprintf("%05d.png", i), "", 0}
	}
	many[0] = file{"a.txt", "A text.", 0}
	whole := zipOf(reports...)
	bomb := strings.Repeat("a", 3<<20)
	flip := []byte(whole)
	flip[40] ^= 1 // in the data of b.txt
	for _, tt := range []struct {
		name, file, body string
		want             []string
		notes            []string
	}{
		{"warc", "x.warc", strings.Join(warcs, ""), crawl("x.warc", false), []string{"x.warc" + note}},
		{"warc.gz", "x.warc.gz", gz(warcs...), crawl("x.warc.gz", true), []string{"x.warc.gz" + note}},
		{"warc by its bytes", "x.crawl", strings.Join(warcs, ""), crawl("x.crawl", false), []string{"x.crawl" + note}},
		{"warc under the name of a page", "x.html", strings.Join(warcs, ""), crawl("x.html", false), []string{"x.html" + note}},
		{"warc.zst", "x.warc.zst", zst(strings.Join(warcs, "")), crawl("x.warc.zst", false), []string{"x.warc.zst" + note}},
		{"warc without reports", "x.warc", warcs[0], []string{"REFUSED x.warc: no report is in it (1 warcinfo); Readout reads the pages and texts of a WARC file"}, nil},
		{"arc", "x.arc", "filedesc://x.arc 0.0.0.0 20310314150000 text/plain 76\n", []string{"REFUSED x.arc: an ARC file, the form before WARC; turn it into WARC, for example with “warcio recompress”"}, nil},
		{"gz of a text", "a.txt.gz", gz(vesselText), []string{"a.txt.gz text/plain"}, nil},
		{"gz of lines, cut", "a.jsonl.gz", gz("{\"text\":\"x\"}\n{\"text\":\"y\"}\n")[:40], []string{"a.jsonl.gz:1 application/json", "a.jsonl.gz:2 application/json", "REFUSED a.jsonl.gz:3: it breaks off before its end; copy it again"}, nil},
		{"zst of lines", "a.jsonl.zst", zst("{\"text\":\"x\"}\n{\"text\":\"y\"}\n"), []string{"a.jsonl.zst:1 application/json", "a.jsonl.zst:2 application/json"}, nil},
		{"gz without a name", "pack.gz", gz("<!DOCTYPE html><p>x"), []string{"pack.gz text/html"}, nil},
		{"gz of something else", "a.sql.gz", gz("select 1;\n"), []string{"REFUSED a.sql.gz: a packed file whose name does not say that it is a report; name it like a.txt.gz"}, nil},
		{"damaged first bytes", "x.warc.gz", "\x1e" + gz(warcs[11], warcs[11])[1:], []string{"REFUSED x.warc.gz#0: no gzip member begins here", "x.warc.gz#" + fmt.Sprint(len(gz(warcs[11]))) + " text/plain {||https://x.example/a|}"}, []string{"x.warc.gz: 2 records: 1 read, 1 refused, 0 passed over"}},
		{"gz twice", "a.txt.gz", gz(gz(vesselText)), []string{"REFUSED a.txt.gz: packed twice over; unpack it first"}, nil},
		{"gz bomb", "a.txt.gz", gz(bomb), []string{"REFUSED a.txt.gz: it unpacks to more than 100 times its size"}, nil},
		{"zst bomb", "a.jsonl.zst", zst(bomb), []string{"REFUSED a.jsonl.zst: it unpacks to more than 100 times its size"}, nil},
		{"no gz", "a.gz", "text", []string{"REFUSED a.gz: its name is that of an archive and its bytes are none; if it holds text, save it as .txt, .md, .html, .htm, .jsonl or .json"}, nil},
		{"zip", "x.zip", whole, entries("x.zip"), []string{"x.zip: 3 files read, passed over 1 .png file"}},
		{"zip by its bytes", "x", whole, entries("x"), []string{"x: 3 files read, passed over 1 .png file"}},
		{"zip without its list", "x.zip", whole[:strings.Index(whole, "PK\x01\x02")], append(entries("x.zip"), "REFUSED x.zip: stopped behind .hidden.txt: it breaks off before its end; copy it again; what stood before is read"), nil},
		{"zip cut inside an entry", "x.zip", whole[:strings.Index(whole, "sub/many.jsonl")+24], append(entries("x.zip")[:2:2], "REFUSED x.zip: stopped at sub/many.jsonl: it breaks off before its end; copy it again; what stood before is read"), nil},
		{"zip with a damaged entry", "x.zip", string(flip), append([]string{"REFUSED x.zip!/b.txt: its checksum does not fit: the data is damaged; copy it again"}, entries("x.zip")[1:]...), []string{"x.zip: 3 files read, passed over 1 .png file"}},
		{"evil zip", "x.zip", zipOf(evil...), refused("x.zip"), nil},
		{"zip of too many", "x.zip", zipOf(many...), []string{"x.zip!/a.txt text/plain", "REFUSED x.zip: stopped at 09999.png: the archive has more than 10000 entries; what stood before is read"}, nil},
		{"zip bomb", "x.zip", zipOf(file{"a.txt", "A text.", 0}, file{"b.txt", bomb, 0}, file{"c.txt", "C.", 0}), []string{"x.zip!/a.txt text/plain", "REFUSED x.zip: stopped at b.txt: it unpacks to more than 100 times its size; what stood before is read"}, nil},
		{"empty zip", "x.zip", zipOf(), []string{"REFUSED x.zip: no reports in this archive; Readout reads files named .txt, .md, .html, .htm, .jsonl, .json, .xml (NewsML-G2), .warc, .wacz, .zip or .tar, packed as .gz or .zst too"}, nil},
		{"office document", "x.zip", zipOf(file{"[Content_Types].xml", "<x/>", 0}), []string{"REFUSED x.zip: an office document; save its text as .txt, .md or .html"}, nil},
		{"tar", "x.tar", tarOf(reports...), entries("x.tar"), []string{"x.tar: 3 files read, passed over 1 .png file"}},
		{"tar.gz", "x.tgz", gz(tarOf(reports...)), entries("x.tgz"), []string{"x.tgz: 3 files read, passed over 1 .png file"}},
		{"tar.zst", "x.tar.zst", zst(tarOf(reports...)), entries("x.tar.zst"), []string{"x.tar.zst: 3 files read, passed over 1 .png file"}},
		{"tar cut", "x.tar", tarOf(reports...)[:512*7+5], append(entries("x.tar")[:2:2], "REFUSED x.tar: stopped at sub/many.jsonl: it breaks off before its end; copy it again; what stood before is read"), nil},
		{"tar.gz cut", "x.tgz", gz(tarOf(file{"a.txt", "A text.", 0}, file{"b.txt", strings.Repeat("Hegra. ", 9000) + vesselText, 0}))[:220], []string{"x.tgz!/a.txt text/plain", "REFUSED x.tgz: stopped at b.txt: it breaks off before its end; copy it again; what stood before is read"}, nil},
		{"evil tar", "x.tar", tarOf(evil...), refused("x.tar"), nil},
		{"wacz", "x.wacz", zipOf(file{"datapackage.json", "{}", 0}, file{"pages/pages.jsonl", "{\"format\":\"json-pages-1.0\"}\n{\"url\":\"https://x.example/a\",\"title\":\"A\"}\n{\"url\":\"https://x.example/lost\"}\n", 0}, file{"archive/data.warc.gz", gz(warcs[:3]...), 0}, file{"indexes/index.cdx.gz", gz("x"), 0}, file{"notes.txt", "x", 0}), []string{"x.wacz!/archive/data.warc.gz#" + at(2, true) + " text/html {||https://x.example/a|}"}, []string{"x.wacz!/archive/data.warc.gz: 3 records: 1 read, 0 refused, 2 passed over (1 request, 1 warcinfo)", "x.wacz: 1 of the 2 pages that it lists not among what was read"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := write(t, map[string]string{tt.file: tt.body})
			var notes []string
			opts := ingest.Options{Note: func(p, text string) {
				notes = append(notes, strings.ReplaceAll(p, filepath.ToSlash(dir)+"/", "")+": "+text)
			}}
			if strings.HasPrefix(tt.name, "warc") {
				opts.MaxBytes = 2000
			}
			if diff := cmp.Diff(tt.want, read(t, dir, opts, tt.file)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.notes, notes); diff != "" {
				t.Errorf("notes (-want +got)\n%s", diff)
			}
			// In a folder the same is read, without a word about what holds nothing.
			if filepath.Ext(tt.file) == "" || tt.file == "x.crawl" || tt.file == "x.arc" {
				return
			}
			for i, got := range read(t, dir, opts, ".") {
				if i >= len(tt.want) || got != tt.want[i] {
					t.Errorf("in a folder: got %s", got)
				}
			}
			// And from standard input, where names do not help.
			if strings.Contains(tt.name, "warc") && len(tt.want) > 1 {
				opts.Stdin = strings.NewReader(tt.body)
				for i, got := range read(t, dir, opts, "-") {
					if want := strings.Replace(tt.want[i], tt.file, "-", 1); got != want {
						t.Errorf("standard input: got %s, want %s", got, want)
					}
				}
			}
		})
	}
}

// A WACZ that streams is not known for one, and its lists are no reports.
func TestWACZStreams(t *testing.T) {
	body := zipOf(file{"datapackage.json", "{}", 0}, file{"pages/pages.jsonl", `{"url":"https://x.example/a","title":"A"}`, 0}, file{"a.txt", "A text.", 0})
	got := read(t, t.TempDir(), ingest.Options{Stdin: strings.NewReader(body)}, "-")
	if diff := cmp.Diff([]string{"-!/a.txt text/plain"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A zip that only streams is read by the headers before its entries.
func TestZipStreams(t *testing.T) {
	body := zipOf(file{"a.txt", "A text.", 0}, file{"stored.txt", "B text.", 0}, file{"c.txt", "C text.", 0})
	got := read(t, t.TempDir(), ingest.Options{Stdin: strings.NewReader(body)}, "-")
	want := []string{"-!/a.txt text/plain", "REFUSED -: stopped at stored.txt: its end is told by the list of contents alone, which cannot be read; what stood before is read"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestArchiveTotal(t *testing.T) {
	for name, archive := range map[string]string{"x.zip": zipOf(file{"a.txt", strings.Repeat("a", 400), 0}, file{"b.txt", strings.Repeat("b", 400), 0}, file{"c.txt", strings.Repeat("c", 400), 0}), "x.tar": tarOf(file{"a.txt", strings.Repeat("a", 400), 0}, file{"b.txt", strings.Repeat("b", 400), 0}, file{"c.txt", strings.Repeat("c", 400), 0})} {
		dir := write(t, map[string]string{name: archive})
		want := []string{name + "!/a.txt text/plain", name + "!/b.txt text/plain", "REFUSED " + name + ": stopped at c.txt: the archive unpacks to more than the limit of 1000 bytes; what stood before is read"}
		if diff := cmp.Diff(want, read(t, dir, ingest.Options{MaxTotal: 1000}, name)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

// What a folder holds beside reports is passed over without a word, packed or
// not; archives that hold none are told of.
func TestFolderOfAllKinds(t *testing.T) {
	dir := write(t, map[string]string{"a.txt": vesselText, "dump.sql.gz": gz("select 1;\n"), "feed.xml": "<rss/>", "pictures.zip": zipOf(file{"a.png", "x", 0}, file{"dump.sql.gz", gz("x"), 0}, file{"map.xml", "<svg/>", 0})})
	var notes []string
	opts := ingest.Options{Note: func(p, text string) { notes = append(notes, filepath.Base(p)+": "+text) }}
	if diff := cmp.Diff([]string{"a.txt text/plain"}, read(t, dir, opts, ".")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"pictures.zip: no reports in this archive (1 .png file, 1 .sql file, 1 .xml file)"}, notes); diff != "" {
		t.Errorf("notes (-want +got)\n%s", diff)
	}
}

// A .warc.zst can carry a dictionary in its first frame, plain or packed.
func TestZstdDictionary(t *testing.T) {
	var samples [][]byte
	var records []string
	for i := range 50 {
		r := warcPage(fmt.Sprintf("https://x.example/%d", i), "text/html", fmt.Sprintf("<!DOCTYPE html><p>Maren met Ered in Port Elsey %d times.", i*7919))
		records, samples = append(records, r), append(samples, []byte(r))
	}
	dict, err := zstd.BuildDict(zstd.BuildDictOptions{ID: 7, Contents: samples, History: []byte(strings.Join(records[:5], "")), Offsets: [3]int{1, 4, 8}})
	if err != nil {
		t.Fatal(err)
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderDict(dict))
	if err != nil {
		t.Fatal(err)
	}
	var frames []byte
	for _, r := range samples {
		frames = z.EncodeAll(r, frames)
	}
	frame := func(content string) string {
		n := len(content)
		return "\x5d\x2a\x4d\x18" + string([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}) + content
	}
	for name, body := range map[string]string{"plain.warc.zst": frame(string(dict)) + string(frames), "packed.warc.zst": frame(zst(string(dict))) + string(frames)} {
		got := read(t, write(t, map[string]string{name: body}), ingest.Options{}, ".")
		if len(got) != 50 || !strings.HasSuffix(got[49], "text/html {||https://x.example/49|}") {
			t.Errorf("%s: %d outcomes, the first %s", name, len(got), got[0])
		}
	}
	for name, body := range map[string]string{"without.warc.zst": string(frames), "large.warc.zst": "\x5d\x2a\x4d\x18\xff\xff\xff\x7f", "cut.warc.zst": frame(string(dict))[:100]} {
		if got := read(t, write(t, map[string]string{name: body}), ingest.Options{}, "."); len(got) != 1 || !strings.HasPrefix(got[0], "REFUSED ") {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// The same bytes in any vessel are the same capture.
func TestVesselsAgree(t *testing.T) {
	dir := write(t, map[string]string{"a.txt": vesselText, "b.txt.gz": gz(vesselText), "c.zip": zipOf(file{"a.txt", vesselText, 0}), "d.tar.zst": zst(tarOf(file{"x/a.txt", vesselText, 0})), "e.warc.gz": gz(warcRecord("conversion", "https://x.example/", "text/plain", vesselText))})
	seen, n := map[string]bool{}, 0
	for c, refusal := range ingest.Read(t.Context(), []string{dir}, ingest.Options{}) {
		if refusal != nil {
			t.Fatal(refusal)
		}
		seen[c.SHA256] = true
		n++
	}
	if n != 5 || len(seen) != 1 {
		t.Errorf("%d captures of %d texts, want 5 of 1", n, len(seen))
	}
}

// Names of entries must open nothing, whatever they are: files with those names
// lie where a careless reader would find them.
func TestNamesOpenNothing(t *testing.T) {
	dir := write(t, map[string]string{"secret.txt": "The secret.", "in/x.zip!/reports.jsonl": `{"path":"a.txt","outlet":"Wrong"}`, "in/x.zip!/a.txt": "Wrong."})
	if err := os.WriteFile(filepath.Join(dir, "in", "x.zip"), []byte(zipOf(file{"a.txt", "Right.", 0}, file{"../secret.txt", "x", 0})), 0o644); err != nil {
		t.Fatal(err)
	}
	for c, refusal := range ingest.Read(t.Context(), []string{filepath.Join(dir, "in", "x.zip")}, ingest.Options{}) {
		if refusal == nil && (string(c.Body) != "Right." || c.Sidecar != nil) {
			t.Errorf("got %q with %+v", c.Body, c.Sidecar)
		}
	}
}

func TestBodyRefusesVessels(t *testing.T) {
	for _, body := range []string{gz("x"), zst("x"), zipOf(file{"a.txt", "x", 0}), tarOf(file{"a.txt", "x", 0}), warcPage("https://x.example", "text/html", "x")} {
		n := 0
		for _, refusal := range ingest.Body(t.Context(), "a.txt", []byte(body), nil, ingest.Options{}) {
			if n++; refusal == nil || !strings.Contains(refusal.Reason, "readout ingest") {
				t.Errorf("%.20q: got %v", body, refusal)
			}
		}
		if n != 1 {
			t.Errorf("%.20q: %d outcomes", body, n)
		}
	}
}

// units counts the records and faults of a WARC file.
func units(t *testing.T, p string) (n int) {
	t.Helper()
	f, err := os.Open(p)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for r := warc.NewReader(f, warc.Options{}); ; {
		_, err := r.Next()
		var fault *warc.Fault
		switch {
		case errors.Is(err, io.EOF):
			return n
		case err == nil:
			if err = r.End(); err == nil {
				n++
			}
		}
		if errors.As(err, &fault) {
			n++
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// Everything in the hostile corpora is accounted for: each file gives captures
// or refusals, each record of a WARC file one of these or a place in its note.
func TestHostileVessels(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "hostile")
	files := 0
	for _, sub := range []string{"warc", "warc-gowarc", "json", "libxml2"} {
		err := filepath.WalkDir(filepath.Join(dir, sub), func(p string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			files++
			outcomes, passed := 0, 0
			note := func(_, text string) {
				if _, rest, ok := strings.Cut(text, "refused, "); ok {
					fmt.Sscan(rest, &passed)
				}
			}
			for c, refusal := range ingest.Read(t.Context(), []string{p}, ingest.Options{Note: note}) {
				outcomes++
				if refusal != nil && (refusal.Path == "" || refusal.Reason == "") || refusal == nil && (c.Path == "" || len(c.Body) == 0 || c.MediaType == "") {
					t.Errorf("%s: got %+v, %+v", p, c, refusal)
				}
			}
			if outcomes == 0 {
				t.Errorf("%s: nothing became of it", p)
			}
			if n := units(t, p); passed > 0 && outcomes+passed != n {
				t.Errorf("%s: %d captures and refusals and %d passed over of %d records and faults", p, outcomes, passed, n)
			}
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	if files < 300 {
		t.Errorf("only %d files found in %s", files, dir)
	}
}

func FuzzVessels(f *testing.F) {
	for _, s := range []string{zipOf(file{"a.txt", "A text.", 0}, file{"reports.jsonl", `{"path":"a.txt"}`, 0}), tarOf(file{"a.txt", "A text.", 0}), gz("{\"text\":\"x\"}\n"), zst(vesselText), gz(warcPage("https://x.example/", "text/html", "<p>x")), warcPage("https://x.example/", "text/html", "<p>x"), newsMessage, ninjs1} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		p := filepath.Join(dir, "x.zip")
		if err := os.WriteFile(p, b, 0o644); err != nil {
			t.Fatal(err)
		}
		for _, opts := range []ingest.Options{{MaxBytes: 1 << 16}, {MaxBytes: 1 << 16, Stdin: bytes.NewReader(b)}} {
			paths, n := []string{p}, 0
			if opts.Stdin != nil {
				paths = []string{ingest.Stdin}
			}
			for c, refusal := range ingest.Read(t.Context(), paths, opts) {
				n++
				switch {
				case refusal != nil && (refusal.Reason == "" || refusal.Path == ""):
					t.Fatalf("a refusal without path or reason: %+v", refusal)
				case refusal == nil && (len(c.Body) == 0 || c.MediaType == "" || c.Path == "" || len(c.Body) > 1<<16):
					t.Fatalf("a capture of %d bytes, %q, %q", len(c.Body), c.MediaType, c.Path)
				case strings.ContainsAny(c.Path, "\x00\a\x1b"):
					t.Fatalf("control characters in %q", c.Path)
				}
			}
			if n == 0 {
				t.Fatal("nothing became of it")
			}
		}
	})
}
