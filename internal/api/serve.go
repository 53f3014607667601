package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/danielgtaylor/huma/v2/negotiation"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/query"
)

// input is what an operation gets of a request: huma hands the request over,
// package query reads it.
type input struct{ r *http.Request }

// Resolve keeps the request.
func (in *input) Resolve(ctx huma.Context) []error {
	in.r, _ = humago.Unwrap(ctx)
	return nil
}

// call is a request to an operation, read.
type call struct {
	src   Source
	p     query.Params
	w     http.ResponseWriter
	r     *http.Request
	id    string // of the path
	lines bool   // one JSON object a line is asked for

	queryTime time.Duration // of a search
	snap      *live.Snapshot
	more      string // names what the answer follows from besides state and question
	*answer.Answers
}

// The forms of an answer.
const (
	mediaJSON  = "application/json"
	mediaLines = "application/x-ndjson"
)

// handle makes the handler of an operation, which writes the answer itself:
// lists are sent while they are made.
func (a *API) handle(o operation) func(context.Context, *input) (*huma.StreamResponse, error) {
	return func(_ context.Context, in *input) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			r, w := humago.Unwrap(ctx)
			most := int64(limits.RequestForm)
			if o.takesForm {
				most = a.opts.MaxUpload
			}
			r.Body = http.MaxBytesReader(w, r.Body, most)
			err := account.Allow(r.Context(), o.needs)
			if err == nil {
				err = o.serve(a, o, w, r)
			}
			if err != nil {
				a.fail(w, r, err)
			}
		}}, nil
	}
}

// read reads the parameters of a request and finds the state of the record.
func (a *API) read(o operation, w http.ResponseWriter, r *http.Request) (*call, error) {
	c := &call{src: a.src, w: w, r: r, id: r.PathValue("id"), queryTime: a.opts.QueryTime}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, problem(http.StatusBadRequest, "the part of the address behind ? cannot be read: "+err.Error(), "Escape % as %25 and & as %26.")
	}
	known := o.params
	if o.lists {
		known = append(slices.Clone(known), "format")
	}
	for name := range values {
		if !slices.Contains(known, name) {
			return nil, problem(http.StatusBadRequest, "this operation has no parameter "+strconv.Quote(clip(name)), "It has "+or(strings.Join(known, ", "), "none")+".")
		}
	}
	if c.p, err = query.Parse(values); err != nil {
		return nil, err
	}
	switch f := values.Get("format"); f {
	case "", "json":
		c.lines = f == "" && o.lists && negotiation.SelectQValueFast(r.Header.Get("Accept"), []string{mediaJSON, mediaLines}) == mediaLines
	case "jsonl":
		c.lines = true
	default:
		return nil, problem(http.StatusBadRequest, "format="+strconv.Quote(clip(f))+" is none", "Give json, or jsonl for one item a line.")
	}
	if c.snap, err = a.src.At(r.Context(), c.p.AsOf); err != nil {
		return nil, err
	}
	c.Answers = answer.From(c.snap)
	return c, nil
}

func or(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}

// tagOf is the entity tag of what is fully named by parts.
func tagOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return `"` + hex.EncodeToString(h.Sum(nil)[:12]) + `"`
}

