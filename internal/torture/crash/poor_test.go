//go:build linux

package crash_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/torture/crash"
)

// limited runs the program under what the shell's ulimit sets.
func limited(t testing.TB, limit string, args ...string) ran {
	t.Helper()
	cmd := program(t, args...)
	cmd.Args = append([]string{"/bin/sh", "-c", "ulimit " + limit + "; exec \"$0\" \"$@\"", cmd.Path}, args...)
	cmd.Path = "/bin/sh"
	return run(t, cmd)
}

// tmpfs mounts a disk of so many KB, which the end of the test takes away. It
// skips where that is not allowed.
func tmpfs(t testing.TB, kb int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", 0, fmt.Sprintf("size=%dk", kb)); err != nil {
		t.Skipf("needs the right to mount a disk (root): %v; TestDiskFails has a full disk without", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func remount(t testing.TB, dir string, flags uintptr, kb int) {
	t.Helper()
	if err := syscall.Mount("none", dir, "tmpfs", syscall.MS_REMOUNT|flags, fmt.Sprintf("size=%dk", kb)); err != nil {
		t.Fatal(err)
	}
}

// stands checks what a run leaves that could not do its work: an exit code of 1,
// words that say why and what to do, a store that is whole with all that was
// acknowledged; then it is given what it lacked and comes to the same end.
func stands(t testing.TB, f *fates, what string, r ran, says string, db, in string, want []string, give func()) {
	t.Helper()
	if r.code != 1 || !strings.Contains(r.errors, says) || strings.Contains(r.errors, "goroutine ") {
		t.Errorf("%s: exit code %d, want 1 with “%s”:\n%.1000s", what, r.code, says, r.errors)
	}
	goesOn(t, f, what, r, db, in, want, give)
}

func goesOn(t testing.TB, f *fates, what string, r ran, db, in string, want []string, give func()) {
	t.Helper()
	give()
	f.judge(what, holds(t, db, acknowledged(r.out)))
	if again := run(t, program(t, "ingest", "--quiet", "--db", db, in)); again.code != 0 {
		t.Errorf("%s: going on ends with exit code %d\n%s", what, again.code, again.errors)
	}
	f.judge(what+", after going on", same(t, db, want))
}

// The disk fills at any byte; then there is room.
func TestDiskFull(t *testing.T) {
	rounds := torture.Rounds(t, 2, 20, 100)
	disk := tmpfs(t, 100_000)
	t.Parallel()
	in, want, _ := ingested(t)
	f := watch(t)
	rng := rand.New(rand.NewPCG(seed(t), 4)) //nolint:gosec // no secret
	full := 0
	for i := range rounds {
		db := filepath.Join(disk, fmt.Sprintf("%d.db", i))
		kb := 4 * (1 + rng.IntN(3000)) // pages of a tmpfs
		remount(t, disk, 0, kb)
		r := run(t, program(t, "ingest", "--each", "--quiet", "--db", db, in))
		more := func() { remount(t, disk, 0, 100_000) }
		if r.code == 0 { // it was enough
			goesOn(t, f, fmt.Sprintf("disk of %d KB", kb), r, db, in, want, more)
		} else {
			full++
			stands(t, f, fmt.Sprintf("disk of %d KB", kb), r, "make room", db, in, want, more)
		}
		for _, name := range []string{db, db + "-wal", db + "-shm"} {
			os.Remove(name)
		}
	}
	torture.Counted(t, "R7", full, fmt.Sprintf("disks (tmpfs) that filled during ingest, of %d", rounds), "exit code 1 and what to do; of the stores "+f.String())
}

// A disk that may not be written, before and in the middle.
func TestReadOnly(t *testing.T) {
	rounds := torture.Rounds(t, 1, 5, 20)
	disk := tmpfs(t, 100_000)
	t.Parallel()
	in, want, _ := ingested(t)
	f := watch(t)
	db := filepath.Join(disk, "readout.db")
	half := t.TempDir()
	for _, c := range crash.Sample(t)[:8] {
		write(t, filepath.Join(half, c.Path), c.Body)
	}
	for i := range rounds {
		for _, name := range []string{db, db + "-wal", db + "-shm"} {
			os.Remove(name)
		}
		remount(t, disk, syscall.MS_RDONLY, 100_000)
		r := run(t, program(t, "ingest", "--each", "--quiet", "--db", db, in))
		writable := func() { remount(t, disk, 0, 100_000) }
		stands(t, f, "a new store on a disk that may not be written", r, "folder", db, in, want, writable)
		// One that exists, some of whose log may not be in the file yet.
		os.Remove(db)
		cmd := program(t, "ingest", "--each", "--quiet", "--db", db, in)
		out, _ := kill(t, cmd, 3+i%10, 0)
		remount(t, disk, syscall.MS_RDONLY, 100_000)
		r = run(t, program(t, "ingest", "--quiet", "--db", db, in))
		r.out = out
		for _, args := range [][]string{{"timeline", "--db", db}, {"status", "--db", db}} {
			if asked := run(t, program(t, args...)); asked.code != 0 && !strings.Contains(asked.errors, "may not be written") && !strings.Contains(asked.errors, "may be written") {
				t.Errorf("%v: exit code %d\n%s", args, asked.code, asked.errors)
			}
		}
		stands(t, f, "a store on a disk that may not be written", r, "written", db, in, want, writable)
	}
	torture.Counted(t, "R8", 2*rounds, "ingests on a disk that may not be written", "exit code 1 and what to do; of the stores "+f.String())
}

// Few open files: it works, or says what is lacking. Below 8 Go itself does not
// start.
func TestFewFiles(t *testing.T) {
	rounds := torture.Rounds(t, 3, 10, 20)
	t.Parallel()
	in, want, _ := ingested(t)
	f := watch(t)
	works := 0
	for i := range rounds {
		n := []int{32, 9, 12}[i%3]
		if i >= 3 {
			n = 8 + i%25
		}
		db := filepath.Join(t.TempDir(), "readout.db")
		r := limited(t, "-n "+strconv.Itoa(n), "ingest", "--each", "--quiet", "--db", db, in)
		what := fmt.Sprintf("%d open files", n)
		switch {
		case r.code == 0:
			works++
			goesOn(t, f, what, r, db, in, want, func() {})
		case n >= 32:
			t.Errorf("%s: exit code %d\n%s", what, r.code, r.errors)
		default:
			stands(t, f, what, r, "open files", db, in, want, func() {})
		}
	}
	torture.Counted(t, "R8", rounds, "ingests with 8 to 32 open files (ulimit -n)", fmt.Sprintf("%d ran, %d with exit code 1 and what to do; of the stores %v", works, rounds-works, f))
}

// group makes a control group with so much memory and gives the file that takes
// a process into it. It skips where that is not allowed.
func group(t testing.TB, bytes int64) (procs string) {
	t.Helper()
	name := fmt.Sprintf("readout-test-%d-%d", os.Getpid(), time.Now().UnixNano())
	for _, g := range []struct{ dir, file string }{{"/sys/fs/cgroup/memory/" + name, "memory.limit_in_bytes"}, {"/sys/fs/cgroup/" + name, "memory.max"}} {
		if os.Mkdir(g.dir, 0o755) != nil {
			continue
		}
		t.Cleanup(func() { os.Remove(g.dir) })
		if os.WriteFile(filepath.Join(g.dir, g.file), []byte(strconv.FormatInt(bytes, 10)), 0o644) != nil {
			continue
		}
		os.WriteFile(filepath.Join(g.dir, "memory.swap.max"), []byte("0"), 0o644) // version 2; there may be no swap
		return filepath.Join(g.dir, "cgroup.procs")
	}
	t.Skip("needs the right to make a control group with a bound of memory")
	return ""
}

// grouped runs the program in a control group.
func grouped(t testing.TB, procs string, args ...string) ran {
	t.Helper()
	cmd := program(t, args...)
	cmd.Args = append([]string{"/bin/sh", "-c", "echo $$ > " + procs + "; exec \"$0\" \"$@\"", cmd.Path}, args...)
	cmd.Path = "/bin/sh"
	return run(t, cmd)
}

// Little memory: in 256 MB it works, in what is too little it says so before it
// begins; and where the system kills it in between, nothing is damaged.
func TestLittleMemory(t *testing.T) {
	rounds := torture.Rounds(t, 1, 5, 20)
	t.Parallel()
	in, want, _ := ingested(t)
	f := watch(t)
	enough, little := group(t, 256<<20), group(t, 96<<20)
	killed, ran := 0, 0
	for i := range rounds {
		dir := t.TempDir()
		db := filepath.Join(dir, "readout.db")
		r := grouped(t, little, "ingest", "--each", "--quiet", "--db", db, in)
		stands(t, f, "96 MB", r, "too little memory", db, in, want, func() {})
		db = filepath.Join(dir, "b.db")
		if r := grouped(t, enough, "ingest", "--each", "--quiet", "--db", db, in); r.code != 0 {
			t.Errorf("256 MB: exit code %d\n%s", r.code, r.errors)
		} else {
			ran++
			goesOn(t, f, "256 MB", r, db, in, want, func() {})
		}
		// The bound comes down while it runs: the system kills it.
		db = filepath.Join(dir, "c.db")
		r = squeezed(t, db, in, time.Duration(500+i*37%1000)*time.Millisecond)
		if r.code != 0 {
			killed++
		}
		goesOn(t, f, "memory taken away", r, db, in, want, func() {})
		db = filepath.Join(dir, "d.db")
		stands(t, f, "addresses", limited(t, "-v 2000000", "ingest", "--each", "--quiet", "--db", db, in), "too little memory", db, in, want, func() {})
		empty(t, dir)
	}
	torture.Counted(t, "R8", 4*rounds, "ingests in 96 MB, in 256 MB, with memory taken away, with 2 GB of addresses",
		fmt.Sprintf("%d ran in 256 MB, %d killed by the system, the others said before they began that it is too little; of the stores %v", ran, killed, f))
}

// squeezed runs an ingest in a group whose bound comes down after a while.
func squeezed(t testing.TB, db, in string, after time.Duration) ran {
	t.Helper()
	procs := group(t, 400<<20)
	cmd := program(t, "ingest", "--each", "--quiet", "--db", db, in)
	cmd.Args = append([]string{"/bin/sh", "-c", "echo $$ > " + procs + "; exec \"$0\" \"$@\"", cmd.Path}, cmd.Args[1:]...)
	cmd.Path = "/bin/sh"
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	// Where it cannot come down the kernel says so (version 1) and nobody is
	// killed: then the run ends in peace.
	for _, file := range []string{"memory.limit_in_bytes", "memory.max"} {
		os.WriteFile(filepath.Join(filepath.Dir(procs), file), []byte(strconv.Itoa(110<<20)), 0o644)
	}
	err := cmd.Wait()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatal(err)
	}
	return ran{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// The clock goes back an hour between two runs.
func TestClockBack(t *testing.T) {
	rounds := torture.Rounds(t, 1, 5, 20)
	t.Parallel()
	in, want, _ := ingested(t)
	f := watch(t)
	names, err := filepath.Glob(filepath.Join(in, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range rounds {
		db := filepath.Join(t.TempDir(), "readout.db")
		at := 1 + i%(len(names)-1)
		for back, some := range map[time.Duration][]string{0: names[:at], -time.Hour: names[at:]} {
			cmd := program(t, append([]string{"ingest", "--quiet", "--db", db}, some...)...)
			cmd.Env = append(cmd.Env, clockVariable+"="+back.String())
			if r := run(t, cmd); r.code != 0 {
				t.Fatalf("clock %v: exit code %d\n%s", back, r.code, r.errors)
			}
		}
		f.judge("clock back", holds(t, db, nil))
		f.judge("clock back", same(t, db, want))
		for _, args := range [][]string{{"timeline"}, {"status"}, {"reports"}, {"feeds", "pull"}, {"versions"}} {
			cmd := program(t, append(args, "--db", db)...)
			cmd.Env = append(cmd.Env, clockVariable+"=-2h")
			if r := run(t, cmd); r.code != 0 && strings.Contains(r.errors, "panic") {
				t.Errorf("%v: %s", args, r.errors)
			}
		}
	}
	torture.Counted(t, "R8", rounds, "ingests between whose halves the clock went back an hour", "of the stores "+f.String())
}

// Another program has the store: that is said, with an exit code of its own.
func TestLocked(t *testing.T) {
	t.Parallel()
	in, want, _ := ingested(t)
	f := watch(t)
	db := filepath.Join(t.TempDir(), "readout.db")
	s, err := open.Store(t.Context(), db, open.Options{Create: true, Now: crash.Clock})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := s.(interface{ Writer() *sql.DB }).Writer().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(context.Background(), `BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	// One after the other: each that waits waits ten seconds.
	r := run(t, program(t, "ingest", "--each", "--quiet", "--workers", "1", "--db", db, in))
	if r.code != 6 || !strings.Contains(r.errors, "another program has the store") || !strings.Contains(r.errors, "run this again") {
		t.Errorf("exit code %d, want 6:\n%s", r.code, r.errors)
	}
	// Who only asks does not wait for who writes.
	if r := run(t, program(t, "timeline", "--db", db)); r.code != 0 {
		t.Errorf("timeline: exit code %d\n%s", r.code, r.errors)
	}
	if _, err := conn.ExecContext(context.Background(), `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	s.Close()
	goesOn(t, f, "a store that another program had", r, db, in, want, func() {})
}
