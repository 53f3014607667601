package ingest

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/unpack"
)

// Bounds of an archive besides those of what it unpacks to.
const (
	maxDirectory = limits.ArchiveDirectory // bytes of a zip's list of contents: 10,000 entries with long names
	maxPages     = 100000                  // addresses of a WACZ's pages that are remembered
)

// archive is a zip or tar file while it is read. Names in it are labels: they
// become part of the path of a capture, after "!/", and never open a file.
type archive struct {
	r         *reader
	p         piece
	wacz      bool
	entries   int
	total     int64  // bytes unpacked
	read      int    // entries that were taken for reports
	last      string // name of the entry read last
	during    bool   // it is being read
	names     map[string]int
	manifests map[string]*manifest // by folder in the archive, "" the top
	has       map[string]bool      // names of files, where they are known before
	passed    tally
	pages     map[string]bool // addresses that a WACZ lists as pages: whether they were read
}

func (r *reader) archive(p piece) *archive {
	return &archive{r: r, p: p, names: map[string]int{}, manifests: map[string]*manifest{}, passed: tally{}}
}

// entry is one file of an archive.
type entry struct {
	name   string
	mode   fs.FileMode
	what   string       // why it cannot be read: "encrypted"; "" when it can
	packed func() int64 // bytes of it in the archive, read so far
	cut    bool         // where it breaks off, the archive does
	stored bool         // not packed: it unpacks to what it is
	open   func() (io.Reader, error)
}

// label is the name of an entry as it is shown: without control characters.
func label(name string) string { return strings.TrimPrefix(printable(name), "./") }

