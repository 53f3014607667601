// Package client asks a Readout server over its HTTP API, /api/v1.
//
// A Client gives the objects of package wire. Lists come in two forms: a method
// named for the list goes through all of it, page by page; the method with Page
// at the end gives one page with its head (revision, count, next). Errors of
// the server are *Error, with the status, what happened and what to do; busy
// answers (429, 503) are asked again after the time the server names.
//
//	c, err := client.New("http://127.0.0.1:8460", client.Options{})
//	for quote, err := range c.Quotes(ctx, wire.Query{By: "Torokai"}) {
//		…
//	}
//
// It imports nothing but the standard library and package wire.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/readout-news/readout/wire"
)

// Options are the settings of a Client. The zero value is usable.
type Options struct {
	HTTP    *http.Client  // nil: one that gives up after 60 s
	Token   string        // of an account, which the server may ask for; "" none
	Tries   int           // how often a busy server is asked; 0: 5
	MaxWait time.Duration // the longest wait for a busy server that is obeyed; 0: 30 s
}

// Client asks one server. It is safe for concurrent use.
type Client struct {
	base string
	opts Options
}

// New makes a client of the server at base, such as http://127.0.0.1:8460.
func New(base string, opts Options) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("client of %q: give an address such as http://127.0.0.1:8460", base)
	}
	if opts.HTTP == nil {
		opts.HTTP = &http.Client{Timeout: time.Minute}
	}
	if opts.Tries <= 0 {
		opts.Tries = 5
	}
	if opts.MaxWait <= 0 {
		opts.MaxWait = 30 * time.Second
	}
	return &Client{strings.TrimRight(base, "/") + "/api/v1", opts}, nil
}

// The errors that callers tell apart with errors.Is.
var (
	ErrNotFound = errors.New("not in the record") // 404
	ErrMoved    = errors.New("the record changed between two pages of a list: begin again")
	ErrBusy     = errors.New("the server is busy") // 429, 503
)

// Error is an answer of the server that is none of those asked for.
type Error struct {
	wire.Problem        // as far as the server told; Status always
	Method, URL  string // of the request
}

func (e *Error) Error() string {
	s := fmt.Sprintf("%s %s: %d %s", e.Method, e.URL, e.Status, e.Title)
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	for _, f := range e.Errors {
		s += "; " + f.Location + ": " + f.Message
	}
	if e.Advice != "" {
		s += ". " + e.Advice
	}
	return s
}

// Is tells which of the errors above e is.
func (e *Error) Is(target error) bool {
	switch e.Status {
	case http.StatusNotFound:
		return target == ErrNotFound
	case http.StatusGone:
		return target == ErrMoved
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return target == ErrBusy
	}
	return false
}

// maxProblem bounds what is read of an answer that is an error, in bytes.
const maxProblem = 1 << 20

// do sends a request, again while the server is busy, and decodes the answer
// into out.
func (c *Client) do(ctx context.Context, method, path string, query url.Values, body []byte, out any) error {
	target := c.base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	for try := 1; ; try++ {
		req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
		if err != nil {
			return err
		}
		req.Header.Set("Accept", "application/json")
		if c.opts.Token != "" {
			req.Header.Set("Authorization", "Bearer "+c.opts.Token)
		}
		if body != nil {
			req.Header.Set("Content-Type", "application/json")
		}
		res, err := c.opts.HTTP.Do(req)
		if err != nil {
			return err
		}
		wait, err := c.read(res, method, target, out)
		if err == nil || wait < 0 || wait > c.opts.MaxWait || try >= c.opts.Tries {
			return err
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return errors.Join(ctx.Err(), err)
		}
	}
}

// read decodes an answer. wait is how long a busy server wants to be left
// alone, negative where asking again is no use.
func (c *Client) read(res *http.Response, method, target string, out any) (wait time.Duration, err error) {
	defer res.Body.Close()
	media, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if res.StatusCode < 300 && media == "application/json" {
		if err := json.NewDecoder(res.Body).Decode(out); err != nil {
			return -1, fmt.Errorf("%s %s: read answer: %w", method, target, err)
		}
		return 0, nil
	}
	e := &Error{Method: method, URL: target}
	b, err := io.ReadAll(io.LimitReader(res.Body, maxProblem))
	if media == "application/problem+json" && err == nil {
		_ = json.Unmarshal(b, &e.Problem) // the status says enough
	} else if res.StatusCode < 300 {
		e.Detail = fmt.Sprintf("the answer is %q: is there a Readout server at this address?", media)
	}
	e.Status = res.StatusCode
	if e.Title == "" {
		e.Title = http.StatusText(res.StatusCode)
	}
	if res.StatusCode != http.StatusTooManyRequests && res.StatusCode != http.StatusServiceUnavailable {
		return -1, e
	}
	return retryAfter(res.Header.Get("Retry-After"), time.Now()), e
}

// retryAfter is the wait of a Retry-After header (RFC 9110, 10.2.3): seconds or
// a date; a second where there is none.
func retryAfter(h string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(h); err == nil && n >= 0 {
		return time.Duration(min(n, 1<<30)) * time.Second
	}
	if t, err := http.ParseTime(h); err == nil {
		return max(0, t.Sub(now))
	}
	return time.Second
}

// values are q as the query part of a URL.
func values(q wire.Query) url.Values {
	out := url.Values{}
	v := reflect.ValueOf(q)
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		switch f := v.Field(i).Interface().(type) {
		case string:
			if f != "" {
				out.Set(name, f)
			}
		case []string:
			for _, s := range f {
				out.Add(name, s)
			}
		case bool:
			if f {
				out.Set(name, "1")
			}
		case int:
			if f != 0 {
				out.Set(name, strconv.Itoa(f))
			}
		}
	}
	return out
}

// page asks for one page of a list.
func page[T any](ctx context.Context, c *Client, path string, q wire.Query) (*wire.List[T], error) {
	out := new(wire.List[T])
	if err := c.do(ctx, http.MethodGet, path, values(q), nil, out); err != nil {
		return nil, err
	}
	return out, nil
}

// pageLimit is how many items a page has when a whole list is asked for.
const pageLimit = 500

// all goes through a list from q.Cursor on. It ends after the first error.
func all[T any](ctx context.Context, c *Client, path string, q wire.Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if q.Limit == 0 {
			q.Limit = pageLimit
		}
		for {
			p, err := page[T](ctx, c, path, q)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, x := range p.Items {
				if !yield(x, nil) {
					return
				}
			}
			if p.Next == nil {
				return
			}
			q.Cursor = *p.Next
		}
	}
}

// thing asks for one thing. A part of path is escaped by the caller.
func thing[T any](ctx context.Context, c *Client, path string, q wire.Query) (*wire.Thing[T], error) {
	out := new(wire.Thing[T])
	if err := c.do(ctx, http.MethodGet, path, values(q), nil, out); err != nil {
		return nil, err
	}
	return out, nil
}

func at(path, id string) string { return path + "/" + url.PathEscape(id) }
