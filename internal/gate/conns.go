package gate

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// Conns bounds the connections of a server. When one more comes than there may
// be, the one ends that has waited longest for its other end: for a request, for
// the rest of its header or of its body. Connections that are answered stay, so
// that whoever opens many and says little takes nobody's place. Where all are
// answered the one ends that has been for longest: whoever asks for much and takes
// nothing in would have all of them otherwise.
type Conns struct {
	most int
	mu   sync.Mutex
	by   map[net.Conn]*conn
}

// conn is one connection.
type conn struct {
	net     net.Conn
	mu      sync.Mutex
	serving int       // requests under way whose body is not waited for
	since   time.Time // when it began to wait, or to be answered
}

func (c *conn) serve(n int) {
	c.mu.Lock()
	waited := c.serving == 0
	c.serving += n
	if waited != (c.serving == 0) {
		c.since = time.Now()
	}
	c.mu.Unlock()
}

// waits reports whether the other end is waited for, and since when it is or is not.
func (c *conn) waits() (since time.Time, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.since, c.serving == 0
}

// Bound sets the bound on a server that does not yet serve: at most so many
// connections, and no more than three quarters of the file handles that the
// process may have.
func Bound(srv *http.Server, most int) *Conns {
	if n := handles(); n > 0 {
		most = min(most, n*3/4)
	}
	c := &Conns{most: max(most, 1), by: map[net.Conn]*conn{}}
	srv.ConnState = c.state
	srv.ConnContext = func(ctx context.Context, n net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, c.add(n))
	}
	next := srv.Handler
	srv.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if x, _ := r.Context().Value(connKey{}).(*conn); x != nil {
			x.serve(1)
			defer x.serve(-1)
			if r.Body != nil && r.Body != http.NoBody {
				r.Body = &awaited{r.Body, x}
			}
		}
		next.ServeHTTP(w, r)
	})
	return c
}

type connKey struct{}

// add takes a new connection in. The server calls ConnContext before it tells of
// any state.
func (c *Conns) add(n net.Conn) *conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.by) >= c.most {
		c.evict()
	}
	x := &conn{net: n, since: time.Now()}
	c.by[n] = x
	return x
}

// state forgets connections that have ended.
func (c *Conns) state(n net.Conn, s http.ConnState) {
	if s == http.StateClosed || s == http.StateHijacked {
		c.mu.Lock()
		delete(c.by, n)
		c.mu.Unlock()
	}
}

// evict ends the connection that has waited longest, where none waits the one that
// has been answered for longest.
func (c *Conns) evict() {
	var out *conn
	var oldest time.Time
	waiting := false
	for _, x := range c.by {
		since, waits := x.waits()
		if out == nil || waits && !waiting || waits == waiting && since.Before(oldest) {
			out, oldest, waiting = x, since, waits
		}
	}
	out.net.Close() // the server ends what waits on it
	delete(c.by, out.net)
}

// Open is how many connections there are.
func (c *Conns) Open() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.by)
}

// awaited is a body; while it is waited for, its connection is.
type awaited struct {
	io.ReadCloser
	conn *conn
}

func (a *awaited) Read(p []byte) (int, error) {
	a.conn.serve(-1)
	defer a.conn.serve(1)
	return a.ReadCloser.Read(p)
}
