// Package api is the HTTP API of Readout, /api/v1: the lists and things of the
// record as the objects of package wire, with the parameters that pages have.
//
// A request takes this way: the operation says which parameters it knows →
// package query reads them → the state of the record (now or as of) → the tag
// of state and question, 304 where the caller holds the answer → package answer
// → JSON, or one line an item as it is made. Errors are problems of RFC 9457
// with an advice.
//
// Operations stand in one table (operations in ops.go). huma, on the mux of
// net/http, draws the OpenAPI description from them and from the Go types;
// nothing of it comes from elsewhere than this program. Its docs page, schema
// links and format negotiation are off.
//
// Each operation names the scope that who asks must have (package account);
// without anybody in the request's context nothing is answered.
//
// Answers are never shared with other sites: no CORS header is set, and unsafe
// methods of other origins are refused.
package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/check"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/review"
	"github.com/readout-news/readout/wire"
)

// Version is that of the interface: it changes with its description
// (testdata/openapi.json), the last number where things were only added.
const Version = "1.4.3"

// Base is the beginning of every path.
const Base = "/api/v1"

// Source gives the states of the record and takes reports in.
type Source interface {
	Now() *live.Snapshot
	At(ctx context.Context, moment string) (*live.Snapshot, error)
	Room() error
	Read(captures []readout.Capture, refused []readout.Refusal) *live.Job
	Job(id string) *live.Job
	Draft(text, day string) (*nlp.Doc, error)
	Articles(ctx context.Context, key string) ([]live.Article, error)
}

// Options are the settings of an API. The zero value is usable.
type Options struct {
	Version   string       // of the program, for status
	MaxUpload int64        // largest body with reports, in bytes; 0: 20 MB
	Log       *slog.Logger // nil: silent

	QueryTime time.Duration  // of one search; 0: limits.QueryTime
	Inputs    ingest.Options // how reports that are sent are read

	Running func(context.Context) *wire.Running // how the program does, for status; nil: it does not say
}

// maxUpload is what Options.MaxUpload is when not set.
const maxUpload = limits.RequestBody

// API answers the requests below /api.
type API struct {
	src     Source
	checker check.Checker
	desk    *review.Desk
	drafts  chan struct{} // one draft is checked at a time: a core is left for answers
	opts    Options
	mux     *http.ServeMux
	handler http.Handler
	openapi *huma.OpenAPI
	json    []byte // the description
	yaml    []byte
}

// New makes the API over a source.
func New(src Source, opts Options) (*API, error) {
	if opts.MaxUpload == 0 {
		opts.MaxUpload = maxUpload
	}
	if opts.QueryTime == 0 {
		opts.QueryTime = limits.QueryTime
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	a := &API{src: src, desk: review.NewDesk(src, opts.Log), opts: opts, drafts: make(chan struct{}, 1), mux: http.NewServeMux()}
	config := huma.DefaultConfig("Readout", Version)
	config.Info.Description = "The record of news reports: events, who said what through whom, positions, commitments, answers and disagreements. Every fact leads to the passage that it rests on. What the record does not know is null."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil // no $schema in answers
	h := humago.New(a.mux, config)
	a.register(h)
	a.openapi = h.OpenAPI()
	a.openapi.Components.SecuritySchemes = map[string]*huma.SecurityScheme{tokenScheme: {Type: "http", Scheme: "bearer", Description: tokenWords}}
	if err := finish(a.openapi); err != nil {
		return nil, err
	}
	var err error
	if a.json, err = json.MarshalIndent(a.openapi, "", " "); err != nil {
		return nil, err
	}
	a.json = append(a.json, '\n')
	if a.yaml, err = a.openapi.YAML(); err != nil {
		return nil, err
	}
	a.mux.HandleFunc("GET /api/openapi.json", a.fixed("application/openapi+json", a.json))
	a.mux.HandleFunc("GET /api/openapi.yaml", a.fixed("application/openapi+yaml", a.yaml))
	a.mux.HandleFunc("/", a.unknown)
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.fail(w, r, problem(http.StatusForbidden, "another site may not send this", "Send it from the site itself, or from a program that sends no Origin header."))
	}))
	a.handler = cross.Handler(a.mux)
	return a, nil
}

// ServeHTTP answers a request below /api.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	a.handler.ServeHTTP(w, r)
}

// fixed answers with bytes that change with the program only.
func (a *API) fixed(media string, body []byte) http.HandlerFunc {
	tag := tagOf(string(body))
	return func(w http.ResponseWriter, r *http.Request) {
		if err := account.Allow(r.Context(), account.Read); err != nil {
			a.fail(w, r, err)
			return
		}
		w.Header().Set("Content-Type", media)
		w.Header().Set("Cache-Control", "private, no-cache")
		if held(w, r, tag) {
			return
		}
		w.Write(body)
	}
}

// unknown answers for paths that no operation has, and for methods that the
// path does not take.
func (a *API) unknown(w http.ResponseWriter, r *http.Request) {
	if err := account.Allow(r.Context(), account.Read); err != nil {
		a.fail(w, r, err)
		return
	}
	var allow []string
	for _, m := range []string{http.MethodGet, http.MethodPost} {
		try := r.Clone(r.Context())
		try.Method = m
		if _, pattern := a.mux.Handler(try); pattern != "/" && pattern != "" {
			allow = append(allow, m)
		}
	}
	if len(allow) == 0 {
		a.fail(w, r, problem(http.StatusNotFound, "there is no "+clip(r.URL.Path), "See /api for all operations."))
		return
	}
	if slices.Contains(allow, http.MethodGet) {
		allow = append(allow, http.MethodHead)
	}
	w.Header().Set("Allow", strings.Join(allow, ", "))
	a.fail(w, r, problem(http.StatusMethodNotAllowed, clip(r.URL.Path)+" does not take "+clip(r.Method), "Use "+strings.Join(allow, " or ")+"."))
}

// Operation is one operation as the docs page lists it.
type Operation struct {
	Method, Path  string
	Summary       string
	Description   string
	Group         string
	Parameters    []Parameter
	Schema        string // of the answer
	Lists, Stores bool   // answers a list in pages; takes something in
	Needs         account.Scopes
}

// Parameter is a parameter of an operation.
type Parameter struct{ Name, In, Doc string }

// Operations are all operations, in the order of the table.
func Operations() []Operation {
	var out []Operation
	for _, o := range operations() {
		x := Operation{Method: o.method, Path: Base + o.path, Summary: o.summary, Description: o.description, Group: o.group, Schema: o.schema, Lists: o.lists, Stores: o.method == http.MethodPost, Needs: o.needs}
		if strings.Contains(o.path, "{id}") {
			x.Parameters = append(x.Parameters, Parameter{"id", "path", o.id})
		}
		for _, name := range o.params {
			x.Parameters = append(x.Parameters, Parameter{name, "query", paramDoc(name)})
		}
		out = append(out, x)
	}
	return out
}
