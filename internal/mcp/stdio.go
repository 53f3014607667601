package mcp

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// pipe stands between a client's two streams and the SDK, which drops calls
// under way when the input ends or has a line that is no message: it holds the end
// back until each call that was read has its answer, so that calls may come from a
// file, and answers such lines itself.
type pipe struct {
	in   io.ReadCloser
	out  io.WriteCloser
	done <-chan struct{} // the server is told to end

	lines *bufio.Reader // of in
	line  []byte        // that is being read
	whole bytes.Buffer  // lines for the SDK

	saying sync.Mutex // held while one message goes out
	mu     sync.Mutex
	open   map[jsonrpc.ID]bool // calls without an answer; 1 and 1.0 are one id
	idle   chan struct{}       // closed when open is empty after the end of the input; nil before
}

func newPipe(in io.ReadCloser, out io.WriteCloser, done <-chan struct{}) *pipe {
	return &pipe{in: in, out: out, done: done, lines: bufio.NewReaderSize(in, 64<<10), open: map[jsonrpc.ID]bool{}}
}

// drainTime bounds how long the end is held back: a call that was taken back
// never has an answer.
const drainTime = 30 * time.Second

func (p *pipe) Read(b []byte) (int, error) {
	for p.whole.Len() == 0 {
		part, err := p.lines.ReadSlice('\n')
		p.line = append(p.line, part...)
		if errors.Is(err, bufio.ErrBufferFull) && len(p.line) < sdk.DefaultMaxLineLength {
			continue
		}
		if len(p.line) == 0 && err != nil {
			if errors.Is(err, io.EOF) {
				p.drain()
			}
			return 0, err
		}
		p.take(bytes.TrimSpace(p.line))
		p.line = p.line[:0]
	}
	return p.whole.Read(b)
}

// take hands a line on to the SDK, or answers it.
func (p *pipe) take(line []byte) {
	m, err := jsonrpc.DecodeMessage(line)
	switch {
	case len(line) == 0:
		return
	case !json.Valid(line):
		p.refuse(jsonrpc.CodeParseError, "the line is no JSON")
		return
	case err != nil && line[0] != '[': // batches of earlier versions of the protocol are the SDK's
		p.refuse(jsonrpc.CodeInvalidRequest, err.Error())
		return
	}
	if call, ok := m.(*jsonrpc.Request); ok && call.ID.IsValid() {
		p.mu.Lock()
		p.open[call.ID] = true
		p.mu.Unlock()
	}
	p.whole.Write(line)
	p.whole.WriteByte('\n')
}

// refuse answers what has no id that could be told.
func (p *pipe) refuse(code int, why string) {
	b, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": nil, "error": map[string]any{"code": code, "message": why}})
	if err == nil {
		p.say(append(b, '\n')) // the SDK finds out when nobody is there
	}
}

func (p *pipe) say(b []byte) (int, error) {
	p.saying.Lock()
	defer p.saying.Unlock()
	return p.out.Write(b)
}

// drain waits until each call has its answer.
func (p *pipe) drain() {
	p.mu.Lock()
	if len(p.open) == 0 {
		p.mu.Unlock()
		return
	}
	p.idle = make(chan struct{})
	wait := p.idle
	p.mu.Unlock()
	timer := time.NewTimer(drainTime)
	defer timer.Stop()
	select {
	case <-wait:
	case <-p.done:
	case <-timer.C:
	}
}

// Write takes one message of the SDK.
func (p *pipe) Write(b []byte) (int, error) {
	n, err := p.say(b)
	p.mu.Lock()
	defer p.mu.Unlock()
	if m, no := jsonrpc.DecodeMessage(b); no == nil {
		if answer, ok := m.(*jsonrpc.Response); ok {
			delete(p.open, answer.ID)
		}
	}
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
