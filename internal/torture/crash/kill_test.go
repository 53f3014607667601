package crash_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/torture/crash"
)

// program is the program with these arguments, in a process of its own.
func program(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...) //nolint:gosec // the test program
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "READOUT_") }), programVariable+"=1")
	return cmd
}

// ran is what came of a run that ended by itself.
type ran struct {
	code        int // -1: a signal
	out, errors string
}

// run runs the program to its end.
func run(t testing.TB, cmd *exec.Cmd) ran {
	t.Helper()
	var out, errors bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errors
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return ran{cmd.ProcessState.ExitCode(), out.String(), errors.String()}
}

// acknowledged are the ids of the reports in lines that “ingest --each” printed
// whole.
func acknowledged(out string) (ids []string) {
	for line := range strings.Lines(out) {
		if id, _, ok := strings.Cut(line, " "); ok && strings.HasPrefix(id, "r") && strings.HasSuffix(line, "\n") {
			ids = append(ids, id)
		}
	}
	return ids
}

// shared is what an ingest of the sample gives that nobody disturbs; the folder
// is the same for all tests, since the record names the paths.
var shared struct {
	sync.Mutex
	dir     string
	sums    []string
	reports int
}

// ingested is a folder with reports, the record that an ingest of it gives, and
// how many reports that acknowledged.
func ingested(t testing.TB) (dir string, sums []string, reports int) {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.dir == "" {
		var err error
		if shared.dir, err = os.MkdirTemp("", "readout-crash-"); err != nil {
			t.Fatal(err)
		}
		for _, c := range crash.Sample(t) {
			write(t, filepath.Join(shared.dir, c.Path), c.Body)
		}
	}
	if shared.sums == nil {
		db := filepath.Join(t.TempDir(), "readout.db")
		r := run(t, program(t, "ingest", "--each", "--quiet", "--db", db, shared.dir))
		if r.code != 0 {
			t.Fatalf("exit code %d\n%s", r.code, r.errors)
		}
		shared.sums, shared.reports = exported(t, db), len(acknowledged(r.out))
	}
	return shared.dir, shared.sums, shared.reports
}

// exported are the sums of the record in a store.
func exported(t testing.TB, db string) []string {
	t.Helper()
	s, err := open.Store(t.Context(), db, open.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sums, _, err := crash.Exported(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

// same checks the record in a store.
func same(t testing.TB, db string, want []string) error {
	t.Helper()
	if !slices.Equal(exported(t, db), want) {
		return errOther
	}
	return nil
}

// holds checks that a store opens, is whole and has the reports.
func holds(t testing.TB, db string, ids []string) error {
	t.Helper()
	if _, err := os.Stat(db); len(ids) == 0 && os.IsNotExist(err) {
		return nil
	}
	s, err := open.Store(t.Context(), db, open.Options{Create: len(ids) == 0})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := crash.Intact(t.Context(), s); err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := s.Layered(t.Context(), id); err != nil {
			return fmt.Errorf("%w: report %s: %v", errLost, id, err)
		}
	}
	return nil
}

// The program is killed at any moment of an ingest, some times in a row; then it
// is let go on. No report is lost that it acknowledged, and the record in the end
// is that of one that nobody disturbed.
func TestKilledIngest(t *testing.T) {
	kills := torture.Rounds(t, 4, 100, 1000)
	t.Parallel()
	in, want, reports := ingested(t)
	rng := rand.New(rand.NewPCG(seed(t), 3)) //nolint:gosec // no secret
	done, acks, late, f := 0, 0, 0, watch(t)
	for done < kills {
		dir := t.TempDir()
		db := filepath.Join(dir, "readout.db")
		var told []string
		for range 1 + rng.IntN(4) {
			// Before the first report, between two of them, and while the record is
			// drawn and put.
			after, pause := rng.IntN(reports+reports/3), time.Duration(rng.IntN(60))*time.Millisecond
			if after > reports {
				after, pause = reports, time.Duration(rng.IntN(600))*time.Millisecond
			}
			out, killed := kill(t, program(t, "ingest", "--each", "--quiet", "--db", db, in), after, pause)
			told = append(told, acknowledged(out)...)
			f.judge(fmt.Sprintf("killed after %d reports and %v", after, pause), holds(t, db, told))
			if !killed { // it was faster
				late++
				break
			}
			done++
		}
		acks += len(told)
		if r := run(t, program(t, "ingest", "--quiet", "--db", db, in)); r.code != 0 {
			t.Fatalf("going on: exit code %d\n%s", r.code, r.errors)
		}
		f.judge("after going on", holds(t, db, told))
		f.judge("after kills", same(t, db, want))
		empty(t, dir)
	}
	torture.Counted(t, "R1", done, "kills (SIGKILL) during ingest",
		fmt.Sprintf("%d reports acknowledged; of the stores %v; %d runs ended before their kill", acks, f, late))
}

// kill runs the program, kills it a while after it acknowledged so many reports,
// and gives what it printed; killed is false when it ended before.
func kill(t testing.TB, cmd *exec.Cmd, after int, pause time.Duration) (out string, killed bool) {
	t.Helper()
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errors bytes.Buffer
	cmd.Stderr = &errors
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	var shot sync.WaitGroup
	fire := sync.OnceFunc(func() {
		shot.Go(func() {
			time.Sleep(pause)
			cmd.Process.Kill() // it may have ended
		})
	})
	if after == 0 {
		pause *= 20 // it loads its models first
		fire()
	}
	lines := bufio.NewReader(pipe)
	for n := 0; ; {
		line, err := lines.ReadString('\n')
		said.WriteString(line)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == after {
			fire()
		}
	}
	err = cmd.Wait()
	fire()
	shot.Wait()
	if code := cmd.ProcessState.ExitCode(); code > 0 {
		t.Fatalf("exit code %d\n%s", code, errors.String())
	}
	return said.String(), err != nil
}
