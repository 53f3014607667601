// Package backup writes all that a store keeps to one file and makes a store of
// such a file again, on either engine.
//
// A backup is taken while others read and write: it holds the rows of one moment,
// each compared with its sum on the way. The file begins with a line of JSON
// (Manifest); then comes one zstd stream of records, a length (uvarint) and so
// many bytes each: T and the name and columns of a table, R and the values of a row
// of it, E and the number of all rows. The last line is “sha256 ” and the SHA-256
// of all bytes before it, in hex. Left out are the index of words, which is made
// when the store is opened, and the jobs of workers.
package backup

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/store/sqlstore"
)

// Manifest is the first line of a backup.
type Manifest struct {
	Format  int    `json:"readout_backup"` // 1
	Made    string `json:"made"`           // RFC 3339, UTC
	Store   string `json:"store"`          // name, without password
	Engine  string `json:"engine"`
	Version int64  `json:"tables"` // of the tables
	Program string `json:"program"`
}

// Done is what a backup came to.
type Done struct {
	Manifest
	File   string `json:"file"`
	Bytes  int64  `json:"bytes"`
	Rows   int    `json:"rows"`
	SHA256 string `json:"sha256"` // of all of the file but its last line, which says it
}

// ErrBackup: the file is no backup, or not whole.
var ErrBackup = errors.New("not a whole backup")

const (
	format    = 1
	trailer   = "sha256 "
	maxHead   = 1 << 16 // bytes of the first line
	maxRecord = 1 << 30 // bytes
	tellEvery = 1000    // rows
)

// Source is a store that can be backed up.
type Source interface {
	About(ctx context.Context) (store.About, error)
	Dump(ctx context.Context, head func(table string, columns []string) error, put func(vals []any) error) error
	TablesVersion() int64
	NoteBackup(ctx context.Context, b store.Backup) error
}

// Write backs a store up to a file, which must not exist, and notes in the store
// that it did. progress, which may be nil, is told how many rows are written. The
// file is there when all of it is on the disk, or not at all.
func Write(ctx context.Context, s Source, file, program string, now func() time.Time, progress func(rows int)) (*Done, error) {
	done, err := write(ctx, s, file, program, now().UTC(), progress)
	if err != nil {
		return nil, fmt.Errorf("back up to %s: %w", file, err)
	}
	return done, nil
}

func write(ctx context.Context, s Source, file, program string, now time.Time, progress func(rows int)) (_ *Done, err error) {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(errors.New("there is something of that name; a backup replaces nothing: name another file"), err)
	}
	about, err := s.About(ctx)
	if err != nil {
		return nil, err
	}
	done := &Done{File: file, Manifest: Manifest{
		Format: format, Made: now.Format(time.RFC3339), Store: filepath.Base(about.Name), Engine: about.Engine, Version: s.TablesVersion(), Program: program,
	}}
	if open.Remote(about.Name) {
		done.Store = about.Name
	}
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*.part")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	h := sha256.New()
	buffered := bufio.NewWriterSize(f, 1<<20)
	out := io.MultiWriter(buffered, h)
	head, err := json.Marshal(done.Manifest)
	if err != nil {
		return nil, err
	}
	if _, err := out.Write(append(head, '\n')); err != nil {
		return nil, err
	}
	z, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	var buf []byte
	record := func(kind byte, vals []any) error {
		buf = sqlstore.AppendRow(append(buf[:0], kind), vals)
		if _, err := z.Write(binary.AppendUvarint(nil, uint64(len(buf)))); err != nil {
			return err
		}
		_, err := z.Write(buf)
		return err
	}
	err = s.Dump(ctx, func(table string, columns []string) error {
		vals := []any{table}
		for _, c := range columns {
			vals = append(vals, c)
		}
		return record('T', vals)
	}, func(vals []any) error {
		if done.Rows++; progress != nil && done.Rows%tellEvery == 0 {
			progress(done.Rows)
		}
		return record('R', vals)
	})
	if err != nil {
		return nil, err
	}
	if err := record('E', []any{int64(done.Rows)}); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	done.SHA256 = hex.EncodeToString(h.Sum(nil))
	if _, err := fmt.Fprintf(buffered, "\n%s%s\n", trailer, done.SHA256); err != nil {
		return nil, err
	}
	if err := buffered.Flush(); err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	done.Bytes = info.Size()
	if err := f.Sync(); err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return nil, err
	}
	if err := syncFolder(filepath.Dir(file)); err != nil {
		return nil, err
	}
	place := file
	if abs, err := filepath.Abs(file); err == nil {
		place = abs
	}
	return done, s.NoteBackup(ctx, store.Backup{At: now, Place: place, Bytes: done.Bytes, SHA256: done.SHA256})
}

// syncFolder puts a folder's entries on the disk.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Check reads all of a backup and compares it with its SHA-256.
func Check(file string) (*Manifest, error) {
	m, _, err := check(file)
	if err != nil {
		return nil, fmt.Errorf("backup %s: %w", file, err)
	}
	return m, nil
}

// trailerSize is the length of the last line with the line feed before it.
const trailerSize = 1 + len(trailer) + 2*sha256.Size + 1

