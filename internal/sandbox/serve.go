package sandbox

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"time"
)

// Exit codes of a child that ended itself.
const (
	exitUsage  = 64
	exitMemory = 90
	exitCPU    = 91
)

// look is how often a child at work looks at what it uses. Go takes half a
// gigabyte a second at most, so that it notices in time.
const look = 4 * time.Millisecond

// maxStack bounds one goroutine: recursion that goes deeper ends the child.
const maxStack = 64 << 20

// Serve is what a child does: it reads jobs from in, gives each to do and writes
// the answers to out, until in ends. args are what a Pool puts behind its
// command. It returns the exit code; past a bound it ends the process at once.
func Serve(args []string, in io.Reader, out io.Writer, do func(job []byte) []byte) int {
	if len(args) != 2 {
		fmt.Fprintln(os.Stderr, "this is started by the program itself")
		return exitUsage
	}
	memory, err := strconv.ParseInt(args[0], 10, 64)
	cpu, e := time.ParseDuration(args[1])
	if err != nil || e != nil || memory <= 0 || cpu <= 0 {
		fmt.Fprintln(os.Stderr, "this is started by the program itself")
		return exitUsage
	}
	confine(memory)
	debug.SetMaxStack(maxStack)
	debug.SetGCPercent(50)               // as the program has it
	debug.SetMemoryLimit(memory / 4 * 3) // collects more before it gives up
	br := bufio.NewReaderSize(in, 64<<10)
	for {
		job, err := readFrame(br)
		if err != nil {
			return 0 // the parent has no more, or is gone
		}
		done := make(chan struct{})
		go watch(memory, cpu, done)
		answer := do(job)
		close(done)
		if err := writeFrame(out, answer); err != nil {
			return 0
		}
	}
}

// watch ends the process when a job passes a bound.
func watch(memory int64, cpu time.Duration, done <-chan struct{}) {
	start := spent()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		if held() > memory {
			os.Exit(exitMemory)
		}
		if spent()-start > cpu {
			os.Exit(exitCPU)
		}
	}
}

// held is how many bytes Go holds of the system.
func held() int64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64() - s[1].Value.Uint64())
}
