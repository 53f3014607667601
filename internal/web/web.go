// Package web is the face of Readout in a browser: pages over the record,
// rendered on the server, each also as data.
//
// A request takes this way: guard (Host, headers, cross-origin) → who asks, and
// how often (package gate) → the suffix of
// the path says the form (.json, .csv, .atom, .ics, .md, else HTML) → the
// parameters and the state of the record (now, as of, a revision) → a page's
// function → its template, or its table, feed or dates.
//
// To add a page: write page_NAME.go with
//
//	func (s *Site) name(r *Request) (Page, error)
//
// add it to routes in routes.go with the scope that who asks must have, and write templates/NAME.html, which defines
// "main" and, where it has a margin column, "rail". In templates the dot of
// "main" is the *Context: .Data is what the page gave, and its methods make
// links that keep the state (.Link), change the query (.With) and show counts
// that open their sentences (.Count). Templates of parts that every page may
// use are in templates/parts.html. Nothing from a report is ever marked as safe
// HTML, and neither style nor script stands in a page: both are files under
// static/, served under names that carry their hash.
//
// Pages read package view and nothing below it; they hold no SQL and no
// linguistics.
package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/check"
	"github.com/readout-news/readout/internal/fetch"
	"github.com/readout-news/readout/internal/gate"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/review"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/wire"
)

// Options are the settings of a site. The zero value is usable.
type Options struct {
	Version string
	Hosts   []string         // names by which it may be called besides loopback ones; with port or without
	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger     // nil: silent
	Demo    bool             // the store holds the example: pages say so

	// Mount adds handlers beside the pages, such as the API: pattern → handler.
	// They stand behind the same guard.
	Mount map[string]http.Handler

	Operations []Operation // of the API, for its page

	Gate *gate.Gate // finds out who asks; nil: everybody is User, with all scopes
	User string     // of the machine

	QueryTime time.Duration  // of one search; 0: limits.QueryTime
	Inputs    ingest.Options // how reports that are sent are read
	Fetch     fetch.Options  // how pages are asked for that are added by address

	Running func(context.Context) *wire.Running // how the program does, for the page of status; nil: it does not say
}

// Site serves the pages over one source.
type Site struct {
	src       *live.Source
	opts      Options
	templates map[string]*template.Template
	rails     map[string]bool // templates that define a margin column
	assets    *assets
	checker   check.Checker
	desk      *review.Desk
	checking  chan struct{} // drafts under comparison
	fetcher   *fetch.Fetcher
}

// New makes the handler of all pages. It fails when a template does not parse.
func New(src *live.Source, opts Options) (http.Handler, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.QueryTime == 0 {
		opts.QueryTime = limits.QueryTime
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	s := &Site{src: src, opts: opts, desk: review.NewDesk(src, opts.Log), rails: map[string]bool{}, checking: make(chan struct{}, atOnce), fetcher: fetch.New(opts.Fetch)}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, fmt.Errorf("load static files: %w", err)
	}
	if s.templates, err = s.parseTemplates(); err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle(r.pattern, s.handler(r))
	}
	for pattern, h := range opts.Mount {
		mux.Handle(pattern, h)
	}
	mux.Handle("GET /static/", s.assets)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if err := account.Allow(r.Context(), account.Read); err != nil {
			s.fail(w, r, err)
			return
		}
		s.fail(w, r, fmt.Errorf("%w: there is no page %s", readout.ErrNotFound, r.URL.Path))
	})
	return s.guard(gzhttp.GzipHandler(withForm(s.admitted(mux)))), nil
}

