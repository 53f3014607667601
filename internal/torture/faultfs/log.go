package faultfs

import (
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Log remembers what was done to the files of a folder, in order. The zero value
// is for an empty folder.
type Log struct {
	start   map[string][]byte
	entries []entry
}

// NewLog is a log for a folder that holds files, all of them on the disk.
func NewLog(dir string) (*Log, error) {
	l := &Log{start: map[string][]byte{}}
	there, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range there {
		if l.start[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// entry is one thing that was done, or a mark of the test's.
type entry struct {
	kind   Op // 0: a mark
	name   string
	offset int64 // of a write; the size of a truncation
	data   string
	synced bool // of a deletion: the folder was synced with it
	mark   any
}

// Len is the number of things done. The power may go after each.
func (l *Log) Len() int { return len(l.entries) }

// Mark notes something of the test's between two operations: what was promised
// by then.
func (l *Log) Mark(mark any) {
	state.Lock()
	defer state.Unlock()
	l.entries = append(l.entries, entry{mark: mark})
}

// Marks are those noted in the first n things done.
func (l *Log) Marks(n int) (out []any) {
	for _, e := range l.entries[:n] {
		if e.kind == 0 {
			out = append(out, e.mark)
		}
	}
	return out
}

func (l *Log) open(name string) { l.entries = append(l.entries, entry{kind: Open, name: name}) }
func (l *Log) sync(name string) { l.entries = append(l.entries, entry{kind: Sync, name: name}) }

func (l *Log) write(name string, offset int64, data string) {
	l.entries = append(l.entries, entry{kind: Write, name: name, offset: offset, data: data})
}

func (l *Log) truncate(name string, size int64) {
	l.entries = append(l.entries, entry{kind: Truncate, name: name, offset: size})
}

func (l *Log) delete(name string, synced bool) {
	l.entries = append(l.entries, entry{kind: Delete, name: name, synced: synced})
}

// Kept says how much of what was not synced a disk has when the power is gone.
type Kept int

// The kinds of disks.
const (
	Nothing Kept = iota // what was not synced is gone
	Some                // of each sector that was not synced, chance says whether it is there
	Whole               // everything is there: the program was killed, not the machine
)

func (k Kept) String() string { return [...]string{"nothing", "some", "all"}[k] }

// sector is what a disk writes whole.
const sector = 512

// disk is one file as a disk has it.
type disk struct {
	there   bool // its name is in the folder on the disk
	bytes   []byte
	pending []entry // not synced
	fresh   bool    // opened and not synced since
}

// named makes the names of files what they are, without what is in them.
func (f *disk) named() {
	f.pending = slices.DeleteFunc(f.pending, func(e entry) bool {
		if e.kind == Open || e.kind == Delete {
			f.apply([]entry{e})
			return true
		}
		return false
	})
}

// Left is what the folder holds when the power goes after the first n things
// done: file by name. The files with shared memory (-shm), which no disk has,
// are left out.
func (l *Log) Left(n int, kept Kept, rng *rand.Rand) map[string][]byte {
	files := map[string]*disk{}
	for name, b := range l.start {
		files[name] = &disk{there: true, bytes: slices.Clone(b)}
	}
	get := func(name string) *disk {
		if files[name] == nil {
			files[name] = &disk{}
		}
		return files[name]
	}
	for _, e := range l.entries[:n] {
		switch f := get(e.name); e.kind {
		case Open:
			f.fresh = true
			f.pending = append(f.pending, e)
		case Write, Truncate:
			f.pending = append(f.pending, e)
		case Sync:
			// With the first sync of a log or journal SQLite syncs the folder, too.
			if f.fresh && (strings.HasSuffix(e.name, "-wal") || strings.HasSuffix(e.name, "-journal")) {
				for _, other := range files {
					other.named()
				}
			}
			f.apply(f.pending)
			f.pending, f.there, f.fresh = nil, true, false
		case Delete:
			if e.synced {
				files[e.name] = &disk{}
			} else {
				f.pending = append(f.pending, e)
			}
		}
	}
	out := map[string][]byte{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f := files[name]
		switch kept {
		case Whole:
			f.apply(f.pending)
		case Some:
			f.some(rng)
		}
		if f.there && name != "" && !strings.HasSuffix(name, "-shm") {
			out[name] = f.bytes
		}
	}
	return out
}

// apply does to the file what was done.
func (f *disk) apply(done []entry) {
	for _, e := range done {
		switch e.kind {
		case Open:
			f.there = true
		case Write:
			f.put(e.offset, e.data)
		case Truncate:
			f.resize(e.offset)
		case Delete:
			f.there, f.bytes = false, nil
		}
	}
}

// some does a part of what was done: of each write any sectors, and whatever
// comes after a deletion that the disk has not seen is done as if it had.
func (f *disk) some(rng *rand.Rand) {
	for _, e := range f.pending {
		if e.kind != Write {
			if rng.IntN(2) == 0 {
				f.apply([]entry{e})
			}
			continue
		}
		for from := int64(0); from < int64(len(e.data)); {
			to := min(from+sector-(e.offset+from)%sector, int64(len(e.data)))
			if rng.IntN(2) == 0 {
				f.put(e.offset+from, e.data[from:to])
				f.there = true
			}
			from = to
		}
	}
}

func (f *disk) put(offset int64, data string) {
	if end := offset + int64(len(data)); end > int64(len(f.bytes)) {
		f.resize(end)
	}
	copy(f.bytes[offset:], data)
}

func (f *disk) resize(size int64) {
	if size <= int64(len(f.bytes)) {
		f.bytes = f.bytes[:size:size]
		return
	}
	f.bytes = append(f.bytes, make([]byte, size-int64(len(f.bytes)))...)
}

// Lay puts files into a folder in the place of all that is there.
func Lay(dir string, files map[string][]byte) error {
	old, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range old {
		errs = append(errs, os.Remove(filepath.Join(dir, e.Name())))
	}
	for name, b := range files {
		errs = append(errs, os.WriteFile(filepath.Join(dir, name), b, 0o600))
	}
	return errors.Join(errs...)
}
