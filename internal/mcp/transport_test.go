package mcp

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/readout-news/readout/wire"
)

func TestHTTP(t *testing.T) {
	s, err := New(source(t), Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s.Handler(nil))
	t.Cleanup(srv.Close)
	c := client(t, &sdk.StreamableClientTransport{Endpoint: srv.URL})
	a := ask[wire.SearchAnswer](t, c, "search", map[string]any{"query": "talks", "limit": 1})
	if !a.Found {
		t.Errorf("%+v", a)
	}
	if _, err := c.ReadResource(t.Context(), &sdk.ReadResourceParams{URI: reportURI(source(t).Now().Record.Reports[0].ID)}); err != nil {
		t.Error(err)
	}

	const initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}`
	for _, x := range []struct {
		name, host string
		headers    map[string]string
		body       io.Reader
		want       int
	}{
		{"plain", "", nil, strings.NewReader(initialize), http.StatusOK},
		{"localhost", "localhost:8461", nil, strings.NewReader(initialize), http.StatusOK},
		{"IPv6", "[::1]:8461", nil, strings.NewReader(initialize), http.StatusOK},
		{"own origin", "", map[string]string{"Origin": srv.URL}, strings.NewReader(initialize), http.StatusOK},
		{"another host", "evil.example", nil, strings.NewReader(initialize), http.StatusForbidden},
		{"another host with our port", "127.0.0.1.evil.example:8461", nil, strings.NewReader(initialize), http.StatusForbidden},
		{"no host", "-", nil, strings.NewReader(initialize), http.StatusForbidden},
		{"another origin", "", map[string]string{"Origin": "https://evil.example"}, strings.NewReader(initialize), http.StatusForbidden},
		{"no origin at all", "", map[string]string{"Origin": "null"}, strings.NewReader(initialize), http.StatusForbidden},
		{"another site", "", map[string]string{"Sec-Fetch-Site": "cross-site"}, strings.NewReader(initialize), http.StatusForbidden},
		{"an endless body", "", nil, io.LimitReader(zeros{}, maxBody*2), http.StatusRequestEntityTooLarge},
	} {
		t.Run(x.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL, x.body)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Accept", "application/json, text/event-stream")
			if x.host != "" {
				req.Host = x.host
			}
			for k, v := range x.headers {
				req.Header.Set(k, v)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != x.want {
				b, _ := io.ReadAll(res.Body)
				t.Errorf("status %d, want %d: %s", res.StatusCode, x.want, b)
			}
			if got := res.Header.Get("Access-Control-Allow-Origin"); got != "" {
				t.Errorf("shared with %s", got)
			}
		})
	}
}

// zeros is a body without end.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

// TestStdio asks the program itself over its standard input and output.
func TestStdio(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	bin := filepath.Join(t.TempDir(), "readout")
	if out, err := exec.Command("go", "build", "-o", bin, "../../cmd/readout").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	source(t)
	cmd := exec.Command(bin, "mcp", "--db", filepath.Join(dir, "readout.db"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	c := client(t, &sdk.CommandTransport{Command: cmd})
	a := ask[EventAnswer](t, c, "event", map[string]any{"event": "call 17 March"})
	if !a.Found || a.Answer.Event == nil {
		t.Errorf("%+v", a)
	}
	if err := c.Close(); err != nil {
		t.Errorf("%v: %s", err, stderr.String())
	}
	if stderr.Len() > 0 {
		t.Errorf("standard error: %s", stderr.String())
	}

	// Over HTTP the program takes no address that other machines reach.
	for _, x := range []struct{ listen, says string }{{"0.0.0.0:0", "other machines"}, {"203.0.113.5:80", "other machines"}, {"x", "address and a port"}} {
		out, err := exec.Command(bin, "mcp", "--db", filepath.Join(dir, "readout.db"), "--http", x.listen).CombinedOutput()
		if err == nil || !strings.Contains(string(out), x.says) {
			t.Errorf("--http %s: %v %s", x.listen, err, out)
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	serve := exec.CommandContext(ctx, bin, "mcp", "--db", filepath.Join(dir, "readout.db"), "--http", "127.0.0.1:0")
	serve.Cancel = func() error { return serve.Process.Signal(os.Interrupt) }
	out, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 200)
	n, err := out.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	_, url, _ := strings.Cut(strings.Fields(string(buf[:n]))[2], "http")
	h := client(t, &sdk.StreamableClientTransport{Endpoint: "http" + url})
	if a := ask[wire.SearchAnswer](t, h, "search", map[string]any{"query": "talks"}); !a.Found {
		t.Errorf("%+v", a)
	}
	h.Close()
	if err := serve.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	serve.Wait() // it was told to end
}

// TestRunAnswersAll gives all calls at once and ends the input: each has its
// answer.
func TestRunAnswersAll(t *testing.T) {
	s, err := New(source(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	in := `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
`
	for i := range 20 {
		in += fmt.Sprintf(`{"jsonrpc":"2.0","id":"q%d","method":"tools/call","params":{"name":"search","arguments":{"query":"talks"}}}`+"\n", i)
	}
	for _, end := range []string{"", `{"jsonrpc":"2.0","id":"last","method":"tools/list"}`} { // with and without a line's end
		var out closer
		if err := s.Run(t.Context(), io.NopCloser(strings.NewReader(in+end)), &out); err != nil {
			t.Error(err)
		}
		for i := range 20 {
			if !strings.Contains(out.String(), fmt.Sprintf(`"id":"q%d"`, i)) {
				t.Errorf("call %d has no answer", i)
			}
		}
	}
}

// A line that is no message has its answer and ends nothing; an id is the same in
// every spelling.
func TestRunGoesOn(t *testing.T) {
	s, err := New(source(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	in := `{"jsonrpc":"2.0","id":1.0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"search","arguments":{"query":"talks"}}}
{"jsonrpc":"2.0","id":3,

{"jsonrpc":"1.0","id":4,"method":"tools/list"}
{"jsonrpc":"2.0","id":"a\/b","method":"tools/list"}
`
	var out closer
	began := time.Now()
	if err := s.Run(t.Context(), io.NopCloser(strings.NewReader(in)), &out); err != nil {
		t.Error(err)
	}
	for _, want := range []string{`"id":1,`, `"id":2,`, `"code":-32700`, `"code":-32600`, `"id":"a/b"`} {
		if strings.Count(out.String(), want) != 1 {
			t.Errorf("want %s once in\n%s", want, out.String())
		}
	}
	if took := time.Since(began); took > drainTime {
		t.Errorf("it took %v", took)
	}
}

// closer is a buffer that can be closed.
type closer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (c *closer) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Buffer.Write(b)
}

func (*closer) Close() error { return nil }
