package export

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout/internal/view"
)

// sink takes the files of an export, one after the other.
type sink interface {
	create(name string) (io.WriteCloser, error)
}

// output is one file under way: it counts and hashes what goes through.
type output struct {
	io.WriteCloser
	hash hash.Hash
	file File
	m    *Manifest
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.WriteCloser.Write(p)
	o.hash.Write(p[:n])
	o.file.Bytes += int64(n)
	return n, err
}

// Close enters the file in the manifest.
func (o *output) Close() error {
	o.file.SHA256 = hex.EncodeToString(o.hash.Sum(nil))
	o.m.Files = append(o.m.Files, o.file)
	return o.WriteCloser.Close()
}

func newOutput(w io.WriteCloser, name string, m *Manifest) *output {
	return &output{WriteCloser: w, hash: sha256.New(), file: File{Name: name}, m: m}
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// stream is the sink of forms with one file: it goes to w under a name of its
// own.
type stream struct {
	w    io.Writer
	name string
}

func (s *stream) create(string) (io.WriteCloser, error) { return nopCloser{s.w}, nil }

// zipSink packs the files.
type zipSink struct{ w *zip.Writer }

func newZip(w io.Writer) *zipSink { return &zipSink{zip.NewWriter(w)} }

// zipTime is the earliest time that a zip can give: equal exports are equal
// bytes.
var zipTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func (z *zipSink) create(name string) (io.WriteCloser, error) {
	w, err := z.w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: zipTime})
	return nopCloser{w}, err
}

func (z *zipSink) manifest(m *Manifest) error {
	w, err := z.create(manifestName)
	if err != nil {
		return err
	}
	return m.Write(w)
}

// folder writes the files into a directory.
type folder struct{ path string }

func (d *folder) create(name string) (io.WriteCloser, error) {
	f, err := os.OpenFile(filepath.Join(d.path, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	return syncing{f}, err
}

// syncing is a file whose bytes are on the disk once it is closed, so that the
// rename which follows never shows half of it.
type syncing struct{ *os.File }

func (s syncing) Close() error { return errors.Join(s.Sync(), s.File.Close()) }

// manifestName is the manifest's file in a folder or zip.
const manifestName = "manifest.json"

// Save writes v in the form of that name to path and a manifest with it: in the
// folder or zip of a form with several files, beside the file of another as
// path.manifest.json. Everything is written under a temporary name first and
// then renamed, so path never holds half an export. What is there is replaced
// only with force, and a folder only when it holds an export and nothing else.
//
// A path that is a folder takes a form of one file under the form's own name.
func Save(path, name string, v *view.View, o Options, force bool) (saved string, m *Manifest, err error) {
	f, err := Find(name)
	if err != nil {
		return "", nil, err
	}
	// What a link leads to is replaced, not the link.
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	info, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", nil, err
	}
	isDir := err == nil && info.IsDir()
	if f.Files && !strings.EqualFold(filepath.Ext(path), ".zip") {
		m, err := saveFolder(path, f, v, o, force)
		return path, m, err
	}
	if isDir {
		path = filepath.Join(path, f.File())
	}
	m, err = saveFile(path, f, v, o, force)
	return path, m, err
}

func saveFile(path string, f Format, v *view.View, o Options, force bool) (m *Manifest, err error) {
	beside := path + "." + manifestName
	if !force {
		for _, p := range []string{path, beside} {
			if _, err := os.Lstat(p); err == nil {
				return nil, fmt.Errorf("%s is there already: choose another name, or overwrite it with --force", p)
			}
		}
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".readout-export-*")
	if err != nil {
		return nil, err
	}
	defer func() {
		temp.Close()
		os.Remove(temp.Name())
	}()
	if f.Files {
		m, err = Write(temp, f.Name, v, o)
	} else {
		m, err = f.run(&stream{w: temp, name: filepath.Base(path)}, v, o)
	}
	if err != nil {
		return nil, err
	}
	if err := errors.Join(temp.Chmod(0o644), syncing{temp}.Close(), os.Rename(temp.Name(), path)); err != nil {
		return nil, err
	}
	if f.Files {
		return m, nil // the zip has its manifest in it
	}
	mt, err := os.CreateTemp(filepath.Dir(path), ".readout-export-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(mt.Name())
	return m, errors.Join(m.Write(mt), mt.Chmod(0o644), syncing{mt}.Close(), os.Rename(mt.Name(), beside))
}

func saveFolder(path string, f Format, v *view.View, o Options, force bool) (m *Manifest, err error) {
	path = filepath.Clean(path)
	old, err := standing(path, force)
	if err != nil {
		return nil, err
	}
	// The folder that somebody stands in, or a disk, cannot step aside: then the
	// files move into it, one by one.
	inside := path == "." || old != nil && len(old) == 0
	dir := filepath.Dir(path)
	if inside {
		dir = path
	}
	temp, err := os.MkdirTemp(dir, ".readout-export-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	if m, err = f.run(&folder{temp}, v, o); err != nil {
		return nil, err
	}
	w, err := (&folder{temp}).create(manifestName)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(m.Write(w), w.Close(), os.Chmod(temp, 0o755)); err != nil {
		return nil, err
	}
	if old == nil {
		return m, os.Rename(temp, path)
	}
	if inside {
		return m, moveInto(path, temp, old, m)
	}
	// A folder cannot be renamed over one with files: the old one steps aside
	// and comes back should the rename fail.
	aside := temp + ".old"
	if err := os.Rename(path, aside); err != nil {
		return nil, err
	}
	if err := os.Rename(temp, path); err != nil {
		return nil, errors.Join(err, os.Rename(aside, path))
	}
	return m, os.RemoveAll(aside)
}

// moveInto puts the files of temp into path in place of old ones; the manifest goes
// first and comes last, so that none stands beside half an export.
func moveInto(path, temp string, old []string, m *Manifest) error {
	for _, name := range old {
		if err := os.Remove(filepath.Join(path, name)); err != nil {
			return err
		}
	}
	for _, f := range append(slices.Clone(m.Files), File{Name: manifestName}) {
		if err := os.Rename(filepath.Join(temp, f.Name), filepath.Join(path, f.Name)); err != nil {
			return err
		}
	}
	return nil
}

// standing are the files of the folder at path, the manifest first; nil where there
// is none. It refuses what must not be replaced.
func standing(path string, force bool) ([]string, error) {
	entries, err := os.ReadDir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%s is no folder: this form has several files; name a folder, or a file that ends in .zip", path)
	case len(entries) == 0:
		return []string{}, nil
	case !force:
		return nil, fmt.Errorf("%s is not empty: choose another folder, or replace the export in it with --force", path)
	}
	b, err := os.ReadFile(filepath.Join(path, manifestName))
	var m Manifest
	if err != nil || json.Unmarshal(b, &m) != nil || m.Schema != ManifestSchema {
		return nil, fmt.Errorf("%s holds no export (there is no %s of Readout in it), so it is left alone even with --force: choose another folder", path, manifestName)
	}
	names, others := []string{manifestName}, []string{}
	for _, e := range entries {
		switch name := e.Name(); {
		case name == manifestName:
		case slices.ContainsFunc(m.Files, func(f File) bool { return f.Name == name }):
			names = append(names, name)
		default:
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		return nil, fmt.Errorf("%s holds more than the export that --force replaces: move %s away first, or choose another folder", path, strings.Join(others, ", "))
	}
	return names, nil
}
