//go:build unix

package pgtest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	osexec "os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// script runs a server for each line that it reads and removes its folder when
// no more can come, which is when the test process is gone in whatever way.
const script = `while read -r line; do "$@" >>"$DIR/log" 2>&1 & pid=$!; done
kill -QUIT $pid; wait; rm -rf "$DIR"`

// watcher is the shell that runs the script.
type watcher struct {
	cmd *osexec.Cmd
	in  io.WriteCloser
}

func (w *watcher) start() error {
	_, err := io.WriteString(w.in, "\n")
	return err
}

// end stops the server and waits until its folder is gone.
func (w *watcher) end() {
	w.in.Close()
	w.cmd.Wait() // the status is that of a server that was told to stop
}

// kill kills the server and all its processes at once and waits until they are
// gone. The server is stopped first, so that it starts no other.
func (w *watcher) kill(dir string) error {
	b, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		return err
	}
	line, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		return fmt.Errorf("postmaster.pid: %w", err)
	}
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return err
	}
	all := append(children(pid), pid)
	for _, p := range all {
		syscall.Kill(p, syscall.SIGKILL) // it may have ended by itself
	}
	for end := time.Now().Add(startTime); slices.ContainsFunc(all, lives); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("the server's processes %v do not end", all)
		}
	}
	return nil
}

// lives reports whether a process runs: not one that has ended and that nobody
// has asked about yet.
func lives(pid int) bool {
	b, err := osexec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && !strings.HasPrefix(strings.TrimSpace(string(b)), "Z")
}

// children are the processes that a process has started.
func children(pid int) (out []int) {
	b, err := osexec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		return nil // they notice that the server is gone
	}
	for line := range strings.Lines(string(b)) {
		var p, parent int
		if n, _ := fmt.Sscan(line, &p, &parent); n == 2 && parent == pid {
			out = append(out, p)
		}
	}
	return out
}

// start makes a cluster and starts a server on it.
func start(bin string, settings ...string) (_ *Server, err error) {
	dir, err := os.MkdirTemp("", "readout-pg-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir}
	defer func() {
		if err == nil {
			return
		}
		err = fmt.Errorf("start PostgreSQL from %s: %w\n%s", bin, err, logOf(dir))
		if s.watch != nil {
			s.watch.end()
		}
		os.RemoveAll(dir)
	}()
	attr, err := owner(dir)
	if err != nil {
		return nil, err
	}
	// Another collation than "C" shows where the store forgets to ask for it.
	data := filepath.Join(dir, "data")
	for _, locale := range [][]string{{"--locale-provider=icu", "--icu-locale=en", "--locale=C.UTF-8"}, {"--locale=C.UTF-8"}, {"--no-locale"}} {
		cmd := osexec.Command(filepath.Join(bin, "initdb"), append([]string{"-D", data, "-U", "readout", "-A", "trust", "-E", "UTF8", "--no-sync"}, locale...)...) //nolint:gosec // initdb
		cmd.SysProcAttr, cmd.Dir = attr, dir
		var out []byte
		if out, err = cmd.CombinedOutput(); err == nil {
			break
		}
		err = fmt.Errorf("initdb: %w: %s", err, out)
		os.RemoveAll(data)
	}
	if err != nil {
		return nil, err
	}
	port, err := free()
	if err != nil {
		return nil, err
	}
	args := []string{"-c", script, "sh", filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-p", port}
	for _, x := range append([]string{"listen_addresses=127.0.0.1", "max_connections=300", "shared_buffers=64MB", "log_checkpoints=off"}, settings...) {
		args = append(args, "-c", x)
	}
	cmd := osexec.Command("/bin/sh", args...) //nolint:gosec // the script above
	cmd.SysProcAttr, cmd.Dir, cmd.Env = attr, dir, append(os.Environ(), "DIR="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s.watch = &watcher{cmd, in}
	s.address = "postgres://readout@127.0.0.1:" + port + "/postgres?sslmode=disable"
	if err := s.watch.start(); err != nil {
		return nil, err
	}
	return s, ready(s.address)
}

// owner makes the folder that of who may run a server, which root may not, and
// returns how to run a program as them, apart from the terminal's signals.
func owner(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Setsid: true}
	if os.Getuid() != 0 {
		return attr, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("root may not run it, and there is no user postgres: %w", err)
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2, os.Chown(dir, int(uid), int(gid))); err != nil {
		return nil, err
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, nil
}

// free is a port that nobody listens at.
func free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
