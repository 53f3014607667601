package gate

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A server full of connections that wait serves the next that comes, at the cost
// of the one that has waited longest; those that are answered stay.
func TestConnectionsMakeRoom(t *testing.T) {
	const most = 20
	hold, held := make(chan bool), make(chan bool, most)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/hold":
			held <- true
			<-hold
		case "/body":
			io.Copy(io.Discard, r.Body)
		}
		fmt.Fprint(w, "served")
	}))
	c := Bound(srv.Config, most)
	srv.Start()
	t.Cleanup(srv.Close) // behind the connections, which it waits for
	dial := func(send string) net.Conn {
		t.Helper()
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		io.WriteString(conn, send)
		return conn
	}
	get := func() string {
		conn := dial("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		b, err := io.ReadAll(conn)
		if err != nil {
			return err.Error()
		}
		return string(b)
	}
	// Two that are answered, for as long as it takes.
	var served []net.Conn
	for range 2 {
		served = append(served, dial("GET /hold HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
		<-held
	}
	for name, send := range map[string]string{
		"nothing":               "",
		"half a header":         "GET / HTTP/1.1\r\nHost: x\r\nX-A: ",
		"half a body":           "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc",
		"an answer and nothing": "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		for range 5 * most {
			dial(send)
		}
		for range 10 {
			if got := get(); !strings.HasSuffix(got, "served") {
				t.Errorf("beside %d connections that send %s: %q", 5*most, name, got)
			}
		}
		if n := c.Open(); n > most {
			t.Errorf("%d connections, the bound is %d", n, most)
		}
	}
	close(hold)
	for _, conn := range served {
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Errorf("one that was answered lost its place: %v", err)
		}
	}
}

// Where all connections are answered and none of the others takes the answer in, the
// next that comes is served all the same.
func TestBusyConnectionsMakeRoom(t *testing.T) {
	const most = 5
	held := make(chan bool, 4*most)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/export" {
			held <- true
			for { // until nobody takes it in any more, or the connection ends
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		}
		fmt.Fprint(w, "served")
	}))
	c := Bound(srv.Config, most)
	srv.Start()
	t.Cleanup(srv.Close)
	for range 3 * most {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		io.WriteString(conn, "GET /export HTTP/1.1\r\nHost: x\r\n\r\n")
		<-held
		if n := c.Open(); n > most {
			t.Fatalf("%d connections, the bound is %d", n, most)
		}
	}
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, err := io.ReadAll(res.Body); err != nil || string(b) != "served" {
		t.Errorf("beside connections that take nothing in: %q, %v", b, err)
	}
}
