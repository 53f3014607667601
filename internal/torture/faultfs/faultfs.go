// Package faultfs is a file layer under SQLite that fails when a test says so,
// and remembers what a power cut would leave.
//
// Install puts a layer over the driver's own one (VFS, https://sqlite.org/vfs.html)
// for every database that the process opens from then on. Arm names a folder:
// from then on each write, sync, truncation, opening, lock and so on of a file
// in it is an operation with a number, from 1, and where it is asked for each
// allocation of memory, too. A Plan lets the n-th operation fail, once or from
// then on. With Plan.Log what is written is remembered as
// well, so that Log.Left can say what a disk holds when the power goes at any
// moment: what was synced, and of the rest nothing, all or any part.
//
// The real layer does what is not failed, so that files lie where others look
// for them. Nothing is put to the real disk by force: what a sync is worth is
// what the log makes of it.
//
// Only tests import the package.
package faultfs

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Op is a kind of operation that can fail.
type Op uint16

// The operations.
const (
	Open Op = 1 << iota
	Delete
	Read
	Write
	Sync
	Truncate
	Size
	Lock    // of the file
	MapLog  // shared memory of the write-ahead log: its index
	LockLog // locks in it
	Alloc   // of memory by SQLite, whatever for; not among All

	All = Open | Delete | Read | Write | Sync | Truncate | Size | Lock | MapLog | LockLog
)

var names = map[Op]string{Open: "open", Delete: "delete", Read: "read", Write: "write", Sync: "sync", Truncate: "truncate", Size: "size", Lock: "lock", MapLog: "map log", LockLog: "lock log", Alloc: "allocation"}

func (o Op) String() string {
	if s, ok := names[o]; ok {
		return s
	}
	return fmt.Sprintf("ops %#x", uint16(o))
}

// codes are what SQLite is told of an operation that failed.
var codes = map[Op]int32{
	Open: sqlite3.SQLITE_CANTOPEN, Delete: sqlite3.SQLITE_IOERR_DELETE, Read: sqlite3.SQLITE_IOERR_READ, Write: sqlite3.SQLITE_IOERR_WRITE,
	Sync: sqlite3.SQLITE_IOERR_FSYNC, Truncate: sqlite3.SQLITE_IOERR_TRUNCATE, Size: sqlite3.SQLITE_IOERR_FSTAT, Lock: sqlite3.SQLITE_IOERR_LOCK,
	MapLog: sqlite3.SQLITE_IOERR_SHMMAP, LockLog: sqlite3.SQLITE_IOERR_SHMLOCK,
}

// Full is the code of a disk without space, for Plan.Code.
const Full = int32(sqlite3.SQLITE_FULL)

// Plan says what is counted, and what fails.
type Plan struct {
	Ops  Op    // what is counted; 0: All
	At   int   // the operation that fails, from 1; 0: none
	On   bool  // so do all after it
	Code int32 // what SQLite is told; 0: what fits the operation
	Log  *Log  // remembers what is done; nil: nobody does
}

// Failed is an operation that failed.
type Failed struct {
	N    int
	Op   Op
	File string // its name without the folder
}

func (f Failed) String() string { return fmt.Sprintf("%s of %s, operation %d", f.Op, f.File, f.N) }

// state is what the process has of it; SQLite's layers are the process's.
var state struct {
	sync.Mutex
	real      uintptr // the driver's own layer
	dir       string  // "": nothing is counted
	plan      Plan
	n         int
	failed    []Failed
	files     map[uintptr]string // path by open file
	installed error
	once      sync.Once
}

// Install puts the layer over the driver's own one. It must come before the
// process opens its first database; calling it again does nothing.
func Install() error {
	state.once.Do(func() { state.installed = install() })
	return state.installed
}

// Arm counts operations on files in dir from now on, from 1, and fails them by
// plan.
func Arm(dir string, plan Plan) {
	if plan.Ops == 0 {
		plan.Ops = All
	}
	state.Lock()
	defer state.Unlock()
	state.dir, state.plan, state.n, state.failed = filepath.Clean(dir), plan, 0, nil
}

