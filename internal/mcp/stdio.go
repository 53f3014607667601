package mcp

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"sync"
	"time"
)

// pipe stands between a client's two streams and the SDK, which drops calls
// under way when the input ends: it holds the end back until each call that was
// read has its answer, so that calls may come from a file.
type pipe struct {
	in   io.ReadCloser
	out  io.WriteCloser
	done <-chan struct{} // the server is told to end

	mu      sync.Mutex
	open    map[string]bool // ids of calls without an answer
	idle    chan struct{}   // closed when open is empty after the end of the input; nil before
	read    bytes.Buffer    // a line that is not whole yet
	written bytes.Buffer
}

// drainTime bounds how long the end is held back: a call that was taken back
// never has an answer.
const drainTime = 30 * time.Second

// message is what tells a call from an answer.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
}

// lines calls f for each line that b completes.
func lines(buf *bytes.Buffer, b []byte, f func(m message)) {
	buf.Write(b)
	for {
		i := bytes.IndexByte(buf.Bytes(), '\n')
		if i < 0 {
			return
		}
		var m message
		// What is no message is the SDK's to refuse.
		if json.Unmarshal(buf.Next(i+1), &m) == nil && len(m.ID) > 0 && string(m.ID) != "null" {
			f(m)
		}
	}
}

func (p *pipe) Read(b []byte) (int, error) {
	n, err := p.in.Read(b)
	p.mu.Lock()
	lines(&p.read, b[:n], func(m message) {
		if m.Method != "" {
			p.open[string(m.ID)] = true
		}
	})
	var wait chan struct{}
	if errors.Is(err, io.EOF) {
		lines(&p.read, []byte("\n"), func(m message) {
			if m.Method != "" {
				p.open[string(m.ID)] = true
			}
		})
		if len(p.open) > 0 && n == 0 {
			p.idle = make(chan struct{})
			wait = p.idle
		}
	}
	p.mu.Unlock()
	if n > 0 && errors.Is(err, io.EOF) {
		return n, nil // the end comes with the next call
	}
	if wait != nil {
		timer := time.NewTimer(drainTime)
		defer timer.Stop()
		select {
		case <-wait:
		case <-p.done:
		case <-timer.C:
		}
	}
	return n, err
}

func (p *pipe) Write(b []byte) (int, error) {
	n, err := p.out.Write(b)
	p.mu.Lock()
	defer p.mu.Unlock()
	lines(&p.written, b[:n], func(m message) {
		if m.Method == "" {
			delete(p.open, string(m.ID))
		}
	})
	if err != nil {
		clear(p.open) // nobody is there to answer to
	}
	if len(p.open) == 0 && p.idle != nil {
		close(p.idle)
		p.idle = nil
	}
	return n, err
}

func (p *pipe) Close() error { return errors.Join(p.in.Close(), p.out.Close()) }
