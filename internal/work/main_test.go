//go:build unix

package work

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/torture/crash"
)

// childVariable, in the environment, makes the test program a worker: the
// settings as JSON.
const childVariable = "READOUT_TEST_WORKER"

// child says how a worker in a process of its own works.
type child struct {
	Address           string
	Readers           int
	Limit, Lease, Run time.Duration
	Link              time.Duration
	Slow              time.Duration // each reading takes longer by this
	Die               string        // the process is killed over this path
}

func TestMain(m *testing.M) {
	if settings := os.Getenv(childVariable); settings != "" {
		if err := beChild(settings); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// beChild works until it is told to stop, and says on standard output what it
// does: “reading PATH”, “done KIND OUTCOME”, “lost”.
func beChild(settings string) error {
	var c child
	if err := json.Unmarshal([]byte(settings), &c); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	r, err := crash.Reader()
	if err != nil {
		return err
	}
	s, err := open.Store(ctx, c.Address, open.Options{Now: crash.Clock})
	if err != nil {
		return err
	}
	defer s.Close()
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelInfo}))
	q, err := Open(ctx, c.Address, s, r.Annotators.Version(), Options{Log: log})
	if err != nil {
		return err
	}
	defer q.Close()
	return q.NewWorker(r, WorkerOptions{
		Readers: c.Readers, Limit: c.Limit, Lease: c.Lease, Beat: 200 * time.Millisecond, Link: c.Link, Stop: 5 * time.Second,
		Done: func(kind, outcome string, _ time.Duration) { fmt.Println("done", kind, outcome) },
		Annotate: func(ctx context.Context, in *readout.Report) (*nlp.Doc, error) {
			fmt.Println("reading", in.Path)
			if c.Die != "" && in.Path == c.Die {
				syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {}
			}
			time.Sleep(c.Slow)
			return r.AnnotateWithin(ctx, in, nil)
		},
	}).Run(ctx)
}

// process is a worker in a process of its own.
type process struct {
	cmd *exec.Cmd
	mu  sync.Mutex
	out []string
	end chan struct{} // closed when all that it said was taken in
}

// spawn starts a worker, which the end of the test kills.
func spawn(t testing.TB, c child) *process {
	t.Helper()
	settings, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(os.Args[0]), end: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), childVariable+"="+string(settings))
	p.cmd.Stdout, p.cmd.Stderr = p, p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.end)
		p.cmd.Wait() // how it ended the tests see by what it leaves
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("worker %d:\n%s", p.cmd.Process.Pid, strings.Join(p.said(), "\n"))
		}
	})
	return p
}

// Write takes in what the worker says.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out = append(p.out, strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")...)
	return len(b), nil
}

func (p *process) said() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.out...)
}

// kill ends the worker at once and waits until it is gone.
func (p *process) kill() {
	p.cmd.Process.Kill()
	<-p.end
}

func (p *process) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// await waits until the worker has said a line that has all the parts, and
// returns it.
func (p *process) await(t *testing.T, parts ...string) string {
	t.Helper()
	var line string
	eventually(t, "a worker to say "+strings.Join(parts, " … "), func() bool {
	lines:
		for _, l := range p.said() {
			for _, part := range parts {
				if !strings.Contains(l, part) {
					continue lines
				}
			}
			line = l
			return true
		}
		return false
	})
	return line
}

// patience bounds what a test waits for; it is no measure of speed.
const patience = 2 * time.Minute

func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !f(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited %v for %s", patience, what)
		}
	}
}