// Disarm ends what Arm began, and says how many operations there were and which
// failed.
func Disarm() (n int, failed []Failed) {
	state.Lock()
	defer state.Unlock()
	state.dir, state.plan.Log = "", nil
	return state.n, state.failed
}

// ours reports whether the path is counted; state is locked.
func ours(path string) bool {
	return state.dir != "" && path != "" && filepath.Dir(path) == state.dir
}

// step counts an operation and says what SQLite is to be told instead of its
// being done: 0, it is to be done.
func step(op Op, path string) int32 {
	state.Lock()
	defer state.Unlock()
	if !ours(path) || state.plan.Ops&op == 0 {
		return 0
	}
	state.n++
	if p := &state.plan; p.At == 0 || state.n < p.At || state.n > p.At && !p.On {
		return 0
	}
	return fail(op, path)
}

// fail notes a failure; state is locked.
func fail(op Op, path string) int32 {
	state.failed = append(state.failed, Failed{state.n, op, filepath.Base(path)})
	if state.plan.Code != 0 {
		return state.plan.Code
	}
	return codes[op]
}

// note tells the log.
func note(path string, f func(l *Log, name string)) {
	state.Lock()
	defer state.Unlock()
	if ours(path) && state.plan.Log != nil {
		f(state.plan.Log, filepath.Base(path))
	}
}

func pathOf(file uintptr) string {
	state.Lock()
	defer state.Unlock()
	return state.files[file]
}

// What follows speaks C with the driver: addresses of its memory, and functions
// as it calls them.

// base is what stands before the real layer's file in the memory of one.
type base struct {
	methods uintptr
	_       uintptr // keeps the alignment
}

const baseSize = unsafe.Sizeof(base{})

// at is the memory at an address of the driver's.
func at[T any](p uintptr) *T { return *(**T)(unsafe.Pointer(&p)) }

// function is the address of a top-level function as the driver calls it.
func function(f any) uintptr { return (*[2]uintptr)(unsafe.Pointer(&f))[1] }

// called is the function at such an address.
func called[F any](p uintptr) F { return *(*F)(unsafe.Pointer(&p)) }

func real(file uintptr) uintptr { return file + baseSize }

// methodsOf are those of the real layer for a file.
func methodsOf(file uintptr) *sqlite3.Tsqlite3_io_methods {
	return at[sqlite3.Tsqlite3_io_methods](at[base](real(file)).methods)
}

var methods uintptr // in the driver's memory

// memory are the driver's own functions for it.
var memory sqlite3.Tsqlite3_mem_methods

// alloc counts an allocation and reports whether it is to be done.
func alloc() bool {
	state.Lock()
	defer state.Unlock()
	if state.dir == "" || state.plan.Ops&Alloc == 0 {
		return true
	}
	state.n++
	if p := &state.plan; p.At == 0 || state.n < p.At || state.n > p.At && !p.On {
		return true
	}
	fail(Alloc, "memory")
	return false
}

func xMalloc(tls *libc.TLS, n int32) uintptr {
	if !alloc() {
		return 0
	}
	return called[func(*libc.TLS, int32) uintptr](memory.FxMalloc)(tls, n)
}

func xRealloc(tls *libc.TLS, p uintptr, n int32) uintptr {
	if !alloc() {
		return 0
	}
	return called[func(*libc.TLS, uintptr, int32) uintptr](memory.FxRealloc)(tls, p, n)
}

// overMemory must come before SQLite is first used.
func overMemory(tls *libc.TLS) error {
	args := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(uintptr(0))))
	size := libc.Tsize_t(unsafe.Sizeof(memory))
	mine := libc.Xcalloc(tls, 1, size)
	if rc := sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_GETMALLOC, libc.VaList(args, mine)); rc != sqlite3.SQLITE_OK {
		return fmt.Errorf("the driver's memory: code %d; SQLite was used before", rc)
	}
	m := at[sqlite3.Tsqlite3_mem_methods](mine)
	memory = *m
	m.FxMalloc, m.FxRealloc = function(xMalloc), function(xRealloc)
	if rc := sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_MALLOC, libc.VaList(args, mine)); rc != sqlite3.SQLITE_OK {
		return fmt.Errorf("put a layer over the driver's memory: code %d; SQLite was used before", rc)
	}
	return nil
}

