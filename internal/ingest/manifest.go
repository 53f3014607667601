package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/limits"
)

// ManifestName is the file that describes the reports beside it. A line is
//
//	{"path":"a.txt","outlet":"Harbour Wire","published":"2031-03-14","url":"…","title":"…"}
//
// with path relative to the manifest and every other field optional.
const ManifestName = "reports.jsonl"

// manifest is what one ManifestName says.
type manifest struct {
	file     string // its path
	entries  []manifestEntry
	byPath   map[string]int // cleaned path relative to the manifest → entry
	refusals []readout.Refusal
	told     bool // refusals were given out
}

type manifestEntry struct {
	path string // slash-separated, relative to the manifest
	line int
	side readout.Sidecar
}

func (m *manifest) isAt(p string) bool { return m.file == filepath.Clean(p) }

// manifest returns the manifest of a folder, nil when it has none. Where
// manifests are not used it is still known, so that it is not taken for a file
// of reports.
func (r *reader) manifest(dir string) *manifest {
	dir = filepath.Clean(dir)
	m, known := r.manifests[dir]
	if known {
		return m
	}
	b, err := readLimited(filepath.Join(dir, ManifestName), r.opts.MaxLine)
	if large := errors.Is(err, errTooLarge); (err == nil || large) && isManifest(b) {
		m = r.boundedManifest(filepath.Join(dir, ManifestName), b, large)
		for _, e := range m.entries {
			if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(e.path))); errors.Is(err, os.ErrNotExist) {
				m.refuse(e.line, "the manifest names %s, which is not there", e.path)
			}
		}
	}
	r.manifests[dir] = m
	return m
}

// boundedManifest is parseManifest of a file that may be larger than is read: what
// it says beyond that is refused before any report that it may speak of.
func (r *reader) boundedManifest(file string, b []byte, large bool) *manifest {
	if !large {
		return parseManifest(file, b)
	}
	m := parseManifest(file, b[:bytes.LastIndexByte(b, '\n')+1])
	m.refusals = slices.Insert(m.refusals, 0, readout.Refusal{Path: filepath.ToSlash(file), Reason: fmt.Sprintf(
		"the manifest is larger than the limit of %d bytes; its lines behind that are not used: put the reports into several folders", r.opts.MaxLine)})
	return m
}

// isManifest tells a manifest from a file of reports that happens to have its
// name: its first object has a path and no text.
func isManifest(b []byte) bool {
	for line := range bytes.Lines(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))) {
		var fields map[string]json.RawMessage
		if json.Unmarshal(line, &fields) != nil {
			continue
		}
		for name := range fields {
			switch strings.ToLower(name) {
			case "text", "content", "body", "maintext", "html", "plaintext":
				return false
			}
		}
		return fields["path"] != nil
	}
	return false
}

// parseManifest reads the lines of a manifest. A line it cannot use becomes a
// refusal at file:line.
func parseManifest(file string, b []byte) *manifest {
	m := &manifest{file: file, byPath: map[string]int{}}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	n := 0
	for line := range bytes.Lines(b) {
		n++
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		// Pointers: null and a missing field mean the same, unknown.
		var f struct{ Path, Outlet, Published, URL, Title *string }
		if err := json.Unmarshal(line, &f); err != nil {
			m.refuse(n, "not a line of a manifest (%s); write {\"path\":…,\"outlet\":…,\"published\":…}", jsonReason(err))
			continue
		}
		if f.Path == nil || strings.TrimSpace(*f.Path) == "" {
			m.refuse(n, "the line has no path; name the file it describes")
			continue
		}
		p := path.Clean(strings.ReplaceAll(*f.Path, `\`, "/"))
		if path.IsAbs(p) || p == ".." || strings.HasPrefix(p, "../") || strings.ContainsRune(p, 0) || filepath.VolumeName(p) != "" {
			m.refuse(n, "the path %q leads out of the manifest's folder; a manifest describes files beside it", *f.Path)
			continue
		}
		if i, twice := m.byPath[p]; twice {
			m.refuse(n, "%s is described on line %d already; that line is used", p, m.entries[i].line)
			continue
		}
		m.byPath[p] = len(m.entries)
		m.entries = append(m.entries, manifestEntry{path: p, line: n, side: readout.Sidecar{
			Outlet: str(f.Outlet), Published: str(f.Published), URL: str(f.URL), Title: str(f.Title),
		}})
	}
	return m
}

func str(s *string) string {
	if s == nil {
		return ""
	}
	return strings.TrimSpace(*s)
}

func (m *manifest) refuse(line int, format string, args ...any) {
	m.refusals = append(m.refusals, readout.Refusal{Path: fmt.Sprintf("%s:%d", filepath.ToSlash(m.file), line), Reason: fmt.Sprintf(format, args...)})
}

// refuseAll gives out what was wrong with a manifest, once.
func (r *reader) refuseAll(m *manifest) error {
	if m.told || r.opts.NoManifest {
		return nil
	}
	m.told = true
	for _, x := range m.refusals {
		if err := r.refuse(x.Path, "%s", x.Reason); err != nil {
			return err
		}
	}
	return nil
}

// listed reads the files that a manifest names, in its order: what naming the
// manifest itself as a path means.
func (r *reader) listed(m *manifest) error {
	for _, e := range m.entries {
		p := filepath.Join(filepath.Dir(m.file), filepath.FromSlash(e.path))
		info, err := os.Stat(p)
		if err != nil {
			continue // refused at its line already
		}
		if info.IsDir() || kindOf(p) == kindUnknown {
			err = r.unknown(p, info)
		} else {
			err = r.file(p, info, true)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sidecar is what a manifest beside a file, or in a folder above it that was
// walked to reach it, says about the file; nil when none does.
func (r *reader) sidecar(p string) *readout.Sidecar {
	if r.opts.NoManifest {
		return nil
	}
	dir, rel := filepath.Dir(p), filepath.Base(p)
	for range limits.FolderDepth {
		m, known := r.manifests[dir]
		if !known && rel == filepath.Base(p) {
			m = r.manifest(dir)
		}
		if m != nil {
			if i, ok := m.byPath[filepath.ToSlash(rel)]; ok {
				side := m.entries[i].side
				return &side
			}
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		rel, dir = filepath.Join(filepath.Base(dir), rel), up
	}
	return nil
}
