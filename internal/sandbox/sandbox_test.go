package sandbox_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/sandbox"
)

// TestMain makes the test itself the program whose children do the work.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "sandbox-child" {
		os.Exit(sandbox.Serve(os.Args[2:], os.Stdin, os.Stdout, work))
	}
	os.Exit(m.Run())
}

var sink [][]byte

// work is a parser with every fault there is.
func work(job []byte) []byte {
	kind, rest, _ := strings.Cut(string(job), " ")
	switch kind {
	case "echo":
		return []byte(rest)
	case "pid":
		return fmt.Appendf(nil, "%d", os.Getpid())
	case "environ":
		return []byte(strings.Join(os.Environ(), "\n"))
	case "grow":
		for {
			sink = append(sink, bytes.Repeat([]byte("x"), 1<<20))
		}
	case "leap":
		sink = append(sink, make([]byte, 4<<30))
		return nil
	case "spin":
		for n := 0; ; n++ {
		}
	case "recurse":
		return recurse(0, job)
	case "sleep":
		time.Sleep(time.Hour)
	case "panic":
		panic("a fault in the parser\x1b[2J")
	case "exit":
		os.Exit(3)
	case "once": // dies unless the file is there, which it makes
		if _, err := os.Stat(rest); err == nil {
			return []byte("done")
		}
		_ = os.WriteFile(rest, nil, 0o600)
		os.Exit(7)
	}
	return nil
}

func recurse(n int, b []byte) []byte {
	var room [256]byte
	copy(room[:], b)
	//lint:ignore SA5007 the stack is to run out
	return recurse(n+int(room[n%256]), room[:])
}

func pool(t *testing.T, opts sandbox.Options) *sandbox.Pool {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	opts.Command = []string{exe, "sandbox-child"}
	p := sandbox.New(opts)
	t.Cleanup(p.Close)
	return p
}

func TestAnswers(t *testing.T) {
	p := pool(t, sandbox.Options{})
	for _, n := range []int{0, 1, 100, 64 << 10, 1 << 20, 20 << 20} {
		want := strings.Repeat("ab\x00\xff", n/4)
		got, err := p.Do([]byte("echo " + want))
		if err != nil || string(got) != want {
			t.Fatalf("%d bytes: %d came back, %v", n, len(got), err)
		}
	}
}

// What a job does to its child is told, costs that job alone, and is bounded.
func TestDeaths(t *testing.T) {
	var mu sync.Mutex
	var ended []sandbox.Usage
	const memory = 128 << 20
	p := pool(t, sandbox.Options{Memory: memory, CPU: 300 * time.Millisecond, Time: time.Minute, Ended: func(u sandbox.Usage) {
		mu.Lock()
		defer mu.Unlock()
		ended = append(ended, u)
	}})
	for _, c := range []struct{ job, want string }{
		{"grow", "more than 128 MB of memory"},
		{"leap", "more than 128 MB of memory"},
		{"recurse", "more than 128 MB of memory"},
		{"spin", "more than 300ms on the processor"},
		{"panic", "a fault in the parser"},
		{"exit", "exit status 3"},
	} {
		_, err := p.Do([]byte(c.job))
		var died *sandbox.Died
		if !errors.As(err, &died) || !strings.Contains(died.Reason, c.want) {
			t.Errorf("%s: %v, want %q", c.job, err, c.want)
		}
		if err != nil && strings.ContainsRune(err.Error(), '\x1b') {
			t.Errorf("%s: the words of the child came through with control characters: %q", c.job, err)
		}
		if got, err := p.Do([]byte("echo still here")); err != nil || string(got) != "still here" {
			t.Errorf("after %s: %q, %v", c.job, got, err)
		}
	}
	p.Close()
	mu.Lock()
	defer mu.Unlock()
	if len(ended) < 12 {
		t.Errorf("%d children ended, want two a death at least", len(ended))
	}
	for _, u := range ended {
		if u.Memory > memory+64<<20 {
			t.Errorf("a child held %d MB", u.Memory>>20)
		}
		if u.CPU > 2*time.Second {
			t.Errorf("a child took %v", u.CPU)
		}
	}
}

// A child that waits for something that does not come is killed.
func TestNoAnswer(t *testing.T) {
	_, err := pool(t, sandbox.Options{Time: 100 * time.Millisecond}).Do([]byte("sleep"))
	if err == nil || !strings.Contains(err.Error(), "no answer in 100ms") {
		t.Error(err)
	}
}

// A job whose child died is tried again, alone.
func TestOnceMore(t *testing.T) {
	p := pool(t, sandbox.Options{})
	got, err := p.Do([]byte("once " + t.TempDir() + "/tried"))
	if err != nil || string(got) != "done" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestReuse(t *testing.T) {
	p := pool(t, sandbox.Options{Idle: 50 * time.Millisecond})
	ask := func() string {
		got, err := p.Do([]byte("pid"))
		if err != nil {
			t.Fatal(err)
		}
		return string(got)
	}
	first := ask()
	if again := ask(); again != first {
		t.Errorf("child %s, then %s", first, again)
	}
	for range 100 {
		time.Sleep(60 * time.Millisecond)
		if ask() != first {
			return
		}
	}
	t.Errorf("child %s never ended for want of work", first)
}

// Children know nothing that the parent was told in confidence.
func TestEnvironment(t *testing.T) {
	t.Setenv("READOUT_DB", "postgres://desk:secret@db.example/readout")
	got, err := pool(t, sandbox.Options{}).Do([]byte("environ"))
	if err != nil || strings.Contains(string(got), "secret") {
		t.Errorf("%s, %v", got, err)
	}
}

func TestMany(t *testing.T) {
	p := pool(t, sandbox.Options{CPU: 200 * time.Millisecond})
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			if i%13 == 7 {
				if _, err := p.Do([]byte("exit")); err == nil {
					t.Error("an exit gave an answer")
				}
				return
			}
			want := fmt.Sprint("job ", i)
			if got, err := p.Do([]byte("echo " + want)); err != nil || string(got) != want {
				t.Errorf("%q: %q, %v", want, got, err)
			}
		})
	}
	all.Wait()
}

func TestNoChild(t *testing.T) {
	for _, command := range [][]string{nil, {"/nowhere/readout"}} {
		_, err := sandbox.New(sandbox.Options{Command: command}).Do(nil)
		var died *sandbox.Died
		if err == nil || errors.As(err, &died) || !strings.Contains(err.Error(), "page-process=0") {
			t.Errorf("%v: %v", command, err)
		}
	}
}

func TestServeByHand(t *testing.T) {
	for _, args := range [][]string{nil, {"1"}, {"x", "1s"}, {"0", "1s"}, {"1000", "-1s"}} {
		if code := sandbox.Serve(args, strings.NewReader(""), &bytes.Buffer{}, nil); code == 0 {
			t.Errorf("%v: ended well", args)
		}
	}
}