func install() error {
	tls := libc.NewTLS()
	defer tls.Close()
	if err := overMemory(tls); err != nil {
		return err
	}
	state.files = map[uintptr]string{}
	state.real = sqlite3.Xsqlite3_vfs_find(tls, 0)
	if state.real == 0 {
		return fmt.Errorf("the driver has no file layer")
	}
	layer := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_vfs{})))
	methods = libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_io_methods{})))
	name, err := libc.CString("readout-faults")
	if err != nil {
		return err
	}
	v := at[sqlite3.Tsqlite3_vfs](layer)
	*v = *at[sqlite3.Tsqlite3_vfs](state.real)
	v.FszOsFile += int32(baseSize)
	v.FpNext, v.FzName = 0, name
	v.FxOpen, v.FxDelete = function(xOpen), function(xDelete)
	*at[sqlite3.Tsqlite3_io_methods](methods) = sqlite3.Tsqlite3_io_methods{
		FiVersion: 2, FxClose: function(xClose), FxRead: function(xRead), FxWrite: function(xWrite), FxTruncate: function(xTruncate), FxSync: function(xSync),
		FxFileSize: function(xFileSize), FxLock: function(xLock), FxUnlock: function(xUnlock), FxCheckReservedLock: function(xCheckReservedLock),
		FxFileControl: function(xFileControl), FxSectorSize: function(xSectorSize), FxDeviceCharacteristics: function(xDeviceCharacteristics),
		FxShmMap: function(xShmMap), FxShmLock: function(xShmLock), FxShmBarrier: function(xShmBarrier), FxShmUnmap: function(xShmUnmap),
	}
	if rc := sqlite3.Xsqlite3_vfs_register(tls, layer, 1); rc != sqlite3.SQLITE_OK {
		return fmt.Errorf("register the file layer: code %d", rc)
	}
	return nil
}

func xOpen(tls *libc.TLS, _, name, file uintptr, flags int32, outFlags uintptr) int32 {
	at[base](file).methods = 0
	path := ""
	if name != 0 {
		path = libc.GoString(name)
	}
	if rc := step(Open, path); rc != 0 {
		return rc
	}
	v := at[sqlite3.Tsqlite3_vfs](state.real)
	rc := called[func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32](v.FxOpen)(tls, state.real, name, real(file), flags, outFlags)
	if rc != sqlite3.SQLITE_OK {
		return rc
	}
	at[base](file).methods = methods
	state.Lock()
	state.files[file] = path
	state.Unlock()
	note(path, (*Log).open)
	return rc
}

func xDelete(tls *libc.TLS, _, name uintptr, syncDir int32) int32 {
	path := libc.GoString(name)
	if rc := step(Delete, path); rc != 0 {
		return rc
	}
	v := at[sqlite3.Tsqlite3_vfs](state.real)
	rc := called[func(*libc.TLS, uintptr, uintptr, int32) int32](v.FxDelete)(tls, state.real, name, 0)
	if rc == sqlite3.SQLITE_OK {
		note(path, func(l *Log, name string) { l.delete(name, syncDir != 0) })
	}
	return rc
}

func xClose(tls *libc.TLS, file uintptr) int32 {
	state.Lock()
	delete(state.files, file)
	state.Unlock()
	return called[func(*libc.TLS, uintptr) int32](methodsOf(file).FxClose)(tls, real(file))
}

func xRead(tls *libc.TLS, file, to uintptr, n int32, offset int64) int32 {
	if rc := step(Read, pathOf(file)); rc != 0 {
		return rc
	}
	return called[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](methodsOf(file).FxRead)(tls, real(file), to, n, offset)
}

// xWrite leaves half of what it was to write when it fails, as disks do.
func xWrite(tls *libc.TLS, file, from uintptr, n int32, offset int64) int32 {
	path := pathOf(file)
	rc := step(Write, path)
	if rc != 0 {
		n /= 2
	}
	if n > 0 {
		if got := called[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](methodsOf(file).FxWrite)(tls, real(file), from, n, offset); got != sqlite3.SQLITE_OK {
			return got
		}
		note(path, func(l *Log, name string) {
			l.write(name, offset, strings.Clone(unsafe.String(at[byte](from), n)))
		})
	}
	return rc
}