// held answers 304 where the caller holds what tag names (RFC 9110, 13.1.2).
func held(w http.ResponseWriter, r *http.Request, tag string) bool {
	w.Header().Set("ETag", tag)
	for _, t := range strings.Split(r.Header.Get("If-None-Match"), ",") {
		if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == tag || t == "*" {
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	return false
}

// unchanged sets the headers of an answer that follows from the state of the
// record and the question alone, and answers 304 where the caller holds it.
func (a *API) unchanged(c *call) bool {
	h := c.w.Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Accept")
	form := mediaJSON
	if c.lines {
		form = mediaLines
	}
	h.Set("Content-Type", form)
	h.Set("Readout-Revision", strconv.Itoa(c.snap.Revision.N))
	return held(c.w, c.r, tagOf(a.opts.Version, Version, c.snap.Key(), c.r.URL.Path, c.p.String(), form, c.more))
}

// send writes one JSON value, or the problem when it cannot be made.
func (a *API) send(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", mediaJSON)
	}
	w.WriteHeader(status)
	w.Write(append(body, '\n')) // an error: the caller has gone
	return nil
}

// thing serves an operation that answers with one object.
func thing[T any](make func(c *call) (T, error)) serve {
	return func(a *API, o operation, w http.ResponseWriter, r *http.Request) error {
		c, err := a.read(o, w, r)
		if err != nil {
			return err
		}
		if a.unchanged(c) {
			return nil
		}
		v, err := make(c)
		if err != nil {
			return err
		}
		return a.send(w, http.StatusOK, v)
	}
}

// list serves an operation that answers with a list: a page of it, or all of
// it one item a line.
func list[T any](make func(c *call) answer.Rows[T]) serve {
	return func(a *API, o operation, w http.ResponseWriter, r *http.Request) error {
		c, err := a.read(o, w, r)
		if err != nil {
			return err
		}
		if a.unchanged(c) {
			return nil
		}
		rows := make(c)
		return a.sendRows(c, rows.Schema, rows.N, rows.Cut, func(i int) any { return rows.At(i) }, func() (any, error) { return rows.Page(c.p) })
	}
}

// sendRows sends a list: the page of it that was asked for, or all of it one item
// a line.
func (a *API) sendRows(c *call, schema string, n int, cut func(query.Params, int) (int, int, error), at func(int) any, page func() (any, error)) error {
	if c.lines {
		return a.stream(c, func(yield func(any) bool) error {
			from, to, err := cut(c.p, n)
			if err != nil {
				return err
			}
			c.w.Header().Set("Readout-Schema", schema)
			c.w.Header().Set("Readout-Count", strconv.Itoa(n))
			for i := from; i < to && yield(at(i)); i++ {
			}
			return nil
		})
	}
	v, err := page()
	if err != nil {
		return err
	}
	return a.send(c.w, http.StatusOK, v)
}

// errBroken means that an answer broke off after its beginning was sent.
var errBroken = errors.New("answer broke off")

// flushEvery is after how many lines what was written goes out.
const flushEvery = 64

// stream writes one JSON object a line as items come. Where it cannot go on,
// the connection is cut: a caller must not take a part for the whole.
func (a *API) stream(c *call, items func(yield func(any) bool) error) error {
	enc := json.NewEncoder(c.w)
	out := http.NewResponseController(c.w)
	n := 0
	var broken error
	err := items(func(item any) bool {
		if broken = c.Answers.Err(); broken != nil || c.r.Method == http.MethodHead || c.r.Context().Err() != nil {
			return false
		}
		if broken = enc.Encode(item); broken != nil {
			return false
		}
		if n++; n%flushEvery == 0 {
			out.Flush() // not all writers can; then it goes out at the end
		}
		return true
	})
	if broken == nil && n > 0 {
		broken = c.Answers.Err()
	}
	if n == 0 {
		return errors.Join(err, broken)
	}
	if broken != nil {
		a.opts.Log.Error("api", "path", c.r.URL.Path, "error", fmt.Errorf("%w: %w", errBroken, broken))
		panic(http.ErrAbortHandler)
	}
	return nil
}

// status serves the state of the store and of the program.
func (a *API) status(o operation, w http.ResponseWriter, r *http.Request) error {
	c, err := a.read(o, w, r)
	if err != nil {
		return err
	}
	v, err := c.Status(a.opts.Version)
	if err != nil {
		return err
	}
	if a.opts.Running != nil {
		v.Item.Running = a.opts.Running(r.Context())
	}
	return a.sendTagged(c, v)
}

// versions serves the versions of a report's article. The store knows them,
// whatever state of the record is asked for; the same bytes seen again change
// them and make no revision.
func (a *API) versions(o operation, w http.ResponseWriter, r *http.Request) error {
	c, err := a.read(o, w, r)
	if err != nil {
		return err
	}
	articles, err := c.src.Articles(r.Context(), c.id)
	if errors.Is(err, readout.ErrNotFound) && c.Report(c.id) != nil {
		err = nil // read from a file
	}
	if err != nil {
		return err
	}
	v, err := c.VersionsPage(articles)
	if err != nil {
		return err
	}
	return a.sendTagged(c, v)
}

// sendTagged sends an answer that follows from more than the record, so that its
// tag is that of the answer itself; 304 where the caller holds it.
func (a *API) sendTagged(c *call, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	h := c.w.Header()
	h.Set("Content-Type", mediaJSON)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Readout-Revision", strconv.Itoa(c.snap.Revision.N))
	if held(c.w, c.r, tagOf(string(body))) {
		return nil
	}
	c.w.Write(append(body, '\n')) // an error: the caller has gone
	return nil
}
