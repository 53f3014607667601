// Package ingest turns paths into captures: the bytes of each report with
// what its carrier says about it.
//
// In order: the paths are sorted and freed of repetitions; a folder is walked
// in the order of its names; a file is read as what its first bytes say it is
// (WARC, gzip, zstd, zip, tar), else by its extension: .txt, .md and .html are
// one report each, .jsonl and .json hold many, .xml is NewsML-G2; "-" is
// standard input. A manifest reports.jsonl beside the files, or in their
// archive, gives them outlet, date, address and title. What cannot be read
// comes out as a readout.Refusal that says why and what to do, and the rest
// goes on. docs/inputs.md lists the forms with their limits.
//
// Everything streams: one report at a time is held in memory, of a WARC file
// no record, of an archive its list of contents. A report within another file
// has a path that says where: "a.jsonl:3" is a line, "a.json#3" and
// "a.xml#3" the third of many, "a.warc.gz#1034" the record at byte 1034,
// "a.zip!/b.txt" an entry. Such paths are labels and never opened.
//
// Bytes are not changed but for what their carrier did to them (packing, the
// encodings of HTTP), and not interpreted beyond what is needed to tell
// reports from other files; package extract does that. Nothing is fetched.
package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/charset"
	"github.com/readout-news/readout/internal/iptc"
	"github.com/readout-news/readout/internal/limits"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// Options are the settings of Read. The zero value is usable.
type Options struct {
	MaxBytes   int64                   // largest report in bytes; 0: limits.Report, and limits.Line of a line of JSON
	MaxLine    int64                   // longest line of JSON and largest file of many reports, in bytes; 0: MaxBytes, else limits.Line
	MaxEntries int                     // of an archive; 0: limits.ArchiveEntries
	MaxTotal   int64                   // bytes of all entries of an archive, unpacked; 0: limits.ArchiveTotal
	NoManifest bool                    // do not use reports.jsonl files
	Stdin      io.Reader               // what "-" reads; nil: os.Stdin
	Note       func(path, text string) // told what was passed over in a file of many because it is no report; nil: nobody asks
}

// bounded fills in the limits that were not given.
func (o Options) bounded() Options {
	if o.MaxLine <= 0 {
		o.MaxLine = o.MaxBytes
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = limits.Report
	}
	if o.MaxLine <= 0 {
		o.MaxLine = limits.Line
	}
	if o.MaxEntries <= 0 {
		o.MaxEntries = limits.ArchiveEntries
	}
	if o.MaxTotal <= 0 {
		o.MaxTotal = limits.ArchiveTotal
	}
	return o
}

// errStop ends a walk whose consumer has left.
var errStop = errors.New("stop")

// Read yields the captures of paths, one at a time and in an order that does
// not depend on the order of paths. Each step gives either a capture or, with
// a zero capture, a refusal. It ends early when ctx does; the caller sees that
// by ctx.Err().
func Read(ctx context.Context, paths []string, opts Options) iter.Seq2[readout.Capture, *readout.Refusal] {
	return func(yield func(readout.Capture, *readout.Refusal) bool) {
		if opts.Stdin == nil {
			opts.Stdin = os.Stdin
		}
		r := &reader{ctx: ctx, opts: opts.bounded(), yield: yield, folders: map[string]bool{}, files: map[string]bool{}, manifests: map[string]*manifest{}}
		for _, p := range sorted(paths) {
			if r.path(p) != nil {
				return
			}
		}
	}
}

func sorted(paths []string) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = p
		if p != Stdin && p != "" {
			out[i] = filepath.Clean(p)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

type reader struct {
	ctx       context.Context
	opts      Options
	yield     func(readout.Capture, *readout.Refusal) bool
	folders   map[string]bool      // real paths of folders read
	files     map[string]bool      // cleaned paths of files read
	manifests map[string]*manifest // by folder
	said      *readout.Sidecar     // what the sender of a body says of it; takes the manifest's place
}

func (r *reader) give(c readout.Capture) error {
	sum := sha256.Sum256(c.Body)
	c.SHA256 = hex.EncodeToString(sum[:])
	if r.ctx.Err() != nil || !r.yield(c, nil) {
		return errStop
	}
	return nil
}

func (r *reader) refuse(path, format string, args ...any) error {
	if r.ctx.Err() != nil {
		return errStop
	}
	if !r.yield(readout.Capture{}, &readout.Refusal{Path: filepath.ToSlash(path), Reason: printable(fmt.Sprintf(format, args...))}) {
		return errStop
	}
	return nil
}

// printable is s without control characters and broken bytes, which reasons can
// carry from what they quote.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// path reads one of the paths the caller gave.
func (r *reader) path(p string) error {
	switch p {
	case Stdin:
		return r.stdin()
	case "":
		return r.refuse(p, "the path is empty; name a file, a folder or - for standard input")
	}
	info, err := os.Stat(p)
	if err != nil {
		return r.refuse(p, "%s", reason(err))
	}
	if info.IsDir() {
		found, err := r.folder(p, 0)
		if err == nil && found == 0 {
			return r.refuse(p, "no reports in this folder; Readout reads files named %s", extensionList)
		}
		return err
	}
	if kindOf(p) == kindUnknown {
		return r.unknown(p, info)
	}
	if m := r.manifest(filepath.Dir(p)); m != nil && m.isAt(p) {
		if r.opts.NoManifest {
			return r.refuse(p, "a manifest, and manifests are not to be used; name the reports or their folder")
		}
		if err := r.refuseAll(m); err != nil {
			return err
		}
		return r.listed(m)
	}
	return r.file(p, info, true)
}

// unknown reads a file whose name does not say what it is, when its bytes do.
func (r *reader) unknown(p string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return r.refuse(p, "not a regular file")
	}
	b, err := readLimited(p, formHead)
	if err != nil && !errors.Is(err, errTooLarge) {
		return r.refuse(p, "%s", reason(err))
	}
	if f := formOf(b); f != formNone || sniff(b) == kindHTML || sniff(b) == kindXML {
		return r.file(p, info, true)
	}
	what := "a kind of file that Readout does not know"
	if w, yes := charset.Binary(b); yes {
		what = w
	}
	return r.refuse(p, "%s; Readout reads %s: save the text under such a name", what, textExtensions)
}