// Page is what a page's function gives.
type Page struct {
	Template string // templates/NAME.html
	Title    string // of the window; the page's own heading is the template's
	Nav      string // the entry of the main menu that is current
	Crumb    []Link
	Data     any
	Status   int    // 0: 200
	Robots   string // "noindex" for pages of a query
	Own      string // name of a filter for which the page has a control of its own: it is no chip

	JSON    any          // .json
	Table   *Table       // .csv
	Feed    *Feed        // .atom
	Dates   *Calendar    // .ics
	Text    string       // .md
	LD      string       // .jsonld: id of the fact that the page is about
	Raw     *Raw         // answers whatever the form, such as a download
	See     string       // answers with a redirect to this path
	Moved   bool         // the redirect is permanent
	Pin     string       // path of this page at its revision, for the key y
	Preview *previewData // the page is as a decision would make it
	Sel     string       // what is opened beside the page where the address names nothing
	Header  map[string]string
	Tag     string // what the page follows from besides the record and the query: with it, a reader who holds the page gets 304
}

// Link is a name that leads somewhere.
type Link struct{ Name, Href string }

// Raw is a body that is sent as it is.
type Raw struct {
	Type, Name string // media type; file name of the download, "" to show it
	Body       []byte
	Stream     func(io.Writer) error // in the place of Body: writes it as it is made
}

// Request is a request for a page, with what it asks for.
type Request struct {
	*http.Request
	query.Params
	Snap *live.Snapshot
	Form string // "html", "json", "csv", "atom", "ics", "md"
	Now  time.Time
	Bad  string              // what was wrong with parameters that were left out; "" nothing
	bad  error               // of them, what data is refused for
	w    http.ResponseWriter // for cookies; what is answered is the page's
}

// Context is what templates see.
type Context struct {
	Page
	Req     *Request
	Site    *Site
	Opened  *view.Opened // the sentences beside the page; nil none
	Theme   string       // "light", "dark" or "" as the system says
	Forms   []Link       // this page in other forms
	Nonsel  string       // the page's URL without what is opened beside it
	Current string       // the page's URL
}

type formKey struct{}

// forms are the suffixes of paths and what they answer with.
var forms = []struct{ suffix, form, media string }{
	{".json", "json", "application/json; charset=utf-8"},
	{".csv", "csv", "text/csv; charset=utf-8"},
	{".atom", "atom", "application/atom+xml; charset=utf-8"},
	{".ics", "ics", "text/calendar; charset=utf-8"},
	{".md", "md", "text/markdown; charset=utf-8"},
	{".jsonld", "jsonld", "application/ld+json"},
}

// withForm takes the suffix off the path and remembers it.
func withForm(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		form := "html"
		if !strings.HasPrefix(r.URL.Path, "/static/") && !strings.HasPrefix(r.URL.Path, "/api/") && !strings.HasPrefix(r.URL.Path, "/mcp") {
			for _, f := range forms {
				if path, ok := strings.CutSuffix(r.URL.Path, f.suffix); ok {
					form = f.form
					u := *r.URL
					u.Path, u.RawPath = path, ""
					if u.Path == "/index" || u.Path == "" {
						u.Path = "/"
					}
					r2 := *r
					r2.URL = &u
					r = &r2
					break
				}
			}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), formKey{}, form)))
	})
}