func xTruncate(tls *libc.TLS, file uintptr, size int64) int32 {
	path := pathOf(file)
	if rc := step(Truncate, path); rc != 0 {
		return rc
	}
	rc := called[func(*libc.TLS, uintptr, int64) int32](methodsOf(file).FxTruncate)(tls, real(file), size)
	if rc == sqlite3.SQLITE_OK {
		note(path, func(l *Log, name string) { l.truncate(name, size) })
	}
	return rc
}

func xSync(tls *libc.TLS, file uintptr, flags int32) int32 {
	path := pathOf(file)
	if rc := step(Sync, path); rc != 0 {
		return rc
	}
	state.Lock()
	modelled := ours(path)
	state.Unlock()
	if modelled {
		note(path, (*Log).sync)
		return sqlite3.SQLITE_OK
	}
	return called[func(*libc.TLS, uintptr, int32) int32](methodsOf(file).FxSync)(tls, real(file), flags)
}

func xFileSize(tls *libc.TLS, file, size uintptr) int32 {
	if rc := step(Size, pathOf(file)); rc != 0 {
		return rc
	}
	return called[func(*libc.TLS, uintptr, uintptr) int32](methodsOf(file).FxFileSize)(tls, real(file), size)
}

func xLock(tls *libc.TLS, file uintptr, level int32) int32 {
	if rc := step(Lock, pathOf(file)); rc != 0 {
		return rc
	}
	return called[func(*libc.TLS, uintptr, int32) int32](methodsOf(file).FxLock)(tls, real(file), level)
}

func xUnlock(tls *libc.TLS, file uintptr, level int32) int32 {
	return called[func(*libc.TLS, uintptr, int32) int32](methodsOf(file).FxUnlock)(tls, real(file), level)
}

func xCheckReservedLock(tls *libc.TLS, file, out uintptr) int32 {
	return called[func(*libc.TLS, uintptr, uintptr) int32](methodsOf(file).FxCheckReservedLock)(tls, real(file), out)
}

func xFileControl(tls *libc.TLS, file uintptr, op int32, arg uintptr) int32 {
	return called[func(*libc.TLS, uintptr, int32, uintptr) int32](methodsOf(file).FxFileControl)(tls, real(file), op, arg)
}

func xSectorSize(tls *libc.TLS, file uintptr) int32 {
	return called[func(*libc.TLS, uintptr) int32](methodsOf(file).FxSectorSize)(tls, real(file))
}

func xDeviceCharacteristics(tls *libc.TLS, file uintptr) int32 {
	return called[func(*libc.TLS, uintptr) int32](methodsOf(file).FxDeviceCharacteristics)(tls, real(file))
}

func xShmMap(tls *libc.TLS, file uintptr, page, size, extend int32, out uintptr) int32 {
	if rc := step(MapLog, pathOf(file)); rc != 0 {
		return rc
	}
	return called[func(*libc.TLS, uintptr, int32, int32, int32, uintptr) int32](methodsOf(file).FxShmMap)(tls, real(file), page, size, extend, out)
}

// xShmLock fails takings only: SQLite counts on it that locks are let go.
func xShmLock(tls *libc.TLS, file uintptr, offset, n, flags int32) int32 {
	if flags&sqlite3.SQLITE_SHM_LOCK != 0 {
		if rc := step(LockLog, pathOf(file)); rc != 0 {
			return rc
		}
	}
	return called[func(*libc.TLS, uintptr, int32, int32, int32) int32](methodsOf(file).FxShmLock)(tls, real(file), offset, n, flags)
}

func xShmBarrier(tls *libc.TLS, file uintptr) {
	called[func(*libc.TLS, uintptr)](methodsOf(file).FxShmBarrier)(tls, real(file))
}

func xShmUnmap(tls *libc.TLS, file uintptr, remove int32) int32 {
	return called[func(*libc.TLS, uintptr, int32) int32](methodsOf(file).FxShmUnmap)(tls, real(file), remove)
}