// unsafeName says what is wrong with a name that would lead out of the folder
// into which other programs unpack it; "" when nothing is. Who makes such an
// archive means harm, and what it holds is not read.
func unsafeName(name string) string {
	slashed := strings.ReplaceAll(name, `\`, "/")
	switch {
	case strings.HasPrefix(slashed, "/"), len(name) > 1 && name[1] == ':':
		return "its name is an absolute path"
	case strings.ContainsRune(name, 0):
		return "its name holds a zero byte"
	}
	for part := range strings.SplitSeq(slashed, "/") {
		if part == ".." {
			return "its name leads out of the archive"
		}
	}
	return ""
}

// entry reads one entry. A boundError ends the archive.
func (a *archive) entry(e entry) error {
	if a.r.ctx.Err() != nil {
		return errStop
	}
	if a.entries++; a.entries > a.r.opts.MaxEntries {
		return boundError(fmt.Sprintf("the archive has more than %d entries", a.r.opts.MaxEntries))
	}
	name := label(e.name)
	a.last, a.during = name, true
	// Of two entries with one name each gets its own path.
	if a.names[name]++; a.names[name] > 1 {
		name = fmt.Sprintf("%s#%d", name, a.names[name])
	}
	at := a.p.at + "!/" + name
	if why := unsafeName(e.name); why != "" {
		return a.r.refuse(at, "%s; not read", why)
	}
	switch {
	case e.mode.IsDir():
		a.entries-- // folders say nothing
		return nil
	case e.mode&fs.ModeSymlink != 0:
		return a.r.refuse(at, "a link; links in archives are not followed: put the file itself in")
	case e.mode.Type() != 0:
		return a.r.refuse(at, "a device or another special file; not read")
	}
	if hidden(name) {
		return nil
	}
	kind := kindOf(label(e.name))
	if a.wacz && (kind != kindVessel || !strings.HasPrefix(name, "archive/")) {
		return nil // indexes and logs of the crawl
	}
	if a.has == nil && (strings.HasPrefix(name, "datapackage") || strings.HasPrefix(name, "pages/")) && (kind == kindJSON || kind == kindLines) {
		a.passed.add("list of a WACZ") // that streams, so that nothing else tells what it is
		return nil
	}
	if kind == kindUnknown {
		a.passed.add(strings.ToLower(path.Ext(name)) + " file")
		return nil
	}
	if e.what != "" {
		return a.r.refuse(at, "%s", e.what)
	}
	in, err := e.open()
	if err != nil {
		return a.r.unreadable(at, err)
	}
	total := &a.total
	if a.wacz && e.stored {
		total = nil // no larger than the file that was given
	}
	in = &guard{r: in, packed: e.packed, total: total, most: a.r.opts.MaxTotal, cut: e.cut}
	if path.Base(name) == ManifestName {
		taken, rest, err := a.manifest(at, path.Dir(name), in)
		if taken || err != nil {
			return err
		}
		in = rest
	}
	a.read++
	p := piece{at: at, name: label(e.name), side: a.sidecar(label(e.name)), inside: true, passed: a.passed}
	if a.pages != nil {
		p.seen = func(uri string) {
			if _, listed := a.pages[uri]; listed {
				a.pages[uri] = true
			}
		}
	}
	passed := a.passed.sum()
	err = a.r.piece(p, in)
	if a.passed.sum() > passed {
		a.read-- // its bytes were none of a report
	}
	return err
}

// hidden reports whether a file is one that programs leave in folders and
// archives for themselves.
func hidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || part == "__MACOSX" {
			return true
		}
	}
	return false
}

// manifest reads an entry that has the manifest's name. taken is false when it
// is a file of reports, which rest gives from its start.
func (a *archive) manifest(at, dir string, in io.Reader) (taken bool, rest io.Reader, err error) {
	if dir == "." {
		dir = ""
	}
	if m := a.manifests[dir]; m != nil {
		return true, nil, a.r.refuseAll(m)
	}
	b, err := io.ReadAll(io.LimitReader(in, a.r.opts.MaxLine+1))
	if err != nil {
		return true, nil, a.r.unreadable(at, err)
	}
	if !isManifest(b) {
		return false, io.MultiReader(bytes.NewReader(b), in), nil
	}
	most := min(int64(len(b)), a.r.opts.MaxLine)
	m := a.r.boundedManifest(at, b[:most], most < int64(len(b)))
	a.manifests[dir] = m
	for _, e := range m.entries {
		if a.has != nil && !a.has[path.Join(dir, e.path)] {
			m.refuse(e.line, "the manifest names %s, which is not there", e.path)
		}
	}
	return true, nil, a.r.refuseAll(m)
}

// sidecar is what a manifest in the archive says about an entry, else what the
// one beside the archive says about all of it.
func (a *archive) sidecar(name string) *readout.Sidecar {
	if !a.r.opts.NoManifest {
		for dir := path.Dir(name); ; dir = path.Dir(dir) {
			if dir == "." {
				dir = ""
			}
			if m := a.manifests[dir]; m != nil {
				rel := strings.TrimPrefix(strings.TrimPrefix(name, dir), "/")
				if i, ok := m.byPath[rel]; ok {
					side := m.entries[i].side
					return &side
				}
			}
			if dir == "" || dir == "/" {
				break
			}
		}
	}
	return outletOnly(a.p.side)
}

// end tells what became of the archive. stop is what ended it early, nil when
// it was read to its end.
func (a *archive) end(stop error) error {
	var bound boundError
	if stop != nil && !errors.As(stop, &bound) {
		return stop
	}
	if stop != nil {
		at := "before its first entry"
		switch {
		case a.during:
			at = "at " + a.last
		case a.last != "":
			at = "behind " + a.last
		}
		return a.r.refuse(a.p.at, "stopped %s: %s; what stood before is read", at, bound)
	}
	missing := 0
	for _, read := range a.pages {
		if !read {
			missing++
		}
	}
	switch {
	case a.read == 0:
		what := ""
		if len(a.passed) > 0 {
			what = " (" + a.passed.String() + ")"
		}
		if !a.p.named {
			a.r.note(a.p.at, "no reports in this archive%s", what)
			return nil
		}
		return a.r.refuse(a.p.at, "no reports in this archive%s; Readout reads files named %s", what, extensionList)
	case missing > 0:
		a.r.note(a.p.at, "%d of the %s that it lists not among what was read", missing, plural(len(a.pages), "page"))
	case len(a.passed) > 0:
		a.r.note(a.p.at, "%s read, passed over %s", plural(a.read, "file"), a.passed)
	}
	return nil
}

// zip reads a zip archive by its list of contents; where that is damaged or
// the bytes only stream, entry after entry.
func (r *reader) zip(p piece, br *bufio.Reader) error {
	if p.inside {
		return r.refuse(p.at, "an archive in an archive; unpack the outer one")
	}
	if r.isOffice(p, br) {
		return r.refuse(p.at, "an office document; save its text as .txt, .md or .html")
	}
	a := r.archive(p)
	if p.file == nil {
		return a.end(a.scan(br))
	}
	entries, directory := zipEnd(p.file, p.size)
	if directory > maxDirectory {
		return r.refuse(p.at, "its list of %d entries takes %d bytes, more than the limit of %d; pack the reports into several archives", entries, directory, maxDirectory)
	}
	z, err := zip.NewReader(p.file, p.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are judged entry by entry
		err := a.scan(io.NewSectionReader(p.file, 0, p.size))
		if err == nil {
			a.during = false
			err = boundError("the list of contents at its end is missing or damaged; copy it again")
		}
		return a.end(err)
	}
	a.has = map[string]bool{}
	for _, f := range z.File[:min(len(z.File), r.opts.MaxEntries)] {
		a.has[label(f.Name)] = true
	}
	a.wacz = isWACZ(p.name, a.has)
	// What is said of the reports comes before them.
	for _, f := range z.File[:min(len(z.File), r.opts.MaxEntries)] {
		name := label(f.Name)
		switch {
		case path.Base(name) == ManifestName && !a.wacz && !r.opts.NoManifest && unsafeName(f.Name) == "" && !hidden(name):
			if in, err := f.Open(); err == nil {
				_, _, err = a.manifest(p.at+"!/"+name, path.Dir(name), &guard{r: in, packed: packedSize(f), total: &a.total, most: r.opts.MaxTotal})
				in.Close()
				if err != nil {
					return a.end(err)
				}
			}
		case a.wacz && strings.HasPrefix(name, "pages/") && strings.HasSuffix(name, ".jsonl"):
			if in, err := f.Open(); err == nil {
				a.listPages(&guard{r: in, packed: packedSize(f), total: &a.total, most: r.opts.MaxTotal})
				in.Close()
			}
		}
	}
	for _, f := range z.File {
		var in io.ReadCloser
		what := ""
		if f.Flags&1 != 0 {
			what = "encrypted; unpack it with its password"
		}
		err := a.entry(entry{
			name: f.Name, mode: f.Mode(), what: what, packed: packedSize(f), stored: f.Method == zip.Store,
			open: func() (r io.Reader, err error) {
				in, err = f.Open()
				return in, err
			},
		})
		if in != nil {
			in.Close()
		}
		if err != nil {
			return a.end(err)
		}
	}
	return a.end(nil)
}

func packedSize(f *zip.File) func() int64 {
	n := min(f.CompressedSize64, 1<<40)
	return func() int64 { return int64(n) }
}

// isOffice reports whether a zip is a document of an office program or a book:
// their first entry has a fixed name.
func (r *reader) isOffice(p piece, br *bufio.Reader) bool {
	switch strings.ToLower(filepath.Ext(p.name)) {
	case ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".pages":
		return true
	}
	b, _ := br.Peek(128)
	if len(b) < 30 {
		return false
	}
	name := string(b[30:min(len(b), 30+int(binary.LittleEndian.Uint16(b[26:])))])
	return name == "[Content_Types].xml" || name == "mimetype" || strings.HasPrefix(name, "_rels/")
}

// isWACZ reports whether a zip is a web archive (WACZ 1.1.1, specs.webrecorder.net).
func isWACZ(name string, has map[string]bool) bool {
	if strings.EqualFold(path.Ext(name), ".wacz") {
		return true
	}
	if !has["datapackage.json"] {
		return false
	}
	for n := range has {
		if strings.HasPrefix(n, "archive/") && strings.Contains(n, ".warc") {
			return true
		}
	}
	return false
}

// listPages remembers the addresses of a WACZ's list of pages. What is wrong
// with the list takes nothing from the reports.
func (a *archive) listPages(in io.Reader) {
	if a.pages == nil {
		a.pages = map[string]bool{}
	}
	br := bufio.NewReader(in)
	for len(a.pages) < maxPages {
		line, long, err := readLine(br, 1<<20)
		var page struct{ URL string }
		if !long && json.Unmarshal(line, &page) == nil && page.URL != "" {
			a.pages[page.URL] = false
		}
		if err != nil {
			return
		}
	}
}

// zipEnd reads the number of entries and the size in bytes of a zip's list of
// contents from its end record (APPNOTE.TXT 4.3.14 and 4.3.16); zeros where
// there is none. The list is loaded whole, so its size is asked before.
func zipEnd(file io.ReaderAt, size int64) (entries, directory uint64) {
	const endLen, locatorLen = 22, 20
	tail := make([]byte, min(size, endLen+locatorLen+65535))
	if _, err := file.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return 0, 0
	}
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || len(tail)-i < endLen {
		return 0, 0
	}
	entries, directory = uint64(binary.LittleEndian.Uint16(tail[i+10:])), uint64(binary.LittleEndian.Uint32(tail[i+12:]))
	if i >= locatorLen && bytes.HasPrefix(tail[i-locatorLen:], []byte("PK\x06\x07")) {
		var end [56]byte
		at := binary.LittleEndian.Uint64(tail[i-locatorLen+8:])
		if at < uint64(size) {
			if _, err := file.ReadAt(end[:], int64(at)); err == nil && string(end[:4]) == "PK\x06\x06" {
				return binary.LittleEndian.Uint64(end[32:]), binary.LittleEndian.Uint64(end[40:])
			}
		}
	}
	return entries, directory
}

// tar reads a tar archive entry by entry.
func (r *reader) tar(p piece, in io.Reader) error {
	if p.inside {
		return r.refuse(p.at, "an archive in an archive; unpack the outer one")
	}
	a := r.archive(p)
	packed := &unpack.Counter{R: in}
	t := tar.NewReader(packed)
	for {
		a.during = false
		h, err := t.Next()
		var bound boundError
		switch {
		case errors.Is(err, io.EOF):
			return a.end(nil)
		case errors.As(err, &bound):
			return a.end(bound)
		case err != nil && !errors.Is(err, tar.ErrInsecurePath):
			words := errorWords(err)
			if words == "" {
				words = err.Error()
			}
			return a.end(boundError(words))
		}
		mode := h.FileInfo().Mode()
		switch h.Typeflag {
		case tar.TypeReg:
		case tar.TypeDir:
			mode = fs.ModeDir
		case tar.TypeSymlink, tar.TypeLink:
			mode = fs.ModeSymlink
		case tar.TypeXGlobalHeader:
			continue
		default:
			mode = fs.ModeIrregular
		}
		from := packed.N
		err = a.entry(entry{
			name: h.Name, mode: mode, cut: true, stored: true,
			packed: func() int64 { return packed.N - from + 512 },
			open:   func() (io.Reader, error) { return t, nil },
		})
		if err != nil {
			return a.end(err)
		}
	}
}