// handler answers requests for one page.
func (s *Site) handler(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := account.Allow(r.Context(), rt.needs); err != nil {
			s.fail(w, r, err)
			return
		}
		most := int64(limits.RequestForm)
		if rt.pattern == uploads {
			most = maxUpload
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		req, err := s.request(r)
		if err == nil {
			var page Page
			req.w = w
			if rt.cached && s.notModified(w, req, "") {
				return
			}
			if page, err = rt.page(req); err == nil {
				err = s.answer(w, req, page)
			}
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// request reads parameters and finds the state of the record that they name.
func (s *Site) request(r *http.Request) (*Request, error) {
	req := &Request{Request: r, Now: s.opts.Now().UTC(), Form: "html"}
	if f, ok := r.Context().Value(formKey{}).(string); ok {
		req.Form = f
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		values = r.URL.Query() // what could be read
	}
	if req.Params, err = query.Parse(values); err != nil {
		if req.Form != "html" {
			return nil, errBad{err}
		}
		req.Bad = err.Error()
	}
	req.Snap, err = s.src.At(r.Context(), req.AsOf)
	return req, err
}

// leaveOut goes on without a parameter: a page says what, data is refused.
func (r *Request) leaveOut(what string, err error) {
	r.Bad, r.bad = strings.TrimPrefix(r.Bad+"; "+what, "; "), cmp.Or(r.bad, err)
}

// answer writes a page in the form asked for.
func (s *Site) answer(w http.ResponseWriter, req *Request, page Page) error {
	for k, v := range page.Header {
		w.Header().Set(k, v)
	}
	if page.See != "" {
		code := http.StatusSeeOther
		if page.Moved {
			code = http.StatusMovedPermanently
		}
		http.Redirect(w, req.Request, page.See, code)
		return nil
	}
	if page.Tag != "" && s.notModified(w, req, page.Tag) {
		return nil
	}
	if page.Raw != nil {
		w.Header().Set("Content-Type", page.Raw.Type)
		if page.Raw.Name != "" {
			w.Header().Set("Content-Disposition", `attachment; filename="`+strings.Map(plainName, page.Raw.Name)+`"`)
		}
		if page.Raw.Stream == nil {
			_, err := w.Write(page.Raw.Body)
			return ignoreGone(err)
		}
		if err := page.Raw.Stream(w); err != nil && req.Context().Err() == nil {
			// What was sent cannot be taken back: the connection breaks, so that
			// nobody takes half an answer for a whole one.
			s.opts.Log.Error("stream", "path", req.URL.Path, "error", err)
			panic(http.ErrAbortHandler)
		}
		return nil
	}
	if req.Form != "html" {
		if req.bad != nil {
			return req.bad
		}
		return s.data(w, req, page)
	}
	c := s.context(req, page)
	if sel := cmp.Or(req.Sel, page.Sel); sel != "" {
		o, err := req.Snap.View.Open(sel)
		switch {
		case err == nil:
			c.Opened = &o
		case req.Sel != "" && errors.Is(err, readout.ErrNotFound):
			req.leaveOut("what was to be opened beside the page, which is not in this state of the record", err)
		default:
			return err
		}
	}
	var b bytes.Buffer
	t := s.templates[page.Template]
	if t == nil {
		return fmt.Errorf("there is no template %q", page.Template)
	}
	if err := t.ExecuteTemplate(&b, "layout", c); err != nil {
		return fmt.Errorf("template %s: %w", page.Template, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if page.Status != 0 {
		w.WriteHeader(page.Status)
	}
	_, err := w.Write(b.Bytes())
	return ignoreGone(err)
}

// ignoreGone drops errors of writing: the reader has gone, and nobody is left
// to tell.
func ignoreGone(error) error { return nil }

func plainName(r rune) rune {
	if r > ' ' && r < 127 && !strings.ContainsRune(`"\/:;%`, r) {
		return r
	}
	return '-'
}

// context is what the page's template sees.
func (s *Site) context(req *Request, page Page) *Context {
	c := &Context{Page: page, Req: req, Site: s}
	if ck, err := req.Cookie("theme"); err == nil && (ck.Value == "light" || ck.Value == "dark") {
		c.Theme = ck.Value
	}
	p := req.Params
	c.Current = at(req.URL.Path, p.Values())
	p.Sel = ""
	c.Nonsel = at(req.URL.Path, p.Values())
	p.Cursor = "" // other forms begin at the beginning
	for _, f := range []struct {
		name, suffix string
		has          bool
	}{
		{"JSON", ".json", page.JSON != nil},
		{"CSV", ".csv", page.Table != nil},
		{"Feed", ".atom", page.Feed != nil},
		{"Calendar", ".ics", page.Dates != nil},
		{"Markdown", ".md", page.Text != ""},
		{"JSON-LD", ".jsonld", page.LD != ""},
	} {
		if f.has {
			path := req.URL.Path
			if path == "/" {
				path = "/index"
			}
			c.Forms = append(c.Forms, Link{f.name, at(path+f.suffix, p.Values())})
		}
	}
	return c
}

func at(path string, values url.Values) string {
	u := url.URL{Path: path, RawQuery: values.Encode()}
	return u.String()
}
