//go:build unix

package cli

import (
	"bytes"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// silent is standard input from which nothing comes; it is closed when somebody
// reads.
type silent chan struct{}

func (s silent) Read([]byte) (int, error) {
	close(s)
	select {}
}

// A signal ends a command that waits for its standard input, and so does a terminal
// that is closed.
func TestStopReading(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "desk.db")
	if code, _, errs := runCommand(t, "feeds", "add", "--db", db, "https://harbour-wire.example/rss"); code != exitOK {
		t.Fatal(errs)
	}
	for i, args := range [][]string{
		{"read", "-"}, {"ingest", "--db", db, "-"}, {"ingest", "--db", db, "--layers", "-"}, {"check", "-", "--db", db}, {"extract", "--jsonl"}, {"feeds", "import", "--db", db, "-"}, {"account", "add", "--db", db, "maren"}, {"decisions", "--db", db, "--import", "-"},
	} {
		in, ended := make(silent), make(chan int)
		var errs bytes.Buffer
		go func() { ended <- Main(args, Env{Stdin: in, Stdout: io.Discard, Stderr: &errs}) }()
		select {
		case <-in:
		case code := <-ended:
			t.Fatalf("%v: %d, %s", args, code, errs.String())
		}
		sig := []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP}[i%2]
		if signal.Ignored(sig) {
			sig = syscall.SIGTERM
		}
		if err := syscall.Kill(os.Getpid(), sig); err != nil {
			t.Fatal(err)
		}
		select {
		case code := <-ended:
			if code != exitFailed || errs.String() != "readout: stopped\n" {
				t.Errorf("%v: %d, %s", args, code, errs.String())
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%v: it waits on", args)
		}
	}
}
