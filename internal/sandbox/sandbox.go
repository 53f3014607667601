// Package sandbox does work over hostile bytes in processes of its own, which
// can be killed and whose memory is bounded. A goroutine can be neither.
//
// In: jobs as bytes, and the command that starts a child (the program itself,
// with the arguments that make it call Serve). Out: the answers as bytes, or a
// Died that says what the job did. Children are kept for the next job while they
// idle for a short time. A job whose child died is put aside and tried once more
// alone, while no other runs, so that a machine under pressure is no reason to
// lose a document; the second time it is given up.
//
// A child takes no more memory and time on the processor for a job than it was
// told, watches itself, and ends; where the system has limits on processes it is
// under these too. The parent kills a child that gives no answer. A child ends
// when its parent does.
//
// A child can do what its user can: it is a fence against bytes that make a
// parser grow or loop, not against code that somebody else runs in it.
package sandbox

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/readout-news/readout/internal/limits"
)

// Options are the settings of a Pool. All but Command may be zero.
type Options struct {
	Command []string      // program and arguments of a child, without those of Serve
	Memory  int64         // bytes of a child; 0: limits.DocumentMemory
	CPU     time.Duration // on the processor for a job; 0: limits.DocumentCPU
	Time    time.Duration // by the clock for a job; 0: limits.DocumentTime, at least ten times CPU
	Idle    time.Duration // how long a child is kept without work; 0: 10 s
	Ended   func(Usage)   // told of each child that has ended; nil: nobody
}

// Usage is what one child has used in its life.
type Usage struct {
	Jobs   int
	CPU    time.Duration
	Memory int64 // bytes, the most at a time, with the program itself; 0: not known
}

// Died means that a child ended over a job, twice. Reason says why, for people:
// "it took more than 512 MB of memory".
type Died struct{ Reason string }

func (d *Died) Error() string { return d.Reason }

// ErrStart means that no child could be started: nothing is said of the job.
var ErrStart = errors.New("start a process to take the document apart")

// Pool keeps children. It is safe for concurrent use.
type Pool struct {
	opts  Options
	alone sync.RWMutex // held for writing by a job that is tried alone

	mu    sync.Mutex
	idle  []*child // the one used last at the end
	reap  *time.Timer
	shut  bool
	ended sync.WaitGroup
}

// New makes a Pool. Children start with the jobs.
func New(opts Options) *Pool {
	opts.Memory = cmp.Or(opts.Memory, limits.DocumentMemory)
	opts.CPU = cmp.Or(opts.CPU, limits.DocumentCPU)
	opts.Time = cmp.Or(opts.Time, max(limits.DocumentTime, 10*opts.CPU))
	opts.Idle = cmp.Or(opts.Idle, 10*time.Second)
	return &Pool{opts: opts}
}

// Do has a child do a job and returns its answer. The error is a *Died, or says
// why no child could be started.
func (p *Pool) Do(job []byte) ([]byte, error) {
	p.alone.RLock()
	out, err := p.try(job)
	p.alone.RUnlock()
	if d := (*Died)(nil); !errors.As(err, &d) {
		return out, err
	}
	p.alone.Lock()
	defer p.alone.Unlock()
	return p.try(job)
}

// Close ends the children that idle and waits for them; those at work end with
// their job.
func (p *Pool) Close() {
	p.mu.Lock()
	p.shut = true
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, c := range idle {
		c.end()
	}
	p.ended.Wait()
}

func (p *Pool) try(job []byte) ([]byte, error) {
	c, fresh, err := p.take()
	if err != nil {
		return nil, fmt.Errorf("%w: %w; let the program start processes, or set page-process=0 for documents you trust", ErrStart, err)
	}
	out, err := c.do(job, p.opts.Time)
	if err == nil {
		p.put(c)
		return out, nil
	}
	reason := c.fate(p.opts)
	if !fresh && c.untouched { // it had ended while it idled, before the job
		return p.try(job)
	}
	return nil, &Died{reason}
}

// take is a child that idles, else a fresh one.
func (p *Pool) take() (c *child, fresh bool, err error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c = p.idle[n-1]
		p.idle = p.idle[:n-1]
	}
	p.mu.Unlock()
	if c != nil {
		return c, false, nil
	}
	c, err = p.start()
	return c, true, err
}

func (p *Pool) put(c *child) {
	p.mu.Lock()
	shut := p.shut
	if !shut {
		c.since = time.Now()
		p.idle = append(p.idle, c)
		if p.reap == nil {
			p.reap = time.AfterFunc(p.opts.Idle, p.retire)
		}
	}
	p.mu.Unlock()
	if shut {
		c.end()
	}
}