// check compares a backup with its SHA-256; at is where its stream ends.
func check(file string) (m *Manifest, end int64, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	m, _, err = manifest(f)
	if err != nil {
		return nil, 0, err
	}
	end = info.Size() - int64(trailerSize)
	last := make([]byte, trailerSize)
	if end < 0 {
		return nil, 0, fmt.Errorf("%w: it is cut short", ErrBackup)
	}
	if _, err := f.ReadAt(last, end); err != nil {
		return nil, 0, err
	}
	if !bytes.HasPrefix(last, []byte("\n"+trailer)) {
		return nil, 0, fmt.Errorf("%w: its end is missing: the backup was cut short or is still being copied", ErrBackup)
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, end)); err != nil {
		return nil, 0, err
	}
	if want := string(last[1+len(trailer) : trailerSize-1]); want != sum(h) {
		return nil, 0, fmt.Errorf("%w: its bytes have another SHA-256 than its last line says; take another copy or an earlier backup", ErrBackup)
	}
	return m, end, nil
}

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// manifest reads the first line; n is its length.
func manifest(f io.ReaderAt) (m *Manifest, n int64, err error) {
	head := make([]byte, maxHead)
	got, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, 0, err
	}
	line, _, ok := bytes.Cut(head[:got], []byte("\n"))
	m = &Manifest{}
	if !ok || json.Unmarshal(line, m) != nil || m.Format == 0 {
		return nil, 0, fmt.Errorf("%w: it does not begin as one that “readout backup” wrote", ErrBackup)
	}
	if m.Format > format {
		return nil, 0, fmt.Errorf("%w: it is of form %d, and this program knows %d; use the later Readout", readout.ErrNewerStore, m.Format, format)
	}
	return m, int64(len(line)) + 1, nil
}

// Restore makes a new store with that name of a backup; nothing of that name may
// be there. It is compared with its SHA-256 before anything is made.
func Restore(ctx context.Context, file, name string, progress func(rows int)) (m *Manifest, rows int, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("restore %s: %w", file, err)
		}
	}()
	m, end, err := check(file)
	if err != nil {
		return nil, 0, err
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	_, begin, err := manifest(f)
	if err != nil {
		return nil, 0, err
	}
	// A file gets its name when all is in it.
	place := name
	if !open.Remote(name) {
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return nil, 0, errors.Join(fmt.Errorf("there is something of the name %s; restoring replaces nothing: name another file", name), err)
		}
		place = name + ".restoring"
		for _, more := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(place + more) // of a restoring that was cut short
		}
	}
	rows, err = restore(ctx, bufio.NewReaderSize(io.NewSectionReader(f, begin, end-begin), 1<<20), m, place, progress)
	if err != nil && place == name && !errors.Is(err, fs.ErrExist) {
		err = fmt.Errorf("%w; where tables were made in the database they are not those of the backup: drop their schema before the next try", err)
	}
	if err != nil || place == name {
		return m, rows, err
	}
	return m, rows, open.Named(place, name)
}

func restore(ctx context.Context, packed io.Reader, m *Manifest, place string, progress func(rows int)) (rows int, err error) {
	s, err := open.Making(ctx, place, m.Version)
	if err != nil {
		return 0, err
	}
	err = s.Load(ctx, func(l *sqlstore.Loader) error {
		rows = 0
		return Records(packed, func(table string, columns []string) error {
			known, err := l.Table(table, columns)
			if err == nil && !known {
				err = fmt.Errorf("%w: it has rows of a table %q, which tables of version %d have not", ErrBackup, table, m.Version)
			}
			return err
		}, func(vals []any) error {
			if rows++; progress != nil && rows%tellEvery == 0 {
				progress(rows)
			}
			return l.Put(vals)
		})
	})
	if err := errors.Join(err, s.Close()); err != nil {
		return rows, err
	}
	// Opening brings the tables up to date, sums the rows and indexes them.
	opened, err := open.Store(ctx, place, open.Options{NoBackup: true})
	if err != nil {
		return rows, err
	}
	return rows, opened.Close()
}

// Records reads the stream of a backup.
func Records(packed io.Reader, head func(table string, columns []string) error, put func(vals []any) error) error {
	z, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
	if err != nil {
		return err
	}
	defer z.Close()
	in := bufio.NewReaderSize(z, 1<<16)
	rows, began := int64(0), false
	for {
		n, err := binary.ReadUvarint(in)
		if err != nil {
			return fmt.Errorf("%w: it ends without its last record: %w", ErrBackup, err)
		}
		if n == 0 || n > maxRecord {
			return fmt.Errorf("%w: a record of %d bytes", ErrBackup, n)
		}
		// What a damaged length asks for is not given before it is there.
		var b bytes.Buffer
		if got, err := io.CopyN(&b, in, int64(n)); err != nil || got < int64(n) { //nolint:gosec // at most maxRecord
			return fmt.Errorf("%w: it ends within a record", ErrBackup)
		}
		vals, err := sqlstore.CutRow(b.Bytes()[1:])
		if err != nil {
			return fmt.Errorf("%w: %w", ErrBackup, err)
		}
		switch kind := b.Bytes()[0]; kind {
		case 'T':
			names := make([]string, len(vals))
			for i, v := range vals {
				names[i], _ = v.(string)
			}
			if len(names) < 2 {
				return fmt.Errorf("%w: a table without columns", ErrBackup)
			}
			began = true
			if err := head(names[0], names[1:]); err != nil {
				return err
			}
		case 'R':
			if !began {
				return fmt.Errorf("%w: a row without a table", ErrBackup)
			}
			rows++
			if err := put(vals); err != nil {
				return err
			}
		case 'E':
			if len(vals) != 1 || vals[0] != rows {
				return fmt.Errorf("%w: it has %d rows and says %v", ErrBackup, rows, vals)
			}
			return nil
		default:
			return fmt.Errorf("%w: a record of kind %q", ErrBackup, kind)
		}
	}
}