// folder walks a folder and returns how many report files it held.
func (r *reader) folder(dir string, depth int) (int, error) {
	if r.ctx.Err() != nil {
		return 0, errStop
	}
	if depth > limits.FolderDepth {
		return 0, r.refuse(dir, "folders are nested more than %d deep; not read", limits.FolderDepth)
	}
	// The real path finds a folder again that links lead to twice or in a ring.
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		if abs, err := filepath.Abs(real); err == nil {
			if r.folders[abs] {
				return 1, nil
			}
			r.folders[abs] = true
		}
	}
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return 1, r.refuse(dir, "%s", reason(err))
	}
	m := r.manifest(dir)
	if m != nil {
		if err := r.refuseAll(m); err != nil {
			return 1, err
		}
	}
	found := 0
	for _, e := range entries {
		p := filepath.Join(dir, e.Name())
		if strings.HasPrefix(e.Name(), ".") || (m != nil && m.isAt(p)) {
			continue
		}
		if e.IsDir() {
			n, err := r.folder(p, depth+1)
			found += n
			if err != nil {
				return found, err
			}
			continue
		}
		link := e.Type()&fs.ModeSymlink != 0
		if !link && kindOf(p) == kindUnknown {
			continue
		}
		info, err := os.Stat(p) // follows links
		switch {
		case err != nil && link && kindOf(p) == kindUnknown:
			continue
		case err != nil:
			err = r.refuse(p, "%s", reason(err))
		case info.IsDir():
			var n int
			n, err = r.folder(p, depth+1)
			found += n
		case kindOf(p) == kindUnknown:
			continue
		default:
			err = r.file(p, info, false)
		}
		found++
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

// file reads one file of a known kind. Named is true when the caller gave its
// path, and false for a file found in a folder.
func (r *reader) file(p string, info fs.FileInfo, named bool) error {
	if r.files[p] {
		return nil
	}
	r.files[p] = true
	if !info.Mode().IsRegular() {
		return r.refuse(p, "not a regular file")
	}
	f, err := os.Open(p)
	if err != nil {
		return r.refuse(p, "%s", reason(err))
	}
	defer f.Close()
	err = r.piece(piece{at: p, name: filepath.Base(p), side: r.sidecar(p), named: named, size: info.Size(), file: f}, f)
	var bound boundError
	if errors.As(err, &bound) {
		return r.refuse(p, "%s", bound)
	}
	return err
}

func (r *reader) tooLarge(p string, limit int64) error {
	return r.refuse(p, "larger than the limit of %d bytes; split it or raise the limit", limit)
}

// body yields the report or reports of one body of bytes.
func (r *reader) body(p piece, b []byte, kind fileKind) error {
	if len(bytes.TrimSpace(b)) == 0 {
		return r.refuse(p.at, "the file is empty")
	}
	if what, yes := charset.Binary(b); yes && !(kind == kindHTML && bytes.IndexByte(b, '<') >= 0 && mostlyText(b)) {
		return r.refuse(p.at, "%s, not text; save the report as %s", what, textExtensions)
	}
	switch kind {
	case kindLines:
		return r.lines(p.at, bytes.NewReader(b), outletOnly(p.side))
	case kindJSON:
		return r.document(p, b)
	case kindXML:
		return r.items(p, b)
	}
	return r.give(readout.Capture{Path: filepath.ToSlash(p.at), URL: urlOf(p.side), MediaType: kind.mediaType(), Body: b, Sidecar: p.side})
}

// mostlyText lets a page through that has a few stray zero bytes; the HTML
// standard says how to read those.
func mostlyText(b []byte) bool {
	return bytes.Count(b, []byte{0})*100 < len(b)
}

func urlOf(s *readout.Sidecar) string {
	if s == nil {
		return ""
	}
	return s.URL
}

func (r *reader) stdin() error {
	in := bufio.NewReaderSize(r.opts.Stdin, 64<<10)
	p := piece{at: Stdin, side: r.said, named: true}
	if head, _ := in.Peek(formHead); formOf(head) != formNone {
		err := r.piece(p, in)
		var bound boundError
		if errors.As(err, &bound) {
			return r.refuse(Stdin, "%s", bound)
		}
		return err
	}
	b, err := io.ReadAll(io.LimitReader(in, r.opts.MaxBytes+1))
	if err != nil {
		return r.refuse(Stdin, "%s", reason(err))
	}
	kind := sniff(b)
	if int64(len(b)) > r.opts.MaxBytes {
		if kind == kindLines {
			return r.lines(Stdin, io.MultiReader(bytes.NewReader(b), in), nil)
		}
		if kind != kindJSON || r.opts.MaxLine <= r.opts.MaxBytes {
			return r.tooLarge(Stdin, r.opts.MaxBytes)
		}
		more, err := io.ReadAll(io.LimitReader(in, r.opts.MaxLine+1-int64(len(b))))
		if err != nil {
			return r.refuse(Stdin, "%s", reason(err))
		}
		if b = append(b, more...); int64(len(b)) > r.opts.MaxLine {
			return r.tooLarge(Stdin, r.opts.MaxLine)
		}
	}
	return r.body(p, b, kind)
}

type fileKind int

const (
	kindUnknown fileKind = iota
	kindText
	kindMarkdown
	kindHTML
	kindLines  // one JSON object a line
	kindJSON   // one JSON value: an object, or a list of them
	kindXML    // NewsML-G2
	kindVessel // holds files or records; its bytes say how
)

// textExtensions are the names for one report; extensionList are all that are
// read in a folder.
const (
	textExtensions = ".txt, .md, .html, .htm, .jsonl or .json"
	extensionList  = ".txt, .md, .html, .htm, .jsonl, .json, .xml (NewsML-G2), .warc, .wacz, .zip or .tar, packed as .gz or .zst too"
)

func kindOf(p string) fileKind {
	switch strings.ToLower(filepath.Ext(p)) {
	case ".txt", ".text":
		return kindText
	case ".md", ".markdown":
		return kindMarkdown
	case ".html", ".htm", ".xhtml":
		return kindHTML
	case ".jsonl", ".ndjson":
		return kindLines
	case ".json":
		return kindJSON
	case ".xml":
		return kindXML
	case ".warc", ".wacz", ".zip", ".tar", ".gz", ".tgz", ".zst", ".tzst":
		return kindVessel
	}
	return kindUnknown
}

func (k fileKind) mediaType() string {
	switch k {
	case kindMarkdown:
		return "text/markdown"
	case kindHTML:
		return "text/html"
	case kindLines, kindJSON:
		return "application/json"
	}
	return "text/plain"
}

// listStart begins a list of objects, or an empty one. Prose begins with brackets
// too, as in "[Photo] Talks …", but not with a brace in them.
var listStart = regexp.MustCompile(`^\[\s*(?:\{|\]\s*$)`)

// sniff tells the kind of a body that has no name.
func sniff(b []byte) fileKind {
	if iptc.IsNewsML(b) {
		return kindXML
	}
	t := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(b[:min(len(b), 1024)], []byte("\xef\xbb\xbf"))))
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body", "<?xml", "<article", "<meta", "<!--"} {
		if bytes.HasPrefix(t, []byte(tag)) {
			return kindHTML
		}
	}
	switch {
	case bytes.HasPrefix(t, []byte("{")) && !bytes.HasPrefix(t, []byte(`{\rtf`)):
		// One object over several lines and one object a line begin alike;
		// the first line decides, unless it is all there is.
		all := bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
		if isObject(all) {
			return kindJSON
		}
		if line, _, _ := bytes.Cut(all, []byte("\n")); isObject(line) {
			return kindLines
		}
	case listStart.Match(t):
		return kindJSON
	case bytes.HasPrefix(t, []byte("---\n")), bytes.HasPrefix(t, []byte("---\r\n")):
		return kindMarkdown
	}
	return kindText
}

var errTooLarge = errors.New("too large")

// readLimited reads a file of at most limit bytes; a larger one gives its
// first limit bytes and errTooLarge.
func readLimited(p string, limit int64) ([]byte, error) {
	f, err := os.Open(p)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return b[:limit], errTooLarge
	}
	return b, nil
}

// reason puts an error of the file system into words, without the path that
// the refusal carries already.
func reason(err error) string {
	var path *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file or folder; check the path"
	case errors.Is(err, fs.ErrPermission):
		return "no permission to read it; change its mode or owner"
	case errorWords(err) != "":
		return errorWords(err)
	case errors.As(err, &path):
		return cmp.Or(path.Err.Error(), err.Error())
	}
	return err.Error()
}