// retire ends the children that have idled for long.
func (p *Pool) retire() {
	p.mu.Lock()
	old := 0
	for old < len(p.idle) && time.Since(p.idle[old].since) >= p.opts.Idle {
		old++
	}
	gone := append([]*child(nil), p.idle[:old]...)
	p.idle = append(p.idle[:0:0], p.idle[old:]...)
	p.reap = nil
	if len(p.idle) > 0 {
		p.reap = time.AfterFunc(p.opts.Idle-time.Since(p.idle[0].since), p.retire)
	}
	p.mu.Unlock()
	for _, c := range gone {
		c.end()
	}
}

// child is one process. One job at a time is its.
type child struct {
	pool      *Pool
	cmd       *exec.Cmd
	in        io.WriteCloser
	out       io.ReadCloser
	words     *tail // what it wrote to standard error
	since     time.Time
	jobs      int
	late      atomic.Bool // it was killed for giving no answer
	untouched bool        // the job did not reach it
}

func (p *Pool) start() (*child, error) {
	if len(p.opts.Command) == 0 {
		return nil, errors.New("no command is known that does it")
	}
	c := &child{pool: p, words: &tail{}}
	args := append(append([]string(nil), p.opts.Command[1:]...), strconv.FormatInt(p.opts.Memory, 10), p.opts.CPU.String())
	c.cmd = exec.Command(p.opts.Command[0], args...)
	c.cmd.Args[0] = os.Args[0] // it is the same program
	// It needs nothing of what the parent knows, passwords of stores among it.
	c.cmd.Env = environ()
	c.cmd.Stderr = c.words
	c.cmd.WaitDelay = time.Second
	var err error
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if c.out, err = c.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	p.ended.Add(1)
	return c, nil
}

// environ is the environment of a child: what Go and the system need to run.
func environ() []string {
	out := []string{"GOTRACEBACK=none"}
	for _, name := range []string{"SystemRoot", "TMPDIR", "TEMP", "GOCOVERDIR"} {
		if v, ok := os.LookupEnv(name); ok {
			out = append(out, name+"="+v)
		}
	}
	return out
}

func (c *child) do(job []byte, most time.Duration) ([]byte, error) {
	c.jobs++
	killer := time.AfterFunc(most, func() {
		c.late.Store(true)
		_ = c.cmd.Process.Kill()
	})
	defer killer.Stop()
	if err := writeFrame(c.in, job); err != nil {
		c.untouched = true
		return nil, err
	}
	return readFrame(c.out)
}

// end lets the child go, which has no work.
func (c *child) end() {
	_ = c.in.Close()
	c.wait()
}

// fate waits for a child that broke off and says why it did.
func (c *child) fate(opts Options) string {
	_ = c.in.Close()
	// It has ended, or its output has: nothing more is to come from it.
	killer := time.AfterFunc(time.Second, func() { _ = c.cmd.Process.Kill() })
	c.wait()
	killer.Stop()
	size := limits.Limit{Unit: limits.Bytes}.Format(opts.Memory)
	words := c.words.String()
	switch code := c.cmd.ProcessState.ExitCode(); {
	case c.late.Load():
		return fmt.Sprintf("it gave no answer in %v", opts.Time)
	case code == exitMemory, strings.Contains(words, "out of memory"), strings.Contains(words, "cannot allocate memory"), strings.Contains(words, "stack exceeds"):
		return "it took more than " + size + " of memory (document-memory)"
	case code == exitCPU:
		return fmt.Sprintf("it took more than %v on the processor (document-cpu)", opts.CPU)
	case words != "":
		return "the process that took it apart failed (" + words + ")"
	default:
		return "the process that took it apart ended (" + c.cmd.ProcessState.String() + ")"
	}
}

func (c *child) wait() {
	_ = c.cmd.Wait() // how it ended is in its state
	if c.pool.opts.Ended != nil {
		s := c.cmd.ProcessState
		c.pool.opts.Ended(Usage{Jobs: c.jobs, CPU: s.UserTime() + s.SystemTime(), Memory: mostMemory(s)})
	}
	c.pool.ended.Done()
}

// maxFrame bounds what a child says: a gigabyte is more than fits into it.
const maxFrame = 1 << 30

func writeFrame(w io.Writer, b []byte) error {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(b)))
	if len(b) < 64<<10 {
		_, err := w.Write(append(head, b...))
		return err
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err := w.Write(b)
	return err
}

func readFrame(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > maxFrame {
		return nil, fmt.Errorf("a frame of %d bytes", n)
	}
	b := make([]byte, n)
	_, err := io.ReadFull(r, b)
	return b, err
}

// tail keeps the first line of what is written to it.
type tail struct {
	mu sync.Mutex
	b  []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p[:min(len(p), 300-len(t.b))]...)
	return len(p), nil
}

// String is the first line, without control characters.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	line, _, _ := bytes.Cut(bytes.TrimSpace(t.b), []byte("\n"))
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(string(line), ""))
}
