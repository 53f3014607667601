package cli

import (
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestIsLoopback(t *testing.T) {
	for listen, want := range map[string]bool{
		"127.0.0.1:8460": true, "127.1.2.3:0": true, "[::1]:8460": true, "localhost:8460": true,
		"0.0.0.0:8460": false, ":8460": false, "[::]:8460": false, "10.0.0.1:80": false, "desk.example:80": false,
	} {
		if got, err := isLoopback("listen", listen); err != nil || got != want {
			t.Errorf("isLoopback(%q) = %v, %v", listen, got, err)
		}
	}
	for _, bad := range []string{"8460", ""} {
		var usage usageError
		if _, err := isLoopback("listen", bad); !errors.As(err, &usage) {
			t.Errorf("isLoopback(%q): %v is no error of usage", bad, err)
		}
	}
}

// The example is served from what the program carries, on a free port, and the
// program ends when it is told to.
func TestServeDemo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	out, in := io.Pipe()
	a := &app{env: Env{Stdout: in, Stderr: io.Discard}}
	ended := make(chan error, 1)
	go func() {
		ended <- a.serve(ctx, serveFlags{listen: "127.0.0.1:0", demo: true})
		in.Close()
	}()
	line := make([]byte, 200)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err, <-ended)
	}
	go io.Copy(io.Discard, out)
	m := regexp.MustCompile(`^20 reports, .* at (http://127\.0\.0\.1:\d+)\n`).FindStringSubmatch(string(line[:n]))
	if m == nil {
		t.Fatalf("it said %q", line[:n])
	}
	client := &http.Client{Timeout: 10 * time.Second}
	res, err := client.Get(m[1] + "/help")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if res.StatusCode != 200 || !strings.Contains(string(body), "This is the example") {
		t.Errorf("%d: %.200s", res.StatusCode, body)
	}
	for path, want := range map[string]string{"/metrics": "\nreadout_store_reports 20\n", "/api/v1/status": `"revision":1`, "/status": "SQLite, "} {
		res, err := client.Get(m[1] + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != 200 || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d: no %q", path, res.StatusCode, want)
		}
	}
	client.CloseIdleConnections()
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it did not end")
	}
}
